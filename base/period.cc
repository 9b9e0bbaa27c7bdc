#include "base/period.h"

#include <algorithm>
#include <cstdio>

#include "base/enum_names.h"

namespace hanfact {
namespace {

constexpr std::string_view kGrains[] = {"second",  "minute", "hour",     "part-of-day", "day",
                                        "weekend", "week",   "ten-days", "month",       "quarter",
                                        "half",    "season", "year",     "decade",      "century"};
constexpr std::string_view kFrom[] = {"clause",    "sentence", "previous_sentence",
                                      "paragraph", "headline", "published"};

std::optional<int> Digits(std::string_view text, size_t at, size_t n) {
  if (at + n > text.size()) return std::nullopt;
  int v = 0;
  for (size_t i = at; i < at + n; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    v = v * 10 + (text[i] - '0');
  }
  return v;
}

std::string YearText(int year) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%04d", year);
  return buffer;
}

Period Make(Date start, Date end, Grain grain, std::string timex) {
  Period p;
  p.start = Moment{start, std::nullopt};
  p.end = Moment{end, std::nullopt};
  p.grain = grain;
  p.timex = std::move(timex);
  return p;
}

}  // namespace

std::string Date::ToString() const {
  // By hand, since every key of a fact has two dates and printf costs ten times this.
  if (year >= 0 && year <= 9999 && month >= 0 && month <= 99 && day >= 0 && day <= 99) {
    const auto digit = [](int n) { return static_cast<char>('0' + n % 10); };
    return {digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            '-',
            digit(month / 10),
            digit(month),
            '-',
            digit(day / 10),
            digit(day)};
  }
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, month, day);
  return buffer;
}

bool IsValid(Date d) {
  return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
         d.day <= DaysInMonth(d.year, d.month);
}

std::optional<Date> ParseDate(std::string_view text) {
  auto y = Digits(text, 0, 4), m = Digits(text, 5, 2), d = Digits(text, 8, 2);
  if (!y || !m || !d || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text.size() > 10 && text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const Date date{*y, *m, *d};
  if (!IsValid(date)) return std::nullopt;
  return date;
}

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

int64_t DayNumber(Date d) {
  const int64_t y = d.year - (d.month <= 2);
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

Date FromDayNumber(int64_t z) {
  z += 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400 + (month <= 2)), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

Date AddDays(Date date, int64_t days) { return FromDayNumber(DayNumber(date) + days); }

Date AddMonths(Date date, int months) {
  const int64_t index = static_cast<int64_t>(date.year) * 12 + (date.month - 1) + months;
  const int64_t year = index >= 0 ? index / 12 : (index - 11) / 12;
  Date out{static_cast<int>(year), static_cast<int>(index - year * 12) + 1, 1};
  out.day = std::min(date.day, DaysInMonth(out.year, out.month));
  return out;
}

int Weekday(Date date) {
  const int64_t n = (DayNumber(date) + 3) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(n < 0 ? n + 7 : n) + 1;
}

std::string_view ToString(Grain grain) { return EnumName(kGrains, grain); }
std::string_view ToString(PeriodFrom from) { return EnumName(kFrom, from); }
std::optional<PeriodFrom> ParsePeriodFrom(std::string_view name) {
  return EnumValue<PeriodFrom>(kFrom, name);
}

std::string Moment::ToString() const {
  std::string out = date.ToString();
  if (second_of_day) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d", *second_of_day / 3600,
                  *second_of_day / 60 % 60, *second_of_day % 60);
    out += buffer;
  }
  return out;
}

Period DayPeriod(Date date) { return Make(date, date, Grain::kDay, date.ToString()); }

Period MonthPeriod(int year, int month) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d", year, month);
  return Make({year, month, 1}, {year, month, DaysInMonth(year, month)}, Grain::kMonth, buffer);
}

Period QuarterPeriod(int year, int quarter) {
  const int last = quarter * 3;
  return Make({year, last - 2, 1}, {year, last, DaysInMonth(year, last)}, Grain::kQuarter,
              YearText(year) + "-Q" + std::to_string(quarter));
}

Period HalfPeriod(int year, int half) {
  const int last = half * 6;
  return Make({year, last - 5, 1}, {year, last, DaysInMonth(year, last)}, Grain::kHalf,
              YearText(year) + "-H" + std::to_string(half));
}

Period YearPeriod(int year) {
  return Make({year, 1, 1}, {year, 12, 31}, Grain::kYear, YearText(year));
}

}  // namespace hanfact
