#include "review/json.h"

namespace hanfact::review {
namespace {

Json OptionalJson(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}
Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json ToJson(const store::Row& row) {
  Json out = Json::object();
  for (const auto& [column, cell] : row) {
    switch (cell.type) {
      case store::Cell::Type::kNull:
        out[column] = nullptr;
        break;
      case store::Cell::Type::kInteger:
        out[column] = std::stoll(cell.text);
        break;
      case store::Cell::Type::kReal:
        out[column] = std::stod(cell.text);
        break;
      case store::Cell::Type::kText:
        if (column == "scope" || column == "checks") {
          Json inner = Json::parse(cell.text, nullptr, /*allow_exceptions=*/false);
          out[column] = inner.is_discarded() ? Json(cell.text) : std::move(inner);
        } else {
          out[column] = cell.text;
        }
        break;
    }
  }
  if (const auto it = out.find("flagged"); it != out.end()) *it = *it == 1;
  return out;
}

Json ToJson(const Review& r, bool undone) {
  return {{"review_id", r.review_id},
          {"claim_id", r.claim_id},
          {"decision", ToString(r.decision)},
          {"target", TextOrNull(r.target)},
          {"field", TextOrNull(r.field)},
          {"old", OptionalJson(r.old_value)},
          {"new", OptionalJson(r.new_value)},
          {"reason", TextOrNull(r.reason)},
          {"editor", r.editor},
          {"at", r.at},
          {"note", TextOrNull(r.note)},
          {"undone", undone}};
}

Json ToJson(const std::optional<store::Row>& row) { return row ? ToJson(*row) : Json(nullptr); }

Json ToJson(const std::vector<store::Row>& rows) {
  Json out = Json::array();
  for (const store::Row& row : rows) out.push_back(ToJson(row));
  return out;
}

std::string TextOf(const store::Row& row, std::string_view column) {
  for (const auto& [name, cell] : row) {
    if (name == column) return cell.text;
  }
  return "";
}

}  // namespace hanfact::review
