// What ingest costs as the database grows: made-up short articles, three in ten of them variants of
// an earlier one, in runs of equal size into one database.
//
//   growth [--articles N] [--run N] [--jobs N] [--db FILE] [--from N]
//
// One line a run: articles so far, CPU seconds of the run (all threads, system included, the log
// written back to the file), how many times what making its texts takes (five times before it, five
// times behind), that against the first run, peak memory, size of the database and how many times
// its texts. Exit status 1 where the last run cost more than 1.3 times the first, or memory went
// beyond 1 GB. CPU time rather than wall time, and against work that is always the same, since
// other work on the machine slows both. --db keeps the database, and --from goes on with it.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "pipeline/article.h"
#include "pipeline/ingest.h"
#include "store/database.h"
#include "tests/unit/made_up_news.h"

namespace {

using namespace hanfact;

struct Options {
  uint64_t articles = 100'000, run = 10'000, from = 0;
  int jobs = 1;
  std::string db;
};

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--articles") options.articles = std::strtoull(value, nullptr, 10);
    if (name == "--run") options.run = std::strtoull(value, nullptr, 10);
    if (name == "--from") options.from = std::strtoull(value, nullptr, 10);
    if (name == "--jobs") options.jobs = std::atoi(value);
    if (name == "--db") options.db = value;
  }
  return options;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int64_t PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// CPU seconds that making the texts of a run five times takes: work that is always the same.
double MakeTexts(uint64_t begin, uint64_t end) {
  const double before = CpuSeconds();
  size_t bytes = 0;
  for (int i = 0; i < 5; ++i) {
    for (uint64_t n = begin; n < end; ++n) bytes += made_up::ArchiveArticle(n).text.size();
  }
  return bytes == 0 ? 1 : CpuSeconds() - before;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = ReadOptions(argc, argv);
  auto tools = pipeline::Tools::Load({});
  if (!tools.ok()) {
    std::cerr << tools.error().message << '\n';
    return 3;
  }
  const auto dir = std::filesystem::temp_directory_path() /
                   ("hanfact-growth-" + std::to_string(std::time(nullptr)));
  std::filesystem::create_directories(dir);
  const std::string db = options.db.empty() ? (dir / "growth.db").string() : options.db;
  auto database = store::Database::Open(db, store::Database::Mode::kCreate, "2026-01-01T00:00:00Z");
  if (!database.ok()) {
    std::cerr << database.error().message << '\n';
    return 3;
  }
  std::puts("articles\tcpu_s\tof_floor\tratio\tms_an_article\tpeak_MB\tdb_MB\tof_text\tclaims");
  double text_bytes = 0;
  for (uint64_t i = 0; i < options.from; ++i) {
    text_bytes += static_cast<double>(made_up::ArchiveArticle(i).text.size());
  }
  double first = 0, last = 0;
  for (uint64_t begin = options.from; begin < options.articles; begin += options.run) {
    const std::string input = (dir / "run.jsonl").string();
    double floor = MakeTexts(begin, begin + options.run);
    {
      std::ofstream out(input, std::ios::binary);
      for (uint64_t i = begin; i < begin + options.run && i < options.articles; ++i) {
        const made_up::Dated article = made_up::ArchiveArticle(i);
        text_bytes += static_cast<double>(article.text.size());
        out << nlohmann::json{{"id", std::to_string(i)},
                              {"published", article.published},
                              {"region", "CN"},
                              {"text", article.text}}
                   .dump()
            << '\n';
      }
    }
    const double before = CpuSeconds();
    pipeline::IngestOptions run;
    run.paths = {input};
    run.jobs = options.jobs;
    run.now = [] { return std::string("2026-01-01T00:00:00Z"); };
    auto summary = pipeline::Ingest(run, **tools, **database);
    if (!summary.ok()) {
      std::cerr << summary.error().message << '\n';
      return 3;
    }
    (*database)->connection().Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    const double seconds = CpuSeconds() - before;
    floor += MakeTexts(begin, begin + options.run);
    last = seconds / floor;
    if (begin == 0) first = last;
    std::printf("%llu\t%.2f\t%.1f\t%.2f\t%.3f\t%lld\t%.0f\t%.1f\t%lld\n",
                static_cast<unsigned long long>(std::min(begin + options.run, options.articles)),
                seconds, last, first > 0 ? last / first : 0,
                seconds * 1e3 / static_cast<double>(options.run),
                static_cast<long long>(PeakMegabytes()),
                static_cast<double>(std::filesystem::file_size(db)) / 1e6,
                static_cast<double>(std::filesystem::file_size(db)) / text_bytes,
                static_cast<long long>(summary->claims));
    std::fflush(stdout);
  }
  std::filesystem::remove_all(dir);
  return (first > 0 && last > 1.3 * first) || PeakMegabytes() > 1000 ? 1 : 0;
}
