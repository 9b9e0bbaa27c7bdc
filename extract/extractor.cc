#include "extract/extractor.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "extract/claims.h"
#include "extract/patterns.h"
#include "extract/sentences.h"
#include "extract/tokens.h"
#include "normalize/script.h"

namespace hanfact::extract {
namespace {

// Less is better where mentions of equal length meet.
int Priority(const Mention& m) {
  switch (m.type) {
    case MentionType::kPeriod:
    case MentionType::kSet:
      return 0;
    case MentionType::kEntity:
      return 1;
    case MentionType::kQuantity:
      return 2;
    case MentionType::kOrdinal:
      return 3;
    case MentionType::kNumber:
      return 4;
  }
  return 5;
}

// Keeps a disjoint part of the mentions, sorted by start. The longest wins; among equals the
// priority, then the start, then the rule.
void Resolve(std::vector<Mention>& mentions) {
  // A mention is half a kilobyte: pointers to them are sorted.
  std::vector<Mention*> sorted;
  sorted.reserve(mentions.size());
  for (Mention& m : mentions) sorted.push_back(&m);
  std::sort(sorted.begin(), sorted.end(), [](const Mention* a, const Mention* b) {
    return std::tuple(a->span.begin, b->span.end, Priority(*a), std::string_view(a->rule), a) <
           std::tuple(b->span.begin, a->span.end, Priority(*b), std::string_view(b->rule), b);
  });
  const auto better = [](const Mention& a, const Mention& b) {
    return std::tuple(b.span.size(), Priority(a), a.span.begin, std::string_view(a.rule)) <
           std::tuple(a.span.size(), Priority(b), b.span.begin, std::string_view(b.rule));
  };
  // Groups of mentions that overlap in a chain are small; each is settled best first.
  std::vector<Mention> kept;
  kept.reserve(mentions.size());
  std::vector<Mention*> group;
  std::vector<Mention> numerals;        // of quantities that lost
  std::map<uint32_t, Mention*> chosen;  // by begin
  for (size_t i = 0; i < sorted.size();) {
    uint32_t end = sorted[i]->span.end;
    size_t j = i + 1;
    while (j < sorted.size() && sorted[j]->span.begin < end) {
      end = std::max(end, sorted[j]->span.end);
      ++j;
    }
    if (j == i + 1) {
      kept.push_back(std::move(*sorted[i]));
    } else {
      group.clear();
      chosen.clear();
      for (size_t k = i; k < j; ++k) {
        // iPhone 11处理器: a name that holds the numeral and starts before it says that this is no
        // number of processors, however long the counted noun.
        Mention& m = *sorted[k];
        const bool inside =
            m.type == MentionType::kQuantity && !m.number_span.empty() &&
            std::any_of(sorted.begin() + static_cast<ptrdiff_t>(i),
                        sorted.begin() + static_cast<ptrdiff_t>(j), [&](const Mention* name) {
                          return name->type == MentionType::kEntity &&
                                 name->span.begin < m.number_span.begin &&
                                 name->span.Contains(m.number_span);
                        });
        if (!inside) group.push_back(&m);
      }
      std::sort(group.begin(), group.end(),
                [&](const Mention* a, const Mention* b) { return better(*a, *b); });
      const auto taken = [&](MatchSpan span) {
        const auto next = chosen.lower_bound(span.begin);
        return (next != chosen.end() && next->second->span.Overlaps(span)) ||
               (next != chosen.begin() && std::prev(next)->second->span.Overlaps(span));
      };
      numerals.clear();
      for (Mention* m : group) {
        if (!taken(m->span)) {
          chosen.emplace(m->span.begin, m);
        } else if (m->type == MentionType::kQuantity && !m->number_span.empty()) {
          numerals.push_back(*m);
        }
      }
      // 5家乐福: the name takes the unit, and the numeral stays a number: none is lost.
      for (Mention& m : numerals) {
        if (taken(m.number_span)) continue;
        m.type = MentionType::kNumber;
        m.span = m.number_span;
        m.quantity.unit.clear();
        m.rule.clear();
        m.unit_assumed = false;
        chosen.emplace(m.span.begin, &m);
      }
      for (const auto& [begin, m] : chosen) kept.push_back(std::move(*m));
    }
    i = j;
  }
  mentions = std::move(kept);
}

// What a --lexicon file is for, by the first of its columns that tells.
enum class LexiconKind { kEntities, kUnits, kMetrics, kUnknown };
LexiconKind KindOf(std::string_view text) {
  for (std::string_view line : Split(text, '\n')) {
    if (!line.starts_with("# columns:")) continue;
    const auto has = [&](std::string_view column) {
      for (std::string_view word : Split(line, ' ')) {
        if (Trim(word) == column) return true;
      }
      return false;
    };
    if (has("metric_id")) return LexiconKind::kMetrics;
    if (has("entity_id")) return LexiconKind::kEntities;
    if (has("unit")) return LexiconKind::kUnits;
  }
  return LexiconKind::kUnknown;
}

}  // namespace

namespace {

// A text whose mentions are looked for.
struct Unread {
  std::string_view text;
  Script script = Script::kHans;
  std::string_view region, title;
  std::optional<Moment> published;
  std::vector<Mention> mentions;
  size_t others = 0;  // of the mentions: those in front of the names
};

}  // namespace

struct Extractor::Impl {
  Impl(const std::vector<TableText>& entity_files, const std::vector<TableText>& unit_files,
       const std::vector<TableText>& metric_files, std::vector<TableError>& errors)
      : quantities(unit_files, errors),
        periods(errors),
        entities(entity_files, errors),
        cues(metric_files, errors),
        patterns("extract/rules/claim_patterns.tsv", false, errors),
        guards("extract/rules/claim_guards.tsv", true, errors),
        nouns(errors),
        confidence(errors) {}

  void Annotate(std::vector<Unread>& texts) const;
  void DropWords(Unread& of) const;

  QuantityFinder quantities;
  PeriodFinder periods;
  EntityFinder entities;
  CueLexicon cues;
  PatternTable patterns;
  PatternTable guards;
  NounTable nouns;
  ConfidenceTable confidence;
};

Extractor::Extractor() = default;
Extractor::~Extractor() = default;

Result<std::unique_ptr<Extractor>> Extractor::Load(const std::vector<TableText>& lexicon) {
  std::vector<TableError> errors;
  std::vector<TableText> entity_files, unit_files, metric_files;
  for (const TableText& table : lexicon) {
    switch (KindOf(table.text)) {
      case LexiconKind::kEntities:
        entity_files.push_back(table);
        break;
      case LexiconKind::kUnits:
        unit_files.push_back(table);
        break;
      case LexiconKind::kMetrics:
        metric_files.push_back(table);
        break;
      case LexiconKind::kUnknown:
        errors.push_back({table.file, 1, 1,
                          "the line '# columns: …' names neither entity_id, unit nor metric_id"});
    }
  }
  std::unique_ptr<Extractor> extractor(new Extractor());
  extractor->impl_ = std::make_unique<Impl>(entity_files, unit_files, metric_files, errors);
  if (!errors.empty()) return Error{ToString(errors)};
  return extractor;
}

std::vector<Mention> Extractor::Annotate(std::string_view match_text, Script script,
                                         std::string_view region, std::string_view title,
                                         std::optional<Moment> published) const {
  std::vector<Unread> texts{{match_text, script, region, title, published, {}, 0}};
  impl_->Annotate(texts);
  return std::move(texts[0].mentions);
}

void Extractor::Impl::Annotate(std::vector<Unread>& texts) const {
  for (Unread& t : texts) quantities.Find(t.text, {std::string(t.region), t.script}, t.mentions);
  for (Unread& t : texts) {
    periods.Find(t.text, {t.published, std::string(t.region)}, t.mentions);
    t.others = t.mentions.size();
  }
  std::vector<EntityFinder::Text> names;
  for (Unread& t : texts) names.push_back({t.text, t.region, t.title, &t.mentions});
  entities.FindEach(names);
  for (Unread& t : texts) {
    DropWords(t);
    Resolve(t.mentions);
  }
}

// 季增, 曾升 are no persons, and CPI is a measure: the words of the tables win over a name that
// only its form suggests.
void Extractor::Impl::DropWords(Unread& of) const {
  const std::string_view text = of.text;
  std::vector<Mention>& mentions = of.mentions;
  const auto first = mentions.begin() + static_cast<ptrdiff_t>(of.others);
  std::vector<CueLexicon::Hit> hits;
  // Dates and quantities, each in text order and disjoint, as their finders give them.
  std::vector<MatchSpan> dates, amounts;
  for (auto other = mentions.begin(); other != first; ++other) {
    if (other->type == MentionType::kPeriod) dates.push_back(other->span);
    if (other->type == MentionType::kQuantity) amounts.push_back(other->span);
  }
  const auto at_or_behind = [](const std::vector<MatchSpan>& spans, uint32_t byte) {
    return std::lower_bound(spans.begin(), spans.end(), byte,
                            [](const MatchSpan& s, uint32_t at) { return s.begin < at; });
  };
  const auto is_word = [&](const Mention& m) {
    if (m.entity.known && m.entity.type != EntityType::kIndex) return false;
    if (!m.entity.known) {
      // 三|季度末商业银行: a "name" that opens inside a date.
      const auto next = at_or_behind(dates, m.span.begin);
      if (next != dates.begin() && std::prev(next)->end > m.span.begin &&
          std::prev(next)->end < m.span.end) {
        return true;
      }
      // 芯片市占率: a "name" that ends inside a measure.
      constexpr uint32_t kLongest = 24;
      hits.clear();
      const auto end =
          static_cast<uint32_t>(std::min<size_t>(text.size(), m.span.end + size_t{kLongest}));
      cues.Find(text, m.span.begin, end, hits);
      for (const CueLexicon::Hit& hit : hits) {
        if (hit.cue->cue_class == TokenClass::kMetric && hit.span.begin > m.span.begin &&
            hit.span.begin < m.span.end && hit.span.end > m.span.end) {
          return true;
        }
      }
    }
    hits.clear();
    cues.Find(text, m.span.begin, m.span.end, hits);
    uint32_t covered = 0;
    for (const CueLexicon::Hit& hit : hits) covered += hit.span.size();
    if (covered == m.span.size()) return true;
    // 按季亦升12%: a "name" that ends in a rise right in front of a number.
    if (hits.empty() || hits.back().span.end != m.span.end) return false;
    const TokenClass last = hits.back().cue->cue_class;
    if (last != TokenClass::kUp && last != TokenClass::kDown) return false;
    const auto number = at_or_behind(amounts, m.span.end);
    return number != amounts.end() && number->begin == m.span.end;
  };
  mentions.erase(std::remove_if(first, mentions.end(), is_word), mentions.end());
}

Extraction Extractor::Extract(const Document& document, const MatchView& view) const {
  return std::move(ExtractEach({{&document, &view}})[0]);
}

std::vector<Extraction> Extractor::ExtractEach(const std::vector<Text>& texts) const {
  const size_t count = texts.size();
  std::vector<MatchView> titles;
  titles.reserve(count);
  for (const Text& t : texts) titles.push_back(normalize::MakeMatchView(t.document->meta.title));
  // The texts, and behind them their titles.
  std::vector<Unread> unread;
  unread.reserve(2 * count);
  for (size_t i = 0; i < count; ++i) {
    const Document& document = *texts[i].document;
    const std::optional<Date> date = ParseDate(document.meta.published);
    const std::optional<Moment> published =
        date ? std::optional<Moment>(Moment{*date, std::nullopt}) : std::nullopt;
    unread.push_back({texts[i].view->text, document.script, document.meta.region, titles[i].text,
                      published, {}, 0});
  }
  std::vector<size_t> title_at(count, 0);  // in `unread`; 0 for none
  for (size_t i = 0; i < count; ++i) {
    if (titles[i].text.empty()) continue;
    title_at[i] = unread.size();
    unread.push_back(unread[i]);
    unread.back().text = titles[i].text;
    unread.back().title = {};
  }
  impl_->Annotate(unread);
  std::vector<Extraction> out(count);
  const ClaimTables tables{&impl_->cues,  &impl_->patterns,   &impl_->guards,    &impl_->entities,
                           &impl_->nouns, &impl_->quantities, &impl_->confidence};
  for (size_t i = 0; i < count; ++i) {
    const MatchView& view = *texts[i].view;
    std::vector<Mention>& mentions = unread[i].mentions;
    const std::vector<Sentence> sentences = SplitSentences(view.text);
    out[i].sentences.reserve(sentences.size());
    for (const Sentence& s : sentences) out[i].sentences.push_back(view.map.ToClean(s.span));
    BuildClaims(tables, *texts[i].document, view, sentences, mentions, titles[i].text,
                title_at[i] == 0 ? std::vector<Mention>() : unread[title_at[i]].mentions,
                out[i].claims, out[i].refusals);
    out[i].entities.reserve(
        static_cast<size_t>(std::count_if(mentions.begin(), mentions.end(), [](const Mention& m) {
          return m.type == MentionType::kEntity;
        })));
    for (Mention& m : mentions) {
      if (m.type != MentionType::kEntity) continue;
      out[i].entities.push_back({view.map.ToClean(m.span), std::move(m.entity)});
    }
  }
  for (size_t i = 0; i < count; ++i) {
    const Document& document = *texts[i].document;
    AssignClaimIds(document.document_id, document.text, out[i].sentences, out[i].claims);
  }
  return out;
}

const EntityFinder& Extractor::entities() const { return impl_->entities; }

std::optional<Extractor::Measure> Extractor::FindMeasure(std::string_view match_text) const {
  const Cue* cue = impl_->cues.Metric(match_text);
  if (cue == nullptr) return std::nullopt;
  return Measure{cue->value, cue->canonical};
}

std::vector<Extractor::Measure> Extractor::MeasuresLike(std::string_view match_text,
                                                        size_t limit) const {
  std::vector<Measure> out;
  for (const Cue& cue : impl_->cues.rows()) {
    if (cue.cue_class != TokenClass::kMetric) continue;
    if (cue.canonical.find(match_text) == std::string::npos) continue;
    out.push_back({cue.value, cue.canonical});
  }
  const auto key = [](const Measure& m) {
    return std::tuple(m.canonical.size(), m.canonical, m.metric_id);
  };
  std::sort(out.begin(), out.end(),
            [&](const Measure& a, const Measure& b) { return key(a) < key(b); });
  // One name has many surfaces.
  out.erase(std::unique(out.begin(), out.end(),
                        [&](const Measure& a, const Measure& b) { return key(a) == key(b); }),
            out.end());
  if (out.size() > limit) out.resize(limit);
  return out;
}

bool Extractor::KnowsUnit(std::string_view unit) const { return impl_->quantities.KnowsUnit(unit); }

}  // namespace hanfact::extract
