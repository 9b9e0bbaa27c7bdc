// Whole runs into a database, and what stands in it afterwards.
#pragma once

#include "databases.h"
#include "pipeline/ingest.h"
#include "pipeline/verify.h"
#include "store/reader.h"
#include "testing.h"

namespace hanfact::testing {

using store::Database;

inline pipeline::IngestSummary IngestInto(const std::string& path, std::vector<std::string> inputs,
                                          int jobs = 1, bool retry_rejects = false,
                                          const pipeline::BatchLimits& limits = {}) {
  auto database = Database::Open(path, Database::Mode::kCreate, "2026-01-01T00:00:00Z");
  EXPECT_TRUE(database.ok());
  pipeline::IngestOptions options;
  options.paths = std::move(inputs);
  options.jobs = jobs;
  options.retry_rejects = retry_rejects;
  options.limits = limits;
  options.now = [] { return std::string("2026-01-01T00:00:00Z"); };
  auto summary = pipeline::Ingest(options, SharedTools(), **database);
  EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().message);
  return summary.ok() ? *summary : pipeline::IngestSummary{};
}

}  // namespace hanfact::testing
