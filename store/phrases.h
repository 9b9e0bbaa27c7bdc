// The phrases that explanations of links repeat, kept as one character each. Private to store/.
#pragma once

#include <string>
#include <string_view>

namespace hanfact::store {

// A text as stored: phrases as the control characters 1 to 5. A text that has such a character
// itself is stored as it is, behind the character 6. The view fact_links puts the phrases back.
[[nodiscard]] std::string ShortenPhrases(std::string_view text);
[[nodiscard]] std::string LengthenPhrases(std::string_view stored);

}  // namespace hanfact::store
