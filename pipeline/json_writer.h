// JSON lines as they are written: one pass into a buffer, no tree in between.
//
// A tree of values costs a quarter of the time of `extract`; RapidJSON's writer puts the same text
// out as it is told. Strings that are no UTF-8 (names of files) get U+FFFD for each byte at fault,
// so that a line is always valid JSON.
#pragma once

// Strings are looked through sixteen bytes at a time for what must be escaped. Every file that
// includes RapidJSON does so through this header.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
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
  JsonWriter& Key(std::string_view name) {
    return writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
  }

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
  JsonWriter& Value(std::string_view text) {
    if (!FindInvalidUtf8(text)) return Write(text);
    return Write(Replaced(text));
  }
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
  // Nothing where there is no text.
  JsonWriter& FieldIfAny(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Key(name).Value(text);
  }

  [[nodiscard]] std::string Take() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  JsonWriter& Write(std::string_view text) {
    return writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size())), *this;
  }
  static std::string Replaced(std::string_view text) {
    std::string out;
    while (const auto at = FindInvalidUtf8(text)) {
      out.append(text.substr(0, *at)).append("\uFFFD");
      text.remove_prefix(*at + 1);
    }
    return out.append(text);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace hanfact::pipeline
