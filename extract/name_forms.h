// The table of forms by which names outside the lexicon are recognised, and the segmentation it
// feeds. Inside extract/ only: extract/entities.h is the door.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/table.h"
#include "base/text.h"
#include "normalize/name_trie.h"

namespace hanfact::extract {

struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};
template <class T>
using StringMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;

// What kind a row of name_forms.tsv is; the column `kind` has the name in the comment.
enum class FormKind : uint8_t {
  kOrgTail,         // org_tail: ends an organisation; weight: characters it needs before itself
  kOrgTailWeak,     // org_tail_weak: the same, only behind letters or characters that make no word
  kOrgBody,         // org_body: ends an organisation only behind a place, a known one or letters
  kPlaceOrg,        // place_org: makes an organisation of a place before it
  kPlaceShort,      // place_short: a place in one character (美军), or the word for one (市教育局)
  kShortOrg,        // short_org: makes an organisation of it
  kOrgInner,        // org_inner: may stand between an organisation's own name and its tail
  kNotName,         // not_name: looks like a name by its tail and is none
  kStop,            // stop: no organisation's name reaches over it
  kSurname,         // surname: weight: -10 ln of its share among people
  kGiven,           // given: characters of given names, several a row; weight: -10 ln of the share
  kTitle,           // title: may stand right before a person; weight 2: an officer of a company
  kTitleAfter,      // title_after: may stand right behind a person
  kHonorific,       // honorific: with a surname alone it makes a person (王先生)
  kSpeech,          // speech: verb behind a person
  kTranslit,        // translit: character of foreign names
  kPlaceTail,       // place_tail: ends a place; weight: characters it needs before itself
  kPlaceAfter,      // place_after: may follow a place inside one word (美国人)
  kCompanyContext,  // company_context: behind a name it tells that a company is meant
  kCompanyLeft,     // company_left: the same, before the name
  kAliasLead,       // alias_lead: introduces a short form (下称)
  kLatinFirst,      // latin_first: first name of persons in Latin letters
  kLatinTail,       // latin_tail: last word of an organisation in Latin letters
  kStopNot,         // stop_not: joins two words inside an organisation's name (预防和控制)
  kSport,           // sport: tells that places named are teams
  kSiteTail,        // site_tail: ends the name of a site or service
  kPlaceLead,       // place_lead: before a place, which then is no team
  kCount,
};

class NameForms {
 public:
  struct Form {
    int weight = 0;
    uint32_t line = 0;
  };
  // Reads the embedded table. Problems go to `errors`.
  explicit NameForms(std::vector<TableError>& errors);

  // The row of a form, or nullptr.
  [[nodiscard]] const Form* Find(FormKind kind, std::string_view form) const;
  // The longest form of the kind that ends at byte `end` of text and begins at or after `begin`;
  // its length in bytes, 0 for none. O(longest form of the kind).
  [[nodiscard]] uint32_t LongestEndingAt(FormKind kind, std::string_view text, uint32_t begin,
                                         uint32_t end) const;
  // The same for forms that start at byte `begin`.
  [[nodiscard]] uint32_t LongestStartingAt(FormKind kind, std::string_view text,
                                           uint32_t begin) const;
  // -10 ln of the character's share in given names, or 0 for one that is in none.
  [[nodiscard]] int Given(char32_t c) const;
  [[nodiscard]] bool Translit(char32_t c) const;
  // Whether the character alone is a function word (kind stop).
  [[nodiscard]] bool StopCharacter(char32_t c) const;
  // Weight of a surname of one character, 0 for none; whether it may begin a longer surname.
  [[nodiscard]] int Surname(char32_t c) const;
  [[nodiscard]] bool BeginsLongSurname(char32_t c) const;
  // All forms of two or more Han characters of kinds that are words, so that text is cut at them.
  [[nodiscard]] std::vector<std::string> Words() const;
  // "name_forms.tsv:12".
  [[nodiscard]] static std::string RuleOf(const Form& form);

 private:
  struct Set {
    StringMap<Form> forms;
    uint32_t longest = 0;               // characters
    std::vector<uint64_t> heads, tails;  // bits of first and last characters (BMP)
  };
  Set sets_[static_cast<size_t>(FormKind::kCount)];
  // Of characters of the BMP.
  std::vector<uint8_t> given_, translit_, stop_, surname_, long_surname_;
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
};

// A name of the lexicon that takes part in segmentation.
struct LatticeName {
  uint32_t begin = 0, end = 0;
  bool certain = false;  // words around give way to it; else the cheaper path wins
};

// Cuts text into words: the cheapest path over ICU's Chinese dictionary, the lexicon's names,
// personal names and foreign names, each with its cost. About 20 MB/s.
class Segmenter {
 public:
  Segmenter(const NameForms& forms, std::vector<TableError>& errors);
  ~Segmenter();
  // Replaces `out` by the tokens of the text, gap-free save for white space. `names` are disjoint
  // and sorted.
  void Segment(std::string_view text, const std::vector<LatticeName>& names,
               std::vector<SegmentToken>& out) const;

 private:
  struct Dictionary;
  struct Scratch;
  void SegmentHan(std::string_view text, uint32_t begin, uint32_t end,
                  const std::vector<LatticeName>& names, size_t& next_name, Scratch& scratch,
                  std::vector<SegmentToken>& out) const;
  const NameForms& forms_;
  std::unique_ptr<Dictionary> dictionary_;
  std::unique_ptr<normalize::NameTrie> words_;  // words.tsv
  std::vector<uint8_t> word_costs_;
};

}  // namespace hanfact::extract
