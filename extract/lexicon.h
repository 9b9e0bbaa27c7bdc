// The lexicon of names as the finder of entities reads it. Inside extract/ only: extract/entities.h
// is the door.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/table.h"
#include "extract/quantities.h"
#include "normalize/name_trie.h"

namespace hanfact::extract {

// What the lexicon knows of an entity besides its name. The texts live as long as the lexicon.
struct EntityFacts {
  std::string_view entity_id, canonical, name_en, ticker, home, industry;
  EntityType type = EntityType::kOrg;
  int fiscal_year_end = 0;  // month, 0 unknown
};

// Code and market of a lexicon ticker (000001.SZ, NVDA, NVDA.US) or of a written one
// (NVDA-US, NASDAQ:NVDA, 00998.HK). The market is empty where none stands, the code where the text
// is no ticker.
struct Ticker {
  std::string code;
  std::string_view market;
};
[[nodiscard]] Ticker ParseTicker(std::string_view text);
// Parts of a field separated by any of some characters, without white space around them.
[[nodiscard]] std::vector<std::string_view> Parts(std::string_view field,
                                                  std::string_view separators);

// Whether the text is one or more Han characters.
[[nodiscard]] bool IsHanText(std::string_view text);

// Ids of places: place:cn, place:cn-44 (province), place:cn-4403 (prefecture), place:cn-440305.
inline constexpr std::string_view kCountryId = "place:";
inline constexpr std::string_view kDivisionId = "place:cn-";

// Entities, aliases and the trie of all names, in one image (base/flat_image.h). That of the
// embedded tables is made when the program is built (cmake/LexiconImage.cmake), so that using it
// takes no time; with tables of the user's own it is made anew at the start.
class Lexicon {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Alias {
    uint32_t entity = 0;
    uint32_t name = 0;        // index of its text in the trie
    std::string_view region;  // as in the table; parts by blank, comma or |
    bool ctx = false;
    bool anywhere = false;  // the region's word, but it means nothing else elsewhere
    bool derived = false;  // 靖安 of 靖安县: links behind 江西, in lists, or if the text has the whole
    bool no_dot_before = false, no_dot_after = false;  // 库克 is not in 库克·某某 (guard 库克·)
    uint32_t table = 0, line = 0;  // where it stands
  };
  // A text of the trie: an alias, or a longer word that guards some.
  struct Name {
    std::span<const uint32_t> owners;   // aliases with this text
    std::span<const uint32_t> guarded;  // aliases this text is a guard word of
    uint32_t chars = 0;
    bool han = false;
  };

  // The image of the embedded tables and `more` (--lexicon). Problems go to `errors`; rows that are
  // sound are in it all the same. Linear in the tables.
  [[nodiscard]] static std::string Compile(const std::vector<TableText>& more,
                                           std::vector<TableError>& errors);
  // The image built into the program: that of Compile({}).
  [[nodiscard]] static std::string_view Embedded();

  // The lexicon of the embedded tables and `more`.
  Lexicon(const std::vector<TableText>& more, std::vector<TableError>& errors);

  [[nodiscard]] size_t entities() const { return entities_.size(); }
  [[nodiscard]] EntityFacts Entity(uint32_t entity) const;
  [[nodiscard]] std::string_view IdOf(uint32_t entity) const { return At(entities_[entity].id); }
  [[nodiscard]] EntityType TypeOf(uint32_t entity) const {
    return static_cast<EntityType>(entities_[entity].type);
  }
  // The aliases of an entity, its canonical name first.
  [[nodiscard]] std::span<const uint32_t> AliasesOf(uint32_t entity) const {
    return alias_ids_.subspan(entities_[entity].aliases.begin, entities_[entity].aliases.size);
  }
  // The entity of an id, kNone for one that is not known.
  [[nodiscard]] uint32_t Find(std::string_view entity_id) const;
  // The entities with a code (600519, NVDA), ascending.
  [[nodiscard]] std::span<const uint32_t> Coded(std::string_view code) const;
  [[nodiscard]] Alias AliasAt(uint32_t alias) const {
    const AliasRow& row = aliases_[alias];
    const auto is = [&row](uint32_t flag) { return (row.flags & flag) != 0; };
    return {row.entity,         row.name,           At(row.region),     is(kCtx), is(kAnywhere),
            is(kDerived),       is(kNoDotBefore),   is(kNoDotAfter),    row.table, row.line};
  }
  [[nodiscard]] std::string_view TextOf(const Alias& alias) const {
    return trie_->NameAt(alias.name);
  }
  [[nodiscard]] Name NameAt(uint32_t name) const {
    const NameRow& row = names_[name];
    return {numbers_.subspan(row.owners.begin, row.owners.size),
            numbers_.subspan(row.guarded.begin, row.guarded.size), row.chars, row.han != 0};
  }
  // The file name of a table of aliases or entities.
  [[nodiscard]] std::string_view TableName(uint32_t table) const { return At(tables_[table]); }
  [[nodiscard]] const normalize::NameTrie& trie() const { return *trie_; }

 private:
  struct Range {
    uint32_t begin = 0, size = 0;
  };
  struct EntityRow {
    Range id, canonical, name_en, ticker, home, industry;  // of texts_
    Range aliases;                                         // of alias_ids_
    uint32_t type = 0, fiscal_year_end = 0;
  };
  enum AliasFlag : uint32_t {
    kCtx = 1,
    kAnywhere = 2,
    kDerived = 4,
    kNoDotBefore = 8,
    kNoDotAfter = 16,
  };
  struct AliasRow {
    uint32_t entity = 0, name = 0;
    Range region;  // of texts_
    uint32_t table = 0, line = 0, flags = 0;
  };
  struct NameRow {
    Range owners, guarded;  // of numbers_
    uint32_t chars = 0, han = 0;
  };
  struct CodeRow {
    Range code;      // of texts_
    Range entities;  // of numbers_
  };
  class Builder;

  [[nodiscard]] std::string_view At(Range range) const {
    return texts_.substr(range.begin, range.size);
  }

  std::string made_;  // the image, where it is none of the program's
  std::string_view texts_;
  std::span<const EntityRow> entities_;
  std::span<const uint32_t> id_slots_;  // open addressing: entities by the hash of their id
  std::span<const uint32_t> alias_ids_;
  std::span<const AliasRow> aliases_;
  std::span<const NameRow> names_;
  std::span<const uint32_t> numbers_;
  std::span<const CodeRow> codes_;  // sorted
  std::span<const Range> tables_;
  std::optional<normalize::NameTrie> trie_;
};

}  // namespace hanfact::extract
