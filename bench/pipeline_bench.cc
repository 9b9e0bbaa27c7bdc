// Speed of each step and of the whole, one core, beside the libraries' own floors in the same run.
//
//   pipeline_bench [Google Benchmark options]
//
// Input is corpus/ repeated; HANFACT_BENCH_TEXTS (a JSON-lines file with `text` fields) and
// HANFACT_BENCH_PAGES (a folder of HTML files) name other inputs. Bytes a second are bytes of the
// step's own input: of text for text steps, of HTML for page steps. The ratios at the end are
// what to quote: absolute figures move with the machine.
#include <benchmark/benchmark.h>
#include <libxml/HTMLparser.h>
#include <opencc/opencc.h>
#include <re2/re2.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unicode/brkiter.h>
#include <unicode/unistr.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/table.h"
#include "dedupe/stories.h"
#include "normalize/name_trie.h"
#include "normalize/script.h"
#include "pipeline/article.h"
#include "pipeline/ingest.h"
#include "store/database.h"

namespace {

using namespace hanfact;

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Inputs {
  std::vector<std::string> texts;  // clean articles
  std::vector<std::string> pages;  // HTML
  size_t text_bytes = 0, page_bytes = 0;
};

const Inputs& Data() {
  static const Inputs inputs = [] {
    Inputs out;
    const std::filesystem::path root = HANFACT_SOURCE_DIR;
    const char* texts = std::getenv("HANFACT_BENCH_TEXTS");
    std::istringstream lines(ReadAll(texts != nullptr ? std::filesystem::path(texts)
                                                      : root / "corpus/gold/texts.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) out.texts.push_back(nlohmann::json::parse(line)["text"]);
    }
    const char* pages = std::getenv("HANFACT_BENCH_PAGES");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             pages != nullptr ? std::filesystem::path(pages) : root / "corpus/articles")) {
      if (entry.path().extension() == ".html") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) out.pages.push_back(ReadAll(file));
    for (const auto& t : out.texts) out.text_bytes += t.size();
    for (const auto& p : out.pages) out.page_bytes += p.size();
    return out;
  }();
  return inputs;
}

const pipeline::Tools& Tools() {
  static const auto tools = [] {
    auto loaded = pipeline::Tools::Load({});
    if (!loaded.ok()) {
      std::fputs(loaded.error().message.c_str(), stderr);
      std::exit(3);
    }
    return std::move(*loaded);
  }();
  return *tools;
}

template <class Fn>
void OverTexts(benchmark::State& state, Fn fn) {
  for (auto _ : state) {
    for (const std::string& text : Data().texts) fn(text);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().text_bytes));
}

template <class Fn>
void OverPages(benchmark::State& state, Fn fn) {
  for (auto _ : state) {
    for (const std::string& page : Data().pages) fn(page);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().page_bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * Data().pages.size()));
}

void FloorOpenCC(benchmark::State& state) {
  const opencc::SimpleConverter converter("t2s.json");
  OverTexts(state, [&](const std::string& t) { benchmark::DoNotOptimize(converter.Convert(t)); });
}
BENCHMARK(FloorOpenCC);

void FloorWordBreak(benchmark::State& state) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> words(
      icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
  OverTexts(state, [&](const std::string& t) {
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8(t);
    words->setText(text);
    while (words->next() != icu::BreakIterator::DONE) {
    }
  });
}
BENCHMARK(FloorWordBreak);

// What finding numbers with their units costs when nothing is made of them.
void FloorRe2Numbers(benchmark::State& state) {
  const RE2 pattern(
      R"((\d[\d,]*(?:\.\d+)?|[一二三四五六七八九十百千万亿两]+)\s*(万亿|亿|万|%|元|美元|年|月|日|个|家|吨)?)");
  OverTexts(state, [&](const std::string& t) {
    re2::StringPiece rest(t), number, unit;
    while (RE2::FindAndConsume(&rest, pattern, &number, &unit)) benchmark::DoNotOptimize(number);
  });
}
BENCHMARK(FloorRe2Numbers);

void ParsePage(const std::string& page) {
  htmlDocPtr doc = htmlReadMemory(
      page.data(), static_cast<int>(page.size()), nullptr, "UTF-8",
      HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  xmlFreeDoc(doc);
}

void CleanPage(const std::string& page) {
  RawArticle raw;
  raw.locator = "page.html";
  raw.payload = page;
  benchmark::DoNotOptimize(Tools().cleaner().Clean(std::move(raw), std::nullopt));
}

void FloorHtmlParse(benchmark::State& state) { OverPages(state, ParsePage); }
BENCHMARK(FloorHtmlParse);

// The pages of tests/pages: a few kilobytes each, nearly all of it prose. What a page costs however
// small it is shows there.
const std::vector<std::string>& SmallPages() {
  static const std::vector<std::string> pages = [] {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(HANFACT_SOURCE_DIR) / "tests/pages")) {
      if (entry.path().extension() == ".html") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> out;
    for (const auto& file : files) out.push_back(ReadAll(file));
    return out;
  }();
  return pages;
}

template <class Fn>
void OverSmallPages(benchmark::State& state, Fn fn) {
  size_t bytes = 0;
  for (const std::string& page : SmallPages()) bytes += page.size();
  for (auto _ : state) {
    for (const std::string& page : SmallPages()) fn(page);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * SmallPages().size()));
}

void FloorSmallHtml(benchmark::State& state) { OverSmallPages(state, ParsePage); }
BENCHMARK(FloorSmallHtml);
void StepSmallHtml(benchmark::State& state) { OverSmallPages(state, CleanPage); }
BENCHMARK(StepSmallHtml);

void FloorSqliteInsert(benchmark::State& state) {
  for (auto _ : state) {
    sqlite3* db = nullptr;
    sqlite3_open(":memory:", &db);
    sqlite3_exec(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT); BEGIN", nullptr, nullptr,
                 nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO t(text) VALUES (?1)", -1, &insert, nullptr);
    for (const std::string& t : Data().texts) {
      sqlite3_bind_text(insert, 1, t.data(), static_cast<int>(t.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(db);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().text_bytes));
}
BENCHMARK(FloorSqliteInsert);

void StepMatchView(benchmark::State& state) {
  OverTexts(state,
            [](const std::string& t) { benchmark::DoNotOptimize(normalize::MakeMatchView(t)); });
}
BENCHMARK(StepMatchView);

void StepCleanHtml(benchmark::State& state) { OverPages(state, CleanPage); }
BENCHMARK(StepCleanHtml);

template <class Finder>
void OverViews(benchmark::State& state, Finder find) {
  std::vector<std::string> views;
  for (const std::string& t : Data().texts) views.push_back(normalize::MakeMatchView(t).text);
  for (auto _ : state) {
    for (const std::string& view : views) {
      std::vector<Mention> out;
      find(view, out);
      benchmark::DoNotOptimize(out);
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().text_bytes));
}

void StepQuantities(benchmark::State& state) {
  std::vector<TableError> errors;
  const extract::QuantityFinder finder({}, errors);
  OverViews(state, [&](const std::string& view, std::vector<Mention>& out) {
    finder.Find(view, {"CN", Script::kHans}, out);
  });
}
BENCHMARK(StepQuantities);

void StepPeriods(benchmark::State& state) {
  std::vector<TableError> errors;
  const extract::PeriodFinder finder(errors);
  OverViews(state, [&](const std::string& view, std::vector<Mention>& out) {
    finder.Find(view, {Moment{{2026, 2, 26}, std::nullopt}, "CN"}, out);
  });
}
BENCHMARK(StepPeriods);

// All that `annotate` does but for names and JSON: match view, quantities, periods.
void StepAnnotate(benchmark::State& state) {
  std::vector<TableError> errors;
  const extract::QuantityFinder quantities({}, errors);
  const extract::PeriodFinder periods(errors);
  OverTexts(state, [&](const std::string& t) {
    const MatchView view = normalize::MakeMatchView(t);
    std::vector<Mention> out;
    quantities.Find(view.text, {"CN", Script::kHans}, out);
    periods.Find(view.text, {Moment{{2026, 2, 26}, std::nullopt}, "CN"}, out);
    benchmark::DoNotOptimize(out);
  });
}
BENCHMARK(StepAnnotate);

void StepEntities(benchmark::State& state) {
  OverViews(state, [&](const std::string& view, std::vector<Mention>& out) {
    Tools().extractor().entities().Find(view, "CN", "", out);
  });
}
BENCHMARK(StepEntities);

// All names of the lexicon and nothing else: what the issue's 60 MB/s a core are about.
void StepLexicon(benchmark::State& state) {
  std::vector<std::string> names;
  for (std::string_view prefix : {"normalize/rules/entities", "normalize/rules/aliases"}) {
    for (std::string_view path : EmbeddedFiles(prefix)) {
      std::vector<TableError> errors;
      const Table table = Table::Read(std::string(path), *EmbeddedFile(path), {}, errors);
      for (const Table::Row& row : table.rows()) names.push_back(row.fields[1]);
    }
  }
  const normalize::NameTrie trie(names);
  std::vector<std::string> views;
  for (const std::string& t : Data().texts) views.push_back(normalize::MakeMatchView(t).text);
  std::vector<normalize::NameTrie::Hit> hits;
  for (auto _ : state) {
    for (const std::string& view : views) {
      hits.clear();
      trie.FindAll(view, hits);
      benchmark::DoNotOptimize(hits.data());
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().text_bytes));
}
BENCHMARK(StepLexicon);

std::vector<Document> Documents() {
  std::vector<Document> out;
  for (const std::string& t : Data().texts) {
    Document d;
    d.document_id = "0";
    d.text = t;
    d.script = normalize::DetectScript(t);
    d.meta.published = "2026-02-26";
    out.push_back(std::move(d));
  }
  return out;
}

// In groups, as runs do it; StepExtractAlone tells what each article costs by itself.
void ExtractInGroups(benchmark::State& state, size_t group) {
  const std::vector<Document> documents = Documents();
  int64_t claims = 0;
  for (auto _ : state) {
    for (size_t from = 0; from < documents.size(); from += group) {
      const size_t end = std::min(documents.size(), from + group);
      std::vector<MatchView> views;
      for (size_t i = from; i < end; ++i) {
        views.push_back(normalize::MakeMatchView(documents[i].text));
      }
      std::vector<extract::Extractor::Text> texts;
      for (size_t i = from; i < end; ++i) texts.push_back({&documents[i], &views[i - from]});
      for (const auto& extraction : Tools().extractor().ExtractEach(texts)) {
        claims += static_cast<int64_t>(extraction.claims.size());
      }
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * Data().text_bytes));
  state.SetItemsProcessed(claims);
}
void StepExtract(benchmark::State& state) { ExtractInGroups(state, 128); }
BENCHMARK(StepExtract);
void StepExtractAlone(benchmark::State& state) { ExtractInGroups(state, 1); }
BENCHMARK(StepExtractAlone);

void StepSign(benchmark::State& state) {
  OverViews(state, [&](const std::string& view, std::vector<Mention>&) {
    benchmark::DoNotOptimize(dedupe::Sign(view, {}));
  });
}
BENCHMARK(StepSign);

// Files of text to a database, everything included, one thread. Each round reads the same articles
// with a number of its own, so that no two are one document.
void WholeIngest(benchmark::State& state) {
  const auto dir = std::filesystem::temp_directory_path() / "hanfact-bench";
  std::filesystem::create_directories(dir);
  const std::string input = dir / "in.jsonl", db = dir / "f.db";
  int64_t bytes = 0;
  {
    std::ofstream out(input);
    for (int copy = 0; copy < 20; ++copy) {
      int n = 0;
      for (const std::string& t : Data().texts) {
        out << nlohmann::json{{"id", std::to_string(copy) + "-" + std::to_string(n++)},
                              {"published", "2026-02-26"},
                              {"text", t}}
                   .dump()
            << '\n';
        bytes += static_cast<int64_t>(t.size());
      }
    }
  }
  int64_t claims = 0;
  for (auto _ : state) {
    for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(db + tail);
    auto database = store::Database::Open(db, store::Database::Mode::kCreate, "");
    pipeline::IngestOptions options;
    options.paths = {input};
    options.now = [] { return std::string(); };
    auto summary = pipeline::Ingest(options, Tools(), **database);
    claims += summary.ok() ? summary->claims : 0;
  }
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(claims);
  std::filesystem::remove_all(dir);
}
BENCHMARK(WholeIngest)->Unit(benchmark::kMillisecond);

// What cleaning a large page holds at its peak, in times the page's size: measured in a child,
// whose memory is its parent's but for what it takes itself. 0 where it cannot be told.
double CleaningMemory() {
  std::string page = "<html><body><h1>港口的账本说明了什么</h1>";
  constexpr size_t kPage = 8 << 20;
  while (page.size() < kPage) {
    page +=
        "<div class=\"p\"><p>港口集团公布的数据显示，上半年的货物吞吐量为三百万吨，"
        "<a href=\"/a.html\">增长</a>一成。</p></div>\n";
  }
  (void)Tools();
  struct rusage before {};
  getrusage(RUSAGE_SELF, &before);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child < 0) return 0;
  if (child == 0) {
    CleanPage(page);
    _exit(0);
  }
  int status = 0;
  struct rusage used {};
  if (wait4(child, &status, 0, &used) != child) return 0;
  return static_cast<double>(used.ru_maxrss - before.ru_maxrss) * 1024 /
         static_cast<double>(page.size());
}

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      auto it = run.counters.find("bytes_per_second");
      if (it != run.counters.end()) speeds_[run.benchmark_name()] = it->second / 1e6;
    }
    ConsoleReporter::ReportRuns(runs);
  }
  void Ratio(const char* step, const char* floor) const {
    auto a = speeds_.find(step), b = speeds_.find(floor);
    if (a == speeds_.end() || b == speeds_.end()) return;
    std::printf("%-16s %8.1f MB/s = %6.2f x %s (%.1f MB/s)\n", step, a->second,
                a->second / b->second, floor, b->second);
  }

 private:
  std::map<std::string, double> speeds_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  std::printf("texts: %zu, %.2f MB; pages: %zu, %.2f MB\n", Data().texts.size(),
              static_cast<double>(Data().text_bytes) / 1e6, Data().pages.size(),
              static_cast<double>(Data().page_bytes) / 1e6);
  // Before anything is measured, so that no earlier peak hides this one.
  const double memory = CleaningMemory();
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  std::printf("\n");
  reporter.Ratio("StepMatchView", "FloorOpenCC");
  reporter.Ratio("StepCleanHtml", "FloorHtmlParse");
  reporter.Ratio("StepSmallHtml", "FloorSmallHtml");
  reporter.Ratio("StepQuantities", "FloorWordBreak");
  reporter.Ratio("StepPeriods", "FloorWordBreak");
  reporter.Ratio("StepAnnotate", "FloorWordBreak");
  reporter.Ratio("StepAnnotate", "FloorRe2Numbers");
  reporter.Ratio("StepLexicon", "FloorWordBreak");
  reporter.Ratio("StepEntities", "FloorWordBreak");
  reporter.Ratio("StepExtract", "FloorWordBreak");
  reporter.Ratio("StepExtractAlone", "FloorWordBreak");
  reporter.Ratio("StepSign", "FloorSqliteInsert");
  reporter.Ratio("WholeIngest", "FloorWordBreak");
  reporter.Ratio("WholeIngest", "FloorSqliteInsert");
  std::printf("cleaning a page takes %.1f times its size in memory (limit 40)\n", memory);
  return 0;
}
