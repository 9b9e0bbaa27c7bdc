// Makes the dictionary's image when the program is built.
#include <unicode/ucharstrie.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>

#include "base/flat_image.h"
#include "base/text.h"
#include "extract/icu_dictionary.h"
#include "extract/word_dictionary.h"

namespace hanfact::extract {

class WordDictionary::Builder {
 public:
  Builder() {
    const char16_t* const dictionary = IcuDictionary();
    if (dictionary == nullptr) return;
    UErrorCode status = U_ZERO_ERROR;
    icu::UCharsTrie::Iterator words(dictionary, 0, status);
    while (U_SUCCESS(status) && words.next(status)) {
      Add(words.getString(), static_cast<uint8_t>(std::clamp<int32_t>(words.getValue(), 1, 255)));
    }
  }

  [[nodiscard]] std::string Image() const {
    size_t slots = 1024;
    while (slots < edges_.size() * 3 / 2) slots *= 2;
    std::vector<uint64_t> table(slots);
    for (const auto& [key, to] : edges_) {
      size_t i = HashOf(key) & (slots - 1);
      while (table[i] != 0) i = (i + 1) & (slots - 1);
      table[i] = key << 28 | static_cast<uint64_t>(to.child) << 8 | to.cost;
    }
    FlatWriter writer;
    writer.Add(single_);
    writer.Add(table);
    return writer.Finish();
  }

 private:
  struct Target {
    uint32_t child = 0;
    uint8_t cost = 0;
  };

  void Add(const icu::UnicodeString& word, uint8_t cost) {
    const int32_t length = word.length();
    if (length > static_cast<int32_t>(kLongestWord)) return;
    for (int32_t i = 0; i < length; ++i) {
      if (U16_IS_SURROGATE(word[i]) || !IsHan(word[i])) return;  // kana, and what is beyond the BMP
    }
    if (length == 1) {
      single_[word[0]] = cost;
      return;
    }
    uint32_t node = word[0];
    for (int32_t i = 1; i < length; ++i) {
      Target& to = edges_[KeyOf(node, word[i])];
      if (i + 1 == length) {
        to.cost = cost;
      } else if (to.child == 0) {
        to.child = nodes_++;
      }
      node = to.child;
    }
  }

  std::vector<uint8_t> single_ = std::vector<uint8_t>(kBmp);
  std::map<uint64_t, Target> edges_;  // by KeyOf
  uint32_t nodes_ = kBmp;
};

std::string WordDictionary::Compile() { return Builder().Image(); }

}  // namespace hanfact::extract
