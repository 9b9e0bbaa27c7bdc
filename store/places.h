// How the place of a fact in its aspect is stored (store/schema/0005_aspects.sql). Private to
// store/.
#pragma once

#include <cstdint>

#include "base/story.h"

namespace hanfact::store {

// The key's hash with a sign, and both ends in six bytes.
inline int64_t StoredKey(const FactPlace& place) {
  return static_cast<int64_t>(place.key) - 0x80000000LL;
}
inline int64_t StoredReach(const FactPlace& place) {
  return (static_cast<int64_t>(place.low) << 24 | place.high) - (1LL << 47);
}
inline FactPlace PlaceOf(int64_t key, int64_t reach) {
  const int64_t ends = reach + (1LL << 47);
  return {static_cast<uint32_t>(key + 0x80000000LL), static_cast<uint32_t>(ends >> 24),
          static_cast<uint32_t>(ends & 0xffffff)};
}

}  // namespace hanfact::store
