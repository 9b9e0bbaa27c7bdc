// Claims from tables: what heading cells and labels give.
#include "extract/extractor.h"
#include "normalize/script.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

extract::Extraction Read(const std::string& text, const std::string& title = "") {
  Document document;
  document.document_id = "tables";
  document.text = text;
  document.meta.published = "2026-03-09";
  document.meta.region = "CN";
  document.meta.title = title;
  document.script = normalize::DetectScript(text);
  return SharedTools().extractor().Extract(document, normalize::MakeMatchView(text));
}

// "subject metric value unit kind period modality", as far as each is there.
std::vector<std::string> Lines(const std::string& text, const std::string& title = "") {
  std::vector<std::string> out;
  for (const Claim& c : Read(text, title).claims) {
    if (c.rule != "table") continue;
    out.push_back(c.subject + " " + c.metric + " " + c.quantity.value->ToString() + " " +
                  c.quantity.unit + " " + std::string(ToString(c.kind)) + " " +
                  (c.period ? c.period->start->date.ToString() : "-") + " " +
                  std::string(ToString(c.modality)));
  }
  return out;
}

using Want = std::vector<std::string>;

TEST(ClaimTables, PeriodsInTheHeadingMeasuresInTheLabels) {
  EXPECT_EQ(Lines("指标\t2025年\t2024年\t同比\n"
                  "营业收入（亿元）\t12.5\t10\t25%\n"
                  "净利润（亿元）\t1.5\t-0.5\t-\n"
                  "毛利率\t17.9%\t14.6%\t3.3个百分点\n",
                  "中国银行年报"),
            (Want{"中国银行 营收 1250000000 CNY level 2025-01-01 actual",
                  "中国银行 营收 1000000000 CNY level 2024-01-01 actual",
                  "中国银行 营收 25 percent change 2025-01-01 actual",
                  "中国银行 净利润 150000000 CNY level 2025-01-01 actual",
                  "中国银行 净利润 -50000000 CNY level 2024-01-01 actual",
                  "中国银行 毛利率 17.9 percent level 2025-01-01 actual",
                  "中国银行 毛利率 14.6 percent level 2024-01-01 actual",
                  "中国银行 毛利率 3.3 percentage_point change 2025-01-01 actual"}));
}

TEST(ClaimTables, WhoseInTheLabelsAndAUnitAbove) {
  EXPECT_EQ(Lines("单位：万辆\n"
                  "| 序号 | 企业 | 交付量 | 同比增长 |\n"
                  "| 1 | 海岳汽车 | 3.98 | 25.1% |\n"
                  "| 2 | 凌岚汽车 | 3.35 | -12.6% |\n"),
            (Want{"海岳汽车 交付量 39800 count:辆 count - actual",
                  "海岳汽车 交付量 25.1 percent change - actual",
                  "凌岚汽车 交付量 33500 count:辆 count - actual",
                  "凌岚汽车 交付量 -12.6 percent change - actual"}));
}

TEST(ClaimTables, YearsInTheLabelsAndForecasts) {
  EXPECT_EQ(Lines("| 年份 | 营收（亿元） | 员工（人） |\n"
                  "| 2026E | 15 | 800 |\n"
                  "| 2024 | 9.2 | 700 |\n",
                  "中国银行"),
            (Want{"中国银行 营收 1500000000 CNY level 2026-01-01 forecast",
                  "中国银行 员工 800 count:人 count 2026-01-01 forecast",
                  "中国银行 营收 920000000 CNY level 2024-01-01 actual",
                  "中国银行 员工 700 count:人 count 2024-01-01 actual"}));
}

TEST(ClaimTables, ProseIsNoRow) {
  EXPECT_TRUE(Lines("海岳汽车2025年营收12.5亿元，同比增长25%。").empty());
  // No heading, no table.
  EXPECT_TRUE(Lines("| 营收 | 12.5亿元 | 10亿元 |\n").empty());
  // The table ends with its last row.
  EXPECT_TRUE(Lines("| 指标 | 2025年 |\n海岳汽车营收如下。\n| 营收 | 12.5亿元 |\n").empty());
}

TEST(ClaimTables, RefusalsSayWhy) {
  const extract::Extraction out =
      Read("| 序号 | 项目 | 2025年 |\n| 1 | 某某 | 35 |\n| 2 | 营收（亿元） | 12 |\n");
  std::vector<std::string> reasons;
  for (const extract::Refusal& refusal : out.refusals) reasons.push_back(refusal.reason);
  EXPECT_EQ(reasons, (Want{"the label of a table's row",
                           "a cell without a unit under no known measure",
                           "the label of a table's row"}));
}

}  // namespace
}  // namespace hanfact::testing
