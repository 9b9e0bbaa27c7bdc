// Claims to facts, links and conflicts (contract, section 5), on claims made by hand and by dice.
#include "dedupe/facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace hanfact::dedupe {
namespace {

Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

// A claim to be changed by the calls that follow.
class Make {
 public:
  Make(std::string id, std::string_view value, std::string_view precision, std::string_view unit) {
    c_.claim_id = id;
    terms_.subject_id = "us:NVDA";
    terms_.subject = "英伟达";
    terms_.metric = "营收";
    terms_.scope = "{}";
    c_.quantity.value = D(value);
    c_.quantity.precision = D(precision);
    c_.quantity.unit = unit;
    terms_.period = QuarterPeriod(2024, 4);
    source_.document_id = "doc-" + id;
    source_.story_id = source_.document_id;
    source_.published = "2025-02-28";
  }
  Make& Metric(std::string m) {
    terms_.metric = std::move(m);
    return *this;
  }
  Make& Subject(std::string id, std::string text) {
    terms_.subject_id = std::move(id);
    terms_.subject = std::move(text);
    return *this;
  }
  Make& Hedge(Bound b) {
    c_.quantity.bound = b;
    return *this;
  }
  Make& Down() {
    terms_.kind = ClaimKind::kChange;
    terms_.direction = Direction::kDown;
    return *this;
  }
  Make& Up(Basis basis) {
    terms_.kind = ClaimKind::kChange;
    terms_.direction = Direction::kUp;
    terms_.basis = basis;
    return *this;
  }
  Make& In(std::optional<Period> p) {
    terms_.period = std::move(p);
    return *this;
  }
  Make& YearEnd(int month) {
    c_.fiscal_year_end = month;
    return *this;
  }
  Make& Mode(Modality m, std::string by = "") {
    terms_.modality = m;
    terms_.attribution = std::move(by);
    return *this;
  }
  Make& Scope(std::string s) {
    terms_.scope = std::move(s);
    return *this;
  }
  Make& Doc(std::string d) {
    source_.document_id = std::move(d);
    source_.story_id = source_.document_id;
    return *this;
  }
  Make& Story(std::string s) {
    source_.story_id = std::move(s);
    return *this;
  }
  Make& Url(std::string u, bool latest) {
    source_.canonical_url = std::move(u);
    source_.latest_version = latest;
    return *this;
  }
  Make& From(std::string site, std::string source) {
    source_.site = std::move(site);
    source_.source = std::move(source);
    return *this;
  }
  Make& Published(std::string p) {
    source_.published = std::move(p);
    return *this;
  }
  operator FactClaim() const {  // NOLINT: the point of the builder
    FactClaim claim = c_;
    claim.terms = std::make_shared<const ClaimTerms>(terms_);
    claim.source = std::make_shared<const FactSource>(source_);
    return claim;
  }

 private:
  FactClaim c_;
  ClaimTerms terms_;
  FactSource source_;
};

std::string Aspect(const FactClaim& claim) { return AspectKey(*claim.terms, claim.quantity, ""); }

constexpr std::string_view kYi = "100000000";
std::string Yi(std::string_view n) { return D(n).Multiply(D(kYi))->ToString(); }

const Fact* FactOf(const AspectFacts& facts, std::string_view claim) {
  for (const Fact& fact : facts.facts) {
    for (const FactMember& m : fact.members) {
      if (m.claim_id == claim) return &fact;
    }
  }
  return nullptr;
}
std::string_view RelationOf(const AspectFacts& facts, std::string_view claim) {
  for (const Fact& fact : facts.facts) {
    for (const FactMember& m : fact.members) {
      if (m.claim_id == claim) return ToString(m.relation);
    }
  }
  return "none";
}
std::vector<std::string> Links(const AspectFacts& facts) {
  std::vector<std::string> out;
  for (const FactLink& l : facts.links) {
    out.push_back(std::string(ToString(l.relation)) + ": " + l.explanation);
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Facts, ValuesWithinStatedPrecisionAreOneFact) {
  const std::vector<FactClaim> claims = {Make("a", Yi("393.31"), "1000000", "USD"),
                                         Make("b", Yi("393"), kYi, "USD"),
                                         Make("c", Yi("393.31"), "1000000", "USD")};
  const AspectFacts facts = BuildFacts(claims);
  ASSERT_EQ(facts.facts.size(), 1u);
  EXPECT_EQ(facts.facts[0].representative, "a");
  EXPECT_EQ(RelationOf(facts, "a"), "identical");
  EXPECT_EQ(RelationOf(facts, "b"), "consistent");
  EXPECT_EQ(RelationOf(facts, "c"), "identical");
  EXPECT_EQ(facts.facts[0].documents, 3u);
  EXPECT_EQ(facts.facts[0].stories, 3u);
  EXPECT_TRUE(facts.links.empty());
  EXPECT_TRUE(CheckFacts(claims, facts).empty());
}

TEST(Facts, MoreThanTwentyContradictsSeventeenAndNearlySeventeen) {
  const std::vector<FactClaim> claims = {
      Make("a", "20", "1", "percent")
          .Metric("股价")
          .Down()
          .Hedge(Bound::kMoreThan)
          .Scope(R"({"session":"intraday"})")
          .In(DayPeriod({2025, 1, 27})),
      Make("b", "17", "1", "percent").Metric("股价").Down().In(DayPeriod({2025, 1, 27})),
      Make("c", "17", "1", "percent")
          .Metric("股价")
          .Down()
          .Hedge(Bound::kNearly)
          .In(DayPeriod({2025, 1, 27}))};
  const AspectFacts facts = BuildFacts(claims);
  ASSERT_EQ(facts.facts.size(), 2u);
  EXPECT_EQ(FactOf(facts, "b"), FactOf(facts, "c"));
  EXPECT_NE(FactOf(facts, "a"), FactOf(facts, "b"));
  ASSERT_EQ(facts.conflicts.size(), 1u);
  EXPECT_EQ(facts.conflicts[0].reason, "down 17% (2 voices) / down more than 20% (1 voice)");
  EXPECT_EQ(facts.conflicts[0].period_start, "2025-01-27");
  EXPECT_EQ(FactOf(facts, "a")->conflict_id, facts.conflicts[0].conflict_id);
  EXPECT_EQ(
      Links(facts),
      (std::vector<std::string>{
          "contradiction: down 17% (2 voices) against down more than 20% (1 voice): no value fits "
          "both, 15.0 % apart"}));
  EXPECT_TRUE(CheckFacts(claims, facts).empty());
}

TEST(Facts, AClosingMoveIsAScopeOfItsOwn) {
  const auto day = DayPeriod({2025, 1, 27});
  const AspectFacts facts = BuildFacts({Make("a", "20", "1", "percent")
                                            .Metric("股价")
                                            .Down()
                                            .In(day)
                                            .Scope(R"({"session":"intraday"})"),
                                        Make("b", "17", "1", "percent")
                                            .Metric("股价")
                                            .Down()
                                            .In(day)
                                            .Scope(R"({"session":"close"})")});
  EXPECT_EQ(facts.facts.size(), 2u);
  EXPECT_TRUE(facts.conflicts.empty());
  EXPECT_EQ(Links(facts),
            (std::vector<std::string>{
                "different_scope: scope {}: down 20%; scope {\"session\":\"close\"}: down 17%"}));
}

TEST(Facts, AboutAndNearlyAgree) {
  const AspectFacts facts =
      BuildFacts({Make("a", Yi("6000"), kYi, "USD").Metric("市值").Down().Hedge(Bound::kAbout),
                  Make("b", Yi("6000"), kYi, "USD").Metric("市值").Down().Hedge(Bound::kNearly)});
  ASSERT_EQ(facts.facts.size(), 1u);
  EXPECT_EQ(facts.facts[0].stories, 2u);
}

TEST(Facts, ForecastsOfOneSpeakerContradictOfTwoDoNot) {
  const auto make = [](std::string id, std::string_view value, std::string by) {
    return Make(id, Yi(value), kYi, "USD")
        .Subject("group:a,b,c,d", "四大云厂商")
        .Metric("资本开支")
        .In(YearPeriod(2025))
        .Mode(Modality::kForecast, by);
  };
  const AspectFacts same = BuildFacts({make("a", "3000", ""), make("b", "3200", "")});
  EXPECT_EQ(same.conflicts.size(), 1u);
  const AspectFacts apart = BuildFacts({make("a", "3000", "甲行"), make("b", "3200", "乙行")});
  EXPECT_TRUE(apart.conflicts.empty());
  EXPECT_TRUE(apart.links.empty());
}

TEST(Facts, ForecastAgainstActualIsALinkAndNoConflict) {
  const AspectFacts facts =
      BuildFacts({Make("a", Yi("375"), kYi, "USD").Mode(Modality::kForecast, "英伟达"),
                  Make("b", Yi("393"), kYi, "USD")});
  EXPECT_TRUE(facts.conflicts.empty());
  EXPECT_EQ(Links(facts),
            (std::vector<std::string>{
                "forecast_actual: forecast by 英伟达: 375亿 USD; actual: 393亿 USD, 4.6 % apart"}));
}

TEST(Facts, APlanIsTheSubjectsWhoeverReportsIt) {
  const AspectFacts facts =
      BuildFacts({Make("a", Yi("3800"), kYi, "CNY").Mode(Modality::kPlan, "阿里巴巴"),
                  Make("b", Yi("3800"), kYi, "CNY").Mode(Modality::kPlan, "路透社")});
  EXPECT_EQ(facts.facts.size(), 1u);
}

TEST(Facts, CalendarAndFiscalQuarterAreOneWhereTheYearEndIsKnown) {
  Period fiscal;
  fiscal.start = Moment{{2024, 11, 1}, std::nullopt};
  fiscal.end = Moment{{2025, 1, 31}, std::nullopt};
  std::vector<FactClaim> claims = {Make("a", Yi("393.31"), "1000000", "USD").YearEnd(1),
                                   Make("b", Yi("393"), kYi, "USD").In(fiscal).YearEnd(1)};
  AspectFacts facts = BuildFacts(claims);
  ASSERT_EQ(facts.facts.size(), 1u);
  EXPECT_EQ(RelationOf(facts, "b"), "converted");
  EXPECT_EQ(facts.facts[0].representative, "a");
  for (FactClaim& c : claims) c.fiscal_year_end = 0;
  facts = BuildFacts(claims);
  EXPECT_EQ(facts.facts.size(), 2u);
  EXPECT_EQ(
      Links(facts),
      (std::vector<std::string>{
          "different_period: 2024-10-01 to 2024-12-31: 393.31亿 USD; 2024-11-01 to 2025-01-31: "
          "393亿 USD"}));
}

TEST(Facts, UnitsAndLossesConvert) {
  const AspectFacts facts =
      BuildFacts({Make("a", "3", "0", "tonne"), Make("b", "3000", "0", "kilogram")});
  ASSERT_EQ(facts.facts.size(), 1u);
  EXPECT_EQ(RelationOf(facts, "a"), "identical");
  EXPECT_EQ(RelationOf(facts, "b"), "converted");
  const FactClaim loss = Make("a", Yi("11"), kYi, "CNY").Metric("净亏损");
  const FactClaim profit = Make("b", Yi("-11"), kYi, "CNY").Metric("净利润");
  EXPECT_EQ(Aspect(loss), Aspect(profit));
  EXPECT_EQ(BuildFacts({loss, profit}).facts.size(), 1u);
  EXPECT_EQ(BuildFacts({Make("a", "3", "0", "USD"), Make("b", "3", "0", "CNY")}).facts.size(), 2u);
}

TEST(Facts, TyposAreSuspected) {
  const AspectFacts ten =
      BuildFacts({Make("a", Yi("3000"), kYi, "USD"), Make("b", Yi("300"), kYi, "USD")});
  EXPECT_EQ(Links(ten), (std::vector<std::string>{"typo_suspect: 300亿 USD (1 voice) against "
                                                  "3000亿 USD (1 voice): the same digits, a factor "
                                                  "of 10 apart"}));
  EXPECT_EQ(ten.conflicts.size(), 1u);
  const AspectFacts wan =
      BuildFacts({Make("a", Yi("393.31"), "1000000", "USD"), Make("b", "3930000", "10000", "USD")});
  EXPECT_EQ(Links(wan),
            (std::vector<std::string>{"typo_suspect: 393万 USD (1 voice) against 393.31亿 USD (1 "
                                      "voice): the same digits, a factor "
                                      "of 10000 apart (万 for 亿?)"}));
}

TEST(Facts, BasesStayApart) {
  const AspectFacts facts = BuildFacts({Make("a", "259", "1", "percent").Up(Basis::kYoy),
                                        Make("b", "80", "1", "percent").Up(Basis::kQoq)});
  EXPECT_TRUE(facts.conflicts.empty());
  EXPECT_EQ(Links(facts), (std::vector<std::string>{"different_basis: qoq: up 80%; yoy: up 259%"}));
}

TEST(Facts, WhoStatesBothValuesTellsThemApart) {
  const auto make = [](std::string id, std::string_view v, std::string doc) {
    return Make(id, Yi(v), kYi, "USD").Doc(doc);
  };
  EXPECT_TRUE(BuildFacts({make("a", "5000", "one"), make("b", "3000", "one")}).conflicts.empty());
  // A second story with one of the two values is explained by the first.
  EXPECT_TRUE(
      BuildFacts({make("a", "5000", "one"), make("b", "3000", "one"), make("c", "3000", "two")})
          .conflicts.empty());
  // Two stories that each have a value of their own are not.
  const std::vector<FactClaim> claims = {make("a", "5000", "one"), make("b", "3000", "one"),
                                         make("c", "3000", "two"), make("d", "5000", "three")};
  EXPECT_EQ(BuildFacts(claims).conflicts.size(), 1u);
  // Copies of one story are one story.
  EXPECT_TRUE(BuildFacts({make("a", "5000", "one").Story("s"), make("b", "3000", "two").Story("s")})
                  .conflicts.empty());
  // A slip of the pen is one within an article too, where the digits leave no doubt.
  const AspectFacts slip = BuildFacts({Make("a", Yi("393.31"), "1000000", "USD").Doc("one"),
                                       Make("b", Yi("39.331"), "100000", "USD").Doc("one")});
  ASSERT_EQ(slip.links.size(), 1u);
  EXPECT_EQ(slip.links[0].relation, FactRelation::kTypoSuspect);
  EXPECT_TRUE(BuildFacts({make("a", "3000", "one"), make("b", "300", "one")}).conflicts.empty());
}

TEST(Facts, WithoutAPeriodTimeOfWritingDecides) {
  const auto make = [](std::string id, std::string_view v, std::string day) {
    return Make(id, Yi(v), kYi, "USD").In(std::nullopt).Published(day);
  };
  EXPECT_EQ(
      BuildFacts({make("a", "5", "2025-02-01"), make("b", "7", "2025-02-20")}).conflicts.size(),
      1u);
  EXPECT_EQ(BuildFacts({make("a", "5", ""), make("b", "7", "")}).conflicts.size(), 1u);
  EXPECT_TRUE(
      BuildFacts({make("a", "5", "2025-02-01"), make("b", "7", "2025-05-20")}).conflicts.empty());
  // The year of writing stands for the period: 2024's number and 2025's are not one fact.
  EXPECT_EQ(BuildFacts({make("a", "5", "2025-02-01"), make("b", "5", "2025-05-20")}).facts.size(),
            1u);
  EXPECT_EQ(BuildFacts({make("a", "5", "2024-02-01"), make("b", "5", "2025-02-20")}).facts.size(),
            2u);
  EXPECT_EQ(BuildFacts({make("a", "5", ""), make("b", "5", "2025-02-20")}).facts.size(), 2u);
  // A null period equals only a null period.
  EXPECT_EQ(BuildFacts({make("a", "5", ""), Make("b", Yi("5"), kYi, "USD")}).facts.size(), 2u);
}

TEST(Facts, DeniedAndSupposedValuesExcludeNothing) {
  for (const Modality m : {Modality::kNegated, Modality::kHypothetical}) {
    EXPECT_TRUE(
        BuildFacts({Make("a", "5", "1", "percent").Mode(m), Make("b", "9", "1", "percent").Mode(m)})
            .conflicts.empty());
  }
}

TEST(Facts, AChangedValueOfOneAddressIsARevision) {
  const std::string url = "https://example.com/1";
  const auto old = [&](std::string id) {
    return Make(id, Yi("5"), kYi, "CNY").Url(url, false).Published("2025-02-01");
  };
  const auto revised = [&](std::string id) {
    return Make(id, Yi("7"), kYi, "CNY").Url(url, true).Published("2025-02-03");
  };
  const auto other = [&](std::string day) { return Make("c", Yi("5"), kYi, "CNY").Published(day); };
  std::vector<FactClaim> claims = {old("a"), revised("b")};
  AspectFacts facts = BuildFacts(claims);
  EXPECT_EQ(Links(facts),
            (std::vector<std::string>{
                "revision: 5亿 CNY in a former version, 7亿 CNY in the latest one of " + url}));
  EXPECT_TRUE(facts.conflicts.empty());
  EXPECT_TRUE(CheckFacts(claims, facts).empty());
  // A source that still gives the old value from before the revision is explained by it.
  EXPECT_TRUE(BuildFacts({old("a"), revised("b"), other("2025-02-02")}).conflicts.empty());
  EXPECT_EQ(BuildFacts({old("a"), revised("b"), other("2025-02-09")}).conflicts.size(), 1u);
  // Versions with the same value are one fact and one voice.
  facts = BuildFacts({old("a"), Make("b", Yi("5"), kYi, "CNY").Url(url, true)});
  ASSERT_EQ(facts.facts.size(), 1u);
  EXPECT_EQ(facts.facts[0].stories, 1u);
}

TEST(Facts, TheMostPreciseClaimOpensAndTheNearestValueWins) {
  // "about 100" meets both 96 and 104; 96 and 104 differ. It joins the nearer, the lower of equals.
  const AspectFacts facts =
      BuildFacts({Make("a", "96", "1", "percent"), Make("b", "105", "1", "percent"),
                  Make("c", "101", "1", "percent").Hedge(Bound::kAbout),
                  Make("d", "100", "1", "percent").Hedge(Bound::kAbout)});
  EXPECT_EQ(facts.facts.size(), 2u);
  EXPECT_EQ(FactOf(facts, "c"), FactOf(facts, "b"));
  EXPECT_EQ(FactOf(facts, "d"), FactOf(facts, "a"));
}

TEST(Facts, ClaimsWithoutSubjectOrNumberMakeNoFact) {
  FactClaim nobody = Make("a", "5", "1", "percent").Subject("", " ");
  FactClaim nothing = Make("b", "5", "1", "percent");
  nothing.quantity.value.reset();
  EXPECT_EQ(Aspect(nobody), "");
  EXPECT_EQ(Aspect(nothing), "");
  EXPECT_EQ(FactKey(nobody, 0), "");
  EXPECT_TRUE(BuildFacts({nobody, nothing}).facts.empty());
  EXPECT_TRUE(CheckFacts({nobody, nothing}, {}).empty());
  const FactClaim text = Make("c", "5", "1", "percent").Subject("", "AI 芯片市场");
  const FactClaim same = Make("d", "5", "1", "percent").Subject("", "ai芯片市场");
  // One that only its form tells is its name, whichever of the articles saw that it is one.
  const FactClaim told = Make("e", "5", "1", "percent").Subject("x:0123456789abcdef", "AI芯片市场");
  EXPECT_EQ(FactKey(told, 0), FactKey(text, 0));
  EXPECT_EQ(Aspect(text), Aspect(same));
}

TEST(Facts, AValueOverAndUnderOneNumberAreTwoFacts) {
  const AspectFacts facts = BuildFacts({Make("a", "20", "1", "percent").Hedge(Bound::kMoreThan),
                                        Make("b", "20", "1", "percent").Hedge(Bound::kLessThan)});
  ASSERT_EQ(facts.facts.size(), 2u);
  EXPECT_NE(facts.facts[0].fact_id, facts.facts[1].fact_id);
  EXPECT_EQ(facts.conflicts.size(), 1u);
}

TEST(Voices, CountIndependentSources) {
  const auto count = [](std::vector<Voice> v) { return CountVoices(v); };
  EXPECT_EQ(count({}), 0u);
  EXPECT_EQ(count({{"a", "a", "", "", ""}, {"b", "b", "", "", ""}}), 2u);
  EXPECT_EQ(count({{"a", "s", "", "", ""}, {"b", "s", "", "", ""}}), 1u);
  EXPECT_EQ(count({{"a", "a", "u", "", ""}, {"b", "b", "u", "", ""}}), 1u);
  EXPECT_EQ(count({{"a", "", "", "", ""}, {"b", "", "", "", ""}}), 2u);
  // Two reposts of one agency, and the agency's own document.
  EXPECT_EQ(count({{"a", "a", "", "甲网", "新华社"}, {"b", "b", "", "乙网", "新华 社"}}), 1u);
  EXPECT_EQ(count({{"a", "a", "", "甲网", "新华社"}, {"b", "b", "", "新华社", ""}}), 1u);
  // Two articles of one site are two voices.
  EXPECT_EQ(count({{"a", "a", "", "甲网", ""}, {"b", "b", "", "甲网", ""}}), 2u);
  // Chains join.
  EXPECT_EQ(count({{"a", "s", "", "", ""},
                   {"b", "s", "u", "", ""},
                   {"c", "c", "u", "", "x"},
                   {"d", "d", "", "X", ""},
                   {"e", "e", "", "", ""}}),
            2u);
}

// Claims thrown by dice over few keys and values, so that much of it meets and contradicts.
std::vector<FactClaim> RandomClaims(std::mt19937& random, size_t count) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<FactClaim> out;
  for (size_t i = 0; i < count; ++i) {
    const std::string id = "claim" + std::to_string(i);
    const int digits = pick(3);
    const Decimal precision = Decimal::PowerOfTen(1 - digits);
    const Decimal value =
        Decimal(10 + pick(20 * (digits == 2 ? 10 : 1))).Multiply(precision).value();
    Make make(id, value.ToString(), pick(8) == 0 ? "0" : precision.ToString(),
              pick(6) == 0 ? "kilogram" : "gram");
    make.Hedge(static_cast<Bound>(pick(7)));
    if (pick(3) == 0) make.In(std::nullopt);
    if (pick(4) == 0) make.Mode(Modality::kForecast, pick(2) == 0 ? "甲" : "");
    if (pick(4) == 0) make.Up(pick(2) == 0 ? Basis::kYoy : Basis::kNone);
    if (pick(5) == 0) make.Scope(R"({"region":"CN"})");
    if (pick(4) == 0) make.Url("u" + std::to_string(pick(3)), pick(2) == 0);
    if (pick(4) == 0) make.Published("2025-0" + std::to_string(1 + pick(9)) + "-01");
    make.Doc("d" + std::to_string(pick(12)));
    out.push_back(make);
  }
  return out;
}

void ExpectSame(const AspectFacts& a, const AspectFacts& b) {
  ASSERT_EQ(a.facts.size(), b.facts.size());
  for (size_t i = 0; i < a.facts.size(); ++i) {
    const Fact &x = a.facts[i], &y = b.facts[i];
    EXPECT_EQ(x.fact_id, y.fact_id);
    EXPECT_EQ(x.representative, y.representative);
    EXPECT_EQ(x.conflict_id, y.conflict_id);
    EXPECT_EQ(x.stories, y.stories);
    ASSERT_EQ(x.members.size(), y.members.size());
    for (size_t j = 0; j < x.members.size(); ++j) {
      EXPECT_EQ(x.members[j].claim_id, y.members[j].claim_id);
      EXPECT_EQ(x.members[j].relation, y.members[j].relation);
    }
  }
  EXPECT_EQ(Links(a), Links(b));
  ASSERT_EQ(a.conflicts.size(), b.conflicts.size());
  for (size_t i = 0; i < a.conflicts.size(); ++i) {
    EXPECT_EQ(a.conflicts[i].conflict_id, b.conflicts[i].conflict_id);
    EXPECT_EQ(a.conflicts[i].facts, b.conflicts[i].facts);
    EXPECT_EQ(a.conflicts[i].reason, b.conflicts[i].reason);
  }
}

TEST(FactsProperty, OrderDoesNotMatterAndTheInvariantHolds) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    std::vector<FactClaim> claims = RandomClaims(random, 10 + seed * 3);
    const AspectFacts facts = BuildFacts(claims);
    EXPECT_EQ(CheckFacts(claims, facts), std::vector<std::string>()) << "seed " << seed;
    std::set<std::string> ids;
    for (const Fact& fact : facts.facts) EXPECT_TRUE(ids.insert(fact.fact_id).second);
    EXPECT_TRUE(std::is_sorted(facts.facts.begin(), facts.facts.end(),
                               [](const Fact& a, const Fact& b) { return a.fact_id < b.fact_id; }));
    for (int round = 0; round < 4; ++round) {
      std::shuffle(claims.begin(), claims.end(), random);
      ExpectSame(facts, BuildFacts(claims));
    }
    claims.push_back(claims.front());  // an id seen twice counts once
    ExpectSame(facts, BuildFacts(claims));
  }
}

TEST(FactsProperty, EveryPlantedBreachIsFound) {
  size_t planted = 0;
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    const std::vector<FactClaim> claims = RandomClaims(random, 60);
    const AspectFacts good = BuildFacts(claims);
    const auto expect_breach = [&](const AspectFacts& bad, const char* what) {
      ++planted;
      EXPECT_FALSE(CheckFacts(claims, bad).empty()) << what << ", seed " << seed;
    };
    {
      AspectFacts bad = good;  // a claim moved to another fact
      Fact& from = bad.facts[random() % bad.facts.size()];
      Fact& to = bad.facts[random() % bad.facts.size()];
      if (&from != &to) {
        to.members.push_back(from.members.back());
        from.members.pop_back();
        expect_breach(bad, "moved claim");
      }
    }
    {
      AspectFacts bad = good;
      bad.facts[0].members.pop_back();
      expect_breach(bad, "lost claim");
    }
    {
      AspectFacts bad = good;
      bad.facts.pop_back();
      expect_breach(bad, "lost fact");
    }
    {
      AspectFacts bad = good;
      ++bad.facts.back().stories;
      expect_breach(bad, "wrong count");
    }
    {
      AspectFacts bad = good;
      bad.facts.back().fact_id[0] ^= 1;
      expect_breach(bad, "wrong id");
    }
    if (!good.conflicts.empty()) {
      AspectFacts bad = good;  // a fact of another key in a conflict
      Conflict& conflict = bad.conflicts[0];
      for (Fact& fact : bad.facts) {
        if (!fact.conflict_id.empty()) continue;
        fact.conflict_id = conflict.conflict_id;
        conflict.facts.push_back(fact.fact_id);
        break;
      }
      if (conflict.facts.size() > good.conflicts[0].facts.size()) {
        expect_breach(bad, "stranger in a conflict");
      }
      bad = good;
      bad.conflicts.pop_back();
      expect_breach(bad, "lost conflict");
    }
  }
  EXPECT_GT(planted, 200u);
}

TEST(FactsProperty, CrowdedKeysHaveNoLinks) {
  const auto make = [](size_t count) {
    std::vector<FactClaim> claims;
    for (size_t i = 0; i < count; ++i) {
      claims.push_back(Make("c" + std::to_string(i), std::to_string(1000 + i * 3), "1", "CNY"));
    }
    return BuildFacts(claims);
  };
  const AspectFacts full = make(kCrowded);
  EXPECT_EQ(full.facts.size(), kCrowded);
  EXPECT_LE(full.links.size(), kCrowded * 5);
  ASSERT_EQ(full.conflicts.size(), 1u);
  EXPECT_EQ(full.conflicts[0].facts.size(), kCrowded);
  const AspectFacts crowded = make(kCrowded + 1);
  EXPECT_EQ(crowded.facts.size(), kCrowded + 1);
  EXPECT_TRUE(crowded.links.empty());
  EXPECT_TRUE(crowded.conflicts.empty());
}

TEST(Facts, PlacesKeepTheOrderOfValues) {
  // What agrees meets, whatever the size or sign; what is far apart does not.
  const auto place = [](std::string_view value, std::string_view precision) {
    return PlaceClaim(Make("c", value, precision, "CNY"))->place;
  };
  for (const char* value : {"0", "1", "-1", "0.001", "39331000000", "-39331000000",
                            "1000000000000000000000000000000"}) {
    EXPECT_TRUE(place(value, "1").Meets(place(value, "0.1"))) << value;
  }
  EXPECT_FALSE(place("100", "1").Meets(place("102", "1")));
  EXPECT_FALSE(place("-100", "1").Meets(place("100", "1")));
  EXPECT_LT(place("-5", "1").high, place("-3", "1").low);
  EXPECT_LT(place("-3", "1").high, place("3", "1").low);
}

}  // namespace
}  // namespace hanfact::dedupe
