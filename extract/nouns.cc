#include "extract/nouns.h"

#include <unicode/brkiter.h>
#include <unicode/ucharstrie.h>
#include <unicode/udata.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace hanfact::extract {

std::optional<NounClass> NounClass::Parse(std::string_view name) {
  const auto* const at = std::find(std::begin(kNames), std::end(kNames), name);
  if (at == std::end(kNames)) return std::nullopt;
  return NounClass(Index{static_cast<size_t>(at - std::begin(kNames))});
}

NounTable::NounTable(std::vector<TableError>& errors) : longest_first_(kClasses) {
  const std::string path = "extract/rules/nouns.tsv";
  const Table table =
      Table::Read(path, EmbeddedFile(path).value_or(""), {"class", "surface"}, errors);
  for (const Table::Row& row : table.rows()) {
    const std::string& name = table.Get(row, "class");
    const std::string& word = table.Get(row, "surface");
    if (name.find(':') != std::string::npos) {
      first_.emplace(name, word);
      continue;
    }
    const std::optional<NounClass> which = NounClass::Parse(name);
    if (!which) {
      errors.push_back(table.ErrorAt(row, "class", "no class of nouns is called " + name));
      continue;
    }
    Add(forward_, *which, word, false);
    Add(backward_, *which, word, true);
    longest_first_[which->index()].push_back(word);
  }
  for (auto& words : longest_first_) {
    std::stable_sort(words.begin(), words.end(), [](std::string_view x, std::string_view y) {
      return x.size() > y.size();
    });
  }
}

void NounTable::Add(Side& side, NounClass which, std::string_view word, bool backwards) {
  uint32_t node = 0;
  for (size_t done = 0; done < word.size();) {
    const size_t at = backwards ? PreviousBorder(word, word.size() - done) : done;
    done += CodePointLength(word[at]);
    node = side.trie.Add(node, CodePointAt(word, at));
    if (node == 0) return;
    side.ends.resize(side.trie.size());
    side.below.resize(side.trie.size());
    side.below[node].set(which.index());
  }
  if (node != 0) side.ends[node].set(which.index());
}

bool NounTable::Is(NounClass which, std::string_view text) const {
  uint32_t node = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t length = CodePointLength(text[at]);
    if (at + length > text.size()) return false;
    node = forward_.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !forward_.below[node][which.index()]) return false;
    at += length;
  }
  return node != 0 && forward_.ends[node][which.index()];
}

bool NounTable::EndsWith(NounClass which, std::string_view text) const {
  uint32_t node = 0;
  for (size_t end = text.size(); end > 0;) {
    const size_t at = PreviousBorder(text, end);
    if (at + CodePointLength(text[at]) != end) return false;
    node = backward_.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !backward_.below[node][which.index()]) return false;
    if (backward_.ends[node][which.index()]) return true;
    end = at;
  }
  return false;
}

bool NounTable::StartsWith(NounClass which, std::string_view text) const {
  uint32_t node = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t length = CodePointLength(text[at]);
    if (at + length > text.size()) return false;
    node = forward_.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !forward_.below[node][which.index()]) return false;
    if (forward_.ends[node][which.index()]) return true;
    at += length;
  }
  return false;
}

bool NounTable::Within(NounClass which, std::string_view text) const {
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    if (StartsWith(which, text.substr(at))) return true;
  }
  return false;
}

size_t NounTable::LongestStart(NounClass which, std::string_view text) const {
  size_t longest = 0;
  uint32_t node = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t length = CodePointLength(text[at]);
    if (at + length > text.size()) break;
    node = forward_.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !forward_.below[node][which.index()]) break;
    at += length;
    if (forward_.ends[node][which.index()]) longest = at;
  }
  return longest;
}

std::string NounTable::Without(NounClass which, std::string text) const {
  for (std::string_view word : longest_first_[which.index()]) {
    const size_t at = text.find(word);
    if (at != std::string::npos) text.erase(at, word.size());
  }
  return text;
}

bool NounTable::MadeOf(NounClass which, std::string_view text) const {
  if (text.empty()) return false;
  while (!text.empty()) {
    const size_t longest = LongestStart(which, text);
    if (longest == 0) return false;
    text.remove_prefix(longest);
  }
  return true;
}

std::string NounTable::First(std::string_view which) const {
  const auto it = first_.find(which);
  return it == first_.end() ? "" : it->second;
}

namespace {

// The trie of ICU's dictionary for Chinese and Japanese: words with costs (-10 ln of a frequency).
// nullptr where ICU has none of the kind that is known here.
const char16_t* DictionaryTrie() {
  struct Close {
    void operator()(UDataMemory* memory) const { udata_close(memory); }
  };
  static const std::unique_ptr<UDataMemory, Close> memory = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UDataMemory, Close> open(
        udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status));
    return U_FAILURE(status) ? nullptr : std::move(open);
  }();
  static const char16_t* const trie = []() -> const char16_t* {
    if (memory == nullptr) return nullptr;
    const auto* header = static_cast<const int32_t*>(udata_getMemory(memory.get()));
    // Index 0 is the offset of the trie, 4 its kind: 1 (low bits) for 16-bit units.
    if ((header[4] & 7) != 1) return nullptr;
    return reinterpret_cast<const char16_t*>(reinterpret_cast<const char*>(header) + header[0]);
  }();
  return trie;
}

// What ICU's breaker does with a run of Han characters, without the breaker around it, which costs
// ten times as much for a short phrase: the cheapest way to lay dictionary words end to end, where a
// character that is no word costs more than any (CjkBreakEngine::divideUpDictionaryRange).
WordSpans SplitHan(std::string_view text, const char16_t* dictionary) {
  constexpr uint32_t kNoWord = 255;
  constexpr size_t kLongestWord = 20;
  constexpr size_t kBytes = 3;  // of each character here
  const size_t n = text.size() / kBytes;
  struct Way {
    uint32_t cost = UINT32_MAX;
    uint32_t from = 0;
  };
  std::vector<Way> ways(n + 1);
  ways[0].cost = 0;
  icu::UCharsTrie walk(dictionary);
  for (size_t i = 0; i < n; ++i) {
    const auto relax = [&](size_t to, uint32_t cost) {
      if (ways[i].cost + cost < ways[to].cost) {
        ways[to] = {ways[i].cost + cost, static_cast<uint32_t>(i)};
      }
    };
    bool alone = false;  // the character is a word
    walk.reset();
    for (size_t k = i; k < n && k - i < kLongestWord; ++k) {
      const UStringTrieResult result =
          walk.next(static_cast<int32_t>(CodePointAt(text, k * kBytes)));
      if (USTRINGTRIE_HAS_VALUE(result)) {
        relax(k + 1, static_cast<uint32_t>(walk.getValue()));
        alone = alone || k == i;
      }
      if (!USTRINGTRIE_HAS_NEXT(result)) break;
    }
    if (!alone) relax(i + 1, kNoWord);
  }
  WordSpans out;
  for (size_t to = n; to > 0; to = ways[to].from) {
    out.emplace_back(ways[to].from * kBytes, to * kBytes);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

// Whether the text is made of the common Han characters alone, three bytes each.
bool IsPlainHan(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    const char32_t c = CodePointAt(text, i);
    if (c < 0x4E00 || c > 0x9FFF) return false;
  }
  return true;
}

}  // namespace

WordSpans SplitWords(std::string_view text) {
  const char16_t* const dictionary = DictionaryTrie();
  if (dictionary != nullptr && IsPlainHan(text)) return SplitHan(text, dictionary);
  WordSpans out;
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
