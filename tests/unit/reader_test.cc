// What the reader finds, in which order, and what it says of what it cannot read.
#include "ingest/reader.h"

#include "testing.h"

namespace hanfact::testing {
namespace {

struct Read {
  std::vector<RawArticle> articles;
  std::vector<Reject> rejects;
  std::vector<std::string> order;  // locators
};

Read ReadAll(std::vector<std::string> paths) {
  Read out;
  auto reader = ingest::Reader::Open(std::move(paths));
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().message);
  if (!reader.ok()) return out;
  while (auto input = (*reader)->Next()) {
    if (auto* article = std::get_if<RawArticle>(&*input)) {
      out.order.push_back(article->locator);
      out.articles.push_back(std::move(*article));
    } else {
      out.order.push_back(std::get<Reject>(*input).locator);
      out.rejects.push_back(std::get<Reject>(*input));
      EXPECT_EQ(out.rejects.back().stage, "read");
      EXPECT_FALSE(out.rejects.back().reason.empty());
    }
  }
  return out;
}

TEST(Reader, FoldersInByteOrderWithSidecars) {
  TempDir dir;
  WriteFile(dir.File("b/two.txt"), "港口吞吐量增长。");
  WriteFile(dir.File("b/two.txt.meta.json"), R"({"published": "2024-07-18", "note": 3})");
  WriteFile(dir.File("a.html"), "<html><p>港口</p></html>");
  WriteFile(dir.File("B.txt"), "大写在前。");
  WriteFile(dir.File("c/alone.meta.json"), R"({"title": "没有正文的一则消息"})");
  const Read read = ReadAll({dir.path().string() + "/./"});
  const std::string root = dir.path().string();
  ASSERT_EQ(read.articles.size(), 4u);
  EXPECT_EQ(read.order,
            (std::vector<std::string>{root + "/B.txt", root + "/a.html", root + "/b/two.txt",
                                      root + "/c/alone.meta.json#1"}));
  EXPECT_EQ(read.articles[2].sidecar.published, "2024-07-18");
  EXPECT_EQ(read.articles[2].sidecar.extra, R"({"note":3})");
  EXPECT_EQ(read.articles[2].payload, "港口吞吐量增长。");
}

TEST(Reader, JsonLines) {
  TempDir dir;
  WriteFile(dir.File("x.jsonl"),
            "\xEF\xBB\xBF{\"id\": 7, \"text\": \"一\", \"site\": \"甲\", \"tag\": [1,2]}\n"
            "\n"
            "{\"id\": \"b\", \"html\": \"<p>二</p>\"\n"
            "{\"title\": \"三\", \"published\": \"2024-01-02\"}\n"
            "[1]\n"
            "{\"id\": \"c\"}\n"
            "{\"text\": 5}\n"
            "{\"text\": \"\xC4\xE3\"}\n"
            "{\"text\": \"末\"}");
  const Read read = ReadAll({dir.File("x.jsonl")});
  ASSERT_EQ(read.articles.size(), 3u);
  EXPECT_EQ(read.articles[0].locator, dir.File("x.jsonl") + "#1");
  EXPECT_EQ(read.articles[0].given.external_id, "7");
  EXPECT_EQ(read.articles[0].given.site, "甲");
  EXPECT_EQ(read.articles[0].given.extra, R"({"tag":[1,2]})");
  EXPECT_TRUE(read.articles[0].utf8);
  EXPECT_EQ(read.articles[1].given.title, "三");
  EXPECT_EQ(read.articles[2].locator, dir.File("x.jsonl") + "#9");
  ASSERT_EQ(read.rejects.size(), 5u);
  EXPECT_EQ(read.rejects[0].locator, dir.File("x.jsonl") + "#3");
  EXPECT_NE(read.rejects[0].reason.find("not valid JSON"), std::string::npos);
  EXPECT_NE(read.rejects[2].reason.find("neither 'text' nor 'html'"), std::string::npos);
}

TEST(Reader, DeepJsonIsRefused) {
  TempDir dir;
  const std::string deep(100000, '[');
  WriteFile(dir.File("x.jsonl"), "{\"text\":\"一\",\"x\":" + deep + std::string(100000, ']') +
                                     "}\n{\"text\": \"二\"}\n");
  const Read read = ReadAll({dir.File("x.jsonl")});
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_NE(read.rejects[0].reason.find("nested"), std::string::npos);
  EXPECT_EQ(read.articles.size(), 1u);
}

TEST(Reader, JsonArrayAndOneObject) {
  TempDir dir;
  WriteFile(dir.File("a.json"),
            "[\n {\"text\": \"一\"},\n {\"text\": },\n {\"text\": \"二\"}\n]\n");
  WriteFile(dir.File("b.json"), "{\n  \"text\": \"港口\",\n  \"title\": \"题\"\n}\n");
  const Read read = ReadAll({dir.path().string()});
  ASSERT_EQ(read.articles.size(), 3u);
  EXPECT_EQ(read.articles[0].locator, dir.File("a.json") + "#2");
  EXPECT_EQ(read.articles[1].payload, "二");
  EXPECT_EQ(read.articles[2].given.title, "题");
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].locator, dir.File("a.json") + "#3");
}

// Signs between objects that belong to none once held the reader for ever.
TEST(Reader, StraySignsBetweenObjectsArePassed) {
  TempDir dir;
  const std::string good = "{\"text\": \"港口\",\n \"id\": \"1\"}";
  for (const std::string stray : {",", ", ,", "}", "]", "],", "\"x\": }], ,"}) {
    WriteFile(dir.File("x.json"), good + "\n" + stray + "\n" + good);
    EXPECT_EQ(ReadAll({dir.File("x.json")}).articles.size(), 2u) << stray;
    WriteFile(dir.File("x.json"), "[" + good + stray);
    EXPECT_GE(ReadAll({dir.File("x.json")}).articles.size(), 1u) << stray;
  }
}

TEST(Reader, DelimitedWithHeader) {
  TempDir dir;
  WriteFile(dir.File("a.csv"),
            "id,title,text\n1,甲,\"第一句，\n第二句。\"\n2,乙\n3,丙,\"说\"\"好\"\"的\"\n");
  WriteFile(dir.File("b.tsv"), "url\ttext\nhttp://a/1\t港口\n");
  const Read read = ReadAll({dir.path().string()});
  ASSERT_EQ(read.articles.size(), 3u);
  EXPECT_EQ(read.articles[0].payload, "第一句，\n第二句。");
  EXPECT_EQ(read.articles[1].payload, "说\"好\"的");
  EXPECT_EQ(read.articles[1].locator, dir.File("a.csv") + "#5");
  EXPECT_EQ(read.articles[2].given.url, "http://a/1");
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].locator, dir.File("a.csv") + "#4");
}

TEST(Reader, ATableWithoutRowsIsRefused) {
  TempDir dir;
  for (const char* table : {"id,title,text\n", "id,title,text\n\n  \n"}) {
    WriteFile(dir.File("a.csv"), table);
    const Read read = ReadAll({dir.File("a.csv")});
    EXPECT_TRUE(read.articles.empty());
    ASSERT_EQ(read.rejects.size(), 1u);
    EXPECT_EQ(read.rejects[0].locator, dir.File("a.csv"));
    EXPECT_NE(read.rejects[0].reason.find("no rows"), std::string::npos);
  }
}

TEST(Reader, WhatIsNoTextIsCounted) {
  TempDir dir;
  WriteFile(dir.File("d/1.png"), "\x89PNG\r\n\x1A\n123");
  WriteFile(dir.File("d/2.png"), "\x89PNG\r\n\x1A\n456");
  WriteFile(dir.File("d/x.bin"), std::string("\x01\x02\x03\x00\x04\x05\x06\x07\x08", 9));
  WriteFile(dir.File("d/a.gz"), "\x1F\x8B\x08\xFFxxxx");
  WriteFile(dir.File("d/empty.txt"), "");
  WriteFile(dir.File("d/blank.txt"), " \n\n");
  const Read read = ReadAll({dir.File("d")});
  EXPECT_TRUE(read.articles.empty());
  ASSERT_EQ(read.rejects.size(), 5u);
  std::string all;
  for (const Reject& r : read.rejects) all += r.locator + " " + r.reason + "\n";
  EXPECT_NE(all.find("2 files of kind PNG image"), std::string::npos) << all;
  EXPECT_NE(all.find("the file is empty"), std::string::npos);
  EXPECT_NE(all.find("gzip file is empty or damaged"), std::string::npos) << all;
}

TEST(Reader, LinksToFilesNotToFolders) {
  TempDir dir;
  WriteFile(dir.File("real/a.txt"), "港口。");
  std::filesystem::create_directories(dir.path() / "in");
  std::filesystem::create_symlink(dir.path() / "real" / "a.txt", dir.path() / "in" / "link.txt");
  std::filesystem::create_directory_symlink(dir.path() / "real", dir.path() / "in" / "folder");
  std::filesystem::create_symlink(dir.path() / "nowhere", dir.path() / "in" / "lost.txt");
  const Read read = ReadAll({dir.File("in")});
  ASSERT_EQ(read.articles.size(), 1u);
  EXPECT_EQ(read.articles[0].locator, dir.File("in/link.txt"));
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_NE(read.rejects[0].reason.find("leads nowhere"), std::string::npos);
}

TEST(Reader, MissingPathIsAnError) {
  const auto reader = ingest::Reader::Open({"/no/such/path"});
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().message.find("/no/such/path"), std::string::npos);
}

}  // namespace
}  // namespace hanfact::testing
