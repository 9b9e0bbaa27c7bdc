// A draft made a claim: its fields as the database has them, its spans, its checks.
#include <algorithm>
#include <utility>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

// What a fraction or multiple is taken of: 甲模型的十分之一, 去年的3倍; empty where the words
// before it name nothing.
std::string Fold::Compared(const Parts& p, int token) const {
  if (token == 0) return "";
  const Token& before = p.row.tokens[token - 1];
  if (p.clause[token - 1] != p.clause[token] ||
      Text({before.outer.end, p.row.tokens[token].outer.begin}) != "的") {
    return "";
  }
  std::string name = IsEntity(before.token_class) ? before.mention->entity.canonical
                                                  : std::string(Text(before.span));
  const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == '\\' || (c >= 0 && c < ' ');  // it goes into JSON as it is
  });
  return plain ? name : "";
}

// The currency of a bare amount: that of the region, else of the script.
std::string Fold::Currency() const {
  const std::string& region = document_.meta.region;
  if (region == "TW") return "TWD";
  if (region == "HK") return "HKD";
  if (region == "MO") return "MOP";
  if (region == "SG") return "SGD";
  return document_.script == Script::kHant && region.empty() ? "TWD" : "CNY";
}

void Fold::AddSpan(Claim& claim, SpanRole role, MatchSpan span) const {
  if (span.begin >= span.end) return;
  if (claim.spans.empty()) claim.spans.reserve(9);  // one of each role
  claim.spans.push_back({role, view_.map.ToClean(span)});
}

// GAAP与非GAAP毛利率: by which rules a measure is taken is its scope, neither its name nor whom it
// is about.
void Fold::TakeAccounting(Draft& d) const {
  constexpr size_t kLongest = 45;
  const auto scope_of = [&](std::string_view text) -> std::pair<std::string, size_t> {
    size_t n = text.size();
    while (n > kLongest) n = PreviousBorder(text, n);
    constexpr std::string_view kScope = "scope:";
    std::string key(kScope);
    key += text.substr(0, n);
    for (; n >= 4; n = PreviousBorder(text, n)) {
      key.resize(kScope.size() + n);
      std::string scope = nouns_.First(key);
      if (!scope.empty()) return {std::move(scope), n};
    }
    return {"", 0};
  };
  if (!d.subject.entity && !d.subject.empty()) {
    const auto [scope, n] = scope_of(d.subject.text);
    if (n != 0 && n == d.subject.text.size()) {
      d.subject = !subject_.empty() ? subject_ : OwnerRef();
      if (d.metric.scope.empty()) d.metric.scope = scope;
    }
  }
  if (d.metric.cue != nullptr && d.metric.text == d.metric.cue->canonical) return;
  const auto [scope, n] = scope_of(d.metric.text);
  if (n == 0 || n >= d.metric.text.size()) return;
  d.metric.text = Trim(std::string_view(d.metric.text).substr(n));
  if (d.metric.scope.empty()) d.metric.scope = scope;
}

// The scope as JSON, its keys sorted: the same scope is the same text.
std::string Fold::ScopeOf(const Parts& p, const Draft& d) const {
  std::string scope;
  if (d.claim.kind == ClaimKind::kMultiple) {
    const std::string of = Compared(p, d.token);
    if (!of.empty()) scope = "\"of\":\"" + of + "\"";
  }
  if (!d.metric.scope.empty()) {
    scope += (scope.empty() ? "" : ",") + ("\"part\":\"" + d.metric.scope) + "\"";
  }
  return "{" + scope + "}";
}

// The period of the claim: that of its words, or of them the day or the year that such a measure
// has.
Period Fold::PeriodOf(const Parts& p, const Draft& d) const {
  const Token& value = p.row.tokens[d.token];
  const Claim& claim = d.claim;
  const Mention& m = *d.period.mention;
  Period period = m.period;
  // 4月底外汇储备: what is measured at a point in time has the day, as with 截至.
  // So with what there are of things: 2023年末共有门店300家.
  const bool stock = d.metric.cue != nullptr
                         ? d.metric.cue->cue_class == Class::kMetric && !d.metric.cue->flow
                         : value.token_class == Class::kCount;
  // 由年初截至6月底存款上升2%: but it rose over all of it.
  const bool over_months = claim.kind == ClaimKind::kChange && m.period.start && m.period.end &&
                           m.period.start->date.month != m.period.end->date.month;
  const bool last =
      !over_months && (EndsAt(text_, m.span.end, "底") || EndsAt(text_, m.span.end, "末"));
  if (stock && m.period.end && last &&
      (m.period.grain == Grain::kTenDays || m.period.grain == Grain::kMonth)) {
    period = DayPeriod(m.period.end->date);
  }
  // 2011年末利息净收入: what flows is of the year.
  if (d.metric.cue != nullptr && d.metric.cue->flow && m.period.end &&
      EndsAt(text_, m.span.end, "年末") && claim.kind != ClaimKind::kChange) {
    period = YearPeriod(m.period.end->date.year);
  }
  // 全年产量…，年末存栏…, in January: figures of a year come out when the next has begun.
  constexpr int kLastMonth = 4;
  const bool over = claim.modality == Modality::kActual && published_ &&
                    claim.kind != ClaimKind::kDuration && published_->month <= kLastMonth &&
                    m.period.start && m.period.end && *published_ < m.period.end->date &&
                    m.period.start->date.year == published_->year;
  const auto foreseen = [](const Token& t) {
    return t.token_class == Class::kPlan || t.token_class == Class::kForecast ||
           t.token_class == Class::kPossible;
  };
  const auto& tokens = p.row.tokens;
  if (over && nouns_.Is("yearclose", Text(m.span)) &&
      Text(p.span).find("维持") == std::string_view::npos &&
      std::none_of(tokens.begin(), tokens.end(), foreseen)) {
    period = YearPeriod(published_->year - 1);
    if (EndsAt(text_, m.span.end, "末")) period = DayPeriod(period.end->date);
  }
  return period;
}

// Kinds that the measure decides.
void Fold::TakeKindOfMeasure(const Parts& p, Draft& d) const {
  Claim& claim = d.claim;
  const Token& value = p.row.tokens[d.token];
  if (claim.kind == ClaimKind::kMultiple && value.token_class == Class::kRatio &&
      nouns_.Is("part", d.metric.id)) {
    claim.kind = ClaimKind::kShare;
  }
  if (claim.kind == ClaimKind::kLevel) {
    if (Any(d.metric.id, {"share_ratio", "market_share", "holding_ratio", "shares", "pledge",
                          "shares_reduced", "shares_increased", "shares_bought"})) {
      if (value.token_class == Class::kPercent || value.token_class == Class::kRatio) {
        claim.kind = ClaimKind::kShare;
      }
    } else if (Any(d.metric.id, {"share_price", "close_price", "issue_price", "target_price",
                                 "gold_price", "oil_price", "price", "fx_rate", "power_price"})) {
      if (value.token_class == Class::kMoney || value.token_class == Class::kRate) {
        claim.kind = ClaimKind::kPrice;
      }
    }
  }
  // 每股收益0.92美元: what is earned and paid on a share is no price.
  if (claim.kind == ClaimKind::kPrice && claim.quantity.unit.ends_with("/share") &&
      (Any(d.metric.id, {"eps", "bps"}) || nouns_.Is("dividend", d.metric.id))) {
    claim.kind = ClaimKind::kLevel;
  }
  // 资本支出约70%将投入先进制程: a part of what is counted in money.
  if (claim.kind == ClaimKind::kLevel && value.token_class == Class::kPercent && d.own_metric) {
    std::string_view behind = Text({value.outer.end, p.span.end});
    if (behind.starts_with("将")) behind.remove_prefix(3);
    if (nouns_.StartsWith("spent", behind)) claim.kind = ClaimKind::kShare;
  }
  if (claim.kind == ClaimKind::kDuration && Any(d.metric.id, {"age", "hours_use"})) {
    claim.kind = ClaimKind::kLevel;
  }
}

// 日活跃用户数达1亿, 参数规模700亿, 平均月薪3万: the measure says what is counted.
void Fold::TakeUnitOfMeasure(const Parts& p, Draft& d) const {
  Claim& claim = d.claim;
  if (!claim.quantity.unit.empty() || d.metric.cue == nullptr) return;
  const std::string counted = nouns_.First("unit:" + d.metric.id);
  if (!counted.empty()) {
    claim.quantity.unit = "count:" + counted;
    if (claim.kind == ClaimKind::kLevel) claim.kind = ClaimKind::kCount;
  } else if (!d.metric.cue->units.empty() && d.metric.cue->units.front() == "money" &&
             std::find(d.metric.cue->units.begin(), d.metric.cue->units.end(), "count") ==
                 d.metric.cue->units.end()) {
    // 出口值从1000亿美元增至2000亿: the money that the number before names.
    for (const Draft& o : p.drafts) {
      const Token& other = p.row.tokens[o.token];
      if (o.token >= d.token) break;
      if (other.token_class == Class::kMoney && o.metric.id == d.metric.id &&
          o.clause >= d.clause - 1) {
        claim.quantity.unit = other.mention->quantity.unit;
      }
    }
    // 支出36亿美元。前九月支出86亿: nor does it change for the same company.
    if (claim.quantity.unit.empty() && !d.subject.empty() && d.subject.text == paid_in_.first) {
      claim.quantity.unit = paid_in_.second;
    }
    if (claim.quantity.unit.empty()) claim.quantity.unit = Currency();
  } else if (!d.metric.cue->units.empty() &&
             Any(d.metric.id, {"industrial_index", "other_index"})) {
    claim.quantity.unit = "count:点";
  }
}

// Which money a bare 元 is, by the home of whom it is about.
void Fold::TakeCurrencyOfHome(const Token& value, Draft& d) const {
  Claim& claim = d.claim;
  if (!value.mention->unit_assumed) return;
  // A bare 元 in traditional script that nothing places: by the subject's home.
  if (document_.meta.region.empty() && document_.script != Script::kHans &&
      claim.quantity.unit.size() >= 3) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts) {
      for (const auto& [home, currency] : {std::pair{"CN", "CNY"}, std::pair{"HK", "HKD"},
                                           std::pair{"TW", "TWD"}, std::pair{"MO", "MOP"}}) {
        if (facts->home == home) claim.quantity.unit.replace(0, 3, currency);
      }
    }
  }
  // 大陸零售額人民幣4.2兆元，…3兆元: of somebody from elsewhere, in the money named before.
  if (d.subject.text == paid_in_.first && claim.quantity.unit.size() == 3 &&
      !document_.meta.region.empty() &&
      (nouns_.Is("corporate", d.metric.id) || nouns_.Is("macro", d.metric.id)) &&
      !nouns_.Is("dividend", d.metric.id)) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts && !facts->home.empty() && facts->home != document_.meta.region) {
      claim.quantity.unit = paid_in_.second.substr(0, 3);
    }
  }
  // 目标价59港元…，第三季收入3亿元: what a mainland company earns it tells in the money of its
  // home.
  if (claim.quantity.unit.starts_with("HKD") && document_.script == Script::kHans &&
      nouns_.Is("corporate", d.metric.id)) {
    const auto facts = tables_.entities->Lookup(claim.subject_id);
    if (facts && facts->home == "CN") claim.quantity.unit.replace(0, 3, "CNY");
  }
}

// money, percent ... as the tables of measures call what a token may be a value of; empty for what
// they do not tell apart.
std::string_view Fold::KindOfUnit(const Token& value) {
  switch (value.token_class) {
    case Class::kMoney:
      return "money";
    case Class::kPercent:
      return "percent";
    case Class::kPoint:
      return "bp";
    case Class::kCount:
      return "count";
    case Class::kDuration:
      return "duration";
    case Class::kMultiple:
      return "multiple";
    default:
      return "";
  }
}

// Whether the tables allow the measure such a unit. A change may be in any.
bool Fold::UnitFits(const Token& value, const Draft& d) {
  if (d.metric.cue == nullptr || d.claim.kind == ClaimKind::kChange) return true;
  const std::string_view kind = KindOfUnit(value);
  return kind.empty() || d.metric.cue->units.empty() || Fits(*d.metric.cue, kind) ||
         (kind == "percent" && d.claim.kind == ClaimKind::kShare);
}

// How many names, up to two, stand in front of the number that it could be about.
int Fold::NamesInFront(const Parts& p, int token) {
  const std::string* first = nullptr;
  for (int t = std::max(0, token - kReach); t < token; ++t) {
    const Token& name = p.row.tokens[t];
    if (!IsEntity(name.token_class) || p.speaker[t] != 0 || p.compared[t] != 0) continue;
    const std::string& canonical = name.mention->entity.canonical;
    if (first != nullptr && *first != canonical) return 2;
    first = &canonical;
  }
  return first == nullptr ? 0 : 1;
}

// How many measures, up to two, stand in front of the number in its sentence.
int Fold::MeasuresInFront(const Parts& p, int token) {
  const std::string* first = nullptr;
  for (int t = std::max(0, token - kReach); t < token; ++t) {
    if (p.row.tokens[t].token_class != Class::kMetric) continue;
    const std::string& measure = p.row.tokens[t].cue->value;
    if (first != nullptr && *first != measure) return 2;
    first = &measure;
  }
  return first == nullptr ? 0 : 1;
}

// The checks that the claim passes, and the confidence that they leave (confidence.h).
void Fold::Check(const Parts& p, Draft& d) const {
  Claim& claim = d.claim;
  const Token& value = p.row.tokens[d.token];
  claim.checks.reserve(kCheckNames);
  ConfidenceTable::Checks failed;
  const auto check = [&](CheckName name, bool passed, std::string_view note) {
    failed[static_cast<size_t>(name)] = !passed;
    claim.checks.push_back({name, passed, {}});
    if (!passed) claim.checks.back().note = note;
  };
  const bool fits = UnitFits(value, d);
  check(CheckName::kUnitFits, fits, fits ? "" : claim.quantity.unit + " for " + claim.metric);
  check(CheckName::kHasSubject, !claim.subject.empty(), "no subject found");
  check(CheckName::kHasMeasure, !claim.metric.empty(), "no measure found");
  check(CheckName::kKnownMeasure, d.metric.cue != nullptr && !claim.metric_id.empty(),
        "words of the text");
  check(CheckName::kPlainMeasure, d.metric.base.empty(), "of a part, by words of the text");
  check(CheckName::kInClause, d.named_subject && d.own_metric, "taken from the context");
  check(CheckName::kOneName, NamesInFront(p, d.token) <= 1, "several to choose from");
  check(CheckName::kOneMeasure, MeasuresInFront(p, d.token) <= 1, "several to choose from");
  check(CheckName::kHasPeriod, claim.period.has_value(), "no date given");
  check(CheckName::kOwnPeriod, !d.past_border, "dated by the paragraph before");
  // The printed sign and the word for the way: -3% beside 下降 says it twice.
  const bool negative = claim.quantity.value && claim.quantity.value->negative();
  check(CheckName::kSign, !(negative && claim.direction != Direction::kNone && !d.signed_direction),
        "a sign beside a word for up or down");
  const bool later =
      claim.period && claim.period->start && published_ &&
      claim.period->start->date >
          AddDays(*published_, d.period.empty() ? 0 : LeadOf(Text(d.period.mention->span)));
  check(CheckName::kPlausiblePeriod, !(later && claim.modality == Modality::kActual),
        "a fact of a time after the article");
  check(CheckName::kCertain,
        claim.modality != Modality::kPossible && claim.modality != Modality::kHypothetical,
        "possible or supposed");
  check(CheckName::kArithmetic, d.arithmetic.empty(), d.arithmetic);
  check(CheckName::kCurrency, !value.mention->unit_assumed, "a bare amount, read by the region");
  const ConfidenceTable& table = *tables_.confidence;
  const ConfidenceTable::Record* record = table.RecordOf(claim.metric_id);
  if (record != nullptr) {
    check(CheckName::kRecord, ConfidenceTable::Shift(*record) >= 0,
          "fewer of its claims were right than their checks let expect");
  }
  claim.confidence = table.Of(failed, record);
}

// 经济部统计，批发业营业额…: every country has one, so that whose it is belongs to its name
// (台湾批发业), and those of two countries are never one fact. The name as it stands where it says
// so itself, is no trade's, or no office of a country or city has spoken.
std::string Fold::NameOfTrade(const Parts& p, const Ref& trade) const {
  constexpr std::string_view kBoard = "行业";  // of shares: of no country
  if (trade.entity || trade.named || !trade.id.empty() || !IsBranch(trade.text) ||
      trade.text.ends_with(kBoard)) {
    return trade.text;
  }
  const bool placed = std::any_of(p.row.tokens.begin(), p.row.tokens.end(), [&](const Token& t) {
    return (t.token_class == Class::kPlace || t.token_class == Class::kHere) &&
           trade.span.Contains(t.span);
  });
  if (placed || !CountryOf(trade.text).empty() || !LocalOf(trade.text).empty()) return trade.text;
  const bool told = !local_.empty() || office_.id.starts_with("gov:") ||
                    !LocalOf(office_.text).empty() || !CountryOf(office_.text).empty();
  return told ? HomeRef().text + trade.text : trade.text;
}

// Makes the claim of a draft.
void Fold::Finish(const Parts& p, Draft& d, std::vector<Claim>& claims) const {
  Claim& claim = d.claim;
  // 零售业|营业额: what offices ask of a trade is called so, no company's 营收.
  constexpr std::string_view kTurnover = "营业额";
  if (d.metric.cue != nullptr && d.metric.cue->surface.ends_with(kTurnover) &&
      d.metric.text == d.metric.cue->canonical && !d.subject.entity && !d.subject.named) {
    d.metric.text = d.metric.cue->surface;
  }
  const Token& value = p.row.tokens[d.token];
  TakeAccounting(d);
  claim.subject = NameOfTrade(p, d.subject);
  claim.subject_id = d.subject.id;
  claim.metric = d.metric.empty() ? nouns_.First("plain:" + claim.quantity.unit) : d.metric.text;
  claim.metric_id = d.metric.id;
  claim.scope = ScopeOf(p, d);
  if (!d.period.empty()) {
    const Mention& m = *d.period.mention;
    if (m.period.start || m.period.end) {
      claim.period = PeriodOf(p, d);
      claim.period_from = d.period_from;
    }
    const CleanSpan words = view_.map.ToClean(m.span);
    claim.period_text = std::string(Slice(document_.text, words));
    AddSpan(claim, SpanRole::kPeriod, m.span);
  }
  TakeKindOfMeasure(p, d);
  TakeUnitOfMeasure(p, d);
  TakeCurrencyOfHome(value, d);
  AddSpan(claim, SpanRole::kValue, value.span);
  AddSpan(claim, SpanRole::kSubject, d.subject.span);
  AddSpan(claim, SpanRole::kMetric, d.metric.span);
  AddSpan(claim, SpanRole::kHedge, value.mention->hedge_span);
  std::sort(claim.spans.begin(), claim.spans.end());
  claim.spans.erase(std::unique(claim.spans.begin(), claim.spans.end()), claim.spans.end());
  Check(p, d);
  claims.push_back(std::move(claim));
}

}  // namespace hanfact::extract
