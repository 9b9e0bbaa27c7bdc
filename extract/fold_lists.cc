// Lists that are set against lists: 分别.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// The `k` years or months that a span is made of, in order; empty where it is not made of so many.
std::vector<Period> Parted(const Period& span, size_t k) {
  if (!span.start || !span.end) return {};
  const Date first = span.start->date;
  const Date last = span.end->date;
  const int count = static_cast<int>(k);
  std::vector<Period> out;
  if (span.start == YearPeriod(first.year).start && span.end == YearPeriod(last.year).end &&
      last.year - first.year + 1 == count) {
    for (int n = 0; n < count; ++n) out.push_back(YearPeriod(first.year + n));
  } else if (first.day == 1 && MonthPeriod(last.year, last.month).end->date == last &&
             (last.year - first.year) * 12 + last.month - first.month + 1 == count) {
    for (int n = 0; n < count; ++n) {
      const int month = first.month - 1 + n;
      out.push_back(MonthPeriod(first.year + month / 12, month % 12 + 1));
    }
  }
  return out;
}

}  // namespace

// A、B和C分别增长3%、4%和5%.
void Fold::AlignLists(Parts& p) {
  const auto& tokens = p.row.tokens;
  auto& drafts = p.drafts;
  for (size_t i = 0; i < drafts.size();) {
    // A run of values parted by list marks.
    size_t j = i + 1;
    while (j < drafts.size() && drafts[j].token == drafts[j - 1].token + 1) {
      const std::string_view gap =
          Text({tokens[drafts[j - 1].token].outer.end, tokens[drafts[j].token].outer.begin});
      if (!Any(gap, {"、", "，", "/"})) break;
      ++j;
    }
    // The last may be joined by 和 or 及.
    while (j < drafts.size()) {
      const int a = drafts[j - 1].token;
      const int b = drafts[j].token;
      const std::string_view gap = Text({tokens[a].outer.end, tokens[b].outer.begin});
      if (!Any(gap, {"和", "及", "与", "以及", "、"})) break;
      ++j;
    }
    const size_t k = j - i;
    // 2026—2028年营收10/12/15亿元, 2021年至2023年分别为A、B和C: a year each.
    const auto part_period = [&] {
      const Mention whole = *drafts[i].period.mention;
      const std::vector<Period> parts = Parted(whole.period, k);
      for (size_t n = 0; n < parts.size(); ++n) {
        made_.push_back(whole);
        made_.back().period = parts[n];
        drafts[i + n].period.mention = &made_.back();
      }
      return !parts.empty();
    };
    if (k >= 2 && !drafts[i].period.empty() &&
        Text({tokens[drafts[i].token].outer.end, tokens[drafts[i + 1].token].outer.begin}) == "/") {
      part_period();
    }
    if (k >= 2) {
      // 按年及按季分别升21%及6%: a basis each.
      std::vector<int> bases;
      for (int t = 0; t < drafts[i].token; ++t) {
        if (p.clause[t] != p.clause[drafts[i].token]) continue;
        if (IsQuantity(tokens[t].token_class)) bases.clear();
        if (tokens[t].token_class == Class::kBasis) bases.push_back(t);
      }
      if (bases.size() == k) {
        for (size_t n = 0; n < k; ++n) {
          drafts[i + n].claim.basis =
              ParseBasis(tokens[bases[n]].cue->value).value_or(Basis::kOther);
        }
      }

      // 分别 before the first value of the run?
      const int first = drafts[i].token;
      int each = -1;
      for (int t = first - 1; t >= 0 && p.clause[t] == p.clause[first]; --t) {
        if (IsQuantity(tokens[t].token_class) && p.refused[t].empty()) break;
        if (tokens[t].token_class == Class::kEach) each = t;
      }
      if (each >= 0) {
        const uint32_t end = tokens[each].span.begin;
        // Items in front, parted by 、和及与, in this clause or the one before.
        const uint32_t clause_begin = p.clause_begin[static_cast<size_t>(p.clause[each])];
        uint32_t begin = clause_begin;
        int last_period = -1;
        std::vector<int> periods;
        for (int t = 0; t < each; ++t) {
          if (p.clause[t] != p.clause[each]) continue;
          if (IsPeriod(tokens[t].token_class) && p.compared[t] == 0 && !Dateless(tokens[t])) {
            periods.push_back(t);
            last_period = t;
          }
        }
        if (periods.size() > k)
          periods.erase(periods.begin(), periods.end() - static_cast<ptrdiff_t>(k));
        if (periods.size() == k) {
          for (size_t n = 0; n < k; ++n) {
            drafts[i + n].period = {tokens[periods[n]].mention, index_};
            drafts[i + n].own_period = true;
          }
        } else if (periods.size() <= 1 && !drafts[i].period.empty() &&
                   drafts[i].period.sentence == index_ && part_period()) {
          // done
        } else {
          if (last_period >= 0) begin = tokens[last_period].span.end;
          std::vector<MatchSpan> items;
          uint32_t item = begin;
          uint32_t stop = end;
          // Predicates right in front of 分别 (按年 , 同比) are no items.
          for (int t = each - 1;
               t >= 0 && tokens[t].span.end == stop && IsPredicate(tokens[t].token_class); --t) {
            stop = tokens[t].span.begin;
          }
          for (uint32_t at = begin; at < stop;) {
            const char32_t c = CodePointAt(text_, at);
            const uint32_t length = CodePointLength(text_[at]);
            bool mark = c == U'、';
            if ((c == U'和' || c == U'及' || c == U'与')) {
              mark = true;
              for (const Token& t : tokens) {
                if (t.span.begin < at && at < t.span.end) mark = false;
              }
            }
            if (mark) {
              if (item < at) items.push_back({item, at});
              item = at + length;
            }
            at += length;
          }
          if (item < stop) items.push_back({item, stop});
          if (items.size() != k && last_period >= 0 && periods.size() == 1) {
            // 甲、乙和丙2月分别交付: the names stand before the date.
            std::vector<MatchSpan> names;
            uint32_t start = clause_begin;
            const uint32_t until = tokens[last_period].span.begin;
            for (uint32_t at = clause_begin; at < until; at += CodePointLength(text_[at])) {
              const char32_t c = CodePointAt(text_, at);
              if (c != U'、' && c != U'和' && c != U'及' && c != U'与') continue;
              if (start < at) names.push_back({start, at});
              start = at + CodePointLength(text_[at]);
            }
            if (start < until) names.push_back({start, until});
            if (names.size() == k) items = names;
          }
          // 甲业务、乙业务收入分别为3元、2元，占总额的比重分别为6成、4成: whose they are is said.
          const bool said = items.size() != k && i >= k && drafts[i].own_metric &&
                            p.clause[drafts[i - 1].token] == p.clause[each] - 1 &&
                            p.clause[drafts[i - k].token] == p.clause[each] - 1;
          if (said) {
            const MetricRef own = drafts[i].metric;
            for (size_t n = 0; n < k; ++n) {
              drafts[i + n].subject = drafts[i - k + n].subject;
              drafts[i + n].metric = own;
              drafts[i + n].claim.kind = drafts[i].claim.kind;
            }
            i = j;
            continue;
          }
          if (items.size() != k && p.clause[each] > 0) {
            // 甲、乙、丙三类较为集中，分别有3只、2只和1只.
            const int front = p.clause[each] - 1;
            const uint32_t from = p.clause_begin[static_cast<size_t>(front)];
            uint32_t to = clause_begin > from + 3 ? clause_begin - 3 : from;
            for (size_t t = 0; t < tokens.size(); ++t) {
              if (p.clause[t] == front && IsPredicate(tokens[t].token_class)) {
                to = std::min(to, tokens[t].span.begin);
              }
            }
            std::vector<MatchSpan> others;
            uint32_t start = from;
            for (uint32_t at = from; at < to; at += CodePointLength(text_[at])) {
              const char32_t c = CodePointAt(text_, at);
              if (c != U'、' && c != U'和') continue;
              if (start < at) others.push_back({start, at});
              start = at + CodePointLength(text_[at]);
            }
            if (start < to) others.push_back({start, to});
            if (others.size() == k) items = others;
          }
          if (items.size() == k) {
            for (size_t n = 0; n < k; ++n) {
              Draft& d = drafts[i + n];
              const Token* entity = nullptr;
              const Token* metric = nullptr;
              for (const Token& t : tokens) {
                if (!items[n].Contains(t.span)) continue;
                if (IsEntity(t.token_class) && entity == nullptr) entity = &t;
                if (t.token_class == Class::kMetric) metric = &t;
              }
              if (entity != nullptr) {
                d.subject = EntityRef(*entity);
                d.own_subject = true;
              }
              if (metric != nullptr) {
                d.metric = MetricOf(*metric);
                // 甲类、乙类和丙类收入: the last item names the measure of all.
                const std::string front =
                    n > 0 && entity == nullptr
                        ? CleanPhrase(Text({items[n].begin, metric->span.begin}))
                        : std::string();
                const Ref& whose = drafts[i].subject;
                const bool shared = n > 0 && drafts[i].metric.id == d.metric.id;
                if (!front.empty() && shared && !nouns_.Is("generic", front)) {
                  // 资本充足率和核心资本充足率: a word of two characters is no name.
                  const bool part = front.size() <= 6 && !nouns_.EndsWith("agent", front);
                  if (part || (whose.entity && whose.span.end <= items[0].begin)) {
                    d.subject = whose;
                    d.metric.base = d.metric.text;
                    d.metric.text = front + d.metric.text;
                  } else {
                    d.subject = {};
                    d.subject.text = front;
                    d.subject.span = {items[n].begin, metric->span.begin};
                  }
                }
              } else if (entity == nullptr) {
                const std::string name = CleanPhrase(Text(items[n]));
                const MetricRef like = drafts[i].metric;
                if (nouns_.EndsWith("measure", name) && !nouns_.EndsWith("agent", name)) {
                  d.metric = {};
                  d.metric.text = name;
                  d.metric.span = items[n];
                  d.subject = drafts[i].subject;
                } else if (!name.empty() && like.cue != nullptr && drafts[i].subject.entity &&
                           !nouns_.EndsWith("agent", name)) {
                  // 甲类、乙类分别年增: parts of the measure of whom the sentence speaks.
                  d.subject = drafts[i].subject;
                  d.metric = like;
                  d.metric.base = like.base.empty() ? like.text : like.base;
                  d.metric.text = name + d.metric.base;
                  d.metric.span = items[n];
                } else if (!name.empty()) {
                  d.subject = {};
                  d.subject.text = name;
                  d.subject.span = items[n];
                }
              }
            }
          } else if (i >= k) {
            // 产量A，销量B，同比分别增长C和D.
            for (size_t n = 0; n < k; ++n) {
              drafts[i + n].subject = drafts[i - k + n].subject;
              drafts[i + n].metric = drafts[i - k + n].metric;
              if (!drafts[i + n].own_period) drafts[i + n].period = drafts[i - k + n].period;
            }
          }
        }
      }
    }
    i = j;
  }
}

}  // namespace hanfact::extract
