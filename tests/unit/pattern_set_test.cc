#include "extract/pattern_set.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>

#include "base/table.h"
#include "base/text.h"

namespace hanfact::extract {
namespace {

using Kind = PatternSet::Kind;

RE2::Options Longest() {
  RE2::Options options;
  options.set_longest_match(true);
  options.set_log_errors(false);
  return options;
}

PatternSet SetOf(Kind kind, std::initializer_list<std::string_view> patterns) {
  PatternSet set(kind);
  for (std::string_view p : patterns) EXPECT_EQ(set.Add(p), "") << p;
  set.Compile();
  return set;
}

TEST(PatternSet, GivesTheLongestMatchOfEachPattern) {
  const PatternSet set = SetOf(Kind::kForward, {"今年", "今年(?:上半年)?", R"(\d{1,2}月)", "今"});
  std::vector<PatternSet::Hit> hits;
  set.Match("今年上半年增长", hits);
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[0].pattern, 3u);
  EXPECT_EQ(hits[0].length, 3u);
  EXPECT_EQ(hits[1].pattern, 0u);
  EXPECT_EQ(hits[2].pattern, 1u);
  EXPECT_EQ(hits[2].length, 15u);
  EXPECT_TRUE(set.MayStart(U'今'));
  EXPECT_TRUE(set.MayStart(U'7'));
  EXPECT_FALSE(set.MayStart(U'年'));
}

// The first two characters refuse most places; they must refuse none where something matches.
TEST(PatternSet, TwoCharactersRefuseOnlyWhatCannotMatch) {
  const PatternSet set =
      SetOf(Kind::kForward, {"今年", R"(\d{1,2}月)", "一[^月年]", "上(?:周|半年)?", "第.季", "b*c"});
  EXPECT_FALSE(set.MayStart(U'今', U'天'));
  EXPECT_FALSE(set.MayStart(U'1', U'日'));
  EXPECT_FALSE(set.MayStart(U'一', U'年'));
  EXPECT_TRUE(set.MayStart(U'今', U'年'));
  EXPECT_TRUE(set.MayStart(U'上', U'天'));  // 上 alone
  EXPECT_TRUE(set.MayStart(U'今', 0));      // not known what follows
  const std::u32string alphabet = U"今年天12月日一上周半第季bcx";
  std::vector<PatternSet::Hit> hits;
  size_t matched = 0, refused = 0;
  for (char32_t a : alphabet) {
    for (char32_t b : alphabet) {
      for (char32_t c : alphabet) {
        std::string text;
        for (char32_t x : {a, b, c}) AppendUtf8(text, x);
        set.Match(text, hits);
        if (set.MayStart(a, b)) continue;
        ++refused;
        ASSERT_TRUE(hits.empty()) << text;
      }
      std::string two;
      AppendUtf8(two, a);
      AppendUtf8(two, b);
      set.Match(two, hits);
      if (!hits.empty()) ++matched;
      ASSERT_TRUE(hits.empty() || set.MayStart(a, b)) << two;
    }
  }
  EXPECT_GT(matched, 40u);
  EXPECT_GT(refused, 1000u);
}

TEST(PatternSet, AnchorsWhereItsKindSays) {
  const PatternSet before = SetOf(Kind::kBackward, {"(?:^|[，。])|第.?"});
  EXPECT_TRUE(before.Any(""));
  EXPECT_TRUE(before.Any("好，"));
  EXPECT_TRUE(before.Any("第几"));
  EXPECT_FALSE(before.Any("第几个"));
  EXPECT_FALSE(before.Any("好"));
  const PatternSet after = SetOf(Kind::kForward, {"[^月日]$|[^，\\s]{2}"});
  EXPECT_TRUE(after.Any("年"));
  EXPECT_FALSE(after.Any("月"));
  EXPECT_TRUE(after.Any("月日"));
  EXPECT_FALSE(after.Any("月 日"));
  const PatternSet anywhere = SetOf(Kind::kAnywhere, {"^净利|营收+"});
  EXPECT_TRUE(anywhere.Any("净利"));
  EXPECT_FALSE(anywhere.Any("其净利"));
  EXPECT_TRUE(anywhere.Any("全年的营收"));
  EXPECT_TRUE(after.Whole("月日"));
  EXPECT_FALSE(after.Whole("月日年"));
}

TEST(PatternSet, RefusesWhatIsNotPlain) {
  PatternSet set(Kind::kForward);
  for (const char* pattern : {"a**?b(", "(a", "a)", "[a", R"(\b)", R"(\pL)", "a{2", "(?i)a", "^a",
                              "*", "a{99}", "a{3,2}", "[一-龥]"}) {
    EXPECT_NE(set.Add(pattern), "") << pattern;
  }
  EXPECT_EQ(set.Add("a"), "");
  set.Compile();
  EXPECT_EQ(set.size(), 1u);
  EXPECT_TRUE(set.Any("ab"));
}

// Every pattern and guard of the date table against RE2, on random strings of the characters they
// are made of.
TEST(PatternSet, AgreesWithRe2OnTheDateRules) {
  std::vector<TableError> errors;
  const Table table =
      Table::Read("periods.tsv", EmbeddedFile("normalize/rules/periods.tsv").value_or(""),
                  {"id", "pattern", "function", "priority", "guard"}, errors);
  ASSERT_TRUE(errors.empty());
  std::vector<std::string> patterns;
  for (const Table::Row& row : table.rows()) {
    std::vector<std::string> found{table.Get(row, "pattern")};
    for (std::string_view word : Split(table.Get(row, "guard"), ' ')) {
      const size_t sign = word.find_first_of("=!");
      if (sign != std::string_view::npos) found.emplace_back(word.substr(sign + 1));
    }
    for (const std::string& p : found) {
      // Parts ({name}) and dates (@a) are the finder's own; the rest is plain.
      if (p.find('{') == std::string::npos && p.find('@') == std::string::npos) {
        patterns.push_back(p);
      }
    }
  }
  ASSERT_GT(patterns.size(), 200u);
  std::mt19937 random(7);
  size_t matched = 0, compared = 0;
  for (const std::string& pattern : patterns) {
    std::u32string alphabet = U"年月日，1";
    for (size_t i = 0; i < pattern.size(); i += CodePointLength(pattern[i])) {
      alphabet += CodePointAt(pattern, i);
    }
    const std::string group = "(?:" + pattern + ")";
    const RE2 forward("^" + group, Longest()), back(group + "$", Longest()),
        anywhere(group, Longest());
    PatternSet sets[] = {PatternSet(Kind::kForward), PatternSet(Kind::kBackward),
                         PatternSet(Kind::kAnywhere)};
    bool sound[3];
    for (int k = 0; k < 3; ++k) {
      sound[k] = sets[k].Add(pattern).empty();
      sets[k].Compile();
    }
    ASSERT_TRUE(sound[0] || sound[1]) << pattern;
    for (int round = 0; round < 200; ++round) {
      std::string text;
      const size_t length = random() % 12;
      for (size_t i = 0; i < length; ++i) AppendUtf8(text, alphabet[random() % alphabet.size()]);
      if (round % 4 == 0 && length > 2) {
        const size_t from = random() % pattern.size();  // a piece of the pattern itself
        size_t at = from;
        while (at < pattern.size() && (static_cast<unsigned char>(pattern[at]) & 0xC0) == 0x80) {
          ++at;
        }
        text = pattern.substr(at, 30);
        while (!text.empty() && FindInvalidUtf8(text)) text.pop_back();
      }
      ++compared;
      if (sound[0]) {
        re2::StringPiece piece(text), whole;
        const bool any = forward.Match(piece, 0, piece.size(), RE2::UNANCHORED, &whole, 1);
        std::vector<PatternSet::Hit> hits;
        sets[0].Match(text, hits);
        ASSERT_EQ(hits.size(), any ? 1u : 0u) << pattern << " on " << text;
        if (any) {
          ++matched;
          ASSERT_EQ(hits[0].length, whole.size()) << pattern << " on " << text;
        }
        ASSERT_EQ(sets[0].Any(text), any);
        ASSERT_EQ(sets[0].Whole(text), RE2::FullMatch(text, anywhere)) << pattern << " on " << text;
      }
      if (sound[1]) {
        ASSERT_EQ(sets[1].Any(text), RE2::PartialMatch(text, back)) << pattern << " on " << text;
      }
      if (sound[2] && pattern.find('$') == std::string::npos) {
        ASSERT_EQ(sets[2].Any(text), RE2::PartialMatch(text, anywhere)) << pattern << " on " << text;
      }
    }
  }
  EXPECT_GT(matched, compared / 50);
}

}  // namespace
}  // namespace hanfact::extract
