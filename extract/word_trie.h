// Words as a trie over characters.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hanfact::extract {

// Nodes are numbers: 0 is the root, and as a child it says that there is none. What a node stands
// for is kept by whoever built the trie. Words may be put in from either end.
class WordTrie {
 public:
  // The child of a node, made where it is missing. Characters beyond the basic plane have none.
  uint32_t Add(uint32_t node, char32_t c);
  // The node of a word read forwards, or backwards; each character's is made where it is missing.
  // 0 for the empty word and where a character lies beyond the basic plane.
  uint32_t AddWord(std::string_view word);
  uint32_t AddWordBackwards(std::string_view word);

  // The child of a node, 0 for none. One look-up where the character begins a word, one in a small
  // table of bits where a word does not go on with it, else one in a hash table.
  [[nodiscard]] uint32_t Child(uint32_t node, char32_t c) const {
    if (c >= kPlane) return 0;
    if (node == 0) return starts_[c] ? roots_[c] : 0;
    const uint64_t key = Key(node, c);
    const size_t hash = Hash(key);
    if ((seen_[hash / 64 % kSeenWords] >> hash % 64 & 1) == 0) return 0;
    const size_t mask = edges_.size() - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
      if (edges_[i].key == key) return edges_[i].child;
      if (edges_[i].key == kFree) return 0;
    }
  }
  // The number of nodes, the root among them.
  [[nodiscard]] size_t size() const { return nodes_; }

 private:
  static constexpr char32_t kPlane = 0x10000;
  static constexpr size_t kSeenWords = 2048;  // 16 KiB of bits: stays in the cache
  static constexpr uint64_t kFree = UINT64_MAX;
  struct Edge {
    uint64_t key = kFree;
    uint32_t child = 0;
  };

  [[nodiscard]] static uint64_t Key(uint32_t node, char32_t c) {
    return static_cast<uint64_t>(node) << 16 | c;
  }
  [[nodiscard]] static size_t Hash(uint64_t key) {
    return static_cast<size_t>(key * 0x9E3779B97F4A7C15ull >> 24);
  }
  void Grow();

  std::bitset<kPlane> starts_;  // characters that begin a word: the part texts ask for stays in
                                // the cache, as that of roots_ would not
  std::vector<uint32_t> roots_ = std::vector<uint32_t>(kPlane);  // by character
  std::array<uint64_t, kSeenWords> seen_{};
  std::vector<Edge> edges_ = std::vector<Edge>(256);
  uint32_t nodes_ = 1;
};

}  // namespace hanfact::extract
