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

}  // namespace hanfact::testing
