// Mentions: what `hanfact annotate` prints, and the typed pieces claims are built from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/period.h"
#include "base/quantity.h"
#include "base/text.h"

namespace hanfact {

enum class EntityType { kOrg, kPerson, kProduct, kPlace, kMedia, kIndex };
[[nodiscard]] std::string_view ToString(EntityType type);
[[nodiscard]] std::optional<EntityType> ParseEntityType(std::string_view name);

// The canonical name of an entity, and its id where the lexicon knows it; for an unknown one the id
// is "x:" and a hash of type and canonical simplified name, so that two articles agree.
struct EntityName {
  std::string entity_id;
  std::string canonical;  // simplified script
  EntityType type = EntityType::kOrg;
  bool known = false;
  bool operator==(const EntityName&) const = default;
};
[[nodiscard]] std::string UnknownEntityId(EntityType type, std::string_view canonical);
[[nodiscard]] inline bool IsUnknownEntity(std::string_view entity_id) {
  return entity_id.starts_with("x:");
}

enum class MentionType { kNumber, kOrdinal, kQuantity, kPeriod, kSet, kEntity };
[[nodiscard]] std::string_view ToString(MentionType type);

// How a period's words anchor it, for whoever carries periods on to a claim.
enum class PeriodRole {
  kPlain,
  kAsOf,        // 截至…: an instant, start = end
  kSince,       // 自…以来: up to the article's date
  kSamePeriod,  // 去年同期, 上年同期: the period a comparison is made with
  kVague,       // 近日, 日前, 午盘, 盘中: no dates of its own
};

// One mention in the match view. Which of the payload fields is set follows from `type`.
struct Mention {
  MatchSpan span;  // with its unit, without hedge words
  MentionType type = MentionType::kNumber;
  std::string rule;  // "units.tsv:12": the table row that made it; empty for the numeral engine

  Quantity quantity;          // number, ordinal (value), quantity
  MatchSpan number_span;      // quantity: the numeral, without prefix and unit
  MatchSpan hedge_span;       // quantity: the hedge word before or behind; empty for none
  bool unit_assumed = false;  // a bare 元 or 块: the currency is the region's guess
  Period period;              // period; set: timex only
  PeriodRole period_role = PeriodRole::kPlain;
  EntityName entity;  // entity
};

}  // namespace hanfact
