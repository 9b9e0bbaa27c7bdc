// When: the period that a number is of.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

constexpr int64_t kSoon = 31;   // days
constexpr int kMonthsOfYear = 12;

// Whether the first is the stretch of a year up to the end of the second, a month of it.
bool SoFar(const Period& stretch, const Period& month) {
  return (month.grain == Grain::kMonth || month.grain == Grain::kQuarter) && stretch.start &&
         stretch.end && month.start && month.end && stretch.end->date == month.end->date &&
         stretch.start->date == Date{month.end->date.year, 1, 1} &&
         stretch.start->date < month.start->date;
}

// How many bytes at their ends two texts have in common.
size_t SharedTail(std::string_view a, std::string_view b) {
  size_t n = 0;
  while (n < a.size() && n < b.size() && a[a.size() - 1 - n] == b[b.size() - 1 - n]) ++n;
  return n;
}

}  // namespace

// 近7季新高, 2024年6月后新高, 15年以来的最低: whether the words behind a stretch of time say how
// long it had not been so.
bool Fold::BeforeRecord(const Parts& p, uint32_t at) const {
  return nouns_.StartsWith("record", nouns_.TrimStart("sincetail", Text({at, p.span.end})));
}

// 2025年首次突破1亿件, 去年首次: when it came about first, not since when it had not been so
// (自2020年首次, 近3年首次).
bool Fold::FirstThen(const Parts& p, int token) const {
  const Token& when = p.row.tokens[token];
  const std::string_view front = Text({p.span.begin, when.outer.begin});
  return when.mention != nullptr && when.mention->period_role == PeriodRole::kPlain &&
         nouns_.StartsWith("debut", Text({when.span.end, p.span.end})) &&
         !nouns_.StartsWith("rolling", Text(when.span)) && !nouns_.EndsWith("rolling", front);
}

// Periods behind a word of comparison are not the claim's own.
void Fold::MarkCompared(Parts& p) const {
  const auto& tokens = p.row.tokens;
  const int n = static_cast<int>(tokens.size());
  for (int t = 0; t < n; ++t) {
    const Class c = tokens[t].token_class;
    // 创4月27日以来新低, 近7季新高: how long it had not been so.
    if (IsPeriod(c)) {
      if (BeforeRecord(p, tokens[t].span.end) && !FirstThen(p, t)) p.compared[t] = 1;
      // 创2020年3月15日2569点以来新高: when it was last as high.
      if (t + 1 < n && IsQuantity(tokens[t + 1].token_class) &&
          tokens[t + 1].outer.begin == tokens[t].span.end &&
          BeforeRecord(p, tokens[t + 1].outer.end)) {
        p.compared[t] = 1;
      }
      // 已超越去年全年获利, 优于上季
      if (nouns_.EndsWith("versus", Text({p.span.begin, tokens[t].outer.begin}))) {
        p.compared[t] = 1;
      }
      // 因上年同月基数较低，年增7%
      if (nouns_.StartsWith("baseline", Text({tokens[t].span.end, p.span.end}))) {
        p.compared[t] = 1;
      }
      // 出货2256万台，与去年相当
      if (nouns_.StartsWith("alike", Text({tokens[t].span.end, p.span.end}))) p.compared[t] = 1;
      // 创2024年1月初后逾2年新高: since when, and how long.
      if (t + 1 < n && tokens[t + 1].token_class == Class::kDuration &&
          p.clause[t + 1] == p.clause[t] &&
          tokens[t + 1].outer.begin - tokens[t].span.end <= std::string_view("以来，近").size() &&
          BeforeRecord(p, tokens[t + 1].outer.end)) {
        p.compared[t] = 1;
      }
      // 相隔近4个月再上5000点
      const std::string_view front = Text({p.span.begin, tokens[t].outer.begin});
      if (nouns_.EndsWith("apart", front)) p.compared[t] = 1;
    }
    const bool compare = c == Class::kCompare || ((c == Class::kDown || c == Class::kUp) &&
                                                  nouns_.Is("than", tokens[t].cue->surface));
    // 现货金价亚洲时段报9元: when, not where.
    if (IsEntity(c) && StandsAt(text_, tokens[t].span.end, "时段")) p.compared[t] = 1;
    // 未来六个月|展望指数, 未来半年|投资时机: what people think of it now.
    if (IsPeriod(c) && Text(tokens[t].span).starts_with("未来") &&
        nouns_.StartsWith("outlook", Text({tokens[t].span.end, p.span.end}))) {
      p.compared[t] = 1;
    }
    // 同比2021年春节假期增长: against what is said behind.
    if (c == Class::kBasis && t + 1 < n && IsPeriod(tokens[t + 1].token_class) &&
        tokens[t + 1].outer.begin == tokens[t].span.end) {
      p.compared[t + 1] = 1;
    }
    // 与…相比: the preposition opens it.
    bool opens = false;
    if (c == Class::kPrep && nouns_.Is("with", tokens[t].cue->surface)) {
      for (int u = t + 1; u < n && u < t + 6 && p.clause[u] == p.clause[t]; ++u) {
        if (tokens[u].token_class == Class::kCompare) opens = true;
      }
    }
    // 仅为同行的十分之一: the name in front of such a value is the yardstick.
    if (IsEntity(c) && t + 1 < n && p.clause[t + 1] == p.clause[t] &&
        (tokens[t + 1].token_class == Class::kRatio ||
         tokens[t + 1].token_class == Class::kPercent ||
         tokens[t + 1].token_class == Class::kMultiple) &&
        tokens[t + 1].outer.begin - tokens[t].span.end <= 12 &&
        (Text({tokens[t].span.end, tokens[t + 1].outer.begin}).ends_with("的") ||
         // 不到某公司一半
         (tokens[t + 1].token_class == Class::kRatio &&
          tokens[t + 1].outer.begin == tokens[t].span.end))) {
      bool before = false;
      for (int u = std::max(0, t - kReach); u < t; ++u) {
        before = before ||
                 (p.clause[u] == p.clause[t] &&
                  (tokens[u].token_class == Class::kLevel || tokens[u].token_class == Class::kTo ||
                   tokens[u].token_class == Class::kAdverb));
      }
      const bool right_behind = tokens[t + 1].outer.begin == tokens[t].span.end;
      if (before || right_behind) p.compared[t] = 1;
    }
    // 几乎为8月数据的一倍, 仅为去年销量的三分之一: of when the yardstick is.
    if (IsPeriod(c) && t > 0 && tokens[t - 1].outer.end == tokens[t].outer.begin &&
        (tokens[t - 1].token_class == Class::kTo || tokens[t - 1].token_class == Class::kLevel)) {
      for (int u = t + 1; u < n && p.clause[u] == p.clause[t]; ++u) {
        if (!IsQuantity(tokens[u].token_class)) continue;
        if (p.paren[u] > p.paren[t]) continue;
        const bool taken =
            tokens[u].token_class == Class::kRatio || tokens[u].token_class == Class::kMultiple;
        if (taken && Text({tokens[t].span.end, tokens[u].outer.begin}).ends_with("的")) {
          p.compared[t] = 2;
        }
        break;
      }
    }
    // 恢复至2019年同期的119%: the time whose level it is a part of.
    if (IsPeriod(c) && t > 0 && t + 1 < n && p.clause[t + 1] == p.clause[t] &&
        tokens[t + 1].token_class == Class::kPercent &&
        Text({tokens[t].span.end, tokens[t + 1].outer.begin}) == "的") {
      int verb = t - 1;
      while (verb > 0 && IsPeriod(tokens[verb].token_class) &&
             tokens[verb].outer.end == tokens[verb + 1].outer.begin) {
        --verb;
      }
      if (nouns_.EndsWith("restored", Text({p.span.begin, tokens[verb + 1].outer.begin}))) {
        for (int u = verb + 1; u <= t; ++u) p.compared[u] = 2;
      }
    }
    if (!compare && !opens) continue;
    for (int u = t + 1; u < n && p.clause[u] == p.clause[t]; ++u) {
      const Class d = tokens[u].token_class;
      if (IsQuantity(d) || d == Class::kUp || d == Class::kDown || d == Class::kLevel) break;
      if (IsPeriod(d) || IsEntity(d) || d == Class::kHere) p.compared[u] = 1;
    }
  }
}

// 1—9月投资A…，9月环比增长B。分地区看，…: whether the sentence goes through the parts of what the
// document began with.
bool Fold::BreaksDown(const Parts& p) const {
  const std::string_view opening = Text({p.span.begin, ClauseEnd(p, 0)});
  return p.clause_begin.size() > 1 && opening.starts_with("分") && opening.ends_with("看");
}

// 而上年同期|出货量为A，份额为B: whether the words of the year before open what several clauses tell.
bool Fold::OpensList(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  // 而2024年同期，甲公司出货量为A
  const bool closes = tokens[token].span.end == ClauseEnd(p, p.clause[token]);
  if (!closes && (token + 1 >= static_cast<int>(tokens.size()) ||
                  tokens[token + 1].token_class != Class::kMetric ||
                  tokens[token + 1].span.begin != tokens[token].span.end)) {
    return false;
  }
  uint32_t from = p.clause_begin[static_cast<size_t>(p.clause[token])];
  for (int t = 0; t < token; ++t) {
    if (p.clause[t] == p.clause[token] && tokens[t].token_class == Class::kConj &&
        tokens[t].span.begin == from) {
      from = tokens[t].span.end;
    }
  }
  return from == tokens[token].span.begin;
}

// Gives the number a period of its own, to be altered: so far that of the mention.
Period& Fold::OwnPeriod(Draft& d, const Mention& of) {
  made_.push_back(of);
  d.period.mention = &made_.back();
  return made_.back().period;
}

// 9月失业率由上月A降为B: the month before the one spoken of, whenever the article was written.
void Fold::TakeMonthBefore(Parts& p) {
  for (size_t i = 0; i + 1 < p.drafts.size(); ++i) {
    Draft& d = p.drafts[i];
    const Draft& next = p.drafts[i + 1];
    if (!p.from.contains(d.token) || d.period.empty() || next.period.empty()) continue;
    const Mention& of = *d.period.mention;
    const Mention& now = *next.period.mention;
    if (&of == &now || now.period.grain != Grain::kMonth || of.period.grain != Grain::kMonth) {
      continue;
    }
    if (!nouns_.StartsWith("monthago", Text(of.span))) continue;
    if (!of.period.start || !now.period.start) continue;
    const Date month = now.period.start->date;
    if (of.period.start->date != month) continue;
    const Date before = AddMonths(month, -1);
    OwnPeriod(d, of) = MonthPeriod(before.year, before.month);
  }
}

// 从2014年到2016年，销量从7.5万辆增至50.7万辆: the first and the last of the years that the pair
// spans.
void Fold::PartRise(Parts& p) {
  for (size_t i = 0; i + 1 < p.drafts.size(); ++i) {
    Draft& d = p.drafts[i];
    Draft& next = p.drafts[i + 1];
    // 2月至4月失业率A。失业人数由B增至C: the span before, then this one.
    if (!p.from.contains(d.token) || d.period.empty() || next.period.mention != d.period.mention ||
        d.period.sentence != index_ || next.clause != d.clause ||
        next.claim.kind == ClaimKind::kChange) {
      continue;
    }
    const Mention of = *d.period.mention;
    const std::string_view words = Text(of.span);
    const bool pair = nouns_.Within("to", words);
    if ((of.period.grain != Grain::kMonth && of.period.grain < Grain::kYear) || !pair ||
        !of.period.start || !of.period.end) {
      continue;
    }
    const Date first = of.period.start->date;
    const Date last = of.period.end->date;
    const int years = last.year - first.year;
    const int steps =
        of.period.grain >= Grain::kYear ? years : years * 12 + last.month - first.month;
    if (steps <= 0) continue;
    const std::vector<Period> parts = Parted(of.period, static_cast<size_t>(steps) + 1);
    if (parts.empty()) continue;
    OwnPeriod(d, of) = parts.front();
    OwnPeriod(next, of) = parts.back();
  }
}

// 上周90宗，较前周的117宗: the week before the one spoken of, not before the article's own.
void Fold::TakeWeekBefore(const Parts& p, int token, Draft& d) {
  const auto& tokens = p.row.tokens;
  constexpr int kWeek = 7;
  if (!nouns_.Is("weekago", Text(tokens[token].span))) return;
  const Period& own = tokens[token].mention->period;
  if (own.grain != Grain::kWeek || !own.start || !own.end) return;
  const auto same = [&](const Mention* other) {
    return other != nullptr && other->period.grain == Grain::kWeek && other->period.start &&
           DayNumber(other->period.start->date) == DayNumber(own.start->date);
  };
  bool told = !period_.empty() && same(period_.mention);
  for (int t = 0; t < static_cast<int>(tokens.size()); ++t) {
    told = told || (t != token && IsPeriod(tokens[t].token_class) && same(tokens[t].mention));
  }
  if (!told) return;
  Period& before = OwnPeriod(d, *tokens[token].mention);
  before.start->date = AddDays(before.start->date, -kWeek);
  before.end->date = AddDays(before.end->date, -kWeek);
}

// 去年第4季营收A，全年B: 全年 is that of the date before it in the sentence. So is 年内 of the year
// whose results are told.
void Fold::TakeYearSpokenOf(const Parts& p, int token, Draft& d) {
  const auto& tokens = p.row.tokens;
  const bool within = Text(tokens[token].span) == "年内";
  if (!within && Text(tokens[token].span) != "全年") return;
  // 年内收益A。…年内毛利率B: the same year again.
  if (within && !period_.empty() && Text(period_.mention->span) == "年内" &&
      d.period.mention->period.grain == period_.mention->period.grain) {
    d.period = period_;
    return;
  }
  for (int t = token - 1; t >= 0; --t) {
    if (!IsPeriod(tokens[t].token_class) || p.compared[t] != 0 || tokens[t].mention == nullptr) {
      continue;
    }
    const Period& before = tokens[t].mention->period;
    // 截至6月底止|全年: the twelve months that end so.
    if (!within && tokens[t].token_class == Class::kAsOf && before.end &&
        tokens[t].outer.end == tokens[token].outer.begin) {
      Period& own = OwnPeriod(d, *tokens[token].mention);
      own.end = before.end;
      own.start = Moment{AddMonths(AddDays(before.end->date, 1), -kMonthsOfYear), {}};
      return;
    }
    if (!before.start || !before.end || before.start->date.year != before.end->date.year ||
        before.grain == Grain::kDay) {
      continue;
    }
    // 2018年度业绩，年内收益: of the year reported on.
    if (within && (before.grain != Grain::kYear ||
                   !nouns_.StartsWith("results", Text({tokens[t].span.end, p.span.end})))) {
      return;
    }
    const Period year = YearPeriod(before.start->date.year);
    Period& own = OwnPeriod(d, *tokens[token].mention);
    own.start = year.start;
    own.end = year.end;
    return;
  }
  // 去年收入A，亏损由前年的B增至C。全年派息D: of the year that the results are of.
  const std::string_view paid = Text({tokens[token].span.end, p.span.end});
  if (within || !nouns_.StartsWith("paidout", paid) || lead_period_.empty() ||
      lead_period_.mention->period.grain != Grain::kYear || !lead_period_.mention->period.start ||
      !lead_period_.mention->period.end) {
    return;
  }
  const Period year = lead_period_.mention->period;
  Period& own = OwnPeriod(d, *tokens[token].mention);
  own.start = year.start;
  own.end = year.end;
}

// 10月营收A，今年累计营收B: the year as far as the month before, where it is not over yet.
void Fold::TakeYearToDate(const Parts& p, Draft& d) {
  const Period& year = d.period.mention->period;
  const Period* part = nullptr;
  for (const Draft& o : p.drafts) {
    if (!o.period.empty()) part = &o.period.mention->period;
  }
  if (part == nullptr && !period_.empty()) part = &period_.mention->period;
  if (part == nullptr || year.grain != Grain::kYear || !year.start || !year.end || !part->end ||
      !part->start || !published_ ||
      (part->grain != Grain::kMonth && part->grain != Grain::kQuarter) ||
      year.end->date < *published_ || part->start->date.year != year.start->date.year ||
      !(part->end->date < year.end->date)) {
    return;
  }
  const auto end = part->end;
  OwnPeriod(d, *d.period.mention).end = end;
}

// 截至9月底止中期，因年底出售业务，期内收益A: of the time reported on, which the sentence names
// first, else of the one before.
bool Fold::TakeReported(const Parts& p, int token, int index, Draft& d) const {
  if (!nouns_.Is("reported", Text(p.row.tokens[token].span))) return false;
  for (int t = 0; t < token; ++t) {
    const Token& first = p.row.tokens[t];
    if (!IsPeriod(first.token_class) || p.compared[t] != 0 || first.mention == nullptr ||
        first.mention->period.grain < Grain::kMonth || !first.mention->period.end) {
      continue;
    }
    d.period = {first.mention, index};
    d.period_from = PeriodFrom::kSentence;
    return true;
  }
  if (period_.empty() || period_.mention->period.grain < Grain::kMonth) return false;
  d.period = period_;
  d.period_from = PeriodFrom::kPreviousSentence;
  return true;
}

// 14日|在业绩会上表示，: whether the date at the token is that of an occasion its clause ends in.
bool Fold::DatesOccasion(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  MatchSpan rest{tokens[token].span.end, ClauseEnd(p, p.clause[token])};
  for (int t = static_cast<int>(tokens.size()) - 1; t > token; --t) {
    if (tokens[t].token_class == Class::kSpeech && tokens[t].span.end == rest.end) {
      rest.end = tokens[t].span.begin;
    }
  }
  return nouns_.EndsWith("occasion", Text(rest));
}

// 成立于|2011年，: whether a verb and 于 stand in front of the date that ends its clause.
bool Fold::DatesFounding(const Parts& p, int token) const {
  const Token& date = p.row.tokens[token];
  return date.span.end == ClauseEnd(p, p.clause[token]) &&
         nouns_.EndsWith("founded", Text({p.span.begin, date.outer.begin}));
}

void Fold::FillPeriod(const Parts& p, int index, Draft& d) {
  const auto& tokens = p.row.tokens;
  const int clause = d.clause;
  const auto reported = [&](int t) {
    return !period_.empty() && nouns_.Is("thisquarter", Text(tokens[t].span)) && !Foretells(p) &&
           period_.mention->period.grain == Grain::kQuarter && period_.mention->period.start &&
           tokens[t].mention->period.start &&
           *period_.mention->period.start < *tokens[t].mention->period.start;
  };
  // 较首季的500人: the number of the period it is compared with.
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach) && p.clause[t] == clause; --t) {
    if (IsQuantity(tokens[t].token_class) && p.paren[t] > p.paren[d.token]) continue;
    if (IsQuantity(tokens[t].token_class)) break;
    if (!IsPeriod(tokens[t].token_class)) continue;
    std::string_view gap = Text({tokens[t].span.end, tokens[d.token].outer.begin});
    // 较前周(1/9—7/9)的88宗
    if (const size_t close = gap.find(')'); gap.starts_with("(") && close + 1 < gap.size()) {
      gap.remove_prefix(close + 1);
    }
    // 已是2024全年(37.7亿)的2.3倍: how much that was.
    if (gap == "(" && p.paren[d.token] > p.paren[t] && tokens[t].mention->period.start) {
      d.period = {tokens[t].mention, index};
      d.period_from = PeriodFrom::kClause;
      d.own_period = true;
      return;
    }
    if (p.compared[t] == 2) continue;
    // 低于|4月|预测的3.8%: when it was foretold.
    if (p.compared[t] != 0 && tokens[t].mention->period.grain <= Grain::kMonth &&
        tokens[t + 1].token_class == Class::kForecast &&
        tokens[t + 1].outer.begin == tokens[t].span.end) {
      continue;
    }
    // 由去年亏损3亿元转为盈利: the date of the level left. 较去年接近翻倍 has none.
    const Class vc = tokens[d.token].token_class;
    // 增幅高于去年四季度|0.3个百分点: how far above it is.
    const bool rate = vc == Class::kMultiple || vc == Class::kRatio ||
                      (vc == Class::kPoint && t > 0 && tokens[t - 1].cue != nullptr &&
                       nouns_.Is("versus", tokens[t - 1].cue->surface));
    // 较9月的升幅1.1%为高: the rise of then.
    const bool rise_of = gap.starts_with("的") && gap.ends_with("幅") && t + 1 < d.token;
    if (rise_of && p.compared[t] != 0) d.by_noun = true;
    // 优于去年同期EPS 3.55元: the measure of then.
    const bool measure_of =
        t > 0 && t + 2 == d.token && tokens[t + 1].token_class == Class::kMetric &&
        tokens[t + 1].outer.begin == tokens[t].outer.end &&
        tokens[t - 1].outer.end == tokens[t].outer.begin &&
        (tokens[t - 1].token_class == Class::kCompare || tokens[t - 1].token_class == Class::kUp ||
         tokens[t - 1].token_class == Class::kDown);
    if (p.compared[t] != 0 && gap != "的" && !rise_of && !measure_of && (!gap.empty() || rate) &&
        gap != "底的" && !(gap.size() <= 12 && gap.ends_with("的")) && !p.from.contains(d.token)) {
      continue;
    }
    if (tokens[t].token_class == Class::kSet || Dateless(tokens[t])) continue;
    if (tokens[t].token_class == Class::kVague && !tokens[t].mention->period.start) continue;
    if (reported(t)) {
      d.period = period_;
      d.period_from = PeriodFrom::kPreviousSentence;
      return;
    }
    if (TakeReported(p, t, index, d)) return;
    d.period = {tokens[t].mention, index};
    d.period_from = PeriodFrom::kClause;
    d.own_period = true;
    TakeYearSpokenOf(p, t, d);
    TakeWeekBefore(p, t, d);
    // 今年累计营收B, 累计今年移转A栋
    const auto sums = [&](int u) {
      return tokens[u].cue != nullptr && tokens[u].cue->surface.starts_with("累");
    };
    if ((t + 1 < d.token && tokens[t + 1].outer.begin == tokens[t].outer.end && sums(t + 1)) ||
        (t > 0 && tokens[t - 1].outer.end == tokens[t].outer.begin && sums(t - 1))) {
      TakeYearToDate(p, d);
    }
    return;
  }
  // 较9月的10宗及|4亿元: both of then.
  if (const Draft* last = LastDraft(p, d.token);
      last != nullptr && last->clause == clause && last->own_period && last->token > 0 &&
      IsPeriod(tokens[last->token - 1].token_class) && p.compared[last->token - 1] != 0 &&
      nouns_.Is("and", Text({tokens[last->token].outer.end, tokens[d.token].outer.begin}))) {
    d.period = last->period;
    d.period_from = PeriodFrom::kClause;
    d.own_period = true;
    return;
  }
  // Across earlier numbers of the clause, then the clauses before.
  bool vague = false;
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    const Class c = tokens[t].token_class;
    if (!IsPeriod(c) || p.compared[t] != 0 || c == Class::kSet || Dateless(tokens[t])) continue;
    if (p.paren[t] != 0 && p.paren[d.token] == 0 &&
        (t == 0 || !IsPeriod(tokens[t - 1].token_class))) {
      continue;
    }
    if (c == Class::kVague) {
      // 盘中 and 收盘 leave the day to the sentence before, 近日 says that no day is known.
      vague = vague ||
              (!tokens[t].mention->period.start && !nouns_.Is("session", Text(tokens[t].span)));
      continue;
    }
    // 在昨日的说明会上，他表示: when it was said, not what it is of.
    if (p.clause[t] < clause && DatesOccasion(p, t)) {
      vague = true;
      continue;
    }
    // 由于甲公司调整2022年的产品组合，以24%的份额领先: when the reason was.
    if (p.clause[t] < clause && GivesReason(p, t) &&
        !(t > 0 && nouns_.StartsWith("reason", Text({tokens[t].span.begin, p.span.end})))) {
      continue;
    }
    // 甲公司成立于2011年，现有员工1400人: nor of what somebody has since.
    if (p.clause[t] < clause && DatesFounding(p, t)) {
      vague = true;
      continue;
    }
    // 去年公布的计划，…: the date of what was announced, not of what follows.
    if (p.clause[t] < clause) {
      const std::string_view rest = Text({tokens[t].span.end, ClauseEnd(p, p.clause[t])});
      if (nouns_.StartsWith("announced", rest)) continue;
    }
    // 昨日急升半成的甲公司回吐4.2%: the date inside a clause before 的 stays there.
    const auto inside = [&](const Draft& o) {
      return o.relative && t < o.token && p.clause[t] == o.clause;
    };
    if (std::any_of(p.drafts.begin(), p.drafts.end(), inside)) continue;
    // A date of another number's own: 去年同期 belongs to that number only.
    if (c == Class::kSame && p.clause[t] != clause && !OpensList(p, t)) continue;
    // 9月失业率…，为8月的一倍。当月时薪: the month that the sentence before was about.
    const bool that_month = nouns_.Is("thatmonth", Text(tokens[t].span)) && !period_.empty() &&
                            index - period_.sentence <= 1 &&
                            period_.mention->period.grain == Grain::kMonth &&
                            std::none_of(tokens.begin(), tokens.begin() + t,
                                         [](const Token& o) { return IsPeriod(o.token_class); });
    // 本季度: of the report the sentences before are about.
    if (that_month || reported(t)) {
      d.period = period_;
      d.period_from = PeriodFrom::kPreviousSentence;
      return;
    }
    if (TakeReported(p, t, index, d)) return;
    d.period = {tokens[t].mention, index};
    d.period_from = p.clause[t] == clause ? PeriodFrom::kClause : PeriodFrom::kSentence;
    d.own_period = p.clause[t] == clause;
    TakeYearSpokenOf(p, t, d);
    return;
  }
  // 5亿元(2021年): the bracket behind.
  if (d.token + 1 < static_cast<int>(tokens.size())) {
    const Token& next = tokens[d.token + 1];
    // (2024年:3亿元), (2024年为3亿元) are of the number in the bracket.
    const size_t inner = static_cast<size_t>(d.token) + 2;
    const bool labels =
        StandsAt(text_, next.outer.end, ":") ||
        (inner < tokens.size() && p.clause[inner] == p.clause[inner - 1] &&
         p.paren[inner] > p.paren[d.token] &&
         (IsQuantity(tokens[inner].token_class) ||
          (inner + 1 < tokens.size() && IsPredicate(tokens[inner].token_class) &&
           p.paren[inner + 1] > p.paren[d.token] && IsQuantity(tokens[inner + 1].token_class))));
    if (IsPeriod(next.token_class) && p.paren[d.token + 1] > p.paren[d.token] && !labels &&
        next.span.begin <= tokens[d.token].outer.end + 4) {
      d.period = {next.mention, index};
      d.own_period = true;
      return;
    }
  }
  // 300家公司2020年年报: later in the clause, before another number.
  for (int t = d.token + 1; t < static_cast<int>(tokens.size()) && p.clause[t] == clause; ++t) {
    if (IsQuantity(tokens[t].token_class)) break;
    if (tokens[t].token_class == Class::kPeriod && p.compared[t] == 0 &&
        p.paren[t] == p.paren[d.token] && !Dateless(tokens[t])) {
      d.period = {tokens[t].mention, index};
      d.own_period = true;
      return;
    }
  }
  if (vague) return;
  for (int t = std::max(0, d.token - kReach); t < d.token && !tells_once_; ++t) {
    if (tokens[t].token_class == Class::kNoSource && tokens[t].span.begin == p.span.begin) return;
  }
  if (!period_.empty() && period_.sentence >= 0) {
    // A line of a list is of the time its heading or the line before has.
    const bool near = index - period_.sentence <= 1;
    if (near && (paragraph_ == period_paragraph_ || heading_)) {
      const bool whole = !lead_period_.empty() && BreaksDown(p) &&
                         lead_period_.mention->period.start <= period_.mention->period.start &&
                         period_.mention->period.end <= lead_period_.mention->period.end;
      d.period = whole ? PeriodRef{lead_period_.mention, period_.sentence} : period_;
      d.period_from =
          paragraph_ == period_paragraph_ ? PeriodFrom::kPreviousSentence : PeriodFrom::kParagraph;
    }
    d.past_border = near && d.period.empty();
  }
  d.framed = d.period.empty();
}

// Whether the measure is told of a day on which something is traded.
bool Fold::TellsTrade(const MetricRef& m) const {
  return nouns_.Is("quote", m.id) || nouns_.Is("deed", m.id) || nouns_.Is("daily", m.id);
}

// 收市报25630点, 恒指终场跌60点: whether the word tells of a day of trade.
bool Fold::TellsSession(const Token& token) const {
  return (token.token_class == Class::kVague || token.cue != nullptr) &&
         nouns_.Is("session", Text(token.span));
}

// The latest day that a quote told so far is of: of a day past, and not of one held against it.
void Fold::NoteTradeDay(const Draft& d, Modality modality) {
  if (modality != Modality::kActual || d.period.empty() || !published_ || !TellsTrade(d.metric)) {
    return;
  }
  const Period& day = d.period.mention->period;
  if (day.grain > Grain::kDay || !day.start || !day.end || day.start->date != day.end->date ||
      *published_ < day.start->date || d.period.mention->period_role == PeriodRole::kSamePeriod) {
    return;
  }
  if (trade_day_.empty() || trade_day_.mention->period.start->date < day.start->date) {
    trade_day_ = d.period;
  }
}

// 首季净亏损收窄97%，股价升3%: the time of results in front is none of the day's price; nor is the
// quarter or month that the sentence before was of.
void Fold::LeaveReportedTime(const Parts& p, Draft& d) {
  if (!Any(d.metric.id, {"share_price", "close_price"}) || d.own_period || d.period.empty() ||
      d.period.mention->period.grain < Grain::kMonth) {
    return;
  }
  const bool reported = std::any_of(p.drafts.begin(), p.drafts.end(), [&](const Draft& o) {
    return o.own_period && o.period.mention == d.period.mention &&
           nouns_.Is("corporate", o.metric.id);
  });
  const Grain grain = d.period.mention->period.grain;
  const bool before = d.period.sentence != index_ && d.claim.kind == ClaimKind::kChange &&
                      (grain == Grain::kMonth || grain == Grain::kQuarter);
  if (!reported && !before) return;
  d.period = {};
  TakeFrame(d);
}

// 台股昨(23)日开红盘: the day that a morning paper opens with is that of the trades it tells of.
void Fold::NoteDayOfOpening(const Parts& p, int token) {
  constexpr int kLead = 2;  // sentences
  const Token& day = p.row.tokens[token];
  if (!tells_once_ || index_ >= kLead || !trade_day_.empty() || !IsPeriod(day.token_class) ||
      !published_ || day.mention->period.grain != Grain::kDay || !day.mention->period.start ||
      !StandsAt(text_, day.span.begin, "昨") || !(day.mention->period.start->date < *published_) ||
      !nouns_.Within("bourse", Text({p.clause_begin[static_cast<size_t>(p.clause[token])],
                                     ClauseEnd(p, p.clause[token])}))) {
    return;
  }
  trade_day_ = {day.mention, index_};
}

// The time that the article is of, for an actual number that has none and is not said to have none:
// of trades the day whose quotes are told, else the month, quarter or year reported on. The papers
// of Hong Kong and Taiwan tell of a day's trades on that day without naming it, and of a period
// once for a whole report; elsewhere the paragraph before has to have told it of measures of that
// sort.
void Fold::TakeFrame(Draft& d) {
  if (TellsTrade(d.metric) && !trade_day_.empty()) {
    d.period = trade_day_;
    d.period_from = PeriodFrom::kParagraph;
    return;
  }
  // 恒生指数报18851点: what the papers of a place say its own index stands at is of their day.
  const bool own_index = [&] {
    if (!tells_once_ || d.metric.id != "index_level" || !d.subject.entity) return false;
    const auto facts = tables_.entities->Lookup(d.subject.id);
    return facts && facts->home == document_.meta.region;
  }();
  // New York closes when it is the next day here.
  if (TellsTrade(d.metric) && (session_told_ || own_index) && published_ &&
      !d.subject.id.starts_with("us:")) {
    made_.emplace_back();
    made_.back().span = d.metric.span;
    made_.back().type = MentionType::kPeriod;
    made_.back().period = DayPeriod(*published_);
    trade_day_ = {&made_.back(), index_};
    d.period = trade_day_;
    d.period_from = PeriodFrom::kPublished;
    return;
  }
  if (d.past_border || (tells_once_ && !told_period_.empty())) TakeReportsPeriod(d);
}

// 8月1日，甲县遭遇暴雨。|全县转移群众518人: what an event did and what was done about it is of its
// days, paragraphs on, until another time is told; what a place has is of none.
void Fold::TakeEventsDays(const Parts& p, Draft& d) const {
  constexpr int64_t kLongestEvent = 31, kToldWithin = 31;  // days
  if (tells_once_ || time_left_open_ || period_.empty() || !published_ ||
      d.claim.modality != Modality::kActual) {
    return;
  }
  const Period& event = period_.mention->period;
  if (!event.start || !event.end || event.grain > Grain::kWeekend ||
      *published_ < event.end->date ||
      DayNumber(event.end->date) - DayNumber(event.start->date) > kLongestEvent ||
      DayNumber(*published_) - DayNumber(event.end->date) > kToldWithin) {
    return;
  }
  const Draft* last = LastDraft(p, d.token);
  const bool goes_on = last != nullptr && last->period.mention == period_.mention &&
                       last->period_from == PeriodFrom::kParagraph;
  if (!goes_on && !TellsEvent(p, d)) return;
  d.period = period_;
  d.period_from = PeriodFrom::kParagraph;
}

// 4月7日傍晚起火。18时40分，…: a time of day by itself is of the day last told, where the
// document's own stands for it.
void Fold::TakeDayOfClock(Draft& d) {
  if (tells_once_ || time_left_open_ || d.period.empty() || period_.empty() || !published_) return;
  const Mention& clock = *d.period.mention;
  const Period& told = period_.mention->period;
  if (d.period.mention == period_.mention || clock.period.grain > Grain::kHour ||
      !clock.period.start || clock.period.start->date != *published_ || !told.start ||
      told.grain > Grain::kDay || !(told.start->date < *published_) ||
      DayNumber(*published_) - DayNumber(told.start->date) > kSoon) {
    return;
  }
  if (nouns_.Within("dayword", Text(clock.span))) return;
  const Date day = told.start->date;
  Period& own = OwnPeriod(d, clock);
  own.start->date = day;
  if (own.end) own.end->date = day;
}

// Whether the words of the clause around the number tell of something that happens.
bool Fold::TellsEvent(const Parts& p, const Draft& d) const {
  const auto& tokens = p.row.tokens;
  uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)], to = ClauseEnd(p, d.clause);
  for (int t = 0; t < static_cast<int>(tokens.size()); ++t) {
    if (t == d.token || !IsQuantity(tokens[t].token_class)) continue;
    if (t < d.token) from = std::max(from, tokens[t].outer.end);
    if (t > d.token) to = std::min(to, tokens[t].outer.begin);
  }
  return from < to && nouns_.Within("event", Text({from, to}));
}

// 加权指数今天收A点。|外资卖超B元: a paragraph that names no time is of that of the one before, if
// it goes on with measures of that sort and the time is over.
void Fold::TakeReportsPeriod(Draft& d) const {
  constexpr size_t kWords = 6;  // bytes of a measure that only its words tell
  constexpr size_t kTail = 9;   // bytes that two such measures end in
  constexpr int64_t kYear = 366;  // days
  // 4月指数A，5月动向指数B。|化学业年增C: nor is a time that is not over.
  const bool over = !IsNotOver(period_);
  const bool reported_on = d.claim.basis != Basis::kNone || nouns_.Is("macro", d.metric.id);
  const PeriodRef& told =
      d.past_border && (over || !reported_on || told_period_.empty()) ? period_ : told_period_;
  // 5月指数A，前5月B。|电子业年增C: parts are of the month that the text began with, not of the
  // months so far.
  const bool so_far =
      !lead_period_.empty() && SoFar(told.mention->period, lead_period_.mention->period);
  const PeriodRef& from = so_far ? lead_period_ : told;
  const Period& before = from.mention->period;
  if (!before.start || !before.end || !published_ || *published_ < before.end->date) return;
  const auto both = [&](NounClass sort) {
    return nouns_.Is(sort, d.metric.id) && nouns_.Is(sort, metric_.id);
  };
  const bool day = before.grain <= Grain::kDay;
  // 私楼售价指数382点。|A类单位售价指数425点
  const bool same = (!d.metric.id.empty() && d.metric.id == metric_.id) ||
                    (d.metric.text.size() >= kWords && metric_.text.size() >= kWords &&
                     (d.metric.text.find(metric_.text) != std::string::npos ||
                      metric_.text.find(d.metric.text) != std::string::npos)) ||
                    (d.metric.id.empty() && metric_.id.empty() &&
                     SharedTail(d.metric.text, metric_.text) >= kTail);
  // 9月CPI涨A。|水果价格跌B: what an office asks of prices is no trade.
  const bool traded =
      TellsTrade(d.metric) && !(d.metric.id == "price" && nouns_.Is("macro", metric_.id));
  // 5月M1B年增A。|定期存款余额B: parts of what an office counts, under whatever name.
  const bool counted = (before.grain == Grain::kMonth || before.grain == Grain::kQuarter) &&
                       nouns_.Is("macro", metric_.id) && !nouns_.Is("corporate", d.metric.id) &&
                       !traded && d.claim.modality == Modality::kActual;
  // 8月领牌数A，月减B。|其中进口车C: whatever a report of a period goes on to count or compare.
  // Of a year much is told that is of no time, and a number of staff is of none in a report on
  // cars.
  const bool counts = d.claim.kind == ClaimKind::kCount;
  const auto told_in = [&](std::string_view unit) {
    return std::find(counted_.begin(), counted_.end(), unit) != counted_.end();
  };
  constexpr std::string_view kDeals = "count:宗", kContracts = "count:份";  // of homes
  const bool homes = told_in(kDeals) || told_in(kContracts);
  const std::string_view unit = d.claim.quantity.unit;
  const bool counted_so =
      counts && (told_in(unit) || (homes && (unit == kDeals || unit == kContracts)));
  const bool sort = (before.grain < Grain::kYear && !counts) || ForMoney(d.claim.quantity.unit) ||
                    d.claim.basis != Basis::kNone || d.claim.kind == ClaimKind::kShare ||
                    nouns_.Is("macro", d.metric.id) || nouns_.Is("corporate", d.metric.id) ||
                    same || counted_so;
  // 上周成交82宗。|港岛区录21宗，按周升6%: a week is reported on in homes.
  const bool week = (before.grain == Grain::kWeek || before.grain == Grain::kWeekend) &&
                    (counts || d.claim.kind == ClaimKind::kChange) && told_in(kDeals);
  const bool reported =
      tells_once_ && sort && (week || (before.grain >= Grain::kMonth && !traded)) &&
      (d.subject.type != EntityType::kProduct || counts || d.claim.basis != Basis::kNone) &&
      d.claim.kind != ClaimKind::kDuration &&
      DayNumber(before.end->date) - DayNumber(before.start->date) <= kYear &&
      DayNumber(*published_) - DayNumber(before.end->date) <= kYear;
  if (!(day ? TellsTrade(d.metric) && TellsTrade(metric_)
            : same || counted || reported || both("macro") || both("corporate") ||
                  both("marketed"))) {
    return;
  }
  d.period = from;
  d.period_from = PeriodFrom::kParagraph;
}

// 新规周五起实施，甲股涨3%: a quote is of no day on which something begins, and of none to come,
// but of the day that the quotes before are of.
void Fold::LeaveComingDay(const Parts& p, Draft& d) {
  if (!Any(d.metric.id, {"share_price", "index_level"}) || d.period.empty() || !published_) return;
  const Mention& mention = *d.period.mention;
  if (!mention.period.start || mention.period.grain > Grain::kMonth) return;
  // 料明年底见27000点: of a time that far off one foretells.
  if (Text(mention.span).find("年") != std::string_view::npos &&
      AddDays(*published_, kSoon) < mention.period.start->date) {
    return;
  }
  const auto over = [&](const PeriodRef& of) {
    return !of.empty() && of.mention != &mention && of.mention->period.start &&
           of.mention->period.grain <= Grain::kDay &&
           !(*published_ < of.mention->period.start->date);
  };
  const bool begins = !d.own_period && StandsAt(text_, mention.span.end, "起");
  if (!begins && !(AddDays(*published_, kDaysOff) < mention.period.start->date)) return;
  d.period = {};
  const Draft* last = LastDraft(p, d.token);
  if (last != nullptr && over(last->period)) {
    d.period = last->period;
    d.period_from = PeriodFrom::kSentence;
  } else if (over(period_) && TellsTrade(metric_)) {
    d.period = period_;
    d.period_from = PeriodFrom::kPreviousSentence;
  } else {
    TakeFrame(d);
  }
}

// 甲公司3月5日晚间公告，拟回购1亿元: the day a plan or a forecast was told is not what it is of,
// unless the own clause says so of today (今日预计突破10亿元). What goes on without a date has none
// either.
void Fold::UndatePlan(const Parts& p, Draft& d) const {
  if (d.period.empty() || !published_) return;
  if (d.claim.modality == Modality::kActual || d.claim.modality == Modality::kNegated) return;
  const Period& period = d.period.mention->period;
  if (!period.start || !period.end || period.start->date != period.end->date) return;
  if (*published_ < period.end->date) return;
  bool told = false;
  const auto& tokens = p.row.tokens;
  for (int t = 0; t < d.token && !told; ++t) {
    if (tokens[t].mention != d.period.mention) continue;
    for (int u = t + 1; u < d.token && !told; ++u) {
      told = tokens[u].token_class == Class::kSpeech;
      if (d.own_period && tokens[u].token_class != Class::kVague) break;
    }
  }
  // 占公司目前总股本的1%: of what it is a part of.
  told = told || nouns_.Is("nowadays", Text(d.period.mention->span));
  // On a day past that the own clause names, the mood is more likely misread than the date.
  if (!told && d.own_period) return;
  // 26日，客流平稳，预计发送旅客900万人次: nor is what is counted that day, in the next day's
  // paper.
  const int64_t ago = DayNumber(*published_) - DayNumber(period.end->date);
  const bool counted = d.claim.kind == ClaimKind::kCount && ago <= kDaysOff &&
                       (d.claim.modality == Modality::kForecast || TellsEvent(p, d));
  if (!told && d.period.sentence == index_ && (ago <= 0 || counted)) return;
  d.period = {};
  d.undated = true;
}

// 9月首20日，较8月同期: whether it is the same part of the month before the number's.
bool Fold::OfMonthBefore(const Token& same, const Draft& d) const {
  if (Text(same.span).find("年") != std::string_view::npos || d.period.empty()) return false;
  const auto& before = same.mention->period.start;
  const auto& own = d.period.mention->period.start;
  if (!before || !own) return false;
  return (own->date.year - before->date.year) * 12 + own->date.month - before->date.month == 1;
}

// 全年达到|28%: whether nothing but a date and what leads up to a value stands in front of the
// number in its clause.
bool Fold::OnlyDated(const Parts& p, const Draft& d) const {
  uint32_t at = p.clause_begin[static_cast<size_t>(d.clause)];
  bool dated = false;
  for (int t = 0; t < d.token; ++t) {
    const Token& token = p.row.tokens[t];
    if (p.clause[t] != d.clause) continue;
    if (token.outer.begin != at || !(IsPeriod(token.token_class) || IsPredicate(token.token_class)))
      return false;
    dated = dated || IsPeriod(token.token_class);
    at = token.outer.end;
  }
  return dated && at == p.row.tokens[d.token].outer.begin;
}

}  // namespace hanfact::extract
