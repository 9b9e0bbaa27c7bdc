// Tables as one piece of memory: made when the program is built (or once at its start), used where
// they lie.
//
// An image is a row of sections, each an array of values without pointers. Reader and writer name
// the sections in the same order; images are read by the program that wrote them, or by one built
// from the same sources on the same machine, and are trusted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hanfact {

inline constexpr size_t kFlatAlign = 8;  // of an image, and of every section in it

class FlatWriter {
 public:
  // The rows must stay where they are until Finish().
  template <class T>
  void Add(const std::vector<T>& rows) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kFlatAlign);
    AddBytes({reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(T)});
  }
  void AddBytes(std::string_view bytes) { sections_.push_back(bytes); }
  [[nodiscard]] std::string Finish() const {
    size_t size = 0;
    for (std::string_view bytes : sections_) size += sizeof(uint64_t) + bytes.size() + kFlatAlign;
    std::string image;
    image.reserve(size);
    for (std::string_view bytes : sections_) {
      const uint64_t length = bytes.size();
      image.append(reinterpret_cast<const char*>(&length), sizeof length);
      image.append(bytes);
      image.append((kFlatAlign - image.size() % kFlatAlign) % kFlatAlign, '\0');
    }
    return image;
  }

 private:
  std::vector<std::string_view> sections_;
};

class FlatReader {
 public:
  // `image` begins at a multiple of kFlatAlign and outlives all that is read from it.
  explicit FlatReader(std::string_view image) : rest_(image) {}

  template <class T>
  [[nodiscard]] std::span<const T> Next() {
    const std::string_view bytes = NextBytes();
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  // Empty behind the last section.
  [[nodiscard]] std::string_view NextBytes() {
    uint64_t size = 0;
    if (rest_.size() < sizeof size) return {};
    std::memcpy(&size, rest_.data(), sizeof size);
    const std::string_view bytes = rest_.substr(sizeof size, size);
    const size_t whole = (bytes.size() + kFlatAlign - 1) / kFlatAlign * kFlatAlign;
    rest_.remove_prefix(std::min(rest_.size(), sizeof size + whole));
    return bytes;
  }

 private:
  std::string_view rest_;
};

}  // namespace hanfact
