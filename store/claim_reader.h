// Reads claims back as facts are made of them. Private to store/.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/story.h"
#include "store/fact_reader.h"
#include "store/sqlite.h"

namespace hanfact::store {

// Gives a statement ready to be bound, which is reset when read. The text is a literal.
using StatementSource = std::function<Statement&(std::string_view)>;

// What many claims share (names, periods, frames, documents) is read and parsed once and kept while
// it is little.
class ClaimReader {
 public:
  explicit ClaimReader(StatementSource sql) : sql_(std::move(sql)) {}

  // Adds to `out`, corrections laid over; a claim that is not there or was rejected is left out.
  void ReadClaim(int64_t claim_no, AspectClaims& out);

  // What is kept may be other than what is stored from now on: of documents; whether there are
  // reviews; all of it.
  void ForgetDocuments() { documents_.clear(); }
  void ForgetReviews() { has_reviews_.reset(); }
  void Forget();

 private:
  struct Frame {
    std::string scope, unit;
    ClaimKind kind = ClaimKind::kLevel;
    bool low_open = false, high_open = false;
    Decimal precision;
    Bound bound = Bound::kExact;
    Direction direction = Direction::kNone;
    Basis basis = Basis::kNone;
    Modality modality = Modality::kActual;
  };
  struct Name {
    std::string name, id;
    int fiscal_year_end = 0;
  };
  struct Source {
    std::string document_id, story_id, published, url, site, source;
    bool latest = true;
  };

  void Take(const Statement& row, AspectClaims& out);
  const Frame& FrameOf(int64_t no);
  const Name& NameOf(int64_t no);
  const std::optional<Period>& PeriodOf(int64_t no);
  const Source& SourceOf(int64_t document_no);
  bool HasReviews();

  StatementSource sql_;
  std::unordered_map<int64_t, Frame> frames_;
  std::unordered_map<int64_t, Name> names_;
  std::unordered_map<int64_t, std::optional<Period>> periods_;
  std::unordered_map<int64_t, Source> documents_;
  std::optional<bool> has_reviews_;
};

}  // namespace hanfact::store
