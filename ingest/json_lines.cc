#include "ingest/json_lines.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <simdjson.h>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 12> kFields = {"id",      "url",    "site",      "source",
                                                      "title",   "author", "published", "text",
                                                      "fetched", "region", "locator",   "html"};

// Copying and writing nested values recurses: what is nested deeper than any honest record is not
// even parsed.
constexpr int kMaxDepth = 200;

bool TooDeep(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

constexpr std::string_view kTooDeep =
    "the record is nested deeper than 200 levels: flatten it, or remove the line";

// A scalar as text: a string as it is, all else as compact JSON, null as nothing.
std::string AsText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string* FieldOf(Metadata& meta, std::string_view key) {
  if (key == "id") return &meta.external_id;
  if (key == "url") return &meta.url;
  if (key == "site") return &meta.site;
  if (key == "source") return &meta.source;
  if (key == "title") return &meta.title;
  if (key == "author") return &meta.author;
  if (key == "published") return &meta.published;
  if (key == "fetched") return &meta.fetched;
  if (key == "region") return &meta.region;
  if (key == "locator") return &meta.locator;
  return nullptr;
}

Metadata TakeMetadata(const Json& object) {
  Metadata meta;
  Json extra = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (key == "text" || key == "html") continue;
    if (std::string* field = FieldOf(meta, key)) {
      *field = AsText(value);
    } else if (!key.empty()) {
      extra[key] = value;
    }
  }
  if (!extra.empty()) meta.extra = extra.dump(-1, ' ', false, Json::error_handler_t::replace);
  return meta;
}

// What the parser said, for a person: without its library's error numbers.
std::string Explain(std::string_view json) {
  try {
    const Json ignored = Json::parse(json);
    static_cast<void>(ignored);
  } catch (const Json::parse_error& error) {
    std::string_view what = error.what();
    if (const size_t at = what.find("syntax error"); at != std::string_view::npos) {
      what.remove_prefix(at);
    }
    std::string message(what.substr(0, 200));
    // The quoted piece may be cut inside a character.
    while (!message.empty() && FindInvalidUtf8(message)) message.pop_back();
    return "at character " + std::to_string(error.byte) + ": " + message;
  } catch (const Json::exception&) {  // out_of_range: the parser throws it for a number
    return "a number in it is too large: write it as a string";
  }
  return "not valid";
}

// What a record holds, before it is known to be an article. An absent payload is none.
struct Fields {
  Metadata given;
  std::optional<std::string> html, text;
};

Record FromFields(Fields fields) {
  RawArticle article;
  article.utf8 = true;
  article.given = std::move(fields.given);
  for (const auto& [payload, kind] : {std::pair(&fields.html, PayloadKind::kHtml),
                                      std::pair(&fields.text, PayloadKind::kText)}) {
    if (!*payload) continue;
    if (article.kind == PayloadKind::kUnknown || article.payload.empty()) {
      article.payload = std::move(**payload);
      article.kind = kind;
    }
  }
  if (article.payload.empty() && article.given.title.empty()) {
    return std::string(
        "the record has neither 'text' nor 'html' nor 'title': give the article in one of them");
  }
  if (article.kind == PayloadKind::kUnknown) article.kind = PayloadKind::kText;
  return article;
}

Record FromObject(const Json& value) {
  if (!value.is_object()) {
    return std::string("the record is ") + value.type_name() +
           " where an object {…} is wanted: write one article as one JSON object";
  }
  Fields fields{TakeMetadata(value), {}, {}};
  for (const auto& [name, payload] :
       {std::pair("html", &fields.html), std::pair("text", &fields.text)}) {
    const auto it = value.find(name);
    if (it == value.end() || it->is_null()) continue;
    if (!it->is_string()) {
      return std::string("the field '") + name + "' is " + it->type_name() +
             " where a string is wanted";
    }
    *payload = it->get<std::string>();
  }
  return FromFields(std::move(fields));
}

// The fields of an object of strings and whole numbers, which nearly all records are, read ten
// times as fast as by a tree of values (4 % of the time of `extract`). nullopt for all else, broken
// records among it: that is FromObject's to read, and Explain's to word.
std::optional<Fields> ReadFlat(std::string_view json) {
  if (json.empty()) return std::nullopt;  // simdjson copies from where an empty view points
  // simdjson lets half a surrogate pair pass where it is written as an escape.
  if (json.find("\\ud") != std::string_view::npos || json.find("\\uD") != std::string_view::npos) {
    return std::nullopt;
  }
  constexpr size_t kKept = 1 << 20;  // bytes of a record whose buffers are kept for the next
  static thread_local simdjson::dom::parser kept;
  simdjson::dom::parser once;
  simdjson::dom::parser& parser = json.size() <= kKept ? kept : once;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) return std::nullopt;
  Fields fields;
  Json extra = Json::object();
  for (const auto [key, value] : object) {
    std::string_view text;
    int64_t number = 0;
    const bool is_text = value.get(text) == simdjson::SUCCESS;
    if (!is_text && value.get(number) != simdjson::SUCCESS) return std::nullopt;
    if (key == "text" || key == "html") {
      if (!is_text) return std::nullopt;
      (key == "text" ? fields.text : fields.html).emplace(text);
    } else if (std::string* field = FieldOf(fields.given, key)) {
      *field = is_text ? std::string(text) : std::to_string(number);
    } else if (!key.empty()) {
      extra[std::string(key)] = is_text ? Json(text) : Json(number);
    }
  }
  if (!extra.empty()) {
    fields.given.extra = extra.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return fields;
}

std::string_view Unquoted(std::string_view s) {
  s = Trim(s);
  if (s.size() >= 2 && s.front() == '"' && s.back() == '"') s = s.substr(1, s.size() - 2);
  return s;
}

}  // namespace

Record ReadJsonRecord(std::string_view json) {
  if (auto fields = ReadFlat(json)) return FromFields(std::move(*fields));
  if (TooDeep(json)) return std::string(kTooDeep);
  const Json value = Json::parse(json, nullptr, false);
  if (value.is_discarded()) {
    return "not valid JSON, " + Explain(json) + ": repair or remove the line";
  }
  return FromObject(value);
}

std::variant<Metadata, std::string> ReadSidecar(std::string_view json) {
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  if (TooDeep(json)) return std::string("the sidecar: ") + std::string(kTooDeep);
  const Json value = Json::parse(json, nullptr, false);
  if (value.is_discarded()) {
    return "the sidecar is not valid JSON, " + Explain(json) + ": repair or remove it";
  }
  if (!value.is_object()) {
    return std::string("the sidecar is no JSON object: write {\"published\": …}");
  }
  return TakeMetadata(value);
}

std::optional<std::vector<std::string>> ReadDelimited(std::string_view text, char separator,
                                                      size_t& at, size_t& line) {
  if (at >= text.size()) return std::nullopt;
  std::vector<std::string> fields(1);
  bool quoted = false;
  size_t i = at;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"') {
        if (i + 1 < text.size() && text[i + 1] == '"') {
          fields.back() += '"';
          ++i;
        } else {
          quoted = false;
        }
      } else {
        if (c == '\n') ++line;
        fields.back() += c;
      }
      continue;
    }
    if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      fields.emplace_back();
    } else if (c == '\n') {
      ++i;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  ++line;
  at = i;
  return fields;
}

std::optional<char> DelimitedHeader(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view first = text.substr(0, std::min<size_t>(text.find('\n'), 4096));
  for (char separator : {'\t', ','}) {
    size_t known = 0, body = 0, all = 0;
    for (std::string_view field : Split(first, separator)) {
      const std::string_view name = Unquoted(field);
      ++all;
      if (std::find(kFields.begin(), kFields.end(), name) != kFields.end()) ++known;
      if (name == "text" || name == "html" || name == "title") ++body;
    }
    if (all >= 2 && known >= 2 && body >= 1) return separator;
  }
  return std::nullopt;
}

Record ReadDelimitedRecord(const std::vector<std::string>& header,
                           const std::vector<std::string>& fields) {
  if (fields.size() != header.size()) {
    return "the row has " + std::to_string(fields.size()) + " fields where the header has " +
           std::to_string(header.size()) + ": quote fields that hold the separator";
  }
  Json object = Json::object();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (FindInvalidUtf8(fields[i])) return std::string("the row is not UTF-8: convert the file");
    if (!fields[i].empty()) object[header[i]] = fields[i];
  }
  return FromObject(object);
}

}  // namespace hanfact::ingest
