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
    words_[table.Get(row, "class")].push_back(table.Get(row, "surface"));
  }
}

const std::vector<std::string>* NounTable::Find(std::string_view which) const {
  const auto it = words_.find(which);
  return it == words_.end() ? nullptr : &it->second;
}

bool NounTable::Is(std::string_view which, std::string_view text) const {
  const std::vector<std::string>* words = Find(which);
  return words != nullptr && std::binary_search(words->begin(), words->end(), text);
}

bool NounTable::EndsWith(std::string_view which, std::string_view text) const {
  const std::vector<std::string>* words = Find(which);
  return words != nullptr && std::any_of(words->begin(), words->end(),
                                         [&](const std::string& w) { return text.ends_with(w); });
}

bool NounTable::StartsWith(std::string_view which, std::string_view text) const {
  const std::vector<std::string>* words = Find(which);
  return words != nullptr && std::any_of(words->begin(), words->end(),
                                         [&](const std::string& w) { return text.starts_with(w); });
}

std::string NounTable::Without(std::string_view which, std::string text) const {
  const std::vector<std::string>* words = Find(which);
  if (words == nullptr) return text;
  std::vector<std::string_view> longest(words->begin(), words->end());
  std::stable_sort(longest.begin(), longest.end(),
                   [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  for (std::string_view w : longest) {
    const size_t at = text.find(w);
    if (at != std::string::npos) text.erase(at, w.size());
  }
  return text;
}

bool NounTable::MadeOf(std::string_view which, std::string_view text) const {
  const std::vector<std::string>* words = Find(which);
  if (words == nullptr || text.empty()) return false;
  while (!text.empty()) {
    size_t longest = 0;
    for (const std::string& w : *words) {
      if (w.size() > longest && text.starts_with(w)) longest = w.size();
    }
    if (longest == 0) return false;
    text.remove_prefix(longest);
  }
  return true;
}

std::string NounTable::First(std::string_view which) const {
  const std::vector<std::string>* words = Find(which);
  return words == nullptr ? "" : words->front();
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
