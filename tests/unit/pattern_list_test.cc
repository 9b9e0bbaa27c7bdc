// What a pattern needs rules no text out that it matches.
#include "ingest/pattern_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/table.h"
#include "base/text.h"

namespace hanfact::ingest {
namespace {

using Need = std::vector<std::u32string>;

TEST(NeededBy, ListsOneOfWhichStandsThere) {
  EXPECT_EQ(NeededBy("责编"), (std::vector<Need>{{U"责编"}}));
  EXPECT_EQ(NeededBy("^(?:责编|编辑)[:/]x*$"),
            (std::vector<Need>{{U"编辑/", U"编辑:", U"责编/", U"责编:"}}));
  EXPECT_EQ(NeededBy("a?bc"), (std::vector<Need>{{U"abc", U"bc"}}));
  EXPECT_EQ(NeededBy("(?:ab)+c"), (std::vector<Need>{{U"ab"}, {U"c"}}));
  EXPECT_EQ(NeededBy("甲[^乙]{0,3}丙(?P<x>丁)"), (std::vector<Need>{{U"甲"}, {U"丙丁"}}));
  EXPECT_EQ(NeededBy("x(?:[^y]cd)y"), (std::vector<Need>{{U"x"}, {U"cdy"}}));
  EXPECT_EQ(NeededBy("x(?:ab[^y]cd)?y"), (std::vector<Need>{{U"x"}, {U"y"}}));
  EXPECT_EQ(NeededBy("甲\\d乙丙|丁{2}"), (std::vector<Need>{{U"丁", U"乙丙"}}));
  EXPECT_EQ(NeededBy("[])]\\.[a\\]-]"),
            (std::vector<Need>{{U").-", U").]", U").a", U"].-", U"].]", U"].a"}}));
}

TEST(NeededBy, NothingWhereNothingCanBeTold) {
  for (const char* pattern :
       {"", "a|", "a*", "(?:a|b)?", "[a-z]", "[^a]", "\\pL", "(?i)abc", "a|\\p{Han}", "(a", "a)",
        "[a", "[[:alpha:]]a", "a{0,2}", "a**", "\\Qa.b\\E", "\xFF"}) {
    EXPECT_TRUE(NeededBy(pattern).empty()) << pattern;
  }
}

// Every pattern of the tables against texts of their own characters, and against made-up ones.
TEST(PatternList, AsksWhateverMatches) {
  std::mt19937 random(11);
  for (const std::string file : {"boilerplate", "bylines", "inline"}) {
    const std::string path = "ingest/rules/" + file + ".tsv";
    std::vector<TableError> errors;
    const Table table =
        Table::Read(path, EmbeddedFile(path).value_or(""), {"rule_id", "pattern"}, errors);
    RE2::Options options;
    options.set_log_errors(false);
    PatternList list(options);
    std::vector<std::string> pieces;
    for (const Table::Row& row : table.rows()) {
      std::string pattern = table.Get(row, "pattern");
      if (const size_t at = pattern.find("{PLACE}"); at != std::string::npos) {
        pattern.replace(at, 7, "北京|上海");
      }
      // Runs of plain characters of the pattern.
      std::string piece;
      for (size_t i = 0; i < pattern.size(); i += CodePointLength(pattern[i])) {
        const std::string_view c = std::string_view(pattern).substr(i, CodePointLength(pattern[i]));
        if (std::string_view("\\|()[]{}?*+^$.").find(c[0]) == std::string_view::npos) {
          piece += c;
        } else if (!piece.empty()) {
          pieces.push_back(std::exchange(piece, {}));
        }
      }
      list.Add(std::move(pattern));
    }
    ASSERT_GT(list.size(), 10u);
    EXPECT_TRUE(list.Sound());
    constexpr std::string_view kMore[] = {"王平", "记者", "3", "。", " ",    ":",
                                          "/",    "|",    "(", ")",  "北京", "张"};
    size_t matches = 0, asked = 0, rounds = 3000;
    for (size_t round = 0; round < rounds; ++round) {
      std::string text;
      for (size_t n = 1 + random() % 5; n > 0; --n) {
        text += random() % 3 != 0 ? pieces[random() % pieces.size()]
                                  : std::string(kMore[random() % std::size(kMore)]);
      }
      std::vector<int> expected;
      for (size_t k = 0; k < list.size(); ++k) {
        if (RE2::PartialMatch(text, list.At(k))) expected.push_back(static_cast<int>(k));
      }
      EXPECT_EQ(list.Match(text), expected) << text;
      matches += expected.size();
      asked += list.MayMatch(text).size();
    }
    EXPECT_GT(matches, 10u) << file;
    EXPECT_LT(asked, rounds * list.size() / 4) << file;
  }
}

}  // namespace
}  // namespace hanfact::ingest
