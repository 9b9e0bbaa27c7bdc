// Finds dates, periods and repeating times in a match view.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/period.h"
#include "base/table.h"

namespace hanfact::extract {

struct PeriodContext {
  // The article's publication date, and its time of day where known; year-less and relative dates
  // are resolved against it. Without one they have no start and end.
  std::optional<Moment> published;
  // Where the article is from ("TW", "CN", …), empty where unknown: in Taiwan's, years may be those
  // of the Republic (92年8月 is 2003-08). A text that writes 民国 or 114年12月 says so itself.
  std::string region;
};

class PeriodFinder {
 public:
  // Reads the embedded normalize/rules/periods.tsv, holidays.tsv and lunar_months.tsv.
  explicit PeriodFinder(std::vector<TableError>& errors);
  ~PeriodFinder();

  // Appends every period and set of the text, in text order, disjoint among themselves. Relative
  // ones that lean on an earlier date of the text (同期, 当日, 次日, 当年, 同月, a bare day after a
  // month) are resolved against it. A quarter or year named by number is the calendar one unless the
  // text itself says how the fiscal year runs. Durations (3天, 两年) are quantities and not found
  // here, unless words anchor them (过去两年, 近五年, 三天前). Linear in the text; never fails.
  void Find(std::string_view match_text, const PeriodContext& context,
            std::vector<Mention>& out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::extract
