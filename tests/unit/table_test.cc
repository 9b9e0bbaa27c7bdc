#include "base/table.h"

#include <gtest/gtest.h>

namespace hanfact {
namespace {

constexpr std::string_view kHead = "# columns: id surface\n# key: id\n";

std::vector<std::string> Errors(std::string text) {
  std::vector<TableError> errors;
  (void)Table::Read("t.tsv", text, {"id", "surface"}, errors);
  std::vector<std::string> out;
  for (const TableError& e : errors) out.push_back(e.ToString());
  return out;
}

TEST(Table, ReadsRowsWithTheirLines) {
  std::vector<TableError> errors;
  const Table t =
      Table::Read("t.tsv", std::string(kHead) + "a\t元\n# note\nb\t\n", {"id", "surface"}, errors);
  EXPECT_TRUE(errors.empty());
  ASSERT_EQ(t.rows().size(), 2u);
  EXPECT_EQ(t.Get(t.rows()[0], "surface"), "元");
  EXPECT_EQ(t.rows()[1].line, 5u);
  EXPECT_EQ(t.ErrorAt(t.rows()[0], "surface", "x").ToString(), "t.tsv:3:3: x");
}

TEST(Table, ReportsEveryProblemAtOnce) {
  const auto errors = Errors(std::string(kHead) + "b\t1\na\t2\na\t3\nc\n\nd\t4\t5\n\t6\n");
  ASSERT_EQ(errors.size(), 6u);
  EXPECT_EQ(errors[0], "t.tsv:4:1: out of order: belongs before line 3 (sort with LC_ALL=C)");
  EXPECT_EQ(errors[1], "t.tsv:5:1: the same key as line 4");
  EXPECT_EQ(errors[2], "t.tsv:6:2: 1 fields where the table has 2 columns (tab-separated)");
  EXPECT_EQ(errors[3], "t.tsv:7:1: blank line: remove it");
  EXPECT_EQ(errors[5], "t.tsv:9:1: the key column 'id' is empty");
}

TEST(Table, ColumnsMustBeTheOnesRead) {
  const auto errors = Errors("# columns: id surfcae\n# key: id\na\tx\n");
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0], "t.tsv:1:1: column 'surface' is missing");
  EXPECT_EQ(errors[1], "t.tsv:1:1: unknown column 'surfcae'");
  EXPECT_EQ(Errors("a\tb\n").size(), 1u);
  EXPECT_EQ(Errors("").size(), 1u);
}

TEST(Table, ColumnsAreNamedOnceBeforeTheRows) {
  // A second, shorter line once left the key outside the row (found by fuzzing).
  const auto late = Errors("# columns: id surface\n# key: surface\na\tb\n# columns: id\nx\n");
  ASSERT_GE(late.size(), 1u);
  EXPECT_EQ(late[0], "t.tsv:4:1: columns and key are named once, before the first row");
  EXPECT_EQ(Errors("# columns: id surface\n# columns: id\n# key: id\na\tb\n")[0],
            "t.tsv:2:1: columns are named twice");
}

TEST(Table, BadUtf8IsAnError) {
  const auto errors = Errors(std::string(kHead) + "a\t\xff\n");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0], "t.tsv:3:1: not valid UTF-8: save the table as UTF-8");
}

}  // namespace
}  // namespace hanfact
