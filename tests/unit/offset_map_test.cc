// OffsetMap as the match view builds it: over all short strings of the letters that convert in
// every way the view knows (kept, replaced, shrunk, grown, dropped).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "normalize/script.h"

namespace hanfact {
namespace {

bool Border(std::string_view text, uint32_t at) {
  return at == text.size() ||
         (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80);
}

void CheckMap(const std::string& clean) {
  const MatchView view = normalize::MakeMatchView(clean);
  ASSERT_EQ(view.map.clean_size(), clean.size()) << clean;
  ASSERT_EQ(view.map.match_size(), view.text.size()) << clean;
  ASSERT_FALSE(FindInvalidUtf8(view.text)) << clean;

  std::vector<uint32_t> borders;
  for (uint32_t i = 0; i <= view.text.size(); ++i) {
    if (Border(view.text, i)) borders.push_back(i);
  }
  uint32_t last_begin = 0, last_end = 0;
  for (size_t i = 0; i + 1 < borders.size(); ++i) {
    const MatchSpan one{borders[i], borders[i + 1]};
    const CleanSpan there = view.map.ToClean(one);
    ASSERT_LT(there.begin, there.end) << clean;
    ASSERT_LE(there.end, clean.size()) << clean;
    ASSERT_TRUE(Border(clean, there.begin) && Border(clean, there.end)) << clean;
    // In order, and never further back.
    ASSERT_GE(there.begin, last_begin) << clean;
    ASSERT_GE(there.end, last_end) << clean;
    last_begin = there.begin;
    last_end = there.end;
    // Back again covers at least the character.
    const MatchSpan back = view.map.ToMatch(there);
    ASSERT_TRUE(back.Contains(one)) << clean;
  }
  // A span covers what its ends cover.
  for (size_t i = 0; i + 1 < borders.size(); ++i) {
    for (size_t j = i + 1; j < borders.size(); ++j) {
      const CleanSpan whole = view.map.ToClean({borders[i], borders[j]});
      ASSERT_EQ(whole.begin, view.map.ToClean({borders[i], borders[i + 1]}).begin) << clean;
      ASSERT_EQ(whole.end, view.map.ToClean({borders[j - 1], borders[j]}).end) << clean;
    }
  }
  for (uint32_t at : borders) {
    const CleanSpan nothing = view.map.ToClean({at, at});
    ASSERT_TRUE(nothing.empty()) << clean;
    ASSERT_TRUE(Border(clean, nothing.begin)) << clean;
  }
}

TEST(OffsetMap, AllShortStrings) {
  static const char* const kLetters[] = {"a", "國", "台", "①", "　", "\n", "😀", "㍿"};
  for (int length = 0; length <= 6; ++length) {
    std::vector<size_t> digits(static_cast<size_t>(length), 0);
    while (true) {
      std::string text;
      for (size_t d : digits) text += kLetters[d];
      CheckMap(text);
      if (HasFatalFailure()) return;
      size_t k = 0;
      while (k < digits.size() && ++digits[k] == std::size(kLetters)) digits[k++] = 0;
      if (k == digits.size()) break;
    }
  }
}

TEST(OffsetMap, EveryKindOfPiece) {
  for (const char* text :
       {"營收 393.31 億美元,同比增長 78％", "１２３，４５６ 元", "溫度 25℃ 與 ½", "「你好」\"好\"",
        "老態龍鍾、乾坤", "a\r\nb\u2028c", "葛\U000E0100城", "\uE000私", "ﷺ", "", " ", "\u200B",
        "二噁英", "CO₂ 10² ㎡"}) {
    CheckMap(text);
  }
}

TEST(OffsetMap, DroppedTextBesideASpanIsNotInIt) {
  const std::string clean = "達 393.31 億 美元 。";
  const MatchView view = normalize::MakeMatchView(clean);
  EXPECT_EQ(view.text, "达393.31亿美元。");
  const auto at = static_cast<uint32_t>(view.text.find("393"));
  const CleanSpan span = view.map.ToClean(
      {at, static_cast<uint32_t>(at + std::string("393.31亿美元").size())});
  EXPECT_EQ(Slice(std::string_view(clean), span), "393.31 億 美元");
}

TEST(OffsetMap, TraditionalTextCostsNoRuns) {
  const MatchView view = normalize::MakeMatchView("營業收入與去年同期相較增長兩成");
  EXPECT_EQ(view.map.runs(), 1u);
}

TEST(OffsetMap, EmptyMap) {
  const OffsetMap map;
  EXPECT_TRUE(map.ToClean({0, 0}).empty());
  EXPECT_TRUE(map.ToMatch({0, 0}).empty());
}

// Every character reads the same from either side, whatever stands beside it, and white space alone
// is removed.
TEST(Text, CharactersFromEitherSide) {
  for (const char32_t beside : {U'a', U'é', U'数', U'𠮷', U'\u3000'}) {
    for (char32_t c = 1; c < 0x30000; ++c) {
      if (c >= 0xD800 && c < 0xE000) continue;
      std::string text;
      AppendUtf8(text, beside);
      const size_t begin = text.size();
      AppendUtf8(text, c);
      const size_t end = text.size();
      ASSERT_EQ(CodePointAt(text, begin), c);
      ASSERT_EQ(CodePointLength(text[begin]), end - begin);
      ASSERT_EQ(CodePointBefore(text, end), c);
      ASSERT_EQ(CodePointBefore(text, begin), beside);
      AppendUtf8(text, U'数');
      std::string solid;
      for (const char32_t kept : {beside, c, U'数'}) {
        if (!IsSpace(kept)) AppendUtf8(solid, kept);
      }
      ASSERT_EQ(RemoveSpace(text), solid) << static_cast<uint32_t>(c);
    }
  }
}

}  // namespace
}  // namespace hanfact
