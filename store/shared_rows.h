// Rows that many claims share: names, periods, frames, lists of checks, entities. Each is kept once
// and found by what it says. Private to store/.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/claim.h"
#include "store/sqlite.h"
#include "store/writer.h"

namespace hanfact::store {

class SharedRows {
 public:
  SharedRows(Connection& connection, Statements& statements)
      : connection_(connection), statements_(statements) {}

  // The numbers of rows, which are written where they are not there yet. NameNo and PeriodNo: 0
  // where there is nothing to say.
  [[nodiscard]] int64_t NameNo(const std::string& name, const std::string& id);
  [[nodiscard]] int64_t PeriodNo(const Claim& c);
  [[nodiscard]] int64_t FrameNo(const Claim& c);
  // That of an entity which was written; 0 for another one.
  int64_t EntityNo(const std::string& entity_id);

  // An entity new to the database comes with its aliases.
  void WriteEntity(const EntityRow& e);

  // What is known of the rows' numbers does not stand: a transaction was undone, or entities taken
  // out.
  void Forget();

 private:
  // By what a row says, its number: kept while they are few.
  using Numbers = std::unordered_map<std::string, int64_t>;
  template <class Find>
  int64_t Cached(Numbers& numbers, const std::string& key, Find find);
  [[nodiscard]] int64_t ChecksNo(const std::vector<ClaimCheck>& list);
  [[nodiscard]] int64_t Inserted(Statement& s);
  Statement& Sql(std::string_view sql) { return statements_.Get(sql); }

  Connection& connection_;
  Statements& statements_;
  Numbers checks_, names_, periods_, frames_, entities_;
};

}  // namespace hanfact::store
