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
// Bands are runs of numbers: one number after another of the text until they have kRunDigits digits
// between them (those of dates count as one), the words around them left out, since copies change
// words and keep numbers; and long shingles that hold kBandDigits digits. Of either those with the
// least hashes (an excerpt then has most of those of its original that lie within it). Phrases
// recur from article to article, several figures in a row do not. A text is rich that has kRichRuns
// runs, or kRichShingles long shingles with digits, of which it then has more bands; another one
// has kPlainBands of any long shingles too, and one-permutation MinHash bands over the 5-grams
// while it is so short (kMinHashBelow shingles) that a few changed words touch every long one. Head
// bands are taken in the same way from the long shingles of the first kHeadSize characters, which a
// teaser shares with its article.
inline constexpr size_t kRunDigits = 6;
inline constexpr size_t kLongestRun = 8;  // numbers
inline constexpr size_t kRunBands = 20;
inline constexpr size_t kRichRuns = 4;
inline constexpr size_t kBandDigits = 3;
inline constexpr size_t kDigitBands = 8;
inline constexpr size_t kRichShingles = 16;
inline constexpr size_t kPlainBands = 16;
inline constexpr size_t kHeadBands = 4;
inline constexpr size_t kHeadSize = 100;
inline constexpr size_t kMinHashBands = 8;
inline constexpr size_t kMinHashRows = 4;
inline constexpr size_t kMinHashBelow = 200;

// A band tells its family by its last two bits.
enum class BandFamily : uint64_t { kBody = 0, kHead = 1, kMinHash = 2, kRun = 3 };
[[nodiscard]] inline BandFamily FamilyOf(uint64_t band) {
  return static_cast<BandFamily>(band & 3);
}

// A number of the signature: which number it is, and the characters around it.
[[nodiscard]] inline uint32_t NumberHash(uint64_t number) {
  return static_cast<uint32_t>(number >> 32);
}
[[nodiscard]] inline uint32_t ContextHash(uint64_t number) { return static_cast<uint32_t>(number); }

}  // namespace hanfact::dedupe
