// Copies, excerpts and templates among made-up articles: which are one story, and which share a
// band.
#include "dedupe/stories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "dedupe/signature.h"
#include "made_up_news.h"
#include "normalize/script.h"

namespace hanfact::dedupe {
namespace {

using namespace made_up;

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

// What became of the variants of one kind.
struct Tally {
  size_t pairs = 0, found = 0;     // variant and its own article
  size_t wrong = 0, compared = 0;  // variant and another article, among all that share a band
};

// Every kind of variant of so many articles against all the articles, as ingest does it: what
// shares a band is compared.
std::map<std::string, Tally> MeasureVariants(uint32_t seed, size_t articles, bool brief) {
  Generator g(seed);
  std::vector<StoryMember> originals;
  std::vector<std::pair<std::string, StoryMember>> variants;  // in order of their articles
  std::vector<size_t> origin;
  for (size_t i = 0; i < articles; ++i) {
    const std::vector<std::string> article = brief ? g.Article(3 + g.Below(4)) : g.Article();
    const std::string text = Join(article);
    originals.push_back(Member("original", text));
    const std::pair<const char*, std::string> kinds[] = {
        {"script", Replace(text, kTraditional)},
        {"taiwan", Replace(text, kTaiwan)},
        {"wrapped", Wrapped(text, 30)},
        {"half", Join(g.Half(article, 50))},
        {"forty", Join(g.Half(article, 40))},
        {"chrome", Join(g.Chrome(article), "\n")},
        {"dropped", Join(g.Dropped(article))},
        {"punctuation", Replace(text, {{"，", "、"}, {"。", "!"}, {"：", " "}})},
        {"half, chrome, taiwan", Replace(Join(g.Chrome(g.Half(article, 50)), "\n"), kTaiwan)},
        {"numbers, all", Join(g.NumbersChanged(article, 1))},
        {"numbers, one in 2", Join(g.NumbersChanged(article, 2))},
        {"numbers, one in 4", Join(g.NumbersChanged(article, 4))},
    };
    for (const auto& [kind, variant] : kinds) {
      variants.emplace_back(kind, Member("variant", variant));
      origin.push_back(i);
    }
  }
  std::unordered_map<uint64_t, std::vector<size_t>> by_band;
  for (size_t i = 0; i < originals.size(); ++i) {
    for (const uint64_t band : originals[i].signature.bands) by_band[band].push_back(i);
  }
  std::map<std::string, Tally> tally;
  for (size_t v = 0; v < variants.size(); ++v) {
    const StoryMember& variant = variants[v].second;
    Tally& t = tally[variants[v].first];
    ++t.pairs;
    std::set<size_t> candidates;
    for (const uint64_t band : variant.signature.bands) {
      if (const auto it = by_band.find(band); it != by_band.end()) {
        candidates.insert(it->second.begin(), it->second.end());
      }
    }
    for (const size_t i : candidates) {
      ++t.compared;
      const bool joined = Compare(variant, originals[i]).has_value();
      EXPECT_EQ(joined, Compare(originals[i], variant).has_value());
      if (joined) ++(i == origin[v] ? t.found : t.wrong);
    }
  }
  return tally;
}

TEST(Stories, VariantsAreFoundAndChangedNumbersAreNot) {
  // HANFACT_STORY_ARTICLES measures on more.
  const char* wanted = std::getenv("HANFACT_STORY_ARTICLES");
  const size_t articles = wanted != nullptr ? static_cast<size_t>(std::atoi(wanted)) : 300;
  for (const uint32_t seed : {20250228U, 1U, 2U, 3U, 4U}) {
    for (const auto& [kind, t] : MeasureVariants(seed, articles, false)) {
      const std::string figures = kind + ", seed " + std::to_string(seed) + ": found " +
                                  std::to_string(t.found) + "/" + std::to_string(t.pairs) +
                                  ", wrong " + std::to_string(t.wrong) + ", compared " +
                                  std::to_string(t.compared);
      if (wanted != nullptr) std::cout << figures << '\n';
      if (kind.starts_with("numbers")) {
        EXPECT_EQ(t.found, 0u) << figures;
        EXPECT_EQ(t.wrong, 0u) << figures;
        continue;
      }
      // Three changes at once to a text of a few sentences leave little of it.
      const double floor = kind == "half, chrome, taiwan" ? 0.9 : 0.99;
      EXPECT_GE(static_cast<double>(t.found), floor * static_cast<double>(t.pairs)) << figures;
      EXPECT_LE(static_cast<double>(t.wrong), 0.01 * static_cast<double>(t.found + t.wrong))
          << figures;
      // Bands are selective: of all originals hardly more are compared than are joined.
      if (wanted == nullptr) {
        EXPECT_LE(t.compared, t.pairs * 3) << figures;
      }
    }
  }
}

// Of three to six sentences, of which a cut or a dropped one leaves few numbers to tell by.
TEST(Stories, VariantsOfBriefArticlesAreFoundToo) {
  const char* wanted = std::getenv("HANFACT_STORY_ARTICLES");
  const size_t articles = wanted != nullptr ? static_cast<size_t>(std::atoi(wanted)) : 300;
  for (const uint32_t seed : {20250228U, 1U}) {
    for (const auto& [kind, t] : MeasureVariants(seed, articles, true)) {
      const std::string figures = "brief " + kind + ", seed " + std::to_string(seed) + ": found " +
                                  std::to_string(t.found) + "/" + std::to_string(t.pairs) +
                                  ", wrong " + std::to_string(t.wrong) + ", compared " +
                                  std::to_string(t.compared);
      if (wanted != nullptr) std::cout << figures << '\n';
      EXPECT_LE(static_cast<double>(t.wrong), 0.01 * static_cast<double>(t.pairs)) << figures;
      if (kind.starts_with("numbers")) continue;
      // Of one sentence alone, as half of some of these is, too little is left to be sure.
      const double floor = kind.starts_with("half,") ? 0.2
                           : kind == "half"          ? 0.65
                           : kind == "forty"         ? 0.45
                                                     : 0.99;
      EXPECT_GE(static_cast<double>(t.found), floor * static_cast<double>(t.pairs)) << figures;
      EXPECT_LE(t.compared, t.pairs * 3) << figures;
    }
  }
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
