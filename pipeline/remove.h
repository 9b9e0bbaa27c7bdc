// Taking documents out of a database.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "pipeline/batch.h"
#include "store/database.h"

namespace hanfact::pipeline {

// Everything that one of the lists names.
struct Selection {
  std::vector<std::string> documents;  // ids
  std::vector<std::string> sites, sources;
  std::vector<std::string> locators;  // globs; documents under any of their names, and rejects
  bool rejects = false;               // all of them

  [[nodiscard]] bool empty() const {
    return documents.empty() && sites.empty() && sources.empty() && locators.empty() && !rejects;
  }
};

struct Selected {
  struct DocumentName {
    int64_t no = 0;
    std::string document_id, locator;
  };
  std::vector<DocumentName> documents;                       // by locator
  std::vector<std::pair<std::string, std::string>> rejects;  // locator and SHA-256
};

// An error names an id that is not there.
[[nodiscard]] Result<Selected> Select(const Selection& selection, store::Database& database);

// Takes documents out with their claims, mentions and journal rows, so that the same input given
// again is new; stories and facts of the others are made again. Reviews stay, as detached. Rejects
// likewise. The caller holds the writers' lock.
[[nodiscard]] Result<RunSummary> Remove(const Selected& selected, const RunOptions& options,
                                        store::Database& database);

}  // namespace hanfact::pipeline
