// Reads what facts are made of, and tells what of the stored facts has to change. Changes nothing:
// Writer::Apply does, so that aspects can be read and built at the same time, each reader on a
// connection of its own, while what became of others is written.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/story.h"

namespace hanfact::store {

class Connection;

// The claims of an aspect that make its facts.
struct AspectClaims {
  std::vector<FactClaim> claims;
  std::vector<int64_t> numbers;  // of the claims' rows
};

// What is to be built of an aspect: its claims that are in no fact yet or changed.
struct PendingAspect {
  int64_t aspect = 0;
  std::vector<int64_t> claims;  // ascending
  bool whole = false;           // its facts do not say what is touched: all are built
};

// Where the facts of an aspect stand, by key.
struct PlacedFact {
  int64_t no = 0;
  FactPlace place;
  bool placed = true;  // false: of a database of before, the place is not known
};

// A fact as stored, with its claims and their relations, by number.
struct StoredFact {
  int64_t no = 0, claim_no = 0, claims = 0, documents = 0, stories = 0, conflict_no = 0;
  std::string fact_id, first_published, last_published;
  FactPlace place;
  bool placed = false;
  std::vector<std::pair<int64_t, int>> members;  // sorted
};

// What is to be written of one aspect; made by FactReader::Compare, carried out by Writer::Apply.
struct FactPlan {
  struct Conflict {
    int64_t no = 0;  // 0: a new row
    bool write = false;
    std::string id, subject, metric, start, end, unit, reason;
    int64_t facts = 0;
  };
  struct Fact {
    StoredFact row;              // its number 0: a new one; members and conflict_no are not set
    bool write = false;          // the row differs from the stored one
    size_t conflict = SIZE_MAX;  // place in `conflicts`, SIZE_MAX for none
    std::vector<int64_t> gone;   // claims that leave it
    std::vector<std::pair<int64_t, int>> come;
  };
  struct Link {
    size_t a = 0, b = 0;  // places in `facts`
    FactRelation relation = FactRelation::kContradiction;
    std::string explanation;  // as stored
  };
  struct StoredLink {
    int64_t a = 0, b = 0, relation = 0;
  };
  // Groups that became crowded: the links of these relations that these facts have.
  struct Unlinked {
    std::vector<int64_t> facts;
    std::vector<FactRelation> relations;
  };

  PendingAspect pending;
  std::vector<Unlinked> unlinked;
  std::vector<Conflict> conflicts;
  std::vector<Fact> facts;
  std::vector<int64_t> facts_gone;
  std::vector<Link> links;
  std::vector<StoredLink> links_gone;
  std::vector<int64_t> conflicts_gone;
  size_t claims_read = 0;  // what it cost
};

// Used by one thread at a time.
class FactReader {
 public:
  // On a connection of its own: what is committed.
  explicit FactReader(const std::string& path);
  // On one that is there, with what it has not committed yet.
  explicit FactReader(Connection& connection);
  ~FactReader();

  // What is read between the two is of one moment.
  void Begin();
  void End();
  // Trouble of a connection of its own.
  [[nodiscard]] Status status() const;

  // Reads an index only; by key, those of unknown place first.
  [[nodiscard]] std::vector<PlacedFact> FactsOfAspect(int64_t aspect);
  // All stored facts of an aspect.
  [[nodiscard]] std::vector<StoredFact> LoadAspect(int64_t aspect);
  [[nodiscard]] std::vector<StoredFact> LoadFact(int64_t fact_no);  // none or one
  [[nodiscard]] AspectClaims LoadClaims(const std::vector<int64_t>& numbers);
  [[nodiscard]] int64_t FactOfClaim(int64_t claim_no);      // 0 for none
  [[nodiscard]] int64_t FirstClaimOfFact(int64_t fact_no);  // the one it stands on

  // Where only a part of an aspect was built: links of its facts whose group is not in `linked`
  // stay, and groups in `unlinked` have none any more.
  struct Part {
    std::function<bool(const Fact& fact, FactRelation relation)> linked;
    std::vector<FactPlan::Unlinked> unlinked;
  };
  // What takes the `stored` facts to `facts`, which are those that `claims` make. Only what differs
  // is in it. `part` is null where `stored` are all facts of the aspect.
  [[nodiscard]] FactPlan Compare(PendingAspect pending, const AspectClaims& claims,
                                 const std::vector<StoredFact>& stored, const AspectFacts& facts,
                                 const Part* part);

  // What is kept may be other than what is stored from now on: of documents; whether there are
  // reviews; all of it.
  void ForgetDocuments();
  void ForgetReviews();
  void Forget();
  // No statement is being read any more.
  void Release();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::store
