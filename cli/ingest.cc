#include "pipeline/ingest.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>

#include "cli/command.h"

namespace hanfact::cli {
namespace {

std::atomic<bool> stop_asked = false;

// The first signal ends the run after the batch in hand; a second one ends it at once, which the
// database survives as it does a power cut.
extern "C" void OnSignal(int) {
  if (stop_asked.exchange(true)) ::_exit(130);
}

struct Options {
  Common common;
  std::string db;
  std::vector<std::string> paths;
  bool strict = false;
  bool reprocess = false;
  bool retry_rejects = false;
};

std::string Count(int64_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

// A live line on a terminal, else a plain line every 10 s.
class Progress {
 public:
  explicit Progress(const Common& common)
      : common_(common), terminal_(::isatty(STDERR_FILENO) != 0 && common.log_format == "text") {}

  void operator()(const pipeline::IngestSummary& s) {
    if (common_.quiet) return;
    const auto now = std::chrono::steady_clock::now();
    const auto pause =
        terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10000);
    if (now - last_ < pause) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const std::string line =
        Count(s.inputs, "input", "inputs") + ", " + Count(s.claims, "claim", "claims") + ", " +
        Count(s.rejected, "reject", "rejects") + ", " +
        std::to_string(
            static_cast<int64_t>(static_cast<double>(s.inputs) / std::max(seconds, 0.001))) +
        " inputs/s";
    if (terminal_) {
      std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
      drawn_ = true;
    } else {
      LogInfo(common_, line);
    }
  }

  void Clear() {
    if (drawn_) std::fprintf(stderr, "\r\x1b[K");
  }
  [[nodiscard]] double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  const Common& common_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

int Run(const Options& options) {
  auto tools = LoadTools(options.common);
  if (tools == nullptr) return kCannot;
  auto lock = store::WriterLock::Take(options.db, Now());
  if (!lock.ok()) {
    LogError(options.common, lock.error().message);
    return kCannot;
  }
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kCreate);
  if (database == nullptr) return kCannot;

  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);

  Progress progress(options.common);
  pipeline::IngestOptions ingest;
  ingest.paths = options.paths;
  ingest.jobs = options.common.Jobs();
  ingest.as_of = options.common.AsOf();
  ingest.reprocess = options.reprocess;
  ingest.retry_rejects = options.retry_rejects;
  ingest.version = HANFACT_VERSION;
  ingest.arguments = "ingest";
  for (const std::string& path : options.paths) ingest.arguments += " " + path;
  ingest.now = Now;
  ingest.stop = &stop_asked;
  ingest.progress = [&](const pipeline::IngestSummary& s) { progress(s); };
  auto result = pipeline::Ingest(ingest, *tools, *database);
  progress.Clear();
  if (!result.ok()) {
    LogError(options.common, result.error().message +
                                 "\nThe database is as after the last committed batch; the same "
                                 "command goes on from there.");
    return kCannot;
  }
  const pipeline::IngestSummary& s = *result;
  std::string line = Count(s.inputs, "input", "inputs") + ": " +
                     Count(s.documents, "document", "documents") + " with " +
                     Count(s.claims, "claim", "claims");
  if (s.same_documents > 0) line += ", " + std::to_string(s.same_documents) + " the same document";
  if (s.skipped > 0) line += ", " + std::to_string(s.skipped) + " done before";
  if (s.waiting > 0) {
    line +=
        ", " + std::to_string(s.waiting) + " done with other rules (--reprocess does them anew)";
  }
  line += ", " + Count(s.rejected, "reject", "rejects");
  if (s.rejected > 0) {
    line += " (";
    bool first = true;
    for (const auto& [stage, n] : s.rejects_by_stage) {
      if (!first) line += ", ";
      first = false;
      line += stage + " " + std::to_string(n);
    }
    line += "; hanfact stats --rejects --db " + options.db + " lists them)";
  }
  const double seconds = std::max(progress.Seconds(), 0.001);
  char rate[64];
  std::snprintf(rate, sizeof rate, "; %.1f s, %.1f MB/s", seconds,
                static_cast<double>(s.payload_bytes) / 1e6 / seconds);
  LogInfo(options.common, line + rate);
  if (s.stopped) {
    LogInfo(options.common, "stopped by a signal; the same command goes on from there");
    return kCannot;
  }
  return options.strict && s.rejected > 0 ? kFound : kOk;
}

}  // namespace

void AddIngest(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("ingest", "Files and folders into a database");
  command->add_option("PATH", options->paths, "Files and folders; - is standard input")->required();
  AddDatabase(*command, options->db);
  command->add_flag("--strict", options->strict, "Exit with 1 if any input was rejected");
  command->add_flag("--reprocess", options->reprocess,
                    "Do anew what was done with other rules or lexicon");
  command->add_flag("--retry-rejects", options->retry_rejects, "Try again what was rejected");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
