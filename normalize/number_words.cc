#include "normalize/number_words.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hanfact::normalize {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(NumberWord::kCount)> kNames = {
    "about_behind",        "bare_behind",        "change_before",
    "coin_behind",         "digit_before",       "digit_surely_before",
    "direction_before",    "formal_digit",       "formal_other",
    "half_in_word_before", "half_not_behind",    "half_ratio_before",
    "hundred_unit_behind", "ji_in_word_before",  "join_bounds",
    "last_one_behind",     "last_two_behind",    "latin_magnitude_behind",
    "latin_wan_behind",    "mega_unit_behind",   "more_in_word",
    "more_not_behind",     "no_range_behind",    "one_behind",
    "one_half_not_behind", "pay_behind",         "remainder_in_word",
    "shu_counted_before",  "shu_in_word_before", "thousand_unit_behind",
    "upper_before",
};

}  // namespace

NumberWords::NumberWords(std::string file, std::string_view text,
                         std::vector<TableError>& errors) {
  const Table table = Table::Read(file, text, {"class", "word"}, errors);
  for (const Table::Row& row : table.rows()) {
    const auto name = std::find(kNames.begin(), kNames.end(), table.Get(row, "class"));
    const std::string& word = table.Get(row, "word");
    if (name == kNames.end()) {
      errors.push_back(table.ErrorAt(row, "class", "no such class"));
      continue;
    }
    if (word.empty()) {
      errors.push_back(table.ErrorAt(row, "word", "the word is empty"));
      continue;
    }
    List& list = lists_[static_cast<size_t>(name - kNames.begin())];
    if (CodePointLength(word[0]) == word.size()) {
      list.characters += CodePointAt(word, 0);
    } else {
      list.longer.push_back(word);
    }
  }
  for (size_t i = 0; i < lists_.size(); ++i) {
    std::stable_sort(
        lists_[i].longer.begin(), lists_[i].longer.end(),
        [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    if (lists_[i].characters.empty() && lists_[i].longer.empty()) {
      errors.push_back({file, 0, 0, "no row of the class " + std::string(kNames[i])});
    }
  }
}

const NumberWords& NumberWords::Embedded() {
  static const NumberWords words = [] {
    constexpr std::string_view kPath = "normalize/rules/number_words.tsv";
    std::vector<TableError> errors;
    NumberWords read(std::string(kPath), EmbeddedFile(kPath).value_or(""), errors);
    read.errors_ = std::move(errors);
    return read;
  }();
  return words;
}

size_t NumberWords::At(NumberWord word, std::string_view text, size_t at) const {
  if (at >= text.size()) return 0;
  for (const std::string& longer : lists_[static_cast<size_t>(word)].longer) {
    if (StandsAt(text, at, longer)) return longer.size();
  }
  return Is(word, CodePointAt(text, at)) ? CodePointLength(text[at]) : 0;
}

bool NumberWords::Whole(NumberWord word, std::string_view text) const {
  return !text.empty() && At(word, text, 0) == text.size();
}

}  // namespace hanfact::normalize
