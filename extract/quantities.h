// Finds numbers, ordinals and quantities in a match view.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/mention.h"
#include "base/table.h"

namespace hanfact::extract {

// What tells a bare 元 or 兆 apart.
struct NumberContext {
  std::string region;  // CN TW HK MO SG …; empty where unknown
  Script script = Script::kHans;
};

// A table given on the command line (--lexicon), or an embedded one.
struct TableText {
  std::string file;  // for messages
  std::string text;
};

class QuantityFinder {
 public:
  // Reads normalize/rules/units.tsv, extract/rules/hedges.tsv and number_guards.tsv as embedded,
  // and `more_units` (tables with the columns of units.tsv). Problems go to `errors`; the finder is
  // usable with the rows that are sound.
  QuantityFinder(const std::vector<TableText>& more_units, std::vector<TableError>& errors);
  ~QuantityFinder();

  // Appends every number, ordinal and quantity of the text, in text order, disjoint among
  // themselves: spans carry the unit but no hedge word (hedge_span), quantities are exact decimals
  // with bound and precision. Ranges are one mention; two levels (由A升至B) are two; a shared unit
  // reaches back over a list (3%、4%和5%; 293/350/417亿元). Numbers inside guard words, model names,
  // codes, phone numbers, URLs and versions come out as plain `number` mentions with
  // quantity.unit empty and rule "guard:…", so that the caller can keep them from claims.
  // Digits that belong to dates are found by PeriodFinder; overlaps are the caller's to resolve.
  // Linear in the text; never fails.
  void Find(std::string_view match_text, const NumberContext& context,
            std::vector<Mention>& out) const;

  // Whether Find() can give this unit: one of the tables, count:X, or X/Y of such.
  [[nodiscard]] bool KnowsUnit(std::string_view unit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::extract
