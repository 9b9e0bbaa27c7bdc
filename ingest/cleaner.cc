#include "ingest/cleaner.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "ingest/decode.h"
#include "ingest/html_clean.h"
#include "ingest/metadata.h"
#include "ingest/rules.h"
#include "ingest/text_clean.h"
#include "normalize/script.h"

namespace hanfact::ingest {
namespace {

// Under this an article is not trusted to be one.
constexpr double kMinConfidence = 0.4;

void Overlay(Metadata& over, const Metadata& with) {
  auto take = [](std::string& field, const std::string& value) {
    if (!value.empty()) field = value;
  };
  take(over.external_id, with.external_id);
  take(over.url, with.url);
  take(over.site, with.site);
  take(over.source, with.source);
  take(over.title, with.title);
  take(over.author, with.author);
  take(over.published, with.published);
  take(over.fetched, with.fetched);
  take(over.region, with.region);
  take(over.locator, with.locator);
  take(over.extra, with.extra);
}

// ISO dates stay as they are given, other ways to write a date become ISO.
std::string IsoDate(const std::string& given) {
  if (given.empty()) return given;
  static const RE2 kIso(
      R"(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?)");
  if (RE2::FullMatch(given, kIso) && ParseDate(given)) return given;
  const std::optional<Stamp> stamp = FirstStamp(given);
  return stamp ? stamp->ToIso() : std::string();
}

// Without NUL and other control signs, white space collapsed.
std::string CleanField(std::string_view value) {
  std::string out;
  bool blank = false;
  for (size_t i = 0; i < value.size();) {
    const char32_t c = CodePointAt(value, i);
    const uint32_t n = CodePointLength(value[i]);
    if (IsSpace(c) && c != 0x3000) {
      blank = !out.empty();
    } else if (c >= 0x20 && c != 0x7F) {
      if (blank) out += ' ';
      blank = false;
      out.append(value, i, n);
    }
    i += n;
  }
  return out;
}

// Share of Han among the letters of a text, and how many kana and hangul stand in it.
struct Language {
  size_t han = 0, latin = 0, kana = 0, hangul = 0, other = 0;
};

Language CountLanguage(std::string_view text) {
  Language l;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0xE5 && lead <= 0xE9) {  // U+5000 to U+9FFF, most of a text
      ++l.han;
      i += 3;
      continue;
    }
    const char32_t c = CodePointAt(text, i);
    i += CodePointLength(text[i]);
    if (IsHan(c)) {
      ++l.han;
    } else if (IsAsciiLetter(c) || (c >= 0xC0 && c <= 0x24F)) {
      ++l.latin;
    } else if (c >= 0x3041 && c <= 0x30FF && c != 0x30FB && c != 0x30FC) {
      ++l.kana;
    } else if (c >= 0xAC00 && c <= 0xD7A3) {
      ++l.hangul;
    } else if (c >= 0x370 && c < 0x2000) {
      ++l.other;
    }
  }
  return l;
}

// Why a text is not Chinese; empty if it is.
std::string NotChinese(std::string_view text) {
  const Language l = CountLanguage(text);
  if (l.han + l.latin + l.kana + l.hangul + l.other == 0) return "the text has no words";
  if (l.kana > 4 && l.kana * 5 > l.han) return "the text is Japanese, not Chinese";
  if (l.hangul > 4 && l.hangul * 3 > l.han) return "the text is Korean, not Chinese";
  // A word has some five Latin letters, and a Han character is half a word.
  if (l.han == 0 || l.han * 6 < (l.latin + 2 * l.other)) return "the text is not Chinese";
  return {};
}

}  // namespace

struct Cleaner::Impl {
  explicit Impl(std::vector<TableError>& errors) : rules(errors) {}
  Rules rules;
};

Cleaner::Cleaner(std::vector<TableError>& errors) : impl_(std::make_unique<Impl>(errors)) {}
Cleaner::~Cleaner() = default;

std::variant<Document, Reject> Cleaner::Clean(RawArticle article, std::optional<Date> as_of) const {
  const Rules& rules = impl_->rules;
  Document document;
  document.sha256 = article.sha256.empty() ? Sha256Hex(article.payload) : std::move(article.sha256);
  Metadata& meta = document.meta;
  meta = std::move(article.given);
  // The identity takes what the record says of itself; a sidecar that names them counts alike.
  const bool record = article.utf8;
  Overlay(meta, article.sidecar);
  document.locator = meta.locator.empty() ? article.locator : meta.locator;
  document.document_id = MakeDocumentId(document.sha256, meta.url, meta.external_id);
  auto reject = [&](std::string stage, std::string reason) {
    return Reject{document.locator, document.sha256, std::move(stage), std::move(reason)};
  };
  for (std::string* field : {&meta.title, &meta.author, &meta.source, &meta.site, &meta.url}) {
    *field = CleanField(*field);
  }
  if (!meta.published.empty()) {
    document.published_from = article.sidecar.published.empty() ? "record" : "sidecar";
    meta.published = IsoDate(meta.published);
    if (meta.published.empty()) document.published_from.clear();
  }
  meta.fetched = IsoDate(meta.fetched);

  Decoded decoded;
  if (record && !FindInvalidUtf8(article.payload)) {
    decoded.charset = "UTF-8";
    decoded.text = std::move(article.payload);
    decoded.text.erase(std::remove(decoded.text.begin(), decoded.text.end(), '\0'),
                       decoded.text.end());
  } else {
    auto result = Decode(article.payload, rules, article.charset);
    if (DecodeError* error = std::get_if<DecodeError>(&result)) {
      return reject("decode", std::move(error->reason));
    }
    decoded = std::move(std::get<Decoded>(result));
    article.payload.clear();
    article.payload.shrink_to_fit();
  }
  document.charset = std::move(decoded.charset);
  if (Trim(decoded.text).empty() && meta.title.empty()) {
    return reject("clean", "the input is empty: it has neither text nor title");
  }

  std::vector<Line> lines;
  const bool html =
      article.kind == PayloadKind::kHtml ||
      // A record may hold markup in its `text`.
      ((article.kind == PayloadKind::kUnknown || Trim(decoded.text).starts_with('<')) &&
       LooksLikeHtml(decoded.text));
  auto set_text = [&] {
    document.text.clear();
    document.blocks.clear();
    for (const Line& line : lines) {
      if (line.text.empty()) continue;
      if (!document.text.empty()) document.text += '\n';
      Block block;
      block.span.begin = static_cast<uint32_t>(document.text.size());
      document.text += line.text;
      block.span.end = static_cast<uint32_t>(document.text.size());
      block.kind = line.kind;
      document.blocks.push_back(block);
    }
  };
  std::string refused;
  std::vector<std::string> near;  // lines behind the headline
  if (html) {
    HtmlArticle page = CleanHtml(decoded.text, rules, meta.url);
    if (page.facts.part) document.part = *page.facts.part;
    refused = std::move(page.reject);
    lines = std::move(page.lines);
    page.lines = lines;
    set_text();
    FillFromHtml(page, rules, document);
    document.confidence = page.confidence;
    near = std::move(page.around);
    near.resize(std::min<size_t>(near.size(), page.behind_headline));
    if (refused.empty() && page.confidence < kMinConfidence) {
      char told[8];
      std::snprintf(told, sizeof told, "%.2f", page.confidence);
      refused =
          std::string("too little of the page reads as one article to trust it (confidence ") +
          told + ", at least 0.40 is asked for)";
    }
  } else {
    TextArticle text =
        CleanText(decoded.text, record ? TextCare::kRecord : TextCare::kRaw, meta.title, rules);
    if (!text.reject.empty()) return reject("clean", std::move(text.reject));
    lines = std::move(text.lines);
    set_text();
    if (meta.title.empty()) meta.title = std::move(text.title);
    if (meta.author.empty()) meta.author = std::move(text.bylines.author);
    if (meta.source.empty()) meta.source = std::move(text.bylines.source);
    if (meta.published.empty() && !text.published.empty()) {
      meta.published = std::move(text.published);
      document.published_from = "byline";
    }
    document.confidence = record ? 1.0 : 0.9;
  }
  decoded.text.clear();
  decoded.text.shrink_to_fit();

  if (document.text.empty() && refused.empty()) {
    if (meta.title.empty()) {
      return reject("clean", "no article text is left after taking boilerplate away");
    }
    // A headline alone is an article of one line.
    Line line;
    line.text = meta.title;
    line.kind = BlockKind::kHeadline;
    lines = {line};
    set_text();
  }
  if (std::string reason = NotChinese(document.text); !reason.empty() && !document.text.empty()) {
    return reject("language", std::move(reason));
  }
  if (!refused.empty()) return reject("clean", std::move(refused));

  document.script = normalize::DetectScript(document.text);
  document.language = "zh";
  FillRegion(rules, document);
  // A dateline without its year, counted from when the page was fetched, else from --as-of.
  std::optional<Date> anchor = ParseDate(meta.fetched);
  const bool fetched = anchor.has_value();
  if (!anchor) anchor = as_of;
  if (meta.published.empty() && anchor) {
    for (const std::string& line : near) {
      if (!fetched || line.size() > 200) continue;
      if (const auto date = AnchoredDate(line, *anchor, true)) {
        meta.published = date->ToString();
        document.published_from = "byline";
        break;
      }
    }
    const std::string_view first =
        std::string_view(document.text).substr(0, document.text.find('\n'));
    if (meta.published.empty()) {
      if (const auto date = AnchoredDate(first, *anchor, false)) {
        meta.published = date->ToString();
        document.published_from = "dateline";
      }
    }
  }
  if (meta.published.empty() && as_of) {
    meta.published = as_of->ToString();
    document.published_from = "as-of";
  }
  return document;
}

}  // namespace hanfact::ingest
