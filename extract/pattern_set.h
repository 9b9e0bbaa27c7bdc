// Many plain patterns matched at one place in one pass.
//
// RE2 finds out which of two hundred patterns match at a place in about half a microsecond and then
// has to be asked again for the length of each; the date rules need that some thousand times in a
// page. The patterns of rule tables are of a plain kind (characters, classes, groups, alternatives,
// repetitions, ^ and $), for which a finite automaton is built here state by state as texts ask for
// it. What captures are wanted RE2 reads afterwards, from the one rule that won.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::extract {

class PatternSet {
 public:
  enum class Kind {
    kForward,   // at the start of the text
    kBackward,  // at its end: the patterns match the text's last characters
    kAnywhere,  // wherever in the text
  };
  // A pattern and how many bytes it covers.
  struct Hit {
    uint32_t pattern = 0;
    uint32_t length = 0;
  };

  explicit PatternSet(Kind kind);
  ~PatternSet();
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;

  // Adds a pattern of RE2's syntax; it is known by its number, from 0. An error says what is not
  // plain about it, and the set is as before. Not after Compile().
  [[nodiscard]] std::string Add(std::string_view pattern);
  // Call once after the last Add(); the functions below may then be called from any thread.
  void Compile();
  [[nodiscard]] size_t size() const;

  // False if no match starts with this character; for sets of kind kForward.
  [[nodiscard]] bool MayStart(char32_t c) const {
    return starts_ == nullptr || c >= 0x10000 || (*starts_)[c];
  }
  // False if no match starts with these two characters; `next` is 0 at the end of the text. For
  // sets of kind kForward. Two table look-ups: where texts are asked at every character, most are
  // refused here and no automaton is walked.
  [[nodiscard]] bool MayStart(char32_t c, char32_t next) const {
    if (pairs_ == nullptr || c >= 0x10000 || next >= 0x10000 || next == 0) return MayStart(c);
    const uint64_t* row = pairs_ + size_t{symbols_[c]} * pair_words_;
    const uint16_t second = symbols_[next];
    return (row[second / 64] >> (second % 64) & 1) != 0;
  }
  // Replaces `hits` by the longest match of every pattern that matches at the start (or end) of
  // `text`, the shortest first; of a kAnywhere set `length` is where the last match ends. ^ and $
  // are the ends of `text`. Linear.
  void Match(std::string_view text, std::vector<Hit>& hits) const;
  // Whether any pattern matches. Linear; stops at the first.
  [[nodiscard]] bool Any(std::string_view text) const;
  // Whether one covers all of the text. Not for kAnywhere.
  [[nodiscard]] bool Whole(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  // Of impl_:
  const std::bitset<0x10000>* starts_ = nullptr;
  const uint16_t* symbols_ = nullptr;  // by character
  const uint64_t* pairs_ = nullptr;    // a row of bits a first symbol, by the second
  size_t pair_words_ = 0;              // of a row
};

}  // namespace hanfact::extract
