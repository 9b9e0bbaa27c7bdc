// Units, currencies and classifiers, and the guards that tell look-alikes apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/decimal.h"
#include "base/table.h"
#include "normalize/by_character.h"
#include "normalize/numeral.h"

namespace hanfact::normalize {

enum class UnitKind { kNone, kMoney, kPercent, kDuration, kCount, kOther };

// What a guard looks at: a surface found at [begin, end) beside a number.
struct GuardView {
  std::string_view text;     // match view
  size_t begin = 0;          // of the surface, or of the number where the surface stands behind it
  size_t end = 0;            // behind the surface
  const Numeral* numeral = nullptr;  // the number beside it
  UnitKind kind = UnitKind::kNone;   // of the number's unit, for hedges
  std::string_view unit;             // its id
  bool compound = false;     // the number continues a larger unit's one (5元3角)
};

// The conditions in a table's guard column, all of which must hold; ';' parts them, '|' the
// alternatives, "-" is no condition:
//   >a|b   what follows begins with one of these      >!a|b  with none of these
//   <a|b   what precedes ends with one of these       <!a|b  with none of these
//   ~a|b   the sentence so far has one of these       ~!a|b  none of these
//   near:a|b<c|d  in the sentence so far, one of the first list stands later than any of the second
//   min:N max:N   the number's size                   int decimal han digit  the number's form
//   end    neither Han, letter nor digit follows      bare   the number is magnitude words only
//   compound  the number continues a larger unit's    tail   a number of a compound unit follows
//   then:a|b  a number follows, and one of these behind it (3分20秒)
//   calendar, !calendar  four digits, as a year has, or digits read off one by one
//   dur !dur money count  the kind of the number's unit; unit:a|b !unit:a|b  its id
class Guard {
 public:
  // Empty on success, else what is wrong.
  [[nodiscard]] static std::string Parse(std::string_view text, Guard& out);
  [[nodiscard]] bool Holds(const GuardView& view) const;
  [[nodiscard]] bool empty() const { return clauses_.empty(); }

 private:
  enum class Type {
    kFollows, kPrecedes, kSentence, kNear, kMin, kMax, kInteger, kDecimal, kHan, kDigit, kEnd,
    kBare, kCompound, kTail, kThen, kCalendar, kDuration, kMoney, kCount, kUnit,
  };
  struct Clause {
    Type type;
    bool negated = false;
    std::vector<std::string> words, others;
    int64_t number = 0;
  };
  std::vector<Clause> clauses_;
};

struct Unit {
  std::string id, surface, unit, region;
  Decimal factor = 1;
  UnitKind kind = UnitKind::kNone;
  bool prefix = false, suffix = false, per = false;
  bool assumed = false;   // the region's reading of an ambiguous name
  Guard guard;
  std::string rule;  // "units.tsv:12"
};

[[nodiscard]] UnitKind KindOf(std::string_view unit);
// Seconds in a duration unit (a month counts 30 days, a year 365); 0 for anything else.
[[nodiscard]] int64_t SecondsIn(std::string_view unit);

class UnitTable {
 public:
  // Adds the rows of a table with the columns of units.tsv. Problems go to `errors`; sound rows are
  // kept. Call Finish() once after the last one.
  void Add(std::string file, std::string_view text, std::vector<TableError>& errors);
  void Finish();

  // The longest unit at byte `at`, whose region and guard hold; nullptr for none. `place` is the
  // region, or Hans or Hant where there is none; `number_begin` where the number (with its sign and
  // prefix) begins. With `larger`, the unit that goes on where `larger` ended (5元3角, 2小时30分):
  // one of its kind.
  [[nodiscard]] const Unit* Suffix(std::string_view text, size_t at, size_t number_begin,
                                   const Numeral& numeral, std::string_view place,
                                   const Unit* larger = nullptr) const;
  // The longest currency that ends at byte `end`.
  [[nodiscard]] const Unit* Prefix(std::string_view text, size_t end, std::string_view place) const;
  // The unit behind / or 每 (share, tonne); falls back to the suffix rows.
  [[nodiscard]] const Unit* Per(std::string_view text, size_t at) const;
  // Of those, only rows of side `per` (每股, 每吨 before a price).
  [[nodiscard]] const Unit* PerOnly(std::string_view text, size_t at) const;

  [[nodiscard]] const std::vector<Unit>& rows() const { return rows_; }

 private:
  std::vector<Unit> rows_;
  // What a surface means under a side, region and guard, to find a second meaning.
  std::unordered_map<std::string, std::string> meanings_;
  ByCharacter<uint32_t> by_first_, by_last_, per_;
};

}  // namespace hanfact::normalize
