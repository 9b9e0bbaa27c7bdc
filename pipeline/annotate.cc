#include "pipeline/annotate.h"

#include <nlohmann/json.hpp>

#include "base/mention.h"
#include "normalize/script.h"
#include "pipeline/json_writer.h"

namespace hanfact::pipeline {
namespace {

using Json = nlohmann::ordered_json;

void AddValue(JsonWriter& out, const Quantity& q) {
  if (q.value) out.Field("value", q.value->ToString());
  if (q.low) out.Field("low", q.low->ToString());
  if (q.high) out.Field("high", q.high->ToString());
  if (q.low && q.low_open) out.Field("low_open", true);
  if (q.high && q.high_open) out.Field("high_open", true);
}

void AddDate(JsonWriter& out, const char* key, const std::optional<Moment>& moment) {
  out.Key(key);
  if (moment) {
    out.Value(moment->ToString());
  } else {
    out.Null();
  }
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

  JsonWriter out;
  out.Open().Key("id").Raw(Dump(id)).Key("mentions").OpenList();
  for (const Mention& m : mentions) {
    const CleanSpan span = view.map.ToClean(m.span);
    out.Open()
        .Field("type", ToString(m.type))
        .Field("start", index.ToCodePoints(text, span.begin))
        .Field("end", index.ToCodePoints(text, span.end))
        .Field("text", Slice(text, span));
    switch (m.type) {
      case MentionType::kNumber:
      case MentionType::kOrdinal:
        AddValue(out, m.quantity);
        break;
      case MentionType::kQuantity: {
        AddValue(out, m.quantity);
        const CleanSpan number = view.map.ToClean(m.number_span);
        out.Field("unit", m.quantity.unit)
            .Field("bound", ToString(m.quantity.bound))
            .Key("number")
            .OpenList()
            .Value(index.ToCodePoints(text, number.begin))
            .Value(index.ToCodePoints(text, number.end))
            .CloseList();
        break;
      }
      case MentionType::kPeriod:
        AddDate(out, "start_date", m.period.start);
        AddDate(out, "end_date", m.period.end);
        out.Field("grain", ToString(m.period.grain)).Field("timex", m.period.timex);
        break;
      case MentionType::kSet:
        out.Field("timex", m.period.timex);
        break;
      case MentionType::kEntity:
        out.Field("entity_type", ToString(m.entity.type)).Field("canonical", m.entity.canonical);
        if (m.entity.known) out.Field("entity_id", m.entity.entity_id);
        break;
    }
    out.Close();
  }
  return out.CloseList().Close().Take();
}

}  // namespace hanfact::pipeline
