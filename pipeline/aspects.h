// Builds the facts of a pending aspect: step 10 of docs/architecture.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/writer.h"

namespace hanfact::pipeline {

// Brings the facts of a large aspect up to date where claims were added or changed: the facts that
// these claims meet are built anew, and the links of the groups they lie in, so that the cost
// follows from what was added and from kCrowded, not from what is there. Gives the rows that
// building all of it would give. False where all of it is to be built (it is small, or claims were
// taken out); nothing is done then. `claims_read` is added to.
// `stored` are the facts that the aspect has.
[[nodiscard]] bool UpdateAspect(store::Writer& writer, const store::Writer::PendingAspect& pending,
                                const std::vector<store::Writer::PlacedFact>& stored,
                                size_t& claims_read);

}  // namespace hanfact::pipeline
