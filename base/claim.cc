#include "base/claim.h"

#include <algorithm>
#include <unordered_map>

#include "base/enum_names.h"
#include "base/hash.h"

namespace hanfact {
namespace {
constexpr std::string_view kKinds[] = {"level",    "change", "share", "multiple",
                                       "duration", "count",  "rank",  "price"};
constexpr std::string_view kDirections[] = {"", "up", "down"};
constexpr std::string_view kBases[] = {"", "yoy", "qoq", "mom", "ytd", "other"};
constexpr std::string_view kModalities[] = {"actual",   "forecast",     "plan",
                                            "possible", "hypothetical", "negated"};
constexpr std::string_view kRoles[] = {"value", "subject",  "metric",    "period", "attribution",
                                       "hedge", "modality", "direction", "basis"};
constexpr std::string_view kChecks[] = {"unit fits metric",
                                        "has subject",
                                        "has metric",
                                        "measure is in the tables",
                                        "measure stands alone",
                                        "subject and metric in the clause",
                                        "one name in front",
                                        "one measure in front",
                                        "has period",
                                        "dated by its own paragraph",
                                        "sign agrees with direction",
                                        "period is plausible",
                                        "told as certain",
                                        "arithmetic",
                                        "currency is named",
                                        "record of the measure"};
static_assert(std::size(kChecks) == kCheckNames);
}  // namespace

std::string_view ToString(ClaimKind kind) { return EnumName(kKinds, kind); }
std::optional<ClaimKind> ParseClaimKind(std::string_view name) {
  return EnumValue<ClaimKind>(kKinds, name);
}
std::string_view ToString(Direction direction) { return EnumName(kDirections, direction); }
std::optional<Direction> ParseDirection(std::string_view name) {
  return EnumValue<Direction>(kDirections, name);
}
std::string_view ToString(Basis basis) { return EnumName(kBases, basis); }
std::optional<Basis> ParseBasis(std::string_view name) { return EnumValue<Basis>(kBases, name); }
std::string_view ToString(Modality modality) { return EnumName(kModalities, modality); }
std::optional<Modality> ParseModality(std::string_view name) {
  return EnumValue<Modality>(kModalities, name);
}
std::string_view ToString(SpanRole role) { return EnumName(kRoles, role); }
std::string_view ToString(CheckName name) { return EnumName(kChecks, name); }
std::optional<CheckName> ParseCheckName(std::string_view name) {
  return EnumValue<CheckName>(kChecks, name);
}

void AssignClaimIds(std::string_view document_id, std::string_view text,
                    const std::vector<CleanSpan>& sentences, std::vector<Claim>& claims) {
  if (claims.empty()) return;
  struct Numbered {
    CleanSpan span;
    std::string squeezed;
    uint32_t nth = 0;
  };
  std::vector<Numbered> numbered;  // by span
  numbered.reserve(sentences.size());
  std::unordered_map<std::string_view, uint32_t> seen;
  for (CleanSpan span : sentences) {
    Numbered& n = numbered.emplace_back(Numbered{span, RemoveSpace(Slice(text, span)), 0});
    n.nth = seen[n.squeezed]++;
  }
  static const Numbered none;
  const auto sentence_of = [&](CleanSpan span) -> const Numbered& {
    const auto at = std::lower_bound(numbered.begin(), numbered.end(), span,
                                     [](const Numbered& n, CleanSpan s) { return n.span < s; });
    return at != numbered.end() && at->span == span ? *at : none;
  };
  IdentityHash hash;
  for (Claim& c : claims) {
    const Numbered& sentence = sentence_of(c.sentence);
    const std::string surface = RemoveSpace(Slice(text, c.span));
    // Counted by the text, not by the claims found, so that a claim gained or lost beside this one
    // does not change its id.
    const CleanSpan front{c.sentence.begin, c.span.begin};
    const bool solid = sentence.squeezed.size() == c.sentence.size();  // no space in it: most are
    const size_t at = solid ? front.size() : RemoveSpace(Slice(text, front)).size();
    uint32_t nth = 0;
    for (size_t i = sentence.squeezed.find(surface); i < at;
         i = sentence.squeezed.find(surface, i + 1)) {
      ++nth;
    }
    c.claim_id = hash.Clear()
                     .Add(document_id)
                     .Add(sentence.squeezed)
                     .Add(surface)
                     .Add(std::to_string(nth))
                     .Add(std::to_string(sentence.nth))
                     .Hex128();
  }
}

}  // namespace hanfact
