// Queries for the command line and for checks. Never changes the database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/story.h"
#include "store/database.h"

namespace hanfact::store {

// One cell of a row: a text, a whole number, or nothing.
struct Cell {
  enum class Type { kNull, kText, kInteger, kReal } type = Type::kNull;
  std::string text;  // as SQLite prints it; exact decimals stay text
};
// A row of a query with its column names.
using Row = std::vector<std::pair<std::string, Cell>>;
[[nodiscard]] Row ReadRow(const Statement& s);  // for store/ itself

struct FactFilter {
  std::string subject;   // part of the name in either script's simplified form, or an entity id
  std::string metric;    // part of the name
  std::string from, to;  // ISO dates: the fact's period lies in them
  int64_t min_stories = 0;
  double min_confidence = 0;  // of the surest claim, 0 to 1
  bool conflicts_only = false;
  int64_t limit = 0;  // 0: all
};

struct ClaimEvidence {
  std::string claim_id, document_id, locator, site, published, surface, sentence, relation, status;
  // Where the surface stands in the sentence, in code points.
  int64_t surface_start = 0, surface_end = 0;
  bool former = false;  // a later version of the document's address replaced it
};

class Reader {
 public:
  explicit Reader(Database& database);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The facts in a fixed order: subject, metric, period, kind, unit, value, fact_id. The callback's
  // arguments live for the call.
  Status ForEachFact(const FactFilter& filter,
                     const std::function<void(const Row&, const std::vector<ClaimEvidence>&)>& fn);

  // Any query, for the fixed reports of the command line; parameters are bound as text.
  Result<std::vector<Row>> Query(std::string_view sql, const std::vector<std::string>& parameters);

  // A stored document as ingest made it (no signature); nullopt if there is none of that id.
  std::optional<Document> LoadDocument(const std::string& document_id);

  // All aspects that have claims or facts, ascending, with their claims but for rejected ones.
  // Holds two numbers of each claim.
  void ForEachAspect(const std::function<void(int64_t, const std::vector<FactClaim>&)>& fn);
  // The facts, links and conflicts as stored.
  AspectFacts FactsOfAspect(int64_t aspect);

  [[nodiscard]] Status status() const;

 private:
  class Statements;
  Connection& connection_;
  std::unique_ptr<Statements> statements_;  // that are asked for one aspect after another
};

// The breaches of the invariants that SQL can tell (contract, section 4: 1, 3, and the references
// between tables), each a line that names the row. Empty where all is well.
[[nodiscard]] std::vector<std::string> CheckRows(Database& database);

}  // namespace hanfact::store
