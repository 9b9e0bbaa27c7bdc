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

using dedupe::JoinedClaims;
using store::PendingAspect;
using store::PlacedFact;

class Update {
 public:
  Update(store::FactReader& reader, const PendingAspect& pending,
         const std::vector<PlacedFact>& stored)
      : reader_(reader), pending_(pending), stored_(stored) {
    for (const PlacedFact& f : stored_) by_key_[f.place.key].push_back(&f);
  }

  // None where it cannot be told which groups are touched.
  std::optional<store::FactPlan> Run() {
    const std::vector<JoinedClaims> joined = JoinTouched(pending_.claims);
    if (!ReadKeys(joined)) return std::nullopt;
    CompleteGroups(joined);
    const AspectFacts facts = dedupe::BuildFacts(
        claims_.claims, [&](const std::string& group, size_t) { return linked_.contains(group); });
    part_.linked = [&](const Fact& fact, FactRelation relation) {
      return linked_.contains(dedupe::GroupOf(fact.key, relation));
    };
    return reader_.Compare(pending_, claims_, replaced_, facts, &part_);
  }

 private:
  // Claims are told by their places in `claims_`.
  static constexpr size_t kNone = SIZE_MAX;
  [[nodiscard]] size_t PlaceOfClaim(int64_t no) const {
    const auto it = place_of_.find(no);
    return it == place_of_.end() ? kNone : it->second;
  }

  void AddClaims(const std::vector<int64_t>& numbers) {
    std::vector<int64_t> unread;
    for (const int64_t no : numbers) {
      // Those that are not there or were rejected have no place.
      if (place_of_.emplace(no, kNone).second) unread.push_back(no);
    }
    store::AspectClaims more = reader_.LoadClaims(unread);
    for (size_t i = 0; i < more.numbers.size(); ++i) {
      place_of_[more.numbers[i]] = claims_.claims.size();
      claims_.claims.push_back(std::move(more.claims[i]));
      claims_.numbers.push_back(more.numbers[i]);
    }
    first_of_.resize(claims_.claims.size(), 0);
    met_.resize(claims_.claims.size(), false);
  }
  void LoadFact(int64_t no) {
    if (no == 0 || !loaded_.insert(no).second) return;
    for (store::StoredFact& fact : reader_.LoadFact(no)) {
      std::vector<int64_t> numbers;
      for (const auto& [claim_no, relation] : fact.members) numbers.push_back(claim_no);
      AddClaims(numbers);
      for (const int64_t claim_no : numbers) {
        // The first may be gone, if it was rejected.
        if (const size_t at = PlaceOfClaim(claim_no); at != kNone) first_of_[at] = fact.claim_no;
      }
      replaced_.push_back(std::move(fact));
    }
  }
  // The facts that a claim meets; once.
  void LoadMeeting(size_t claim) {
    if (met_[claim]) return;
    met_[claim] = true;
    const auto placed = dedupe::PlaceClaim(claims_.claims[claim]);
    if (!placed) return;
    const auto it = by_key_.find(placed->place.key);
    if (it == by_key_.end()) return;
    for (const PlacedFact* f : it->second) {
      if (f->place.low > placed->place.high) break;  // in order of the low end
      if (f->place.Meets(placed->place)) LoadFact(f->no);
    }
  }

  // The facts that the pending claims are in or come to be in. A claim that changes the fact it is
  // in may be the first of one, or no longer: what agrees with it is looked at too, until nothing
  // more changes.
  std::vector<JoinedClaims> JoinTouched(const std::vector<int64_t>& pending) {
    AddClaims(pending);
    for (const int64_t no : pending) LoadFact(reader_.FactOfClaim(no));
    // A claim that is in no fact yet comes to be in one: no need to join first to know it.
    for (const int64_t no : pending) {
      if (const size_t at = PlaceOfClaim(no); at != kNone && first_of_[at] == 0) LoadMeeting(at);
    }
    while (true) {
      std::vector<JoinedClaims> joined = dedupe::JoinClaims(claims_.claims);
      const size_t before = loaded_.size();
      for (const JoinedClaims& fact : joined) {
        const int64_t first = claims_.numbers[fact.claims.front()];
        for (const size_t claim : fact.claims) {
          if (first_of_[claim] != first) LoadMeeting(claim);
        }
      }
      if (loaded_.size() == before) return joined;
    }
  }

  // The keys of all facts of the aspect. False where a stored fact's first claim has another key
  // now.
  bool ReadKeys(const std::vector<JoinedClaims>& joined) {
    for (const JoinedClaims& fact : joined) keys_[dedupe::KeyHash(fact.key)] = fact.key;
    for (const auto& [key, facts] : by_key_) {
      if (keys_.contains(key)) continue;
      // One fact says what the key of all is.
      const auto claims = reader_.LoadClaims({reader_.FirstClaimOfFact(facts.front()->no)});
      if (claims.claims.empty()) return false;
      auto placed = dedupe::PlaceClaim(claims.claims[0]);
      if (!placed || placed->place.key != key) return false;
      keys_[key] = std::move(placed->key);
    }
    return true;
  }

  // The groups to be linked anew: those that touched facts are in, unless they are crowded, with
  // all their facts.
  void CompleteGroups(const std::vector<JoinedClaims>& joined) {
    std::map<uint32_t, size_t> before, after;
    std::set<uint32_t> touched;
    for (const PlacedFact& f : stored_) {
      ++before[f.place.key];
      ++after[f.place.key];
      if (!loaded_.contains(f.no)) continue;
      --after[f.place.key];
      touched.insert(f.place.key);
    }
    for (const JoinedClaims& fact : joined) {
      const uint32_t key = dedupe::KeyHash(fact.key);
      ++after[key];
      touched.insert(key);
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
    part_.unlinked.push_back({std::move(facts), std::move(relations)});
  }

  store::FactReader& reader_;
  const PendingAspect& pending_;
  const std::vector<PlacedFact>& stored_;
  std::map<uint32_t, std::vector<const PlacedFact*>> by_key_;
  store::AspectClaims claims_;
  std::vector<store::StoredFact> replaced_;
  store::FactReader::Part part_;
  std::map<uint32_t, std::string> keys_;
  std::unordered_map<int64_t, size_t> place_of_;  // of the claims asked for, by number
  std::vector<int64_t> first_of_;  // of each claim: the number of its stored fact's first one, or 0
  std::vector<bool> met_;          // of each claim: the facts that it meets were loaded
  std::set<int64_t> loaded_;       // facts in `replaced_`
  std::set<std::string> linked_;   // groups
};

}  // namespace

store::FactPlan PlanAspect(store::FactReader& reader, PendingAspect pending) {
  const std::vector<PlacedFact> placed = reader.FactsOfAspect(pending.aspect);
  // In order of the places: of a database of before, those that have none come first.
  if (!pending.whole && placed.size() > kSmall && placed.front().placed) {
    if (auto plan = Update(reader, pending, placed).Run()) return *std::move(plan);
  }
  std::vector<store::StoredFact> stored;
  if (!placed.empty()) stored = reader.LoadAspect(pending.aspect);
  std::vector<int64_t> numbers = pending.claims;
  for (const store::StoredFact& fact : stored) {
    for (const auto& [claim_no, relation] : fact.members) numbers.push_back(claim_no);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const store::AspectClaims claims = reader.LoadClaims(numbers);
  return reader.Compare(std::move(pending), claims, stored, dedupe::BuildFacts(claims.claims),
                        nullptr);
}

std::string AspectOf(const FactClaim& claim) {
  return dedupe::AspectKey(*claim.terms, claim.quantity, claim.source->published);
}

}  // namespace hanfact::pipeline
