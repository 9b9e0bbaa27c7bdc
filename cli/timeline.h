// The facts of a subject and a metric in order of period: drawn for a terminal, and as SVG. Pure
// functions of what the database holds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::cli {

struct TimelineFact {
  std::string fact_id;
  // What a series shares: facts that differ in any of these stand under headings of their own.
  std::string subject, metric, kind, basis, scope, unit;
  std::string period_start, period_end;  // ISO 8601, empty for none
  std::string value;                     // as shown: "~393.31亿 USD"
  std::optional<double> low, high;       // in base units, signed, equal for one number
  std::string modality, attribution;
  std::string first_published;
  int64_t stories = 0;
  bool disputed = false;
  bool former = false;   // stands only in versions that a later one of the same address replaced
  std::string sentence;  // the first evidence
};

struct TimelineLink {
  std::string fact_a, fact_b, relation, explanation;
};

// One heading with its facts, by period (those without one last), then forecasts and plans before
// outcomes, then by first publication.
struct TimelineSeries {
  std::string heading;
  std::vector<TimelineFact> facts;
};

// "2024 Q4", "2024 H1", "2024-10", "2025-01-27", "2024-11-01..2025-01-31", "no period".
[[nodiscard]] std::string PeriodName(std::string_view start, std::string_view end);

// Sorted by heading; does not depend on the order of `facts`.
[[nodiscard]] std::vector<TimelineSeries> MakeTimeline(std::vector<TimelineFact> facts);

// Rows of period, mark, value, bar and source, and below a fact the links it has to facts above it.
// No line is wider than `width` terminal columns (at least 60), Han characters counting two.
// `colour` adds ANSI colours.
[[nodiscard]] std::string DrawTimeline(const std::vector<TimelineSeries>& series,
                                       const std::vector<TimelineLink>& links, size_t width,
                                       bool colour);

// An SVG 1.1 document in UTF-8: a panel a series, time from left to right, values upwards. All text
// is escaped; characters that XML cannot hold are left out.
[[nodiscard]] std::string DrawTimelineSvg(const std::vector<TimelineSeries>& series,
                                          const std::vector<TimelineLink>& links);

}  // namespace hanfact::cli
