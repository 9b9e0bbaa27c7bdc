// The whole door: identity, precedence, gates, dates.
#include "ingest/cleaner.h"

#include "base/hash.h"
#include "ingest/metadata.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using ingest::FindStamps;
using ingest::FirstStamp;

std::string Iso(std::string_view text) {
  const auto stamp = FirstStamp(text);
  return stamp ? stamp->ToIso() : "";
}

TEST(Metadata, DatesAsPagesWriteThem) {
  EXPECT_EQ(Iso("2019-09-05"), "2019-09-05");
  EXPECT_EQ(Iso("2019/9/5 14:03"), "2019-09-05T14:03:00+08:00");
  EXPECT_EQ(Iso("发布时间：2019年09月05日 14:03:22 来源"), "2019-09-05T14:03:22+08:00");
  EXPECT_EQ(Iso("2019年9月5日　下午2:03"), "2019-09-05T14:03:00+08:00");
  EXPECT_EQ(Iso("２０１９．０９．０５"), "2019-09-05");
  EXPECT_EQ(Iso("二〇一九年九月五日"), "2019-09-05");
  EXPECT_EQ(Iso("二〇一九年十二月三十一日"), "2019-12-31");
  EXPECT_EQ(Iso("民國108年9月5日"), "2019-09-05");
  EXPECT_EQ(Iso("20190905"), "2019-09-05");
  EXPECT_EQ(Iso("201909051403"), "2019-09-05T14:03:00+08:00");
  EXPECT_EQ(Iso("Mon Mar 01 10:52:32 HKT 2021"), "2021-03-01T10:52:32+08:00");
  EXPECT_EQ(Iso("March 1, 2021"), "2021-03-01");
  EXPECT_EQ(Iso("01 Mar 2021 10:00"), "2021-03-01T10:00:00+08:00");
  EXPECT_EQ(Iso("2020-08-14T09:18:00Z"), "2020-08-14T09:18:00+00:00");
  EXPECT_EQ(Iso("2020-08-14T09:18:00.123+0900"), "2020-08-14T09:18:00+09:00");
  EXPECT_EQ(Iso("18-03-08 23:16"), "2018-03-08T23:16:00+08:00");
  EXPECT_EQ(Iso("18/07/2024 12:41"), "2024-07-18T12:41:00+08:00");
  EXPECT_EQ(Iso("07/18/2024"), "2024-07-18");
  EXPECT_EQ(Iso("2024 07/18 20:18:30"), "2024-07-18T20:18:30+08:00");
  for (const char* none : {"2019-13-05", "2019-02-30", "12.34.56", "1.2.3", "电话 400-820-8888",
                           "3/4 的受访者", "2019年", "9月5日", "123456789012345678", "2024 3/4", "31/13/2024"}) {
    EXPECT_EQ(Iso(none), "") << none;
  }
}

TEST(Metadata, DateInUrl) {
  EXPECT_EQ(ingest::DateInUrl("https://a.cn/2019-09/05/c_1.htm")->date.ToString(), "2019-09-05");
  EXPECT_EQ(ingest::DateInUrl("https://a.cn/news/20190905/1.html")->date.ToString(), "2019-09-05");
  EXPECT_FALSE(ingest::DateInUrl("https://a.cn/c/12345678.html"));
  EXPECT_EQ(ingest::HostOf("https://www.A.com.tw:80/x"), "a.com.tw");
  EXPECT_EQ(ingest::HostOf("nothing"), "");
}

TEST(Metadata, DatesWithoutYear) {
  const Date anchor{2020, 1, 3};
  auto date = [&](std::string_view line, bool byline) {
    const auto found = ingest::AnchoredDate(line, anchor, byline);
    return found ? found->ToString() : "";
  };
  EXPECT_EQ(date("新华社北京9月5日电 港口吞吐量增长一成", false), "2019-09-05");
  EXPECT_EQ(date("（海濱社記者許靜宜台北2日電）台股", false), "2020-01-02");
  EXPECT_EQ(date("（海濱社記者許靜宜台北23日電）台股", false), "2019-12-23");
  EXPECT_EQ(date("9月5日，港口开航", false), "");
  EXPECT_EQ(date("昨天 08:20", true), "2020-01-02");
  EXPECT_EQ(date("3小时前", true), "2020-01-03");
  EXPECT_EQ(date("2天前", true), "2020-01-01");
  EXPECT_EQ(date("2月30日电", false), "");
}

RawArticle Record(std::string text) {
  RawArticle article;
  article.locator = "x#1";
  article.payload = std::move(text);
  article.kind = PayloadKind::kText;
  article.utf8 = true;
  return article;
}

TEST(Cleaner, IdentityIsThePayloadUrlAndId) {
  RawArticle article = Record("港口吞吐量增长一成。");
  article.given.url = "https://a.cn/1";
  article.given.external_id = "7";
  auto result = SharedTools().cleaner().Clean(article, std::nullopt);
  const Document& d = std::get<Document>(result);
  EXPECT_EQ(d.sha256, Sha256Hex("港口吞吐量增长一成。"));
  EXPECT_EQ(d.document_id, MakeDocumentId(d.sha256, "https://a.cn/1", "7"));
  EXPECT_EQ(d.charset, "UTF-8");
  EXPECT_EQ(d.language, "zh");
}

TEST(Cleaner, Precedence) {
  RawArticle article;
  article.locator = "p.html";
  article.payload =
      "<html><head><meta property=\"article:published_time\" content=\"2024-01-03\"><title>页面题目"
      "</title></head><body><h1>页面题目</"
      "h1><p>港口集团公布的数据显示，上半年的货物吞吐量为2.31亿吨"
      "，同比增长6.8%，创下历史新高。</p></body></html>";
  auto published = [&](const RawArticle& a, std::optional<Date> as_of) {
    auto result = SharedTools().cleaner().Clean(a, as_of);
    const Document& d = std::get<Document>(result);
    return d.meta.published + " " + d.published_from;
  };
  EXPECT_EQ(published(article, Date{2020, 1, 1}), "2024-01-03 meta");
  article.given.published = "2024/1/2";
  EXPECT_EQ(published(article, std::nullopt), "2024-01-02 record");
  article.sidecar.published = "2024-01-01T08:00:00+09:00";
  EXPECT_EQ(published(article, std::nullopt), "2024-01-01T08:00:00+09:00 sidecar");
  RawArticle bare = Record("港口吞吐量增长一成。");
  EXPECT_EQ(published(bare, Date{2020, 1, 1}), "2020-01-01 as-of");
}

// Names of <meta> that tell when a page was published, where nothing else does.
TEST(Cleaner, DatesByMeta) {
  for (const std::string name :
       {"article:published_time", "article.created", "pubdate", "publish-date", "DC.date.issued",
        "date.available", "datePublished", "apub:time"}) {
    RawArticle page;
    page.locator = "p.html";
    page.payload = "<html><head><meta name=\"" + name +
                   "\" content=\"2023-05-06\"><title>港口半年報</title></head><body><h1>港口半年報"
                   "</h1><p>港口集团公布的数据显示，上半年的货物吞吐量为2.31亿吨，同比增长6.8%，"
                   "创下历史新高。</p></body></html>";
    auto result = SharedTools().cleaner().Clean(page, std::nullopt);
    const Document& d = std::get<Document>(result);
    EXPECT_EQ(d.meta.published, "2023-05-06") << name;
    EXPECT_EQ(d.published_from, "meta") << name;
  }
}

TEST(Cleaner, Gates) {
  auto stage = [](std::string text) {
    auto result = SharedTools().cleaner().Clean(Record(std::move(text)), std::nullopt);
    const Reject* reject = std::get_if<Reject>(&result);
    return reject == nullptr ? "" : reject->stage;
  };
  EXPECT_EQ(stage("The port handled 231 million tonnes of cargo in the first half."), "language");
  EXPECT_EQ(stage("港湾の貨物取扱量は前年同期より増えた。これからも続くとみられる。"), "language");
  EXPECT_EQ(stage("항만의 화물 처리량이 늘었다."), "language");
  EXPECT_EQ(stage(" \n "), "clean");
  EXPECT_EQ(stage("NVIDIA发布H200，性能提升"), "");
}

}  // namespace
}  // namespace hanfact::testing
