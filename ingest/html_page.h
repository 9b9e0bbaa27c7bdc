// What the steps of cleaning an HTML page share; html_clean.h is the door.
//
//   html_lines.cc   the lines between block borders, counted
//   html_facts.cc   what the page says of itself: metas, titles, the headline
//   html_clean.cc   the body among the lines, and what to keep of it
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/html_clean.h"
#include "ingest/html_tree.h"
#include "ingest/rules.h"

namespace hanfact::ingest {

inline constexpr uint32_t kNone = 0xFFFFFFFF;  // no line, no node

struct NodeInfo {
  uint32_t line_begin = 0, line_end = 0;  // lines of the subtree
  uint16_t roles = 0;                     // own
  uint16_t up = 0;                        // of the element and its ancestors, the junk ones
  bool out = false;                       // select, nav … : never text of an article
  bool hidden = false;
  bool link = false;
  bool bold = false;
  bool table = false;  // inside a data table
};

struct Page {
  HtmlTree tree;
  std::vector<NodeInfo> info;
  std::vector<Line> lines;
};

// Makes the lines of `page.tree` and what is known of its nodes. False if the page is made of lines
// so short and so many that it can be no article. Linear.
[[nodiscard]] bool MakeLines(Page& page, const Rules& rules);

// Ends a sentence (or a clause that a paragraph may end with).
[[nodiscard]] bool EndsSentence(std::string_view text);
// For comparing titles: folded, letters and Han only.
[[nodiscard]] std::string TitleKey(std::string_view title);
// FoldLine() and TitleKey() of a line, made once: a line is held against patterns, titles,
// descriptions and other lines.
[[nodiscard]] const std::string& FoldedOf(const Line& line);
[[nodiscard]] const std::string& KeyOf(const Line& line);
// Reads as prose: Chinese punctuation and function characters.
[[nodiscard]] bool IsSentence(const Line& line);
// The part of a line's information that stands in links, 0 to 1.
[[nodiscard]] float LinkShare(const Line& line);

// Fills facts, times and scripts of `out`.
void CollectFacts(const HtmlTree& tree, HtmlArticle& out);
// The first of the metas named that is there and not empty; a view into `facts`.
[[nodiscard]] std::string_view FindMeta(const PageFacts& facts,
                                        std::initializer_list<std::string_view> names);
// The line that is the headline: the one that the page's title starts with, or that its title
// metas name; headings and title classes before others, the first of equals. kNone for none.
[[nodiscard]] uint32_t FindHeadline(const Page& page, const std::vector<std::string>& title_keys);

}  // namespace hanfact::ingest
