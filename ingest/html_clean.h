// The article out of an HTML page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "ingest/html_tree.h"
#include "ingest/rules.h"

namespace hanfact::ingest {

// What a line of text holds.
struct LineCounts {
  float units = 0;  // information: a Han character counts 2, a Latin letter or digit 1
  uint32_t han = 0;
  uint32_t marks = 0;  // Chinese punctuation (and , ; : ! ? next to Han)
  uint32_t words = 0;  // function characters 的了在是和…
};

// A line of a page or text: what stands between two block borders, white space collapsed.
struct Line : LineCounts {
  std::string text;
  BlockKind kind = BlockKind::kParagraph;
  uint32_t node = 0;         // innermost block element
  float link_units = 0;      // information inside links
  bool hidden = false;       // inside display:none
  bool heading = false;      // h1 to h6
  bool bold = false;         // wholly bold
  bool after_break = false;  // begins behind a <br> in the same element
  float weight = 0;
  mutable std::string folded, key;  // FoldedOf() and KeyOf(), once they were asked for
};

// What a page says of itself outside its body.
struct PageFacts {
  std::vector<std::pair<std::string, std::string>> metas;  // lower-case name, content
  std::vector<std::string> json_ld;
  std::vector<std::string> titles;  // <title>
  std::string canonical;            // link rel=canonical
  std::optional<PagePart> part;     // of an article in pages, as its pager tells
};

// What a page is. Everything but an article is refused, each with its own reason.
enum class PageKind { kArticle, kList, kGallery, kLiveBlog, kVideo, kNoText };

struct HtmlArticle {
  PageKind kind = PageKind::kArticle;
  std::vector<Line> lines;          // the body, in order
  std::string headline;             // as it stands in the page; empty if none was found
  std::vector<std::string> around;  // lines near the headline and the body that are not of it:
                                    // bylines, dates, credits; nearest first
  size_t behind_headline = 0;       // how many of `around` stand right behind the headline
  std::vector<std::pair<uint16_t, std::string>> hinted;  // texts of elements named as byline parts
  std::vector<std::string> times;                        // datetime attributes, in order
  PageFacts facts;
  double confidence = 0;
  std::string reject;   // why this page is no article; empty if it is one
  std::string scripts;  // script text, for dates that only scripts tell
  std::string beside;   // script text beside the article, if it came out of a script
};

// Takes the article out of a page; `url` is its address if it is known. Total and linear.
[[nodiscard]] HtmlArticle CleanHtml(std::string_view utf8, const Rules& rules,
                                    std::string_view url = {});

// Counts what a line of text holds.
void CountLine(std::string_view text, LineCounts& counts);

// True if the text has what an HTML page has: a doctype, or tags in its first kilobytes.
[[nodiscard]] bool LooksLikeHtml(std::string_view text);

// The title without the names of section and site behind or before it.
[[nodiscard]] std::string StripSiteSuffix(std::string_view title);

}  // namespace hanfact::ingest
