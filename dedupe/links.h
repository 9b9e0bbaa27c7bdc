// Links between the facts of one aspect, in words and numbers, and the conflicts they make. Inner
// door of dedupe/: facts.cc builds the drafts, links.cc ties them together.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/story.h"
#include "dedupe/facts.h"
#include "dedupe/intervals.h"

namespace hanfact::dedupe {

enum KeyPart : size_t {
  kSubjectPart,
  kMetricPart,
  kScopePart,
  kKindPart,
  kBasisPart,
  kPeriodPart,
  kDimensionPart,
  kModalityPart,
  kKeyParts,
};
// What the claims of a fact share, part by part, in one text with tabs between them (FactKey).
class FactKeyParts {
 public:
  // In the order of KeyPart.
  void Append(std::string_view part) {
    if (size_ > 0) text_ += '\t';
    text_ += part;
    ends_[size_++] = static_cast<uint32_t>(text_.size());
  }
  [[nodiscard]] std::string_view operator[](size_t part) const {
    const size_t begin = part == 0 ? 0 : ends_[part - 1] + 1;
    return std::string_view(text_).substr(begin, ends_[part] - begin);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool operator==(const FactKeyParts& other) const { return text_ == other.text_; }

  uint32_t aspect = 0;  // AspectPlace of its claims; not a part of it, but the same where it is

 private:
  std::string text_;
  std::array<uint32_t, kKeyParts> ends_{};
  size_t size_ = 0;
};

// An id of 32 hex digits: an aspect's place (AspectPlace), then the first 96 bits of a hash.
[[nodiscard]] std::string IdOfAspect(uint32_t place, const IdentityHash& hash);

// The name of the group of all keys that are as this one but for one part (kKeyParts: none).
[[nodiscard]] std::string GroupOf(std::string_view key, size_t free);

// A claim ready to be compared. Points into the caller's claims and keys.
struct Entry {
  const FactClaim* claim = nullptr;
  Reading reading;
  const FactKeyParts* key = nullptr;
};

// A fact with what linking needs. The first entry opened it.
struct FactDraft {
  Fact fact;
  std::vector<const Entry*> entries;
  // False where every claim stands in a version that a later one replaced: such a fact is history,
  // and contradicts nothing.
  bool live = false;
  // The stories of its claims, former versions left out. Sorted, unique.
  std::vector<std::string_view> stories;

  [[nodiscard]] const Reading& reading() const { return entries.front()->reading; }
  [[nodiscard]] const FactKeyParts& key() const { return *entries.front()->key; }
};

// Whether two facts of one key contradict: their possible intervals are disjoint, and nothing the
// articles say explains it (docs/facts.md): both are live; each is stated by a story that does not
// state the other (who gives two values tells two things apart: morning and close, old and new),
// unless one looks like the other's typing error; without a period they were published within
// kUndatedDays of each other; the metric is named, and the values are neither denied nor supposed.
inline constexpr int kUndatedDays = 31;
[[nodiscard]] bool Contradict(const FactDraft& a, const FactDraft& b);

// Facts of one key up to this number are compared pair by pair; above it each contradicting fact is
// linked with the kNeighbours nearest above it in value, and the one at the end of the range, so
// that links grow with facts, not with their square.
inline constexpr size_t kAllPairs = 12;
inline constexpr size_t kNeighbours = 3;

// The links of all drafts, sorted, and the conflicts they make; sets conflict_id of the drafts.
// `drafts` are sorted by fact_id. Only within groups that `linked` names.
void LinkFacts(std::vector<FactDraft>& drafts, const LinkedGroups& linked,
               std::vector<FactLink>& links, std::vector<Conflict>& conflicts);

// A number in words for explanations: "down more than 20%", "nearly 6000亿 USD". As printed where
// the claim says how it was printed.
[[nodiscard]] std::string Describe(const FactClaim& claim);

}  // namespace hanfact::dedupe
