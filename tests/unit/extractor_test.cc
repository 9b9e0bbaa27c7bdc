// The door of extract/: tables that load, rows that match, mentions that keep their order, and cases
// for each table.
#include "extract/extractor.h"

#include <chrono>
#include <map>
#include <random>
#include <set>

#include "base/table.h"
#include "extract/patterns.h"
#include "extract/tokens.h"
#include "normalize/script.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using nlohmann::json;

const extract::CueLexicon& TheCues() {
  static std::vector<TableError> errors;
  static const extract::CueLexicon cues({}, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  return cues;
}

extract::Extraction Extract(std::string text, std::string published = "2026-03-09",
                            std::string region = "CN", std::string title = "") {
  Document document;
  document.document_id = "test";
  document.text = std::move(text);
  document.meta.published = std::move(published);
  document.meta.region = std::move(region);
  document.meta.title = std::move(title);
  document.script = normalize::DetectScript(document.text);
  return SharedTools().extractor().Extract(document, normalize::MakeMatchView(document.text));
}

Table ReadTable(const std::string& path, std::initializer_list<std::string_view> columns) {
  std::vector<TableError> errors;
  Table table = Table::Read(path, EmbeddedFile(path).value_or(""), columns, errors);
  EXPECT_TRUE(errors.empty()) << ToString(errors);
  return table;
}

std::vector<json> Cases(const std::string& table) {
  const auto path = SourceDir() / "tests" / "cases" / (table + ".jsonl");
  return std::filesystem::exists(path) ? ReadJsonLines(path) : std::vector<json>();
}

// Every row is its own first case: the surface alone is found as that row, and a guard word holds no
// cue at all where the surface stands.
TEST(Extractor, AMetricOfNoKindOfQuantityIsRefused) {
  std::vector<TableError> errors;
  const extract::TableText mine{"my.tsv",
                       "# columns: metric_id surface canonical units flow scope guard\n"
                       "wind_hours\t风电小时\t风电小时\tduration count\tflow\t-\t-\n"};
  const extract::CueLexicon cues({mine}, errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].file, "my.tsv");
  EXPECT_EQ(errors[0].line, 2u);
  EXPECT_NE(errors[0].message.find("duration count"), std::string::npos);
}

TEST(Extractor, EveryCueAndMetricFindsItself) {
  const auto check = [](const Table& table, const std::string& file) {
    for (const Table::Row& row : table.rows()) {
      const std::string& surface = table.Get(row, "surface");
      std::vector<extract::CueLexicon::Hit> hits;
      TheCues().Find(surface, 0, static_cast<uint32_t>(surface.size()), hits);
      EXPECT_EQ(hits.size(), 1u) << file << ":" << row.line << " " << surface;
      if (hits.size() != 1) continue;
      EXPECT_EQ(hits[0].cue->rule, file + ":" + std::to_string(row.line)) << surface;
      if (table.Get(row, "guard") == "-") continue;
      for (std::string_view guard : Split(table.Get(row, "guard"), ' ')) {
        // 医药制造业 stands in front of 制造业投资 and takes its first characters.
        bool ends_so = false;
        for (size_t n = 3; n < surface.size(); n += 3) {
          ends_so = ends_so || guard.ends_with(surface.substr(0, n));
        }
        EXPECT_TRUE(ends_so || guard.find(surface) != guard.npos)
            << file << ":" << row.line << ": the guard " << guard << " does not hold " << surface;
        hits.clear();
        TheCues().Find(guard, 0, static_cast<uint32_t>(guard.size()), hits);
        for (const auto& hit : hits) {
          EXPECT_NE(hit.cue->surface, surface) << file << ":" << row.line << " in " << guard;
        }
      }
    }
  };
  check(ReadTable("extract/rules/cues.tsv", {"class", "surface", "value", "guard"}), "cues.tsv");
  check(ReadTable("extract/rules/metrics.tsv", {"metric_id", "surface", "canonical", "units", "flow",
                                                "scope", "guard"}),
        "metrics.tsv");
}

TEST(Extractor, MetricCasesHold) {
  for (const json& c : Cases("metrics")) {
    const std::string text = normalize::MakeMatchView(c.at("text").get<std::string>()).text;
    std::vector<extract::CueLexicon::Hit> hits;
    TheCues().Find(text, 0, static_cast<uint32_t>(text.size()), hits);
    std::vector<std::string> got, want;
    for (const auto& hit : hits) {
      if (hit.cue->cue_class == extract::TokenClass::kMetric) got.push_back(hit.cue->value);
    }
    for (const json& w : c.at("want")) want.push_back(w.get<std::string>());
    EXPECT_EQ(got, want) << c.at("id") << " " << c.at("text");
  }
}

TEST(Extractor, CueCasesHold) {
  for (const json& c : Cases("cues")) {
    const std::string text = normalize::MakeMatchView(c.at("text").get<std::string>()).text;
    std::vector<extract::CueLexicon::Hit> hits;
    TheCues().Find(text, 0, static_cast<uint32_t>(text.size()), hits);
    std::vector<std::string> got, want;
    for (const auto& hit : hits) {
      got.push_back(std::string(extract::ToString(hit.cue->cue_class)) + ":" + hit.cue->surface);
    }
    for (const json& w : c.at("want")) want.push_back(w.get<std::string>());
    EXPECT_EQ(got, want) << c.at("id") << " " << c.at("text");
  }
}

// A case names the row it is for; a positive one shows it at work, a negative one keeps it out.
void CheckPatternCases(const std::string& name, const std::string& last_column) {
  const Table table =
      ReadTable("extract/rules/" + name + ".tsv", {"pattern_id", "pattern", last_column});
  std::map<std::string, std::string> rule_of;
  for (const Table::Row& row : table.rows()) {
    rule_of[table.Get(row, "pattern_id")] = name + ".tsv:" + std::to_string(row.line);
  }
  std::set<std::string> covered;
  for (const json& c : Cases(name)) {
    const std::string id = c.at("row");
    ASSERT_TRUE(rule_of.contains(id)) << c.at("id") << ": no row is called " << id;
    const extract::Extraction got = Extract(c.at("text"), "2026-03-09", c.value("region", "CN"));
    std::set<std::string> surfaces;
    for (const Claim& claim : got.claims) {
      if (claim.rule == rule_of[id]) {
        surfaces.insert(std::string(Slice(c.at("text").get_ref<const std::string&>(), claim.span)));
      }
    }
    for (const extract::Refusal& refusal : got.refusals) {
      if (refusal.reason.find("(" + rule_of[id] + ")") != std::string::npos) {
        surfaces.insert(
            std::string(Slice(c.at("text").get_ref<const std::string&>(), refusal.span)));
      }
    }
    std::set<std::string> want;
    for (const json& w : c.at("want")) want.insert(w.get<std::string>());
    EXPECT_EQ(surfaces, want) << c.at("id") << " " << c.at("text");
    if (!want.empty()) covered.insert(id);
  }
  for (const auto& [id, rule] : rule_of) {
    EXPECT_TRUE(covered.contains(id)) << rule << " (" << id << ") has no case that it matches";
  }
}

TEST(Extractor, PatternCasesHold) { CheckPatternCases("claim_patterns", "set"); }
TEST(Extractor, GuardCasesHold) { CheckPatternCases("claim_guards", "reason"); }

// Marks of one byte end clauses as well as those of three: no phrase is cut inside a character.
TEST(Extractor, PhrasesAreWholeCharacters) {
  constexpr std::string_view kMarks[] = {":", ";", "!", "?", "(", "“", " "};
  std::mt19937 random(11);
  for (const json& c : Cases("claims")) {
    const std::string text = c.at("text");
    for (int round = 0; round < 6; ++round) {
      std::string changed;
      for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
        if (random() % 6 == 0) changed += kMarks[random() % std::size(kMarks)];
        changed += text.substr(i, CodePointLength(text[i]));
      }
      for (const Claim& claim : Extract(changed, "2026-03-09", "CN").claims) {
        for (const std::string& field : {claim.subject, claim.metric, claim.attribution}) {
          ASSERT_FALSE(FindInvalidUtf8(field)) << changed;
        }
      }
    }
  }
}

TEST(Extractor, MentionsAreDisjointAndSorted) {
  for (const json& c : Cases("claims")) {
    const std::string text = c.at("text");
    const MatchView view = normalize::MakeMatchView(text);
    const std::vector<Mention> mentions = SharedTools().extractor().Annotate(
        view.text, normalize::DetectScript(text), "CN", "", Moment{{2026, 3, 9}, {}});
    for (size_t i = 1; i < mentions.size(); ++i) {
      EXPECT_LE(mentions[i - 1].span.end, mentions[i].span.begin) << text;
    }
  }
}

// Every number of a text is in a claim or in a refusal that says why not.
TEST(Extractor, EveryNumberIsAccountedFor) {
  for (const json& c : Cases("claims")) {
    const std::string text = c.at("text");
    const extract::Extraction got = Extract(text);
    const MatchView view = normalize::MakeMatchView(text);
    for (const Mention& m : SharedTools().extractor().Annotate(view.text, normalize::DetectScript(text), "CN",
                                                    "", Moment{{2026, 3, 9}, {}})) {
      if (m.type != MentionType::kNumber && m.type != MentionType::kQuantity) continue;
      const CleanSpan span = view.map.ToClean(m.span);
      bool found = false;
      for (const Claim& claim : got.claims) found = found || claim.span.Overlaps(span);
      for (const extract::Refusal& r : got.refusals) found = found || r.span.Overlaps(span);
      EXPECT_TRUE(found) << text << ": " << Slice(text, span);
    }
  }
}

TEST(Extractor, ClaimsStandInTheirSentencesAndSpans) {
  for (const json& c : Cases("claims")) {
    const std::string text = c.at("text");
    const extract::Extraction got = Extract(text);
    std::set<std::string> ids;
    for (const Claim& claim : got.claims) {
      EXPECT_TRUE(claim.sentence.Contains(claim.span)) << text;
      EXPECT_TRUE(ids.insert(claim.claim_id).second) << text;
      EXPECT_TRUE(std::is_sorted(claim.spans.begin(), claim.spans.end())) << text;
      for (const ClaimSpan& span : claim.spans) {
        EXPECT_LE(span.span.end, text.size());
        EXPECT_LT(span.span.begin, span.span.end);
      }
      EXPECT_GT(claim.confidence, 0);
      EXPECT_LE(claim.confidence, 1);
    }
  }
}

TEST(Extractor, GroupsKeepTheirMembers) {
  const auto got = Extract(
      "谷歌、微软、亚马逊、Meta这四大云厂商今年的资本开支将达到900亿美元。四大云厂商去年的资本开支为700亿美元。");
  ASSERT_EQ(got.claims.size(), 2u);
  EXPECT_EQ(got.claims[0].subject, "四大云厂商");
  EXPECT_TRUE(got.claims[0].subject_id.starts_with("group:")) << got.claims[0].subject_id;
  EXPECT_EQ(got.claims[0].subject_id, got.claims[1].subject_id);
}

TEST(Extractor, TitleGivesContextAndNoClaims) {
  const auto got = Extract("预计全年营收80亿元。", "2026-03-09", "CN", "贵州茅台：去年净利增长15%");
  ASSERT_EQ(got.claims.size(), 1u);
  EXPECT_EQ(got.claims[0].subject, "贵州茅台");
}

TEST(Extractor, BadLexiconTablesAreErrors) {
  const auto loaded = extract::Extractor::Load(
      {{"a.tsv", "# columns: something else\n"},
       {"b.tsv", "# columns: metric_id surface canonical units flow scope guard\n# key: metric_id "
                 "surface\nx\ty\tz\tmoney\tsometimes\t-\t-\n"}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().message.find("a.tsv:1"), std::string::npos) << loaded.error().message;
  EXPECT_NE(loaded.error().message.find("b.tsv:3"), std::string::npos) << loaded.error().message;
}

TEST(Extractor, MetricsOfAFileAreUsed) {
  const auto loaded = extract::Extractor::Load(
      {{"own.tsv", "# columns: metric_id surface canonical units flow scope guard\n# key: metric_id "
                   "surface\nown\t暖心指标\t暖心指标\tpercent\tlevel\t-\t-\n"}});
  ASSERT_TRUE(loaded.ok());
  Document document;
  document.text = "海岳汽车暖心指标达到12.5%。";
  const auto got = (*loaded)->Extract(document, normalize::MakeMatchView(document.text));
  ASSERT_EQ(got.claims.size(), 1u);
  EXPECT_EQ(got.claims[0].metric_id, "own");
}

// Any text is taken: strings of the pieces the rules look for, in any order.
TEST(Extractor, AnyTextIsTaken) {
  constexpr std::string_view kPieces[] = {
      "12.5%", "3亿元", "第三", "2025年",  "去年同期", "英伟达", "公司", "其",   "较",   "增长",
      "至",    "占",    "的",   "分别",    "、",       "和",     "，",   "。",   "；",   "（",
      "）",    "“",     "”",    "《",      "》",       "预计",   "表示", "据",   "数据", "净利润",
      "四大",  "家",    "一",   "十分之一", "\n",       " ",      "M2",   "１２", "億",   "台積電"};
  std::mt19937 random(20260309);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    const int pieces = 1 + static_cast<int>(random() % 60);
    for (int i = 0; i < pieces; ++i) text += kPieces[random() % std::size(kPieces)];
    const extract::Extraction got = Extract(text, "2026-03-09", round % 2 == 0 ? "TW" : "");
    for (const Claim& claim : got.claims) EXPECT_TRUE(claim.sentence.Contains(claim.span)) << text;
  }
}

// One long sentence of nothing but numbers, names and verbs costs no more than its length.
TEST(Extractor, LongSentencesStayLinear) {
  const auto seconds = [](int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += "英伟达营收增长1.5%和2.5%，较去年";
    const auto begin = std::chrono::steady_clock::now();
    (void)Extract(text);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  (void)seconds(10);
  const double small = seconds(500);
  const double large = seconds(4000);
  EXPECT_LT(large, std::max(0.5, small * 40));
}

}  // namespace
}  // namespace hanfact::testing
