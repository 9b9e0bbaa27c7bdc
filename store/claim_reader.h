// Reads claims back as facts are made of them. Private to store/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
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

// What many claims share (names, periods, frames, terms, documents) is read and parsed once and
// kept while it is little.
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
  // The rows that the terms of a claim are made of, by number.
  struct TermsKey {
    int64_t frame = 0, subject = 0, metric = 0, period = 0, speaker = 0;
    auto operator<=>(const TermsKey&) const = default;
  };
  using Terms = std::shared_ptr<const ClaimTerms>;
  using Source = std::shared_ptr<const FactSource>;

  void Take(const Statement& row, AspectClaims& out);
  void TakeReviewed(int64_t claim_no, FactClaim read, AspectClaims& out);
  Terms TermsOf(const TermsKey& key);
  const Frame& FrameOf(int64_t no);
  const Name& NameOf(int64_t no);
  const std::optional<Period>& PeriodOf(int64_t no);
  Source SourceOf(int64_t document_no);
  bool HasReviews();

  StatementSource sql_;
  std::unordered_map<int64_t, Frame> frames_;
  std::unordered_map<int64_t, Name> names_;
  std::unordered_map<int64_t, std::optional<Period>> periods_;
  std::unordered_map<int64_t, Source> documents_;
  std::map<TermsKey, Terms> terms_;
  std::optional<bool> has_reviews_;
};

}  // namespace hanfact::store
