// What the commands share. One file a command, options only; the work is done in the folders below.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/period.h"
#include "pipeline/article.h"
#include "store/database.h"

namespace hanfact::cli {

// Exit statuses (contract, section 1).
inline constexpr int kOk = 0;
inline constexpr int kFound = 1;   // --strict and rejects, or verify found a breach
inline constexpr int kUsage = 2;   // wrong usage
inline constexpr int kCannot = 3;  // the run could not go on

struct Common {
  int jobs = 0;  // 0: all cores
  bool quiet = false;
  bool verbose = false;
  std::string log_format = "text";
  std::vector<std::string> lexicon;
  std::string as_of;

  [[nodiscard]] int Jobs() const;
  [[nodiscard]] std::optional<Date> AsOf() const;  // checked when parsed
};

// Adds the options that every command has.
void AddCommon(CLI::App& app, Common& common);
void AddDatabase(CLI::App& app, std::string& path);

// One line on standard error, in the chosen log format.
void LogError(const Common& common, const std::string& message);
void LogInfo(const Common& common, const std::string& message);

// ISO 8601 UTC. The only clock of the program.
[[nodiscard]] std::string Now();

// Loads tables or opens the database; on trouble says so and gives nullptr (exit kCannot). The
// tools last as long as the program.
[[nodiscard]] const pipeline::Tools* LoadTools(const Common& common);
[[nodiscard]] std::unique_ptr<store::Database> OpenDatabase(const Common& common,
                                                            const std::string& path,
                                                            store::Database::Mode mode);

// The writers' lock of a database; on trouble says who holds it and gives nullptr (exit kCannot).
[[nodiscard]] std::unique_ptr<store::WriterLock> TakeLock(const Common& common,
                                                          const std::string& path);

// Each adds its subcommand; when it is run, `status` becomes the exit status.
void AddIngest(CLI::App& app, int& status);
void AddExtract(CLI::App& app, int& status);
void AddLoad(CLI::App& app, int& status);
void AddRemove(CLI::App& app, int& status);
void AddIndex(CLI::App& app, int& status);
void AddCopy(CLI::App& app, int& status);
void AddLint(CLI::App& app, int& status);
void AddAnnotate(CLI::App& app, int& status);
void AddFacts(CLI::App& app, int& status);
void AddStats(CLI::App& app, int& status);
void AddVerify(CLI::App& app, int& status);
void AddExplain(CLI::App& app, int& status);
void AddReview(CLI::App& app, int& status);

}  // namespace hanfact::cli
