// Patterns over token rows (extract/tokens.h): claim_patterns.tsv and claim_guards.tsv.
//
// A pattern is RE2 over a token row. `{class}` stands for a token of that class ({percent}, {up},
// {metric} …; cues.tsv and tokens.cc name them), `{q}` for any quantity, `{e}` for any entity,
// `{t}` for any period, `{x}` for any token or character inside the clause. Named groups say which
// field a part fills; the group `value` is the quantity it speaks of.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/table.h"
#include "extract/tokens.h"

namespace re2 {
class RE2;
}

namespace hanfact::extract {

// One row of a pattern table.
struct ClaimPattern {
  std::string id;
  std::string rule;  // "claim_patterns.tsv:12"
  // Fields the row sets outright, in the order written: {"kind", "share"}.
  std::vector<std::pair<std::string, std::string>> set;
  std::string reason;               // claim_guards.tsv: why the number is no claim
  std::vector<std::string> groups;  // names by group number - 1; empty for unnamed ones
};

// A match: bytes of the row for each named group that took part.
struct PatternMatch {
  const ClaimPattern* pattern = nullptr;
  int value_token = -1;  // index into the row's tokens
  std::vector<std::pair<std::string_view, std::pair<uint32_t, uint32_t>>> groups;
};

class PatternTable {
 public:
  // Reads an embedded table with the columns `pattern_id`, `pattern` and either `set` or `reason`.
  // A pattern that does not compile, has no group `value`, names a group or field that no claim
  // has, or is longer than 120 characters is an error.
  PatternTable(std::string_view path, bool guards, std::vector<TableError>& errors);
  ~PatternTable();

  // All matches in a row, in table order, then from left to right; a later match of one pattern
  // starts behind the value of the one before. Linear in the row for a fixed table; a pattern whose
  // tokens and characters the row lacks costs nothing but that look.
  void Match(const TokenRow& row, std::vector<PatternMatch>& out) const;

  [[nodiscard]] const std::vector<ClaimPattern>& patterns() const { return patterns_; }

 private:
  struct Impl;

  std::vector<ClaimPattern> patterns_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::extract
