// The database file: what is refused, the writers' lock, the invariants, reviews.
#include <fcntl.h>
#include <sys/file.h>

#include "databases.h"
#include "pipeline/ingest.h"
#include "pipeline/verify.h"
#include "store/database.h"
#include "store/phrases.h"
#include "store/reader.h"
#include "store/writer.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using store::Database;

constexpr std::string_view kNow = "2026-01-01T00:00:00Z";

std::unique_ptr<Database> Open(const std::string& path, Database::Mode mode) {
  auto database = Database::Open(path, mode, kNow);
  EXPECT_TRUE(database.ok()) << (database.ok() ? "" : database.error().message);
  return database.ok() ? std::move(*database) : nullptr;
}

void ExpectRefusedUntouched(const std::string& path, Database::Mode mode, std::string_view why) {
  const std::string before = ReadFile(path);
  auto database = Database::Open(path, mode, kNow);
  ASSERT_FALSE(database.ok());
  EXPECT_NE(database.error().message.find(why), std::string::npos) << database.error().message;
  EXPECT_NE(database.error().message.find(path), std::string::npos);
  EXPECT_EQ(ReadFile(path), before);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST(Database, RefusesForeignFilesUntouched) {
  TempDir dir;
  const std::string other = dir.File("other.db"), text = dir.File("text.db");
  Execute(other, "CREATE TABLE t(x); INSERT INTO t VALUES (1);");
  WriteFile(text, "this is no database, only a longer text file to be sure of it\n");
  for (auto mode : {Database::Mode::kRead, Database::Mode::kCreate}) {
    ExpectRefusedUntouched(other, mode, "is no hanfact database");
    ExpectRefusedUntouched(text, mode, "is no hanfact database");
  }
}

// A copy has the rollback journal's mode. Ended in the middle of a write, it leaves a journal that
// must be taken back before anything can be read: by us, not by a refusal.
TEST(Database, TakesBackWhatAnEndedWriteLeft) {
  TempDir dir;
  const std::string path = dir.File("a.db"), ended = dir.File("ended.db");
  Open(path, Database::Mode::kCreate).reset();
  Execute(path, "PRAGMA journal_mode = DELETE; CREATE TABLE t(x);"
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                "INSERT INTO t SELECT printf('%0200d', i) FROM n;");
  {
    store::Connection c;
    ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE));
    // So small a cache that pages go to the file before the end.
    ASSERT_TRUE(c.Execute("PRAGMA cache_size = 2; BEGIN IMMEDIATE; UPDATE t SET x = 'lost';"));
    std::filesystem::copy_file(path, ended);
    std::filesystem::copy_file(path + "-journal", ended + "-journal");
    c.Execute("ROLLBACK");
  }
  auto database = Open(ended, Database::Mode::kRead);
  ASSERT_NE(database, nullptr);
  store::Statement lost(database->connection(), "SELECT count(*) FROM t WHERE x = 'lost'");
  ASSERT_TRUE(lost.Next());
  EXPECT_EQ(lost.Int(0), 0);
  EXPECT_FALSE(std::filesystem::exists(ended + "-journal"));
}

// The first page of a new file is written in the old journal's mode too, before anything says whose
// file it is. Another's file is left as it is.
TEST(Database, BeginsAnewWhatWasEndedWhileItWasMade) {
  TempDir dir;
  const std::string ended = dir.File("ended.db"), other = dir.File("other.db");
  const auto end_in_the_middle = [&](const std::string& path, std::string_view before,
                                     std::string_view changes) {
    const std::string whole = dir.File("whole.db");
    std::filesystem::remove(whole);
    if (!before.empty()) Execute(whole, before);
    store::Connection c;
    ASSERT_TRUE(c.Open(whole, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    ASSERT_TRUE(c.Execute("PRAGMA cache_size = 2; BEGIN IMMEDIATE; " + std::string(changes)));
    std::filesystem::copy_file(whole, path);
    std::filesystem::copy_file(whole + "-journal", path + "-journal");
    c.Execute("ROLLBACK");
  };
  const std::string_view fill =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
      "INSERT INTO t SELECT printf('%0200d', i) FROM n;";
  end_in_the_middle(ended, "", "CREATE TABLE t(x);" + std::string(fill));
  ASSERT_GT(std::filesystem::file_size(ended), 0u);
  ExpectRefusedUntouched(ended, Database::Mode::kRead, "is no hanfact database");
  const auto database = Open(ended, Database::Mode::kCreate);
  ASSERT_NE(database, nullptr);
  EXPECT_TRUE(pipeline::Verify(*database).empty());
  EXPECT_FALSE(std::filesystem::exists(ended + "-journal"));

  end_in_the_middle(other, "CREATE TABLE t(x); INSERT INTO t VALUES (1);", fill);
  ExpectRefusedUntouched(other, Database::Mode::kCreate, "is no hanfact database");
}

TEST(Database, RefusesANewerVersionUntouched) {
  TempDir dir;
  const std::string path = dir.File("newer.db");
  Open(path, Database::Mode::kCreate).reset();
  Execute(path, "PRAGMA user_version = 9999; PRAGMA journal_mode = DELETE;");
  ExpectRefusedUntouched(path, Database::Mode::kRead, "newer hanfact");
  ExpectRefusedUntouched(path, Database::Mode::kCreate, "newer hanfact");
}

TEST(Database, ReadingNeedsOneThatIsThere) {
  TempDir dir;
  auto database = Database::Open(dir.File("none.db"), Database::Mode::kRead, kNow);
  ASSERT_FALSE(database.ok());
  EXPECT_NE(database.error().message.find("no such database"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(dir.File("none.db")));
}

TEST(Database, IsMarkedAndOpensTwice) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  Open(path, Database::Mode::kCreate).reset();
  auto database = Open(path, Database::Mode::kWrite);
  store::Statement id(database->connection(), "PRAGMA application_id");
  ASSERT_TRUE(id.Next());
  EXPECT_EQ(id.Int(0), store::kApplicationId);
  EXPECT_TRUE(pipeline::Verify(*database).empty());
}

TEST(WriterLock, TheSecondOneIsToldWhoHoldsIt) {
  TempDir dir;
  const std::string path = dir.File("f.db");
  auto first = store::WriterLock::Take(path, kNow);
  ASSERT_TRUE(first.ok());
  // flock belongs to the open file, so a second open in the same process is a second holder.
  auto second = store::WriterLock::Take(path, kNow);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find("pid " + std::to_string(::getpid())), std::string::npos)
      << second.error().message;
  first->reset();
  EXPECT_TRUE(store::WriterLock::Take(path, kNow).ok());
}

// A small database made by the real pipeline.
std::string MakeDatabase(const TempDir& dir) {
  WriteFile(dir.path() / "in" / "a.txt",
            "云岭芯片2025年营收286.47亿元\n\n云岭芯片公告，2025年营收为286.47亿元，同比增长23.5%。"
            "公司2025年净利润为41.36亿元，同比增长31%。公司董事会提议派发现金红利。\n");
  WriteFile(dir.path() / "in" / "a.txt.meta.json", R"({"published": "2026-02-26"})");
  const std::string path = dir.File("f.db");
  auto database = Open(path, Database::Mode::kCreate);
  pipeline::IngestOptions options;
  options.paths = {dir.File("in")};
  options.now = [] { return std::string(kNow); };
  auto summary = pipeline::Ingest(options, SharedTools(), *database);
  EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().message);
  if (summary.ok()) {
    EXPECT_GE(summary->claims, 4);
  }
  return path;
}

std::vector<std::string> VerifyFile(const std::string& path) {
  auto database = Open(path, Database::Mode::kRead);
  return pipeline::Verify(*database);
}

TEST(Verify, FindsEachPlantedBreach) {
  TempDir dir;
  const std::string path = MakeDatabase(dir);
  EXPECT_EQ(VerifyFile(path), std::vector<std::string>());
  const std::pair<const char*, const char*> kBreaches[] = {
      {"UPDATE claim_rows SET surface = 'x' WHERE no = 1", "invariant 1"},
      {"UPDATE claim_rows SET sentence_start = sentence_end WHERE no = 1", "invariant 1"},
      {"INSERT INTO mention_rows SELECT no, 0, 100000, 1 FROM document_rows", "invariant 1"},
      {"UPDATE input_rows SET outcome = 'reject'", "invariant 3"},
      {"DELETE FROM input_rows", "invariant 3"},
      {"UPDATE document_rows SET story_role = 'excerpt'", "original"},
      {"UPDATE claim_rows SET value = '1' WHERE value IS NOT NULL AND frame_no IN (SELECT no FROM"
       " frame_rows WHERE kind = 'level')",
       "invariant 2"},
      {"DELETE FROM fact_claim_rows", "invariant"},
      {"DELETE FROM text_rows", "invariant 1"},
      {"DELETE FROM frame_rows", "rows that are not there"},
      {"UPDATE name_rows SET name = 'something else', id = '' WHERE no IN (SELECT metric_no FROM"
       " claim_rows WHERE aspect <> 0)",
       "invariant 5"},
      {"INSERT INTO pending_rows SELECT 0, aspect FROM claim_rows WHERE aspect <> 0 LIMIT 1",
       "pending"},
      {"UPDATE document_rows SET claim_count = claim_count + 1", "claims and says"},
      {"UPDATE document_rows SET claim_count = claim_count - 1 WHERE claim_count > 0",
       "none of those of its document"},
  };
  for (const auto& [sql, expected] : kBreaches) {
    TempDir copy;
    const std::string planted = copy.File("f.db");
    std::filesystem::copy_file(path, planted);
    Execute(planted, sql);
    const auto breaches = VerifyFile(planted);
    ASSERT_FALSE(breaches.empty()) << sql;
    EXPECT_TRUE(
        std::any_of(breaches.begin(), breaches.end(),
                    [&, e = expected](const auto& b) { return b.find(e) != std::string::npos; }))
        << sql << "\n"
        << breaches.front();
  }
}

// A story of an original and its excerpt, and two sources whose values contradict.
TEST(Verify, FindsBreachesOfStoriesAndFacts) {
  TempDir dir;
  const std::string first =
      "云岭芯片公告，2025年营收为286.47亿元，同比增长23.5%。公司董事会提议派发现金红利，每股0."
      "35元。"
      "分析师认为，先进封装的产能在明年仍将紧张，客户的预付款说明订单充足。";
  const std::string second =
      "云岭芯片公告，2025年营收为268.9亿元。记者在发布会现场看到，到场的投资者比往年更多。";
  const auto line = [](const char* id, const char* day, const std::string& text) {
    return nlohmann::json{{"id", id}, {"published", day}, {"region", "CN"}, {"text", text}}.dump() +
           "\n";
  };
  WriteFile(dir.path() / "in.jsonl",
            line("1", "2026-02-26", first) +
                line("2", "2026-02-27", first.substr(0, first.find("分析师"))) +
                line("3", "2026-02-27", second) + line("4", "2026-02-28", second));
  const std::string path = dir.File("f.db");
  {
    auto database = Open(path, Database::Mode::kCreate);
    pipeline::IngestOptions options;
    options.paths = {dir.File("in.jsonl")};
    options.now = [] { return std::string(kNow); };
    ASSERT_TRUE(pipeline::Ingest(options, SharedTools(), *database).ok());
  }
  ASSERT_EQ(VerifyFile(path), std::vector<std::string>());
  const std::pair<const char*, const char*> kBreaches[] = {
      {"UPDATE document_rows SET similarity = 0.5 WHERE story_role = 'excerpt'", "invariant 2"},
      {"UPDATE document_rows SET story_role = 'near_duplicate' WHERE story_role = 'excerpt'",
       "invariant 2"},
      {"UPDATE document_rows SET published = '2020-01-01' WHERE story_role <> 'original'",
       "invariant 2"},
      {"UPDATE document_rows SET story_no = (SELECT min(no) FROM document_rows), story_role ="
       " 'near_duplicate' WHERE story_role <> 'original'; INSERT INTO story_pair_rows SELECT 1,"
       " max(no) FROM document_rows",
       "not alike"},
      {"UPDATE fact_rows SET stories = stories + 1 WHERE conflict_no IS NOT NULL", "invariant 5"},
      {"UPDATE fact_rows SET conflict_no = NULL WHERE conflict_no IS NOT NULL", "invariant"},
      {"UPDATE fact_rows SET conflict_no = (SELECT no FROM conflict_rows) WHERE conflict_no IS"
       " NULL",
       "invariant 5"},
      {"UPDATE fact_rows SET fact_id = CAST(x'f0' || substr(fact_id, 2) AS BLOB) WHERE conflict_no "
       "IS NOT NULL",
       "invariant 5"},
      {"DELETE FROM fact_claim_rows WHERE claim_no = (SELECT min(claim_no) FROM fact_claim_rows)",
       "invariant 5"},
      {"UPDATE claim_rows SET value = '1' WHERE value = '26890000000'", "invariant"},
  };
  for (const auto& [sql, expected] : kBreaches) {
    TempDir copy;
    const std::string planted = copy.File("f.db");
    std::filesystem::copy_file(path, planted);
    Execute(planted, sql);
    const auto breaches = VerifyFile(planted);
    EXPECT_TRUE(
        std::any_of(breaches.begin(), breaches.end(),
                    [&, e = expected](const auto& b) { return b.find(e) != std::string::npos; }))
        << sql << "\n"
        << (breaches.empty() ? "no breach" : breaches.front());
  }
}

TEST(Phrases, ComeBackAsTheyWere) {
  for (const std::string text :
       {"", "up 3% (1 voice) against up 4% (1 voice): no value fits both, 30.7 % apart",
        "3 (2 voices) against 4 (12 voices): no value fits both, 9.0 % apart",
        "a (1 voice) against b", " % apart % apart", "odd \x01\x05 signs % apart", "\x06"}) {
    EXPECT_EQ(store::LengthenPhrases(store::ShortenPhrases(text)), text);
  }
  EXPECT_EQ(
      store::ShortenPhrases("a (1 voice) against b (3 voices): no value fits both, 2 % apart"),
      "a\x01"
      "b (3\x04"
      "2\x05");
  // The view says the same.
  TempDir dir;
  const std::string path = MakeDatabase(dir);
  auto database = Open(path, Database::Mode::kWrite);
  auto& connection = database->connection();
  ASSERT_TRUE(connection.Execute("PRAGMA foreign_keys = OFF; DELETE FROM fact_link_rows"));
  int64_t n = 0;
  for (const std::string text :
       {"3 (1 voice) against 4 (2 voices): no value fits both, 9.0 % apart",
        "3 (2 voices) against 4 (1 voice): no value fits both, 9.0 % apart", "odd \x02 sign"}) {
    const std::string stored = store::ShortenPhrases(text);
    store::Statement insert(connection,
                            "INSERT INTO fact_link_rows SELECT min(no), min(no), ?1, ?2 FROM"
                            " fact_rows");
    insert.Bind(1, n).Bind(2, stored).Run();
    store::Statement seen(connection, "SELECT explanation FROM fact_links LIMIT 1 OFFSET ?1");
    seen.Bind(1, n++);
    ASSERT_TRUE(seen.Next());
    EXPECT_EQ(seen.Text(0), text);
  }
}

TEST(Reviews, AreAppendOnly) {
  TempDir dir;
  const std::string path = MakeDatabase(dir);
  store::Connection c;
  ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE));
  ASSERT_TRUE(c.Execute(
      "INSERT INTO reviews (claim_id, decision, editor, at, document_id, surface, sentence)"
      " SELECT claim_id, 'accept', 'e', '2026-01-01', document_id, surface, sentence FROM"
      " claims_extracted LIMIT 1"));
  EXPECT_FALSE(c.Execute("UPDATE reviews SET decision = 'reject'"));
  c.ClearError();
  EXPECT_FALSE(c.Execute("DELETE FROM reviews"));
  c.ClearError();
  EXPECT_FALSE(c.Execute(
      "INSERT INTO reviews (claim_id, decision, editor, at, document_id, surface, sentence)"
      " VALUES ('x', 'maybe', 'e', 'now', 'd', 's', 's')"));
}

TEST(Claims, AreTheExtractedValuesWithCorrectionsLaidOver) {
  TempDir dir;
  const std::string path = MakeDatabase(dir);
  Execute(path,
          "INSERT INTO standing_rows (claim_id, status, corrections) SELECT claim_id, 'corrected',"
          " json_object('value', '7', 'basis', null) FROM claims_extracted ORDER BY start LIMIT 1");
  auto database = Open(path, Database::Mode::kRead);
  store::Reader reader(*database);
  auto rows = reader.Query(
      "SELECT c.value, c.value_num, c.basis, c.status, e.value AS old FROM claims c JOIN"
      " claims_extracted e USING (claim_id) ORDER BY c.start",
      {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ((*rows)[0][0].second.text, "7");
  EXPECT_EQ((*rows)[0][1].second.text, "7.0");
  EXPECT_EQ((*rows)[0][2].second.type, store::Cell::Type::kNull);
  EXPECT_EQ((*rows)[0][3].second.text, "corrected");
  EXPECT_NE((*rows)[0][4].second.text, "7");
  EXPECT_EQ((*rows)[1][3].second.text, "unreviewed");
}

}  // namespace
}  // namespace hanfact::testing
