#include "base/text.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace hanfact {

void OffsetMap::Copy(uint32_t bytes) {
  if (bytes == 0) return;
  if (runs_.empty() || !runs_.back().copied) runs_.push_back({match_size_, clean_size_, true});
  match_size_ += bytes;
  clean_size_ += bytes;
}

void OffsetMap::Replace(uint32_t clean_bytes, uint32_t match_bytes) {
  if (clean_bytes == 0 && match_bytes == 0) return;
  runs_.push_back({match_size_, clean_size_, false});
  match_size_ += match_bytes;
  clean_size_ += clean_bytes;
}

uint32_t OffsetMap::RunMatchEnd(size_t i) const {
  return i + 1 < runs_.size() ? runs_[i + 1].match_begin : match_size_;
}

uint32_t OffsetMap::RunCleanEnd(size_t i) const {
  return i + 1 < runs_.size() ? runs_[i + 1].clean_begin : clean_size_;
}

CleanSpan OffsetMap::ToClean(MatchSpan span) const {
  // The last run that begins at or before a match byte and is not empty on the match side.
  auto run_of = [this](uint32_t match_byte) {
    auto it = std::upper_bound(runs_.begin(), runs_.end(), match_byte,
                               [](uint32_t b, const Run& r) { return b < r.match_begin; });
    return static_cast<size_t>(it - runs_.begin()) - 1;
  };
  if (runs_.empty()) return {};
  if (span.empty()) {
    if (span.begin >= match_size_) return {clean_size_, clean_size_};
    const size_t i = run_of(span.begin);
    const uint32_t at =
        runs_[i].clean_begin + (runs_[i].copied ? span.begin - runs_[i].match_begin : 0);
    return {at, at};
  }
  const size_t first = run_of(span.begin);
  const size_t last = run_of(span.end - 1);
  CleanSpan out;
  out.begin =
      runs_[first].clean_begin + (runs_[first].copied ? span.begin - runs_[first].match_begin : 0);
  out.end = runs_[last].copied ? runs_[last].clean_begin + (span.end - runs_[last].match_begin)
                               : RunCleanEnd(last);
  return out;
}

MatchSpan OffsetMap::ToMatch(CleanSpan span) const {
  auto run_of = [this](uint32_t clean_byte) {
    auto it = std::upper_bound(runs_.begin(), runs_.end(), clean_byte,
                               [](uint32_t b, const Run& r) { return b < r.clean_begin; });
    return static_cast<size_t>(it - runs_.begin()) - 1;
  };
  if (runs_.empty()) return {};
  if (span.begin >= clean_size_) return {match_size_, match_size_};
  const size_t first = run_of(span.begin);
  MatchSpan out;
  out.begin = runs_[first].copied
                  ? runs_[first].match_begin + (span.begin - runs_[first].clean_begin)
                  : runs_[first].match_begin;
  if (span.empty()) {
    out.end = out.begin;
    return out;
  }
  const size_t last = run_of(span.end - 1);
  out.end = runs_[last].copied ? runs_[last].match_begin + (span.end - runs_[last].clean_begin)
                               : RunMatchEnd(last);
  return out;
}

namespace {

// How many of the first `size` bytes at `text` begin a code point; at most eight, which can all be
// read. Where the first byte is the least of a word.
uint32_t CountLeads(const char* text, size_t size) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t eight;
  std::memcpy(&eight, text, sizeof eight);
  // The bytes that begin none are 10xxxxxx.
  uint64_t leads = ~(eight >> 7 & ~(eight >> 6)) & kEach;
  leads = size == sizeof eight ? leads : leads & ((uint64_t{1} << 8 * size) - 1);
  return static_cast<uint32_t>(leads * kEach >> 56);
}

}  // namespace

CodePointIndex::CodePointIndex(std::string_view text) {
  at_.reserve(text.size() / kBlock + 1);
  for (size_t i = 0; i <= text.size(); i += kBlock) {
    at_.push_back(size_);
    size_ += CountCodePoints(text.substr(i, kBlock));
  }
}

uint32_t CodePointIndex::ToCodePoints(std::string_view text, uint32_t byte) const {
  const size_t block = byte / kBlock, begin = block * kBlock;
  if (std::endian::native != std::endian::little || begin + kBlock > text.size()) {
    return at_[block] + CountCodePoints(text.substr(begin, byte - begin));
  }
  constexpr size_t kHalf = kBlock / 2;
  const size_t size = byte - begin;
  const char* const from = text.data() + begin;
  return at_[block] + CountLeads(from, std::min(size, kHalf)) +
         CountLeads(from + kHalf, size > kHalf ? size - kHalf : 0);
}

uint32_t CodePointIndex::ToBytes(std::string_view text, uint32_t code_point) const {
  if (code_point >= size_) return static_cast<uint32_t>(text.size());
  auto it = std::upper_bound(at_.begin(), at_.end(), code_point);
  const size_t block = static_cast<size_t>(it - at_.begin()) - 1;
  uint32_t left = code_point - at_[block];
  size_t i = block * kBlock;
  while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) ++i;
  while (left > 0) {
    i += CodePointLength(text[i]);
    --left;
  }
  return static_cast<uint32_t>(i);
}

uint32_t CountCodePoints(std::string_view utf8) {
  uint32_t n = 0;
  for (char c : utf8) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

std::optional<size_t> FindInvalidUtf8(std::string_view bytes) {
  // Texts are asked at several doors and are sound nearly always; where they are not, a walk says
  // where. Short strings are walked in less time than the call takes.
  constexpr size_t kShort = 32;
  if (bytes.size() > kShort && simdjson::validate_utf8(bytes.data(), bytes.size())) {
    return std::nullopt;
  }
  return WalkToInvalidUtf8(bytes);
}

std::optional<size_t> WalkToInvalidUtf8(std::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const size_t n = bytes.size();
  auto tail = [&](size_t i) { return i < n && (p[i] & 0xC0) == 0x80; };
  for (size_t i = 0; i < n;) {
    const unsigned char b = p[i];
    if (b < 0x80) {
      // Ids and digests are ASCII from end to end.
      uint64_t eight = 0;
      if (n - i >= sizeof eight) std::memcpy(&eight, p + i, sizeof eight);
      i += n - i >= sizeof eight && (eight & 0x8080808080808080u) == 0 ? sizeof eight : 1;
    } else if (b >= 0xE1 && b <= 0xEC) {  // Han, first of all
      if (!tail(i + 1) || !tail(i + 2)) return i;
      i += 3;
    } else if (b >= 0xC2 && b <= 0xDF) {
      if (!tail(i + 1)) return i;
      i += 2;
    } else if (b >= 0xE0 && b <= 0xEF) {
      if (!tail(i + 1) || !tail(i + 2)) return i;
      if (b == 0xE0 && p[i + 1] < 0xA0) return i;   // overlong
      if (b == 0xED && p[i + 1] >= 0xA0) return i;  // surrogate
      i += 3;
    } else if (b >= 0xF0 && b <= 0xF4) {
      if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return i;
      if (b == 0xF0 && p[i + 1] < 0x90) return i;   // overlong
      if (b == 0xF4 && p[i + 1] >= 0x90) return i;  // above U+10FFFF
      i += 4;
    } else {
      return i;
    }
  }
  return std::nullopt;
}

void AppendUtf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string_view Trim(std::string_view text) {
  // Readers trim lines before they are known to be UTF-8: what is cut off inside a character ends
  // the white space.
  const auto space_at = [&](size_t at) {
    const bool lead = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    return lead && at + CodePointLength(text[at]) <= text.size() && IsSpace(CodePointAt(text, at));
  };
  while (!text.empty() && space_at(0)) text.remove_prefix(CodePointLength(text[0]));
  while (!text.empty()) {
    const size_t at = PreviousBorder(text, text.size());
    if (!space_at(at)) break;
    text = text.substr(0, at);
  }
  return text;
}

std::string RemoveSpace(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t kept = 0;  // from here on nothing has been put out yet
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead > 0xE3 && lead < 0xEF) {  // U+4000 to U+EFFF: no white space among them
      i += 3;
      continue;
    }
    const uint32_t n = CodePointLength(text[i]);
    if (IsSpace(CodePointAt(text, i))) {
      out.append(text, kept, i - kept);
      kept = i + n;
    }
    i += n;
  }
  if (kept < text.size()) out.append(text, kept);
  return out;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  size_t from = 0;
  while (true) {
    const size_t at = text.find(separator, from);
    out.push_back(text.substr(from, at == std::string_view::npos ? at : at - from));
    if (at == std::string_view::npos) return out;
    from = at + 1;
  }
}

}  // namespace hanfact
