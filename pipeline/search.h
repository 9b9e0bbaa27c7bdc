// The text that the full-text index holds.
#pragma once

#include <string>
#include <string_view>

namespace hanfact::pipeline {

// A title or an article as character bigrams, parted by blanks: what is printed, then the match
// view (simplified) where that differs. A word of two characters is one token, a longer one a
// phrase of its bigrams; a Han character that stands alone, and every run of letters or digits, is
// a token of its own. SQLite's unicode61 tokenizer takes it from there. Linear.
[[nodiscard]] std::string SearchText(std::string_view text);

}  // namespace hanfact::pipeline
