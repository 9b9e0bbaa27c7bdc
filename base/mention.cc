#include "base/mention.h"

#include "base/enum_names.h"
#include "base/hash.h"

namespace hanfact {
namespace {
constexpr std::string_view kEntityTypes[] = {"ORG", "PERSON", "PRODUCT", "PLACE", "MEDIA", "INDEX"};
constexpr std::string_view kMentionTypes[] = {"number", "ordinal", "quantity",
                                              "period", "set",     "entity"};
}  // namespace

std::string_view ToString(EntityType type) { return EnumName(kEntityTypes, type); }
std::optional<EntityType> ParseEntityType(std::string_view name) {
  return EnumValue<EntityType>(kEntityTypes, name);
}
std::string_view ToString(MentionType type) { return EnumName(kMentionTypes, type); }

std::string UnknownEntityId(EntityType type, std::string_view canonical) {
  std::string id = IdentityHash().Add(ToString(type)).Add(canonical).Hex128();
  id.resize(16);
  return "x:" + std::move(id);
}

}  // namespace hanfact
