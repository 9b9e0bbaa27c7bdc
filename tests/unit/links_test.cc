// The cases of tests/cases/{links,opinion_metrics}.jsonl: a few claims of one subject, the facts
// and voices they make, and every link between the facts with its words. Unless a case says
// otherwise a claim is an actual level of one company's revenue in 2024 Q4, from a document and
// story of its own.
#include <set>

#include "dedupe/facts.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

FactClaim ToClaim(const nlohmann::json& row, size_t number) {
  FactClaim out;
  ClaimTerms terms;
  out.claim_id = "c" + std::to_string(number);
  terms.subject = "某公司";
  terms.metric = row.value("metric", "营收");
  terms.scope = row.value("scope", "{}");
  terms.kind = ParseClaimKind(row.value("kind", "level")).value();
  out.quantity.value = Decimal::Parse(row["value"].get<std::string>());
  out.quantity.precision = Decimal::Parse(row["precision"].get<std::string>()).value();
  out.quantity.unit = row["unit"];
  out.quantity.bound = ParseBound(row.value("bound", "exact")).value();
  terms.direction = ParseDirection(row.value("direction", "")).value();
  terms.basis = ParseBasis(row.value("basis", "")).value();
  terms.modality = ParseModality(row.value("modality", "actual")).value();
  terms.attribution = row.value("by", "");
  terms.period = QuarterPeriod(2024, 4);
  if (row.contains("period")) {
    terms.period.reset();
    if (!row["period"].is_null()) {
      Period p;
      p.start = Moment{ParseDate(row["period"][0].get<std::string>()).value(), std::nullopt};
      p.end = Moment{ParseDate(row["period"][1].get<std::string>()).value(), std::nullopt};
      terms.period = p;
    }
  }
  FactSource source;
  source.document_id = "d" + std::to_string(number);
  source.story_id = row.value("story", source.document_id);
  source.published = row.value("published", "2025-02-28");
  source.canonical_url = row.value("url", "");
  source.latest_version = !row.value("former", false);
  source.site = row.value("site", "");
  source.source = row.value("source", "");
  out.terms = std::make_shared<const ClaimTerms>(std::move(terms));
  out.source = std::make_shared<const FactSource>(std::move(source));
  return out;
}

TEST(Links, Cases) {
  std::set<std::string> relations;
  std::vector<nlohmann::json> cases;
  for (const char* name : {"links.jsonl", "opinion_metrics.jsonl"}) {
    for (nlohmann::json& row : ReadJsonLines(SourceDir() / "tests" / "cases" / name)) {
      cases.push_back(std::move(row));
    }
  }
  for (const nlohmann::json& row : cases) {
    SCOPED_TRACE(row["id"].get<std::string>());
    std::vector<FactClaim> claims;
    for (const auto& claim : row["claims"]) claims.push_back(ToClaim(claim, claims.size()));
    const AspectFacts facts = dedupe::BuildFacts(claims);
    std::vector<std::string> links;
    for (const FactLink& l : facts.links) {
      links.push_back(std::string(ToString(l.relation)) + ": " + l.explanation);
      relations.insert(std::string(ToString(l.relation)));
    }
    std::sort(links.begin(), links.end());
    EXPECT_EQ(links, row["links"].get<std::vector<std::string>>());
    EXPECT_EQ(facts.conflicts.size(), row["conflicts"].get<size_t>());
    EXPECT_EQ(facts.facts.size(), row["facts"].get<size_t>());
    if (row.contains("stories")) {
      std::vector<uint32_t> stories;
      for (const Fact& f : facts.facts) stories.push_back(f.stories);
      EXPECT_EQ(stories, row["stories"].get<std::vector<uint32_t>>());
    }
    const std::vector<std::string> breaches = dedupe::CheckFacts(claims, facts);
    EXPECT_TRUE(breaches.empty()) << breaches.front();
  }
  EXPECT_EQ(relations.size(), 7u) << "a relation has no case";
}

}  // namespace
}  // namespace hanfact::testing
