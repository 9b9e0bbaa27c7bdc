#include "store/fact_rows.h"

#include <algorithm>

#include "store/places.h"

namespace hanfact::store {

void FactRows::Apply(const FactPlan& plan) {
  for (const FactPlan::Unlinked& group : plan.unlinked) Unlink(group);
  std::vector<int64_t> conflicts, facts;  // the numbers of the plan's rows
  conflicts.reserve(plan.conflicts.size());
  for (const FactPlan::Conflict& c : plan.conflicts) {
    conflicts.push_back(WriteConflict(c, plan.pending.aspect));
  }
  facts.reserve(plan.facts.size());
  for (const FactPlan::Fact& f : plan.facts) {
    const int64_t conflict = f.conflict == SIZE_MAX ? 0 : conflicts[f.conflict];
    facts.push_back(WriteFact(f, conflict, plan.pending.aspect));
  }
  for (const int64_t no : plan.facts_gone) {
    Sql("DELETE FROM fact_rows WHERE no = ?1").Bind(1, no).Run();
  }
  for (const FactPlan::Link& l : plan.links) {
    Sql("INSERT OR REPLACE INTO fact_link_rows VALUES (?1, ?2, ?3, ?4)")
        .Bind(1, facts[l.a])
        .Bind(2, facts[l.b])
        .Bind(3, static_cast<int64_t>(l.relation))
        .Bind(4, l.explanation)
        .Run();
  }
  for (const FactPlan::StoredLink& l : plan.links_gone) {
    Sql("DELETE FROM fact_link_rows WHERE fact_a = ?1 AND fact_b = ?2 AND relation = ?3")
        .Bind(1, l.a)
        .Bind(2, l.b)
        .Bind(3, l.relation)
        .Run();
  }
  // After the facts, so that none names a conflict that is gone.
  for (const int64_t no : plan.conflicts_gone) {
    Sql("DELETE FROM conflict_rows WHERE no = ?1").Bind(1, no).Run();
  }
}

void FactRows::Settle(const std::vector<PendingAspect>& applied) {
  std::vector<std::pair<int64_t, int64_t>>
      rows;  // in the table's order, which is that of its pages
  for (const PendingAspect& p : applied) {
    if (p.whole) rows.emplace_back(0, p.aspect);
    for (const int64_t no : p.claims) rows.emplace_back(no, p.aspect);
  }
  std::sort(rows.begin(), rows.end());
  for (const auto& [claim_no, aspect] : rows) {
    Sql("DELETE FROM pending_rows WHERE claim_no = ?1 AND aspect = ?2")
        .Bind(1, claim_no)
        .Bind(2, aspect)
        .Run();
  }
}

int64_t FactRows::CountPending() { return TakeNumber(Sql("SELECT count(*) FROM pending_rows")); }

std::vector<PendingAspect> FactRows::NextPending(size_t limit) {
  if (next_pending_ >= pending_.size()) {
    pending_ = {};
    next_pending_ = 0;
    for (bool all = false; pending_.empty();) {
      if (pending_part_ == pending_parts_) {
        if (all) break;
        all = true;
        pending_part_ = 0;
        pending_parts_ = 1 + static_cast<uint64_t>(CountPending()) / pending_in_memory_;
      }
      ReadPending();
    }
  }
  std::vector<PendingAspect> out;
  while (next_pending_ < pending_.size() && out.size() < limit) {
    PendingAspect& aspect = out.emplace_back();
    aspect.aspect = pending_[next_pending_].first;
    for (; next_pending_ < pending_.size() && pending_[next_pending_].first == aspect.aspect;
         ++next_pending_) {
      if (pending_[next_pending_].second == 0) {
        aspect.whole = true;
      } else {
        aspect.claims.push_back(pending_[next_pending_].second);
      }
    }
  }
  return out;
}

void FactRows::MarkPending(int64_t document_no) {
  Sql("INSERT OR IGNORE INTO pending_rows SELECT c.no, c.aspect" HANFACT_CLAIMS_OF_DOCUMENT
      " WHERE c.aspect <> 0")
      .Bind(1, document_no)
      .Run();
}

int64_t FactRows::Inserted(Statement& s) {
  s.Run();
  return sqlite3_last_insert_rowid(connection_.handle());
}

int64_t FactRows::WriteConflict(const FactPlan::Conflict& c, int64_t aspect) {
  if (!c.write) return c.no;
  Statement& w =
      c.no == 0
          ? Sql("INSERT INTO conflict_rows (conflict_id, subject, metric, period_start,"
                " period_end, unit, facts, reason, aspect) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                " ?8, ?9)")
          : Sql("UPDATE conflict_rows SET conflict_id = ?1, subject = ?2, metric = ?3,"
                " period_start = ?4, period_end = ?5, unit = ?6, facts = ?7, reason = ?8"
                " WHERE no = ?9");
  w.Bind(1, c.id).BindOrNull(2, c.subject).BindOrNull(3, c.metric);
  w.BindOrNull(4, c.start).BindOrNull(5, c.end).Bind(6, c.unit).Bind(7, c.facts);
  w.Bind(8, c.reason).Bind(9, c.no == 0 ? aspect : c.no);
  const int64_t inserted = Inserted(w);
  return c.no == 0 ? inserted : c.no;
}

int64_t FactRows::WriteFact(const FactPlan::Fact& f, int64_t conflict, int64_t aspect) {
  const StoredFact& row = f.row;
  int64_t no = row.no;
  if (f.write) {
    Statement& s =
        no == 0
            ? Sql("INSERT INTO fact_rows (claim_no, claims, documents, stories, first_published,"
                  " last_published, conflict_no, key, reach, aspect, fact_id) VALUES (?1, ?2, ?3,"
                  " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
            : Sql("UPDATE fact_rows SET claim_no = ?1, claims = ?2, documents = ?3, stories = ?4,"
                  " first_published = ?5, last_published = ?6, conflict_no = ?7, key = ?8,"
                  " reach = ?9 WHERE no = ?10");
    s.Bind(1, row.claim_no).Bind(2, row.claims).Bind(3, row.documents).Bind(4, row.stories);
    s.BindOrNull(5, row.first_published).BindOrNull(6, row.last_published);
    s.BindOrNull(7, conflict).Bind(8, StoredKey(row.place)).Bind(9, StoredReach(row.place));
    s.Bind(10, no == 0 ? aspect : no);
    const std::string fact_id = no == 0 ? BytesOfHex(row.fact_id) : "";
    if (no == 0) s.BindBlob(11, fact_id);
    const int64_t inserted = Inserted(s);
    if (no == 0) no = inserted;
  }
  for (const int64_t claim_no : f.gone) {
    Sql("DELETE FROM fact_claim_rows WHERE claim_no = ?1 AND fact_no = ?2")
        .Bind(1, claim_no)
        .Bind(2, no)
        .Run();
  }
  for (const auto& [claim_no, relation] : f.come) {
    // It may still be in the fact that it leaves.
    Sql("INSERT OR REPLACE INTO fact_claim_rows VALUES (?1, ?2, ?3)")
        .Bind(1, claim_no)
        .Bind(2, no)
        .Bind(3, static_cast<int64_t>(relation))
        .Run();
  }
  return no;
}

void FactRows::Unlink(const FactPlan::Unlinked& group) {
  for (const int64_t no : group.facts) {
    for (const FactRelation relation : group.relations) {
      Sql("DELETE FROM fact_link_rows WHERE fact_a = ?1 AND relation = ?2")
          .Bind(1, no)
          .Bind(2, static_cast<int64_t>(relation))
          .Run();
      if (relation != FactRelation::kContradiction) continue;
      const int64_t conflict = TakeNumber(
          Sql("SELECT coalesce(conflict_no, 0) FROM fact_rows WHERE no = ?1").Bind(1, no));
      if (conflict == 0) continue;
      Sql("UPDATE fact_rows SET conflict_no = NULL WHERE no = ?1").Bind(1, no).Run();
      Sql("DELETE FROM conflict_rows WHERE no = ?1").Bind(1, conflict).Run();
    }
  }
}

void FactRows::AddPending(int64_t aspect, int64_t claim_no) {
  Sql("INSERT OR IGNORE INTO pending_rows VALUES (?1, ?2)").Bind(1, claim_no).Bind(2, aspect).Run();
}

void FactRows::ForgetPending() {
  pending_ = {};  // its memory too
  next_pending_ = 0;
  pending_part_ = pending_parts_ = 0;
}

void FactRows::ReadPending() {
  const uint64_t width = UINT64_MAX / pending_parts_;
  const auto bound = [&](uint64_t part) {
    return static_cast<int64_t>(part * width + (uint64_t{1} << 63));
  };
  const uint64_t part = pending_part_++;
  const int64_t last = pending_part_ == pending_parts_ ? INT64_MAX : bound(part + 1) - 1;
  Statement& s = Sql("SELECT aspect, claim_no FROM pending_rows WHERE aspect BETWEEN ?1 AND ?2");
  s.Bind(1, bound(part)).Bind(2, last);
  while (s.Next()) pending_.emplace_back(s.Int(0), s.Int(1));
  s.Reset();
  std::sort(pending_.begin(), pending_.end());
}

}  // namespace hanfact::store
