// Claims: one dated numeric statement in one article, with its evidence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/period.h"
#include "base/quantity.h"
#include "base/text.h"

namespace hanfact {

enum class ClaimKind { kLevel, kChange, kShare, kMultiple, kDuration, kCount, kRank, kPrice };
enum class Direction { kNone, kUp, kDown };
enum class Basis { kNone, kYoy, kQoq, kMom, kYtd, kOther };
enum class Modality { kActual, kForecast, kPlan, kPossible, kHypothetical, kNegated };
[[nodiscard]] std::string_view ToString(ClaimKind kind);
[[nodiscard]] std::optional<ClaimKind> ParseClaimKind(std::string_view name);
[[nodiscard]] std::string_view ToString(Direction direction);  // "" for none
[[nodiscard]] std::optional<Direction> ParseDirection(std::string_view name);
[[nodiscard]] std::string_view ToString(Basis basis);  // "" for none
[[nodiscard]] std::optional<Basis> ParseBasis(std::string_view name);
[[nodiscard]] std::string_view ToString(Modality modality);
[[nodiscard]] std::optional<Modality> ParseModality(std::string_view name);

enum class SpanRole {
  kValue,
  kSubject,
  kMetric,
  kPeriod,
  kAttribution,
  kHedge,
  kModality,
  kDirection,
  kBasis,
};
[[nodiscard]] std::string_view ToString(SpanRole role);

struct ClaimSpan {
  SpanRole role;
  CleanSpan span;
  auto operator<=>(const ClaimSpan&) const = default;
};

// The checks that go into the confidence, in the order in which a claim lists them.
enum class CheckName : uint8_t {
  kUnitFits,
  kHasSubject,
  kHasMeasure,
  kKnownMeasure,
  kPlainMeasure,
  kInClause,
  kOneName,
  kOneMeasure,
  kHasPeriod,
  kOwnPeriod,
  kSign,
  kPlausiblePeriod,
  kCertain,
  kArithmetic,
  kCurrency,
  kRecord,
};
inline constexpr size_t kCheckNames = static_cast<size_t>(CheckName::kRecord) + 1;
[[nodiscard]] std::string_view ToString(CheckName name);
[[nodiscard]] std::optional<CheckName> ParseCheckName(std::string_view name);

struct ClaimCheck {
  CheckName name;
  bool passed = true;
  std::string note;  // in words and numbers, where it failed
  bool operator==(const ClaimCheck&) const = default;
};

// What a claim says besides its number: which number of whom it is, when, and who says so.
struct ClaimTerms {
  std::string subject;     // canonical simplified text; empty where none was found
  std::string subject_id;  // entity id; for a group of listed members "group:" and their sorted ids
  std::string metric;      // canonical simplified text
  std::string metric_id;   // row id of metrics.tsv, empty for a free noun phrase
  std::string scope;       // JSON object with sorted keys, "{}" for none
  ClaimKind kind = ClaimKind::kLevel;
  Direction direction = Direction::kNone;
  Basis basis = Basis::kNone;
  std::optional<Period> period;
  Modality modality = Modality::kActual;
  std::string attribution;
  std::string attribution_id;
};

struct Claim : ClaimTerms {
  std::string claim_id;  // set by AssignClaimIds
  CleanSpan span;        // the value as it stands, with unit, without hedge
  CleanSpan sentence;
  Quantity quantity;
  std::string period_text;  // the words in the article's own script
  std::optional<PeriodFrom> period_from;
  double confidence = 0;
  std::vector<ClaimCheck> checks;
  std::string rule;              // pattern id, "claim_patterns.tsv:12" style for explain
  std::vector<ClaimSpan> spans;  // sorted; the value's own span included
};

// Sets claim_id of every claim of one document (contract, section 3, Identity): a hash of the
// document, the sentence and surface without white space, which of the same surfaces in the
// sentence, and which of the same sentences in the document. No field, rule or offset enters, so
// that better rules keep reviews attached. `text` is the document's clean text, `sentences` all of
// its sentences in text order, the claims' own among them.
void AssignClaimIds(std::string_view document_id, std::string_view text,
                    const std::vector<CleanSpan>& sentences, std::vector<Claim>& claims);

// An entity found in an article.
struct EntityMention {
  CleanSpan span;
  EntityName entity;
};

}  // namespace hanfact
