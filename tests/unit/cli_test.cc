// The program as users run it: exit statuses, messages, formats.
#include "testing.h"

namespace hanfact::testing {
namespace {

TEST(CommandLine, WrongUsageExitsTwoWithOneLine) {
  for (const char* arguments : {"", "nonsense", "ingest", "ingest x", "facts",
                                "ingest x --db y --jobs 0", "ingest x --db y --as-of 2025-02-30",
                                "facts --db x --format xml", "ingest x --db y --nope"}) {
    const RunResult r = RunProgram(arguments);
    EXPECT_EQ(r.status, 2) << arguments;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << arguments << ": " << r.err;
    EXPECT_TRUE(r.out.empty()) << arguments;
  }
}

TEST(CommandLine, HelpAndVersionExitZero) {
  EXPECT_EQ(RunProgram("--help").status, 0);
  EXPECT_NE(RunProgram("--version").out.find("hanfact "), std::string::npos);
  const std::string help = RunProgram("--help").out;
  for (const char* command : {"ingest", "annotate", "facts", "stats", "verify", "explain",
                              "extract", "load", "remove", "index", "copy", "lint"}) {
    EXPECT_NE(help.find(command), std::string::npos) << command;
    const RunResult r = RunProgram(std::string(command) + " --help");
    EXPECT_EQ(r.status, 0);
    // The help fits a terminal of 80 columns.
    std::istringstream lines(r.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(CommandLine, WhatCannotGoOnExitsThree) {
  TempDir dir;
  WriteFile(dir.path() / "other.db", "no database at all, but a file of some length\n");
  EXPECT_EQ(RunProgram("ingest " + dir.File("nowhere") + " --db " + dir.File("f.db")).status, 3);
  EXPECT_EQ(RunProgram("ingest " + dir.path().string() + " --db " + dir.File("other.db")).status,
            3);
  EXPECT_EQ(RunProgram("facts --db " + dir.File("none.db")).status, 3);
  const RunResult lexicon =
      RunProgram("annotate --lexicon " + dir.File("other.db") + " </dev/null");
  EXPECT_EQ(lexicon.status, 3);
  EXPECT_NE(lexicon.err.find("other.db:1:1:"), std::string::npos) << lexicon.err;
}

class Commands : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new TempDir;
    const RunResult r = RunProgram("ingest " + (SourceDir() / "corpus/articles").string() +
                                   " --db " + dir_->File("f.db"));
    ASSERT_EQ(r.status, 0) << r.err;
    ASSERT_NE(r.err.find("20 documents"), std::string::npos) << r.err;
  }
  static void TearDownTestSuite() { delete dir_; }
  static std::string Db() { return " --db " + dir_->File("f.db"); }
  static TempDir* dir_;
};
TempDir* Commands::dir_ = nullptr;

TEST_F(Commands, FactsInEveryFormatAreTheSame) {
  const std::string lines = RunProgram("facts --format jsonl" + Db()).out;
  const auto n = std::count(lines.begin(), lines.end(), '\n');
  EXPECT_GT(n, 150);
  EXPECT_EQ(nlohmann::json::parse(RunProgram("facts --format json" + Db()).out).size(),
            static_cast<size_t>(n));
  const std::string csv = RunProgram("facts --format csv" + Db()).out;
  EXPECT_EQ(csv.substr(0, 8), "fact_id,");
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    const auto fact = nlohmann::json::parse(line);
    EXPECT_FALSE(fact["evidence"].empty());
    for (const auto& e : fact["evidence"]) {
      EXPECT_NE(e["sentence"].get<std::string>().find(e["surface"].get<std::string>()),
                std::string::npos);
    }
  }
}

TEST_F(Commands, FactsAreAsSureAsAsked) {
  const auto count = [](const std::string& options) {
    const std::string lines = RunProgram("facts --format jsonl" + options + Db()).out;
    return std::count(lines.begin(), lines.end(), '\n');
  };
  const auto all = count("");
  const auto sure = count(" --min-confidence 0.7");
  EXPECT_EQ(count(" --min-confidence 0.05"), all);
  EXPECT_GT(sure, all / 4);
  EXPECT_LT(sure, all);
  EXPECT_EQ(count(" --min-confidence 1"), 0);
  EXPECT_EQ(RunProgram("facts --min-confidence 70" + Db()).status, 2);
}

TEST_F(Commands, FactsAreFoundByEitherScript) {
  const std::string hans = RunProgram("facts --subject 云岭芯片 --format jsonl" + Db()).out;
  EXPECT_FALSE(hans.empty());
  EXPECT_EQ(RunProgram("facts --subject 雲嶺芯片 --format jsonl" + Db()).out, hans);
}

TEST_F(Commands, VerifyFindsNothingAndStatsCount) {
  EXPECT_EQ(RunProgram("verify" + Db()).status, 0);
  EXPECT_EQ(RunProgram("verify --quiet" + Db()).out, "");
  EXPECT_NE(RunProgram("stats" + Db()).out.find("documents"), std::string::npos);
  EXPECT_EQ(RunProgram("stats --rejects" + Db()).out, "no input was rejected\n");
}

TEST_F(Commands, EveryClaimExplainsItself) {
  const std::string line = RunProgram("facts --format jsonl --limit 1" + Db()).out;
  const auto fact = nlohmann::json::parse(line);
  const auto evidence = fact["evidence"][0];
  const RunResult r = RunProgram("explain " + evidence["claim_id"].get<std::string>() + Db());
  EXPECT_EQ(r.status, 0) << r.err;
  for (const char* part : {"Input", "Match view", "Mentions", "Evidence", "Checks", ".tsv:"}) {
    EXPECT_NE(r.out.find(part), std::string::npos) << part << " in\n" << r.out;
  }
  EXPECT_NE(r.out.find(evidence["surface"].get<std::string>()), std::string::npos);
  const RunResult place =
      RunProgram("explain " + evidence["document_id"].get<std::string>() + ":0" + Db());
  EXPECT_EQ(place.status, 0) << place.err;
  EXPECT_EQ(RunProgram("explain 0123" + Db()).status, 3);
}

TEST_F(Commands, StrictExitsOneWhenAnInputIsRejected) {
  TempDir dir;
  WriteFile(dir.path() / "empty.txt", "");
  EXPECT_EQ(RunProgram("ingest " + dir.File("empty.txt") + " --db " + dir.File("f.db")).status, 0);
  EXPECT_EQ(
      RunProgram("ingest --strict " + dir.File("empty.txt") + " --db " + dir.File("g.db")).status,
      1);
}

TEST(Annotate, AnswersEveryLineInOrder) {
  TempDir dir;
  WriteFile(dir.path() / "in",
            "{\"id\": 1, \"text\": \"營收 393.31 億美元\"}\nnot json\n{\"id\": {\"a\": 2}}\n"
            "{\"id\": 3, \"text\": \"\"}\n{\"id\": 4, \"text\": \"x\", \"published\": \"soon\"}\n");
  const RunResult r = RunProgram("annotate <" + dir.File("in"));
  EXPECT_EQ(r.status, 0) << r.err;
  std::vector<nlohmann::json> lines;
  std::istringstream in(r.out);
  for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0]["id"], 1);
  const auto& m = lines[0]["mentions"];
  auto it = std::find_if(m.begin(), m.end(), [](const auto& x) { return x["type"] == "quantity"; });
  ASSERT_NE(it, m.end()) << r.out;
  EXPECT_EQ((*it)["text"], "393.31 億美元");
  EXPECT_EQ((*it)["start"], 3);
  EXPECT_EQ((*it)["end"], 13);
  EXPECT_EQ((*it)["value"], "39331000000");
  EXPECT_EQ((*it)["unit"], "USD");
  EXPECT_EQ((*it)["bound"], "exact");
  EXPECT_EQ((*it)["number"], nlohmann::json({3, 11}));
  EXPECT_TRUE(lines[1].contains("error"));
  EXPECT_EQ(lines[2]["id"], nlohmann::json({{"a", 2}}));
  EXPECT_TRUE(lines[2].contains("error"));
  EXPECT_TRUE(lines[3]["mentions"].empty());
  EXPECT_TRUE(lines[4].contains("error"));
}

TEST(Annotate, ThreadsAndPipesChangeNothing) {
  TempDir dir;
  std::string in;
  for (int i = 0; i < 3000; ++i) {
    in += "{\"id\": " + std::to_string(i) + ", \"text\": \"第" + std::to_string(i) +
          "季營收 393.31 億美元，年增 78%，海岳汽车销量为" + std::to_string(i) + "辆\"}\n";
  }
  WriteFile(dir.path() / "in", in);
  const std::string one = RunProgram("annotate --jobs 1 <" + dir.File("in")).out;
  EXPECT_EQ(std::count(one.begin(), one.end(), '\n'), 3000);
  for (int i = 0; i < 3; ++i) {
    TempDir out;
    // Through pipes on both sides: reading and writing interleave as they do between programs.
    ASSERT_EQ(std::system(("cat " + dir.File("in") + " | " + Binary() +
                           " annotate --jobs 2 | cat >" + out.File("out"))
                              .c_str()),
              0);
    EXPECT_TRUE(ReadFile(out.File("out")) == one);
  }
}

}  // namespace
}  // namespace hanfact::testing
