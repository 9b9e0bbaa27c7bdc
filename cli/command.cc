#include "cli/command.h"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

namespace hanfact::cli {
namespace {

void Log(const Common& common, const char* level, const std::string& message) {
  if (common.log_format == "json") {
    const nlohmann::ordered_json line = {{"at", Now()}, {"level", level}, {"message", message}};
    std::cerr << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    std::cerr << "hanfact: " << message << '\n';
  }
}

}  // namespace

int Common::Jobs() const {
  return jobs > 0 ? jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::optional<Date> Common::AsOf() const { return as_of.empty() ? std::nullopt : ParseDate(as_of); }

void AddCommon(CLI::App& app, Common& common) {
  app.add_option("--jobs", common.jobs, "Threads to use (default: all cores)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
  app.add_flag("--quiet", common.quiet, "Say nothing but errors");
  app.add_flag("--verbose", common.verbose, "Say more");
  app.add_option("--log-format", common.log_format, "Form of messages: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--lexicon", common.lexicon, "More entities, aliases, units or metrics")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--as-of", common.as_of, "Reference date for articles that carry none")
      ->type_name("YYYY-MM-DD")
      ->check([](const std::string& text) {
        return ParseDate(text) && text.size() == 10
                   ? std::string()
                   : "'" + text + "' is no date; write it as 2025-02-28";
      });
}

void AddDatabase(CLI::App& app, std::string& path) {
  app.add_option("--db", path, "The database file")->required()->type_name("FILE");
}

void LogError(const Common& common, const std::string& message) { Log(common, "error", message); }

void LogInfo(const Common& common, const std::string& message) {
  if (!common.quiet) Log(common, "info", message);
}

std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char buffer[32];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return buffer;
}

const pipeline::Tools* LoadTools(const Common& common) {
  auto tools = pipeline::Tools::Load(common.lexicon);
  if (!tools.ok()) {
    LogError(common, "the rule tables have errors:\n" + tools.error().message);
    return nullptr;
  }
  // Not taken apart at the end, when all memory goes at once.
  static const pipeline::Tools* kept = nullptr;
  kept = tools->release();
  return kept;
}

std::unique_ptr<store::Database> OpenDatabase(const Common& common, const std::string& path,
                                              store::Database::Mode mode) {
  auto database = store::Database::Open(path, mode, Now());
  if (!database.ok()) {
    LogError(common, database.error().message);
    return nullptr;
  }
  if (!(*database)->note().empty()) LogInfo(common, (*database)->note());
  return std::move(*database);
}

std::unique_ptr<store::WriterLock> TakeLock(const Common& common, const std::string& path) {
  auto lock = store::WriterLock::Take(path, Now());
  if (!lock.ok()) {
    LogError(common, lock.error().message);
    return nullptr;
  }
  return std::move(*lock);
}

}  // namespace hanfact::cli
