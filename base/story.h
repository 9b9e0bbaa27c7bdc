// Signatures, stories, facts, and the links between facts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/claim.h"

namespace hanfact {

// What near-duplicate search needs of one document; stored, so that history is never parsed again.
struct Signature {
  // One value a band: two documents that share any are compared exactly. Sorted, unique.
  std::vector<uint64_t> bands;
  // Hashes of the document's distinct character 5-grams (or the one shingle of a shorter text),
  // sorted; a bottom sketch where there are more than the limit named in dedupe/signature.h.
  std::vector<uint64_t> shingles;
  // Exact counts the sketch was taken from.
  uint32_t shingle_count = 0;
  // One value for each number of the text, in text order (dedupe/signature.h): documents whose
  // numbers differ are no duplicates however alike their words.
  std::vector<uint64_t> numbers;
  // Hash of the whole match view without white space: equal for exact copies in either script.
  uint64_t content = 0;
};

enum class StoryRole { kOriginal, kDuplicate, kNearDuplicate, kExcerpt };
[[nodiscard]] std::string_view ToString(StoryRole role);
[[nodiscard]] std::optional<StoryRole> ParseStoryRole(std::string_view name);

// One document as far as stories and voices are concerned.
struct StoryMember {
  std::string document_id;
  std::string published;   // ISO date or date-time, or empty
  std::string url;         // canonical; documents of one address are versions of one voice
  std::string site;        // where it stood
  std::string source;      // outlet named as source
  uint32_t text_size = 0;  // code points
  Signature signature;
};

struct StoryAssignment {
  std::string document_id;
  std::string story_id;  // the canonical document's id
  StoryRole role = StoryRole::kOriginal;
  double similarity = 1;  // to the canonical document: containment for an excerpt, else Jaccard
};

// A document as far as the facts of its claims are concerned.
struct FactSource {
  std::string document_id;
  std::string story_id;
  std::string published;
  std::string canonical_url;
  std::string site;    // where the document stood
  std::string source;  // outlet it names as its source
  // False where a later version of the same address replaced the document.
  bool latest_version = true;
};

// A claim as facts are made of it. Archives say the same of the same again and again, so what many
// claims have in common is shared by them. Neither pointer is null.
struct FactClaim {
  std::string claim_id;
  Quantity quantity;
  std::string surface;  // the value as printed, for explanations; empty: made from the value
  std::shared_ptr<const ClaimTerms> terms;
  std::shared_ptr<const FactSource> source;
  // Month (1-12) the subject's fiscal year ends in, 0 where the lexicon does not know it.
  int fiscal_year_end = 0;
};

enum class ClaimRelation { kIdentical, kConsistent, kConverted };
[[nodiscard]] std::string_view ToString(ClaimRelation relation);

struct FactMember {
  std::string claim_id;
  ClaimRelation relation = ClaimRelation::kIdentical;
};

// Where a fact stands among those of its aspect: a hash of its key, and the values that any of its
// claims agrees with, from `low` to `high`, rounded outwards to 24 bits that keep the order.
struct FactPlace {
  uint32_t key = 0, low = 0, high = 0;
  bool operator==(const FactPlace&) const = default;
  [[nodiscard]] bool Meets(const FactPlace& other) const {
    return key == other.key && low <= other.high && other.low <= high;
  }
};

// One fact: claims of one key whose values agree (contract, section 5).
struct Fact {
  std::string fact_id;
  std::string representative;       // claim_id of the most precise claim: its fields are the fact's
  std::vector<FactMember> members;  // sorted by claim_id
  uint32_t documents = 0;
  uint32_t stories = 0;  // independent voices
  std::string first_published, last_published;
  std::string conflict_id;  // empty for none
  std::string key;          // what its claims share (dedupe::FactKey)
  FactPlace place;
};

enum class FactRelation {
  kRevision,
  kForecastActual,
  kDifferentScope,
  kDifferentBasis,
  kDifferentPeriod,
  kContradiction,
  kTypoSuspect,
};
[[nodiscard]] std::string_view ToString(FactRelation relation);

struct FactLink {
  std::string fact_a, fact_b;  // fact_a < fact_b
  FactRelation relation = FactRelation::kContradiction;
  std::string explanation;
};

// Facts that cannot all be true, for an editor to look at.
struct Conflict {
  std::string conflict_id;
  std::vector<std::string> facts;  // fact ids, sorted
  std::string subject, metric, unit;
  std::string period_start, period_end;
  std::string reason;
};

// All facts of one aspect (subject and metric), their links and conflicts.
struct AspectFacts {
  std::vector<Fact> facts;
  std::vector<FactLink> links;
  std::vector<Conflict> conflicts;
};

}  // namespace hanfact
