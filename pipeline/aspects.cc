#include "pipeline/aspects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dedupe/facts.h"

namespace hanfact::pipeline {
namespace {

// An aspect of up to so many facts is built as a whole: that costs less than finding its parts.
constexpr size_t kSmall = 32;

using PendingAspect = store::Writer::PendingAspect;
using PlacedFact = store::Writer::PlacedFact;

class Update {
 public:
  Update(store::Writer& writer, const PendingAspect& pending, const std::vector<PlacedFact>& stored)
      : writer_(writer), pending_(pending), stored_(stored) {
    for (const PlacedFact& f : stored_) by_key_[f.place.key].push_back(&f);
  }

  // False, with nothing written, where it cannot be told which groups are touched.
  bool Run() {
    AspectFacts local = JoinTouched(pending_.claims);
    if (!ReadKeys(local)) return false;
    CompleteGroups(local);
    // Where all groups are crowded there is nothing to add to what was joined.
    const AspectFacts facts =
        linked_.empty() ? std::move(local)
                        : dedupe::BuildFacts(claims_.claims, [&](const std::string& group, size_t) {
                            return linked_.contains(group);
                          });
    store::Writer::FactPart part;
    part.replaced.assign(loaded_.begin(), loaded_.end());
    part.linked = [&](const Fact& fact, FactRelation relation) {
      return linked_.contains(dedupe::GroupOf(fact.key, relation));
    };
    writer_.ReplaceFacts(pending_, claims_, facts, part);
    return true;
  }

  [[nodiscard]] size_t claims_read() const { return claims_.claims.size(); }

 private:
  void AddClaims(store::AspectClaims more, int64_t fact) {
    const int64_t first = fact == 0 ? 0 : writer_.FirstClaimOfFact(fact);
    std::string first_id;
    for (size_t i = 0; i < more.numbers.size(); ++i) {
      if (more.numbers[i] == first) first_id = more.claims[i].claim.claim_id;
    }
    for (size_t i = 0; i < more.numbers.size(); ++i) {
      const std::string& id = more.claims[i].claim.claim_id;
      if (fact != 0) first_of_[id] = first_id;
      if (!read_.insert(more.numbers[i]).second) continue;
      if (auto placed = dedupe::PlaceClaim(more.claims[i])) places_[id] = *std::move(placed);
      claims_.claims.push_back(std::move(more.claims[i]));
      claims_.numbers.push_back(more.numbers[i]);
    }
  }
  void LoadFact(int64_t fact) {
    if (fact != 0 && loaded_.insert(fact).second) AddClaims(writer_.ClaimsOfFact(fact), fact);
  }
  void LoadMeeting(const FactPlace& place) {
    const auto it = by_key_.find(place.key);
    if (it == by_key_.end()) return;
    for (const PlacedFact* f : it->second) {
      if (f->place.low > place.high) break;  // in order of the low end
      if (f->place.Meets(place)) LoadFact(f->no);
    }
  }

  // The facts that the pending claims are in or come to be in. A claim that changes the fact it is
  // in may be the first of one, or no longer: what agrees with it is looked at too, until nothing
  // more changes.
  AspectFacts JoinTouched(const std::vector<int64_t>& pending) {
    AddClaims(writer_.LoadClaims(pending), 0);
    for (const int64_t no : pending) LoadFact(writer_.FactOfClaim(no));
    std::set<std::string> met;
    while (true) {
      AspectFacts facts =
          dedupe::BuildFacts(claims_.claims, [](const std::string&, size_t) { return false; });
      const size_t before = loaded_.size();
      for (const Fact& f : facts.facts) {
        for (const FactMember& m : f.members) {
          const auto first = first_of_.find(m.claim_id);
          const bool moved = first == first_of_.end() || first->second != f.representative;
          if (moved && met.insert(m.claim_id).second) LoadMeeting(places_[m.claim_id].place);
        }
      }
      if (loaded_.size() == before) return facts;
    }
  }

  // The keys of all facts of the aspect. False where a stored fact's first claim has another key
  // now.
  bool ReadKeys(const AspectFacts& local) {
    for (const Fact& f : local.facts) keys_[f.place.key] = f.key;
    for (const auto& [key, facts] : by_key_) {
      if (keys_.contains(key)) continue;
      // One fact says what the key of all is.
      const auto claims = writer_.LoadClaims({writer_.FirstClaimOfFact(facts.front()->no)});
      if (claims.claims.empty()) return false;
      auto placed = dedupe::PlaceClaim(claims.claims[0]);
      if (!placed || placed->place.key != key) return false;
      keys_[key] = std::move(placed->key);
    }
    return true;
  }

  // The groups to be linked anew: those that touched facts are in, unless they are crowded, with
  // all their facts.
  void CompleteGroups(const AspectFacts& local) {
    std::map<uint32_t, size_t> before, after;
    std::set<uint32_t> touched;
    for (const PlacedFact& f : stored_) {
      ++before[f.place.key];
      ++after[f.place.key];
      if (!loaded_.contains(f.no)) continue;
      --after[f.place.key];
      touched.insert(f.place.key);
    }
    for (const Fact& f : local.facts) {
      ++after[f.place.key];
      touched.insert(f.place.key);
    }
    std::set<uint32_t> whole;  // keys all of whose facts are at hand
    for (const FactRelation relation : dedupe::kGroupRelations) {
      std::map<std::string, std::vector<uint32_t>> groups;
      std::set<std::string> wanted;
      for (const auto& [key, text] : keys_) {
        std::string group = dedupe::GroupOf(text, relation);
        if (touched.contains(key)) wanted.insert(group);
        groups[std::move(group)].push_back(key);
      }
      for (const std::string& group : wanted) {
        size_t facts_before = 0, facts_after = 0;
        for (const uint32_t key : groups[group]) {
          facts_before += before[key];
          facts_after += after[key];
        }
        if (facts_after <= dedupe::kCrowded) {
          linked_.insert(group);
          whole.insert(groups[group].begin(), groups[group].end());
        } else if (facts_before <= dedupe::kCrowded) {
          Unlink(groups[group], relation);
        }
      }
    }
    for (const uint32_t key : whole) {
      for (const PlacedFact* f : by_key_[key]) LoadFact(f->no);
      if (after[key] <= dedupe::kCrowded) {
        linked_.insert(dedupe::GroupOf(keys_[key], FactRelation::kContradiction));
      }
    }
  }

  // What a group had of links before it became crowded.
  void Unlink(const std::vector<uint32_t>& keys, FactRelation relation) {
    std::vector<FactRelation> relations{relation};
    if (relation == FactRelation::kContradiction) {
      relations.push_back(FactRelation::kTypoSuspect);
      relations.push_back(FactRelation::kRevision);
    }
    std::vector<int64_t> facts;
    for (const uint32_t key : keys) {
      for (const PlacedFact* f : by_key_[key]) facts.push_back(f->no);
    }
    writer_.DropLinks(facts, relations);
  }

  store::Writer& writer_;
  const PendingAspect& pending_;
  const std::vector<PlacedFact>& stored_;
  std::map<uint32_t, std::vector<const PlacedFact*>> by_key_;
  store::AspectClaims claims_;
  std::map<uint32_t, std::string> keys_;
  std::set<int64_t> read_;                                 // claims in `claims_`
  std::set<int64_t> loaded_;                               // facts whose claims are
  std::unordered_map<std::string, std::string> first_of_;  // by claim: its stored fact's first one
  std::unordered_map<std::string, dedupe::PlacedClaim> places_;
  std::set<std::string> linked_;  // groups
};

}  // namespace

bool UpdateAspect(store::Writer& writer, const PendingAspect& pending,
                  const std::vector<PlacedFact>& stored, size_t& claims_read) {
  if (pending.whole || stored.size() <= kSmall) return false;
  // In order of the places: of a database of before, those that have none come first.
  if (!stored.front().placed) return false;
  Update update(writer, pending, stored);
  const bool done = update.Run();
  claims_read += update.claims_read();
  return done;
}

}  // namespace hanfact::pipeline
