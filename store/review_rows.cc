#include "store/review_rows.h"

#include <nlohmann/json.hpp>

namespace hanfact::store {
namespace {

std::optional<std::string> OptionalText(const Statement& s, int column) {
  return s.Null(column) ? std::nullopt : std::optional(s.Text(column));
}

Statement& BindOptional(Statement& s, int i, const std::optional<std::string>& text) {
  return text ? s.Bind(i, *text) : s.BindNull(i);
}

std::string ToJson(const Standing& standing) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [field, value] : standing.corrections) {
    out[field] = value ? nlohmann::json(*value) : nlohmann::json(nullptr);
  }
  return out.dump();
}

}  // namespace

Review ReadReview(const Statement& row) {
  Review out;
  out.review_id = row.Int(0);
  out.claim_id = row.Text(1);
  out.decision = ParseDecision(row.Text(2)).value_or(Decision::kComment);
  out.target = row.Text(3);
  out.field = row.Text(4);
  out.old_value = OptionalText(row, 5);
  out.new_value = OptionalText(row, 6);
  out.reason = row.Text(7);
  out.editor = row.Text(8);
  out.at = row.Text(9);
  out.note = row.Text(10);
  out.document_id = row.Text(11);
  out.surface = row.Text(12);
  out.sentence = row.Text(13);
  return out;
}

std::vector<Review> ReviewRows::Of(std::string_view claim_id) {
  std::vector<Review> out;
  // A claim's own reviews moved on with it where it is gone itself; where it is back they are its.
  Statement& s = Sql("SELECT" HANFACT_REVIEW_COLUMNS
                     "FROM reviews r WHERE r.claim_id = ?1 OR r.claim_id IN"
                     " (SELECT m.old_claim_id FROM claim_moves m WHERE m.claim_id = ?1)"
                     " ORDER BY r.review_id");
  s.Bind(1, claim_id);
  while (s.Next()) out.push_back(ReadReview(s));
  s.Reset();
  return out;
}

std::vector<std::string> ReviewRows::ClaimsReviewedOf(std::string_view document_id) {
  std::vector<std::string> out;
  Statement& s = Sql("SELECT DISTINCT claim_id FROM reviews WHERE document_id = ?1 ORDER BY 1");
  s.Bind(1, document_id);
  while (s.Next()) out.push_back(s.Text(0));
  s.Reset();
  return out;
}

int64_t ReviewRows::Add(const Review& r) {
  Statement& s = Sql(
      "INSERT INTO reviews (claim_id, decision, target, field, old, new, reason, editor, at, note,"
      " document_id, surface, sentence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
      " ?13) RETURNING review_id");
  s.Bind(1, r.claim_id).Bind(2, ToString(r.decision)).BindOrNull(3, r.target);
  BindOptional(BindOptional(s.BindOrNull(4, r.field), 5, r.old_value), 6, r.new_value);
  s.BindOrNull(7, r.reason).Bind(8, r.editor).Bind(9, r.at).BindOrNull(10, r.note);
  s.Bind(11, r.document_id).Bind(12, r.surface).Bind(13, r.sentence);
  return TakeNumber(s);
}

ReviewRows::Row ReviewRows::AmountOf(std::string_view claim_id) {
  const Standing standing = StandingOf(Of(claim_id));
  if (standing == Standing()) return {};
  return {std::string(ToString(standing.status)), ToJson(standing), standing.flagged};
}

ReviewRows::Row ReviewRows::Stored(std::string_view claim_id) {
  Statement& s = Sql("SELECT status, corrections, flagged FROM standing_rows WHERE claim_id = ?1");
  s.Bind(1, claim_id);
  Row out;
  if (s.Next()) out = {s.Text(0), s.Text(1), s.Int(2) != 0};
  s.Reset();
  return out;
}

void ReviewRows::Settle(std::string_view claim_id) {
  const Row row = AmountOf(claim_id);
  if (row == Row()) {
    Sql("DELETE FROM standing_rows WHERE claim_id = ?1").Bind(1, claim_id).Run();
    return;
  }
  Sql("INSERT OR REPLACE INTO standing_rows (claim_id, status, corrections, flagged) VALUES"
      " (?1, ?2, ?3, ?4)")
      .Bind(1, claim_id)
      .Bind(2, row.status)
      .Bind(3, row.corrections)
      .Bind(4, static_cast<int64_t>(row.flagged))
      .Run();
}

}  // namespace hanfact::store
