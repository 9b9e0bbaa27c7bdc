#include <iostream>

#include "cli/command.h"
#include "cli/table.h"
#include "store/reader.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db;
  bool rejects = false;
  bool detached = false;
};

// A query and the widths its columns are cut at.
int Show(const Options& options, store::Reader& reader, std::string_view sql,
         std::string_view nothing) {
  auto rows = reader.Query(sql, {});
  if (!rows.ok()) {
    LogError(options.common, options.db + ": " + rows.error().message);
    return kCannot;
  }
  if (rows->empty()) {
    std::cout << nothing << '\n';
    return kOk;
  }
  std::vector<std::string> heads;
  for (const auto& [column, cell] : rows->front()) heads.push_back(column);
  Table table(heads);
  for (const store::Row& row : *rows) {
    std::vector<std::string> cells;
    for (const auto& [column, cell] : row) cells.push_back(Fit(cell.text, 100));
    table.Add(std::move(cells));
  }
  std::cout << table.ToString();
  return kOk;
}

int Run(const Options& options) {
  auto database = OpenDatabase(options.common, options.db, store::Database::Mode::kRead);
  if (database == nullptr) return kCannot;
  store::Reader reader(*database);
  if (options.rejects) {
    return Show(options, reader,
                "SELECT locator, stage, reason FROM rejects ORDER BY stage, locator",
                "no input was rejected");
  }
  if (options.detached) {
    return Show(options, reader,
                "SELECT review_id, decision, surface, sentence, editor, at FROM reviews WHERE"
                " claim_id NOT IN (SELECT claim_id FROM claims_extracted) AND claim_id NOT IN"
                " (SELECT old_claim_id FROM claim_moves) ORDER BY review_id",
                "every review is attached to its claim");
  }
  return Show(options, reader,
              "SELECT 'documents' AS what, count(*) AS n FROM documents"
              " UNION ALL SELECT 'stories', count(*) FROM stories"
              " UNION ALL SELECT 'inputs', count(*) FROM inputs"
              " UNION ALL SELECT 'rejects', count(*) FROM rejects"
              " UNION ALL SELECT 'entities', count(*) FROM entities"
              " UNION ALL SELECT 'claims', count(*) FROM claims_extracted"
              " UNION ALL SELECT 'facts', count(*) FROM facts"
              " UNION ALL SELECT 'facts of two or more stories', count(*) FROM facts WHERE"
              " stories > 1"
              " UNION ALL SELECT 'conflicts', count(*) FROM conflicts"
              " UNION ALL SELECT 'reviews', count(*) FROM reviews"
              " UNION ALL SELECT 'runs', count(*) FROM runs"
              " UNION ALL SELECT 'runs not finished', count(*) FROM runs WHERE finished IS NULL",
              "");
}

}  // namespace

void AddStats(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("stats", "Count what is in a database");
  AddDatabase(*command, options->db);
  auto* rejects =
      command->add_flag("--rejects", options->rejects, "List rejected inputs with their reasons");
  command->add_flag("--detached", options->detached, "List reviews whose claim is gone")
      ->excludes(rejects);
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
