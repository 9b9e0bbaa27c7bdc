#include "extract/confidence.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace hanfact::extract {
namespace {

constexpr std::string_view kBase = "base";  // the row of a claim that passes everything
constexpr std::string_view kWords = "-";    // the row of measures in words of the text

template <class Number>
Number NumberAt(const Table& table, const Table::Row& row, std::string_view column,
                std::vector<TableError>& errors) {
  const std::string& text = table.Get(row, column);
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    errors.push_back(table.ErrorAt(row, column, "no number: " + text));
  }
  return number;
}

}  // namespace

ConfidenceTable::ConfidenceTable(std::vector<TableError>& errors) {
  const std::string path = "extract/rules/confidence.tsv";
  const Table table =
      Table::Read(path, EmbeddedFile(path).value_or(""), {"check", "weight", "fails"}, errors);
  std::set<std::string_view> seen;
  for (const Table::Row& row : table.rows()) {
    const std::string& name = table.Get(row, "check");
    const auto weight = NumberAt<double>(table, row, "weight", errors);
    const std::optional<CheckName> check = ParseCheckName(name);
    if (name == kBase) {
      base_ = weight;
    } else if (!check || *check == CheckName::kRecord) {  // the record has its own table
      errors.push_back(table.ErrorAt(row, "check", "no check is called " + name));
      continue;
    } else {
      weights_[static_cast<size_t>(*check)] = weight;
    }
    seen.insert(name);
  }
  if (seen.size() != kCheckNames) {
    errors.push_back({path, 0, 0, "a row is needed for base and for each check"});
  }
  const std::string records = "extract/rules/records.tsv";
  const Table of = Table::Read(records, EmbeddedFile(records).value_or(""),
                               {"metric_id", "seen", "right", "expected"}, errors);
  for (const Table::Row& row : of.rows()) {
    const Record record{NumberAt<int>(of, row, "seen", errors),
                        NumberAt<int>(of, row, "right", errors),
                        NumberAt<double>(of, row, "expected", errors)};
    records_.emplace(of.Get(row, "metric_id"), record);
  }
}

const ConfidenceTable::Record* ConfidenceTable::RecordOf(std::string_view metric_id) const {
  const auto it = records_.find(metric_id.empty() ? kWords : metric_id);
  return it == records_.end() ? nullptr : &it->second;
}

double ConfidenceTable::Shift(const Record& record) {
  constexpr double kPrior = 20;
  constexpr double kSlope = 5;  // of log odds by the share, where seven in ten are right
  return kSlope * (record.right - record.expected) / (record.seen + kPrior);
}

double ConfidenceTable::Of(const Checks& failed, const Record* record) const {
  double odds = base_;
  for (size_t i = 0; i < weights_.size(); ++i) {
    if (failed[i]) odds += weights_[i];
  }
  if (record != nullptr) odds += Shift(*record);
  constexpr double kSteps = 20;
  const double share = std::round(kSteps / (1 + std::exp(-odds))) / kSteps;
  return std::clamp(share, 1 / kSteps, 1 - 1 / kSteps);
}

}  // namespace hanfact::extract
