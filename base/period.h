// Dates and periods in the proleptic Gregorian calendar.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hanfact {

struct Date {
  int year = 0;   // 1 to 9999
  int month = 0;  // 1 to 12
  int day = 0;    // 1 to 31

  auto operator<=>(const Date&) const = default;
  [[nodiscard]] std::string ToString() const;  // "2025-02-27"
};

// "2025-02-27", "2025-02-27T10:00:00+08:00" or "2025-02-27 10:00": the date part; nullopt if it is
// no such date or the day does not exist.
[[nodiscard]] std::optional<Date> ParseDate(std::string_view text);
[[nodiscard]] bool IsValid(Date date);
[[nodiscard]] int DaysInMonth(int year, int month);
// Days since 1970-01-01, and back (Howard Hinnant's civil calendar algorithms).
[[nodiscard]] int64_t DayNumber(Date date);
[[nodiscard]] Date FromDayNumber(int64_t days);
[[nodiscard]] Date AddDays(Date date, int64_t days);
// The same day `months` later; the last day of that month where it has no such day.
[[nodiscard]] Date AddMonths(Date date, int months);
[[nodiscard]] int Weekday(Date date);  // 1 Monday … 7 Sunday

enum class Grain {
  kSecond,
  kMinute,
  kHour,
  kPartOfDay,
  kDay,
  kWeekend,
  kWeek,
  kTenDays,
  kMonth,
  kQuarter,
  kHalf,
  kSeason,
  kYear,
  kDecade,
  kCentury,
};
[[nodiscard]] std::string_view ToString(Grain grain);

// A point of a period's border: a date, with a time of day where the text has one.
struct Moment {
  Date date;
  std::optional<int> second_of_day;

  auto operator<=>(const Moment&) const = default;
  [[nodiscard]] std::string ToString() const;  // "2025-02-27" or "2025-02-27T10:00:00"
};

// Inclusive at both ends. A side is absent where there is nothing to anchor on.
struct Period {
  std::optional<Moment> start, end;
  Grain grain = Grain::kDay;
  std::string timex;  // TIMEX3 value, X where unknown

  bool operator==(const Period&) const = default;
};
[[nodiscard]] Period DayPeriod(Date date);
[[nodiscard]] Period MonthPeriod(int year, int month);
[[nodiscard]] Period QuarterPeriod(int year, int quarter);
[[nodiscard]] Period HalfPeriod(int year, int half);
[[nodiscard]] Period YearPeriod(int year);

// Where a claim's period was found.
enum class PeriodFrom { kClause, kSentence, kPreviousSentence, kParagraph, kHeadline, kPublished };
[[nodiscard]] std::string_view ToString(PeriodFrom from);
[[nodiscard]] std::optional<PeriodFrom> ParsePeriodFrom(std::string_view name);

}  // namespace hanfact
