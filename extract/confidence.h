// How far a claim is to be trusted: the share of claims like it that an editor would accept with
// subject, measure, kind, period and modality as they are.
//
// Log odds, as of a logistic regression: a base, a weight for each named check that fails
// (confidence.tsv), and what the measure's own record on the gold adds or takes (records.tsv).
// Weights and records are fitted by bench/confidence/fit.py; docs/claims.md tells how well they
// hold on articles that were not fitted.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/claim.h"
#include "base/table.h"

namespace hanfact::extract {

class ConfidenceTable {
 public:
  using Checks = std::bitset<kCheckNames>;  // by CheckName

  // What became of a measure's claims on the gold.
  struct Record {
    int seen = 0, right = 0;
    double expected = 0;  // right ones, by the checks alone
  };

  // The tables built into the program; what is wrong with a row is an error.
  explicit ConfidenceTable(std::vector<TableError>& errors);

  // Of a measure by its id ("": words of the text); null where there are too few.
  [[nodiscard]] const Record* RecordOf(std::string_view metric_id) const;
  // 0 to 1, in steps of a twentieth, so that few values are stored. `record` may be null.
  [[nodiscard]] double Of(const Checks& failed, const Record* record) const;

  // What a record adds to the log odds: one Newton step from what was expected to what was right,
  // as if kPrior more claims had been as expected.
  [[nodiscard]] static double Shift(const Record& record);

 private:
  double base_ = 0;
  // Of a check that fails; the record has its own table.
  std::array<double, kCheckNames> weights_{};
  std::map<std::string, Record, std::less<>> records_;
};

}  // namespace hanfact::extract
