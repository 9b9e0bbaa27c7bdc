// The steps of EntityFinder::Find and what they work on (private to extract/; the door is
// entities.h). Each step is in its own entity_*.cc.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "extract/entities.h"
#include "extract/lexicon.h"
#include "extract/name_forms.h"
#include "normalize/name_trie.h"

namespace hanfact::extract {

// No entity, no table.
inline constexpr uint32_t kNone = Lexicon::kNone;
// Where a mention's rule stands; written out only for what is kept.
struct RuleRef {
  static constexpr uint32_t kForms = UINT32_MAX - 1;  // name_forms.tsv

  RuleRef(const char* what = "") : literal(what) {}  // NOLINT: a word is a rule's name
  RuleRef(uint32_t from, uint32_t at) : table(from), line(at) {}
  explicit RuleRef(const NameForms::Form& form) : table(kForms), line(form.line) {}

  bool operator==(std::string_view what) const { return table == kNone && what == literal; }

  const char* literal = "";
  uint32_t table = kNone;  // index into the lexicon's tables; kNone: the literal is all
  uint32_t line = 0;
};

// Values at bytes of a text; nothing is allocated before the first is set.
class ByteMap {
 public:
  explicit ByteMap(size_t text_bytes) : size_(text_bytes + 1) {}
  // nullptr where nothing was set.
  [[nodiscard]] const uint32_t* Find(uint32_t byte) const {
    return values_.empty() || values_[byte] == kNone ? nullptr : &values_[byte];
  }
  void Set(uint32_t byte, uint32_t value) {
    if (values_.empty()) values_.assign(size_, kNone);
    values_[byte] = value;
  }
  void SetFirst(uint32_t byte, uint32_t value) {
    if (Find(byte) == nullptr) Set(byte, value);
  }

 private:
  size_t size_;
  std::vector<uint32_t> values_;
};

// Whether an id is that of a division of a country.
[[nodiscard]] bool IsDivision(std::string_view id);
// Cost of lone characters that are seldom anything but a name (-10 ln of frequency, with the
// segmenter's surcharge for lone characters).
inline constexpr int kRareCharacter = 88;
// Bytes of the longest organisation that is put together (50 characters): names of names of names
// must not grow without end.
inline constexpr uint32_t kLongestBody = 150;
// What the lexicon has as the industry of continents and other parts of the world.
inline constexpr std::string_view kWorldRegion = "大区";

struct EntityFinder::Impl {
  using Alias = Lexicon::Alias;
  using NameUse = Lexicon::Name;
  // A name found in a text, and what it was linked to.
  struct Found {
    uint32_t begin = 0, end = 0;
    EntityType type = EntityType::kOrg;
    uint32_t entity = kNone;  // kNone for one the lexicon does not know
    // For those, in the text or in the work's `models`, so that a name costs nothing to move;
    // empty: the text itself.
    std::string_view canonical;
    RuleRef rule;
    int priority = 0;  // of two of the same length the higher wins
    bool soft = false;
  };

  NameForms forms;
  Segmenter segmenter;
  Lexicon lexicon;

  Impl(const std::vector<TableText>& more, std::vector<TableError>& errors)
      : forms(errors), segmenter(forms), lexicon(more, errors) {}

  [[nodiscard]] static RuleRef RuleOf(const Alias& alias) { return {alias.table, alias.line}; }
  [[nodiscard]] std::string Written(const RuleRef& rule) const {
    if (rule.table == kNone) return rule.literal;
    const std::string_view table = rule.table == RuleRef::kForms
                                       ? std::string_view("name_forms.tsv")
                                       : lexicon.TableName(rule.table);
    return std::string(table) + ":" + std::to_string(rule.line);
  }
  // Whether an alias is a frequent word of the dictionary as well (全新, 大量).
  [[nodiscard]] bool IsCommonWord(const Alias& alias) const {
    constexpr size_t kLongest = 6;   // bytes
    constexpr int kCommonWord = 85;  // cost (-10 ln of the frequency) of one in five thousand
    const std::string_view text = lexicon.TextOf(alias);
    if (text.size() > kLongest) return false;
    const int cost = segmenter.WordCost(text);
    return cost != 0 && cost <= kCommonWord;
  }

  // The steps of Find.
  struct Work;
  [[nodiscard]] bool IsCountry(const Found& f) const {
    return f.entity != kNone && f.type == EntityType::kPlace &&
           lexicon.IdOf(f.entity).size() == kCountryId.size() + 2 &&
           lexicon.IdOf(f.entity).starts_with(kCountryId);
  }
  void FindNames(Work& work) const;
  void FindTickers(Work& work) const;
  void NameBeforeCode(Work& work, size_t open) const;
  [[nodiscard]] static bool RegionFits(const Alias& alias, const Work& work);
  class NameLinker;
  void LinkNames(Work& work) const;
  [[nodiscard]] bool IsTransliterated(std::string_view name) const;
  void CutWords(Work& work) const;
  void SplitCitizens(Work& work, size_t citizens, Found& name) const;
  [[nodiscard]] uint32_t ForeignLeft(const Work& work, uint32_t end) const;
  [[nodiscard]] uint32_t ForeignRight(const Work& work, uint32_t begin) const;
  [[nodiscard]] bool JoinsForeign(const Work& work, size_t hyphen) const;
  [[nodiscard]] bool Speaks(std::string_view text, uint32_t at) const;
  [[nodiscard]] bool StartsOfficer(std::string_view text, uint32_t at) const;
  void AgreeOnPersons(Work& work) const;
  void FindPersons(Work& work) const;
  [[nodiscard]] uint32_t ListedName(const Work& work, uint32_t begin, bool& known) const;
  void FindListedPersons(Work& work) const;
  [[nodiscard]] bool IsBridge(const Work& work, size_t token) const;
  void DropCounted(Work& work) const;
  void FindPlaces(Work& work) const;
  [[nodiscard]] bool InDivision(const Work& work, size_t token, uint32_t tail) const;
  [[nodiscard]] bool EndsPhrase(const Work& work, uint32_t end) const;
  [[nodiscard]] uint32_t OwnerBefore(const Work& work, size_t k, uint32_t begin, uint32_t end,
                                     uint32_t tail_size, FormKind kind) const;
  // An organisation that is being put together from its end.
  struct Body {
    uint32_t begin = 0, tail = 0, end = 0;  // of the name, of the words that end it
    uint32_t n = 0;                         // bytes of the tail
    FormKind kind = FormKind::kOrgTail;
    size_t k = 0;           // the token it begins with so far
    bool anchored = false;  // begins with a place, a known organisation or letters
    bool place = false;
    uint32_t loose = 0, inner = 0;  // characters that make no word; words of such names
    int loose_cost = 0, common = 0;
    bool lone = false;       // some of them are single characters
    bool rare_word = false;  // a word that is seldom anything but a name is among the common ones
    // Whether its loose characters are seldom anything but a name.
    [[nodiscard]] bool Rare() const {
      return loose >= 2 && loose_cost >= kRareCharacter * static_cast<int>(loose);
    }
  };
  [[nodiscard]] bool EndsBody(const Work& work, size_t i, Body& body) const;
  [[nodiscard]] static bool IsDivisionHere(const Work& work, const Body& body);
  void ReachLeft(const Work& work, Body& body) const;
  [[nodiscard]] static bool BeginsClean(const Work& work, size_t first);
  [[nodiscard]] bool IsBrandedBody(const Work& work, const Body& body) const;
  [[nodiscard]] bool NamesBody(const Work& work, const Body& body) const;
  [[nodiscard]] bool IsNoBody(const Work& work, size_t i, const Body& body) const;
  void AddBody(Work& work, const Body& body) const;
  void FindOrganisations(Work& work) const;
  void FindSites(Work& work) const;
  void FindShortBodies(Work& work) const;
  void FindSubsidiaries(Work& work) const;
  void FindBodiesOfPlaces(Work& work) const;
  void FindTitles(Work& work) const;
  [[nodiscard]] uint32_t BeginWithMaker(const Work& work, size_t product) const;
  void FindModels(Work& work) const;
  void FindNamedByKind(Work& work, size_t i) const;
  void TurnTeams(Work& work) const;
  [[nodiscard]] bool IsNation(const Found& f) const;
  [[nodiscard]] bool InByline(const Work& work, const Found& found) const;
  void FollowOutlet(Work& work) const;
  void DropPassing(Work& work) const;
  [[nodiscard]] bool Join(const Work& work, Found& left, const Found& right) const;
  // Of names that overlap the longest, then the highest in priority; by place in `kept`. Returns
  // which bytes of the text are taken. Moves from `all`.
  static std::vector<uint8_t> KeepLongest(std::vector<Found>& all, size_t text_bytes,
                                          std::vector<Found>& kept);
  void Settle(Work& work) const;
  void JoinBranches(Work& work) const;
  void JoinBracketed(Work& work) const;
  void FollowShortForms(Work& work) const;
  void Emit(const Work& work, std::vector<Mention>& out) const;
};

struct EntityFinder::Impl::Work {
  std::string_view text, region, title;
  std::vector<normalize::NameTrie::Hit> hits;
  std::vector<uint8_t> hit_alive;
  std::set<uint32_t> evidence;  // entities the text names beyond doubt
  std::vector<Found> names;     // lexicon names, disjoint, sorted
  std::vector<Found> tickers;
  std::set<std::string> coded;  // unknown names that a code stands behind
  std::vector<SegmentToken> tokens;
  std::vector<uint32_t> token_name;  // token -> index in names, or kNone
  std::vector<Found> found;          // everything; disjoint after Settle
  std::set<std::string, std::less<>> repeated_persons;
  StringMap<std::string> models;  // a model's code alone -> with its maker
  // Places and organisations recognised so far, by their end: begin.
  ByteMap org_ending, place_ending, person_ending;

  explicit Work(std::string_view match_text)
      : text(match_text),
        org_ending(text.size()),
        place_ending(text.size()),
        person_ending(text.size()) {}

  [[nodiscard]] std::string_view Text(uint32_t begin, uint32_t end) const {
    return text.substr(begin, end - begin);
  }
  [[nodiscard]] std::string_view Text(const SegmentToken& t) const { return Text(t.begin, t.end); }
  // Index of the token that contains the byte (or the first behind it).
  [[nodiscard]] size_t TokenAt(uint32_t byte) const {
    return static_cast<size_t>(
        std::upper_bound(tokens.begin(), tokens.end(), byte,
                         [](uint32_t b, const SegmentToken& t) { return b < t.end; }) -
        tokens.begin());
  }
  [[nodiscard]] bool StartsToken(uint32_t byte) const {
    const size_t i = TokenAt(byte);
    return i >= tokens.size() || tokens[i].begin >= byte;
  }
};

}  // namespace hanfact::extract
