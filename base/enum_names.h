// Names of enums that appear in the database and JSON: one array per enum, in declaration order.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace hanfact {

template <class Enum, size_t N>
[[nodiscard]] constexpr std::string_view EnumName(const std::string_view (&names)[N], Enum value) {
  return names[static_cast<size_t>(value)];
}

template <class Enum, size_t N>
[[nodiscard]] constexpr std::optional<Enum> EnumValue(const std::string_view (&names)[N],
                                                      std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace hanfact
