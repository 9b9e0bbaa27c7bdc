// Makes the lexicon's image of its tables: when the program is built, and at its start where the user
// has tables of names.
#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/flat_image.h"
#include "base/hash.h"
#include "base/text.h"
#include "extract/lexicon.h"

namespace hanfact::extract {
namespace {

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

}  // namespace

bool IsHanText(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    if (!IsHan(CodePointAt(text, i))) return false;
  }
  return !text.empty();
}

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

class Lexicon::Builder {
 public:
  Builder(const std::vector<TableText>& more, std::vector<TableError>& errors);
  [[nodiscard]] std::string Image() const;

 private:
  struct Written {  // an alias as its table has it
    uint32_t entity = 0;
    std::string_view alias, region;
    uint32_t flags = 0;  // AliasFlag
    std::vector<std::string_view> guards;
    uint32_t table = 0, line = 0;
  };
  struct Use {  // of a text
    std::vector<uint32_t> owners, guarded;
  };

  [[nodiscard]] static Written Plain(uint32_t entity, std::string_view name, uint32_t table,
                                     uint32_t line) {
    return {entity, name, {}, 0, {}, table, line};
  }
  void ReadEntities(Table read, bool user, std::vector<TableError>& errors);
  void ReadAliases(Table read, bool user, std::vector<TableError>& errors);
  void AddAlias(Written alias);
  void DeriveCountyNames();
  uint32_t NameOf(std::string_view text);
  [[nodiscard]] bool IsMaker(std::string_view name) const;
  [[nodiscard]] bool Redundant(const Written& alias) const;
  void CollectNames();
  void CollectCodes();

  std::deque<Table> tables_;  // what all views point into
  std::vector<EntityFacts> entities_;
  std::unordered_map<std::string_view, uint32_t> by_id_;
  std::vector<Written> aliases_;
  std::vector<std::vector<uint32_t>> aliases_of_;        // entity -> aliases
  std::unordered_map<uint64_t, uint32_t> alias_index_;   // hash of entity and alias -> index
  std::vector<std::string_view> names_;
  std::vector<Use> uses_;
  std::unordered_map<std::string_view, uint32_t> index_;  // text of an alias or guard -> name
  std::map<std::string, std::vector<uint32_t>> codes_;   // code -> entities
};

void Lexicon::Builder::ReadEntities(Table read, bool user, std::vector<TableError>& errors) {
  const auto source = static_cast<uint32_t>(tables_.size());
  const Table& table = tables_.emplace_back(std::move(read));
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
    uint32_t index;
    if (const auto it = by_id_.find(facts.entity_id); it != by_id_.end()) {
      if (!user) {
        errors.push_back(table.ErrorAt(row, "entity_id",
                                       "entity '" + std::string(facts.entity_id) + "' is in another table"));
        continue;
      }
      index = it->second;
      entities_[index] = facts;
    } else {
      index = static_cast<uint32_t>(entities_.size());
      by_id_.emplace(facts.entity_id, index);
      entities_.push_back(facts);
      aliases_of_.emplace_back();
    }
    AddAlias(Plain(index, facts.canonical, source, row.line));
    if (CountCodePoints(facts.name_en) >= 2) {
      AddAlias(Plain(index, facts.name_en, source, row.line));
    }
  }
}

void Lexicon::Builder::ReadAliases(Table read, bool user, std::vector<TableError>& errors) {
  const auto source = static_cast<uint32_t>(tables_.size());
  const Table& table = tables_.emplace_back(std::move(read));
  for (const Table::Row& row : table.rows()) {
    const std::string& id = table.Get(row, "entity_id");
    const auto entity = by_id_.find(id);
    if (entity == by_id_.end()) {
      errors.push_back(table.ErrorAt(row, "entity_id", "no entity '" + id + "' in the lexicon"));
      continue;
    }
    Written alias;
    alias.entity = entity->second;
    alias.alias = table.Get(row, "alias");
    alias.region = table.Get(row, "region");
    alias.table = source;
    alias.line = row.line;
    if (CountCodePoints(alias.alias) < 2) {
      errors.push_back(table.ErrorAt(row, "alias", "alias of fewer than two characters"));
      continue;
    }
    bool sound = true;
    for (std::string_view part : Parts(table.Get(row, "guard"), "|")) {
      if (part == "ctx") {
        alias.flags |= kCtx;
      } else if (part == "any") {
        alias.flags |= kAnywhere;
      } else if (part == std::string(alias.alias) + "·") {
        // Dots in a name may be missing in the text: as a longer word it would be the alias itself.
        alias.flags |= kNoDotAfter;
      } else if (part == "·" + std::string(alias.alias)) {
        alias.flags |= kNoDotBefore;
      } else if (user && (part == alias.alias ||
                          part.find(alias.alias) == std::string_view::npos)) {
        errors.push_back(table.ErrorAt(row, "guard",
                                       "guard '" + std::string(part) + "' does not contain '" +
                                           std::string(alias.alias) + "' in a longer word"));
        sound = false;
      } else {
        alias.guards.emplace_back(part);
      }
    }
    if (sound) AddAlias(std::move(alias));
  }
}

void Lexicon::Builder::AddAlias(Written alias) {
  // Seeds that differ by one make names of three letters that do collide: PS3 and PS4 of
  // neighbouring entities.
  const uint64_t key = Hash64(alias.alias, Hash64(entities_[alias.entity].entity_id));
  const auto [it, added] = alias_index_.emplace(key, static_cast<uint32_t>(aliases_.size()));
  if (!added) {
    aliases_[it->second] = std::move(alias);
    return;
  }
  aliases_of_[alias.entity].push_back(static_cast<uint32_t>(aliases_.size()));
  aliases_.push_back(std::move(alias));
}

// Counties and their like are written without their last character behind their province, districts
// behind their town.
void Lexicon::Builder::DeriveCountyNames() {
  const size_t rows = aliases_.size();
  std::unordered_set<uint64_t> known;
  known.reserve(aliases_.size() * 2);
  for (const Written& alias : aliases_) known.insert(Hash64(alias.alias, 0));
  for (size_t i = 0; i < rows; ++i) {
    const Written& alias = aliases_[i];
    const std::string_view id = entities_[alias.entity].entity_id;
    if (!id.starts_with(kDivisionId) || id.size() != kDivisionId.size() + 6 ||
        alias.alias != entities_[alias.entity].canonical || alias.alias.size() < 9) {
      continue;
    }
    const std::string_view whole = alias.alias;
    if (!whole.ends_with("县") && !whole.ends_with("市") && !whole.ends_with("区")) continue;
    const std::string_view stem = whole.substr(0, whole.size() - 3);
    // 林区 and 新区 say what it is.
    if (stem.ends_with("新") || stem.ends_with("林") || stem.ends_with("矿")) continue;
    // One that means something else as well has a row of its own, if any.
    if (known.contains(Hash64(stem, 0))) continue;
    Written derived = Plain(alias.entity, stem, alias.table, alias.line);
    derived.flags = kCtx | kDerived;
    AddAlias(std::move(derived));
  }
}

uint32_t Lexicon::Builder::NameOf(std::string_view text) {
  const auto [it, added] = index_.emplace(text, static_cast<uint32_t>(names_.size()));
  if (added) {
    names_.push_back(text);
    uses_.emplace_back();
  }
  return it->second;
}

namespace {

std::string AsciiLower(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

}  // namespace

// Whether an organisation has the name.
bool Lexicon::Builder::IsMaker(std::string_view name) const {
  const auto it = index_.find(Trim(name));
  if (it == index_.end()) return false;
  const std::vector<uint32_t>& owners = uses_[it->second].owners;
  return std::any_of(owners.begin(), owners.end(), [&](uint32_t owner) {
    return entities_[aliases_[owner].entity].type == EntityType::kOrg;
  });
}

// 英伟达H800 is maker and product, Blackwell芯片 a product and what it is: where the shorter name is
// the product's too, the longer one would only hide it.
bool Lexicon::Builder::Redundant(const Written& alias) const {
  const std::string whole = AsciiLower(alias.alias);
  for (uint32_t other : aliases_of_[alias.entity]) {
    const std::string part = AsciiLower(aliases_[other].alias);
    if (part.size() >= whole.size() || (aliases_[other].flags & kCtx) != 0) continue;
    if (whole.ends_with(part) &&
        IsMaker(alias.alias.substr(0, whole.size() - part.size()))) {
      return true;
    }
    if (!whole.starts_with(part) || IsHanText(part)) continue;
    const std::string_view rest = Trim(std::string_view(whole).substr(part.size()));
    if ((IsHanText(rest) && rest != "系列") || rest == "gpu") return true;
  }
  return false;
}

void Lexicon::Builder::CollectNames() {
  index_.reserve(aliases_.size() * 2);
  names_.reserve(aliases_.size() * 2);
  uses_.reserve(aliases_.size() * 2);
  for (uint32_t i = 0; i < aliases_.size(); ++i) {
    uses_[NameOf(aliases_[i].alias)].owners.push_back(i);
    for (std::string_view guard : aliases_[i].guards) uses_[NameOf(guard)].guarded.push_back(i);
  }
  for (uint32_t i = 0; i < aliases_.size(); ++i) {
    if (entities_[aliases_[i].entity].type == EntityType::kProduct && Redundant(aliases_[i])) {
      std::erase(uses_[index_.find(aliases_[i].alias)->second].owners, i);
    }
  }
}

void Lexicon::Builder::CollectCodes() {
  // Codes stand among the aliases as well.
  for (const Written& alias : aliases_) {
    if (alias.alias.find_first_of(".-:") == std::string_view::npos) continue;
    const Ticker ticker = ParseTicker(alias.alias);
    if (!ticker.code.empty() && !ticker.market.empty()) {
      codes_[ticker.code].push_back(alias.entity);
    }
  }
  for (uint32_t i = 0; i < entities_.size(); ++i) {
    for (std::string_view part : Parts(entities_[i].ticker, " ,;|/")) {
      const Ticker ticker = ParseTicker(part);
      if (!ticker.code.empty()) codes_[ticker.code].push_back(i);
    }
  }
  for (auto& [code, owners] : codes_) {
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  }
}

Lexicon::Builder::Builder(const std::vector<TableText>& more, std::vector<TableError>& errors) {
  constexpr size_t kEntities = 1 << 14, kAliases = 1 << 16;  // about what there are
  entities_.reserve(kEntities);
  by_id_.reserve(kEntities);
  aliases_of_.reserve(kEntities);
  aliases_.reserve(kAliases);
  alias_index_.reserve(kAliases);
  std::vector<Table> alias_tables;
  for (std::string_view path : EmbeddedFiles("normalize/rules/entities")) {
    if (!path.ends_with(".tsv")) continue;
    ReadEntities(Table::Read(std::string(path), *EmbeddedFile(path), kEntityColumns, errors), false,
                 errors);
  }
  for (std::string_view path : EmbeddedFiles("normalize/rules/aliases")) {
    if (!path.ends_with(".tsv")) continue;
    ReadAliases(Table::Read(std::string(path), *EmbeddedFile(path), kAliasColumns, errors), false,
                errors);
  }
  // The user's entities before the user's aliases, whatever the order of the files.
  for (const TableText& table : more) {
    const auto columns = ColumnsOf(table.text);
    if (Contains(columns, "canonical")) {
      ReadEntities(Table::Read(table.file, table.text, kEntityColumns, errors), true, errors);
    } else if (Contains(columns, "alias")) {
      alias_tables.push_back(Table::Read(table.file, table.text, kAliasColumns, errors));
    } else {
      errors.push_back({table.file, 1, 1,
                        "no table of entities (columns: entity_id canonical type name_en ticker "
                        "fiscal_year_end home industry) nor of aliases (columns: entity_id alias "
                        "region guard)"});
    }
  }
  for (Table& table : alias_tables) ReadAliases(std::move(table), true, errors);
  DeriveCountyNames();
  CollectNames();
  CollectCodes();
}

std::string Lexicon::Builder::Image() const {
  std::string texts;
  auto text = [&](std::string_view t) {
    const Range range{static_cast<uint32_t>(texts.size()), static_cast<uint32_t>(t.size())};
    texts += t;
    return range;
  };
  std::unordered_map<std::string_view, Range> known;
  auto shared = [&](std::string_view t) {  // for what comes many times
    const auto it = known.find(t);
    return it != known.end() ? it->second : known.emplace(t, text(t)).first->second;
  };
  std::vector<uint32_t> numbers;
  auto list = [&](const std::vector<uint32_t>& of) {
    const Range range{static_cast<uint32_t>(numbers.size()), static_cast<uint32_t>(of.size())};
    numbers.insert(numbers.end(), of.begin(), of.end());
    return range;
  };
  std::vector<EntityRow> entities;
  std::vector<uint32_t> alias_ids;
  size_t slots = 1024;
  while (slots < entities_.size() * 2) slots *= 2;
  std::vector<uint32_t> id_slots(slots, kNone);
  for (uint32_t i = 0; i < entities_.size(); ++i) {
    const EntityFacts& e = entities_[i];
    const Range aliases{static_cast<uint32_t>(alias_ids.size()),
                        static_cast<uint32_t>(aliases_of_[i].size())};
    alias_ids.insert(alias_ids.end(), aliases_of_[i].begin(), aliases_of_[i].end());
    entities.push_back({text(e.entity_id), text(e.canonical), text(e.name_en), text(e.ticker),
                        shared(e.home), shared(e.industry), aliases, static_cast<uint32_t>(e.type),
                        static_cast<uint32_t>(e.fiscal_year_end)});
    size_t slot = Hash64(e.entity_id) & (slots - 1);
    while (id_slots[slot] != kNone) slot = (slot + 1) & (slots - 1);
    id_slots[slot] = i;
  }
  std::vector<AliasRow> aliases;
  for (const Written& a : aliases_) {
    aliases.push_back({a.entity, index_.find(a.alias)->second, shared(a.region), a.table, a.line,
                       a.flags});
  }
  std::vector<NameRow> names;
  for (size_t i = 0; i < names_.size(); ++i) {
    names.push_back({list(uses_[i].owners), list(uses_[i].guarded), CountCodePoints(names_[i]),
                     IsHanText(names_[i]) ? 1u : 0u});
  }
  std::vector<CodeRow> codes;
  for (const auto& [code, owners] : codes_) codes.push_back({text(code), list(owners)});
  std::vector<Range> tables;
  for (const Table& table : tables_) tables.push_back(text(BaseName(table.file())));
  FlatWriter writer;
  writer.AddBytes(texts);
  writer.Add(entities);
  writer.Add(id_slots);
  writer.Add(alias_ids);
  writer.Add(aliases);
  writer.Add(names);
  writer.Add(numbers);
  writer.Add(codes);
  writer.Add(tables);
  const std::string trie = normalize::NameTrie::Compile(names_);
  writer.AddBytes(trie);
  return writer.Finish();
}

std::string Lexicon::Compile(const std::vector<TableText>& more, std::vector<TableError>& errors) {
  return Builder(more, errors).Image();
}

}  // namespace hanfact::extract
