#include "normalize/period_functions.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace hanfact::normalize {
namespace {

enum class Kind { kAbsolute, kDeictic, kPartial, kAnaphor, kVague, kSet, kZone };
// What a program that starts with a step takes its place in.
enum class Lead { kNone, kYear, kQuarter, kMonth, kWeek, kDay, kToday };

constexpr uint32_t Bit(DateLevel level) { return 1u << static_cast<unsigned>(level); }
constexpr uint32_t kC = Bit(DateLevel::kCentury), kDe = Bit(DateLevel::kDecade),
                   kY = Bit(DateLevel::kYear), kH = Bit(DateLevel::kHalf),
                   kQ = Bit(DateLevel::kQuarter), kM = Bit(DateLevel::kMonth),
                   kW = Bit(DateLevel::kWeek), kD = Bit(DateLevel::kDay),
                   kP = Bit(DateLevel::kPart), kT = Bit(DateLevel::kTenDays);

struct OpInfo {
  std::string_view name;
  DateOp op;
  std::string_view args;  // n number, u unit, w weekday, h holiday; capital: may be left out
  DateLevel level;
  Kind kind;
  Lead lead;
  uint32_t parents;  // levels it picks a part of
};

// Ranges have the level kTime: nothing picks a part of them.
constexpr DateLevel kRange = DateLevel::kTime;
constexpr OpInfo kOps[] = {
    {"year", DateOp::kYear, "n", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"year_short", DateOp::kYearShort, "nN", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"year_cn", DateOp::kYearChinese, "n", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"roc", DateOp::kRoc, "n", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"era", DateOp::kEra, "nn", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"years", DateOp::kYears, "nn", kRange, Kind::kAbsolute, Lead::kNone, 0},
    {"century", DateOp::kCentury, "n", DateLevel::kCentury, Kind::kAbsolute, Lead::kNone, 0},
    {"decade_of", DateOp::kDecadeOf, "n", DateLevel::kDecade, Kind::kAbsolute, Lead::kNone, 0},
    {"fiscal_year", DateOp::kFiscalYear, "nN", DateLevel::kYear, Kind::kAbsolute, Lead::kNone, 0},
    {"five_plan", DateOp::kFivePlan, "n", kRange, Kind::kAbsolute, Lead::kNone, 0},
    {"year_offset", DateOp::kYearOffset, "nN", DateLevel::kYear, Kind::kDeictic, Lead::kToday, 0},
    {"fiscal_year_offset", DateOp::kFiscalYearOffset, "n", DateLevel::kYear, Kind::kDeictic,
     Lead::kToday, 0},
    {"century_offset", DateOp::kCenturyOffset, "n", DateLevel::kCentury, Kind::kDeictic,
     Lead::kToday, 0},
    {"quarter_offset", DateOp::kQuarterOffset, "n", DateLevel::kQuarter, Kind::kDeictic,
     Lead::kToday, 0},
    {"month_offset", DateOp::kMonthOffset, "n", DateLevel::kMonth, Kind::kDeictic, Lead::kToday, 0},
    {"week_offset", DateOp::kWeekOffset, "n", DateLevel::kWeek, Kind::kDeictic, Lead::kToday, 0},
    {"weekend_offset", DateOp::kWeekendOffset, "n", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"day_offset", DateOp::kDayOffset, "n", DateLevel::kDay, Kind::kDeictic, Lead::kToday, 0},
    {"hour_offset", DateOp::kHourOffset, "n", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"ago", DateOp::kAgo, "nu", DateLevel::kDay, Kind::kDeictic, Lead::kToday, 0},
    {"later", DateOp::kLater, "nu", DateLevel::kDay, Kind::kDeictic, Lead::kToday, 0},
    {"past", DateOp::kPast, "nu", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"next", DateOp::kNext, "nuN", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"now", DateOp::kNow, "", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"recent", DateOp::kRecent, "", kRange, Kind::kDeictic, Lead::kToday, 0},
    {"decade", DateOp::kDecade, "n", DateLevel::kDecade, Kind::kPartial, Lead::kToday, kC},
    {"half", DateOp::kHalf, "n", DateLevel::kHalf, Kind::kPartial, Lead::kYear, kY},
    {"quarter", DateOp::kQuarter, "n", DateLevel::kQuarter, Kind::kPartial, Lead::kYear, kY},
    {"quarters", DateOp::kQuarters, "nn", kRange, Kind::kPartial, Lead::kYear, kY},
    {"season", DateOp::kSeason, "n", DateLevel::kQuarter, Kind::kPartial, Lead::kYear, kY},
    {"month", DateOp::kMonth, "n", DateLevel::kMonth, Kind::kPartial, Lead::kYear, kY},
    {"months", DateOp::kMonths, "nnN", kRange, Kind::kPartial, Lead::kYear, kY},
    {"nth_month", DateOp::kNthMonth, "n", DateLevel::kMonth, Kind::kPartial, Lead::kNone,
     kY | kH | kQ},
    {"last_months", DateOp::kLastMonths, "n", kRange, Kind::kPartial, Lead::kNone, kY | kH | kQ},
    {"tendays", DateOp::kTenDays, "nN", DateLevel::kTenDays, Kind::kPartial, Lead::kMonth, kM},
    {"halfmonth", DateOp::kHalfMonth, "n", DateLevel::kTenDays, Kind::kPartial, Lead::kMonth, kM},
    {"nth_week", DateOp::kNthWeek, "n", DateLevel::kWeek, Kind::kPartial, Lead::kNone,
     kY | kH | kQ | kM},
    {"first_weeks", DateOp::kFirstWeeks, "n", kRange, Kind::kPartial, Lead::kNone,
     kY | kH | kQ | kM},
    {"half_week", DateOp::kHalfWeek, "n", kRange, Kind::kPartial, Lead::kWeek, kW},
    {"weekend", DateOp::kWeekend, "", kRange, Kind::kPartial, Lead::kWeek, kW},
    {"weekday", DateOp::kWeekday, "w", DateLevel::kDay, Kind::kPartial, Lead::kWeek, kW},
    {"nth_weekday", DateOp::kNthWeekday, "nw", DateLevel::kDay, Kind::kPartial, Lead::kNone,
     kY | kQ | kM},
    {"day", DateOp::kDay, "n", DateLevel::kDay, Kind::kPartial, Lead::kMonth, kM},
    {"near_day", DateOp::kNearDay, "n", DateLevel::kDay, Kind::kPartial, Lead::kMonth, 0},
    {"near_month", DateOp::kNearMonth, "n", DateLevel::kMonth, Kind::kPartial, Lead::kYear, 0},
    {"days", DateOp::kDays, "nn", kRange, Kind::kPartial, Lead::kMonth, kM},
    {"nth_day", DateOp::kNthDay, "n", DateLevel::kDay, Kind::kPartial, Lead::kNone,
     kY | kQ | kM | kW},
    {"first_days", DateOp::kFirstDays, "n", kRange, Kind::kPartial, Lead::kNone, kY | kQ | kM | kW},
    {"last_days", DateOp::kLastDays, "n", kRange, Kind::kPartial, Lead::kNone, kY | kQ | kM | kW},
    {"month_day_bare", DateOp::kMonthDayBare, "nn", DateLevel::kDay, Kind::kPartial, Lead::kYear,
     kY},
    {"lunar_month", DateOp::kLunarMonth, "nN", DateLevel::kTenDays, Kind::kPartial, Lead::kYear,
     kY},
    {"lunar_day", DateOp::kLunarDay, "nnN", DateLevel::kDay, Kind::kPartial, Lead::kYear, kY},
    {"holiday", DateOp::kHoliday, "h", DateLevel::kDay, Kind::kPartial, Lead::kYear, kY},
    {"break", DateOp::kBreak, "h", kRange, Kind::kPartial, Lead::kYear, kY},
    {"term", DateOp::kTerm, "n", DateLevel::kDay, Kind::kPartial, Lead::kYear, kY},
    {"edge", DateOp::kEdge, "n", DateLevel::kTenDays, Kind::kPartial, Lead::kNone,
     kC | kDe | kY | kH | kQ | kM},
    {"year_edge", DateOp::kYearEdge, "n", DateLevel::kTenDays, Kind::kPartial, Lead::kToday, kY},
    {"quarter_edge", DateOp::kQuarterEdge, "n", DateLevel::kTenDays, Kind::kPartial,
     Lead::kQuarter, kQ},
    {"month_edge", DateOp::kMonthEdge, "n", DateLevel::kTenDays, Kind::kPartial, Lead::kToday, kM},
    {"part", DateOp::kPart, "n", DateLevel::kPart, Kind::kPartial, Lead::kDay, kD},
    {"time", DateOp::kTime, "nNN", DateLevel::kTime, Kind::kPartial, Lead::kDay, kD | kP},
    {"times", DateOp::kTimes, "nn", DateLevel::kTime, Kind::kPartial, Lead::kDay, kD | kP},
    {"pass", DateOp::kPass, "", DateLevel::kNone, Kind::kPartial, Lead::kNone, kD | kP},
    {"same_day", DateOp::kSameDay, "n", DateLevel::kDay, Kind::kAnaphor, Lead::kToday, 0},
    {"same_week", DateOp::kSameWeek, "n", DateLevel::kWeek, Kind::kAnaphor, Lead::kToday, 0},
    {"same_month", DateOp::kSameMonth, "n", DateLevel::kMonth, Kind::kAnaphor, Lead::kToday, kY},
    {"same_quarter", DateOp::kSameQuarter, "n", DateLevel::kQuarter, Kind::kAnaphor, Lead::kToday,
     0},
    {"same_year", DateOp::kSameYear, "n", DateLevel::kYear, Kind::kAnaphor, Lead::kToday, 0},
    {"same_period", DateOp::kSamePeriod, "", kRange, Kind::kAnaphor, Lead::kToday,
     kY | kH | kQ | kM | kT | kD | Bit(kRange)},
    {"whole_year", DateOp::kWholeYear, "", kRange, Kind::kAnaphor, Lead::kToday, kY},
    {"in_period", DateOp::kInPeriod, "", kRange, Kind::kAnaphor, Lead::kToday, 0},
    {"vague", DateOp::kVague, "", kRange, Kind::kVague, Lead::kNone, 0},
    {"set", DateOp::kSet, "nuW", kRange, Kind::kSet, Lead::kNone, 0},
    {"zone", DateOp::kZone, "", DateLevel::kNone, Kind::kZone, Lead::kNone, 0},
};

const OpInfo& Info(DateOp op) {
  static const auto kIndex = [] {
    std::array<const OpInfo*, 128> index{};
    for (const OpInfo& info : kOps) index[static_cast<size_t>(info.op)] = &info;
    return index;
  }();
  return *kIndex[static_cast<size_t>(op)];
}

bool Present(int argument) { return argument != kNoArgument; }

// Like printf for %d, %02d, %03d and %04d of numbers from 0 on, which is all TIMEX needs.
std::string Format(const char* format, int a, int b = 0) {
  char out[64];
  size_t size = 0;
  int arguments[] = {a, b}, next = 0;
  for (const char* p = format; *p != '\0' && size < 40; ++p) {
    if (*p != '%') {
      out[size++] = *p;
      continue;
    }
    int width = 0;
    for (++p; *p != 'd'; ++p) width = width * 10 + (*p - '0');
    char digits[16];
    int n = 0;
    int value = next < 2 ? std::max(0, arguments[next++]) : 0;
    do {
      digits[n++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value > 0);
    while (n < width && n < 15) digits[n++] = '0';
    while (n > 0) out[size++] = digits[--n];
  }
  return std::string(out, size);
}

std::string IsoDay(Date d) {
  std::string out = Format("%04d", d.year);
  out += Format("-%02d-%02d", d.month, d.day);
  return out;
}

Date MonthEnd(int year, int month) { return {year, month, DaysInMonth(year, month)}; }
Date MonthStart(Date d) { return {d.year, d.month, 1}; }
Date MondayOf(Date d) { return AddDays(d, 1 - Weekday(d)); }

// ISO 8601 week: the week belongs to the year of its Thursday.
std::string WeekTimex(Date monday) {
  const Date thursday = AddDays(monday, 3);
  const int64_t first = DayNumber({thursday.year, 1, 1});
  return Format("%04d-W%02d", thursday.year,
                static_cast<int>((DayNumber(thursday) - first) / 7) + 1);
}

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

bool InRange(Date d) { return d.year >= 1 && d.year <= 9999; }

bool SetSpan(Frame& f, Date start, Date end, Grain grain, DateLevel level, std::string timex = "") {
  if (!InRange(start) || !InRange(end) || end < start) return false;
  f.start = start;
  f.end = end;
  f.grain = grain;
  f.level = level;
  f.timex = timex.empty() ? IsoDay(start) + "/" + IsoDay(end) : std::move(timex);
  return true;
}
bool SetYear(Frame& f, int year) {
  if (year < 1 || year > 9999) return false;
  return SetSpan(f, {year, 1, 1}, {year, 12, 31}, Grain::kYear, DateLevel::kYear,
                 Format("%04d", year));
}
bool SetMonth(Frame& f, int year, int month) {
  if (month < 1 || month > 12) return false;
  return SetSpan(f, {year, month, 1}, MonthEnd(year, month), Grain::kMonth, DateLevel::kMonth,
                 Format("%04d-%02d", year, month));
}
bool SetDay(Frame& f, Date d) {
  if (!IsValid(d)) return false;
  return SetSpan(f, d, d, Grain::kDay, DateLevel::kDay, IsoDay(d));
}
bool SetWeek(Frame& f, Date monday, bool trading) {
  return SetSpan(f, monday, AddDays(monday, trading ? 4 : 6), Grain::kWeek, DateLevel::kWeek,
                 WeekTimex(monday));
}
bool SetWeekend(Frame& f, Date monday) {
  return SetSpan(f, AddDays(monday, 5), AddDays(monday, 6), Grain::kWeekend, kRange,
                 WeekTimex(monday) + "-WE");
}
// The months [first, first + n) counted from January of a year.
bool SetMonths(Frame& f, int year, int first, int n, Grain grain, DateLevel level,
               std::string timex = "") {
  if (n < 1) return false;
  const Date start = AddMonths({year, 1, 1}, first - 1);
  const Date last = AddMonths(start, n - 1);
  return SetSpan(f, start, MonthEnd(last.year, last.month), grain, level, std::move(timex));
}
// Quarters from..to of the year called `year`, on the grid of fiscal years that end in `end_month`.
bool SetQuarters(Frame& f, int year, int from, int to, int end_month) {
  if (from < 1 || to > 4 || from > to) return false;
  const int shift = end_month == 12 ? 0 : end_month - 12;
  std::string timex;
  if (from == to && shift == 0) timex = Format("%04d-Q%d", year, from);
  return SetMonths(f, year, from * 3 - 2 + shift, (to - from + 1) * 3, Grain::kQuarter,
                   from == to ? DateLevel::kQuarter : kRange, std::move(timex));
}

std::optional<Date> FirstMonday(Date start) {
  const int w = Weekday(start);
  return w == 1 ? start : AddDays(start, 8 - w);
}

std::optional<int> UnitMonths(DateUnit unit) {
  switch (unit) {
    case DateUnit::kMonth: return 1;
    case DateUnit::kQuarter: return 3;
    case DateUnit::kHalfYear: return 6;
    case DateUnit::kYear: return 12;
    case DateUnit::kDecade: return 120;
    default: return std::nullopt;
  }
}
std::optional<int> UnitDays(DateUnit unit) {
  switch (unit) {
    case DateUnit::kDay: return 1;
    case DateUnit::kWeek: return 7;
    case DateUnit::kHalfMonth: return 15;
    default: return std::nullopt;
  }
}
int UnitSeconds(DateUnit unit) {
  switch (unit) {
    case DateUnit::kSecond: return 1;
    case DateUnit::kMinute: return 60;
    case DateUnit::kQuarterHour: return 900;
    case DateUnit::kHalfHour: return 1800;
    case DateUnit::kHalfDay: return 43200;
    default: return 3600;
  }
}

// `today` moved by n units; a date without time moves by whole days only.
std::optional<Moment> Move(const Moment& today, int n, DateUnit unit) {
  if (std::abs(n) > 20000) return std::nullopt;
  Moment out = today;
  if (auto months = UnitMonths(unit)) {
    out.date = AddMonths(today.date, *months * n);
  } else if (auto days = UnitDays(unit)) {
    out.date = AddDays(today.date, static_cast<int64_t>(*days) * n);
  } else {
    const int64_t moved = static_cast<int64_t>(today.second_of_day.value_or(0)) +
                          static_cast<int64_t>(n) * UnitSeconds(unit);
    // Without a time of day, less than a day back or forth is still today.
    const int64_t floor = moved >= 0 ? moved / 86400 : -((86399 - moved) / 86400);
    const int64_t days_moved = today.second_of_day ? floor : moved / 86400;
    out.date = AddDays(today.date, days_moved);
    if (today.second_of_day) out.second_of_day = static_cast<int>(moved - days_moved * 86400);
  }
  if (!InRange(out.date)) return std::nullopt;
  return out;
}

// The year a two-digit one means: not far ahead of the article, or of the Republic.
int FullYear(int yy, const DateContext& c, int ahead = 15) {
  if (yy >= 100) return yy;
  if (c.roc && yy >= 50) return yy + 1911;
  const int now = c.today ? c.today->date.year : 2020;
  const int in_this = now - now % 100 + yy;
  return in_this <= now + ahead ? in_this : in_this - 100;
}

// The fiscal year (named by the calendar year it ends in) that a day falls in.
int FiscalYearOf(Date d, int end_month) { return d.month <= end_month ? d.year : d.year + 1; }

bool SetFiscalYear(Frame& f, int year, int end_month) {
  if (end_month == 12) return SetYear(f, year);
  return SetMonths(f, year, end_month - 11, 12, Grain::kYear, DateLevel::kYear);
}

bool ApplyTime(Frame& f, int h, int minute, int second, bool has_minute) {
  if (h < 0 || h > 24 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  Date day = f.start;
  if (h < 12 && (f.part == 4 || f.part == 5)) {
    h += 12;
  } else if (h == 12 && (f.part == 5 || f.part == 6)) {
    h = 0;
    day = AddDays(day, 1);
  } else if (f.part == 6 && h >= 6 && h < 12) {
    h += 12;
  } else if (f.part == 3 && h <= 3) {
    h += 12;
  } else if (f.part == 1 && h == 12) {
    h = 0;
  }
  if (!InRange(day)) return false;
  int at = h * 3600 + minute * 60 + second;
  // 24时 is the end of its own day, so that the day it closes is the day that is stored.
  if (at >= 86400) at = 86399;
  f.start = f.end = day;
  f.start_second = f.end_second = at;
  f.level = DateLevel::kTime;
  f.grain = second > 0 ? Grain::kSecond : has_minute ? Grain::kMinute : Grain::kHour;
  f.timex = IsoDay(day) + "T" + Format("%02d", h);
  if (has_minute) f.timex += Format(":%02d", minute);
  return true;
}

bool ApplyEdge(Frame& f, int edge) {
  const Date s = f.start, e = f.end;
  if (edge < 0 || edge > 2) return false;
  f.edge_end = edge == 2;
  switch (f.level) {
    case DateLevel::kYear:
    case DateLevel::kHalf:
    case DateLevel::kQuarter: {
      const int months = (e.year - s.year) * 12 + e.month - s.month + 1;
      const int at = edge == 0 ? 0 : edge == 2 ? months - 1 : (months - 1) / 2;
      const Date m = AddMonths(MonthStart(s), at);
      return SetSpan(f, m, MonthEnd(m.year, m.month), Grain::kMonth, DateLevel::kTenDays,
                     Format("%04d-%02d", m.year, m.month));
    }
    case DateLevel::kMonth: {
      const int from = edge == 0 ? 1 : edge == 1 ? 11 : 21;
      const Date end = edge == 2 ? e : Date{s.year, s.month, from + 9};
      return SetSpan(f, {s.year, s.month, from}, end, Grain::kTenDays, DateLevel::kTenDays);
    }
    case DateLevel::kDecade:
    case DateLevel::kCentury: {
      const int part = f.level == DateLevel::kDecade ? 3 : 20;
      const int length = f.level == DateLevel::kDecade ? 10 : 100;
      const int from = edge == 0 ? 0 : edge == 2 ? length - part : (length - part) / 2;
      return SetSpan(f, {s.year + from, 1, 1}, {s.year + from + part - 1, 12, 31}, Grain::kYear,
                     DateLevel::kTenDays);
    }
    default:
      return false;
  }
}

Period ShiftYears(const Period& period, int years) {
  Period out = period;
  auto shift = [&](std::optional<Moment>& m) {
    if (!m) return;
    const bool month_end = m->date.day == DaysInMonth(m->date.year, m->date.month);
    const int year = m->date.year + years;
    if (year < 1 || year > 9999) return;
    m->date.day = std::min(m->date.day, DaysInMonth(year, m->date.month));
    m->date.year = year;
    if (month_end && out.grain >= Grain::kTenDays) m->date = MonthEnd(year, m->date.month);
  };
  shift(out.start);
  shift(out.end);
  out.timex = IntervalTimex(out);
  return out;
}

bool FromPeriod(Frame& f, const Period& p) {
  if (!p.start || !p.end) return false;
  f.start = p.start->date;
  f.end = p.end->date;
  f.start_second = p.start->second_of_day;
  f.end_second = p.end->second_of_day;
  f.grain = p.grain;
  f.level = kRange;
  f.timex = p.timex;
  return true;
}

// Takes the step on from its parent period in `f`; false if it names nothing there is.
bool Apply(const DateStep& step, Frame& f, const DateContext& c, const DateTables& t) {
  const int a = step.args[0], b = step.args[1];
  const int year = f.start.year;
  switch (step.op) {
    case DateOp::kYear:
      f.absolute = true;
      return SetYear(f, a);
    case DateOp::kYearShort: {
      f.absolute = true;
      const int full = FullYear(a, c);
      if (Present(b) && c.today && std::abs(full - c.today->date.year) > b) return false;
      if (Present(b) && !c.today && full < 2000) return false;
      return SetYear(f, full);
    }
    case DateOp::kYearChinese:
      f.absolute = true;
      return SetYear(f, FullYear(a, c, 10));
    case DateOp::kRoc:
      f.absolute = true;
      return SetYear(f, a + 1911);
    case DateOp::kEra:
      f.absolute = true;
      return SetYear(f, a + b);
    case DateOp::kYears: {
      const int from = FullYear(a, c);
      const int to = b < 100 ? from - from % 100 + b : b;
      if (from < 1 || to > 9999 || to <= from || to - from > 1000) return false;
      return SetSpan(f, {from, 1, 1}, {to, 12, 31}, Grain::kYear, kRange,
                     Format("%04d/%04d", from, to));
    }
    case DateOp::kCentury:
      if (a < 1 || a > 99) return false;
      return SetSpan(f, {std::max(1, a * 100 - 100), 1, 1}, {a * 100 - 1, 12, 31}, Grain::kCentury,
                     DateLevel::kCentury, Format("%02d", a - 1));
    case DateOp::kDecadeOf:
      if (a < 10) return false;
      return SetSpan(f, {a / 10 * 10, 1, 1}, {a / 10 * 10 + 9, 12, 31}, Grain::kDecade,
                     DateLevel::kDecade, Format("%03d", a / 10));
    case DateOp::kFiscalYear:
      f.absolute = true;
      if (Present(b)) {  // 2023/24: named by both years it lies in, known by the second
        const int from = FullYear(a, c);
        if ((from + 1) % 100 != b % 100 || (b >= 100 && b != from + 1)) return false;
        return SetFiscalYear(f, from + 1, c.fiscal_end);
      }
      return SetFiscalYear(f, FullYear(a, c), c.fiscal_end);
    case DateOp::kFivePlan: {
      const int from = a >= 3 ? 1966 + 5 * (a - 3) : 1953 + 5 * (a - 1);
      if (a < 1 || a > 99) return false;
      return SetSpan(f, {from, 1, 1}, {from + 4, 12, 31}, Grain::kYear, kRange,
                     Format("%04d/%04d", from, from + 4));
    }
    case DateOp::kYearOffset: {
      const int year_from = c.today->date.year + a;
      if (!Present(b)) return SetYear(f, year_from);
      const int year_to = c.today->date.year + b;  // 今明两年
      if (year_from < 1 || year_to > 9999) return false;
      return SetSpan(f, {year_from, 1, 1}, {year_to, 12, 31}, Grain::kYear, kRange,
                     Format("%04d/%04d", year_from, year_to));
    }
    case DateOp::kFiscalYearOffset:
      return SetFiscalYear(f, FiscalYearOf(c.today->date, c.fiscal_end) + a, c.fiscal_end);
    case DateOp::kCenturyOffset: {
      const int century = c.today->date.year / 100 + a;
      return SetSpan(f, {century * 100, 1, 1}, {century * 100 + 99, 12, 31}, Grain::kCentury,
                     DateLevel::kCentury, Format("%02d", century));
    }
    case DateOp::kQuarterOffset: {
      // 下季 speaks of the quarter after the one reported on, 本季 and 上季 of the article's day.
      if (a > 0 && c.last_quarter && c.last_quarter->start &&
          c.last_quarter->start->date <= c.today->date) {
        const Date s = AddMonths(MonthStart(c.last_quarter->start->date), 3 * a);
        const bool calendar = s.month % 3 == 1;
        return SetMonths(f, s.year, s.month, 3, Grain::kQuarter, DateLevel::kQuarter,
                         calendar ? Format("%04d-Q%d", s.year, s.month / 3 + 1) : "");
      }
      const Date d = c.today->date;
      const int phase = (d.month - 1 - c.fiscal_end % 3 + 3) % 3;  // months into the quarter
      Date s = AddMonths(MonthStart(d), 3 * a - phase);
      // 第一季度份额24%，较上季度: no quarter is compared with itself.
      if (c.compared && a < 0 && c.last_quarter && c.last_quarter->start &&
          c.last_quarter->start->date == s) {
        s = AddMonths(s, 3 * a);
      }
      return SetMonths(f, s.year, s.month, 3, Grain::kQuarter, DateLevel::kQuarter,
                       s.month % 3 == 1 ? Format("%04d-Q%d", s.year, s.month / 3 + 1) : "");
    }
    case DateOp::kMonthOffset: {
      const Date m = AddMonths(MonthStart(c.today->date), a);
      return SetMonth(f, m.year, m.month);
    }
    case DateOp::kWeekOffset:
      return SetWeek(f, AddDays(MondayOf(c.today->date), 7 * a), c.trading_week);
    case DateOp::kWeekendOffset:
      return SetWeekend(f, AddDays(MondayOf(c.today->date), 7 * a));
    case DateOp::kDayOffset:
      return SetDay(f, AddDays(c.today->date, a));
    case DateOp::kHourOffset: {
      auto m = Move(*c.today, a, DateUnit::kHour);
      if (!m || !SetDay(f, m->date)) return false;
      f.grain = Grain::kHour;
      f.level = kRange;
      return true;
    }
    case DateOp::kAgo:
    case DateOp::kLater: {
      const auto unit = static_cast<DateUnit>(b);
      auto m = Move(*c.today, step.op == DateOp::kAgo ? -a : a, unit);
      if (a < 0 || !m) return false;
      switch (unit) {
        case DateUnit::kYear:
        case DateUnit::kDecade: return SetYear(f, m->date.year);
        case DateUnit::kQuarter: {
          const int q = (m->date.month - 1) / 3 + 1;
          return SetQuarters(f, m->date.year, q, q, 12);
        }
        case DateUnit::kMonth:
        case DateUnit::kHalfYear: return SetMonth(f, m->date.year, m->date.month);
        case DateUnit::kWeek: return SetWeek(f, MondayOf(m->date), false);
        case DateUnit::kDay:
        case DateUnit::kHalfMonth: return SetDay(f, m->date);
        default:
          if (!SetDay(f, m->date)) return false;
          f.start_second = f.end_second = m->second_of_day;
          f.level = kRange;
          f.grain = unit == DateUnit::kSecond ? Grain::kSecond
                    : UnitSeconds(unit) < 3600 ? Grain::kMinute
                                               : Grain::kHour;
          return true;
      }
    }
    case DateOp::kPast:
    case DateOp::kNext: {
      const auto unit = static_cast<DateUnit>(b);
      const bool back = step.op == DateOp::kPast;
      auto m = Move(*c.today, back ? -a : a, unit);
      if (a < 1 || !m) return false;
      const bool by_day = UnitMonths(unit) || UnitDays(unit);
      const Date now = c.today->date;
      const Grain grain = unit == DateUnit::kYear || unit == DateUnit::kDecade ? Grain::kYear
                          : UnitMonths(unit)      ? Grain::kMonth
                          : unit == DateUnit::kWeek ? Grain::kWeek
                                                    : Grain::kDay;
      if (back) return SetSpan(f, m->date, now, grain, kRange);
      // 未来两天 are the two days after today, 两天内 count from today.
      const bool from_tomorrow = by_day && !Present(step.args[2]);
      return SetSpan(f, from_tomorrow ? AddDays(now, 1) : now, m->date, grain, kRange);
    }
    case DateOp::kNow:
    case DateOp::kRecent:
      if (!SetDay(f, c.today->date)) return false;
      f.level = kRange;
      return true;
    case DateOp::kDecade: {
      if (a % 10 != 0 || a > 90 || a < 0) return false;
      int century = year / 100 * 100;
      if (f.level != DateLevel::kCentury) {
        const int now = c.today ? c.today->date.year : 2020;
        century = now / 100 * 100;
        if (century + a > now) century -= 100;
      }
      return SetSpan(f, {century + a, 1, 1}, {century + a + 9, 12, 31}, Grain::kDecade,
                     DateLevel::kDecade, Format("%03d", (century + a) / 10));
    }
    case DateOp::kHalf:
      if (a < 1 || a > 2) return false;
      if (f.start.month != 1) {
        return SetMonths(f, year, f.start.month + 6 * (a - 1), 6, Grain::kHalf, DateLevel::kHalf);
      }
      return SetMonths(f, year, 6 * a - 5, 6, Grain::kHalf, DateLevel::kHalf,
                       Format("%04d-H%d", year, a));
    case DateOp::kQuarter:
      if (f.start.month != 1) return SetQuarters(f, f.end.year, a, a, f.end.month);
      return SetQuarters(f, year, a, a, c.fiscal_end);
    case DateOp::kQuarters:
      if (f.start.month != 1) return SetQuarters(f, f.end.year, a, b, f.end.month);
      return SetQuarters(f, year, a, b, c.fiscal_end);
    case DateOp::kSeason: {
      const int n = a == 11 ? 4 : a;  // 冬 is the eleventh month where months are named
      if (n < 1 || n > 4) return false;
      static constexpr int kTerms[] = {3, 9, 15, 21};  // 立春 立夏 立秋 立冬
      static constexpr const char* kNames[] = {"SP", "SU", "FA", "WI"};
      auto start = t.SolarTerm(year, kTerms[n - 1]);
      auto next = t.SolarTerm(n == 4 ? year + 1 : year, kTerms[n % 4]);
      if (!start || !next) return false;
      return SetSpan(f, *start, AddDays(*next, -1), Grain::kSeason, DateLevel::kQuarter,
                     Format("%04d-", year) + kNames[n - 1]);
    }
    case DateOp::kMonth:
    case DateOp::kNearMonth:
      return SetMonth(f, year, a);
    case DateOp::kMonths:
      if (a < 1 || a > 12 || b < 1 || b > 12) return false;
      if (Present(step.args[2]) && b != a % 12 + 1) return false;  // 1、2月份, not 3、9月份
      return SetMonths(f, year, a, (b >= a ? b - a : b + 12 - a) + 1, Grain::kMonth, kRange);
    case DateOp::kNthMonth: {
      if (a < 1) return false;
      const Date m = AddMonths(MonthStart(f.start), a - 1);
      return m <= f.end && SetMonth(f, m.year, m.month);
    }
    case DateOp::kLastMonths: {
      const Date m = AddMonths(MonthStart(f.end), 1 - a);
      if (a < 1 || m < f.start) return false;
      return SetSpan(f, m, f.end, Grain::kMonth, kRange);
    }
    case DateOp::kTenDays: {
      const int to = Present(b) ? b : a;
      if (a < 1 || to > 3 || to < a) return false;
      const Date end = to == 3 ? f.end : Date{year, f.start.month, to * 10};
      return SetSpan(f, {year, f.start.month, a * 10 - 9}, end, Grain::kTenDays,
                     DateLevel::kTenDays);
    }
    case DateOp::kHalfMonth:
      if (a != 1 && a != 2) return false;
      if (a == 1) {
        return SetSpan(f, f.start, {year, f.start.month, 15}, Grain::kTenDays, DateLevel::kTenDays);
      }
      return SetSpan(f, {year, f.start.month, 16}, f.end, Grain::kTenDays, DateLevel::kTenDays);
    case DateOp::kNthWeek: {
      // Weeks are counted from the first Monday; from the end, from the last whole week.
      if (a == 0 || a > 53 || a < -53) return false;
      const Date monday = a > 0 ? AddDays(*FirstMonday(f.start), 7 * (a - 1))
                                : AddDays(MondayOf(AddDays(f.end, 1)), 7 * a);
      if (monday > f.end || monday < AddDays(f.start, -6)) return false;
      return SetWeek(f, monday, false);
    }
    case DateOp::kFirstWeeks: {
      if (a < 1 || a > 53) return false;
      const Date monday = *FirstMonday(f.start);
      return SetSpan(f, monday, AddDays(monday, 7 * a - 1), Grain::kWeek, kRange);
    }
    case DateOp::kHalfWeek:
      if (a == 1) return SetSpan(f, f.start, AddDays(f.start, 2), Grain::kDay, kRange);
      return SetSpan(f, AddDays(f.start, 3), AddDays(f.start, 6), Grain::kDay, kRange);
    case DateOp::kWeekend:
      return SetWeekend(f, f.start);
    case DateOp::kWeekday:
      return a >= 1 && a <= 7 && SetDay(f, AddDays(f.start, a - 1));
    case DateOp::kNthWeekday: {
      if (b < 1 || b > 7 || a == 0) return false;
      Date day;
      if (a > 0) {
        day = AddDays(f.start, (b - Weekday(f.start) + 7) % 7 + 7 * (a - 1));
      } else {
        day = AddDays(f.end, -((Weekday(f.end) - b + 7) % 7) + 7 * (a + 1));
      }
      return day >= f.start && day <= f.end && SetDay(f, day);
    }
    case DateOp::kDay:
    case DateOp::kNearDay:
      return SetDay(f, {year, f.start.month, a});
    case DateOp::kDays: {
      const Date from{year, f.start.month, a};
      Date to{year, f.start.month, b};
      if (b < a) to = AddMonths(MonthStart(from), 1), to.day = b;  // 28日至3日
      if (!IsValid(from) || !IsValid(to)) return false;
      return SetSpan(f, from, to, Grain::kDay, kRange);
    }
    case DateOp::kNthDay: {
      if (a == 0 || a > 366 || a < -366) return false;
      const Date day = a > 0 ? AddDays(f.start, a - 1) : AddDays(f.end, a + 1);
      return day >= f.start && day <= f.end && SetDay(f, day);
    }
    case DateOp::kFirstDays:
      if (a < 1 || a > 366) return false;
      return SetSpan(f, f.start, std::min(f.end, AddDays(f.start, a - 1)), Grain::kDay, kRange);
    case DateOp::kLastDays:
      if (a < 1 || a > 366) return false;
      return SetSpan(f, std::max(f.start, AddDays(f.end, 1 - a)), f.end, Grain::kDay, kRange);
    case DateOp::kMonthDayBare: {
      // 八月十五 without 日 is a day of the Chinese calendar, unless the year is one in figures.
      // The first month of that calendar is 正月, so that 一月二十三 is none of its days.
      if (f.absolute || a == 1) return SetDay(f, {year, a, b});
      auto day = t.LunarDay(year, a, b, false);
      return day && SetDay(f, *day);
    }
    case DateOp::kLunarMonth: {
      auto span = t.LunarMonth(year, a, Present(b) && b != 0);
      return span && SetSpan(f, span->first, span->second, Grain::kMonth, DateLevel::kTenDays);
    }
    case DateOp::kLunarDay: {
      auto day = t.LunarDay(year, a, b, Present(step.args[2]) && step.args[2] != 0);
      return day && SetDay(f, *day);
    }
    case DateOp::kHoliday: {
      auto day = t.HolidayDate(a, year);
      return day && SetDay(f, *day);
    }
    case DateOp::kBreak: {
      auto span = t.HolidayBreak(a, year);
      return span && SetSpan(f, span->first, span->second, Grain::kDay, kRange);
    }
    case DateOp::kTerm: {
      auto day = t.SolarTerm(year, a);
      return day && SetDay(f, *day);
    }
    case DateOp::kEdge:
    case DateOp::kYearEdge:
    case DateOp::kQuarterEdge:
    case DateOp::kMonthEdge:
      return ApplyEdge(f, a);
    case DateOp::kPart: {
      static constexpr const char* kParts[] = {"", "TMO", "TMO", "TMI", "TAF", "TEV", "TNI"};
      if (a < 1 || a > 6) return false;
      f.part = a;
      f.level = DateLevel::kPart;
      f.grain = Grain::kPartOfDay;
      f.timex = IsoDay(f.start) + kParts[a];
      return true;
    }
    case DateOp::kTime:
      return ApplyTime(f, a, Present(b) ? b : 0, Present(step.args[2]) ? step.args[2] : 0,
                       Present(b));
    case DateOp::kTimes: {
      Frame to = f;
      if (!ApplyTime(f, a, 0, 0, false)) return false;
      if (!ApplyTime(to, b, 0, 0, false)) return false;
      if (std::pair(to.end, *to.end_second) < std::pair(f.start, *f.start_second)) return false;
      f.end = to.end;
      f.end_second = to.end_second;
      f.timex += "/" + to.timex;
      return true;
    }
    case DateOp::kPass:
      return true;
    case DateOp::kSameDay: {
      Date day = c.today ? c.today->date : Date{};
      if (c.last && c.last->end && c.last->start && c.last->grain <= Grain::kDay) {
        day = a < 0 ? c.last->start->date : c.last->end->date;
      } else if (!c.today) {
        return false;
      }
      return SetDay(f, AddDays(day, a));
    }
    case DateOp::kSameWeek: {
      if (!c.today) return false;
      const bool lean = c.last && c.last->start && c.last->grain <= Grain::kWeek;
      return SetWeek(f, AddDays(MondayOf(lean ? c.last->start->date : c.today->date), 7 * a),
                     c.trading_week);
    }
    case DateOp::kSameMonth: {
      const bool lean = c.last && c.last->start && c.last->grain <= Grain::kMonth;
      if (!lean && !c.today) return false;
      Date base = lean ? c.last->start->date : c.today->date;
      if (f.level == DateLevel::kYear) base.year = year;  // 去年同月
      const Date m = AddMonths(MonthStart(base), a);
      return SetMonth(f, m.year, m.month);
    }
    case DateOp::kSameQuarter: {
      const bool lean = c.last && c.last->start && c.last->grain <= Grain::kQuarter;
      if (!lean && !c.today) return false;
      const Date base = lean ? c.last->start->date : c.today->date;
      const int q = (base.month - 1) / 3 + 1 + a;
      return SetMonths(f, base.year, q * 3 - 2, 3, Grain::kQuarter, DateLevel::kQuarter,
                       q >= 1 && q <= 4 ? Format("%04d-Q%d", base.year, q) : "");
    }
    case DateOp::kSameYear: {
      // Without a year before it, 当年 is some year past.
      if (!c.last || !c.last->start) return false;
      return SetYear(f, c.last->start->date.year + a);
    }
    case DateOp::kSamePeriod:
      if (f.level == DateLevel::kYear) {
        if (!c.last || !c.last->start) return false;
        const int from = f.absolute || !c.today ? c.last->start->date.year : c.today->date.year;
        const Period shifted = ShiftYears(*c.last, year - from);
        return FromPeriod(f, shifted);
      }
      if (f.level != DateLevel::kNone) return true;  // 2021年春节假期同期
      return c.last && FromPeriod(f, *c.last);
    case DateOp::kWholeYear:
      if (f.level == DateLevel::kYear) return true;
      if (c.last && c.last->start) return SetYear(f, c.last->start->date.year);
      return c.today && SetYear(f, c.today->date.year);
    case DateOp::kInPeriod:
      return c.last && FromPeriod(f, *c.last);
    case DateOp::kVague:
    case DateOp::kSet:
    case DateOp::kZone:
      return true;
  }
  return false;
}

std::optional<Frame> Run(std::span<const DateStep> steps, Frame frame, const DateContext& c,
                         const DateTables& t) {
  for (const DateStep& step : steps) {
    if (!Apply(step, frame, c, t)) return std::nullopt;
  }
  return frame;
}

Frame YearFrame(int year) {
  Frame f;
  SetYear(f, year);
  return f;
}
Frame MonthFrame(Date d) {
  Frame f;
  SetMonth(f, d.year, d.month);
  return f;
}

int64_t Distance(const Frame& f, Date today) {
  const int64_t n = DayNumber(today);
  if (DayNumber(f.start) > n) return DayNumber(f.start) - n;
  if (DayNumber(f.end) < n) return n - DayNumber(f.end);
  return 0;
}

enum class Choice { kStarted, kEnded, kNearest, kHoliday, kCalendar, kSpan };

// A month of the article's own year needs no year, even where it is to come; beyond half a year a
// reader takes the one that was (12月 in a January article).
constexpr int kMonthsAhead = 6;

// What is this long ago at most has just been.
constexpr int kJustOver = 45;

// One of the candidates, which are in order of time. `year_began` is set where they are days of the
// Chinese calendar: the first day of its year that is running.
std::optional<Frame> Choose(const std::vector<Frame>& frames, Date today,
                            DateContext::Tense tense, Choice choice,
                            std::optional<Date> year_began) {
  if (frames.empty()) return std::nullopt;
  const Frame* past = nullptr;
  const Frame* next = nullptr;
  const Frame* nearest = nullptr;
  for (const Frame& f : frames) {
    const bool ended = choice == Choice::kEnded ||
                       (choice == Choice::kSpan && tense != DateContext::Tense::kOpen);
    if (ended ? f.end <= today : f.start <= today) past = &f;
    if (next == nullptr && f.end >= today) next = &f;
    if (nearest == nullptr || Distance(f, today) < Distance(*nearest, today)) nearest = &f;
  }
  if (tense == DateContext::Tense::kFuture && next != nullptr) return *next;
  // 除夕 is the end of the year that is running, where no word says that it has been.
  const bool of_last_year = year_began && tense == DateContext::Tense::kOpen && past != nullptr &&
                            next != nullptr && past->end < *year_began &&
                            Distance(*past, today) > kJustOver;
  if (tense == DateContext::Tense::kNear || choice == Choice::kNearest) return *nearest;
  if (choice == Choice::kHoliday) {
    // The one of this year that has been, one just over, else the coming one.
    if (past != nullptr && !of_last_year) {
      const int64_t ago = Distance(*past, today);
      if (ago <= kJustOver || (past->end.year == today.year && ago <= 183)) return *past;
    }
    return next != nullptr ? *next : *past;
  }
  if ((choice == Choice::kCalendar || choice == Choice::kSpan) &&
      tense == DateContext::Tense::kOpen && next != nullptr &&
      next->start.year == today.year && next->start > today && next->start.month - today.month <= kMonthsAhead) {
    return *next;
  }
  if (past != nullptr) return *past;
  return *next;
}

Choice ChoiceOf(const DateStep& step) {
  switch (step.op) {
    case DateOp::kMonth: return Choice::kCalendar;
    // 1—8月 sums up what has been; 6月至9月 may be to come.
    case DateOp::kMonths: return step.args[0] == 1 ? Choice::kEnded : Choice::kSpan;
    case DateOp::kQuarters: return Choice::kEnded;
    case DateOp::kHoliday:
    case DateOp::kBreak: return Choice::kHoliday;
    case DateOp::kLunarDay:
    case DateOp::kLunarMonth:
    case DateOp::kMonthDayBare:
    case DateOp::kSeason:
    case DateOp::kNearDay:
    case DateOp::kNearMonth:
    case DateOp::kTerm: return Choice::kNearest;
    default: return Choice::kStarted;
  }
}

// Evaluates a program that starts below a year, month, week or day.
std::optional<Frame> RunPartial(std::span<const DateStep> steps, const DateContext& c,
                                const DateTables& t) {
  const OpInfo& lead = Info(steps[0].op);
  const Choice choice = ChoiceOf(steps[0]);
  std::vector<Frame> frames;
  auto offer = [&](const Frame& parent) {
    if (auto f = Run(steps, parent, c, t)) frames.push_back(std::move(*f));
  };
  switch (lead.lead) {
    case Lead::kYear: {
      if (c.year) {
        if (auto f = Run(steps, YearFrame(*c.year), c, t)) return f;
      }
      if (!c.today) return std::nullopt;
      // Leap days are up to 8 years apart, leap months up to 20.
      const bool rare = steps[0].op == DateOp::kLunarMonth || steps[0].op == DateOp::kLunarDay;
      const int now = c.today->date.year;
      for (int reach : {1, rare ? 20 : 8}) {
        frames.clear();
        for (int y = std::max(1, now - reach); y <= std::min(9999, now + reach); ++y) {
          offer(YearFrame(y));
        }
        if (!frames.empty() && frames.front().start <= c.today->date) break;
      }
      break;
    }
    case Lead::kMonth: {
      if (c.month) {
        if (auto f = Run(steps, MonthFrame(*c.month), c, t)) return f;
      }
      if (!c.today) return std::nullopt;
      for (int reach : {1, 3}) {  // a 31st is up to two months away
        frames.clear();
        for (int k = -reach; k <= reach; ++k) {
          const Date m = AddMonths(MonthStart(c.today->date), k);
          if (InRange(m)) offer(MonthFrame(m));
        }
        if (!frames.empty() && frames.front().start <= c.today->date) break;
      }
      break;
    }
    case Lead::kWeek: {
      const std::optional<Date> base =
          c.day ? c.day : c.today ? std::optional<Date>(c.today->date) : std::nullopt;
      if (!base) return std::nullopt;
      if (steps[0].op == DateOp::kHalfWeek) {  // of the week that is running
        Frame f;
        SetWeek(f, MondayOf(*base), false);
        return Run(steps, f, c, t);
      }
      for (int k = -1; k <= 1; ++k) {
        Frame f;
        if (SetWeek(f, AddDays(MondayOf(*base), 7 * k), false)) offer(f);
      }
      return Choose(frames, *base, c.tense, choice, std::nullopt);
    }
    case Lead::kQuarter:
    case Lead::kToday:
    case Lead::kDay: {
      const std::optional<Date> base =
          lead.lead == Lead::kDay && c.day ? c.day
          : c.today                        ? std::optional<Date>(c.today->date)
                                           : std::nullopt;
      Frame f;
      if (steps[0].op == DateOp::kDecade) return Run(steps, f, c, t);
      if (!base) return std::nullopt;
      if (steps[0].op == DateOp::kYearEdge) {
        SetYear(f, c.year.value_or(base->year));
      } else if (steps[0].op == DateOp::kMonthEdge) {
        f = MonthFrame(c.month.value_or(*base));
      } else if (steps[0].op == DateOp::kQuarterEdge) {
        // 第三季度营收A，截至季末: of the quarter spoken of.
        const bool told = c.last_quarter && c.last_quarter->end && c.today &&
                          c.last_quarter->end->date < c.today->date;
        const Date in = told ? c.last_quarter->end->date : *base;
        const int q = (in.month - 1) / 3 + 1;
        SetQuarters(f, in.year, q, q, 12);
      } else {
        SetDay(f, *base);
      }
      return Run(steps, f, c, t);
    }
    case Lead::kNone:
      return std::nullopt;
  }
  if (!c.today) return std::nullopt;
  const DateOp op = steps[0].op;
  const bool lunar = op == DateOp::kHoliday && t.IsLunar(steps[0].args[0]);
  return Choose(frames, c.today->date, c.tense, choice,
                lunar ? t.LunarYearStart(c.today->date) : std::nullopt);
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The TIMEX value of a program nothing anchors. XXXX is TIMEX3's own sign for an unknown year
// (ISO-TimeML, VAL), XX for a month or a day, WXX for a week: no marks of work left to do.
std::string UnknownTimex(std::span<const DateStep> steps, const DateContext& c,
                         const DateTables& t) {
  const OpInfo& lead = Info(steps[0].op);
  if (lead.kind == Kind::kPartial) {
    DateContext dummy = c;
    dummy.today = Moment{Date{2000, 1, 3}, std::nullopt};  // a Monday of a leap year
    dummy.year = c.year ? c.year : 2000;
    dummy.month = Date{2000, 1, 1};
    dummy.day = Date{2000, 1, 3};
    if (auto f = RunPartial(steps, dummy, t)) {
      std::string timex = f->timex;
      if (lead.lead == Lead::kYear && !c.year) ReplaceAll(timex, "2000", "XXXX");
      if (lead.lead == Lead::kMonth) ReplaceAll(timex, "2000-01", "XXXX-XX");
      if (lead.lead == Lead::kDay) ReplaceAll(timex, "2000-01-03", "XXXX-XX-XX");
      if (lead.lead == Lead::kWeek) {
        timex = steps[0].op == DateOp::kWeekday ? Format("XXXX-WXX-%d", steps[0].args[0])
                                                : "XXXX-WXX";
      }
      if (lead.lead == Lead::kToday || lead.lead == Lead::kQuarter) {
        timex = lead.op == DateOp::kMonthEdge ? "XXXX-XX" : "XXXX";
      }
      return timex;
    }
  }
  switch (LevelOf(steps)) {
    case DateLevel::kYear: return "XXXX";
    case DateLevel::kHalf: return "XXXX-HX";
    case DateLevel::kQuarter: return "XXXX-QX";
    case DateLevel::kMonth: return "XXXX-XX";
    case DateLevel::kWeek: return "XXXX-WXX";
    case DateLevel::kDay: return "XXXX-XX-XX";
    default: return steps[0].op == DateOp::kNow ? "PRESENT_REF" : "XXXX";
  }
}

Grain GrainOf(std::span<const DateStep> steps) {
  switch (LevelOf(steps)) {
    case DateLevel::kCentury: return Grain::kCentury;
    case DateLevel::kDecade: return Grain::kDecade;
    case DateLevel::kYear: return Grain::kYear;
    case DateLevel::kHalf: return Grain::kHalf;
    case DateLevel::kQuarter: return Grain::kQuarter;
    case DateLevel::kMonth: return Grain::kMonth;
    case DateLevel::kTenDays: return Grain::kTenDays;
    case DateLevel::kWeek: return Grain::kWeek;
    case DateLevel::kDay: return Grain::kDay;
    case DateLevel::kPart: return Grain::kPartOfDay;
    default: break;
  }
  switch (steps.back().op) {
    case DateOp::kTime:
      return Present(steps.back().args[1]) ? Grain::kMinute : Grain::kHour;
    case DateOp::kMonths:
    case DateOp::kLastMonths: return Grain::kMonth;
    case DateOp::kQuarters: return Grain::kQuarter;
    case DateOp::kYears:
    case DateOp::kSamePeriod:
    case DateOp::kInPeriod: return Grain::kYear;
    case DateOp::kWeekend:
    case DateOp::kWeekendOffset: return Grain::kWeekend;
    default: return Grain::kDay;
  }
}

DateValue EvaluateSet(std::span<const DateStep> steps) {
  static constexpr const char* kPeriods[] = {"PT%dS", "PT%dM", "PT%dH", "P%dD", "P%dW",
                                             "P%dM",  "P%dQ",  "P%dY",  "P%dE"};
  DateValue v;
  v.type = MentionType::kSet;
  const DateStep& set = steps[0];
  const int n = set.args[0];
  const auto unit = static_cast<DateUnit>(set.args[1]);
  std::string timex;
  switch (unit) {
    case DateUnit::kHalfYear: timex = Format("P%dM", 6 * n); break;
    case DateUnit::kHalfMonth: timex = Format("P%dD", 15 * n); break;
    case DateUnit::kHalfDay: timex = Format("PT%dH", 12 * n); break;
    case DateUnit::kHalfHour: timex = Format("PT%dM", 30 * n); break;
    case DateUnit::kQuarterHour: timex = Format("PT%dM", 15 * n); break;
    default: timex = Format(kPeriods[static_cast<size_t>(unit)], n); break;
  }
  if (Present(set.args[2])) {
    timex = set.args[2] == 8 ? "XXXX-WXX-WE" : Format("XXXX-WXX-%d", set.args[2]);
  }
  int part = 0;
  for (const DateStep& step : steps.subspan(1)) {
    if (step.op == DateOp::kMonth) timex = Format("XXXX-%02d", step.args[0]);
    if (step.op == DateOp::kQuarter) timex = Format("XXXX-Q%d", step.args[0]);
    if (step.op == DateOp::kDay) {
      if (!timex.starts_with("XXXX")) timex = "XXXX-XX";
      timex += Format("-%02d", step.args[0]);
    }
    if (step.op == DateOp::kWeekday) timex = Format("XXXX-WXX-%d", step.args[0]);
    if (step.op == DateOp::kPart) part = step.args[0];
    if (step.op == DateOp::kTime) {
      int h = step.args[0];
      if (h < 12 && h > 0 && (part == 4 || part == 5)) h += 12;
      timex = (timex.starts_with("XXXX") ? timex : "XXXX-XX-XX") + Format("T%02d", h);
      if (Present(step.args[1])) timex += Format(":%02d", step.args[1]);
    }
  }
  v.period.timex = timex;
  return v;
}

constexpr std::pair<std::string_view, int> kDigits[] = {
    {"〇", 0}, {"零", 0}, {"○", 0}, {"O", 0},  {"一", 1}, {"二", 2}, {"两", 2},
    {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9},
    {"元", 1}, {"正", 1}, {"首", 1}};

}  // namespace

namespace {

// Two Han digits and more side by side, without 十 or 百.
bool ReadOffInWords(std::string_view text) {
  if (text.size() < 6) return false;
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    const std::string_view c = text.substr(at, CodePointLength(text[at]));
    if (c.size() == 1 || c == "十" || c == "百" || c == "千" || c == "廿" || c == "卅") return false;
  }
  return true;
}

}  // namespace

std::optional<int> ParseDateNumber(std::string_view text) {
  if (text.empty() || text.size() > 60) return std::nullopt;
  if (text[0] >= '0' && text[0] <= '9') {
    int value = 0;
    for (char ch : text) {
      if (ch < '0' || ch > '9' || value > 100000) return std::nullopt;
      value = value * 10 + (ch - '0');
    }
    return value;
  }
  if (text.starts_with("初")) text.remove_prefix(3);
  if (text == "冬") return 11;
  if (text == "腊") return 12;
  if (text == "春") return 1;
  if (text == "夏") return 2;
  if (text == "秋") return 3;
  if (text == "上") return 1;
  if (text == "中") return 2;
  if (text == "下") return 3;
  int total = 0, digit = -1, run = 0, figures = 0;
  bool positional = true;
  for (size_t at = 0; at < text.size();) {
    const std::string_view ch = text.substr(at, CodePointLength(text[at]));
    at += ch.size();
    int scale = 0;
    if (ch == "十") scale = 10;
    if (ch == "百") scale = 100;
    if (ch == "千") scale = 1000;
    if (ch == "廿") {
      total += 20;
      digit = -1;
      positional = false;
      continue;
    }
    if (ch == "卅") {
      total += 30;
      digit = -1;
      positional = false;
      continue;
    }
    if (scale != 0) {
      positional = false;
      total += (digit < 0 ? 1 : digit) * scale;
      digit = -1;
      continue;
    }
    int value = -1;
    for (const auto& [name, v] : kDigits) {
      if (ch == name) value = v;
    }
    if (ch.size() == 1 && ch[0] >= '0' && ch[0] <= '9') value = ch[0] - '0';
    if (value < 0 || ++figures > 8) return std::nullopt;
    run = run * 10 + value;
    digit = value;
  }
  return positional ? run : total + (digit < 0 ? 0 : digit);
}

std::optional<DateUnit> ParseDateUnit(std::string_view text) {
  if (text.starts_with("个")) text.remove_prefix(3);
  static constexpr std::pair<std::string_view, DateUnit> kUnits[] = {
      {"秒", DateUnit::kSecond},      {"秒钟", DateUnit::kSecond},  {"分", DateUnit::kMinute},
      {"分钟", DateUnit::kMinute},    {"小时", DateUnit::kHour},    {"钟头", DateUnit::kHour},
      {"天", DateUnit::kDay},         {"日", DateUnit::kDay},       {"晚", DateUnit::kDay},
      {"周", DateUnit::kWeek},        {"星期", DateUnit::kWeek},    {"礼拜", DateUnit::kWeek},
      {"月", DateUnit::kMonth},       {"季", DateUnit::kQuarter},   {"季度", DateUnit::kQuarter},
      {"年", DateUnit::kYear},        {"财年", DateUnit::kYear},    {"年度", DateUnit::kYear},
      {"半年", DateUnit::kHalfYear},  {"半个月", DateUnit::kHalfMonth},
      {"半月", DateUnit::kHalfMonth}, {"半天", DateUnit::kHalfDay}, {"半小时", DateUnit::kHalfHour},
      {"半个小时", DateUnit::kHalfHour}, {"半个钟头", DateUnit::kHalfHour},
      {"刻钟", DateUnit::kQuarterHour}, {"second", DateUnit::kSecond},
      {"minute", DateUnit::kMinute},  {"hour", DateUnit::kHour},    {"day", DateUnit::kDay},
      {"week", DateUnit::kWeek},      {"month", DateUnit::kMonth},  {"quarter", DateUnit::kQuarter},
      {"year", DateUnit::kYear},      {"decade", DateUnit::kDecade},
      {"half_year", DateUnit::kHalfYear}};
  for (const auto& [name, unit] : kUnits) {
    if (text == name) return unit;
  }
  return std::nullopt;
}

DateLevel LevelOf(std::span<const DateStep> steps) {
  for (size_t i = steps.size(); i-- > 0;) {
    const DateStep& step = steps[i];
    if (step.op == DateOp::kPass || step.op == DateOp::kZone) continue;
    if (step.op == DateOp::kSet && Present(step.args[2])) return DateLevel::kDay;
    if (step.op == DateOp::kSet || step.op == DateOp::kAgo || step.op == DateOp::kLater) {
      switch (static_cast<DateUnit>(step.args[1])) {
        case DateUnit::kDay: return DateLevel::kDay;
        case DateUnit::kWeek: return DateLevel::kWeek;
        case DateUnit::kMonth: return DateLevel::kMonth;
        case DateUnit::kYear: return DateLevel::kYear;
        default: return kRange;
      }
    }
    return Info(step.op).level;
  }
  return DateLevel::kNone;
}

bool CanJoin(std::span<const DateStep> left, std::span<const DateStep> right) {
  if (left.empty() || right.empty()) return false;
  const OpInfo& head = Info(right[0].op);
  if (head.kind == Kind::kZone || head.kind == Kind::kVague || head.kind == Kind::kSet) {
    return false;
  }
  const DateLevel level = LevelOf(left);
  if (level == DateLevel::kNone) return true;  // a time zone before a date
  const Kind left_kind = Info(left[0].op).kind;
  if (left_kind == Kind::kVague) return false;
  return (head.parents & Bit(level)) != 0;
}

bool NeedsParent(std::span<const DateStep> steps, DateLevel parent) {
  while (!steps.empty() && steps[0].op == DateOp::kZone) steps = steps.subspan(1);
  if (steps.empty()) return false;
  const OpInfo& lead = Info(steps[0].op);
  if (lead.kind != Kind::kPartial) return false;
  switch (parent) {
    case DateLevel::kYear:
      return lead.lead == Lead::kYear || lead.op == DateOp::kYearEdge;
    case DateLevel::kMonth: return lead.lead == Lead::kMonth || lead.op == DateOp::kMonthEdge;
    case DateLevel::kWeek: return lead.lead == Lead::kWeek;
    case DateLevel::kDay: return lead.lead == Lead::kDay;
    default: return false;
  }
}

bool CountsDays(const DateStep& step) {
  if (step.op != DateOp::kPast && step.op != DateOp::kNext && step.op != DateOp::kAgo) return false;
  return !UnitMonths(static_cast<DateUnit>(step.args[1]));
}

Period MonthsEnding(Date last, int months) {
  Period p;
  const Date first = AddMonths(MonthStart(last), 1 - months);
  p.start = Moment{first, std::nullopt};
  p.end = Moment{MonthEnd(last.year, last.month), std::nullopt};
  p.grain = months == 12  ? Grain::kYear
            : months == 6 ? Grain::kHalf
            : months == 3 ? Grain::kQuarter
                          : Grain::kMonth;
  p.timex = IntervalTimex(p);
  return p;
}

std::string IntervalTimex(const Period& p) {
  if (!p.start && !p.end) return "XXXX";
  if (!p.end) return p.start->ToString() + "/XXXX";
  if (!p.start) return "XXXX/" + p.end->ToString();
  if (*p.start == *p.end) return p.start->ToString();
  return p.start->ToString() + "/" + p.end->ToString();
}

std::optional<DateValue> Evaluate(std::span<const DateStep> steps, const DateContext& context,
                                  const DateTables& tables) {
  while (!steps.empty() && steps[0].op == DateOp::kZone) steps = steps.subspan(1);
  if (steps.empty()) return std::nullopt;
  const OpInfo& lead = Info(steps[0].op);
  DateValue v;
  v.level = LevelOf(steps);
  if (lead.kind == Kind::kSet) return EvaluateSet(steps);
  if (lead.kind == Kind::kVague) {
    v.role = PeriodRole::kVague;
    v.period.timex = "XXXX";
    return v;
  }
  if (steps[0].op == DateOp::kRecent) v.role = PeriodRole::kVague;
  for (const DateStep& step : steps) {
    if (step.op == DateOp::kSamePeriod && steps.size() > 1) v.role = PeriodRole::kSamePeriod;
  }
  v.explicit_year = lead.kind == Kind::kAbsolute || lead.kind == Kind::kDeictic;
  v.explicit_month = v.level >= DateLevel::kMonth && v.explicit_year;
  std::optional<Frame> frame;
  const bool needs_today = lead.kind == Kind::kDeictic;
  if (lead.kind == Kind::kPartial) {
    if (lead.lead == Lead::kNone) return std::nullopt;
    frame = RunPartial(steps, context, tables);
    v.explicit_month = lead.lead == Lead::kYear && v.level >= DateLevel::kMonth;
  } else if (!needs_today || context.today) {
    frame = Run(steps, Frame(), context, tables);
    if (!frame && lead.kind == Kind::kAbsolute && v.role != PeriodRole::kSamePeriod) {
      return std::nullopt;
    }
  }
  if (!frame) {
    if (lead.kind == Kind::kPartial && context.today) return std::nullopt;  // no such day
    v.period.grain = GrainOf(steps);
    v.period.timex = UnknownTimex(steps, context, tables);
    if (v.period.timex == "XXXX" && lead.kind == Kind::kPartial &&
        !(lead.lead == Lead::kToday || lead.lead == Lead::kQuarter)) {
      return std::nullopt;
    }
    return v;
  }
  v.period.start = Moment{frame->start, frame->start_second};
  v.period.end = Moment{frame->end, frame->end_second};
  v.period.grain = frame->grain;
  v.period.timex = frame->timex;
  v.part = frame->part;
  v.edge_end = frame->edge_end;
  return v;
}

// ---------------------------------------------------------------------------------------------

DateTables::DateTables(std::vector<TableError>& errors)
    : DateTables(
          Table::Read("lunar_months.tsv",
                      EmbeddedFile("normalize/rules/lunar_months.tsv").value_or(""),
                      {"year", "first_day", "leap_month", "months", "solar_terms"}, errors),
          Table::Read("holidays.tsv", EmbeddedFile("normalize/rules/holidays.tsv").value_or(""),
                      {"id", "name", "when"}, errors),
          errors) {}

DateTables::DateTables(const Table& lunar, const Table& holidays,
                       std::vector<TableError>& errors) {
  for (const Table::Row& row : lunar.rows()) {
    LunarYear year;
    year.year = ParseDateNumber(lunar.Get(row, "year")).value_or(0);
    year.leap_month = ParseDateNumber(lunar.Get(row, "leap_month")).value_or(-1);
    year.months = lunar.Get(row, "months");
    year.terms = lunar.Get(row, "solar_terms");
    auto first = ParseDate(lunar.Get(row, "first_day"));
    const bool sound =
        first && year.leap_month >= 0 && year.leap_month <= 12 &&
        year.months.size() == (year.leap_month > 0 ? 13u : 12u) &&
        year.months.find_first_not_of("LS") == std::string::npos && year.terms.size() == 48 &&
        year.terms.find_first_not_of("0123456789") == std::string::npos &&
        (years_.empty() || years_.back().year + 1 == year.year);
    if (!sound) {
      errors.push_back(lunar.ErrorAt(row, "months", "not a year as the comment describes it"));
      continue;
    }
    year.first_day = *first;
    years_.push_back(std::move(year));
  }
  std::map<std::string, int> ids;
  auto is_year = [](const std::string& name) {
    return name.size() == 4 && name.find_first_not_of("0123456789") == std::string::npos;
  };
  for (const Table::Row& row : holidays.rows()) {
    const std::string& name = holidays.Get(row, "name");
    const std::string& when = holidays.Get(row, "when");
    if (is_year(name)) continue;
    Holiday h;
    bool sound = true;
    const size_t space = when.find(' ');
    const std::string kind = when.substr(0, space);
    std::vector<int> numbers;
    if (space != std::string::npos) {
      for (std::string_view part : Split(std::string_view(when).substr(space + 1), ' ')) {
        const bool minus = part.starts_with("-");
        auto n = ParseDateNumber(minus ? part.substr(1) : part);
        sound = sound && n.has_value();
        numbers.push_back(n ? (minus ? -*n : *n) : 0);
      }
    }
    numbers.resize(4);
    h.a = numbers[0];
    h.b = numbers[1];
    h.c = numbers[2];
    h.later = numbers[3];
    if (kind == "day") {
      h.kind = HolidayKind::kFixed;
      sound = sound && IsValid({2000, h.a, h.b});
    } else if (kind == "lunar") {
      h.kind = HolidayKind::kLunar;
    } else if (kind == "lunar_end") {
      h.kind = HolidayKind::kLunarEnd;
    } else if (kind == "term") {
      h.kind = HolidayKind::kTerm;
      sound = sound && h.a >= 1 && h.a <= 24;
    } else if (kind == "weekday") {
      h.kind = HolidayKind::kWeekday;
      sound = sound && h.a >= 1 && h.a <= 12 && h.c >= 1 && h.c <= 7 && h.b != 0;
    } else if (kind == "easter") {
      h.kind = HolidayKind::kEaster;
    } else {
      sound = false;
    }
    if (!sound) {
      errors.push_back(holidays.ErrorAt(
          row, "when",
          "not one of: day M D, lunar M D, lunar_end, term N, weekday M N W [DAYS LATER], easter N"));
      continue;
    }
    auto [it, added] =
        ids.emplace(holidays.Get(row, "id"), static_cast<int>(holidays_.size()));
    if (added) {
      holidays_.push_back(h);
    } else {
      const Holiday& other = holidays_[static_cast<size_t>(it->second)];
      if (other.kind != h.kind || other.a != h.a || other.b != h.b || other.c != h.c ||
          other.later != h.later) {
        errors.push_back(holidays.ErrorAt(row, "when", "the id has another day above"));
      }
    }
    if (!names_.emplace(name, it->second).second) {
      errors.push_back(holidays.ErrorAt(row, "name", "a name with two holidays"));
    }
  }
  for (const Table::Row& row : holidays.rows()) {
    const std::string& name = holidays.Get(row, "name");
    if (!is_year(name)) continue;
    const std::string& when = holidays.Get(row, "when");
    auto it = ids.find(holidays.Get(row, "id"));
    auto from = ParseDate(when.substr(0, 10));
    auto to = when.size() == 22 ? ParseDate(when.substr(12)) : std::nullopt;
    if (it == ids.end() || !from || !to || *to < *from) {
      errors.push_back(holidays.ErrorAt(row, "when", "not FROM..TO, or no day for the id"));
      continue;
    }
    holidays_[static_cast<size_t>(it->second)].breaks[std::atoi(name.c_str())] = {*from, *to};
  }
}

const DateTables::LunarYear* DateTables::Find(int year) const {
  if (years_.empty() || year < years_[0].year || year > years_.back().year) return nullptr;
  return &years_[static_cast<size_t>(year - years_[0].year)];
}

std::optional<std::pair<Date, Date>> DateTables::LunarMonth(int year, int month, bool leap) const {
  const LunarYear* y = Find(year);
  if (y == nullptr || month < 1 || month > 12 || (leap && y->leap_month != month)) {
    return std::nullopt;
  }
  size_t index = static_cast<size_t>(month - 1);
  if (y->leap_month > 0 && (month > y->leap_month || leap)) ++index;
  int64_t day = DayNumber(y->first_day);
  for (size_t i = 0; i < index; ++i) day += y->months[i] == 'L' ? 30 : 29;
  return std::pair(FromDayNumber(day), FromDayNumber(day + (y->months[index] == 'L' ? 29 : 28)));
}

std::optional<Date> DateTables::LunarDay(int year, int month, int day, bool leap) const {
  auto span = LunarMonth(year, month, leap);
  if (!span || day < 1) return std::nullopt;
  const Date d = AddDays(span->first, day - 1);
  return d <= span->second ? std::optional<Date>(d) : std::nullopt;
}

std::optional<Date> DateTables::LunarYearEnd(int year) const {
  const LunarYear* y = Find(year);
  if (y == nullptr) return std::nullopt;
  int64_t day = DayNumber(y->first_day) - 1;
  for (char c : y->months) day += c == 'L' ? 30 : 29;
  return FromDayNumber(day);
}

std::optional<Date> DateTables::LunarYearStart(Date day) const {
  const LunarYear* y = Find(day.year);
  if (y != nullptr && day < y->first_day) y = Find(day.year - 1);
  return y == nullptr ? std::nullopt : std::optional<Date>(y->first_day);
}

bool DateTables::IsLunar(int holiday) const {
  if (holiday < 0 || holiday >= static_cast<int>(holidays_.size())) return false;
  const HolidayKind kind = holidays_[static_cast<size_t>(holiday)].kind;
  return kind == HolidayKind::kLunar || kind == HolidayKind::kLunarEnd;
}

std::optional<Date> DateTables::SolarTerm(int year, int n) const {
  const LunarYear* y = Find(year);
  if (y == nullptr || n < 1 || n > 24) return std::nullopt;
  const size_t at = static_cast<size_t>(n - 1) * 2;
  const Date d{year, (n + 1) / 2, (y->terms[at] - '0') * 10 + (y->terms[at + 1] - '0')};
  return IsValid(d) ? std::optional<Date>(d) : std::nullopt;
}

std::optional<int> DateTables::HolidayByName(std::string_view name) const {
  auto it = names_.find(name);
  if (it == names_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::string> DateTables::HolidayNames() const {
  std::vector<std::string> out;
  for (const auto& [name, index] : names_) out.push_back(name);
  return out;
}

std::optional<Date> DateTables::HolidayDate(int holiday, int year) const {
  if (holiday < 0 || holiday >= static_cast<int>(holidays_.size())) return std::nullopt;
  const Holiday& h = holidays_[static_cast<size_t>(holiday)];
  switch (h.kind) {
    case HolidayKind::kFixed: {
      const Date d{year, h.a, h.b};
      return IsValid(d) ? std::optional<Date>(d) : std::nullopt;
    }
    case HolidayKind::kLunar: {
      // 2024年腊八节 is the one in 2024, though the lunar year is called 2023.
      auto day = LunarDay(year, h.a, h.b, false);
      if (day && day->year == year) return day;
      auto before = LunarDay(year - 1, h.a, h.b, false);
      return before && before->year == year ? before : day;
    }
    case HolidayKind::kLunarEnd: return LunarYearEnd(year - 1);
    case HolidayKind::kTerm: return SolarTerm(year, h.a);
    case HolidayKind::kWeekday: {
      if (year < 1 || year > 9998) return std::nullopt;
      if (h.b > 0) {
        const Date first{year, h.a, 1};
        return AddDays(first, (h.c - Weekday(first) + 7) % 7 + 7 * (h.b - 1) + h.later);
      }
      const Date last = MonthEnd(year, h.a);
      return AddDays(last, -((Weekday(last) - h.c + 7) % 7) + 7 * (h.b + 1) + h.later);
    }
    case HolidayKind::kEaster: {
      if (year < 1583 || year > 9998) return std::nullopt;
      // The Gregorian computus of Meeus, Jones and Butcher.
      const int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
      const int f = (b + 8) / 25, g = (b - f + 1) / 3, k = (19 * a + b - d - g + 15) % 30;
      const int i = c / 4, m = c % 4, l = (32 + 2 * e + 2 * i - k - m) % 7;
      const int n = (a + 11 * k + 22 * l) / 451, p = k + l - 7 * n + 114;
      return AddDays({year, p / 31, p % 31 + 1}, h.a);
    }
  }
  return std::nullopt;
}

std::optional<std::pair<Date, Date>> DateTables::HolidayBreak(int holiday, int year) const {
  auto day = HolidayDate(holiday, year);
  if (!day) return std::nullopt;
  const auto& breaks = holidays_[static_cast<size_t>(holiday)].breaks;
  auto it = breaks.find(year);
  if (it == breaks.end()) return std::pair(*day, *day);
  return it->second;
}

// ---------------------------------------------------------------------------------------------

std::optional<DateProgram> DateProgram::Read(std::string_view text,
                                             const std::map<std::string, int>& groups,
                                             std::string& error) {
  DateProgram program;
  for (std::string_view word : Split(text, ' ')) {
    if (word.empty()) continue;
    const size_t colon = word.find(':');
    const std::string_view name = word.substr(0, colon);
    const OpInfo* info = nullptr;
    for (const OpInfo& candidate : kOps) {
      if (candidate.name == name) info = &candidate;
    }
    if (info == nullptr) {
      error = "unknown date function '" + std::string(name) + "'";
      return std::nullopt;
    }
    Step step{info->op, {}};
    if (colon != std::string_view::npos) {
      for (std::string_view arg : Split(word.substr(colon + 1), ',')) {
        Argument a;
        if (step.args.size() >= info->args.size()) {
          error = "too many arguments for '" + std::string(name) + "'";
          return std::nullopt;
        }
        a.type = info->args[step.args.size()];
        if (a.type >= 'A' && a.type <= 'Z') a.type = static_cast<char>(a.type - 'A' + 'a');
        const bool minus = arg.starts_with("-");
        const std::string_view digits = minus ? arg.substr(1) : arg;
        if (!digits.empty() && digits[0] >= '0' && digits[0] <= '9') {
          auto n = ParseDateNumber(digits);
          if (!n) {
            error = "bad number '" + std::string(arg) + "'";
            return std::nullopt;
          }
          a.literal = minus ? -*n : *n;
        } else if (auto it = groups.find(std::string(arg)); it != groups.end()) {
          a.group = it->second;
        } else if (auto unit = ParseDateUnit(arg); unit && a.type == 'u') {
          a.literal = static_cast<int>(*unit);
        } else if (a.type == 'h') {
          a.name = arg;
        } else {
          error = "'" + std::string(arg) + "' is no number, unit or group of the pattern";
          return std::nullopt;
        }
        step.args.push_back(a);
      }
    }
    const auto needed = static_cast<size_t>(
        std::count_if(info->args.begin(), info->args.end(), [](char c) { return c >= 'a'; }));
    if (step.args.size() < needed) {
      error = "too few arguments for '" + std::string(name) + "'";
      return std::nullopt;
    }
    program.steps_.push_back(std::move(step));
  }
  if (program.steps_.empty()) {
    error = "no date function";
    return std::nullopt;
  }
  return program;
}

std::optional<std::vector<DateStep>> DateProgram::Bind(std::span<const std::string_view> groups,
                                                       const DateTables& tables) const {
  std::vector<DateStep> out;
  out.reserve(steps_.size());
  for (const Step& step : steps_) {
    DateStep bound;
    bound.op = step.op;
    for (size_t i = 0; i < step.args.size() && i < bound.args.size(); ++i) {
      const Argument& arg = step.args[i];
      if (!arg.name.empty()) {
        bound.args[i] = tables.HolidayByName(arg.name).value_or(kNoArgument);
        continue;
      }
      if (arg.group < 0) {
        bound.args[i] = arg.literal;
        continue;
      }
      const auto index = static_cast<size_t>(arg.group);
      if (index >= groups.size() || groups[index].data() == nullptr || groups[index].empty()) {
        continue;  // a part of the pattern that did not take part
      }
      const std::string_view word = groups[index];
      std::optional<int> value;
      switch (arg.type) {
        case 'u':
          if (auto unit = ParseDateUnit(word)) value = static_cast<int>(*unit);
          break;
        case 'w':
          value = word == "日" || word == "天" ? 7 : word == "末" ? 8 : ParseDateNumber(word);
          break;
        case 'h': value = tables.HolidayByName(word); break;
        default: value = ParseDateNumber(word); break;
      }
      // 两三天前, 一两年后: a count between two, not 23 or 12.
      if (arg.type == 'n' && Info(step.op).args.starts_with("nu") && ReadOffInWords(word)) {
        return std::nullopt;
      }
      if (!value) return std::nullopt;
      bound.args[i] = *value;
    }
    // A required argument that is missing makes no date.
    const std::string_view types = Info(step.op).args;
    for (size_t i = 0; i < types.size() && i < bound.args.size(); ++i) {
      if (types[i] >= 'a' && !Present(bound.args[i])) return std::nullopt;
    }
    out.push_back(bound);
  }
  return out;
}

}  // namespace hanfact::normalize
