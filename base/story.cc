#include "base/story.h"

#include "base/enum_names.h"

namespace hanfact {
namespace {
constexpr std::string_view kRoles[] = {"original", "duplicate", "near_duplicate", "excerpt"};
constexpr std::string_view kRelations[] = {"identical", "consistent", "converted"};
constexpr std::string_view kLinks[] = {"revision",        "forecast_actual",  "different_scope",
                                       "different_basis", "different_period", "contradiction",
                                       "typo_suspect"};
}  // namespace

std::string_view ToString(StoryRole role) { return EnumName(kRoles, role); }
std::optional<StoryRole> ParseStoryRole(std::string_view name) {
  return EnumValue<StoryRole>(kRoles, name);
}
std::string_view ToString(ClaimRelation relation) { return EnumName(kRelations, relation); }
std::string_view ToString(FactRelation relation) { return EnumName(kLinks, relation); }

}  // namespace hanfact
