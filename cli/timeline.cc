#include "cli/timeline.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "base/period.h"
#include "base/text.h"
#include "cli/table.h"

namespace hanfact::cli {
namespace {

bool IsForecast(const TimelineFact& f) { return f.modality != "actual"; }

// One column each; told apart without colour.
std::string_view MarkOf(const TimelineFact& f) {
  if (f.former) return "○";
  return IsForecast(f) ? "◇" : "●";
}

std::string HeadingOf(const TimelineFact& f) {
  std::string out = f.subject + " · " + f.metric + " (" + f.kind;
  if (!f.basis.empty()) out += ", " + f.basis;
  if (!f.unit.empty()) out += ", " + f.unit;
  out += ")";
  if (!f.scope.empty() && f.scope != "{}") out += " " + f.scope;
  return out;
}

std::string SourceOf(const TimelineFact& f) {
  std::string out = f.modality;
  if (!f.attribution.empty()) out += " (" + f.attribution + ")";
  out += ", " + std::to_string(f.stories) + (f.stories == 1 ? " story" : " stories");
  if (!f.first_published.empty()) out += ", " + f.first_published.substr(0, 10);
  if (f.former) out += ", former version";
  if (f.disputed) out += " !";
  return out;
}

std::string Padded(std::string text, size_t width) {
  const size_t used = DisplayWidth(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

// A bar of whole and eighth blocks for `share` (0 to 1) of `width` columns, from `from` on. Only
// what was forecast is shaded.
std::string Bar(double from, double to, size_t width, bool forecast) {
  const auto eighths = [&](double share) {
    return static_cast<size_t>(
        std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width) * 8));
  };
  const size_t begin = eighths(from) / 8;
  size_t end = eighths(to);
  if (end < begin * 8 + 8) end = begin * 8 + (from > 0 || forecast ? 8 : std::max<size_t>(end, 1));
  std::string out(begin, ' ');
  static constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (forecast) {
    for (size_t i = begin; i < std::max(begin + 1, (end + 4) / 8) && i < width; ++i) out += "░";
    return out;
  }
  for (size_t i = begin; i < end / 8 && i < width; ++i) out += "█";
  if (end / 8 < width) out += kEighths[end % 8];
  return out;
}

std::string Coloured(std::string_view text, const TimelineFact& f, bool colour) {
  if (!colour) return std::string(text);
  const char* code = f.disputed ? "31" : f.former ? "90" : IsForecast(f) ? "33" : "32";
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const uint32_t length =
        std::min<uint32_t>(CodePointLength(text[i]), static_cast<uint32_t>(text.size() - i));
    const char32_t c = CodePointAt(text, i);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // What XML 1.0 has no place for is left out.
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF) break;
        out.append(text.substr(i, length));
    }
    i += length;
  }
  return out;
}

std::string Number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%.1f", v);
  return buffer;
}

std::optional<int64_t> DayOf(std::string_view text) {
  const auto date = ParseDate(text);
  return date ? std::optional(DayNumber(*date)) : std::nullopt;
}

// From and to, in days; where the fact has no period, the day it was first published.
std::optional<std::pair<int64_t, int64_t>> SpanOf(const TimelineFact& f) {
  std::optional<int64_t> start = DayOf(f.period_start), end = DayOf(f.period_end);
  if (!start && !end) start = end = DayOf(f.first_published);
  if (!start) start = end;
  if (!end) end = start;
  if (!start) return std::nullopt;
  return std::pair(std::min(*start, *end), std::max(*start, *end) + 1);
}

std::string_view ColourOf(const TimelineFact& f) {
  if (f.disputed) return "#b3261e";
  if (f.former) return "#8a8a8a";
  return IsForecast(f) ? "#b36b00" : "#1b6e3c";
}

constexpr double kWidth = 960, kLeft = 40, kRight = 200, kPanel = 260, kTop = 46, kFoot = 40;

struct Scale {
  double from = 0, to = 1, begin = 0, end = 1;
  [[nodiscard]] double At(double v) const {
    return to == from ? (begin + end) / 2 : begin + (v - from) / (to - from) * (end - begin);
  }
};

std::string DrawPanel(const TimelineSeries& series, const std::vector<TimelineLink>& links,
                      double top) {
  Scale x{0, 1, kLeft, kWidth - kRight}, y{0, 1, top + kPanel - kFoot, top + kTop};
  bool any = false;
  for (const TimelineFact& f : series.facts) {
    const auto span = SpanOf(f);
    if (!span || !f.low || !f.high) continue;
    const auto first = static_cast<double>(span->first), last = static_cast<double>(span->second);
    x.from = any ? std::min(x.from, first) : first;
    x.to = any ? std::max(x.to, last) : last;
    y.from = any ? std::min(y.from, *f.low) : *f.low;
    y.to = any ? std::max(y.to, *f.high) : *f.high;
    any = true;
  }
  std::string out = "<g><text class=\"h\" x=\"" + Number(kLeft) + "\" y=\"" + Number(top + 20) +
                    "\">" + Escaped(series.heading) + "</text>\n";
  out += "<line class=\"axis\" x1=\"" + Number(x.begin) + "\" y1=\"" + Number(y.begin + 12) +
         "\" x2=\"" + Number(x.end) + "\" y2=\"" + Number(y.begin + 12) + "\"/>\n";
  if (any) {
    const auto tick = [&](double day, const char* anchor) {
      out += "<text class=\"t\" text-anchor=\"" + std::string(anchor) + "\" x=\"" +
             Number(x.At(day)) + "\" y=\"" + Number(y.begin + 28) + "\">" +
             FromDayNumber(static_cast<int64_t>(day)).ToString() + "</text>\n";
    };
    tick(x.from, "start");
    if (x.to > x.from + 1) tick(x.to - 1, "end");
  }
  for (const TimelineFact& f : series.facts) {
    const auto span = SpanOf(f);
    if (!span || !f.low || !f.high) continue;
    const double x1 = x.At(static_cast<double>(span->first)),
                 x2 = std::max(x1 + 3, x.At(static_cast<double>(span->second)));
    const double low = y.At(*f.low), high = y.At(*f.high), middle = (low + high) / 2;
    const std::string colour(ColourOf(f));
    std::string note =
        PeriodName(f.period_start, f.period_end) + ": " + f.value + ", " + SourceOf(f);
    for (const TimelineLink& l : links) {
      if (l.fact_a == f.fact_id || l.fact_b == f.fact_id) {
        note += "\n" + l.relation + ": " + l.explanation;
      }
    }
    if (!f.sentence.empty()) note += "\n" + f.sentence;
    out += "<g><title>" + Escaped(note) + "</title>";
    const std::string dash = IsForecast(f) ? " stroke-dasharray=\"5 3\"" : "";
    if (low - high >= 1) {
      out += "<rect x=\"" + Number(x1) + "\" y=\"" + Number(high) + "\" width=\"" +
             Number(x2 - x1) + "\" height=\"" + Number(low - high) + "\" fill=\"" + colour +
             "\" fill-opacity=\"0.15\" stroke=\"" + colour + "\"" + dash + "/>";
    } else {
      out += "<line x1=\"" + Number(x1) + "\" y1=\"" + Number(middle) + "\" x2=\"" + Number(x2) +
             "\" y2=\"" + Number(middle) + "\" stroke=\"" + colour + "\" stroke-width=\"3\"" +
             dash + "/>";
    }
    out += "<circle cx=\"" + Number((x1 + x2) / 2) + "\" cy=\"" + Number(middle) +
           "\" r=\"4\" stroke=\"" + colour + "\" fill=\"" +
           (IsForecast(f) || f.former ? "#ffffff" : colour) + "\"/>";
    out += "<text class=\"v\" x=\"" + Number((x1 + x2) / 2 + 7) + "\" y=\"" + Number(middle - 6) +
           "\" fill=\"" + colour + "\">" + Escaped(f.value + (f.disputed ? " !" : "")) +
           "</text></g>\n";
  }
  return out + "</g>\n";
}

}  // namespace

std::string PeriodName(std::string_view start, std::string_view end) {
  if (start.empty() && end.empty()) return "no period";
  if (start == end) return std::string(start);
  if (start.empty()) return "until " + std::string(end);
  if (end.empty()) return "from " + std::string(start);
  const auto from = ParseDate(start), to = ParseDate(end);
  const bool whole = from && to && start.size() == 10 && end.size() == 10 && from->day == 1 &&
                     from->year == to->year && to->day == DaysInMonth(to->year, to->month);
  if (whole) {
    const std::string year(start.substr(0, 4));
    const int months = to->month - from->month + 1;
    if (months == 12) return year;
    if (months == 1) return std::string(start.substr(0, 7));
    if (months == 3 && from->month % 3 == 1) return year + " Q" + std::to_string(to->month / 3);
    if (months == 6 && from->month % 6 == 1) return year + " H" + std::to_string(to->month / 6);
  }
  return std::string(start) + ".." + std::string(end);
}

std::vector<TimelineSeries> MakeTimeline(std::vector<TimelineFact> facts) {
  std::map<std::string, std::vector<TimelineFact>> by_heading;
  for (TimelineFact& f : facts) {
    std::string heading = HeadingOf(f);
    by_heading[std::move(heading)].push_back(std::move(f));
  }
  std::vector<TimelineSeries> out;
  for (auto& [heading, members] : by_heading) {
    std::sort(members.begin(), members.end(), [](const TimelineFact& a, const TimelineFact& b) {
      const auto order = [](const TimelineFact& f) {
        const bool undated = f.period_start.empty() && f.period_end.empty();
        const std::string& start = f.period_start.empty() ? f.period_end : f.period_start;
        return std::tuple(undated, std::string_view(start), std::string_view(f.period_end),
                          !IsForecast(f), std::string_view(f.first_published), !f.former,
                          f.low.value_or(0), std::string_view(f.fact_id));
      };
      return order(a) < order(b);
    });
    out.push_back({heading, std::move(members)});
  }
  return out;
}

std::string DrawTimeline(const std::vector<TimelineSeries>& series,
                         const std::vector<TimelineLink>& links, size_t width, bool colour) {
  width = std::max<size_t>(width, 60);
  std::string out;
  for (const TimelineSeries& s : series) {
    if (!out.empty()) out += '\n';
    out += Fit(s.heading, width) + '\n';
    size_t period_width = 0, value_width = 0;
    double least = 0, most = 0;  // bars start at zero, or at the least negative end
    for (const TimelineFact& f : s.facts) {
      period_width = std::max(period_width, DisplayWidth(PeriodName(f.period_start, f.period_end)));
      value_width = std::max(value_width, DisplayWidth(f.value));
      if (f.low) least = std::min(least, *f.low);
      if (f.high) most = std::max(most, *f.high);
    }
    period_width = std::min<size_t>(period_width, 24);
    value_width = std::min<size_t>(value_width, width / 4);
    const size_t bar_width = std::clamp<size_t>(width / 4, 8, 24);
    const auto share = [&](double v) { return most > least ? (v - least) / (most - least) : 0; };
    std::string last_period;
    for (size_t i = 0; i < s.facts.size(); ++i) {
      const TimelineFact& f = s.facts[i];
      const std::string period = PeriodName(f.period_start, f.period_end);
      std::string bar;
      if (f.low && f.high) {
        // A range fills what lies between its ends; one number reaches from zero to it.
        const bool range = *f.low != *f.high;
        bar = Bar(share(range ? *f.low : std::min(*f.low, 0.0)),
                  share(range ? *f.high : std::max(*f.high, 0.0)), bar_width, IsForecast(f));
      }
      std::string line =
          Padded(period == last_period ? "" : Fit(period, period_width), period_width) + " ";
      const size_t used = period_width + 1 + 2 + value_width + 2 + bar_width + 2;
      line += Coloured(
          std::string(MarkOf(f)) + " " + Padded(Fit(f.value, value_width), value_width), f, colour);
      line += "  " + Coloured(Padded(bar, bar_width), f, colour) + "  ";
      line += Fit(SourceOf(f), width > used ? width - used : 1);
      while (line.ends_with(' ')) line.pop_back();
      out += line + '\n';
      last_period = period;
      // Each link once, below the later of its two facts.
      for (const TimelineLink& l : links) {
        if (l.fact_a != f.fact_id && l.fact_b != f.fact_id) continue;
        const std::string& other = l.fact_a == f.fact_id ? l.fact_b : l.fact_a;
        const bool above = std::any_of(s.facts.begin(), s.facts.begin() + static_cast<long>(i),
                                       [&](const TimelineFact& o) { return o.fact_id == other; });
        if (!above) continue;
        out += Fit(std::string(period_width + 3, ' ') + "↳ " + l.relation + ": " + l.explanation,
                   width) +
               '\n';
      }
    }
  }
  return out;
}

std::string DrawTimelineSvg(const std::vector<TimelineSeries>& series,
                            const std::vector<TimelineLink>& links) {
  const double height = kPanel * static_cast<double>(series.size()) + 30;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "version=\"1.1\" width=\"" +
      Number(kWidth) + "\" height=\"" + Number(height) + "\" viewBox=\"0 0 " + Number(kWidth) +
      " " + Number(height) + "\" role=\"img\">\n<title>";
  for (size_t i = 0; i < series.size(); ++i) {
    out += (i > 0 ? "; " : "") + Escaped(series[i].heading);
  }
  out +=
      "</title>\n<style>text{font:12px sans-serif}.h{font-size:15px;font-weight:bold}"
      ".t{fill:#555}.v{font-size:11px}.axis{stroke:#999}</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
  for (size_t i = 0; i < series.size(); ++i) {
    out += DrawPanel(series[i], links, kPanel * static_cast<double>(i));
  }
  out += "<text class=\"t\" x=\"" + Number(kLeft) + "\" y=\"" + Number(height - 10) +
         "\">solid: actual; dashed: forecast or plan; hollow grey: a former version; ! and red: "
         "contradicted by another source</text>\n</svg>\n";
  return out;
}

}  // namespace hanfact::cli
