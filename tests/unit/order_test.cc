// Property: shuffled, split and repeated runs with one thread and two give one database. Small
// made-up archives, thick with copies, excerpts, versions of one address, reposts that name their
// source, values that differ, and inputs given under two names.
#include <random>

#include "made_up_news.h"
#include "whole_runs.h"

namespace hanfact::testing {
namespace {

// One file an article; the paths in a fixed order.
std::vector<std::string> MakeArchive(const TempDir& dir, uint32_t seed) {
  made_up::Generator g(seed);
  std::vector<std::string> paths;
  std::vector<std::vector<std::string>> originals;
  for (size_t i = 0; i < 24; ++i) {
    std::vector<std::string> s;
    if (originals.empty() || g.Below(5) < 2) {
      s = g.Article(2 + g.Below(4));
      // A line that many share, of one subject, whose value differs.
      s.push_back("海岳汽车公告，2025年" + std::to_string(1 + g.Below(2)) + "月销量为" +
                  std::to_string(30 + g.Below(3)) + "万辆，股价盘中一度下跌超过" +
                  std::to_string(10 + g.Below(9)) + "%。");
      originals.push_back(s);
    } else {
      s = originals[g.Below(originals.size())];
      switch (g.Below(6)) {
        case 0:
          break;
        case 1:
          s = g.Half(s, 60);
          break;
        case 2:
          s = g.Dropped(s);
          break;
        case 3:
          s = g.Chrome(s);
          break;
        case 4:
          s = g.NumbersChanged(s, 4);
          break;
        default:
          for (std::string& t : s) t = made_up::Replace(t, made_up::kTraditional);
      }
    }
    nlohmann::json row = {{"text", made_up::Join(s)}, {"region", "CN"}};
    if (g.Below(4) > 0) row["published"] = "2025-03-" + std::to_string(10 + g.Below(9));
    if (g.Below(3) == 0) row["url"] = "https://n.example/" + std::to_string(g.Below(4));
    if (g.Below(2) == 0) row["site"] = std::string(1, static_cast<char>('a' + g.Below(3)));
    if (g.Below(4) == 0) row["source"] = std::string(1, static_cast<char>('a' + g.Below(3)));
    // Some inputs stand under two names, with other metadata at times.
    const std::string name = std::to_string(100 + i) + ".jsonl";
    for (int copy = g.Below(6) == 0 ? 2 : 1; copy > 0; --copy) {
      WriteFile(dir.path() / std::to_string(copy) / name, row.dump() + "\n");
      paths.push_back(dir.File(std::to_string(copy) + "/" + name));
      row["site"] = "z";
    }
  }
  return paths;
}

// Brief articles about one company, all with one closing phrase, many with a value of their own for
// one thing: bands that everybody shares, and an aspect with more facts than are looked at
// together.
std::vector<std::string> MakeBusyArchive(const TempDir& dir, uint32_t seed) {
  made_up::Generator g(seed);
  std::vector<std::string> paths;
  std::vector<std::string> texts;
  for (size_t i = 0; i < 300; ++i) {
    std::string text;
    if (i > 20 && g.Below(5) == 0) {
      text = texts[g.Below(texts.size())];
      if (g.Below(2) == 0) text = made_up::Replace(text, made_up::kTraditional);
    } else {
      constexpr std::string_view kHedges[] = {"", "", "", "", "约", "超过", "不到"};
      const std::string value = std::to_string(1 + g.Below(g.Below(3) == 0 ? 30 : 900)) +
                                (g.Below(2) == 0 ? "." + std::to_string(1 + g.Below(9)) : "");
      text = "海岳汽车表示，2025年销量为" + std::string(kHedges[g.Below(7)]) + value + "万辆。" +
             (g.Below(3) == 0 ? g.Fill("W认为前景可期。", "", "", "周志强") : "") +
             "以上内容仅供读者参考不作为任何交易的依据请自行判断并承担风险。";
    }
    texts.push_back(text);
    nlohmann::json row = {{"text", text}, {"region", "CN"}, {"id", std::to_string(i)}};
    row["published"] = "2025-0" + std::to_string(1 + g.Below(9)) + "-10";
    if (g.Below(6) == 0) row["url"] = "https://n.example/" + std::to_string(g.Below(12));
    if (g.Below(2) == 0) row["site"] = std::string(1, static_cast<char>('a' + g.Below(3)));
    WriteFile(dir.path() / (std::to_string(100 + i) + ".jsonl"), row.dump() + "\n");
    paths.push_back(dir.File(std::to_string(100 + i) + ".jsonl"));
  }
  return paths;
}

// The first lines that only one of two dumps has; empty where they are equal.
std::string Difference(const std::string& a, const std::string& b) {
  if (a == b) return "";
  const auto lines = [](const std::string& text) {
    std::multiset<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.insert(line);
    return out;
  };
  const std::multiset<std::string> x = lines(a), y = lines(b);
  std::string out = "different";
  int shown = 0;
  for (const std::string& line : x) {
    if (!y.contains(line) && shown++ < 6) out += "\n< " + line.substr(0, 700);
  }
  for (const std::string& line : y) {
    if (!x.contains(line) && shown++ < 12) out += "\n> " + line.substr(0, 700);
  }
  return out;
}

void CheckSeed(uint32_t seed, size_t part_size,
               std::vector<std::string> (*make)(const TempDir&, uint32_t)) {
  SCOPED_TRACE(seed);
  TempDir dir, out;
  std::vector<std::string> paths = make(dir, seed);
  IngestInto(out.File("whole.db"), paths);
  ExpectSound(out.File("whole.db"));
  const std::string expected = Dump(out.File("whole.db"));

  std::mt19937 random(seed);
  std::shuffle(paths.begin(), paths.end(), random);
  // Facts and bands written at many places of the run.
  IngestInto(out.File("shuffled.db"), paths, 2, false, {0, 100, 200});
  EXPECT_EQ(Difference(Dump(out.File("shuffled.db")), expected), "") << "shuffled, 2 jobs";

  std::shuffle(paths.begin(), paths.end(), random);
  for (size_t begin = 0; begin < paths.size();) {
    const size_t end = std::min(paths.size(), begin + 1 + random() % part_size);
    std::vector<std::string> part(paths.begin() + static_cast<ptrdiff_t>(begin),
                                  paths.begin() + static_cast<ptrdiff_t>(end));
    IngestInto(out.File("split.db"), part, 1 + static_cast<int>(random() % 2));
    if (random() % 4 == 0) IngestInto(out.File("split.db"), part);
    begin = end;
  }
  EXPECT_EQ(Difference(Dump(out.File("split.db")), expected), "") << "split and repeated";
  ExpectSound(out.File("split.db"));
}

TEST(Order, OneResultWhateverTheOrder) {
  const char* seeds = std::getenv("HANFACT_ORDER_SEEDS");
  const uint32_t count = seeds != nullptr ? static_cast<uint32_t>(std::atoi(seeds)) : 12;
  for (uint32_t seed = 1; seed <= count && !HasFailure(); ++seed) {
    CheckSeed(seed, 9, MakeArchive);
  }
}

TEST(Order, OneResultOfABusySubjectToo) {
  const char* seeds = std::getenv("HANFACT_ORDER_SEEDS");
  const uint32_t count = seeds != nullptr ? static_cast<uint32_t>(std::atoi(seeds)) : 2;
  for (uint32_t seed = 1; seed <= count && !HasFailure(); ++seed) {
    CheckSeed(seed, 60, MakeBusyArchive);
  }
}

// The archives do hold what the property is about.
TEST(Order, TheArchivesHoldStoriesVersionsAndConflicts) {
  std::map<std::string, int64_t> seen;
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    TempDir dir, out;
    IngestInto(out.File("f.db"), MakeArchive(dir, seed));
    auto database = Database::Open(out.File("f.db"), Database::Mode::kRead, "");
    store::Reader reader(**database);
    for (const char* sql : {"SELECT count(*) FROM documents WHERE story_role = 'duplicate'",
                            "SELECT count(*) FROM documents WHERE story_role = 'near_duplicate'",
                            "SELECT count(*) FROM documents WHERE story_role = 'excerpt'",
                            "SELECT count(*) FROM documents WHERE replaces IS NOT NULL",
                            "SELECT count(*) FROM inputs WHERE outcome = 'same_document'",
                            "SELECT count(*) FROM facts WHERE stories > 1",
                            "SELECT count(*) FROM fact_links WHERE relation = 'revision'",
                            "SELECT count(*) FROM conflicts"}) {
      const auto rows = reader.Query(sql, {});
      ASSERT_TRUE(rows.ok());
      seen[sql] += std::atoll((*rows)[0][0].second.text.c_str());
    }
  }
  for (const auto& [sql, count] : seen) EXPECT_GT(count, 0) << sql;
  TempDir dir, out;
  IngestInto(out.File("f.db"), MakeBusyArchive(dir, 1));
  auto database = Database::Open(out.File("f.db"), Database::Mode::kRead, "");
  const auto rows =
      store::Reader(**database)
          .Query("SELECT max(n) FROM (SELECT count(*) AS n FROM fact_rows GROUP BY aspect, key)",
                 {});
  ASSERT_TRUE(rows.ok());
  // More than are built as a whole, and more than are linked.
  EXPECT_GT(std::atoll((*rows)[0][0].second.text.c_str()), 105);
}

}  // namespace
}  // namespace hanfact::testing
