// What a stated number agrees with and leaves possible (contract, section 5).
#include "dedupe/intervals.h"

#include <gtest/gtest.h>

#include "base/table.h"

namespace hanfact::dedupe {
namespace {

Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

Claim Stated(std::string_view value, std::string_view precision, Bound bound,
             std::string_view unit = "percent") {
  Claim claim;
  claim.subject = "某公司";
  claim.metric = "营收";
  claim.quantity.value = D(value);
  claim.quantity.precision = D(precision);
  claim.quantity.bound = bound;
  claim.quantity.unit = unit;
  return claim;
}

std::optional<Reading> Read(const Claim& claim) { return ReadNumber(claim, claim.quantity); }

std::string Text(const Interval& i) {
  return std::string(i.low_open ? "(" : "[") + (i.low ? i.low->ToString() : "-") + "," +
         (i.high ? i.high->ToString() : "-") + (i.high_open ? ")" : "]");
}
std::string Agreeing(const Claim& claim) { return Text(Read(claim).value().agreeing); }
std::string Possible(const Claim& claim) { return Text(Read(claim).value().possible); }

TEST(Intervals, EveryBoundReadsAsTheContractSays) {
  struct Case {
    Bound bound;
    std::string_view value, precision, agreeing, possible;
  };
  const Case kCases[] = {
      {Bound::kExact, "393", "1", "[392.5,393.5)", "[392.5,393.5)"},
      {Bound::kExact, "7", "0", "[7,7]", "[7,7]"},
      {Bound::kAbout, "6000", "1", "[5700,6300]", "[5700,6300]"},
      {Bound::kAbout, "3", "1", "[2.5,3.5]", "[2.5,3.5]"},
      {Bound::kNearly, "17", "1", "[15.3,17]", "[15.3,17]"},
      {Bound::kMoreThan, "20", "1", "(20,22]", "(20,-]"},
      {Bound::kAtLeast, "20", "1", "[20,22]", "[20,-]"},
      {Bound::kLessThan, "20", "1", "[18,20)", "[-,20)"},
      {Bound::kAtMost, "20", "1", "[18,20]", "[-,20]"},
      {Bound::kMoreThan, "0", "1", "[0,0]", "(0,-]"},  // (0, 0] holds nothing
  };
  for (const Case& c : kCases) {
    const Claim claim = Stated(c.value, c.precision, c.bound, "CNY");
    EXPECT_EQ(Agreeing(claim), c.agreeing) << ToString(c.bound) << c.value;
    EXPECT_EQ(Possible(claim), c.possible) << ToString(c.bound) << c.value;
  }
}

TEST(Intervals, RangesAreTheirEnds) {
  Claim claim = Stated("0", "0", Bound::kRange, "CNY");
  claim.quantity.value.reset();
  claim.quantity.low = D("600");
  claim.quantity.high = D("650");
  EXPECT_EQ(Agreeing(claim), "[600,650]");
  EXPECT_EQ(Read(claim)->value, D("625"));
  EXPECT_EQ(Read(claim)->width, D("50"));
  claim.quantity.low_open = true;
  EXPECT_EQ(Agreeing(claim), "(600,650]");
  std::swap(claim.quantity.low, claim.quantity.high);
  claim.quantity.low_open = false;
  EXPECT_EQ(Agreeing(claim), "[600,650]");
  claim.quantity.low.reset();
  EXPECT_EQ(Possible(claim), "[-,600]");
  claim.quantity.high.reset();
  EXPECT_FALSE(Read(claim).has_value());
}

TEST(Intervals, NeighbouringRoundedValuesDoNotMeet) {
  const auto a = Read(Stated("16.4", "0.1", Bound::kExact, "CNY"));
  const auto b = Read(Stated("16.5", "0.1", Bound::kExact, "CNY"));
  const auto exact = Read(Stated("16.45", "0.01", Bound::kExact, "CNY"));
  EXPECT_FALSE(Meet(a->agreeing, b->agreeing));
  EXPECT_TRUE(Meet(b->agreeing, exact->agreeing));
}

TEST(Intervals, AFallIsNegativeHoweverItIsPrinted) {
  Claim claim = Stated("20", "1", Bound::kMoreThan, "CNY");
  claim.kind = ClaimKind::kChange;
  claim.direction = Direction::kDown;
  EXPECT_EQ(Agreeing(claim), "[-22,-20)");
  EXPECT_EQ(Possible(claim), "[-,-20)");
  claim.quantity.value = D("-20");
  EXPECT_EQ(Agreeing(claim), "[-22,-20)");
  claim.direction = Direction::kUp;
  claim.quantity.value = D("20");
  EXPECT_EQ(Agreeing(claim), "(20,22]");
  claim.kind = ClaimKind::kLevel;  // 跌至20 is no negative level
  claim.direction = Direction::kDown;
  EXPECT_EQ(Agreeing(claim), "(20,22]");
}

TEST(Intervals, ALossIsANegativeProfit) {
  Claim loss = Stated("1100000000", "100000000", Bound::kExact, "CNY");
  loss.metric = "净亏损";
  Claim profit = Stated("-1100000000", "100000000", Bound::kExact, "CNY");
  profit.metric = "净利润";
  EXPECT_EQ(AspectMetric(loss), "净利润");
  EXPECT_EQ(KeyMetric(loss), "净利润");
  EXPECT_EQ(Read(loss)->agreeing, Read(profit)->agreeing);
  loss.quantity.value = loss.quantity.value->Negated();  // 净亏损 -11亿: said twice
  EXPECT_EQ(Read(loss)->agreeing, Read(profit)->agreeing);
  // A loss that widens by 30 % is no profit that falls by 30 %.
  Claim wider = Stated("30", "1", Bound::kExact);
  wider.metric = "净亏损";
  wider.kind = ClaimKind::kChange;
  wider.direction = Direction::kUp;
  EXPECT_EQ(AspectMetric(wider), "净利润");
  EXPECT_EQ(KeyMetric(wider), "净亏损");
}

TEST(Intervals, UnitsConvertOnlyWhereExact) {
  const auto tonnes = Read(Stated("3", "0", Bound::kExact, "tonne"));
  const auto kilograms = Read(Stated("3000", "0", Bound::kExact, "kilogram"));
  EXPECT_EQ(UnitDimension("tonne"), UnitDimension("kilogram"));
  EXPECT_EQ(tonnes->agreeing, kilograms->agreeing);
  EXPECT_EQ(Read(Stated("50", "0", Bound::kExact, "percent"))->agreeing,
            Read(Stated("0.5", "0", Bound::kExact, "ratio"))->agreeing);
  EXPECT_EQ(UnitDimension("kilowatt-hour/day"), "watt-hour/day");
  EXPECT_NE(UnitDimension("USD"), UnitDimension("CNY"));
  EXPECT_NE(UnitDimension("percent"), UnitDimension("percentage_point"));
}

TEST(Intervals, TablesReadWithoutErrors) {
  std::vector<TableError> errors;
  const Table units =
      Table::Read("dedupe/rules/unit_factors.tsv", *EmbeddedFile("dedupe/rules/unit_factors.tsv"),
                  {"unit", "base", "factor"}, errors);
  const Table metrics = Table::Read("dedupe/rules/opposite_metrics.tsv",
                                    *EmbeddedFile("dedupe/rules/opposite_metrics.tsv"),
                                    {"metric", "opposite"}, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  for (const Table::Row& row : units.rows()) {
    // A base is no unit with a base of its own, and every factor counts.
    const auto one = Read(Stated("1", "0", Bound::kExact, units.Get(row, "unit")));
    EXPECT_EQ(UnitDimension(units.Get(row, "unit")), units.Get(row, "base"));
    EXPECT_EQ(one->value.ToString(), units.Get(row, "factor"));
    EXPECT_EQ(UnitDimension(units.Get(row, "base")), units.Get(row, "base"));
  }
  for (const Table::Row& row : metrics.rows()) {
    Claim claim;
    claim.metric = metrics.Get(row, "opposite");
    EXPECT_EQ(AspectMetric(claim), claim.metric);
  }
}

std::string Fiscal(const Period& period, int year_end) {
  const Period p = FiscalReading(period, year_end);
  return p.start->ToString() + ".." + p.end->ToString();
}

TEST(Intervals, FiscalReadingSharesTwoThirds) {
  EXPECT_EQ(Fiscal(QuarterPeriod(2024, 4), 1), "2024-11-01..2025-01-31");
  EXPECT_EQ(Fiscal(QuarterPeriod(2025, 1), 1), "2025-02-01..2025-04-30");
  EXPECT_EQ(Fiscal(QuarterPeriod(2024, 1), 2), "2023-12-01..2024-02-29");
  EXPECT_EQ(Fiscal(QuarterPeriod(2024, 1), 3), "2024-01-01..2024-03-31");
  EXPECT_EQ(Fiscal(QuarterPeriod(2024, 1), 12), "2024-01-01..2024-03-31");
  EXPECT_EQ(Fiscal(QuarterPeriod(2024, 1), 0), "2024-01-01..2024-03-31");
  EXPECT_EQ(Fiscal(YearPeriod(2024), 1), "2024-02-01..2025-01-31");
  EXPECT_EQ(Fiscal(YearPeriod(2024), 3), "2024-04-01..2025-03-31");
  EXPECT_EQ(Fiscal(YearPeriod(2024), 9), "2023-10-01..2024-09-30");
  EXPECT_EQ(Fiscal(YearPeriod(2024), 6), "2024-01-01..2024-12-31");  // shares only half
  EXPECT_EQ(Fiscal(HalfPeriod(2024, 1), 1), "2024-02-01..2024-07-31");
  EXPECT_EQ(Fiscal(HalfPeriod(2024, 1), 3), "2024-01-01..2024-06-30");
  EXPECT_EQ(Fiscal(MonthPeriod(2024, 1), 1), "2024-01-01..2024-01-31");
  EXPECT_EQ(Fiscal(YearPeriod(9999), 1), "9999-01-01..9999-12-31");
  EXPECT_EQ(Fiscal(YearPeriod(1), 9), "0001-01-01..0001-12-31");
}

}  // namespace
}  // namespace hanfact::dedupe
