// Plain text: wraps joined, page furniture gone, records left as they are.
#include <map>

#include "base/text.h"
#include "ingest/cleaner.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

Document Clean(std::string text, bool record = false, std::string title = "") {
  RawArticle article;
  article.locator = "text";
  article.payload = std::move(text);
  article.kind = PayloadKind::kText;
  article.utf8 = record;
  article.given.title = std::move(title);
  auto result = SharedTools().cleaner().Clean(std::move(article), std::nullopt);
  if (auto* reject = std::get_if<Reject>(&result)) {
    ADD_FAILURE() << reject->reason;
    return {};
  }
  return std::get<Document>(std::move(result));
}

TEST(TextClean, HardWrapsOfAReport) {
  // Lines of one width, a running head and a foot with page numbers, an axis without its chart.
  const Document d = Clean(
      "钠电池的成本账2024-06-04\n\n钠电池的成本账\n\n撰稿林间2024-06-04\n\n"
      "钠电池的正极材料每吨价格约为3.4万元,比磷酸铁锂低出两成左右,这是它被看好的最主要原\n\n"
      "因。去年全国钠电池装机2.1吉瓦时,今年有望翻一番,两轮车和储能是最先放量的两个市场。\n\n"
      "但它的能量密度只有每公斤145瓦时,同样的电量要多用三分之一的壳体和铜箔,因此整包成本\n\n"
      "仍然高出一成。\n\n请务必阅读正文之后的免责声明1/3\n\n钠电池的成本账2024-06-04\n\n"
      "图表1:钠电池材料成本构成(单位:%)\n\n60%\n\n40%\n\n20%\n\n0%\n\nCathodeAnode\n\n"
      "资料来源:公开资料\n\n"
      "业内人士认为,随着产线规模扩大和工艺成熟,两年之内钠电池的单位成本有望降至每瓦时0.4\n\n"
      "元以下,届时在低速车和基站备电这两个领域就可以与铅酸电池正面竞争。\n\n"
      "请务必阅读正文之后的免责声明2/3\n\n钠电池的成本账2024-06-04\n");
  EXPECT_EQ(d.text,
            "钠电池的正极材料每吨价格约为3.4万元,比磷酸铁锂低出两成左右,这是它被看好的最主要原"
            "因。去年全国钠电池装机2.1吉瓦时,今年有望翻一番,两轮车和储能是最先放量的两个市场。\n"
            "但它的能量密度只有每公斤145瓦时,同样的电量要多用三分之一的壳体和铜箔,因此整包成本"
            "仍然高出一成。\n"
            "图表1:钠电池材料成本构成(单位:%)\n资料来源:公开资料\n"
            "业内人士认为,随着产线规模扩大和工艺成熟,两年之内钠电池的单位成本有望降至每瓦时0.4"
            "元以下,届时在低速车和基站备电这两个领域就可以与铅酸电池正面竞争。");
  EXPECT_EQ(d.meta.title, "钠电池的成本账");
  EXPECT_EQ(d.meta.author, "林间");
  EXPECT_EQ(d.meta.published, "2024-06-04");
}

TEST(TextClean, BrokenLinesOfANewspaperPage) {
  const Document d = Clean(
      "快递下乡的最后一公里\n\n本报记者 陆小满 云岭报道\n\n"
      "截至12月27日，今年全省快递业务量突破8亿件，同比增长23.6%，提前34天达到去年全年水\n\n"
      "平，其中农产品寄递量占到三成，鲜花、菌菇和咖啡是寄出最多的三类商品。\n\n"
      "资料来源：根据公开信息整理\n\n陆小满/制图\n\n"
      "省邮政管理局表示，明年将再建1200个村级站点。省邮政管理局表示，明年将再建1200个村级站点。\n");
  EXPECT_EQ(d.meta.title, "快递下乡的最后一公里");
  EXPECT_EQ(d.meta.author, "陆小满");
  EXPECT_EQ(d.text,
            "截至12月27日，今年全省快递业务量突破8亿件，同比增长23.6%，提前34天达到去年全年水"
            "平，其中农产品寄递量占到三成，鲜花、菌菇和咖啡是寄出最多的三类商品。\n"
            "省邮政管理局表示，明年将再建1200个村级站点。");
}

TEST(TextClean, CopiedPageWithMenuAndTail) {
  const Document d = Clean(
      "menu-icon\nsearch icon\n\n美股\n\n算力與電力的賽跑 資料中心用電三年翻倍\n\n"
      "海濱網新聞中心 2025-02-28 10:00\n\n"
      "資料中心的用電量三年翻了一倍，去年達到415億度，占全島用電的1.5%"
      "，電力公司說今年還會再增一成。\n\n"
      "業者則把機房搬到水庫旁邊，每度電費可以省下0.3元，冷卻用水也減少了四成左右。\n\n"
      "文章標籤\n\n\nEmpty\n");
  EXPECT_EQ(d.meta.title, "算力與電力的賽跑 資料中心用電三年翻倍");
  EXPECT_EQ(d.meta.published, "2025-02-28T10:00:00+08:00");
  EXPECT_EQ(d.text.substr(0, 12), "資料中心");
  EXPECT_TRUE(d.text.ends_with("四成左右。"));
}

TEST(TextClean, RepostLinesAndRelatedListGo) {
  const Document d = Clean(
      "今天小編分享的財經經驗:港口的賬本,歡迎閱讀。\n以下文章來源于 海濱數據 ,作者何晴研究院\n"
      "導讀:青州港上半年完成貨物吞吐量2.31億噸,同比增長6.8%,集裝箱吞吐量增長10.2%。\n"
      "集團負責人表示,新開的三條近洋航線帶動了外貿貨量,全年有望突破5億噸。\n"
      "近期熱文推薦\n醫療器械\n產業互聯網\n"
      "本機構對本文所載信息的準確性不作任何明确或隐含的保證,亦不負相關法律責任。\n>\n");
  EXPECT_EQ(d.meta.title, "港口的賬本");
  EXPECT_EQ(d.meta.source, "海濱數據");
  EXPECT_TRUE(d.text.starts_with("導讀:"));
  EXPECT_TRUE(d.text.ends_with("5億噸。"));
}

// Beside its left neighbour, from half width 44 on.
std::string Beside(const std::string& left, const std::string& right) {
  size_t width = 0;
  for (size_t i = 0; i < left.size(); i += CodePointLength(left[i])) {
    width += CodePointAt(left, i) < 0x1100 ? 1 : 2;
  }
  return left + std::string(44 - width, ' ') + right + "\n";
}

TEST(TextClean, ColumnsSideBySide) {
  const Document d = Clean("港口吞吐量连续六个季度回升\n\n" +
                           Beside("    东桥港务集团公布的数据显示，上半年货物",
                                  "    公司表示，下半年将新开四条近洋航线，") +
                           Beside("吞吐量为2.31亿吨，同比增长6.8%，其中集装",
                                  "预计新增箱量18万标准箱，其中对东南亚的航") +
                           Beside("箱吞吐量为1246万标准箱，创下了同期新高。", "线占了三条。") +
                           Beside("    集团董事长江一帆说，新投产的自动化码",
                                  "    不过，受红海局势影响，欧洲航线的运价") +
                           Beside("头把单船作业时间缩短了约四分之一，每年可",
                                  "仍处在高位，部分货主把货转到了中欧班列，") +
                           Beside("以节约成本1.2亿元。", "转走的箱量大约有3万标准箱。") +
                           Beside("    外贸方面，上半年外贸箱量占比接近八成",
                                  "    业内人士预计，全港单月吞吐量有望突破") +
                           Beside("，高于平均水平。", "220万标准箱。"));
  EXPECT_EQ(d.text,
            "东桥港务集团公布的数据显示，上半年货物吞吐量为2.31亿吨，同比增长6.8%，其中集装箱"
            "吞吐量为1246万标准箱，创下了同期新高。\n"
            "集团董事长江一帆说，新投产的自动化码头把单船作业时间缩短了约四分之一，每年可以节约"
            "成本1.2亿元。\n外贸方面，上半年外贸箱量占比接近八成，高于平均水平。\n"
            "公司表示，下半年将新开四条近洋航线，预计新增箱量18万标准箱，其中对东南亚的航线占了"
            "三条。\n不过，受红海局势影响，欧洲航线的运价仍处在高位，部分货主把货转到了中欧班列"
            "，转走的箱量大约有3万标准箱。\n业内人士预计，全港单月吞吐量有望突破220万标准箱。");
}

TEST(TextClean, TablesAreNoColumns) {
  std::string rows =
      "各港上半年的箱量\n\n上半年，六个港口的集装箱吞吐量都比去年有所增长，情况见下。\n";
  for (const char* port : {"东桥", "江州", "海湾", "北岸", "南屿", "西渡", "中流"}) {
    rows += std::string(port) + "港            1,246.0      7.9%\n";
  }
  rows += "业内人士认为，下半年的增长会慢一些，全年增幅有望保持在6%以上。\n";
  const Document d = Clean(rows);
  EXPECT_NE(d.text.find("\n东桥港 1,246.0 7.9%\n江州港 1,246.0 7.9%\n"), std::string::npos)
      << d.text;
  EXPECT_EQ(d.blocks[1].kind, BlockKind::kTable);
}

TEST(TextClean, TabsPartCells) {
  const Document d = Clean(
      "上半年的账\n\n集团公布的数据显示，上半年的收入和成本都有所增长，其中出口占了大头。\n"
      "项目\t上半年\t同比\n收入\t382亿元\t16.4%\n成本\t318.6亿元\t14.8%\n"
      "负责人\t何晴表示，下半年的目标不变，全年的收入有望突破800亿元。\n");
  EXPECT_NE(d.text.find("\n项目\t上半年\t同比\n收入\t382亿元\t16.4%\n"), std::string::npos)
      << d.text;
  // In a sentence it is a blank.
  EXPECT_NE(d.text.find("负责人 何晴表示"), std::string::npos) << d.text;
}

TEST(TextClean, TableAndAxisInsideASentence) {
  const Document d = Clean(
      "轴承厂的账本\n\n岳川轴承的财报显示，去年海外收入为27.8亿元，占总营收的四成，其中北美客户的\n"
      "图表3：海外收入占比（单位：%）\n2019 2020 2021 2022 2023\n0% 10% 20% 30% 40%\n"
      "北美 18.2 24.6\n欧洲 9.4 10.1\n资料来源：公司财报\n"
      "贡献超过了六成，欧洲客户的贡献约为两成半。\n"
      "总经理段青说，关税提高以后，一套轴承就要亏两毛钱，所以必须把产能搬出去。\n");
  EXPECT_EQ(d.text,
            "岳川轴承的财报显示，去年海外收入为27.8亿元，占总营收的四成，其中北美客户的贡献超过了"
            "六成，欧洲客户的贡献约为两成半。\n图表3：海外收入占比（单位：%）\n北美 18.2 24.6\n"
            "欧洲 9.4 10.1\n资料来源：公司财报\n总经理段青说，关税提高以后，一套轴承就要亏两毛钱，"
            "所以必须把产能搬出去。");
}

TEST(TextClean, HeadsAndFeetOfPages) {
  const std::string
      head = "江北日报 县域治理观察专刊\n",
      one = "走进江北县第三粮库，大屏上跳动着86个仓房的数据，保管员不用爬上粮堆就能看到粮情。\n";
  const Document d = Clean(head + "粮仓里的数字账本\n\n" + one + "第1页 共2页\n\f" + head +
                           "三年前，这里的粮食损耗率是0.9%，如今降到了0.31%，一年少损失700多吨。\n"
                           "第2页 共2页\n\f");
  EXPECT_EQ(d.text, one + "三年前，这里的粮食损耗率是0.9%，如今降到了0.31%，一年少损失700多吨。");
}

// A sentence that stands twice beside a page's foot is a paragraph printed twice: one of it stays.
TEST(TextClean, ASentenceSaidTwiceIsNoRunningHead) {
  const Document d = Clean(
      "锂价走势点评\n\n5月以来，电池级碳酸锂均价为11.2万元/吨，较4月底下跌3.5%。我们认为，供给"
      "过剩将延续到下半年，预计\n全年均价10.5万元/吨。\n请务必阅读正文之后的免责声明 2/5\n"
      "需求方面，4月国内动力电池产量78.2GWh，同比增长60%。\n"
      "需求方面，4月国内动力电池产量78.2GWh，同比增长60%。\n风险提示：需求不及预期。\n");
  EXPECT_EQ(d.text,
            "5月以来，电池级碳酸锂均价为11.2万元/吨，较4月底下跌3.5%。我们认为，供给过剩将延续到"
            "下半年，预计全年均价10.5万元/吨。\n"
            "需求方面，4月国内动力电池产量78.2GWh，同比增长60%。\n风险提示：需求不及预期。");
}

// Who took the picture is no author, and its caption no part of the paragraph behind it.
TEST(TextClean, PhotographsAndTheirCredits) {
  const Document d = Clean(
      "某报 2024年5月20日 A03版\n海岬港吞吐量创新高\n本报记者 林立 海岬报道\n"
      "海岬港集团昨日公布，今年前四个月货物吞吐量达到1.26亿吨，同比增长8.3%。\n"
      "图为海岬港三号码头。本报记者 王平 摄\n其中集装箱吞吐量412万标箱，增长11.2%。\n"
      "（受访者供图）\n集团负责人表示，全年吞吐量有望突破4亿吨。\n摄影：赵一\n");
  EXPECT_EQ(d.text,
            "海岬港集团昨日公布，今年前四个月货物吞吐量达到1.26亿吨，同比增长8.3%。\n"
            "图为海岬港三号码头。本报记者 王平 摄\n其中集装箱吞吐量412万标箱，增长11.2%。\n"
            "集团负责人表示，全年吞吐量有望突破4亿吨。");
  EXPECT_EQ(d.meta.author, "林立");
  ASSERT_EQ(d.blocks.size(), 4u);
  EXPECT_EQ(d.blocks[1].kind, BlockKind::kCaption);
}

TEST(TextClean, RecordsKeepEverySentence) {
  const std::string text =
      "責任編輯這一崗位去年的平均月薪為9200元。\n來源：海濱數據\n分享到此為止。（央视）";
  const Document d = Clean(text, true, "崗位薪資");
  EXPECT_EQ(d.text, text);
}

TEST(TextClean, TitleAloneIsTheText) {
  const Document d = Clean("", true, "沪铜主力合约涨超2%");
  EXPECT_EQ(d.text, "沪铜主力合约涨超2%");
  ASSERT_EQ(d.blocks.size(), 1u);
  EXPECT_EQ(d.blocks[0].kind, BlockKind::kHeadline);
}

TEST(TextClean, SeedsOfTheProject) {
  const auto data = SharedData();
  if (data.empty()) GTEST_SKIP() << "the seeds are not here";
  std::map<std::string, std::string> texts;
  for (const auto& line : ReadJsonLines(data / "seeds-gold" / "texts.jsonl")) {
    texts[line["doc"]] = Clean(line["text"]).text;
  }
  auto tight = [](const std::string& s) { return RemoveSpace(s); };
  for (const auto& gold : ReadJsonLines(data / "seeds-gold" / "clean.jsonl")) {
    const std::string text = tight(texts[gold["doc"]]);
    for (const auto& piece : gold["boilerplate"]) {
      for (std::string_view line : Split(piece.get_ref<const std::string&>(), '\n')) {
        const std::string wanted = tight(std::string(line));
        if (wanted.size() < 12) continue;
        // A paragraph that stands twice is to stand once.
        const size_t first = text.find(wanted);
        EXPECT_TRUE(first == std::string::npos || gold["doc"] == "seed-004") << line;
        if (first != std::string::npos) {
          EXPECT_EQ(text.find(wanted, first + 1), std::string::npos) << line;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hanfact::testing
