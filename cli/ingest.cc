#include "pipeline/ingest.h"

#include <sys/stat.h>

#include <iostream>

#include "cli/command.h"
#include "cli/progress.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db;
  std::vector<std::string> paths;
  bool strict = false;
  bool reprocess = false;
  bool retry_rejects = false;
  bool search = false;
  bool dry_run = false;
};

constexpr const char* kGoesOn =
    "\nThe database is as after the last committed batch; the same command goes on from there.";

int DryRun(const Options& options, const pipeline::IngestOptions& ingest,
           const pipeline::Tools& tools, Progress& progress) {
  // The database is looked at where there is one; an older one is not upgraded for it.
  std::string path;
  struct stat info {};
  if (::stat(options.db.c_str(), &info) == 0) {
    if (OpenDatabase(options.common, options.db, store::Database::Mode::kRead) == nullptr) {
      return kCannot;
    }
    path = options.db;
  }
  auto result = pipeline::DryRun(ingest, tools, path, [](const Reject& r) {
    std::cout << r.locator << '\t' << r.stage << '\t' << r.reason << '\n';
  });
  progress.Clear();
  if (!result.ok()) {
    LogError(options.common, result.error().message);
    return kCannot;
  }
  LogSummary(options.common, *result, options.db, progress.Seconds(), true);
  return options.strict && result->rejected > 0 ? kFound : kOk;
}

// Both ingest and load end so.
int End(const Options& options, const Result<pipeline::RunSummary>& result,
        const Progress& progress, store::Database& database) {
  if (!result.ok()) {
    LogError(options.common, result.error().message + kGoesOn);
    return kCannot;
  }
  LogSummary(options.common, *result, options.db, progress.Seconds());
  if (options.search) {
    auto added = pipeline::MakeSearch(database);
    if (!added.ok()) {
      LogError(options.common, added.error().message + kGoesOn);
      return kCannot;
    }
  }
  if (result->stopped) {
    LogInfo(options.common, "stopped by a signal; the same command goes on from there");
    return kCannot;
  }
  return options.strict && result->rejected > 0 ? kFound : kOk;
}

pipeline::IngestOptions MakeOptions(const Options& options, const char* name, Progress& progress) {
  pipeline::IngestOptions out;
  out.paths = options.paths;
  out.jobs = options.common.Jobs();
  out.as_of = options.common.AsOf();
  out.reprocess = options.reprocess;
  out.retry_rejects = options.retry_rejects;
  out.version = HANFACT_VERSION;
  out.arguments = name;
  for (const std::string& path : options.paths) out.arguments += " " + path;
  out.now = Now;
  out.stop = &CatchSignals();
  out.progress = [&](const pipeline::RunSummary& s) { progress(s); };
  return out;
}

int Ingest(const Options& options) {
  auto tools = LoadTools(options.common);
  if (tools == nullptr) return kCannot;
  Progress progress(options.common);
  const pipeline::IngestOptions ingest = MakeOptions(options, "ingest", progress);
  if (options.dry_run) return DryRun(options, ingest, *tools, progress);
  const auto lock = TakeLock(options.common, options.db);
  if (lock == nullptr) return kCannot;
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kCreate);
  if (database == nullptr) return kCannot;
  auto result = pipeline::Ingest(ingest, *tools, *database);
  progress.Clear();
  return End(options, result, progress, *database);
}

int Load(const Options& options) {
  const auto lock = TakeLock(options.common, options.db);
  if (lock == nullptr) return kCannot;
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kCreate);
  if (database == nullptr) return kCannot;
  Progress progress(options.common);
  const pipeline::IngestOptions load = MakeOptions(options, "load", progress);
  auto result = pipeline::Load(load, std::cin, *database);
  progress.Clear();
  return End(options, result, progress, *database);
}

void AddWriting(CLI::App& command, Options& options) {
  AddDatabase(command, options.db);
  command.add_flag("--strict", options.strict, "Exit with 1 if any input was rejected");
  command.add_flag("--reprocess", options.reprocess,
                   "Do anew what was done with other rules or lexicon");
  command.add_flag("--retry-rejects", options.retry_rejects, "Try again what was rejected");
  command.add_flag("--search", options.search, "Make the full-text index as well");
  AddCommon(command, options.common);
}

}  // namespace

void AddIngest(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("ingest", "Files, folders, archives into a database");
  command
      ->add_option("PATH", options->paths, "Files, folders, archives, globs; - is standard input")
      ->required();
  AddWriting(*command, *options);
  command->add_flag("--dry-run", options->dry_run, "Write nothing; list what would be rejected");
  command->callback([options, &status] { status = Ingest(*options); });
}

void AddLoad(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("load", "Lines that extract made into a database");
  AddWriting(*command, *options);
  command->callback([options, &status] { status = Load(*options); });
}

}  // namespace hanfact::cli
