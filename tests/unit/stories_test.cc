// Copies, excerpts and templates among made-up articles: which are one story, and which share a
// band.
#include "dedupe/stories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "dedupe/signature.h"
#include "normalize/script.h"

namespace hanfact::dedupe {
namespace {

// Sentences to make articles of: N a number, C a company, P a place, W a person.
constexpr std::string_view kSentences[] = {
    "C今日发布财报，全年实现营收N亿元，同比增长N%，净利润为N亿元。",
    "公司第N季度毛利率为N%，较上一季度提高N个百分点，主要得益于产品结构的改善。",
    "W在业绩会上表示，公司今年计划投入N亿元扩建P的生产基地，预计明年投产。",
    "受此消息影响，C股价盘中一度下跌N%，收盘报N元，市值缩水约N亿元。",
    "分析师W认为，行业竞争正在加剧，未来两年的价格战恐怕难以避免。",
    "截至去年底，C在P等N个城市开设了N家门店，员工总数超过N万人。",
    "据了解，该项目位于P，总投资N亿元，占地约N亩，建成后年产能可达N万吨。",
    "P统计部门的数据显示，前N个月当地规模以上工业增加值增长N%。",
    "W告诉记者，春节过后订单明显回暖，车间里的机器几乎没有停过。",
    "不过，也有业内人士提醒，原材料价格上涨可能侵蚀企业的利润空间。",
    "C方面回应称，目前生产经营一切正常，相关传闻与事实不符。",
    "这是C自N年上市以来首次出现季度亏损，净亏损达到N亿元。",
    "在P，越来越多的家庭开始选择新能源汽车，充电桩数量一年间增加了N%。",
    "P港口的集装箱吞吐量达到N万标箱，创下历史同期新高。",
    "C与P当地政府签署合作协议，双方将共建人工智能计算中心，首期部署N台服务器。",
    "W坦言，人才短缺仍是最大的难题，公司今年打算招聘N名工程师。",
    "机构预测，到N年全球芯片市场规模将达到N亿美元，年均增速约为N%。",
    "从用户反馈来看，新软件的界面更加简洁，但网络延迟的问题依然存在。",
    "P的气温本周骤降N度，用电负荷随之攀升至N万千瓦。",
    "C同时宣布，将以每股N元的价格回购不超过N万股股份。",
    "消费者W说，价格便宜了N元，质量却没有打折扣，这让她感到意外。",
    "会议指出，要坚持稳中求进，把扩大内需放在更加突出的位置。",
    "该基金的规模一年内从N亿元增长到N亿元，持有人超过N万户。",
    "海关总署的信息显示，上月出口额为N亿美元，同比下降N%。",
    "值得注意的是，C的研发费用占营收的比重已连续N年超过N%。",
    "业内普遍认为，视频内容与电商的结合正在改变人们的购物习惯。",
    "P的一家医院引进了新设备，每天可为N名患者提供检查。",
    "对于外界关心的裁员问题，W没有正面回答，只说一切以公告为准。",
    "C旗下的出租车业务覆盖P及周边N个县市，日均订单N万单。",
    "专家建议，投资者应当关注现金流，而不是只看短期的股价波动。",
};
constexpr std::string_view kNameHeads[] = {"华", "远", "中", "盛", "天", "金", "海",
                                           "安", "新", "宏", "泰", "龙", "星", "东",
                                           "瑞", "博", "科", "嘉", "恒", "联"};
constexpr std::string_view kNameTails[] = {"科技", "电子", "集团", "能源", "汽车", "证券",
                                           "医药", "重工", "食品", "物流", "地产", "通信"};
constexpr std::string_view kPlaces[] = {"苏州", "成都",   "青岛", "厦门", "武汉", "西安",
                                        "长沙", "合肥",   "宁波", "大连", "昆明", "南宁",
                                        "太原", "石家庄", "贵阳", "兰州"};
constexpr std::string_view kPeople[] = {"张伟明", "李文静", "王建国", "陈思远", "刘海洋", "赵雪梅",
                                        "周志强", "吴晓峰", "孙丽华", "郑国栋", "冯玉兰", "许卫东"};
// Words that differ between the regions, and characters that differ between the scripts.
constexpr std::pair<std::string_view, std::string_view> kTaiwan[] = {
    {"芯片", "晶片"},     {"软件", "软体"},    {"网络", "网路"},   {"视频", "影片"},
    {"出租车", "计程车"}, {"项目", "专案"},    {"用户", "使用者"}, {"服务器", "伺服器"},
    {"数据", "资料"},     {"质量", "品质"},    {"信息", "资讯"},   {"人工智能", "人工智慧"},
    {"门店", "分店"},     {"充电桩", "充电站"}};
constexpr std::pair<std::string_view, std::string_view> kTraditional[] = {
    {"财报", "財報"}, {"营收", "營收"}, {"亿", "億"}, {"净利润", "淨利潤"}, {"为", "為"},
    {"万", "萬"},     {"个", "個"},     {"长", "長"}, {"发", "發"},         {"产", "產"},
    {"业", "業"},     {"资", "資"},     {"务", "務"}, {"车", "車"},         {"电", "電"},
    {"价", "價"},     {"这", "這"},     {"对", "對"}, {"来", "來"},         {"时", "時"}};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }

  std::string Number() {
    std::string out = std::to_string(1 + Below(9));
    for (size_t i = Below(4); i > 0; --i) out += static_cast<char>('0' + Below(10));
    if (Below(2) == 0) out += "." + std::to_string(1 + Below(99));
    return out;
  }
  std::string Company() {
    return std::string(kNameHeads[Below(20)]) + std::string(kNameHeads[Below(20)]) +
           std::string(kNameTails[Below(12)]);
  }

  // An article as its sentences; 8 to 22 of them, no sentence twice.
  std::vector<std::string> Article() { return Article(8 + Below(15)); }
  std::vector<std::string> Article(size_t size) {
    std::vector<size_t> order(std::size(kSentences));
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random_);
    order.resize(size);
    const std::string company = Company(), place(kPlaces[Below(16)]), person(kPeople[Below(12)]);
    std::vector<std::string> out;
    for (const size_t i : order) out.push_back(Fill(kSentences[i], company, place, person));
    return out;
  }
  std::string Fill(std::string_view sentence, std::string_view company, std::string_view place,
                   std::string_view person) {
    std::string out;
    for (const char c : sentence) {
      switch (c) {
        case 'N':
          out += Number();
          break;
        case 'C':
          out += company;
          break;
        case 'P':
          out += place;
          break;
        case 'W':
          out += person;
          break;
        default:
          out += c;
      }
    }
    return out;
  }

  std::vector<std::string> Half(std::vector<std::string> s, size_t percent) {
    s.resize(std::max<size_t>(1, s.size() * percent / 100));
    return s;
  }
  std::vector<std::string> Dropped(std::vector<std::string> s) {
    for (size_t n = 1 + Below(std::max<size_t>(1, s.size() / 4)); n > 0; --n) {
      s.erase(s.begin() + static_cast<ptrdiff_t>(Below(s.size())));
    }
    return s;
  }
  std::vector<std::string> Chrome(std::vector<std::string> s) {
    s.insert(s.begin(), "首页 > 财经 > 正文 20" + std::to_string(10 + Below(15)) + "-0" +
                            std::to_string(1 + Below(9)) + "-1" + std::to_string(Below(10)) + " " +
                            std::to_string(10 + Below(14)) + ":" + std::to_string(10 + Below(49)) +
                            " 阅读 " + std::to_string(Below(9999)));
    s.push_back("责任编辑：" + std::string(kPeople[Below(12)]) + " 举报电话 010-" +
                std::to_string(10000000 + Below(89999999)));
    s.push_back("相关阅读：" + Company() + "回应市场传闻 " + Company() +
                "董事长辞职 分享到微信朋友圈");
    return s;
  }
  // Every number another one.
  std::vector<std::string> NumbersChanged(const std::vector<std::string>& s, size_t one_in) {
    std::vector<std::string> out;
    bool changed = false;
    for (const std::string& sentence : s) {
      std::string text;
      for (size_t i = 0; i < sentence.size();) {
        size_t end = i;
        while (end < sentence.size() && (IsAsciiDigit(sentence[end]) || sentence[end] == '.'))
          ++end;
        if (end == i) {
          text += sentence[i++];
          continue;
        }
        const std::string old = sentence.substr(i, end - i);
        std::string fresh = old;
        if (Below(one_in) == 0) {
          while (fresh == old) fresh = Number();
          changed = true;
        }
        text += fresh;
        i = end;
      }
      out.push_back(text);
    }
    return changed ? out : NumbersChanged(s, one_in);
  }

 private:
  std::mt19937 random_;
};

std::string Join(const std::vector<std::string>& sentences, std::string_view between = "") {
  std::string out;
  for (const std::string& s : sentences) {
    if (!out.empty()) out += between;
    out += s;
  }
  return out;
}

template <size_t n>
std::string Replace(std::string text,
                    const std::pair<std::string_view, std::string_view> (&words)[n]) {
  for (const auto& [from, to] : words) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

// A line break or two after every so many characters, as text taken out of a PDF has them.
std::string Wrapped(std::string_view text, size_t width) {
  std::string out;
  size_t column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t length = CodePointLength(text[at]);
    out += text.substr(at, length);
    at += length;
    const bool in_number = at < text.size() && IsAsciiDigit(text[at]) && IsAsciiDigit(out.back());
    if (++column >= width && !in_number) {
      out += "\n\n";
      column = 0;
    }
  }
  return out;
}

StoryMember Member(std::string id, std::string_view text) {
  StoryMember m;
  m.document_id = std::move(id);
  m.text_size = CountCodePoints(text);
  m.signature = Sign(normalize::MakeMatchView(text).text, {});
  return m;
}

bool ShareBand(const Signature& a, const Signature& b) {
  std::vector<uint64_t> common;
  std::set_intersection(a.bands.begin(), a.bands.end(), b.bands.begin(), b.bands.end(),
                        std::back_inserter(common));
  return !common.empty();
}

bool Joined(const StoryMember& a, const StoryMember& b) {
  return ShareBand(a.signature, b.signature) && Compare(a, b).has_value();
}

TEST(Stories, VariantsAreFoundAndChangedNumbersAreNot) {
  constexpr size_t kArticles = 400;
  Generator g(20250228);
  struct Tally {
    size_t pairs = 0, found = 0;
  };
  std::map<std::string, Tally> tally;
  std::vector<StoryMember> all;
  std::vector<size_t> origin;  // which article each is a variant of
  const auto add = [&](size_t article, const char* kind, std::string_view text) {
    all.push_back(Member(std::string(kind) + std::to_string(article), text));
    origin.push_back(article);
  };
  size_t number_pairs = 0, number_joined = 0;
  for (size_t i = 0; i < kArticles; ++i) {
    const std::vector<std::string> article = g.Article();
    const std::string text = Join(article);
    const StoryMember original = Member("original", text);
    add(i, "original", text);
    const std::pair<const char*, std::string> variants[] = {
        {"script", Replace(text, kTraditional)},
        {"taiwan", Replace(text, kTaiwan)},
        {"wrapped", Wrapped(text, 30)},
        {"half", Join(g.Half(article, 50))},
        {"forty", Join(g.Half(article, 40))},
        {"chrome", Join(g.Chrome(article), "\n")},
        {"dropped", Join(g.Dropped(article))},
        {"punctuation", Replace(text, {{"，", "、"}, {"。", "!"}, {"：", " "}})},
        {"half, chrome, taiwan", Replace(Join(g.Chrome(g.Half(article, 50)), "\n"), kTaiwan)},
    };
    for (const auto& [kind, variant] : variants) {
      Tally& t = tally[kind];
      ++t.pairs;
      const bool found = Joined(original, Member(kind, variant));
      t.found += found ? 1 : 0;
      EXPECT_EQ(found, Joined(Member(kind, variant), original));
      if (i % 4 == 0) add(i, kind, variant);
    }
    for (const size_t one_in : {1, 2, 4}) {
      ++number_pairs;
      const StoryMember changed = Member("numbers", Join(g.NumbersChanged(article, one_in)));
      number_joined += Compare(original, changed).has_value() ? 1 : 0;
    }
  }
  for (const auto& [kind, t] : tally) {
    RecordProperty(kind, std::to_string(t.found) + "/" + std::to_string(t.pairs));
    // Three changes at once to a text of a few sentences leave little of it.
    const double floor = kind == "half, chrome, taiwan" ? 0.9 : 0.99;
    EXPECT_GE(static_cast<double>(t.found), floor * static_cast<double>(t.pairs))
        << kind << " " << t.found << "/" << t.pairs;
  }
  EXPECT_EQ(number_joined, 0u) << "of " << number_pairs;

  // Precision over all pairs, and how many are looked at.
  size_t joined = 0, wrong = 0, compared = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i + 1; j < all.size(); ++j) {
      if (!ShareBand(all[i].signature, all[j].signature)) continue;
      ++compared;
      if (!Compare(all[i], all[j])) continue;
      ++joined;
      wrong += origin[i] == origin[j] ? 0 : 1;
    }
  }
  EXPECT_LE(static_cast<double>(wrong), 0.01 * static_cast<double>(joined))
      << wrong << "/" << joined;
  RecordProperty("compared", std::to_string(compared));
  RecordProperty("joined", std::to_string(joined));
  RecordProperty("wrong", std::to_string(wrong));
  // Selective bands: of 800,000 pairs hardly more are compared than are joined.
  EXPECT_LE(compared, joined * 2) << compared << "/" << joined;
}

TEST(Stories, OneChangedNumberInAFlashIsAnotherStory) {
  Generator g(7);
  for (int i = 0; i < 200; ++i) {
    const std::vector<std::string> article = g.Article(3 + g.Below(6));
    const std::string text = Join(article);
    size_t first = 0;
    while (first < text.size() && !IsAsciiDigit(text[first])) ++first;
    if (first == text.size()) continue;
    std::string changed = text;
    changed[first] = changed[first] == '9' ? '1' : static_cast<char>(changed[first] + 1);
    EXPECT_FALSE(Compare(Member("a", text), Member("b", changed)).has_value()) << text;
  }
}

TEST(Stories, DailyFlashesOfOneTemplateStayApart) {
  Generator g(11);
  std::vector<StoryMember> flashes;
  for (int day = 1; day <= 28; ++day) {
    const std::string date = "2月" + std::to_string(day) + "日";
    flashes.push_back(Member(
        date, g.Fill("财经快讯" + date +
                         "电，沪指收盘上涨N%，报N点；深成指上涨N%，"
                         "报N点；创业板指上涨N%"
                         "，报N点。两市全天成交额N亿元，北向资金净流入N亿元。板块方面，半导体、"
                         "消费电子、汽车整车涨幅居前，煤炭、银行、电力跌幅居前。",
                     "", "", "")));
  }
  for (size_t i = 0; i < flashes.size(); ++i) {
    for (size_t j = i + 1; j < flashes.size(); ++j) EXPECT_FALSE(Compare(flashes[i], flashes[j]));
  }
  // Months differ in the words of one numeral only.
  const auto cpi = [](std::string month) {
    return Member(
        month,
        "国家统计部门今天公布，" + month +
            "月份居民消费价格同比上涨0.5%，环比持平，其中"
            "食品价格下降，非食品价格上涨，消费品价格上涨，服务价格上涨，市场供应总体充足。");
  };
  EXPECT_FALSE(Compare(cpi("1"), cpi("2")).has_value());
  EXPECT_FALSE(Compare(cpi("三"), cpi("四")).has_value());
  EXPECT_TRUE(Compare(cpi("三"), cpi("三")).has_value());
}

TEST(Stories, ShortTextsNeverCollapse) {
  const char* const kTexts[] = {"",       "涨",       "跌",      "上涨",    "停牌",
                                "上涨5%", "上涨6%",   "A股收涨", "A股收跌", "!!!",
                                "???",    "今日休市", "明日休市"};
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    for (size_t j = 0; j < std::size(kTexts); ++j) {
      const StoryMember a = Member("a", kTexts[i]), b = Member("b", kTexts[j]);
      EXPECT_EQ(Compare(a, b).has_value(), i == j) << kTexts[i] << "|" << kTexts[j];
      EXPECT_EQ(ShareBand(a.signature, b.signature), i == j && i > 0) << kTexts[i] << kTexts[j];
    }
  }
}

TEST(Stories, ATeaserIsAnExcerptAPassageInsideIsNot) {
  Generator g(3);
  const std::vector<std::string> article = g.Article(24);
  const StoryMember whole = Member("whole", Join(article));
  const StoryMember teaser = Member("teaser", Join({article[0], article[1]}));
  const StoryMember passage = Member("passage", Join({article[12], article[13]}));
  const auto verdict = Compare(teaser, whole);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->relation, StoryRole::kExcerpt);
  EXPECT_GE(verdict->similarity, 0.95);
  EXPECT_FALSE(Compare(passage, whole).has_value());
}

TEST(Stories, LongTextsAreComparedBySketch) {
  Generator g(5);
  std::vector<std::string> article;
  for (int i = 0; i < 8; ++i) {
    for (std::string& s : g.Article(24)) article.push_back(std::move(s));
  }
  const StoryMember whole = Member("whole", Join(article));
  EXPECT_GT(whole.signature.shingle_count, kMaxShingles);
  EXPECT_EQ(whole.signature.shingles.size(), kMaxShingles);
  const StoryMember part = Member("part", Join(g.Half(article, 40)));
  const auto verdict = Compare(part, whole);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->relation, StoryRole::kExcerpt);
  EXPECT_GE(verdict->similarity, 0.95);
}

TEST(Stories, RolesFollowTheCanonicalDocument) {
  Generator g(9);
  const std::vector<std::string> article = g.Article(16);
  std::vector<StoryMember> members;
  const auto add = [&](std::string id, std::string_view text, std::string published) {
    members.push_back(Member(std::move(id), text));
    members.back().published = std::move(published);
  };
  add("c", Join(article), "2025-02-27T09:00:00+08:00");
  add("b", Join(article), "2025-02-27");
  add("d", Join(article), "");
  add("e", Join(g.Half(article, 50)), "2025-02-28");
  std::vector<std::string> dropped = article;
  dropped.erase(dropped.begin() + 5);
  add("f", Join(dropped), "2025-03-01");
  std::mt19937 random(1);
  for (int round = 0; round < 10; ++round) {
    std::shuffle(members.begin(), members.end(), random);
    const std::vector<StoryAssignment> story = AssignStory(members);
    ASSERT_EQ(story.size(), 5u);
    const std::pair<const char*, StoryRole> expected[] = {{"b", StoryRole::kOriginal},
                                                          {"c", StoryRole::kDuplicate},
                                                          {"d", StoryRole::kDuplicate},
                                                          {"e", StoryRole::kExcerpt},
                                                          {"f", StoryRole::kNearDuplicate}};
    for (size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(story[i].document_id, expected[i].first);
      EXPECT_EQ(story[i].role, expected[i].second) << story[i].document_id;
      EXPECT_EQ(story[i].story_id, "b");
    }
  }
  EXPECT_TRUE(AssignStory({}).empty());
  // The earliest stays the original, however short.
  std::vector<StoryMember> two = {Member("long", Join(article)),
                                  Member("short", Join(g.Half(article, 50)))};
  two[0].published = "2025-02-28";
  two[1].published = "2025-02-27";
  const std::vector<StoryAssignment> story = AssignStory(two);
  EXPECT_EQ(story[1].role, StoryRole::kOriginal);
  EXPECT_EQ(story[0].role, StoryRole::kNearDuplicate);
}

}  // namespace
}  // namespace hanfact::dedupe
