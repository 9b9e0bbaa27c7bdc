// Writes facts with their links and conflicts, and what is pending of them. Private to store/.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "store/fact_reader.h"
#include "store/sqlite.h"

namespace hanfact::store {

// The claims of document ?1, as c.
#define HANFACT_CLAIMS_OF_DOCUMENT                                                    \
  " FROM document_rows d CROSS JOIN claim_rows c ON c.no >= d.first_claim AND c.no <" \
  " d.first_claim + d.claim_count AND d.no = ?1"

class FactRows {
 public:
  FactRows(Connection& connection, Statements& statements)
      : connection_(connection), statements_(statements) {}

  // As Writer says of its functions of the same names.
  void Apply(const FactPlan& plan);
  void Settle(const std::vector<PendingAspect>& applied);
  [[nodiscard]] std::vector<PendingAspect> NextPending(size_t limit);
  [[nodiscard]] int64_t CountPending();
  void SetPendingInMemory(size_t claims) { pending_in_memory_ = claims; }
  void ForgetPending();

  void AddPending(int64_t aspect, int64_t claim_no);
  void MarkPending(int64_t document_no);  // its claims

 private:
  // Both give the row's number.
  int64_t WriteConflict(const FactPlan::Conflict& c, int64_t aspect);
  int64_t WriteFact(const FactPlan::Fact& f, int64_t conflict, int64_t aspect);
  // Takes out links that facts have, and with contradictions their conflicts.
  void Unlink(const FactPlan::Unlinked& group);
  // The next part of what is pending. Aspects are hashes: an equal part of their range has about
  // an equal share of the rows.
  void ReadPending();
  Statement& Sql(std::string_view sql) { return statements_.Get(sql); }
  [[nodiscard]] int64_t Inserted(Statement& s);

  Connection& connection_;
  Statements& statements_;
  // What was pending when it was read, by aspect and claim, and how far it was given out. A part of
  // the aspects at a time, so that memory does not grow with what waits.
  uint64_t pending_in_memory_ = 40'000;
  std::vector<std::pair<int64_t, int64_t>> pending_;
  size_t next_pending_ = 0;
  uint64_t pending_part_ = 0, pending_parts_ = 0;  // the next to be read, and how many there are
};

}  // namespace hanfact::store
