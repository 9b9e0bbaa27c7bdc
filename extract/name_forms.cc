#include "extract/name_forms.h"

#include <unicode/ucharstrie.h>
#include <unicode/udata.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace hanfact::extract {
namespace {

constexpr std::string_view kFile = "extract/rules/name_forms.tsv";
constexpr std::string_view kWordsFile = "extract/rules/words.tsv";
constexpr uint32_t kBmp = 1 << 16;
// Cost of a form of name_forms.tsv as a word: that of one in ten thousand.
constexpr uint8_t kFormCost = 90;

constexpr std::string_view kKindNames[] = {
    "org_tail", "org_tail_weak", "org_body",    "place_org",       "place_short",  "short_org",
    "org_inner", "not_name",     "stop",
    "surname",  "given",         "title",      "title_after",     "honorific",    "speech",
    "translit", "place_tail",    "place_after", "company_context", "company_left", "alias_lead",
    "latin_first", "latin_tail",  "stop_not",   "sport",           "site_tail",
    "place_lead"};
static_assert(std::size(kKindNames) == static_cast<size_t>(FormKind::kCount));

void SetBit(std::vector<uint64_t>& bits, char32_t c) {
  if (c < kBmp) bits[c / 64] |= uint64_t{1} << c % 64;
}
bool HasBit(const std::vector<uint64_t>& bits, char32_t c) {
  return c < kBmp && (bits[c / 64] >> c % 64 & 1) != 0;
}

}  // namespace

NameForms::NameForms(std::vector<TableError>& errors)
    : given_(kBmp, 0), translit_(kBmp, 0), stop_(kBmp, 0), surname_(kBmp, 0),
      long_surname_(kBmp, 0) {
  for (Set& set : sets_) {
    set.heads.assign(kBmp / 64, 0);
    set.tails.assign(kBmp / 64, 0);
  }
  const auto text = EmbeddedFile(kFile);
  if (!text) return;
  const Table table =
      Table::Read(std::string(kFile), *text, {"kind", "form", "weight"}, errors);
  for (const Table::Row& row : table.rows()) {
    const std::string& kind_name = table.Get(row, "kind");
    const std::string& form = table.Get(row, "form");
    const std::string& weight_text = table.Get(row, "weight");
    const auto* found = std::find(std::begin(kKindNames), std::end(kKindNames), kind_name);
    if (found == std::end(kKindNames)) {
      errors.push_back(table.ErrorAt(row, "kind", "unknown kind '" + kind_name + "'"));
      continue;
    }
    int weight = 0;
    if (!weight_text.empty()) {
      const char* end = weight_text.data() + weight_text.size();
      const auto [at, code] = std::from_chars(weight_text.data(), end, weight);
      if (code != std::errc() || at != end || weight < 0 || weight > 255) {
        errors.push_back(table.ErrorAt(row, "weight", "weight is a number from 0 to 255"));
        continue;
      }
    }
    if (form.empty()) {
      errors.push_back(table.ErrorAt(row, "form", "form is empty"));
      continue;
    }
    const auto kind = static_cast<FormKind>(found - std::begin(kKindNames));
    if (kind == FormKind::kGiven || kind == FormKind::kTranslit) {
      auto& chars = kind == FormKind::kGiven ? given_ : translit_;
      for (size_t at = 0; at < form.size(); at += CodePointLength(form[at])) {
        const char32_t c = CodePointAt(form, at);
        if (c < kBmp) chars[c] = static_cast<uint8_t>(std::max(1, weight));
      }
      continue;
    }
    const char32_t head = CodePointAt(form, 0);
    const bool alone = CodePointLength(form[0]) == form.size();
    if (head < kBmp && kind == FormKind::kStop && alone) stop_[head] = 1;
    if (head < kBmp && kind == FormKind::kSurname) {
      (alone ? surname_ : long_surname_)[head] = static_cast<uint8_t>(std::max(1, weight));
    }
    Set& set = sets_[static_cast<size_t>(kind)];
    set.forms[form] = {weight, row.line};
    set.longest = std::max(set.longest, CountCodePoints(form));
    SetBit(set.heads, CodePointAt(form, 0));
    SetBit(set.tails, CodePointBefore(form, form.size()));
  }
}

const NameForms::Form* NameForms::Find(FormKind kind, std::string_view form) const {
  const Set& set = sets_[static_cast<size_t>(kind)];
  const auto it = set.forms.find(form);
  return it == set.forms.end() ? nullptr : &it->second;
}

uint32_t NameForms::LongestEndingAt(FormKind kind, std::string_view text, uint32_t begin,
                                    uint32_t end) const {
  const Set& set = sets_[static_cast<size_t>(kind)];
  if (end <= begin || !HasBit(set.tails, CodePointBefore(text, end))) return 0;
  uint32_t best = 0;
  size_t at = end;
  for (uint32_t i = 0; i < set.longest && at > begin; ++i) {
    at = PreviousBorder(text, at);
    if (!HasBit(set.heads, CodePointAt(text, at))) continue;
    if (set.forms.contains(text.substr(at, end - at))) best = end - static_cast<uint32_t>(at);
  }
  return best;
}

uint32_t NameForms::LongestStartingAt(FormKind kind, std::string_view text,
                                      uint32_t begin) const {
  const Set& set = sets_[static_cast<size_t>(kind)];
  if (begin >= text.size() || !HasBit(set.heads, CodePointAt(text, begin))) return 0;
  uint32_t best = 0;
  size_t at = begin;
  for (uint32_t i = 0; i < set.longest && at < text.size(); ++i) {
    const char32_t c = CodePointAt(text, at);
    at += CodePointLength(text[at]);
    if (!HasBit(set.tails, c)) continue;
    if (set.forms.contains(text.substr(begin, at - begin))) {
      best = static_cast<uint32_t>(at) - begin;
    }
  }
  return best;
}

int NameForms::Given(char32_t c) const { return c < kBmp ? given_[c] : 0; }
bool NameForms::Translit(char32_t c) const { return c < kBmp && translit_[c] != 0; }

bool NameForms::StopCharacter(char32_t c) const { return c < kBmp && stop_[c] != 0; }
int NameForms::Surname(char32_t c) const { return c < kBmp ? surname_[c] : 0; }
bool NameForms::BeginsLongSurname(char32_t c) const { return c < kBmp && long_surname_[c] != 0; }

std::vector<std::string> NameForms::Words() const {
  std::vector<std::string> out;
  for (const FormKind kind :
       {FormKind::kOrgTail, FormKind::kOrgTailWeak, FormKind::kOrgBody, FormKind::kOrgInner,
        FormKind::kNotName, FormKind::kStop, FormKind::kTitle, FormKind::kTitleAfter,
        FormKind::kSpeech, FormKind::kSport, FormKind::kPlaceTail, FormKind::kPlaceLead}) {
    for (const auto& [form, row] : sets_[static_cast<size_t>(kind)].forms) {
      if (form.size() >= 6 && IsHan(CodePointAt(form, 0))) out.push_back(form);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string NameForms::RuleOf(const Form& form) {
  return "name_forms.tsv:" + std::to_string(form.line);
}

// ICU's dictionary for Chinese and Japanese: a trie of words with costs (-10 ln of the frequency),
// which ICU's own word breaker uses; read through ICU's public trie class.
struct Segmenter::Dictionary {
  UDataMemory* memory = nullptr;
  const char16_t* trie = nullptr;
  std::vector<uint64_t> first;  // state behind a first character of the BMP, 0 for none
  std::vector<uint8_t> single;  // cost of a one-character word, 0 for none

  Dictionary() : first(kBmp, 0), single(kBmp, 0) {
    UErrorCode status = U_ZERO_ERROR;
    memory = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    if (U_FAILURE(status)) {
      memory = nullptr;
      return;
    }
    const auto* header = static_cast<const int32_t*>(udata_getMemory(memory));
    // Index 0 is the offset of the trie, 4 its kind: 1 (low bits) for 16-bit units.
    if ((header[4] & 7) != 1) return;
    trie = reinterpret_cast<const char16_t*>(reinterpret_cast<const char*>(header) + header[0]);
    for (char32_t c = 0x3007; c < 0xA000; ++c) {
      if (!IsHan(c)) continue;
      icu::UCharsTrie walk(trie);
      const UStringTrieResult result = walk.first(static_cast<int32_t>(c));
      if (result == USTRINGTRIE_NO_MATCH) continue;
      if (USTRINGTRIE_HAS_VALUE(result)) {
        single[c] = static_cast<uint8_t>(std::clamp(walk.getValue(), 1, 255));
      }
      if (USTRINGTRIE_HAS_NEXT(result)) first[c] = walk.getState64();
    }
  }
  ~Dictionary() {
    if (memory != nullptr) udata_close(memory);
  }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
};

Segmenter::Segmenter(const NameForms& forms, std::vector<TableError>& errors)
    : forms_(forms), dictionary_(std::make_unique<Dictionary>()) {
  std::vector<std::string> words;
  if (const auto text = EmbeddedFile(kWordsFile)) {
    const Table table = Table::Read(std::string(kWordsFile), *text, {"word", "cost"}, errors);
    for (const Table::Row& row : table.rows()) {
      const std::string& cost_text = table.Get(row, "cost");
      int cost = 0;
      std::from_chars(cost_text.data(), cost_text.data() + cost_text.size(), cost);
      if (cost < 1 || cost > 255) {
        errors.push_back(table.ErrorAt(row, "cost", "cost is a number from 1 to 255"));
        continue;
      }
      words.push_back(table.Get(row, "word"));
      word_costs_.push_back(static_cast<uint8_t>(cost));
    }
  }
  for (std::string& word : forms.Words()) {
    words.push_back(std::move(word));
    word_costs_.push_back(kFormCost);
  }
  words_ = std::make_unique<normalize::NameTrie>(words);
}
Segmenter::~Segmenter() = default;

namespace {

// Costs are -10 ln of a frequency, as in the dictionary; bonuses are what a neighbour makes a name
// likelier.
constexpr int kUnknownCharacter = 115;
constexpr int kLoneCharacter = 14;     // surcharge for a character alone that is no function word
constexpr int kSoftName = 96;          // a lexicon name of two characters
constexpr int kPersonBase = 30;        // a person at all; surname and given name come on top
constexpr int kOneGiven = 14, kTwoGiven = 2;  // given names of one and of two characters
constexpr int kFunctionGiven = 14;     // a given name ending in a function word (刘峰向)
constexpr int kForeignBase = 80, kForeignCharacter = 40;
constexpr int kTitleBonus = 34;        // a title right before
constexpr int kSpeechBonus = 16;       // a title or verb of saying right behind
constexpr int kEdgeBonus = 5;          // beside punctuation
constexpr int kDictionaryPerson = 185;  // given name of a dictionary word that is a person, at most
constexpr uint32_t kLongestWord = 8;

bool IsLatinLetter(char32_t c) {
  return IsAsciiLetter(c) || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

}  // namespace

// Buffers kept from one run of Han characters to the next.
struct Segmenter::Scratch {
  struct Node {
    int cost = 0;
    uint32_t from = 0;
    int own = 0;
    uint32_t name = 0;
    SegmentToken::Kind kind = SegmentToken::kCharacter;
  };
  std::vector<char32_t> chars;
  std::vector<uint32_t> at;       // byte of each character, and of the end
  std::vector<Node> nodes;        // best way to each border
  std::vector<uint32_t> name_at;  // a name that starts here
  std::vector<uint32_t> limit;    // words from here may not reach beyond
  std::vector<uint8_t> inside;    // inside a certain name
  std::vector<uint8_t> starts_pair;  // a dictionary word of two characters starts here
  std::vector<normalize::NameTrie::Hit> words;  // of the whole text, from words.tsv
  size_t next_word = 0;
};

void Segmenter::SegmentHan(std::string_view text, uint32_t begin, uint32_t end,
                           const std::vector<LatticeName>& names, size_t& next_name,
                           Scratch& scratch, std::vector<SegmentToken>& out) const {
  constexpr uint32_t kOwnWord = 1;  // a word of words.tsv: surely no person
  constexpr int kUnreached = std::numeric_limits<int>::max();
  // Named one by one: clang 14 cannot capture structured bindings.
  auto& chars = scratch.chars;
  auto& at = scratch.at;
  auto& nodes = scratch.nodes;
  auto& name_at = scratch.name_at;
  auto& limit = scratch.limit;
  auto& inside = scratch.inside;
  auto& starts_pair = scratch.starts_pair;
  auto& words = scratch.words;
  auto& next_word = scratch.next_word;
  chars.clear();
  at.clear();
  for (uint32_t i = begin; i < end; i += CodePointLength(text[i])) {
    chars.push_back(CodePointAt(text, i));
    at.push_back(i);
  }
  at.push_back(end);
  const auto n = static_cast<uint32_t>(chars.size());
  auto index_of = [&](uint32_t byte) {
    return static_cast<uint32_t>(std::lower_bound(at.begin(), at.end(), byte) - at.begin());
  };
  nodes.assign(n + 1, {kUnreached, 0, 0, 0, SegmentToken::kCharacter});
  nodes[0].cost = 0;
  name_at.assign(n + 1, UINT32_MAX);
  inside.assign(n + 1, 0);
  limit.assign(n + 1, n);
  starts_pair.assign(n + 1, 0);
  while (next_name < names.size() && names[next_name].begin < begin) ++next_name;
  for (size_t i = next_name; i < names.size() && names[i].end <= end; ++i) {
    const uint32_t b = index_of(names[i].begin), e = index_of(names[i].end);
    name_at[b] = static_cast<uint32_t>(i);
    if (names[i].certain) {
      for (uint32_t k = b + 1; k < e; ++k) inside[k] = 1;
      for (uint32_t k = b; k-- > 0 && limit[k] == n;) limit[k] = b;
      limit[b] = e;
    }
  }
  auto relax = [&](uint32_t from, uint32_t to, int cost, SegmentToken::Kind kind, uint32_t name) {
    const int total = nodes[from].cost + cost;
    if (inside[to] || total >= nodes[to].cost) return;
    nodes[to] = {total, from, cost, name, kind};
  };

  const Dictionary& dict = *dictionary_;
  for (uint32_t i = 0; i < n; ++i) {
    if (nodes[i].cost == kUnreached) continue;
    const uint32_t reach = limit[i];
    if (name_at[i] != UINT32_MAX) {
      const LatticeName& name = names[name_at[i]];
      const uint32_t e = index_of(name.end);
      relax(i, e, name.certain ? 60 : kSoftName, SegmentToken::kName, name_at[i]);
      if (name.certain) continue;
    }
    const char32_t c = chars[i];
    // Characters that are no function word seldom stand alone: more of them in a row than words
    // are a name.
    const int single = c < kBmp && dict.single[c] != 0 ? dict.single[c] : kUnknownCharacter;
    relax(i, i + 1, single + (forms_.StopCharacter(c) ? 0 : kLoneCharacter), SegmentToken::kCharacter, 0);
    if (c < kBmp && dict.first[c] != 0) {
      icu::UCharsTrie walk(dict.trie);
      walk.resetToState64(dict.first[c]);
      for (uint32_t k = i + 1; k < reach && k - i < kLongestWord; ++k) {
        const UStringTrieResult result = walk.nextForCodePoint(static_cast<UChar32>(chars[k]));
        if (USTRINGTRIE_HAS_VALUE(result)) {
          relax(i, k + 1, walk.getValue(), SegmentToken::kWord, 0);
          if (k == i + 1) starts_pair[i] = 1;
        }
        if (!USTRINGTRIE_HAS_NEXT(result)) break;
      }
    }
    for (; next_word < words.size() && words[next_word].begin <= at[i]; ++next_word) {
      const auto& word = words[next_word];
      if (word.begin != at[i] || word.end > at[reach]) continue;
      const uint32_t to = index_of(word.end);
      relax(i, to, word_costs_[word.name], SegmentToken::kWord, kOwnWord);
      if (to == i + 2) starts_pair[i] = 1;
    }
    // A person: surname of one or two characters, given name of one or two.
    for (uint32_t s = 1; s <= 2 && i + s < reach; ++s) {
      int surname = 0;
      if (s == 1) {
        surname = forms_.Surname(c);
      } else if (forms_.BeginsLongSurname(c)) {
        const auto* form = forms_.Find(FormKind::kSurname, text.substr(at[i], at[i + s] - at[i]));
        if (form != nullptr) surname = form->weight;
      }
      if (surname == 0) continue;
      const int g1 = forms_.Given(chars[i + s]);
      if (g1 == 0) continue;
      int base = kPersonBase + surname;
      if (forms_.LongestEndingAt(FormKind::kTitle, text, begin, at[i]) != 0) {
        base -= kTitleBonus;
      } else if (i == 0) {
        base -= kEdgeBonus;
      }
      auto tail = [&](uint32_t to) {
        if (to == n) {
          return end < text.size() && text[end] == ':' && begin == at[i] ? kSpeechBonus
                                                                          : kEdgeBonus;
        }
        if (forms_.LongestStartingAt(FormKind::kTitleAfter, text, at[to]) != 0) {
          return kSpeechBonus;
        }
        const uint32_t speech = forms_.LongestStartingAt(FormKind::kSpeech, text, at[to]);
        if (speech == 0) return 0;
        return forms_.Find(FormKind::kSpeech, text.substr(at[to], speech))->weight >= 2
                   ? kSpeechBonus
                   : kSpeechBonus / 2;
      };
      const uint32_t one = i + s + 1;
      relax(i, one, std::max(20, base + g1 + kOneGiven - tail(one)), SegmentToken::kPerson, 0);
      if (one < reach) {
        const int g2 = forms_.Given(chars[one]);
        if (g2 != 0) {
          const int function = forms_.StopCharacter(chars[one]) ? kFunctionGiven : 0;
          relax(i, one + 1,
                std::max(20, base + g1 + g2 + kTwoGiven + function - tail(one + 1)),
                SegmentToken::kPerson, 0);
        }
      }
    }
    for (uint32_t k = i; k < reach && k - i < 9 && forms_.Translit(chars[k]); ++k) {
      if (k - i >= 2) {
        relax(i, k + 1, kForeignBase + kForeignCharacter * static_cast<int>(k - i + 1),
              SegmentToken::kForeign, 0);
      }
    }
  }
  const size_t from = out.size();
  for (uint32_t i = n; i > 0; i = nodes[i].from) {
    const Scratch::Node& node = nodes[i];
    SegmentToken::Kind kind = node.kind;
    // The dictionary has well-known persons as words (毛泽东).
    if (kind == SegmentToken::kWord && node.name != kOwnWord && i - node.from == 3 &&
        !starts_pair[node.from] &&
        forms_.Find(FormKind::kNotName, text.substr(at[node.from], at[i] - at[node.from])) ==
            nullptr) {
      const int surname = forms_.Surname(chars[node.from]);
      const int g1 = forms_.Given(chars[node.from + 1]), g2 = forms_.Given(chars[node.from + 2]);
      if (surname != 0 && surname <= 75 && g1 != 0 && g2 != 0 &&
          g1 + g2 <= kDictionaryPerson) {
        kind = SegmentToken::kPerson;
      }
    }
    out.push_back({at[node.from], at[i], kind, node.own,
                   kind == SegmentToken::kName ? node.name : 0});
  }
  std::reverse(out.begin() + static_cast<long>(from), out.end());
}

void Segmenter::Segment(std::string_view text, const std::vector<LatticeName>& names,
                        std::vector<SegmentToken>& out) const {
  out.clear();
  Scratch scratch;
  words_->FindAll(text, scratch.words);
  size_t next_name = 0;
  const auto size = static_cast<uint32_t>(text.size());
  for (uint32_t i = 0; i < size;) {
    while (next_name < names.size() && names[next_name].begin < i) ++next_name;
    const char32_t c = CodePointAt(text, i);
    // A name that is not of Han characters alone is one token.
    if (next_name < names.size() && names[next_name].begin == i) {
      bool han = true;
      for (uint32_t k = i; k < names[next_name].end && han; k += CodePointLength(text[k])) {
        han = IsHan(CodePointAt(text, k));
      }
      if (!han) {
        out.push_back({i, names[next_name].end, SegmentToken::kName, 60,
                       static_cast<uint32_t>(next_name)});
        i = names[next_name].end;
        continue;
      }
    }
    // Where the next name that is no pure Han run begins, a run must stop.
    auto barrier = [&](uint32_t from) {
      for (size_t k = next_name; k < names.size() && k < next_name + 1; ++k) {
        if (names[k].begin > from) return names[k].begin;
      }
      return size;
    };
    uint32_t end = i + CodePointLength(text[i]);
    if (IsHan(c)) {
      uint32_t stop = size;
      size_t k = next_name;
      while (end < stop && IsHan(CodePointAt(text, end))) {
        while (k < names.size() && names[k].begin < end) ++k;
        if (k < names.size() && names[k].begin == end) {
          // Only a name that leaves the run cuts it.
          bool han = true;
          for (uint32_t b = end; b < names[k].end && han; b += CodePointLength(text[b])) {
            han = IsHan(CodePointAt(text, b));
          }
          if (!han) break;
        }
        end += CodePointLength(text[end]);
      }
      SegmentHan(text, i, end, names, next_name, scratch, out);
    } else if (IsLatinLetter(c)) {
      const uint32_t stop = barrier(i);
      while (end < stop) {
        const char32_t d = CodePointAt(text, end);
        const bool inner = (d == '-' || d == '&' || d == '.' || d == '\'') && end + 1 < stop &&
                           IsLatinLetter(CodePointAt(text, end + 1));
        if (!IsLatinLetter(d) && !IsAsciiDigit(d) && !inner) break;
        end += CodePointLength(text[end]);
      }
      out.push_back({i, end, SegmentToken::kLatin, 100, 0});
    } else if (IsAsciiDigit(c)) {
      const uint32_t stop = barrier(i);
      while (end < stop) {
        const char32_t d = CodePointAt(text, end);
        const bool inner = (d == '.' || d == ',') && end + 1 < stop &&
                           IsAsciiDigit(CodePointAt(text, end + 1));
        if (!IsAsciiDigit(d) && !inner) break;
        ++end;
      }
      out.push_back({i, end, SegmentToken::kDigits, 50, 0});
    } else if (!IsSpace(c) || c == '\n') {
      out.push_back({i, end, SegmentToken::kPunctuation, 0, 0});
    }
    i = end;
  }
}

}  // namespace hanfact::extract
