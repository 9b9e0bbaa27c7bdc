// What somebody foretells, from sentence to sentence.
//
// 甲研究院预测，明年经济增长3%。|至于物价，CPI年增率为2%。民间投资成长4%。: who foretells, and of
// what time, is said once for all figures of the sort that go on with it. A forecast that somebody
// is named for opens such an outlook; another who speaks, or a sentence that tells nothing of the
// time to come, ends it.
#include <algorithm>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// How many sentences without a number may part what is foretold.
constexpr int kApart = 2;

// Whether words name a part of a year, and not which year's: 第3季, 下半年.
bool NamesNoYear(const NounTable& nouns, std::string_view words) {
  return !words.empty() && !nouns.Within("givenyear", words) &&
         !IsAsciiDigit(static_cast<unsigned char>(words[0]));
}

}  // namespace

// Whether a time reaches beyond the day of publication.
bool Fold::IsNotOver(const PeriodRef& of) const {
  return published_ && !of.empty() && of.mention->period.end &&
         *published_ < of.mention->period.end->date;
}

// Whether the time is not over when the article is written: to come, or a quarter or a year that
// has begun. Of the month that it is written in figures are known.
bool Fold::Ahead(const PeriodRef& of) const {
  if (!IsNotOver(of) || !of.mention->period.start) return false;
  const Period& period = of.mention->period;
  return period.grain >= Grain::kQuarter || *published_ < period.start->date;
}

// 预估明年出货A。第1季出货B, 下半年可望成长C: a quarter of `year`, where the one that is over is no
// news any more.
bool Fold::ComesRound(Draft& d, int year) {
  constexpr int64_t kNews = 100;  // days
  const Mention& of = *d.period.mention;
  if ((of.period.grain != Grain::kQuarter && of.period.grain != Grain::kHalf) || !of.period.start ||
      !of.period.end || !NamesNoYear(nouns_, Text(of.span)) ||
      DayNumber(*published_) - DayNumber(of.period.end->date) < kNews) {
    return false;
  }
  const int years = year - of.period.start->date.year;
  if (years <= 0) return false;
  Date end = of.period.end->date;
  end.year += years;
  if (!(*published_ < end)) return false;
  Period& own = OwnPeriod(d, of);
  own.start->date.year += years;
  own.end->date.year += years;
  return true;
}

// Whether the one that speaks is who foretells, by whatever name.
bool Fold::IsForeteller(const Ref& who) const {
  return outlook_.id.empty() ? QuotedName(who) == outlook_.who : who.id == outlook_.id;
}

// Whether the measure is of the sort that is being foretold. What says itself that it is foretold
// may be of any.
bool Fold::IsForetoldSort(const Parts& p, const Draft& d) const {
  const bool said = d.claim.modality == Modality::kForecast;  // by its own words
  const auto same = [&](const MetricRef& told) {
    return d.metric.id.empty() ? d.metric.text == told.text : d.metric.id == told.id;
  };
  const Draft* last = LastDraft(p, d.token);
  const bool beside = last != nullptr && last->foretold && !d.own_period;
  if (same(outlook_.metric) || (beside && last->subject.id == d.subject.id)) return true;
  // 甲公司今年资本支出…: of a firm beside the market that is foretold.
  if (nouns_.Is("dividend", d.metric.id) || d.metric.id == "target_price" ||
      (IsListed(d.subject) && d.subject.id != outlook_.subject) ||
      (TellsTrade(d.metric) && !said)) {
    return false;
  }
  const bool corporate = nouns_.Is("corporate", d.metric.id);
  const auto alike = [&](const MetricRef& told) {
    return (nouns_.Is("macro", d.metric.id) && nouns_.Is("macro", told.id)) ||
           (corporate && nouns_.Is("corporate", told.id)) ||
           (nouns_.Is("marketed", d.metric.id) && nouns_.Is("marketed", told.id)) ||
           (nouns_.Is("estate", d.metric.id) && nouns_.Is("estate", told.id));
  };
  // 民间投资成长4%: rates beside those of an economy
  const bool rate =
      d.claim.quantity.unit == "percent" && !corporate && nouns_.Is("macro", outlook_.metric.id);
  return (said && (d.claim.kind != ClaimKind::kCount || d.metric.cue != nullptr)) || beside ||
         same(metric_) || rate || alike(outlook_.metric) || alike(metric_);
}

// Whether the number goes on with what somebody foretells, by its time and its measure; gives it
// that time where it has none of its own, and the mood.
bool Fold::GoesOnForetelling(const Parts& p, Draft& d) {
  Claim& claim = d.claim;
  if (outlook_.who.empty() || index_ - outlook_.sentence > kApart + 1 || d.relative ||
      (outlook_.person && outlook_.paragraph != paragraph_) || d.revision ||
      claim.kind == ClaimKind::kDuration || p.from.contains(d.token) || LimitsScheme(nouns_, d) ||
      (claim.modality != Modality::kActual && claim.modality != Modality::kForecast) ||
      !IsForetoldSort(p, d)) {
    return false;
  }
  // 累计订单3亿元: what has come together so far is not to come.
  if (claim.modality == Modality::kActual && d.metric.text.starts_with("累计")) return false;
  const bool another = unnamed_sentence_ == index_ ||
                       std::any_of(heard_.begin(), heard_.end(), [&](const Speaker& speaker) {
                         return speaker.sentence == index_ && !IsForeteller(speaker.who);
                       });
  if (another || VoiceOf(p, d) != nullptr) return false;
  if (!d.period.empty() && d.period.sentence == index_) {
    if (d.period.mention->period_role == PeriodRole::kSamePeriod) return false;
    if (!Ahead(d.period) && !ComesRound(d, outlook_.of.mention->period.start->date.year)) {
      return false;
    }
  } else if (!Ahead(d.period)) {
    d.period = outlook_.of;
    d.period_from = PeriodFrom::kParagraph;
  }
  claim.modality = Modality::kForecast;
  d.foretold = true;
  return true;
}

// Carries on what the sentence foretells, or ends it: where another speaks, or something is told of
// a time that is over.
void Fold::NoteOutlook(const Parts& p, const Claim* made) {
  bool goes_on = false, over = unnamed_sentence_ == index_;
  for (size_t i = 0; i < p.drafts.size(); ++i) {
    const Draft& d = p.drafts[i];
    const bool ahead = Ahead(d.period);
    over = over || (TellsTrade(d.metric) && made[i].modality == Modality::kActual) ||
           (d.own_period && !ahead && made[i].modality == Modality::kActual);
    if (made[i].modality != Modality::kForecast || made[i].attribution.empty() || d.relative ||
        made[i].kind == ClaimKind::kDuration || !ahead) {
      continue;
    }
    const bool same = outlook_.id.empty() ? outlook_.who == made[i].attribution
                                          : outlook_.id == made[i].attribution_id;
    const bool speaks =
        speaker_.sentence == index_ && QuotedName(speaker_.who) == made[i].attribution;
    // 法人预估，…, 某研究中心分析师预估，…: a voice that opens its clause
    const Token* voice = VoiceOf(p, d);
    const Token* from = voice;
    if (voice != nullptr && voice != p.row.tokens.data() && IsEntity(voice[-1].token_class) &&
        voice[-1].outer.end == voice->outer.begin) {
      --from;
    }
    const bool opens = voice != nullptr && std::find(p.clause_begin.begin(), p.clause_begin.end(),
                                                     from->span.begin) != p.clause_begin.end();
    // 某局表示，明年将减少A: what is willed or bound to be opens none.
    const bool foretells = std::any_of(
        p.row.tokens.begin(), p.row.tokens.begin() + d.token,
        [this](const Token& t) { return t.token_class == Class::kForecast && !IsWill(t); });
    if (!same && !(speaks && foretells) && !d.by_broker && !opens) continue;
    if (!goes_on && (d.period.sentence == index_ || !same)) outlook_.of = d.period;
    goes_on = true;
    outlook_.sentence = index_;
    if (same) continue;
    outlook_.who = made[i].attribution;
    outlook_.id = made[i].attribution_id;
    outlook_.metric = d.metric;
    outlook_.subject = d.subject.id;
    outlook_.person = speaks && speaker_.who.type == EntityType::kPerson;
    outlook_.paragraph = paragraph_;
    outlook_.name = speaks ? speaker_.who.span : opens ? from->span : MatchSpan{};
    outlook_.verb = {};
    for (const Token& token : p.row.tokens) {
      if (token.token_class == Class::kForecast) outlook_.verb = token.span;
    }
  }
  over = over || (speaker_.sentence == index_ && !IsForeteller(speaker_.who));
  if (!goes_on && over) outlook_ = {};
}

}  // namespace hanfact::extract
