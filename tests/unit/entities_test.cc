#include "extract/entities.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "normalize/script.h"

namespace hanfact::extract {
namespace {

using nlohmann::json;

constexpr char kEntityHead[] =
    "# columns: entity_id canonical type name_en ticker fiscal_year_end home industry\n"
    "# key: entity_id\n";
constexpr char kAliasHead[] =
    "# columns: entity_id alias region guard\n"
    "# key: entity_id alias\n";

// Invented names, so that the lexicon's own rows decide nothing here.
std::vector<TableText> UserTables() {
  return {{"my-entities.tsv", std::string(kEntityHead) +
                                  "t:arrow\t霁岚飞箭\tORG\tZorvex\tZRVX.US\t6\tUS\t火箭发动机\n"
                                  "t:drum\t澜沐鼓业\tORG\t\t9871.TW\t12\tTW\t乐器\n"
                                  "t:lathe\t澜沐机床\tORG\t\t9872.TW\t12\tTW\t车床\n"
                                  "t:person\t奥兰多·克尼希\tPERSON\tOrlando Koenigh\t\t\tDE\t\n"
                                  "t:rocket\tZX-9\tPRODUCT\t\t\t\tUS\tmaker:t:arrow\n"},
          {"my-aliases.tsv", std::string(kAliasHead) +
                                 "t:arrow\t霁岚\t\t霁岚色\n"
                                 "t:arrow\t霁箭\tTW\t\n"
                                 "t:arrow\t飞箭\t\t飞箭草|射飞箭|ctx\n"
                                 "t:drum\t澜沐\t\t\n"
                                 "t:lathe\t澜沐\t\t\n"
                                 "t:rocket\t霁岚飞箭ZX-9\t\t\n"}};
}

const EntityFinder& Finder() {
  static std::vector<TableError> errors;
  static const EntityFinder finder(UserTables(), errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  return finder;
}

struct Seen {
  std::string text, type, id, canonical;
  bool known = false;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& s, std::ostream* out) { *out << s.text << "/" << s.type << "/" << s.id; }

std::vector<Seen> Find(const EntityFinder& finder, std::string_view text,
                       std::string_view region = "", std::string_view title = "") {
  const MatchView view = normalize::MakeMatchView(text);
  const MatchView head = normalize::MakeMatchView(title);
  std::vector<Mention> mentions;
  finder.Find(view.text, region, head.text, mentions);
  std::vector<Seen> out;
  for (const Mention& m : mentions) {
    out.push_back({std::string(Slice(text, view.map.ToClean(m.span))),
                   std::string(ToString(m.entity.type)), m.entity.entity_id, m.entity.canonical,
                   m.entity.known});
  }
  return out;
}
std::vector<Seen> Find(std::string_view text, std::string_view region = "",
                       std::string_view title = "") {
  return Find(Finder(), text, region, title);
}
// The id the surface got where it stands first; empty for no mention of that text.
std::string IdOf(const std::vector<Seen>& seen, std::string_view text) {
  for (const Seen& s : seen) {
    if (s.text == text) return s.id;
  }
  return "";
}

TEST(Entities, EveryRowOfNameFormsHasACaseThatHolds) {
  std::ifstream in(std::string(HANFACT_SOURCE_DIR) + "/tests/cases/name_forms.jsonl");
  ASSERT_TRUE(in);
  std::vector<TableError> errors;
  const EntityFinder finder({}, errors);
  ASSERT_TRUE(errors.empty()) << ToString(errors);
  std::set<std::string> covered;
  for (std::string line; std::getline(in, line);) {
    const json c = json::parse(line);
    covered.insert(c["row"].get<std::string>());
    const auto seen = Find(finder, c["text"].get<std::string>());
    auto has = [&](const json& w) {
      return std::any_of(seen.begin(), seen.end(), [&](const Seen& s) {
        return s.text == w["text"].get<std::string>() && s.type == w["type"].get<std::string>();
      });
    };
    for (const json& want : c["want"]) EXPECT_TRUE(has(want)) << line;
    for (const json& no : c["not"]) EXPECT_FALSE(has(no)) << line;
  }
  const Table table =
      Table::Read("name_forms.tsv", *EmbeddedFile("extract/rules/name_forms.tsv"),
                  {"kind", "form", "weight"}, errors);
  for (const Table::Row& row : table.rows()) {
    EXPECT_TRUE(covered.contains(row.fields[0] + " " + row.fields[1]))
        << "no case for " << row.fields[0] << " " << row.fields[1];
  }
}

TEST(Entities, SentencesHaveTheseNamesAndNoOthers) {
  std::vector<TableError> errors;
  const EntityFinder finder({}, errors);
  std::ifstream in(std::string(HANFACT_SOURCE_DIR) + "/tests/cases/names.jsonl");
  size_t cases = 0;
  for (std::string line; std::getline(in, line); ++cases) {
    const auto record = nlohmann::json::parse(line);
    std::vector<std::string> got;
    for (const Seen& seen : Find(finder, record["text"].get<std::string>())) {
      got.push_back(seen.text + "/" + seen.type);
    }
    EXPECT_EQ(got, record["want"].get<std::vector<std::string>>()) << record["text"];
  }
  EXPECT_GT(cases, 30u);
}

TEST(Entities, NoWordOfTheWordListIsAPerson) {
  std::vector<TableError> errors;
  const EntityFinder finder({}, errors);
  const Table table = Table::Read("words.tsv", *EmbeddedFile("extract/rules/words.tsv"),
                                  {"word", "cost"}, errors);
  for (const Table::Row& row : table.rows()) {
    const auto seen = Find(finder, "他们谈到了" + row.fields[0] + "。");
    for (const Seen& s : seen) EXPECT_NE(s.type, "PERSON") << row.fields[0];
  }
}

TEST(Entities, LexiconNamesAreLinkedInBothScripts) {
  const auto hans = Find("霁岚飞箭与Zorvex今日发布新火箭。");
  const auto hant = Find("霽嵐飛箭與Zorvex今日發布新火箭。");
  ASSERT_EQ(hans.size(), 2u);
  EXPECT_EQ(hans[0], (Seen{"霁岚飞箭", "ORG", "t:arrow", "霁岚飞箭", true}));
  EXPECT_EQ(hans[1].id, "t:arrow");
  ASSERT_EQ(hant.size(), 2u);
  EXPECT_EQ(hant[0].text, "霽嵐飛箭");
  EXPECT_EQ(hant[0].id, hans[0].id);
}

TEST(Entities, UnknownNamesGetOneIdInBothScripts) {
  const auto hans = Find("董事长钱志霖表示，岚溪精密股份有限公司今年扩产。");
  const auto hant = Find("董事長錢志霖表示，嵐溪精密股份有限公司今年擴產。");
  const auto mixed = Find("董事長钱志霖表示，嵐溪精密股份有限公司今年扩产。");
  ASSERT_EQ(hans.size(), 2u);
  EXPECT_EQ(hans[0].type, "PERSON");
  EXPECT_EQ(hans[1].type, "ORG");
  EXPECT_FALSE(hans[1].known);
  EXPECT_EQ(hans[1].id, UnknownEntityId(EntityType::kOrg, "岚溪精密股份有限公司"));
  for (const auto& other : {hant, mixed}) {
    ASSERT_EQ(other.size(), 2u);
    EXPECT_EQ(other[0].id, hans[0].id);
    EXPECT_EQ(other[1].id, hans[1].id);
    EXPECT_EQ(other[1].canonical, hans[1].canonical);
  }
}

TEST(Entities, GuardWordsKeepANameOut) {
  EXPECT_EQ(IdOf(Find("霁岚飞箭说，飞箭今年增长。"), "飞箭"), "t:arrow");
  EXPECT_EQ(IdOf(Find("霁岚飞箭说，飞箭草今年增长。"), "飞箭"), "");
  EXPECT_EQ(IdOf(Find("霁岚飞箭说，他射飞箭百步穿杨。"), "飞箭"), "");
  EXPECT_EQ(IdOf(Find("霁岚发布新车。"), "霁岚"), "t:arrow");
  EXPECT_EQ(IdOf(Find("霁岚色很好看。"), "霁岚"), "");
}

TEST(Entities, ContextDecidesWhereTheGuardAsksForIt) {
  EXPECT_EQ(IdOf(Find("他看见飞箭落下。"), "飞箭"), "");
  EXPECT_EQ(IdOf(Find("飞箭公司今年增长。"), "飞箭公司"), "t:arrow");
  EXPECT_EQ(IdOf(Find("飞箭发布财报。"), "飞箭"), "t:arrow");
  EXPECT_EQ(IdOf(Find("昨日Zorvex上涨，飞箭很好。"), "飞箭"), "t:arrow");
  EXPECT_EQ(IdOf(Find("他看好飞箭。", "", "霁岚飞箭财报出炉"), "飞箭"), "t:arrow");
  EXPECT_EQ(IdOf(Find("(ZRVX-US)周二上涨，飞箭很好。"), "飞箭"), "t:arrow");
}

TEST(Entities, AnAliasWithTwoOwnersIsDecidedByTheDocumentOrLeftOpen) {
  const auto open = Find("澜沐今日开会。");
  ASSERT_EQ(open.size(), 1u);
  EXPECT_FALSE(open[0].known);
  EXPECT_EQ(IdOf(Find("澜沐鼓业开会。澜沐不变。"), "澜沐"), "t:drum");
  EXPECT_EQ(IdOf(Find("澜沐的车床卖得好。"), "澜沐"), "t:lathe");
  EXPECT_EQ(IdOf(Find("澜沐(9872-TW)上涨。"), "澜沐"), "t:lathe");
  EXPECT_FALSE(Find("澜沐的车床和乐器。")[0].known);
}

TEST(Entities, RegionalNamesCountInTheirRegionOnly) {
  EXPECT_EQ(IdOf(Find("霁箭上涨。", "TW"), "霁箭"), "t:arrow");
  EXPECT_EQ(IdOf(Find("霁箭上涨。", ""), "霁箭"), "t:arrow");
  EXPECT_NE(IdOf(Find("霁箭上涨。", "CN"), "霁箭"), "t:arrow");
}

TEST(Entities, CodesResolve) {
  EXPECT_EQ(IdOf(Find("霁岚飞箭(ZRVX-US)上涨。"), "ZRVX-US"), "t:arrow");
  EXPECT_EQ(IdOf(Find("霁岚飞箭（ZRVX.O）上涨。"), "ZRVX.O"), "t:arrow");
  EXPECT_EQ(IdOf(Find("澜沐機床（9872-TW）上漲。"), "9872-TW"), "t:lathe");
  EXPECT_EQ(IdOf(Find("共有9872家公司。"), "9872"), "");
}

TEST(Entities, MakerAndModelAreTwoNames) {
  const auto seen = Find("霁岚飞箭ZX-9GPU上市");
  EXPECT_EQ(IdOf(seen, "霁岚飞箭"), "t:arrow");
  EXPECT_EQ(IdOf(seen, "ZX-9"), "t:rocket");
  // A model nobody knows is one product with its maker.
  const auto model = Find("霁岚飞箭Q50今日上市。");
  ASSERT_EQ(model.size(), 1u);
  EXPECT_EQ(model[0].text, "霁岚飞箭Q50");
  EXPECT_EQ(model[0].type, "PRODUCT");
}

TEST(Entities, LatinNamesMayLackTheirBlanks) {
  EXPECT_EQ(IdOf(Find("OrlandoKoenigh说"), "OrlandoKoenigh"), "t:person");
  EXPECT_EQ(IdOf(Find("Orlando Koenigh说"), "Orlando Koenigh"), "t:person");
  EXPECT_EQ(IdOf(Find("奥兰多•克尼希说"), "奥兰多•克尼希"), "t:person");
}

TEST(Entities, ShortFormsOfTheDocumentAreFollowed) {
  const auto seen = Find("昨日，岚溪精密股份有限公司(下称“岚精”)开会。其后岚精扩产。");
  ASSERT_GE(seen.size(), 3u);
  EXPECT_EQ(IdOf(seen, "岚精"), IdOf(seen, "岚溪精密股份有限公司"));
  const auto name = Find("分析师卡洛斯·克里赫纳表示，今年很好。克里赫纳很乐观。");
  EXPECT_EQ(IdOf(name, "克里赫纳"), IdOf(name, "卡洛斯·克里赫纳"));
  EXPECT_EQ(name[0].canonical, "卡洛斯·克里赫纳");
}

TEST(Entities, LettersInBracketsAreTheSameEntity) {
  const auto seen = Find("岚溪精密股份有限公司(Lanxi)扩产。");
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].id, seen[1].id);
  const auto known = Find("岚溪火箭股份有限公司(Zorvex)扩产。");
  ASSERT_EQ(known.size(), 2u);
  EXPECT_EQ(known[0].id, "t:arrow");
  EXPECT_EQ(known[1].id, "t:arrow");
}

TEST(Entities, ATownsBranchIsNotTheCompanyACountrysIs) {
  EXPECT_EQ(IdOf(Find("美国霁岚飞箭今日开会。"), "美国霁岚飞箭"), "t:arrow");
  const auto branch = Find("贵阳霁岚飞箭今日开会。");
  ASSERT_EQ(branch.size(), 1u);
  EXPECT_EQ(branch[0].text, "贵阳霁岚飞箭");
  EXPECT_FALSE(branch[0].known);
}

TEST(Entities, WordsAreNoNames) {
  for (const char* text :
       {"高度重视马上开始的工作。", "他们周期性地增长，方法得当。", "这家上市公司的子公司很多。",
        "和平谈判今天开始。", "金融业发展很快。", "全部内容都在这里。"}) {
    EXPECT_TRUE(Find(text).empty()) << text << " " << Find(text)[0].text;
  }
}

TEST(Entities, MergingAnUnknownNameIsOneRow) {
  const std::string id = IdOf(Find("岚溪精密股份有限公司扩产。"), "岚溪精密股份有限公司");
  EXPECT_TRUE(id.starts_with("x:"));
  auto tables = UserTables();
  tables.push_back({"merge.tsv", std::string(kAliasHead) + "t:arrow\t岚溪精密股份有限公司\t\t\n"});
  std::vector<TableError> errors;
  const EntityFinder merged(tables, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  EXPECT_EQ(IdOf(Find(merged, "岚溪精密股份有限公司扩产。"), "岚溪精密股份有限公司"), "t:arrow");
}

TEST(Entities, AShortFormThatLooksLikeANameIsTheOneItIsShortFor) {
  const auto seen = Find("霁岚市岚溪电子股份有限公司（下称“岚溪电子”）昨日上市。岚溪电子董事长钱志霖表示，将扩产。");
  const std::string id = IdOf(seen, "岚溪电子");
  EXPECT_FALSE(id.empty());
  EXPECT_EQ(id, seen[0].id);
  EXPECT_TRUE(seen[0].text.ends_with("电子股份有限公司")) << seen[0].text;
}

TEST(Entities, OfDivisionsOfOneNameTheOneInsideTheTownBeforeIt) {
  auto tables = UserTables();
  tables.push_back({"places.tsv", std::string(kEntityHead) +
                                      "place:cn-230491\t霁南区\tPLACE\t\t\t\tCN\t\n"
                                      "place:cn-440391\t霁南区\tPLACE\t\t\t\tCN\t\n"});
  std::vector<TableError> errors;
  const EntityFinder finder(tables, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  const auto alone = Find(finder, "工厂在霁南区。");
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_FALSE(alone[0].known) << alone[0].id;
  const auto inside = Find(finder, "工厂在深圳市霁南区。");
  ASSERT_EQ(inside.size(), 1u);
  EXPECT_EQ(inside[0].id, "place:cn-440391");
}

TEST(Entities, AUsersTableOverridesAnEntity) {
  auto tables = UserTables();
  tables.push_back({"more.tsv", std::string(kEntityHead) +
                                    "t:arrow\t霁岚飞箭\tORG\t\tZRVX.US\t9\tUS\t\n"});
  std::vector<TableError> errors;
  const EntityFinder finder(tables, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  ASSERT_TRUE(finder.Lookup("t:arrow"));
  EXPECT_EQ(finder.Lookup("t:arrow")->fiscal_year_end, 9);
  EXPECT_EQ(Finder().Lookup("t:arrow")->fiscal_year_end, 6);
}

TEST(Entities, BadRowsAreNamedByFileLineAndColumn) {
  std::vector<TableError> errors;
  const EntityFinder finder(
      {{"e.tsv", std::string(kEntityHead) + "t:a\t霁岚一号\tSHIP\t\t\t\t\t\n" +
                     "t:b\t霁岚二号\tORG\t\t\t13\t\t\n" + "t:c\t霁\tORG\t\t\t\t\t\n"},
       {"a.tsv", std::string(kAliasHead) + "t:none\t霁岚三号\t\t\n" + "us:nvda\t箭\t\t\n" +
                     "us:nvda\t霁岚四号\t\t澜沐\n"},
       {"b.tsv", "# columns: word weight\n# key: word\n啊\t1\n"}},
      errors);
  std::vector<std::string> lines;
  for (const TableError& e : errors) lines.push_back(e.ToString());
  ASSERT_EQ(lines.size(), 7u) << ToString(errors);
  EXPECT_TRUE(lines[0].starts_with("e.tsv:3:10: unknown type 'SHIP'")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("e.tsv:4:16: fiscal_year_end")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("e.tsv:5:5: canonical")) << lines[2];
  EXPECT_TRUE(lines[3].starts_with("b.tsv:1:1: no table of entities")) << lines[3];
  EXPECT_TRUE(lines[4].starts_with("a.tsv:3:1: no entity 't:none'")) << lines[4];
  EXPECT_TRUE(lines[5].starts_with("a.tsv:4:9: alias of fewer")) << lines[5];
  EXPECT_TRUE(lines[6].starts_with("a.tsv:5:15: guard '澜沐'")) << lines[6];
}

TEST(Entities, AliasesAreListedSortedWithTheCanonicalName) {
  const auto aliases = Finder().AliasesOf("t:arrow");
  const std::vector<std::pair<std::string, std::string>> want = {
      {"Zorvex", ""}, {"霁岚", ""}, {"霁岚飞箭", ""}, {"霁箭", "TW"}, {"飞箭", ""}};
  EXPECT_EQ(aliases, want);
  EXPECT_TRUE(Finder().AliasesOf("t:nobody").empty());
  EXPECT_FALSE(Finder().Lookup("t:nobody"));
}

TEST(Entities, EmbeddedTablesAreSound) {
  std::vector<TableError> errors;
  const EntityFinder finder({}, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
}

TEST(Entities, TheImageBuiltInIsThatOfTheTables) {
  std::vector<TableError> errors;
  const std::string made = Lexicon::Compile({}, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  EXPECT_TRUE(made == Lexicon::Embedded());
  EXPECT_GT(made.size(), 1u << 20);
}

TEST(Entities, MentionsAreSortedDisjointAndOnBorders) {
  uint32_t seed = 7;
  auto random = [&] { return seed = seed * 1664525u + 1013904223u, seed >> 8; };
  const std::vector<std::string> pieces = {
      "霁岚飞箭", "飞箭", "(", ")", "ZRVX-US", "·", "克尔", "王", "某", "公司", "有限公司", "贵阳",
      "市",       "《",   "》", "“", "”", "下称", " ", "\n", "Zorvex", "Inc.", "ETF", "12", "、", "，",
      "号",       "路",   "第", "的", "局", "-",   ".", "😀", "𠀀", "é",  "ST",     "a",   "主场", "英国"};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (uint32_t n = random() % 40; n > 0; --n) text += pieces[random() % pieces.size()];
    const MatchView view = normalize::MakeMatchView(text);
    std::vector<Mention> mentions;
    Finder().Find(view.text, "", "", mentions);
    uint32_t last = 0;
    for (const Mention& m : mentions) {
      ASSERT_LE(last, m.span.begin) << text;
      ASSERT_LT(m.span.begin, m.span.end) << text;
      ASSERT_LE(m.span.end, view.text.size());
      ASSERT_FALSE(FindInvalidUtf8(Slice(std::string_view(view.text), m.span))) << text;
      ASSERT_FALSE(m.entity.entity_id.empty());
      last = m.span.end;
    }
  }
}

// MayKnow() only rules out: whatever Find() knows somewhere, it lets through.
TEST(Entities, MayKnowNeverRefusesWhatIsKnown) {
  EXPECT_TRUE(Finder().MayKnow("霁岚飞箭"));
  EXPECT_TRUE(Finder().MayKnow("昨天霁岚"));
  EXPECT_TRUE(Finder().MayKnow("ZRVX"));
  EXPECT_FALSE(Finder().MayKnow(""));
  EXPECT_FALSE(Finder().MayKnow("昨天没有下过雨"));
  uint32_t seed = 11;
  auto random = [&] { return seed = seed * 1664525u + 1013904223u, seed >> 8; };
  const std::vector<std::string> pieces = {
      "霁岚",   "飞箭",   "霁岚飞箭", "射飞箭",  "澜沐", "·",    "奥兰多", "克尼希",
      "贵阳市", "海南省", "统计局",   "(",       ")",    "下称", "“",      "”",
      "的",     "，",     "公司",     "ZRVX.US", "9871", "天气", "英国",   "很"};
  size_t known = 0, refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (uint32_t n = random() % 5; n > 0; --n) text += pieces[random() % pieces.size()];
    const bool may = Finder().MayKnow(normalize::MakeMatchView(text).text);
    refused += may ? 0 : 1;
    for (const Seen& seen : Find(text)) {
      known += seen.known ? 1 : 0;
      ASSERT_TRUE(may || !seen.known) << text;
    }
  }
  EXPECT_GT(known, 100u);
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace hanfact::extract
