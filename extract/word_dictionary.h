// Chinese words and how frequent they are. Inside extract/ only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::extract {

// The words of Han characters of ICU's dictionary (extract/icu_dictionary.h), with costs, -10 ln of a
// frequency. ICU packs them to be small; here they are laid out to be asked at every character of a
// text: an image (base/flat_image.h) made when the program is built (cmake/LexiconImage.cmake).
class WordDictionary {
 public:
  static constexpr uint32_t kLongestWord = 20;  // characters; ICU's breaker looks no further

  // The image of ICU's dictionary as it is where this is called; of no words where ICU has none.
  [[nodiscard]] static std::string Compile();
  // That built into the program.
  [[nodiscard]] static std::string_view Embedded();
  // Lies in Embedded(). Takes no time.
  WordDictionary();
  // Whether there is any word: ICU may have had none.
  [[nodiscard]] bool empty() const { return single_.empty(); }

  // The cost of a character as a word of its own, 0 for none.
  [[nodiscard]] uint8_t Single(char32_t c) const { return c < kBmp ? single_[c] : 0; }
  // What begins with two characters: 0 for no word, else for WordsAt().
  using Start = uint64_t;
  [[nodiscard]] Start StartOf(char32_t a, char32_t b) const {
    return a < kBmp ? EdgeOf(a, b) : 0;
  }
  // Have the memory fetched that StartOf() will ask, and WordsAt() for words that go on with the
  // character.
  void Prefetch(char32_t a, char32_t b) const { PrefetchEdge(KeyOf(a, b)); }
  void Prefetch(Start start, char32_t c) const {
    if (ChildOf(start) != 0) PrefetchEdge(KeyOf(ChildOf(start), c));
  }
  // Calls with the end (index into `chars`, exclusive) and cost of every word of two and more
  // characters that starts at chars[begin] and ends at or before `end`, the shortest first. `start`
  // is that of the two characters there.
  template <class Fn>
  void WordsAt(const char32_t* chars, Start start, uint32_t begin, uint32_t end, Fn fn) const {
    uint64_t edge = start;
    for (uint32_t k = begin + 2; edge != 0 && k <= end; ++k) {
      if (CostOf(edge) != 0) fn(k, CostOf(edge));
      if (k == end || ChildOf(edge) == 0) break;
      edge = EdgeOf(ChildOf(edge), chars[k]);
    }
  }
  // The cost of a word of any length, 0 for none.
  [[nodiscard]] int Cost(std::string_view word) const;

 private:
  class Builder;
  static constexpr uint32_t kBmp = 1 << 16;

  // An edge from a node by a character: node (20 bits), character (16), the node behind it (20, 0
  // where no word goes on), the cost of the word that ends there (8, 0 for none). 0 is none. The
  // node behind a first character is that character; all others are numbered from kBmp on.
  [[nodiscard]] static uint64_t KeyOf(uint32_t node, char32_t c) {
    return static_cast<uint64_t>(node) << 16 | c;
  }
  [[nodiscard]] static int CostOf(uint64_t edge) { return static_cast<int>(edge & 0xFF); }
  [[nodiscard]] static uint32_t ChildOf(uint64_t edge) { return edge >> 8 & 0xFFFFF; }
  [[nodiscard]] static size_t HashOf(uint64_t key) {
    return static_cast<size_t>(key * 0x9E3779B97F4A7C15ull >> 32);
  }
  void PrefetchEdge(uint64_t key) const {
    __builtin_prefetch(&edges_[HashOf(key) & (edges_.size() - 1)]);
  }
  [[nodiscard]] uint64_t EdgeOf(uint32_t node, char32_t c) const {
    if (c >= kBmp) return 0;
    const uint64_t key = KeyOf(node, c);
    const size_t mask = edges_.size() - 1;
    for (size_t i = HashOf(key) & mask; edges_[i] != 0; i = (i + 1) & mask) {
      if (edges_[i] >> 28 == key) return edges_[i];
    }
    return 0;
  }

  std::span<const uint8_t> single_;   // by character
  std::span<const uint64_t> edges_;   // open addressing
};

}  // namespace hanfact::extract
