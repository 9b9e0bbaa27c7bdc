// What the numbers of one sentence say of each other: a rate of its two levels, parts of their total.
#include <algorithm>
#include <cmath>

#include "extract/fold.h"

namespace hanfact::extract {

using Class = TokenClass;

namespace {

// Half of the last digit a value is stated to is rounding; so is half of the other's.
double Rounding(const Quantity& q) { return q.precision.ToDouble() / 2; }

// What the value may be at least and at most; 约 leaves a tenth on both sides.
constexpr double kAbout = 0.1;
double Least(const Quantity& q) {
  const double value = q.value->ToDouble();
  return value - Rounding(q) - (q.bound == Bound::kExact ? 0 : kAbout * std::abs(value));
}
double Most(const Quantity& q) {
  const double value = q.value->ToDouble();
  return value + Rounding(q) + (q.bound == Bound::kExact ? 0 : kAbout * std::abs(value));
}

// An amount that can be a part or have parts: no rate, no change, nothing that is only a limit, and
// no measure that can be below zero (a loss elsewhere makes a part more than the whole).
bool IsAmount(const NounTable& nouns, const Draft& d) {
  const Quantity& q = d.claim.quantity;
  const bool amount = d.claim.kind == ClaimKind::kLevel || d.claim.kind == ClaimKind::kCount;
  const bool stated = q.bound == Bound::kExact || q.bound == Bound::kAbout ||
                      q.bound == Bound::kNearly;
  return amount && stated && q.value && !q.value->negative() && !q.unit.empty() &&
         q.unit != "percent" && q.unit.find('/') == std::string::npos &&
         d.claim.direction == Direction::kNone && !nouns.Is("unsummed", q.unit) &&
         !nouns.Is("signed", d.metric.id);
}

// Whether both measure the same: 海外营收 is 营收; of counts the unit decides.
bool SameMeasure(const Draft& total, const Draft& part) {
  if (total.claim.quantity.unit != part.claim.quantity.unit ||
      total.claim.kind != part.claim.kind || total.claim.modality != part.claim.modality) {
    return false;
  }
  if (total.claim.kind == ClaimKind::kCount) return true;
  if (!total.metric.id.empty() && total.metric.id == part.metric.id) return true;
  return !total.metric.text.empty() && part.metric.text.ends_with(total.metric.text);
}

// Whether the part's time lies in the total's; a time that is not told is the same.
bool Within(const Draft& total, const Draft& part) {
  const auto& outer = total.claim.period;
  const auto& inner = part.claim.period;
  if (!outer || !inner || !outer->start || !outer->end || !inner->start || !inner->end) return true;
  return outer->start->date <= inner->start->date && inner->end->date <= outer->end->date;
}

std::string Printed(double value) { return Decimal::Scaled(std::llround(value * 100), -2).ToString(); }

}  // namespace

void Fold::CheckArithmetic(Parts& p) const {
  CheckRates(p);
  CheckParts(p);
  CheckSums(p);
}

// 由10亿元升至12亿元，升20%: two levels and a rate of one measure must agree.
void Fold::CheckRates(Parts& p) {
  constexpr double kTolerance = 1.0;  // percentage points beside the rate's own last digit
  for (size_t i = 0; i + 1 < p.drafts.size(); ++i) {
    const Draft& from = p.drafts[i];
    const Draft& to = p.drafts[i + 1];
    const auto& set = p.set.find(from.token);
    if (set == p.set.end() || set->second.count("kind") == 0 ||
        p.rule.at(from.token) != from.claim.rule || from.claim.kind != ClaimKind::kLevel) {
      continue;
    }
    if (to.claim.kind != ClaimKind::kLevel || !from.claim.quantity.value ||
        !to.claim.quantity.value || from.claim.quantity.unit != to.claim.quantity.unit ||
        from.claim.quantity.value->zero() || from.claim.quantity.unit == "percent" ||
        from.clause != to.clause) {
      continue;
    }
    const double old_level = from.claim.quantity.value->ToDouble();
    const double rate = (to.claim.quantity.value->ToDouble() / old_level - 1) * 100;
    for (size_t k = i + 2; k < p.drafts.size() && k < i + 4; ++k) {
      Draft& change = p.drafts[k];
      // 同比: against another level than the one in front. A year's change that no word says is one
      // may be against it.
      const auto& spans = change.claim.spans;
      const bool based = std::any_of(spans.begin(), spans.end(), [](const ClaimSpan& span) {
        return span.role == SpanRole::kBasis;
      });
      if (change.claim.kind != ClaimKind::kChange || change.claim.quantity.unit != "percent" ||
          change.metric.text != to.metric.text || based) {
        continue;
      }
      const double stated = change.claim.quantity.value->ToDouble() *
                            (change.claim.direction == Direction::kDown ? -1 : 1);
      if (std::abs(stated - rate) > kTolerance + change.claim.quantity.precision.ToDouble()) {
        change.arithmetic = "the levels beside it give " + Printed(rate) + " percent";
      }
    }
  }
}

// 营收10亿元，其中海外营收12亿元: no part is more than its total, nor are the parts of one list
// together. Parts that stand in clauses of their own may overlap (其中出口…，其中民企…): they are not
// added up.
void Fold::CheckParts(Parts& p) const {
  const auto& tokens = p.row.tokens;
  for (int t = 0; t < static_cast<int>(tokens.size()); ++t) {
    if (tokens[t].token_class != Class::kPart || tokens[t].cue == nullptr) continue;
    // 包括: what is counted behind it may be of another kind.
    const bool inside = tokens[t].cue->value != "list";
    const Draft* total = nullptr;
    for (const Draft& d : p.drafts) {
      if (d.token < t) total = &d;
    }
    if (total == nullptr || !IsAmount(nouns_, *total)) continue;
    if (!inside && total->claim.kind == ClaimKind::kCount) continue;
    int end = t + 1;
    while (end < static_cast<int>(tokens.size()) && tokens[end].token_class != Class::kPart) ++end;
    const Quantity& whole = total->claim.quantity;
    std::vector<Draft*> list;  // of the first part's clause
    double sum = 0, least = 0;
    for (Draft& d : p.drafts) {
      if (d.token <= t || d.token >= end || !IsAmount(nouns_, d) || !SameMeasure(*total, d) ||
          !Within(*total, d)) {
        continue;
      }
      if (Least(d.claim.quantity) > Most(whole)) {
        d.arithmetic = "a part that is more than its total, " + whole.value->ToString();
      }
      if (list.empty() || list.front()->clause == d.clause) {
        list.push_back(&d);
        sum += d.claim.quantity.value->ToDouble();
        least += Least(d.claim.quantity);
      }
    }
    if (list.size() < 2 || least <= Most(whole)) continue;
    for (Draft* d : list) {
      if (d->arithmetic.empty()) {
        d->arithmetic = "the parts add up to " + Printed(sum) + ", more than their total, " +
                        whole.value->ToString();
      }
    }
  }
}

// 甲10亿元，乙20亿元，合计25亿元: a total is no less than what it is made of. It may be more: not all
// parts need be told.
void Fold::CheckSums(Parts& p) const {
  const auto& tokens = p.row.tokens;
  for (size_t k = 2; k < p.drafts.size(); ++k) {
    Draft& total = p.drafts[k];
    if (!IsAmount(nouns_, total)) continue;
    int t = total.token - 1;
    while (t > p.drafts[k - 1].token && tokens[t].token_class != Class::kTotal) --t;
    // 累计 is a total over time.
    if (t <= p.drafts[k - 1].token || tokens[t].cue == nullptr ||
        tokens[t].cue->surface.starts_with("累")) {
      continue;
    }
    double sum = 0, least = 0;
    size_t parts = 0;
    for (size_t i = k; i-- > 0; ++parts) {
      const Draft& part = p.drafts[i];
      const Draft& next = p.drafts[i + 1];
      const bool told = i + 1 == k || part.subject.text != next.subject.text ||
                        part.metric.text != next.metric.text;
      if (!IsAmount(nouns_, part) || !SameMeasure(total, part) || !told || !Within(total, part)) break;
      sum += part.claim.quantity.value->ToDouble();
      least += Least(part.claim.quantity);
    }
    if (parts >= 2 && least > Most(total.claim.quantity)) {
      total.arithmetic = "what it is the total of adds up to " + Printed(sum);
    }
  }
}

}  // namespace hanfact::extract
