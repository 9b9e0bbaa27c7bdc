#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace hanfact {
namespace {

using Wide = __int128;
using UWide = unsigned __int128;

constexpr int kMaxDigits = 38;
constexpr int kMaxExponent = 1000;

Wide Pow10(int n) {
  Wide p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

UWide Magnitude(Wide v) { return v < 0 ? UWide(0) - static_cast<UWide>(v) : static_cast<UWide>(v); }

// Most numbers take 64 bits, whose division costs a tenth of that of 128.
constexpr UWide kSmall = 1'000'000'000'000'000'000;

int Digits(UWide v) {
  int n = 0;
  for (; v >= kSmall; v /= 10) ++n;
  for (auto small = static_cast<uint64_t>(v); small > 0; small /= 10) ++n;
  return n;
}

// coefficient * 10^shift if it keeps at most 38 digits.
std::optional<Wide> ShiftUp(Wide coefficient, int shift) {
  if (coefficient == 0) return Wide(0);
  if (Digits(Magnitude(coefficient)) + shift > kMaxDigits) return std::nullopt;
  return coefficient * Pow10(shift);
}

}  // namespace

void Decimal::Normalize() {
  if (coefficient_ == 0) {
    exponent_ = 0;
    return;
  }
  if (const auto small = static_cast<int64_t>(coefficient_); small == coefficient_) {
    int64_t rest = small;  // dividing 128 bits costs ten times as much
    while (rest % 10 == 0) {
      rest /= 10;
      ++exponent_;
    }
    coefficient_ = rest;
    return;
  }
  while (coefficient_ % 10 == 0) {
    coefficient_ /= 10;
    ++exponent_;
  }
}

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && text[0] == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  Wide value = 0;
  int exponent = 0, significant = 0, digits = 0;
  bool point = false;
  int zeros = 0;  // zeros not yet put into the value
  for (char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    ++digits;
    if (point) --exponent;
    if (c == '0') {
      if (value != 0) ++zeros;
      continue;
    }
    if (significant + zeros + 1 > kMaxDigits || zeros > kMaxDigits) return std::nullopt;
    for (; zeros > 0; --zeros) {
      value *= 10;
      if (value != 0) ++significant;
    }
    value = value * 10 + (c - '0');
    ++significant;
  }
  if (digits == 0 || (point && text.back() == '.')) return std::nullopt;
  exponent += zeros;
  if (std::abs(exponent) > kMaxExponent) return std::nullopt;
  return Decimal(negative ? -value : value, exponent);
}

std::optional<Decimal> Decimal::Add(const Decimal& other) const {
  if (zero()) return other;
  if (other.zero()) return *this;
  const int e = std::min(exponent_, other.exponent_);
  auto a = ShiftUp(coefficient_, exponent_ - e);
  auto b = ShiftUp(other.coefficient_, other.exponent_ - e);
  if (!a || !b) return std::nullopt;
  Wide sum;
  if (__builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  if (Digits(Magnitude(sum)) > kMaxDigits) return std::nullopt;
  return Decimal(sum, e);
}

std::optional<Decimal> Decimal::Subtract(const Decimal& other) const {
  return Add(other.Negated());
}

std::optional<Decimal> Decimal::Multiply(const Decimal& other) const {
  Wide product;
  if (__builtin_mul_overflow(coefficient_, other.coefficient_, &product)) return std::nullopt;
  if (Digits(Magnitude(product)) > kMaxDigits) return std::nullopt;
  const int e = exponent_ + other.exponent_;
  if (std::abs(e) > kMaxExponent) return std::nullopt;
  return Decimal(product, e);
}

std::optional<Decimal> Decimal::Divide(const Decimal& other) const {
  if (other.zero()) return std::nullopt;
  if (zero()) return Decimal();
  constexpr int kSignificant = 15;
  UWide n = Magnitude(coefficient_), d = Magnitude(other.coefficient_);
  if (Digits(d) > 20) return std::nullopt;
  int e = exponent_ - other.exponent_;
  // Long division digit by digit: the integer part first, then decimals until 15 significant
  // digits and the remainder that decides the rounding.
  UWide q = n / d, r = n % d;
  if (Digits(q) > kSignificant + 3 && r != 0) {
    return std::nullopt;  // more digits than the contract rounds to: never for numbers in news
  }
  int digits = Digits(q);
  if (d < kSmall && q < kSmall) {
    auto small_q = static_cast<uint64_t>(q), small_r = static_cast<uint64_t>(r);
    const auto small_d = static_cast<uint64_t>(d);
    for (; small_r != 0 && digits < kSignificant; --e) {
      small_r *= 10;  // stays below 2^64, as d is below 10^18
      small_q = small_q * 10 + small_r / small_d;
      small_r %= small_d;
      digits += small_q != 0 ? 1 : 0;
    }
    q = small_q;
    r = small_r;
  }
  while (r != 0 && Digits(q) < kSignificant) {
    r *= 10;
    q = q * 10 + r / d;
    r %= d;
    --e;
  }
  if (r != 0) {
    const UWide twice = r * 2;
    if (twice > d || (twice == d && q % 2 == 1)) ++q;
  }
  const bool minus = (coefficient_ < 0) != (other.coefficient_ < 0);
  if (std::abs(e) > kMaxExponent) return std::nullopt;
  return Decimal(minus ? -static_cast<Wide>(q) : static_cast<Wide>(q), e);
}

std::string Decimal::ToString() const {
  if (zero()) return "0";
  std::string digits;
  UWide v = Magnitude(coefficient_);
  for (; v >= kSmall; v /= 10) digits += static_cast<char>('0' + static_cast<int>(v % 10));
  for (auto small = static_cast<uint64_t>(v); small > 0; small /= 10) {
    digits += static_cast<char>('0' + static_cast<int>(small % 10));
  }
  std::reverse(digits.begin(), digits.end());
  if (exponent_ >= 0) {
    digits.append(static_cast<size_t>(exponent_), '0');
  } else {
    const auto decimals = static_cast<size_t>(-exponent_);
    if (digits.size() <= decimals) digits.insert(0, decimals - digits.size() + 1, '0');
    digits.insert(digits.size() - decimals, ".");
  }
  if (negative()) digits.insert(0, "-");
  return digits;
}

double Decimal::ToDouble() const {
  // Both are doubles exactly, and one operation rounds to the nearest.
  constexpr int64_t kExact = int64_t{1} << 53;
  constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const int power = std::abs(exponent_);
  if (Magnitude(coefficient_) <= static_cast<UWide>(kExact) &&
      power < static_cast<int>(kPowers.size())) {
    const auto exact = static_cast<double>(static_cast<int64_t>(coefficient_));
    const double scale = kPowers[static_cast<size_t>(power)];
    return exponent_ < 0 ? exact / scale : exact * scale;
  }
  return std::strtod(ToString().c_str(), nullptr);
}

std::optional<int64_t> Decimal::ToInt64() const {
  if (exponent_ < 0 || exponent_ > 18) return std::nullopt;
  auto v = ShiftUp(coefficient_, exponent_);
  if (!v || *v > INT64_MAX || *v < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(*v);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (coefficient_ == 0 || other.coefficient_ == 0 || negative() != other.negative()) {
    const int a = coefficient_ > 0 ? 1 : coefficient_ < 0 ? -1 : 0;
    const int b = other.coefficient_ > 0 ? 1 : other.coefficient_ < 0 ? -1 : 0;
    return a <=> b;
  }
  UWide a = Magnitude(coefficient_), b = Magnitude(other.coefficient_);
  if (exponent_ == other.exponent_) return coefficient_ <=> other.coefficient_;
  // Compare the decimal order first, so that scaling below cannot overflow.
  const int order_a = Digits(a) + exponent_, order_b = Digits(b) + other.exponent_;
  std::strong_ordering size = order_a <=> order_b;
  if (size == std::strong_ordering::equal) {
    const int e = std::min(exponent_, other.exponent_);
    a *= static_cast<UWide>(Pow10(exponent_ - e));
    b *= static_cast<UWide>(Pow10(other.exponent_ - e));
    size = a < b   ? std::strong_ordering::less
           : a > b ? std::strong_ordering::greater
                   : std::strong_ordering::equal;
  }
  return negative() ? 0 <=> size : size;
}

}  // namespace hanfact
