#include "extract/word_dictionary.h"

#include "base/flat_image.h"
#include "base/text.h"

extern "C" {
// Of cmake/LexiconImage.cmake.
extern const char hanfact_word_image[], hanfact_word_image_end[];
}

namespace hanfact::extract {

std::string_view WordDictionary::Embedded() {
  return {hanfact_word_image, static_cast<size_t>(hanfact_word_image_end - hanfact_word_image)};
}

WordDictionary::WordDictionary() {
  FlatReader reader(Embedded());
  single_ = reader.Next<uint8_t>();
  edges_ = reader.Next<uint64_t>();
}

int WordDictionary::Cost(std::string_view word) const {
  uint32_t node = 0;
  int cost = 0;
  for (size_t at = 0; at < word.size(); at += CodePointLength(word[at])) {
    const char32_t c = CodePointAt(word, at);
    if (at == 0) {
      cost = Single(c);
      node = c < kBmp ? c : 0;
      continue;
    }
    if (node == 0) return 0;
    const uint64_t edge = EdgeOf(node, c);
    cost = CostOf(edge);
    node = ChildOf(edge);
  }
  return cost;
}

}  // namespace hanfact::extract
