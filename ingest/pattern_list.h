// Many regular expressions asked of one line, nearly always for a no. Inside ingest/ only.
#pragma once

#include <re2/re2.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "normalize/late_pattern.h"

namespace hanfact::ingest {

// Patterns numbered in the order they were added. What a line must hold for a pattern to match
// (责任编辑 or 责编, and a Han character behind it) is read off the pattern; a walk over the line
// tells which of them can match, and only those are asked, each compiled when it is first asked.
// Before that one RE2::Set held them all: compiling it took 0.1 s of every run, and asking it
// walked each line to its end twice.
class PatternList {
 public:
  explicit PatternList(const RE2::Options& options) : options_(options) {}
  PatternList(const PatternList&) = delete;
  PatternList& operator=(const PatternList&) = delete;

  // Not after the first Match().
  void Add(std::string pattern);
  [[nodiscard]] size_t size() const { return patterns_.size(); }
  [[nodiscard]] const RE2& At(size_t number) const { return patterns_[number]->Get(); }
  // Whether all are patterns; compiles them.
  [[nodiscard]] bool Sound() const;
  // The numbers of those that match somewhere in the text (valid UTF-8), ascending. From any
  // thread. Linear in the text.
  [[nodiscard]] std::vector<int> Match(std::string_view text) const;
  // Those that the text may hold a match of; all others match nowhere in it.
  [[nodiscard]] std::vector<int> MayMatch(std::string_view text) const;

 private:
  // A list of strings of which a text must hold one, told by the first two characters of each (0
  // for a single one).
  static constexpr size_t kMostNeeds = 512;
  using Needs = std::bitset<kMostNeeds>;
  static constexpr size_t kPairBits = 1 << 14;

  void ReadNeeds() const;
  [[nodiscard]] Needs MetBy(std::string_view text) const;
  [[nodiscard]] static size_t PairBit(char32_t first, char32_t second) {
    return (first * 0x9E3779B1u ^ second * 0x85EBCA6Bu) >> 7 & (kPairBits - 1);
  }

  RE2::Options options_;
  std::vector<std::string> texts_;
  std::vector<std::unique_ptr<normalize::LatePattern>> patterns_;
  // Made when they are first asked for.
  mutable std::once_flag once_;
  mutable std::vector<Needs> needs_;                       // by pattern
  // By the need that is asked first, the patterns; and those that need nothing.
  mutable std::vector<std::vector<int>> asked_by_;
  mutable std::vector<int> needless_;
  mutable std::bitset<0x10000> first_;                     // characters that begin such a string
  mutable std::bitset<0x10000> single_;                    // and those that are one
  mutable std::bitset<kPairBits> pairs_;                   // of the two characters
  mutable std::unordered_map<uint64_t, Needs> beginning_;  // by the two characters
};

// What a text must hold for the pattern to match: of each list at least one string. Empty where
// nothing can be told.
[[nodiscard]] std::vector<std::vector<std::u32string>> NeededBy(std::string_view pattern);

}  // namespace hanfact::ingest
