// Numerals of every style in a match view: Arabic, Chinese, formal, and mixtures of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/decimal.h"
#include "base/quantity.h"

namespace hanfact::normalize {

enum class NumeralKind {
  kPlain,
  kPercent,   // 百分之五, 千分之三: low and high are in percent
  kFraction,  // 三分之一, 3/5, 三又三分之一: a quotient
};

// A numeral as read from the text. What the words make of a unit behind it (成, 折, 半) and what
// stands before it (负, hedges) is the caller's business.
struct Numeral {
  uint32_t end = 0;  // byte behind it
  NumeralKind kind = NumeralKind::kPlain;
  // Equal, except where the words give a range: 数十 (20 to 99), 两三百, 十几.
  Decimal low, high;
  Bound bound = Bound::kExact;  // kRange where low < high; kMoreThan for 多 and 余; kAbout for 来
  // The unit of the last digit written; zero for a fraction.
  Decimal precision;
  // The magnitude words that end it (3.5万亿: 10^12; 7.5万: 10^4), one where there are none: what a
  // range or list lends to its earlier members (5至8万).
  Decimal scale = 1;
  // The small unit its last section ends in, where that section is one digit and the unit (九百亿:
  // 100), else 1: 八到九百.
  int small_scale = 1;

  bool arabic = false;          // has an ASCII digit
  bool chinese = false;         // has a Han numeral
  bool bare = false;            // magnitude words only: 百万, 亿, 千
  bool vague = false;           // opens with 几 or 数
  bool sequence = false;        // Han digits side by side, read off as they stand: 二〇二五, 九九
  bool irregular_commas = false;  // separators that are no thousands: 1,2,345
  bool leading_zero = false;    // 007: a code, not an amount
  uint32_t characters = 0;      // code points of the numeral
  uint32_t digits = 0;          // ASCII digits before the decimal point
  uint32_t decimals = 0;        // digits behind the decimal point
};

// Whether a character can begin a numeral. Cheap: the finder calls it on every character.
[[nodiscard]] bool StartsNumeral(char32_t c);
// The value of a Han digit (零 〇 一 … 九 两 俩, formal ones too); -1 for none.
[[nodiscard]] int HanDigit(char32_t c);

// Reads the longest numeral that begins at byte `at` (a border) of a match view. No sign. nullopt
// where there is none, or where the value has more digits than a Decimal holds. Linear in the
// numeral's length; never fails.
[[nodiscard]] std::optional<Numeral> ReadNumeral(std::string_view text, size_t at);

}  // namespace hanfact::normalize
