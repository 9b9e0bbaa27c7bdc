// Names of the lexicon in a text, and which entity each is.
#include <algorithm>
#include <optional>

#include "extract/entity_steps.h"

namespace hanfact::extract {

using normalize::NameTrie;

namespace {

// Whether a name used in the regions `wanted` (empty: all) is one in a text of `region`.
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
          if (std::find(guard.guarded.begin(), guard.guarded.end(), owner) != guard.guarded.end()) {
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
    if (!work.text.substr(hit.end).starts_with(kIndustry) || hit.end - hit.begin <= kTwoHan)
      continue;
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
        single =
            single && lexicon.AliasAt(owner).entity == first.entity && !lexicon.AliasAt(owner).ctx;
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
              named =
                  named || (work.hits[h].end + 1 == i && lexicon.AliasAt(owner).entity == entity);
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
  constexpr uint32_t kLongest = 8;   // characters; short names of listed companies have 2 to 6
  constexpr size_t kMostCoded = 64;  // each name is one more pass over the text
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

// Links the names of one text to entities.
class EntityFinder::Impl::NameLinker {
 public:
  NameLinker(const Impl& of, Work& work)
      : of_(of),
        work_(work),
        text_(work.text),
        sure_begin_(text_.size()),
        sure_end_(text_.size()),
        division_end_(text_.size()) {}

  void Run() {
    NoteSure();
    SpreadLists();
    std::vector<Found> all;
    all.reserve(work_.hits.size() + work_.tickers.size());
    for (size_t i = 0; i < work_.hits.size(); ++i) {
      if (!work_.hit_alive[i]) continue;
      if (const std::optional<Found> found = Link(work_.hits[i])) all.push_back(*found);
    }
    all.insert(all.end(), work_.tickers.begin(), work_.tickers.end());
    Keep(all);
  }

 private:
  // Whether the words around a name tell of a company.
  bool HasCompanyContext(uint32_t begin, uint32_t end, const Alias& alias) const {
    // 精密 or 生物 before 股份 is a part of some name, seldom the whole.
    for (FormKind kind : {FormKind::kOrgInner, FormKind::kOrgTail, FormKind::kOrgTailWeak}) {
      if (of_.forms.Find(kind, work_.Text(begin, end)) != nullptr) return false;
    }
    uint32_t at = end;
    if (text_.substr(at).starts_with("”") || text_.substr(at).starts_with("’")) at += 3;
    if (of_.forms.LongestStartingAt(FormKind::kCompanyContext, text_, at) != 0) return true;
    // 群电今日公布, 群电3月合并营收: a date may stand between.
    const size_t date = DateLength(text_.substr(at));
    if (date != 0 &&
        of_.forms.LongestStartingAt(FormKind::kCompanyContext, text_, at + date) != 0) {
      return true;
    }
    // 客户大量采购: what stands in front makes no company of a common word, nor of 其中资通|产品
    // and 其中资通|与视听产品.
    constexpr std::string_view kWith = "与", kGoods = "产品";
    const std::string_view behind = text_.substr(at);
    if (behind.starts_with(kGoods) ||
        (behind.starts_with(kWith) && behind.substr(0, 15).ends_with(kGoods))) {
      return false;
    }
    return of_.forms.LongestEndingAt(FormKind::kCompanyLeft, text_, begin > 30 ? begin - 30 : 0,
                                     begin) != 0 &&
           !of_.IsCommonWord(alias);
  }

  void MarkSure(uint32_t begin, uint32_t end, EntityType type) {
    sure_begin_.SetFirst(begin, static_cast<uint32_t>(type));
    sure_end_.SetFirst(end, static_cast<uint32_t>(type));
  }

  // Names that are one entity's alone, wherever they stand.
  void NoteSure() {
    for (size_t i = 0; i < work_.hits.size(); ++i) {
      const NameUse use = of_.lexicon.NameAt(work_.hits[i].name);
      if (!work_.hit_alive[i] || use.owners.size() != 1 || of_.lexicon.AliasAt(use.owners[0]).ctx)
        continue;
      const uint32_t entity = of_.lexicon.AliasAt(use.owners[0]).entity;
      MarkSure(work_.hits[i].begin, work_.hits[i].end, of_.lexicon.TypeOf(entity));
      if (IsDivision(of_.lexicon.IdOf(entity))) division_end_.Set(work_.hits[i].end, entity);
    }
  }

  // Whether the entity lies in a division that ends at the byte.
  [[nodiscard]] bool IsInsideDivision(uint32_t entity, uint32_t begin) const {
    const uint32_t* division = division_end_.Find(begin);
    if (division == nullptr) return false;
    const std::string_view id = of_.lexicon.IdOf(entity), before = of_.lexicon.IdOf(*division);
    return id != before && id.starts_with(before);
  }

  // A county whose prefecture the text names, or right behind its province (江西靖安).
  [[nodiscard]] bool NamesParent(uint32_t entity, uint32_t begin, uint32_t end,
                                 bool derived) const {
    const std::string_view id = of_.lexicon.IdOf(entity);
    if (!IsDivision(id)) return false;
    if (IsInsideDivision(entity, begin)) return true;
    if (id.size() != kDivisionId.size() + 6) return false;
    if (derived && !text_.substr(end).starts_with("、") &&
        !text_.substr(0, begin).ends_with("、")) {
      return false;
    }
    const uint32_t prefecture = of_.lexicon.Find(id.substr(0, kDivisionId.size() + 4));
    return prefecture != kNone && work_.evidence.contains(prefecture);
  }

  // In a list (平安、中信证券和国泰君安) a neighbour beyond doubt tells the kind of the others.
  [[nodiscard]] bool IsListed(const NameTrie::Hit& hit, EntityType type) const {
    constexpr std::string_view kComma = "、";
    if (text_.substr(hit.end).starts_with(kComma)) {
      const uint32_t* sure = sure_begin_.Find(hit.end + 3);
      if (sure != nullptr && *sure == static_cast<uint32_t>(type)) return true;
    }
    if (hit.begin >= 3 && text_.substr(hit.begin - 3).starts_with(kComma)) {
      const uint32_t* sure = sure_end_.Find(hit.begin - 3);
      if (sure != nullptr && *sure == static_cast<uint32_t>(type)) return true;
    }
    return false;
  }

  // Lists are decided from left to right and back, so that one sure name reaches all of them.
  void SpreadLists() {
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t n = 0; n < work_.hits.size(); ++n) {
        const size_t i = pass == 0 ? n : work_.hits.size() - 1 - n;
        const NameUse use = of_.lexicon.NameAt(work_.hits[i].name);
        if (!work_.hit_alive[i] || use.owners.size() != 1) continue;
        const Alias alias = of_.lexicon.AliasAt(use.owners[0]);
        const EntityType type = of_.lexicon.TypeOf(alias.entity);
        if (alias.ctx && Impl::RegionFits(alias, work_) && IsListed(work_.hits[i], type)) {
          MarkSure(work_.hits[i].begin, work_.hits[i].end, type);
        }
      }
    }
  }

  // Whether the document has a word of the entity's industry; looked for once a word.
  bool SpeaksOf(const EntityFacts& facts) {
    for (std::string_view word : Parts(facts.industry, " ,;|/")) {
      if (word.size() < 6) continue;
      auto it = industry_words_.find(word);
      if (it == industry_words_.end()) {
        const bool found = text_.find(word) != std::string_view::npos ||
                           work_.title.find(word) != std::string_view::npos;
        it = industry_words_.emplace(std::string(word), found).first;
      }
      if (it->second) return true;
    }
    return false;
  }

  // 房山法院, 丰台警方: a body that a town or district has tells that the place is meant.
  [[nodiscard]] bool HasBody(uint32_t end) const {
    const uint32_t n = of_.forms.LongestStartingAt(FormKind::kShortOrg, text_, end);
    return n != 0 && of_.forms.Find(FormKind::kShortOrg, text_.substr(end, n))->weight >= 2;
  }

  // Whether the text names beyond doubt a product of the entity's or another one of its trade: 暴雪
  // beside 魔兽世界, 光大 beside 招商银行.
  [[nodiscard]] bool HasPeer(const Alias& alias) {
    if (!peers_known_) {
      constexpr std::string_view kMaker = "maker:";
      for (const uint32_t entity : work_.evidence) {
        const EntityFacts facts = of_.lexicon.Entity(entity);
        if (facts.industry.empty()) continue;
        if (of_.lexicon.TypeOf(entity) == EntityType::kOrg) {
          trades_.emplace(facts.industry);
        } else if (facts.industry.starts_with(kMaker)) {
          makers_.insert(of_.lexicon.Find(facts.industry.substr(kMaker.size())));
        }
      }
      peers_known_ = true;
    }
    if (makers_.contains(alias.entity)) return true;
    const std::string_view trade = of_.lexicon.Entity(alias.entity).industry;
    return !trade.empty() && trades_.contains(trade);
  }

  // The owner of a name that only one entity has in the region, where the text supports it.
  uint32_t LoneOwner(const NameTrie::Hit& hit, uint32_t owner) {
    const Alias alias = of_.lexicon.AliasAt(owner);
    const EntityType type = of_.lexicon.TypeOf(alias.entity);
    const bool owned =
        !alias.ctx || work_.evidence.contains(alias.entity) ||
        NamesParent(alias.entity, hit.begin, hit.end, alias.derived) || IsListed(hit, type) ||
        (type == EntityType::kPlace && HasBody(hit.end) && !of_.IsCommonWord(alias)) ||
        (type == EntityType::kOrg && !of_.IsCommonWord(alias) &&
         !of_.forms.IsWord(of_.lexicon.TextOf(alias)) && HasPeer(alias)) ||
        // A word (全新, 大量) that is a company's name in one region needs the region told.
        (type != EntityType::kPlace &&
         (alias.region.empty() || !work_.region.empty() || !of_.IsCommonWord(alias)) &&
         HasCompanyContext(hit.begin, hit.end, alias));
    return owned ? owner : kNone;
  }

  // Several owners: the only one the document names otherwise, else the only one whose industry it
  // speaks of.
  uint32_t OwnerOfSeveral(const NameTrie::Hit& hit, const std::vector<uint32_t>& open) {
    uint32_t supported = 0, by_industry = 0;
    uint32_t support = kNone, industry = kNone;
    for (uint32_t owner : open) {
      const EntityFacts facts = of_.lexicon.Entity(of_.lexicon.AliasAt(owner).entity);
      if (work_.evidence.contains(of_.lexicon.AliasAt(owner).entity)) {
        ++supported;
        support = owner;
      }
      if (SpeaksOf(facts)) {
        ++by_industry;
        industry = owner;
      }
    }
    // 深圳市南山区: the only one that lies in what stands right before it.
    uint32_t inside = 0, parent = kNone;
    for (uint32_t owner : open) {
      if (!IsInsideDivision(of_.lexicon.AliasAt(owner).entity, hit.begin)) continue;
      ++inside;
      parent = owner;
    }
    if (inside == 1) return parent;
    if (supported == 1) return support;
    return supported == 0 && by_industry == 1 ? industry : kNone;
  }

  // The entity that a name stands for; none where nothing supports one.
  std::optional<Found> Link(const NameTrie::Hit& hit) {
    const NameUse use = of_.lexicon.NameAt(hit.name);
    open_.clear();
    for (uint32_t owner : use.owners) {
      const Alias alias = of_.lexicon.AliasAt(owner);
      // 天津和平解放 has no 和平区.
      if (alias.derived && of_.IsCommonWord(alias)) continue;
      if (Impl::RegionFits(alias, work_)) open_.push_back(owner);
    }
    if (open_.empty()) return std::nullopt;
    const uint32_t chosen =
        open_.size() == 1 ? LoneOwner(hit, open_[0]) : OwnerOfSeveral(hit, open_);
    Found found{hit.begin, hit.end, EntityType::kOrg, kNone, "", "", 5, use.han && use.chars == 2};
    if (chosen != kNone) {
      found.entity = of_.lexicon.AliasAt(chosen).entity;
      found.type = of_.lexicon.TypeOf(found.entity);
      found.rule = Impl::RuleOf(of_.lexicon.AliasAt(chosen));
      return found;
    }
    // Left open: a mention without a link, where all owners are of one type.
    if (open_.size() == 1) return std::nullopt;
    found.type = of_.lexicon.TypeOf(of_.lexicon.AliasAt(open_[0]).entity);
    found.rule = Impl::RuleOf(of_.lexicon.AliasAt(open_[0]));
    const bool body = found.type == EntityType::kPlace && HasBody(hit.end);
    for (uint32_t owner : open_) {
      const Alias alias = of_.lexicon.AliasAt(owner);
      if (of_.lexicon.TypeOf(alias.entity) != found.type ||
          (alias.ctx && (!body || of_.IsCommonWord(alias)))) {
        return std::nullopt;
      }
    }
    return found;
  }

  // A listed company under special treatment carries it before its name.
  void Keep(std::vector<Found>& all) {
    const std::vector<uint8_t> taken = KeepLongest(all, text_.size(), work_.names);
    for (Found& found : work_.names) {
      for (std::string_view mark : {"S*ST", "*ST", "SST", "ST"}) {
        if (found.type == EntityType::kOrg && found.begin >= mark.size() &&
            text_.substr(found.begin - mark.size(), mark.size()) == mark &&
            !taken[found.begin - 1]) {
          found.begin -= static_cast<uint32_t>(mark.size());
          found.soft = false;
          break;
        }
      }
    }
  }

  const Impl& of_;
  Work& work_;
  std::string_view text_;
  ByteMap sure_begin_, sure_end_;  // of names beyond doubt: the entity type
  ByteMap division_end_;           // of sure divisions: the entity
  StringMap<bool> industry_words_;
  std::set<std::string_view> trades_;  // of organisations beyond doubt
  std::set<uint32_t> makers_;          // of products beyond doubt
  bool peers_known_ = false;
  std::vector<uint32_t> open_;  // owners of the name at hand
};

// Decides every hit: one owner, or the one the document supports; then the longest win.
void EntityFinder::Impl::LinkNames(Work& work) const { NameLinker(*this, work).Run(); }

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

}  // namespace hanfact::extract
