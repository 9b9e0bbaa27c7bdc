// Articles that stand in the scripts of a page: application state, JSON-LD, WeChat's and Toutiao's
// literals.
#pragma once

#include <string>
#include <string_view>

#include "ingest/rules.h"

namespace hanfact::ingest {

struct ScriptArticle {
  std::string html;    // the article, markup or <p> paragraphs; empty if there is none
  std::string beside;  // script text around it, where its date and names stand
};

// The string of script text that reads as an article, unescaped, HTML or plain; or the paragraphs
// of one list of strings or text blocks. A string whose name says that it is an article (the `body`
// rows of script_fields.tsv) may be short. Text that is itself a script in a string is looked into,
// two levels deep. Linear.
[[nodiscard]] ScriptArticle EmbeddedArticle(std::string_view scripts, const Rules& rules);

// A script that is percent-encoded JSON, decoded; any other text as it is.
[[nodiscard]] std::string DecodeScript(std::string_view script);

}  // namespace hanfact::ingest
