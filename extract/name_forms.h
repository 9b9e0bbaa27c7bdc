// The table of forms by which names outside the lexicon are recognised, and the segmentation it
// feeds. Inside extract/ only: extract/entities.h is the door.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/table.h"
#include "base/text.h"
#include "extract/word_dictionary.h"

namespace hanfact::extract {

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};
template <class T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

// What kind a row of name_forms.tsv is; the column `kind` has the name in the comment.
enum class FormKind : uint8_t {
  kOrgTail,      // org_tail: ends an organisation; weight: characters it needs before itself
  kOrgTailWeak,  // org_tail_weak: the same, only behind letters or characters that make no word
  kOrgBody,      // org_body: ends an organisation only behind a place, a known one or letters
  kPlaceOrg,     // place_org: makes an organisation of a place before it;
                 // weight 2: is one without a place, too
  kPlaceShort,  // place_short: a place in one character (美军), or the word for one (市教育局)
  kShortOrg,    // short_org: makes an organisation of it; weight 2: towns and districts have it
  kOrgInner,    // org_inner: may stand between an organisation's own name and its tail
  kNotName,     // not_name: looks like a name by its tail and is none; weight 2: nor is what
                // belongs to somebody (永嘉有关部门)
  kStop,        // stop: no organisation's name reaches over it; weight 1: one that begins
                // with its place or owner does (中, 联合)
  kSurname,     // surname: weight: -10 ln of its share among people
  kGiven,       // given: characters of given names, several a row; weight: -10 ln of the share
  kTitle,       // title: may stand right before a person; weight 2: an officer of a company
  kTitleAfter,      // title_after: may stand right behind a person
  kHonorific,       // honorific: with a surname alone it makes a person (王先生)
  kSpeech,          // speech: verb behind a person
  kTranslit,        // translit: character of foreign names
  kForeignPart,     // foreign_part: part of foreign names with other characters (安徒生)
  kGivenEnd,        // given_end: end of a given name in a function word, and what follows only a
                    // name (来被)
  kPlaceTail,       // place_tail: ends a place; weight: characters it needs before itself
  kPlaceAfter,      // place_after: may follow a place inside one word (美国人)
  kCompanyContext,  // company_context: behind a name it tells that a company is meant
  kCompanyLeft,     // company_left: the same, before the name
  kAliasLead,       // alias_lead: introduces a short form (下称)
  kOwnOutlet,       // own_outlet: what an outlet calls itself (本报)
  kLatinFirst,      // latin_first: first name of persons in Latin letters
  kLatinTail,       // latin_tail: last word of an organisation in Latin letters
  kStopNot,         // stop_not: joins two words inside an organisation's name (预防和控制)
  kSport,           // sport: tells that places named are teams; weight 2: not a country right
                    // before it (意大利球星)
  kSiteTail,        // site_tail: ends the name of a site or service
  kPlaceStop,       // place_stop: character that begins no place's name
  kPlaceChar,    // place_char: stop that stands in a place's name behind its division (太和镇)
  kPlaceLead,    // place_lead: before a place, which then is no team
  kModelAfter,   // model_after: a bare number between a maker or product and this is a model's;
                 // weight 2: it ends the name (酷睿i5处理器)
  kPairTail,     // pair_tail: fields joined by 和 may stand before such a tail
  kVerbTail,     // verb_tail: a tail that is a verb in front of a figure (某公司报8.5元)
  kNationKeeps,  // nation_keeps: behind a country named once it tells that the country is meant
  kBodyKind,     // body_kind: what a name in letters right behind it is (车企Rivian); weight 2:
                 // with a word in front that says more (芯片公司Rivos)
  kCount,
};

struct SegmentToken;

class NameForms {
 public:
  struct Form {
    int weight = 0;
    uint32_t line = 0;
  };
  // A set of kinds.
  using Kinds = uint64_t;
  [[nodiscard]] static constexpr Kinds Bit(FormKind kind) {
    static_assert(static_cast<uint32_t>(FormKind::kCount) < 63);
    return Kinds{1} << static_cast<uint32_t>(kind);
  }

  // Reads the embedded tables name_forms.tsv and words.tsv. Problems go to `errors`.
  explicit NameForms(std::vector<TableError>& errors);

  // The row of a form, or nullptr.
  [[nodiscard]] const Form* Find(FormKind kind, std::string_view form) const;
  // Whether the text is a word of words.tsv, or a form that is a word.
  [[nodiscard]] bool IsWord(std::string_view text) const;
  // All kinds that have the form.
  [[nodiscard]] Kinds KindsOf(std::string_view form) const {
    if (form.empty()) return 0;
    // Most characters begin none.
    const Character& first = Of(CodePointAt(form, 0));
    return first.starts == 0 ? 0 : WalkKinds(first.forward, form);
  }
  // Fills in what kinds the token's text, which lies in `text`, has to do with.
  void Describe(std::string_view text, SegmentToken& token) const;
  // The longest form of the kind that ends at byte `end` of text and begins at or after `begin`;
  // its length in bytes, 0 for none. O(longest form), one look-up where the last characters begin
  // none.
  [[nodiscard, gnu::always_inline]] uint32_t LongestEndingAt(FormKind kind, std::string_view text,
                                                             uint32_t begin, uint32_t end) const {
    Kinds found = 0;
    return LongestEndingAt(Bit(kind), text, begin, end, found);
  }
  // The same for any of several kinds; `found` becomes the kinds of that form among them.
  [[nodiscard, gnu::always_inline]] uint32_t LongestEndingAt(Kinds kinds, std::string_view text,
                                                             uint32_t begin, uint32_t end,
                                                             Kinds& found) const {
    found = 0;
    // Most characters end none.
    if (begin >= end || (Of(CodePointBefore(text, end)).ends & kinds) == 0) return 0;
    return WalkBackwards(kinds, text, begin, end, found);
  }
  // The same for forms that start at byte `begin`.
  [[nodiscard]] uint32_t LongestStartingAt(FormKind kind, std::string_view text,
                                           uint32_t begin) const {
    if (begin >= text.size() || (Of(CodePointAt(text, begin)).starts & Bit(kind)) == 0) return 0;
    return WalkForwards(kind, text, begin);
  }

  // What a single character is to names.
  struct Character {
    uint8_t given = 0;         // -10 ln of its share in given names, 0 for one that is in none
    uint8_t surname = 0;       // weight of the surname of this one character, 0 for none
    bool long_surname = false;  // may begin a longer surname
    bool translit = false;     // stands in foreign names
    bool stop = false;         // a function word alone (kind stop)
    Kinds starts = 0;          // kinds of the forms that begin with it
    Kinds ends = 0;            // and of those that end with it
    uint32_t forward = 0, backward = 0;  // nodes of the forms that do, 0 for none
    bool operator==(const Character&) const = default;
  };
  [[nodiscard]] const Character& Of(char32_t c) const {
    return characters_[c < kBmp ? number_of_[c] : 0];
  }
  [[nodiscard]] bool Translit(char32_t c) const { return Of(c).translit; }
  [[nodiscard]] bool StopCharacter(char32_t c) const { return Of(c).stop; }

  // Calls with the end (index into `chars`, exclusive) and cost of every word of words.tsv and
  // every form that is a word, that starts at chars[begin] and ends at or before `end`.
  template <class Fn>
  void WordsAt(const char32_t* chars, uint32_t begin, uint32_t end, Fn fn) const {
    const Character& first = Of(chars[begin]);
    if ((first.starts & kWord) == 0) return;
    uint32_t node = first.forward;
    for (uint32_t k = begin + 1; k < end; ++k) {
      const Trie::Edge* edge = forward_.Find(node, chars[k]);
      if (edge == nullptr || !edge->words) return;
      if (edge->word_cost != 0) fn(k + 1, edge->word_cost);
      node = edge->child;
    }
  }
  // False where none of them starts with the two characters, nearly always true where one does:
  // WordsAt is for nothing where none does.
  [[nodiscard]] bool MayStartWord(char32_t a, char32_t b) const {
    return word_pairs_[PairBit(a, b)];
  }
  // "name_forms.tsv:12".
  [[nodiscard]] static std::string RuleOf(const Form& form);

 private:
  static constexpr uint32_t kBmp = 1 << 16;
  static constexpr Kinds kWord = Kinds{1} << 63;  // in Node::below: a word for the segmentation
  static constexpr uint32_t kNoForm = UINT32_MAX;

  // A trie over characters, its edges in one hash table.
  struct Trie {
    struct Node {
      Kinds kinds = 0;            // of the form that ends here
      Kinds below = 0;            // of it and all it begins
      uint32_t first_form = kNoForm;
      uint8_t word_cost = 0;
    };
    struct Edge {
      uint64_t key = UINT64_MAX;
      uint32_t child = 0;
      uint8_t word_cost = 0;  // of the child, so that words are found without asking for it
      bool words = false;     // of it or below it
    };
    std::vector<Node> nodes{Node{}};
    std::vector<Edge> edges = std::vector<Edge>(1024);
    // Bits of the edges' hashes: most look-ups are for none and end here, in the cache.
    static constexpr size_t kSeenBits = 1 << 18;
    std::vector<uint64_t> seen = std::vector<uint64_t>(kSeenBits / 64);
    uint32_t used = 0;

    [[nodiscard]] static uint64_t Key(uint32_t node, char32_t c) {
      return static_cast<uint64_t>(node) << 21 | c;
    }
    [[nodiscard]] static size_t Hash(uint64_t key) {
      return static_cast<size_t>(key * 0x9E3779B97F4A7C15ull >> 24);
    }
    // nullptr where nothing goes on with the character.
    [[nodiscard]] const Edge* Find(uint32_t node, char32_t c) const {
      const uint64_t key = Key(node, c);
      const size_t hash = Hash(key), mask = edges.size() - 1;
      if ((seen[hash / 64 % (kSeenBits / 64)] >> hash % 64 & 1) == 0) return nullptr;
      for (size_t i = hash & mask;; i = (i + 1) & mask) {
        if (edges[i].key == key) return &edges[i];
        if (edges[i].key == UINT64_MAX) return nullptr;
      }
    }
    [[nodiscard]] uint32_t Child(uint32_t node, char32_t c) const {
      const Edge* edge = Find(node, c);
      return edge == nullptr ? 0 : edge->child;
    }
    uint32_t AddChild(uint32_t node, char32_t c);
    // The node of a form read forwards or backwards, made where it is missing; `kinds` is added to
    // the way there. 0 for a form that begins beyond the BMP.
    uint32_t Add(const std::u32string& form, Kinds kinds);
    // After the last Add().
    void MarkWords();
  };
  struct Row {
    FormKind kind;
    Form form;
    uint32_t next = kNoForm;  // of the same form
  };

  [[nodiscard]] Kinds WalkKinds(uint32_t node, std::string_view form) const;
  [[nodiscard]] uint32_t WalkBackwards(Kinds kinds, std::string_view text, uint32_t begin,
                                       uint32_t end, Kinds& found) const;
  [[nodiscard]] uint32_t WalkForwards(FormKind kind, std::string_view text, uint32_t begin) const;
  void AddForm(FormKind kind, std::string_view form, Form row);
  void AddWord(std::string_view word, uint8_t cost);

  static constexpr size_t kPairBits = 1 << 16;  // 8 KiB: stays in the cache
  [[nodiscard]] static size_t PairBit(char32_t a, char32_t b) {
    return (static_cast<uint32_t>(a) * 0x9E3779B1u ^ static_cast<uint32_t>(b) * 0x85EBCA6Bu) >> 7 &
           (kPairBits - 1);
  }

  Trie forward_, backward_;
  std::bitset<kPairBits> word_pairs_;  // of the first two characters of every word
  std::vector<Row> rows_;
  // Nine characters in ten of the BMP are nothing to names: the others stand close together.
  std::vector<uint16_t> number_of_;    // BMP character -> index of characters_
  std::vector<Character> characters_;  // [0] is nothing
};

// One piece of a text cut into words.
struct SegmentToken {
  enum Kind : uint8_t {
    kPunctuation,  // one character that is no letter, digit or Han
    kDigits,       // a run of ASCII digits with . and , between them
    kLatin,        // a run of Latin letters (digits, - & . ' inside)
    kWord,         // a word of ICU's dictionary with two or more characters
    kCharacter,    // one Han character
    kPerson,       // surname and given name
    kForeign,      // a run of characters used for foreign names
    kName,         // a name of the lexicon
  };
  uint32_t begin = 0, end = 0;  // bytes
  Kind kind = kPunctuation;
  int cost = 0;       // -10 ln of its frequency
  uint32_t name = 0;  // kName: index into the `names` given to Segment
  NameForms::Kinds kinds = 0;  // its text is a form of these
  // Kinds of the forms that begin with its first character, and that end with its last one: what is
  // asked of every token, and answered by no for nearly all.
  NameForms::Kinds starts = 0, ends = 0;

  [[nodiscard]] bool Is(FormKind form_kind) const {
    return (kinds & NameForms::Bit(form_kind)) != 0;
  }
};

inline void NameForms::Describe(std::string_view text, SegmentToken& token) const {
  const Character& first = Of(CodePointAt(text, token.begin));
  token.starts = first.starts;
  // Most characters begin none.
  token.kinds = first.starts == 0 ? 0
                                  : WalkKinds(first.forward,
                                              {text.data() + token.begin, token.end - token.begin});
  token.ends = Of(CodePointBefore(text, token.end)).ends;
}

// A name of the lexicon that takes part in segmentation.
struct LatticeName {
  uint32_t begin = 0, end = 0;
  bool certain = false;  // words around give way to it; else the cheaper path wins
};

// Cuts text into words: the cheapest path over ICU's Chinese dictionary, the lexicon's names,
// personal names and foreign names, each with its cost. About 20 MB/s.
class Segmenter {
 public:
  explicit Segmenter(const NameForms& forms);
  // Replaces `out` by the tokens of the text, gap-free save for white space. `names` are disjoint
  // and sorted.
  void Segment(std::string_view text, const std::vector<LatticeName>& names,
               std::vector<SegmentToken>& out) const;
  // Cost of a word of ICU's dictionary (-10 ln of its frequency), 0 for none.
  [[nodiscard]] int WordCost(std::string_view word) const;

 private:
  struct Scratch;
  void SegmentHan(std::string_view text, uint32_t begin, uint32_t end,
                  const std::vector<LatticeName>& names, size_t& next_name, Scratch& scratch,
                  std::vector<SegmentToken>& out) const;
  const NameForms& forms_;
  WordDictionary dictionary_;
};

}  // namespace hanfact::extract
