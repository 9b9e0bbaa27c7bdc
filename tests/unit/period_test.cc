// The finder of dates: cases as data, every day of 2000 to 2040, and its properties.
#include <gtest/gtest.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "extract/periods.h"
#include "normalize/script.h"
#include "tests/unit/typed_otherwise.h"

namespace hanfact::extract {
namespace {

using nlohmann::json;

const PeriodFinder& Finder() {
  static const PeriodFinder* finder = [] {
    std::vector<TableError> errors;
    auto* f = new PeriodFinder(errors);
    EXPECT_TRUE(errors.empty()) << ToString(errors);
    return f;
  }();
  return *finder;
}

std::vector<Mention> FindIn(std::string_view match_text, std::optional<Date> published,
                            std::string region = "") {
  PeriodContext context;
  if (published) context.published = Moment{*published, std::nullopt};
  context.region = std::move(region);
  std::vector<Mention> out;
  Finder().Find(match_text, context, out);
  return out;
}

std::string RoleName(PeriodRole role) {
  static constexpr const char* kNames[] = {"", "as_of", "since", "same_period", "vague"};
  return kNames[static_cast<size_t>(role)];
}

std::vector<json> Cases(const std::string& file) {
  std::vector<json> out;
  std::ifstream in(std::string(HANFACT_SOURCE_DIR) + "/tests/cases/" + file);
  std::string line;
  while (std::getline(in, line)) out.push_back(json::parse(line));
  return out;
}

void CheckCase(const json& c) {
  const std::string text = c["text"];
  const MatchView view = normalize::MakeMatchView(text);
  std::optional<Date> published;
  std::string region;
  if (c.contains("context")) {
    if (c["context"].contains("published")) {
      published = ParseDate(c["context"]["published"].get<std::string>());
      ASSERT_TRUE(published);
    }
    region = c["context"].value("region", "");
  }
  const std::vector<Mention> found = FindIn(view.text, published, region);
  json got = json::array();
  for (const Mention& m : found) {
    const CleanSpan span = view.map.ToClean(m.span);
    json g = {{"type", std::string(ToString(m.type))},
              {"text", std::string(Slice(std::string_view(text), span))},
              {"timex", m.period.timex}};
    if (m.type == MentionType::kPeriod) {
      g["start_date"] = m.period.start ? json(m.period.start->ToString()) : json();
      g["end_date"] = m.period.end ? json(m.period.end->ToString()) : json();
      g["grain"] = std::string(ToString(m.period.grain));
    }
    if (m.period_role != PeriodRole::kPlain) g["role"] = RoleName(m.period_role);
    got.push_back(g);
  }
  const json& want = c["want"];
  ASSERT_EQ(got.size(), want.size()) << c["id"] << " " << text << "\n" << got.dump();
  for (size_t i = 0; i < want.size(); ++i) {
    for (const auto& [key, value] : want[i].items()) {
      EXPECT_EQ(got[i].value(key, json()), value) << c["id"] << " " << text << " " << key;
    }
  }
}

TEST(PeriodCases, Dates) {
  for (const json& c : Cases("periods.jsonl")) CheckCase(c);
}

TEST(PeriodCases, Holidays) {
  for (const json& c : Cases("holidays.jsonl")) CheckCase(c);
}

TEST(PeriodCases, EveryRowHasOne) {
  std::vector<TableError> errors;
  for (const char* name : {"periods", "holidays"}) {
    std::set<std::string> have;
    for (const json& c : Cases(std::string(name) + ".jsonl")) {
      for (const json& row : c.value("rows", json::array())) have.insert(row.get<std::string>());
    }
    std::set<std::string> rows;
    const std::string text(
        EmbeddedFile(std::string("normalize/rules/") + name + ".tsv").value_or(""));
    const Table table =
        std::string_view(name) == "periods"
            ? Table::Read("periods.tsv", text,
                          {"id", "pattern", "function", "priority", "guard"}, errors)
            : Table::Read("holidays.tsv", text, {"id", "name", "when"}, errors);
    for (const Table::Row& row : table.rows()) {
      const std::string& id = table.Get(row, "id");
      if (id.starts_with('_')) continue;  // a part of other patterns
      std::string full = std::string(name) + ":" + id;
      if (std::string_view(name) == "holidays") full += "/" + table.Get(row, "name");
      rows.insert(full);
      EXPECT_TRUE(have.count(full)) << "no case for the row " << full;
    }
    for (const std::string& row : have) EXPECT_TRUE(rows.count(row)) << "a case for no row " << row;
  }
  EXPECT_TRUE(errors.empty()) << ToString(errors);
}

std::string Chinese(int n) {  // 1 to 31
  static constexpr const char* kFigures[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (n < 10) return kFigures[n];
  return (n >= 20 ? kFigures[n / 10] : std::string()) + "十" + kFigures[n % 10];
}
std::string Figures(int year) {
  static constexpr const char* kFigures[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  std::string out;
  for (char c : std::to_string(year)) out += kFigures[c - '0'];
  return out;
}

TEST(PeriodFinder, EveryDayInEveryAbsolutePattern) {
  const Date published{2024, 6, 15};
  for (int64_t n = DayNumber({2000, 1, 1}); n <= DayNumber({2040, 12, 31}); ++n) {
    const Date d = FromDayNumber(n);
    const std::string y = std::to_string(d.year), m = std::to_string(d.month),
                      day = std::to_string(d.day);
    const std::string iso = d.ToString();
    std::string slash = iso;
    for (char& c : slash) c = c == '-' ? '/' : c;
    std::string roc = "民国" + std::to_string(d.year - 1911) + "年" + m + "月" + day + "日";
    for (const std::string& text :
         {y + "年" + m + "月" + day + "日", iso, slash, y + "." + m + "." + day,
          y + "/" + m + "/" + day, Figures(d.year) + "年" + Chinese(d.month) + "月" +
              Chinese(d.day) + "日", y + "年" + m + "月" + day + "号", roc}) {
      const auto found = FindIn("公司" + text + "公告", published);
      ASSERT_EQ(found.size(), 1u) << text;
      ASSERT_EQ(found[0].span, (MatchSpan{6, static_cast<uint32_t>(6 + text.size())})) << text;
      ASSERT_EQ(found[0].period, DayPeriod(d)) << text;
    }
  }
}

TEST(PeriodFinder, EveryDayWithoutYear) {
  for (int64_t n = DayNumber({2019, 1, 1}); n <= DayNumber({2024, 12, 31}); ++n) {
    const Date today = FromDayNumber(n);
    for (int back : {0, 1, 5, 27, 100, 364}) {
      const Date d = AddDays(today, -back);
      if ((d.month == 2 && d.day == 29) || (today.month == 2 && today.day == 29)) continue;
      const std::string text = std::to_string(d.month) + "月" + std::to_string(d.day) + "日";
      // Where the words speak of what has been, the nearest past; where they say nothing, a day of
      // the article's year may be to come, up to half a year.
      const auto past = FindIn("公司曾在" + text + "公告", today);
      ASSERT_EQ(past.size(), 1u);
      ASSERT_EQ(past[0].period, DayPeriod(d)) << text << " on " << today.ToString();
      const Date ahead{today.year, d.month, d.day};
      const bool open = ahead > today && ahead.month - today.month <= 6;
      const auto found = FindIn("公司" + text + "公告", today);
      ASSERT_EQ(found.size(), 1u);
      ASSERT_EQ(found[0].period, DayPeriod(open ? ahead : d)) << text << " on " << today.ToString();
      if (back > 27) continue;
      const auto bare = FindIn("公司" + std::to_string(d.day) + "日公告", today);
      ASSERT_EQ(bare.size(), 1u);
      ASSERT_EQ(bare[0].period, DayPeriod(d)) << d.day << " on " << today.ToString();
    }
  }
}

TEST(PeriodFinder, QuartersAndMonthsOfEveryYear) {
  for (int year = 2000; year <= 2040; ++year) {
    const std::string y = std::to_string(year);
    for (int q = 1; q <= 4; ++q) {
      static constexpr const char* kNames[] = {"", "一", "二", "三", "四"};
      const std::string n = std::to_string(q), cn = kNames[q];
      for (const std::string& text :
           {y + "年第" + cn + "季度", y + "年" + cn + "季度", y + "Q" + n, y + "年Q" + n,
            y + "年第" + n + "季", n + "Q" + y.substr(2), y + "年第" + cn + "季"}) {
        const auto found = FindIn("公司" + text + "营收", Date{year, 6, 15});
        ASSERT_EQ(found.size(), 1u) << text;
        EXPECT_EQ(found[0].period, QuarterPeriod(year, q)) << text;
      }
    }
    for (int m = 1; m <= 12; ++m) {
      const auto found = FindIn(y + "年" + std::to_string(m) + "月", std::nullopt);
      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].period, MonthPeriod(year, m));
    }
  }
}

// Anything at all: no crash, spans on borders, in order, disjoint, and days there are.
TEST(PeriodFinder, TakesAnyText) {
  static constexpr const char* kPieces[] = {
      "年", "月", "日", "号", "季", "周", "天", "今", "昨", "明", "去", "前", "本", "上", "下",
      "期", "财", "春节", "至", "-", "/", ":", "(", ")", "，", "。", "\n", "1", "2", "9", "20",
      "2025", "99999", "十", "二", "〇", "三", "自", "以来", "截至", "的", "初", "底", "末", "每",
      "同期", "农历", "闰", "Q", "FY", "时", "点", "半", "分", "下午", "民国", "世纪", "财年",
      "x", " ", ".", "\xEE\x80\x80", "\xF0\xA0\x80\x80", "止", "从", "到"};
  std::mt19937 random(20250228);
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    const int n = static_cast<int>(random() % 24);
    for (int k = 0; k < n; ++k) text += kPieces[random() % std::size(kPieces)];
    std::optional<Date> published;
    if (i % 3 != 0) {
      published = Date{2000 + static_cast<int>(random() % 40), 1 + static_cast<int>(random() % 12), 28};
    }
    uint32_t last = 0;
    for (const Mention& m : FindIn(text, published, i % 2 == 0 ? "TW" : "")) {
      ASSERT_GE(m.span.begin, last) << text;
      ASSERT_LT(m.span.begin, m.span.end) << text;
      ASSERT_LE(m.span.end, text.size()) << text;
      for (uint32_t at : {m.span.begin, m.span.end}) {
        ASSERT_TRUE(at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80);
      }
      last = m.span.end;
      if (m.period.start) {
        ASSERT_TRUE(IsValid(m.period.start->date)) << text;
      }
      if (m.period.end) {
        ASSERT_TRUE(IsValid(m.period.end->date)) << text;
      }
      if (m.period.start && m.period.end) {
        ASSERT_LE(m.period.start->date, m.period.end->date) << text;
      }
      ASSERT_TRUE(m.type == MentionType::kPeriod || m.type == MentionType::kSet);
      ASSERT_FALSE(m.rule.empty());
    }
  }
}

TEST(PeriodFinder, TimeGrowsWithTheText) {
  for (const char* piece : {"1", "一", "2025年", "1月", "(", "昨日(", "1-", "同期", "至", "每年", "1月1日至2月1日，",
                            "27日", "3月1日(周六)"}) {
    auto time = [&](int n) {
      std::string text;
      for (int i = 0; i < n; ++i) text += piece;
      const std::clock_t start = std::clock();  // the processor's, for busy machines
      FindIn(text, Date{2025, 2, 28});
      return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    };
    time(500);
    const double small = std::min({time(2000), time(2000), time(2000)});
    const double large = time(16000);
    EXPECT_LT(large, small * 8 * 4 + 0.05) << piece;
  }
}

TEST(PeriodFinder, TheOtherScriptAndWidthSayTheSame) {
  for (const auto& [a, b] : {std::pair("去年第三季度净利较上年同期增长，截至２月１４日", 
                                       "去年第三季度淨利較上年同期增長，截至 2 月 14 日"),
                             std::pair("周五（28日）晚间8点，自2012年以来",
                                       "週五 (28 日) 晚間 8 點，自 2012 年以來")}) {
    const auto left = FindIn(normalize::MakeMatchView(a).text, Date{2025, 2, 28});
    const auto right = FindIn(normalize::MakeMatchView(b).text, Date{2025, 2, 28});
    ASSERT_EQ(left.size(), right.size()) << a;
    for (size_t i = 0; i < left.size(); ++i) EXPECT_EQ(left[i].period, right[i].period) << a;
  }
}

TEST(PeriodFinder, OtherScriptWidthAndBlanksChangeNothing) {
  size_t compared = 0;
  for (const char* file : {"periods.jsonl", "holidays.jsonl"}) {
    for (const json& c : Cases(file)) {
      const std::string text = c["text"];
      std::optional<Date> published;
      std::string region;
      if (c.contains("context")) {
        if (c["context"].contains("published")) {
          published = ParseDate(c["context"]["published"].get<std::string>());
        }
        region = c["context"].value("region", "");
      }
      const auto expected = FindIn(normalize::MakeMatchView(text).text, published, region);
      std::vector<std::string> others{testing::ToFullWidth(text), testing::WithBlanks(text)};
      const std::string traditional = testing::ToTraditional(text);
      // A few characters are no round trip (乾, 著): those texts say nothing here.
      if (normalize::ToSimplified(traditional) == normalize::ToSimplified(text)) {
        others.push_back(traditional);
      }
      for (const std::string& other : others) {
        const auto got = FindIn(normalize::MakeMatchView(other).text, published, region);
        ASSERT_EQ(got.size(), expected.size()) << other;
        for (size_t i = 0; i < got.size(); ++i) {
          EXPECT_EQ(got[i].period, expected[i].period) << other;
          EXPECT_EQ(got[i].type, expected[i].type) << other;
        }
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1000u);
}

}  // namespace
}  // namespace hanfact::extract
