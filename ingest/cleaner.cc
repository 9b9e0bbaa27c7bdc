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

namespace {

// The article of one input, step by step; a step that is the end of it leaves its reason.
class Cleaning {
 public:
  Cleaning(const Rules& rules, RawArticle article) : rules_(rules), article_(std::move(article)) {}

  std::variant<Document, Reject> Run(std::optional<Date> as_of) {
    TakeGiven();
    if (!DecodePayload() || !TakeArticle() || !CheckText()) {
      return Reject{document_.locator, document_.sha256, std::move(stage_), std::move(reason_)};
    }
    document_.script = normalize::DetectScript(document_.text);
    document_.language = "zh";
    FillRegion(rules_, document_);
    TakeDateline(as_of);
    if (meta_.published.empty() && as_of) {
      meta_.published = as_of->ToString();
      document_.published_from = "as-of";
    }
    return std::move(document_);
  }

 private:
  bool Refuse(std::string stage, std::string reason) {
    stage_ = std::move(stage);
    reason_ = std::move(reason);
    return false;
  }

  // What the record and its sidecar say, and the document's identity.
  void TakeGiven() {
    document_.sha256 =
        article_.sha256.empty() ? Sha256Hex(article_.payload) : std::move(article_.sha256);
    meta_ = std::move(article_.given);
    // The identity takes what the record says of itself; a sidecar that names them counts alike.
    Overlay(meta_, article_.sidecar);
    document_.locator = meta_.locator.empty() ? article_.locator : meta_.locator;
    document_.document_id = MakeDocumentId(document_.sha256, meta_.url, meta_.external_id);
    for (std::string* field :
         {&meta_.title, &meta_.author, &meta_.source, &meta_.site, &meta_.url}) {
      *field = CleanField(*field);
    }
    if (!meta_.published.empty()) {
      document_.published_from = article_.sidecar.published.empty() ? "record" : "sidecar";
      meta_.published = IsoDate(meta_.published);
      if (meta_.published.empty()) document_.published_from.clear();
    }
    meta_.fetched = IsoDate(meta_.fetched);
  }

  bool DecodePayload() {
    if (IsRecord() && !FindInvalidUtf8(article_.payload)) {
      document_.charset = "UTF-8";
      text_ = std::move(article_.payload);
      text_.erase(std::remove(text_.begin(), text_.end(), '\0'), text_.end());
    } else {
      auto result = Decode(article_.payload, rules_, article_.charset);
      if (DecodeError* error = std::get_if<DecodeError>(&result)) {
        return Refuse("decode", std::move(error->reason));
      }
      Decoded& decoded = std::get<Decoded>(result);
      document_.charset = std::move(decoded.charset);
      text_ = std::move(decoded.text);
      article_.payload = {};
    }
    if (Trim(text_).empty() && meta_.title.empty()) {
      return Refuse("clean", "the input is empty: it has neither text nor title");
    }
    return true;
  }

  [[nodiscard]] bool IsRecord() const { return article_.utf8; }

  // A record may hold markup in its `text`.
  [[nodiscard]] bool IsHtml() const {
    if (article_.kind == PayloadKind::kHtml) return true;
    const bool may = article_.kind == PayloadKind::kUnknown || Trim(text_).starts_with('<');
    return may && LooksLikeHtml(text_);
  }

  // The article's lines, and what stands around them of its title, date and author. What a page was
  // refused for waits in `reason_`: a text that is not Chinese is told as that.
  bool TakeArticle() {
    const bool taken = IsHtml() ? TakePage() : TakeText();
    text_ = {};
    return taken;
  }

  bool TakePage() {
    HtmlArticle page = CleanHtml(text_, rules_, meta_.url);
    if (page.facts.part) document_.part = *page.facts.part;
    if (!page.reject.empty()) {
      Refuse("clean", std::move(page.reject));
    } else if (page.confidence < kMinConfidence) {
      char told[8];
      std::snprintf(told, sizeof told, "%.2f", page.confidence);
      Refuse("clean", std::string("too little of the page reads as one article to trust it "
                                  "(confidence ") +
                          told + ", at least 0.40 is asked for)");
    }
    SetText(page.lines);
    FillFromHtml(page, rules_, document_);
    document_.confidence = page.confidence;
    near_ = std::move(page.around);
    near_.resize(std::min<size_t>(near_.size(), page.behind_headline));
    return true;
  }

  bool TakeText() {
    TextArticle text =
        CleanText(text_, IsRecord() ? TextCare::kRecord : TextCare::kRaw, meta_.title, rules_);
    if (!text.reject.empty()) return Refuse("clean", std::move(text.reject));
    SetText(text.lines);
    if (meta_.title.empty()) meta_.title = std::move(text.title);
    if (meta_.author.empty()) meta_.author = std::move(text.bylines.author);
    if (meta_.source.empty()) meta_.source = std::move(text.bylines.source);
    if (meta_.published.empty() && !text.published.empty()) {
      meta_.published = std::move(text.published);
      document_.published_from = "byline";
    }
    document_.confidence = IsRecord() ? 1.0 : 0.9;
    return true;
  }

  void SetText(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      if (line.text.empty()) continue;
      if (!document_.text.empty()) document_.text += '\n';
      Block block;
      block.span.begin = static_cast<uint32_t>(document_.text.size());
      document_.text += line.text;
      block.span.end = static_cast<uint32_t>(document_.text.size());
      block.kind = line.kind;
      document_.blocks.push_back(block);
    }
  }

  // Whether there is a text, in Chinese, that is trusted.
  bool CheckText() {
    if (document_.text.empty() && reason_.empty()) {
      if (meta_.title.empty()) {
        return Refuse("clean", "no article text is left after taking boilerplate away");
      }
      // A headline alone is an article of one line.
      Line line;
      line.text = meta_.title;
      line.kind = BlockKind::kHeadline;
      SetText({line});
    }
    if (std::string why = NotChinese(document_.text); !why.empty() && !document_.text.empty()) {
      return Refuse("language", std::move(why));
    }
    return reason_.empty();
  }

  // A dateline without its year, counted from when the page was fetched, else from --as-of.
  void TakeDateline(std::optional<Date> as_of) {
    constexpr size_t kLongest = 200;
    const std::optional<Date> fetched = ParseDate(meta_.fetched);
    const std::optional<Date> anchor = fetched ? fetched : as_of;
    if (!meta_.published.empty() || !anchor) return;
    if (fetched) {
      for (const std::string& line : near_) {
        if (line.size() > kLongest) continue;
        if (const auto date = AnchoredDate(line, *anchor, true)) {
          meta_.published = date->ToString();
          document_.published_from = "byline";
          return;
        }
      }
    }
    const std::string_view text = document_.text;
    if (const auto date = AnchoredDate(text.substr(0, text.find('\n')), *anchor, false)) {
      meta_.published = date->ToString();
      document_.published_from = "dateline";
    }
  }

  const Rules& rules_;
  RawArticle article_;
  Document document_;
  Metadata& meta_ = document_.meta;
  std::string text_;               // decoded
  std::vector<std::string> near_;  // lines behind the headline
  std::string stage_, reason_;     // why it is refused
};

}  // namespace

std::variant<Document, Reject> Cleaner::Clean(RawArticle article, std::optional<Date> as_of) const {
  return Cleaning(impl_->rules, std::move(article)).Run(as_of);
}

}  // namespace hanfact::ingest
