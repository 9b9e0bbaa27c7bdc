#include "ingest/reader_sniff.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "ingest/json_lines.h"

namespace hanfact::ingest {
namespace {

struct Magic {
  std::string_view bytes;
  const char* kind;
};

constexpr std::string_view operator""_b(const char* s, size_t n) { return {s, n}; }

constexpr std::array kMagics = std::to_array<Magic>({
    {"\x89PNG"_b, "PNG image"},
    {"\xFF\xD8\xFF"_b, "JPEG image"},
    {"GIF8"_b, "GIF image"},
    {"RIFF"_b, "RIFF media"},
    {"BM\x36"_b, "BMP image"},
    {"\x00\x00\x01\x00"_b, "icon"},
    {"%PDF-"_b, "PDF"},
    {"\xD0\xCF\x11\xE0"_b, "Office document"},
    {"SQLite format 3\x00"_b, "SQLite database"},
    {"\x7F"
     "ELF"_b,
     "program"},
    {"OggS"_b, "Ogg media"},
    {"ID3"_b, "MP3 audio"},
    {"wOFF"_b, "font"},
    {"wOF2"_b, "font"},
    {"Rar!"_b, "RAR archive"},
    {"7z\xBC\xAF"_b, "7z archive"},
    {"\x00"
     "asm"_b,
     "program"},
});

// Whether one of eight bytes is below 0x20.
bool HoldsControl(const char* bytes) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t eight;
  std::memcpy(&eight, bytes, sizeof eight);
  return ((eight - 0x20 * kEach) & ~eight & 0x80 * kEach) != 0;
}

// Bytes of no known kind that are no text either: many control bytes, and no UTF-16.
bool LooksBinary(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return false;
  if (head.empty()) return false;
  size_t control = 0, zero_even = 0, zero_odd = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    while (i + sizeof(uint64_t) <= head.size() && !HoldsControl(head.data() + i)) {
      i += sizeof(uint64_t);
    }
    if (i == head.size()) break;
    const auto b = static_cast<unsigned char>(head[i]);
    if (b == 0) {
      ++(i % 2 == 0 ? zero_even : zero_odd);
    } else if (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1B) {
      ++control;
    }
  }
  const size_t zero = zero_even + zero_odd;
  // UTF-16 has zero bytes on one side only.
  if (zero > head.size() / 50 && (zero_even > 8 * zero_odd || zero_odd > 8 * zero_even)) {
    return control * 20 > head.size();
  }
  return (zero + control) * 30 > head.size();
}

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The first sign behind the bracket that starts the text.
char Second(std::string_view text) {
  size_t at = 1;
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at < text.size() ? text[at] : '\0';
}

// An object laid out over lines: the first line is no object and ends where one goes on.
bool SpansLines(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  const std::string_view first = Trim(text.substr(0, end));
  if (first != "{" && !first.ends_with(',') && !first.ends_with('{') && !first.ends_with('[')) {
    return false;
  }
  return std::holds_alternative<std::string>(ReadJsonRecord(first));
}

}  // namespace

std::string_view StripBom(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string_view BinaryKind(std::string_view head) {
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) return magic.kind;
  }
  return LooksBinary(head) ? "unknown binary" : "";
}

Format SniffFormat(std::string_view head, bool whole) {
  const std::string_view text = Trim(StripBom(head));
  if (text.starts_with('{')) {
    const char second = Second(text);
    if (second == '"' || second == '}') {
      return SpansLines(text) ? Format::kJsonObjects : Format::kJsonLines;
    }
  }
  if (text.starts_with('[')) {
    const char second = Second(text);
    if (second == '{' || (whole && second == ']')) return Format::kJsonArray;
  }
  if (DelimitedHeader(text)) return Format::kDelimited;
  return Format::kArticle;
}

}  // namespace hanfact::ingest
