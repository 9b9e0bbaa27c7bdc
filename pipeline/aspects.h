// Builds the facts of a pending aspect: step 10 of docs/architecture.md.
#pragma once

#include <string>

#include "store/fact_reader.h"

namespace hanfact::pipeline {

// What is to be written so that the facts of an aspect are those of its claims. Of a large one only
// the facts that added or changed claims meet are built anew, and the links of the groups they lie
// in, so that the cost follows from what was added and from kCrowded, not from what is there; a
// small one, and one that claims were taken out of, is built as a whole. Both give the same rows.
// Only reads: several aspects can be worked on at once, each thread with its own reader.
[[nodiscard]] store::FactPlan PlanAspect(store::FactReader& reader, store::PendingAspect pending);

// The aspect that a claim's facts are built with: what Writer::SetAspectMaker takes.
[[nodiscard]] std::string AspectOf(const FactClaim& claim);

}  // namespace hanfact::pipeline
