// The words of nouns.tsv from either end, and word borders as ICU sets them.
#include "extract/nouns.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>

#include "base/table.h"
#include "base/text.h"
#include "testing.h"

namespace hanfact::extract {
namespace {

const NounTable& Nouns() {
  static std::vector<TableError> errors;
  static const NounTable nouns(errors);
  return nouns;
}

std::vector<std::string> Surfaces() {
  std::vector<TableError> errors;
  const std::string path = "extract/rules/nouns.tsv";
  const Table table = Table::Read(path, EmbeddedFile(path).value(), {"class", "surface"}, errors);
  std::vector<std::string> out;
  for (const Table::Row& row : table.rows()) out.push_back(table.Get(row, "surface"));
  return out;
}

TEST(Nouns, EveryClassOfTheTableHasANumber) {
  std::vector<TableError> errors;
  const NounTable nouns(errors);
  EXPECT_EQ(ToString(errors), "");
  for (std::string_view name : NounClass::kNames) {
    ASSERT_TRUE(NounClass::Parse(name));
    EXPECT_EQ(NounClass::kNames[NounClass::Parse(name)->index()], name);
  }
  EXPECT_FALSE(NounClass::Parse("no such class"));
}

TEST(Nouns, FromEitherEnd) {
  EXPECT_TRUE(Nouns().Is("generic", "公告"));
  EXPECT_FALSE(Nouns().Is("generic", "公"));
  EXPECT_FALSE(Nouns().Is("generic", "公告的"));
  EXPECT_FALSE(Nouns().Is("generic", ""));
  EXPECT_FALSE(Nouns().Is("measure", "公告"));
  EXPECT_TRUE(Nouns().EndsWith("company", "某某乳业"));
  EXPECT_FALSE(Nouns().EndsWith("company", "乳业某某"));
  EXPECT_TRUE(Nouns().StartsWith("results", "财报显示"));
  EXPECT_TRUE(Nouns().Within("results", "某某财报显示"));
  EXPECT_FALSE(Nouns().Within("results", "某某显示"));
  EXPECT_TRUE(Nouns().MadeOf("act", "出口平均"));
  EXPECT_FALSE(Nouns().MadeOf("act", "出口某某"));
  EXPECT_FALSE(Nouns().MadeOf("act", ""));
  // Half a character is no word and nothing is read behind it.
  const std::string word = "公告";
  for (size_t n = 1; n < word.size(); ++n) {
    EXPECT_FALSE(Nouns().Is("generic", word.substr(0, n)));
    EXPECT_FALSE(Nouns().EndsWith("generic", word.substr(n)));
    EXPECT_FALSE(Nouns().StartsWith("generic", word.substr(0, n)));
  }
  EXPECT_EQ(Nouns().First("home:HK"), "香港");
  EXPECT_EQ(Nouns().First("home:no"), "");
}

TEST(Words, AreCutAsIcuCutsThem) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaker(
      icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
  ASSERT_TRUE(U_SUCCESS(status));
  const auto expected = [&](const std::string& text) {
    const icu::UnicodeString utf16 = icu::UnicodeString::fromUTF8(text);
    breaker->setText(utf16);
    WordSpans out;
    std::string done;
    int32_t begin = breaker->first();
    for (int32_t end = breaker->next(); end != icu::BreakIterator::DONE;
         begin = end, end = breaker->next()) {
      const auto from = static_cast<uint32_t>(done.size());
      utf16.tempSubStringBetween(begin, end).toUTF8String(done);
      out.emplace_back(from, static_cast<uint32_t>(done.size()));
    }
    return out;
  };
  constexpr std::string_view kBetween[] = {
      "",  "龘", "A3型",   "、",     "，",  "。",  "“",     "”",    "《",  "》",
      "(", ")",  "5G",     "(A)",    "1.5", "12%", "3,000", ":",    "·",   "—",
      " ", "“”", "Q1、",   "x86",    "++",  "ａ",  "の",    "é",    "a'b", "A_1",
      "①", "〇", "\u200D", "\u0301", "３",  "！",  "a.b",   "5、6", "”，"};
  const std::vector<std::string> words = Surfaces();
  for (size_t i = 0; i < words.size(); ++i) {
    // Three words that have nothing to do with each other, and something else between them.
    const std::string text = words[i] + words[i * 7 % words.size()] +
                             std::string(kBetween[i % std::size(kBetween)]) +
                             words[i * 31 % words.size()];
    EXPECT_EQ(SplitWords(text), expected(text)) << text;
  }
}

}  // namespace
}  // namespace hanfact::extract
