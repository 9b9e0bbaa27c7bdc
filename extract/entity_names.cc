// Names of the lexicon in a text, and which entity each is.
#include <algorithm>

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
    if (!work.hit_alive[i] || use.owners.size() != 1 || lexicon.AliasAt(use.owners[0]).ctx)
      continue;
    mark_sure(work.hits[i].begin, work.hits[i].end,
              lexicon.TypeOf(lexicon.AliasAt(use.owners[0]).entity));
  }
  ByteMap division_end(text.size());  // a sure division ends here
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameUse use = lexicon.NameAt(work.hits[i].name);
    if (!work.hit_alive[i] || use.owners.size() != 1 || lexicon.AliasAt(use.owners[0]).ctx)
      continue;
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
        same = same && lexicon.TypeOf(lexicon.AliasAt(owner).entity) == found.type &&
               !lexicon.AliasAt(owner).ctx;
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
          text.substr(found.begin - mark.size(), mark.size()) == mark && !taken[found.begin - 1]) {
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

}  // namespace hanfact::extract
