// Articles: as they come in, as they are stored, and why they were refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace hanfact {

// What an input says of itself besides its text. An empty string is "not given".
struct Metadata {
  std::string external_id;  // the input's `id`: a string as it is, else compact JSON
  std::string url;
  std::string site;
  std::string source;  // the outlet named as source
  std::string title;
  std::string author;
  std::string published;  // ISO 8601 date, or date and time with its offset
  std::string fetched;
  std::string region;   // CN TW HK MO SG …
  std::string locator;  // overrides the locator that the reader made
  std::string extra;    // JSON object of the fields hanfact does not know; empty for none
};

enum class PayloadKind { kUnknown, kHtml, kText };

// One article as the reader found it; `payload` is what its identity is a hash of.
struct RawArticle {
  std::string locator;
  std::string payload;  // any bytes; UTF-8 where utf8 is set
  PayloadKind kind = PayloadKind::kUnknown;
  bool utf8 = false;  // the payload was a JSON or CSV value
  Metadata given;     // from the JSON or CSV record
  Metadata sidecar;   // from the file FILE.meta.json; beats everything
  std::string charset;  // the label that came with the payload (HTTP Content-Type), if any
  std::string sha256;   // of the payload, where it is known already
};

// An input that gave no document. `reason` is for a person: what is wrong and what to do.
struct Reject {
  std::string locator;
  std::string sha256;  // of the payload; empty where there is none
  std::string stage;   // read, decode, clean, language, …
  std::string reason;
};

enum class BlockKind { kHeadline, kParagraph, kSubhead, kList, kTable, kCaption, kQuote };
[[nodiscard]] std::string_view ToString(BlockKind kind);
[[nodiscard]] std::optional<BlockKind> ParseBlockKind(std::string_view name);

struct Block {
  CleanSpan span;  // without the line break behind it
  BlockKind kind = BlockKind::kParagraph;
  bool operator==(const Block&) const = default;
};

enum class Script { kHans, kHant, kMixed };
[[nodiscard]] std::string_view ToString(Script script);

// Which part of an article a page is that its site cut into pages.
struct PagePart {
  std::string series;  // the end of its first page's address: the same for all parts
  int number = 0;      // from 1; 0 for an article of one page
  int last = 0;        // how many there are, as far as this part tells
};

// A cleaned article. `text` is layer 1: blocks joined by one line break each, in the article's own
// script, without the title, no NUL.
struct Document {
  std::string document_id;  // contract, section 3, Identity
  std::string locator;
  std::string sha256;          // of the payload
  Metadata meta;               // after precedence: sidecar, record, JSON-LD, meta, URL, text
  std::string published_from;  // sidecar, record, json-ld, meta, url, byline, dateline, as-of …
  Script script = Script::kHans;
  std::string language;   // zh
  std::string charset;    // the input's, upper case IANA name: UTF-8, GB18030 …
  double confidence = 1;  // that `text` is the article, 0 to 1
  std::string text;
  std::vector<Block> blocks;  // in text order, disjoint
  PagePart part;              // ingest/page_parts.h puts parts together
};

// document_id for a payload and the record's url and id ("" for none).
[[nodiscard]] std::string MakeDocumentId(std::string_view payload_sha256, std::string_view url,
                                         std::string_view external_id);

}  // namespace hanfact
