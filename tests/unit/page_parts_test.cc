// Articles in pages: told by their pagers, joined when all parts are there.
#include "ingest/page_parts.h"

#include "ingest/cleaner.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using ingest::CompleteSeries;
using ingest::FindPagePart;
using ingest::JoinParts;
using ingest::ParseHtml;
using ingest::SplitPageMark;

std::string Split(std::string_view url) {
  const auto [stem, number] = SplitPageMark(url);
  return stem + " " + std::to_string(number);
}

TEST(PageParts, MarksInAddresses) {
  EXPECT_EQ(Split("c1013-31141421-2.html"), "c1013-31141421.html 2");
  EXPECT_EQ(Split("1219222_3.shtml"), "1219222.shtml 3");
  EXPECT_EQ(Split("a_p2.html"), "a.html 2");
  EXPECT_EQ(Split("view?id=7&page=3"), "view?id=7 3");
  EXPECT_EQ(Split("view?page=3&id=7"), "view?id=7 3");
  EXPECT_EQ(Split("view?p=2"), "view 2");
  // A date or a long number is no page.
  EXPECT_EQ(Split("2024-07-180.html"), "2024-07-180.html 1");
  EXPECT_EQ(Split("doc-1234567.html"), "doc-1234567.html 1");
  EXPECT_EQ(Split("news/2.html"), "news/2.html 1");
  EXPECT_EQ(Split(""), " 1");
}

std::string Part(std::string_view body, std::string_view url = "") {
  const auto part = FindPagePart(ParseHtml(body), url);
  if (!part) return "";
  return part->series + " " + std::to_string(part->number) + "/" + std::to_string(part->last);
}

TEST(PageParts, Pagers) {
  // The number without a link is the page's own.
  EXPECT_EQ(Part("<p>1</p><a href='c1-2.html'>【2】</a><a href='c1-3.html'>【3】</a>"),
            "c1.html 1/3");
  EXPECT_EQ(Part("<a href='/n/c1.html'>1</a> <b>2</b> <a href='/n/c1-3.html'>3</a>"),
            "c1.html 2/3");
  EXPECT_EQ(Part("<a href=x_1.html>1</a><a href=x_2.html>2</a> 3"), "x.html 3/3");
  EXPECT_EQ(Part("<a href='a?id=7&page=2'>下一頁</a>"), "a?id=7 1/2");
  EXPECT_EQ(
      Part("<link rel=next href=http://a.cn/x_3.html><link rel=prev href=http://a.cn/x.html>"),
      "x.html 2/3");
  // The page's own address tells as well.
  EXPECT_EQ(Part("<a href=x.html>1</a><a href=x_2.html>2</a><a href=x_3.html>3</a>",
                 "https://a.cn/n/x_3.html"),
            "x.html 3/3");
}

TEST(PageParts, NoPagers) {
  EXPECT_EQ(Part("<a href=b.html>下一页</a><a href=c.html>上一篇</a>"), "");
  EXPECT_EQ(Part("<a href='rank-2.html'>第2名是谁</a><a href=2.html>2</a>"), "");
  EXPECT_EQ(Part("<a href='#2'>2</a><a href='javascript:go(2)'>2</a>"), "");
  EXPECT_EQ(Part("<p>港口</p>", "https://a.cn/x-2.html"), "");
}

Document Page(int number, const std::string& paragraph,
              const std::string& title = "港口的账本说明了什么") {
  static const std::unique_ptr<ingest::Cleaner> cleaner = [] {
    std::vector<TableError> errors;
    return std::make_unique<ingest::Cleaner>(errors);
  }();
  std::string page = "<html><head><title>" + title + "</title></head><body><h1>" + title +
                     "</h1><p>" + paragraph + "</p><div>";
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    page += i == number ? "<b>" + n + "</b> "
                        : "<a href=\"c7" + (i == 1 ? "" : "-" + n) + ".html\">" + n + "</a> ";
  }
  if (number < 3) {
    page += "<a href=\"c7-" + std::to_string(number + 1) + ".html\">下一页</a>";
  }
  page += "</div></body></html>";
  RawArticle article;
  article.locator = "c7-" + std::to_string(number) + ".html";
  article.payload = page;
  auto result = cleaner->Clean(std::move(article), std::nullopt);
  EXPECT_TRUE(std::holds_alternative<Document>(result));
  return std::get<Document>(std::move(result));
}

const std::string kOne =
    "港口集团公布的数据显示，上半年的货物吞吐量为2.31亿吨，同比增长6.8%，创下了新高。";
const std::string kTwo = "集团负责人何晴表示，新开的三条航线带动了外贸货量，全年有望突破4.8亿吨。";
const std::string kThree =
    "不过，受燃油价格上涨的影响，上半年的营业成本为18.6亿元，比去年多出1.1亿元。";

TEST(PageParts, JoinedWhenAllAreThere) {
  const Document one = Page(1, kOne), two = Page(2, kTwo), three = Page(3, kThree);
  const Document other = Page(2, kTwo, "另一篇文章的标题是什么");
  // In any order, beside others.
  const auto series = CompleteSeries({&three, &other, &one, &two});
  ASSERT_EQ(series.size(), 1U);
  EXPECT_EQ(series[0], (ingest::Series{{2}, {3}, {0}}));
  const Document joined = JoinParts({one, two, three});
  EXPECT_EQ(joined.text, kOne + "\n" + kTwo + "\n" + kThree);
  EXPECT_EQ(joined.document_id, one.document_id);
  ASSERT_EQ(joined.blocks.size(), 3U);
  EXPECT_EQ(joined.text.substr(joined.blocks[2].span.begin,
                               joined.blocks[2].span.end - joined.blocks[2].span.begin),
            kThree);
}

TEST(PageParts, WhatEveryPageSaysIsSaidOnce) {
  const std::string note = "编者按：这是一组关于港口经营的报道，共三页，欢迎继续往下读。";
  const Document joined =
      JoinParts({Page(1, note + "</p><p>" + kOne), Page(2, note + "</p><p>" + kTwo)});
  EXPECT_EQ(joined.text, note + "\n" + kOne + "\n" + kTwo);
  EXPECT_EQ(joined.blocks.size(), 3U);
}

TEST(PageParts, LeftAloneWhenOneIsMissingOrDiffers) {
  const Document one = Page(1, kOne), two = Page(2, kTwo), three = Page(3, kThree);
  EXPECT_TRUE(CompleteSeries({&one, &three}).empty());
  EXPECT_TRUE(CompleteSeries({&one, &two}).empty());
  const Document changed = Page(2, kThree);
  EXPECT_TRUE(CompleteSeries({&one, &two, &changed, &three}).empty());
  // The same page twice is one page.
  EXPECT_EQ(CompleteSeries({&one, &two, &two, &three}),
            (std::vector<ingest::Series>{{{0}, {1, 2}, {3}}}));
}

}  // namespace
}  // namespace hanfact::testing
