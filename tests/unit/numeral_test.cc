// Numerals: every number to 99,999 in every style, and the forms of docs/numbers-and-dates.md.
#include "normalize/numeral.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "normalize/script.h"

namespace hanfact::normalize {
namespace {

struct Style {
  const char* digits[10];
  const char* units[4];  // ones, tens, hundreds, thousands
  const char* ten_thousand;
};
constexpr Style kPlainStyle = {{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"},
                               {"", "十", "百", "千"},
                               "万"};
constexpr Style kFormalStyle = {{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"},
                                {"", "拾", "佰", "仟"},
                                "万"};
constexpr Style kTraditionalStyle = {{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"},
                                     {"", "十", "百", "千"},
                                     "萬"};

std::string Section(int n, const Style& style, bool gap) {
  std::string out;
  bool zero = gap;
  for (int place = 3; place >= 0; --place) {
    int p = 1;
    for (int i = 0; i < place; ++i) p *= 10;
    const int digit = n / p % 10;
    if (digit == 0) {
      zero = zero || !out.empty();
      continue;
    }
    if (zero && (gap || !out.empty())) out += style.digits[0];
    zero = false;
    gap = false;
    out += style.digits[digit];
    out += style.units[place];
  }
  return out;
}

std::string Write(int n, const Style& style) {
  if (n == 0) return style.digits[0];
  std::string out;
  if (n >= 10000) {
    out += Section(n / 10000, style, false) + style.ten_thousand;
    n %= 10000;
    if (n > 0) out += Section(n, style, n < 1000);
    return out;
  }
  return Section(n, style, false);
}

std::string Grouped(int n) {
  std::string digits = std::to_string(n);
  for (size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

void ExpectValue(const std::string& text, int64_t value) {
  const std::string view = MakeMatchView(text).text;
  const auto n = ReadNumeral(view, 0);
  ASSERT_TRUE(n) << text;
  ASSERT_EQ(n->end, view.size()) << text;
  ASSERT_EQ(n->low, Decimal(value)) << text;
  ASSERT_EQ(n->high, Decimal(value)) << text;
  ASSERT_EQ(n->kind, NumeralKind::kPlain) << text;
}

TEST(Numeral, EveryNumberToAHundredThousandInEveryStyle) {
  for (int n = 0; n < 100000; ++n) {
    ExpectValue(Write(n, kPlainStyle), n);
    // A single formal digit is an everyday character (陆, 伍): it needs another beside it.
    if (n >= 10) ExpectValue(Write(n, kFormalStyle), n);
    ExpectValue(Write(n, kTraditionalStyle), n);
    ExpectValue(std::to_string(n), n);
    ExpectValue(Grouped(n), n);
    // Mixed: 3万4567 as newspapers write it.
    if (n >= 10000 && n % 10000 >= 1000) {
      ExpectValue(std::to_string(n / 10000) + "万" + std::to_string(n % 10000), n);
    }
    if (HasFatalFailure()) return;
  }
}

struct Form {
  const char* text;
  const char* low;
  const char* high;  // "" where it is one value
};

TEST(Numeral, Forms) {
  const Form forms[] = {
      {"三亿九千万", "390000000", ""},
      {"3亿9千万", "390000000", ""},
      {"肆佰叁拾万", "4300000", ""},
      {"两百三", "230", ""},
      {"一万三", "13000", ""},
      {"3万5", "35000", ""},
      {"1,100万", "11000000", ""},
      {"１２３", "123", ""},
      {"二〇二五", "2025", ""},
      {"一万五千亿", "1500000000000", ""},
      {"二十万亿", "20000000000000", ""},
      {"四万万", "400000000", ""},
      {"1796亿6524万6732", "179665246732", ""},
      {"12万700", "120700", ""},
      {"14兆718亿", "14071800000000", ""},
      {"一百九十万零三千", "1903000", ""},
      {"五十五兆一十二亿四万五千二", "55001200045200", ""},
      {"1.2万亿", "1200000000000", ""},
      {"三点五万", "35000", ""},
      {"四百亿点零五零", "40000000000.05", ""},
      {"十几", "11", "19"},
      {"二十几", "21", "29"},
      {"三十几万", "310000", "390000"},
      {"两三百", "200", "300"},
      {"七八十", "70", "80"},
      {"十七八", "17", "18"},
      {"数十", "20", "99"},
      {"数亿", "200000000", "900000000"},
      {"数百万", "2000000", "9990000"},
      {"几千", "2000", "9999"},
      {"三分之一", "0.333333333333333", ""},
      {"三又三分之一", "3.33333333333333", ""},
      {"百分之五点五", "5.5", ""},
      {"千分之三", "0.3", ""},
      {"万分之四", "0.04", ""},
      {"一百分之三", "0.03", ""},
      {"21.2E0", "21.2", ""},
      {"两个亿", "200000000", ""},
      {"12,34,567", "1234567", ""},
  };
  for (const Form& f : forms) {
    const std::string view = MakeMatchView(f.text).text;
    const auto n = ReadNumeral(view, 0);
    ASSERT_TRUE(n) << f.text;
    EXPECT_EQ(n->end, view.size()) << f.text;
    EXPECT_EQ(n->low.ToString(), f.low) << f.text;
    EXPECT_EQ(n->high.ToString(), *f.high == '\0' ? f.low : f.high) << f.text;
  }
}

TEST(Numeral, StopsWhereTheNumberEnds) {
  auto read = [](const char* text) {
    const auto n = ReadNumeral(text, 0);
    return n ? std::string(text).substr(0, n->end) : std::string("none");
  };
  EXPECT_EQ(read("一千瓦"), "一");          // 千瓦 is the unit
  EXPECT_EQ(read("399兆瓦"), "399");
  EXPECT_EQ(read("3.4兆千瓦时"), "3.4兆");  // 兆 counts here
  EXPECT_EQ(read("12百分点"), "12");
  EXPECT_EQ(read("二十万一平米"), "二十万");
  EXPECT_EQ(read("三千两百两"), "三千两百");
  EXPECT_EQ(read("1,2万"), "1");
  EXPECT_EQ(read("1.2.3"), "1");
  EXPECT_EQ(read("八点二十"), "八");  // a clock
  EXPECT_EQ(read("陆地"), "none");
  EXPECT_EQ(read("拾取"), "none");
  EXPECT_EQ(read("30余额"), "30");
}

TEST(Numeral, MoreThanAndAbout) {
  EXPECT_EQ(ReadNumeral("3000多", 0)->bound, Bound::kMoreThan);
  EXPECT_EQ(ReadNumeral("十余万", 0)->bound, Bound::kMoreThan);
  EXPECT_EQ(ReadNumeral("三十万多亿", 0)->low.ToString(), "30000000000000");
  EXPECT_EQ(ReadNumeral("十来个", 0)->bound, Bound::kAbout);
}

TEST(Numeral, RandomStringsNeverFail) {
  static const char* const kPieces[] = {"一", "二", "九", "零", "〇", "十", "百", "千", "万", "亿",
                                        "兆", "几", "数", "多", "余", "来", "点", "分之", "又", "个",
                                        "1",  "23", ".",  ",",  "e",  "-",  "陆", "拾", "壹", "负",
                                        "999999999999999999999999999999999999999999"};
  std::mt19937 random(11);
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    for (auto n = 1 + random() % 14; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const auto numeral = ReadNumeral(text, 0);
    if (!numeral) continue;
    ASSERT_GT(numeral->end, 0u) << text;
    ASSERT_LE(numeral->end, text.size()) << text;
    if (numeral->kind != NumeralKind::kFraction) {
      ASSERT_LE(numeral->low, numeral->high) << text;
    }
  }
}

}  // namespace
}  // namespace hanfact::normalize
