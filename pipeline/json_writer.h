// JSON lines as they are written: one pass into a buffer, no tree in between.
//
// A tree of values costs a quarter of the time of `extract`, and a general writer, which keeps a
// stack of what is open and asks for room byte by byte, a tenth of it. Here a value is one look at
// the room left and one copy; what stands in front of it, a comma or none, is one flag, since a key
// or an open bracket asks for none and everything else for one. That values and keys take turns is
// the caller's part. Strings that are no UTF-8 (names of files) get U+FFFD for each byte at fault,
// so that a line is always valid JSON: the line is asked once, when it is done, since a mark of
// ASCII on either side keeps what is at fault inside its string.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hanfact::pipeline {

class JsonWriter {
 public:
  JsonWriter& Open() { return Begin('{'); }
  JsonWriter& Close() { return End('}'); }
  JsonWriter& OpenList() { return Begin('['); }
  JsonWriter& CloseList() { return End(']'); }
  // Names of fields, and values that are our own words or digits: nothing in them is escaped.
  // Inlined, so that a name that is known is a few words stored and no copy.
  [[gnu::always_inline]] JsonWriter& Key(std::string_view name) {
    char* to = Quoted(Next(name.size() + 3), name);
    *to++ = ':';
    Done(to);
    comma_ = false;
    return *this;
  }
  [[gnu::always_inline]] JsonWriter& Word(std::string_view word) {
    return Done(Quoted(Next(word.size() + 2), word));
  }

  JsonWriter& Null() { return Raw("null"); }
  JsonWriter& Value(bool flag) { return Raw(flag ? "true" : "false"); }
  JsonWriter& Value(uint32_t number) { return Number(number); }
  JsonWriter& Value(int number) { return Number(number); }
  // The shortest digits that give the same number again; 1.0 keeps its point.
  JsonWriter& Value(double number) {
    char* const begin = Next(kMostDigits + 2);
    char* end = std::to_chars(begin, begin + kMostDigits, number).ptr;
    if (std::find_if(begin, end, [](char c) { return c == '.' || c == 'e'; }) == end) {
      *end++ = '.';
      *end++ = '0';
    }
    return Done(end);
  }
  JsonWriter& Value(std::string_view text) {
    size_t plain = Plain(text);
    if (plain == text.size()) return Word(text);
    Put(Next(1), '"');
    while (true) {
      Done(Copied(Room(plain), text.substr(0, plain)));
      if (plain == text.size()) return Put(Room(1), '"');
      Escape(text[plain]);
      text.remove_prefix(plain + 1);
      plain = Plain(text);
    }
  }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  // A value that is JSON already.
  [[gnu::always_inline]] JsonWriter& Raw(std::string_view json) {
    return Done(Copied(Next(json.size()), json));
  }

  template <class T>
  [[gnu::always_inline]] JsonWriter& Field(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }
  [[gnu::always_inline]] JsonWriter& WordField(std::string_view name, std::string_view word) {
    return Key(name).Word(word);
  }
  // Nothing where there is no text.
  [[gnu::always_inline]] JsonWriter& FieldIfAny(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Key(name).Value(text);
  }

  [[nodiscard]] std::string Take() const {
    const std::string_view line(buffer_.get(), size_);
    return FindInvalidUtf8(line) ? Replaced(line) : std::string(line);
  }

 private:
  JsonWriter& Begin(char bracket) {
    Put(Next(1), bracket);
    comma_ = false;
    return *this;
  }
  JsonWriter& End(char bracket) {
    comma_ = true;
    return Put(Room(1), bracket);
  }
  template <class Integer>
  JsonWriter& Number(Integer number) {
    char* const begin = Next(kMostDigits);
    return Done(std::to_chars(begin, begin + kMostDigits, number).ptr);
  }

  // Where the next bytes go, with room for so many; they count when they are Done.
  [[gnu::always_inline]] char* Room(size_t bytes) {
    if (room_ - size_ < bytes) Grow(bytes);
    return buffer_.get() + size_;
  }
  [[gnu::noinline]] void Grow(size_t bytes) {
    room_ = 2 * room_ + bytes;
    auto larger = std::make_unique_for_overwrite<char[]>(room_);
    std::memcpy(larger.get(), buffer_.get(), size_);
    buffer_ = std::move(larger);
  }
  // The same behind the comma that parts a value from the one before.
  [[gnu::always_inline]] char* Next(size_t bytes) {
    char* to = Room(bytes + 1);
    if (comma_) {
      *to++ = ',';
      ++size_;
    }
    comma_ = true;
    return to;
  }
  JsonWriter& Done(const char* end) {
    size_ = static_cast<size_t>(end - buffer_.get());
    return *this;
  }
  JsonWriter& Put(char* to, char c) {
    *to = c;
    return Done(to + 1);
  }
  // Write at `to`; return what is behind.
  static char* Copied(char* to, std::string_view text) { return to + text.copy(to, text.size()); }
  [[gnu::always_inline]] static char* Quoted(char* to, std::string_view text) {
    *to = '"';
    to = Copied(to + 1, text);
    *to = '"';
    return to + 1;
  }

  // How many bytes at the start of the text stand as they are.
  static size_t Plain(std::string_view text) {
    // Without a branch, and in bytes, so that the compiler takes many at once.
    const auto must = [](unsigned char c) {
      return static_cast<unsigned char>((c < 0x20) | (c == '"') | (c == '\\'));
    };
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    constexpr size_t kBlock = 32;
    size_t at = 0;
    for (; at + kBlock <= text.size(); at += kBlock) {
      unsigned char any = 0;
      for (size_t i = 0; i < kBlock; ++i) any |= must(bytes[at + i]);
      if (any != 0) break;
    }
    // Eight at a time: half of all strings are shorter than a block.
    for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
      uint64_t eight;
      std::memcpy(&eight, bytes + at, sizeof eight);
      if (MustEscapeAny(eight)) break;
    }
    // What is left, with bytes that have been looked at in front of it.
    if (text.size() - at < sizeof(uint64_t) && text.size() >= sizeof(uint64_t)) {
      uint64_t eight;
      std::memcpy(&eight, bytes + text.size() - sizeof eight, sizeof eight);
      if (!MustEscapeAny(eight)) return text.size();
    }
    while (at < text.size() && must(bytes[at]) == 0) ++at;
    return at;
  }
  // Whether one of eight bytes is a control character, a quotation mark or a backslash.
  static bool MustEscapeAny(uint64_t eight) {
    constexpr uint64_t kEach = 0x0101010101010101, kHigh = 0x80 * kEach;
    // The high bit of each byte below `limit` (at most 0x80), and none where there is no such
    // byte.
    const auto below = [](uint64_t bytes, uint64_t limit) {
      return (bytes - limit * kEach) & ~bytes & kHigh;
    };
    return (below(eight, 0x20) | below(eight ^ '"' * kEach, 1) | below(eight ^ '\\' * kEach, 1)) !=
           0;
  }
  void Escape(char c) {
    constexpr std::string_view kSigns = "\b\f\n\r\t\"\\", kLetters = "bfnrt\"\\";
    constexpr char kHex[] = "0123456789ABCDEF";
    Put(Room(1), '\\');
    if (const size_t sign = kSigns.find(c); sign != kSigns.npos) {
      Put(Room(1), kLetters[sign]);
      return;
    }
    for (char digit : {'u', '0', '0', kHex[c >> 4], kHex[c & 15]}) Put(Room(1), digit);
  }

  static std::string Replaced(std::string_view text) {
    std::string out;
    while (const auto at = WalkToInvalidUtf8(text)) {
      out.append(text.substr(0, *at)).append("\uFFFD");
      text.remove_prefix(*at + 1);
    }
    return out.append(text);
  }

  static constexpr size_t kMostLines = 16 << 10;  // bytes
  static constexpr size_t kMostDigits = 30;       // of a number

  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(kMostLines);
  size_t room_ = kMostLines;  // of the buffer
  size_t size_ = 0;           // of what is written
  bool comma_ = false;        // the next value needs one in front
};

}  // namespace hanfact::pipeline
