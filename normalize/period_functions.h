// The closed list of date functions that rows of normalize/rules/periods.tsv are written in, and
// the calendar behind them.
//
// A row's function is a short program, one step a word: `year:y`, `month_offset:-1`,
// `week_offset:0 weekday:w`. Arguments are numbers, names of time units, or names of groups of the
// row's pattern. Programs of words that stand side by side are joined (去年 + 三季度 + 末) and
// evaluated from the coarsest step to the finest: each step picks its part of the period before it.
// A program that starts in the middle (三季度, 5日, 周五) takes its parent from the context.
//
// Pure functions: nothing here reads the clock; every function is total.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/period.h"
#include "base/table.h"

namespace hanfact::normalize {

// How much time the words name, from coarse to fine.
enum class DateLevel : uint8_t {
  kNone, kCentury, kDecade, kYear, kHalf, kQuarter, kMonth, kTenDays, kWeek, kDay, kPart, kTime,
};

// In groups, which the evaluation goes by.
enum class DateOp : uint8_t {
  // absolute
  kYear, kYearShort, kYearChinese, kRoc, kEra, kYears, kCentury, kDecadeOf, kFiscalYear, kFivePlan,
  // by the article's date
  kYearOffset, kFiscalYearOffset, kCenturyOffset, kQuarterOffset, kMonthOffset, kWeekOffset,
  kWeekendOffset, kDayOffset, kHourOffset, kAgo, kLater, kPast, kNext, kNow, kRecent,
  // part of a coarser period
  kDecade, kHalf, kQuarter, kQuarters, kSeason, kMonth, kMonths, kNthMonth, kLastMonths, kTenDays,
  kHalfMonth, kNthWeek, kFirstWeeks, kHalfWeek, kWeekend, kWeekday, kNthWeekday, kDay, kNearDay,
  kNearMonth, kDays,
  kNthDay, kFirstDays, kLastDays, kMonthDayBare, kLunarMonth, kLunarDay, kHoliday, kBreak, kTerm,
  kEdge, kYearEdge, kQuarterEdge, kMonthEdge, kPart, kTime, kTimes, kPass,
  // by an earlier date of the text
  kSameDay, kSameWeek, kSameMonth, kSameQuarter, kSameYear, kSamePeriod, kWholeYear, kInPeriod,
  // no dates of their own
  kVague, kSet, kZone,
};

enum class DateUnit : uint8_t {
  kSecond, kMinute, kHour, kDay, kWeek, kMonth, kQuarter, kYear, kDecade, kHalfHour, kHalfDay,
  kHalfMonth, kHalfYear, kQuarterHour,
};

constexpr int kNoArgument = INT32_MIN;

struct DateStep {
  DateOp op = DateOp::kNow;
  std::array<int, 4> args{kNoArgument, kNoArgument, kNoArgument, kNoArgument};
  bool operator==(const DateStep&) const = default;
};

// A small number as dates write it: 12, 十二, 〇八, 廿三, 初五, 两, 元, 正, 腊, 首; nullopt for
// anything else. `text` is simplified.
[[nodiscard]] std::optional<int> ParseDateNumber(std::string_view text);
// A unit of time, with or without 个; 半年 and the like are units of their own.
[[nodiscard]] std::optional<DateUnit> ParseDateUnit(std::string_view text);

// The Chinese calendar, solar terms and holidays, from lunar_months.tsv and holidays.tsv.
class DateTables {
 public:
  // Reads the embedded tables; problems are added to `errors`, sound rows are kept.
  explicit DateTables(std::vector<TableError>& errors);
  DateTables(const Table& lunar, const Table& holidays, std::vector<TableError>& errors);

  // The Gregorian days of a month or day of the lunar year that starts in `year`; nullopt outside
  // 1900 to 2100, for a leap month that year has not, or a 30th of a short month.
  [[nodiscard]] std::optional<std::pair<Date, Date>> LunarMonth(int year, int month,
                                                                bool leap) const;
  [[nodiscard]] std::optional<Date> LunarDay(int year, int month, int day, bool leap) const;
  // The last day of the lunar year that starts in `year`.
  [[nodiscard]] std::optional<Date> LunarYearEnd(int year) const;
  // The first day of the lunar year `day` is in.
  [[nodiscard]] std::optional<Date> LunarYearStart(Date day) const;
  // Whether a holiday is a day of the Chinese calendar.
  [[nodiscard]] bool IsLunar(int holiday) const;
  // The day of the n-th solar term (1 小寒 … 24 冬至) in the Gregorian year.
  [[nodiscard]] std::optional<Date> SolarTerm(int year, int n) const;

  // The number of a holiday by one of its names; nullopt if there is none.
  [[nodiscard]] std::optional<int> HolidayByName(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> HolidayNames() const;
  // The holiday in a Gregorian year; of lunar ones that fall into January, the one in that January.
  [[nodiscard]] std::optional<Date> HolidayDate(int holiday, int year) const;
  // The days off around it, where the table has them, else the day itself.
  [[nodiscard]] std::optional<std::pair<Date, Date>> HolidayBreak(int holiday, int year) const;

 private:
  struct LunarYear {
    int year;
    Date first_day;
    int leap_month;
    std::string months;
    std::string terms;
  };
  enum class HolidayKind { kFixed, kLunar, kLunarEnd, kTerm, kWeekday, kEaster };
  struct Holiday {
    HolidayKind kind = HolidayKind::kFixed;
    int a = 0, b = 0, c = 0;
    int later = 0;  // days behind the weekday the rest names
    std::map<int, std::pair<Date, Date>> breaks;
  };
  [[nodiscard]] const LunarYear* Find(int year) const;

  std::vector<LunarYear> years_;
  std::vector<Holiday> holidays_;
  std::map<std::string, int, std::less<>> names_;
};

// What surrounds a date and settles what its words leave open.
struct DateContext {
  std::optional<Moment> today;    // the article's date
  std::optional<int> year;        // pinned by the words around: parents of a program that starts
  std::optional<Date> month;      //   below a year, a month, a day (any day of the month)
  std::optional<Date> day;
  std::optional<Period> last;     // the last dated period of the text before
  std::optional<Period> last_quarter;  // the last quarter named in the text before
  bool compared = false;               // words of comparison stand in front
  int fiscal_end = 12;            // the month the fiscal year ends in, where the text says so
  bool roc = false;               // years of the Republic may be written without 民国
  bool trading_week = false;      // a week is Monday to Friday
  // kOpen: the words around tell nothing.
  enum class Tense { kPast, kOpen, kNear, kFuture } tense = Tense::kPast;
};

struct DateValue {
  MentionType type = MentionType::kPeriod;  // or kSet
  Period period;                            // without start and end where nothing anchors it
  PeriodRole role = PeriodRole::kPlain;
  DateLevel level = DateLevel::kNone;
  int part = 0;              // of the day, see kPart
  bool edge_end = false;     // 底, 末: as an instant it is the last day
  bool explicit_year = false;   // the words or their anchor fix the year
  bool explicit_month = false;  // … and the month
};

// Evaluates a program. nullopt if it names no day there is (2月30日) or its steps do not fit.
[[nodiscard]] std::optional<DateValue> Evaluate(std::span<const DateStep> steps,
                                                const DateContext& context,
                                                const DateTables& tables);
// Whether the steps of `right`, standing right behind `left`, pick a part of it.
[[nodiscard]] bool CanJoin(std::span<const DateStep> left, std::span<const DateStep> right);
// Whether a program starts below what fixes its year, month, week or day.
[[nodiscard]] bool NeedsParent(std::span<const DateStep> steps, DateLevel parent);
// Whether a step counts days or hours from the day spoken of (过去24小时, 三天前).
[[nodiscard]] bool CountsDays(const DateStep& step);
[[nodiscard]] DateLevel LevelOf(std::span<const DateStep> steps);

// The period of the given number of months that ends with the month of `last`.
[[nodiscard]] Period MonthsEnding(Date last, int months);
// TIMEX3 interval of two days; Grain is kept.
[[nodiscard]] std::string IntervalTimex(const Period& period);

// A row's function, read once at load.
class DateProgram {
 public:
  // Reads `text`; the names of groups must be among `groups`. A problem is put into `error`.
  [[nodiscard]] static std::optional<DateProgram> Read(std::string_view text,
                                                       const std::map<std::string, int>& groups,
                                                       std::string& error);
  // The steps with the groups' words read; nullopt if one cannot be.
  [[nodiscard]] std::optional<std::vector<DateStep>> Bind(
      std::span<const std::string_view> groups, const DateTables& tables) const;

 private:
  struct Argument {
    int group = -1;  // or a literal
    int literal = kNoArgument;
    char type = 'n';  // n number, u unit, w weekday, h holiday
    std::string name;  // of a holiday, written out
  };
  struct Step {
    DateOp op;
    std::vector<Argument> args;
  };
  std::vector<Step> steps_;
};

}  // namespace hanfact::normalize
