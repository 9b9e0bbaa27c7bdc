// Runs over inputs: into the database (ingest), to lines (extract), or only counted (dry run); and
// from lines into the database (load).
#pragma once

#include <atomic>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/period.h"
#include "base/result.h"
#include "pipeline/article.h"
#include "pipeline/batch.h"
#include "store/database.h"

namespace hanfact::pipeline {

using IngestSummary = RunSummary;

struct InputOptions {
  std::vector<std::string> paths;
  bool stdin_is_lines = false;  // standard input is JSON lines, whatever it looks like
  int jobs = 1;
  std::optional<Date> as_of;
  const std::atomic<bool>* stop = nullptr;  // set: end after the batch in hand
  // Called by one thread at a time, after each input.
  std::function<void(const RunSummary&)> progress;
};

struct IngestOptions : InputOptions, RunOptions {};

// Runs everything; the error is one that the run cannot go on from (disk full, a path that is not
// there): the database is then as after the last committed batch, and the same call goes on from
// there. The caller holds the writers' lock.
[[nodiscard]] Result<RunSummary> Ingest(const IngestOptions& options, const Tools& tools,
                                        store::Database& database);

// Works on every input and hands over one line each, without its break, in input order. `line`
// gives false to stop (nobody reads on).
[[nodiscard]] Result<RunSummary> Extract(const InputOptions& options, const Tools& tools,
                                         const std::function<bool(std::string_view)>& line);

// What Ingest would do to the database at `path` ("" for none), without writing. Rejects that would
// be new are handed over.
[[nodiscard]] Result<RunSummary> DryRun(const IngestOptions& options, const Tools& tools,
                                        const std::string& path,
                                        const std::function<void(const Reject&)>& reject);

// Lines of Extract into the database; `paths` of the options are not used. A line that is none is a
// reject of stage `load`. Gives the database that Ingest gives for the same inputs, however the
// lines are split and ordered.
[[nodiscard]] Result<RunSummary> Load(const IngestOptions& options, std::istream& lines,
                                      store::Database& database);

}  // namespace hanfact::pipeline
