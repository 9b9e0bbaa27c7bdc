// The small commands that keep a database: remove, index, copy; and lint, which needs none.
#include <fstream>
#include <iostream>

#include "cli/command.h"
#include "cli/progress.h"
#include "pipeline/batch.h"
#include "pipeline/remove.h"

namespace hanfact::cli {
namespace {

struct RemoveOptions {
  Common common;
  std::string db;
  pipeline::Selection selection;
  bool dry_run = false;
};

int Remove(const RemoveOptions& options) {
  if (options.selection.empty()) {
    LogError(options.common,
             "nothing is selected: name document ids, or --site, --source, --locator, --rejects");
    return kUsage;
  }
  std::unique_ptr<store::WriterLock> lock;
  if (!options.dry_run) {
    lock = TakeLock(options.common, options.db);
    if (lock == nullptr) return kCannot;
  }
  auto database =
      OpenDatabase(options.common, options.db,
                   options.dry_run ? store::Database::Mode::kRead : store::Database::Mode::kWrite);
  if (database == nullptr) return kCannot;
  pipeline::RunOptions run;
  run.version = HANFACT_VERSION;
  run.arguments = "remove";
  run.now = Now;
  auto found = pipeline::Select(options.selection, *database);
  if (!found.ok()) {
    LogError(options.common, found.error().message);
    return kCannot;
  }
  if (options.dry_run) {
    for (const auto& d : found->documents) std::cout << d.document_id << '\t' << d.locator << '\n';
    for (const auto& r : found->rejects) std::cout << "reject\t" << r.first << '\n';
  } else {
    auto result = pipeline::Remove(*found, run, *database);
    if (!result.ok()) {
      LogError(options.common, result.error().message);
      return kCannot;
    }
  }
  LogInfo(options.common,
          std::string(options.dry_run ? "would be removed: " : "removed: ") +
              Count(static_cast<int64_t>(found->documents.size()), "document", "documents") + ", " +
              Count(static_cast<int64_t>(found->rejects.size()), "reject", "rejects"));
  return kOk;
}

struct IndexOptions {
  Common common;
  std::string db;
};

int Index(const IndexOptions& options) {
  const auto lock = TakeLock(options.common, options.db);
  if (lock == nullptr) return kCannot;
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kWrite);
  if (database == nullptr) return kCannot;
  auto added = pipeline::MakeSearch(*database);
  if (!added.ok()) {
    LogError(options.common,
             added.error().message + "\nThe same command goes on from the last committed batch.");
    return kCannot;
  }
  LogInfo(options.common,
          "the index search has " + Count(*added, "more document", "more documents"));
  return kOk;
}

struct CopyOptions {
  Common common;
  std::string db, to;
};

int Copy(const CopyOptions& options) {
  if (auto copied = store::CopyDatabase(options.db, options.to); !copied.ok()) {
    LogError(options.common, copied.error().message);
    return kCannot;
  }
  LogInfo(options.common, options.db + " was copied to " + options.to);
  return kOk;
}

struct LintOptions {
  Common common;
  std::vector<std::string> files;
};

int Lint(const LintOptions& options) {
  std::vector<std::string> files = options.common.lexicon;
  files.insert(files.end(), options.files.begin(), options.files.end());
  for (const std::string& file : files) {
    if (!std::ifstream(file)) {
      LogError(options.common, file + ": cannot be read. lint takes the paths of tables (.tsv)");
      return kCannot;
    }
  }
  // Every table is loaded as a run would load it, and every problem told at once.
  auto tools = pipeline::Tools::Load(files);
  if (!tools.ok()) {
    std::cout << tools.error().message << '\n';
    return kFound;
  }
  LogInfo(options.common, Count(static_cast<int64_t>(files.size()), "table is", "tables are") +
                              " sound, and the built-in ones with them");
  return kOk;
}

}  // namespace

void AddRemove(CLI::App& app, int& status) {
  auto options = std::make_shared<RemoveOptions>();
  CLI::App* command = app.add_subcommand("remove", "Take documents or a source out of a database");
  pipeline::Selection& s = options->selection;
  command->add_option("DOCUMENT", s.documents, "Ids of documents");
  AddDatabase(*command, options->db);
  command->add_option("--site", s.sites, "All documents of a site")->allow_extra_args(false);
  command->add_option("--source", s.sources, "All documents that name a source")
      ->allow_extra_args(false);
  command->add_option("--locator", s.locators, "Documents and rejects by locator, with * ? [ ]")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command->add_flag("--rejects", s.rejects, "All rejects");
  command->add_flag("--dry-run", options->dry_run, "Remove nothing: list what would be");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Remove(*options); });
}

void AddIndex(CLI::App& app, int& status) {
  auto options = std::make_shared<IndexOptions>();
  CLI::App* command = app.add_subcommand("index", "Make the full-text index `search`");
  AddDatabase(*command, options->db);
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Index(*options); });
}

void AddCopy(CLI::App& app, int& status) {
  auto options = std::make_shared<CopyOptions>();
  CLI::App* command = app.add_subcommand("copy", "A whole copy of a database in use");
  AddDatabase(*command, options->db);
  command->add_option("--to", options->to, "The file to make")->required()->type_name("FILE");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Copy(*options); });
}

void AddLint(CLI::App& app, int& status) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* command = app.add_subcommand("lint", "Check lexicon tables before a run");
  command->add_option("FILE", options->files, "Tables as for --lexicon")->required();
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Lint(*options); });
}

}  // namespace hanfact::cli
