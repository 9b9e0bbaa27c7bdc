#include "base/quantity.h"

#include "base/enum_names.h"

namespace hanfact {
namespace {
constexpr std::string_view kBounds[] = {"exact",     "about",   "more_than", "at_least",
                                        "less_than", "at_most", "nearly",    "range"};
}  // namespace

std::string_view ToString(Bound bound) { return EnumName(kBounds, bound); }
std::optional<Bound> ParseBound(std::string_view name) { return EnumValue<Bound>(kBounds, name); }

}  // namespace hanfact
