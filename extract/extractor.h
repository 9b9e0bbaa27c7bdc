// From a cleaned article to its claims: the door of extract/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/claim.h"
#include "base/document.h"
#include "base/mention.h"
#include "base/result.h"
#include "extract/entities.h"
#include "extract/periods.h"
#include "extract/quantities.h"

namespace hanfact::extract {

// Why a number of the text became no claim.
struct Refusal {
  CleanSpan span;
  std::string reason;  // the guard, rule or missing field, with table:line where there is one
};

struct Extraction {
  std::vector<Claim> claims;            // in text order, with claim_id
  std::vector<EntityMention> entities;  // in text order, disjoint
  std::vector<CleanSpan> sentences;     // all sentences, in text order
  std::vector<Refusal> refusals;        // in text order
};

class Extractor {
 public:
  // Loads all embedded rule tables, and the --lexicon files (told apart by their columns: entities,
  // aliases, units, metrics). An error lists every problem of every table, a line each.
  [[nodiscard]] static Result<std::unique_ptr<Extractor>> Load(
      const std::vector<TableText>& lexicon);
  ~Extractor();

  // The mentions of a text: disjoint, sorted by start; a total order decides overlaps (longest,
  // priority, rule id). Offsets are in the match view.
  [[nodiscard]] std::vector<Mention> Annotate(std::string_view match_text, Script script,
                                              std::string_view region, std::string_view title,
                                              std::optional<Moment> published) const;

  // Claims and entities of a document; `view` is MakeMatchView(document.text). Pure and thread-safe.
  [[nodiscard]] Extraction Extract(const Document& document, const MatchView& view) const;
  // The same of several, in their order. Each step is done for all of them before the next, so that
  // its tables and its code are fetched from memory once and not once an article: short articles
  // take a third less time. Holds all their mentions at once.
  struct Text {
    const Document* document = nullptr;
    const MatchView* view = nullptr;
  };
  [[nodiscard]] std::vector<Extraction> ExtractEach(const std::vector<Text>& texts) const;

  [[nodiscard]] const EntityFinder& entities() const;

  // The measure that a text of the match view names as a whole, as claims have it; the texts live
  // as long as the extractor. nullopt where metrics.tsv does not have it.
  struct Measure {
    std::string_view metric_id, canonical;
  };
  [[nodiscard]] std::optional<Measure> FindMeasure(std::string_view match_text) const;
  // The measures whose canonical name has the text in it, the shortest first; up to `limit`. Looks
  // at every row.
  [[nodiscard]] std::vector<Measure> MeasuresLike(std::string_view match_text, size_t limit) const;
  // Whether claims can have this unit (contract, section 2): one of units.tsv, count:X, or X/Y of
  // such.
  [[nodiscard]] bool KnowsUnit(std::string_view unit) const;

 private:
  Extractor();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::extract
