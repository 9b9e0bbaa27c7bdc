#include <iostream>

#include "cli/command.h"
#include "cli/progress.h"
#include "pipeline/ingest.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::vector<std::string> paths;
};

int Run(const Options& options) {
  auto tools = LoadTools(options.common);
  if (tools == nullptr) return kCannot;
  Progress progress(options.common);
  pipeline::InputOptions input;
  input.paths = options.paths;
  if (input.paths.empty()) {
    input.paths = {"-"};
    input.stdin_is_lines = true;
  }
  input.jobs = options.common.Jobs();
  input.as_of = options.common.AsOf();
  input.stop = &CatchSignals();
  input.progress = [&](const pipeline::RunSummary& s) { progress(s); };
  auto result = pipeline::Extract(input, *tools, [](std::string_view line) {
    std::cout << line << '\n';
    return static_cast<bool>(std::cout);
  });
  progress.Clear();
  if (!result.ok()) {
    LogError(options.common, result.error().message);
    return kCannot;
  }
  if (options.common.verbose) {
    LogInfo(options.common, Count(result->inputs, "input", "inputs") + ", " +
                                Count(result->claims, "claim", "claims") + ", " +
                                Count(result->rejected, "reject", "rejects"));
  }
  return result->stopped ? kCannot : kOk;
}

}  // namespace

void AddExtract(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("extract", "A JSON line an input: text, claims; no database");
  command->add_option("PATH", options->paths, "What to read; without any, JSON lines from input");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
