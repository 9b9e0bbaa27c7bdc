// Every row of the ingest tables has a case, and every case holds.
#include <map>
#include <set>

#include "ingest/rules.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using ingest::Byline;
using ingest::FoldLine;
using ingest::Rules;

const Rules& SharedRules() {
  static const std::unique_ptr<Rules> rules = [] {
    std::vector<TableError> errors;
    auto loaded = std::make_unique<Rules>(errors);
    for (const TableError& e : errors) ADD_FAILURE() << e.ToString();
    return loaded;
  }();
  return *rules;
}

std::set<std::string> RowsOf(const std::string& name,
                             std::initializer_list<std::string_view> columns) {
  std::vector<TableError> errors;
  const std::string path = "ingest/rules/" + name + ".tsv";
  const Table table = Table::Read(path, *EmbeddedFile(path), columns, errors);
  std::set<std::string> ids;
  for (const Table::Row& row : table.rows()) ids.insert(row.fields[0]);
  return ids;
}

std::vector<nlohmann::json> Cases(const std::string& name) {
  return ReadJsonLines(SourceDir() / "tests" / "cases" / (name + ".jsonl"));
}

TEST(IngestRules, EveryPatternCompiles) { EXPECT_TRUE(SharedRules().Compiles()); }

TEST(IngestRules, BoilerplateCases) {
  std::set<std::string> untested = RowsOf("boilerplate", {"rule_id", "place", "action", "pattern"});
  for (const auto& c : Cases("boilerplate")) {
    const std::string row = c["row"];
    const auto hits = SharedRules().MatchingRows(FoldLine(c["text"].get<std::string>()));
    if (row.empty()) {
      EXPECT_TRUE(hits.empty()) << c["id"] << " matches " << hits.front();
    } else {
      EXPECT_TRUE(std::find(hits.begin(), hits.end(), row) != hits.end()) << c["id"];
      untested.erase(row);
    }
  }
  for (const std::string& row : untested) ADD_FAILURE() << "boilerplate.tsv: no case for " << row;
}

TEST(IngestRules, BylineCases) {
  std::set<std::string> untested = RowsOf("bylines", {"rule_id", "field", "priority", "pattern"});
  static const std::map<Byline::Field, std::string> names = {
      {Byline::Field::kAuthor, "author"},
      {Byline::Field::kSource, "source"},
      {Byline::Field::kEditor, "editor"},
      {Byline::Field::kOriginalTitle, "original_title"}};
  for (const auto& c : Cases("bylines")) {
    const auto found = SharedRules().FindBylines(c["text"].get<std::string>());
    for (const auto& [field, value] : c["want"].items()) {
      bool seen = false;
      for (const Byline& b : found) seen = seen || (names.at(b.field) == field && b.value == value);
      EXPECT_TRUE(seen) << c["id"] << " " << c["text"];
    }
    if (c["want"].empty()) {
      EXPECT_TRUE(found.empty()) << c["id"] << " gives " << found.front().value;
    }
    untested.erase(c["row"].get<std::string>());
  }
  for (const std::string& row : untested) ADD_FAILURE() << "bylines.tsv: no case for " << row;
}

TEST(IngestRules, InlineCases) {
  std::set<std::string> untested = RowsOf("inline", {"rule_id", "pattern"});
  for (const auto& c : Cases("inline")) {
    std::string line = c["text"];
    SharedRules().EraseInline(line);
    EXPECT_EQ(line, c["want"].get<std::string>()) << c["id"];
    untested.erase(c["row"].get<std::string>());
  }
  for (const std::string& row : untested) ADD_FAILURE() << "inline.tsv: no case for " << row;
}

TEST(IngestRules, ScriptFieldCases) {
  std::set<std::string> untested = RowsOf("script_fields", {"rule_id", "field", "pattern"});
  static const std::map<std::string, ingest::ScriptField> fields = {
      {"author", ingest::ScriptField::kAuthor},
      {"body", ingest::ScriptField::kBody},
      {"date", ingest::ScriptField::kDate},
      {"source", ingest::ScriptField::kSource},
      {"title", ingest::ScriptField::kTitle}};
  for (const auto& c : Cases("script_fields")) {
    EXPECT_EQ(SharedRules().FindScriptField(fields.at(c["field"]), c["text"].get<std::string>()),
              c["want"].get<std::string>())
        << c["id"];
    untested.erase(c["row"].get<std::string>());
  }
  for (const std::string& row : untested) ADD_FAILURE() << "script_fields.tsv: no case: " << row;
}

TEST(IngestRules, FoldsScriptAndWidth) {
  EXPECT_EQ(FoldLine("責任編輯：　陸 小滿"), "责任编辑:陆小满");
  EXPECT_EQ(FoldLine("責任編輯：　陸 小滿", true), "责任编辑: 陆 小满");
  EXPECT_EQ(FoldLine("ＡＢＣ１２３％"), "ABC123%");
}

TEST(IngestRules, ClassNames) {
  const Rules& r = SharedRules();
  EXPECT_TRUE(r.ClassRoles("article-editor") & ingest::kRoleByline);
  EXPECT_TRUE(r.ClassRoles("relatedArticleBox") & ingest::kRoleJunk);
  EXPECT_TRUE(r.ClassRoles("news_pubDate2") & ingest::kRoleDate);
  EXPECT_TRUE(r.ClassRoles("x-comment-list") & ingest::kRoleComment);
  EXPECT_EQ(r.ClassRoles("css-1q2w3e zt9"), 0);
}

TEST(IngestRules, RegionsNeedSigns) {
  const Rules& r = SharedRules();
  EXPECT_EQ(r.Region("news.example.com.tw", "", "", ""), "TW");
  EXPECT_EQ(r.Region("www.example.gov.cn", "", "", ""), "CN");
  EXPECT_EQ(r.Region("", "", "", "晶片與軟體業者今年的網路營收年增一成，行政院也將補助"), "TW");
  EXPECT_EQ(r.Region("", "", "", "芯片和软件企业的互联网业务同比增长一成"), "CN");
  // The script alone says nothing.
  EXPECT_EQ(r.Region("", "", "", "這座港口上半年的吞吐量增長一成"), "");
  EXPECT_EQ(r.Region("", "", "", "这座港口上半年的吞吐量增长一成"), "");
}

TEST(IngestRules, EverySurnameOpensAName) {
  const std::set<std::string> surnames = RowsOf("surnames", {"surname"});
  EXPECT_FALSE(surnames.empty());
  for (const std::string& surname : surnames) {
    EXPECT_TRUE(SharedRules().IsPersonName(surname + "晓明")) << surname;
    EXPECT_FALSE(SharedRules().IsPersonName(surname + "晓明等四人")) << surname;
  }
  EXPECT_FALSE(SharedRules().IsPersonName("要闻速览"));
}

TEST(IngestRules, EveryPlaceOfADateline) {
  const std::set<std::string> places = RowsOf("dateline_places", {"place"});
  EXPECT_FALSE(places.empty());
  for (const std::string& place : places) {
    EXPECT_TRUE(SharedRules().IsDatelinePlace(place)) << place;
    EXPECT_FALSE(SharedRules().IsDatelinePlace(place + "日报")) << place;
  }
}

TEST(IngestRules, Charsets) {
  EXPECT_EQ(SharedRules().Charset("gb2312"), "GB18030");
  EXPECT_EQ(SharedRules().Charset("GBK"), "GB18030");
  EXPECT_EQ(SharedRules().Charset("Big5"), "BIG5-HKSCS");
  EXPECT_EQ(SharedRules().Charset("klingon"), "");
}

}  // namespace
}  // namespace hanfact::testing
