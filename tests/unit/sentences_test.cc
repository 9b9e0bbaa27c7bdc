#include "extract/sentences.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hanfact::extract {
namespace {

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> out;
  for (const Sentence& s : SplitSentences(text)) out.emplace_back(Slice(text, s.span));
  return out;
}

TEST(SentencesTest, EndsBehindMarksAndWhatClosesThere) {
  EXPECT_EQ(Texts("他说“好。”我不信!真的?是;完"),
            (std::vector<std::string>{"他说“好。”", "我不信!", "真的?", "是;", "完"}));
}

TEST(SentencesTest, LineBreaksPartParagraphs) {
  const std::string text = "甲\n\n 乙。丙 \n";
  const std::vector<Sentence> sentences = SplitSentences(text);
  ASSERT_EQ(sentences.size(), 3u);
  EXPECT_EQ(Slice(text, sentences[1].span), "乙。");
  EXPECT_EQ(Slice(text, sentences[2].span), "丙");
  EXPECT_EQ(sentences[0].paragraph, 0u);
  EXPECT_EQ(sentences[2].paragraph, 2u);
}

TEST(SentencesTest, LongOnesAreCutAtClauseMarks) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "甲乙，";
  for (const Sentence& s : SplitSentences(text)) {
    EXPECT_LE(s.span.size(), kMaxSentenceBytes);
    EXPECT_TRUE(Slice(text, s.span).ends_with("，"));
  }
  std::string solid(10000, 'x');
  uint32_t covered = 0;
  for (const Sentence& s : SplitSentences(solid)) covered += s.span.size();
  EXPECT_EQ(covered, solid.size());
  std::string han;
  for (int i = 0; i < 4000; ++i) han += "甲";
  for (const Sentence& s : SplitSentences(han)) {
    EXPECT_FALSE(FindInvalidUtf8(Slice(han, s.span)).has_value());
  }
}

TEST(SentencesTest, NothingGivesNothing) {
  EXPECT_TRUE(SplitSentences("").empty());
  EXPECT_TRUE(SplitSentences(" \n\n ").empty());
}

}  // namespace
}  // namespace hanfact::extract
