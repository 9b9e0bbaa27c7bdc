// The Chinese calendar, solar terms and holidays.
#include <algorithm>

#include "normalize/date_frame.h"

namespace hanfact::normalize {
DateTables::DateTables(std::vector<TableError>& errors)
    : DateTables(
          Table::Read("lunar_months.tsv",
                      EmbeddedFile("normalize/rules/lunar_months.tsv").value_or(""),
                      {"year", "first_day", "leap_month", "months", "solar_terms"}, errors),
          Table::Read("holidays.tsv", EmbeddedFile("normalize/rules/holidays.tsv").value_or(""),
                      {"id", "name", "when"}, errors),
          errors) {}

DateTables::DateTables(const Table& lunar, const Table& holidays, std::vector<TableError>& errors) {
  for (const Table::Row& row : lunar.rows()) {
    LunarYear year;
    year.year = ParseDateNumber(lunar.Get(row, "year")).value_or(0);
    year.leap_month = ParseDateNumber(lunar.Get(row, "leap_month")).value_or(-1);
    year.months = lunar.Get(row, "months");
    year.terms = lunar.Get(row, "solar_terms");
    auto first = ParseDate(lunar.Get(row, "first_day"));
    const bool sound = first && year.leap_month >= 0 && year.leap_month <= 12 &&
                       year.months.size() == (year.leap_month > 0 ? 13u : 12u) &&
                       year.months.find_first_not_of("LS") == std::string::npos &&
                       year.terms.size() == 48 &&
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
      errors.push_back(holidays.ErrorAt(row, "when",
                                        "not one of: day M D, lunar M D, lunar_end, term N, "
                                        "weekday M N W [DAYS LATER], easter N"));
      continue;
    }
    auto [it, added] = ids.emplace(holidays.Get(row, "id"), static_cast<int>(holidays_.size()));
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
    case HolidayKind::kLunarEnd:
      return LunarYearEnd(year - 1);
    case HolidayKind::kTerm:
      return SolarTerm(year, h.a);
    case HolidayKind::kWeekday: {
      if (year < 1 || year > 9998) return std::nullopt;
      if (h.b > 0) {
        const Date first{year, h.a, 1};
        return AddDays(first, (h.c - Weekday(first) + 7) % 7 + 7 * (h.b - 1) + h.later);
      }
      const Date last = dates::MonthEnd(year, h.a);
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

}  // namespace hanfact::normalize
