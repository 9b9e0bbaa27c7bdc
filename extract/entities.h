// Finds entities in a match view: lexicon names, and names recognised by their form.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/table.h"
#include "extract/lexicon.h"

namespace hanfact::extract {

class EntityFinder {
 public:
  // Reads the embedded normalize/rules/entities*.tsv, aliases*.tsv and extract/rules/name_forms.tsv
  // and `more` (--lexicon: tables with the columns of either; an alias row whose entity_id is a
  // lexicon one adds to it). Problems go to `errors`.
  EntityFinder(const std::vector<TableText>& more, std::vector<TableError>& errors);
  ~EntityFinder();

  // Appends every entity of the text, in text order, disjoint among themselves. Longest match wins;
  // an alias with two owners, or with a `ctx` guard, is linked only where the document decides it.
  // Short forms introduced in the document (下称“X”) are resolved in the rest of it. `region` tells
  // regional aliases apart; `title` gives context and no mentions. Linear; never fails.
  void Find(std::string_view match_text, std::string_view region, std::string_view title,
            std::vector<Mention>& out) const;

  // Find() of several texts, each step for all of them before the next: so its tables and its code
  // are fetched from memory once, not once a text.
  struct Text {
    std::string_view match_text, region, title;
    std::vector<Mention>* out = nullptr;
  };
  void FindEach(const std::vector<Text>& texts) const;

  // False where the text has no name of the lexicon, no letter and no digit: Find() then finds
  // nothing there that the lexicon knows. One walk over the text.
  [[nodiscard]] bool MayKnow(std::string_view match_text) const;

  // nullopt for an id the lexicon does not know; the texts live as long as the finder.
  [[nodiscard]] std::optional<EntityFacts> Lookup(std::string_view entity_id) const;
  // All aliases of a lexicon entity, (alias, region), sorted; the canonical name among them.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> AliasesOf(
      std::string_view entity_id) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::extract
