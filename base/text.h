// Text layers, spans and offset maps.
//
// Offsets inside the program are UTF-8 bytes, half-open, on code-point borders, and typed by the
// text they point into: a CleanSpan cannot be passed where a MatchSpan is wanted. At the edge
// (database, JSON) they become code points through CodePointIndex.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact {

struct CleanLayer;  // layer 1: the article as a reader sees it, in its own script
struct MatchLayer;  // layer 2: simplified, half-width view made for the rules, thrown away after

// A half-open byte range [begin, end) of valid UTF-8 in one layer.
template <class Layer>
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;

  [[nodiscard]] uint32_t size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] bool Contains(Span other) const { return begin <= other.begin && other.end <= end; }
  [[nodiscard]] bool Overlaps(Span other) const { return begin < other.end && other.begin < end; }
  auto operator<=>(const Span&) const = default;
};
using CleanSpan = Span<CleanLayer>;
using MatchSpan = Span<MatchLayer>;

// The part of `text` a span covers. The view lives as long as the text; the span must lie in it.
template <class Layer>
[[nodiscard]] inline std::string_view Slice(std::string_view text, Span<Layer> span) {
  return text.substr(span.begin, span.size());
}

// Maps the match view back to the clean text. Keeps breakpoints only: a run of bytes copied as
// they are costs one entry, as does each replaced or inserted piece.
//
// Built from left to right: the calls describe how the match view was produced.
class OffsetMap {
 public:
  // The next `bytes` of the clean text were copied unchanged to the match view.
  void Copy(uint32_t bytes);
  // The next `clean_bytes` of the clean text became `match_bytes` of the match view (either may be
  // zero: dropped, or inserted). Positions inside such a piece map to the whole of it.
  void Replace(uint32_t clean_bytes, uint32_t match_bytes);

  // The clean characters that the match span covers: from the first clean character behind its
  // first byte to the last one behind its last byte. Clean text dropped right before or after the
  // span is not included. An empty span maps to an empty span. O(log runs).
  [[nodiscard]] CleanSpan ToClean(MatchSpan span) const;
  // The smallest match span whose characters come from the clean span. O(log runs).
  [[nodiscard]] MatchSpan ToMatch(CleanSpan span) const;

  [[nodiscard]] uint32_t clean_size() const { return clean_size_; }
  [[nodiscard]] uint32_t match_size() const { return match_size_; }
  [[nodiscard]] size_t runs() const { return runs_.size(); }

 private:
  struct Run {
    uint32_t match_begin;
    uint32_t clean_begin;
    bool copied;
  };
  [[nodiscard]] uint32_t RunMatchEnd(size_t i) const;
  [[nodiscard]] uint32_t RunCleanEnd(size_t i) const;

  std::vector<Run> runs_;
  uint32_t clean_size_ = 0;
  uint32_t match_size_ = 0;
};

// A match view with the way back to the clean text it was made from.
struct MatchView {
  std::string text;
  OffsetMap map;
};

// Turns byte offsets of one text into code-point offsets and back. Holds no reference to the text;
// building costs one pass, a look-up to code points a few instructions.
class CodePointIndex {
 public:
  explicit CodePointIndex(std::string_view text);
  [[nodiscard]] uint32_t ToCodePoints(std::string_view text, uint32_t byte) const;
  [[nodiscard]] uint32_t ToBytes(std::string_view text, uint32_t code_point) const;
  [[nodiscard]] uint32_t size() const { return size_; }  // code points in the text

 private:
  static constexpr size_t kBlock = 16;  // bytes

  std::vector<uint32_t> at_;  // code points before each block
  uint32_t size_ = 0;
};

// The number of code points in valid UTF-8.
[[nodiscard]] uint32_t CountCodePoints(std::string_view utf8);

// The byte offset of the first byte that is no strict UTF-8 (overlong forms, surrogates and values
// above U+10FFFF are errors), or nullopt if all is valid.
[[nodiscard]] std::optional<size_t> FindInvalidUtf8(std::string_view bytes);
// The same by a walk as far as that byte: for whoever goes on behind it. Each FindInvalidUtf8() may
// look at all that is left.
[[nodiscard]] std::optional<size_t> WalkToInvalidUtf8(std::string_view bytes);

// Bytes of the code point that starts with this lead byte; 1 for anything that is none. Valid UTF-8
// only: validate at the door, then trust.
[[nodiscard, gnu::always_inline]] inline uint32_t CodePointLength(char lead) {
  const auto b = static_cast<unsigned char>(lead);
  if ((b & 0xF0) == 0xE0) return 3;  // Han: most of a text is asked no more
  return b < 0xC0 ? 1 : b < 0xE0 ? 2 : 4;
}

// Whether the lead byte is that of a character from U+4000 to U+9FFF, three bytes each: the common
// Han characters, nearly all of a text, and no punctuation, letter, digit or white space.
[[nodiscard, gnu::always_inline]] inline bool LeadsHan(char lead) {
  const auto b = static_cast<unsigned char>(lead);
  return b >= 0xE4 && b <= 0xE9;
}
// The code point of three bytes.
[[nodiscard, gnu::always_inline]] inline char32_t CodePointOfThree(const char* bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes);
  return ((p[0] & 0x0Fu) << 12) | ((p[1] & 0x3Fu) << 6) | (p[2] & 0x3Fu);
}

// The code point at byte `at` (a border, at < text.size()) of valid UTF-8.
[[nodiscard, gnu::always_inline]] inline char32_t CodePointAt(std::string_view text, size_t at) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + at;
  const char32_t b = p[0];
  if ((b & 0xF0) == 0xE0) return CodePointOfThree(text.data() + at);
  if (b < 0x80) return b;
  if (b < 0xE0) return ((b & 0x1F) << 6) | (p[1] & 0x3Fu);
  return ((b & 0x07) << 18) | ((p[1] & 0x3Fu) << 12) | ((p[2] & 0x3Fu) << 6) | (p[3] & 0x3Fu);
}
// The border before byte `at` (a border > 0).
[[nodiscard]] inline size_t PreviousBorder(std::string_view text, size_t at) {
  --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return at;
}
// The code point that ends at byte `at` (a border); 0 at the start of the text.
[[nodiscard, gnu::always_inline]] inline char32_t CodePointBefore(std::string_view text,
                                                                  size_t at) {
  // Three bytes behind the lead of three, which Han is: no need to look for the border.
  if (at >= 3 && (static_cast<unsigned char>(text[at - 3]) & 0xF0) == 0xE0) {
    return CodePointAt(text, at - 3);
  }
  return at == 0 ? 0 : CodePointAt(text, PreviousBorder(text, at));
}
void AppendUtf8(std::string& out, char32_t code_point);

// Whether `with` stands at byte `at`, or ends at byte `end`. The first for literals, whose compare
// is one or two instructions; the second for table rows, most of which differ in their last byte.
template <size_t N>
[[nodiscard, gnu::always_inline]] inline bool StandsAt(std::string_view text, size_t at, const char (&with)[N]) {
  return at <= text.size() && text.size() - at >= N - 1 &&
         __builtin_memcmp(text.data() + at, with, N - 1) == 0;
}
[[nodiscard, gnu::always_inline]] inline bool StandsAt(std::string_view text, size_t at, std::string_view with) {
  const size_t n = with.size();
  if (at > text.size() || text.size() - at < n) return false;
  const char* from = text.data() + at;
  return n == 0 || (from[n - 1] == with[n - 1] && __builtin_memcmp(from, with.data(), n - 1) == 0);
}
template <size_t N>
[[nodiscard]] inline bool EndsAt(std::string_view text, size_t end, const char (&with)[N]) {
  return end >= N - 1 && StandsAt(text, end - (N - 1), with);
}
[[nodiscard]] inline bool EndsAt(std::string_view text, size_t end, std::string_view with) {
  return end >= with.size() && StandsAt(text, end - with.size(), with);
}

// Han characters: the unified ideographs, their extensions, compatibility forms, 〇 and 々.
[[nodiscard]] inline bool IsHan(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
         c == 0x3005 || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x323AF);
}
[[nodiscard]] inline bool IsAsciiDigit(char32_t c) { return c >= '0' && c <= '9'; }
[[nodiscard]] inline bool IsAsciiLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// White space as readers see it: ASCII blanks and breaks, U+00A0, U+2000-200B, U+202F, U+3000,
// U+FEFF.
[[nodiscard]] inline bool IsSpace(char32_t c) {
  if (c > 0x3000 && c != 0xFEFF) return false;  // most of a text
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000 || c == 0xFEFF;
}

// Removes white space (IsSpace) at both ends. Any bytes.
[[nodiscard]] std::string_view Trim(std::string_view text);
// The text without any white space (IsSpace).
[[nodiscard]] std::string RemoveSpace(std::string_view text);
// Splits at every `separator`; "" gives one empty part. Views into `text`.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

}  // namespace hanfact
