#include "pipeline/verify.h"

#include <iostream>

#include "cli/command.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db;
};

int Run(const Options& options) {
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kRead);
  if (database == nullptr) return kCannot;
  const std::vector<std::string> breaches = pipeline::Verify(*database);
  for (const std::string& breach : breaches) std::cout << breach << '\n';
  if (breaches.empty()) LogInfo(options.common, options.db + ": every invariant holds");
  return breaches.empty() ? kOk : kFound;
}

}  // namespace

void AddVerify(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("verify", "Check the invariants of a database");
  AddDatabase(*command, options->db);
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
