// A period on its way through a program, and what each step does to it. Private to normalize/.
#pragma once

#include <optional>
#include <string>

#include "normalize/period_functions.h"

namespace hanfact::normalize::dates {

// Ranges have the level kTime: nothing picks a part of them.
inline constexpr DateLevel kRange = DateLevel::kTime;

[[nodiscard]] inline bool Present(int argument) { return argument != kNoArgument; }
[[nodiscard]] inline bool InRange(Date d) { return d.year >= 1 && d.year <= 9999; }
[[nodiscard]] inline Date MonthEnd(int year, int month) {
  return {year, month, DaysInMonth(year, month)};
}
[[nodiscard]] inline Date MonthStart(Date d) { return {d.year, d.month, 1}; }
[[nodiscard]] inline Date MondayOf(Date d) { return AddDays(d, 1 - Weekday(d)); }

// Like printf for %d, %02d, %03d and %04d of numbers from 0 on, which is all TIMEX needs.
[[nodiscard]] std::string Format(const char* format, int a, int b = 0);

// How many months a unit has; none for one that is counted in days or less.
[[nodiscard]] std::optional<int> UnitMonths(DateUnit unit);

// A period on its way through a program.
struct Frame {
  Date start, end;
  std::optional<int> start_second, end_second;
  DateLevel level = DateLevel::kNone;
  Grain grain = Grain::kDay;
  std::string timex;
  int part = 0;
  bool edge_end = false;
  bool absolute = false;  // a year written as such
};

// Each is false, and the frame of no use any more, where there is no such year, month or day.
bool SetYear(Frame& f, int year);
bool SetMonth(Frame& f, int year, int month);
bool SetDay(Frame& f, Date d);
// From a Monday, to Friday or to Sunday.
bool SetWeek(Frame& f, Date monday, bool trading);
// Quarters from..to of the year called `year`, on the grid of fiscal years that end in `end_month`.
bool SetQuarters(Frame& f, int year, int from, int to, int end_month);

// Takes the step on from its parent period in `f`; false if it names nothing there is. A step by
// the article's date is to be given one.
[[nodiscard]] bool Apply(const DateStep& step, Frame& f, const DateContext& c, const DateTables& t);

}  // namespace hanfact::normalize::dates
