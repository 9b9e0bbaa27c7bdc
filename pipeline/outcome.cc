#include "pipeline/outcome.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "dedupe/facts.h"
#include "pipeline/json_writer.h"

namespace hanfact::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "hanfact-extract/2";

std::string Hex(const std::vector<uint64_t>& values) {
  std::string out;
  out.reserve(values.size() * 17);
  for (uint64_t v : values) {
    if (!out.empty()) out += ' ';
    char digits[16];
    char* begin = std::end(digits);
    do *--begin = "0123456789abcdef"[v & 15];
    while ((v >>= 4) != 0);
    out.append(begin, std::end(digits));
  }
  return out;
}

void Put(JsonWriter& to, const char* key, const std::optional<Decimal>& value) {
  if (value) to.WordField(key, value->ToString());
}

bool IsHex(std::string_view digits) {
  return digits.find_first_not_of("0123456789abcdef") == digits.npos;
}

// Fields that are text in the document and its metadata alike.
struct TextField {
  const char* name;
  std::string Metadata::*field;
};
constexpr TextField kMetadata[] = {
    {"external_id", &Metadata::external_id},
    {"url", &Metadata::url},
    {"site", &Metadata::site},
    {"source", &Metadata::source},
    {"title", &Metadata::title},
    {"author", &Metadata::author},
    {"published", &Metadata::published},
    {"fetched", &Metadata::fetched},
    {"region", &Metadata::region},
    {"extra", &Metadata::extra},
};

constexpr SpanRole kRoles[] = {SpanRole::kValue,    SpanRole::kSubject,     SpanRole::kMetric,
                               SpanRole::kPeriod,   SpanRole::kAttribution, SpanRole::kHedge,
                               SpanRole::kModality, SpanRole::kDirection,   SpanRole::kBasis};

// Reading: the first thing that is not as it should be is kept, and the rest becomes default
// values.
class Fields {
 public:
  Fields(const Json& object, std::string& trouble) : object_(object), trouble_(trouble) {}

  std::string Text(const char* key) const {
    const auto it = object_.find(key);
    if (it == object_.end()) return {};
    if (!it->is_string()) return Wrong(key), std::string();
    return it->get<std::string>();
  }
  std::string Needed(const char* key) const {
    std::string out = Text(key);
    if (out.empty()) Wrong(key);
    return out;
  }
  double Real(const char* key) const {
    const auto it = object_.find(key);
    if (it == object_.end() || !it->is_number()) return Wrong(key), 0.0;
    return it->get<double>();
  }
  bool Flag(const char* key) const {
    const auto it = object_.find(key);
    return it != object_.end() && it->is_boolean() && it->get<bool>();
  }
  const Json& Array(const char* key) const {
    static const Json none = Json::array();
    const auto it = object_.find(key);
    if (it == object_.end()) return none;
    if (!it->is_array()) return Wrong(key), none;
    return *it;
  }
  std::optional<Decimal> Number(const char* key) const {
    const std::string text = Text(key);
    if (text.empty()) return std::nullopt;
    auto out = Decimal::Parse(text);
    if (!out) Wrong(key);
    return out;
  }
  std::vector<uint64_t> HexList(const char* key) const {
    std::vector<uint64_t> out;
    const std::string text = Text(key);
    if (text.empty()) return out;
    for (std::string_view part : Split(text, ' ')) {
      uint64_t v = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), v, 16);
      if (error != std::errc() || end != part.data() + part.size()) return Wrong(key), out;
      out.push_back(v);
    }
    return out;
  }
  template <class Enum>
  Enum Name(const char* key, std::optional<Enum> value, Enum otherwise) const {
    if (!value && object_.contains(key)) Wrong(key);
    return value.value_or(otherwise);
  }
  void Wrong(const char* key) const {
    if (trouble_.empty()) trouble_ = std::string("the field '") + key + "' is missing or wrong";
  }

 private:
  const Json& object_;
  std::string& trouble_;
};

// Code points to bytes; spans outside the text are trouble.
class Places {
 public:
  Places(const std::string& text, std::string& trouble)
      : text_(text), index_(text), trouble_(trouble) {}
  CleanSpan Span(const Json& start, const Json& end) const {
    if (!start.is_number_unsigned() || !end.is_number_unsigned() ||
        end.get<uint64_t>() > index_.size() || start.get<uint64_t>() > end.get<uint64_t>()) {
      if (trouble_.empty()) trouble_ = "a span lies outside the text";
      return {};
    }
    return {index_.ToBytes(text_, start.get<uint32_t>()),
            index_.ToBytes(text_, end.get<uint32_t>())};
  }
  CleanSpan Span(const Json& object, const char* start, const char* end) const {
    static const Json none;
    const auto a = object.find(start), b = object.find(end);
    return Span(a == object.end() ? none : *a, b == object.end() ? none : *b);
  }
  // An array that starts with two offsets behind `skip` other values.
  CleanSpan At(const Json& array, size_t skip) const {
    static const Json none;
    if (!array.is_array() || array.size() < skip + 2) return Span(none, none);
    return Span(array[skip], array[skip + 1]);
  }

 private:
  const std::string& text_;
  CodePointIndex index_;
  std::string& trouble_;
};

std::optional<Moment> ParseMoment(const std::string& text) {
  auto date = ParseDate(text);
  if (!date) return std::nullopt;
  Moment out{*date, std::nullopt};
  int h = 0, m = 0, s = 0;
  if (std::sscanf(text.c_str() + 10, "T%2d:%2d:%2d", &h, &m, &s) == 3) {
    out.second_of_day = h * 3600 + m * 60 + s;
  }
  return out;
}

// ["has subject",true]: a claim lists a dozen of these, made once.
const std::string& Passed(CheckName name) {
  static const auto all = [] {
    std::array<std::string, kCheckNames> made;
    for (size_t i = 0; i < kCheckNames; ++i) {
      JsonWriter list;
      list.OpenList().Word(ToString(static_cast<CheckName>(i))).Value(true).CloseList();
      made[i] = list.Take();
    }
    return made;
  }();
  return all[static_cast<size_t>(name)];
}

void WriteClaim(JsonWriter& to, const Claim& c, std::string_view text,
                const CodePointIndex& index) {
  auto cp = [&](uint32_t byte) { return index.ToCodePoints(text, byte); };
  to.Open()
      .WordField("claim_id", c.claim_id)
      .Field("start", cp(c.span.begin))
      .Field("end", cp(c.span.end))
      .Field("surface", Slice(text, c.span))
      .Field("sentence_start", cp(c.sentence.begin))
      .Field("sentence_end", cp(c.sentence.end))
      .FieldIfAny("subject", c.subject)
      .FieldIfAny("subject_id", c.subject_id)
      .FieldIfAny("metric", c.metric)
      .FieldIfAny("metric_id", c.metric_id);
  if (c.scope != "{}") to.FieldIfAny("scope", c.scope);
  to.WordField("kind", ToString(c.kind));
  Put(to, "value", c.quantity.value);
  Put(to, "low", c.quantity.low);
  Put(to, "high", c.quantity.high);
  if (c.quantity.low_open) to.Field("low_open", true);
  if (c.quantity.high_open) to.Field("high_open", true);
  to.WordField("precision", c.quantity.precision.ToString())
      .Field("unit", c.quantity.unit)
      .WordField("bound", ToString(c.quantity.bound))
      .FieldIfAny("direction", ToString(c.direction))
      .FieldIfAny("basis", ToString(c.basis));
  if (c.period) {
    if (c.period->start) to.WordField("period_start", c.period->start->ToString());
    if (c.period->end) to.WordField("period_end", c.period->end->ToString());
  }
  to.FieldIfAny("period_text", c.period_text);
  if (c.period_from) to.WordField("period_from", ToString(*c.period_from));
  to.WordField("modality", ToString(c.modality))
      .FieldIfAny("attribution", c.attribution)
      .FieldIfAny("attribution_id", c.attribution_id)
      .Field("confidence", c.confidence);
  to.Key("checks").OpenList();
  for (const ClaimCheck& k : c.checks) {
    if (k.passed && k.note.empty()) {
      to.Raw(Passed(k.name));
      continue;
    }
    to.OpenList().Word(ToString(k.name)).Value(k.passed);
    if (!k.note.empty()) to.Value(k.note);
    to.CloseList();
  }
  to.CloseList().Field("rule", c.rule);
  to.Key("spans").OpenList();
  for (const ClaimSpan& s : c.spans) {
    to.OpenList().Word(ToString(s.role)).Value(cp(s.span.begin)).Value(cp(s.span.end)).CloseList();
  }
  to.CloseList().Close();
}

Claim ParseClaim(const Json& json, const Places& places, std::string& trouble) {
  const Fields f(json, trouble);
  Claim c;
  c.claim_id = f.Needed("claim_id");
  if (c.claim_id.size() != 32 || !IsHex(c.claim_id)) f.Wrong("claim_id");
  c.span = places.Span(json, "start", "end");
  c.sentence = places.Span(json, "sentence_start", "sentence_end");
  c.subject = f.Text("subject");
  c.subject_id = f.Text("subject_id");
  c.metric = f.Text("metric");
  c.metric_id = f.Text("metric_id");
  c.scope = f.Text("scope");
  if (c.scope.empty()) c.scope = "{}";
  c.kind = f.Name("kind", ParseClaimKind(f.Needed("kind")), ClaimKind::kLevel);
  c.quantity.value = f.Number("value");
  c.quantity.low = f.Number("low");
  c.quantity.high = f.Number("high");
  c.quantity.low_open = f.Flag("low_open");
  c.quantity.high_open = f.Flag("high_open");
  c.quantity.precision = f.Number("precision").value_or(Decimal());
  c.quantity.unit = f.Text("unit");
  c.quantity.bound = f.Name("bound", ParseBound(f.Needed("bound")), Bound::kExact);
  c.direction = f.Name("direction", ParseDirection(f.Text("direction")), Direction::kNone);
  c.basis = f.Name("basis", ParseBasis(f.Text("basis")), Basis::kNone);
  const std::string start = f.Text("period_start"), end = f.Text("period_end");
  if (!start.empty() || !end.empty()) {
    c.period.emplace();
    c.period->start = ParseMoment(start);
    c.period->end = ParseMoment(end);
  }
  c.period_text = f.Text("period_text");
  if (const std::string from = f.Text("period_from"); !from.empty()) {
    c.period_from = ParsePeriodFrom(from);
    if (!c.period_from) f.Wrong("period_from");
  }
  c.modality = f.Name("modality", ParseModality(f.Needed("modality")), Modality::kActual);
  c.attribution = f.Text("attribution");
  c.attribution_id = f.Text("attribution_id");
  c.confidence = f.Real("confidence");
  for (const Json& k : f.Array("checks")) {
    const std::optional<CheckName> name = k.is_array() && k.size() >= 2 && k[0].is_string()
                                              ? ParseCheckName(k[0].get_ref<const std::string&>())
                                              : std::nullopt;
    if (!name || !k[1].is_boolean() || (k.size() > 2 && !k[2].is_string())) {
      f.Wrong("checks");
      break;
    }
    c.checks.push_back({*name, k[1], k.size() > 2 ? k[2].get<std::string>() : ""});
  }
  c.rule = f.Text("rule");
  for (const Json& s : f.Array("spans")) {
    const CleanSpan span = places.At(s, 1);
    bool known = false;
    for (SpanRole role : kRoles) {
      if (s.is_array() && !s.empty() && s[0] == ToString(role)) {
        c.spans.push_back({role, span});
        known = true;
      }
    }
    if (!known) f.Wrong("spans");
  }
  return c;
}

}  // namespace

std::string ToJson(const Outcome& outcome) {
  JsonWriter out;
  out.Open()
      .Field("format", kFormat)
      .Field("locator", outcome.key.locator)
      .Field("sha256", outcome.key.sha256)
      .Field("metadata_digest", outcome.key.metadata_digest)
      .Field("as_of", outcome.key.as_of)
      .Field("rules_digest", outcome.rules_digest)
      .Field("lexicon_digest", outcome.lexicon_digest);
  if (const auto* reject = std::get_if<Reject>(&outcome.result)) {
    out.Key("reject").Open().Field("stage", reject->stage).Field("reason", reject->reason);
    return out.Close().Close().Take();
  }
  const store::Article& a = std::get<store::Article>(outcome.result);
  const Document& d = a.document;
  const std::string& text = d.text;
  const CodePointIndex index(text);
  auto cp = [&](uint32_t byte) { return index.ToCodePoints(text, byte); };
  out.Key("document").Open().WordField("document_id", d.document_id);
  for (const TextField& field : kMetadata) out.FieldIfAny(field.name, d.meta.*field.field);
  out.FieldIfAny("published_from", d.published_from)
      .WordField("script", ToString(d.script))
      .Field("language", d.language)
      .Field("charset", d.charset)
      .Field("confidence", d.confidence)
      .Field("text", text);
  out.Key("blocks").OpenList();
  for (const Block& b : d.blocks) {
    out.OpenList().Value(cp(b.span.begin)).Value(cp(b.span.end)).Word(ToString(b.kind));
    out.CloseList();
  }
  out.CloseList().Close();
  if (!a.pages.empty()) {
    out.Key("pages").OpenList();
    for (const store::InputKey& page : a.pages) {
      out.OpenList().Value(page.locator).Value(page.sha256).Value(page.metadata_digest);
      out.CloseList();
    }
    out.CloseList();
  }
  out.Key("claims").OpenList();
  for (const Claim& c : a.claims) WriteClaim(out, c, text, index);
  out.CloseList();
  out.Key("mentions").OpenList();
  for (const EntityMention& m : a.mentions) {
    out.OpenList().Value(cp(m.span.begin)).Value(cp(m.span.end)).Value(m.entity.entity_id);
    out.CloseList();
  }
  out.CloseList();
  out.Key("entities").OpenList();
  for (const store::EntityRow& e : a.entities) {
    out.Open()
        .Field("entity_id", e.name.entity_id)
        .Field("canonical", e.name.canonical)
        .WordField("entity_type", ToString(e.name.type));
    if (e.name.known) out.Field("known", true);
    out.FieldIfAny("ticker", e.ticker);
    if (e.fiscal_year_end != 0) out.Field("fiscal_year_end", e.fiscal_year_end);
    if (!e.aliases.empty()) {
      out.Key("aliases").OpenList();
      for (const auto& [alias, region] : e.aliases) {
        out.OpenList().Value(alias).Value(region).CloseList();
      }
      out.CloseList();
    }
    out.Close();
  }
  out.CloseList();
  out.Key("signature")
      .Open()
      .WordField("content", Hex({a.signature.content}))
      .WordField("numbers", Hex(a.signature.numbers))
      .WordField("bands", Hex(a.signature.bands))
      .Close();
  return out.Close().Take();
}

Result<Outcome> ParseOutcome(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return Error{"is no JSON object: load takes the lines that hanfact extract writes"};
  }
  std::string trouble;
  const Fields f(json, trouble);
  if (f.Text("format") != kFormat) {
    return Error{"is no line of " + std::string(kFormat) +
                 ": load takes the lines that this version of hanfact extract writes"};
  }
  Outcome out;
  out.key = {f.Needed("locator"), f.Text("sha256"), f.Text("metadata_digest"), f.Text("as_of")};
  for (const char* hex : {"sha256", "metadata_digest"}) {
    const std::string digits = f.Text(hex);
    if (digits.size() % 2 != 0 || !IsHex(digits)) {
      f.Wrong(hex);
    }
  }
  out.rules_digest = f.Needed("rules_digest");
  out.lexicon_digest = f.Text("lexicon_digest");
  if (const auto reject = json.find("reject"); reject != json.end()) {
    if (!reject->is_object()) return Error{"the field 'reject' is no object"};
    const Fields r(*reject, trouble);
    out.result = Reject{out.key.locator, out.key.sha256, r.Needed("stage"), r.Needed("reason")};
    if (!trouble.empty()) return Error{trouble};
    return out;
  }
  const auto document = json.find("document");
  if (document == json.end() || !document->is_object()) {
    return Error{"the line has neither 'document' nor 'reject'"};
  }
  const Fields df(*document, trouble);
  store::Article a;
  a.input = out.key;
  Document& d = a.document;
  d.document_id = df.Needed("document_id");
  d.locator = out.key.locator;
  d.sha256 = out.key.sha256;
  for (const TextField& field : kMetadata) d.meta.*field.field = df.Text(field.name);
  d.published_from = df.Text("published_from");
  const std::string script = df.Needed("script");
  d.script = script == "Hant" ? Script::kHant : script == "mixed" ? Script::kMixed : Script::kHans;
  d.language = df.Needed("language");
  d.charset = df.Needed("charset");
  d.confidence = df.Real("confidence");
  d.text = df.Text("text");
  if (d.text.find('\0') != std::string::npos) return Error{"the text holds NUL"};
  const Places places(d.text, trouble);
  for (const Json& b : df.Array("blocks")) {
    Block block;
    block.span = places.At(b, 0);
    const auto kind = b.is_array() && b.size() > 2 && b[2].is_string()
                          ? ParseBlockKind(b[2].get<std::string>())
                          : std::nullopt;
    if (!kind) df.Wrong("blocks");
    block.kind = kind.value_or(BlockKind::kParagraph);
    d.blocks.push_back(block);
  }
  for (const Json& page : f.Array("pages")) {
    if (!page.is_array() || page.size() != 3 || !page[0].is_string() || !page[1].is_string() ||
        !page[2].is_string()) {
      f.Wrong("pages");
      break;
    }
    a.pages.push_back({page[0], page[1], page[2], out.key.as_of});
  }
  for (const Json& c : f.Array("claims")) {
    if (!c.is_object()) return Error{"a claim is no object"};
    a.claims.push_back(ParseClaim(c, places, trouble));
    const Claim& claim = a.claims.back();
    a.aspects.push_back(dedupe::AspectKey(claim, claim.quantity, d.meta.published));
  }
  for (const Json& m : f.Array("mentions")) {
    EntityMention mention;
    mention.span = places.At(m, 0);
    if (m.is_array() && m.size() > 2 && m[2].is_string()) {
      mention.entity.entity_id = m[2].get<std::string>();
    } else {
      f.Wrong("mentions");
    }
    a.mentions.push_back(std::move(mention));
  }
  for (const Json& e : f.Array("entities")) {
    if (!e.is_object()) return Error{"an entity is no object"};
    const Fields ef(e, trouble);
    store::EntityRow row;
    row.name.entity_id = ef.Needed("entity_id");
    row.name.canonical = ef.Needed("canonical");
    row.name.type =
        ef.Name("entity_type", ParseEntityType(ef.Needed("entity_type")), EntityType::kOrg);
    row.name.known = ef.Flag("known");
    row.ticker = ef.Text("ticker");
    if (e.contains("fiscal_year_end")) {
      row.fiscal_year_end = static_cast<int>(ef.Real("fiscal_year_end"));
    }
    for (const Json& alias : ef.Array("aliases")) {
      if (!alias.is_array() || alias.size() != 2 || !alias[0].is_string() ||
          !alias[1].is_string()) {
        ef.Wrong("aliases");
        break;
      }
      row.aliases.emplace_back(alias[0], alias[1]);
    }
    a.entities.push_back(std::move(row));
  }
  if (const auto signature = json.find("signature");
      signature != json.end() && signature->is_object()) {
    const Fields sf(*signature, trouble);
    const auto content = sf.HexList("content");
    a.signature.content = content.empty() ? 0 : content[0];
    a.signature.numbers = sf.HexList("numbers");
    a.signature.bands = sf.HexList("bands");
  } else {
    f.Wrong("signature");
  }
  if (!trouble.empty()) return Error{trouble};
  out.result = std::move(a);
  return out;
}

}  // namespace hanfact::pipeline
