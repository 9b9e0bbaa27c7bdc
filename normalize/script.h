// The match view: what every rule of hanfact is written against.
//
// From the clean text, character by character:
//  - traditional characters and phrases become simplified as OpenCC's t2s does it (longest match
//    over OpenCC's own TSPhrases and TSCharacters, built into the program; a test compares);
//  - full-width letters, digits and signs become ASCII, compatibility forms and ideographs their
//    plain ones (NFKC of one character at a time, so that ½ is "1⁄2" with the fraction slash, and
//    1½ "1 1⁄2"; circled numbers ①, raised and lowered digits ² and '…' stay), private-use
//    characters U+FFFD; characters without width go;
//  - clause punctuation has one form whatever was typed: '，' '；' '：' '！' '？' and the ASCII
//    , ; : ! ? that stand next to a Han character or Chinese punctuation become ASCII ';' ':' '!'
//    '?' and, for the comma, '，'; a comma (of either width) between two digits stays or becomes
//    ',' so that "，" always parts clauses and "," only ever groups digits or parts Latin words.
//    Full-width brackets become ( ); 「」『』 and straight double quotes around Han become “ ” ‘ ’;
//    '。' and '、' stay, '．' between digits becomes '.', '～' and '〜' become '~', '％' '%',
//    '—' '–' '－' '−' stay as the dashes '—' '–' '-' '-'.
//  - white space goes where either neighbour is a Han character, Chinese punctuation, or a sign
//    such as % that clings to a number; one blank remains between two Latin words or numbers; line
//    breaks stay as '\n' (they part blocks), and blanks with a tab among them inside a line as one
//    '\t' (it parts the cells of a table).
#pragma once

#include <string>
#include <string_view>

#include "base/document.h"
#include "base/text.h"

namespace hanfact::normalize {

// The match view of valid UTF-8, with the map back to it. Linear; ToClean of any span of the view
// lies on code-point borders.
[[nodiscard]] MatchView MakeMatchView(std::string_view clean);

// Simplified by OpenCC's t2s, nothing else changed.
[[nodiscard]] std::string ToSimplified(std::string_view text);

// Hans, Hant or mixed, from the characters that exist in one script only; Hans where none does.
// A few strays (up to 1 in 20) do not make a text mixed.
[[nodiscard]] Script DetectScript(std::string_view clean);

}  // namespace hanfact::normalize
