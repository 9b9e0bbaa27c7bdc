// The dictionary of words as it is built in: what ICU's own trie says of the same words.
#include <unicode/ucharstrie.h>
#include <unicode/unistr.h>

#include "extract/icu_dictionary.h"
#include "extract/word_dictionary.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using extract::IcuDictionary;
using extract::WordDictionary;

TEST(WordDictionary, HasTheWordsOfIcuAndNoOthers) {
  const WordDictionary dictionary;
  ASSERT_NE(IcuDictionary(), nullptr);
  UErrorCode status = U_ZERO_ERROR;
  icu::UCharsTrie::Iterator words(IcuDictionary(), 0, status);
  int seen = 0;
  while (words.next(status)) {
    const icu::UnicodeString& word = words.getString();
    bool han = word.length() <= static_cast<int32_t>(WordDictionary::kLongestWord);
    for (int32_t i = 0; i < word.length(); ++i) han = han && IsHan(word[i]);
    if (!han || seen++ % 7 != 0) continue;  // a seventh of them will do
    std::string utf8;
    word.toUTF8String(utf8);
    EXPECT_EQ(dictionary.Cost(utf8), std::max(1, words.getValue())) << utf8;
  }
  EXPECT_GT(seen, 200000);
  EXPECT_EQ(dictionary.Cost(""), 0);
  EXPECT_EQ(dictionary.Cost("霁霁"), 0);
  EXPECT_EQ(dictionary.Cost("中国中国"), 0);
  EXPECT_EQ(dictionary.Cost("𠮷𠮷"), 0);
}

TEST(WordDictionary, WordsAtACharacterComeShortestFirstAndStopAtTheEnd) {
  const WordDictionary dictionary;
  const std::vector<char32_t> chars = {U'大', U'学', U'生', U'很', U'多'};
  const WordDictionary::Start start = dictionary.StartOf(chars[0], chars[1]);
  EXPECT_NE(start, 0u);
  EXPECT_EQ(dictionary.StartOf(U'霁', U'霁'), 0u);
  EXPECT_EQ(dictionary.StartOf(U'𠮷', U'大'), 0u);
  std::vector<uint32_t> ends;
  dictionary.WordsAt(chars.data(), start, 0, 5, [&](uint32_t end, int) { ends.push_back(end); });
  EXPECT_EQ(ends, (std::vector<uint32_t>{2, 3}));
  ends.clear();
  dictionary.WordsAt(chars.data(), start, 0, 2, [&](uint32_t end, int) { ends.push_back(end); });
  EXPECT_EQ(ends, (std::vector<uint32_t>{2}));
}

}  // namespace
}  // namespace hanfact::testing
