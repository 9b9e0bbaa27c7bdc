// What a long run says of itself: progress while it goes, a summary at its end, and how signals end
// it.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "cli/command.h"
#include "pipeline/batch.h"

namespace hanfact::cli {

// A live line on a terminal, else a plain line every 10 s; with --log-format json an object a line.
class Progress {
 public:
  explicit Progress(const Common& common);
  void operator()(const pipeline::RunSummary& summary);
  // Takes the live line away.
  void Clear();
  [[nodiscard]] double Seconds() const;

 private:
  const Common& common_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

// The summary of a run that changed a database, or would have (`dry`).
void LogSummary(const Common& common, const pipeline::RunSummary& summary, const std::string& db,
                double seconds, bool dry = false);

// From now on the first SIGINT or SIGTERM sets the flag that is returned, so that the run ends
// after the batch in hand; a second one ends the program at once, which the database survives as it
// does a power cut.
[[nodiscard]] const std::atomic<bool>& CatchSignals();

// "1 claim", "2 claims".
[[nodiscard]] std::string Count(int64_t n, const char* one, const char* many);

}  // namespace hanfact::cli
