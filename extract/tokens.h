// From the mentions and cue words of a sentence to its token row: a string in which each of them is
// one private-use code point that names its class, and all other words stand as they are. Claim
// patterns (extract/patterns.h) and the fold (extract/claims.h) read that row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mention.h"
#include "base/table.h"
#include "extract/quantities.h"
#include "extract/word_trie.h"

namespace hanfact::extract {

// In the order of kTokenNames (tokens.cc).
enum class TokenClass : uint8_t {
  // Quantities by their unit; kOne and kTwo are counts or durations of 一 and 两 (一家, 两年),
  // kGrade
  // those in 级.
  kMoney,
  kPercent,
  kPoint,
  kMultiple,
  kRatio,
  kCount,
  kDuration,
  kPhysical,
  kRate,
  kGrade,
  kTwo,
  kOne,
  kNumber,
  kOrdinal,
  // Periods by their role.
  kPeriod,
  kAsOf,
  kSince,
  kSame,
  kVague,
  kSet,
  // Entities by type.
  kOrg,
  kPerson,
  kProduct,
  kPlace,
  kMedia,
  kIndex,
  // Words of metrics.tsv and cues.tsv.
  kMetric,
  kUp,
  kDown,
  kBasis,
  kCompare,
  kTo,
  kLevel,
  kShare,
  kPart,
  kEach,
  kForecast,
  kPlan,
  kPossible,
  kHypothetical,
  kNegation,
  kSpeech,
  kSource,
  kNoSource,
  kDoc,
  kVoice,
  kPronoun,
  kHere,
  kTotal,
  kNew,
  kAdverb,
  kConj,
  kPrep,
  kRelative,
  kTitle,
  kRank,
  kPer,
  kStreak,
  kLike,
  kWorth,
};
inline constexpr int kTokenClasses = static_cast<int>(TokenClass::kWorth) + 1;

[[nodiscard]] std::string_view ToString(TokenClass token_class);
[[nodiscard]] std::optional<TokenClass> ParseTokenClass(std::string_view name);
[[nodiscard]] constexpr bool IsQuantity(TokenClass c) { return c <= TokenClass::kNumber; }
[[nodiscard]] constexpr bool IsPeriod(TokenClass c) {
  return c >= TokenClass::kPeriod && c <= TokenClass::kSet;
}
[[nodiscard]] constexpr bool IsEntity(TokenClass c) {
  return c >= TokenClass::kOrg && c <= TokenClass::kIndex;
}
// The code point that stands for a class in a token row.
[[nodiscard]] constexpr char32_t TokenCodePoint(TokenClass c) {
  return 0xE000 + static_cast<char32_t>(c);
}

// A row of cues.tsv, or of metrics.tsv (cue_class is then kMetric).
struct Cue {
  TokenClass cue_class = TokenClass::kAdverb;
  std::string surface;
  std::string value;  // cues.tsv: value, empty for "-"; metrics.tsv: metric_id
  std::string rule;   // "cues.tsv:12"
  // metrics.tsv only.
  std::string canonical, scope;
  std::vector<std::string> units;
  bool flow = false;
};

struct Token {
  TokenClass token_class = TokenClass::kAdverb;
  MatchSpan span;                    // of the words themselves
  MatchSpan outer;                   // with the hedge of a quantity
  const Mention* mention = nullptr;  // into the list given to MakeRow
  const Cue* cue = nullptr;          // into the lexicon
};

struct TokenRow {
  std::string text;
  std::vector<Token> tokens;
  std::vector<uint32_t> at;  // byte in `text` of each token's code point
  uint32_t begin = 0;        // of the sentence, in the match view

  // The token whose code point stands at byte `row_byte`, -1 for none.
  [[nodiscard]] int TokenAt(size_t row_byte) const;
  // The byte of the match view that a byte of the row comes from (the end of a token for the byte
  // behind its code point).
  [[nodiscard]] uint32_t ToMatch(size_t row_byte) const;
};

// All cue words and metrics, compiled for one pass over a text.
class CueLexicon {
 public:
  struct Hit {
    MatchSpan span;
    const Cue* cue = nullptr;
  };

  // Reads the embedded cues.tsv and metrics.tsv, and `more_metrics` (tables with the columns of
  // metrics.tsv). Problems go to `errors`.
  CueLexicon(const std::vector<TableText>& more_metrics, std::vector<TableError>& errors);
  CueLexicon(const CueLexicon&) = delete;
  CueLexicon& operator=(const CueLexicon&) = delete;

  // The cue words in [begin, end) of the text: leftmost, longest, disjoint. Linear.
  void Find(std::string_view match_text, uint32_t begin, uint32_t end, std::vector<Hit>& out) const;
  // The metric of a surface, nullptr for none.
  [[nodiscard]] const Cue* Metric(std::string_view surface) const;
  [[nodiscard]] const std::vector<Cue>& rows() const { return cues_; }

 private:
  static constexpr int32_t kNone = -1;   // no word ends here
  static constexpr int32_t kGuard = -2;  // a guard word ends here: no cue

  void ReadMetrics(const Table& table, std::vector<TableError>& errors);
  void Insert(std::string_view word, int32_t value);

  std::vector<Cue> cues_;
  WordTrie trie_;
  std::vector<int32_t> ends_ = {kNone};  // by node: the cue whose word ends there
};

// The class of a quantity, number or ordinal mention, by its unit.
[[nodiscard]] TokenClass QuantityClass(const Mention& mention);

// Makes the row of a sentence: `mentions` are those inside it, disjoint and sorted; they must
// outlive the row. Cue words are looked for between them. What `row` held before is dropped, its
// memory is used again. Linear.
void MakeRow(std::string_view match_text, MatchSpan sentence, const Mention* mentions,
             size_t mention_count, const CueLexicon& lexicon, TokenRow& row);

}  // namespace hanfact::extract
