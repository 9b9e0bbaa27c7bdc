#include "extract/tokens.h"

#include <algorithm>
#include <string>

#include "base/enum_names.h"

namespace hanfact::extract {
namespace {

constexpr std::string_view kTokenNames[] = {
    "money",    "percent", "point",  "multiple", "ratio",    "count",    "duration", "physical",
    "rate",     "grade",   "two",    "one",      "number",   "ordinal",  "period",   "asof",
    "since",    "same",    "vague",  "set",      "org",      "person",   "product",  "place",
    "media",    "index",   "metric", "up",       "down",     "basis",    "compare",  "to",
    "level",    "share",   "part",   "each",     "forecast", "plan",     "possible", "hypothetical",
    "negation", "speech",  "source", "nosource", "doc",      "voice",    "pronoun",  "here",
    "total",    "new",     "adverb", "conj",     "prep",     "relative", "title",    "rank",
    "per",      "streak",  "like",   "worth"};
static_assert(std::size(kTokenNames) == kTokenClasses);

bool OneOf(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> SplitWords(std::string_view text, char separator) {
  std::vector<std::string> out;
  if (text == "-") return out;
  for (std::string_view part : Split(text, separator)) {
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

}  // namespace

std::string_view ToString(TokenClass token_class) { return EnumName(kTokenNames, token_class); }
std::optional<TokenClass> ParseTokenClass(std::string_view name) {
  return EnumValue<TokenClass>(kTokenNames, name);
}

TokenClass QuantityClass(const Mention& mention) {
  if (mention.type == MentionType::kOrdinal) return TokenClass::kOrdinal;
  const std::string_view unit = mention.quantity.unit;
  if (mention.type == MentionType::kNumber || unit.empty()) return TokenClass::kNumber;
  if (unit.find('/') != std::string_view::npos) return TokenClass::kRate;
  if (unit == "percent") return TokenClass::kPercent;
  if (unit == "percentage_point" || unit == "basis_point") return TokenClass::kPoint;
  if (unit == "multiple" || unit == "count:倍") return TokenClass::kMultiple;
  if (unit == "ratio") return TokenClass::kRatio;
  if (unit.starts_with("count:")) {
    return unit == "count:交易日" || unit == "count:工作日" ? TokenClass::kDuration
                                                            : TokenClass::kCount;
  }
  if (OneOf(unit, {"second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade",
                   "century", "night", "season", "workday"})) {
    return TokenClass::kDuration;
  }
  if (unit.size() == 3 &&
      std::all_of(unit.begin(), unit.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return TokenClass::kMoney;
  }
  return TokenClass::kPhysical;
}

int TokenRow::TokenAt(size_t row_byte) const {
  const auto it = std::lower_bound(at.begin(), at.end(), row_byte);
  if (it == at.end() || *it != row_byte) return -1;
  return static_cast<int>(it - at.begin());
}

uint32_t TokenRow::ToMatch(size_t row_byte) const {
  const auto it = std::upper_bound(at.begin(), at.end(), row_byte);
  if (it == at.begin()) return begin + static_cast<uint32_t>(row_byte);
  const size_t i = static_cast<size_t>(it - at.begin()) - 1;
  if (row_byte == at[i]) return tokens[i].outer.begin;
  return tokens[i].outer.end + static_cast<uint32_t>(row_byte - at[i] - 3);
}

CueLexicon::CueLexicon(const std::vector<TableText>& more_metrics,
                       std::vector<TableError>& errors) {
  const auto read = [&](std::string_view path, std::initializer_list<std::string_view> columns) {
    return Table::Read(std::string(path), EmbeddedFile(path).value_or(""), columns, errors);
  };
  const Table cues = read("extract/rules/cues.tsv", {"class", "surface", "value", "guard"});
  for (const Table::Row& row : cues.rows()) {
    const std::string& name = cues.Get(row, "class");
    const std::optional<TokenClass> token_class = ParseTokenClass(name);
    if (!token_class || *token_class < TokenClass::kMetric) {
      errors.push_back(cues.ErrorAt(row, "class", "no cue class is called " + name));
      continue;
    }
    Cue cue;
    cue.cue_class = *token_class;
    cue.surface = cues.Get(row, "surface");
    cue.value = cues.Get(row, "value") == "-" ? "" : cues.Get(row, "value");
    cue.rule = "cues.tsv:" + std::to_string(row.line);
    for (const std::string& word : SplitWords(cues.Get(row, "guard"), ' ')) Insert(word, kGuard);
    cues_.push_back(std::move(cue));
    Insert(cues_.back().surface, static_cast<int32_t>(cues_.size() - 1));
  }
  const std::initializer_list<std::string_view> metric_columns = {
      "metric_id", "surface", "canonical", "units", "flow", "scope", "guard"};
  ReadMetrics(read("extract/rules/metrics.tsv", metric_columns), errors);
  for (const TableText& more : more_metrics) {
    ReadMetrics(Table::Read(more.file, more.text, metric_columns, errors), errors);
  }
}

void CueLexicon::ReadMetrics(const Table& table, std::vector<TableError>& errors) {
  const std::string file = table.file().substr(table.file().find_last_of('/') + 1);
  for (const Table::Row& row : table.rows()) {
    Cue cue;
    cue.cue_class = TokenClass::kMetric;
    cue.surface = table.Get(row, "surface");
    cue.value = table.Get(row, "metric_id");
    cue.canonical = table.Get(row, "canonical");
    cue.units = SplitWords(table.Get(row, "units"), ',');
    for (const std::string& kind : cue.units) {
      if (OneOf(kind, {"money", "percent", "bp", "pp", "multiple", "count", "number", "duration",
                       "area", "mass", "energy", "power", "volume", "length", "speed", "degree",
                       "data", "rate", "per_mille"})) {
        continue;
      }
      errors.push_back(table.ErrorAt(row, "units", "'" + kind + "' is no kind of quantity; several "
                                                   "are parted by commas"));
    }
    cue.flow = table.Get(row, "flow") == "flow";
    cue.scope = table.Get(row, "scope") == "-" ? "" : table.Get(row, "scope");
    cue.rule = file + ":" + std::to_string(row.line);
    if (!OneOf(table.Get(row, "flow"), {"level", "flow", "share"})) {
      errors.push_back(table.ErrorAt(row, "flow", "must be level, flow or share"));
    }
    for (const std::string& word : SplitWords(table.Get(row, "guard"), ' ')) Insert(word, kGuard);
    cues_.push_back(std::move(cue));
    Insert(cues_.back().surface, static_cast<int32_t>(cues_.size() - 1));
  }
}

const Cue* CueLexicon::Metric(std::string_view surface) const {
  uint32_t node = 0;
  for (size_t at = 0; at < surface.size(); at += CodePointLength(surface[at])) {
    node = trie_.Child(node, CodePointAt(surface, at));
    if (node == 0) return nullptr;
  }
  if (ends_[node] < 0) return nullptr;
  const Cue& cue = cues_[static_cast<size_t>(ends_[node])];
  return cue.cue_class == TokenClass::kMetric ? &cue : nullptr;
}

void CueLexicon::Insert(std::string_view word, int32_t value) {
  const uint32_t node = trie_.AddWord(word);
  ends_.resize(trie_.size(), kNone);
  // A cue beats a guard of the same spelling; a metric, read later, beats another cue.
  if (node != 0 && (value != kGuard || ends_[node] == kNone)) ends_[node] = value;
}

void CueLexicon::Find(std::string_view text, uint32_t begin, uint32_t end,
                      std::vector<Hit>& out) const {
  for (uint32_t i = begin; i < end;) {
    const char32_t c = CodePointAt(text, i);
    if (c == U'《') {
      // What a work is called says nothing of the numbers around it.
      constexpr uint32_t kLongestTitle = 240;
      constexpr std::string_view kClose = "》";
      const size_t close = text.substr(i, std::min(kLongestTitle, end - i)).find(kClose);
      if (close != std::string_view::npos) {
        i += static_cast<uint32_t>(close + kClose.size());
        continue;
      }
    }
    const uint32_t length = CodePointLength(text[i]);
    uint32_t node = trie_.Child(0, c);
    if (node == 0) {
      i += length;
      continue;
    }
    int32_t best = kNone;
    uint32_t best_end = i;
    for (uint32_t j = i + length; j <= end;) {
      if (ends_[node] != kNone) {
        best = ends_[node];
        best_end = j;
      }
      if (j == end) break;
      node = trie_.Child(node, CodePointAt(text, j));
      if (node == 0) break;
      j += CodePointLength(text[j]);
    }
    const bool latin = best_end > i && IsAsciiLetter(static_cast<unsigned char>(text[i]));
    // EPS1.1元: right in front of a number that is one, a measure is a word of its own.
    if (latin && best_end < text.size() &&
        (IsAsciiLetter(static_cast<unsigned char>(text[best_end])) ||
         (IsAsciiDigit(static_cast<unsigned char>(text[best_end])) && best_end < end))) {
      best = kNone;
    }
    if (latin && i > 0 && IsAsciiLetter(static_cast<unsigned char>(text[i - 1]))) best = kNone;
    if (best == kNone) {
      i += length;
      continue;
    }
    if (best >= 0) out.push_back({{i, best_end}, &cues_[static_cast<size_t>(best)]});
    i = best_end;
  }
}

void MakeRow(std::string_view text, MatchSpan sentence, const Mention* mentions,
             size_t mention_count, const CueLexicon& lexicon, TokenRow& row) {
  row.text.clear();
  row.tokens.clear();
  row.at.clear();
  row.begin = sentence.begin;
  static thread_local std::vector<CueLexicon::Hit> hits;  // kept from one sentence to the next
  uint32_t done = sentence.begin;
  const auto add = [&](const Token& token) {
    row.text += text.substr(done, token.outer.begin - done);
    row.at.push_back(static_cast<uint32_t>(row.text.size()));
    AppendUtf8(row.text, TokenCodePoint(token.token_class));
    row.tokens.push_back(token);
    done = token.outer.end;
  };
  const auto add_cues = [&](uint32_t end) {
    hits.clear();
    lexicon.Find(text, done, end, hits);
    for (const CueLexicon::Hit& hit : hits) {
      // 350家公司: what is counted, nobody spoken of.
      if (hit.cue->surface == "公司" && !row.tokens.empty() &&
          row.tokens.back().token_class == TokenClass::kCount &&
          row.tokens.back().outer.end == hit.span.begin) {
        continue;
      }
      Token token;
      token.token_class = hit.cue->cue_class;
      token.span = token.outer = hit.span;
      token.cue = hit.cue;
      add(token);
    }
  };
  const auto latin = [&](uint32_t at) {
    return at < text.size() && IsAsciiLetter(static_cast<unsigned char>(text[at]));
  };
  for (size_t i = 0; i < mention_count; ++i) {
    const Mention& m = mentions[i];
    // M2, Cat.1: a number inside a Latin word is no word of its own.
    if (m.type == MentionType::kNumber && m.rule.starts_with("guard:") &&
        ((m.span.begin > sentence.begin && latin(m.span.begin - 1)) || latin(m.span.end))) {
      continue;
    }
    Token token;
    token.span = token.outer = m.span;
    token.mention = &m;
    switch (m.type) {
      case MentionType::kEntity:
        token.token_class = static_cast<TokenClass>(static_cast<int>(TokenClass::kOrg) +
                                                    static_cast<int>(m.entity.type));
        break;
      case MentionType::kPeriod:
        token.token_class = m.period_role == PeriodRole::kAsOf         ? TokenClass::kAsOf
                            : m.period_role == PeriodRole::kSince      ? TokenClass::kSince
                            : m.period_role == PeriodRole::kSamePeriod ? TokenClass::kSame
                            : m.period_role == PeriodRole::kVague      ? TokenClass::kVague
                                                                       : TokenClass::kPeriod;
        break;
      case MentionType::kSet:
        token.token_class = TokenClass::kSet;
        break;
      default:
        token.token_class = QuantityClass(m);
        if (token.token_class == TokenClass::kCount || token.token_class == TokenClass::kDuration) {
          const std::string_view number = Slice(text, m.number_span);
          if (number == "一") token.token_class = TokenClass::kOne;
          if (number == "两" && token.token_class == TokenClass::kCount) {
            token.token_class = TokenClass::kTwo;
          }
          if (token.token_class == TokenClass::kTwo &&
              OneOf(m.quantity.unit, {"count:种", "count:类", "count:样"})) {
            token.token_class = TokenClass::kOne;
          }
          if (m.quantity.unit == "count:级") token.token_class = TokenClass::kGrade;
        }
        if (!m.hedge_span.empty()) {
          const uint32_t next = i + 1 < mention_count ? mentions[i + 1].span.begin : sentence.end;
          // A distant hedge (约占…的三分之一) leaves what stands between to the row.
          if (m.hedge_span.begin >= done && m.hedge_span.begin < m.span.begin &&
              m.span.begin - m.hedge_span.end <= 6) {
            token.outer.begin = m.hedge_span.begin;
          }
          if (m.hedge_span.end > m.span.end && m.hedge_span.end <= next) {
            token.outer.end = m.hedge_span.end;
          }
        }
        break;
    }
    if (token.outer.begin < done) token.outer.begin = done;
    if (token.outer.begin < token.span.begin) {
      // 跌超, 升逾, 占约: the hedge holds a cue of its own, which keeps its place in the row.
      hits.clear();
      lexicon.Find(text, token.outer.begin, token.span.begin, hits);
      for (const CueLexicon::Hit& hit : hits) {
        const TokenClass c = hit.cue->cue_class;
        const bool moves = (c == TokenClass::kUp || c == TokenClass::kDown) &&
                           !hit.cue->surface.ends_with("于") && !hit.cue->surface.ends_with("出");
        if (moves || c == TokenClass::kShare) token.outer.begin = hit.span.end;
      }
    }
    add_cues(token.outer.begin);
    add(token);
  }
  add_cues(sentence.end);
  row.text += text.substr(done, sentence.end - done);
}

}  // namespace hanfact::extract
