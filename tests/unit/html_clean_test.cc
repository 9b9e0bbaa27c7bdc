// Pages of our own writing that imitate the layouts of news sites, and pages made to break parsers.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "base/text.h"
#include "ingest/cleaner.h"
#include "ingest/html_tree.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

std::variant<Document, Reject> Clean(std::string payload) {
  RawArticle article;
  article.locator = "page";
  article.payload = std::move(payload);
  return SharedTools().cleaner().Clean(std::move(article), std::nullopt);
}

std::string TextOf(std::string payload) {
  auto result = Clean(std::move(payload));
  const auto* document = std::get_if<Document>(&result);
  return document != nullptr ? document->text : "REJECT " + std::get<Reject>(result).reason;
}

const std::string kParagraph =
    "<p>央行今天公布的数据显示，上半年社会融资规模增量为18.1万亿元，同比多3.3万亿元。</p>";
const std::string kParagraphText =
    "央行今天公布的数据显示，上半年社会融资规模增量为18.1万亿元，同比多3.3万亿元。";

// tests/pages/NAME.html with NAME.expected.txt: '# field: value' lines, then the text.
TEST(HtmlClean, PagesOfOurOwn) {
  int pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() / "tests" / "pages")) {
    if (entry.path().extension() != ".html") continue;
    ++pages;
    const std::string name = entry.path().stem().string();
    std::map<std::string, std::string> want;
    std::string text;
    std::istringstream lines(ReadFile(entry.path().parent_path() / (name + ".expected.txt")));
    for (std::string line; std::getline(lines, line);) {
      const size_t colon = line.find(": ");
      if (line.starts_with("# ") && colon != std::string::npos && text.empty()) {
        want[line.substr(2, colon - 2)] = line.substr(colon + 2);
      } else if (!line.empty()) {
        text += (text.empty() ? "" : "\n") + line;
      }
    }
    auto result = Clean(ReadFile(entry.path()));
    if (want.contains("reject")) {
      ASSERT_TRUE(std::holds_alternative<Reject>(result)) << name;
      EXPECT_EQ(std::get<Reject>(result).stage, want["reject"]) << name;
      continue;
    }
    ASSERT_TRUE(std::holds_alternative<Document>(result))
        << name << ": " << std::get<Reject>(result).reason;
    const Document& document = std::get<Document>(result);
    EXPECT_EQ(document.text, text) << name;
    for (const auto& [field, value] : want) {
      const std::string got = field == "title" ? document.meta.title
                              : field == "published"
                                  ? document.meta.published.substr(0, value.size())
                              : field == "author" ? document.meta.author
                              : field == "source" ? document.meta.source
                              : field == "region" ? document.meta.region
                                                  : "no such field";
      EXPECT_EQ(got, value) << name << " " << field;
    }
    // Blocks are the lines of the text.
    size_t at = 0;
    for (const Block& block : document.blocks) {
      EXPECT_EQ(block.span.begin, at) << name;
      at = block.span.end + 1;
    }
    EXPECT_EQ(at, document.text.size() + 1) << name;
  }
  EXPECT_GE(pages, 10);
}

TEST(HtmlClean, BlockKinds) {
  auto result = Clean(
      "<html><body><article><h1>港口的账本</h1>" + kParagraph +
      "<h2>三项支出</h2><p>集团负责人表示，上半年的支出为18.6亿元，其中三项占了大头。</p>"
      "<ul><li>燃油支出为4.2亿元，比去年多出三成</li><li>人工支出为3.1亿元，与去年持平</li></ul>"
      "<figure><img><figcaption>码头上的吊机。</figcaption></figure>"
      "<blockquote><p>负责人说，下半年的目标不变。</p></blockquote>"
      "<table><tr><th>项目</th><th>金额</th></tr><tr><td>燃油</td><td>4.2</td></tr></table>"
      "<p>他认为，全年的支出将不会超过40亿元，利润有望增长一成。</p></article></body></html>");
  ASSERT_TRUE(std::holds_alternative<Document>(result));
  std::string kinds;
  for (const Block& block : std::get<Document>(result).blocks) {
    kinds += std::string(ToString(block.kind)) + " ";
  }
  EXPECT_EQ(kinds, "paragraph subhead paragraph list list caption quote table table paragraph ");
}

TEST(HtmlClean, DeepPagesKeepTheirText) {
  std::string page = "<html><body>";
  for (int i = 0; i < 300; ++i) page += "<div><span>";
  EXPECT_EQ(TextOf(page + kParagraph), kParagraphText);
  page = "<html><body>";
  for (int i = 0; i < 100000; ++i) page += "<div>";
  page += kParagraph;
  for (int i = 0; i < 100000; ++i) page += "</div>";
  EXPECT_EQ(TextOf(page), kParagraphText);
}

TEST(HtmlClean, HostilePagesTakeBoundedTime) {
  const auto start = std::chrono::steady_clock::now();
  std::string attributes = "<html><body><div ";
  for (int i = 0; i < 200000; ++i) attributes += "a" + std::to_string(i) + "=1 ";
  EXPECT_EQ(TextOf(attributes + ">" + kParagraph), kParagraphText);
  std::string paragraphs = "<html><body>";
  for (int i = 0; i < 200000; ++i) paragraphs += "<p>";
  EXPECT_EQ(TextOf(paragraphs + kParagraph), kParagraphText);
  std::string comments = "<html><body>" + kParagraph;
  for (int i = 0; i < 200000; ++i) comments += "<!--";
  EXPECT_EQ(TextOf(comments), kParagraphText);
  std::string unmatched = "<html><body>";
  for (int i = 0; i < 50000; ++i) unmatched += "<p>x<div>";
  for (int i = 0; i < 100000; ++i) unmatched += "</p>";
  TextOf(unmatched + kParagraph);
  TextOf("<html><script>" + std::string(400001, '"') + "</script>" + kParagraph);
  TextOf(std::string(400000, '<'));
  // Seconds, with room for sanitizers and busy machines; what is quadratic takes minutes.
  const auto spent = std::chrono::steady_clock::now() - start;
  EXPECT_LT(std::chrono::duration<double>(spent).count(), 60);
}

TEST(HtmlClean, BoundHtmlLeavesHonestPagesAlone) {
  std::string buffer;
  const std::string page = "<div class=\"a\" id='b'><p>一<br/>二</p><img src=x></div>";
  EXPECT_EQ(ingest::BoundHtml(page, buffer), page);
  EXPECT_EQ(ingest::BoundHtml("<p>一</p></body></html><p>二</p>", buffer), "<p>一</p><p>二</p>");
}

TEST(HtmlClean, AnyBytesGiveAnAnswer) {
  static constexpr std::string_view kPieces[] = {"<div>",
                                                 "</div>",
                                                 "<p>",
                                                 "</p>",
                                                 "<a href=x>",
                                                 "</a>",
                                                 "<table>",
                                                 "<tr>",
                                                 "<td>",
                                                 "</table>",
                                                 "<script>",
                                                 "</script>",
                                                 "<!--",
                                                 "-->",
                                                 "\"",
                                                 "'",
                                                 "=",
                                                 ">",
                                                 "<",
                                                 "&#x4e00;",
                                                 "&amp;",
                                                 "&",
                                                 "港口",
                                                 "，",
                                                 "。",
                                                 "的",
                                                 "2024-07-18",
                                                 "来源：",
                                                 "\xE4",
                                                 "\xFF",
                                                 "<br>",
                                                 "<h1>",
                                                 "</h1>",
                                                 "<title>",
                                                 "<meta name=author content=",
                                                 "{\"@type\":\"NewsArticle\"",
                                                 "<ul><li>",
                                                 "</html>"};
  uint32_t seed = 11;
  for (int round = 0; round < 400; ++round) {
    std::string page = "<html>";
    for (int i = 0; i < 80; ++i) {
      seed = seed * 1664525 + 1013904223;
      page += kPieces[(seed >> 16) % std::size(kPieces)];
    }
    auto result = Clean(page);
    if (const auto* document = std::get_if<Document>(&result)) {
      EXPECT_FALSE(FindInvalidUtf8(document->text));
    } else {
      EXPECT_FALSE(std::get<Reject>(result).reason.empty());
    }
  }
}

// Two threads parse the first page of a fresh process at one moment. The parser's set-up once had
// them wait for each other for ever, in about one run of the program in two hundred.
TEST(HtmlTreeDeathTest, ThreadsMayParseTheFirstPageTogether) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // a new process each time
  const auto start_together = [] {
    alarm(60);  // ends a process that hangs
    std::atomic<int> waiting = 2;
    const auto parse = [&waiting] {
      --waiting;
      while (waiting > 0) {
      }
      const bool found = ingest::ParseHtml("<p>云岭科技</p>").nodes.size() > 1;
      if (!found) std::_Exit(1);
    };
    std::thread other(parse);
    parse();
    other.join();
    std::_Exit(0);
  };
  for (int i = 0; i < 20; ++i) {
    EXPECT_EXIT(start_together(), ::testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace hanfact::testing
