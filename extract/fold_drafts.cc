// One number of a sentence made a draft of a claim: the order in which its fields are found.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// 第二季营收5亿。预计下半年盈利。研发费用1亿, 预计2029年规模达万亿。市值80亿: what is so is not of
// a time that was only foreseen, but of the one told before it, if that is a stretch of time.
void Fold::LeaveForeseenPeriod(Draft& d) const {
  constexpr int kNear = 4;  // sentences
  if (!period_foreseen_ || d.period.empty() || !published_ || d.period.mention != period_.mention ||
      (d.period_from != PeriodFrom::kPreviousSentence && d.period_from != PeriodFrom::kParagraph)) {
    return;
  }
  const auto& end = d.period.mention->period.end;
  if (end && end->date <= *published_) return;
  d.period = {};
  if (told_period_.empty() || paragraph_ != told_paragraph_ ||
      index_ - told_period_.sentence > kNear || d.subject.type != EntityType::kOrg ||
      told_period_.mention->period.grain <= Grain::kDay) {
    return;
  }
  d.period = told_period_;
  d.period_from = PeriodFrom::kParagraph;
}

// 2027年突破万台: whether what the number is of has not begun when the article is written. Prices
// and rates may be set beforehand, and terms run into the time to come.
bool Fold::IsToCome(const Draft& d) const {
  if (!published_ || d.period.empty() || d.claim.kind == ClaimKind::kDuration ||
      d.claim.kind == ClaimKind::kPrice || nouns_.Is("goods", d.metric.id) ||
      nouns_.Is("lent", d.metric.id)) {
    return false;
  }
  const Period& period = d.period.mention->period;
  const std::string_view word = Text(d.period.mention->span);
  const bool figures = std::any_of(word.begin(), word.end(), [](char ch) {
    return IsAsciiDigit(static_cast<unsigned char>(ch));
  });
  const bool names_year =
      word.find("年") != word.npos && (figures || nouns_.StartsWith("tocome", word));
  return names_year && period.start &&
         AddDays(*published_, kDaysOff + LeadOf(word)) < period.start->date;
}

// How many days before the calendar says so what the words name may begin: 2026财年第三季度, where
// a year of accounts begins in the spring of the year before.
int64_t Fold::LeadOf(std::string_view period) const {
  constexpr int64_t kYear = 366;
  return nouns_.Within("accounts", period) ? kYear : 0;
}

// The phrase that names what the number measures, without what it is only held against.
Fold::Phrase Fold::PhraseOf(const Parts& p, int token, Draft& d) const {
  const Token& value = p.row.tokens[token];
  Phrase phrase = LeftPhrase(p, token);
  const auto leave_out_phrase = [&] {
    phrase.begin = phrase.end;
    phrase.first = token;
    phrase.last = token - 1;
  };
  // 渗透率由2023年的10%升至20%: what is measured stands in front of the preposition.
  for (int t = token - 1; p.from.contains(token) && t >= 0 && t >= token - 3; --t) {
    if (p.clause[t] != d.clause) break;
    const Token& from = p.row.tokens[t];
    if (from.token_class != Class::kPrep || !nouns_.Is("from", from.cue->surface)) continue;
    if (phrase.first > t) {
      phrase = LeftPhrase(p, t);
    } else if (from.span.end < phrase.end) {  // 从|总支出占比10%提升至20%
      phrase.begin = from.span.end;
      phrase.first = t + 1;
    }
    break;
  }
  // 较高峰|少两成: words that are still what it is compared with.
  if (p.gap.contains(token) && phrase.first > 0 && !phrase.empty()) {
    const Token& front = p.row.tokens[phrase.first - 1];
    const bool beside = front.outer.end == phrase.begin && p.clause[phrase.first - 1] == d.clause;
    if (phrase.end == value.outer.begin || (beside && front.token_class == Class::kCompare)) {
      leave_out_phrase();
    }
  }
  // 吞吐量达到上一代产品的10倍: what a multiple is taken of is not what has it.
  const auto names_other = [&] {  // 达到甲公司芯片的40%, but 达到总营收的40% is a part of it
    for (int t = phrase.first; t <= phrase.last; ++t) {
      const Class c = p.row.tokens[t].token_class;
      if (c == Class::kOrg || c == Class::kProduct) return true;
    }
    return false;
  };
  if ((value.token_class == Class::kMultiple || value.token_class == Class::kRatio ||
       (value.token_class == Class::kPercent && names_other())) &&
      phrase.first > 0 && phrase.end == value.outer.begin &&
      Text({phrase.begin, phrase.end}).ends_with("的")) {
    const int verb = phrase.first - 1;
    const Token& before = p.row.tokens[verb];
    if (p.clause[verb] == d.clause && before.outer.end == phrase.begin &&
        (before.token_class == Class::kTo || before.token_class == Class::kLevel ||
         before.token_class == Class::kLike)) {
      d.yardstick = phrase.begin;
      phrase = LeftPhrase(p, verb);
    }
  }
  // 高于乙公司的2780万部: whose level it is, is no measure.
  if (const auto groups = p.groups.find(token); groups != p.groups.end()) {
    const auto named = groups->second.find("subject");
    if (named != groups->second.end() && named->second.begin >= phrase.begin &&
        named->second.end <= phrase.end) {
      d.relative = true;
      leave_out_phrase();
    }
  }
  // 不到乙公司|一半
  if (value.token_class == Class::kRatio && phrase.last >= phrase.first &&
      p.compared[phrase.last] != 0 && IsEntity(p.row.tokens[phrase.last].token_class) &&
      p.row.tokens[phrase.last].span.end == value.outer.begin) {
    leave_out_phrase();
  }
  return phrase;
}

// 每股0.5元, 每吨3星元(约新台币70元), 每股收益2美元: money for one of something.
void Fold::TakePer(const Parts& p, const Phrase& phrase, Draft& d) const {
  const Token& value = p.row.tokens[d.token];
  std::string_view per;
  for (int t : phrase.predicates) {
    if (p.row.tokens[t].token_class == Class::kPer) per = p.row.tokens[t].cue->value;
  }
  constexpr int kMostForOne = 1000;  // an amount in 万 is a sum
  if (per.empty() && Any(d.metric.id, {"eps", "bps"}) &&
      d.claim.quantity.precision < Decimal(kMostForOne)) {
    per = "share";
  }
  // 每吨25元，明年调升至45元: the next of the same measure and currency is for one as well.
  for (auto o = p.drafts.rbegin(); per.empty() && o != p.drafts.rend(); ++o) {
    const std::string_view unit = o->claim.quantity.unit;
    const bool same =
        o->metric.id.empty() ? o->metric.text == d.metric.text : o->metric.id == d.metric.id;
    if (!same || unit.substr(0, 3) != d.claim.quantity.unit) continue;
    if (unit.find('/') != unit.npos && d.claim.quantity.precision < Decimal(kMostForOne)) {
      per = unit.substr(unit.find('/') + 1);
    }
    break;
  }
  if (per.empty() && p.paren[d.token] > 0 && !p.drafts.empty()) {
    const std::string_view unit = p.drafts.back().claim.quantity.unit;
    if (p.drafts.back().token == d.token - 1 && unit.find('/') != unit.npos) {
      per = unit.substr(unit.find('/') + 1);
    }
  }
  // 每10股派息3元: a tenth of it is paid on a share.
  if (const int tens = TensPaidOn(p, d.token); tens > 0) {
    Quantity& paid = d.claim.quantity;
    if (paid.value) paid.value = paid.value->Shifted(-tens);
    paid.precision = paid.precision.Shifted(-tens);
    if (!nouns_.Is("dividend", d.metric.id)) d.metric = Named("每股派息", value.span);
    if (d.metric.cue != nullptr) d.metric.text = d.metric.cue->canonical;
    per = "share";
  }
  // 派息3元: what is paid on a share, where the amount is no sum.
  if (per.empty() && (nouns_.Is("dividend", d.metric.id) || d.metric.text == "派息") &&
      d.claim.quantity.precision < Decimal(kMostForOne) && d.claim.quantity.value &&
      *d.claim.quantity.value < Decimal(kMostForOne)) {
    per = "share";
  }
  if (!per.empty()) {
    d.claim.quantity.unit += "/";
    d.claim.quantity.unit += per;
    if (d.claim.kind == ClaimKind::kLevel && per != "share") d.claim.kind = ClaimKind::kPrice;
  }
}

// The modality that a pattern sets, unless the number is revised or of a time not over.
void Fold::TakeSetModality(const Parts& p, Draft& d) const {
  const auto set = p.set.find(d.token);
  if (set == p.set.end()) return;
  const auto modality = set->second.find("modality");
  // 预测从10亿下调至8亿: what is revised stays a forecast.
  const bool revised = [&] {
    for (int t = d.token + 1; t < static_cast<int>(p.row.tokens.size()) && t <= d.token + 3; ++t) {
      const Cue* cue = p.row.tokens[t].cue;
      if (cue != nullptr && nouns_.Is("revise", cue->surface)) return true;
    }
    // 下调增长预测，由3%降至2%
    const bool opens = std::none_of(p.drafts.begin(), p.drafts.end(),
                                    [&](const Draft& o) { return o.clause >= d.clause - 1; });
    const auto foresees = [&](const Token& t) {
      return t.token_class == Class::kForecast && t.span.end == ClauseEnd(p, d.clause - 1);
    };
    return opens && d.clause > 0 && !d.own_period &&
           std::any_of(p.row.tokens.begin(), p.row.tokens.begin() + d.token, foresees);
  }();
  // 预计占比从2025年的30%升至2028年的40%: what a pattern takes for so, of a time not over yet.
  const bool open = d.claim.modality == Modality::kForecast && published_ && d.own_period &&
                    d.period.mention->period.end &&
                    *published_ < d.period.mention->period.end->date;
  if (modality != set->second.end() && !revised && !open) {
    if (const auto parsed = ParseModality(modality->second)) {
      d.claim.modality = *parsed;
      d.modality_scope = false;  // of this number alone
    }
  }
}

// 全年资本支出维持80亿元: what is spent by plan in a time that is not over, unless the words say
// that it has been: 今年资本支出已达50亿元.
bool Fold::IsBudgeted(const Parts& p, const Draft& d) const {
  if (!nouns_.Is("budgeted", d.metric.id) || d.claim.kind != ClaimKind::kLevel ||
      !IsNotOver(d.period)) {
    return false;
  }
  const std::string_view clause =
      Text({p.clause_begin[static_cast<size_t>(d.clause)], p.row.tokens[d.token].outer.begin});
  return clause.find("已") == clause.npos && clause.find("累计") == clause.npos;
}

// How sure the number is, by its words and by the time it is of.
void Fold::SettleModality(const Parts& p, Draft& d) {
  FillModality(p, d);
  // 某券商将甲公司EPS上调至9元: nobody plans what another will earn.
  if (d.by_broker && d.claim.modality == Modality::kPlan) d.claim.modality = Modality::kForecast;
  TellRevision(p, d);
  // 第3季营收可望季增1成, in May: of this year.
  if (d.claim.modality == Modality::kForecast && published_ && !d.period.empty() &&
      d.period.sentence == index_ && !Ahead(d.period)) {
    ComesRound(d, published_->year);
  }
  const bool foretold = GoesOnForetelling(p, d);
  if (!foretold && d.framed && d.claim.modality != Modality::kActual) d.period = {};
  if (d.claim.modality == Modality::kActual) {
    LeaveForeseenPeriod(d);
    LeaveComingDay(p, d);
  }
  if (d.claim.modality == Modality::kActual && !d.revision && IsToCome(d)) {
    d.claim.modality = Modality::kForecast;
  }
  // 今年GDP上修至7%: the level of a time that is not over is foreseen.
  const auto estimated = [&] {
    if (EstimatedBeside(p, d)) return true;
    if (!Revises(p, d)) return false;
    return nouns_.Is("macro", d.metric.id) ||
           (nouns_.Is("corporate", d.metric.id) && d.claim.kind == ClaimKind::kLevel) ||
           MovesEstimate(p, d);
  };
  if (d.claim.modality == Modality::kActual && !d.revision && IsNotOver(d.period) &&
      d.claim.kind != ClaimKind::kDuration && estimated()) {
    d.claim.modality = Modality::kForecast;
  }
  if (d.claim.modality == Modality::kActual && IsBudgeted(p, d)) d.claim.modality = Modality::kPlan;
  TakeSetModality(p, d);
  if (LimitsScheme(nouns_, d)) d.claim.modality = Modality::kPlan;
}

// A claim of the number, without what the whole sentence decides. False where it is none: `refused`
// then says why.
bool Fold::MakeDraft(Parts& p, int token, int index, Draft& d) {
  const Token& value = p.row.tokens[token];
  d.token = token;
  d.clause = p.clause[token];
  d.claim.quantity = value.mention->quantity;
  d.claim.span = view_.map.ToClean(value.span);
  d.claim.sentence = view_.map.ToClean(p.span);
  const Phrase phrase = PhraseOf(p, token, d);
  FillPeriod(p, index, d);
  TakeDayOfClock(d);
  FillDirection(p, d);
  // 从20%|增至50%: the level that was, whichever way it went.
  if (p.from.contains(token) && d.claim.kind == ClaimKind::kChange && !d.by_noun) {
    d.claim.kind = ClaimKind::kLevel;
    d.claim.direction = Direction::kNone;
  }
  FillSubjectAndMetric(p, phrase, d);
  // 市值蒸发645亿美元(折合人民币4602亿元): the same in other money.
  if (const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
      last != nullptr && last->token >= token - 2 && value.token_class == Class::kMoney &&
      p.row.tokens[last->token].token_class == Class::kMoney &&
      p.paren[token] > p.paren[last->token] &&
      nouns_.TrimEnd("equals", Text({p.row.tokens[last->token].outer.end, value.outer.begin})) ==
          "(") {
    TakeSense(last->claim, d.claim);
  }
  if (d.framed && d.period.empty()) TakeFrame(d);
  if (d.framed && d.period.empty()) TakeEventsDays(p, d);
  LeaveReportedTime(p, d);
  // 5纳米占37%, 2纳米|良率约40%
  const bool names_process = token + 1 < static_cast<int>(p.row.tokens.size()) &&
                             p.row.tokens[token + 1].token_class == Class::kMetric &&
                             p.row.tokens[token + 1].span.begin == value.outer.end;
  if (nouns_.Is("gauge", d.claim.quantity.unit) && (!d.own_metric || names_process)) {
    p.refused[token] = "the name of a process";
    return false;
  }
  TakeBasis(p, d);

  if (value.token_class == Class::kMoney) TakePer(p, phrase, d);
  // 恒指收报26590: points, though the word is left out.
  if (value.token_class == Class::kNumber && d.claim.quantity.unit.empty() &&
      d.metric.id == "index_level" && d.claim.kind == ClaimKind::kLevel) {
    d.claim.quantity.unit = "count:点";
  }

  if (d.metric.id == "target_price" && d.period_from != PeriodFrom::kClause) d.period = {};

  ApplySettings(p, token, index, d);
  if (const int t = token - 1; t >= 0 && IsPeriod(p.row.tokens[t].token_class) &&
                               d.period.mention == p.row.tokens[t].mention) {
    TakeWeekBefore(p, t, d);
  }
  TakeRate(p, d);
  TakeLikeness(p, d);
  SettleModality(p, d);
  UndatePlan(p, d);
  TellMissed(p, d);
  const auto rule = p.rule.find(token);
  d.claim.rule = rule == p.rule.end() ? "fold" : rule->second;
  if (rule == p.rule.end() && d.metric.cue != nullptr) d.claim.rule = "fold:" + d.metric.cue->rule;

  if (value.token_class == Class::kNumber && !MayStandBare(p, phrase, token, d)) {
    p.refused[token] = "a number without a unit beside no measure";
    return false;
  }
  FillAttribution(p, token, index, d);
  return true;
}

// 每股盈利预测上调6%、13%: by how much a forecast was moved is a fact, and no change of the
// measure.
void Fold::TellRevision(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  if (d.claim.kind != ClaimKind::kChange || tokens[d.token].token_class != Class::kPercent) return;
  if (last != nullptr && last->revision && last->token >= d.token - 2 &&
      nouns_.Is("and", Text({tokens[last->token].outer.end, tokens[d.token].outer.begin}))) {
    d.revision = true;
    d.metric = last->metric;
  } else {
    int t = d.token - 1;
    if (t < 1 || tokens[t].cue == nullptr || !nouns_.Is("revise", tokens[t].cue->surface)) return;
    do --t;
    while (t > 0 &&
           (tokens[t].token_class == Class::kEach || tokens[t].token_class == Class::kAdverb));
    if (t < 1 || p.clause[t] != d.clause || tokens[t].token_class != Class::kForecast ||
        !nouns_.Is("estimate", tokens[t].cue->surface) ||
        tokens[t - 1].token_class != Class::kMetric ||
        tokens[t - 1].span.end != tokens[t].span.begin) {
      return;
    }
    d.revision = true;
    d.metric.text += tokens[t].cue->surface;
    d.metric.id.clear();
  }
  d.claim.modality = Modality::kActual;
  d.claim.basis = Basis::kNone;
  d.modality_scope = false;
}

// 核心CPI年增2.9%，高于1月的1.6%、低于甲国的3.8%: what a rate or a share is held against is one
// too.
void Fold::TakeLikeness(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Draft* last = LastDraft(p, d.token);
  if (last == nullptr || last->clause < d.clause - 1 || d.own_metric ||
      tokens[d.token].token_class != Class::kPercent ||
      last->claim.quantity.unit != d.claim.quantity.unit ||
      !EndsAt(text_, tokens[d.token].outer.begin, "的")) {
    return;
  }
  for (int t = d.token - 1; t > last->token && p.clause[t] == d.clause; --t) {
    if (tokens[t].cue == nullptr || !nouns_.Is("versus", tokens[t].cue->surface)) continue;
    TakeSense(last->claim, d.claim);
    d.metric = last->metric;
    return;
  }
}

// As what power of ten the shares are counted that 每 in front of them makes a sum be paid on
// (每10股: 1); 0 for one share and for none.
int Fold::TensPaidOn(const Parts& p, int token) const {
  const auto& tokens = p.row.tokens;
  for (int t = token - 1; t > 0 && p.clause[t] == p.clause[token]; --t) {
    if (!IsQuantity(tokens[t].token_class)) continue;
    const Quantity& base = tokens[t].mention->quantity;
    const bool shares = base.unit == "count:股" && base.value &&
                        tokens[t - 1].token_class == Class::kPer &&
                        tokens[t - 1].span.end == tokens[t].outer.begin;
    for (int tens = 1; shares && tens <= 3; ++tens) {
      if (*base.value == Decimal::PowerOfTen(tens)) return tens;
    }
    return 0;
  }
  return 0;
}

// 净利润高于预期3%: by how much, where the measure is no rate itself; 失业率低于预期4% is what was
// expected.
void Fold::TellMissed(const Parts& p, Draft& d) const {
  const auto& tokens = p.row.tokens;
  const Class vc = tokens[d.token].token_class;
  if (!p.expected.contains(d.token) || (vc != Class::kPercent && vc != Class::kPoint) ||
      d.metric.cue == nullptr) {
    return;
  }
  const auto& units = d.metric.cue->units;
  const Draft* last = LastDraft(p, d.token);
  if (vc == Class::kPercent) {
    if (std::find(units.begin(), units.end(), "percent") != units.end()) return;
    // 增长5%，高于预期3% may be another rate, 超出预期3% is by how much.
    const uint32_t from = p.clause_begin[static_cast<size_t>(d.clause)];
    if (last != nullptr && last->claim.quantity.unit == "percent" &&
        !StandsAt(text_, from, "超出")) {
      return;
    }
  }
  if (Text({tokens[d.token - 1].outer.end, tokens[d.token].outer.begin}) == "的") return;
  for (int t = d.token - 1; t >= 0 && p.clause[t] == d.clause; --t) {
    const Class c = tokens[t].token_class;
    if (c != Class::kUp && c != Class::kDown && c != Class::kCompare) continue;
    const bool less = c == Class::kDown || nouns_.Is("less", tokens[t].cue->surface);
    d.claim.kind = ClaimKind::kChange;
    d.claim.direction = less ? Direction::kDown : Direction::kUp;
    d.claim.basis = Basis::kNone;
    d.claim.modality = last != nullptr ? last->claim.modality : Modality::kActual;
    return;
  }
}

// What patterns say beats the fold.
void Fold::ApplySettings(const Parts& p, int token, int index, Draft& d) const {
  const Token& value = p.row.tokens[token];
  const auto set = p.set.find(token);
  if (set != p.set.end()) {
    for (const auto& [field, text] : set->second) {
      // 涨幅由26%缩小至13%: rates of a rise, though one is left for the other.
      if (d.by_noun && p.from.contains(token) && Any(field, {"kind", "direction", "basis"}))
        continue;
      if (field == "kind") {
        if (const auto kind = ParseClaimKind(text)) d.claim.kind = *kind;
        // 从7万片提升至13万片: the level of what is counted is a count.
        if (text == "level" && value.token_class == Class::kCount &&
            d.claim.quantity.unit != "count:点") {
          d.claim.kind = ClaimKind::kCount;
        }
      } else if (field == "direction") {
        d.claim.direction =
            text == "none" ? Direction::kNone : ParseDirection(text).value_or(d.claim.direction);
      } else if (field == "basis") {
        d.claim.basis = text == "none" ? Basis::kNone : ParseBasis(text).value_or(d.claim.basis);
      } else if (field == "metric") {
        const Cue* cue = tables_.cues->Metric(text);
        // 新台币以31.18元作收: no share's price, nor what anything is issued at.
        const bool rate = d.metric.id == "fx_rate" && nouns_.Is("stockprice", text);
        const bool closes =
            text == "发行价" && nouns_.StartsWith("quoted", Text({value.outer.end, p.span.end}));
        if (cue != nullptr && !rate && !closes)
          d.metric = {cue->canonical, cue->value, cue->scope, value.span, cue};
      } else if (field == "period" && text == "none") {
        d.period = {};
      } else if (field == "unit") {
        if (text == "per-share")
          d.claim.quantity.unit += "/share";
        else
          d.claim.quantity.unit = text;
      }
    }
  }
  const auto groups = p.groups.find(token);
  if (groups != p.groups.end()) {
    for (const auto& [name, span] : groups->second) {
      const auto token_at = [&](MatchSpan s) -> const Token* {
        for (const Token& t : p.row.tokens) {
          if (t.outer == s || t.span == s) return &t;
        }
        return nullptr;
      };
      const Token* t = token_at(span);
      if (name == "subject") {
        if (t != nullptr && IsEntity(t->token_class)) {
          d.subject = EntityRef(*t);
        } else if (t == nullptr || t->token_class != Class::kPronoun) {
          d.subject = {};
          d.subject.text = CleanPhrase(Text(span));
          d.subject.span = span;
        }
      } else if (name == "metric") {
        if (t != nullptr && t->token_class == Class::kMetric) {
          d.metric = MetricOf(*t);
        } else {
          d.metric = {};
          d.metric.text = CleanPhrase(Text(span));
          d.metric.span = span;
        }
      } else if (name == "period" && t != nullptr && t->mention != nullptr) {
        d.period = {t->mention, index};
        d.period_from = PeriodFrom::kClause;
      }
    }
  }
}

// A bare number is a claim only beside a measure, in a list with one, or where a pattern says so.
bool Fold::MayStandBare(const Parts& p, const Phrase& phrase, int token, const Draft& d) const {
  const Token& value = p.row.tokens[token];
  const auto set = p.set.find(token);
  const bool scaled =
      value.mention->quantity.value && value.mention->quantity.precision >= Decimal(1000);
  bool near = d.own_metric;
  bool said = false;
  for (int t : phrase.predicates) {
    const Class c = p.row.tokens[t].token_class;
    if (c == Class::kLevel || c == Class::kTo || c == Class::kUp || c == Class::kDown ||
        c == Class::kEach) {
      said = true;
    }
  }
  // The second of a list (101.5、102.5) stands as the first does.
  const bool listed =
      !p.drafts.empty() && p.drafts.back().token == token - 1 &&
      p.row.tokens[token - 1].token_class == Class::kNumber &&
      nouns_.Is("and", Text({p.row.tokens[token - 1].outer.end, value.outer.begin}));
  // 制造业生产指数113.12: right behind a measure that is a plain number.
  const bool plain = near && d.metric.span.end == value.outer.begin && d.metric.cue != nullptr &&
                     std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), "number") !=
                         d.metric.cue->units.end();
  const bool patterned = set != p.set.end() && set->second.count("kind") != 0;
  // 信心指数为88.2，环比下降1.2: the change of such a number.
  const Draft* last = p.drafts.empty() ? nullptr : &p.drafts.back();
  const bool again = said && last != nullptr && !d.metric.id.empty() &&
                     last->metric.id == d.metric.id &&
                     p.row.tokens[last->token].token_class == Class::kNumber;
  return scaled || (near && said) || plain || listed || patterned || again;
}

// Who says it.
void Fold::FillAttribution(const Parts& p, int token, int index, Draft& d) const {
  if (d.foretold && speaker_.sentence != index) {
    d.claim.attribution = outlook_.who;
    d.claim.attribution_id = outlook_.id;
    AddSpan(d.claim, SpanRole::kAttribution, outlook_.name);
    AddSpan(d.claim, SpanRole::kModality, outlook_.verb);
    return;
  }
  const auto groups = p.groups.find(token);
  const bool market_view = p.row.tokens[token].token_class != Class::kNumber &&
                           groups != p.groups.end() && groups->second.count("speaker") != 0;
  if (market_view) {
    const MatchSpan span = groups->second.at("speaker");
    for (const Token& t : p.row.tokens) {
      if (t.span == span && t.token_class == Class::kVoice) d.claim.attribution = t.cue->value;
      if (t.span == span && IsEntity(t.token_class)) {
        d.claim.attribution = t.mention->entity.canonical;
        d.claim.attribution_id = t.mention->entity.entity_id;
      }
    }
    if (d.claim.attribution.empty()) d.claim.attribution = std::string(Text(span));
    AddSpan(d.claim, SpanRole::kAttribution, span);
  } else if (const Token* voice = VoiceOf(p, d); voice != nullptr) {
    d.claim.attribution = voice->cue->value;
    AddSpan(d.claim, SpanRole::kAttribution, voice->span);
    // 甲研究中心|分析师预估
    const Token* office = voice == p.row.tokens.data() ? nullptr : voice - 1;
    if (office != nullptr && office->token_class == Class::kOrg &&
        office->outer.end == voice->outer.begin) {
      const Ref whose = EntityRef(*office);
      d.claim.attribution = QuotedName(whose);
      d.claim.attribution_id = whose.id;
    }
  } else if (const Token* broker =
                 d.metric.id == "target_price" || d.by_broker ? BrokerOf(p, d) : nullptr;
             broker != nullptr) {
    // 高盛将甲公司的目标价上调至9元: whose target it is.
    d.claim.attribution = broker->mention->entity.canonical;
    d.claim.attribution_id = broker->mention->entity.entity_id;
    AddSpan(d.claim, SpanRole::kAttribution, broker->span);
  } else if (const Speaker& speaker = SpeakerOf(p, token);
             !speaker.empty() &&
             // 花旗报告料恒指升。汇控升0.7%: what was traded is nobody's word.
             // 甲公司公布营收。股价收9元
             // 某局公布销售额。某金店股价跌24%
             !((!IsAgency(speaker.who) || IsBroker(speaker.who) || d.metric.id == "share_price") &&
               speaker.sentence != index && d.claim.modality == Modality::kActual &&
               (nouns_.Is("deed", d.metric.id) || nouns_.Is("daily", d.metric.id) ||
                Any(d.metric.id, {"share_price", "index_level"}))) &&
             (d.metric.id == "target_price" || !OfAnother(speaker, d.subject, index)) &&
             // An announcement is its company's to the end, figures are the office's that publishes
             // them; other reports end with the paragraph.
             (speaker.lead ||
              (speaker.report && (speaker.paragraph == paragraph_ || IsAgency(speaker.who) ||
                                  (!company_.empty() && speaker.who.text == company_.text))) ||
              speaker.sentence == index || (speaker.paragraph == paragraph_ && !speaker.once))) {
    d.claim.attribution = QuotedName(speaker.who);
    d.claim.attribution_id = speaker.who.id;
    if (speaker.sentence == index) AddSpan(d.claim, SpanRole::kAttribution, speaker.who.span);
  } else if (const Draft* last = LastDraft(p, token); last != nullptr && last->by_broker &&
                                                      last->clause >= d.clause - 1 &&
                                                      last->metric.id == d.metric.id) {
    // 某局上修成长率至3%，较上次增加0.1个百分点
    d.claim.attribution = last->claim.attribution;
    d.claim.attribution_id = last->claim.attribution_id;
  } else if (last != nullptr && last->clause == d.clause - 1 && !d.own_subject &&
             d.claim.modality == Modality::kForecast &&
             nouns_.Is("broker", last->claim.attribution)) {
    // 高盛将甲公司目标价上调至9元，并料今年盈利增8%
    d.claim.attribution = last->claim.attribution;
    d.claim.attribution_id = last->claim.attribution_id;
  }
}

// Whether a number of a later sentence is about another company than the one that spoke of its own.
bool Fold::OfAnother(const Speaker& speaker, const Ref& subject, int index) const {
  const Ref& who = speaker.who;
  if (speaker.sentence == index) return false;
  // 大摩发表报告指…。国指收报9658点: what is quoted on a market is nobody's word.
  if (IsBroker(who) && (subject.type == EntityType::kIndex || nouns_.Is("player", subject.text))) {
    return true;
  }
  if (!IsListed(who)) return false;
  // 德勤 says much of others, and sells no shares.
  if (!speaker.report) {
    const auto facts = tables_.entities->Lookup(who.id);
    if (!facts || facts->ticker.empty()) return false;
  }
  return !IsAgency(who) && !IsBroker(who) && IsListed(subject) && subject.id != who.id;
}

// The broker named last before the number in its sentence, else the office; nullptr for none.
const Token* Fold::BrokerOf(const Parts& p, const Draft& d) const {
  const Token* office = nullptr;
  const bool economy = nouns_.Is("public", d.metric.id) || nouns_.Is("macro", d.metric.id);
  for (int t = d.token - 1; t >= std::max(0, d.token - kReach); --t) {
    const Token& name = p.row.tokens[t];
    if (name.token_class != Class::kOrg) continue;
    if (nouns_.Is("broker", name.mention->entity.canonical)) return &name;
    // 甲金控上调台湾经济成长率至3%: any firm may, of an economy.
    const bool opens =
        economy && name.span.begin == p.clause_begin[static_cast<size_t>(p.clause[t])];
    if (office == nullptr && (opens || IsAgency(EntityRef(name)))) office = &name;
  }
  return office;
}

// Who speaks is quoted by the name the article gives (机管局, SEMI), the id says who it is; but by
// the full name where that has the printed one in it or the printed one could be anybody's, and
// companies by the name they go by in every script (辉达 is 英伟达).
std::string Fold::QuotedName(const Ref& who) const {
  const bool han = !who.printed.empty() && IsHan(CodePointAt(who.printed, 0));
  if (who.printed.empty() || HasMarket(who) || nouns_.Is("bare", who.printed) ||
      who.text.find(who.printed) != std::string::npos || (who.type == EntityType::kPerson && han)) {
    return who.text;
  }
  return who.printed;
}

}  // namespace hanfact::extract
