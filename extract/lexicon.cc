#include "extract/lexicon.h"

#include <algorithm>

#include "base/flat_image.h"
#include "base/hash.h"

extern "C" {
// Of cmake/LexiconImage.cmake.
extern const char hanfact_lexicon_image[], hanfact_lexicon_image_end[];
}

namespace hanfact::extract {

std::string_view Lexicon::Embedded() {
  return {hanfact_lexicon_image,
          static_cast<size_t>(hanfact_lexicon_image_end - hanfact_lexicon_image)};
}

Lexicon::Lexicon(const std::vector<TableText>& more, std::vector<TableError>& errors) {
  if (!more.empty()) made_ = Compile(more, errors);
  FlatReader reader(more.empty() ? Embedded() : std::string_view(made_));
  texts_ = reader.NextBytes();
  entities_ = reader.Next<EntityRow>();
  id_slots_ = reader.Next<uint32_t>();
  alias_ids_ = reader.Next<uint32_t>();
  aliases_ = reader.Next<AliasRow>();
  names_ = reader.Next<NameRow>();
  numbers_ = reader.Next<uint32_t>();
  codes_ = reader.Next<CodeRow>();
  tables_ = reader.Next<Range>();
  trie_.emplace(normalize::NameTrie::Lies::kInImage, reader.NextBytes());
}

EntityFacts Lexicon::Entity(uint32_t entity) const {
  const EntityRow& row = entities_[entity];
  return {At(row.id),       At(row.canonical),
          At(row.name_en),  At(row.ticker),
          At(row.home),     At(row.industry),
          TypeOf(entity),   static_cast<int>(row.fiscal_year_end)};
}

uint32_t Lexicon::Find(std::string_view entity_id) const {
  const size_t mask = id_slots_.size() - 1;
  for (size_t i = Hash64(entity_id) & mask; id_slots_[i] != kNone; i = (i + 1) & mask) {
    if (IdOf(id_slots_[i]) == entity_id) return id_slots_[i];
  }
  return kNone;
}

std::span<const uint32_t> Lexicon::Coded(std::string_view code) const {
  const auto row =
      std::lower_bound(codes_.begin(), codes_.end(), code,
                       [this](const CodeRow& r, std::string_view c) { return At(r.code) < c; });
  if (row == codes_.end() || At(row->code) != code) return {};
  return numbers_.subspan(row->entities.begin, row->entities.size);
}

}  // namespace hanfact::extract
