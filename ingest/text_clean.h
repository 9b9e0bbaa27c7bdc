// The article out of plain text: copied pages, texts pulled from PDFs, records of a data set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/html_clean.h"
#include "ingest/metadata.h"
#include "ingest/rules.h"

namespace hanfact::ingest {

struct TextArticle {
  std::vector<Line> lines;
  std::string title;      // from the head of the text; empty if it names none
  std::string published;  // ISO 8601
  BylineFacts bylines;
  std::string reject;  // why this text is no article; empty if it may be one
};

// How much a text is trusted to be an article already.
enum class TextCare {
  kRaw,  // a file: running heads, menus, disclaimers are looked for
  // A record's text field: only clear hard wraps are joined, nothing is dropped, unless running
  // feet with page numbers show that it was pulled from pages.
  kRecord,
};

// Takes the article out of a text. `title` is the title if it is known already: the same line at
// the head of the text goes. Total and linear.
[[nodiscard]] TextArticle CleanText(std::string_view utf8, TextCare care, std::string_view title,
                                    const Rules& rules);

}  // namespace hanfact::ingest
