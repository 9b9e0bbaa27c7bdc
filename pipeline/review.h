// Editors' decisions: stored, laid over the claims, and the facts they touch built again, all in
// one transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/review.h"
#include "pipeline/article.h"
#include "pipeline/corrections.h"
#include "store/database.h"
#include "store/writer.h"

namespace hanfact::pipeline {

// Why a claim is rejected; the codes stand in `reviews.reason`.
struct RejectReason {
  std::string_view code, label;
};
inline constexpr RejectReason kRejectReasons[] = {
    {"not_a_claim", "no fact: a list number, a name, an idiom, chrome of the page"},
    {"wrong_number", "the number, its unit or its hedge is wrong"},
    {"wrong_subject", "it is of somebody or something else"},
    {"wrong_measure", "it measures something else"},
    {"wrong_period", "it is of another time"},
    {"wrong_modality", "a forecast, a plan or a denial was taken for something that happened"},
    {"source_error", "the article itself is wrong"},
    {"not_wanted", "right, but of no interest"},
    {"other", "another reason, see the note"},
};

// As the editor gave it.
struct DecisionRequest {
  std::string claim_id;
  Decision decision = Decision::kAccept;  // any but kUndo
  std::string editor;
  FieldValues fields;        // correct: as typed
  std::string reason;        // reject: a code of kRejectReasons, or empty
  std::string note, target;  // target: merge and split, the other claim
  int64_t seen = 0;          // the last review of the claim that the editor was shown, 0 for none
};

// Why nothing was stored.
struct Refusal {
  enum class Kind {
    kUnknown,      // no such claim or review
    kOvertaken,    // somebody decided on it since the editor looked
    kInvalid,      // what was asked for cannot be
    kUnavailable,  // the database could not be written to
  };
  Kind kind = Kind::kInvalid;
  std::string message;  // for the editor
  std::string field;    // correct: the field it is about
};

struct Decided {
  std::vector<int64_t> review_ids;     // the rows that were stored, ascending
  std::vector<std::string> claim_ids;  // the claims they stand over now, each once
};
using DecisionResult = std::variant<Decided, Refusal>;

// Decides at once, or not at all. Does not take the writers' lock: a run that is going on holds the
// database for moments only, and the next command that builds facts finds what was decided. One
// thread at a time.
class ReviewDesk {
 public:
  // A batch of more is refused: it would keep runs from writing for too long.
  static constexpr size_t kMostAtOnce = 1000;

  // Both outlive the desk. `database` is open for writing.
  ReviewDesk(store::Database& database, const Tools& tools);

  // `at` names the action with the editor (base/review.h); no two of an editor's have the same.
  // What was decided already, by the same editor in the same way since `seen`, is not stored again
  // but answered as if it were: the answer to it may have been lost.
  [[nodiscard]] DecisionResult Decide(const DecisionRequest& request, const std::string& at);
  // One decision (accept, reject, flag or comment) on many claims.
  [[nodiscard]] DecisionResult DecideAll(const std::vector<std::string>& claim_ids,
                                         const DecisionRequest& request, const std::string& at);
  // Takes reviews back, all or none. An undo among them is taken back as well: redo.
  [[nodiscard]] DecisionResult Undo(const std::vector<int64_t>& review_ids,
                                    const std::string& editor, const std::string& at);

 private:
  class Transaction;
  store::Writer writer_;
  const Tools& tools_;
};

}  // namespace hanfact::pipeline
