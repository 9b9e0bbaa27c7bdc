// Calendar and date functions: every day of 2000 to 2040, the Chinese calendar against ICU.
#include "normalize/period_functions.h"

#include <gtest/gtest.h>
#include <unicode/calendar.h>
#include <unicode/locid.h>

#include <memory>
#include <set>

namespace hanfact::normalize {
namespace {

const DateTables& Tables() {
  static const DateTables* tables = [] {
    std::vector<TableError> errors;
    auto* t = new DateTables(errors);
    EXPECT_TRUE(errors.empty()) << ToString(errors);
    return t;
  }();
  return *tables;
}

TEST(ParseDateNumber, ReadsWhatDatesWrite) {
  const std::pair<const char*, int> kCases[] = {
      {"12", 12},   {"十二", 12},     {"十", 10},         {"廿三", 23}, {"卅一", 31},
      {"初五", 5},  {"初十", 10},     {"两", 2},          {"元", 1},    {"正", 1},
      {"腊", 12},   {"冬", 11},       {"二〇二五", 2025}, {"〇八", 8},  {"二千零四", 2004},
      {"两千零四", 2004}, {"一百一十四", 114}, {"三十一", 31}, {"零", 0}};
  for (const auto& [text, value] : kCases) {
    ASSERT_EQ(ParseDateNumber(text), value) << text;
  }
  for (const char* text : {"", "x", "万", "1二x", "几", "999999999999"}) {
    EXPECT_EQ(ParseDateNumber(text), std::nullopt) << text;
  }
}

TEST(Lunar, KnownDays) {
  EXPECT_EQ(Tables().LunarDay(2025, 1, 1, false), (Date{2025, 1, 29}));
  EXPECT_EQ(Tables().LunarDay(2033, 1, 1, false), (Date{2033, 1, 31}));
  EXPECT_EQ(Tables().LunarYearEnd(2021), (Date{2022, 1, 31}));
  EXPECT_EQ(Tables().LunarDay(1987, 6, 1, true), (Date{1987, 7, 26}));
  EXPECT_EQ(Tables().LunarDay(2033, 11, 1, true), (Date{2033, 12, 22}));
  EXPECT_EQ(Tables().LunarMonth(2025, 1, true), std::nullopt);
  EXPECT_EQ(Tables().LunarDay(1899, 1, 1, false), std::nullopt);
  EXPECT_EQ(Tables().LunarDay(2101, 1, 1, false), std::nullopt);
  EXPECT_EQ(Tables().SolarTerm(2024, 7), (Date{2024, 4, 4}));
  EXPECT_EQ(Tables().SolarTerm(2025, 24), (Date{2025, 12, 21}));
}

TEST(Lunar, YearsFollowOneAnother) {
  for (int year = 1900; year < 2100; ++year) {
    auto end = Tables().LunarYearEnd(year);
    auto next = Tables().LunarDay(year + 1, 1, 1, false);
    ASSERT_TRUE(end && next) << year;
    EXPECT_EQ(AddDays(*end, 1), *next) << year;
  }
}

// ICU's astronomy is a day off where a new moon or a solar term falls near midnight: these months
// start on another day there, or are another month. docs/numbers-and-dates.md says what the table was checked with.
TEST(Lunar, AgreesWithIcuButForNamedMonths) {
  const std::set<std::string> kExceptions = {
      "1917-03-23", "1917-04-21", "1922-06-25", "1922-07-24", "1954-02-03",
      "1955-02-22", "1987-07-26", "1987-08-24", "1999-01-17", "2012-08-17", "2018-11-08",
      "2027-02-06", "2030-02-03", "2057-09-28", "2070-03-12"};
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Calendar> calendar(icu::Calendar::createInstance(
      icu::TimeZone::createTimeZone("Asia/Shanghai"), icu::Locale("zh@calendar=chinese"), status));
  ASSERT_TRUE(U_SUCCESS(status));
  std::set<std::string> found;
  for (int year = 1900; year <= 2100; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (bool leap : {false, true}) {
        auto span = Tables().LunarMonth(year, month, leap);
        if (!span) continue;
        // 04:00 UTC is noon in Shanghai.
        calendar->setTime(static_cast<double>(DayNumber(span->first)) * 86400000.0 + 4 * 3600000.0,
                          status);
        const bool same = calendar->get(UCAL_DATE, status) == 1 &&
                          calendar->get(UCAL_MONTH, status) + 1 == month &&
                          (calendar->get(UCAL_IS_LEAP_MONTH, status) != 0) == leap;
        if (!same) found.insert(span->first.ToString());
      }
    }
  }
  EXPECT_EQ(found, kExceptions);
}

TEST(Holidays, MovableOnes) {
  auto day = [](const char* name, int year) {
    auto h = Tables().HolidayByName(name);
    return h ? Tables().HolidayDate(*h, year) : std::nullopt;
  };
  EXPECT_EQ(day("春节", 2022), (Date{2022, 2, 1}));
  EXPECT_EQ(day("除夕", 2022), (Date{2022, 1, 31}));
  EXPECT_EQ(day("腊八", 2024), (Date{2024, 1, 18}));
  EXPECT_EQ(day("端午节", 2025), (Date{2025, 5, 31}));
  EXPECT_EQ(day("中秋", 2024), (Date{2024, 9, 17}));
  EXPECT_EQ(day("母亲节", 2021), (Date{2021, 5, 9}));
  EXPECT_EQ(day("感恩节", 2017), (Date{2017, 11, 23}));
  EXPECT_EQ(day("复活节", 2025), (Date{2025, 4, 20}));
  EXPECT_EQ(day("清明节", 2017), (Date{2017, 4, 4}));
  auto spring = Tables().HolidayByName("春节");
  ASSERT_TRUE(spring);
  EXPECT_EQ(Tables().HolidayBreak(*spring, 2022), std::pair(Date(2022, 1, 31), Date(2022, 2, 6)));
}

TEST(DateProgram, ReportsWhatItCannotRead) {
  std::string error;
  EXPECT_FALSE(DateProgram::Read("nothing:1", {}, error));
  EXPECT_NE(error.find("nothing"), std::string::npos);
  EXPECT_FALSE(DateProgram::Read("month:m", {}, error));
  EXPECT_FALSE(DateProgram::Read("month", {}, error));
  EXPECT_FALSE(DateProgram::Read("month:1,2", {}, error));
  EXPECT_FALSE(DateProgram::Read("", {}, error));
  EXPECT_TRUE(DateProgram::Read("week_offset:-1 weekday:w", {{"w", 1}}, error));
}

TEST(Evaluate, IsTotalOverEveryStep) {
  // Any step with any small arguments, in any context: no crash, and sound days or none.
  DateContext today;
  today.today = Moment{Date{2025, 2, 28}, std::nullopt};
  DateContext early;
  early.today = Moment{Date{1, 1, 1}, 0};
  DateContext late;
  late.today = Moment{Date{9999, 12, 31}, 86399};
  for (const DateContext& context : {today, early, late, DateContext()}) {
    for (int op = 0; op <= static_cast<int>(DateOp::kZone); ++op) {
      for (int a : {-99999, -1, 0, 1, 2, 5, 12, 13, 32, 99, 100, 2025, 99999}) {
        for (int b : {0, 1, 5, 8, 31, 2026}) {
          DateStep step{static_cast<DateOp>(op), {a, b, kNoArgument, kNoArgument}};
          const bool unit = step.op == DateOp::kAgo || step.op == DateOp::kLater ||
                            step.op == DateOp::kPast || step.op == DateOp::kNext ||
                            step.op == DateOp::kSet;
          if (unit && b > 8) continue;  // a unit is always one there is
          for (const auto& steps :
               {std::vector<DateStep>{step},
                {DateStep{DateOp::kYear, {2024, kNoArgument, kNoArgument, kNoArgument}}, step}}) {
            auto value = Evaluate(steps, context, Tables());
            if (!value || !value->period.start || !value->period.end) continue;
            EXPECT_TRUE(IsValid(value->period.start->date));
            EXPECT_TRUE(IsValid(value->period.end->date))
                << op << " " << a << " " << b << " " << value->period.end->ToString();
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace hanfact::normalize
