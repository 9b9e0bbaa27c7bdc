// Lists that are set against lists: 分别.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// The parts of A、B.
std::vector<std::string_view> SplitList(std::string_view list) {
  constexpr std::string_view kMark = "、";
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const size_t at = list.find(kMark);
    out.push_back(list.substr(0, at));
    list = at == std::string_view::npos ? std::string_view() : list.substr(at + kMark.size());
  }
  return out;
}

}  // namespace

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

// 继3月录得4.7%的跌幅后，4月销售额为…: what moved so before is told behind.
void Fold::TakeFromNext(Parts& p) const {
  if (p.drafts.empty()) return;
  Draft& d = p.drafts.front();
  const MatchSpan clause{p.clause_begin[static_cast<size_t>(d.clause)], ClauseEnd(p, d.clause)};
  if (d.own_metric || !StandsAt(text_, clause.begin, "继") || !Text(clause).ends_with("后")) return;
  const auto next = std::find_if(p.drafts.begin() + 1, p.drafts.end(),
                                 [&](const Draft& o) { return o.clause > d.clause; });
  if (next == p.drafts.end() || !next->own_metric) return;
  d.metric = next->metric;
  if (!d.own_subject) d.subject = next->subject;
}

// Sets lists of values against lists of years, bases, names and measures: A、B和C分别增长3%、4%和5%;
// 2025/2026年净利润分别为1/2亿元，增长3%/4%.
void Fold::AlignLists(Parts& p) {
  ValueRun dated;  // the last run whose values have a period each
  ValueRun aligned;  // the last behind 分别
  TakeFromNext(p);
  for (size_t i = 0; i < p.drafts.size();) {
    const ValueRun run = RunOfValues(p, i);
    i += run.size;
    if (run.size < 2) continue;
    const std::vector<Draft>& drafts = p.drafts;
    bool periods = false;
    const int first = drafts[run.begin].token, second = drafts[run.begin + 1].token;
    if (Text({p.row.tokens[first].outer.end, p.row.tokens[second].outer.begin}) == "/") {
      // 2026—2028年营收10/12/15亿元; but 一季度三项费用率为3%/4%/5% are of one quarter.
      const PeriodRef& whole = drafts[run.begin].period;
      periods = !whole.empty() && whole.mention->period.start && whole.mention->period.end &&
                whole.mention->period.start->date.year != whole.mention->period.end->date.year &&
                PartPeriod(p, run);
    }
    AlignBases(p, run);
    if (const int each = EachBefore(p, first); each >= 0) {
      // 1-2月面积和金额分别下降: two measures of both months, no month each.
      SpreadBound(p, run, each);
      const bool listed = PeriodsBefore(p, each).size() < run.size &&
                          ItemsBefore(p, each, run.size).size() == run.size;
      if (!listed &&
          (AlignPeriods(p, run, each) || TakePeriods(p, run, dated) || TakeLastPeriods(p, run))) {
        periods = true;
      } else {
        AlignItems(p, run, each, aligned);
      }
      aligned = run;
    } else if (!periods) {
      periods =
          AlignListedPeriods(p, run) || TakePeriods(p, run, dated) || AlignSpannedYears(p, run);
      if (!periods && !TakeItems(p, run, aligned)) AlignRates(p, run);
    }
    ShareMeasureBehind(p, run);
    if (periods) dated = run;
  }
  if (dated.size == 0) return;
  listed_periods_.clear();
  for (size_t n = 0; n < dated.size; ++n) {
    listed_periods_.push_back(p.drafts[dated.begin + n].period);
  }
}

// 甲、乙分别增长3%、4%|至5亿元、6亿元: the levels are of those whom the rates are of. False where
// what stands in a row before is no such list.
bool Fold::TakeItems(Parts& p, ValueRun run, ValueRun from) {
  auto& drafts = p.drafts;
  if (from.size != run.size || from.begin + from.size != run.begin) return false;
  const int last = drafts[run.begin - 1].token, next = drafts[run.begin].token;
  if (next != last + 2 || p.row.tokens[static_cast<size_t>(last) + 1].token_class != Class::kTo) {
    return false;
  }
  for (size_t n = 0; n < run.size; ++n) {
    drafts[run.begin + n].subject = drafts[from.begin + n].subject;
    drafts[run.begin + n].metric = drafts[from.begin + n].metric;
  }
  return true;
}

// 出口5亿元、进口4亿元，年增率达34%及29%: a rate for each of what was just told.
void Fold::AlignRates(Parts& p, ValueRun run) {
  constexpr int kNear = 2;  // clauses
  auto& drafts = p.drafts;
  const size_t i = run.begin, k = run.size;
  if (i < k) return;
  const auto mark = [&](size_t n) {
    return nouns_.Is("and", GapBetween(p, drafts[n - 1].token, drafts[n].token));
  };
  const Draft& near = drafts[i - 1];
  for (size_t n = 0; n < k; ++n) {
    const Draft& rate = drafts[i + n];
    const Draft& told = drafts[i - k + n];
    if (rate.claim.kind != ClaimKind::kChange || rate.claim.quantity.unit != "percent" ||
        rate.own_metric || rate.own_subject || rate.metric.text != near.metric.text ||
        (n > 0 && !mark(i + n)) || told.claim.kind == ClaimKind::kChange ||
        !(told.own_metric || told.own_subject) ||
        // 登记4万宗，总值31亿元，升13%及16%: of two measures, each named
        (told.claim.quantity.unit != near.claim.quantity.unit &&
         told.metric.text == near.metric.text && n + 1 < k) ||
        told.metric.empty() || p.clause[told.token] < p.clause[rate.token] - kNear ||
        // 甲区、乙区分别录600宗、500宗，升5%、6%: of whom each is, if not of what
        (n > 0 && told.metric.text == drafts[i - k + n - 1].metric.text &&
         told.subject.text == drafts[i - k + n - 1].subject.text)) {
      return;
    }
  }
  for (size_t n = 0; n < k; ++n) {
    drafts[i + n].metric = drafts[i - k + n].metric;
    drafts[i + n].subject = drafts[i - k + n].subject;
  }
}

// The values that stand in a row from draft `begin` on, parted by list marks.
Fold::ValueRun Fold::RunOfValues(const Parts& p, size_t begin) const {
  const auto& drafts = p.drafts;
  const auto gap = [&](size_t j) {
    return GapBetween(p, drafts[j - 1].token, drafts[j].token);
  };
  // 分别增长7%、下降3%、增长6%: each with its own word.
  const auto own_way = [&](size_t j) {
    const int t = drafts[j].token - 1;
    if (t != drafts[j - 1].token + 1) return false;
    const Token& way = p.row.tokens[t];
    return (way.token_class == Class::kUp || way.token_class == Class::kDown) &&
           way.span.end == p.row.tokens[drafts[j].token].outer.begin &&
           nouns_.Is("and", Text({p.row.tokens[drafts[j - 1].token].outer.end, way.span.begin}));
  };
  // 分别亏损3亿元、4亿元，三年共7亿元: what a comma parts is one list of one kind.
  const auto alike = [&](size_t j) {
    const auto kind = [&](size_t i) {
      return QuantityClass(*p.row.tokens[drafts[i].token].mention);
    };
    return gap(j) != "，" || kind(j) == kind(j - 1);
  };
  size_t j = begin + 1;
  while (j < drafts.size() && (own_way(j) || (drafts[j].token == drafts[j - 1].token + 1 &&
                                              Any(gap(j), {"、", "，", "/"}) && alike(j)))) {
    ++j;
  }
  // The last may be joined by 和 or 及.
  while (j < drafts.size() && nouns_.Is("and", gap(j))) ++j;
  return {begin, j - begin};
}

// 分别 in the clause of the value at `token`, with no other value between; -1 for none.
int Fold::EachBefore(const Parts& p, int token) const {
  int each = -1;
  for (int t = token - 1; t >= 0 && p.clause[t] == p.clause[token]; --t) {
    const Class c = p.row.tokens[t].token_class;
    if (IsQuantity(c) && p.refused[t].empty()) break;
    if (c == Class::kEach) each = t;
  }
  return each;
}

// The dates in front of a token in its clause.
std::vector<int> Fold::PeriodsBefore(const Parts& p, int token) const {
  std::vector<int> out;
  for (int t = 0; t < token; ++t) {
    const Token& one = p.row.tokens[t];
    if (p.clause[t] == p.clause[token] && IsPeriod(one.token_class) && p.compared[t] == 0 &&
        !Dateless(one)) {
      out.push_back(t);
    }
  }
  // 今天公布5月进口及出口分别为: the day on which it was told is none of the list.
  const auto day = [&](int t) { return p.row.tokens[t].mention->period.grain <= Grain::kDay; };
  if (!out.empty() && !day(out.back())) std::erase_if(out, day);
  return out;
}

// 2026—2028年营收10/12/15亿元, 2021年至2023年分别为A、B和C: a year each. False where the period of
// the run is not made of so many.
bool Fold::PartPeriod(Parts& p, ValueRun run) {
  if (p.drafts[run.begin].period.empty()) return false;
  const Mention whole = *p.drafts[run.begin].period.mention;
  // 一季度三项费用率分别为…: of the quarter, where no month is spoken of.
  if (whole.period.grain == Grain::kQuarter && Text(p.span).find("月") == std::string_view::npos) {
    return false;
  }
  const std::vector<Period> parts = Parted(whole.period, run.size);
  for (size_t n = 0; n < parts.size(); ++n) {
    made_.push_back(whole);
    made_.back().period = parts[n];
    p.drafts[run.begin + n].period.mention = &made_.back();
  }
  return !parts.empty();
}

// 分别约为3亿元、4亿元和5亿元, 分别超过3%和4%: what stands behind 分别 holds for the whole list.
void Fold::SpreadBound(Parts& p, ValueRun run, int each) const {
  const Draft& first = p.drafts[run.begin];
  const Mention& value = *p.row.tokens[first.token].mention;
  if (value.hedge_span.begin != p.row.tokens[each].span.end) return;
  for (size_t n = 1; n < run.size; ++n) {
    Quantity& quantity = p.drafts[run.begin + n].claim.quantity;
    if (quantity.bound == Bound::kExact) quantity.bound = first.claim.quantity.bound;
  }
}

// 分别以35%和7%的3C市占率, 录得680万元及1.3亿元亏损: what stands behind the last is measured of all
// of them.
void Fold::ShareMeasureBehind(Parts& p, ValueRun run) const {
  constexpr uint32_t kLongest = 24;
  const auto& tokens = p.row.tokens;
  const int last = p.drafts[run.begin + run.size - 1].token;
  const uint32_t end = tokens[last].outer.end;
  const bool money = tokens[last].token_class == Class::kMoney;
  if (!money && (tokens[last].token_class != Class::kPercent || !StandsAt(text_, end, "的")))
    return;
  for (int t = last + 1; t < static_cast<int>(tokens.size()) && p.clause[t] == p.clause[last];
       ++t) {
    const Token& token = tokens[t];
    if (token.outer.begin > end + kLongest) return;
    // 3亿元和4亿元|营收 of a list, but not 3亿元和4亿元，|营收…
    const bool adjacent = IsOf(Text({end, token.span.begin}));
    if (money && (!adjacent || token.token_class != Class::kMetric || !Fits(*token.cue, "money"))) {
      return;
    }
    if (token.token_class != Class::kMetric || (!money && !nouns_.Is("part", token.cue->value))) {
      continue;
    }
    if (Text({end, token.span.begin}).find("、") != std::string_view::npos) return;
    for (size_t n = 0; n < run.size; ++n) {
      Draft& d = p.drafts[run.begin + n];
      if (d.own_metric && d.metric.span.begin < end) continue;
      d.metric = MetricOf(token);
      d.own_metric = true;
      if (!money && d.claim.kind == ClaimKind::kLevel) d.claim.kind = ClaimKind::kShare;
    }
    return;
  }
}

// 按年及按季分别升21%及6%: a basis each.
void Fold::AlignBases(Parts& p, ValueRun run) const {
  const auto& tokens = p.row.tokens;
  const int first = p.drafts[run.begin].token;
  std::vector<int> bases;
  for (int t = 0; t < first; ++t) {
    if (p.clause[t] != p.clause[first]) continue;
    if (IsQuantity(tokens[t].token_class)) bases.clear();
    if (tokens[t].token_class == Class::kBasis) bases.push_back(t);
  }
  if (bases.size() != run.size) return;
  for (size_t n = 0; n < run.size; ++n) {
    p.drafts[run.begin + n].claim.basis =
        ParseBasis(tokens[bases[n]].cue->value).value_or(Basis::kOther);
  }
}

void Fold::SetPeriods(Parts& p, ValueRun run, const std::vector<int>& periods) const {
  for (size_t n = 0; n < run.size; ++n) {
    Draft& d = p.drafts[run.begin + n];
    d.period = {p.row.tokens[periods[n]].mention, index_};
    d.own_period = true;
  }
}

// As many dates in front of 分别 as values behind it, or one that is made of as many.
bool Fold::AlignPeriods(Parts& p, ValueRun run, int each) {
  std::vector<int> periods = PeriodsBefore(p, each);
  if (periods.size() >= run.size) {
    periods.erase(periods.begin(), periods.end() - static_cast<ptrdiff_t>(run.size));
    SetPeriods(p, run, periods);
    return true;
  }
  const Draft& first = p.drafts[run.begin];
  return periods.size() <= 1 && !first.period.empty() && first.period.sentence == index_ &&
         PartPeriod(p, run);
}

// 2024、2025及2026年盈利预测至A、B和C: a list of as many dates, with no 分别.
bool Fold::AlignListedPeriods(Parts& p, ValueRun run) const {
  const int first = p.drafts[run.begin].token;
  std::vector<int> periods = PeriodsBefore(p, first);
  if (periods.empty() && p.clause[first] > 0) {
    // 8月、9月，回落至A、B: the clause before ends in them.
    const uint32_t end = ClauseEnd(p, p.clause[first] - 1);
    for (int t = first - 1; t >= 0; --t) {
      if (IsPeriod(p.row.tokens[t].token_class) && p.row.tokens[t].span.end == end) {
        periods = PeriodsBefore(p, t + 1);
      }
    }
  }
  if (periods.size() != run.size) return false;
  for (size_t n = 1; n < periods.size(); ++n) {
    const MatchSpan gap{p.row.tokens[periods[n - 1]].span.end,
                        p.row.tokens[periods[n]].span.begin};
    if (Text(gap) != "/" && !nouns_.Is("and", Text(gap))) return false;
  }
  for (int t = periods.back(); t < first; ++t) {
    if (IsQuantity(p.row.tokens[t].token_class) && p.refused[t].empty()) return false;
  }
  SetPeriods(p, run, periods);
  return true;
}

// 2022年至2024年营收为1亿、2亿和3亿: a year each, where the words span as many.
bool Fold::AlignSpannedYears(Parts& p, ValueRun run) {
  const Draft& first = p.drafts[run.begin];
  const bool foreseen = first.claim.modality == Modality::kForecast;
  if (first.period.empty() || (!foreseen && run.size < 3)) return false;
  const Period& years = first.period.mention->period;
  if (!years.start || !years.end || years.start->date.month != 1 || years.end->date.month != 12 ||
      years.end->date.year - years.start->date.year + 1 != static_cast<int>(run.size)) {
    return false;
  }
  return PartPeriod(p, run);
}

// 2024/2025年净利润分别为1/2亿元，同比增长3%/4%: the list behind such a list has its dates.
bool Fold::TakePeriods(Parts& p, ValueRun run, ValueRun from) const {
  if (from.size != run.size || from.begin + from.size != run.begin) return false;
  for (size_t n = 0; n < run.size; ++n) {
    // The last of the dates before stands nearest, and says nothing of the list.
    const Draft& d = p.drafts[run.begin + n];
    if (d.own_period && d.period.mention != p.drafts[run.begin - 1].period.mention) return false;
  }
  for (size_t n = 0; n < run.size; ++n) {
    p.drafts[run.begin + n].period = p.drafts[from.begin + n].period;
  }
  return true;
}

// 2021年至2023年营收分别为A、B、C；毛利率分别为D、E、F: the list of the next sentence that goes on
// with the last date of such a list has all its dates.
bool Fold::TakeLastPeriods(Parts& p, ValueRun run) const {
  if (listed_periods_.size() != run.size) return false;
  for (size_t n = 0; n < run.size; ++n) {
    const Draft& d = p.drafts[run.begin + n];
    if (d.own_period || d.period.mention != listed_periods_.back().mention) return false;
  }
  for (size_t n = 0; n < run.size; ++n) p.drafts[run.begin + n].period = listed_periods_[n];
  return true;
}

// The items of [begin, end), parted by 、 and by 和及与 that are no part of a name; where that
// makes not as many as wanted and 、 alone does (甲与乙类产品、丙类), by that.
std::vector<MatchSpan> Fold::ListItems(const Parts& p, uint32_t begin, uint32_t end,
                                       size_t wanted) const {
  std::vector<MatchSpan> items;
  uint32_t item = begin;
  for (uint32_t at = begin; at < end;) {
    const char32_t c = CodePointAt(text_, at);
    const uint32_t length = CodePointLength(text_[at]);
    // 《甲片》《乙片》: titles need no mark between them.
    if (c == U'《' && at > item && CodePointBefore(text_, at) == U'》') {
      items.push_back({item, at});
      item = at;
    }
    bool mark = c == U'、' || c == U'和' || c == U'及' || c == U'与' || c == '/';
    if (mark && c != U'、' && c != '/') {
      // 鸿海、和硕: nor does a name open with one.
      for (const Token& t : p.row.tokens) {
        const bool inside = t.span.begin < at || (IsEntity(t.token_class) && t.span.begin == at);
        if (inside && at < t.span.end) mark = false;
      }
    }
    if (mark) {
      if (item < at) items.push_back({item, at});
      item = at + length;
    }
    at += length;
  }
  if (item < end) items.push_back({item, end});
  if (items.size() <= wanted) return items;
  std::vector<MatchSpan> plain;
  item = begin;
  for (uint32_t at = begin; at < end; at += CodePointLength(text_[at])) {
    if (CodePointAt(text_, at) != U'、') continue;
    if (item < at) plain.push_back({item, at});
    item = at + CodePointLength(text_[at]);
  }
  if (item < end) plain.push_back({item, end});
  return plain.size() == wanted ? plain : items;
}

// The items right in front of 分别, behind the dates of its clause.
std::vector<MatchSpan> Fold::ItemsBefore(const Parts& p, int each, size_t wanted) const {
  const auto& tokens = p.row.tokens;
  const std::vector<int> periods = PeriodsBefore(p, each);
  const uint32_t begin = periods.empty()
                             ? p.clause_begin[static_cast<size_t>(p.clause[each])]
                             : tokens[periods.back()].span.end;
  uint32_t end = tokens[each].span.begin;
  // Predicates right in front of 分别 (按年 , 同比) are no items, nor is 比上年末.
  for (int t = each - 1; t >= 0 && tokens[t].span.end == end &&
                         (IsPredicate(tokens[t].token_class) || p.compared[t] != 0 ||
                          tokens[t].token_class == Class::kCompare);
       --t) {
    end = tokens[t].span.begin;
  }
  // 甲、乙、丙3家企业的销售额分别为…: how many they are ends the list.
  for (int t = each - 1; t >= 0 && p.clause[t] == p.clause[each]; --t) {
    if (tokens[t].token_class != Class::kCount || tokens[t].outer.begin <= begin) continue;
    const std::optional<Decimal>& many = tokens[t].mention->quantity.value;
    if (many && *many == Decimal(static_cast<int>(wanted))) {
      end = std::min(end, tokens[t].outer.begin);
      constexpr std::string_view kSuchAs = "等";
      if (Text({begin, end}).ends_with(kSuchAs)) end -= static_cast<uint32_t>(kSuchAs.size());
    }
    break;
  }
  return ListItems(p, begin, end, wanted);
}

// As many items in front of 分别, in its clause or the one before, as values behind it.
void Fold::AlignItems(Parts& p, ValueRun run, int each, ValueRun listed) {
  const auto& tokens = p.row.tokens;
  auto& drafts = p.drafts;
  const size_t i = run.begin, k = run.size;
  const uint32_t clause_begin = p.clause_begin[static_cast<size_t>(p.clause[each])];
  const std::vector<int> periods = PeriodsBefore(p, each);
  std::vector<MatchSpan> items = ItemsBefore(p, each, k);
  if (items.size() != k && periods.size() == 1) {
    // 甲、乙和丙2月分别交付: the names stand before the date.
    std::vector<MatchSpan> names = ListItems(p, clause_begin, tokens[periods[0]].span.begin, k);
    if (names.size() == k) items = std::move(names);
  }
  // 汽车产销分别完成A和B: a word for two measures.
  if (items.size() == 1 && k == 2 && items[0].size() >= 6) {
    const MatchSpan word{items[0].end - 6, items[0].end};
    const std::string both = nouns_.First("pair:" + std::string(Text(word)));
    const std::vector<std::string_view> names = SplitList(both);
    if (names.size() == k) {
      const std::string front = CleanPhrase(Text({items[0].begin, word.begin}));
      for (size_t n = 0; n < k; ++n) {
        drafts[i + n].metric = Named(names[n], items[0]);
        drafts[i + n].metric.base = drafts[i + n].metric.text;
        drafts[i + n].metric.text = front + drafts[i + n].metric.base;
        if (i >= k) drafts[i + n].subject = drafts[i].subject;
      }
      return;
    }
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
    return;
  }
  if (items.size() != k && p.clause[each] > 0) {
    // 甲、乙、丙三类较为集中，分别有3只、2只和1只.
    const int front = p.clause[each] - 1;
    uint32_t from = p.clause_begin[static_cast<size_t>(front)];
    uint32_t to = ClauseEnd(p, front);
    // (某社某地8日电)甲公司、乙公司公布…: who brings the news is no item.
    const std::string_view list = Text({from, to});
    if (const size_t close = list.find(')'); list.starts_with("(") && close != list.npos) {
      from += static_cast<uint32_t>(close) + 1;
    }
    bool values = false;
    for (size_t t = 0; t < tokens.size(); ++t) {
      values = values ||
               (p.clause[t] == front && IsQuantity(tokens[t].token_class) && p.refused[t].empty());
    }
    // 4月|本港|整体出口和进口货值均录得升幅，分别: when and where is said of all.
    for (size_t t = 0; t < tokens.size(); ++t) {
      const Class c = tokens[t].token_class;
      if (tokens[t].outer.begin != from || p.clause[t] != front) continue;
      // but 6月、7月录得的个案
      const uint32_t end = tokens[t].outer.end;
      const bool item =
          StandsAt(text_, end, "、") || StandsAt(text_, end, "和") || StandsAt(text_, end, "及");
      if (!item && (IsPeriod(c) || c == Class::kHere || c == Class::kAdverb)) from = end;
    }
    for (size_t t = 0; t < tokens.size(); ++t) {
      if (p.clause[t] != front || p.paren[t] != 0 || !IsPredicate(tokens[t].token_class)) continue;
      // 居前的还有甲、乙和丙: the list stands behind the verb.
      const auto lists = [&](MatchSpan words) {
        return Text(words).find("、") != std::string_view::npos ||
               Text(words).find("》《") != std::string_view::npos;
      };
      const bool leads =
          !values && lists({tokens[t].span.end, to}) && !lists({from, tokens[t].span.begin});
      if (leads) {
        from = tokens[t].span.end;
      } else {
        to = std::min(to, tokens[t].span.begin);
      }
    }
    std::vector<MatchSpan> others = ListItems(p, from, to, k);
    if (others.size() == k) items = std::move(others);
    // 6月、7月录得的个案，分别升至A和B: a month each.
    std::vector<int> dates;
    for (const MatchSpan& item : items) {
      for (size_t t = 0; items.size() == k && t < tokens.size(); ++t) {
        if (IsPeriod(tokens[t].token_class) && item.Contains(tokens[t].span) &&
            p.compared[t] == 0) {
          dates.push_back(static_cast<int>(t));
          break;
        }
      }
    }
    if (dates.size() == k) {
      SetPeriods(p, run, dates);
      return;
    }
  }
  // 较8月的600宗及20亿元分别增加: numbers are no items.
  const bool numbers = std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
    return IsQuantity(t.token_class) && t.token_class != Class::kOrdinal &&
           std::any_of(items.begin(), items.end(),
                       [&](const MatchSpan& item) { return item.end == t.outer.end; });
  });
  if (numbers) items.clear();
  if (items.size() == k) {
    if (QuoteItems(p, run, items)) return;
    // 销售均价、新开工面积和购置面积分别上涨: a list of measures alone names nobody.
    const bool measures = std::all_of(items.begin(), items.end(), [&](const MatchSpan& item) {
      return std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) {
        return t.token_class == Class::kMetric && item.Contains(t.span) && t.span.end == item.end;
      });
    });
    for (size_t n = 0; measures && n < k; ++n) {
      const Ref& who = drafts[i + n].subject;
      if (!who.entity && who.span.begin < items.back().end && who.span.end > items.front().end) {
        drafts[i + n].subject = subject_;
      }
    }
    if (ShareTail(p, run, items)) return;
    // 零售总额A。甲类、乙类商品分别增长B和C: of what was measured before, not of the last item.
    const MetricRef& before = i > 0 ? drafts[i - 1].metric : metric_;
    const MetricRef& own = drafts[i + k - 1].metric;
    if (own.cue == nullptr && !before.empty() && items.back().Contains(own.span) &&
        !nouns_.EndsWith("measure", own.text)) {
      for (size_t n = 0; n < k; ++n) {
        MetricRef& m = drafts[i + n].metric;
        m = before;
        if (!m.base.empty()) m.text = m.base;
      }
    }
    for (size_t n = 0; n < k; ++n) SetItem(p, run, n, items);
  } else if (i >= k) {
    // 产量A，销量B，同比分别增长C和D; 产量A及B，较8月的C及D分别增加: of what is compared.
    const auto yardstick = [&](const Draft& d) {
      for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
        if (tokens[t].token_class == Class::kCompare) return true;
      }
      return false;
    };
    // 产销分别完成A和B，环比均增长C，同比分别增长D和E: C is of both.
    const bool both = listed.size == k && listed.begin + k < i;
    const size_t from = both                                     ? listed.begin
                        : i >= 2 * k && yardstick(drafts[i - k]) ? i - 2 * k
                                                                 : i - k;
    for (size_t n = 0; n < k; ++n) {
      drafts[i + n].subject = drafts[from + n].subject;
      drafts[i + n].metric = drafts[from + n].metric;
      if (!drafts[i + n].own_period) drafts[i + n].period = drafts[from + n].period;
    }
  }
}

// 甲机构与乙机构统计显示，某公司出货量分别为A和B: who counted, not what. False where the items are
// none of those.
bool Fold::QuoteItems(Parts& p, ValueRun run, const std::vector<MatchSpan>& items) const {
  std::vector<Ref> voices;
  for (const MatchSpan& item : items) {
    for (const Token& t : p.row.tokens) {
      if (!item.Contains(t.span) || t.token_class != Class::kOrg) continue;
      voices.push_back(EntityRef(t));
      break;
    }
  }
  if (voices.size() != items.size() ||
      !std::all_of(voices.begin(), voices.end(), [&](const Ref& v) { return IsAgency(v); })) {
    return false;
  }
  for (size_t n = 0; n < items.size(); ++n) {
    Claim& claim = p.drafts[run.begin + n].claim;
    claim.attribution = QuotedName(voices[n]);
    claim.attribution_id = voices[n].id;
    AddSpan(claim, SpanRole::kAttribution, voices[n].span);
  }
  return true;
}

// 销售/管理/研发费用率: measures that the last one's ending makes of all. False where it does not.
bool Fold::ShareTail(Parts& p, ValueRun run, const std::vector<MatchSpan>& items) const {
  // 丙类消费物价指数|的升幅: up to the measure.
  MatchSpan whole_item = items.back();
  for (const Token& t : p.row.tokens) {
    if (items.back().Contains(t.span) && t.token_class == Class::kMetric) {
      whole_item.end = t.span.end;
    }
  }
  const std::string_view last = Text(whole_item);
  for (size_t cut = CodePointLength(last.empty() ? 'a' : last[0]); cut < last.size();
       cut += CodePointLength(last[cut])) {
    std::vector<MetricRef> measures;
    for (const MatchSpan& item : items) {
      const bool whole = item == items.back();
      measures.push_back(Named(
          whole ? std::string(last) : std::string(Text(item)).append(last.substr(cut)), item));
      if (measures.back().empty()) break;
    }
    if (measures.back().empty()) continue;
    for (size_t n = 0; n < measures.size(); ++n) {
      Draft& d = p.drafts[run.begin + n];
      if (!d.subject.entity) d.subject = !subject_.empty() ? subject_ : OwnerRef();
      d.metric = measures[n];
      d.own_metric = true;
    }
    return true;
  }
  return false;
}

// What an item of a list is called, without what says that it is one: 以|甲、乙|为代表的业态,
// 甲、乙|等商品. `words` is the item or the part of it in front of its measure.
std::string Fold::ListedName(MatchSpan words, const std::vector<MatchSpan>& items) const {
  constexpr size_t kReason = 6;  // two characters: 受惠, 由于
  if (items.size() < 2) return CleanPhrase(Text(words));
  const auto tail_of = [&](std::string_view text) {
    for (size_t at = 3; at < text.size(); at += CodePointLength(text[at])) {
      const std::string_view rest = text.substr(at);
      if (nouns_.StartsWith("listend", rest) && !nouns_.StartsWith("listword", rest)) return at;
      // 甲、乙|受惠需求强劲，年增率分别达…: why it is so is no part of the name.
      if (nouns_.LongestStart("reason", rest) >= kReason) return at;
    }
    return text.size();
  };
  if (words.begin == items.back().begin) {
    words.end = words.begin + static_cast<uint32_t>(tail_of(Text(words)));
  }
  constexpr std::string_view kWith = "以";
  const std::string_view last = Text(items.back());
  if (words.begin == items[0].begin && Text(words).starts_with(kWith) &&
      last.substr(tail_of(last)).starts_with("为")) {
    words.begin += kWith.size();
  }
  return CleanPhrase(Text(words));
}

// 国有、私营及外商投资企业, 大、中、小型企业: a name of a list with what its last one ends in,
// where that says of what sort all of them are.
std::string Fold::WithSharedTail(const Parts& p, std::string name,
                                 const std::vector<MatchSpan>& items) const {
  if (name.empty() || (nouns_.EndsWith("agent", name) && !name.ends_with("控股"))) return name;
  uint32_t end = items.back().end;
  for (const Token& t : p.row.tokens) {
    if (!items.back().Contains(t.span)) continue;
    if (IsEntity(t.token_class)) return name;
    if (t.token_class == Class::kMetric) end = std::min(end, t.span.begin);
  }
  const std::string_view last = Text({items.back().begin, end});
  // 东、中、西部: parts of a country.
  if (const std::string part = name + "部"; nouns_.Is("regionpart", part)) {
    const bool parts = std::any_of(items.begin(), items.end(), [&](const MatchSpan& item) {
      return nouns_.StartsWith("regionpart", Text(item));
    });
    if (parts) return part;
  }
  // 大、中、小型企业: 型 belongs to one character alone.
  constexpr std::string_view kType = "型";
  std::string_view tail = last.substr(last.size() - nouns_.LongestEnd("listtail", last));
  if (tail.starts_with(kType) && CountCodePoints(name) > 1) tail.remove_prefix(kType.size());
  if (!tail.empty() && last.size() > tail.size()) return name.append(tail);
  return name;
}

// The n-th value of the run is what the n-th item names: a subject, a measure, or both.
void Fold::SetItem(Parts& p, ValueRun run, size_t n, const std::vector<MatchSpan>& items) {
  Draft& d = p.drafts[run.begin + n];
  const Draft& first = p.drafts[run.begin];
  const Token* entity = nullptr;
  const Token* metric = nullptr;
  for (size_t i = 0; i < p.row.tokens.size(); ++i) {
    const Token& t = p.row.tokens[i];
    if (!items[n].Contains(t.span)) continue;
    // (中央社记者某某8日电)|甲公司: who wrote it is no item.
    if (IsEntity(t.token_class) && entity == nullptr && p.paren[i] == 0) entity = &t;
    if (t.token_class == Class::kMetric) metric = &t;
  }
  // 对甲国、乙国出口分别增长: where the goods go is part of what is measured.
  std::string_view toward;
  for (const Token& t : p.row.tokens) {
    if (t.token_class == Class::kPrep && nouns_.Is("partner", t.cue->surface) &&
        (t.span.begin == items[0].begin || t.span.end == items[0].begin)) {
      toward = t.cue->surface;
    }
  }
  if (!toward.empty()) {
    MetricRef like = first.metric;
    for (const Draft& o : p.drafts) {
      if (!nouns_.Is("trade", like.id) && nouns_.Is("trade", o.metric.id)) like = o.metric;
    }
    if (!nouns_.Is("trade", like.id) && nouns_.Is("trade", metric_.id)) like = metric_;
    const uint32_t end = metric != nullptr ? metric->span.begin : items[n].end;
    std::string place = CleanPhrase(Text({items[n].begin, end}));
    if (place.starts_with(toward))
      place = CleanPhrase(std::string_view(place).substr(toward.size()));
    if (nouns_.Is("trade", like.id) && !place.empty()) {
      if (like.base.empty()) like.base = like.cue != nullptr ? like.cue->canonical : like.text;
      d.metric = like;
      d.metric.text = std::string(toward) + place + like.base;
      d.subject = HomeRef();
      return;
    }
  }
  if (entity != nullptr) {
    d.subject = EntityRef(*entity);
    d.own_subject = true;
  }
  if (metric != nullptr) {
    d.metric = MetricOf(*metric);
    // 溢利及每股盈利分别为A及B: what is for a share, and what is not.
    std::string& unit = d.claim.quantity.unit;
    const bool for_share = Any(d.metric.id, {"eps", "bps"});
    if (!for_share && unit.ends_with("/share") && !nouns_.Is("dividend", d.metric.id)) {
      unit.resize(unit.size() - std::string_view("/share").size());
    }
    // 甲类、乙类和丙类收入: the last item names the measure of all.
    const std::string front = n > 0 && entity == nullptr
                                  ? ListedName({items[n].begin, metric->span.begin}, items)
                                  : std::string();
    const bool shared = n > 0 && first.metric.id == d.metric.id;
    if (front.empty() || !shared || nouns_.Is("generic", front)) return;
    const Ref whose = first.subject;
    // 资本充足率和核心资本充足率: a word of two characters is no name, but 牛肉、羊肉产量 has two.
    const bool alike = std::none_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& t) {
      return t.token_class == Class::kMetric && items[0].Contains(t.span);
    });
    const bool names = alike && !whose.entity && whose.span == items[0];
    const bool part = front.size() <= 6 && !nouns_.EndsWith("agent", front) && !names;
    if (part || (whose.entity && whose.span.end <= items[0].begin)) {
      d.subject = whose;
      d.metric.base = d.metric.text;
      d.metric.text = front + d.metric.text;
    } else {
      d.subject = {};
      d.subject.text = front;
      d.subject.span = {items[n].begin, metric->span.begin};
    }
    return;
  }
  if (entity != nullptr) {
    // 甲国、乙国、丙区|占比分别为…: what the last one names is measured of all.
    const Token* measure = nullptr;
    uint32_t begin = items.back().begin;
    for (const Token& t : p.row.tokens) {
      if (!items.back().Contains(t.span)) continue;
      // 甲、乙|昨日公布4月|营收: nor is when and how it was told part of what is measured.
      const bool told = IsPeriod(t.token_class) || t.token_class == Class::kSpeech;
      if (IsEntity(t.token_class) || (told && measure == nullptr)) begin = t.span.end;
      if (t.token_class == Class::kMetric && d.metric.id == t.cue->value) measure = &t;
    }
    if (measure != nullptr) {
      d.metric = MetricOf(*measure);
      if (begin != items.back().begin && begin < measure->span.begin) {
        d.metric.text = CleanPhrase(Text({begin, measure->span.begin})) + d.metric.text;
      }
    }
    return;
  }
  const std::string name = WithSharedTail(p, ListedName(items[n], items), items);
  const MetricRef like = first.metric;
  // 甲公司、乙公司和丙净流入分别为…: a name that no lexicon knows, among those of companies.
  const bool among = n > 0 && IsListed(first.subject) && items[0].Contains(first.subject.span) &&
                     CountCodePoints(name) <= 5 && !nouns_.EndsWith("segment", name);
  // 资通产品、机械各增3%、4%: goods are what a country trades.
  constexpr std::string_view kWares = "品";
  const bool ware = name.ends_with(kWares) && nouns_.Is("trade", like.id) &&
                    (!first.subject.entity || first.subject.type == EntityType::kPlace);
  const bool agent = !ware && (among || nouns_.EndsWith("agent", name));
  if (nouns_.EndsWith("measure", name) && !agent) {
    d.metric = {};
    d.metric.text = name;
    d.metric.span = items[n];
    d.subject = first.subject;
  } else if (!name.empty() && like.cue != nullptr && first.subject.entity && !agent &&
             !(like.id == "retail_sales" && name.ends_with("类"))) {
    // 甲类、乙类分别年增: parts of the measure of whom the sentence speaks.
    d.subject = first.subject;
    d.metric = like;
    d.metric.base = like.base.empty() ? like.text : like.base;
    d.metric.text = name + d.metric.base;
    d.metric.span = items[n];
  } else if (!name.empty()) {
    d.subject = {};
    d.subject.text = name;
    d.subject.span = items[n];
    // 甲类、乙类零售额: what the last item names is measured of each.
    if (!d.metric.base.empty() && items.back().Contains(d.metric.span))
      d.metric.text = d.metric.base;
  }
}

}  // namespace hanfact::extract
