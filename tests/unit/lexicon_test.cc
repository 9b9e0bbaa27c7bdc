// What the lexicon promises: its counts, its rows, and the same entities in every script.
#include <map>
#include <set>

#include "base/table.h"
#include "base/text.h"
#include "normalize/script.h"
#include "testing.h"
#include "typed_otherwise.h"

namespace hanfact::testing {
namespace {

struct Row {
  std::string file;
  uint32_t line = 0;
  std::map<std::string, std::string> fields;

  [[nodiscard]] const std::string& operator[](const std::string& name) const {
    return fields.at(name);
  }
};

std::vector<Row> RowsOf(std::string_view prefix, const std::vector<std::string>& columns) {
  std::vector<Row> out;
  for (std::string_view path : EmbeddedFiles(prefix)) {
    std::vector<TableError> errors;
    const Table table = Table::Read(std::string(path), *EmbeddedFile(path), {}, errors);
    for (const Table::Row& row : table.rows()) {
      Row made{std::string(path), row.line, {}};
      for (size_t i = 0; i < columns.size() && i < row.fields.size(); ++i) {
        made.fields[columns[i]] = row.fields[i];
      }
      out.push_back(std::move(made));
    }
  }
  return out;
}
const std::vector<Row>& EntityRows() {
  static const auto rows =
      RowsOf("normalize/rules/entities", {"entity_id", "canonical", "type", "name_en", "ticker",
                                          "fiscal_year_end", "home", "industry"});
  return rows;
}
const std::vector<Row>& AliasRows() {
  static const auto rows =
      RowsOf("normalize/rules/aliases", {"entity_id", "alias", "region", "guard"});
  return rows;
}
// Names its entity only in a region or with context.
bool HasGuard(const Row& row) { return !row["guard"].empty() || !row["region"].empty(); }

TEST(Lexicon, IdsAreUniqueAndKnown) {
  std::set<std::string> ids;
  for (const Row& row : EntityRows()) {
    EXPECT_TRUE(ids.insert(row["entity_id"]).second) << row.file << ":" << row.line;
    EXPECT_NE(row["entity_id"].substr(0, 2), "x:") << "the ids of unknown names: " << row.line;
  }
  for (const Row& row : AliasRows()) {
    EXPECT_TRUE(ids.contains(row["entity_id"])) << row.file << ":" << row.line;
  }
}

TEST(Lexicon, HoldsWhatItPromises) {
  std::map<std::string, int> counts;
  std::set<std::string> ids;
  for (const Row& row : EntityRows()) ids.insert(row["entity_id"]);
  for (const Row& row : EntityRows()) {
    const std::string& id = row["entity_id"];
    const std::string& type = row["type"];
    const std::string kind = id.substr(0, id.find(':'));
    const bool chinese = row["home"] == "CN" || row["home"] == "TW" || row["home"] == "HK";
    ++counts[type];
    if (type == "ORG" && !chinese) ++counts["international"];
    if (type == "ORG" && !chinese && !row["fiscal_year_end"].empty()) ++counts["with year end"];
    if (type == "ORG" && !chinese && !row["ticker"].empty()) ++counts["with ticker"];
    if (type == "PERSON" && !row["industry"].empty()) ++counts["with role"];
    if (kind == "gov") ++counts["governments"];
    if (row["industry"] == "央行") ++counts["central banks"];
    if (row["industry"] == "交易所") ++counts["exchanges"];
    if (row["industry"] == "国际组织") ++counts["international bodies"];
    if (kind == "place" && id.size() == 8) ++counts["countries"];
    if (id.starts_with("place:cn-") && id.size() == 11) ++counts["provinces"];
    if (id.starts_with("place:cn-") && id.size() == 13) ++counts["prefectures"];
    if (row["industry"].starts_with("maker:")) {
      ++counts["with maker"];
      EXPECT_EQ(type, "PRODUCT") << row.file << ":" << row.line;
      EXPECT_TRUE(ids.contains(row["industry"].substr(6))) << row.file << ":" << row.line;
    }
  }
  const std::map<std::string, int> least = {
      {"ORG", 8000},        {"international", 600}, {"with year end", 600}, {"with ticker", 500},
      {"with maker", 300},    {"PERSON", 500},        {"with role", 500},     {"MEDIA", 250},
      {"INDEX", 80},        {"governments", 200},   {"central banks", 35},  {"exchanges", 30},
      {"countries", 230},   {"provinces", 31},      {"prefectures", 330},   {"international bodies", 50}};
  for (const auto& [what, n] : least) EXPECT_GE(counts[what], n) << what;
}

TEST(Lexicon, NoAliasHasTwoOwnersWithoutAGuard) {
  std::map<std::string, std::map<std::string, bool>> owners;  // name -> entity -> guarded
  for (const Row& row : EntityRows()) owners[row["canonical"]][row["entity_id"]] = false;
  for (const Row& row : AliasRows()) {
    bool& guarded = owners[row["alias"]][row["entity_id"]];
    guarded = guarded || HasGuard(row);
  }
  for (const auto& [name, of] : owners) {
    if (of.size() < 2) continue;
    int open = 0;
    std::string ids;
    for (const auto& [id, guarded] : of) {
      open += !guarded;
      ids += " " + id;
    }
    EXPECT_LE(open, 1) << name << ":" << ids;
  }
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

TEST(Lexicon, GuardWordsHoldTheirAlias) {
  for (const Row& row : AliasRows()) {
    for (std::string_view part : Split(row["guard"], '|')) {
      part = Trim(part);
      if (part.empty() || part == "ctx" || part == "any") continue;
      EXPECT_TRUE(part.size() > row["alias"].size() &&
                  Lower(part).find(Lower(row["alias"])) != std::string::npos)
          << row.file << ":" << row.line << ": " << part;
    }
  }
}

using Found = std::multiset<std::string>;
Found EntitiesOf(const std::string& text, const std::string& region) {
  const MatchView view = normalize::MakeMatchView(text);
  std::vector<Mention> mentions;
  SharedTools().extractor().entities().Find(view.text, region, "", mentions);
  Found out;
  for (const Mention& m : mentions) {
    out.insert(m.entity.entity_id + " " + std::string(ToString(m.entity.type)) + " " +
               m.entity.canonical);
  }
  return out;
}

TEST(Lexicon, EveryScriptOfAnArticleNamesTheSameEntities) {
  size_t compared = 0;
  for (const auto& article : ReadJsonLines(SourceDir() / "corpus/gold/texts.jsonl")) {
    const std::string text = article["text"], region = article.value("region", "");
    const std::string simplified = normalize::ToSimplified(text);
    const Found own = EntitiesOf(text, region);
    EXPECT_EQ(EntitiesOf(simplified, region), own) << article["doc"];
    // By paragraph: a character with several traditional forms may come back as another one, and
    // says nothing about entities.
    for (std::string_view paragraph : Split(simplified, '\n')) {
      for (const bool mixed : {false, true}) {
        const std::string other = ToTraditional(paragraph, mixed);
        if (normalize::ToSimplified(other) != paragraph) continue;
        EXPECT_EQ(EntitiesOf(other, region), EntitiesOf(std::string(paragraph), region)) << other;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 100u);
}

// Lines: text, context.region, and want: every lexicon entity of the text, by its surface.
TEST(Lexicon, TheCasesOfAliasesHold) {
  for (const auto& line : ReadJsonLines(SourceDir() / "tests/cases/aliases.jsonl")) {
    const std::string text = line["text"];
    const auto context = line.value("context", nlohmann::json::object());
    const MatchView view = normalize::MakeMatchView(text);
    std::vector<Mention> mentions;
    SharedTools().extractor().entities().Find(view.text, context.value("region", ""), "",
                                              mentions);
    std::map<std::string, std::string> known;
    for (const Mention& m : mentions) {
      if (m.entity.known) {
        known[std::string(Slice(std::string_view(text), view.map.ToClean(m.span)))] =
            m.entity.entity_id;
      }
    }
    for (const auto& want : line["want"]) {
      EXPECT_EQ(known[want["surface"].get<std::string>()], want["entity_id"].get<std::string>())
          << line;
    }
    if (line["want"].empty()) {
      EXPECT_TRUE(known.empty()) << line << " " << known.begin()->first;
    }
  }
}

std::string LexiconOption(const TempDir& dir) { return " --lexicon " + dir.File("my.tsv"); }

TEST(Lexicon, AUsersRowMergesAnUnknownNameIntoAKnownOne) {
  TempDir dir;
  WriteFile(dir.path() / "in.txt", "岚溪精密股份有限公司2025年营收3亿元，同比增长5%。\n");
  WriteFile(dir.path() / "my.tsv",
            "# columns: entity_id alias region guard\n# key: entity_id alias\n"
            "us:nvda\t岚溪精密股份有限公司\t\t\n");
  const std::string ingest = "ingest " + dir.File("in.txt") + " --db " + dir.File("f.db");
  ASSERT_EQ(RunProgram(ingest).status, 0);
  const std::string facts = "facts --format jsonl --db " + dir.File("f.db");
  const RunResult before = RunProgram(facts);
  EXPECT_NE(before.out.find("岚溪精密股份有限公司"), std::string::npos) << before.out << before.err;
  EXPECT_EQ(before.out.find("英伟达"), std::string::npos) << before.out;
  // The same input again, with the row: its facts are the known company's now. Without
  // --reprocess what is in the database stays as it was done.
  const RunResult again = RunProgram(ingest + " --reprocess" + LexiconOption(dir));
  ASSERT_EQ(again.status, 0) << again.err;
  const RunResult after = RunProgram(facts + LexiconOption(dir));
  EXPECT_NE(after.out.find("英伟达"), std::string::npos) << after.out << after.err;
}

TEST(Lexicon, ABadRowOfAUsersTableIsNamedByLineAndColumn) {
  TempDir dir;
  WriteFile(dir.path() / "my.tsv",
            "# columns: entity_id alias region guard\n# key: entity_id alias\n"
            "us:nobody\t霁岚一号\t\t\nus:nvda\t箭\t\t\nus:nvda\t霁岚四号\t\t澜沐\n");
  const RunResult r = RunProgram("annotate" + LexiconOption(dir) + " </dev/null");
  EXPECT_EQ(r.status, 3);
  for (const char* part : {"my.tsv:3:1: ", "my.tsv:4:9: ", "my.tsv:5:15: ", "us:nobody"}) {
    EXPECT_NE(r.err.find(part), std::string::npos) << part << "\n" << r.err;
  }
}

}  // namespace
}  // namespace hanfact::testing
