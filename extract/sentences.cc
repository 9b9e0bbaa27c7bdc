#include "extract/sentences.h"

namespace hanfact::extract {
namespace {

bool EndsSentence(char32_t c) {
  return c == U'。' || c == '!' || c == '?' || c == ';' || c == U'！' || c == U'？' || c == U'；' ||
         c == U'…';
}
bool Closes(char32_t c) {
  return c == U'”' || c == U'’' || c == U'」' || c == U'』' || c == U'》' || c == ')' || c == U'）';
}

// Adds [begin, end) without the white space around it, in pieces no longer than kMaxSentenceBytes.
void Add(std::string_view text, uint32_t begin, uint32_t end, uint32_t paragraph,
         std::vector<Sentence>& out) {
  while (begin < end) {
    const char32_t c = CodePointAt(text, begin);
    if (!IsSpace(c)) break;
    begin += CodePointLength(text[begin]);
  }
  while (begin < end && IsSpace(CodePointBefore(text, end))) {
    end = static_cast<uint32_t>(PreviousBorder(text, end));
  }
  while (end - begin > kMaxSentenceBytes) {
    const std::string_view piece = text.substr(begin, kMaxSentenceBytes);
    size_t cut = piece.rfind("，");
    if (cut == std::string_view::npos) cut = piece.rfind("、");
    uint32_t at = begin + kMaxSentenceBytes;
    if (cut != std::string_view::npos && cut > 0) {
      at = begin + static_cast<uint32_t>(cut) + 3;
    } else {
      while (at > begin && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    }
    out.push_back({{begin, at}, paragraph});
    begin = at;
  }
  if (begin < end) out.push_back({{begin, end}, paragraph});
}

}  // namespace

std::vector<Sentence> SplitSentences(std::string_view text) {
  std::vector<Sentence> out;
  out.reserve(text.size() / 64);
  uint32_t begin = 0;
  uint32_t paragraph = 0;
  const auto size = static_cast<uint32_t>(text.size());
  for (uint32_t i = 0; i < size;) {
    if (text[i] == '\n') {
      Add(text, begin, i, paragraph, out);
      begin = ++i;
      ++paragraph;
      continue;
    }
    // No sentence ends with a Han character, and nearly all of a text is one.
    if (LeadsHan(text[i])) {
      i += 3;
      continue;
    }
    const char32_t c = CodePointAt(text, i);
    i += CodePointLength(text[i]);
    if (!EndsSentence(c)) continue;
    while (i < size) {
      const char32_t next = CodePointAt(text, i);
      if (!EndsSentence(next) && !Closes(next)) break;
      i += CodePointLength(text[i]);
    }
    Add(text, begin, i, paragraph, out);
    begin = i;
  }
  Add(text, begin, size, paragraph, out);
  return out;
}

}  // namespace hanfact::extract
