#include "store/fact_reader.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "store/claim_reader.h"
#include "store/database.h"
#include "store/phrases.h"
#include "store/places.h"
#include "store/sqlite.h"

namespace hanfact::store {
namespace {

using Members = std::vector<std::pair<int64_t, int>>;

}  // namespace

struct FactReader::Impl {
  explicit Impl(Connection& c)
      : connection(c),
        statements(c),
        claims([this](std::string_view sql) -> Statement& { return statements.Get(sql); }) {}
  explicit Impl(std::unique_ptr<Connection> c) : Impl(*c) { own = std::move(c); }

  Statement& Sql(std::string_view sql) { return statements.Get(sql); }

  void ReadMembers(StoredFact& fact) {
    // Most facts have one claim, the one they stand on.
    if (fact.claims == 1) {
      fact.members.emplace_back(fact.claim_no, static_cast<int>(ClaimRelation::kIdentical));
      return;
    }
    Statement& s = Sql("SELECT claim_no, relation FROM fact_claim_rows WHERE fact_no = ?1");
    s.Bind(1, fact.no);
    while (s.Next()) fact.members.emplace_back(s.Int(0), static_cast<int>(s.Int(1)));
    s.Reset();
    std::sort(fact.members.begin(), fact.members.end());
  }

  std::vector<StoredFact> ReadFacts(Statement& s) {
    std::vector<StoredFact> out;
    while (s.Next()) {
      StoredFact& f = out.emplace_back();
      f.no = s.Int(0);
      f.fact_id = HexOfBytes(s.Text(1));
      f.claim_no = s.Int(2);
      f.claims = s.Int(3);
      f.documents = s.Int(4);
      f.stories = s.Int(5);
      f.conflict_no = s.Int(6);
      f.first_published = s.Text(7);
      f.last_published = s.Text(8);
      f.placed = !s.Null(9);
      f.place = PlaceOf(s.Int(9), s.Int(10));
    }
    s.Reset();
    for (StoredFact& f : out) ReadMembers(f);
    return out;
  }

  // Closed after the statements.
  std::unique_ptr<Connection> own;
  Connection& connection;
  Statements statements;
  ClaimReader claims;
};

FactReader::FactReader(const std::string& path) {
  auto connection = std::make_unique<Connection>();
  connection->Open(path, SQLITE_OPEN_READONLY);
  // Of these there are as many as threads.
  constexpr int64_t kShare = 4;
  connection->Execute("PRAGMA cache_size = -" +
                      std::to_string(BytesToKeep(*connection) / kShare >> 10));
  impl_ = std::make_unique<Impl>(std::move(connection));
}
FactReader::FactReader(Connection& connection) : impl_(std::make_unique<Impl>(connection)) {}
FactReader::~FactReader() = default;

void FactReader::Begin() { impl_->connection.Execute("BEGIN"); }
void FactReader::End() {
  Release();
  impl_->connection.Execute("COMMIT");
}

Status FactReader::status() const {
  if (impl_->connection.ok()) return Done{};
  return Error{impl_->connection.error()};
}

std::vector<PlacedFact> FactReader::FactsOfAspect(int64_t aspect) {
  std::vector<PlacedFact> out;
  Statement& s =
      impl_->Sql("SELECT no, key, reach FROM fact_rows WHERE aspect = ?1 ORDER BY key, reach");
  s.Bind(1, aspect);
  while (s.Next()) out.push_back({s.Int(0), PlaceOf(s.Int(1), s.Int(2)), !s.Null(1)});
  s.Reset();
  return out;
}

#define HANFACT_FACT_COLUMNS                                                                \
  "SELECT no, fact_id, claim_no, claims, documents, stories, conflict_no, first_published," \
  " last_published, key, reach FROM fact_rows WHERE "

std::vector<StoredFact> FactReader::LoadAspect(int64_t aspect) {
  return impl_->ReadFacts(impl_->Sql(HANFACT_FACT_COLUMNS "aspect = ?1").Bind(1, aspect));
}

std::vector<StoredFact> FactReader::LoadFact(int64_t fact_no) {
  return impl_->ReadFacts(impl_->Sql(HANFACT_FACT_COLUMNS "no = ?1").Bind(1, fact_no));
}

AspectClaims FactReader::LoadClaims(const std::vector<int64_t>& numbers) {
  AspectClaims out;
  out.claims.reserve(numbers.size());
  out.numbers.reserve(numbers.size());
  for (const int64_t no : numbers) impl_->claims.ReadClaim(no, out);
  return out;
}

int64_t FactReader::FactOfClaim(int64_t claim_no) {
  return TakeNumber(
      impl_->Sql("SELECT fact_no FROM fact_claim_rows WHERE claim_no = ?1").Bind(1, claim_no));
}

int64_t FactReader::FirstClaimOfFact(int64_t fact_no) {
  return TakeNumber(impl_->Sql("SELECT claim_no FROM fact_rows WHERE no = ?1").Bind(1, fact_no));
}

void FactReader::ForgetDocuments() { impl_->claims.ForgetDocuments(); }
void FactReader::ForgetReviews() { impl_->claims.ForgetReviews(); }
void FactReader::Forget() { impl_->claims.Forget(); }
void FactReader::Release() { impl_->statements.ResetAll(); }

namespace {

// Finds what differs between the stored facts of an aspect, or of a part of it, and new ones.
class Comparison {
 public:
  Comparison(Statements& sql, const AspectClaims& claims, const std::vector<StoredFact>& stored,
             const AspectFacts& facts, const FactReader::Part* part, FactPlan& plan)
      : sql_(sql), stored_(stored), new_(facts), part_(part), plan_(plan) {
    claim_no_.reserve(claims.claims.size());
    for (size_t i = 0; i < claims.claims.size(); ++i) {
      claim_no_[claims.claims[i].claim_id] = claims.numbers[i];
    }
    for (size_t i = 0; i < stored.size(); ++i) place_of_[stored[i].fact_id] = i;
    kept_.resize(stored.size());
    conflict_of_.reserve(stored.size());
    for (const StoredFact& f : stored) conflict_of_.push_back(f.conflict_no);
    if (part == nullptr) return;
    for (const FactPlan::Unlinked& group : part->unlinked) {
      if (std::find(group.relations.begin(), group.relations.end(), FactRelation::kContradiction) ==
          group.relations.end()) {
        continue;
      }
      // Their conflict goes with the links.
      const std::set<int64_t> facts_of_group(group.facts.begin(), group.facts.end());
      for (size_t i = 0; i < stored.size(); ++i) {
        if (facts_of_group.contains(stored[i].no)) conflict_of_[i] = 0;
      }
    }
  }

  void Run() {
    PlanConflicts();
    plan_.facts.reserve(new_.facts.size());
    for (const Fact& f : new_.facts) PlanFact(f);
    for (size_t i = 0; i < stored_.size(); ++i) {
      if (!kept_[i]) plan_.facts_gone.push_back(stored_[i].no);
    }
    PlanLinks();
  }

 private:
  // A conflict takes the row of a former one that one of its facts was in.
  void PlanConflicts() {
    std::map<int64_t, FactPlan::Conflict> old;
    const auto take = [&](Statement& s) {
      while (s.Next()) {
        old[s.Int(0)] = {s.Int(0),  false,     s.Text(1), s.Text(2), s.Text(3),
                         s.Text(4), s.Text(5), s.Text(6), s.Text(7), s.Int(8)};
      }
      s.Reset();
    };
    if (part_ == nullptr && plan_.pending.whole) {
      // Where facts were taken out, no fact may name what is left.
      take(sql_.Get("SELECT no, conflict_id, subject, metric, period_start, period_end, unit,"
                    " reason, facts FROM conflict_rows WHERE aspect = ?1")
               .Bind(1, plan_.pending.aspect));
    } else {
      const std::set<int64_t> numbers(conflict_of_.begin(), conflict_of_.end());
      for (const int64_t no : numbers) {
        if (no == 0) continue;
        take(sql_.Get("SELECT no, conflict_id, subject, metric, period_start, period_end, unit,"
                      " reason, facts FROM conflict_rows WHERE no = ?1")
                 .Bind(1, no));
      }
    }
    std::set<int64_t> left;
    for (const auto& [no, row] : old) left.insert(no);
    const auto row = [](const FactPlan::Conflict& c) {
      return std::tie(c.id, c.subject, c.metric, c.start, c.end, c.unit, c.reason, c.facts);
    };
    for (const hanfact::Conflict& c : new_.conflicts) {
      FactPlan::Conflict now{0,
                             true,
                             c.conflict_id,
                             c.subject,
                             c.metric,
                             c.period_start,
                             c.period_end,
                             c.unit,
                             c.reason,
                             static_cast<int64_t>(c.facts.size())};
      for (const std::string& fact_id : c.facts) {
        const auto fact = place_of_.find(fact_id);
        if (fact == place_of_.end() || !left.contains(conflict_of_[fact->second])) continue;
        now.no = conflict_of_[fact->second];
        break;
      }
      if (now.no != 0) {
        left.erase(now.no);
        now.write = row(old[now.no]) != row(now);
      }
      conflict_place_[c.conflict_id] = plan_.conflicts.size();
      plan_.conflicts.push_back(std::move(now));
    }
    plan_.conflicts_gone.assign(left.begin(), left.end());
  }

  void PlanFact(const Fact& f) {
    fact_place_[f.fact_id] = plan_.facts.size();
    FactPlan::Fact& out = plan_.facts.emplace_back();
    Members members;
    members.reserve(f.members.size());
    for (const FactMember& m : f.members) {
      members.emplace_back(claim_no_[m.claim_id], static_cast<int>(m.relation));
    }
    std::sort(members.begin(), members.end());
    StoredFact& now = out.row;
    now.claim_no = claim_no_[f.representative];
    now.claims = static_cast<int64_t>(members.size());
    now.documents = f.documents;
    now.stories = f.stories;
    if (!f.conflict_id.empty()) {
      out.conflict = conflict_place_[f.conflict_id];
      now.conflict_no = plan_.conflicts[out.conflict].no;
    }
    now.first_published = f.first_published;
    now.last_published = f.last_published == f.first_published ? "" : f.last_published;
    now.place = f.place;
    now.placed = true;
    const auto row = [](const StoredFact& x) {
      return std::tie(x.claim_no, x.claims, x.documents, x.stories, x.first_published,
                      x.last_published, x.placed, x.place.key, x.place.low, x.place.high);
    };
    const auto it = place_of_.find(f.fact_id);
    if (it == place_of_.end()) {
      now.fact_id = f.fact_id;
      out.write = true;
      out.come = std::move(members);
      return;
    }
    const StoredFact& old = stored_[it->second];
    kept_[it->second] = true;
    now.no = old.no;
    // A new conflict has no number yet, and is none that the fact was in.
    out.write = row(old) != row(now) || conflict_of_[it->second] != now.conflict_no ||
                (out.conflict != SIZE_MAX && now.conflict_no == 0);
    if (old.members == members) return;
    Members gone;
    std::set_difference(old.members.begin(), old.members.end(), members.begin(), members.end(),
                        std::back_inserter(gone));
    std::set_difference(members.begin(), members.end(), old.members.begin(), old.members.end(),
                        std::back_inserter(out.come));
    for (const auto& [claim_no, relation] : gone) out.gone.push_back(claim_no);
  }

  void PlanLinks() {
    using Key = std::tuple<int64_t, int64_t, int64_t>;
    std::map<Key, std::string> old;
    // One fact alone has no links.
    if (stored_.size() > 1 || part_ != nullptr || plan_.pending.whole) {
      for (size_t i = 0; i < new_.facts.size(); ++i) {
        const int64_t no = plan_.facts[i].row.no;
        if (no == 0) continue;
        Statement& s = sql_.Get(
            "SELECT fact_a, fact_b, relation, explanation FROM fact_link_rows WHERE fact_a = ?1");
        s.Bind(1, no);
        while (s.Next()) {
          if (part_ != nullptr &&
              !part_->linked(new_.facts[i], static_cast<FactRelation>(s.Int(2)))) {
            continue;
          }
          old.emplace(Key(s.Int(0), s.Int(1), s.Int(2)), s.Text(3));
        }
        s.Reset();
      }
    }
    for (const FactLink& l : new_.links) {
      FactPlan::Link out{fact_place_[l.fact_a], fact_place_[l.fact_b], l.relation,
                         ShortenPhrases(l.explanation)};
      const int64_t a = plan_.facts[out.a].row.no, b = plan_.facts[out.b].row.no;
      const auto it =
          a == 0 || b == 0 ? old.end() : old.find(Key(a, b, static_cast<int64_t>(l.relation)));
      const bool same = it != old.end() && it->second == out.explanation;
      if (it != old.end()) old.erase(it);
      if (!same) plan_.links.push_back(std::move(out));
    }
    for (const auto& [key, explanation] : old) {
      plan_.links_gone.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key)});
    }
  }

  Statements& sql_;
  const std::vector<StoredFact>& stored_;
  const AspectFacts& new_;
  const FactReader::Part* part_;
  FactPlan& plan_;
  std::unordered_map<std::string_view, int64_t> claim_no_;
  // By id: the place in `stored_`, in `plan_.facts`, in `plan_.conflicts`.
  std::unordered_map<std::string_view, size_t> place_of_, fact_place_, conflict_place_;
  std::vector<bool> kept_;            // of `stored_`: is there still
  std::vector<int64_t> conflict_of_;  // of `stored_`: its conflict, as far as it stands
};

}  // namespace

FactPlan FactReader::Compare(PendingAspect pending, const AspectClaims& claims,
                             const std::vector<StoredFact>& stored, const AspectFacts& facts,
                             const Part* part) {
  FactPlan plan;
  plan.pending = std::move(pending);
  plan.claims_read = claims.claims.size();
  if (part != nullptr) plan.unlinked = part->unlinked;
  Comparison(impl_->statements, claims, stored, facts, part, plan).Run();
  return plan;
}

}  // namespace hanfact::store
