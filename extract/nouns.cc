#include "extract/nouns.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

namespace hanfact::extract {

NounTable::NounTable(std::vector<TableError>& errors) {
  const std::string path = "extract/rules/nouns.tsv";
  const Table table =
      Table::Read(path, EmbeddedFile(path).value_or(""), {"class", "surface"}, errors);
  for (const Table::Row& row : table.rows()) {
    words_[table.Get(row, "class")].sorted.push_back(table.Get(row, "surface"));
  }
  for (auto& [name, words] : words_) {
    for (const std::string& word : words.sorted) words.lengths.push_back(word.size());
    std::sort(words.lengths.begin(), words.lengths.end());
    words.lengths.erase(std::unique(words.lengths.begin(), words.lengths.end()),
                        words.lengths.end());
    words.longest_first = words.sorted;
    std::stable_sort(
        words.longest_first.begin(), words.longest_first.end(),
        [](std::string_view x, std::string_view y) { return x.size() > y.size(); });
  }
}

bool NounTable::Words::Has(std::string_view word) const {
  const auto it = std::lower_bound(sorted.begin(), sorted.end(), word);
  return it != sorted.end() && *it == word;
}

const NounTable::Words* NounTable::Find(std::string_view which) const {
  const auto it = words_.find(which);
  return it == words_.end() ? nullptr : &it->second;
}

bool NounTable::Is(std::string_view which, std::string_view text) const {
  const Words* words = Find(which);
  return words != nullptr && words->Has(text);
}

bool NounTable::EndsWith(std::string_view which, std::string_view text) const {
  const Words* words = Find(which);
  return words != nullptr &&
         std::any_of(words->lengths.begin(), words->lengths.end(), [&](size_t n) {
           return n <= text.size() && words->Has(text.substr(text.size() - n));
         });
}

bool NounTable::StartsWith(std::string_view which, std::string_view text) const {
  const Words* words = Find(which);
  return words != nullptr &&
         std::any_of(words->lengths.begin(), words->lengths.end(),
                     [&](size_t n) { return n <= text.size() && words->Has(text.substr(0, n)); });
}

std::string NounTable::Without(std::string_view which, std::string text) const {
  const Words* words = Find(which);
  if (words == nullptr) return text;
  for (std::string_view w : words->longest_first) {
    const size_t at = text.find(w);
    if (at != std::string::npos) text.erase(at, w.size());
  }
  return text;
}

bool NounTable::MadeOf(std::string_view which, std::string_view text) const {
  const Words* words = Find(which);
  if (words == nullptr || text.empty()) return false;
  while (!text.empty()) {
    const auto longest = std::find_if(
        words->lengths.rbegin(), words->lengths.rend(),
        [&](size_t n) { return n <= text.size() && words->Has(text.substr(0, n)); });
    if (longest == words->lengths.rend()) return false;
    text.remove_prefix(*longest);
  }
  return true;
}

std::string NounTable::First(std::string_view which) const {
  const Words* words = Find(which);
  return words == nullptr ? "" : words->sorted.front();
}

std::vector<std::pair<uint32_t, uint32_t>> SplitWords(std::string_view text) {
  std::vector<std::pair<uint32_t, uint32_t>> out;
  thread_local const std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
    return U_FAILURE(status) ? nullptr : std::move(made);
  }();
  UErrorCode status = U_ZERO_ERROR;
  UText* utext = utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
  if (!iterator || U_FAILURE(status)) {
    out.emplace_back(0, static_cast<uint32_t>(text.size()));
    return out;
  }
  iterator->setText(utext, status);
  int32_t begin = iterator->first();
  for (int32_t end = iterator->next(); end != icu::BreakIterator::DONE;
       begin = end, end = iterator->next()) {
    out.emplace_back(static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
  }
  utext_close(utext);
  return out;
}

}  // namespace hanfact::extract
