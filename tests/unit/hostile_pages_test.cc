// Pages made to cost time or memory: small ones here, big ones in hostile_pages_long_test.cc. Each
// must end in the article or in a reject, and what is quadratic shows: sizes are such that a linear
// pass takes well under a second and a quadratic one minutes.
#include <chrono>
#include <functional>

#include "hostile_pages.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

TEST(HostilePages, SmallOnesOfEachKind) {
  for (const HostilePage& page : HostilePages(1)) {
    const auto start = std::chrono::steady_clock::now();
    const std::string got = TextOf(page.bytes, page.text);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    EXPECT_TRUE(got == page.want || (page.want.empty() && !got.empty()))
        << page.name << " gives " << got.substr(0, 300);
    EXPECT_LT(spent.count(), 30) << page.name;  // with room for sanitizers and busy machines
  }
}

// 300 elements deep is deeper than the parser's own limit, and the text is at the bottom.
TEST(HostilePages, NothingIsCutInSilence) {
  std::string page = "<html><body><h1>港口的账本说明了什么</h1>";
  for (int i = 0; i < 300; ++i) page += "<div><span>";
  std::string want;
  for (int i = 0; i < 40; ++i) {
    const std::string line = "第" + std::to_string(i) + "个港口公布的数据显示，上半年的吞吐量为" +
                             std::to_string(200 + i) + "万吨，同比增长一成。";
    page += "<p>" + line + "</p>";
    want += (i == 0 ? "" : "\n") + line;
  }
  EXPECT_EQ(TextOf(page, false), want);
}

TEST(HostilePages, OneLongParagraph) {
  std::string text;
  while (text.size() < 3000000) text += "港口公布的数据显示，上半年的吞吐量为三百万吨，同比增长一成。";
  EXPECT_EQ(TextOf("<html><body><h1>港口的账本说明了什么</h1><p>" + text + "</p>", false), text);
}

}  // namespace
}  // namespace hanfact::testing
