#include "extract/nouns.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "extract/word_dictionary.h"

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
    if (word.empty()) continue;
    shapes_[which->index()].seen.set(Shapes::Of(word));
    Add(forward_, *which, word, false);
    Add(backward_, *which, word, true);
    longest_first_[which->index()].push_back(word);
  }
  for (auto& words : longest_first_) {
    std::stable_sort(words.begin(), words.end(),
                     [](std::string_view x, std::string_view y) { return x.size() > y.size(); });
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

namespace {

// Tells `visit` the length of every word of the class that the text starts with, shortest first,
// until it says false. Half a character at the end is not read.
template <class Side, class Visit>
void WalkStarts(const Side& side, size_t which, std::string_view text, Visit visit) {
  uint32_t node = 0;
  for (size_t at = 0; at < text.size();) {
    const uint32_t length = CodePointLength(text[at]);
    if (at + length > text.size()) return;
    node = side.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !side.below[node][which]) return;
    at += length;
    if (side.ends[node][which] && !visit(at)) return;
  }
}

// The same of the words that it ends with.
template <class Side, class Visit>
void WalkEnds(const Side& side, size_t which, std::string_view text, Visit visit) {
  uint32_t node = 0;
  for (size_t end = text.size(); end > 0;) {
    const size_t at = PreviousBorder(text, end);
    if (at + CodePointLength(text[at]) != end) return;
    node = side.trie.Child(node, CodePointAt(text, at));
    if (node == 0 || !side.below[node][which]) return;
    if (side.ends[node][which] && !visit(text.size() - at)) return;
    end = at;
  }
}

}  // namespace

size_t NounTable::Shapes::Of(std::string_view text) {
  // Of a character of three bytes the last tells most: four take it in at either end.
  uint32_t first = 0, last = 0;
  const size_t size = std::min(sizeof first, text.size());
  if (size == sizeof first) {
    std::memcpy(&first, text.data(), sizeof first);
    std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
  } else {
    std::memcpy(&first, text.data(), size);
  }
  const uint64_t shape = (uint64_t{first} << 32 | last) + text.size();
  return (shape * 0x9E3779B97F4A7C15ull >> 32) % kBits;
}

bool NounTable::Is(NounClass which, std::string_view text) const {
  return !text.empty() && shapes_[which.index()].seen[Shapes::Of(text)] &&
         LongestStart(which, text) == text.size();
}

bool NounTable::EndsWith(NounClass which, std::string_view text) const {
  bool found = false;
  WalkEnds(backward_, which.index(), text, [&found](size_t) {
    found = true;
    return false;
  });
  return found;
}

bool NounTable::StartsWith(NounClass which, std::string_view text) const {
  bool found = false;
  WalkStarts(forward_, which.index(), text, [&found](size_t) {
    found = true;
    return false;
  });
  return found;
}

size_t NounTable::Find(NounClass which, std::string_view text) const {
  for (size_t at = 0; at < text.size(); at += CodePointLength(text[at])) {
    if (StartsWith(which, text.substr(at))) return at;
  }
  return text.npos;
}

bool NounTable::Within(NounClass which, std::string_view text) const {
  return Find(which, text) != text.npos;
}

size_t NounTable::LongestStart(NounClass which, std::string_view text) const {
  size_t longest = 0;
  WalkStarts(forward_, which.index(), text, [&longest](size_t length) {
    longest = length;
    return true;
  });
  return longest;
}

size_t NounTable::LongestEnd(NounClass which, std::string_view text) const {
  size_t longest = 0;
  WalkEnds(backward_, which.index(), text, [&longest](size_t length) {
    longest = length;
    return true;
  });
  return longest;
}

std::string NounTable::Without(NounClass which, std::string text) const {
  for (std::string_view word : longest_first_[which.index()]) {
    const size_t at = text.find(word);
    if (at != std::string::npos) text.erase(at, word.size());
  }
  return text;
}

std::string_view NounTable::TrimStart(NounClass which, std::string_view text) const {
  while (const size_t longest = LongestStart(which, text)) text.remove_prefix(longest);
  return text;
}

std::string_view NounTable::TrimEnd(NounClass which, std::string_view text) const {
  while (const size_t longest = LongestEnd(which, text)) text.remove_suffix(longest);
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
  return it == first_.end() ? std::string() : it->second;
}

namespace {

// Adds the words of a run of Han characters. What ICU's breaker does, without the breaker around
// it, which costs ten times as much for a short phrase: the cheapest way to lay dictionary words
// end to end, where a character that is no word costs more than any (CjkBreakEngine::
// divideUpDictionaryRange).
void SplitHan(std::string_view text, uint32_t begin, uint32_t end, const WordDictionary& dictionary,
              WordSpans& out) {
  constexpr int kNoWord = 255;
  constexpr uint32_t kBytes = 3;  // of each character here
  const uint32_t n = (end - begin) / kBytes;
  struct Way {
    uint32_t cost = UINT32_MAX;
    uint32_t from = 0;
  };
  std::vector<Way> ways(n + 1);
  ways[0].cost = 0;
  std::vector<char32_t> chars(n);
  for (uint32_t i = 0; i < n; ++i) chars[i] = CodePointAt(text, begin + i * kBytes);
  for (uint32_t i = 0; i < n; ++i) {
    const auto relax = [&](uint32_t to, int cost) {
      const uint32_t total = ways[i].cost + static_cast<uint32_t>(cost);
      if (total < ways[to].cost) ways[to] = {total, i};
    };
    const uint8_t alone = dictionary.Single(chars[i]);
    relax(i + 1, alone != 0 ? alone : kNoWord);
    if (i + 1 == n) break;
    dictionary.WordsAt(chars.data(), dictionary.StartOf(chars[i], chars[i + 1]), i, n, relax);
  }
  const size_t first = out.size();
  for (uint32_t to = n; to > 0; to = ways[to].from) {
    out.emplace_back(begin + ways[to].from * kBytes, begin + to * kBytes);
  }
  std::reverse(out.begin() + static_cast<ptrdiff_t>(first), out.end());
}

// What of a text a word may be or be part of, without its neighbours of other sorts.
enum class Sort { kHan, kLatin, kMark, kOther };
Sort SortOf(char32_t c) {
  if (c >= 0x4E00 && c <= 0x9FFF) return Sort::kHan;  // the common Han, three bytes each
  if (IsAsciiLetter(c) || IsAsciiDigit(c)) return Sort::kLatin;
  constexpr std::u32string_view kMarks = U"、，。“”《》()";
  return kMarks.find(c) != kMarks.npos ? Sort::kMark : Sort::kOther;
}

// The words of a text of common Han, ASCII letters and digits and marks that join nothing; false,
// with part of them, where something else is in it.
bool SplitPlain(std::string_view text, const WordDictionary& dictionary, WordSpans& out) {
  const auto size = static_cast<uint32_t>(text.size());
  for (uint32_t at = 0; at < size;) {
    const Sort sort = SortOf(CodePointAt(text, at));
    if (sort == Sort::kOther) return false;
    const uint32_t begin = at;
    do {
      at += CodePointLength(text[at]);
    } while (sort != Sort::kMark && at < size && SortOf(CodePointAt(text, at)) == sort);
    if (sort == Sort::kHan) {
      SplitHan(text, begin, at, dictionary, out);
    } else {
      out.emplace_back(begin, at);
    }
  }
  return true;
}

}  // namespace

WordSpans SplitWords(std::string_view text) {
  static const WordDictionary dictionary;
  WordSpans out;
  out.reserve(text.size() / 3 + 1);
  if (!dictionary.empty() && SplitPlain(text, dictionary, out)) return out;
  out.clear();
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
