#include "extract/entities.h"

#include <algorithm>

#include "extract/entity_steps.h"

namespace hanfact::extract {

using normalize::NameTrie;

bool IsDivision(std::string_view id) {
  return id.size() > kDivisionId.size() && id.starts_with(kDivisionId) &&
         IsAsciiDigit(static_cast<unsigned char>(id[kDivisionId.size()]));
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
      &Impl::FindNames,         &Impl::FindTickers,        &Impl::LinkNames,
      &Impl::CutWords,          &Impl::AgreeOnPersons,     &Impl::FindPersons,
      &Impl::FindListedPersons, &Impl::DropCounted,        &Impl::FindPlaces,
      &Impl::FindOrganisations, &Impl::FindSites,          &Impl::FindShortBodies,
      &Impl::FindSubsidiaries,  &Impl::FindBodiesOfPlaces, &Impl::FindTitles,
      &Impl::FindModels,        &Impl::TurnTeams,          &Impl::Settle,
      &Impl::JoinBranches,      &Impl::JoinBracketed,      &Impl::FollowShortForms,
      &Impl::FollowOutlet,      &Impl::DropPassing};
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
