// Finds all names of a large set in one pass over a match view.
#pragma once

#include <cstdint>
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
  explicit NameTrie(const std::vector<std::string>& names);

  // Appends every occurrence of every name, overlapping ones too, sorted by begin, then end, then
  // name. O(text * longest name) at worst, one look-up a character in ordinary text. `text` is
  // valid UTF-8.
  void FindAll(std::string_view text, std::vector<Hit>& out) const;

  [[nodiscard]] size_t size() const { return names_.size(); }

 private:
  struct Edge {
    uint32_t node = kNone;
    char32_t c = 0;
    uint32_t child = 0;
  };
  struct Name {
    std::string text;
    bool plain = true;  // Han characters only: what the trie matched is the name
    bool exact_case = false;
    uint32_t next = kNone;  // another name with the same folded form
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kFirstTable = 1 << 16;
  static constexpr uint32_t kPairBits = 1 << 20;

  void Insert(uint32_t index);
  void Grow();
  [[nodiscard]] uint32_t Child(uint32_t node, char32_t c) const;
  uint32_t AddChild(uint32_t node, char32_t c);
  [[nodiscard]] bool Accept(const Name& name, std::string_view text, size_t begin,
                            size_t end) const;

  std::vector<Name> names_;
  std::vector<uint32_t> first_;     // BMP character -> node, 0 for none
  std::vector<uint64_t> pairs_;     // Bloom bits of the first two characters of every name
  std::vector<Edge> edges_;         // open addressing
  std::vector<uint32_t> terminal_;  // node -> first name ending there
  uint32_t used_edges_ = 0;
};

}  // namespace hanfact::normalize
