// JSON lines as they are written: one pass into a string, no tree in between.
//
// A tree of values costs a quarter of the time of `extract`, a library's writer that looks at each
// byte alone a twentieth. Strings that are no UTF-8 (names of files) get U+FFFD for each byte at
// fault, so that a line is always valid JSON.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hanfact::pipeline {

// Calls come in the order of the text; each object and list that is opened is closed.
class JsonWriter {
 public:
  JsonWriter& Open() { return Begin('{'); }
  JsonWriter& Close() { return End('}'); }
  JsonWriter& OpenList() { return Begin('['); }
  JsonWriter& CloseList() { return End(']'); }
  // Names are plain: nothing in them is escaped.
  JsonWriter& Key(std::string_view name) {
    Part();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    parted_ = true;
    return *this;
  }

  JsonWriter& Null() { return Raw("null"); }
  JsonWriter& Value(bool flag) { return Raw(flag ? "true" : "false"); }
  JsonWriter& Value(uint32_t number) { return Integer(number); }
  JsonWriter& Value(int number) { return Integer(number); }
  // The shortest digits that give the same number again; 1.0 keeps its point.
  JsonWriter& Value(double number) {
    char digits[32];
    char* end = std::to_chars(digits, digits + sizeof digits - 2, number).ptr;
    if (std::find_if(digits, end, [](char c) { return c == '.' || c == 'e'; }) == end) {
      *end++ = '.';
      *end++ = '0';
    }
    return Raw({digits, static_cast<size_t>(end - digits)});
  }
  JsonWriter& Value(std::string_view text) {
    if (!FindInvalidUtf8(text)) return Write(text);
    return Write(Replaced(text));
  }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json) {
    Part();
    out_ += json;
    return *this;
  }

  template <class T>
  JsonWriter& Field(std::string_view name, const T& value) {
    return Key(name).Value(value);
  }
  // Nothing where there is no text.
  JsonWriter& FieldIfAny(std::string_view name, std::string_view text) {
    return text.empty() ? *this : Key(name).Value(text);
  }

  // What was written; the writer is as new.
  [[nodiscard]] std::string Take() {
    parted_ = true;
    return std::exchange(out_, {});
  }

 private:
  // A comma, where another value stands before.
  void Part() {
    if (!parted_) out_ += ',';
    parted_ = false;
  }
  JsonWriter& Begin(char bracket) {
    Part();
    out_ += bracket;
    parted_ = true;
    return *this;
  }
  JsonWriter& End(char bracket) {
    out_ += bracket;
    parted_ = false;
    return *this;
  }
  template <class T>
  JsonWriter& Integer(T number) {
    char digits[16];
    char* const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return Raw({digits, static_cast<size_t>(end - digits)});
  }
  // Valid UTF-8 as a string. What needs no escape is put out in one piece.
  JsonWriter& Write(std::string_view text) {
    Part();
    out_ += '"';
    for (size_t plain = Plain(text); plain < text.size(); plain = Plain(text)) {
      out_ += text.substr(0, plain);
      Escape(static_cast<unsigned char>(text[plain]));
      text.remove_prefix(plain + 1);
    }
    out_ += text;
    out_ += '"';
    return *this;
  }
  // How many bytes stand before the first that is escaped. Eight are looked at together: an article
  // is one string, and hardly any of it needs an escape.
  static size_t Plain(std::string_view text) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
    const auto below = [](uint64_t eight, uint64_t least) {  // a byte under `least`, which is < 128
      return (eight - kOnes * least) & ~eight & kHigh;
    };
    size_t i = 0;
    for (uint64_t eight; i + sizeof eight <= text.size(); i += sizeof eight) {
      std::memcpy(&eight, text.data() + i, sizeof eight);
      if ((below(eight, 0x20) | below(eight ^ kOnes * '"', 1) | below(eight ^ kOnes * '\\', 1)) !=
          0) {
        break;
      }
    }
    while (i < text.size() && static_cast<unsigned char>(text[i]) >= 0x20 && text[i] != '"' &&
           text[i] != '\\') {
      ++i;
    }
    return i;
  }
  void Escape(unsigned char c) {
    constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";  // a sign, its letter
    constexpr char kHex[] = "0123456789ABCDEF";
    out_ += '\\';
    for (size_t i = 0; i < kShort.size(); i += 2) {
      if (static_cast<unsigned char>(kShort[i]) == c) {
        out_ += kShort[i + 1];
        return;
      }
    }
    out_ += "u00";
    out_ += kHex[c >> 4];
    out_ += kHex[c & 15];
  }
  static std::string Replaced(std::string_view text) {
    std::string out;
    while (const auto at = FindInvalidUtf8(text)) {
      out.append(text.substr(0, *at)).append("\uFFFD");
      text.remove_prefix(*at + 1);
    }
    return out.append(text);
  }

  std::string out_;
  bool parted_ = true;  // the next value needs no comma before it
};

}  // namespace hanfact::pipeline
