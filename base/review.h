// Editors' decisions on claims, and what they amount to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact {

enum class Decision {
  kAccept,
  kReject,
  kCorrect,  // one field each; several fields corrected at once are several rows
  kFlag,     // somebody should look again; says nothing of whether the claim is right
  kComment,
  kMerge,  // says the same as the claim `target`: takes over what that is of, a row a field
  kSplit,  // says something else than the claim `target`, whose fact it was in
  kUndo,   // takes back the review `target`, which may be an undo itself
};
[[nodiscard]] std::string_view ToString(Decision decision);
[[nodiscard]] std::optional<Decision> ParseDecision(std::string_view name);

// One row of the table `reviews`, which is append only (contract, section 3).
struct Review {
  int64_t review_id = 0;  // 0: not stored yet; ascending in the order of the decisions
  std::string claim_id;
  Decision decision = Decision::kAccept;
  std::string target;  // merge and split: a claim's id; undo: a review_id
  std::string field;   // correct, merge, split: the claim's column
  std::optional<std::string> old_value, new_value;  // of the field, nullopt for none
  std::string reason;                               // reject: a code (docs/review.md)
  std::string editor;
  std::string at;  // ISO 8601 UTC; with the editor it names one action, of one row or several
  std::string note;
  // To attach it again by, should the claim be gone.
  std::string document_id, surface, sentence;
};

enum class ClaimStatus { kUnreviewed, kAccepted, kRejected, kCorrected };
[[nodiscard]] std::string_view ToString(ClaimStatus status);

// What the decisions on a claim amount to now.
struct Standing {
  ClaimStatus status = ClaimStatus::kUnreviewed;
  bool flagged = false;
  // By column what is laid over the extracted value; nullopt says that there is none.
  std::map<std::string, std::optional<std::string>> corrections;
  bool operator==(const Standing&) const = default;
};

// Which of a claim's reviews are taken back, by their places. An undo that is taken back itself
// takes nothing back. `reviews` are all of one claim in the order of their ids.
[[nodiscard]] std::vector<bool> TakenBack(const std::vector<Review>& reviews);

// Of the reviews that are not taken back: rejected where a rejection is the last of those that
// judge the claim, else corrected where fields are, else accepted where somebody accepted it. Of a
// field that was corrected twice the later value stands.
[[nodiscard]] Standing StandingOf(const std::vector<Review>& reviews);

// Krippendorff's alpha for nominal data (Content Analysis, 2004, chapter 11): how far judges agree
// beyond chance. A unit is the categories that the judges put one thing into; those judged by one
// alone say nothing. nullopt where nothing was judged twice, or only one category was used at all
// (there is nothing to tell agreement from chance by).
[[nodiscard]] std::optional<double> AgreementAlpha(const std::vector<std::vector<int>>& units);

}  // namespace hanfact
