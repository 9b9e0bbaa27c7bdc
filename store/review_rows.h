// Reviews and what stands of them. Private to store/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/review.h"
#include "store/sqlite.h"

namespace hanfact::store {

// The columns of `reviews` as ReadReview takes them, of a table or subquery r.
#define HANFACT_REVIEW_COLUMNS                                                                 \
  " r.review_id, r.claim_id, r.decision, r.target, r.field, r.old, r.new, r.reason, r.editor," \
  " r.at, r.note, r.document_id, r.surface, r.sentence "

[[nodiscard]] Review ReadReview(const Statement& row);

class ReviewRows {
 public:
  explicit ReviewRows(Statements& statements) : statements_(statements) {}

  // Those made of the claim itself and those that moved to it (claim_moves), oldest first.
  [[nodiscard]] std::vector<Review> Of(std::string_view claim_id);
  // Of all claims of a document, by claim as they were made.
  [[nodiscard]] std::vector<std::string> ClaimsReviewedOf(std::string_view document_id);
  // The new row's id.
  int64_t Add(const Review& review);
  // Writes what the claim's reviews amount to.
  void Settle(std::string_view claim_id);
  // As standing_rows has it: status, whether flagged, corrections; empty where nothing stands.
  struct Row {
    std::string status, corrections;
    bool flagged = false;
    bool operator==(const Row&) const = default;
  };
  [[nodiscard]] Row AmountOf(std::string_view claim_id);  // of its reviews
  [[nodiscard]] Row Stored(std::string_view claim_id);

 private:
  Statement& Sql(std::string_view sql) { return statements_.Get(sql); }
  Statements& statements_;
};

}  // namespace hanfact::store
