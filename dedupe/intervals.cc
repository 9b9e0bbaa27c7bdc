#include "dedupe/intervals.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/table.h"
#include "base/text.h"

namespace hanfact::dedupe {
namespace {

struct UnitFactor {
  std::string base;
  Decimal factor;
};

// The tables are built into the program and checked by the rule lint; a row that cannot be read is
// left out here, so that a unit is its own base at worst.
const std::map<std::string, UnitFactor, std::less<>>& UnitFactors() {
  static const auto* const kFactors = [] {
    auto* factors = new std::map<std::string, UnitFactor, std::less<>>;
    constexpr std::string_view kPath = "dedupe/rules/unit_factors.tsv";
    std::vector<TableError> errors;
    const Table table = Table::Read(std::string(kPath), EmbeddedFile(kPath).value_or(""),
                                    {"unit", "base", "factor"}, errors);
    for (const Table::Row& row : table.rows()) {
      if (auto factor = Decimal::Parse(table.Get(row, "factor")); factor && !factor->zero()) {
        factors->emplace(table.Get(row, "unit"), UnitFactor{table.Get(row, "base"), *factor});
      }
    }
    return factors;
  }();
  return *kFactors;
}

// Of a rate X/Y the upper unit is converted, the lower one stays. Null where there is no row.
const UnitFactor* FactorOf(std::string_view unit) {
  const auto& factors = UnitFactors();
  const auto it = factors.find(unit.substr(0, unit.find('/')));
  return it == factors.end() ? nullptr : &it->second;
}

const std::map<std::string, std::string, std::less<>>& OppositeMetrics() {
  static const auto* const kOpposites = [] {
    auto* opposites = new std::map<std::string, std::string, std::less<>>;
    constexpr std::string_view kPath = "dedupe/rules/opposite_metrics.tsv";
    std::vector<TableError> errors;
    const Table table = Table::Read(std::string(kPath), EmbeddedFile(kPath).value_or(""),
                                    {"metric", "opposite"}, errors);
    for (const Table::Row& row : table.rows()) {
      opposites->emplace(table.Get(row, "metric"), table.Get(row, "opposite"));
    }
    return opposites;
  }();
  return *kOpposites;
}

const std::set<std::string, std::less<>>& OpinionMetrics() {
  static const auto* const kOpinions = [] {
    auto* opinions = new std::set<std::string, std::less<>>;
    constexpr std::string_view kPath = "dedupe/rules/opinion_metrics.tsv";
    std::vector<TableError> errors;
    const Table table =
        Table::Read(std::string(kPath), EmbeddedFile(kPath).value_or(""), {"metric"}, errors);
    for (const Table::Row& row : table.rows()) opinions->insert(table.Get(row, "metric"));
    return opinions;
  }();
  return *kOpinions;
}

// Sums outside Decimal's 38 digits do not occur in news; they leave the number as it is.
Decimal Plus(const Decimal& a, const Decimal& b) { return a.Add(b).value_or(a); }
Decimal Minus(const Decimal& a, const Decimal& b) { return a.Subtract(b).value_or(a); }
Decimal Times(const Decimal& a, const Decimal& b) { return a.Multiply(b).value_or(a); }
Decimal Part(const Decimal& of, int hundredths) {
  return Times(of.Abs(), Decimal::Scaled(hundredths, -2));
}

bool Empty(const Interval& i) {
  if (!i.low || !i.high) return false;
  return *i.low > *i.high || (*i.low == *i.high && (i.low_open || i.high_open));
}

Interval Point(const Decimal& v) { return {v, v, false, false}; }

// 超过 0 leaves (0, 0], which holds nothing: the stated value stands for it.
Interval OrPoint(Interval i, const Decimal& v) { return Empty(i) ? Point(v) : std::move(i); }

Interval Turned(const Interval& i) {
  Interval out;
  if (i.high) out.low = i.high->Negated();
  if (i.low) out.high = i.low->Negated();
  out.low_open = i.high_open;
  out.high_open = i.low_open;
  return out;
}

Interval Scaled(Interval i, const Decimal& factor) {
  if (i.low) i.low = Times(*i.low, factor);
  if (i.high) i.high = Times(*i.high, factor);
  return i;
}

struct Ends {
  Decimal value;
  Interval agreeing, possible;
};

// One stated end or value with its hedge, as printed: the two intervals of section 5.
Ends ReadValue(const Decimal& v, const Decimal& precision, Bound bound) {
  const Decimal half = Times(precision.Abs(), Decimal::Scaled(5, -1));
  const Decimal tenth = Part(v, 10);
  Ends ends;
  ends.value = v;
  Interval& a = ends.agreeing;
  switch (bound) {
    case Bound::kExact:
    case Bound::kRange:
      // Rounding is half up: 16.4 stands for [16.35, 16.45), so that 16.4 and 16.5 do not meet. The
      // open end is the one away from zero.
      a = {Minus(v, half), Plus(v, half), v.negative(), !v.negative()};
      if (half.zero()) a = Point(v);
      break;
    case Bound::kAbout: {
      const Decimal twentieth = Part(v, 5);
      const Decimal reach = std::max(half, twentieth);
      a = {Minus(v, reach), Plus(v, reach), false, false};
      break;
    }
    case Bound::kNearly:
      a = {Minus(v, tenth), v, false, false};
      break;
    case Bound::kMoreThan:
      a = {v, Plus(v, tenth), true, false};
      break;
    case Bound::kAtLeast:
      a = {v, Plus(v, tenth), false, false};
      break;
    case Bound::kLessThan:
      a = {Minus(v, tenth), v, false, true};
      break;
    case Bound::kAtMost:
      a = {Minus(v, tenth), v, false, false};
      break;
  }
  ends.possible = a;
  if (bound == Bound::kMoreThan || bound == Bound::kAtLeast) {
    ends.possible.high.reset();
    ends.possible.high_open = false;
  } else if (bound == Bound::kLessThan || bound == Bound::kAtMost) {
    ends.possible.low.reset();
    ends.possible.low_open = false;
  }
  ends.agreeing = OrPoint(std::move(ends.agreeing), v);
  ends.possible = OrPoint(std::move(ends.possible), v);
  return ends;
}

std::optional<Ends> ReadEnds(const Quantity& q) {
  if (q.value) return ReadValue(*q.value, q.precision, q.bound);
  if (q.low && q.high) {
    Interval i{*q.low, *q.high, q.low_open, q.high_open};
    if (*i.low > *i.high) {
      std::swap(i.low, i.high);
      std::swap(i.low_open, i.high_open);
    }
    Ends ends;
    ends.value = Times(Plus(*i.low, *i.high), Decimal::Scaled(5, -1));
    if (ends.value < *i.low || ends.value > *i.high) ends.value = *i.low;
    ends.agreeing = OrPoint(i, ends.value);
    ends.possible = ends.agreeing;
    return ends;
  }
  // One end of a range reads as the hedge that says the same.
  if (q.low) {
    return ReadValue(*q.low, q.precision, q.low_open ? Bound::kMoreThan : Bound::kAtLeast);
  }
  if (q.high) {
    return ReadValue(*q.high, q.precision, q.high_open ? Bound::kLessThan : Bound::kAtMost);
  }
  return std::nullopt;
}

// Whether a number of this kind is the opposite metric's with the sign turned.
bool TurnsWithMetric(ClaimKind kind) {
  return kind == ClaimKind::kLevel || kind == ClaimKind::kCount || kind == ClaimKind::kPrice;
}

// Null where the table has none.
const std::string* OppositeOf(std::string_view metric) {
  const auto& opposites = OppositeMetrics();
  const auto it = opposites.find(metric);
  return it == opposites.end() ? nullptr : &it->second;
}

std::string MetricText(const ClaimTerms& terms) {
  return CanonicalText(terms.metric.empty() ? terms.metric_id : terms.metric);
}

}  // namespace

bool Below(const Interval& a, const Interval& b) {
  if (!a.high || !b.low) return false;
  return *a.high < *b.low || (*a.high == *b.low && (a.high_open || b.low_open));
}

std::string CanonicalText(std::string_view text) {
  std::string out = RemoveSpace(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string KeyMetric(const ClaimTerms& terms) {
  return TurnsWithMetric(terms.kind) ? AspectMetric(terms) : MetricText(terms);
}

std::string AspectMetric(const ClaimTerms& terms) {
  std::string metric = MetricText(terms);
  const std::string* const opposite = OppositeOf(metric);
  return opposite == nullptr ? metric : *opposite;
}

bool IsOpinion(const ClaimTerms& terms) { return OpinionMetrics().contains(MetricText(terms)); }

std::string UnitDimension(std::string_view unit) {
  const UnitFactor* factor = FactorOf(unit);
  if (factor == nullptr) return std::string(unit);
  const size_t per = unit.find('/');
  return factor->base + std::string(per == std::string_view::npos ? "" : unit.substr(per));
}

std::optional<Reading> ReadNumber(const ClaimTerms& terms, const Quantity& stated) {
  const Quantity* quantity = &stated;
  Quantity unsigned_quantity;
  const bool loss = TurnsWithMetric(terms.kind) && OppositeOf(MetricText(terms)) != nullptr;
  const bool fall = terms.kind == ClaimKind::kChange && terms.direction == Direction::kDown;
  if ((loss || fall) && stated.value && stated.value->negative()) {
    // The word and the sign say the same thing twice: 净亏损 -11亿, 下跌 -3%.
    unsigned_quantity = stated;
    unsigned_quantity.value = stated.value->Abs();
    quantity = &unsigned_quantity;
  }
  std::optional<Ends> ends = ReadEnds(*quantity);
  if (!ends) return std::nullopt;

  Reading reading;
  reading.value = ends->value;
  reading.agreeing = ends->agreeing;
  reading.possible = ends->possible;
  if (loss != fall) {
    reading.value = reading.value.Negated();
    reading.agreeing = Turned(reading.agreeing);
    reading.possible = Turned(reading.possible);
  }
  if (const UnitFactor* factor = FactorOf(stated.unit)) {
    reading.value = Times(reading.value, factor->factor);
    reading.agreeing = Scaled(std::move(reading.agreeing), factor->factor);
    reading.possible = Scaled(std::move(reading.possible), factor->factor);
  }
  reading.width = Minus(*reading.agreeing.high, *reading.agreeing.low);
  return reading;
}

Period FiscalReading(const Period& period, int year_end) {
  if (year_end < 1 || year_end > 12 || !period.start || !period.end) return period;
  if (period.start->second_of_day || period.end->second_of_day) return period;
  const Date start = period.start->date, end = period.end->date;
  if (!IsValid(start) || !IsValid(end) || start.year != end.year || start.day != 1 ||
      end.day != DaysInMonth(end.year, end.month)) {
    return period;
  }
  const int months = end.month - start.month + 1;
  if ((months != 3 && months != 6 && months != 12) || (start.month - 1) % months != 0) {
    return period;
  }
  // Fiscal parts of this length end `late` months after the calendar ones.
  const int late = year_end % months;
  int shift = 0;
  if (late * 3 <= months) {
    shift = late;
  } else if ((months - late) * 3 <= months) {
    shift = late - months;
  }
  if (shift == 0) return period;
  if ((start.year == 1 && shift < 0) || (end.year == 9999 && shift > 0)) return period;
  Period fiscal = period;
  fiscal.start->date = AddMonths(start, shift);
  // The last day of a month is the day before the first of the next.
  fiscal.end->date = AddDays(AddMonths(start, shift + months), -1);
  return fiscal;
}

}  // namespace hanfact::dedupe
