// Words that tell what a noun phrase is (nouns.tsv), and word borders.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/table.h"

namespace hanfact::extract {

// The words of nouns.tsv, by class; the table says what each class is for.
class NounTable {
 public:
  // Reads the embedded nouns.tsv. Problems go to `errors`.
  explicit NounTable(std::vector<TableError>& errors);

  // Whether the text is a word of the class, or ends or starts with one; false for an unknown
  // class. O(log words) for each length that words of the class have.
  [[nodiscard]] bool Is(std::string_view which, std::string_view text) const;
  [[nodiscard]] bool EndsWith(std::string_view which, std::string_view text) const;
  [[nodiscard]] bool StartsWith(std::string_view which, std::string_view text) const;
  // The text without the words of a class, the longest taken first, each at most once.
  [[nodiscard]] std::string Without(std::string_view which, std::string text) const;
  // Whether the text is one or more words of the class behind each other.
  [[nodiscard]] bool MadeOf(std::string_view which, std::string_view text) const;
  // The first word of a class, empty for none.
  [[nodiscard]] std::string First(std::string_view which) const;

 private:
  struct Words {
    std::vector<std::string> sorted;
    std::vector<std::string> longest_first;
    std::vector<size_t> lengths;  // that occur, in bytes, ascending
    [[nodiscard]] bool Has(std::string_view word) const;
  };
  [[nodiscard]] const Words* Find(std::string_view which) const;

  std::map<std::string, Words, std::less<>> words_;
};

// The words of a text by ICU's Chinese dictionary, as byte ranges that cover it; the whole text as
// one word where ICU has no dictionary. Keeps one iterator a thread.
[[nodiscard]] std::vector<std::pair<uint32_t, uint32_t>> SplitWords(std::string_view text);

}  // namespace hanfact::extract
