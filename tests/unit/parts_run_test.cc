// Articles in several pages through whole runs: one document whatever the order, the threads, the
// way (ingest, extract and load) and the stops; one row in the journal for each page.
#include <algorithm>
#include <sstream>

#include "whole_runs.h"

namespace hanfact::testing {
namespace {

const char* const kParagraphs[] = {
    "海岳汽车公布的数据显示，2024年上半年公司的营业收入为382亿元，同比增长16.4%，创下新高。",
    "公司同期的净利润为21.5亿元，比去年同期增长12%，其中出口业务的贡献超过了三成。",
    "不过，受原材料价格上涨的影响，上半年的营业成本为318.6亿元，比去年多出41.1亿元。"};

std::string PageName(int number, const std::string& stem) {
  return stem + (number == 1 ? "" : "-" + std::to_string(number)) + ".html";
}

// Page `number` of three of an article; `note` makes another version of it.
std::string PageText(int number, const std::string& stem, const std::string& note = "") {
  std::string out =
      "<html><head><title>海岳汽车的账本说明了什么</title></head><body>"
      "<h1>海岳汽车的账本说明了什么</h1><div class=time>2024-07-18 08:16</div><p>" +
      std::string(kParagraphs[number - 1]) + note + "</p><div>";
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    out +=
        i == number ? "<b>" + n + "</b> " : "<a href=\"" + PageName(i, stem) + "\">" + n + "</a> ";
  }
  return out + "</div></body></html>";
}

std::vector<std::string> WritePages(const TempDir& dir, const std::string& folder,
                                    const std::string& stem = "c7") {
  std::vector<std::string> paths;
  for (int number = 1; number <= 3; ++number) {
    const std::string name = folder + "/" + PageName(number, stem);
    WriteFile(dir.path() / name, PageText(number, stem));
    paths.push_back(dir.File(name));
  }
  return paths;
}

// Column values of the only row, or of all rows joined by blanks.
std::string Ask(const std::string& path, const std::string& sql) {
  auto database = Database::Open(path, Database::Mode::kRead, "");
  EXPECT_TRUE(database.ok());
  store::Reader reader(**database);
  const auto rows = reader.Query(sql, {});
  EXPECT_TRUE(rows.ok()) << sql;
  std::string out;
  for (const store::Row& row : *rows) {
    for (const auto& [column, cell] : row) out += (out.empty() ? "" : " ") + cell.text;
  }
  return out;
}

TEST(PartsRun, OneDocumentInAnyOrder) {
  TempDir dir, out;
  std::vector<std::string> paths = WritePages(dir, "a");
  std::sort(paths.begin(), paths.end());
  std::string expected;
  int run = 0;
  do {
    const std::string db = out.File(std::to_string(run++) + ".db");
    const auto summary = IngestInto(db, paths, 1 + run % 2);
    EXPECT_EQ(summary.inputs, 3);
    EXPECT_EQ(summary.documents, 1);
    ExpectSound(db);
    if (expected.empty()) {
      expected = Dump(db);
    } else {
      EXPECT_EQ(Dump(db), expected);
    }
  } while (std::next_permutation(paths.begin(), paths.end()));
  const std::string db = out.File("0.db");
  EXPECT_EQ(Ask(db, "SELECT text FROM documents"),
            std::string(kParagraphs[0]) + "\n" + kParagraphs[1] + "\n" + kParagraphs[2]);
  EXPECT_EQ(Ask(db, "SELECT locator FROM documents"), dir.File("a/c7.html"));
  EXPECT_EQ(Ask(db, "SELECT count(*), count(DISTINCT document_id) FROM inputs"), "3 1");
  EXPECT_EQ(Ask(db,
                "SELECT outcome FROM inputs ORDER BY locator = (SELECT locator FROM documents)"
                " DESC"),
            "document same_document same_document");
  // Evidence of every page, exact.
  EXPECT_EQ(Ask(db,
                "SELECT count(*) FROM claims WHERE surface IN ('382亿元', '21.5亿元',"
                " '318.6亿元') AND EXISTS (SELECT 1 FROM documents d WHERE substr(d.text,"
                " start + 1, end - start) = surface)"),
            "3");
}

TEST(PartsRun, NothingToDoASecondTime) {
  TempDir dir, out;
  const auto paths = WritePages(dir, "a");
  IngestInto(out.File("f.db"), paths);
  const std::string first = Dump(out.File("f.db"));
  const auto again = IngestInto(out.File("f.db"), paths);
  EXPECT_EQ(again.skipped, 3);
  EXPECT_EQ(again.documents, 0);
  EXPECT_EQ(Dump(out.File("f.db")), first);
}

TEST(PartsRun, CopiesAndVersions) {
  TempDir dir, out;
  auto paths = WritePages(dir, "b");
  // A copy of one page, and of all.
  WriteFile(dir.path() / "a" / "c7.html", PageText(1, "c7"));
  WriteFile(dir.path() / "c" / "c7-2.html", PageText(2, "c7"));
  paths.push_back(dir.File("a/c7.html"));
  paths.push_back(dir.File("c/c7-2.html"));
  IngestInto(out.File("f.db"), paths);
  ExpectSound(out.File("f.db"));
  EXPECT_EQ(Ask(out.File("f.db"), "SELECT locator FROM documents"), dir.File("a/c7.html"));
  EXPECT_EQ(Ask(out.File("f.db"), "SELECT count(*) FROM inputs"), "5");
  // Another version of a page in another folder: each folder's pages for themselves.
  WriteFile(dir.path() / "d" / "c7-2.html", PageText(2, "c7", "公司有员工3.2万人。"));
  const auto b = WritePages(dir, "b");
  IngestInto(out.File("g.db"), {b[2], dir.File("d/c7-2.html"), b[0], b[1]});
  ExpectSound(out.File("g.db"));
  EXPECT_EQ(Ask(out.File("g.db"), "SELECT count(*) FROM documents"), "2");
  EXPECT_EQ(Ask(out.File("g.db"),
                "SELECT count(*) FROM documents WHERE text LIKE '%382亿%' AND"
                " text LIKE '%318.6亿%'"),
            "1");
}

TEST(PartsRun, IncompleteOnesStayAsTheyAre) {
  TempDir dir, out;
  const auto paths = WritePages(dir, "a");
  const auto summary = IngestInto(out.File("f.db"), {paths[0], paths[2]});
  EXPECT_EQ(summary.documents, 2);
  ExpectSound(out.File("f.db"));
}

// Pages that came in another run stay what they were made then; nothing is lost or said twice when
// all come together later.
TEST(PartsRun, AllTogetherAfterOneAlone) {
  TempDir dir, out;
  const auto a = WritePages(dir, "a"), b = WritePages(dir, "b");
  for (const std::vector<std::string>& first : {std::vector{a[0]}, std::vector{a[1]}}) {
    const std::string db = out.File(first == std::vector{a[0]} ? "f.db" : "g.db");
    IngestInto(db, first);
    IngestInto(db, b);
    ExpectSound(db);
    EXPECT_EQ(Ask(db,
                  "SELECT count(*) FROM documents WHERE text LIKE '%382亿%' AND text LIKE"
                  " '%21.5亿%' AND text LIKE '%318.6亿%'"),
              "1");
    EXPECT_EQ(Ask(db, "SELECT count(*) FROM inputs"), "4");
  }
  EXPECT_EQ(Ask(out.File("f.db"), "SELECT locator FROM documents"), a[0]);
}

TEST(PartsRun, MapAndReduceGiveTheSame) {
  TempDir dir, out;
  const auto paths = WritePages(dir, "a");
  IngestInto(out.File("f.db"), paths);
  pipeline::IngestOptions options;
  options.paths = {dir.path().string()};
  options.now = [] { return std::string("2026-01-01T00:00:00Z"); };
  std::vector<std::string> lines;
  auto extracted = pipeline::Extract(options, SharedTools(), [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  ASSERT_TRUE(extracted.ok());
  EXPECT_EQ(extracted->inputs, 3);
  ASSERT_EQ(lines.size(), 1U);
  for (int time = 0; time < 2; ++time) {
    auto database =
        Database::Open(out.File("g.db"), Database::Mode::kCreate, "2026-01-01T00:00:00Z");
    ASSERT_TRUE(database.ok());
    std::stringstream in(lines[0] + "\n");
    auto loaded = pipeline::Load(options, in, **database);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ(loaded->documents, time == 0 ? 1 : 0);
  }
  EXPECT_EQ(Dump(out.File("g.db")), Dump(out.File("f.db")));
}

// Stopped before its end, a run has journaled no page that waits for others; the same command goes
// on.
TEST(PartsRun, AStopKeepsNoPageBack) {
  TempDir dir, out;
  auto paths = WritePages(dir, "a");
  IngestInto(out.File("whole.db"), paths);
  const std::string db = out.File("f.db");
  {
    auto database = Database::Open(db, Database::Mode::kCreate, "2026-01-01T00:00:00Z");
    ASSERT_TRUE(database.ok());
    std::atomic<bool> stop = true;
    pipeline::IngestOptions options;
    options.paths = paths;
    options.stop = &stop;
    options.now = [] { return std::string("2026-01-01T00:00:00Z"); };
    ASSERT_TRUE(pipeline::Ingest(options, SharedTools(), **database).ok());
  }
  EXPECT_EQ(Ask(db, "SELECT count(*) FROM inputs"), "0");
  IngestInto(db, paths, 2);
  EXPECT_EQ(Dump(db), Dump(out.File("whole.db")));
}

}  // namespace
}  // namespace hanfact::testing
