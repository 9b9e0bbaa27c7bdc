#include "extract/entities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <tuple>

#include "extract/name_forms.h"
#include "normalize/name_trie.h"

namespace hanfact::extract {
namespace {

using normalize::NameTrie;

constexpr uint32_t kNone = UINT32_MAX;

const std::initializer_list<std::string_view> kEntityColumns = {
    "entity_id", "canonical", "type", "name_en", "ticker", "fiscal_year_end", "home", "industry"};
const std::initializer_list<std::string_view> kAliasColumns = {"entity_id", "alias", "region",
                                                                   "guard"};

// The names in a table's "# columns:" line.
std::vector<std::string_view> ColumnsOf(std::string_view text) {
  std::vector<std::string_view> out;
  const size_t at = text.find("# columns:");
  if (at == std::string_view::npos) return out;
  std::string_view line = text.substr(at + 10);
  line = line.substr(0, line.find('\n'));
  for (std::string_view word : Split(line, ' ')) {
    word = Trim(word);
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

bool Contains(const std::vector<std::string_view>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// Parts of a field separated by '|', ',' or a blank, without white space around them.
std::vector<std::string_view> Parts(std::string_view field, std::string_view separators) {
  std::vector<std::string_view> out;
  size_t from = 0;
  for (size_t i = 0; i <= field.size(); ++i) {
    if (i < field.size() && separators.find(field[i]) == std::string_view::npos) continue;
    const std::string_view part = Trim(field.substr(from, i - from));
    if (!part.empty()) out.push_back(part);
    from = i + 1;
  }
  return out;
}

bool IsHanText(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    if (!IsHan(CodePointAt(text, i))) return false;
  }
  return !text.empty();
}

// Markets as articles write them behind a code, by the suffix the lexicon uses.
std::string_view MarketOf(std::string_view written) {
  struct Row {
    std::string_view written, market;
  };
  static constexpr Row kRows[] = {
      {"A", "US"},     {"AMEX", "US"}, {"BJ", "BJ"},   {"HK", "HK"},   {"HKEX", "HK"},
      {"JP", "JP"},    {"KR", "KR"},   {"KS", "KR"},   {"N", "US"},    {"NASDAQ", "US"},
      {"NYSE", "US"},  {"O", "US"},    {"OQ", "US"},   {"OTC", "TW"},  {"SEHK", "HK"},
      {"SH", "SH"},    {"SHA", "SH"},  {"SI", "SG"},   {"SG", "SG"},   {"SS", "SH"},
      {"SSE", "SH"},   {"SZ", "SZ"},   {"SZSE", "SZ"}, {"T", "JP"},    {"TPE", "TW"},
      {"TT", "TW"},    {"TW", "TW"},   {"TWO", "TW"},  {"TWSE", "TW"}, {"US", "US"},
      {"DE", "DE"},    {"L", "GB"},    {"UK", "GB"},   {"PA", "FR"},   {"AS", "NL"},
  };
  for (const Row& row : kRows) {
    if (row.written == written) return row.market;
  }
  return {};
}

// Code and market of a lexicon ticker (000001.SZ, NVDA, NVDA.US) or of a written one
// (NVDA-US, NASDAQ:NVDA, 00998.HK). The market is empty where none stands.
struct Ticker {
  std::string code;
  std::string_view market;
};
Ticker ParseTicker(std::string_view text) {
  Ticker out;
  text = Trim(text);
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    out.market = MarketOf(Trim(text.substr(0, colon)));
    text = Trim(text.substr(colon + 1));
  }
  const size_t cut = text.find_last_of(".-");
  if (cut != std::string_view::npos && cut > 0) {
    const std::string_view market = MarketOf(text.substr(cut + 1));
    if (!market.empty()) {
      out.market = market;
      text = text.substr(0, cut);
    }
  }
  if (text.empty() || text.size() > 8) return {};
  for (char c : text) {
    if (!(c >= 'A' && c <= 'Z') && !IsAsciiDigit(static_cast<char32_t>(c)) && c != '.') return {};
  }
  out.code = std::string(text);
  if (out.market == "HK") {
    while (out.code.size() > 1 && out.code[0] == '0') out.code.erase(0, 1);
  }
  return out;
}

}  // namespace

struct EntityFinder::Impl {
  struct Alias {
    uint32_t entity = 0;
    std::string alias;
    std::string region;  // as in the table; parts by blank, comma or |
    bool ctx = false;
    std::vector<std::string> guards;
    std::string rule;
  };
  struct NameUse {
    std::vector<uint32_t> owners;  // aliases with this text
    std::vector<uint32_t> guarded;  // aliases this text is a guard word of
    uint32_t chars = 0;
    bool han = false;
  };
  // A name found in a text, and what it was linked to.
  struct Found {
    uint32_t begin = 0, end = 0;
    EntityType type = EntityType::kOrg;
    uint32_t entity = kNone;  // kNone for one the lexicon does not know
    std::string canonical;    // for those; empty: the text itself
    std::string rule;
    int priority = 0;  // of two of the same length the higher wins
    bool soft = false;
  };

  NameForms forms;
  Segmenter segmenter;
  std::vector<EntityFacts> entities;
  StringMap<uint32_t> by_id;
  std::vector<Alias> aliases;
  std::vector<std::vector<uint32_t>> aliases_of;  // entity -> aliases
  StringMap<uint32_t> alias_index;                // id \t alias -> index
  std::vector<std::string> names;
  std::vector<NameUse> uses;
  StringMap<std::vector<uint32_t>> tickers;  // code -> entities
  std::unique_ptr<NameTrie> trie;

  explicit Impl(std::vector<TableError>& errors) : forms(errors), segmenter(forms) {}

  void ReadEntities(const Table& table, bool user, std::vector<TableError>& errors);
  void ReadAliases(const Table& table, std::vector<TableError>& errors);
  void AddAlias(Alias alias);
  void Compile();

  // The steps of Find.
  struct Work;
  void FindNames(Work& work) const;
  void FindTickers(Work& work) const;
  void LinkNames(Work& work) const;
  void CutWords(Work& work) const;
  void FindPersons(Work& work) const;
  void FindPlaces(Work& work) const;
  void FindOrganisations(Work& work) const;
  void FindTitles(Work& work) const;
  void Settle(Work& work) const;
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
  std::vector<Token> tokens;
  std::vector<uint32_t> token_name;  // token -> index in names, or kNone
  std::vector<Found> found;          // everything; disjoint after Settle
  // Places and organisations recognised so far, by their end: begin.
  std::unordered_map<uint32_t, uint32_t> org_ending, place_ending;

  [[nodiscard]] std::string_view Text(uint32_t begin, uint32_t end) const {
    return text.substr(begin, end - begin);
  }
  [[nodiscard]] std::string_view Text(const Token& t) const { return Text(t.begin, t.end); }
  // Index of the token that contains the byte (or the first behind it).
  [[nodiscard]] size_t TokenAt(uint32_t byte) const {
    return static_cast<size_t>(
        std::upper_bound(tokens.begin(), tokens.end(), byte,
                         [](uint32_t b, const Token& t) { return b < t.end; }) -
        tokens.begin());
  }
  [[nodiscard]] bool StartsToken(uint32_t byte) const {
    const size_t i = TokenAt(byte);
    return i >= tokens.size() || tokens[i].begin >= byte;
  }
};

void EntityFinder::Impl::ReadEntities(const Table& table, bool user,
                                      std::vector<TableError>& errors) {
  for (const Table::Row& row : table.rows()) {
    EntityFacts facts;
    facts.entity_id = table.Get(row, "entity_id");
    facts.canonical = table.Get(row, "canonical");
    facts.name_en = table.Get(row, "name_en");
    facts.ticker = table.Get(row, "ticker");
    facts.home = table.Get(row, "home");
    facts.industry = table.Get(row, "industry");
    bool sound = true;
    if (CountCodePoints(facts.canonical) < 2) {
      errors.push_back(
          table.ErrorAt(row, "canonical", "canonical name of fewer than two characters"));
      sound = false;
    }
    if (const auto type = ParseEntityType(table.Get(row, "type"))) {
      facts.type = *type;
    } else {
      errors.push_back(table.ErrorAt(row, "type",
                                     "unknown type '" + table.Get(row, "type") +
                                         "' (ORG PERSON PRODUCT PLACE MEDIA INDEX)"));
      sound = false;
    }
    const std::string& month = table.Get(row, "fiscal_year_end");
    if (!month.empty()) {
      const char* end = month.data() + month.size();
      const auto [at, code] = std::from_chars(month.data(), end, facts.fiscal_year_end);
      if (code != std::errc() || at != end || facts.fiscal_year_end < 0 ||
          facts.fiscal_year_end > 12) {
        errors.push_back(
            table.ErrorAt(row, "fiscal_year_end", "fiscal_year_end is a month, 1 to 12"));
        sound = false;
      }
    }
    if (!sound) continue;
    const std::string rule = BaseName(table.file()) + ":" + std::to_string(row.line);
    uint32_t index;
    if (const auto it = by_id.find(facts.entity_id); it != by_id.end()) {
      if (!user) {
        errors.push_back(table.ErrorAt(row, "entity_id",
                                       "entity '" + facts.entity_id + "' is in another table"));
        continue;
      }
      index = it->second;
      entities[index] = facts;
    } else {
      index = static_cast<uint32_t>(entities.size());
      by_id.emplace(facts.entity_id, index);
      entities.push_back(facts);
      aliases_of.emplace_back();
    }
    AddAlias({index, facts.canonical, "", false, {}, rule});
    if (CountCodePoints(facts.name_en) >= 2) AddAlias({index, facts.name_en, "", false, {}, rule});
  }
}

void EntityFinder::Impl::ReadAliases(const Table& table, std::vector<TableError>& errors) {
  for (const Table::Row& row : table.rows()) {
    const std::string& id = table.Get(row, "entity_id");
    const auto entity = by_id.find(id);
    if (entity == by_id.end()) {
      errors.push_back(table.ErrorAt(row, "entity_id", "no entity '" + id + "' in the lexicon"));
      continue;
    }
    Alias alias;
    alias.entity = entity->second;
    alias.alias = table.Get(row, "alias");
    alias.region = table.Get(row, "region");
    alias.rule = BaseName(table.file()) + ":" + std::to_string(row.line);
    if (CountCodePoints(alias.alias) < 2) {
      errors.push_back(table.ErrorAt(row, "alias", "alias of fewer than two characters"));
      continue;
    }
    bool sound = true;
    for (std::string_view part : Parts(table.Get(row, "guard"), "|")) {
      if (part == "ctx") {
        alias.ctx = true;
      } else if (part.find(alias.alias) == std::string_view::npos || part == alias.alias) {
        errors.push_back(table.ErrorAt(row, "guard",
                                       "guard '" + std::string(part) + "' does not contain '" +
                                           alias.alias + "' in a longer word"));
        sound = false;
      } else {
        alias.guards.emplace_back(part);
      }
    }
    if (sound) AddAlias(std::move(alias));
  }
}

void EntityFinder::Impl::AddAlias(Alias alias) {
  std::string key = entities[alias.entity].entity_id + "\t" + alias.alias;
  const auto [it, added] = alias_index.emplace(std::move(key), aliases.size());
  if (!added) {
    aliases[it->second] = std::move(alias);
    return;
  }
  aliases_of[alias.entity].push_back(static_cast<uint32_t>(aliases.size()));
  aliases.push_back(std::move(alias));
}

void EntityFinder::Impl::Compile() {
  StringMap<uint32_t> index;
  auto name_of = [&](const std::string& text) -> NameUse& {
    const auto [it, added] = index.emplace(text, names.size());
    if (added) {
      names.push_back(text);
      uses.push_back({{}, {}, CountCodePoints(text), IsHanText(text)});
    }
    return uses[it->second];
  };
  for (uint32_t i = 0; i < aliases.size(); ++i) {
    name_of(aliases[i].alias).owners.push_back(i);
    for (const std::string& guard : aliases[i].guards) name_of(guard).guarded.push_back(i);
    // Codes stand among the aliases as well.
    const Ticker ticker = ParseTicker(aliases[i].alias);
    if (!ticker.code.empty() && !ticker.market.empty()) {
      tickers[ticker.code].push_back(aliases[i].entity);
    }
  }
  for (uint32_t i = 0; i < entities.size(); ++i) {
    for (std::string_view part : Parts(entities[i].ticker, " ,;|/")) {
      const Ticker ticker = ParseTicker(part);
      if (!ticker.code.empty()) tickers[ticker.code].push_back(i);
    }
  }
  for (auto& [code, owners] : tickers) {
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  }
  trie = std::make_unique<NameTrie>(names);
}

namespace {

bool RegionFits(std::string_view wanted, std::string_view region) {
  if (wanted.empty() || region.empty()) return true;
  const auto parts = Parts(wanted, " ,|");
  return Contains(parts, region);
}

}  // namespace

// All lexicon names, without those inside a guard word; what is beyond doubt becomes evidence.
void EntityFinder::Impl::FindNames(Work& work) const {
  trie->FindAll(work.text, work.hits);
  auto drop_guarded = [&](std::vector<NameTrie::Hit>& hits, std::vector<uint8_t>& alive) {
    alive.assign(hits.size(), 1);
    for (size_t g = 0; g < hits.size(); ++g) {
      const NameUse& guard = uses[hits[g].name];
      if (guard.guarded.empty()) continue;
      // Hits are sorted by begin: those inside lie behind g, or before it with the same begin.
      size_t i = g;
      while (i > 0 && hits[i - 1].begin == hits[g].begin) --i;
      for (; i < hits.size() && hits[i].begin < hits[g].end; ++i) {
        if (hits[i].end > hits[g].end || i == g) continue;
        for (uint32_t owner : uses[hits[i].name].owners) {
          if (std::find(guard.guarded.begin(), guard.guarded.end(), owner) !=
              guard.guarded.end()) {
            alive[i] = 0;
          }
        }
      }
    }
  };
  drop_guarded(work.hits, work.hit_alive);
  auto collect = [&](const std::vector<NameTrie::Hit>& hits, const std::vector<uint8_t>& alive) {
    for (size_t i = 0; i < hits.size(); ++i) {
      const NameUse& use = uses[hits[i].name];
      if (!alive[i] || use.owners.empty()) continue;
      const Alias& first = aliases[use.owners[0]];
      bool single = true;
      for (uint32_t owner : use.owners) {
        single = single && aliases[owner].entity == first.entity && !aliases[owner].ctx;
      }
      if (single && (use.chars >= 3 || !use.han)) work.evidence.insert(first.entity);
      if (single && use.chars == 2 && use.han) work.evidence.insert(first.entity);
    }
  };
  collect(work.hits, work.hit_alive);
  if (!work.title.empty()) {
    std::vector<NameTrie::Hit> hits;
    std::vector<uint8_t> alive;
    trie->FindAll(work.title, hits);
    drop_guarded(hits, alive);
    collect(hits, alive);
  }
}

// Codes with a market (NVDA-US, 600519.SH) anywhere, and codes alone in brackets.
void EntityFinder::Impl::FindTickers(Work& work) const {
  const std::string_view text = work.text;
  auto owner_of = [&](const Ticker& ticker) {
    if (ticker.code.empty()) return kNone;
    const auto it = tickers.find(ticker.code);
    if (it == tickers.end()) return kNone;
    uint32_t found = kNone;
    for (uint32_t entity : it->second) {
      bool fits = ticker.market.empty();
      for (std::string_view part : Parts(entities[entity].ticker, " ,;|/")) {
        const Ticker own = ParseTicker(part);
        if (own.code == ticker.code && (own.market.empty() || own.market == ticker.market)) {
          fits = true;
        }
      }
      for (uint32_t alias : aliases_of[entity]) {
        const Ticker own = ParseTicker(aliases[alias].alias);
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
            for (uint32_t owner : uses[work.hits[h].name].owners) {
              named = named || (work.hits[h].end + 1 == i && aliases[owner].entity == entity);
            }
          }
          if (!named) entity = kNone;
        }
      }
      if (entity != kNone) {
        work.evidence.insert(entity);
        work.tickers.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(end),
                                entities[entity].type, entity, "", "ticker", 9, false});
      }
    }
    i = std::max(end, i + 1);
  }
}

// Decides every hit: one owner, or the one the document supports; then the longest win.
void EntityFinder::Impl::LinkNames(Work& work) const {
  const std::string_view text = work.text;
  auto company_context = [&](uint32_t begin, uint32_t end) {
    uint32_t at = end;
    if (at < text.size() && (text.substr(at).starts_with("”") || text.substr(at).starts_with("’"))) {
      at += 3;
    }
    if (forms.LongestStartingAt(FormKind::kCompanyContext, text, at) != 0) return true;
    if (forms.LongestEndingAt(FormKind::kCompanyLeft, text, begin > 30 ? begin - 30 : 0, begin)) {
      return true;
    }
    return false;
  };
  std::vector<Found> all;
  for (size_t i = 0; i < work.hits.size(); ++i) {
    const NameTrie::Hit& hit = work.hits[i];
    const NameUse& use = uses[hit.name];
    if (!work.hit_alive[i] || use.owners.empty()) continue;
    std::vector<uint32_t> open;
    for (uint32_t owner : use.owners) {
      if (RegionFits(aliases[owner].region, work.region)) open.push_back(owner);
    }
    if (open.empty()) continue;
    uint32_t chosen = kNone;
    if (open.size() == 1) {
      const Alias& alias = aliases[open[0]];
      if (!alias.ctx || work.evidence.contains(alias.entity) ||
          company_context(hit.begin, hit.end)) {
        chosen = open[0];
      }
    } else {
      // Several owners: the only one the document names otherwise, else the only one whose
      // industry it speaks of.
      uint32_t supported = 0, by_industry = 0;
      uint32_t support = kNone, industry = kNone;
      for (uint32_t owner : open) {
        const EntityFacts& facts = entities[aliases[owner].entity];
        if (work.evidence.contains(aliases[owner].entity)) {
          ++supported;
          support = owner;
        }
        for (std::string_view word : Parts(facts.industry, " ,;|/")) {
          if (word.size() < 6) continue;
          if (text.find(word) != std::string_view::npos ||
              work.title.find(word) != std::string_view::npos) {
            ++by_industry;
            industry = owner;
            break;
          }
        }
      }
      if (supported == 1) {
        chosen = support;
      } else if (supported == 0 && by_industry == 1) {
        chosen = industry;
      }
    }
    Found found{hit.begin, hit.end, EntityType::kOrg, kNone, "", "", 5, use.han && use.chars == 2};
    if (chosen != kNone) {
      found.entity = aliases[chosen].entity;
      found.type = entities[found.entity].type;
      found.rule = aliases[chosen].rule;
    } else {
      // Left open: a mention without a link, where all owners are of one type.
      if (open.size() == 1) continue;
      found.type = entities[aliases[open[0]].entity].type;
      found.rule = aliases[open[0]].rule;
      bool same = true;
      for (uint32_t owner : open) {
        same = same && entities[aliases[owner].entity].type == found.type && !aliases[owner].ctx;
      }
      if (!same) continue;
    }
    all.push_back(std::move(found));
  }
  for (const Found& ticker : work.tickers) all.push_back(ticker);
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return std::make_tuple(b.end - b.begin, b.priority, a.begin, a.entity) <
           std::make_tuple(a.end - a.begin, a.priority, b.begin, b.entity);
  });
  std::vector<uint8_t> taken(text.size() + 1, 0);
  for (Found& found : all) {
    bool free = true;
    for (uint32_t k = found.begin; k < found.end && free; ++k) free = !taken[k];
    if (!free) continue;
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
    work.names.push_back(std::move(found));
  }
  std::sort(work.names.begin(), work.names.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

// Cuts the text into words; two-character names that cut across words go.
void EntityFinder::Impl::CutWords(Work& work) const {
  std::vector<LatticeName> lattice;
  for (const Found& name : work.names) lattice.push_back({name.begin, name.end, !name.soft});
  segmenter.Segment(work.text, lattice, work.tokens);
  std::vector<Found> kept;
  for (Found& name : work.names) {
    if (name.soft) {
      const size_t i = work.TokenAt(name.begin);
      if (i >= work.tokens.size()) continue;
      const Token& token = work.tokens[i];
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

void EntityFinder::Impl::FindPersons(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  const auto rule = [&](FormKind kind, std::string_view form) {
    const NameForms::Form* f = forms.Find(kind, form);
    return f != nullptr ? NameForms::RuleOf(*f) : std::string("name_forms.tsv");
  };
  auto is_dot = [&](const Token& t) {
    const std::string_view s = work.Text(t);
    return s == "·" || s == "•" || s == "・" || s == "‧" || s == "∙";
  };
  auto is_hyphen = [&](const Token& t) {
    const std::string_view s = work.Text(t);
    return s == "-" || s == "." || s == "—" || s == "–";
  };
  auto all_translit = [&](const Token& t) {
    for (size_t i = t.begin; i < t.end; i += CodePointLength(text[i])) {
      if (!forms.Translit(CodePointAt(text, i))) return false;
    }
    return true;
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (work.token_name[i] != kNone) continue;
    if (token.kind == Token::kPerson) {
      const uint32_t head = CodePointLength(text[token.begin]);
      std::string r = rule(FormKind::kSurname, text.substr(token.begin, head));
      work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "", r, 3, false});
      continue;
    }
    // Surname and honorific.
    if (token.kind == Token::kCharacter || token.kind == Token::kWord) {
      const std::string_view s = work.Text(token);
      if (forms.Find(FormKind::kSurname, s) != nullptr) {
        const uint32_t n = forms.LongestStartingAt(FormKind::kHonorific, text, token.end);
        if (n != 0 && work.StartsToken(token.end + n)) {
          work.found.push_back({token.begin, token.end + n, EntityType::kPerson, kNone, "",
                                rule(FormKind::kHonorific, text.substr(token.end, n)), 3, false});
        }
      }
    }
    // Foreign names with a dot: reach left and right over pieces that touch it.
    const bool dot = is_dot(token);
    if (dot || (is_hyphen(token) && i > 0 && i + 1 < tokens.size() &&
                tokens[i - 1].kind == Token::kForeign)) {
      uint32_t begin = token.begin, end = token.end;
      size_t l = i, r = i;
      uint32_t left_chars = 0, right_chars = 0;
      while (l > 0 && tokens[l - 1].end == begin && left_chars < 8) {
        const Token& p = tokens[l - 1];
        if (p.kind == Token::kPunctuation || p.kind == Token::kDigits || p.kind == Token::kLatin) {
          break;
        }
        if (!all_translit(p)) {
          // A dictionary word or name that is no transliteration ends the foreign name; the first
          // piece beside the dot may still be one (玛丽·居里).
          if (!(left_chars == 0 && p.kind != Token::kName && CountCodePoints(work.Text(p)) <= 3 &&
                forms.Find(FormKind::kStop, work.Text(p)) == nullptr)) {
            break;
          }
        }
        if (forms.Find(FormKind::kTitle, work.Text(p)) != nullptr) break;
        left_chars += CountCodePoints(work.Text(p));
        begin = p.begin;
        --l;
      }
      while (r + 1 < tokens.size() && tokens[r + 1].begin == end && right_chars < 8) {
        const Token& p = tokens[r + 1];
        if (is_dot(p) || (is_hyphen(p) && right_chars > 0)) {
          if (right_chars == 0 || r + 2 >= tokens.size() || !all_translit(tokens[r + 2])) break;
          right_chars = 0;
          end = p.end;
          ++r;
          continue;
        }
        if (p.kind == Token::kPunctuation || p.kind == Token::kDigits || p.kind == Token::kLatin) {
          break;
        }
        if (!all_translit(p) && right_chars > 0) break;
        if (!all_translit(p) && (p.kind == Token::kName || CountCodePoints(work.Text(p)) > 3)) {
          break;
        }
        if (right_chars > 0 && (forms.Find(FormKind::kTitleAfter, work.Text(p)) != nullptr ||
                                forms.Find(FormKind::kSpeech, work.Text(p)) != nullptr ||
                                forms.Find(FormKind::kStop, work.Text(p)) != nullptr)) {
          break;
        }
        right_chars += CountCodePoints(work.Text(p));
        end = p.end;
        ++r;
      }
      if (left_chars > 0 && right_chars > 0 && end > token.end) {
        work.found.push_back({begin, end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 4, false});
        i = std::max(i, r);
        continue;
      }
    }
    // A foreign name alone counts behind a title or before a title or speech verb.
    if (token.kind == Token::kForeign) {
      const bool titled =
          forms.LongestEndingAt(FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0,
                                token.begin) != 0;
      const bool speaks =
          forms.LongestStartingAt(FormKind::kTitleAfter, text, token.end) != 0 ||
          forms.LongestStartingAt(FormKind::kSpeech, text, token.end) != 0;
      if (titled || speaks) {
        work.found.push_back({token.begin, token.end, EntityType::kPerson, kNone, "",
                              rule(FormKind::kTranslit, "尔"), 3, false});
      }
    }
    // Latin first and last name behind a title, or before a speech verb.
    if (token.kind == Token::kLatin && text[token.begin] >= 'A' && text[token.begin] <= 'Z') {
      size_t last = i;
      auto capital = [&](const Token& t) {
        return t.kind == Token::kLatin && text[t.begin] >= 'A' && text[t.begin] <= 'Z';
      };
      while (last + 1 < tokens.size() && last - i < 3 && capital(tokens[last + 1]) &&
             work.token_name[last + 1] == kNone &&
             tokens[last + 1].begin == tokens[last].end + 1 && text[tokens[last].end] == ' ') {
        ++last;
      }
      const uint32_t end = tokens[last].end;
      const bool titled = forms.LongestEndingAt(
          FormKind::kTitle, text, token.begin > 24 ? token.begin - 24 : 0, token.begin) != 0;
      const bool speaks = forms.LongestStartingAt(FormKind::kSpeech, text, end) != 0 ||
                          forms.LongestStartingAt(FormKind::kTitleAfter, text, end) != 0;
      if (titled || (last > i && speaks)) {
        work.found.push_back({token.begin, end, EntityType::kPerson, kNone, "",
                              "name_forms.tsv", 3, false});
      }
      i = last;
    }
  }
}

void EntityFinder::Impl::FindPlaces(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == Token::kPunctuation || token.kind == Token::kDigits ||
        token.kind == Token::kLatin) {
      continue;
    }
    const uint32_t n = forms.LongestEndingAt(
        FormKind::kPlaceTail, text, token.begin > 12 ? token.begin - 12 : 0, token.end);
    if (n == 0 || n >= token.end) continue;
    const uint32_t tail = token.end - n;
    if (!work.StartsToken(tail)) continue;  // the tail of a dictionary word
    size_t k = work.TokenAt(tail);
    uint32_t begin = tail, chars = 0;
    bool name_seen = false;
    while (k > 0 && tokens[k - 1].end == begin && !name_seen) {
      const Token& p = tokens[k - 1];
      const std::string_view s = work.Text(p);
      const uint32_t name = work.token_name[k - 1];
      if (name != kNone) {
        if (work.names[name].type != EntityType::kPlace) break;
        if (chars > 0) break;  // merged later
        name_seen = true;
      } else if (p.kind == Token::kCharacter || p.kind == Token::kForeign) {
        if (forms.Find(FormKind::kStop, s) != nullptr) break;
        if (chars + CountCodePoints(s) > 4) break;
      } else if (p.kind == Token::kWord && chars == 0 && p.cost >= 100) {
        if (forms.Find(FormKind::kStop, s) != nullptr ||
            forms.Find(FormKind::kTitle, s) != nullptr) {
          break;
        }
      } else {
        break;
      }
      chars += CountCodePoints(s);
      begin = p.begin;
      --k;
      if (p.kind == Token::kWord) break;
    }
    const NameForms::Form* form = forms.Find(FormKind::kPlaceTail, text.substr(tail, n));
    const bool after_place = work.place_ending.contains(begin) ||
                             (k > 0 && work.token_name[k - 1] != kNone &&
                              work.names[work.token_name[k - 1]].type == EntityType::kPlace);
    const uint32_t needed = std::max<uint32_t>(1, static_cast<uint32_t>(form->weight));
    if (chars < needed || (!name_seen && !after_place && chars < 2)) continue;
    work.found.push_back({begin, token.end, EntityType::kPlace, kNone, "",
                          NameForms::RuleOf(*form), 2, false});
    work.place_ending[token.end] = begin;
  }
}

void EntityFinder::Impl::FindOrganisations(Work& work) const {
  const std::string_view text = work.text;
  const auto& tokens = work.tokens;
  auto is_inner = [&](std::string_view s) {
    return forms.Find(FormKind::kOrgInner, s) != nullptr ||
           forms.Find(FormKind::kOrgTail, s) != nullptr ||
           forms.Find(FormKind::kOrgTailWeak, s) != nullptr;
  };
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == Token::kPunctuation || token.kind == Token::kDigits ||
        token.kind == Token::kLatin) {
      continue;
    }
    const uint32_t from = token.begin > 21 ? token.begin - 21 : 0;
    FormKind kind = FormKind::kOrgTail;
    uint32_t n = forms.LongestEndingAt(kind, text, from, token.end);
    const uint32_t weak = forms.LongestEndingAt(FormKind::kOrgTailWeak, text, from, token.end);
    if (weak > n) {
      n = weak;
      kind = FormKind::kOrgTailWeak;
    }
    if (n == 0) continue;
    const uint32_t tail = token.end - n;
    size_t k = work.TokenAt(tail);
    if (k >= tokens.size()) continue;
    uint32_t begin = tokens[k].begin;  // inside a dictionary word: its head belongs to the name
    bool own = false;    // has something that is its own: a name, place, letters, rare characters
    bool place = false;
    uint32_t loose = 0;  // characters that make no word
    if (begin < tail && work.token_name[k] != kNone) own = true;
    while (k > 0 && tokens[k - 1].end == begin) {
      const Token& p = tokens[k - 1];
      const std::string_view s = work.Text(p);
      const uint32_t name = work.token_name[k - 1];
      if (const auto it = work.org_ending.find(begin); it != work.org_ending.end()) {
        begin = it->second;
        own = true;
        break;
      }
      if (const auto it = work.place_ending.find(begin); it != work.place_ending.end()) {
        if (place && it->second >= begin) break;
        begin = it->second;
        while (k > 0 && tokens[k - 1].begin >= begin) --k;
        place = own = true;
        continue;
      }
      if (name != kNone) {
        const EntityType type = work.names[name].type;
        if (type == EntityType::kPlace) {
          place = own = true;
        } else if (type == EntityType::kOrg || type == EntityType::kMedia) {
          begin = p.begin;
          own = true;
          break;
        } else {
          break;
        }
      } else if (place) {
        break;  // a place opens the name
      } else if (p.kind == Token::kPunctuation) {
        // 康平科技(苏州)股份有限公司
        if (s != ")") break;
        size_t open = k - 1;
        while (open > 0 && k - open < 6 && work.Text(tokens[open]) != "(") --open;
        if (work.Text(tokens[open]) != "(" || open + 1 >= k - 1 || open == 0 ||
            tokens[open].begin != tokens[open - 1].end ||
            tokens[open + 1].kind == Token::kDigits || tokens[open + 1].kind == Token::kLatin) {
          break;
        }
        begin = tokens[open].begin;
        k = open;
        continue;
      } else if (p.kind == Token::kLatin) {
        begin = p.begin;
        own = true;
        break;
      } else if (p.kind == Token::kDigits) {
        break;
      } else if (is_inner(s)) {
        // passes
      } else if (forms.Find(FormKind::kStop, s) != nullptr ||
                 forms.Find(FormKind::kTitle, s) != nullptr ||
                 forms.Find(FormKind::kSpeech, s) != nullptr) {
        break;
      } else if (p.kind == Token::kCharacter) {
        if (loose >= 4) break;
        ++loose;
        own = own || loose >= 2;
      } else if (p.kind == Token::kPerson || p.kind == Token::kForeign) {
        if (loose > 0) break;
        own = true;
        begin = p.begin;
        break;
      } else {
        if (own || loose > 0 || p.cost < 98) break;
        own = true;
        loose += 2;
      }
      begin = p.begin;
      --k;
    }
    const NameForms::Form* form = forms.Find(kind, text.substr(tail, n));
    const std::string_view whole = work.Text(begin, token.end);
    if (!own && place) own = true;
    const uint32_t core = begin < tail ? CountCodePoints(work.Text(begin, tail)) : 0;
    if (!own || core < static_cast<uint32_t>(form->weight)) continue;
    if (forms.Find(FormKind::kNotName, whole) != nullptr) continue;
    if (kind == FormKind::kOrgTailWeak) {
      // 新能源汽车 is none; 霁岚科技 is.
      const size_t before = work.TokenAt(begin);
      const bool known = work.token_name[before] != kNone &&
                         work.names[work.token_name[before]].type == EntityType::kOrg;
      if (loose < 2 && !known && tokens[before].kind != Token::kLatin) continue;
    }
    Found found{begin, token.end, EntityType::kOrg, kNone, "", NameForms::RuleOf(*form), 2, false};
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
    work.org_ending[token.end] = begin;
    work.found.push_back(std::move(found));
  }
  // A known place and a body that only then is one: 温州警方.
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const uint32_t end = tokens[i].end;
    uint32_t begin = tokens[i].begin;
    bool place = work.token_name[i] != kNone &&
                 work.names[work.token_name[i]].type == EntityType::kPlace;
    if (const auto it = work.place_ending.find(end); it != work.place_ending.end()) {
      begin = it->second;
      place = true;
    }
    if (!place) continue;
    const uint32_t n = forms.LongestStartingAt(FormKind::kPlaceOrg, text, end);
    if (n == 0 || !work.StartsToken(end + n)) continue;
    const NameForms::Form* form = forms.Find(FormKind::kPlaceOrg, text.substr(end, n));
    work.found.push_back({begin, end + n, EntityType::kOrg, kNone, "", NameForms::RuleOf(*form),
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
      work.found.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(end + kClose.size()),
                            EntityType::kProduct, kNone,
                            std::string(text.substr(from, end - from)), "title marks", 1, false});
      at = end + kClose.size();
    } else {
      at = from;
    }
  }
}

// Neighbouring places become one; then the longest of what overlaps.
void EntityFinder::Impl::Settle(Work& work) const {
  std::vector<Found> all = std::move(work.found);
  for (const Found& name : work.names) all.push_back(name);
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return std::make_tuple(b.end - b.begin, b.priority, a.begin) <
           std::make_tuple(a.end - a.begin, a.priority, b.begin);
  });
  std::vector<uint8_t> taken(work.text.size() + 1, 0);
  work.found.clear();
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
  for (Found& found : work.found) {
    if (!merged.empty() && merged.back().end == found.begin &&
        merged.back().type == EntityType::kPlace && found.type == EntityType::kPlace) {
      merged.back().end = found.end;
      merged.back().entity = found.entity;
      merged.back().rule = found.rule;
      continue;
    }
    merged.push_back(std::move(found));
  }
  work.found = std::move(merged);
}

void EntityFinder::Impl::FollowShortForms(Work& work) const {
  const std::string_view text = work.text;
  // Names this document introduces, and whose they are.
  StringMap<size_t> shorts;
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
    if (found.type != EntityType::kOrg || found.end >= text.size() || text[found.end] != '(') {
      continue;
    }
    // (下称“X”) and its like.
    const size_t close = text.find(')', found.end);
    if (close == std::string_view::npos || close - found.end > 90) continue;
    std::string_view inside = text.substr(found.end + 1, close - found.end - 1);
    const uint32_t lead = forms.LongestStartingAt(FormKind::kAliasLead, inside, 0);
    if (lead == 0) continue;
    inside.remove_prefix(lead);
    if (inside.starts_with(":")) inside.remove_prefix(1);
    for (std::string_view part : Split(inside, ',')) {
      for (std::string_view mark : {"“", "‘", "《", "或"}) {
        if (part.starts_with(mark)) part.remove_prefix(mark.size());
      }
      const size_t stop = std::min({part.find("”"), part.find("’"), part.find("》"), part.size()});
      part = part.substr(0, stop);
      const uint32_t n = CountCodePoints(part);
      if (n >= 2 && n <= 10) shorts.emplace(std::string(part), i);
    }
  }
  if (shorts.empty()) return;
  uint32_t longest = 0;
  for (const auto& [form, i] : shorts) longest = std::max(longest, CountCodePoints(form));
  std::vector<uint8_t> taken(text.size() + 1, 0);
  for (const Found& found : work.found) {
    std::fill(taken.begin() + found.begin, taken.begin() + found.end, 1);
  }
  std::vector<Found> more;
  for (size_t t = 0; t < work.tokens.size(); ++t) {
    const uint32_t begin = work.tokens[t].begin;
    if (taken[begin]) continue;
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
      found.canonical = std::string(work.Text(of.begin, of.end));
    }
    std::fill(taken.begin() + begin, taken.begin() + best, 1);
    more.push_back(std::move(found));
  }
  for (Found& found : more) work.found.push_back(std::move(found));
  std::sort(work.found.begin(), work.found.end(),
            [](const Found& a, const Found& b) { return a.begin < b.begin; });
}

void EntityFinder::Impl::Emit(const Work& work, std::vector<Mention>& out) const {
  for (const Found& found : work.found) {
    Mention mention;
    mention.span = {found.begin, found.end};
    mention.type = MentionType::kEntity;
    mention.rule = found.rule;
    if (found.entity != kNone) {
      const EntityFacts& facts = entities[found.entity];
      mention.entity = {facts.entity_id, facts.canonical, found.type, true};
    } else {
      mention.entity.type = found.type;
      mention.entity.canonical = found.canonical.empty()
                                     ? std::string(work.Text(found.begin, found.end))
                                     : found.canonical;
      mention.entity.entity_id = UnknownEntityId(found.type, mention.entity.canonical);
    }
    out.push_back(std::move(mention));
  }
}

EntityFinder::EntityFinder(const std::vector<TableText>& more, std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>(errors)) {
  std::vector<Table> alias_tables;
  for (std::string_view path : EmbeddedFiles("normalize/rules/entities")) {
    if (!path.ends_with(".tsv")) continue;
    impl_->ReadEntities(
        Table::Read(std::string(path), *EmbeddedFile(path), kEntityColumns, errors), false, errors);
  }
  for (std::string_view path : EmbeddedFiles("normalize/rules/aliases")) {
    if (!path.ends_with(".tsv")) continue;
    impl_->ReadAliases(
        Table::Read(std::string(path), *EmbeddedFile(path), kAliasColumns, errors), errors);
  }
  // The user's entities before the user's aliases, whatever the order of the files.
  for (const TableText& table : more) {
    const auto columns = ColumnsOf(table.text);
    if (Contains(columns, "canonical")) {
      impl_->ReadEntities(Table::Read(table.file, table.text, kEntityColumns, errors), true,
                          errors);
    } else if (Contains(columns, "alias")) {
      alias_tables.push_back(Table::Read(table.file, table.text, kAliasColumns, errors));
    } else {
      errors.push_back({table.file, 1, 1,
                        "no table of entities (columns: entity_id canonical type name_en ticker "
                        "fiscal_year_end home industry) nor of aliases (columns: entity_id alias "
                        "region guard)"});
    }
  }
  for (const Table& table : alias_tables) impl_->ReadAliases(table, errors);
  impl_->Compile();
}

EntityFinder::~EntityFinder() = default;

void EntityFinder::Find(std::string_view match_text, std::string_view region,
                        std::string_view title, std::vector<Mention>& out) const {
  Impl::Work work;
  work.text = match_text;
  work.region = region;
  work.title = title;
  impl_->FindNames(work);
  impl_->FindTickers(work);
  impl_->LinkNames(work);
  impl_->CutWords(work);
  impl_->FindPersons(work);
  impl_->FindPlaces(work);
  impl_->FindOrganisations(work);
  impl_->FindTitles(work);
  impl_->Settle(work);
  impl_->FollowShortForms(work);
  impl_->Emit(work, out);
}

const EntityFacts* EntityFinder::Lookup(std::string_view entity_id) const {
  const auto it = impl_->by_id.find(entity_id);
  return it == impl_->by_id.end() ? nullptr : &impl_->entities[it->second];
}

std::vector<std::pair<std::string, std::string>> EntityFinder::AliasesOf(
    std::string_view entity_id) const {
  std::vector<std::pair<std::string, std::string>> out;
  const auto it = impl_->by_id.find(entity_id);
  if (it == impl_->by_id.end()) return out;
  for (uint32_t i : impl_->aliases_of[it->second]) {
    out.emplace_back(impl_->aliases[i].alias, impl_->aliases[i].region);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace hanfact::extract
