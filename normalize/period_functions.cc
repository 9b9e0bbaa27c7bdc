#include "normalize/period_functions.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "normalize/date_frame.h"

namespace hanfact::normalize {
namespace {

using namespace dates;  // NOLINT(google-build-using-namespace)

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
    {"quarter_edge", DateOp::kQuarterEdge, "n", DateLevel::kTenDays, Kind::kPartial, Lead::kQuarter,
     kQ},
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
std::optional<Frame> Choose(const std::vector<Frame>& frames, Date today, DateContext::Tense tense,
                            Choice choice, std::optional<Date> year_began) {
  if (frames.empty()) return std::nullopt;
  const Frame* past = nullptr;
  const Frame* next = nullptr;
  const Frame* nearest = nullptr;
  for (const Frame& f : frames) {
    const bool ended =
        choice == Choice::kEnded || (choice == Choice::kSpan && tense != DateContext::Tense::kOpen);
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
      tense == DateContext::Tense::kOpen && next != nullptr && next->start.year == today.year &&
      next->start > today && next->start.month - today.month <= kMonthsAhead) {
    return *next;
  }
  if (past != nullptr) return *past;
  return *next;
}

Choice ChoiceOf(const DateStep& step) {
  switch (step.op) {
    case DateOp::kMonth:
      return Choice::kCalendar;
    // 1—8月 sums up what has been; 6月至9月 may be to come.
    case DateOp::kMonths:
      return step.args[0] == 1 ? Choice::kEnded : Choice::kSpan;
    case DateOp::kQuarters:
      return Choice::kEnded;
    case DateOp::kHoliday:
    case DateOp::kBreak:
      return Choice::kHoliday;
    case DateOp::kLunarDay:
    case DateOp::kLunarMonth:
    case DateOp::kMonthDayBare:
    case DateOp::kSeason:
    case DateOp::kNearDay:
    case DateOp::kNearMonth:
    case DateOp::kTerm:
      return Choice::kNearest;
    default:
      return Choice::kStarted;
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
      const std::optional<Date> base = c.day     ? c.day
                                       : c.today ? std::optional<Date>(c.today->date)
                                                 : std::nullopt;
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
      const std::optional<Date> base = lead.lead == Lead::kDay && c.day ? c.day
                                       : c.today ? std::optional<Date>(c.today->date)
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
        timex =
            steps[0].op == DateOp::kWeekday ? Format("XXXX-WXX-%d", steps[0].args[0]) : "XXXX-WXX";
      }
      if (lead.lead == Lead::kToday || lead.lead == Lead::kQuarter) {
        timex = lead.op == DateOp::kMonthEdge ? "XXXX-XX" : "XXXX";
      }
      return timex;
    }
  }
  switch (LevelOf(steps)) {
    case DateLevel::kYear:
      return "XXXX";
    case DateLevel::kHalf:
      return "XXXX-HX";
    case DateLevel::kQuarter:
      return "XXXX-QX";
    case DateLevel::kMonth:
      return "XXXX-XX";
    case DateLevel::kWeek:
      return "XXXX-WXX";
    case DateLevel::kDay:
      return "XXXX-XX-XX";
    default:
      return steps[0].op == DateOp::kNow ? "PRESENT_REF" : "XXXX";
  }
}

Grain GrainOf(std::span<const DateStep> steps) {
  switch (LevelOf(steps)) {
    case DateLevel::kCentury:
      return Grain::kCentury;
    case DateLevel::kDecade:
      return Grain::kDecade;
    case DateLevel::kYear:
      return Grain::kYear;
    case DateLevel::kHalf:
      return Grain::kHalf;
    case DateLevel::kQuarter:
      return Grain::kQuarter;
    case DateLevel::kMonth:
      return Grain::kMonth;
    case DateLevel::kTenDays:
      return Grain::kTenDays;
    case DateLevel::kWeek:
      return Grain::kWeek;
    case DateLevel::kDay:
      return Grain::kDay;
    case DateLevel::kPart:
      return Grain::kPartOfDay;
    default:
      break;
  }
  switch (steps.back().op) {
    case DateOp::kTime:
      return Present(steps.back().args[1]) ? Grain::kMinute : Grain::kHour;
    case DateOp::kMonths:
    case DateOp::kLastMonths:
      return Grain::kMonth;
    case DateOp::kQuarters:
      return Grain::kQuarter;
    case DateOp::kYears:
    case DateOp::kSamePeriod:
    case DateOp::kInPeriod:
      return Grain::kYear;
    case DateOp::kWeekend:
    case DateOp::kWeekendOffset:
      return Grain::kWeekend;
    default:
      return Grain::kDay;
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
    case DateUnit::kHalfYear:
      timex = Format("P%dM", 6 * n);
      break;
    case DateUnit::kHalfMonth:
      timex = Format("P%dD", 15 * n);
      break;
    case DateUnit::kHalfDay:
      timex = Format("PT%dH", 12 * n);
      break;
    case DateUnit::kHalfHour:
      timex = Format("PT%dM", 30 * n);
      break;
    case DateUnit::kQuarterHour:
      timex = Format("PT%dM", 15 * n);
      break;
    default:
      timex = Format(kPeriods[static_cast<size_t>(unit)], n);
      break;
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
    {"〇", 0}, {"零", 0}, {"○", 0},  {"O", 0},  {"一", 1}, {"二", 2},
    {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7},
    {"八", 8}, {"九", 9}, {"元", 1}, {"正", 1}, {"首", 1}};

// Two Han digits and more side by side, without 十 or 百.
bool ReadOffInWords(std::string_view text) {
  if (text.size() < 6) return false;
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    const std::string_view c = text.substr(at, CodePointLength(text[at]));
    if (c.size() == 1 || c == "十" || c == "百" || c == "千" || c == "廿" || c == "卅")
      return false;
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
      {"秒", DateUnit::kSecond},
      {"秒钟", DateUnit::kSecond},
      {"分", DateUnit::kMinute},
      {"分钟", DateUnit::kMinute},
      {"小时", DateUnit::kHour},
      {"钟头", DateUnit::kHour},
      {"天", DateUnit::kDay},
      {"日", DateUnit::kDay},
      {"晚", DateUnit::kDay},
      {"周", DateUnit::kWeek},
      {"星期", DateUnit::kWeek},
      {"礼拜", DateUnit::kWeek},
      {"月", DateUnit::kMonth},
      {"季", DateUnit::kQuarter},
      {"季度", DateUnit::kQuarter},
      {"年", DateUnit::kYear},
      {"财年", DateUnit::kYear},
      {"年度", DateUnit::kYear},
      {"半年", DateUnit::kHalfYear},
      {"半个月", DateUnit::kHalfMonth},
      {"半月", DateUnit::kHalfMonth},
      {"半天", DateUnit::kHalfDay},
      {"半小时", DateUnit::kHalfHour},
      {"半个小时", DateUnit::kHalfHour},
      {"半个钟头", DateUnit::kHalfHour},
      {"刻钟", DateUnit::kQuarterHour},
      {"second", DateUnit::kSecond},
      {"minute", DateUnit::kMinute},
      {"hour", DateUnit::kHour},
      {"day", DateUnit::kDay},
      {"week", DateUnit::kWeek},
      {"month", DateUnit::kMonth},
      {"quarter", DateUnit::kQuarter},
      {"year", DateUnit::kYear},
      {"decade", DateUnit::kDecade},
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
        case DateUnit::kDay:
          return DateLevel::kDay;
        case DateUnit::kWeek:
          return DateLevel::kWeek;
        case DateUnit::kMonth:
          return DateLevel::kMonth;
        case DateUnit::kYear:
          return DateLevel::kYear;
        default:
          return kRange;
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
    case DateLevel::kMonth:
      return lead.lead == Lead::kMonth || lead.op == DateOp::kMonthEdge;
    case DateLevel::kWeek:
      return lead.lead == Lead::kWeek;
    case DateLevel::kDay:
      return lead.lead == Lead::kDay;
    default:
      return false;
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
        case 'h':
          value = tables.HolidayByName(word);
          break;
        default:
          value = ParseDateNumber(word);
          break;
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
