// What editors see: claims to be decided on, one claim with all that speaks for and against it,
// what was decided. Never changes the database.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/review.h"
#include "store/database.h"
#include "store/reader.h"

namespace hanfact::store {

// Which claims; what is empty or not set asks for nothing. Claims of former versions of an address
// are never among them. Corrected values count, not the extracted ones.
struct ClaimFilter {
  std::string status = "unreviewed";  // "any" for all
  bool flagged = false, in_conflict = false;
  std::string subject;  // part of the name, an alias, or an entity's id; simplified
  std::string metric;   // part of the name, or an id; simplified
  std::string text;     // part of the sentence, as printed
  std::string site, modality, kind, rule;
  std::optional<double> min_confidence, max_confidence;
  // What is likeliest wrong or matters most first: claims of facts in conflict, a conflict's side
  // by side, then the least sure.
  enum class Order { kRisk, kDocument, kNewest } order = Order::kRisk;
  bool operator==(const ClaimFilter&) const = default;
};

// A claim with what its neighbours in the same fact, or in one linked to it, say.
struct OtherClaim {
  std::string relation;     // "same fact", or the link's
  std::string explanation;  // of the link
  Row claim;
};

struct ClaimNeighbours {
  std::string previous, next;  // ids of claims of the same document, "" for none
};

struct ReviewCounts {
  int64_t claims = 0, flagged = 0, facts = 0, conflicts = 0;
  std::vector<std::pair<std::string, int64_t>> by_status;
  struct Editor {
    std::string name;
    int64_t accepted = 0, rejected = 0, corrected = 0, total = 0;
  };
  std::vector<Editor> by_editor;    // decisions that stand, by name
  int64_t judged_twice = 0;         // claims that two editors or more judged
  std::optional<double> agreement;  // Krippendorff's alpha over accept, reject, correct
};

// Used by one thread at a time. Each call reads one moment of the database.
class ReviewReader {
 public:
  explicit ReviewReader(Database& database);
  ~ReviewReader();
  ReviewReader(const ReviewReader&) = delete;
  ReviewReader& operator=(const ReviewReader&) = delete;

  // The private numbers of the first claims in the filter's order. Looks at every claim (about a
  // second a million).
  [[nodiscard]] std::vector<int64_t> FindClaims(const ClaimFilter& filter, int64_t limit);
  [[nodiscard]] int64_t CountClaims(const ClaimFilter& filter);

  // The columns of the view `claims`, flagged, and of its document published, site, source, title
  // and url; none where it is gone.
  [[nodiscard]] std::optional<Row> LoadClaim(int64_t no);
  [[nodiscard]] int64_t NumberOf(std::string_view claim_id);  // 0: there is none
  [[nodiscard]] std::optional<Row> LoadExtracted(int64_t no);
  [[nodiscard]] std::vector<Row> LoadSpans(int64_t no);         // role, start, end
  [[nodiscard]] std::optional<Row> LoadDocumentOf(int64_t no);  // with its text
  [[nodiscard]] std::vector<Row> LoadBlocksOf(int64_t no);      // start, end, kind
  [[nodiscard]] std::optional<Row> LoadFactOf(int64_t no);
  // The claims of its fact, then those of facts linked to it, contradictions first; up to `limit`.
  [[nodiscard]] std::vector<OtherClaim> LoadOthers(int64_t no, size_t limit);
  [[nodiscard]] ClaimNeighbours LoadNeighbours(int64_t no);

  // Those of a claim and those that moved to it, oldest first.
  [[nodiscard]] std::vector<Review> ReviewsOf(std::string_view claim_id);
  // The claim that a review stands over now; "" for none.
  [[nodiscard]] std::string ClaimOfReview(int64_t review_id);
  // The last reviews, newest first; of one editor where one is named.
  [[nodiscard]] std::vector<Review> LastReviews(std::string_view editor, int64_t limit);
  // Those whose claim is gone and that moved to none.
  [[nodiscard]] std::vector<Review> Detached();
  // Reads every review.
  [[nodiscard]] ReviewCounts Count();

  // For completion, the likeliest first: value, id, note. `field` is subject, attribution or unit.
  // `part` is simplified.
  [[nodiscard]] std::vector<Row> Names(std::string_view field, std::string_view part,
                                       int64_t limit);

  // A number that is another one once another connection has committed something.
  [[nodiscard]] int64_t Version();
  // The connection's trouble, if any; forgotten by asking.
  [[nodiscard]] Status TakeStatus();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The claims of which something else stands than their reviews amount to, a line each. Reads every
// review.
[[nodiscard]] std::vector<std::string> CheckStandings(Database& database);

}  // namespace hanfact::store
