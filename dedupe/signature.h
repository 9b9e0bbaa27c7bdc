// How a document's signature is made, and the limits that bound it. docs/facts.md gives the reasons
// and the measured figures.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hanfact::dedupe {

// Characters in a shingle of the exact check, and in the long ones that make bands: a run that long
// is rarely shared by articles that are not copies, so that one in common is enough to compare.
inline constexpr size_t kShingle = 5;
inline constexpr size_t kLongShingle = 20;
// Distinct shingles kept: all of them up to this number, else the least hashes (a bottom sketch,
// from which Compare estimates within about 2 points).
inline constexpr size_t kMaxShingles = 1024;
// Numbers kept, from the start of the text.
inline constexpr size_t kMaxNumbers = 1024;
// Bands are long shingles, those with the least hashes (an excerpt then has most of those of its
// original that lie within it). Of a text rich in numbers they are taken from those that hold
// kBandDigits digits at least: phrases recur from article to article, figures with the words around
// them hardly do. A text is rich that has kRichShingles of them; another one has all of those,
// kPlainBands of any long shingles, and one-permutation MinHash bands over the 5-grams while it is
// so short (kMinHashBelow shingles) that a few changed words touch every long one. Head bands are
// taken in the same way from the first kHeadSize characters, which a teaser shares with its
// article.
inline constexpr size_t kBandDigits = 3;
inline constexpr size_t kBodyBands = 32;
inline constexpr size_t kRichShingles = 16;
inline constexpr size_t kPlainBands = 16;
inline constexpr size_t kHeadBands = 4;
inline constexpr size_t kHeadSize = 100;
inline constexpr size_t kMinHashBands = 8;
inline constexpr size_t kMinHashRows = 4;
inline constexpr size_t kMinHashBelow = 200;

// A band tells its family by its last two bits.
enum class BandFamily : uint64_t { kBody = 0, kHead = 1, kMinHash = 2 };
[[nodiscard]] inline BandFamily FamilyOf(uint64_t band) {
  return static_cast<BandFamily>(band & 3);
}

// A number of the signature: which number it is, and the characters around it.
[[nodiscard]] inline uint32_t NumberHash(uint64_t number) {
  return static_cast<uint32_t>(number >> 32);
}
[[nodiscard]] inline uint32_t ContextHash(uint64_t number) { return static_cast<uint32_t>(number); }

}  // namespace hanfact::dedupe
