#include "store/reader.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "store/claim_reader.h"
#include "store/phrases.h"
#include "store/writer.h"

namespace hanfact::store {
namespace {

Script ParseScript(std::string_view name) {
  return name == "Hant" ? Script::kHant : name == "mixed" ? Script::kMixed : Script::kHans;
}

}  // namespace

Row ReadRow(const Statement& s) {
  Row row;
  for (int i = 0; i < s.columns(); ++i) {
    Cell cell;
    switch (s.type(i)) {
      case SQLITE_NULL:
        break;
      case SQLITE_INTEGER:
        cell.type = Cell::Type::kInteger;
        break;
      case SQLITE_FLOAT:
        cell.type = Cell::Type::kReal;
        break;
      default:
        cell.type = Cell::Type::kText;
        break;
    }
    if (cell.type != Cell::Type::kNull) cell.text = s.Text(i);
    row.emplace_back(s.Name(i), std::move(cell));
  }
  return row;
}

// Keeps the statements that are asked again.
class Reader::Statements {
 public:
  explicit Statements(Connection& connection) : connection_(connection) {}
  Statement& operator()(std::string_view sql) {
    auto& statement = kept_[sql];
    if (!statement) statement = std::make_unique<Statement>(connection_, sql);
    return *statement;
  }

 private:
  Connection& connection_;
  std::map<std::string_view, std::unique_ptr<Statement>> kept_;
};

Reader::Reader(Database& database)
    : connection_(database.connection()), statements_(std::make_unique<Statements>(connection_)) {}
Reader::~Reader() = default;

Status Reader::status() const {
  if (connection_.ok()) return Done{};
  return Error{connection_.error()};
}

Status Reader::ForEachFact(
    const FactFilter& filter,
    const std::function<void(const Row&, const std::vector<ClaimEvidence>&)>& fn) {
  std::string sql = "SELECT f.* FROM facts f WHERE 1";
  if (!filter.subject.empty()) {
    sql +=
        " AND (f.subject_id = ?1 OR instr(lower(f.subject), lower(?1)) > 0 OR f.subject_id IN"
        " (SELECT entity_id FROM aliases WHERE lower(alias) = lower(?1)))";
  }
  if (!filter.metric.empty()) sql += " AND (f.metric_id = ?2 OR instr(f.metric, ?2) > 0)";
  if (!filter.from.empty()) sql += " AND f.period_start >= ?3";
  if (!filter.to.empty()) sql += " AND substr(f.period_end, 1, 10) <= ?4";
  if (filter.min_stories > 0) sql += " AND f.stories >= ?5";
  if (filter.min_confidence > 0) {
    sql +=
        " AND EXISTS (SELECT 1 FROM fact_claims fc JOIN claims c ON c.claim_id = fc.claim_id"
        " WHERE fc.fact_id = f.fact_id AND c.confidence >= ?7)";
  }
  if (filter.conflicts_only) sql += " AND f.conflict_id IS NOT NULL";
  sql +=
      " ORDER BY f.subject, f.subject_id, f.metric, f.period_start, f.period_end, f.kind, f.unit,"
      " f.value_num, f.low_num, f.fact_id";
  if (filter.limit > 0) sql += " LIMIT ?6";
  Statement s(connection_, sql);
  if (!filter.subject.empty()) s.Bind(1, filter.subject);
  if (!filter.metric.empty()) s.Bind(2, filter.metric);
  if (!filter.from.empty()) s.Bind(3, filter.from);
  if (!filter.to.empty()) s.Bind(4, filter.to);
  if (filter.min_stories > 0) s.Bind(5, filter.min_stories);
  if (filter.limit > 0) s.Bind(6, filter.limit);
  if (filter.min_confidence > 0) s.Bind(7, filter.min_confidence);
  Statement evidence(
      connection_,
      "SELECT c.claim_id, c.document_id, d.locator, d.site, d.published, c.surface, c.sentence,"
      " c.start - c.sentence_start, c.end - c.sentence_start, fc.relation, c.status,"
      " d.latest = 0 FROM fact_claims fc JOIN claims c ON c.claim_id = fc.claim_id"
      " JOIN document_rows d ON d.document_id = c.document_id WHERE fc.fact_id = ?1"
      " ORDER BY d.published, d.locator, c.start, c.claim_id");
  while (s.Next()) {
    const Row row = ReadRow(s);
    std::vector<ClaimEvidence> claims;
    const std::string fact_id = s.Text(0);
    evidence.Bind(1, fact_id);
    while (evidence.Next()) {
      claims.push_back({evidence.Text(0), evidence.Text(1), evidence.Text(2), evidence.Text(3),
                        evidence.Text(4), evidence.Text(5), evidence.Text(6), evidence.Text(9),
                        evidence.Text(10), evidence.Int(7), evidence.Int(8),
                        evidence.Int(11) != 0});
    }
    evidence.Reset();
    fn(row, claims);
  }
  return status();
}

Result<std::vector<Row>> Reader::Query(std::string_view sql,
                                       const std::vector<std::string>& parameters) {
  Statement s(connection_, sql);
  for (size_t i = 0; i < parameters.size(); ++i) s.Bind(static_cast<int>(i) + 1, parameters[i]);
  std::vector<Row> rows;
  while (s.Next()) rows.push_back(ReadRow(s));
  if (!connection_.ok()) return Error{connection_.error()};
  return rows;
}

std::optional<Document> Reader::LoadDocument(const std::string& document_id) {
  Statement s(connection_,
              "SELECT no, document_id, external_id, locator, url, site, source, title, author,"
              " published, published_from, fetched, script, region, language, charset, confidence,"
              " text, lower(hex(sha256)), extra FROM document_rows JOIN text_rows ON document_no ="
              " no WHERE document_id = ?1");
  s.Bind(1, document_id);
  if (!s.Next()) return std::nullopt;
  Document d;
  const int64_t no = s.Int(0);
  d.document_id = s.Text(1);
  d.meta.external_id = s.Text(2);
  d.locator = s.Text(3);
  d.meta.url = s.Text(4);
  d.meta.site = s.Text(5);
  d.meta.source = s.Text(6);
  d.meta.title = s.Text(7);
  d.meta.author = s.Text(8);
  d.meta.published = s.Text(9);
  d.published_from = s.Text(10);
  d.meta.fetched = s.Text(11);
  d.script = ParseScript(s.Text(12));
  d.meta.region = s.Text(13);
  d.language = s.Text(14);
  d.charset = s.Text(15);
  d.confidence = s.Real(16);
  d.text = s.Text(17);
  d.sha256 = s.Text(18);
  d.meta.extra = s.Text(19);
  const CodePointIndex index(d.text);
  Statement blocks(connection_,
                   "SELECT start, end, kind FROM block_rows WHERE document_no = ?1 ORDER BY start");
  blocks.Bind(1, no);
  while (blocks.Next()) {
    Block b;
    b.span = {index.ToBytes(d.text, static_cast<uint32_t>(blocks.Int(0))),
              index.ToBytes(d.text, static_cast<uint32_t>(blocks.Int(1)))};
    b.kind = ParseBlockKind(blocks.Text(2)).value_or(BlockKind::kParagraph);
    d.blocks.push_back(b);
  }
  return d;
}

void Reader::ForEachAspect(const std::function<void(int64_t, const std::vector<FactClaim>&)>& fn) {
  std::vector<std::pair<int64_t, int64_t>> claims;  // aspect and number; 0 for an aspect's facts
  {
    Statement s(connection_,
                "SELECT aspect, no FROM claim_rows WHERE aspect <> 0 UNION ALL SELECT DISTINCT"
                " aspect, 0 FROM fact_rows");
    while (s.Next()) claims.emplace_back(s.Int(0), s.Int(1));
  }
  std::sort(claims.begin(), claims.end());
  ClaimReader reader(std::ref(*statements_));
  for (size_t begin = 0; begin < claims.size();) {
    AspectClaims of_aspect;
    size_t end = begin;
    for (; end < claims.size() && claims[end].first == claims[begin].first; ++end) {
      if (claims[end].second != 0) reader.ReadClaim(claims[end].second, of_aspect);
    }
    fn(claims[begin].first, of_aspect.claims);
    begin = end;
  }
}

AspectFacts Reader::FactsOfAspect(int64_t aspect) {
  Statements& sql = *statements_;
  AspectFacts out;
  std::map<int64_t, size_t> place;  // by fact_rows.no
  Statement& s =
      sql("SELECT f.no, f.fact_id, c.claim_id, f.documents, f.stories, f.first_published,"
          " coalesce(f.last_published, f.first_published), k.conflict_id, f.claims FROM fact_rows f"
          " LEFT JOIN claim_rows c ON c.no = f.claim_no LEFT JOIN conflict_rows k ON k.no ="
          " f.conflict_no WHERE f.aspect = ?1");
  s.Bind(1, aspect);
  std::vector<int64_t> claims;
  while (s.Next()) {
    Fact f;
    f.fact_id = HexOfBytes(s.Text(1));
    f.representative = HexOfBytes(s.Text(2));
    f.documents = static_cast<uint32_t>(s.Int(3));
    f.stories = static_cast<uint32_t>(s.Int(4));
    f.first_published = s.Text(5);
    f.last_published = s.Text(6);
    f.conflict_id = s.Text(7);
    place[s.Int(0)] = out.facts.size();
    claims.push_back(s.Int(8));
    out.facts.push_back(std::move(f));
  }
  s.Reset();
  if (out.facts.empty()) return out;

  Statement& members =
      sql("SELECT r.fact_no, c.claim_id, r.relation FROM fact_rows f JOIN fact_claim_rows r ON"
          " r.fact_no = f.no JOIN claim_rows c ON c.no = r.claim_no WHERE f.aspect = ?1");
  members.Bind(1, aspect);
  while (members.Next()) {
    out.facts[place[members.Int(0)]].members.push_back(
        {HexOfBytes(members.Text(1)), static_cast<ClaimRelation>(members.Int(2))});
  }
  members.Reset();
  // A fact that lost claims with their document is not the one that was written.
  for (size_t i = 0; i < out.facts.size(); ++i) {
    if (out.facts[i].members.size() != static_cast<size_t>(claims[i])) out.facts[i].members.clear();
  }
  Statement& links = sql(
      "SELECT a.fact_id, b.fact_id, l.relation, l.explanation FROM fact_rows a JOIN fact_link_rows"
      " l ON l.fact_a = a.no JOIN fact_rows b ON b.no = l.fact_b WHERE a.aspect = ?1");
  links.Bind(1, aspect);
  while (links.Next()) {
    out.links.push_back({HexOfBytes(links.Text(0)), HexOfBytes(links.Text(1)),
                         static_cast<FactRelation>(links.Int(2)), LengthenPhrases(links.Text(3))});
  }
  links.Reset();
  std::map<std::string, Conflict> conflicts;
  for (const Fact& f : out.facts) {
    if (!f.conflict_id.empty()) conflicts[f.conflict_id].facts.push_back(f.fact_id);
  }
  for (auto& [conflict_id, c] : conflicts) {
    Statement& conflict =
        sql("SELECT subject, metric, unit, period_start, period_end, reason FROM conflicts"
            " WHERE conflict_id = ?1");
    conflict.Bind(1, conflict_id);
    if (conflict.Next()) {
      c.conflict_id = conflict_id;
      c.subject = conflict.Text(0);
      c.metric = conflict.Text(1);
      c.unit = conflict.Text(2);
      c.period_start = conflict.Text(3);
      c.period_end = conflict.Text(4);
      c.reason = conflict.Text(5);
      std::sort(c.facts.begin(), c.facts.end());
      out.conflicts.push_back(std::move(c));
    }
    conflict.Reset();
  }
  for (Fact& f : out.facts) {
    std::sort(f.members.begin(), f.members.end(),
              [](const FactMember& a, const FactMember& b) { return a.claim_id < b.claim_id; });
  }
  std::sort(out.facts.begin(), out.facts.end(),
            [](const Fact& a, const Fact& b) { return a.fact_id < b.fact_id; });
  std::sort(out.links.begin(), out.links.end(), [](const FactLink& a, const FactLink& b) {
    return std::tie(a.fact_a, a.fact_b, a.relation) < std::tie(b.fact_a, b.fact_b, b.relation);
  });
  return out;
}

std::vector<std::string> CheckRows(Database& database) {
  // Each query returns a line a breach.
  static constexpr std::string_view kChecks[] = {
      "SELECT 'invariant 1: claim ' || lower(hex(c.claim_id)) || ': the surface ''' || c.surface ||"
      " ''' is not what the text has at ' || c.start || ', ' || c.length FROM claim_rows c LEFT"
      " JOIN text_rows d ON d.document_no = c.document_no"
      " WHERE substr(d.text, c.start + 1, c.length) IS NOT c.surface",
      "SELECT 'invariant 1: claim ' || lower(hex(c.claim_id)) || ': its sentence does not hold it' "
      "FROM"
      " claim_rows c JOIN text_rows d ON d.document_no = c.document_no WHERE c.length < 1 OR"
      " c.sentence_start > c.start OR c.start + c.length > c.sentence_end OR c.sentence_end >"
      " length(d.text)",
      "SELECT 'invariant 1: a mention at ' || m.start || ' of document ' || d.document_id ||"
      " ' lies outside the text' FROM mention_rows m JOIN document_rows d ON d.no = m.document_no"
      " JOIN text_rows t ON t.document_no = d.no WHERE m.start >= m.end OR m.end > length(t.text)",
      "SELECT 'invariant 1: the ' || s.role || ' span of claim ' || s.claim_id ||"
      " ' lies outside the text' FROM claim_spans s JOIN claim_rows c ON"
      " lower(hex(c.claim_id)) = s.claim_id JOIN text_rows d ON d.document_no = c.document_no "
      "WHERE s.start < 0 OR s.start >= s.end OR"
      " s.end > length(d.text)",
      "SELECT 'block ' || b.start || ' of document ' || d.document_id || ' lies outside the text'"
      " FROM block_rows b JOIN document_rows d ON d.no = b.document_no JOIN text_rows t ON"
      " t.document_no = d.no WHERE b.end > length(t.text)",
      "SELECT 'invariant 3: input ' || i.locator || ' has neither a document nor a reason' FROM"
      " input_rows i WHERE (i.outcome = 'reject') <> (i.document_no IS NULL) OR (i.outcome ="
      " 'reject' AND NOT EXISTS (SELECT 1 FROM rejects r WHERE r.locator = i.locator AND r.sha256 ="
      " lower(hex(i.sha256))))",
      "SELECT 'invariant 3: reject ' || r.locator || ' is no input' FROM rejects r WHERE NOT EXISTS"
      " (SELECT 1 FROM input_rows i WHERE i.key = hanfact_hash(r.locator, r.sha256) AND i.locator ="
      " r.locator)",
      "SELECT 'invariant 3: document ' || d.document_id || ' has no input' FROM document_rows d"
      " WHERE NOT EXISTS (SELECT 1 FROM input_rows i WHERE i.document_no = d.no)",
      // Of an article in several pages, the first page's inputs count.
      "SELECT 'document ' || d.document_id || ': its locator is not the least of its inputs'"
      " FROM document_rows d WHERE d.locator IS NOT (SELECT min(locator) FROM input_rows i WHERE"
      " i.document_no = d.no AND i.sha256 = d.sha256)",
      "SELECT 'mention of an unknown entity: ' || m.entity_no FROM mention_rows m WHERE NOT EXISTS"
      " (SELECT 1 FROM entity_rows e WHERE e.no = m.entity_no)",
      "SELECT 'document ' || d.document_id || ' belongs to no story' FROM document_rows d WHERE NOT"
      " EXISTS (SELECT 1 FROM document_rows s WHERE s.no = d.story_no)",
      "SELECT 'story of document ' || d.document_id || ': exactly the canonical document is the"
      " original' FROM document_rows d WHERE (d.story_role = 'original') <> (d.story_no = d.no)",
      "SELECT 'story pair crosses stories: document ' || a.document_id FROM story_pair_rows p JOIN"
      " document_rows a ON a.no = p.document_no JOIN document_rows b ON b.no = p.other_no WHERE"
      " a.story_no <> b.story_no",
      "SELECT 'invariant 5: claim ' || lower(hex(c.claim_id)) || ' is in ' || count(f.fact_no) || "
      "' facts' FROM"
      " claim_rows c LEFT JOIN fact_claim_rows f ON f.claim_no = c.no LEFT JOIN standing_rows s ON"
      " s.claim_id = lower(hex(c.claim_id)) WHERE c.aspect NOT IN (SELECT aspect FROM "
      "pending_rows) GROUP BY"
      " c.no HAVING count(f.fact_no) > 1 OR (count(f.fact_no) = 1 AND s.status = 'rejected')",
      "SELECT 'claim ' || lower(hex(c.claim_id)) || ' is none of those of its document' FROM "
      "claim_rows"
      " c WHERE NOT EXISTS (SELECT 1 FROM document_rows d WHERE d.no = c.document_no AND c.no >="
      " d.first_claim AND c.no < d.first_claim + d.claim_count)",
      "SELECT 'document ' || d.document_id || ' has ' || count(c.no) || ' claims and says ' ||"
      " d.claim_count FROM document_rows d LEFT JOIN claim_rows c ON c.no >= d.first_claim AND "
      "c.no <"
      " d.first_claim + d.claim_count AND c.document_no = d.no GROUP BY d.no HAVING count(c.no) <>"
      " d.claim_count",
      "SELECT 'fact ' || lower(hex(f.fact_id)) || ' names a conflict that is not there' FROM "
      "fact_rows f WHERE"
      " f.conflict_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conflict_rows c WHERE c.no ="
      " f.conflict_no)",
      "SELECT 'conflict ' || c.conflict_id || ' has no facts' FROM conflict_rows c WHERE NOT EXISTS"
      " (SELECT 1 FROM fact_rows f WHERE f.conflict_no = c.no) AND c.aspect NOT IN (SELECT aspect"
      " FROM pending_rows)",
      "SELECT 'claim ' || lower(hex(c.claim_id)) || ' names rows that are not there' FROM "
      "claim_rows c WHERE "
      "NOT"
      " EXISTS (SELECT 1 FROM frame_rows f WHERE f.no = c.frame_no) OR (c.subject_no IS NOT NULL "
      "AND"
      " NOT EXISTS (SELECT 1 FROM name_rows n WHERE n.no = c.subject_no)) OR (c.metric_no IS NOT"
      " NULL AND NOT EXISTS (SELECT 1 FROM name_rows n WHERE n.no = c.metric_no)) OR"
      " (c.attribution_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM name_rows n WHERE n.no ="
      " c.attribution_no)) OR (c.period_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM period_rows p"
      " WHERE p.no = c.period_no))",
      "SELECT 'fact ' || lower(hex(f.fact_id)) || ': the claim it stands on is gone' FROM "
      "fact_rows f WHERE NOT"
      " EXISTS (SELECT 1 FROM claim_rows c WHERE c.no = f.claim_no)",
      "SELECT 'the database was upgraded and has ' || count(*) || ' claims to be filed; run hanfact"
      " ingest on it' FROM unfiled_rows HAVING count(*) > 0",
      "SELECT 'the last run did not finish: ' || count(DISTINCT aspect) || ' aspects are pending; "
      "run the same"
      " command again' FROM pending_rows HAVING count(*) > 0",
      "SELECT 'foreign key of table ' || \"table\" || ', row ' || rowid FROM"
      " pragma_foreign_key_check",
      "SELECT 'integrity: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <>"
      " 'ok'",
  };
  std::vector<std::string> out;
  Connection& c = database.connection();
  std::vector<std::string_view> checks(std::begin(kChecks), std::end(kChecks));
  bool search = false;
  {
    Statement s(c, "SELECT 1 FROM sqlite_master WHERE name = 'search'");
    search = s.Next();
  }
  if (search) {
    checks.emplace_back(
        "SELECT 'document ' || d.document_id || ' is not in the index: run hanfact index' FROM"
        " document_rows d WHERE NOT EXISTS (SELECT 1 FROM search_content s WHERE s.id = d.no)");
    checks.emplace_back(
        "SELECT 'the index holds a document that is not there' FROM search_content s WHERE NOT"
        " EXISTS (SELECT 1 FROM document_rows d WHERE d.no = s.id)");
  }
  for (std::string_view sql : checks) {
    Statement s(c, sql);
    while (s.Next()) out.push_back(s.Text(0));
    if (!c.ok()) {
      out.push_back(c.error());
      c.ClearError();
    }
  }
  return out;
}

}  // namespace hanfact::store
