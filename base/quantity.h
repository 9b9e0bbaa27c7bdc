// A number with its unit and hedge, as stated in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/decimal.h"

namespace hanfact {

// What the words around a number say of its ends (contract, section 2).
enum class Bound {
  kExact,
  kAbout,     // 约 大约 左右 上下
  kMoreThan,  // 超过 逾 突破 多 余 以上
  kAtLeast,   // 至少 不低于 起码
  kLessThan,  // 不到 不足 低于 以下
  kAtMost,    // 至多 最多 不超过
  kNearly,    // 近 接近 将近
  kRange,     // two ends stated, or words that give a range (数十, 三五)
};
[[nodiscard]] std::string_view ToString(Bound bound);
[[nodiscard]] std::optional<Bound> ParseBound(std::string_view name);

// Either `value`, or `low` and/or `high`. Values are in the unit's base (亿 multiplied out).
struct Quantity {
  std::optional<Decimal> value;
  std::optional<Decimal> low, high;
  bool low_open = false, high_open = false;
  // ISO 4217, percent, CLDR unit id, count:X, X/Y …; empty for a bare number.
  std::string unit;
  Bound bound = Bound::kExact;
  // The unit of the last digit written (393亿: 100000000; 16.4%: 0.1); zero for fractions and
  // whole counts, whose stated value is exact.
  Decimal precision;

  bool operator==(const Quantity&) const = default;
};

}  // namespace hanfact
