// The timeline as drawn for a terminal and as SVG, and by the program itself.
#include "cli/timeline.h"

#include <libxml/parser.h>

#include <array>

#include "cli/table.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using cli::TimelineFact;
using cli::TimelineLink;

TimelineFact Fact(std::string id, std::string start, std::string end, std::string value,
                  double number, std::string modality = "actual") {
  TimelineFact f;
  f.fact_id = std::move(id);
  f.subject = "云岭芯片";
  f.metric = "营收";
  f.kind = "level";
  f.scope = "{}";
  f.unit = "CNY";
  f.period_start = std::move(start);
  f.period_end = std::move(end);
  f.value = std::move(value);
  f.low = f.high = number;
  f.modality = std::move(modality);
  f.first_published = "2026-02-26";
  f.stories = 1;
  return f;
}

TEST(Timeline, PeriodsHaveShortNames) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"2024-01-01", "2024-12-31", "2024"},
      {"2024-10-01", "2024-12-31", "2024 Q4"},
      {"2024-07-01", "2024-12-31", "2024 H2"},
      {"2024-02-01", "2024-02-29", "2024-02"},
      {"2025-01-27", "2025-01-27", "2025-01-27"},
      {"2024-11-01", "2025-01-31", "2024-11-01..2025-01-31"},
      {"2024-02-01", "2024-04-30", "2024-02-01..2024-04-30"},
      {"2024-02-01", "2024-02-28", "2024-02-01..2024-02-28"},
      {"", "2024-02-28", "until 2024-02-28"},
      {"2024-02-01", "", "from 2024-02-01"},
      {"", "", "no period"}};
  for (const auto& [start, end, name] : cases) EXPECT_EQ(cli::PeriodName(start, end), name);
}

TEST(Timeline, FactsStandInOrderOfPeriodForecastsBeforeOutcomes) {
  TimelineFact forecast = Fact("c", "2025-01-01", "2025-12-31", "~270亿 CNY", 27e9, "forecast");
  forecast.attribution = "甲行";
  forecast.first_published = "2025-03-01";
  TimelineFact old = Fact("d", "2025-01-01", "2025-12-31", "268.47亿 CNY", 26.847e9);
  old.former = true;
  TimelineFact disputed = Fact("b", "2025-01-01", "2025-12-31", "286.47亿 CNY", 28.647e9);
  disputed.stories = 2;
  disputed.disputed = true;
  disputed.first_published = "2026-02-27";
  TimelineFact range = Fact("e", "2026-01-01", "2026-03-31", "95亿–100亿 CNY", 9.5e9, "forecast");
  range.high = 10e9;
  TimelineFact undated = Fact("f", "", "", "1亿 CNY", 1e8);
  TimelineFact other = Fact("g", "2025-01-01", "2025-12-31", "78%", 78);
  other.unit = "percent";
  const auto series =
      cli::MakeTimeline({undated, range, disputed, old, forecast, other,
                         Fact("a", "2024-01-01", "2024-12-31", "160.8亿 CNY", 16.08e9)});
  ASSERT_EQ(series.size(), 2u);
  const std::vector<TimelineLink> links = {
      {"b", "d", "revision", "268.47亿 CNY in a former version, 286.47亿 CNY in the latest one"},
      {"b", "c", "forecast_actual", "forecast by 甲行: 270亿 CNY; actual: 286.47亿 CNY"}};
  const std::string drawn = cli::DrawTimeline(series, links, 100, false);
  EXPECT_EQ(
      drawn,
      "云岭芯片 · 营收 (level, CNY)\n"
      "2024      ● 160.8亿 CNY     █████████████▌            actual, 1 story, 2026-02-26\n"
      "2025      ◇ ~270亿 CNY      ░░░░░░░░░░░░░░░░░░░░░░░   forecast (甲行), 1 story, "
      "2025-03-01\n"
      "          ○ 268.47亿 CNY    ██████████████████████▌   actual, 1 story, 2026-02-26, "
      "former version\n"
      "          ● 286.47亿 CNY    ████████████████████████  actual, 2 stories, 2026-02-27 !\n"
      "            ↳ revision: 268.47亿 CNY in a former version, 286.47亿 CNY in the latest "
      "one\n"
      "            ↳ forecast_actual: forecast by 甲行: 270亿 CNY; actual: 286.47亿 CNY\n"
      "2026 Q1   ◇ 95亿–100亿 CNY          ░                 forecast, 1 story, 2026-02-26\n"
      "no period ● 1亿 CNY         ▏                         actual, 1 story, 2026-02-26\n"
      "\n"
      "云岭芯片 · 营收 (level, percent)\n"
      "2025 ● 78%  ████████████████████████  actual, 1 story, 2026-02-26\n");
  // Any order of the input gives the same, and no line is too wide, whatever the width.
  for (const size_t width : {size_t{20}, size_t{60}, size_t{80}, size_t{200}}) {
    const std::string text = cli::DrawTimeline(series, links, width, false);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(cli::DisplayWidth(line), std::max<size_t>(width, 60)) << line;
    }
  }
  EXPECT_EQ(drawn.find('\x1b'), std::string::npos);
  EXPECT_NE(cli::DrawTimeline(series, links, 100, true).find("\x1b[31m"), std::string::npos);
  EXPECT_EQ(cli::DrawTimeline({}, {}, 100, false), "");
}

TEST(Timeline, NegativeValuesReachDownFromZero) {
  const auto series = cli::MakeTimeline({Fact("a", "2024-01-01", "2024-12-31", "-8亿 CNY", -8e8),
                                         Fact("b", "2025-01-01", "2025-12-31", "8亿 CNY", 8e8)});
  EXPECT_EQ(cli::DrawTimeline(series, {}, 80, false),
            "云岭芯片 · 营收 (level, CNY)\n"
            "2024 ● -8亿 CNY  ██████████            actual, 1 story, 2026-02-26\n"
            "2025 ● 8亿 CNY             ██████████  actual, 1 story, 2026-02-26\n");
}

bool WellFormed(const std::string& xml) {
  xmlDocPtr doc = xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, "UTF-8",
                                XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
  if (doc == nullptr) return false;
  const bool svg =
      std::string_view(reinterpret_cast<const char*>(xmlDocGetRootElement(doc)->name)) == "svg";
  xmlFreeDoc(doc);
  return svg;
}

TEST(Timeline, SvgIsWellFormedWhateverTheTextHolds) {
  TimelineFact evil = Fact("a", "2025-01-01", "2025-12-31", "1 & 2 < 3 > \"4\" '5'", 1);
  evil.subject = "<script>alert(1)</script>";
  evil.metric = std::string("]]>--&#0;\x01\x0b", 12) + "\xef\xbf\xbf";
  evil.attribution = "a\"onload=\"x";
  evil.sentence = "句子<b>&amp;";
  const std::vector<TimelineLink> links = {{"a", "b", "revision", "<&>"}};
  const std::string svg = cli::DrawTimelineSvg(cli::MakeTimeline({evil}), links);
  EXPECT_TRUE(WellFormed(svg)) << svg;
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(svg.find("1 &amp; 2 &lt; 3 &gt; &quot;4&quot; &#39;5&#39;"), std::string::npos);
  EXPECT_TRUE(WellFormed(cli::DrawTimelineSvg({}, {})));
  // A fact without a place on either axis is in the text only.
  TimelineFact nowhere = Fact("a", "", "", "?", 0);
  nowhere.low = nowhere.high = std::nullopt;
  nowhere.first_published.clear();
  EXPECT_TRUE(WellFormed(cli::DrawTimelineSvg(cli::MakeTimeline({nowhere}), {})));
}

TEST(Timeline, TheProgramDrawsItForEitherScript) {
  TempDir dir;
  const auto line = [](const char* id, const char* url, const char* day, const char* text) {
    return nlohmann::json{
               {"id", id}, {"url", url}, {"published", day}, {"region", "CN"}, {"text", text}}
               .dump() +
           "\n";
  };
  WriteFile(dir.path() / "in.jsonl",
            line("1", "https://n.example/1", "2025-02-27",
                 "英伟达公布财报，2024年营收为1305亿美元，同比增长114%。") +
                line("2", "https://n.example/2", "2026-02-26",
                     "英伟达公布财报，2025年营收为2159亿美元。") +
                line("3", "https://n.example/2", "2026-02-27",
                     "英伟达公布财报，2025年营收为2195亿美元。"));
  const std::string db = dir.File("f.db");
  ASSERT_EQ(RunProgram("ingest " + dir.File("in.jsonl") + " --quiet --db " + db).status, 0);
  const RunResult simplified =
      RunProgram("facts --db " + db + " --subject 英伟达 --metric 营收 --timeline");
  EXPECT_EQ(simplified.status, 0) << simplified.err;
  for (const char* part :
       {"英伟达 · 营收", "2024", "● 1305亿 USD", "○ 2159亿 USD", "● 2195亿 USD", "↳ revision: "}) {
    EXPECT_NE(simplified.out.find(part), std::string::npos) << part << " in\n" << simplified.out;
  }
  EXPECT_LT(simplified.out.find("1305亿"), simplified.out.find("2159亿"));
  EXPECT_LT(simplified.out.find("2159亿"), simplified.out.find("2195亿"));
  EXPECT_EQ(simplified.out.find('\x1b'), std::string::npos);
  for (const char* name : {"輝達", "輝達 --svg -", "NVIDIA --svg -"}) {
    const std::string svg = std::string(name).find("svg") == std::string::npos ? "" : " --svg -";
    const RunResult other =
        RunProgram("facts --db " + db + " --timeline --metric 營收 --subject " + std::string(name));
    const RunResult same =
        RunProgram("facts --db " + db + " --subject 英伟达 --metric 营收 --timeline" + svg);
    EXPECT_EQ(other.out, same.out) << name;
    if (!svg.empty()) {
      EXPECT_TRUE(WellFormed(other.out)) << other.out;
    }
  }
  const RunResult file =
      RunProgram("facts --db " + db + " --subject 英伟达 --metric 营收 --timeline" + " --svg " +
                 dir.File("t.svg"));
  EXPECT_EQ(file.status, 0);
  EXPECT_TRUE(WellFormed(ReadFile(dir.File("t.svg"))));
  EXPECT_EQ(file.out, simplified.out);
  EXPECT_EQ(RunProgram("facts --db " + db + " --timeline --metric 营收").status, 2);
  EXPECT_EQ(RunProgram("facts --db " + db + " --svg -").status, 2);
  EXPECT_EQ(RunProgram("facts --db " + db + " --subject 英伟达 --metric 营收 --timeline --svg " +
                       dir.File("no/such/t.svg"))
                .status,
            3);
  EXPECT_EQ(RunProgram("facts --db " + db + " --subject 无 --metric 无 --timeline").out, "");
}

}  // namespace
}  // namespace hanfact::testing
