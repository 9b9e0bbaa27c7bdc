#include "extract/number_rules.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "normalize/number_words.h"
#include "normalize/numeral.h"

namespace hanfact::extract {
namespace {

using normalize::ByCharacter;
using normalize::Guard;
using normalize::NumberWords;
using normalize::StartsNumeral;

std::string FileName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Sorts the rows that share a first or last character: the longest surface first.
template <class Row>
void SortLongestFirst(ByCharacter<uint32_t>& map, const std::vector<Row>& rows) {
  for (auto& [c, list] : map) {
    std::stable_sort(list.begin(), list.end(), [&rows](uint32_t a, uint32_t b) {
      return rows[a].surface.size() > rows[b].surface.size();
    });
  }
}

// Each reads a field of a row; false, with an error, where it is wrong.
bool ReadSurface(const Table& table, const Table::Row& row, std::string& surface,
                 std::vector<TableError>& errors) {
  surface = table.Get(row, "surface");
  if (!surface.empty()) return true;
  errors.push_back(table.ErrorAt(row, "surface", "the surface is empty"));
  return false;
}
bool ReadGuard(const Table& table, const Table::Row& row, Guard& guard,
               std::vector<TableError>& errors) {
  const std::string problem = Guard::Parse(table.Get(row, "guard"), guard);
  if (problem.empty()) return true;
  errors.push_back(table.ErrorAt(row, "guard", problem));
  return false;
}

void LoadHedges(const Table& table, NumberRules& rules, std::vector<TableError>& errors) {
  for (const Table::Row& row : table.rows()) {
    Hedge hedge;
    if (!ReadSurface(table, row, hedge.surface, errors)) continue;
    const std::string& side = table.Get(row, "side");
    if (side == "prefix") {
      hedge.side = HedgeSide::kPrefix;
    } else if (side == "suffix") {
      hedge.side = HedgeSide::kSuffix;
    } else if (side == "filler") {
      hedge.side = HedgeSide::kFiller;
    } else if (side == "distant") {
      hedge.side = HedgeSide::kDistant;
    } else {
      errors.push_back(table.ErrorAt(row, "side", "not one of prefix, suffix, filler, distant"));
      continue;
    }
    if (hedge.side != HedgeSide::kFiller) {
      const auto bound = ParseBound(table.Get(row, "bound"));
      if (!bound || *bound == Bound::kRange) {
        errors.push_back(table.ErrorAt(row, "bound", "not a bound a hedge can give"));
        continue;
      }
      hedge.bound = *bound;
    }
    if (!ReadGuard(table, row, hedge.guard, errors)) continue;
    const auto index = static_cast<uint32_t>(rules.hedges.size());
    const std::string& s = hedge.surface;
    if (hedge.side == HedgeSide::kSuffix) {
      rules.hedges_by_first[CodePointAt(s, 0)].push_back(index);
    } else if (hedge.side == HedgeSide::kPrefix) {
      rules.hedges_by_last[CodePointBefore(s, s.size())].push_back(index);
    } else if (hedge.side == HedgeSide::kFiller) {
      rules.fillers_by_last[CodePointBefore(s, s.size())].push_back(index);
    } else {
      rules.distant.push_back(index);
    }
    rules.hedges.push_back(std::move(hedge));
  }
  SortLongestFirst(rules.hedges_by_first, rules.hedges);
  SortLongestFirst(rules.hedges_by_last, rules.hedges);
  SortLongestFirst(rules.fillers_by_last, rules.hedges);
}

void LoadTails(const Table& table, NumberRules& rules, std::vector<TableError>& errors) {
  for (const Table::Row& row : table.rows()) {
    UnitTail tail;
    if (!ReadSurface(table, row, tail.surface, errors)) continue;
    const std::string& digits = table.Get(row, "digits");
    if (digits != "1" && digits != "2") {
      errors.push_back(table.ErrorAt(row, "digits", "not 1 or 2"));
      continue;
    }
    tail.digits = digits == "1" ? 1 : 2;
    if (!ReadGuard(table, row, tail.guard, errors)) continue;
    rules.tails.push_back(std::move(tail));
  }
}

void LoadGuardWords(const Table& table, NumberRules& rules, std::vector<TableError>& errors) {
  for (const Table::Row& row : table.rows()) {
    GuardWord word;
    if (!ReadSurface(table, row, word.surface, errors)) continue;
    word.rule = "guard:" + FileName(table.file()) + ":" + std::to_string(row.line);
    const std::string& kind = table.Get(row, "kind");
    if (kind == "word") {
      word.kind = GuardWordKind::kWord;
    } else if (kind == "before") {
      word.kind = GuardWordKind::kBefore;
    } else if (kind == "after") {
      word.kind = GuardWordKind::kAfter;
    } else {
      errors.push_back(table.ErrorAt(row, "kind", "not one of word, before, after"));
      continue;
    }
    if (!ReadGuard(table, row, word.guard, errors)) continue;
    const auto index = static_cast<uint32_t>(rules.words.size());
    const std::string& s = word.surface;
    if (word.kind == GuardWordKind::kWord) {
      bool any = false;
      for (size_t i = 0; i < s.size(); i += CodePointLength(s[i])) {
        const char32_t c = CodePointAt(s, i);
        if (!StartsNumeral(c) && c != U'半') continue;
        const size_t end = i + CodePointLength(s[i]);
        const char32_t before = CodePointBefore(s, i);
        const char32_t behind = end < s.size() ? CodePointAt(s, end) : 0;
        rules.words_by_numeral[c].push_back({index, static_cast<uint32_t>(i), before, behind});
        rules.neighbours.Add(c, before, behind);
        any = true;
      }
      if (!any) {
        errors.push_back(table.ErrorAt(row, "surface", "no numeral in the word"));
        continue;
      }
    } else if (word.kind == GuardWordKind::kBefore) {
      rules.before_by_last[CodePointBefore(s, s.size())].push_back(index);
    } else {
      rules.after_by_first[CodePointAt(s, 0)].push_back(index);
    }
    rules.words.push_back(std::move(word));
  }
  SortLongestFirst(rules.before_by_last, rules.words);
  SortLongestFirst(rules.after_by_first, rules.words);
  for (auto& [c, list] : rules.words_by_numeral) {
    std::stable_sort(list.begin(), list.end(), [&rules](const auto& a, const auto& b) {
      return rules.words[a.word].surface.size() > rules.words[b.word].surface.size();
    });
  }
}

}  // namespace

NumberRules LoadNumberRules(const std::vector<TableText>& more_units,
                            std::vector<TableError>& errors) {
  NumberRules rules;
  const std::vector<TableError>& word_errors = NumberWords::Embedded().errors();
  errors.insert(errors.end(), word_errors.begin(), word_errors.end());
  auto embedded = [&errors](std::string_view path) {
    const auto text = EmbeddedFile(path);
    if (!text) {
      errors.push_back({std::string(path), 0, 0, "the table is not built into the program"});
    }
    return text.value_or(std::string_view());
  };
  constexpr std::string_view kUnits = "normalize/rules/units.tsv";
  constexpr std::string_view kTails = "extract/rules/unit_tails.tsv";
  constexpr std::string_view kHedges = "extract/rules/hedges.tsv";
  constexpr std::string_view kGuards = "extract/rules/number_guards.tsv";
  rules.units.Add(std::string(kUnits), embedded(kUnits), errors);
  for (const TableText& more : more_units) rules.units.Add(more.file, more.text, errors);
  rules.units.Finish();
  LoadTails(Table::Read(std::string(kTails), embedded(kTails), {"id", "surface", "digits", "guard"},
                        errors),
            rules, errors);
  LoadHedges(Table::Read(std::string(kHedges), embedded(kHedges),
                         {"id", "surface", "side", "bound", "guard"}, errors),
             rules, errors);
  LoadGuardWords(Table::Read(std::string(kGuards), embedded(kGuards),
                             {"id", "surface", "kind", "guard"}, errors),
                 rules, errors);
  for (char32_t c = 1; c < 0x10000; ++c) {
    rules.starts[c] = StartsNumeral(c) || c == U'半' || c == U'翻' || c == U'对';
  }
  return rules;
}

}  // namespace hanfact::extract
