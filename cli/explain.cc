#include "pipeline/explain.h"

#include <iostream>

#include "cli/command.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db, id;
};

int Run(const Options& options) {
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kRead);
  if (database == nullptr) return kCannot;
  auto tools = LoadTools(options.common);
  if (tools == nullptr) return kCannot;
  auto text = pipeline::Explain(options.id, *tools, *database);
  if (!text.ok()) {
    LogError(options.common, text.error().message);
    return kCannot;
  }
  std::cout << *text;
  return kOk;
}

}  // namespace

void AddExplain(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("explain", "How a claim came about, or why a number is none");
  command->add_option("ID", options->id, "A claim_id, or DOCUMENT_ID:OFFSET (characters)")
      ->required();
  AddDatabase(*command, options->db);
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
