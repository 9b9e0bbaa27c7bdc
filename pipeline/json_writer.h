// JSON lines as they are written: one pass into a buffer, no tree in between.
//
// A tree of values costs a quarter of the time of `extract`; RapidJSON's writer puts the same text
// out as it is told. Strings that are no UTF-8 (names of files) get U+FFFD for each byte at fault,
// so that a line is always valid JSON: the line is asked once, when it is done, since a mark of
// ASCII on either side keeps what is at fault inside its string.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "base/text.h"

namespace hanfact::pipeline {

class JsonWriter {
 public:
  JsonWriter& Open() { return writer_.StartObject(), *this; }
  JsonWriter& Close() { return writer_.EndObject(), *this; }
  JsonWriter& OpenList() { return writer_.StartArray(), *this; }
  JsonWriter& CloseList() { return writer_.EndArray(), *this; }
  // Names of fields, and values that are our own words or digits: nothing in them is escaped.
  JsonWriter& Key(std::string_view name) { return writer_.PlainText(name), *this; }
  JsonWriter& Word(std::string_view word) { return writer_.PlainText(word), *this; }

  JsonWriter& Null() { return writer_.Null(), *this; }
  JsonWriter& Value(bool flag) { return writer_.Bool(flag), *this; }
  JsonWriter& Value(uint32_t number) { return writer_.Uint(number), *this; }
  JsonWriter& Value(int number) { return writer_.Int(number), *this; }
  // The shortest digits that give the same number again; 1.0 keeps its point.
  JsonWriter& Value(double number) {
    char digits[32];
    char* end = std::to_chars(digits, digits + sizeof digits - 2, number).ptr;
    if (std::find_if(digits, end, [](char c) { return c == '.' || c == 'e'; }) == end) {
      *end++ = '.';
      *end++ = '0';
    }
    return writer_.RawValue(digits, static_cast<size_t>(end - digits), rapidjson::kNumberType),
           *this;
  }
  JsonWriter& Value(std::string_view text) { return writer_.Text(text), *this; }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json) {
    return writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this;
  }

  template <class T>
  JsonWriter& Field(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }
  JsonWriter& WordField(std::string_view name, std::string_view word) {
    return Key(name).Word(word);
  }
  // Nothing where there is no text.
  JsonWriter& FieldIfAny(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Key(name).Value(text);
  }

  [[nodiscard]] std::string Take() const {
    const std::string_view line(buffer_.GetString(), buffer_.GetSize());
    return FindInvalidUtf8(line) ? Replaced(line) : std::string(line);
  }

 private:
  // RapidJSON puts strings out byte by byte (its way for sixteen at a time leaves U+001F as it is):
  // here what needs no escape is copied in one piece.
  class Writer : public rapidjson::Writer<rapidjson::StringBuffer> {
   public:
    using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

    // A key or a word.
    void PlainText(std::string_view text) {
      Prefix(rapidjson::kStringType);
      char* to = os_->Push(text.size() + 2);
      *to = '"';
      std::memcpy(to + 1, text.data(), text.size());
      to[text.size() + 1] = '"';
      EndValue(true);
    }
    // A string as a value.
    void Text(std::string_view text) {
      Prefix(rapidjson::kStringType);
      os_->Put('"');
      while (true) {
        const size_t plain = Plain(text);
        if (plain > 0) std::memcpy(os_->Push(plain), text.data(), plain);
        if (plain == text.size()) break;
        Escape(text[plain]);
        text.remove_prefix(plain + 1);
      }
      os_->Put('"');
      EndValue(true);
    }

   private:
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
      return (below(eight, 0x20) | below(eight ^ '"' * kEach, 1) |
              below(eight ^ '\\' * kEach, 1)) != 0;
    }
    void Escape(char c) {
      constexpr std::string_view kSigns = "\b\f\n\r\t\"\\", kLetters = "bfnrt\"\\";
      constexpr char kHex[] = "0123456789ABCDEF";
      os_->Put('\\');
      if (const size_t sign = kSigns.find(c); sign != kSigns.npos) {
        os_->Put(kLetters[sign]);
        return;
      }
      for (char digit : {'u', '0', '0', kHex[c >> 4], kHex[c & 15]}) os_->Put(digit);
    }
  };

  static std::string Replaced(std::string_view text) {
    std::string out;
    while (const auto at = FindInvalidUtf8(text)) {
      out.append(text.substr(0, *at)).append("\uFFFD");
      text.remove_prefix(*at + 1);
    }
    return out.append(text);
  }

  static constexpr size_t kMostLines = 16 << 10;  // bytes

  rapidjson::StringBuffer buffer_{nullptr, kMostLines};
  Writer writer_{buffer_};
};

}  // namespace hanfact::pipeline
