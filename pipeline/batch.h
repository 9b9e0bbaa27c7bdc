// The writing side of every run that changes documents: batches, journal, stories, facts, exactly
// once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "pipeline/outcome.h"
#include "pipeline/stories.h"
#include "store/database.h"
#include "store/writer.h"

namespace hanfact::pipeline {

struct RunSummary {
  int64_t inputs = 0;
  int64_t documents = 0;  // new or written anew
  int64_t same_documents = 0;
  int64_t skipped = 0;  // done before
  int64_t waiting = 0;  // done with other rules: --reprocess
  int64_t rejected = 0;
  int64_t removed = 0;  // remove: documents taken out
  int64_t claims = 0;
  int64_t facts = 0, conflicts = 0;  // in the database after the run
  int64_t payload_bytes = 0;
  uint64_t bytes_read = 0, bytes_total = 0;  // of files; the total is 0 while it is not known
  std::map<std::string, int64_t> rejects_by_stage;
  std::map<std::string, store::ClaimChanges> changes;  // by rule, of documents written anew
  bool stopped = false;
};

// When a run does more than to write its batches. Nothing of the result depends on it.
struct BatchLimits {
  // In a small run the facts come with each batch; one of more documents builds each aspect once,
  // at its end,
  int64_t drain_each_batch_up_to = 256;
  // or each time so many claims wait for their facts. An aspect that many articles add to is read
  // and written once for all of them, so more is less work; but who stops a run waits for them.
  int64_t pending_claims = 100'000;
  // Of these, those in memory at once.
  size_t pending_in_memory = 40'000;
  // Bands in memory before they are written: some 2 MB. Of a great file more are kept, as each
  // would be the only one of its page.
  size_t bands_in_memory = 24'000;
  // Claims of one transaction that writes facts: some 100 ms, so that editors who wait for the lock
  // are not kept.
  size_t fact_claims_at_once = 4000;
};

struct RunOptions {
  bool reprocess = false;      // do again what was done with other rules or another lexicon
  bool retry_rejects = false;  // try again what was refused
  std::string version;
  std::string arguments;             // for the runs table
  std::function<std::string()> now;  // ISO 8601 UTC; the library reads no clock itself
  BatchLimits limits;
};

// Whether an input in this state is passed over.
[[nodiscard]] bool Skippable(store::InputState state, const RunOptions& options);

// Used by one thread at a time. A run is Start, then any number of Apply and Remove, then Finish;
// after an error (disk full, another writer) the database is as after the last committed batch.
class Batch {
 public:
  Batch(const RunOptions& options, store::Database& database);

  [[nodiscard]] Status Start(const std::string& rules_digest, const std::string& lexicon_digest);
  // Journals and stores what became of an input, unless it was done before.
  [[nodiscard]] Status Apply(const Outcome& outcome, size_t payload_bytes);
  // Takes out a document (its private number) or a reject.
  [[nodiscard]] Status Remove(int64_t document_no);
  [[nodiscard]] Status RemoveReject(const std::string& locator, const std::string& sha256);
  // Commits, builds the facts that are pending, and closes the run's row: as finished unless it was
  // stopped.
  [[nodiscard]] Status Finish(bool stopped);

  [[nodiscard]] const RunSummary& summary() const { return summary_; }
  [[nodiscard]] RunSummary& summary() { return summary_; }

 private:
  Status EndOfInput(size_t bytes);
  void FitMemory();
  Status DrainAll();

  const RunOptions& options_;
  const std::string path_;  // of the database
  store::Writer writer_;
  StoryBuilder stories_;
  RunSummary summary_;
  bool rewritten_ = false;
  int batch_documents_ = 0;
  size_t batch_bytes_ = 0;
  int64_t pending_claims_ = 0;  // about how many wait for their facts
  size_t bands_in_memory_ = 0;  // as many as the file's size allows
};

// Makes the full-text index, or completes it; then every run keeps it in step. How many documents
// were added.
[[nodiscard]] Result<int64_t> MakeSearch(store::Database& database);

}  // namespace hanfact::pipeline
