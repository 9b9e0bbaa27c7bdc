// Sentences and clauses of a match view.
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"

namespace hanfact::extract {

// A sentence without the white space around it; never empty.
struct Sentence {
  MatchSpan span;
  uint32_t paragraph = 0;  // counts the line breaks in front of it
  bool operator==(const Sentence&) const = default;
};

// Longer sentences are cut at clause marks (，; and 、 where there is no other), so that no pattern
// ever runs over more.
inline constexpr uint32_t kMaxSentenceBytes = 3000;

// The sentences of a match view in text order: a sentence ends behind 。 ! ? ; and the quotes and
// brackets that close there, and at every line break. What stands between quotes or brackets is
// not parted from what surrounds it unless it ends the line. Linear.
[[nodiscard]] std::vector<Sentence> SplitSentences(std::string_view match_text);

}  // namespace hanfact::extract
