// A batch run: all inputs through the street, into the database, exactly once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/period.h"
#include "base/result.h"
#include "pipeline/article.h"
#include "store/database.h"

namespace hanfact::pipeline {

struct IngestSummary;

struct IngestOptions {
  std::vector<std::string> paths;
  int jobs = 1;
  std::optional<Date> as_of;
  bool reprocess = false;      // extract again what other rules or another lexicon did
  bool retry_rejects = false;  // try again what was refused
  std::string version;
  std::string arguments;                    // for the runs table
  std::function<std::string()> now;         // ISO 8601 UTC; the library reads no clock itself
  const std::atomic<bool>* stop = nullptr;  // set: end after the batch in hand
  // Called by one thread at a time, after each input.
  std::function<void(const IngestSummary&)> progress;
};

struct IngestSummary {
  int64_t inputs = 0;
  int64_t documents = 0;  // new or written anew
  int64_t same_documents = 0;
  int64_t skipped = 0;  // done before
  int64_t waiting = 0;  // done with other rules: --reprocess
  int64_t rejected = 0;
  int64_t claims = 0;
  int64_t payload_bytes = 0;
  std::map<std::string, int64_t> rejects_by_stage;
  bool stopped = false;
};

// Runs everything; the error is one that the run cannot go on from (disk full, a path that is not
// there): the database is then as after the last committed batch, and the same call goes on from
// there. The caller holds the writers' lock.
[[nodiscard]] Result<IngestSummary> Ingest(const IngestOptions& options, const Tools& tools,
                                           store::Database& database);

// Builds the facts that an interrupted run left pending.
[[nodiscard]] Status DrainPendingFacts(store::Database& database);

}  // namespace hanfact::pipeline
