// The fold: from the token rows of a document to its claims, left to right, with a small context
// (last subject, metric, period, speaker) carried along.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/mention.h"
#include "extract/confidence.h"
#include "extract/entities.h"
#include "extract/extractor.h"
#include "extract/nouns.h"
#include "extract/patterns.h"
#include "extract/quantities.h"
#include "extract/sentences.h"
#include "extract/tokens.h"

namespace hanfact::extract {

// The tables the fold works with; all outlive it.
struct ClaimTables {
  const CueLexicon* cues = nullptr;
  const PatternTable* patterns = nullptr;
  const PatternTable* guards = nullptr;
  const EntityFinder* entities = nullptr;
  const NounTable* nouns = nullptr;
  const QuantityFinder* quantities = nullptr;  // for the units of table headings
  const ConfidenceTable* confidence = nullptr;
};

// Builds the claims of a document: every quantity and every number with a measure is a candidate
// unless a guard refuses it. `mentions` are those of the view, disjoint and sorted;
// `title_mentions` those of `title` (the match view of the document's title), which gives context
// and no claims. Claims come in text order without claim_id. Linear in the text for sentences of
// bounded length.
void BuildClaims(const ClaimTables& tables, const Document& document, const MatchView& view,
                 const std::vector<Sentence>& sentences, const std::vector<Mention>& mentions,
                 std::string_view title, const std::vector<Mention>& title_mentions,
                 std::vector<Claim>& claims, std::vector<Refusal>& refusals);

}  // namespace hanfact::extract
