#include "base/decimal.h"

#include <gtest/gtest.h>

#include <random>

namespace hanfact {
namespace {

std::string Text(const std::optional<Decimal>& d) { return d ? d->ToString() : "none"; }

TEST(Decimal, ParsesAndPrintsPlainDigits) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},          {"-0", "0"},           {"00", "0"},         {"1", "1"},
      {"16.4", "16.4"},    {"-0.10", "-0.1"},     {"007", "7"},        {"1000000", "1000000"},
      {"0.000", "0"},      {".5", "0.5"},         {"100.001", "100.001"},
      {"39331000000", "39331000000"}};
  for (const auto& [in, out] : cases) EXPECT_EQ(Text(Decimal::Parse(in)), out) << in;
  for (const char* bad : {"", "-", ".", "1.", "1e5", "1,000", "+1", " 1", "1 ", "--1", "1.2.3", "一",
                          "1234567890123456789012345678901234567890"}) {
    EXPECT_FALSE(Decimal::Parse(bad)) << bad;
  }
}

TEST(Decimal, SumsDifferencesProductsMatchIntegers) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const auto a = static_cast<int64_t>(random() % 2000000000) - 1000000000;
    const auto b = static_cast<int64_t>(random() % 2000000000) - 1000000000;
    const int shift = static_cast<int>(random() % 9);
    const Decimal x = Decimal::Scaled(a, -shift), y = Decimal::Scaled(b, -shift);
    EXPECT_EQ(*x.Add(y), Decimal::Scaled(a + b, -shift));
    EXPECT_EQ(*x.Subtract(y), Decimal::Scaled(a - b, -shift));
    EXPECT_EQ(*x.Multiply(y), Decimal::Scaled(a * b, -2 * shift));
    EXPECT_EQ(x < y, a < b);
    EXPECT_EQ(x == y, a == b);
    EXPECT_EQ(*Decimal::Parse(x.ToString()), x);
  }
}

TEST(Decimal, OrderHoldsAcrossExponents) {
  const Decimal ordered[] = {Decimal(-100), Decimal::Scaled(-1, -3), Decimal(0),
                             Decimal::Scaled(1, -30), Decimal::Scaled(5, -1), Decimal(1),
                             Decimal::Scaled(1, 20)};
  for (size_t i = 0; i < std::size(ordered); ++i) {
    for (size_t j = 0; j < std::size(ordered); ++j) {
      EXPECT_EQ(ordered[i] < ordered[j], i < j) << i << " " << j;
    }
  }
}

TEST(Decimal, DividesExactlyOrTo15DigitsHalfEven) {
  EXPECT_EQ(Text(Decimal(1).Divide(8)), "0.125");
  EXPECT_EQ(Text(Decimal(1).Divide(3)), "0.333333333333333");
  EXPECT_EQ(Text(Decimal(2).Divide(3)), "0.666666666666667");
  EXPECT_EQ(Text(Decimal(-2).Divide(3)), "-0.666666666666667");
  EXPECT_EQ(Text(Decimal(1000000).Divide(Decimal::Scaled(25, -1))), "400000");
  EXPECT_EQ(Text(Decimal(0).Divide(7)), "0");
  EXPECT_EQ(Text(Decimal(7).Divide(0)), "none");
}

// Small numbers are divided and turned to doubles another way than large ones.
TEST(Decimal, SmallAndLargeNumbersDivideAlike) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto a = static_cast<int64_t>(random() >> (random() % 62));
    const auto b = static_cast<int64_t>(random() >> (1 + random() % 62)) + 1;
    const Decimal x = Decimal::Scaled(a >> 1, static_cast<int>(random() % 9) - 4);
    const Decimal y = Decimal::Scaled(b, static_cast<int>(random() % 9) - 4);
    const auto quotient = x.Divide(y);
    // The same numbers a prime times as large: what 64 bits do not hold, where 128 do.
    const auto large_x = x.Multiply(Decimal(1'000'000'007)),
               large_y = y.Multiply(Decimal(1'000'000'007));
    if (quotient && large_x && large_y) {
      const auto large = large_x->Divide(*large_y);
      EXPECT_TRUE(!large || *quotient == *large) << x.ToString() << " / " << y.ToString();
    }
    EXPECT_EQ(x.ToDouble(), std::strtod(x.ToString().c_str(), nullptr)) << x.ToString();
    EXPECT_EQ(x <=> y, y.Negated() <=> x.Negated());
  }
}

TEST(Decimal, MagnitudesAreExact) {
  EXPECT_EQ(Decimal::Parse("16.4")->Shifted(8).ToString(), "1640000000");
  EXPECT_EQ(Decimal::Parse("0.1")->Add(*Decimal::Parse("0.2"))->ToString(), "0.3");
}

TEST(Decimal, TooLargeIsNoValue) {
  const Decimal large = *Decimal::Parse("12345678901234567890123456789012345678");
  EXPECT_FALSE(large.Multiply(large));
  EXPECT_FALSE(large.Add(Decimal::Scaled(1, -10)));
  EXPECT_FALSE(Decimal::Scaled(1, 999).Multiply(Decimal::Scaled(1, 999)));
}

TEST(Decimal, ToInt64) {
  EXPECT_EQ(Decimal::Scaled(5, 3).ToInt64(), 5000);
  EXPECT_EQ(Decimal(INT64_MAX).ToInt64(), INT64_MAX);
  EXPECT_FALSE(Decimal::Scaled(1, 19).ToInt64());
  EXPECT_FALSE(Decimal::Scaled(5, -1).ToInt64());
}

}  // namespace
}  // namespace hanfact
