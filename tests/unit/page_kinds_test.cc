// What is no article is told apart and refused with its own reason; an article bears how sure it
// is.
#include "ingest/cleaner.h"
#include "ingest/html_clean.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using ingest::PageKind;

struct Verdict {
  PageKind kind = PageKind::kArticle;
  std::string stage, reason;  // empty for a document
  double confidence = 0;
};

Verdict Judge(const std::string& body, const std::string& head = "<title>港口</title>") {
  static const std::unique_ptr<ingest::Rules> rules = [] {
    std::vector<TableError> errors;
    return std::make_unique<ingest::Rules>(errors);
  }();
  static const std::unique_ptr<ingest::Cleaner> cleaner = [] {
    std::vector<TableError> errors;
    return std::make_unique<ingest::Cleaner>(errors);
  }();
  const std::string page =
      "<html><head><meta charset=\"utf-8\">" + head + "</head><body>" + body + "</body></html>";
  Verdict out;
  out.kind = ingest::CleanHtml(page, *rules).kind;
  RawArticle article;
  article.locator = "page";
  article.payload = page;
  auto result = cleaner->Clean(std::move(article), std::nullopt);
  if (const auto* document = std::get_if<Document>(&result)) {
    out.confidence = document->confidence;
  } else {
    out.stage = std::get<Reject>(result).stage;
    out.reason = std::get<Reject>(result).reason;
  }
  return out;
}

const std::string kNews =
    "<p>港口集团公布的数据显示，上半年的货物吞吐量为2.31亿吨，同比增长6.8%，创下了历史新高。</p>";

const std::string kMore =
    "<p>集团负责人何晴表示，新开的三条航线带动了外贸货量，全年的吞吐量有望突破4.8亿吨。</p>"
    "<p>不过，受燃油价格上涨的影响，上半年的营业成本为18.6亿元，比去年同期多出1.1亿元。</p>";

std::string Many(int count, const std::string& before, const std::string& behind) {
  std::string out;
  for (int i = 10; i < 10 + count; ++i) out += before + std::to_string(i) + behind;
  return out;
}

void ExpectRefused(const Verdict& verdict, PageKind kind, std::string_view word) {
  EXPECT_EQ(verdict.kind, kind) << verdict.reason;
  EXPECT_EQ(verdict.stage, "clean");
  EXPECT_NE(verdict.reason.find(word), std::string::npos) << verdict.reason;
}

TEST(PageKinds, Lists) {
  ExpectRefused(Judge(Many(9, "<div><h3><a href=x>这是第",
                           "条新闻的标题</a></h3><p>港口的吞吐量在上半年增长，"
                           "创下了新高。</p><span>2024-07-18</span></div>")),
                PageKind::kList, "list");
  ExpectRefused(
      Judge("<ul>" + Many(60, "<li><a href=x>这是第", "条新闻的标题文字</a></li>") + "</ul>"),
      PageKind::kList, "list");
}

TEST(PageKinds, Galleries) {
  ExpectRefused(
      Judge("<h1>港口的一天</h1>" +
            Many(9, "<div><img src=x><p>7月18日，工人在码头检查第", "号吊机。何晴摄</p></div>")),
      PageKind::kGallery, "gallery");
  // An article with many pictures is one.
  EXPECT_EQ(Judge("<h1>港口的一天</h1>" + kNews + kMore +
                  Many(9, "<div><img src=x><p>工人在检查第", "号吊机</p></div>"))
                .stage,
            "");
}

TEST(PageKinds, LiveBlogs) {
  ExpectRefused(
      Judge("<h1>直播：法说会</h1>" +
            Many(9, "<div><span>09:", "</span><p>总经理表示，出货的情况比上一季好。</p></div>")),
      PageKind::kLiveBlog, "live blog");
  // The time under a headline makes no live blog.
  EXPECT_EQ(Judge("<h1>港口的一天</h1><p>09:32</p>" + kNews + kMore).stage, "");
}

TEST(PageKinds, Videos) {
  ExpectRefused(Judge("<h1>港口开航</h1><video src=x></video><p>7月18日，新航线开航。</p>"),
                PageKind::kVideo, "video");
  ExpectRefused(Judge("<h1>港口开航</h1><p>播放 1.2万次</p>",
                      "<title>港口</title><meta property=\"og:type\" content=\"video.other\">"),
                PageKind::kVideo, "video");
  EXPECT_EQ(Judge("<h1>港口开航</h1><video src=x></video>" + kNews + kMore).stage, "");
}

TEST(PageKinds, NoText) {
  ExpectRefused(Judge("<div id=app></div><script src=a.js></script>"), PageKind::kNoText,
                "no text");
  ExpectRefused(Judge("<noscript>请启用 JavaScript 以浏览本网站的全部内容，谢谢您。</noscript>"),
                PageKind::kNoText, "no text");
  ExpectRefused(
      Judge("<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除。</p><p>5秒后返回首页</p>"),
      PageKind::kNoText, "no article text");
}

TEST(PageKinds, OtherLanguages) {
  const std::string english =
      "<h1>Port</h1><p>The port handled 231 million tonnes of cargo in the first half.</p>";
  EXPECT_EQ(Judge(english + english).stage, "language");
  EXPECT_NE(
      Judge("<h1>港湾</h1><p>港湾の貨物取扱量は前年同期より増えた。これからも続くとみられる。</p>")
          .reason.find("Japanese"),
      std::string::npos);
}

TEST(PageKinds, ConfidenceHasAFloor) {
  const double sure = Judge("<h1>港口的账本</h1>" + kNews + kMore).confidence;
  const double less = Judge(kNews + Many(9, "<div><div><p>另一段与它无关的话，说的是第",
                                         "件事，也不短。</p></div></div>"))
                          .confidence;
  EXPECT_GT(sure, 0.8);
  EXPECT_LT(less, sure);
  // A catalogue's line: Chinese, no list, no gallery, and no article.
  const Verdict parts = Judge("<div>高级合金钢管件库存一百二十件整可订</div>", "");
  EXPECT_EQ(parts.stage, "clean");
  EXPECT_NE(parts.reason.find("confidence 0."), std::string::npos) << parts.reason;
}

}  // namespace
}  // namespace hanfact::testing
