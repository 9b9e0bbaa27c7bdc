// Claims to facts, their links and conflicts (contract, section 5; worked examples in
// docs/facts.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/story.h"

namespace hanfact::dedupe {

// What claims must share to be looked at together: subject (entity id, group, or canonical
// simplified text), metric (a loss is filed under its profit, intervals.h), kind, unit dimension
// and time (PeriodBucket). All facts of one key lie in one aspect, and so do all that can be
// linked. Aspects are kept small, because what is added to one builds all its facts anew.
// `published` is the document's date. Empty for a claim that makes no fact (neither subject_id nor
// subject, or no number).
[[nodiscard]] std::string AspectKey(const ClaimTerms& terms, const Quantity& quantity,
                                    std::string_view published);

// The upper half of an aspect's number (store::AspectNumber) in an order that is the numbers'. The
// ids of facts and conflicts begin with it, eight hex digits: aspects are built in the order of
// their numbers, so that what a run adds to an index of ids stands side by side there, and touches
// a page once rather than once a fact.
[[nodiscard]] uint32_t AspectPlace(std::string_view aspect);

// The stretch of time a period is filed under: the month of its middle day if it has at most ten
// days, else the year; where there is none, "undated" and the year of publication. A period and its
// fiscal reading are in one, as are the quarters and the months of a year and the year up to them.
[[nodiscard]] std::string PeriodBucket(const std::optional<Period>& period,
                                       std::string_view published);

// What the claims of one fact share: aspect, scope, kind, basis, period, unit dimension and
// modality class, with the speaker for forecasts and opinions. Of a claim without a period the year
// of publication stands for it: what was written years apart without saying when is not one fact.
// `year_end` is the month the subject's fiscal year ends in (0 unknown): the calendar quarter is
// keyed as the fiscal one it stands for. Printable, parts separated by tabs; empty where AspectKey
// is.
[[nodiscard]] std::string FactKey(const FactClaim& claim, int year_end);

// What tells one voice from another.
struct Voice {
  std::string_view document_id, story_id, canonical_url, site, source;
};
// The number of independent voices: documents are one voice that are one story or one address, or
// that name the same outlet as their source, or of which one names the site the other stands on.
// Names are compared without white space and case; a document without story_id is a story of its
// own. Does not depend on order; O(n log n).
[[nodiscard]] uint32_t CountVoices(const std::vector<Voice>& documents);

// Facts are linked within groups: those of one key (contradictions, revisions), and those whose
// keys differ in one part only (scope, basis, period; modality for forecasts). A group of more than
// this is crowded: its key does not hold what tells its values apart, and nobody reads through so
// many; it has no links. So what a claim adds costs no more in a busy aspect than in any other.
inline constexpr size_t kCrowded = 50;

// The group that a fact's key lies in for a kind of link, by a name of its own.
[[nodiscard]] std::string GroupOf(std::string_view key, FactRelation relation);
// All kinds of groups, a relation each.
inline constexpr FactRelation kGroupRelations[] = {
    FactRelation::kContradiction, FactRelation::kDifferentScope, FactRelation::kDifferentBasis,
    FactRelation::kDifferentPeriod, FactRelation::kForecastActual};
// Whether to link the facts of a group (GroupOf), of which so many are at hand.
using LinkedGroups = std::function<bool(const std::string& group, size_t facts)>;

// Where a claim stands by itself; nullopt where it makes no fact.
struct PlacedClaim {
  std::string key;
  FactPlace place;
};
[[nodiscard]] std::optional<PlacedClaim> PlaceClaim(const FactClaim& claim);
[[nodiscard]] uint32_t KeyHash(std::string_view key);

// Which claims are one fact: places in the `claims` given, the one that opens it first.
struct JoinedClaims {
  std::string key;
  std::vector<size_t> claims;
};
// What some claims of an aspect join to by themselves: facts without all that is said of them.
[[nodiscard]] std::vector<JoinedClaims> JoinClaims(const std::vector<FactClaim>& claims);

// The facts that some claims of an aspect make by themselves, with the links of the groups named.
[[nodiscard]] AspectFacts BuildFacts(const std::vector<FactClaim>& claims,
                                     const LinkedGroups& linked);

// All facts of one aspect with links and conflicts; `claims` are all live claims of it (rejected
// ones left out; claims of other aspects and ids seen twice are passed over). Sorted: facts by id,
// links by their facts, conflicts by id; does not depend on the order of `claims`. O(n log n).
[[nodiscard]] AspectFacts BuildFacts(const std::vector<FactClaim>& claims);

// The breaches of invariant 5 in a result as stored: claims that do not agree with their fact, are
// in none or in two, facts of one conflict that do agree or contradict none of the others, and
// facts whose id or counts are not what their claims give. Empty where all is well. Reads of the
// stored facts only ids, members, counts and conflicts.
[[nodiscard]] std::vector<std::string> CheckFacts(const std::vector<FactClaim>& claims,
                                                  const AspectFacts& stored);

}  // namespace hanfact::dedupe
