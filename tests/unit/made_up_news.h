// Made-up news: articles from a few dozen sentence patterns, and what becomes of an article on its
// way through the web (another script, other words, cut, wrapped, furnished, with other numbers).
// Everything follows from the seed. For tests and benchmarks.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/period.h"
#include "base/text.h"

namespace hanfact::made_up {

// Sentences to make articles of: N a number, Y a year, Q a quarter, K months, C a company, P a
// place, W a person.
inline constexpr std::string_view kSentences[] = {
    "C今日发布财报，全年实现营收N亿元，同比增长N%，净利润为N亿元。",
    "公司第Q季度毛利率为N%，较上一季度提高N个百分点，主要得益于产品结构的改善。",
    "W在业绩会上表示，公司今年计划投入N亿元扩建P的生产基地，预计明年投产。",
    "受此消息影响，C股价盘中一度下跌N%，收盘报N元，市值缩水约N亿元。",
    "分析师W认为，C所在行业的竞争正在加剧，未来N个月的价格战恐怕难以避免。",
    "截至去年底，C在P等N个城市开设了N家门店，员工总数超过N万人。",
    "据了解，该项目位于P，总投资N亿元，占地约N亩，建成后年产能可达N万吨。",
    "P统计部门的数据显示，前K个月当地规模以上工业增加值增长N%。",
    "W告诉记者，春节过后C在P的订单明显回暖，车间里的N台机器几乎没有停过。",
    "不过，也有业内人士提醒，原材料涨价N%可能侵蚀C的利润空间。",
    "C方面回应称，P工厂生产经营一切正常，裁员N人的传闻与事实不符。",
    "这是C自Y年上市以来首次出现季度亏损，净亏损达到N亿元。",
    "在P，越来越多的家庭开始选择新能源汽车，充电桩数量一年间增加了N%。",
    "P港口的集装箱吞吐量达到N万标箱，创下历史同期新高。",
    "C与P当地政府签署合作协议，双方将共建人工智能计算中心，首期部署N台服务器。",
    "W坦言，人才短缺仍是最大的难题，公司今年打算招聘N名工程师。",
    "机构预测，到Y年全球芯片市场规模将达到N亿美元，年均增速约为N%。",
    "从N名用户的反馈来看，C新软件的界面更加简洁，但网络延迟的问题依然存在。",
    "P的气温本周骤降N度，用电负荷随之攀升至N万千瓦。",
    "C同时宣布，将以每股N元的价格回购不超过N万股股份。",
    "消费者W说，价格便宜了N元，质量却没有打折扣，这让她感到意外。",
    "P市政府会议指出，要把扩大内需放在更加突出的位置，全年新建N个便民市场。",
    "该基金的规模一年内从N亿元增长到N亿元，持有人超过N万户。",
    "海关总署的信息显示，上月出口额为N亿美元，同比下降N%。",
    "值得注意的是，C的研发费用占营收的比重已连续N年超过N%。",
    "W说，视频内容与电商的结合正在改变P居民的购物习惯，占比已达N%。",
    "P的一家医院引进了新设备，每天可为N名患者提供检查。",
    "对于外界关心的C裁员问题，W没有正面回答，只说以Y年的公告为准。",
    "C旗下的出租车业务覆盖P及周边N个县市，日均订单N万单。",
    "专家W建议，C的投资者应当关注N亿元的现金流，而不是只看短期的股价波动。",
};
inline constexpr std::string_view kNameHeads[] = {"华", "远", "中", "盛", "天", "金", "海",
                                                  "安", "新", "宏", "泰", "龙", "星", "东",
                                                  "瑞", "博", "科", "嘉", "恒", "联"};
inline constexpr std::string_view kNameTails[] = {"科技", "电子", "集团", "能源", "汽车", "证券",
                                                  "医药", "重工", "食品", "物流", "地产", "通信"};
inline constexpr std::string_view kPlaces[] = {"苏州", "成都",   "青岛", "厦门", "武汉", "西安",
                                               "长沙", "合肥",   "宁波", "大连", "昆明", "南宁",
                                               "太原", "石家庄", "贵阳", "兰州"};
inline constexpr std::string_view kPeople[] = {"张伟明", "李文静", "王建国", "陈思远",
                                               "刘海洋", "赵雪梅", "周志强", "吴晓峰",
                                               "孙丽华", "郑国栋", "冯玉兰", "许卫东"};
// Words that differ between the regions, and characters that differ between the scripts.
inline constexpr std::pair<std::string_view, std::string_view> kTaiwan[] = {
    {"芯片", "晶片"},     {"软件", "软体"},    {"网络", "网路"},   {"视频", "影片"},
    {"出租车", "计程车"}, {"项目", "专案"},    {"用户", "使用者"}, {"服务器", "伺服器"},
    {"数据", "资料"},     {"质量", "品质"},    {"信息", "资讯"},   {"人工智能", "人工智慧"},
    {"门店", "分店"},     {"充电桩", "充电站"}};
inline constexpr std::pair<std::string_view, std::string_view> kTraditional[] = {
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
        case 'Y':
          out += std::to_string(1990 + Below(46));
          break;
        case 'Q':
          out += std::array<std::string_view, 4>{"一", "二", "三", "四"}[Below(4)];
          break;
        case 'K':
          out += std::to_string(2 + Below(10));
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
  // One number in so many another one, at least one of them; a text without numbers as it is.
  std::vector<std::string> NumbersChanged(const std::vector<std::string>& s, size_t one_in) {
    std::vector<std::string> out;
    bool changed = false, any = false;
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
        any = true;
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
    return changed || !any ? out : NumbersChanged(s, one_in);
  }

 private:
  std::mt19937 random_;
};

inline std::string Join(const std::vector<std::string>& sentences, std::string_view between = "") {
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
inline std::string Wrapped(std::string_view text, size_t width) {
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

// One article of an archive that grows by 274 a day from 2015 on: of 3 to 6 sentences, or, three in
// ten, a variant of an earlier one, one in ten of these with other numbers.
struct Dated {
  std::string published;  // ISO 8601
  std::string text;
};
inline std::string ArchiveDay(uint64_t number) {
  const Date day = AddDays({2015, 1, 1}, static_cast<int64_t>(number / 274));
  return day.ToString();
}
inline Dated ArchiveArticle(uint64_t number) {
  const auto original = [](uint64_t n) {
    Generator g(static_cast<uint32_t>(n * 2654435761U + 1));
    return g.Article(3 + g.Below(4));
  };
  const bool variant = number % 10 >= 7;
  if (!variant) return {ArchiveDay(number), Join(original(number))};
  Generator g(static_cast<uint32_t>(number * 2654435761U + 1));
  // Half of them of the last thousand articles, the others of any before.
  const uint64_t reach = g.Below(2) == 0 ? std::min<uint64_t>(number, 1000) : number;
  uint64_t of = number - 1 - g.Below(reach);
  of -= of % 10 >= 7 ? of % 10 - 6 : 0;
  std::vector<std::string> s = original(of);
  switch (g.Below(10)) {
    case 0:
      return {ArchiveDay(number), Join(g.NumbersChanged(s, 2))};
    case 1:
      return {ArchiveDay(number), Replace(Join(s), kTaiwan)};
    case 2:
      return {ArchiveDay(number), Wrapped(Join(s), 30)};
    case 3:
      return {ArchiveDay(number), Join(g.Half(s, 60))};
    case 4:
      return {ArchiveDay(number), Join(g.Chrome(s), "\n")};
    case 5:
      return {ArchiveDay(number), Join(g.Dropped(s))};
    default:
      return {ArchiveDay(number), Replace(Join(s), kTraditional)};
  }
}

}  // namespace hanfact::made_up
