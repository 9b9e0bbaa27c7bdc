// Finds all names of a large set in one pass over a match view.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::normalize {

// A set of names compiled for search. Names are UTF-8 in simplified script (match-view form).
//
// How names and text are compared:
//  - ASCII letters without regard to case, save names of at most five letters that are all capital:
//    those match as written only;
//  - blanks, hyphens and middle dots inside a name may be missing in the text, or be another one of
//    them (JeffreyEmanuel, DeepSeek R1); the text may have one that the name lacks only between a
//    letter and a digit (Llama 3 for Llama3);
//  - a name that begins or ends with a letter or digit does not match inside a longer word or
//    number: no letter beside a letter, no digit beside a digit. A model number may be glued to a
//    word in capitals (H800GPU) but not to a single letter (GPT-4 is not in GPT-4o).
class NameTrie {
 public:
  struct Hit {
    uint32_t begin, end;  // bytes of the text
    uint32_t name;        // index of the name
    bool operator==(const Hit&) const = default;
  };

  // Names of fewer than two characters, or without any letter, digit or Han character, never match.
  // Linear in the bytes of the names.
  explicit NameTrie(const std::vector<std::string>& names)
      : owned_(Compile({names.begin(), names.end()})) {
    Read(owned_);
  }
  // What the constructor makes of the names, as an image (base/flat_image.h) that can be kept.
  [[nodiscard]] static std::string Compile(const std::vector<std::string_view>& names);
  // A trie that lies in an image of Compile(), which outlives it. Takes no time.
  enum class Lies { kInImage };
  NameTrie(Lies, std::string_view image) { Read(image); }
  NameTrie(const NameTrie&) = delete;
  NameTrie& operator=(const NameTrie&) = delete;

  // Appends every occurrence of every name, overlapping ones too, sorted by begin, then end, then
  // name. O(text * longest name) at worst, one look-up a character in ordinary text. `text` is
  // valid UTF-8.
  void FindAll(std::string_view text, std::vector<Hit>& out) const;

  [[nodiscard]] size_t size() const { return names_.size(); }
  // The name of an index, as it was given.
  [[nodiscard]] std::string_view NameAt(uint32_t name) const { return TextOf(names_[name]); }

 private:
  struct Edge {
    uint32_t node = kNone;
    char32_t c = 0;
    uint32_t child = 0;
  };
  struct Name {
    uint32_t begin = 0, size = 0;  // in texts_
    uint32_t next = kNone;         // another name with the same folded form
    bool plain = true;             // Han characters only: what the trie matched is the name
    bool exact_case = false;
    uint16_t unused = 0;
  };
  class Builder;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kFirstTable = 1 << 16;
  static constexpr uint32_t kPairBits = 1 << 20;

  void Read(std::string_view image);
  [[nodiscard]] std::string_view TextOf(const Name& name) const {
    return texts_.substr(name.begin, name.size);
  }
  // A place where a name may begin.
  struct Start {
    uint32_t begin = 0, rest = 0;       // bytes of its first character and behind it
    char32_t first = 0, second = 0;     // folded, without what parts them
    uint32_t node = 0;
  };

  [[nodiscard]] bool NextStart(std::string_view text, size_t& at, bool& in_word,
                               Start& start) const;
  bool SkipHan(std::string_view text, size_t& at, size_t most, Start* starts, size_t& count) const;
  void Walk(std::string_view text, const Start& start, std::vector<Hit>& out) const;
  [[nodiscard]] uint32_t Child(uint32_t node, char32_t c) const;
  [[nodiscard]] bool Accept(const Name& name, std::string_view text, size_t begin,
                            size_t end) const;

  std::string owned_;
  std::string_view texts_;
  std::span<const Name> names_;
  std::span<const uint32_t> first_;     // BMP character -> node, 0 for none
  std::span<const uint64_t> pairs_;     // Bloom bits of the first two characters of every name
  std::span<const Edge> edges_;         // open addressing
  std::span<const uint32_t> terminal_;  // node -> first name ending there
};

}  // namespace hanfact::normalize
