// The same text as another hand would type it: the other script, full width, blanks.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/text.h"

extern "C" {
extern const char hanfact_st_characters[], hanfact_st_characters_end[];
}

namespace hanfact::testing {

// One-to-one, by OpenCC's own table: the first traditional form of each character; with
// `every_other` of each second one only, as in texts of mixed script.
inline std::string ToTraditional(std::string_view text, bool every_other = false) {
  static const auto* map = [] {
    auto* made = new std::map<char32_t, std::string>();
    const std::string_view table(
        hanfact_st_characters,
        static_cast<size_t>(hanfact_st_characters_end - hanfact_st_characters));
    for (std::string_view line : Split(table, '\n')) {
      const size_t tab = line.find('\t');
      if (tab == std::string_view::npos) continue;
      (*made)[CodePointAt(line, 0)] = Split(line.substr(tab + 1), ' ')[0];
    }
    return made;
  }();
  std::string out;
  uint32_t n = 0;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i]), ++n) {
    const char32_t c = CodePointAt(text, i);
    const auto it = map->find(c);
    if (it != map->end() && !(every_other && n % 2 == 0)) {
      out += it->second;
    } else {
      AppendUtf8(out, c);
    }
  }
  return out;
}

inline std::string ToFullWidth(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    const char32_t c = CodePointAt(text, i);
    AppendUtf8(out, c > ' ' && c < 0x7F ? c - '!' + 0xFF01 : c);
  }
  return out;
}

// Between Han characters and digits.
inline std::string WithBlanks(std::string_view text) {
  std::string out;
  char32_t last = 0;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    const char32_t c = CodePointAt(text, i);
    if ((IsAsciiDigit(last) && IsHan(c)) || (IsHan(last) && IsAsciiDigit(c))) out += ' ';
    AppendUtf8(out, c);
    last = c;
  }
  return out;
}

}  // namespace hanfact::testing
