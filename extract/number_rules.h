// The tables around numbers, as the scanner asks for them (private to extract/; the door is
// quantities.h): units, hedges, words that a number is a part of.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "base/quantity.h"
#include "extract/quantities.h"
#include "normalize/by_character.h"
#include "normalize/unit.h"

namespace hanfact::extract {

enum class HedgeSide { kPrefix, kSuffix, kFiller, kDistant };

struct Hedge {
  std::string surface;
  HedgeSide side = HedgeSide::kPrefix;
  Bound bound = Bound::kExact;
  normalize::Guard guard;
};

enum class GuardWordKind { kWord, kBefore, kAfter };

struct GuardWord {
  std::string surface, rule;
  GuardWordKind kind = GuardWordKind::kWord;
  normalize::Guard guard;
};

// A unit whose tenths follow without a name: 一米八, 三十七度五, 两块五.
struct UnitTail {
  std::string surface;
  size_t digits = 1;  // at most
  normalize::Guard guard;
};

// A numeral character inside a guard word.
struct NumeralInWord {
  uint32_t word = 0, offset = 0;
  char32_t before = 0, behind = 0;  // the word's characters beside it, 0 where it has none
};

// Which characters stand beside numerals in guard words: bits of a hash, so that nearly all
// numerals of a text are told to be in none without a walk through the words that have them.
class NeighbourBits {
 public:
  void Add(char32_t numeral, char32_t before, char32_t behind) {
    // The one in front says enough where there is one.
    if (before != 0) {
      bits_.set(Bit(numeral, before, 0));
    } else {
      bits_.set(Bit(numeral, behind, 1));
    }
  }
  [[nodiscard]] bool MayBeWord(char32_t numeral, char32_t before, char32_t behind) const {
    return bits_[Bit(numeral, before, 0)] || bits_[Bit(numeral, behind, 1)] ||
           bits_[Bit(numeral, 0, 1)];
  }

 private:
  static constexpr size_t kBits = 1 << 15;  // 4 KiB: stays in the cache
  static size_t Bit(char32_t numeral, char32_t neighbour, uint32_t side) {
    return (static_cast<uint32_t>(numeral) * 0x9E3779B1u ^
            (static_cast<uint32_t>(neighbour) * 2 + side) * 0x85EBCA6Bu) >>
           17;
  }
  std::bitset<kBits> bits_;
};

// The surfaces around numbers, by the character they are found at.
struct NumberRules {
  normalize::UnitTable units;
  std::vector<Hedge> hedges;
  normalize::ByCharacter<uint32_t> hedges_by_last, hedges_by_first, fillers_by_last;
  std::vector<uint32_t> distant;
  std::vector<UnitTail> tails;
  std::vector<GuardWord> words;
  // For words with numeral characters inside, by that character.
  normalize::ByCharacter<NumeralInWord> words_by_numeral;
  NeighbourBits neighbours;  // of the numerals in words
  normalize::ByCharacter<uint32_t> before_by_last, after_by_first;
  std::bitset<0x10000> starts;  // characters a number can begin at
};

// The rules built into the program, with `more_units` added; what is wrong with a row is an error.
[[nodiscard]] NumberRules LoadNumberRules(const std::vector<TableText>& more_units,
                                          std::vector<TableError>& errors);

}  // namespace hanfact::extract
