#include "extract/entities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "extract/name_forms.h"
#include "extract/lexicon.h"
#include "normalize/name_trie.h"

namespace hanfact::extract {
namespace {

using normalize::NameTrie;

constexpr uint32_t kNone = Lexicon::kNone;
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

}  // namespace

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
    constexpr size_t kLongest = 6;       // bytes
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
  void LinkNames(Work& work) const;
  [[nodiscard]] bool IsTransliterated(std::string_view name) const;
  void CutWords(Work& work) const;
  void SplitCitizens(Work& work, size_t citizens, Found& name) const;
  [[nodiscard]] uint32_t ForeignLeft(const Work& work, uint32_t end) const;
  [[nodiscard]] uint32_t ForeignRight(const Work& work, uint32_t begin) const;
  [[nodiscard]] bool Speaks(std::string_view text, uint32_t at) const;
  [[nodiscard]] bool StartsOfficer(std::string_view text, uint32_t at) const;
  void AgreeOnPersons(Work& work) const;
  void FindPersons(Work& work) const;
  [[nodiscard]] bool IsBridge(const Work& work, size_t token) const;
  void DropCounted(Work& work) const;
  void FindPlaces(Work& work) const;
  [[nodiscard]] bool InDivision(const Work& work, size_t token, uint32_t tail) const;
  [[nodiscard]] bool EndsPhrase(const Work& work, uint32_t end) const;
  [[nodiscard]] uint32_t OwnerBefore(const Work& work, size_t k, uint32_t begin, uint32_t end,
                                     uint32_t tail_size, FormKind kind) const;
  void FindOrganisations(Work& work) const;
  void FindTitles(Work& work) const;
  void FindModels(Work& work) const;
  void TurnTeams(Work& work) const;
  [[nodiscard]] bool IsNation(const Found& f) const;
  [[nodiscard]] bool InByline(const Work& work, const Found& found) const;
  void FollowOutlet(Work& work) const;
  void DropPassing(Work& work) const;
  [[nodiscard]] bool Join(const Work& work, Found& left, const Found& right) const;
  void Settle(Work& work) const;
  void JoinBranches(Work& work) const;
  void JoinBracketed(Work& work) const;
  void FollowShortForms(Work& work) const;
  void Emit(const Work& work, std::vector<Mention>& out) const;
};

struct EntityFinder::Impl::Work {
  std::string_view text, region, title;
  std::vector<NameTrie::Hit> hits;
  std::vector<uint8_t> hit_alive;
  std::set<uint32_t> evidence;  // entities the text names beyond doubt
  std::vector<Found> names;     // lexicon names, disjoint, sorted
  std::vector<Found> tickers;
  std::set<std::string> coded;  // unknown names that a code stands behind
  std::vector<SegmentToken> tokens;
  std::vector<uint32_t> token_name;  // token -> index in names, or kNone
  std::vector<Found> found;          // everything; disjoint after Settle
  std::set<std::string, std::less<>> repeated_persons;
  StringMap<std::string> models;     // a model's code alone -> with its maker
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

namespace {

bool IsDivision(std::string_view id) {
  return id.size() > kDivisionId.size() && id.starts_with(kDivisionId) &&
         IsAsciiDigit(static_cast<unsigned char>(id[kDivisionId.size()]));
}

bool InRegion(std::string_view wanted, std::string_view region) {
  if (wanted.empty() || region.empty()) return true;
  const auto parts = Parts(wanted, " ,|");
  return std::find(parts.begin(), parts.end(), region) != parts.end();
}

}  // namespace

// All lexicon names, without those inside a guard word; what is beyond doubt becomes evidence.
void EntityFinder::Impl::FindNames(Work& work) const {
  work.hits.reserve(work.text.size() / 32);
  lexicon.trie().FindAll(work.text, work.hits);
  auto drop_guarded = [&](std::vector<NameTrie::Hit>& hits, std::vector<uint8_t>& alive) {
    alive.assign(hits.size(), 1);
    for (size_t g = 0; g < hits.size(); ++g) {
      const NameUse guard = lexicon.NameAt(hits[g].name);
      if (guard.guarded.empty()) continue;
      // Hits are sorted by begin: those inside lie behind g, or before it with the same begin.
      size_t i = g;
      while (i > 0 && hits[i - 1].begin == hits[g].begin) --i;
      for (; i < hits.size() && hits[i].begin < hits[g].end; ++i) {
        if (hits[i].end > hits[g].end || i == g) continue;
        for (uint32_t owner : lexicon.NameAt(hits[i].name).owners) {
          if (std::find(guard.guarded.begin(), guard.guarded.end(), owner) !=
              guard.guarded.end()) {
            alive[i] = 0;
          }
        }
      }
    }
  };
  drop_guarded(work.hits, work.hit_alive);
  constexpr std::string_view kDots[] = {"·", "•", "・", "‧", "∙"};
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameTrie::Hit& hit = work.hits[i];
    const NameUse use = lexicon.NameAt(hit.name);
    if (use.owners.size() != 1) continue;
    const Alias alias = lexicon.AliasAt(use.owners[0]);
    for (std::string_view dot : kDots) {
      if ((alias.no_dot_after && work.text.substr(hit.end).starts_with(dot)) ||
          (alias.no_dot_before && work.text.substr(0, hit.begin).ends_with(dot))) {
        work.hit_alive[i] = 0;
      }
    }
  }
  // 其中光学器材 names parts, no company called 中光学; 其中国业务 names the country.
  constexpr std::string_view kAmong = "其中", kChina = "中国";
  constexpr uint32_t kHan = 3;
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const uint32_t begin = work.hits[i].begin;
    if (begin >= kHan && work.text.substr(begin - kHan).starts_with(kAmong) &&
        !work.text.substr(begin).starts_with(kChina)) {
      work.hit_alive[i] = 0;
    }
  }
  // 西安银行业 is the town's banking, 西安银行业绩 the bank's results.
  constexpr std::string_view kIndustry = "业";
  constexpr uint32_t kTwoHan = 6;
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameTrie::Hit& hit = work.hits[i];
    if (!work.text.substr(hit.end).starts_with(kIndustry) || hit.end - hit.begin <= kTwoHan) continue;
    const auto industry_end = hit.end + static_cast<uint32_t>(kIndustry.size());
    const uint32_t word_end = industry_end < work.text.size()
                                  ? industry_end + CodePointLength(work.text[industry_end])
                                  : industry_end;
    const std::string_view word = work.Text(hit.end, word_end);
    if (forms.Find(FormKind::kNotName, work.Text(hit.end - kTwoHan, industry_end)) != nullptr &&
        (word == kIndustry || (segmenter.WordCost(word) == 0 && !forms.IsWord(word)))) {
      work.hit_alive[i] = 0;
    }
  }
  auto collect = [&](const std::vector<NameTrie::Hit>& hits, const std::vector<uint8_t>& alive) {
    for (size_t i = 0; i < hits.size(); ++i) {
      const NameUse use = lexicon.NameAt(hits[i].name);
      if (!alive[i] || use.owners.empty()) continue;
      const Alias first = lexicon.AliasAt(use.owners[0]);
      bool single = true;
      for (uint32_t owner : use.owners) {
        single = single && lexicon.AliasAt(owner).entity == first.entity && !lexicon.AliasAt(owner).ctx;
      }
      if (single && (use.chars >= 3 || !use.han)) work.evidence.insert(first.entity);
      if (single && use.chars == 2 && use.han) work.evidence.insert(first.entity);
    }
  };
  collect(work.hits, work.hit_alive);
  if (!work.title.empty()) {
    std::vector<NameTrie::Hit> hits;
    std::vector<uint8_t> alive;
    lexicon.trie().FindAll(work.title, hits);
    drop_guarded(hits, alive);
    collect(hits, alive);
  }
}

// Codes with a market (NVDA-US, 600519.SH) anywhere, and codes alone in brackets.
void EntityFinder::Impl::FindTickers(Work& work) const {
  const std::string_view text = work.text;
  auto owner_of = [&](const Ticker& ticker) {
    if (ticker.code.empty()) return kNone;
    uint32_t found = kNone;
    for (uint32_t entity : lexicon.Coded(ticker.code)) {
      bool fits = ticker.market.empty();
      for (std::string_view part : Parts(lexicon.Entity(entity).ticker, " ,;|/")) {
        const Ticker own = ParseTicker(part);
        if (own.code == ticker.code && (own.market.empty() || own.market == ticker.market)) {
          fits = true;
        }
      }
      for (uint32_t alias : lexicon.AliasesOf(entity)) {
        const Ticker own = ParseTicker(lexicon.TextOf(lexicon.AliasAt(alias)));
        if (own.code == ticker.code && own.market == ticker.market) fits = true;
      }
      if (!fits) continue;
      if (found != kNone) return kNone;  // two companies with one code
      found = entity;
    }
    return found;
  };
  auto code_character = [](char c) {
    return (c >= 'A' && c <= 'Z') || IsAsciiDigit(static_cast<char32_t>(c)) || c == '.' ||
           c == '-' || c == ':';
  };
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) {
      i += CodePointLength(text[i]);
      continue;
    }
    if (!code_character(text[i]) || text[i] == '.' || text[i] == '-' || text[i] == ':' ||
        (i > 0 && IsAsciiLetter(static_cast<unsigned char>(text[i - 1])))) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && code_character(text[end])) ++end;
    while (end > i && !IsAsciiLetter(static_cast<unsigned char>(text[end - 1])) &&
           !IsAsciiDigit(static_cast<unsigned char>(text[end - 1]))) {
      --end;
    }
    const bool whole = end >= text.size() || !IsAsciiLetter(static_cast<unsigned char>(text[end]));
    const std::string_view piece = text.substr(i, end - i);
    const bool bracketed = i > 0 && text[i - 1] == '(' && end < text.size() &&
                           (text[end] == ')' || text.substr(end).starts_with("，") ||
                            text[end] == ',' || text[end] == '/');
    if (whole && piece.size() >= 2 && piece.size() <= 14) {
      const Ticker ticker = ParseTicker(piece);
      // A bare code counts in brackets, and only if it is long enough to be no year or count of
      // its own: the name before must be the same company's.
      uint32_t entity = kNone;
      if (!ticker.market.empty()) {
        entity = owner_of(ticker);
      } else if (bracketed) {
        entity = owner_of(ticker);
        if (entity != kNone) {
          bool named = false;
          for (size_t h = work.hits.size(); h-- > 0 && !named;) {
            if (work.hits[h].begin >= i) continue;
            if (work.hits[h].end + 24 < i) break;
            for (uint32_t owner : lexicon.NameAt(work.hits[h].name).owners) {
              named = named || (work.hits[h].end + 1 == i && lexicon.AliasAt(owner).entity == entity);
            }
          }
          if (!named) entity = kNone;
        }
      }
      // 海岚微电(688000.SH): a code the lexicon does not know still says that a company stands
      // before it.
      if (entity == kNone && bracketed && !ticker.market.empty()) NameBeforeCode(work, i - 1);
      if (entity != kNone) work.evidence.insert(entity);
      if (entity != kNone && !ticker.market.empty()) {
        work.tickers.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(end),
                                lexicon.TypeOf(entity), entity, "", "ticker", 9, false});
      }
    }
    i = std::max(end, i + 1);
  }
}

// The words of Han right before the bracket at `open`, without function words in front, as an
// organisation; nothing where they are too short or too long for a short name.
void EntityFinder::Impl::NameBeforeCode(Work& work, size_t open) const {
  constexpr uint32_t kLongest = 8;     // characters; short names of listed companies have 2 to 6
  constexpr size_t kMostCoded = 64;    // each name is one more pass over the text
  const std::string_view text = work.text;
  size_t begin = open;
  for (uint32_t n = 0; n <= kLongest && begin > 0 && IsHan(CodePointBefore(text, begin)); ++n) {
    begin = PreviousBorder(text, begin);
  }
  while (begin < open) {
    const uint32_t stop =
        forms.LongestStartingAt(FormKind::kStop, text, static_cast<uint32_t>(begin));
    if (stop == 0 || begin + stop >= open) break;
    begin += stop;
  }
  const uint32_t length = CountCodePoints(text.substr(begin, open - begin));
  if (length < 2 || length > kLongest) return;
  const std::string_view name = text.substr(begin, open - begin);
  if (work.coded.size() >= kMostCoded || !work.coded.insert(std::string(name)).second) return;
  // The same name everywhere else in the document, too.
  for (size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + name.size())) {
    work.tickers.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(at + name.size()),
                            EntityType::kOrg, kNone, "", "code", 1, true});
  }
}

// How many bytes in front look like a date or a part of a year: 今日, 昨(27)日, 3月, 第1季,
// 今年前4月.
static size_t DateLength(std::string_view text) {
  constexpr size_t kMost = 10;  // characters
  constexpr std::u32string_view kOf =
      U"今昨去本上前首第年月日天晚季半度累计至()一二三四五六七八九十";
  size_t at = 0;
  for (size_t n = 0; n < kMost && at < text.size(); ++n) {
    const char32_t c = CodePointAt(text, at);
    if (!IsAsciiDigit(c) && kOf.find(c) == kOf.npos) return at;
    at += CodePointLength(text[at]);
  }
  return 0;
}

bool EntityFinder::Impl::RegionFits(const Alias& alias, const Work& work) {
  return alias.anywhere || InRegion(alias.region, work.region);
}

// Decides every hit: one owner, or the one the document supports; then the longest win.
void EntityFinder::Impl::LinkNames(Work& work) const {
  const std::string_view text = work.text;
  auto company_context = [&](uint32_t begin, uint32_t end, const Alias& alias) {
    // 精密 or 生物 before 股份 is a part of some name, seldom the whole.
    for (FormKind kind : {FormKind::kOrgInner, FormKind::kOrgTail, FormKind::kOrgTailWeak}) {
      if (forms.Find(kind, work.Text(begin, end)) != nullptr) return false;
    }
    uint32_t at = end;
    if (text.substr(at).starts_with("”") || text.substr(at).starts_with("’")) at += 3;
    if (forms.LongestStartingAt(FormKind::kCompanyContext, text, at) != 0) return true;
    // 群电今日公布, 群电3月合并营收: a date may stand between.
    const size_t date = DateLength(text.substr(at));
    if (date != 0 && forms.LongestStartingAt(FormKind::kCompanyContext, text, at + date) != 0) {
      return true;
    }
    // 客户大量采购: what stands in front makes no company of a common word, nor of 其中资通|产品
    // and 其中资通|与视听产品.
    constexpr std::string_view kWith = "与", kGoods = "产品";
    const std::string_view behind = text.substr(at);
    if (behind.starts_with(kGoods) ||
        (behind.starts_with(kWith) && behind.substr(0, 15).ends_with(kGoods))) {
      return false;
    }
    return forms.LongestEndingAt(FormKind::kCompanyLeft, text, begin > 30 ? begin - 30 : 0,
                                 begin) != 0 &&
           !IsCommonWord(alias);
  };
  // In a list (平安、中信证券和国泰君安) a neighbour beyond doubt tells the kind of the others.
  ByteMap sure_begin(text.size()), sure_end(text.size());
  auto mark_sure = [&](uint32_t begin, uint32_t end, EntityType type) {
    sure_begin.SetFirst(begin, static_cast<uint32_t>(type));
    sure_end.SetFirst(end, static_cast<uint32_t>(type));
  };
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameUse use = lexicon.NameAt(work.hits[i].name);
    if (!work.hit_alive[i] || use.owners.size() != 1 || lexicon.AliasAt(use.owners[0]).ctx) continue;
    mark_sure(work.hits[i].begin, work.hits[i].end, lexicon.TypeOf(lexicon.AliasAt(use.owners[0]).entity));
  }
  ByteMap division_end(text.size());  // a sure division ends here
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameUse use = lexicon.NameAt(work.hits[i].name);
    if (!work.hit_alive[i] || use.owners.size() != 1 || lexicon.AliasAt(use.owners[0]).ctx) continue;
    const uint32_t entity = lexicon.AliasAt(use.owners[0]).entity;
    if (IsDivision(lexicon.IdOf(entity))) division_end.Set(work.hits[i].end, entity);
  }
  // Whether the entity lies in a division that ends at the byte.
  auto inside_division = [&](uint32_t entity, uint32_t begin) {
    const uint32_t* division = division_end.Find(begin);
    if (division == nullptr) return false;
    const std::string_view id = lexicon.IdOf(entity), before = lexicon.IdOf(*division);
    return id != before && id.starts_with(before);
  };
  // A county whose prefecture the text names, or right behind its province (江西靖安).
  auto parent_named = [&](uint32_t entity, uint32_t begin, uint32_t end, bool derived) {
    const std::string_view id = lexicon.IdOf(entity);
    if (!IsDivision(id)) return false;
    if (inside_division(entity, begin)) return true;
    if (id.size() != kDivisionId.size() + 6) return false;
    if (derived && !text.substr(end).starts_with("、") && !text.substr(0, begin).ends_with("、")) {
      return false;
    }
    const uint32_t prefecture = lexicon.Find(id.substr(0, kDivisionId.size() + 4));
    return prefecture != kNone && work.evidence.contains(prefecture);
  };
  auto listed = [&](const NameTrie::Hit& hit, EntityType type) {
    constexpr std::string_view kComma = "、";
    if (text.substr(hit.end).starts_with(kComma)) {
      const uint32_t* sure = sure_begin.Find(hit.end + 3);
      if (sure != nullptr && *sure == static_cast<uint32_t>(type)) return true;
    }
    if (hit.begin >= 3 && text.substr(hit.begin - 3).starts_with(kComma)) {
      const uint32_t* sure = sure_end.Find(hit.begin - 3);
      if (sure != nullptr && *sure == static_cast<uint32_t>(type)) return true;
    }
    return false;
  };
  // Lists are decided from left to right and back, so that one sure name reaches all of them.
  for (int pass = 0; pass < 2; ++pass) {
    for (size_t n = 0; n < work.hits.size(); ++n) {
      const size_t i = pass == 0 ? n : work.hits.size() - 1 - n;
      const NameUse use = lexicon.NameAt(work.hits[i].name);
      if (!work.hit_alive[i] || use.owners.size() != 1) continue;
      const Alias alias = lexicon.AliasAt(use.owners[0]);
      const EntityType type = lexicon.TypeOf(alias.entity);
      if (alias.ctx && RegionFits(alias, work) && listed(work.hits[i], type)) {
        mark_sure(work.hits[i].begin, work.hits[i].end, type);
      }
    }
  }
  // Whether the document has a word of the entity's industry; looked for once a word.
  StringMap<bool> industry_words;
  auto speaks_of = [&](const EntityFacts& facts) {
    for (std::string_view word : Parts(facts.industry, " ,;|/")) {
      if (word.size() < 6) continue;
      auto it = industry_words.find(word);
      if (it == industry_words.end()) {
        const bool found = text.find(word) != std::string_view::npos ||
                           work.title.find(word) != std::string_view::npos;
        it = industry_words.emplace(std::string(word), found).first;
      }
      if (it->second) return true;
    }
    return false;
  };
  std::vector<Found> all;
  all.reserve(work.hits.size() + work.tickers.size());
  std::vector<uint32_t> open;
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameTrie::Hit& hit = work.hits[i];
    const NameUse use = lexicon.NameAt(hit.name);
    if (!work.hit_alive[i] || use.owners.empty()) continue;
    open.clear();
    for (uint32_t owner : use.owners) {
      if (RegionFits(lexicon.AliasAt(owner), work)) open.push_back(owner);
    }
    if (open.empty()) continue;
    uint32_t chosen = kNone;
    if (open.size() == 1) {
      const Alias alias = lexicon.AliasAt(open[0]);
      // 天津和平解放 has no 和平区.
      if (alias.derived && IsCommonWord(alias)) continue;
      if (!alias.ctx || work.evidence.contains(alias.entity) ||
          parent_named(alias.entity, hit.begin, hit.end, alias.derived) ||
          listed(hit, lexicon.TypeOf(alias.entity)) ||
          (lexicon.TypeOf(alias.entity) != EntityType::kPlace &&
           (alias.region.empty() || !work.region.empty() || !IsCommonWord(alias)) &&
           company_context(hit.begin, hit.end, alias))) {
        // A word (全新, 大量) that is a company's name in one region needs the region told.
        chosen = open[0];
      }
    } else {
      // Several owners: the only one the document names otherwise, else the only one whose
      // industry it speaks of.
      uint32_t supported = 0, by_industry = 0;
      uint32_t support = kNone, industry = kNone;
      for (uint32_t owner : open) {
        const EntityFacts facts = lexicon.Entity(lexicon.AliasAt(owner).entity);
        if (work.evidence.contains(lexicon.AliasAt(owner).entity)) {
          ++supported;
          support = owner;
        }
        if (speaks_of(facts)) {
          ++by_industry;
          industry = owner;
        }
      }
      // 深圳市南山区: the only one that lies in what stands right before it.
      uint32_t inside = 0, parent = kNone;
      for (uint32_t owner : open) {
        if (!inside_division(lexicon.AliasAt(owner).entity, hit.begin)) continue;
        ++inside;
        parent = owner;
      }
      if (inside == 1) {
        chosen = parent;
      } else if (supported == 1) {
        chosen = support;
      } else if (supported == 0 && by_industry == 1) {
        chosen = industry;
      }
    }
    Found found{hit.begin, hit.end, EntityType::kOrg, kNone, "", "", 5, use.han && use.chars == 2};
    if (chosen != kNone) {
      found.entity = lexicon.AliasAt(chosen).entity;
      found.type = lexicon.TypeOf(found.entity);
      found.rule = RuleOf(lexicon.AliasAt(chosen));
    } else {
      // Left open: a mention without a link, where all owners are of one type.
      if (open.size() == 1) continue;
      found.type = lexicon.TypeOf(lexicon.AliasAt(open[0]).entity);
      found.rule = RuleOf(lexicon.AliasAt(open[0]));
      bool same = true;
      for (uint32_t owner : open) {
        same = same && lexicon.TypeOf(lexicon.AliasAt(owner).entity) == found.type && !lexicon.AliasAt(owner).ctx;
      }
      if (!same) continue;
    }
    all.push_back(found);
  }
  for (const Found& ticker : work.tickers) all.push_back(ticker);
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return std::make_tuple(b.end - b.begin, b.priority, a.begin, a.entity) <
           std::make_tuple(a.end - a.begin, a.priority, b.begin, b.entity);
  });
  std::vector<uint8_t> taken(text.size() + 1, 0);
  work.names.reserve(all.size());
  for (Found& found : all) {
    bool free = true;
    for (uint32_t k = found.begin; k < found.end && free; ++k) free = !taken[k];
    if (!free) continue;
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
    work.names.push_back(std::move(found));
  }
  std::sort(work.names.begin(), work.names.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
  // A listed company under special treatment carries it before its name.
  for (Found& found : work.names) {
    for (std::string_view mark : {"S*ST", "*ST", "SST", "ST"}) {
      if (found.type == EntityType::kOrg && found.begin >= mark.size() &&
          text.substr(found.begin - mark.size(), mark.size()) == mark &&
          !taken[found.begin - 1]) {
        found.begin -= static_cast<uint32_t>(mark.size());
        found.soft = false;
        break;
      }
    }
  }
}

// 市 of the name and the token 民 behind it become the word 市民.
void EntityFinder::Impl::SplitCitizens(Work& work, size_t citizens, Found& name) const {
  constexpr uint32_t kOneHan = 3;  // bytes of 市
  name.end -= kOneHan;
  work.tokens[citizens].begin -= kOneHan;
  work.tokens[citizens].kind = SegmentToken::kWord;
  forms.Describe(work.text, work.tokens[citizens]);
  if (citizens > 0 && work.tokens[citizens - 1].end > name.end) {
    work.tokens[citizens - 1].end = name.end;
    forms.Describe(work.text, work.tokens[citizens - 1]);
  }
}

// Whether three or more characters are all ones of foreign names.
bool EntityFinder::Impl::IsTransliterated(std::string_view name) const {
  for (size_t i = 0; i < name.size(); i += CodePointLength(name[i])) {
    if (!forms.Translit(CodePointAt(name, i))) return false;
  }
  return CountCodePoints(name) >= 3;
}

// Cuts the text into words; two-character names that cut across words go.
void EntityFinder::Impl::CutWords(Work& work) const {
  std::vector<LatticeName> lattice;
  lattice.reserve(work.names.size());
  for (const Found& name : work.names) lattice.push_back({name.begin, name.end, !name.soft});
  segmenter.Segment(work.text, lattice, work.tokens);
  std::vector<Found> kept;
  kept.reserve(work.names.size());
  for (Found& name : work.names) {
    if (name.soft) {
      const size_t i = work.TokenAt(name.begin);
      if (i >= work.tokens.size()) continue;
      const SegmentToken& token = work.tokens[i];
      const bool head = token.begin == name.begin;
      size_t last = i;
      while (last < work.tokens.size() && work.tokens[last].end < name.end) ++last;
      const bool tail = last < work.tokens.size() && work.tokens[last].end == name.end;
      bool keep = head && tail;
      if (head && !tail && last == i && name.type == EntityType::kPlace &&
          forms.Find(FormKind::kPlaceAfter, work.Text(name.end, token.end)) != nullptr) {
        keep = true;
      }
      if (head && !tail && last == i &&
          forms.Find(FormKind::kPlaceTail, work.Text(name.end, token.end)) != nullptr &&
          name.type == EntityType::kPlace) {
        keep = true;
      }
      if (!keep) continue;
    }
    // 昆明市民 are citizens of 昆明: 民 alone belongs to 市.
    if (name.type == EntityType::kPlace && work.Text(name.begin, name.end).ends_with("市") &&
        name.end - name.begin >= 9 && work.text.substr(name.end).starts_with("民")) {
      const size_t i = work.TokenAt(name.end);
      if (i < work.tokens.size() && work.tokens[i].begin == name.end &&
          work.tokens[i].end == name.end + 3) {
        SplitCitizens(work, i, name);
      }
    }
    // 罗比尼奥 is not 罗比尼: characters of foreign names go on behind a foreign person's.
    if (name.type == EntityType::kPerson && IsTransliterated(work.Text(name.begin, name.end))) {
      const size_t i = work.TokenAt(name.end);
      if (i < work.tokens.size() && work.tokens[i].begin == name.end &&
          work.tokens[i].kind == SegmentToken::kCharacter && !work.tokens[i].Is(FormKind::kStop) &&
          !work.tokens[i].Is(FormKind::kSpeech) &&
          forms.Translit(CodePointAt(work.text, name.end))) {
        continue;
      }
    }
    kept.push_back(std::move(name));
  }
  work.names = std::move(kept);
  // Tokens that are names, so that the rules below see them.
  work.token_name.assign(work.tokens.size(), kNone);
  size_t t = 0;
  for (size_t n = 0; n < work.names.size(); ++n) {
    while (t < work.tokens.size() && work.tokens[t].end <= work.names[n].begin) ++t;
    if (t < work.tokens.size() && work.tokens[t].begin == work.names[n].begin &&
        work.tokens[t].end == work.names[n].end) {
      work.token_name[t] = static_cast<uint32_t>(n);
    }
  }
}

namespace {
constexpr uint32_t kLongestTitle = 24;  // bytes
constexpr uint32_t kLongestPart = 24;   // bytes of one part of a foreign name
}  // namespace

// Where the part of a foreign name that ends at `end` begins; `end` itself where there is none.
uint32_t EntityFinder::Impl::ForeignLeft(const Work& work, uint32_t end) const {
  uint32_t begin = end, chars = 0;
  for (; begin > 0 && chars < 7; ++chars) {
    const auto at = static_cast<uint32_t>(PreviousBorder(work.text, begin));
    if (!forms.Translit(CodePointAt(work.text, at))) break;
    // Words end the name, unless the run of characters is one of them.
    const SegmentToken& token = work.tokens[work.TokenAt(at)];
    if (token.end == begin && chars > 0 && token.kind != SegmentToken::kForeign &&
        (token.Is(FormKind::kTitle) ||
         token.Is(FormKind::kStop))) {
      break;
    }
    begin = at;
  }
  // 刘易斯, 安徒生: parts with characters that are common elsewhere.
  const uint32_t part = forms.LongestEndingAt(FormKind::kForeignPart, work.text,
                                              end > kLongestPart ? end - kLongestPart : 0, end);
  if (part > end - begin) return end - part;
  if (chars == 0) return end;
  // A title may end in such characters (董事伊丽莎白 has none, 经理特里 does).
  const uint32_t title = forms.LongestStartingAt(FormKind::kTitle, work.text, begin);
  if (title != 0 && begin + title < end) begin += title;
  // A function word in front is none behind a title or a border: 分析师约瑟夫.
  const std::string_view first = work.text.substr(begin, CodePointLength(work.text[begin]));
  const bool opens = title != 0 || !IsHan(CodePointBefore(work.text, begin)) ||
                     forms.LongestEndingAt(FormKind::kTitle, work.text,
                                           begin > kLongestTitle ? begin - kLongestTitle : 0,
                                           begin) != 0;
  if (chars > 2 && !opens && forms.Find(FormKind::kStop, first) != nullptr) {
    begin += static_cast<uint32_t>(first.size());
  }
  return begin;
}

// Where the part of a foreign name that starts at `begin` ends; `begin` where there is none.
uint32_t EntityFinder::Impl::ForeignRight(const Work& work, uint32_t begin) const {
  uint32_t end = begin, chars = 0;
  while (end < work.text.size() && chars < 8 && forms.Translit(CodePointAt(work.text, end))) {
    if (chars > 0) {
      const SegmentToken& token = work.tokens[work.TokenAt(end)];
      if (token.begin == end && token.kind != SegmentToken::kForeign &&
          (token.Is(FormKind::kStop) ||
           token.Is(FormKind::kSpeech) ||
           token.Is(FormKind::kTitleAfter))) {
        break;
      }
    }
    end += CodePointLength(work.text[end]);
    ++chars;
  }
  const uint32_t part = forms.LongestStartingAt(FormKind::kForeignPart, work.text, begin);
  return std::max(end, begin + part);
}

// Whether a verb of saying stands at the byte.
bool EntityFinder::Impl::Speaks(std::string_view text, uint32_t at) const {
  const uint32_t n = forms.LongestStartingAt(FormKind::kSpeech, text, at);
  return n != 0 && forms.Find(FormKind::kSpeech, text.substr(at, n))->weight >= 2;
}

// Whether a title of business (weight 2: 分析师, 董事长) stands at the byte.
bool EntityFinder::Impl::StartsOfficer(std::string_view text, uint32_t at) const {
  const uint32_t n = forms.LongestStartingAt(FormKind::kTitle, text, at);
  return n != 0 && forms.Find(FormKind::kTitle, text.substr(at, n))->weight >= 2;
}

// One person is written one way: 徐永 that 来 follows everywhere is 徐永来, and 诸雪满 and 诸雪见 in a
// text about 诸雪 are that one and a verb.
void EntityFinder::Impl::AgreeOnPersons(Work& work) const {
  struct Seen {
    uint32_t count = 0;
    std::string_view follower;  // the lone character behind each of them, empty where they differ
    uint32_t longer = 0;        // persons of one character more
  };
  std::vector<SegmentToken>& tokens = work.tokens;
  StringMap<Seen> seen;
  uint32_t persons = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if (token.kind != SegmentToken::kPerson || token.end - token.begin > 9) continue;
    ++persons;
    std::string_view follower;
    if (i + 1 < tokens.size() && tokens[i + 1].begin == token.end &&
        tokens[i + 1].kind == SegmentToken::kCharacter &&
        forms.Of(CodePointAt(work.text, token.end)).given != 0) {
      follower = work.Text(tokens[i + 1]);
    }
    auto it = seen.find(work.Text(token));
    if (it == seen.end()) {
      it = seen.emplace(std::string(work.Text(token)), Seen{0, follower, 0}).first;
    } else if (it->second.follower != follower) {
      it->second.follower = {};
    }
    ++it->second.count;
    if (token.end - token.begin == 9) {
      seen[std::string(work.Text(token.begin, token.end - 3))].longer += 1;
    }
  }
  if (persons < 2) return;
  for (const auto& [form, of] : seen) {
    if (of.count >= 2) work.repeated_persons.insert(form);
  }
  std::vector<SegmentToken> agreed;
  std::vector<uint32_t> names_of;
  agreed.reserve(tokens.size() + persons);
  names_of.reserve(tokens.size() + persons);
  for (size_t i = 0; i < tokens.size(); ++i) {
    agreed.push_back(tokens[i]);
    names_of.push_back(work.token_name[i]);
    SegmentToken& token = agreed.back();
    const uint32_t length = token.end - token.begin;
    if (token.kind != SegmentToken::kPerson || (length != 6 && length != 9)) continue;
    if (length == 6) {
      const Seen& own = seen.find(work.Text(token))->second;
      if (own.count >= 2 && !own.follower.empty() && own.longer == 0) {
        token.end = tokens[++i].end;
        token.kinds = 0;
        token.ends = tokens[i].ends;
      }
      continue;
    }
    const Seen& own = seen.find(work.Text(token))->second;
    const Seen& shorter = seen.find(work.Text(token.begin, token.end - 3))->second;
    if (own.count == 1 && shorter.count + shorter.longer >= 3 && shorter.count > 0) {
      SegmentToken rest = token;
      token.end -= 3;
      rest.begin = token.end;
      rest.kind = SegmentToken::kCharacter;
      forms.Describe(work.text, token);
      forms.Describe(work.text, rest);
      agreed.push_back(rest);
      names_of.push_back(kNone);
    }
  }
  tokens = std::move(agreed);
  work.token_name = std::move(names_of);
}

namespace {
// Costs of a person from which on most are none: of three and more characters, and of two.
constexpr int kDoubtfulLong = 245, kDoubtfulShort = 165;
}  // namespace

void EntityFinder::Impl::FindPersons(Work& work) const {
  work.found.reserve(16);  // more than most short texts name
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const auto rule = [&](FormKind kind, std::string_view form) {
    const NameForms::Form* f = forms.Find(kind, form);
    return f != nullptr ? RuleRef(*f) : RuleRef("name_forms.tsv");
  };
  auto is_dot = [&](const SegmentToken& t) {
    if (t.kind != SegmentToken::kPunctuation) return false;
    const char32_t c = CodePointAt(text, t.begin);
    return c == U'·' || c == U'•' || c == U'・' || c == U'‧' || c == U'∙';
  };
  auto is_hyphen = [&](const SegmentToken& t) {
    if (t.kind != SegmentToken::kPunctuation) return false;
    const char32_t c = CodePointAt(text, t.begin);
    return c == '-' || c == '.' || c == U'—' || c == U'–';
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if (work.token_name[i] != kNone) {
      // Berkshire Hathaway Inc.
      size_t last = i;
      while (last + 1 < tokens.size() && last - i < 3 && tokens[last + 1].kind == SegmentToken::kLatin &&
             tokens[last + 1].begin == tokens[last].end + 1 && text[tokens[last].end] == ' ' &&
             tokens[last + 1].Is(FormKind::kLatinTail)) {
        ++last;
      }
      const Found& name = work.names[work.token_name[i]];
      if (last > i && name.type == EntityType::kOrg) {
        Found longer = name;
        longer.end = tokens[last].end;
        if (longer.end < text.size() && text[longer.end] == '.') ++longer.end;
        work.found.push_back(std::move(longer));
        i = last;
      }
      continue;
    }
    if (token.kind == SegmentToken::kPerson) {
      if (token.cost >= (token.end - token.begin > 6 ? kDoubtfulLong : kDoubtfulShort) &&
          !work.repeated_persons.contains(work.Text(token))) {
        continue;
      }
      const uint32_t head = CodePointLength(text[token.begin]);
      // 苏军 is a person behind a title only.
      if (forms.Find(FormKind::kPlaceShort, text.substr(token.begin, head)) != nullptr &&
          forms.Find(FormKind::kShortOrg, work.Text(token.begin + head, token.end)) != nullptr &&
          forms.LongestEndingAt(FormKind::kTitle, text, 0, token.begin) == 0) {
        continue;
      }
      const RuleRef r = rule(FormKind::kSurname, text.substr(token.begin, head));
      work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "", r, 3, false});
      continue;
    }
    // Surname and honorific.
    if (token.kind == SegmentToken::kCharacter || token.kind == SegmentToken::kWord) {
      if (token.Is(FormKind::kSurname)) {
        const uint32_t n = forms.LongestStartingAt(FormKind::kHonorific, text, token.end);
        // 专注于某个 has no 于某.
        const bool function_word = token.Is(FormKind::kStop) && n == 3;
        if (n != 0 && !function_word && work.StartsToken(token.end + n)) {
          work.found.push_back({token.begin, token.end + n, EntityType::kPerson, kNone, "",
                                rule(FormKind::kHonorific, text.substr(token.end, n)), 3, false});
        }
      }
    }
    // Foreign names with a dot: the characters of transliteration on both sides.
    if (is_dot(token) || (is_hyphen(token) && i > 0 && tokens[i - 1].end == token.begin &&
                          tokens[i - 1].kind == SegmentToken::kForeign)) {
      const uint32_t begin = ForeignLeft(work, token.begin);
      uint32_t end = ForeignRight(work, token.end);
      if (begin < token.begin && end > token.end) {
        // More parts: 让·克洛德·特里谢.
        for (int part = 0; part < 3; ++part) {
          const size_t d = work.TokenAt(end);
          if (d >= tokens.size() || tokens[d].begin != end ||
              !(is_dot(tokens[d]) || is_hyphen(tokens[d]))) {
            break;
          }
          const uint32_t further = ForeignRight(work, tokens[d].end);
          if (further == tokens[d].end) break;
          end = further;
        }
        work.found.push_back({begin, end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 4, false});
        work.person_ending.Set(end, begin);
        while (i + 1 < tokens.size() && tokens[i + 1].end <= end) ++i;
        continue;
      }
    }
    // A foreign name alone counts behind a title or before a title or speech verb.
    if (token.kind == SegmentToken::kForeign) {
      const bool titled =
          forms.LongestEndingAt(FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0,
                                token.begin) != 0;
      const bool speaks =
          forms.LongestStartingAt(FormKind::kTitleAfter, text, token.end) != 0 ||
          Speaks(text, token.end);
      if (titled || speaks) {
        work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 3, false});
      }
    }
    // Latin first and last name behind a title, or before a speech verb.
    if (token.kind == SegmentToken::kLatin && text[token.begin] >= 'A' && text[token.begin] <= 'Z') {
      size_t last = i;
      auto capital = [&](const SegmentToken& t) {
        return t.kind == SegmentToken::kLatin && text[t.begin] >= 'A' && text[t.begin] <= 'Z';
      };
      while (last + 1 < tokens.size() && last - i < 3 && capital(tokens[last + 1]) &&
             work.token_name[last + 1] == kNone &&
             tokens[last + 1].begin == tokens[last].end + 1 && text[tokens[last].end] == ' ') {
        ++last;
      }
      const uint32_t end = tokens[last].end;
      const bool titled = forms.LongestEndingAt(
          FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0, token.begin) != 0;
      const bool speaks = Speaks(text, end) ||
                          forms.LongestStartingAt(FormKind::kTitleAfter, text, end) != 0;
      const NameForms::Form* tail_form = forms.Find(FormKind::kLatinTail, work.Text(tokens[last]));
      if (tail_form != nullptr && last > i) {
        const uint32_t dot = end < text.size() && text[end] == '.' ? 1 : 0;
        work.found.push_back({token.begin, end + dot, EntityType::kOrg, kNone, "",
                              RuleRef(*tail_form), 3, false});
      } else if (titled || (last > i && (speaks || token.Is(FormKind::kLatinFirst)))) {
        work.found.push_back({token.begin, end, EntityType::kPerson, kNone, "",
                              "name_forms.tsv", 3, false});
      } else if (work.token_name[i] == kNone && last == i && token.end - token.begin >= 3 &&
                 StartsOfficer(text, end) &&
                 !token.Is(FormKind::kNotName)) {
        // Letters before a title are who it is held with: Oanda分析师.
        work.found.push_back({token.begin, end, EntityType::kOrg, kNone, "", "name_forms.tsv", 1,
                              false});
      }
      i = last;
    }
  }
}

namespace {
// Costs of words and lone characters that are seldom anything but a name (-10 ln of frequency, with
// the segmenter's surcharge for lone characters).
constexpr int kRareWord = 98;
constexpr int kRareCharacter = 88;
// From here on a word of the dictionary before 村 or 机场 is a name.
constexpr int kRarePlace = 118;
// Bytes of the longest organisation that is put together (50 characters): names of names of names
// must not grow without end.
constexpr uint32_t kLongestBody = 150;
// Kinds of forms that end an organisation, and that may stand inside one.
constexpr NameForms::Kinds kTails = NameForms::Bit(FormKind::kOrgTail) |
                                    NameForms::Bit(FormKind::kOrgBody) |
                                    NameForms::Bit(FormKind::kOrgTailWeak);
constexpr NameForms::Kinds kInner = NameForms::Bit(FormKind::kOrgInner) | kTails;

// Whether a title stands here; 文 and 图, of whom wrote and drew, are parts of names more often.
bool IsTitleWord(const SegmentToken& token) {
  return token.Is(FormKind::kTitle) && token.end - token.begin > 3;
}
}  // namespace

// Whether the word may stand between a town and the tail of a place in it.
bool EntityFinder::Impl::IsBridge(const Work& work, size_t token) const {
  const SegmentToken& word = work.tokens[token];
  if (token == 0 || word.end - word.begin > 12 || word.Is(FormKind::kStop) ||
      word.Is(FormKind::kTitle) || word.Is(FormKind::kSpeech) || word.Is(FormKind::kNotName)) {
    return false;
  }
  const SegmentToken& town = work.tokens[token - 1];
  const uint32_t name = work.token_name[token - 1];
  return town.end == word.begin && name != kNone && work.names[name].type == EntityType::kPlace &&
         !IsNation(work.names[name]);
}

// Whether a division of a country ends with the character alone.
static bool IsDivisionTail(std::string_view text) {
  constexpr std::string_view kTails[] = {"区", "县", "镇", "乡", "市", "旗", "州", "省"};
  return std::find(std::begin(kTails), std::end(kTails), text) != std::end(kTails);
}

// Whether the token is one of at most three characters between a division of a country and `tail`.
bool EntityFinder::Impl::InDivision(const Work& work, size_t token, uint32_t tail) const {
  constexpr uint32_t kThreeCharacters = 9;
  for (size_t k = token + 1; k-- > 0;) {
    const uint32_t name = work.token_name[k];
    if (name != kNone) {
      return work.tokens[k].end + 3 < tail && work.names[name].entity != kNone &&
             IsDivision(lexicon.IdOf(work.names[name].entity));
    }
    if (work.tokens[k].kind != SegmentToken::kCharacter || k == 0 ||
        work.tokens[k - 1].end != work.tokens[k].begin ||
        tail - work.tokens[k].begin > kThreeCharacters) {
      return false;
    }
  }
  return false;
}

// 2000张辉达H800, 1.9万张居冠: behind a figure 张 counts, and is no surname.
void EntityFinder::Impl::DropCounted(Work& work) const {
  std::erase_if(work.found, [&](const Found& found) {
    size_t at = found.begin;
    while (at > 0 && std::u32string_view(U"千万亿").find(CodePointBefore(work.text, at)) !=
                         std::u32string_view::npos) {
      at = PreviousBorder(work.text, at);
    }
    return found.type == EntityType::kPerson && found.entity == kNone && at > 0 &&
           IsAsciiDigit(static_cast<unsigned char>(work.text[at - 1]));
  });
}

void EntityFinder::Impl::FindPlaces(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if ((token.ends & NameForms::Bit(FormKind::kPlaceTail)) == 0 ||
        token.kind == SegmentToken::kPunctuation || token.kind == SegmentToken::kDigits ||
        token.kind == SegmentToken::kLatin) {
      continue;
    }
    const uint32_t n = forms.LongestEndingAt(
        FormKind::kPlaceTail, text, token.begin > 12 ? token.begin - 12 : 0, token.end);
    if (n == 0 || n >= token.end) continue;
    const uint32_t tail = token.end - n;
    if (!work.StartsToken(tail)) {
      // The tail of a dictionary word; but 扬州市 and 区 are 扬州市区.
      const uint32_t name = i > 0 ? work.token_name[i - 1] : kNone;
      if (name != kNone && tokens[i - 1].end == token.begin &&
          work.names[name].type == EntityType::kPlace && tokens[i - 1].begin < tail &&
          tail < token.begin) {
        const NameForms::Form* whole = forms.Find(FormKind::kPlaceTail, text.substr(tail, n));
        work.found.push_back({tokens[i - 1].begin, token.end, EntityType::kPlace, kNone, "",
                              RuleRef(*whole), 2, false});
        work.place_ending.Set(token.end, tokens[i - 1].begin);
      }
      continue;
    }
    const NameForms::Form* form = forms.Find(FormKind::kPlaceTail, text.substr(tail, n));
    size_t k = work.TokenAt(tail);
    uint32_t begin = tail, chars = 0;
    bool name_seen = false;
    while (k > 0 && tokens[k - 1].end == begin && !name_seen) {
      const SegmentToken& p = tokens[k - 1];
      const std::string_view s = work.Text(p);
      const uint32_t name = work.token_name[k - 1];
      if (name != kNone) {
        // 鲁迅博物馆
        const bool person = work.names[name].type == EntityType::kPerson && n >= 9;
        if (work.names[name].type != EntityType::kPlace && !person) break;
        if (chars > 0) break;  // merged later
        // 乌审旗|旗委: the name has its tail already.
        if (work.Text(p).ends_with(text.substr(tail, n))) break;
        name_seen = true;
      } else if (p.kind == SegmentToken::kCharacter || p.kind == SegmentToken::kForeign) {
        if (p.Is(FormKind::kPlaceStop)) break;
        // 西昌市太和镇: of the stops some stand in names, between a division and its part.
        if (p.Is(FormKind::kStop) && !(p.Is(FormKind::kPlaceChar) && InDivision(work, k - 1, tail))) {
          break;
        }
        // 南山区粤海街道: what stands before 区 is another place.
        if (chars > 0 && IsDivisionTail(s)) break;
        if (chars + CountCodePoints(s) > 4) break;
      } else if (p.kind == SegmentToken::kPerson && (chars == 0 || (chars == 1 && n >= 6))) {
        // 张自忠路, and what only looks like a person: 翁洲大道.
      } else if (p.kind == SegmentToken::kWord && chars == 0 && p.cost >= kRarePlace) {
        if (p.Is(FormKind::kStop) ||
            p.Is(FormKind::kTitle)) {
          break;
        }
      } else if ((form->weight < 9 || n >= 6 || (IsDivisionTail(text.substr(tail, n)) &&
                                                  text.substr(0, p.begin).ends_with("市"))) &&
                 chars == 0 && k > 1 && IsBridge(work, k - 1)) {
        // 上海正大广场, 深圳市南山区: any word between a town and such a tail.
      } else {
        break;
      }
      chars += CountCodePoints(s);
      begin = p.begin;
      --k;
      if (p.kind == SegmentToken::kPerson && s.size() > 6 &&
          (forms.Find(FormKind::kStop, s.substr(0, 3)) != nullptr ||
           forms.Find(FormKind::kPlaceStop, s.substr(0, 3)) != nullptr)) {
        // 对于丽泽商务区 has no 于丽泽.
        begin += 3;
        --chars;
      }
      if (p.kind == SegmentToken::kWord || p.kind == SegmentToken::kPerson) break;
    }
    uint32_t end = token.end;
    const bool after_place = work.place_ending.Find(begin) != nullptr ||
                             (k > 0 && work.token_name[k - 1] != kNone &&
                              work.names[work.token_name[k - 1]].type == EntityType::kPlace);
    // Weight 9: only behind a place (湖, 中心); else behind two characters that make no word.
    const bool loose = form->weight < 9 && chars >= 2;
    if (chars == 0 || (!name_seen && !after_place && !loose)) continue;
    // 中国区 is no place of its own.
    if (n == 3 && form->weight >= 9 && name_seen && IsCountry(work.names[work.token_name[k]])) {
      continue;
    }
    // 南三好街96号
    if (i + 2 < tokens.size() && tokens[i + 1].kind == SegmentToken::kDigits &&
        tokens[i + 1].begin == end && text.substr(tokens[i + 1].end).starts_with("号")) {
      end = tokens[i + 1].end + 3;
    }
    work.found.push_back({begin, end, EntityType::kPlace, kNone, "", RuleRef(*form), 2,
                          false});
    work.place_ending.Set(end, begin);
  }
}

// Whether nothing goes on behind a name that ends at the byte: punctuation, a title, a verb of saying
// or a word that joins it with another.
bool EntityFinder::Impl::EndsPhrase(const Work& work, uint32_t end) const {
  const size_t behind = work.TokenAt(end);
  return behind >= work.tokens.size() || work.tokens[behind].begin != end ||
         work.tokens[behind].kind == SegmentToken::kPunctuation || Speaks(work.text, end) ||
         forms.Find(FormKind::kStopNot, work.Text(work.tokens[behind])) != nullptr ||
         forms.LongestStartingAt(FormKind::kTitle, work.text, end) != 0;
}

// Where a name begins that ends in a tail of `tail_size` bytes and whose walk stopped at `begin`, the
// token k, because no class of words explains what stands there: at the place or organisation it
// belongs to, with a few words between (民生银行信用卡中心, 北京匡时拍卖公司). `begin` where there is none.
uint32_t EntityFinder::Impl::OwnerBefore(const Work& work, size_t k, uint32_t begin, uint32_t end,
                                         uint32_t tail_size, FormKind kind) const {
  const auto& tokens = work.tokens;
  // A short tail ends words as well (部, 处): less may stand before it.
  const bool full = tail_size >= 6;
  const bool fields = full && forms.LongestEndingAt(FormKind::kPairTail, work.text, begin, end) != 0;
  const int most_words = full ? 4 : 2, most_characters = full ? 4 : 0;
  int words = 0, characters = 0;
  bool joint = false;
  uint32_t to = begin;
  for (size_t at = k; at > 0 && tokens[at - 1].end == to; --at) {
    const SegmentToken& p = tokens[at - 1];
    const uint32_t name = work.token_name[at - 1];
    if (const uint32_t* known_begin = work.org_ending.Find(to); known_begin != nullptr) {
      return joint ? begin : *known_begin;
    }
    if (const uint32_t* known_begin = work.place_ending.Find(to);
        known_begin != nullptr && (kind == FormKind::kOrgTail || full)) {
      return *known_begin;
    }
    if (name != kNone && work.names[name].type != EntityType::kProduct) {
      const EntityType type = work.names[name].type;
      // 中国国内公司 are any of them.
      const bool any = characters == 0 && IsCountry(work.names[name]) &&
                       work.Text(end - tail_size, end) == "公司";
      const bool owner = ((type == EntityType::kOrg || type == EntityType::kMedia) && !joint) ||
                         (type == EntityType::kPlace && (kind == FormKind::kOrgTail || full) && !any);
      return owner ? p.begin : begin;
    }
    // What follows a person in one character (会, 和) is here to be told by `stop`.
    if (IsTitleWord(p) || (p.Is(FormKind::kSpeech) && p.kind == SegmentToken::kWord)) return begin;
    if (fields && p.Is(FormKind::kStopNot) && at > 1 && tokens[at - 2].end == p.begin &&
        tokens[at - 2].kind == SegmentToken::kWord && (tokens[at - 2].kinds & kTails) == 0) {
      // 国土资源和房屋管理局
    } else if (p.Is(FormKind::kStop)) {
      // 联合参谋部, 东四支行: such words stand in names, too.
      if (!full || forms.Find(FormKind::kStop, work.Text(p))->weight == 0) return begin;
      // 住建部联合发改委 are two.
      joint = joint || p.kind == SegmentToken::kWord;
      ++characters;
    } else if (p.kind == SegmentToken::kCharacter) {
      ++characters;
    } else if (p.kind == SegmentToken::kPerson || p.kind == SegmentToken::kForeign) {
      characters += 2;
    } else if (p.kind != SegmentToken::kWord && p.kind != SegmentToken::kName) {
      return begin;
    } else if ((p.kinds & kInner) == 0) {
      ++words;
    }
    if (words > most_words || characters > most_characters) return begin;
    to = p.begin;
  }
  return begin;
}

void EntityFinder::Impl::FindOrganisations(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  auto is_inner = [](const SegmentToken& t) { return (t.kinds & kInner) != 0; };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if ((token.ends & kTails) == 0 || token.kind == SegmentToken::kPunctuation ||
        token.kind == SegmentToken::kDigits || token.kind == SegmentToken::kLatin) {
      continue;
    }
    const uint32_t from = token.begin > 21 ? token.begin - 21 : 0;
    NameForms::Kinds tails = 0;
    const uint32_t n = forms.LongestEndingAt(kTails, text, from, token.end, tails);
    if (n == 0) continue;
    const FormKind kind =
        (tails & NameForms::Bit(FormKind::kOrgTail)) != 0   ? FormKind::kOrgTail
        : (tails & NameForms::Bit(FormKind::kOrgBody)) != 0 ? FormKind::kOrgBody
                                                            : FormKind::kOrgTailWeak;
    // 会议中心 is a place, whatever 中心 ends.
    if (work.place_ending.Find(token.end) != nullptr &&
        forms.LongestEndingAt(FormKind::kPlaceTail, text, from, token.end) > n) {
      continue;
    }
    const uint32_t tail = token.end - n;
    size_t k = work.TokenAt(tail);
    if (k >= tokens.size()) continue;
    // 研报 and 通报 are words, 制药厂 is one with a tail.
    if (n == 3 && tokens[k].begin < tail && token.end - tokens[k].begin < 9) continue;
    if (token.Is(FormKind::kStop) && token.begin < tail) continue;
    // A name of the lexicon that ends here is the organisation itself.
    if (work.token_name[i] != kNone && token.begin <= tail) continue;
    uint32_t begin = tokens[k].begin;  // inside a dictionary word: its head belongs to the name
    bool anchored = false;  // begins with a place, a known organisation or letters
    bool place = false;
    uint32_t loose = 0, inner = 0;  // characters that make no word; words of such names
    int loose_cost = 0, common = 0;
    bool lone = false;  // some of them are single characters
    bool rare_word = false;  // a word that is seldom anything but a name is among the common ones
    if (begin < tail && work.token_name[k] != kNone) anchored = true;
    while (k > 0 && tokens[k - 1].end == begin && token.end - begin < kLongestBody) {
      const SegmentToken& p = tokens[k - 1];
      const std::string_view s = work.Text(p);
      const uint32_t name = work.token_name[k - 1];
      if (const uint32_t* known_begin = work.org_ending.Find(begin);
          known_begin != nullptr) {
        begin = *known_begin;
        anchored = true;
        break;
      }
      if (const uint32_t* known_begin = work.person_ending.Find(begin);
          known_begin != nullptr && kind == FormKind::kOrgTail && inner + loose == 0) {
        begin = *known_begin;  // 罗伯特·科赫研究所
        anchored = true;
        break;
      }
      if (const uint32_t* known_begin = work.place_ending.Find(begin);
          known_begin != nullptr) {
        begin = *known_begin;
        while (k > 0 && tokens[k - 1].begin >= begin) --k;
        place = anchored = true;
        continue;
      }
      if (name != kNone) {
        const EntityType type = work.names[name].type;
        if (type == EntityType::kPlace) {
          place = anchored = true;
        } else if (type == EntityType::kOrg || type == EntityType::kMedia ||
                   // 徐悲鸿研究会, 里根政府, but no 马斯克公司
                   (type == EntityType::kPerson && begin == tail && n >= 6 &&
                    kind != FormKind::kOrgTailWeak && text.substr(tail, n) != "公司")) {
          begin = p.begin;
          anchored = true;
          break;
        } else {
          break;
        }
      } else if (place && s == "驻" && k > 1 && tokens[k - 2].end == p.begin &&
                 work.token_name[k - 2] != kNone &&
                 work.names[work.token_name[k - 2]].type == EntityType::kPlace) {
        // 美国驻格鲁吉亚大使馆
      } else if (place) {
        break;  // a place opens the name
      } else if (p.kind == SegmentToken::kPunctuation) {
        // 康平科技(苏州)股份有限公司
        if (s != ")") break;
        size_t open = k - 1;
        while (open > 0 && k - open < 6 && work.Text(tokens[open]) != "(") --open;
        if (work.Text(tokens[open]) != "(" || open + 1 >= k - 1 || open == 0 ||
            tokens[open].begin != tokens[open - 1].end ||
            tokens[open + 1].kind == SegmentToken::kDigits || tokens[open + 1].kind == SegmentToken::kLatin) {
          break;
        }
        begin = tokens[open].begin;
        k = open;
        continue;
      } else if (p.kind == SegmentToken::kLatin) {
        if (p.Is(FormKind::kNotName)) break;  // AI公司
        begin = p.begin;
        anchored = true;
        break;
      } else if (p.Is(FormKind::kStopNot) && inner > 0 && k > 1 &&
                 tokens[k - 2].end == p.begin && is_inner(tokens[k - 2]) &&
                 work.token_name[k - 2] == kNone && work.org_ending.Find(p.begin) == nullptr) {
        // 疾病预防和控制中心, but 花旗银行和美联银行 are two.
      } else if (p.kind == SegmentToken::kDigits) {
        break;
      } else if (p.Is(FormKind::kStop)) {
        break;
      } else if (is_inner(p)) {
        ++inner;
      } else if (IsTitleWord(p) || p.Is(FormKind::kSpeech)) {
        break;
      } else if (p.kind == SegmentToken::kCharacter) {
        if (loose >= (n >= 12 ? 6u : 4u)) break;
        ++loose;
        loose_cost += p.cost;
        lone = true;
      } else if (p.kind == SegmentToken::kPerson || p.kind == SegmentToken::kForeign) {
        if (loose > 2) break;
        loose += 2;
        loose_cost += 2 * kRareCharacter;
      } else {
        if (n >= 9 && kind == FormKind::kOrgTail && p.end - p.begin <= 12 && common < 2) {
          ++common;
          rare_word = rare_word || p.cost >= kRareWord;
        } else {
          if (loose > 0 || p.cost < kRareWord) break;
          loose += 2;
          loose_cost += 2 * p.cost;
        }
      }
      begin = p.begin;
      --k;
    }
    if (!anchored && kind != FormKind::kOrgTailWeak) {
      const uint32_t owner = OwnerBefore(work, k, begin, token.end, n, kind);
      anchored = owner != begin;
      begin = owner;
    }
    const NameForms::Form* form = forms.Find(kind, text.substr(tail, n));
    if (token.end - begin > kLongestBody) continue;
    // 30GWh电池: letters right behind a figure are its unit.
    if (begin > 0 && IsAsciiDigit(static_cast<unsigned char>(text[begin - 1])) &&
        IsAsciiLetter(static_cast<unsigned char>(text[begin]))) {
      continue;
    }
    // 某公司报8.5元, 向某公司投资高达…: the tail is a verb.
    const bool number_behind =
        token.end < text.size() && IsAsciiDigit(static_cast<unsigned char>(text[token.end]));
    const char32_t in_front = begin > 0 ? CodePointBefore(text, begin) : 0;
    if ((number_behind || in_front == U'向' || in_front == U'对') &&
        forms.Find(FormKind::kVerbTail, text.substr(tail, n)) != nullptr) {
      continue;
    }
    const std::string_view whole = work.Text(begin, token.end);
    const uint32_t core = begin < tail ? CountCodePoints(work.Text(begin, tail)) : 0;
    if (core < static_cast<uint32_t>(form->weight)) continue;
    if (forms.Find(FormKind::kNotName, whole) != nullptr) continue;
    // What stands before tells where the name begins: a word of no class makes that doubtful.
    const size_t first = work.TokenAt(begin);
    bool clean = first == 0 || tokens[first - 1].end != tokens[first].begin;
    if (!clean) {
      const SegmentToken& p = tokens[first - 1];
      clean = p.kind == SegmentToken::kPunctuation || p.kind == SegmentToken::kDigits ||
              p.kind == SegmentToken::kName || p.kind == SegmentToken::kPerson ||
              p.Is(FormKind::kStop) ||
              p.Is(FormKind::kTitle) ||
              p.Is(FormKind::kSpeech);
    }
    const bool rare = loose >= 2 && loose_cost >= kRareCharacter * static_cast<int>(loose);
    // 永嘉有关部门 are somebody's, and nobody.
    if (token.Is(FormKind::kNotName) && token.begin <= tail &&
        forms.Find(FormKind::kNotName, work.Text(token))->weight >= 2) {
      continue;
    }
    // 第一抓捕组 is counted, not named.
    if (!anchored && whole.starts_with("第")) continue;
    // 这家上市公司 names none, whatever stands before it.
    if (!anchored && token.Is(FormKind::kNotName) && !lone) continue;
    bool accept = anchored;
    if (kind == FormKind::kOrgTail) {
      // A full legal name ends so clearly that any words may stand before it.
      accept = anchored || (rare && clean) || (rare && n >= 12) ||
               (clean && loose > 0 && n >= 9 && core >= 2 && core <= 6 && inner * 2 < core) ||
               (clean && rare_word &&
                (EndsPhrase(work, token.end) ||
                 (n >= 12 && text.substr(tail, n).ends_with("公司"))));
    } else if (kind == FormKind::kOrgTailWeak) {
      // 新能源汽车 is none; 霁岚科技 is, with nothing before and behind that could go on.
      const size_t behind = work.TokenAt(token.end);
      const bool ends =
          behind >= tokens.size() || tokens[behind].begin != token.end ||
          tokens[behind].kind == SegmentToken::kPunctuation ||
          forms.LongestStartingAt(FormKind::kCompanyContext, text, token.end) != 0 ||
          forms.LongestStartingAt(FormKind::kTitle, text, token.end) != 0 ||
          tokens[behind].Is(FormKind::kStop);
      const bool known = tokens[first].kind == SegmentToken::kLatin ||
                         (work.token_name[first] != kNone &&
                          work.names[work.token_name[first]].type == EntityType::kOrg);
      accept = ends && inner == 0 &&
               ((rare && lone && clean && !place) || known);
    } else {
      // 霁隆银行认为: who speaks is named.
      accept = anchored || (rare && clean && (inner > 0 || Speaks(text, token.end)));
    }
    // 美国公司 and 中国互联网公司 are any of them; 澳门彩票公司行政总裁 is an officer of one.
    if (text.substr(tail, n) == "公司" && place && loose == 0 &&
        (core == CountCodePoints(work.Text(tokens[first])) ||
         (work.token_name[first] != kNone && IsCountry(work.names[work.token_name[first]]) &&
          !StartsOfficer(text, token.end)))) {
      continue;
    }
    if (!accept) continue;
    uint32_t end = token.end;
    for (std::string_view more : {"(有限合伙)", "(普通合伙)"}) {
      if (text.substr(end).starts_with(more)) end += static_cast<uint32_t>(more.size());
    }
    Found found{begin, end, EntityType::kOrg, kNone, "", RuleRef(*form), 2, false};
    // 苹果公司 is 苹果.
    const std::string_view tail_text = text.substr(tail, n);
    if (tail_text == "公司" || tail_text == "集团" || tail_text == "股份公司" ||
        tail_text == "集团公司") {
      const size_t before = work.TokenAt(begin);
      if (tokens[before].end == tail && work.token_name[before] != kNone) {
        const Found& name = work.names[work.token_name[before]];
        if (name.type == EntityType::kOrg) found.entity = name.entity;
      }
    }
    work.org_ending.Set(token.end, begin);
    work.found.push_back(std::move(found));
  }
  // Sites: 晨岚网 before 讯, a comma or a bracket.
  for (size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens[i].Is(FormKind::kSiteTail)) continue;
    const NameForms::Form* form = forms.Find(FormKind::kSiteTail, work.Text(tokens[i]));
    const uint32_t end = tokens[i].end;
    const size_t behind = i + 1;
    const bool ends = behind >= tokens.size() || tokens[behind].begin != end ||
                      tokens[behind].kind == SegmentToken::kPunctuation ||
                      text.substr(end).starts_with("讯") ||
                      forms.LongestStartingAt(FormKind::kTitle, text, end) != 0;
    uint32_t begin = tokens[i].begin;
    uint32_t chars = 0;
    size_t k = i;
    while (k > 0 && tokens[k - 1].end == begin && tokens[k - 1].kind != SegmentToken::kPunctuation &&
           tokens[k - 1].kind != SegmentToken::kDigits && chars < 5 &&
           !tokens[k - 1].Is(FormKind::kStop) &&
           !tokens[k - 1].Is(FormKind::kNotName)) {
      chars += CountCodePoints(work.Text(tokens[k - 1]));
      begin = tokens[k - 1].begin;
      --k;
    }
    const bool clean = k == 0 || tokens[k - 1].end != begin ||
                       tokens[k - 1].kind == SegmentToken::kPunctuation ||
                       forms.StopCharacter(CodePointBefore(text, begin));
    if (!ends || !clean || chars < 2 || chars > 4) continue;
    const std::string_view whole = work.Text(begin, end);
    if (forms.Find(FormKind::kNotName, whole) != nullptr) continue;
    work.found.push_back({begin, end, EntityType::kProduct, kNone, "", RuleRef(*form), 1,
                          false});
  }
  // 美军, 省教育厅: a place in one character.
  for (size_t i = 0; i < tokens.size(); ++i) {
    const SegmentToken& token = tokens[i];
    if ((token.starts & NameForms::Bit(FormKind::kPlaceShort)) == 0 ||
        token.kind == SegmentToken::kPunctuation || token.kind == SegmentToken::kDigits ||
        token.kind == SegmentToken::kLatin) {
      continue;
    }
    const uint32_t head = token.begin + CodePointLength(text[token.begin]);
    if (forms.Find(FormKind::kPlaceShort, work.Text(token.begin, head)) == nullptr) continue;
    const uint32_t n = forms.LongestStartingAt(FormKind::kShortOrg, text, head);
    if (n == 0 || (token.end != head && token.end != head + n) || !work.StartsToken(head + n) ||
        forms.Find(FormKind::kNotName, work.Text(token.begin, head + n)) != nullptr) {
      continue;
    }
    const NameForms::Form* form = forms.Find(FormKind::kShortOrg, text.substr(head, n));
    work.org_ending.SetFirst(head + n, token.begin);
    work.found.push_back({token.begin, head + n, EntityType::kOrg, kNone, "",
                          RuleRef(*form), 1, false});
  }
  // A subsidiary named by its town and the group's short name: 子公司玉溪沃森.
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (work.token_name[i] == kNone ||
        work.names[work.token_name[i]].type != EntityType::kPlace ||
        forms.LongestEndingAt(FormKind::kCompanyLeft, text,
                              tokens[i].begin > 18 ? tokens[i].begin - 18 : 0,
                              tokens[i].begin) == 0) {
      continue;
    }
    size_t k = i + 1;
    uint32_t end = tokens[i].end, chars = 0;
    // 其中九龙|区录得: a part of the place's own name.
    if (forms.Find(FormKind::kPlaceTail, work.Text(tokens[k])) != nullptr) continue;
    while (k < tokens.size() && tokens[k].begin == end && chars < 4 &&
           (tokens[k].kind == SegmentToken::kCharacter || tokens[k].kind == SegmentToken::kPerson ||
            tokens[k].kind == SegmentToken::kForeign) &&
           !tokens[k].Is(FormKind::kStop)) {
      chars += CountCodePoints(work.Text(tokens[k]));
      end = tokens[k].end;
      ++k;
    }
    if (chars > 2 && forms.StopCharacter(CodePointBefore(text, end))) {
      end = static_cast<uint32_t>(PreviousBorder(text, end));
    }
    if (chars < 2 || chars > 4) continue;
    work.found.push_back({tokens[i].begin, end, EntityType::kOrg, kNone, "", "company_left", 7,
                          false});
  }
  // Bodies whose place stands elsewhere: 参议院.
  for (const SegmentToken& token : tokens) {
    if (!token.Is(FormKind::kPlaceOrg) || token.kind == SegmentToken::kName) continue;
    const NameForms::Form* form = forms.Find(FormKind::kPlaceOrg, work.Text(token));
    if (form->weight < 2) continue;
    work.found.push_back({token.begin, token.end, EntityType::kOrg, kNone, "", RuleRef(*form), 1,
                          false});
  }
  // A known place and a body that only then is one: 温州警方.
  for (size_t i = 0, last = tokens.size(); i + 1 < last; ++i) {
    const uint32_t end = tokens[i].end;
    uint32_t begin = tokens[i].begin;
    bool place = work.token_name[i] != kNone &&
                 work.names[work.token_name[i]].type == EntityType::kPlace;
    if (const uint32_t* known_begin = work.place_ending.Find(end);
          known_begin != nullptr) {
      begin = *known_begin;
      place = true;
    }
    if (!place) continue;
    const uint32_t n = forms.LongestStartingAt(FormKind::kPlaceOrg, text, end);
    if (n == 0 || !work.StartsToken(end + n)) continue;
    const NameForms::Form* form = forms.Find(FormKind::kPlaceOrg, text.substr(end, n));
    work.found.push_back({begin, end + n, EntityType::kOrg, kNone, "", RuleRef(*form),
                          2, false});
  }
}

// Works in title marks are products.
void EntityFinder::Impl::FindTitles(Work& work) const {
  constexpr std::string_view kOpen = "《", kClose = "》";
  const std::string_view text = work.text;
  for (size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at)) {
    const size_t from = at + kOpen.size();
    size_t end = from;
    uint32_t chars = 0;
    while (end < text.size() && chars <= 40 && text[end] != '\n' &&
           !text.substr(end).starts_with(kOpen) && !text.substr(end).starts_with(kClose)) {
      end += CodePointLength(text[end]);
      ++chars;
    }
    if (chars > 0 && end < text.size() && text.substr(end).starts_with(kClose)) {
      Found title{static_cast<uint32_t>(at),
                  static_cast<uint32_t>(end + kClose.size()),
                  EntityType::kProduct,
                  kNone,
                  text.substr(from, end - from),
                  "title marks",
                  1,
                  false};
      // 《华尔街日报》 is the outlet.
      for (const Found& name : work.names) {
        if (name.begin != from || name.end != end || name.type != EntityType::kMedia) continue;
        title.type = name.type;
        title.entity = name.entity;
        title.rule = name.rule;
      }
      work.found.push_back(std::move(title));
      at = end + kClose.size();
    } else {
      at = from;
    }
  }
}

// A maker and a model's code are one product: 英菲尼迪Q50.
void EntityFinder::Impl::FindModels(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == SegmentToken::kLatin && work.Text(tokens[i]) == "ETF") {
      // Funds are named by what they hold: 半导体ETF.
      uint32_t begin = tokens[i].begin;
      size_t k = i;
      for (int words = 0; k > 0 && words < 5; ++words) {
        const SegmentToken& p = tokens[k - 1];
        const bool blank = p.end + 1 == begin && text[p.end] == ' ';
        if ((p.end != begin && !blank) || p.kind == SegmentToken::kPunctuation ||
            (work.token_name[k - 1] == kNone &&
             (p.Is(FormKind::kStop) ||
              p.Is(FormKind::kSpeech)))) {
          break;
        }
        begin = p.begin;
        --k;
      }
      if (begin < tokens[i].begin && CountCodePoints(work.Text(begin, tokens[i].begin)) >= 2) {
        work.found.push_back({begin, tokens[i].end, EntityType::kProduct, kNone, "", "ETF", 6,
                              false});
      }
      continue;
    }
    if (tokens[i].kind == SegmentToken::kLatin && work.Text(tokens[i]) == "ST" &&
        i + 1 < tokens.size() && tokens[i + 1].begin == tokens[i].end &&
        work.token_name[i + 1] == kNone) {
      // Listed companies under special treatment: ST and two to four characters.
      uint32_t end = tokens[i].end, chars = 0;
      for (size_t k = i + 1; k < tokens.size() && tokens[k].begin == end && chars < 2 &&
                             tokens[k].kind > SegmentToken::kLatin;
           ++k) {
        chars += CountCodePoints(work.Text(tokens[k]));
        end = tokens[k].end;
      }
      uint32_t begin = tokens[i].begin;
      if (begin > 0 && text[begin - 1] == '*') --begin;
      if (chars >= 2 && chars <= 4) {
        work.found.push_back({begin, end, EntityType::kOrg, kNone, "", "ST", 6, false});
      }
      continue;
    }
    if (work.token_name[i] == kNone) continue;
    const Found& maker = work.names[work.token_name[i]];
    if (maker.type != EntityType::kOrg && maker.type != EntityType::kProduct) continue;
    uint32_t end = maker.end;
    size_t k = i + 1;
    bool digits = false;
    int parts = 0;
    while (k < tokens.size() && parts < 4) {
      const SegmentToken& t = tokens[k];
      if (work.token_name[k] != kNone) {
        parts = 0;  // 英伟达 and H800 are two names
        break;
      }
      const bool blank = t.begin == end + 1 && text[end] == ' ';
      const bool hyphen = parts > 0 && t.kind == SegmentToken::kPunctuation && t.begin == end &&
                          (text[t.begin] == '-' || text[t.begin] == '/');
      if (t.begin != end && !blank) break;
      if (hyphen && k + 1 < tokens.size() && tokens[k + 1].begin == t.end &&
          (tokens[k + 1].kind == SegmentToken::kLatin || tokens[k + 1].kind == SegmentToken::kDigits)) {
        end = t.end;
        ++k;
        continue;
      }
      if (t.kind == SegmentToken::kLatin) {
        if (t.Is(FormKind::kTitle) ||
            t.Is(FormKind::kNotName)) {
          break;
        }
        for (uint32_t b = t.begin; b < t.end; ++b) {
          digits = digits || IsAsciiDigit(static_cast<unsigned char>(text[b]));
        }
      } else if (t.kind == SegmentToken::kDigits) {
        // A number before a unit or year word is no model.
        const char32_t next = t.end < text.size() ? CodePointAt(text, t.end) : 0;
        // What is counted has a classifier in front of it: 麒麟990芯片 are not 990 of them.
        const bool model = t.end - t.begin <= 4 &&
                           forms.LongestStartingAt(FormKind::kModelAfter, text, t.end) != 0;
        if (parts == 0 && !model && t.end - t.begin != 3) break;
        if (IsHan(next) && !model) break;
        if (next == '%' || next == '.' || next == ',' || next == '~' || IsAsciiLetter(next)) break;
        digits = true;
      } else {
        break;
      }
      end = t.end;
      ++parts;
      ++k;
    }
    if (parts == 0 || !digits) continue;
    work.found.push_back({maker.begin, end, EntityType::kProduct, kNone, "", maker.rule, 6, false});
    const std::string_view model = Trim(work.Text(maker.end, end));
    if (model.size() >= 2 && IsAsciiLetter(static_cast<unsigned char>(model[0]))) {
      work.models.emplace(std::string(model), std::string(work.Text(maker.begin, end)));
    }
    i = k - 1;
  }
}

// Where a text is about matches, foreign towns and foreign names are teams.
void EntityFinder::Impl::TurnTeams(Work& work) const {
  const std::string_view text = work.text;
  uint32_t cues = 0;
  auto is_cue = [&](size_t t) {
    return t < work.tokens.size() &&
           work.tokens[t].Is(FormKind::kSport);
  };
  for (size_t t = 0; t < work.tokens.size(); ++t) cues += is_cue(t);
  if (cues == 0) return;
  const bool short_text = text.size() < 450;  // where one cue stands for the whole text
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const SegmentToken& token = work.tokens[t];
    const bool name = work.token_name[t] != kNone;
    if (!name && token.kind != SegmentToken::kForeign) continue;
    const bool beside = is_cue(t + 1) || (t > 0 && is_cue(t - 1));
    // A coach, and who heads a ball, is a person.
    if (!name && ((t > 0 && work.tokens[t - 1].end == token.begin &&
                   work.tokens[t - 1].Is(FormKind::kTitle)) ||
                  (t + 1 < work.tokens.size() && work.tokens[t + 1].Is(FormKind::kSpeech)))) {
      continue;
    }
    if (name) {
      Found& found = work.names[work.token_name[t]];
      if (found.type != EntityType::kPlace || found.entity == kNone) continue;
      const EntityFacts facts = lexicon.Entity(found.entity);
      if (facts.home.empty() || facts.home == "CN" || facts.home == "TW" || facts.home == "HK") {
        continue;
      }
      if (!beside && !short_text) continue;
      // 意大利球星 and 意大利联赛 are the country's, 意大利主场 is the team's.
      if (IsCountry(found) && t + 1 < work.tokens.size() && is_cue(t + 1) &&
          work.tokens[t + 1].begin == token.end &&
          forms.Find(FormKind::kSport, work.Text(work.tokens[t + 1]))->weight >= 2) {
        continue;
      }
      if (forms.LongestEndingAt(FormKind::kPlaceLead, text,
                                token.begin > 12 ? token.begin - 12 : 0, token.begin) != 0) {
        continue;
      }
      found.type = EntityType::kOrg;
      found.entity = kNone;
      // 基辅迪纳摩: the town's team by its name.
      if (t + 1 < work.tokens.size() && work.tokens[t + 1].kind == SegmentToken::kForeign &&
          work.tokens[t + 1].begin == token.end) {
        work.found.push_back({token.begin, work.tokens[t + 1].end, EntityType::kOrg, kNone, "",
                              "sport", 4, false});
      }
    } else if (beside) {
      const uint32_t end = text.substr(token.end).starts_with("队") ? token.end + 3 : token.end;
      work.found.push_back({token.begin, end, EntityType::kOrg, kNone, "", "sport", 4, false});
    }
  }
}

// Joins two names that touch into the first where they are one: 江苏南通, 北京联通, 花旗中国.
bool EntityFinder::Impl::Join(const Work& work, Found& left, const Found& right) const {
  auto country = [&](const Found& f) { return IsCountry(f); };
  auto body = [](const Found& f) {
    return f.type == EntityType::kOrg || f.type == EntityType::kMedia;
  };
  if (work.Text(right.begin, right.end).starts_with("《")) return false;  // 英国《每日电讯报》
  if (left.type == EntityType::kPlace && right.type == EntityType::kPlace) {
    if (country(right) && right.entity != left.entity) return false;  // 越南菲律宾 are two
    if (left.entity != kNone && right.entity != kNone) {
      const std::string_view a = lexicon.IdOf(left.entity);
      const std::string_view b = lexicon.IdOf(right.entity);
      if (IsDivision(a) && IsDivision(b) && !b.starts_with(a)) return false;  // 成都绵阳 are two
    }
    left.end = right.end;
    left.entity = right.entity;
    left.rule = right.rule;
    return true;
  }
  if (left.type == EntityType::kPlace && body(right)) {
    // A country before a known company changes nothing, a town makes it a branch.
    left.entity = country(left) ? right.entity : kNone;
    left.end = right.end;
    left.type = EntityType::kOrg;
    left.rule = right.rule;
    return true;
  }
  // 中央财经大学 and 中国银行业研究中心: a body recognised by its tail right behind another is its part.
  if (body(left) && body(right) && right.entity == kNone && right.rule.table == RuleRef::kForms &&
      left.rule.table != kNone && right.end - left.begin <= kLongestBody) {
    left.end = right.end;
    left.entity = kNone;
    left.type = EntityType::kOrg;
    left.canonical = {};
    left.rule = right.rule;
    return true;
  }
  if (body(left) && left.entity != kNone && right.entity != kNone && !(left.rule == "ticker")) {
    if (body(right)) {
      // One in two scripts, or one told by its two names, are two mentions.
      if (left.entity == right.entity || IsHanText(work.Text(left.begin, left.end)) !=
                                             IsHanText(work.Text(right.begin, right.end))) {
        return false;
      }
      // 工行建行, two of a kind, stand side by side.
      const std::string_view kind = lexicon.Entity(left.entity).industry;
      if (!kind.empty() && kind == lexicon.Entity(right.entity).industry) return false;
      left.end = right.end;
      left.entity = kNone;
      left.type = EntityType::kOrg;
      return true;
    }
    if (right.type == EntityType::kPlace) {
      // 花旗中国也, and no 苹果中国市场.
      const size_t t = work.TokenAt(right.end);
      const bool ends = t >= work.tokens.size() || work.tokens[t].begin != right.end ||
                        work.tokens[t].kind == SegmentToken::kPunctuation ||
                        (work.tokens[t].Is(FormKind::kSpeech) &&
                         !work.tokens[t].Is(FormKind::kStopNot)) ||
                        Speaks(work.text, right.end) ||
                        forms.LongestStartingAt(FormKind::kTitle, work.text, right.end) != 0;
      if (!ends) return false;
      left.end = right.end;
      left.entity = kNone;
      left.type = EntityType::kOrg;
      return true;
    }
  }
  return false;
}

// Neighbouring places become one; then the longest of what overlaps.
void EntityFinder::Impl::Settle(Work& work) const {
  std::vector<Found> all = std::move(work.found);
  all.reserve(all.size() + work.names.size());
  for (const Found& name : work.names) all.push_back(name);
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return std::make_tuple(b.end - b.begin, b.priority, a.begin) <
           std::make_tuple(a.end - a.begin, a.priority, b.begin);
  });
  std::vector<uint8_t> taken(work.text.size() + 1, 0);
  work.found.clear();
  work.found.reserve(all.size());
  for (Found& found : all) {
    bool free = true;
    for (uint32_t k = found.begin; k < found.end && free; ++k) free = !taken[k];
    if (!free) continue;
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
    work.found.push_back(std::move(found));
  }
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
  std::vector<Found> merged;
  merged.reserve(work.found.size());
  for (Found& found : work.found) {
    if (merged.empty() || merged.back().end != found.begin || found.rule == "ticker" ||
        !Join(work, merged.back(), found)) {
      merged.push_back(std::move(found));
      continue;
    }
    // 上海南京东路: 南京 is no part of 上海, the road is.
    while (merged.size() > 1 && merged.back().type == EntityType::kPlace &&
           merged[merged.size() - 2].end == merged.back().begin &&
           Join(work, merged[merged.size() - 2], merged.back())) {
      merged.pop_back();
    }
  }
  work.found = std::move(merged);
}

// A place in brackets right behind a company names its branch there: 花旗银行(中国).
void EntityFinder::Impl::JoinBranches(Work& work) const {
  std::vector<Found> joined;
  joined.reserve(work.found.size());
  for (Found& found : work.found) {
    if (!joined.empty()) {
      Found& left = joined.back();
      if (found.type == EntityType::kPlace && found.entity != kNone && left.entity != kNone &&
          left.type == EntityType::kOrg && left.rule.table != kNone &&
          left.end + 1 == found.begin && work.text[left.end] == '(' &&
          found.end < work.text.size() && work.text[found.end] == ')') {
        left.end = found.end + 1;
        left.entity = kNone;
        continue;
      }
    }
    joined.push_back(std::move(found));
  }
  work.found = std::move(joined);
}

// Letters in brackets right behind a name are its other form: 深度求索(DeepSeek), 通用汽车(GM).
void EntityFinder::Impl::JoinBracketed(Work& work) const {
  const std::string_view text = work.text;
  std::vector<Found> more;
  for (size_t i = 0; i < work.found.size(); ++i) {
    Found& found = work.found[i];
    if (found.type == EntityType::kPlace || found.end + 2 >= text.size() ||
        text[found.end] != '(') {
      continue;
    }
    const uint32_t begin = found.end + 1;
    uint32_t end = begin;
    bool letters = false, sound = true;
    while (end < text.size() && text[end] != ')' && text[end] != '\n' && end - begin < 60 &&
           !(text.substr(end).starts_with("，"))) {
      const char32_t c = CodePointAt(text, end);
      letters = letters || IsAsciiLetter(c);
      if (IsHan(c) || c == ':' || c == ';' || c == '/') sound = false;
      end += CodePointLength(text[end]);
    }
    if (!letters || !sound || end >= text.size() || end - begin < 2 || end - begin >= 60) continue;
    if (text[begin] < 'A' || text[begin] > 'Z') continue;
    const std::string_view inside = work.Text(begin, end);
    if (forms.Find(FormKind::kNotName, inside) != nullptr) continue;
    // The name in brackets may be known itself; else it is who stands before.
    if (i + 1 < work.found.size() && work.found[i + 1].begin < end) {
      Found& other = work.found[i + 1];
      if (other.begin != begin || other.end != end) continue;
      if (found.entity == kNone && other.entity != kNone && found.type == other.type) {
        found.entity = other.entity;
      } else if (other.entity == kNone) {
        other.entity = found.entity;
        other.type = found.type;
        if (found.entity == kNone) {
          other.canonical =
              found.canonical.empty() ? work.Text(found.begin, found.end) : found.canonical;
        }
      }
      continue;
    }
    Found joined = found;
    joined.begin = begin;
    joined.end = end;
    joined.rule = "brackets";
    if (found.entity == kNone && found.canonical.empty()) {
      joined.canonical = work.Text(found.begin, found.end);
    }
    more.push_back(std::move(joined));
  }
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

namespace {

// Whether the characters of a short name stand in the full one in their order.
bool IsPartOf(std::string_view name, std::string_view full) {
  size_t at = 0;
  for (size_t i = 0; i < name.size();) {
    const size_t n = CodePointLength(name[i]);
    at = full.find(name.substr(i, n), at);
    if (at == std::string_view::npos) return false;
    at += n;
    i += n;
  }
  return !name.empty();
}

}  // namespace

void EntityFinder::Impl::FollowShortForms(Work& work) const {
  const std::string_view text = work.text;
  if (!work.models.empty()) {
    // Q50 where 英菲尼迪Q50 stands elsewhere.
    std::vector<uint8_t> used(text.size() + 1, 0);
    for (const Found& found : work.found) {
      std::fill(used.begin() + found.begin, used.begin() + found.end, 1);
    }
    for (const SegmentToken& token : work.tokens) {
      if (token.kind != SegmentToken::kLatin || used[token.begin]) continue;
      const auto it = work.models.find(work.Text(token));
      if (it == work.models.end()) continue;
      work.found.push_back({token.begin, token.end, EntityType::kProduct, kNone, it->second,
                            "model", 2, false});
    }
    std::sort(work.found.begin(), work.found.end(),
              [](const Found& a, const Found& b) { return a.begin < b.begin; });
  }
  // Names this document introduces, and whose they are.
  StringMap<size_t> shorts;
  StringMap<size_t> introduced;  // of these, those that brackets introduce
  for (size_t i = 0; i < work.found.size(); ++i) {
    const Found& found = work.found[i];
    if (found.type == EntityType::kPerson) {
      const std::string_view whole = work.Text(found.begin, found.end);
      for (std::string_view dot : {"·", "•", "・", "‧", "∙"}) {
        const size_t cut = whole.rfind(dot);
        if (cut == std::string_view::npos) continue;
        const std::string_view last = whole.substr(cut + dot.size());
        if (CountCodePoints(last) >= 2) shorts.emplace(std::string(last), i);
      }
      if (whole.size() >= 9) shorts.emplace(std::string(whole), i);
      continue;
    }
    if (found.type != EntityType::kOrg) continue;
    // 法国参议院 is 参议院 in the rest of the text.
    if (const size_t t = work.TokenAt(found.begin);
        t < work.tokens.size() && work.tokens[t].begin == found.begin &&
        work.token_name[t] != kNone &&
        work.names[work.token_name[t]].type == EntityType::kPlace &&
        work.tokens[t].end < found.end) {
      const std::string_view rest = work.Text(work.tokens[t].end, found.end);
      if (rest.size() >= 9 && forms.Find(FormKind::kNotName, rest) == nullptr) {
        shorts.emplace(std::string(rest), i);
      }
    }
    if (found.end >= text.size() || text[found.end] != '(') continue;
    // (下称“X”) and its like.
    std::string_view inside = text.substr(found.end + 1, 90);
    const size_t close = inside.find(')');
    if (close == std::string_view::npos) continue;
    inside = inside.substr(0, close);
    const uint32_t lead = forms.LongestStartingAt(FormKind::kAliasLead, inside, 0);
    // 海悦控股有限公司(“海悦控股”): a quoted part of the name needs no word for it.
    if (lead == 0 &&
        !(inside.starts_with("“") && inside.ends_with("”") &&
          IsPartOf(inside.substr(3, inside.size() - 6), work.Text(found.begin, found.end)))) {
      continue;
    }
    inside.remove_prefix(lead);
    if (inside.starts_with(":")) inside.remove_prefix(1);
    for (std::string_view part : Split(inside, ',')) {
      for (std::string_view mark : {"“", "‘", "《", "或"}) {
        if (part.starts_with(mark)) part.remove_prefix(mark.size());
      }
      const size_t stop = std::min({part.find("”"), part.find("’"), part.find("》"), part.size()});
      part = part.substr(0, stop);
      const uint32_t n = CountCodePoints(part);
      if (n < 2 || n > 10) continue;
      shorts.emplace(std::string(part), i);
      introduced.emplace(std::string(part), i);
    }
  }
  // 霁岚电子 looks like a name of its own; where the text says whose short form it is, it is that one.
  for (Found& found : work.found) {
    if (found.type != EntityType::kOrg || found.entity != kNone || introduced.empty()) continue;
    const auto it = introduced.find(work.Text(found.begin, found.end));
    if (it == introduced.end()) continue;
    const Found& of = work.found[it->second];
    if (&of == &found) continue;
    found.entity = of.entity;
    found.canonical =
        of.canonical.empty() && of.entity == kNone ? work.Text(of.begin, of.end) : of.canonical;
  }
  if (shorts.empty()) return;
  uint32_t longest = 0;
  std::array<uint64_t, 64> heads{};  // of first characters, by their low bits
  for (const auto& [form, i] : shorts) {
    longest = std::max(longest, CountCodePoints(form));
    const char32_t head = CodePointAt(form, 0);
    heads[head / 64 % heads.size()] |= uint64_t{1} << head % 64;
  }
  std::vector<uint8_t> taken(text.size() + 1, 0);
  for (const Found& found : work.found) {
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
  }
  std::vector<Found> more;
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const uint32_t begin = work.tokens[t].begin;
    const char32_t head = CodePointAt(text, begin);
    if ((heads[head / 64 % heads.size()] >> head % 64 & 1) == 0 || taken[begin]) continue;
    uint32_t best = 0;
    size_t owner = 0;
    for (size_t k = t, chars = 0; k < work.tokens.size() && chars <= longest; ++k) {
      if (k > t && work.tokens[k].begin != work.tokens[k - 1].end) break;
      if (taken[work.tokens[k].begin]) break;
      const uint32_t end = work.tokens[k].end;
      chars += CountCodePoints(work.Text(work.tokens[k]));
      const auto it = shorts.find(work.Text(begin, end));
      if (it != shorts.end()) {
        best = end;
        owner = it->second;
      }
    }
    if (best == 0) continue;
    const Found& of = work.found[owner];
    Found found = of;
    found.begin = begin;
    found.end = best;
    if (found.canonical.empty() && found.entity == kNone) {
      found.canonical = work.Text(of.begin, of.end);
    }
    std::fill(taken.begin() + begin, taken.begin() + best, 1);
    more.push_back(std::move(found));
  }
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

// A country, a continent or a sea; not Taiwan, Hong Kong and Macao, which are home to the news.
// What the lexicon has as the industry of continents and other parts of the world.
constexpr std::string_view kWorldRegion = "大区";

bool EntityFinder::Impl::IsNation(const Found& f) const {
  if (f.entity == kNone || f.type != EntityType::kPlace) return false;
  const EntityFacts facts = lexicon.Entity(f.entity);
  if (facts.home == "TW" || facts.home == "HK" || facts.home == "MO") return false;
  return IsCountry(f) || facts.industry == kWorldRegion ||
         (facts.home.empty() && facts.entity_id.starts_with(kCountryId));
}

// Whether a sentence has a number that is no date, no time and no part of a name in letters.
static bool Counts(std::string_view sentence) {
  for (size_t i = 0; i < sentence.size();) {
    if (!IsAsciiDigit(static_cast<unsigned char>(sentence[i]))) {
      ++i;
      continue;
    }
    const bool glued = i > 0 && (IsAsciiLetter(static_cast<unsigned char>(sentence[i - 1])) ||
                                 sentence[i - 1] == '-');
    while (i < sentence.size() && IsAsciiDigit(static_cast<unsigned char>(sentence[i]))) ++i;
    const std::string_view behind = sentence.substr(i);
    bool date = glued || behind.empty() || IsAsciiLetter(static_cast<unsigned char>(behind[0]));
    for (std::string_view mark : {"年", "月", "日", "时", "点", "分", "号", "届", "-", ":", "/"}) {
      date = date || behind.starts_with(mark);
    }
    if (!date) return true;
  }
  return false;
}

// Whether an outlet only signs the text: 证券时报记者, 新华社北京8月2日电, 信息时报讯. Who wrote it is
// the document's source, not whom it is about.
bool EntityFinder::Impl::InByline(const Work& work, const Found& found) const {
  constexpr size_t kLongestDateline = 9;  // tokens: 北京 8 月 2 日 and blanks
  if (found.type != EntityType::kMedia && found.type != EntityType::kOrg) return false;
  // (来源:《晨报》)
  std::string_view before = work.text.substr(0, found.begin);
  for (std::string_view mark : {" ", ":", "自"}) {
    if (before.ends_with(mark)) before.remove_suffix(mark.size());
  }
  if (found.type == EntityType::kMedia &&
      (before.ends_with("来源") || before.ends_with("文章来源"))) {
    return true;
  }
  // An outlet in title marks is told of, also where its reporter signs.
  if (work.Text(found.begin, found.end).starts_with("《")) return false;
  const auto& tokens = work.tokens;
  const size_t first = work.TokenAt(found.end);
  for (size_t t = first; t < tokens.size() && t < first + kLongestDateline; ++t) {
    const std::string_view word = work.Text(tokens[t]);
    if (t > first && tokens[t].begin > tokens[t - 1].end + 1) return false;
    if (found.type == EntityType::kMedia && t <= first + 1 && (word == "记者" || word == "编辑")) {
      return true;
    }
    if (word == "讯" || (word == "电" && t > first)) {
      return t > first || found.type == EntityType::kMedia ||
             found.begin == 0 || work.text[found.begin - 1] == '\n';
    }
    const bool place = work.token_name[t] != kNone &&
                       work.names[work.token_name[t]].type == EntityType::kPlace;
    const bool date = tokens[t].kind == SegmentToken::kDigits || word == "年" || word == "月" ||
                      word == "日";
    const bool kind = word == "实习" || word == "见习" || word == "特约" || word == "首席";
    if (!place && !date && !kind) return false;
  }
  return false;
}

// What is named once in passing and tells nobody apart goes: a country that only says of what
// nation somebody or something is (法国画家), and 王先生 where nobody else is told of him: his id
// would be one with every other 王先生's.
// 本报 is the outlet whose reporters the text names, where it names those of one only.
void EntityFinder::Impl::FollowOutlet(Work& work) const {
  const std::string_view text = work.text;
  constexpr std::string_view kReporter = "记者";
  const Found* outlet = nullptr;
  for (const Found& found : work.found) {
    if (found.type != EntityType::kMedia || !text.substr(found.end).starts_with(kReporter)) continue;
    const bool same = outlet != nullptr && (found.entity != kNone
                                                ? found.entity == outlet->entity
                                                : work.Text(found.begin, found.end) ==
                                                      work.Text(outlet->begin, outlet->end));
    if (outlet != nullptr && !same) return;
    outlet = &found;
  }
  if (outlet == nullptr) return;
  std::vector<Found> more;
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const uint32_t begin = work.tokens[t].begin;
    const uint32_t n = forms.LongestStartingAt(FormKind::kOwnOutlet, text, begin);
    if (n == 0) continue;
    // 本报记者 周岚: who signs, no mention.
    size_t next = work.TokenAt(begin + n);
    bool signs = text.substr(begin + n).starts_with("讯") || text.substr(begin + n).starts_with("电");
    if (text.substr(begin + n).starts_with(kReporter)) {
      next = work.TokenAt(begin + n + static_cast<uint32_t>(kReporter.size()));
      signs = next >= work.tokens.size() || work.tokens[next].kind == SegmentToken::kPerson ||
              work.tokens[next].begin > begin + n + kReporter.size();
    }
    const bool taken = std::any_of(work.found.begin(), work.found.end(), [&](const Found& f) {
      return f.begin < begin + n && begin < f.end;
    });
    if (signs || taken) continue;
    Found found = *outlet;
    found.begin = begin;
    found.end = begin + n;
    if (found.canonical.empty() && found.entity == kNone) {
      found.canonical = work.Text(outlet->begin, outlet->end);
    }
    found.rule = RuleRef(*forms.Find(FormKind::kOwnOutlet, text.substr(begin, n)));
    more.push_back(std::move(found));
  }
  if (more.empty()) return;
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

void EntityFinder::Impl::DropPassing(Work& work) const {
  const std::string_view text = work.text;
  struct Seen {
    size_t sentence_end = 0;  // of the first mention
    bool once = true;         // in one sentence only
  };
  std::unordered_map<uint32_t, Seen> nations;
  auto sentence_end = [&](uint32_t at) {
    size_t end = text.size();
    for (std::string_view mark : {"。", "！", "？", "\n"}) {
      end = std::min(end, text.substr(0, end).find(mark, at));
    }
    return std::min(end, text.size());
  };
  StringMap<Seen> persons;                       // by their text
  StringMap<uint32_t> surnames;                  // first character of a person -> persons
  for (const Found& found : work.found) {
    auto see = [&](Seen& seen) {
      const bool first = seen.sentence_end == 0;
      if (first) {
        seen.sentence_end = sentence_end(found.end);
      } else if (found.begin > seen.sentence_end) {
        seen.once = false;
      }
      return first;
    };
    if (IsNation(found)) see(nations[found.entity]);
    if (found.type != EntityType::kPerson) continue;
    const std::string_view whole = work.Text(found.begin, found.end);
    if (see(persons[std::string(whole)])) {
      ++surnames[std::string(whole.substr(0, CodePointLength(whole[0])))];
    }
  }
  std::erase_if(work.found, [&](const Found& found) {
    if (found.type == EntityType::kPerson && found.entity == kNone &&
        found.rule.table == RuleRef::kForms) {
      const std::string_view whole = work.Text(found.begin, found.end);
      const size_t head = CodePointLength(whole[0]);
      return forms.Find(FormKind::kHonorific, whole.substr(head)) != nullptr &&
             persons.find(whole)->second.once &&
             surnames.find(whole.substr(0, head))->second == 1 &&
             work.title.find(whole) == std::string_view::npos;
    }
    if (InByline(work, found)) return true;
    if (!IsNation(found) || !nations[found.entity].once) return false;
    const size_t t = work.TokenAt(found.end);
    if (t >= work.tokens.size() || work.tokens[t].begin != found.end) return false;
    const SegmentToken& next = work.tokens[t];
    // 美国《时代》杂志 and 美国的国会 tell whose it is, as 美国国会 does.
    const std::string_view word = work.Text(next);
    const bool whose = word == "的" || word == "《";
    if (!whose && (next.kind == SegmentToken::kPunctuation || next.kind == SegmentToken::kDigits ||
                   next.kind == SegmentToken::kLatin || next.Is(FormKind::kStop) ||
                   next.Is(FormKind::kSpeech))) {
      return false;
    }
    if (forms.LongestStartingAt(FormKind::kNationKeeps, text, found.end) != 0) return false;
    // What is counted may be the nation's: 英国新增病例8万例.
    size_t begin = found.begin;
    while (begin > 0) {
      begin = PreviousBorder(text, begin);
      const char32_t c = CodePointAt(text, begin);
      if (c == U'。' || c == U'！' || c == U'？' || c == '\n') break;
    }
    return !Counts(text.substr(begin, sentence_end(found.end) - begin));
  });
}

void EntityFinder::Impl::Emit(const Work& work, std::vector<Mention>& out) const {
  out.reserve(out.size() + work.found.size());
  for (const Found& found : work.found) {
    Mention& mention = out.emplace_back();  // in its place: a mention is large to move
    mention.span = {found.begin, found.end};
    mention.type = MentionType::kEntity;
    mention.rule = Written(found.rule);
    if (found.entity != kNone) {
      const EntityFacts facts = lexicon.Entity(found.entity);
      mention.entity = {std::string(facts.entity_id), std::string(facts.canonical), found.type,
                        true};
    } else {
      mention.entity.type = found.type;
      mention.entity.canonical =
          found.canonical.empty() ? work.Text(found.begin, found.end) : found.canonical;
      mention.entity.entity_id = UnknownEntityId(found.type, mention.entity.canonical);
    }
  }
}

EntityFinder::EntityFinder(const std::vector<TableText>& more, std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>(more, errors)) {}

EntityFinder::~EntityFinder() = default;

void EntityFinder::Find(std::string_view match_text, std::string_view region,
                        std::string_view title, std::vector<Mention>& out) const {
  FindEach({{match_text, region, title, &out}});
}

void EntityFinder::FindEach(const std::vector<Text>& texts) const {
  std::vector<Impl::Work> works;
  works.reserve(texts.size());
  for (const Text& text : texts) {
    works.emplace_back(text.match_text);
    works.back().region = text.region;
    works.back().title = text.title;
  }
  using Step = void (Impl::*)(Impl::Work&) const;
  constexpr Step kSteps[] = {
      &Impl::FindNames,     &Impl::FindTickers,      &Impl::LinkNames,    &Impl::CutWords,
      &Impl::AgreeOnPersons, &Impl::FindPersons,     &Impl::DropCounted,  &Impl::FindPlaces,
      &Impl::FindOrganisations, &Impl::FindTitles,   &Impl::FindModels,   &Impl::TurnTeams,
      &Impl::Settle,        &Impl::JoinBranches,     &Impl::JoinBracketed, &Impl::FollowShortForms,
      &Impl::FollowOutlet,  &Impl::DropPassing};
  for (const Step step : kSteps) {
    for (Impl::Work& work : works) (*impl_.*step)(work);
  }
  for (size_t i = 0; i < texts.size(); ++i) impl_->Emit(works[i], *texts[i].out);
}

bool EntityFinder::MayKnow(std::string_view match_text) const {
  // Codes, which FindTickers looks for beside the names, are written in letters and digits.
  const bool code = std::any_of(match_text.begin(), match_text.end(), [](char c) {
    return IsAsciiLetter(static_cast<unsigned char>(c)) ||
           IsAsciiDigit(static_cast<unsigned char>(c));
  });
  if (code) return true;
  std::vector<NameTrie::Hit> hits;
  impl_->lexicon.trie().FindAll(match_text, hits);
  return !hits.empty();
}

std::optional<EntityFacts> EntityFinder::Lookup(std::string_view entity_id) const {
  const uint32_t entity = impl_->lexicon.Find(entity_id);
  if (entity == kNone) return std::nullopt;
  return impl_->lexicon.Entity(entity);
}

std::vector<std::pair<std::string, std::string>> EntityFinder::AliasesOf(
    std::string_view entity_id) const {
  std::vector<std::pair<std::string, std::string>> out;
  const uint32_t entity = impl_->lexicon.Find(entity_id);
  if (entity == kNone) return out;
  const auto aliases = impl_->lexicon.AliasesOf(entity);
  out.reserve(aliases.size());
  for (uint32_t i : aliases) {
    const Lexicon::Alias alias = impl_->lexicon.AliasAt(i);
    out.emplace_back(impl_->lexicon.TextOf(alias), alias.region);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace hanfact::extract
