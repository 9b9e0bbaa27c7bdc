// What an editor types for a field of a claim, as the columns of the claim.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/article.h"
#include "store/writer.h"

namespace hanfact::pipeline {

// The fields that can be corrected, in the order in which a form shows them.
inline constexpr std::string_view kCorrectableFields[] = {
    "subject", "metric",    "kind",  "value",        "low",        "high",     "unit",
    "bound",   "direction", "basis", "period_start", "period_end", "modality", "attribution"};

// By field or column; nullopt: there is none.
using FieldValues = std::map<std::string, std::optional<std::string>>;

// Why what was typed is no value of the field: a sentence for the editor, with an example.
struct BadField {
  std::string field, message;
};

struct Correction {
  FieldValues columns;  // those that differ from the claim's, ids and precision too
  std::vector<store::EntityRow> entities;  // that the columns name by id
};

// Reads what was typed as an article's words are read: 393.31亿 and 39331000000 are one value, with
// the precision that each is written with; 393.31亿美元 gives the unit too; 美元 is USD; 營收 is
// the measure 营收; 輝達 is 英伟达 with its id; 2025年一季度 as period_start gives both ends. A
// value takes the place of a range and the reverse. `claim` is the claim as it stands, nothing of
// it is checked that was not typed but what has to agree with it.
[[nodiscard]] std::variant<Correction, BadField> ReadCorrection(const FieldValues& typed,
                                                                const store::ReviewedClaim& claim,
                                                                const Tools& tools);

}  // namespace hanfact::pipeline
