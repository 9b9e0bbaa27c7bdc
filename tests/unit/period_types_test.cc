#include <gtest/gtest.h>

#include "base/period.h"

namespace hanfact {
namespace {

TEST(Dates, EveryDayOfFourCenturiesRoundTrips) {
  int64_t n = DayNumber({1900, 1, 1});
  int weekday = 1;  // 1900-01-01 was a Monday
  for (int year = 1900; year < 2300; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= DaysInMonth(year, month); ++day, ++n) {
        const Date d{year, month, day};
        ASSERT_EQ(DayNumber(d), n);
        ASSERT_EQ(FromDayNumber(n), d);
        ASSERT_EQ(Weekday(d), weekday);
        ASSERT_EQ(ParseDate(d.ToString()), d);
        weekday = weekday % 7 + 1;
      }
    }
  }
}

TEST(Dates, MonthsClipToTheirLastDay) {
  EXPECT_EQ(AddMonths({2025, 1, 31}, 1), (Date{2025, 2, 28}));
  EXPECT_EQ(AddMonths({2024, 1, 31}, 1), (Date{2024, 2, 29}));
  EXPECT_EQ(AddMonths({2025, 1, 15}, -1), (Date{2024, 12, 15}));
  EXPECT_EQ(AddMonths({2025, 3, 31}, -13), (Date{2024, 2, 29}));
}

TEST(Dates, ParseRefusesWhatIsNoDate) {
  for (const char* text : {"", "2025", "2025-2-3", "2025-13-01", "2025-02-29", "2025/02/01",
                           "2025-02-01x", "0000-01-01"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
  EXPECT_TRUE(ParseDate("2025-02-27T10:00:00+08:00"));
  EXPECT_TRUE(ParseDate("2025-02-27 10:00"));
}

TEST(Periods, CalendarParts) {
  EXPECT_EQ(QuarterPeriod(2024, 4).start->ToString(), "2024-10-01");
  EXPECT_EQ(QuarterPeriod(2024, 4).end->ToString(), "2024-12-31");
  EXPECT_EQ(QuarterPeriod(2024, 4).timex, "2024-Q4");
  EXPECT_EQ(HalfPeriod(2025, 1).end->ToString(), "2025-06-30");
  EXPECT_EQ(MonthPeriod(2024, 2).end->ToString(), "2024-02-29");
  EXPECT_EQ((Moment{{2025, 1, 2}, 3 * 3600 + 55 * 60}).ToString(), "2025-01-02T03:55:00");
}

}  // namespace
}  // namespace hanfact
