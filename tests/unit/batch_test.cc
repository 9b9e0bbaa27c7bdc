// What surrounds a run: map and reduce, taking documents out, other rules, the full-text index,
// older databases, copies.
#include <algorithm>

#include "databases.h"
#include "made_up_news.h"
#include "pipeline/ingest.h"
#include "pipeline/remove.h"
#include "pipeline/search.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using store::Database;

constexpr std::string_view kNow = "2026-01-01T00:00:00Z";

std::string Corpus() { return (SourceDir() / "corpus" / "articles").string(); }

std::unique_ptr<Database> Open(const std::string& path, Database::Mode mode) {
  auto database = Database::Open(path, mode, kNow);
  EXPECT_TRUE(database.ok()) << (database.ok() ? "" : database.error().message);
  return database.ok() ? std::move(*database) : nullptr;
}

pipeline::IngestOptions Options(std::vector<std::string> paths) {
  pipeline::IngestOptions options;
  options.paths = std::move(paths);
  options.jobs = 2;
  options.now = [] { return std::string(kNow); };
  return options;
}

pipeline::RunSummary IngestInto(const std::string& path, const std::string& input,
                                const pipeline::Tools& tools = SharedTools(),
                                bool reprocess = false) {
  auto database = Open(path, Database::Mode::kCreate);
  auto options = Options({input});
  options.reprocess = reprocess;
  auto summary = pipeline::Ingest(options, tools, *database);
  EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().message);
  return summary.ok() ? *summary : pipeline::RunSummary{};
}

std::vector<std::string> ExtractLines(const std::string& input) {
  std::vector<std::string> lines;
  auto summary = pipeline::Extract(Options({input}), SharedTools(), [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  EXPECT_TRUE(summary.ok());
  return lines;
}

pipeline::RunSummary LoadInto(const std::string& path, const std::vector<std::string>& lines) {
  auto database = Open(path, Database::Mode::kCreate);
  std::stringstream in;
  for (const std::string& line : lines) in << line << '\n';
  auto summary = pipeline::Load(Options({}), in, *database);
  EXPECT_TRUE(summary.ok());
  return summary.ok() ? *summary : pipeline::RunSummary{};
}

std::string Cell(const std::string& path, const std::string& sql) {
  auto database = Open(path, Database::Mode::kRead);
  store::Reader reader(*database);
  auto rows = reader.Query(sql, {});
  EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.error().message);
  return rows.ok() && !rows->empty() ? (*rows)[0][0].second.text : "";
}

// The corpus, with rejects of several stages and a document under two names.
void WriteInputs(const TempDir& dir) {
  std::filesystem::copy(Corpus(), dir.path() / "in");
  WriteFile(dir.path() / "in" / "empty.txt", "");
  WriteFile(dir.path() / "in" / "english.txt", "Shares rose 5 percent on Monday, it said.\n");
  WriteFile(dir.path() / "in" / "broken.jsonl", "{\"id\": \"a\", \"text\": \"坏\n{\"id\": 1}\n");
  std::filesystem::copy_file(dir.path() / "in" / "macro-cn.html", dir.path() / "in" / "again.html");
}

// The bands of all documents, whatever the numbers of their rows.
constexpr const char* kBands =
    "SELECT group_concat(document_id || band) FROM (SELECT d.document_id, b.band FROM band_rows b"
    " JOIN document_rows d ON d.no = b.document_no ORDER BY 1, 2)";

TEST(Load, EqualsIngestOverAnySplitAndOrder) {
  TempDir dir;
  WriteInputs(dir);
  IngestInto(dir.File("whole.db"), dir.File("in"));
  const std::string expected = Dump(dir.File("whole.db"));
  std::vector<std::string> lines = ExtractLines(dir.File("in"));
  LoadInto(dir.File("once.db"), lines);
  EXPECT_EQ(Dump(dir.File("once.db")), expected);
  ExpectSound(dir.File("once.db"));
  std::reverse(lines.begin(), lines.end());
  for (size_t at = 0; at < lines.size(); at += 7) {
    LoadInto(dir.File("parts.db"),
             {lines.begin() + static_cast<long>(at),
              lines.begin() + static_cast<long>(std::min(at + 7, lines.size()))});
  }
  EXPECT_EQ(Dump(dir.File("parts.db")), expected);
  ExpectSound(dir.File("parts.db"));
  // What was loaded is done: ingest passes it over, and so does loading it again.
  EXPECT_EQ(IngestInto(dir.File("once.db"), dir.File("in")).documents, 0);
  EXPECT_EQ(LoadInto(dir.File("once.db"), lines).documents, 0);
  EXPECT_EQ(Dump(dir.File("once.db")), expected);
}

TEST(Load, BrokenLinesAreRejects) {
  TempDir dir;
  std::vector<std::string> lines = ExtractLines(Corpus() + "/macro-cn.html");
  ASSERT_EQ(lines.size(), 1u);
  const std::string good = lines[0];
  lines.push_back("{\"format\": \"hanfact-extract/2\"}");
  lines.push_back("no json");
  lines.push_back(good.substr(0, good.size() / 2));
  std::string far = good;
  const size_t at = far.find("\"end\":");
  far.insert(at + 6, "9999");
  lines.push_back(far);
  const auto summary = LoadInto(dir.File("f.db"), lines);
  EXPECT_EQ(summary.documents, 1);
  EXPECT_EQ(summary.rejected, 4);
  EXPECT_EQ(Cell(dir.File("f.db"), "SELECT count(*) FROM rejects WHERE stage = 'load'"), "4");
  ExpectSound(dir.File("f.db"));
}

TEST(Load, AnIdOfAClaimIsThirtyTwoHexDigits) {
  TempDir dir;
  const std::string good = ExtractLines(Corpus() + "/macro-cn.html")[0];
  std::vector<std::string> lines;
  for (const char* id : {"", "x", "0123456789abcdef0123456789abcdeg", "0123"}) {
    auto line = nlohmann::ordered_json::parse(good);
    line["claims"][0]["claim_id"] = id;
    lines.push_back(line.dump());
  }
  EXPECT_EQ(LoadInto(dir.File("f.db"), lines).rejected, 4);
}

// Spans are stored in three characters each, but where there are many or they lie far away.
TEST(Spans, AreWhatWasStoredHoweverManyAndFar) {
  TempDir dir;
  std::string text = "云岭芯片公告说明如下。\n";
  for (int i = 0; i < 6000; ++i) text += "天气很好大家都出门了。";
  WriteFile(dir.File("in/a.txt"), text + "\n云岭芯片2025年营收为286.47亿元，同比增长23.5%。\n");
  auto line = nlohmann::ordered_json::parse(ExtractLines(dir.File("in"))[0]);
  auto& claims = line["claims"];
  ASSERT_EQ(claims.size(), 2u);
  const int64_t start = claims[0]["start"], end = claims[0]["end"];
  const int64_t second = claims[1]["start"];
  ASSERT_GT(start, 20'020);
  claims[0]["spans"] = {{"value", start, end}, {"subject", 0, 4}, {"metric", 10, 20'020}};
  nlohmann::ordered_json many = nlohmann::ordered_json::array();
  for (int64_t i = 0; i < 17; ++i) many.push_back({"hedge", second - 20'000 + i, second - 10 + i});
  claims[1]["spans"] = many;
  LoadInto(dir.File("far.db"), {line.dump()});
  claims[0]["spans"] = {{"value", start, end}, {"subject", start - 20'000, start - 1}};
  many.erase(0);
  claims[1]["spans"] = many;
  LoadInto(dir.File("near.db"), {line.dump()});
  for (const char* name : {"far.db", "near.db"}) {
    SCOPED_TRACE(name);
    const bool far = std::string_view(name) == "far.db";
    EXPECT_EQ(Cell(dir.File(name), "SELECT count(*) FROM claim_rows WHERE spans LIKE '[%'"),
              far ? "2" : "0");
    EXPECT_EQ(Cell(dir.File(name),
                   "SELECT group_concat(role || ' ' || start || ' ' || end, ', ') FROM claim_spans"
                   " s WHERE claim_id = '" +
                       claims[0]["claim_id"].get<std::string>() + "'"),
              "value " + std::to_string(start) + " " + std::to_string(end) +
                  (far ? ", subject 0 4, metric 10 20020"
                       : ", subject " + std::to_string(start - 20'000) + " " +
                             std::to_string(start - 1)));
    EXPECT_EQ(Cell(dir.File(name),
                   "SELECT count(*) || ' ' || min(start) || ' ' || max(end) FROM claim_spans WHERE"
                   " role = 'hedge' AND claim_id = '" +
                       claims[1]["claim_id"].get<std::string>() + "'"),
              far ? "17 " + std::to_string(second - 20'000) + " " + std::to_string(second + 6)
                  : "16 " + std::to_string(second - 19'999) + " " + std::to_string(second + 6));
    ExpectSound(dir.File(name));
  }
}

// A run that was ended left documents whose bands are not there, or in part.
TEST(Bands, AreMadeAgainAfterARunThatWasEnded) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  IngestInto(path, Corpus());
  const std::string bands = Cell(path, kBands);
  Execute(path,
          "INSERT INTO unbanded_rows SELECT no FROM document_rows WHERE no % 2 = 0;"
          "DELETE FROM band_rows WHERE document_no % 2 = 0 AND band % 3 = 0");
  ASSERT_NE(Cell(path, kBands), bands);
  EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
  EXPECT_EQ(Cell(path, kBands), bands);
  EXPECT_EQ(Cell(path, "SELECT count(*) FROM unbanded_rows"), "0");
}

TEST(Outcome, ALineSaysAllThatIsStored) {
  for (const std::string& line : ExtractLines(Corpus())) {
    auto outcome = pipeline::ParseOutcome(line);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_EQ(pipeline::ToJson(*outcome), line);
  }
}

TEST(Remove, LeavesTheDatabaseAsIfTheDocumentsHadNeverBeenThere) {
  TempDir dir;
  WriteInputs(dir);
  std::filesystem::copy(dir.path() / "in", dir.path() / "all");
  // Of a story of several, of several versions, and what is under two names.
  const std::vector<std::string> gone = {"yunling-results-cn.html", "macro-cn.html", "again.html",
                                         "empty.txt"};
  for (const std::string& name : gone) std::filesystem::remove(dir.path() / "in" / name);
  IngestInto(dir.File("without.db"), dir.File("in"));
  std::filesystem::remove_all(dir.path() / "in");
  std::filesystem::rename(dir.path() / "all", dir.path() / "in");
  IngestInto(dir.File("f.db"), dir.File("in"));
  const std::string whole = Dump(dir.File("f.db"));
  ASSERT_NE(whole, Dump(dir.File("without.db")));
  {
    auto database = Open(dir.File("f.db"), Database::Mode::kWrite);
    pipeline::Selection selection;
    for (const std::string& name : gone) selection.locators.push_back("*/" + name);
    auto found = pipeline::Select(selection, *database);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->documents.size(), 2u);
    EXPECT_EQ(found->rejects.size(), 1u);
    pipeline::RunOptions options;
    options.now = [] { return std::string(kNow); };
    auto removed = pipeline::Remove(*found, options, *database);
    ASSERT_TRUE(removed.ok()) << removed.error().message;
  }
  EXPECT_EQ(Dump(dir.File("f.db")), Dump(dir.File("without.db")));
  EXPECT_EQ(Cell(dir.File("f.db"), kBands), Cell(dir.File("without.db"), kBands));
  EXPECT_EQ(Cell(dir.File("f.db"),
                 "SELECT count(*) FROM band_rows WHERE document_no NOT IN"
                 " (SELECT no FROM document_rows)"),
            "0");
  ExpectSound(dir.File("f.db"));
  // Given again they are new.
  EXPECT_EQ(IngestInto(dir.File("f.db"), dir.File("in")).documents, 2);
  EXPECT_EQ(Dump(dir.File("f.db")), whole);
}

TEST(Remove, VersionsCloseRanks) {
  TempDir dir;
  auto line = [](const char* id, const char* day, const char* value) {
    return nlohmann::json{{"id", id},
                          {"url", "https://news.example/a1"},
                          {"published", day},
                          {"text", std::string("云岭芯片公告，2025年营收为") + value + "亿元。"}}
               .dump() +
           "\n";
  };
  const std::string one = line("1", "2026-02-26", "286"), two = line("2", "2026-02-27", "287"),
                    three = line("3", "2026-02-28", "288");
  WriteFile(dir.File("all.jsonl"), one + two + three);
  IngestInto(dir.File("f.db"), dir.File("all.jsonl"));
  WriteFile(dir.File("all.jsonl"), one + "\n" + three);
  IngestInto(dir.File("two.db"), dir.File("all.jsonl"));
  auto database = Open(dir.File("f.db"), Database::Mode::kWrite);
  pipeline::Selection selection;
  selection.locators = {"*#2"};
  auto found = pipeline::Select(selection, *database);
  pipeline::RunOptions options;
  options.now = [] { return std::string(kNow); };
  ASSERT_TRUE(pipeline::Remove(*found, options, *database).ok());
  EXPECT_EQ(Dump(dir.File("f.db")), Dump(dir.File("two.db")));
  ExpectSound(dir.File("f.db"));
}

TEST(DryRun, CountsAndWritesNothing) {
  TempDir dir;
  WriteInputs(dir);
  std::vector<std::string> refused;
  auto keep = [&](const Reject& r) { refused.push_back(r.locator); };
  auto summary = pipeline::DryRun(Options({dir.File("in")}), SharedTools(), "", keep);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->documents, 21);  // one of them twice
  EXPECT_EQ(refused.size(), 4u);
  const auto real = IngestInto(dir.File("f.db"), dir.File("in"));
  EXPECT_GT(summary->claims, real.claims);
  EXPECT_EQ(real.documents + real.same_documents, 21);
  summary = pipeline::DryRun(Options({dir.File("in")}), SharedTools(), dir.File("f.db"), keep);
  EXPECT_EQ(summary->documents, 0);
  EXPECT_EQ(summary->skipped, 22);  // what has no payload to be known by is told again
}

TEST(Limits, AnArticleBeyondOneIsARejectThatSaysWhich) {
  const std::string text = "海岳汽车公告，一月销量为5.2万辆，同比增长12%。";
  auto run = [&](const std::string& payload, const pipeline::ArticleLimits& limits) -> std::string {
    RawArticle raw;
    raw.locator = "a";
    raw.payload = payload;
    const auto key = pipeline::MakeInputKey(raw, std::nullopt);
    auto result = pipeline::RunArticle(std::move(raw), key, SharedTools(), std::nullopt, limits);
    const auto* reject = std::get_if<Reject>(&result);
    return reject == nullptr ? "" : reject->stage + " " + reject->reason;
  };
  EXPECT_EQ(run(text, {}), "");
  pipeline::ArticleLimits limits;
  limits.payload = 20;
  EXPECT_NE(run(text, limits).find("limit has 66 bytes"), std::string::npos) << run(text, limits);
  limits = {};
  limits.nodes = 3;
  EXPECT_NE(run("<html><body><p>" + text + "</p></body></html>", limits).find("tags"),
            std::string::npos);
  limits = {};
  limits.text = 10;
  EXPECT_NE(run(text, limits).find("bytes of text"), std::string::npos);
  limits = {};
  limits.steps = 200;
  EXPECT_NE(run(text, limits).find("matcher steps"), std::string::npos);
}

constexpr const char* kSearch =
    "SELECT count(*) FROM search JOIN documents USING (document_id) WHERE search MATCH ";

TEST(Search, FindsWordsInEitherScriptAndStaysInStep) {
  TempDir dir;
  WriteFile(dir.File("in/a.txt"),
            "雲嶺晶片公告，2025年營收為286.47億元，年增 23%，由ABC公司代工。\n");
  IngestInto(dir.File("f.db"), dir.File("in"));
  {
    auto database = Open(dir.File("f.db"), Database::Mode::kWrite);
    auto added = pipeline::MakeSearch(*database);
    ASSERT_TRUE(added.ok()) << added.error().message;
    EXPECT_EQ(*added, 1);
  }
  for (const char* word : {"'營收'", "'营收'", "'\"云岭 岭晶 晶片\"'", "'abc'", "'\"286.47\"'"}) {
    EXPECT_EQ(Cell(dir.File("f.db"), std::string(kSearch) + word), "1") << word;
  }
  EXPECT_EQ(Cell(dir.File("f.db"), std::string(kSearch) + "'净利'"), "0");
  // A later run adds, a removal takes away.
  WriteFile(dir.File("in/b.txt"), "云岭芯片公告，2025年净利润为41亿元，营收增长两成。\n");
  IngestInto(dir.File("f.db"), dir.File("in"));
  EXPECT_EQ(Cell(dir.File("f.db"), std::string(kSearch) + "'营收'"), "2");
  ExpectSound(dir.File("f.db"));
  {
    auto database = Open(dir.File("f.db"), Database::Mode::kWrite);
    pipeline::Selection selection;
    selection.locators = {"*/b.txt"};
    auto found = pipeline::Select(selection, *database);
    pipeline::RunOptions options;
    options.now = [] { return std::string(kNow); };
    ASSERT_TRUE(pipeline::Remove(*found, options, *database).ok());
  }
  EXPECT_EQ(Cell(dir.File("f.db"), std::string(kSearch) + "'净利'"), "0");
  ExpectSound(dir.File("f.db"));
}

TEST(Search, BigramsByHand) {
  EXPECT_EQ(pipeline::SearchText("云岭芯片，营收"), " 云岭 岭芯 芯片 ， 营收");
  EXPECT_EQ(pipeline::SearchText("營收，年增"), " 營收 ， 年增 营收 ， 年增");
  EXPECT_EQ(pipeline::SearchText("涨5%"), " 涨 5%");
  EXPECT_EQ(pipeline::SearchText(""), "");
}

TEST(Reprocess, SaysWhatChangedAndKeepsReviewsAttached) {
  TempDir dir;
  WriteFile(dir.File("in/a.txt"),
            "云岭芯片公告，2025年营收为286.47亿元，同比增长23.5%。公司2025年净利润为41.36亿元。\n");
  IngestInto(dir.File("f.db"), dir.File("in"));
  // As if older rules had made one claim less, one more, and one in a sentence a little shorter.
  const std::string path = dir.File("f.db");
  Execute(
      path,
      "UPDATE claim_rows SET metric_no = NULL WHERE surface = '23.5%';"
      "UPDATE claim_rows SET claim_id = x'01d0', sentence_end = sentence_end - 1 WHERE surface ="
      " '41.36亿元';"
      "INSERT INTO reviews (claim_id, decision, editor, at, document_id, surface, sentence)"
      " SELECT claim_id, 'accept', 'e', 't', document_id, surface, sentence FROM"
      " claims_extracted WHERE claim_id = '01d0';"
      "INSERT INTO standing_rows (claim_id, status, corrections) VALUES ('01d0', 'accepted', '{}');"
      "UPDATE rules_rows SET rules_digest = 'older';");
  EXPECT_EQ(IngestInto(path, dir.File("in")).waiting, 1);
  const auto summary = IngestInto(path, dir.File("in"), SharedTools(), true);
  EXPECT_EQ(summary.documents, 1);
  store::ClaimChanges sum;
  for (const auto& [rule, c] : summary.changes) {
    sum.added += c.added;
    sum.lost += c.lost;
    sum.changed += c.changed;
  }
  EXPECT_EQ(sum.added, 1);
  EXPECT_EQ(sum.lost, 1);
  EXPECT_EQ(sum.changed, 1);
  EXPECT_EQ(Cell(path,
                 "SELECT c.surface || c.status FROM claim_moves m JOIN claims c USING (claim_id)"
                 " WHERE m.old_claim_id = '01d0'"),
            "41.36亿元accepted");
  ExpectSound(path);
}

// So that a run adds them to their indexes in order: aspects are built in that of their numbers.
TEST(Facts, IdsBeginWithThePlaceOfTheAspect) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  IngestInto(path, Corpus());
  for (const char* ids : {"SELECT lower(hex(fact_id)) AS id, aspect FROM fact_rows",
                          "SELECT conflict_id AS id, aspect FROM conflict_rows"}) {
    const std::string rows = std::string(" FROM (") + ids + ")";
    EXPECT_NE(Cell(path, "SELECT count(*)" + rows), "0");
    EXPECT_EQ(
        Cell(path, "SELECT group_concat(aspect) FROM (SELECT aspect" + rows +
                       " ORDER BY substr(id, 1, 8), aspect)"),
        Cell(path, "SELECT group_concat(aspect) FROM (SELECT aspect" + rows + " ORDER BY aspect)"));
  }
}

TEST(Migration, AnEarlierDatabaseIsUpgradedInPlaceWithABackup) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  IngestInto(dir.File("new.db"), Corpus());
  MakeVersionOne(dir.File("new.db"), path);
  const std::string before = ReadFile(path);
  {
    // Reading alone does not change it.
    auto read = Database::Open(path, Database::Mode::kRead, kNow);
    ASSERT_FALSE(read.ok());
    EXPECT_NE(read.error().message.find("older schema"), std::string::npos);
    EXPECT_EQ(ReadFile(path), before);
  }
  {
    auto database = Open(path, Database::Mode::kWrite);
    EXPECT_NE(database->note().find(path + ".v1.bak"), std::string::npos) << database->note();
  }
  EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
  EXPECT_EQ(Dump(path), Dump(dir.File("new.db")));
  ExpectSound(path);
  EXPECT_EQ(Cell(path, "PRAGMA user_version"), "8");
  store::Connection backup;
  ASSERT_TRUE(backup.Open(path + ".v1.bak", SQLITE_OPEN_READONLY));
  store::Statement version(backup, "PRAGMA user_version");
  ASSERT_TRUE(version.Next());
  EXPECT_EQ(version.Int(0), 1);
  // And it goes on as if it had always been so.
  EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
  EXPECT_EQ(Cell(path, "SELECT count(*) FROM unbanded_rows"), "0");
  EXPECT_EQ(Cell(path, kBands), Cell(dir.File("new.db"), kBands));
}

TEST(Migration, FromTheSecondVersionToo) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  IngestInto(dir.File("new.db"), Corpus());
  MakeVersionTwo(dir.File("new.db"), path);
  {
    auto database = Open(path, Database::Mode::kWrite);
    EXPECT_NE(database->note().find(path + ".v2.bak"), std::string::npos) << database->note();
  }
  EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
  EXPECT_EQ(Dump(path), Dump(dir.File("new.db")));
  ExpectSound(path);
}

TEST(Migration, FromLaterVersionsToo) {
  for (const int version : {3, 4, 5, 6, 7}) {
    SCOPED_TRACE(version);
    TempDir dir;
    const std::string path = dir.File("f.db");
    IngestInto(dir.File("new.db"), Corpus());
    MakeVersion(version, dir.File("new.db"), path);
    {
      auto database = Open(path, Database::Mode::kWrite);
      EXPECT_NE(database->note().find(path + ".v" + std::to_string(version) + ".bak"),
                std::string::npos)
          << database->note();
    }
    EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
    EXPECT_EQ(Dump(path), Dump(dir.File("new.db")));
    ExpectSound(path);
    EXPECT_EQ(Cell(path, kBands), Cell(dir.File("new.db"), kBands));
  }
}

TEST(Migration, WhatAnEndedRunLeftPendingIsBuiltAfterwards) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  IngestInto(dir.File("new.db"), Corpus());
  MakeVersion(5, dir.File("new.db"), path);
  Execute(path,
          "INSERT INTO pending_rows SELECT aspect, 0 FROM fact_rows WHERE no % 2 = 0 GROUP BY 1;"
          "INSERT INTO pending_rows SELECT aspect, no FROM claim_rows WHERE aspect NOT IN (SELECT"
          " aspect FROM pending_rows) AND aspect <> 0;"
          "DELETE FROM fact_claim_rows; DELETE FROM fact_link_rows; DELETE FROM fact_rows;"
          "DELETE FROM conflict_rows");
  EXPECT_EQ(IngestInto(path, Corpus()).documents, 0);
  EXPECT_EQ(Dump(path), Dump(dir.File("new.db")));
  ExpectSound(path);
  EXPECT_EQ(Cell(path, "SELECT count(*) FROM pending_rows"), "0");
}

// What a run writes goes through the log, which is written back on the way and begun anew: it must
// not grow with the run.
TEST(Log, IsWrittenBackWhileARunGoesOn) {
  TempDir dir;
  std::string lines;
  for (uint64_t i = 0; i < 600; ++i) {
    const made_up::Dated article = made_up::ArchiveArticle(i);
    lines += nlohmann::json{{"id", std::to_string(i)},
                            {"published", article.published},
                            {"text", article.text}}
                 .dump() +
             "\n";
  }
  WriteFile(dir.File("in.jsonl"), lines);
  auto database = Open(dir.File("f.db"), Database::Mode::kCreate);
  ASSERT_TRUE(database->connection().Execute("PRAGMA wal_autocheckpoint = 100"));
  pipeline::IngestOptions options;
  options.paths = {dir.File("in.jsonl")};
  options.now = [] { return std::string(kNow); };
  ASSERT_TRUE(pipeline::Ingest(options, SharedTools(), *database).ok());
  // The largest batch and 100 pages.
  EXPECT_LT(std::filesystem::file_size(dir.File("f.db-wal")),
            std::filesystem::file_size(dir.File("f.db")));
}

TEST(Copy, IsWholeWhileOthersWrite) {
  TempDir dir;
  IngestInto(dir.File("f.db"), Corpus());
  const std::string expected = Dump(dir.File("f.db"));
  auto writer = Open(dir.File("f.db"), Database::Mode::kWrite);
  ASSERT_TRUE(writer->connection().Execute("BEGIN IMMEDIATE; DELETE FROM conflict_rows"));
  ASSERT_TRUE(store::CopyDatabase(dir.File("f.db"), dir.File("copy.db")).ok());
  ASSERT_TRUE(writer->connection().Execute("ROLLBACK"));
  EXPECT_EQ(Dump(dir.File("copy.db")), expected);
  ExpectSound(dir.File("copy.db"));
  auto again = store::CopyDatabase(dir.File("f.db"), dir.File("copy.db"));
  ASSERT_FALSE(again.ok());
  EXPECT_NE(again.error().message.find("there already"), std::string::npos);
}

TEST(MaintenanceCommands, DoAndSayWhatTheyDo) {
  TempDir dir;
  WriteInputs(dir);
  const std::string db = " --db " + dir.File("f.db");
  RunResult r = RunProgram("ingest " + dir.File("in") + db + " --search --log-format json");
  ASSERT_EQ(r.status, 0) << r.err;
  const auto summary = nlohmann::json::parse(r.err);
  EXPECT_EQ(summary["documents"], 20);
  EXPECT_EQ(summary["same_documents"], 1);
  EXPECT_GT(summary["facts"], 100);
  EXPECT_EQ(summary["rejects_by_stage"]["read"], 3);
  EXPECT_EQ(RunProgram("verify" + db).status, 0);
  r = RunProgram("ingest --dry-run " + dir.File("in") + db);
  EXPECT_EQ(r.status, 0);
  EXPECT_NE(r.out.find("empty.txt"), std::string::npos) << r.out;
  EXPECT_NE(r.err.find("nothing was written"), std::string::npos) << r.err;
  r = RunProgram("remove --dry-run --locator '*/macro*'" + db);
  EXPECT_EQ(std::count(r.out.begin(), r.out.end(), '\n'), 1) << r.out;
  EXPECT_EQ(RunProgram("remove" + db).status, 2);
  EXPECT_EQ(RunProgram("remove 0123" + db).status, 3);
  r = RunProgram("remove --locator '*/macro*' --rejects" + db);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(RunProgram("verify" + db).status, 0);
  EXPECT_EQ(RunProgram("stats --rejects" + db).out, "no input was rejected\n");
  EXPECT_EQ(RunProgram("index" + db).status, 0);
  EXPECT_EQ(RunProgram("copy --to " + dir.File("copy.db") + db).status, 0);
  EXPECT_EQ(RunProgram("verify --db " + dir.File("copy.db")).status, 0);
  WriteFile(dir.File("good.tsv"),
            "# columns: entity_id alias region guard\n# key: entity_id alias\n"
            "tw:2330\t护国神山\tTW\t\n");
  WriteFile(dir.File("bad.tsv"), "# columns: entity_id alias region guard\nx\n");
  EXPECT_EQ(RunProgram("lint " + dir.File("good.tsv")).status, 0);
  r = RunProgram("lint " + dir.File("good.tsv") + " " + dir.File("bad.tsv"));
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.out.find("bad.tsv:"), std::string::npos) << r.out;
  // The pipe of map and reduce.
  ASSERT_EQ(std::system((Binary() + " extract " + dir.File("in") + " 2>/dev/null | " + Binary() +
                         " load --quiet --db " + dir.File("g.db"))
                            .c_str()),
            0);
  EXPECT_EQ(RunProgram("verify --db " + dir.File("g.db")).status, 0);
}

}  // namespace
}  // namespace hanfact::testing
