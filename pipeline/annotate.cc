#include "pipeline/annotate.h"

#include <nlohmann/json.hpp>

#include "base/mention.h"
#include "normalize/script.h"

namespace hanfact::pipeline {
namespace {

using Json = nlohmann::ordered_json;

void AddValue(Json& out, const Quantity& q) {
  if (q.value) out["value"] = q.value->ToString();
  if (q.low) out["low"] = q.low->ToString();
  if (q.high) out["high"] = q.high->ToString();
  if (q.low && q.low_open) out["low_open"] = true;
  if (q.high && q.high_open) out["high_open"] = true;
}

Json Date(const std::optional<Moment>& moment) {
  return moment ? Json(moment->ToString()) : Json(nullptr);
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ErrorLine(const Json& id, std::string_view message) {
  return Dump(Json{{"id", id}, {"error", message}});
}

std::string StringField(const Json& object, const char* name) {
  auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

std::string AnnotateLine(std::string_view line, const Tools& tools) {
  const Json in = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (in.is_discarded()) return ErrorLine(nullptr, "the line is no valid JSON");
  if (!in.is_object()) return ErrorLine(nullptr, "the line is no JSON object");
  const auto id_it = in.find("id");
  const Json id = id_it == in.end() ? Json(nullptr) : *id_it;
  const auto text_it = in.find("text");
  if (text_it == in.end() || !text_it->is_string()) {
    return ErrorLine(id, "the object has no string \"text\"");
  }
  const auto& text = text_it->get_ref<const std::string&>();
  const std::string published = StringField(in, "published");
  const auto moment = PublishedMoment(published);
  if (!published.empty() && !moment) {
    return ErrorLine(id, "\"published\" is no ISO 8601 date: " + published.substr(0, 40));
  }
  const MatchView view = normalize::MakeMatchView(text);
  const CodePointIndex index(text);
  const std::vector<Mention> mentions = tools.extractor().Annotate(
      view.text, normalize::DetectScript(text), StringField(in, "region"),
      normalize::MakeMatchView(StringField(in, "title")).text, moment);

  Json rows = Json::array();
  for (const Mention& m : mentions) {
    const CleanSpan span = view.map.ToClean(m.span);
    Json row;
    row["type"] = ToString(m.type);
    row["start"] = index.ToCodePoints(text, span.begin);
    row["end"] = index.ToCodePoints(text, span.end);
    row["text"] = Slice(text, span);
    switch (m.type) {
      case MentionType::kNumber:
      case MentionType::kOrdinal:
        AddValue(row, m.quantity);
        break;
      case MentionType::kQuantity: {
        AddValue(row, m.quantity);
        row["unit"] = m.quantity.unit;
        row["bound"] = ToString(m.quantity.bound);
        const CleanSpan number = view.map.ToClean(m.number_span);
        row["number"] = {index.ToCodePoints(text, number.begin),
                         index.ToCodePoints(text, number.end)};
        break;
      }
      case MentionType::kPeriod:
        row["start_date"] = Date(m.period.start);
        row["end_date"] = Date(m.period.end);
        row["grain"] = ToString(m.period.grain);
        row["timex"] = m.period.timex;
        break;
      case MentionType::kSet:
        row["timex"] = m.period.timex;
        break;
      case MentionType::kEntity:
        row["entity_type"] = ToString(m.entity.type);
        row["canonical"] = m.entity.canonical;
        if (m.entity.known) row["entity_id"] = m.entity.entity_id;
        break;
    }
    rows.push_back(std::move(row));
  }
  Json out;
  out["id"] = id;
  out["mentions"] = std::move(rows);
  return Dump(out);
}

}  // namespace hanfact::pipeline
