// What a stated number says: the values it agrees with and the values it leaves possible (contract,
// section 5), in the base unit of its dimension and with its direction as a sign.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/claim.h"
#include "base/decimal.h"
#include "base/period.h"

namespace hanfact::dedupe {

// A set of values without gaps. An absent end is open to infinity. Never empty.
struct Interval {
  std::optional<Decimal> low, high;
  bool low_open = false, high_open = false;

  bool operator==(const Interval&) const = default;
};

// All of `a` lies below all of `b`. Two intervals meet unless one is below the other.
[[nodiscard]] bool Below(const Interval& a, const Interval& b);
[[nodiscard]] inline bool Meet(const Interval& a, const Interval& b) {
  return !Below(a, b) && !Below(b, a);
}

// A number, ready to be compared with others of its claim's key.
struct Reading {
  // Signed, in the base unit; the middle of a range. Lies in the closure of both intervals.
  Decimal value;
  Interval agreeing, possible;
  Decimal width;  // of `agreeing`
};

// Reads a number of which these things are said; nullopt where none is stated. Direction is a sign
// for changes only: a fall of 17 reads as -17, whether printed 17 or -17. In the base unit
// (UnitDimension) and of KeyMetric.
[[nodiscard]] std::optional<Reading> ReadNumber(const ClaimTerms& terms, const Quantity& quantity);

// The metric that ReadNumber gives the value of: 净亏损 of 11 reads as 净利润 of -11
// (dedupe/rules/opposite_metrics.tsv), a change of 净亏损 stays one. The canonical text (the id
// where there is no text) without white space and in lower case.
[[nodiscard]] std::string KeyMetric(const ClaimTerms& terms);

// The metric an aspect is filed under: the opposite's where the table has one, for changes too.
[[nodiscard]] std::string AspectMetric(const ClaimTerms& terms);

// Whether the metric's value is an opinion that belongs to who utters it (目标价;
// dedupe/rules/opinion_metrics.tsv).
[[nodiscard]] bool IsOpinion(const ClaimTerms& terms);

// The unit that this one converts into exactly (dedupe/rules/unit_factors.tsv); of a rate X/Y only
// X converts. The unit itself where there is none.
[[nodiscard]] std::string UnitDimension(std::string_view unit);

// Without white space, ASCII letters in lower case: how free text is compared in keys.
[[nodiscard]] std::string CanonicalText(std::string_view text);

// The other reading of a whole calendar quarter, half or year for a subject whose fiscal year ends
// in `year_end` (1-12; 0 unknown): the fiscal one that shares at least two thirds of it. Any other
// period, and one whose fiscal reading is the same or shares less, is returned as it is.
[[nodiscard]] Period FiscalReading(const Period& period, int year_end);

}  // namespace hanfact::dedupe
