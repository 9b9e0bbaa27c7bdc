// Whole databases, for comparing them.
#pragma once

#include <set>
#include <string>

#include "pipeline/verify.h"
#include "store/database.h"
#include "store/reader.h"
#include "testing.h"

namespace hanfact::testing {

inline constexpr const char* kPublicTables[] = {
    "documents",  "inputs",    "blocks",      "rejects",          "entities",   "aliases",
    "mentions",   "claims",    "claim_spans", "claims_extracted", "facts",      "fact_claims",
    "fact_links", "conflicts", "stories",     "reviews",          "claim_moves"};

// Every row of every public table, sorted, without the run ids.
inline std::string Dump(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kRead, "");
  EXPECT_TRUE(database.ok());
  store::Reader reader(**database);
  std::string out;
  for (const char* table : kPublicTables) {
    auto rows = reader.Query(std::string("SELECT * FROM ") + table, {});
    EXPECT_TRUE(rows.ok()) << table;
    std::multiset<std::string> lines;
    for (const store::Row& row : *rows) {
      std::string line;
      for (const auto& [column, cell] : row) {
        if (column == "run_id") continue;
        line += column + "=" + cell.text + "|";
      }
      lines.insert(std::move(line));
    }
    out += std::string(table) + " " + std::to_string(lines.size()) + "\n";
    for (const std::string& line : lines) out += line + "\n";
  }
  return out;
}

inline void Execute(const std::string& path, std::string_view sql) {
  store::Connection c;
  ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  ASSERT_TRUE(c.Execute(sql)) << c.error();
}

inline void ExpectSound(const std::string& path) {
  auto database = store::Database::Open(path, store::Database::Mode::kRead, "");
  ASSERT_TRUE(database.ok());
  for (const std::string& breach : pipeline::Verify(**database)) ADD_FAILURE() << breach;
}

// A database of schema version 1: the first file of store/schema/ by itself, with the rows that the
// database `today` has.
inline void MakeVersionOne(const std::string& today, const std::string& path) {
  store::Connection c;
  ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  auto execute = [&](const std::string& sql) { ASSERT_TRUE(c.Execute(sql)) << c.error(); };
  execute(ReadFile(SourceDir() / "store" / "schema" / "0001_init.sql"));
  std::string fill = "ATTACH '" + today + "' AS n; BEGIN;";
  for (const char* table :
       {"runs", "rejects", "block_rows", "entities", "aliases", "story_pair_rows"}) {
    fill += std::string("INSERT INTO main.") + table + " SELECT * FROM n." + table + ";";
  }
  fill +=
      "INSERT INTO main.document_rows SELECT d.no, d.document_id, d.external_id, d.locator, d.url,"
      " d.site, d.source, d.title, d.author, d.published, d.published_from, d.fetched, d.script,"
      " d.region, d.language, d.charset, d.confidence, t.text, lower(hex(d.sha256)), d.extra,"
      " d.replaces, d.latest, d.story_no, d.story_role, d.similarity,"
      " lower(hex(d.metadata_digest)), d.text_size, d.content_hash, d.numbers, d.run_id FROM"
      " n.document_rows d JOIN n.text_rows t ON t.document_no = d.no;"
      "INSERT INTO main.input_rows SELECT locator, lower(hex(sha256)),"
      " lower(hex(metadata_digest)), as_of, document_no, outcome, rules_digest, lexicon_digest,"
      " run_id FROM n.input_rows i JOIN n.rules_rows r ON r.no = i.rules_no;"
      "INSERT INTO main.mention_rows SELECT document_no, start, end, entity_id FROM n.mention_rows"
      " m JOIN n.entity_rows e ON e.no = m.entity_no;"
      // Of other kinds than today's: an upgrade makes them anew.
      "INSERT INTO main.band_rows SELECT no, no FROM n.document_rows;"
      "INSERT INTO main.claim_rows SELECT c.no, e.claim_id, c.document_no, e.start, e.end,"
      " e.surface, e.sentence_start, e.sentence_end, e.subject, e.subject_id, e.metric,"
      " e.metric_id, e.scope, e.kind, e.value, e.low, e.high, f.low_open, f.high_open,"
      " e.value_num, e.low_num, e.high_num, e.precision, e.unit, e.bound, e.direction, e.basis,"
      " e.period_start, e.period_end, e.period_text, e.period_from, e.modality, e.attribution,"
      " e.attribution_id, e.confidence, e.checks, e.rule, (SELECT"
      " json_group_array(json_array(role, start, end)) FROM n.claim_spans s WHERE s.claim_id ="
      " e.claim_id), c.aspect FROM n.claim_rows c JOIN n.frame_rows f ON f.no = c.frame_no JOIN"
      " n.claims_extracted e ON e.claim_id = lower(hex(c.claim_id));"
      // Ids of facts began with what is behind the aspect's place today.
      "INSERT INTO main.fact_rows SELECT r.no, substr(f.fact_id, 9) || '0a1b2c3d', r.aspect, "
      "f.claim_id,"
      " f.claims, f.documents, f.stories, f.first_published, f.last_published,"
      " substr(f.conflict_id, 9) || '0a1b2c3d', f.status FROM"
      " n.fact_rows r JOIN n.facts f ON f.fact_id = lower(hex(r.fact_id));"
      "INSERT INTO main.fact_links SELECT substr(fact_a, 9) || '0a1b2c3d', substr(fact_b, 9) ||"
      " '0a1b2c3d', relation, explanation FROM n.fact_links;"
      "INSERT INTO main.conflicts SELECT substr(conflict_id, 9) || '0a1b2c3d', subject, metric,"
      " period_start, period_end, unit, facts, reason FROM n.conflicts;"
      "INSERT INTO main.fact_claim_rows SELECT r.fact_no, r.claim_no, CASE r.relation WHEN 0 THEN"
      " 'identical' WHEN 1 THEN 'consistent' ELSE 'converted' END FROM n.fact_claim_rows r;"
      "COMMIT; DETACH n;"
      // What the lexicon does not know was filed by its id up to version 7: under another aspect.
      "CREATE TEMP TABLE by_id AS SELECT f.no FROM main.fact_rows f WHERE NOT EXISTS (SELECT 1 FROM"
      " main.fact_claim_rows r JOIN main.claim_rows c ON c.no = r.claim_no WHERE r.fact_no = f.no"
      " AND coalesce(substr(c.subject_id, 1, 2), '') <> 'x:');"
      "UPDATE main.claim_rows SET aspect = aspect + 1 WHERE no IN (SELECT claim_no FROM"
      " main.fact_claim_rows WHERE fact_no IN (SELECT no FROM by_id));"
      "UPDATE main.fact_rows SET aspect = aspect + 1 WHERE no IN (SELECT no FROM by_id);"
      "DROP TABLE by_id;"
      "INSERT INTO schema_versions VALUES (1, 'then');"
      "PRAGMA user_version = 1; PRAGMA application_id = " +
      std::to_string(store::kApplicationId);
  execute(fill);
}

// The same of schema version 2.
inline void MakeVersionTwo(const std::string& today, const std::string& path) {
  MakeVersionOne(today, path);
  store::Connection c;
  ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE));
  const std::string second = ReadFile(SourceDir() / "store" / "schema" / "0002_shared_texts.sql");
  ASSERT_TRUE(c.Execute("BEGIN;" + second +
                        ";INSERT INTO schema_versions VALUES (2, 'then');"
                        "PRAGMA user_version = 2; COMMIT"))
      << c.error();
}

// The same of a later schema version, with the steps up to it.
inline void MakeVersion(int version, const std::string& today, const std::string& path) {
  MakeVersionTwo(today, path);
  store::Connection c;
  ASSERT_TRUE(c.Open(path, SQLITE_OPEN_READWRITE));
  const std::string names[] = {"0003_compact.sql", "0004_growth.sql", "0005_aspects.sql",
                               "0006_lean.sql", "0007_ordered_ids.sql"};
  for (int v = 3; v <= version; ++v) {
    const std::string number = std::to_string(v);
    ASSERT_TRUE(c.Execute("BEGIN;" + ReadFile(SourceDir() / "store" / "schema" / names[v - 3]) +
                          ";INSERT INTO schema_versions VALUES (" + number +
                          ", 'then'); PRAGMA user_version = " + number + "; COMMIT"))
        << c.error();
  }
}

}  // namespace hanfact::testing
