#include "pipeline/verify.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "dedupe/facts.h"
#include "pipeline/aspects.h"
#include "pipeline/stories.h"
#include "store/reader.h"
#include "store/review_reader.h"
#include "store/writer.h"

namespace hanfact::pipeline {
namespace {

using FactDigest =
    std::tuple<std::string, std::string, uint32_t, uint32_t, std::string, std::vector<std::string>>;

std::vector<std::string> LinkDigest(const AspectFacts& facts) {
  std::vector<std::string> out;
  for (const FactLink& l : facts.links) {
    out.push_back(std::min(l.fact_a, l.fact_b) + std::max(l.fact_a, l.fact_b) +
                  std::string(ToString(l.relation)) + l.explanation);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::map<std::string, FactDigest> Digest(const AspectFacts& facts) {
  std::map<std::string, FactDigest> out;
  for (const Fact& f : facts.facts) {
    std::vector<std::string> members;
    for (const FactMember& m : f.members) {
      members.push_back(m.claim_id + " " + std::string(ToString(m.relation)));
    }
    std::sort(members.begin(), members.end());
    out[f.fact_id] = {f.fact_id, f.representative, f.documents,
                      f.stories, f.conflict_id,    std::move(members)};
  }
  return out;
}

}  // namespace

std::vector<std::string> Verify(store::Database& database) {
  std::vector<std::string> out = store::CheckRows(database);
  for (std::string& breach : CheckStories(database)) out.push_back(std::move(breach));
  for (std::string& breach : store::CheckStandings(database)) out.push_back(std::move(breach));
  store::Reader reader(database);
  reader.ForEachAspect([&](int64_t aspect, const std::vector<FactClaim>& claims) {
    for (const FactClaim& c : claims) {
      if (store::AspectNumber(AspectOf(c)) != aspect) {
        out.push_back("invariant 5: claim " + c.claim_id +
                      " is filed under another subject and metric than its own");
      }
    }
    const AspectFacts stored = reader.FactsOfAspect(aspect);
    for (std::string& breach : dedupe::CheckFacts(claims, stored)) {
      out.push_back("invariant 5: " + std::move(breach));
    }
    const AspectFacts built = dedupe::BuildFacts(claims);
    if (Digest(built) != Digest(stored) || LinkDigest(built) != LinkDigest(stored)) {
      const std::string example = !claims.empty() ? claims.front().claim_id : "";
      out.push_back("invariant 2: the facts of the subject and metric of claim " + example +
                    " are not those that its claims make");
    }
  });
  if (auto status = reader.status(); !status.ok()) out.push_back(status.error().message);
  return out;
}

}  // namespace hanfact::pipeline
