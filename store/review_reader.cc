#include "store/review_reader.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/story.h"
#include "store/phrases.h"
#include "store/review_rows.h"

namespace hanfact::store {
namespace {

// The tables that a filter looks at. A claim's columns are as corrected.
constexpr std::string_view kFrom =
    " FROM claim_rows c JOIN frame_rows f ON f.no = c.frame_no JOIN document_rows d ON d.no ="
    " c.document_no AND d.latest = 1 LEFT JOIN standing_rows s ON s.claim_id ="
    " lower(hex(c.claim_id)) LEFT JOIN fact_claim_rows r ON r.claim_no = c.no LEFT JOIN fact_rows x"
    " ON x.no = r.fact_no LEFT JOIN name_rows u ON u.no = c.subject_no LEFT JOIN name_rows m ON"
    " m.no = c.metric_no WHERE c.no >= d.first_claim AND c.no < d.first_claim + d.claim_count";

std::string Corrected(std::string_view field, std::string_view extracted) {
  const std::string path = "'$." + std::string(field) + "'";
  return "iif(json_type(s.corrections, " + path + ") IS NULL, " + std::string(extracted) +
         ", s.corrections ->> " + path + ")";
}

// The conditions of a filter; parameters are named by its fields.
std::string Conditions(const ClaimFilter& f) {
  std::string sql;
  if (f.status != "any") sql += " AND coalesce(s.status, 'unreviewed') = @status";
  if (f.flagged) sql += " AND s.flagged = 1";
  if (f.in_conflict) sql += " AND x.conflict_no IS NOT NULL";
  if (!f.subject.empty()) {
    const std::string id = Corrected("subject_id", "u.id");
    sql += " AND (" + id + " = @subject OR instr(lower(" + Corrected("subject", "u.name") +
           "), lower(@subject)) > 0 OR " + id +
           " IN (SELECT entity_id FROM aliases WHERE lower(alias) = lower(@subject)))";
  }
  if (!f.metric.empty()) {
    sql += " AND (" + Corrected("metric_id", "m.id") + " = @metric OR instr(" +
           Corrected("metric", "m.name") + ", @metric) > 0)";
  }
  if (!f.text.empty()) {
    sql +=
        " AND instr((SELECT substr(t.text, c.sentence_start + 1, c.sentence_end -"
        " c.sentence_start) FROM text_rows t WHERE t.document_no = c.document_no), @text) > 0";
  }
  if (!f.site.empty()) sql += " AND d.site = @site";
  if (!f.modality.empty()) sql += " AND " + Corrected("modality", "f.modality") + " = @modality";
  if (!f.kind.empty()) sql += " AND " + Corrected("kind", "f.kind") + " = @kind";
  if (!f.rule.empty()) sql += " AND f.rule = @rule";
  if (f.min_confidence) sql += " AND f.confidence >= @min_confidence";
  if (f.max_confidence) sql += " AND f.confidence <= @max_confidence";
  return sql;
}

std::string_view OrderBy(ClaimFilter::Order order) {
  switch (order) {
    case ClaimFilter::Order::kRisk:
      return " ORDER BY x.conflict_no IS NULL, x.conflict_no, f.confidence, c.no";
    case ClaimFilter::Order::kDocument:
      return " ORDER BY c.document_no, c.no";
    case ClaimFilter::Order::kNewest:
      break;
  }
  return " ORDER BY d.published DESC, c.document_no, c.no";
}

void Bind(Statement& statement, const ClaimFilter& f) {
  const auto text = [&](const char* name, const std::string& value) {
    if (const int at = statement.ParameterAt(name); at != 0) statement.Bind(at, value);
  };
  text("@status", f.status);
  text("@subject", f.subject);
  text("@metric", f.metric);
  text("@text", f.text);
  text("@site", f.site);
  text("@modality", f.modality);
  text("@kind", f.kind);
  text("@rule", f.rule);
  if (const int at = statement.ParameterAt("@min_confidence"); at != 0) {
    statement.Bind(at, *f.min_confidence);
  }
  if (const int at = statement.ParameterAt("@max_confidence"); at != 0) {
    statement.Bind(at, *f.max_confidence);
  }
}

constexpr std::string_view kClaim =
    "SELECT c.claim_id, c.document_id, c.start, c.end, c.surface, c.sentence_start, c.sentence_end,"
    " c.sentence, c.subject, c.subject_id, c.metric, c.metric_id, c.scope, c.kind, c.value, c.low,"
    " c.high, c.precision, c.unit, c.bound, c.direction, c.basis, c.period_start, c.period_end,"
    " c.period_text, c.period_from, c.modality, c.attribution, c.attribution_id, c.confidence,"
    " c.checks, c.rule, c.status, c.flagged, d.published, d.site, d.source, d.title, d.url FROM"
    " corrected_claim_rows c JOIN document_rows d ON d.document_id = c.document_id WHERE c.no = ?1";

// The judgement of one editor on one claim: the last that stands; nullopt for none.
std::optional<Decision> JudgementOf(const std::vector<Review>& reviews,
                                    const std::vector<bool>& taken_back,
                                    const std::string& editor) {
  for (size_t i = reviews.size(); i-- > 0;) {
    if (taken_back[i] || reviews[i].editor != editor) continue;
    switch (reviews[i].decision) {
      case Decision::kAccept:
      case Decision::kReject:
        return reviews[i].decision;
      case Decision::kCorrect:
      case Decision::kMerge:
      case Decision::kSplit:
        return Decision::kCorrect;
      default:
        break;
    }
  }
  return std::nullopt;
}

}  // namespace

struct ReviewReader::Impl {
  explicit Impl(Connection& c) : connection(c), statements(c), reviews(statements) {}

  Statement& Sql(std::string_view sql) { return statements.Get(sql); }

  std::optional<Row> One(std::string_view sql, int64_t no) {
    Statement& s = Sql(sql);
    s.Bind(1, no);
    std::optional<Row> out;
    if (s.Next()) out = ReadRow(s);
    s.Reset();
    return out;
  }
  std::vector<Row> All(std::string_view sql, int64_t no) {
    Statement& s = Sql(sql);
    s.Bind(1, no);
    std::vector<Row> out;
    while (s.Next()) out.push_back(ReadRow(s));
    s.Reset();
    return out;
  }
  std::vector<Review> Reviews(Statement& s) {
    std::vector<Review> out;
    while (s.Next()) out.push_back(ReadReview(s));
    s.Reset();
    return out;
  }
  int64_t Number(std::string_view sql) { return TakeNumber(Sql(sql)); }

  Connection& connection;
  Statements statements;
  ReviewRows reviews;
};

ReviewReader::ReviewReader(Database& database)
    : impl_(std::make_unique<Impl>(database.connection())) {}
ReviewReader::~ReviewReader() = default;

std::vector<int64_t> ReviewReader::FindClaims(const ClaimFilter& filter, int64_t limit) {
  Statement s(impl_->connection, "SELECT c.no" + std::string(kFrom) + Conditions(filter) +
                                     std::string(OrderBy(filter.order)) + " LIMIT " +
                                     std::to_string(limit));
  Bind(s, filter);
  std::vector<int64_t> out;
  while (s.Next()) out.push_back(s.Int(0));
  return out;
}

int64_t ReviewReader::CountClaims(const ClaimFilter& filter) {
  Statement s(impl_->connection, "SELECT count(*)" + std::string(kFrom) + Conditions(filter));
  Bind(s, filter);
  return TakeNumber(s);
}

std::optional<Row> ReviewReader::LoadClaim(int64_t no) { return impl_->One(kClaim, no); }

int64_t ReviewReader::NumberOf(std::string_view claim_id) {
  Statement& s = impl_->Sql("SELECT no FROM claim_rows WHERE lower(hex(claim_id)) = ?1");
  s.Bind(1, claim_id);
  return TakeNumber(s);
}

std::optional<Row> ReviewReader::LoadExtracted(int64_t no) {
  return impl_->One(
      "SELECT e.subject, e.metric, e.scope, e.kind, e.value, e.low, e.high, e.precision, e.unit,"
      " e.bound, e.direction, e.basis, e.period_start, e.period_end, e.modality, e.attribution"
      " FROM claims_extracted e WHERE e.claim_id = (SELECT lower(hex(claim_id)) FROM claim_rows"
      " WHERE no = ?1)",
      no);
}

std::vector<Row> ReviewReader::LoadSpans(int64_t no) {
  return impl_->All(
      "SELECT p.role, p.start, p.end FROM claim_spans p WHERE p.claim_id = (SELECT"
      " lower(hex(claim_id)) FROM claim_rows WHERE no = ?1) ORDER BY p.start, p.end, p.role",
      no);
}

std::optional<Row> ReviewReader::LoadDocumentOf(int64_t no) {
  return impl_->One(
      "SELECT d.document_id, d.title, d.site, d.source, d.author, d.url, d.published, d.region,"
      " d.script, d.locator, t.text FROM document_rows d JOIN text_rows t ON t.document_no = d.no"
      " WHERE d.no = (SELECT document_no FROM claim_rows WHERE no = ?1)",
      no);
}

std::vector<Row> ReviewReader::LoadBlocksOf(int64_t no) {
  return impl_->All(
      "SELECT b.start, b.end, b.kind FROM block_rows b WHERE b.document_no = (SELECT document_no"
      " FROM claim_rows WHERE no = ?1) ORDER BY b.start",
      no);
}

std::optional<Row> ReviewReader::LoadFactOf(int64_t no) {
  return impl_->One(
      "SELECT lower(hex(x.fact_id)) AS fact_id, x.claims, x.documents, x.stories, c.value, c.low,"
      " c.high, c.unit, (SELECT k.conflict_id FROM conflict_rows k WHERE k.no = x.conflict_no) AS"
      " conflict_id FROM fact_claim_rows r JOIN fact_rows x ON x.no = r.fact_no JOIN"
      " corrected_claim_rows c ON c.no = x.claim_no WHERE r.claim_no = ?1",
      no);
}

std::vector<OtherClaim> ReviewReader::LoadOthers(int64_t no, size_t limit) {
  struct Found {
    int64_t no;
    std::string relation, explanation;
  };
  std::vector<Found> found;
  Statement& same = impl_->Sql(
      "SELECT o.claim_no FROM fact_claim_rows r JOIN fact_claim_rows o ON o.fact_no = r.fact_no"
      " WHERE r.claim_no = ?1 AND o.claim_no <> ?1 ORDER BY o.claim_no LIMIT ?2");
  same.Bind(1, no).Bind(2, static_cast<int64_t>(limit));
  while (same.Next()) found.push_back({same.Int(0), "same fact", ""});
  same.Reset();
  // Contradictions and suspected slips have the last numbers (fact_links).
  Statement& linked = impl_->Sql(
      "SELECT o.claim_no, l.relation, l.explanation FROM fact_claim_rows r JOIN"
      " (SELECT fact_a AS fact, fact_b AS other, relation, explanation FROM fact_link_rows UNION"
      " ALL SELECT fact_b, fact_a, relation, explanation FROM fact_link_rows) l ON l.fact ="
      " r.fact_no JOIN fact_claim_rows o ON o.fact_no = l.other WHERE r.claim_no = ?1 ORDER BY"
      " l.relation DESC, o.claim_no LIMIT ?2");
  linked.Bind(1, no).Bind(2, static_cast<int64_t>(limit));
  while (linked.Next()) {
    found.push_back({linked.Int(0), std::string(ToString(static_cast<FactRelation>(linked.Int(1)))),
                     LengthenPhrases(linked.Text(2))});
  }
  linked.Reset();
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    const auto first = [](const Found& f) {
      return f.relation == "contradiction" || f.relation == "typo_suspect" ? 0
             : f.relation == "same fact"                                   ? 1
                                                                           : 2;
    };
    return first(a) < first(b);
  });
  std::vector<OtherClaim> out;
  for (Found& f : found) {
    if (out.size() == limit) break;
    if (auto claim = LoadClaim(f.no)) {
      out.push_back({std::move(f.relation), std::move(f.explanation), std::move(*claim)});
    }
  }
  return out;
}

ClaimNeighbours ReviewReader::LoadNeighbours(int64_t no) {
  ClaimNeighbours out;
  Statement& s = impl_->Sql(
      "SELECT o.no, lower(hex(o.claim_id)) FROM claim_rows c JOIN document_rows d ON d.no ="
      " c.document_no JOIN claim_rows o ON o.no >= d.first_claim AND o.no < d.first_claim +"
      " d.claim_count WHERE c.no = ?1 AND o.no BETWEEN ?1 - 1 AND ?1 + 1");
  s.Bind(1, no);
  while (s.Next()) {
    if (s.Int(0) < no) out.previous = s.Text(1);
    if (s.Int(0) > no) out.next = s.Text(1);
  }
  s.Reset();
  return out;
}

std::vector<Review> ReviewReader::ReviewsOf(std::string_view claim_id) {
  return impl_->reviews.Of(claim_id);
}

std::string ReviewReader::ClaimOfReview(int64_t review_id) {
  Statement& s = impl_->Sql(
      "SELECT coalesce(m.claim_id, r.claim_id) FROM reviews r LEFT JOIN claim_moves m ON"
      " m.old_claim_id = r.claim_id WHERE r.review_id = ?1");
  s.Bind(1, review_id);
  std::string out = s.Next() ? s.Text(0) : "";
  s.Reset();
  return out;
}

std::vector<Review> ReviewReader::LastReviews(std::string_view editor, int64_t limit) {
  Statement& s = impl_->Sql("SELECT" HANFACT_REVIEW_COLUMNS
                            "FROM reviews r WHERE ?1 = '' OR r.editor = ?1 ORDER BY r.review_id"
                            " DESC LIMIT ?2");
  s.Bind(1, editor).Bind(2, limit);
  return impl_->Reviews(s);
}

std::vector<Review> ReviewReader::Detached() {
  Statement& s = impl_->Sql("SELECT" HANFACT_REVIEW_COLUMNS
                            "FROM reviews r WHERE NOT EXISTS (SELECT 1 FROM claim_rows c WHERE"
                            " lower(hex(c.claim_id)) = r.claim_id) AND NOT EXISTS (SELECT 1 FROM"
                            " claim_moves m WHERE m.old_claim_id = r.claim_id) ORDER BY"
                            " r.review_id");
  return impl_->Reviews(s);
}

ReviewCounts ReviewReader::Count() {
  ReviewCounts out;
  out.claims = impl_->Number("SELECT coalesce(sum(claim_count), 0) FROM document_rows");
  out.facts = impl_->Number("SELECT count(*) FROM fact_rows");
  out.conflicts = impl_->Number("SELECT count(*) FROM conflict_rows");
  int64_t decided = 0;
  Statement& s = impl_->Sql(
      "SELECT status, count(*), sum(flagged) FROM standing_rows t WHERE EXISTS (SELECT 1 FROM"
      " claim_rows c WHERE lower(hex(c.claim_id)) = t.claim_id) GROUP BY status ORDER BY status");
  std::map<std::string, int64_t> by_status;
  while (s.Next()) {
    by_status[s.Text(0)] += s.Int(1);
    if (s.Text(0) != "unreviewed") decided += s.Int(1);
    out.flagged += s.Int(2);
  }
  s.Reset();
  by_status["unreviewed"] = out.claims - decided;
  for (const auto status : {ClaimStatus::kUnreviewed, ClaimStatus::kAccepted,
                            ClaimStatus::kRejected, ClaimStatus::kCorrected}) {
    out.by_status.emplace_back(ToString(status), by_status[std::string(ToString(status))]);
  }

  std::map<std::string, ReviewCounts::Editor> editors;
  std::vector<std::vector<int>> judged;
  Statement& all =
      impl_->Sql("SELECT" HANFACT_REVIEW_COLUMNS "FROM reviews r ORDER BY r.claim_id, r.review_id");
  std::vector<Review> of_claim;
  const auto settle = [&] {
    const std::vector<bool> taken_back = TakenBack(of_claim);
    std::set<std::string> names;
    for (const Review& r : of_claim) names.insert(r.editor);
    std::vector<int> unit;
    for (const std::string& name : names) {
      const auto judgement = JudgementOf(of_claim, taken_back, name);
      if (!judgement) continue;
      unit.push_back(static_cast<int>(*judgement));
      ReviewCounts::Editor& editor = editors[name];
      editor.name = name;
      ++editor.total;
      ++(*judgement == Decision::kAccept   ? editor.accepted
         : *judgement == Decision::kReject ? editor.rejected
                                           : editor.corrected);
    }
    out.judged_twice += unit.size() > 1 ? 1 : 0;
    judged.push_back(std::move(unit));
    of_claim.clear();
  };
  while (all.Next()) {
    Review r = ReadReview(all);
    if (!of_claim.empty() && of_claim.back().claim_id != r.claim_id) settle();
    of_claim.push_back(std::move(r));
  }
  all.Reset();
  if (!of_claim.empty()) settle();
  for (auto& [name, editor] : editors) out.by_editor.push_back(std::move(editor));
  out.agreement = AgreementAlpha(judged);
  return out;
}

std::vector<Row> ReviewReader::Names(std::string_view field, std::string_view part, int64_t limit) {
  constexpr std::string_view kEntities =
      "SELECT e.canonical AS value, e.entity_id AS id, (SELECT group_concat(alias, ' ') FROM"
      " (SELECT alias FROM aliases a WHERE a.entity_id = e.entity_id LIMIT 4)) AS note FROM"
      " entity_rows e WHERE instr(lower(e.canonical), lower(?1)) > 0 OR e.entity_id IN (SELECT"
      " entity_id FROM aliases WHERE instr(lower(alias), lower(?1)) > 0) ORDER BY e.canonical = ?1"
      " DESC, length(e.canonical), e.canonical LIMIT ?2";
  constexpr std::string_view kUnits =
      "SELECT f.unit AS value, NULL AS id, count(*) AS note FROM frame_rows f WHERE"
      " instr(lower(f.unit), lower(?1)) > 0 GROUP BY f.unit ORDER BY f.unit = ?1 DESC, count(*)"
      " DESC, f.unit LIMIT ?2";
  Statement& s = impl_->Sql(field == "unit" ? kUnits : kEntities);
  s.Bind(1, part).Bind(2, limit);
  std::vector<Row> out;
  while (s.Next()) out.push_back(ReadRow(s));
  s.Reset();
  return out;
}

int64_t ReviewReader::Version() { return impl_->Number("PRAGMA data_version"); }

Status ReviewReader::TakeStatus() {
  if (impl_->connection.ok()) return Done{};
  Error error{impl_->connection.error()};
  impl_->connection.ClearError();
  return error;
}

std::vector<std::string> CheckStandings(Database& database) {
  std::vector<std::string> out;
  Statements statements(database.connection());
  ReviewRows reviews(statements);
  std::vector<std::string> claims;
  Statement& s = statements.Get(
      "SELECT claim_id FROM reviews UNION SELECT claim_id FROM standing_rows UNION SELECT claim_id"
      " FROM claim_moves ORDER BY 1");
  while (s.Next()) claims.push_back(s.Text(0));
  s.Reset();
  for (const std::string& claim_id : claims) {
    if (reviews.Stored(claim_id) != reviews.AmountOf(claim_id)) {
      out.push_back("reviews: what stands of claim " + claim_id + " is not what was decided");
    }
  }
  return out;
}

}  // namespace hanfact::store
