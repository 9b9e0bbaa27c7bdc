#include "base/review.h"

#include <algorithm>
#include <unordered_map>

#include "base/enum_names.h"

namespace hanfact {
namespace {

constexpr std::string_view kDecisions[] = {"accept",  "reject", "correct", "flag",
                                           "comment", "merge",  "split",   "undo"};
constexpr std::string_view kStatuses[] = {"unreviewed", "accepted", "rejected", "corrected"};

}  // namespace

std::string_view ToString(Decision decision) { return EnumName(kDecisions, decision); }
std::optional<Decision> ParseDecision(std::string_view name) {
  return EnumValue<Decision>(kDecisions, name);
}
std::string_view ToString(ClaimStatus status) { return EnumName(kStatuses, status); }

std::vector<bool> TakenBack(const std::vector<Review>& reviews) {
  std::unordered_map<std::string, size_t> place;
  for (size_t i = 0; i < reviews.size(); ++i) place[std::to_string(reviews[i].review_id)] = i;
  std::vector<bool> out(reviews.size(), false);
  // An undo names an earlier review: from the last one back, whether it stands is known.
  for (size_t i = reviews.size(); i-- > 0;) {
    if (reviews[i].decision != Decision::kUndo || out[i]) continue;
    const auto it = place.find(reviews[i].target);
    if (it != place.end() && it->second < i) out[it->second] = true;
  }
  return out;
}

Standing StandingOf(const std::vector<Review>& reviews) {
  const std::vector<bool> taken_back = TakenBack(reviews);
  Standing out;
  bool accepted = false, rejected = false;
  for (size_t i = 0; i < reviews.size(); ++i) {
    if (taken_back[i]) continue;
    const Review& review = reviews[i];
    switch (review.decision) {
      case Decision::kAccept:
        accepted = true;
        rejected = false;
        break;
      case Decision::kReject:
        rejected = true;
        break;
      case Decision::kCorrect:
      case Decision::kMerge:
      case Decision::kSplit:
        out.corrections[review.field] = review.new_value;
        rejected = false;
        break;
      case Decision::kFlag:
        out.flagged = true;
        break;
      case Decision::kComment:
      case Decision::kUndo:
        break;
    }
  }
  out.status = rejected                   ? ClaimStatus::kRejected
               : !out.corrections.empty() ? ClaimStatus::kCorrected
               : accepted                 ? ClaimStatus::kAccepted
                                          : ClaimStatus::kUnreviewed;
  return out;
}

std::optional<double> AgreementAlpha(const std::vector<std::vector<int>>& units) {
  std::map<int, double> of_category;  // judgements, of units judged twice or more
  double judgements = 0, differing = 0;
  for (const std::vector<int>& unit : units) {
    if (unit.size() < 2) continue;
    std::map<int, double> here;
    for (const int category : unit) ++here[category];
    const auto size = static_cast<double>(unit.size());
    for (const auto& [category, count] : here) {
      of_category[category] += count;
      differing += count * (size - count) / (size - 1);
    }
    judgements += size;
  }
  double expected = 0;
  for (const auto& [category, count] : of_category) expected += count * (judgements - count);
  if (expected == 0) return std::nullopt;
  return 1 - (judgements - 1) * differing / expected;
}

}  // namespace hanfact
