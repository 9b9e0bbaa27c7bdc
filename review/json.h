// Rows of the database as JSON. Private to review/.
#pragma once

#include <nlohmann/json.hpp>

#include "base/review.h"
#include "store/review_reader.h"

namespace hanfact::review {

using Json = nlohmann::ordered_json;

// Columns that hold JSON (scope, checks) become what they hold, exact decimals stay strings.
[[nodiscard]] Json ToJson(const store::Row& row);
[[nodiscard]] Json ToJson(const Review& review, bool undone);
// null for none.
[[nodiscard]] Json ToJson(const std::optional<store::Row>& row);
[[nodiscard]] Json ToJson(const std::vector<store::Row>& rows);
// The text of a column, "" where there is none.
[[nodiscard]] std::string TextOf(const store::Row& row, std::string_view column);

}  // namespace hanfact::review
