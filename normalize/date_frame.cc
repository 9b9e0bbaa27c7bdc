#include "normalize/date_frame.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hanfact::normalize::dates {
namespace {

std::string IsoDay(Date d) {
  std::string out = Format("%04d", d.year);
  out += Format("-%02d-%02d", d.month, d.day);
  return out;
}

// ISO 8601 week: the week belongs to the year of its Thursday.
std::string WeekTimex(Date monday) {
  const Date thursday = AddDays(monday, 3);
  const int64_t first = DayNumber({thursday.year, 1, 1});
  return Format("%04d-W%02d", thursday.year,
                static_cast<int>((DayNumber(thursday) - first) / 7) + 1);
}

bool SetSpan(Frame& f, Date start, Date end, Grain grain, DateLevel level, std::string timex = "") {
  if (!InRange(start) || !InRange(end) || end < start) return false;
  f.start = start;
  f.end = end;
  f.grain = grain;
  f.level = level;
  f.timex = timex.empty() ? IsoDay(start) + "/" + IsoDay(end) : std::move(timex);
  return true;
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

}  // namespace

std::string Format(const char* format, int a, int b) {
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

std::optional<int> UnitMonths(DateUnit unit) {
  switch (unit) {
    case DateUnit::kMonth:
      return 1;
    case DateUnit::kQuarter:
      return 3;
    case DateUnit::kHalfYear:
      return 6;
    case DateUnit::kYear:
      return 12;
    case DateUnit::kDecade:
      return 120;
    default:
      return std::nullopt;
  }
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

bool SetQuarters(Frame& f, int year, int from, int to, int end_month) {
  if (from < 1 || to > 4 || from > to) return false;
  const int shift = end_month == 12 ? 0 : end_month - 12;
  std::string timex;
  if (from == to && shift == 0) timex = Format("%04d-Q%d", year, from);
  return SetMonths(f, year, from * 3 - 2 + shift, (to - from + 1) * 3, Grain::kQuarter,
                   from == to ? DateLevel::kQuarter : kRange, std::move(timex));
}

namespace {

std::optional<Date> FirstMonday(Date start) {
  const int w = Weekday(start);
  return w == 1 ? start : AddDays(start, 8 - w);
}

std::optional<int> UnitDays(DateUnit unit) {
  switch (unit) {
    case DateUnit::kDay:
      return 1;
    case DateUnit::kWeek:
      return 7;
    case DateUnit::kHalfMonth:
      return 15;
    default:
      return std::nullopt;
  }
}

int UnitSeconds(DateUnit unit) {
  switch (unit) {
    case DateUnit::kSecond:
      return 1;
    case DateUnit::kMinute:
      return 60;
    case DateUnit::kQuarterHour:
      return 900;
    case DateUnit::kHalfHour:
      return 1800;
    case DateUnit::kHalfDay:
      return 43200;
    default:
      return 3600;
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

// 下季, 上季度, 本季.
bool OffsetQuarter(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0];
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

// 三天前, 两年后: by so many units.
bool OffsetUnits(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0], b = step.args[1];
  const auto unit = static_cast<DateUnit>(b);
  auto m = Move(*c.today, step.op == DateOp::kAgo ? -a : a, unit);
  if (a < 0 || !m) return false;
  switch (unit) {
    case DateUnit::kYear:
    case DateUnit::kDecade:
      return SetYear(f, m->date.year);
    case DateUnit::kQuarter: {
      const int q = (m->date.month - 1) / 3 + 1;
      return SetQuarters(f, m->date.year, q, q, 12);
    }
    case DateUnit::kMonth:
    case DateUnit::kHalfYear:
      return SetMonth(f, m->date.year, m->date.month);
    case DateUnit::kWeek:
      return SetWeek(f, MondayOf(m->date), false);
    case DateUnit::kDay:
    case DateUnit::kHalfMonth:
      return SetDay(f, m->date);
    default:
      if (!SetDay(f, m->date)) return false;
      f.start_second = f.end_second = m->second_of_day;
      f.level = kRange;
      f.grain = unit == DateUnit::kSecond  ? Grain::kSecond
                : UnitSeconds(unit) < 3600 ? Grain::kMinute
                                           : Grain::kHour;
      return true;
  }
}

// 过去三年, 未来两天: so many units up to now, or from now on.
bool SpanUnits(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0], b = step.args[1];
  const auto unit = static_cast<DateUnit>(b);
  const bool back = step.op == DateOp::kPast;
  auto m = Move(*c.today, back ? -a : a, unit);
  if (a < 1 || !m) return false;
  const bool by_day = UnitMonths(unit) || UnitDays(unit);
  const Date now = c.today->date;
  const Grain grain = unit == DateUnit::kYear || unit == DateUnit::kDecade ? Grain::kYear
                      : UnitMonths(unit)                                   ? Grain::kMonth
                      : unit == DateUnit::kWeek                            ? Grain::kWeek
                                                                           : Grain::kDay;
  if (back) return SetSpan(f, m->date, now, grain, kRange);
  // 未来两天 are the two days after today, 两天内 count from today.
  const bool from_tomorrow = by_day && !Present(step.args[2]);
  return SetSpan(f, from_tomorrow ? AddDays(now, 1) : now, m->date, grain, kRange);
}

// 90年代: of the century in `f`, else of the last one that has had it.
bool SetDecade(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0];
  const int year = f.start.year;
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

// 春, 夏, 秋, 冬: from one solar term to another.
bool SetSeason(const DateStep& step, Frame& f, const DateTables& t) {
  const int a = step.args[0];
  const int year = f.start.year;
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

// 9时至11时.
bool SetTimes(const DateStep& step, Frame& f) {
  const int a = step.args[0], b = step.args[1];
  Frame to = f;
  if (!ApplyTime(f, a, 0, 0, false)) return false;
  if (!ApplyTime(to, b, 0, 0, false)) return false;
  if (std::pair(to.end, *to.end_second) < std::pair(f.start, *f.start_second)) return false;
  f.end = to.end;
  f.end_second = to.end_second;
  f.timex += "/" + to.timex;
  return true;
}

// 当日, 次日: of the day spoken of.
bool SetSameDay(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0];
  Date day = c.today ? c.today->date : Date{};
  if (c.last && c.last->end && c.last->start && c.last->grain <= Grain::kDay) {
    day = a < 0 ? c.last->start->date : c.last->end->date;
  } else if (!c.today) {
    return false;
  }
  return SetDay(f, AddDays(day, a));
}

// 去年同期: the period spoken of, in that year.
bool SetSamePeriod(Frame& f, const DateContext& c) {
  const int year = f.start.year;
  if (f.level == DateLevel::kYear) {
    if (!c.last || !c.last->start) return false;
    const int from = f.absolute || !c.today ? c.last->start->date.year : c.today->date.year;
    const Period shifted = ShiftYears(*c.last, year - from);
    return FromPeriod(f, shifted);
  }
  if (f.level != DateLevel::kNone) return true;  // 2021年春节假期同期
  return c.last && FromPeriod(f, *c.last);
}

// A step that names its time itself.
bool ApplyAbsolute(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0], b = step.args[1];
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
    default:
      return false;
  }
}

// A step that counts from the article's date, which is known.
bool ApplyOffset(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0], b = step.args[1];
  switch (step.op) {
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
    case DateOp::kQuarterOffset:
      return OffsetQuarter(step, f, c);
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
    case DateOp::kLater:
      return OffsetUnits(step, f, c);
    case DateOp::kPast:
    case DateOp::kNext:
      return SpanUnits(step, f, c);
    case DateOp::kNow:
    case DateOp::kRecent:
      if (!SetDay(f, c.today->date)) return false;
      f.level = kRange;
      return true;
    default:
      return false;
  }
}

// A step that picks its part of the period in `f`.
bool ApplyPart(const DateStep& step, Frame& f, const DateContext& c, const DateTables& t) {
  const int a = step.args[0], b = step.args[1];
  const int year = f.start.year;
  switch (step.op) {
    case DateOp::kDecade:
      return SetDecade(step, f, c);
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
    case DateOp::kSeason:
      return SetSeason(step, f, t);
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
    case DateOp::kTimes:
      return SetTimes(step, f);
    case DateOp::kPass:
      return true;
    default:
      return false;
  }
}

// A step that speaks of an earlier date of the text.
bool ApplyEarlier(const DateStep& step, Frame& f, const DateContext& c) {
  const int a = step.args[0];
  const int year = f.start.year;
  switch (step.op) {
    case DateOp::kSameDay:
      return SetSameDay(step, f, c);
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
      return SetSamePeriod(f, c);
    case DateOp::kWholeYear:
      if (f.level == DateLevel::kYear) return true;
      if (c.last && c.last->start) return SetYear(f, c.last->start->date.year);
      return c.today && SetYear(f, c.today->date.year);
    case DateOp::kInPeriod:
      return c.last && FromPeriod(f, *c.last);
    default:
      return false;
  }
}

}  // namespace

bool Apply(const DateStep& step, Frame& f, const DateContext& c, const DateTables& t) {
  // In the order of DateOp.
  if (step.op <= DateOp::kFivePlan) return ApplyAbsolute(step, f, c);
  if (step.op <= DateOp::kRecent) return ApplyOffset(step, f, c);
  if (step.op <= DateOp::kPass) return ApplyPart(step, f, c, t);
  if (step.op <= DateOp::kInPeriod) return ApplyEarlier(step, f, c);
  return true;  // names no date of its own
}

}  // namespace hanfact::normalize::dates
