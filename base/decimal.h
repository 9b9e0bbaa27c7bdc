// Exact decimal numbers. Never double: 16.4亿 is 1640000000, not 1639999999.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hanfact {

// coefficient * 10^exponent, in lowest form: the coefficient does not end in 0 (zero is 0e0).
// At most 38 significant digits; an operation that would need more, or an exponent outside
// [-1000, 1000], gives nullopt.
class Decimal {
 public:
  Decimal() = default;
  Decimal(int64_t integer) : Decimal(static_cast<__int128>(integer), 0) {}  // NOLINT: by intent

  // Reads -?digits[.digits] (ASCII), no exponent, no separators; nullopt for anything else or for
  // more digits than fit.
  [[nodiscard]] static std::optional<Decimal> Parse(std::string_view text);
  // coefficient * 10^exponent.
  [[nodiscard]] static Decimal Scaled(int64_t coefficient, int exponent) {
    return Decimal(static_cast<__int128>(coefficient), exponent);
  }
  [[nodiscard]] static Decimal PowerOfTen(int exponent) { return Scaled(1, exponent); }

  [[nodiscard]] std::optional<Decimal> Add(const Decimal& other) const;
  [[nodiscard]] std::optional<Decimal> Subtract(const Decimal& other) const;
  [[nodiscard]] std::optional<Decimal> Multiply(const Decimal& other) const;
  // Exact where the quotient ends within 15 significant digits, else rounded half-even to 15
  // (contract, section 2); nullopt for division by zero.
  [[nodiscard]] std::optional<Decimal> Divide(const Decimal& other) const;
  [[nodiscard]] Decimal Negated() const { return Decimal(-coefficient_, exponent_); }
  [[nodiscard]] Decimal Abs() const { return negative() ? Negated() : *this; }
  // This times 10^power.
  [[nodiscard]] Decimal Shifted(int power) const {
    return Decimal(coefficient_, exponent_ + power);
  }

  [[nodiscard]] bool zero() const { return coefficient_ == 0; }
  [[nodiscard]] bool negative() const { return coefficient_ < 0; }
  [[nodiscard]] bool integer() const { return exponent_ >= 0; }
  [[nodiscard]] int exponent() const { return exponent_; }

  // Plain digits, no exponent, no trailing zeros after the point: "39331000000", "-0.1".
  [[nodiscard]] std::string ToString() const;
  // The nearest double, for the *_num columns and for sorting only.
  [[nodiscard]] double ToDouble() const;
  // The value if it is an integer that fits.
  [[nodiscard]] std::optional<int64_t> ToInt64() const;

  [[nodiscard]] std::strong_ordering operator<=>(const Decimal& other) const;
  [[nodiscard]] bool operator==(const Decimal& other) const {
    return coefficient_ == other.coefficient_ && exponent_ == other.exponent_;
  }

 private:
  Decimal(__int128 coefficient, int exponent) : coefficient_(coefficient), exponent_(exponent) {
    Normalize();
  }
  void Normalize();

  __int128 coefficient_ = 0;
  int exponent_ = 0;
};

}  // namespace hanfact
