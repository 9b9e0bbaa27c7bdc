// Whole runs: the same database whatever the order, the threads, the number of runs; bad input.
#include "made_up_news.h"
#include "normalize/script.h"
#include "whole_runs.h"

namespace hanfact::testing {
namespace {

using store::Database;

std::string Corpus() { return (SourceDir() / "corpus" / "articles").string(); }

std::vector<std::string> CorpusFiles() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(Corpus())) {
    if (!entry.path().string().ends_with(".meta.json")) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Ingest, TheCorpusComesInWhole) {
  TempDir dir;
  const auto summary = IngestInto(dir.File("f.db"), {Corpus()});
  EXPECT_EQ(summary.documents, 20);
  EXPECT_EQ(summary.rejected, 0);
  EXPECT_GT(summary.claims, 250);
  ExpectSound(dir.File("f.db"));
}

TEST(Ingest, OrderThreadsAndRepetitionChangeNothing) {
  TempDir dir;
  const std::string first = dir.File("first.db");
  IngestInto(first, {Corpus()});
  const std::string expected = Dump(first);

  auto files = CorpusFiles();
  std::reverse(files.begin(), files.end());
  const std::string reversed = dir.File("reversed.db");
  IngestInto(reversed, files, 2);
  EXPECT_EQ(Dump(reversed), expected);
  ExpectSound(reversed);

  // One run for each input, and everything once more.
  const std::string piecewise = dir.File("piecewise.db");
  for (const std::string& file : files) IngestInto(piecewise, {file});
  const auto again = IngestInto(piecewise, {Corpus()}, 2);
  EXPECT_EQ(again.documents, 0);
  EXPECT_EQ(again.skipped, again.inputs);
  EXPECT_EQ(Dump(piecewise), expected);
}

// Facts are read and built on connections of their own, beside the one that writes. What another
// program commits meanwhile makes them be read again.
TEST(Ingest, FactsAreTheSameWithManyReadersWhileOthersWrite) {
  TempDir dir;
  std::string lines;
  for (uint64_t i = 0; i < 500; ++i) {
    const made_up::Dated article = made_up::ArchiveArticle(i);
    lines +=
        nlohmann::json{
            {"id", std::to_string(i)}, {"published", article.published}, {"text", article.text}}
            .dump() +
        "\n";
  }
  WriteFile(dir.File("in.jsonl"), lines);
  IngestInto(dir.File("alone.db"), {dir.File("in.jsonl")});
  ExpectSound(dir.File("alone.db"));
  const std::string expected = Dump(dir.File("alone.db"));

  pipeline::BatchLimits limits;
  limits.drain_each_batch_up_to = 0;
  limits.fact_claims_at_once = 50;
  IngestInto(dir.File("readers.db"), {dir.File("in.jsonl")}, 3, false, limits);
  EXPECT_TRUE(Dump(dir.File("readers.db")) == expected) << "many readers";

  // What is pending is read in parts: batch by batch, some of each batch with the rest left to the
  // next, and of many batches together.
  pipeline::BatchLimits parts;
  parts.pending_in_memory = 30;
  IngestInto(dir.File("small parts.db"), {dir.File("in.jsonl")}, 1, false, parts);
  EXPECT_TRUE(Dump(dir.File("small parts.db")) == expected) << "parts, batch by batch";
  parts.fact_claims_at_once = 50;
  parts.drain_each_batch_up_to = 1000;
  IngestInto(dir.File("some parts.db"), {dir.File("in.jsonl")}, 1, false, parts);
  EXPECT_TRUE(Dump(dir.File("some parts.db")) == expected) << "parts, some of each batch";
  parts.drain_each_batch_up_to = 0;
  parts.pending_claims = 700;
  IngestInto(dir.File("parts.db"), {dir.File("in.jsonl")}, 2, false, parts);
  EXPECT_TRUE(Dump(dir.File("parts.db")) == expected) << "parts";

  // Another connection commits each time this one has, as if all of a fact's aspect were to be
  // built once more.
  auto database = Database::Open(dir.File("busy.db"), Database::Mode::kCreate, "then");
  ASSERT_TRUE(database.ok());
  struct Other {
    store::Connection connection;
    int commits = 0;
  } other;
  ASSERT_TRUE(other.connection.Open(dir.File("busy.db"), SQLITE_OPEN_READWRITE));
  const auto after_commit = [](void* data, sqlite3*, const char*, int) {
    Other& o = *static_cast<Other*>(data);
    if (o.commits == 40) return SQLITE_OK;
    o.connection.Execute(
        "INSERT OR IGNORE INTO pending_rows SELECT 0, aspect FROM fact_rows WHERE no > 7 LIMIT 1");
    if (sqlite3_changes(o.connection.handle()) > 0) ++o.commits;
    return SQLITE_OK;
  };
  sqlite3_wal_hook((*database)->connection().handle(), after_commit, &other);
  pipeline::IngestOptions options;
  options.paths = {dir.File("in.jsonl")};
  options.jobs = 3;
  options.limits = limits;
  options.now = [] { return std::string("2026-01-01T00:00:00Z"); };
  ASSERT_TRUE(pipeline::Ingest(options, SharedTools(), **database).ok());
  EXPECT_TRUE(other.connection.ok()) << other.connection.error();
  EXPECT_EQ(other.commits, 40);
  store::Reader reader(**database);
  const auto pending = reader.Query("SELECT count(*) FROM pending_rows", {});
  ASSERT_TRUE(pending.ok());
  EXPECT_EQ((*pending)[0][0].second.text, "0");
  ExpectSound(dir.File("busy.db"));
  EXPECT_TRUE(Dump(dir.File("busy.db")) == expected) << "while others write";
}

TEST(Ingest, TheSameTextUnderTwoNamesIsOneDocument) {
  TempDir dir;
  const std::string text =
      "云岭芯片公告，2025年营收为286.47亿元，同比增长23.5%。公司预计2026年营收将超过300亿元，"
      "资本开支为50亿元至60亿元。\n";
  WriteFile(dir.path() / "in" / "b.txt", text);
  WriteFile(dir.path() / "in" / "a.txt", text);
  for (const auto& order : {std::vector<std::string>{"in/a.txt", "in/b.txt"},
                            std::vector<std::string>{"in/b.txt", "in/a.txt"}}) {
    TempDir out;
    std::vector<std::string> paths;
    for (const auto& name : order) paths.push_back(dir.File(name));
    for (const auto& path : paths) IngestInto(out.File("f.db"), {path});
    auto database = Database::Open(out.File("f.db"), Database::Mode::kRead, "");
    store::Reader reader(**database);
    auto rows = reader.Query("SELECT locator FROM documents", {});
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ((*rows)[0][0].second.text, dir.File("in/a.txt"));
    auto inputs = reader.Query("SELECT locator, outcome FROM inputs ORDER BY locator", {});
    ASSERT_EQ(inputs->size(), 2u);
    EXPECT_EQ((*inputs)[0][1].second.text, "document");
    EXPECT_EQ((*inputs)[1][1].second.text, "same_document");
    ExpectSound(out.File("f.db"));
  }
}

TEST(Ingest, MetadataOfTheLeastLocatorSpeaksForADocument) {
  TempDir dir;
  const std::string text =
      "海岳汽车公告，今年1月销量为5.2万辆，同比增长12%。公司目标为全年销售80万辆。\n";
  WriteFile(dir.path() / "a.txt", text);
  WriteFile(dir.path() / "a.txt.meta.json", R"({"published": "2025-02-03"})");
  WriteFile(dir.path() / "b.txt", text);
  WriteFile(dir.path() / "b.txt.meta.json", R"({"published": "2026-02-03"})");
  TempDir out;
  IngestInto(out.File("ab.db"), {dir.File("a.txt")});
  IngestInto(out.File("ab.db"), {dir.File("b.txt")});
  IngestInto(out.File("ba.db"), {dir.File("b.txt")});
  IngestInto(out.File("ba.db"), {dir.File("a.txt")});
  EXPECT_EQ(Dump(out.File("ab.db")), Dump(out.File("ba.db")));
  EXPECT_NE(Dump(out.File("ab.db")).find("published=2025-02-03"), std::string::npos);
  EXPECT_EQ(Dump(out.File("ab.db")).find("published=2026-02-03"), std::string::npos);
  ExpectSound(out.File("ba.db"));
}

TEST(Ingest, BadInputsAreRejectsWithReasonsAndCostNothingElse) {
  TempDir dir;
  WriteFile(dir.path() / "empty.txt", "");
  WriteFile(dir.path() / "picture.png", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
  WriteFile(dir.path() / "cut.txt",
            std::string("海岳汽车销量增长5%。云岭芯片营收286亿元\xe4\xba", 50 + 2).substr(0, 61));
  WriteFile(dir.path() / "noarticle.html",
            "<html><head><title>x</title></head><body><ul><li><a href=/a>首页</a></li>"
            "<li><a href=/b>财经</a></li></ul></body></html>");
  WriteFile(dir.path() / "lines.jsonl",
            "{\"id\": \"ok\", \"text\": \"云岭芯片公告，2025年营收为286.47亿元，同比增长23.5%。\","
            " \"published\": \"2026-02-26\"}\n{\"id\": \"broken\", \"text\": \n");
  WriteFile(dir.path() / "english.txt",
            "Shares of the company rose 5 percent on Monday after it reported results.\n");
  const auto summary = IngestInto(dir.File("f.db"), {dir.path().string()});
  EXPECT_EQ(summary.documents, 1);
  EXPECT_GE(summary.rejected, 6);
  auto database = Database::Open(dir.File("f.db"), Database::Mode::kRead, "");
  store::Reader reader(**database);
  auto rows = reader.Query("SELECT locator, stage, reason FROM rejects ORDER BY locator", {});
  std::string all;
  for (const auto& row : *rows) {
    all += row[0].second.text + " [" + row[1].second.text + "] " + row[2].second.text + "\n";
    EXPECT_GT(row[2].second.text.size(), 15u);
  }
  for (const char* part : {"empty.txt", "png", "cut.txt", "noarticle.html", "lines.jsonl#2",
                           "english.txt", "[language]", "[decode]"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part << " in\n" << all;
  }
  ExpectSound(dir.File("f.db"));

  // The same command again: nothing is read anew, the rejects stay, each once.
  const std::string before = Dump(dir.File("f.db"));
  const auto again = IngestInto(dir.File("f.db"), {dir.path().string()});
  EXPECT_EQ(again.documents, 0);
  IngestInto(dir.File("f.db"), {dir.path().string()}, 1, /*retry_rejects=*/true);
  ExpectSound(dir.File("f.db"));
}

TEST(Ingest, AMissingPathIsAnErrorThatNamesIt) {
  TempDir dir;
  auto database = Database::Open(dir.File("f.db"), Database::Mode::kCreate, "");
  pipeline::IngestOptions options;
  options.paths = {dir.File("nowhere")};
  options.now = [] { return std::string(); };
  auto summary = pipeline::Ingest(options, SharedTools(), **database);
  ASSERT_FALSE(summary.ok());
  EXPECT_NE(summary.error().message.find("nowhere"), std::string::npos);
}

TEST(Ingest, VersionsOfOneAddressAreOneStoryAndTheLatestCounts) {
  TempDir dir;
  auto line = [](const char* id, const char* day, const char* value) {
    return nlohmann::json{{"id", id},
                          {"url", "https://news.example/a1"},
                          {"published", day},
                          {"region", "CN"},
                          {"text", std::string("云岭芯片公告，2025年营收为") + value +
                                       "亿元。公司董事会同意派发现金红利。"}}
               .dump() +
           "\n";
  };
  const std::string one = line("v1", "2026-02-26", "286.47"),
                    two = line("v2", "2026-02-27", "268.47");
  WriteFile(dir.path() / "1.jsonl", one + two);
  WriteFile(dir.path() / "2.jsonl", two + one);
  IngestInto(dir.File("f.db"), {dir.File("1.jsonl")});
  ExpectSound(dir.File("f.db"));
  auto database = Database::Open(dir.File("f.db"), Database::Mode::kRead, "");
  store::Reader reader(**database);
  EXPECT_EQ(reader.Query("SELECT * FROM stories", {})->size(), 1u);
  EXPECT_EQ(reader.Query("SELECT * FROM documents WHERE replaces IS NOT NULL", {})->size(), 1u);
  EXPECT_EQ(reader.Query("SELECT * FROM conflicts", {})->size(), 0u);
}

// The other-script copy of an article gives the same claims: what differs in the fields is a defect
// of the match view or of a rule written for one script.
TEST(Extract, ScriptChangesNoClaim) {
  int compared = 0;
  for (const auto& row : ReadJsonLines(SourceDir() / "corpus" / "gold" / "texts.jsonl")) {
    const std::string text = row["text"];
    const std::string simplified = normalize::ToSimplified(text);
    if (simplified == text) continue;
    auto claims = [&](const std::string& body) {
      Document d;
      d.document_id = "d";
      d.text = body;
      d.script = normalize::DetectScript(body);
      d.meta.title = normalize::ToSimplified(row["title"].get<std::string>());
      d.meta.published = row.value("published", "");
      // With the region known; without it the script would have to tell 元 apart.
      d.meta.region = row.contains("region") && row["region"].is_string() ? row["region"] : "TW";
      std::vector<std::string> out;
      const MatchView view = normalize::MakeMatchView(body);
      for (const Claim& c : SharedTools().extractor().Extract(d, view).claims) {
        auto number = [](const std::optional<Decimal>& n) { return n ? n->ToString() : ""; };
        auto day = [](const std::optional<Moment>& m) { return m ? m->ToString() : ""; };
        out.push_back(normalize::ToSimplified(std::string(Slice(body, c.span))) + "|" + c.subject +
                      "|" + c.metric + "|" + number(c.quantity.value) + number(c.quantity.low) +
                      number(c.quantity.high) + c.quantity.unit + "|" +
                      std::string(ToString(c.kind)) + std::string(ToString(c.modality)) + "|" +
                      (c.period ? day(c.period->start) + day(c.period->end) : "") + "|" +
                      c.attribution);
      }
      return out;
    };
    EXPECT_EQ(claims(text), claims(simplified)) << row["doc"];
    ++compared;
  }
  EXPECT_GT(compared, 3);
}

TEST(Seeds, AreOneStoryAndAgreeAndContradictAsTheyShould) {
  if (SharedData().empty()) GTEST_SKIP() << "the real inputs are not there";
  TempDir dir;
  IngestInto(dir.File("f.db"), {(SharedData() / "seeds").string()}, 2);
  ExpectSound(dir.File("f.db"));
  auto database = Database::Open(dir.File("f.db"), Database::Mode::kRead, "");
  store::Reader reader(**database);
  auto stories = reader.Query("SELECT documents FROM stories ORDER BY documents DESC", {});
  ASSERT_EQ(stories->size(), 4u);
  EXPECT_EQ((*stories)[0][0].second.text, "2");
  EXPECT_EQ(reader
                .Query("SELECT * FROM documents WHERE story_role = 'excerpt' AND locator LIKE"
                       " '%001_%'",
                       {})
                ->size(),
            1u);
  auto fact = [&](const std::string& where) {
    return reader.Query("SELECT * FROM facts WHERE " + where, {})->size();
  };
  EXPECT_EQ(
      fact("subject = '英伟达' AND metric = '营收' AND value = '39331000000' AND stories >= 2"),
      1u);
  EXPECT_EQ(fact("subject = '英伟达' AND metric = '营收' AND value = '78' AND stories >= 2"), 1u);
  EXPECT_EQ(
      fact("subject = '英伟达' AND metric = '营收' AND value = '43000000000' AND stories >= 2"),
      1u);
  EXPECT_EQ(
      fact("subject = '英伟达' AND metric = '市值' AND value = '600000000000' AND stories >= 2"),
      1u);
  EXPECT_GE(fact("metric = '股价' AND unit = 'percent' AND period_start = '2025-01-27' AND"
                 " conflict_id IS NOT NULL"),
            2u);
  EXPECT_GE(fact("metric = '资本开支' AND value IN ('300000000000', '320000000000') AND"
                 " conflict_id IS NOT NULL"),
            2u);
}

}  // namespace
}  // namespace hanfact::testing
