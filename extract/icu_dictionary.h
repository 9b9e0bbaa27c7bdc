// ICU's own dictionary of Chinese words.
#pragma once

namespace hanfact::extract {

// The trie (icu::UCharsTrie) of ICU's dictionary for Chinese and Japanese: words with costs (-10 ln
// of a frequency). Opened once, kept by the program; nullptr where ICU has none of the kind that is
// known here.
[[nodiscard]] const char16_t* IcuDictionary();

}  // namespace hanfact::extract
