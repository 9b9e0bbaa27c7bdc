#include "extract/word_trie.h"

#include "base/text.h"

namespace hanfact::extract {

uint32_t WordTrie::Add(uint32_t node, char32_t c) {
  if (c >= kPlane) return 0;
  if (const uint32_t child = Child(node, c); child != 0) return child;
  if (node == 0) {
    starts_.set(c);
    roots_[c] = nodes_;
    return nodes_++;
  }
  if (size_t{nodes_} * 2 > edges_.size()) Grow();
  const uint64_t key = Key(node, c);
  const size_t hash = Hash(key);
  const size_t mask = edges_.size() - 1;
  size_t i = hash & mask;
  while (edges_[i].key != kFree) i = (i + 1) & mask;
  edges_[i] = {key, nodes_};
  seen_[hash / 64 % kSeenWords] |= uint64_t{1} << hash % 64;
  return nodes_++;
}

void WordTrie::Grow() {
  std::vector<Edge> old(edges_.size() * 2);
  old.swap(edges_);
  const size_t mask = edges_.size() - 1;
  for (const Edge& edge : old) {
    if (edge.key == kFree) continue;
    size_t i = Hash(edge.key) & mask;
    while (edges_[i].key != kFree) i = (i + 1) & mask;
    edges_[i] = edge;
  }
}

uint32_t WordTrie::AddWord(std::string_view word) {
  uint32_t node = 0;
  for (size_t at = 0; at < word.size(); at += CodePointLength(word[at])) {
    node = Add(node, CodePointAt(word, at));
    if (node == 0) return 0;
  }
  return node;
}

uint32_t WordTrie::AddWordBackwards(std::string_view word) {
  uint32_t node = 0;
  for (size_t at = word.size(); at > 0;) {
    at = PreviousBorder(word, at);
    node = Add(node, CodePointAt(word, at));
    if (node == 0) return 0;
  }
  return node;
}

}  // namespace hanfact::extract
