// Claims to facts, their links and conflicts (contract, section 5).
#pragma once

#include <string>
#include <vector>

#include "base/story.h"

namespace hanfact::dedupe {

// What claims must share to be looked at together: subject (entity id, group, or canonical
// simplified text) and metric. Empty for a claim that makes no fact (neither subject_id nor
// subject).
[[nodiscard]] std::string AspectKey(const Claim& claim);

// All facts of one aspect with links and conflicts; `claims` are all live claims of it (rejected
// ones left out). The result is sorted and does not depend on the order of `claims`.
[[nodiscard]] AspectFacts BuildFacts(const std::vector<FactClaim>& claims);

// The breaches of invariant 5 in a result as stored: claims that do not agree with their fact, facts
// of one conflict that do agree. Empty where all is well.
[[nodiscard]] std::vector<std::string> CheckFacts(const std::vector<FactClaim>& claims,
                                                  const AspectFacts& stored);

}  // namespace hanfact::dedupe
