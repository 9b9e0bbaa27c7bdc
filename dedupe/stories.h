// Near-duplicate articles: signatures, the exact check of a pair, and the roles within a story.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/story.h"

namespace hanfact::dedupe {

// The signature of a document from its match view. Bands are chosen so that a pair that Compare
// would join shares one with near certainty, an excerpt of its original included; figures in
// docs/facts.md. Linear.
//
// The numbers are read from the words, not from `claims`: what a claim holds depends on the region
// (bare 元), on the date of publication (昨日) and on the sentence before, which two copies of one
// text need not share.
[[nodiscard]] Signature Sign(std::string_view match_text, const std::vector<Claim>& claims);

struct PairVerdict {
  double similarity = 0;  // Jaccard of the shingles; containment of the smaller where excerpt
  StoryRole relation = StoryRole::kNearDuplicate;  // kDuplicate, kNearDuplicate or kExcerpt
};

// Whether two documents are one story; symmetric. nullopt where they are not: unlike texts, or
// alike texts whose numbers differ (daily flashes of one template). Only the signatures are read.
[[nodiscard]] std::optional<PairVerdict> Compare(const StoryMember& a, const StoryMember& b);

// False where Compare finds two documents not alike for their numbers alone. Of the signatures only
// `content` and `numbers` are read, so that a document needs no shingles to be passed over.
[[nodiscard]] bool NumbersMayAgree(const Signature& a, const Signature& b);

// Whether `a` rather than `b` is the canonical document of a story that has both: the earliest
// published, to the day, then the longest, then the least document_id (contract, section 5); a
// document without a date comes after those with one. A total order.
[[nodiscard]] bool IsMoreCanonical(const StoryMember& a, const StoryMember& b);

// The role of one member of the story that `canonical` stands for; the canonical document itself is
// the original. Reads of both only what is theirs, so that a story grows without its other members.
[[nodiscard]] StoryAssignment AssignRole(const StoryMember& member, const StoryMember& canonical);

// AssignRole for all members of one connected component. Sorted by document_id; does not depend on
// the order of `members`.
[[nodiscard]] std::vector<StoryAssignment> AssignStory(const std::vector<StoryMember>& members);

}  // namespace hanfact::dedupe
