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
  for (const char* table : {"runs", "document_rows", "rejects", "block_rows", "entities", "aliases",
                            "mention_rows", "fact_rows", "fact_claim_rows", "fact_links",
                            "conflicts", "band_rows", "story_pair_rows"}) {
    fill += std::string("INSERT INTO main.") + table + " SELECT * FROM n." + table + ";";
  }
  fill +=
      "INSERT INTO main.input_rows SELECT locator, sha256, metadata_digest, as_of, document_no,"
      " outcome, rules_digest, lexicon_digest, run_id FROM n.input_rows i JOIN n.rules_rows r ON"
      " r.no = i.rules_no;"
      "INSERT INTO main.claim_rows SELECT c.no, claim_id, document_no, start, end, surface,"
      " sentence_start, sentence_end, subject, subject_id, metric, metric_id, scope, kind, value,"
      " low, high, low_open, high_open, value_num, low_num, high_num, precision, unit, bound,"
      " direction, basis, period_start, period_end, period_text, period_from, modality,"
      " attribution, attribution_id, confidence, k.checks, rule, spans, aspect FROM n.claim_rows c"
      " JOIN n.check_rows k ON k.no = c.checks_no;"
      "COMMIT; DETACH n;"
      "INSERT INTO schema_versions VALUES (1, 'then');"
      "PRAGMA user_version = 1; PRAGMA application_id = " +
      std::to_string(store::kApplicationId);
  execute(fill);
}

}  // namespace hanfact::testing
