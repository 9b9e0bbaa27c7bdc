#include "review/api.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "normalize/script.h"
#include "pipeline/corrections.h"
#include "pipeline/review.h"
#include "review/claim_queue.h"
#include "review/json.h"
#include "store/database.h"

namespace hanfact::review {
namespace {

constexpr size_t kMostOthers = 40;
constexpr int64_t kMostValues = 20;
constexpr size_t kMostOfQueue = 200;
constexpr int64_t kMostHistory = 1000;

// What a request asks for that it cannot have.
struct BadRequest {
  int status = 400;
  std::string message, field;
};

// What an editor or an address brought along need not be UTF-8.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response Fail(const BadRequest& bad) {
  Json body{{"error", bad.message}};
  if (!bad.field.empty()) body["field"] = bad.field;
  return {bad.status, Dump(body)};
}

std::string Simplified(const std::string& text) { return normalize::MakeMatchView(text).text; }

// The parameters of a request, each to be taken; what is left over was not known.
class Parameters {
 public:
  explicit Parameters(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  std::string Text(const std::string& name, std::string otherwise = "") {
    const auto it = values_.find(name);
    if (it == values_.end()) return otherwise;
    std::string out = std::move(it->second);
    values_.erase(it);
    return out;
  }
  bool Has(const std::string& name) const { return values_.contains(name); }
  bool Yes(const std::string& name) {
    const std::string text = Text(name);
    return !text.empty() && text != "0" && text != "false";
  }
  std::optional<double> Real(const std::string& name) {
    const std::string text = Text(name);
    if (text.empty()) return std::nullopt;
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) {
      Spoil(name + " is a number, not " + text);
    }
    return out;
  }
  int64_t Whole(const std::string& name, int64_t otherwise, int64_t most) {
    const std::string text = Text(name);
    if (text.empty()) return otherwise;
    int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || out < 0) {
      Spoil(name + " is a whole number, not " + text);
    }
    return std::min(out, most);
  }
  std::string OneOf(const std::string& name, std::initializer_list<std::string_view> choices) {
    std::string text = Text(name, std::string(*choices.begin()));
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      Spoil(text + " is no " + name);
    }
    return text;
  }
  // To be asked last.
  std::optional<BadRequest> Trouble() {
    if (message_.empty() && !values_.empty()) {
      message_ = values_.begin()->first + " is no parameter of this address";
    }
    if (message_.empty()) return std::nullopt;
    return BadRequest{400, message_, ""};
  }

 private:
  void Spoil(std::string message) {
    if (message_.empty()) message_ = std::move(message);
  }
  std::map<std::string, std::string> values_;
  std::string message_;
};

store::ClaimFilter ReadFilter(Parameters& p) {
  store::ClaimFilter f;
  f.status = p.OneOf("status", {"unreviewed", "any", "accepted", "rejected", "corrected"});
  f.flagged = p.Yes("flagged");
  f.in_conflict = p.Yes("conflicts");
  f.subject = Simplified(p.Text("subject"));
  f.metric = Simplified(p.Text("metric"));
  f.text = p.Text("q");
  f.site = p.Text("site");
  f.modality = p.Text("modality");
  f.kind = p.Text("kind");
  f.rule = p.Text("rule");
  f.min_confidence = p.Real("min_confidence");
  f.max_confidence = p.Real("max_confidence");
  const std::string order = p.OneOf("order", {"risk", "document", "newest"});
  f.order = order == "risk"       ? store::ClaimFilter::Order::kRisk
            : order == "document" ? store::ClaimFilter::Order::kDocument
                                  : store::ClaimFilter::Order::kNewest;
  return f;
}

// A member of a body; empty where it is not there, wrong where it is of another kind.
class Body {
 public:
  explicit Body(const std::string& text)
      : json_(Json::parse(text, nullptr, /*allow_exceptions=*/false)) {
    if (!json_.is_object()) {
      wrong_ = "the body is no JSON object";
      json_ = Json::object();
    }
  }
  std::string Text(const char* name) {
    const Json* value = Find(name);
    if (value == nullptr || value->is_null()) return "";
    if (value->is_string()) return value->get<std::string>();
    Spoil(std::string(name) + " is no string");
    return "";
  }
  int64_t Whole(const char* name) {
    const Json* value = Find(name);
    if (value == nullptr || value->is_null()) return 0;
    if (value->is_number_integer()) return value->get<int64_t>();
    Spoil(std::string(name) + " is no whole number");
    return 0;
  }
  std::vector<int64_t> Wholes(const char* name) {
    std::vector<int64_t> out;
    const Json* value = Find(name);
    if (value == nullptr || !value->is_array()) {
      Spoil(std::string(name) + " is no list of whole numbers");
      return out;
    }
    for (const Json& item : *value) {
      if (item.is_number_integer()) {
        out.push_back(item.get<int64_t>());
      } else {
        Spoil(std::string(name) + " is no list of whole numbers");
      }
    }
    return out;
  }
  pipeline::FieldValues Fields(const char* name) {
    pipeline::FieldValues out;
    const Json* value = Find(name);
    if (value == nullptr || value->is_null()) return out;
    if (!value->is_object()) {
      Spoil(std::string(name) + " is no object");
      return out;
    }
    for (const auto& [field, text] : value->items()) {
      if (text.is_null()) {
        out[field] = std::nullopt;
      } else if (text.is_string()) {
        out[field] = text.get<std::string>();
      } else {
        Spoil(std::string(name) + "." + field + " is neither a string nor null");
      }
    }
    return out;
  }
  std::map<std::string, std::string> Texts(const char* name) {
    std::map<std::string, std::string> out;
    for (auto& [field, value] : Fields(name)) out[field] = value.value_or("");
    return out;
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  const Json* Find(const char* name) const {
    const auto it = json_.find(name);
    return it == json_.end() ? nullptr : &*it;
  }
  void Spoil(std::string message) {
    if (wrong_.empty()) wrong_ = std::move(message);
  }
  Json json_;
  std::string wrong_;
};

}  // namespace

struct Api::Impl {
  Impl(const ApiOptions& o, const pipeline::Tools& t, std::unique_ptr<store::Database> r,
       std::unique_ptr<store::Database> w)
      : options(o),
        tools(t),
        read(std::move(r)),
        write(std::move(w)),
        reader(*read),
        desk(*write, tools),
        queue(reader) {}

  Response Route(const Request& request);
  Response Queue(const Request& request);
  Response Claim(const std::string& claim_id);
  Response Decide(const Request& request);
  Response Undo(const Request& request);
  Response Batch(const Request& request);
  Response History(const Request& request);
  Response Values(const Request& request);
  Response Choices();
  Response Summary();
  Response Detached();

  Json ReviewsJson(const std::vector<Review>& reviews);
  std::string StatusOf(const std::string& claim_id) {
    const auto row = reader.LoadClaim(reader.NumberOf(claim_id));
    return row ? TextOf(*row, "status") : "";
  }
  Response Answer(const pipeline::DecisionResult& result, const std::string& claim_id,
                  const std::string& status_before);

  const ApiOptions options;
  const pipeline::Tools& tools;
  std::unique_ptr<store::Database> read, write;
  store::ReviewReader reader;
  pipeline::ReviewDesk desk;
  ClaimQueue queue;
};

Api::Api() = default;
Api::~Api() = default;

Result<std::unique_ptr<Api>> Api::Open(const ApiOptions& options, const pipeline::Tools& tools) {
  auto write = store::Database::Open(options.database, store::Database::Mode::kReview, "");
  if (!write.ok()) return write.error();
  auto read = store::Database::Open(options.database, store::Database::Mode::kRead, "");
  if (!read.ok()) return read.error();
  std::unique_ptr<Api> out(new Api());
  out->impl_ = std::make_unique<Impl>(options, tools, std::move(*read), std::move(*write));
  return out;
}

Response Api::Handle(const Request& request) {
  Response out = impl_->Route(request);
  if (Status status = impl_->reader.TakeStatus(); !status.ok()) {
    return Fail({503, "the database could not be read: " + status.error().message, ""});
  }
  return out;
}

Response Api::Impl::Route(const Request& request) {
  struct Door {
    std::string_view method, path;
    std::function<Response()> open;
  };
  constexpr std::string_view kClaim = "/api/claim/";
  if (request.method == "GET" && request.path.starts_with(kClaim)) {
    return Claim(request.path.substr(kClaim.size()));
  }
  const Door doors[] = {
      {"GET", "/api/queue", [&] { return Queue(request); }},
      {"POST", "/api/decide", [&] { return Decide(request); }},
      {"POST", "/api/undo", [&] { return Undo(request); }},
      {"POST", "/api/batch", [&] { return Batch(request); }},
      {"GET", "/api/history", [&] { return History(request); }},
      {"GET", "/api/values", [&] { return Values(request); }},
      {"GET", "/api/choices", [&] { return Choices(); }},
      {"GET", "/api/summary", [&] { return Summary(); }},
      {"GET", "/api/detached", [&] { return Detached(); }},
  };
  for (const Door& door : doors) {
    if (door.path != request.path) continue;
    if (door.method == request.method) return door.open();
    return Fail({405, request.path + " takes " + std::string(door.method), ""});
  }
  return Fail({404, "there is nothing at " + request.path, ""});
}

Response Api::Impl::Queue(const Request& request) {
  Parameters p(request.query);
  const store::ClaimFilter filter = ReadFilter(p);
  const auto limit = static_cast<size_t>(p.Whole("limit", 50, kMostOfQueue));
  const bool anew = !p.Has("skip");
  std::set<std::string> skip;
  std::istringstream ids(p.Text("skip"));
  for (std::string id; std::getline(ids, id, ',');) skip.insert(id);
  if (const auto trouble = p.Trouble()) return Fail(*trouble);
  const ClaimQueue::Page page = queue.Next(filter, limit, skip, anew);
  return {200, Dump(Json{{"claims", ToJson(page.claims)}, {"matching", page.matching}})};
}

Json Api::Impl::ReviewsJson(const std::vector<Review>& reviews) {
  const std::vector<bool> undone = TakenBack(reviews);
  Json out = Json::array();
  for (size_t i = 0; i < reviews.size(); ++i) out.push_back(ToJson(reviews[i], undone[i]));
  return out;
}

Response Api::Impl::Claim(const std::string& claim_id) {
  const int64_t no = reader.NumberOf(claim_id);
  const auto claim = reader.LoadClaim(no);
  if (!claim) return Fail({404, "there is no claim " + claim_id, ""});
  Json others = Json::array();
  for (const store::OtherClaim& other : reader.LoadOthers(no, kMostOthers)) {
    others.push_back(
        {{"relation", other.relation},
         {"explanation", other.explanation.empty() ? Json(nullptr) : Json(other.explanation)},
         {"claim", ToJson(other.claim)}});
  }
  const store::ClaimNeighbours neighbours = reader.LoadNeighbours(no);
  const auto id_or_null = [](const std::string& id) {
    return id.empty() ? Json(nullptr) : Json(id);
  };
  return {200, Dump(Json{{"claim", ToJson(*claim)},
                         {"extracted", ToJson(reader.LoadExtracted(no))},
                         {"spans", ToJson(reader.LoadSpans(no))},
                         {"document", ToJson(reader.LoadDocumentOf(no))},
                         {"blocks", ToJson(reader.LoadBlocksOf(no))},
                         {"fact", ToJson(reader.LoadFactOf(no))},
                         {"others", std::move(others)},
                         {"history", ReviewsJson(reader.ReviewsOf(claim_id))},
                         {"neighbours",
                          {{"previous", id_or_null(neighbours.previous)},
                           {"next", id_or_null(neighbours.next)}}}})};
}

Response Api::Impl::Answer(const pipeline::DecisionResult& result, const std::string& claim_id,
                           const std::string& status_before) {
  if (const auto* refusal = std::get_if<pipeline::Refusal>(&result)) {
    using Kind = pipeline::Refusal::Kind;
    switch (refusal->kind) {
      case Kind::kUnknown:
        return Fail({404, refusal->message, ""});
      case Kind::kInvalid:
        return Fail({422, refusal->message, refusal->field});
      case Kind::kUnavailable:
        return Fail({503, refusal->message, ""});
      case Kind::kOvertaken:
        break;
    }
    return {409, Dump(Json{{"error", refusal->message},
                           {"claim", ToJson(reader.LoadClaim(reader.NumberOf(claim_id)))},
                           {"history", ReviewsJson(reader.ReviewsOf(claim_id))}})};
  }
  const auto& decided = std::get<pipeline::Decided>(result);
  const int64_t no = reader.NumberOf(claim_id);
  const auto claim = reader.LoadClaim(no);
  if (claim) queue.Note(status_before, TextOf(*claim, "status"));
  return {200, Dump(Json{{"review_ids", decided.review_ids},
                         {"claims", decided.claim_ids.size()},
                         {"claim", ToJson(claim)},
                         {"fact", ToJson(reader.LoadFactOf(no))}})};
}

Response Api::Impl::Decide(const Request& request) {
  Body body(request.body);
  pipeline::DecisionRequest asked;
  asked.claim_id = body.Text("claim_id");
  asked.editor = body.Text("editor");
  asked.fields = body.Fields("fields");
  asked.reason = body.Text("reason");
  asked.note = body.Text("note");
  asked.target = body.Text("target");
  asked.seen = body.Whole("seen");
  const std::string name = body.Text("decision");
  if (!body.wrong().empty()) return Fail({400, body.wrong(), ""});
  const auto decision = ParseDecision(name);
  if (!decision) return Fail({400, "\"" + name + "\" is no decision", "decision"});
  asked.decision = *decision;
  const std::string before = StatusOf(asked.claim_id);
  return Answer(desk.Decide(asked, options.now()), asked.claim_id, before);
}

Response Api::Impl::Undo(const Request& request) {
  Body body(request.body);
  const std::vector<int64_t> ids = body.Wholes("review_ids");
  const std::string editor = body.Text("editor");
  if (!body.wrong().empty()) return Fail({400, body.wrong(), ""});
  std::set<std::string> claims;
  for (const int64_t id : ids) claims.insert(reader.ClaimOfReview(id));
  const std::string before = claims.size() == 1 ? StatusOf(*claims.begin()) : "";
  const auto result = desk.Undo(ids, editor, options.now());
  if (claims.size() != 1) queue.Forget();
  return Answer(result, claims.empty() ? "" : *claims.begin(), before);
}

Response Api::Impl::Batch(const Request& request) {
  Body body(request.body);
  Parameters p(body.Texts("filter"));
  const store::ClaimFilter filter = ReadFilter(p);
  for (const char* of_pages : {"limit", "skip"}) p.Text(of_pages);
  pipeline::DecisionRequest asked;
  asked.editor = body.Text("editor");
  asked.reason = body.Text("reason");
  asked.note = body.Text("note");
  const int64_t expected = body.Whole("expect");
  const std::string name = body.Text("decision");
  if (!body.wrong().empty()) return Fail({400, body.wrong(), ""});
  if (const auto trouble = p.Trouble()) return Fail(*trouble);
  const auto decision = ParseDecision(name);
  if (!decision) return Fail({400, "\"" + name + "\" is no decision", "decision"});
  asked.decision = *decision;
  const auto numbers = reader.FindClaims(filter, pipeline::ReviewDesk::kMostAtOnce + 1);
  if (static_cast<int64_t>(numbers.size()) != expected &&
      numbers.size() <= pipeline::ReviewDesk::kMostAtOnce) {
    return Fail({409,
                 "the filter shows " + std::to_string(numbers.size()) + " claims now, not " +
                     std::to_string(expected) + ": look again",
                 ""});
  }
  std::vector<std::string> ids;
  for (const int64_t no : numbers) {
    if (const auto claim = reader.LoadClaim(no)) ids.push_back(TextOf(*claim, "claim_id"));
  }
  const auto result = desk.DecideAll(ids, asked, options.now());
  queue.Forget();
  return Answer(result, ids.empty() ? "" : ids.front(), "");
}

Response Api::Impl::History(const Request& request) {
  Parameters p(request.query);
  const std::string editor = p.Text("editor");
  const int64_t limit = p.Whole("limit", 100, kMostHistory);
  if (const auto trouble = p.Trouble()) return Fail(*trouble);
  // One action is what an editor did at one time.
  Json actions = Json::array();
  std::map<std::string, std::map<int64_t, bool>> undone;  // by claim, by review
  for (const Review& r : reader.LastReviews(editor, limit)) {
    if (!undone.contains(r.claim_id)) {
      const std::vector<Review> all = reader.ReviewsOf(r.claim_id);
      const std::vector<bool> back = TakenBack(all);
      for (size_t i = 0; i < all.size(); ++i) undone[r.claim_id][all[i].review_id] = back[i];
    }
    if (actions.empty() || actions.back()["at"] != r.at || actions.back()["editor"] != r.editor) {
      const auto claim = reader.LoadClaim(reader.NumberOf(r.claim_id));
      const Json shown = ToJson(claim);
      actions.push_back({{"at", r.at},
                         {"editor", r.editor},
                         {"review_ids", Json::array()},
                         {"decision", ToString(r.decision)},
                         {"claim_id", r.claim_id},
                         {"surface", r.surface},
                         {"subject", claim ? shown["subject"] : Json(nullptr)},
                         {"metric", claim ? shown["metric"] : Json(nullptr)},
                         {"fields", Json::array()},
                         {"reason", r.reason.empty() ? Json(nullptr) : Json(r.reason)},
                         {"note", r.note.empty() ? Json(nullptr) : Json(r.note)},
                         {"undone", true}});
    }
    Json& action = actions.back();
    Json& ids = action["review_ids"];
    ids.insert(ids.begin(), r.review_id);  // the newest came first
    if (!r.field.empty()) {
      const Json whole = ToJson(r, false);
      action["fields"].push_back(
          {{"field", r.field}, {"old", whole["old"]}, {"new", whole["new"]}});
    }
    action["undone"] = action["undone"].get<bool>() && undone[r.claim_id][r.review_id];
  }
  return {200, Dump(Json{{"actions", std::move(actions)}})};
}

Response Api::Impl::Values(const Request& request) {
  Parameters p(request.query);
  const std::string field = p.OneOf("field", {"subject", "metric", "unit", "attribution"});
  const std::string part = Simplified(p.Text("q"));
  if (const auto trouble = p.Trouble()) return Fail(*trouble);
  Json values = Json::array();
  if (field == "metric") {
    for (const auto& measure : tools.extractor().MeasuresLike(part, kMostValues)) {
      values.push_back(
          {{"value", measure.canonical}, {"id", measure.metric_id}, {"note", nullptr}});
    }
  } else if (!part.empty()) {
    values = ToJson(reader.Names(field, part, kMostValues));
  }
  return {200, Dump(Json{{"values", std::move(values)}})};
}

Response Api::Impl::Choices() {
  const auto names = [](auto last) {
    using Enum = decltype(last);
    Json out = Json::array();
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      const std::string_view name = ToString(static_cast<Enum>(i));
      if (!name.empty()) out.push_back(name);
    }
    return out;
  };
  Json reasons = Json::array(), fields = Json::array();
  for (const pipeline::RejectReason& r : pipeline::kRejectReasons) {
    reasons.push_back({{"code", r.code}, {"label", r.label}});
  }
  for (const std::string_view field : pipeline::kCorrectableFields) fields.push_back(field);
  return {200, Dump(Json{{"kind", names(ClaimKind::kPrice)},
                         {"bound", names(Bound::kRange)},
                         {"direction", names(Direction::kDown)},
                         {"basis", names(Basis::kOther)},
                         {"modality", names(Modality::kNegated)},
                         {"reasons", std::move(reasons)},
                         {"fields", std::move(fields)},
                         {"editor", options.editor},
                         {"database", options.database},
                         {"version", options.version}})};
}

Response Api::Impl::Summary() {
  const store::ReviewCounts counts = reader.Count();
  Json by_status = Json::object(), by_editor = Json::array();
  for (const auto& [status, n] : counts.by_status) by_status[status] = n;
  for (const auto& e : counts.by_editor) {
    by_editor.push_back({{"editor", e.name},
                         {"accept", e.accepted},
                         {"reject", e.rejected},
                         {"correct", e.corrected},
                         {"total", e.total}});
  }
  return {200,
          Dump(Json{{"claims", counts.claims},
                    {"by_status", std::move(by_status)},
                    {"flagged", counts.flagged},
                    {"facts", counts.facts},
                    {"conflicts", counts.conflicts},
                    {"by_editor", std::move(by_editor)},
                    {"agreement",
                     {{"claims", counts.judged_twice},
                      {"alpha", counts.agreement ? Json(*counts.agreement) : Json(nullptr)}}}})};
}

Response Api::Impl::Detached() {
  Json reviews = Json::array();
  for (const Review& r : reader.Detached()) {
    Json row = ToJson(r, false);
    row["surface"] = r.surface;
    row["sentence"] = r.sentence;
    reviews.push_back(std::move(row));
  }
  return {200, Dump(Json{{"reviews", std::move(reviews)}})};
}

}  // namespace hanfact::review
