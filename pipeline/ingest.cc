#include "pipeline/ingest.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "ingest/reader.h"
#include "pipeline/parts.h"

namespace hanfact::pipeline {
namespace {

// Groups of inputs on their way at once, for each thread: enough that none waits while a batch is
// written.
constexpr size_t kInFlight = 4;
constexpr size_t kLinesInFlight = 16;  // of load, each by itself
// Short inputs go the way together: each step is done for all of a group before the next
// (extract/extractor.h says why). A group takes no more inputs from so many, or from so many bytes
// on; the first groups are smaller, so that a small run has work for every thread.
constexpr size_t kGroup = 128;
constexpr size_t kFirstGroupBytes = 16 << 10, kGroupBytes = 128 << 10;
constexpr size_t kMaxLoadLine = 256 << 20;

// One input on its way: read, worked on, written.
struct Work {
  std::variant<RawArticle, Reject> input;
  Outcome outcome;
  std::optional<Document> page;  // one page of an article in several: held, not worked on yet
  bool done = false;             // the journal says so: not worked on
  std::string line;
  size_t payload_bytes = 0;
  uint64_t bytes_read = 0;
};
using WorkPtr = std::shared_ptr<Work>;
using Group = std::deque<Work>;  // a work is large to move
using GroupPtr = std::shared_ptr<Group>;

// Adds up the bytes of the inputs beside the run, for showing how far it is.
class Measure {
 public:
  explicit Measure(const InputOptions& options) {
    if (!options.progress) return;
    thread_ = std::thread(
        [this, paths = options.paths] { total_ = ingest::MeasureInputs(paths, stop_); });
  }
  ~Measure() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Measure(const Measure&) = delete;
  Measure& operator=(const Measure&) = delete;
  [[nodiscard]] uint64_t total() const { return total_.load(); }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> total_ = 0;
  std::thread thread_;
};

// Steps 1 to 8 on all cores. `skip` is asked for each input's key before it is worked on; `sink`
// takes the results in input order, one at a time, and gives false to end the run. True unless the
// options' stop was what ended it.
class Stream {
 public:
  Stream(const InputOptions& options, const Tools& tools) : options_(options), tools_(tools) {}

  std::function<bool(const store::InputKey&)> skip;
  bool lines = false;  // make Work::line
  std::function<bool(Work&)> sink;

  Status Run(bool& stopped) {
    ingest::ReaderOptions reader_options;
    reader_options.stdin_is_lines = options_.stdin_is_lines;
    auto reader = ingest::Reader::Open(options_.paths, reader_options);
    if (!reader.ok()) return reader.error();
    const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                      static_cast<size_t>(options_.jobs));
    tbb::parallel_pipeline(static_cast<size_t>(options_.jobs) * kInFlight,
                           tbb::make_filter<void, GroupPtr>(tbb::filter_mode::serial_in_order,
                                                            [&](tbb::flow_control& control) {
                                                              return Read(**reader, control);
                                                            }) &
                               tbb::make_filter<GroupPtr, GroupPtr>(tbb::filter_mode::parallel,
                                                                    [&](GroupPtr group) {
                                                                      Process(*group);
                                                                      return group;
                                                                    }) &
                               tbb::make_filter<GroupPtr, void>(
                                   tbb::filter_mode::serial_in_order, [&](const GroupPtr& group) {
                                     for (Work& work : *group) {
                                       if (!ended_) Deliver(work);
                                     }
                                   }));
    stopped = stop_seen_;
    // After a stop the pages held are not journaled: the same command reads them again.
    if (!ended_ && !stopped) {
      held_.Release(tools_, [&](HeldPages::Joined article) {
        Work work;
        work.outcome.key = std::move(article.key);
        work.outcome.result = std::move(article.result);
        work.payload_bytes = article.payload_bytes;
        work.bytes_read = bytes_read_;
        Finish(work);
        return sink(work);
      });
    }
    return Done{};
  }

 private:
  GroupPtr Read(ingest::Reader& reader, tbb::flow_control& control) {
    auto group = std::make_shared<Group>();
    const size_t doublings = std::min<size_t>(groups_++ / static_cast<size_t>(std::max(options_.jobs, 1)), 8);
    const size_t most = std::min(kFirstGroupBytes << doublings, kGroupBytes);
    for (size_t bytes = 0; bytes < most && group->size() < kGroup;) {
      stop_seen_ = options_.stop != nullptr && options_.stop->load();
      std::optional<ingest::Input> input;
      if (!ended_ && !stop_seen_) input = reader.Next();
      if (!input) break;
      Work& work = group->emplace_back();
      if (const auto* raw = std::get_if<RawArticle>(&*input)) bytes += raw->payload.size();
      work.input = std::move(*input);
      work.bytes_read = reader.bytes_read();
    }
    if (group->empty()) {
      control.stop();
      return nullptr;
    }
    return group;
  }

  void Process(Group& group) {
    std::vector<Document> documents;
    documents.reserve(group.size());
    std::vector<const store::InputKey*> keys;
    std::vector<Work*> read;  // whose documents they are
    for (Work& work : group) {
      std::optional<Document> document = Clean(work);
      if (!document) continue;
      documents.push_back(std::move(*document));
      keys.push_back(&work.outcome.key);
      read.push_back(&work);
    }
    auto articles = ReadArticles(std::move(documents), keys, tools_);
    for (size_t i = 0; i < read.size(); ++i) read[i]->outcome.result = std::move(articles[i]);
    for (Work& work : group) {
      if (!work.page) Finish(work);
    }
  }

  // The document that is to be read; without one the work's outcome is known, or it is a page.
  std::optional<Document> Clean(Work& work) {
    Outcome& out = work.outcome;
    if (auto* reject = std::get_if<Reject>(&work.input)) {
      out.key = {reject->locator, reject->sha256, "",
                 options_.as_of ? options_.as_of->ToString() : ""};
      out.result = std::move(*reject);
      return std::nullopt;
    }
    RawArticle raw = std::move(std::get<RawArticle>(work.input));
    work.payload_bytes = raw.payload.size();
    out.key = MakeInputKey(raw, options_.as_of);
    if (skip && skip(out.key)) {
      work.done = true;
      out.result = Reject{};
      return std::nullopt;
    }
    auto cleaned = CleanArticle(std::move(raw), out.key, tools_, options_.as_of);
    if (auto* refused = std::get_if<Reject>(&cleaned)) {
      out.result = std::move(*refused);
      return std::nullopt;
    }
    Document& document = std::get<Document>(cleaned);
    if (document.part.number == 0) return std::move(document);
    work.page = std::move(document);
    return std::nullopt;
  }

  void Finish(Work& work) const {
    work.outcome.rules_digest = tools_.rules_digest();
    work.outcome.lexicon_digest = tools_.lexicon_digest();
    if (lines) {
      work.line = ToJson(work.outcome);
    } else if (auto* article = std::get_if<store::Article>(&work.outcome.result)) {
      AddAspects(*article);
    }
  }

  // The last step: by one thread, in input order.
  void Deliver(Work& work) {
    bytes_read_ = work.bytes_read;
    if (work.page) {
      HeldPages::Page page{work.outcome.key, std::move(*work.page), work.payload_bytes};
      if (held_.Hold(page)) return;
      work.outcome.result = ReadArticle(std::move(page.document), work.outcome.key, tools_);
      Finish(work);
    }
    if (!sink(work)) ended_ = true;
  }

  const InputOptions& options_;
  const Tools& tools_;
  std::atomic<bool> ended_ = false;
  bool stop_seen_ = false;
  size_t groups_ = 0;  // read so far
  HeldPages held_;
  uint64_t bytes_read_ = 0;
};

// Asks the journal for many threads.
class Skip {
 public:
  Skip(const std::string& path, const RunOptions& options, const Tools& tools)
      : journal_(path), options_(options), tools_(tools) {}
  store::InputState State(const store::InputKey& key) {
    const std::lock_guard guard(mutex_);
    return journal_.FindInput(key, tools_.rules_digest(), tools_.lexicon_digest());
  }
  bool operator()(const store::InputKey& key) { return Skippable(State(key), options_); }

 private:
  std::mutex mutex_;
  store::Journal journal_;
  const RunOptions& options_;
  const Tools& tools_;
};

}  // namespace

Result<RunSummary> Ingest(const IngestOptions& options, const Tools& tools,
                          store::Database& database) {
  {
    // A path that is not there is said before anything is written.
    auto reader = ingest::Reader::Open(options.paths);
    if (!reader.ok()) return reader.error();
  }
  Batch batch(options, database);
  if (auto status = batch.Start(tools.rules_digest(), tools.lexicon_digest()); !status.ok()) {
    return status.error();
  }
  Skip skip(database.path(), options, tools);
  const Measure measure(options);
  std::optional<Error> failure;
  Stream stream(options, tools);
  // Asked by the workers; the writer asks again, since an equal input may be on its way in the same
  // batch.
  stream.skip = [&](const store::InputKey& key) { return skip(key); };
  stream.sink = [&](Work& work) {
    if (auto status = batch.Apply(work.outcome, work.payload_bytes); !status.ok()) {
      failure = status.error();
      return false;
    }
    if (options.progress) {
      batch.summary().bytes_read = work.bytes_read;
      batch.summary().bytes_total = measure.total();
      options.progress(batch.summary());
    }
    return true;
  };
  bool stopped = false;
  if (auto status = stream.Run(stopped); !status.ok()) return status.error();
  if (failure) return *failure;
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<size_t>(options.jobs));
  if (auto status = batch.Finish(stopped); !status.ok()) return status.error();
  return batch.summary();
}

Result<RunSummary> Extract(const InputOptions& options, const Tools& tools,
                           const std::function<bool(std::string_view)>& line) {
  RunSummary summary;
  const Measure measure(options);
  Stream stream(options, tools);
  stream.lines = true;
  stream.sink = [&](Work& work) {
    ++summary.inputs;
    summary.payload_bytes += static_cast<int64_t>(work.payload_bytes);
    summary.bytes_read = work.bytes_read;
    summary.bytes_total = measure.total();
    if (const auto* reject = std::get_if<Reject>(&work.outcome.result)) {
      ++summary.rejected;
      ++summary.rejects_by_stage[reject->stage];
    } else {
      ++summary.documents;
      const store::Article& article = std::get<store::Article>(work.outcome.result);
      summary.inputs += static_cast<int64_t>(article.pages.size());
      summary.claims += static_cast<int64_t>(article.claims.size());
    }
    if (options.progress) options.progress(summary);
    return line(work.line);
  };
  if (auto status = stream.Run(summary.stopped); !status.ok()) return status.error();
  return summary;
}

Result<RunSummary> DryRun(const IngestOptions& options, const Tools& tools, const std::string& path,
                          const std::function<void(const Reject&)>& reject) {
  RunSummary summary;
  std::optional<Skip> skip;
  if (!path.empty()) skip.emplace(path, options, tools);
  const Measure measure(options);
  Stream stream(options, tools);
  stream.skip = [&](const store::InputKey& key) { return skip && (*skip)(key); };
  stream.sink = [&](Work& work) {
    ++summary.inputs;
    summary.payload_bytes += static_cast<int64_t>(work.payload_bytes);
    summary.bytes_read = work.bytes_read;
    summary.bytes_total = measure.total();
    if (work.done) {
      const bool waits = skip->State(work.outcome.key) == store::InputState::kOtherRules;
      ++(waits ? summary.waiting : summary.skipped);
    } else if (const auto* refused = std::get_if<Reject>(&work.outcome.result)) {
      ++summary.rejected;
      ++summary.rejects_by_stage[refused->stage];
      reject(*refused);
    } else {
      ++summary.documents;
      const store::Article& article = std::get<store::Article>(work.outcome.result);
      summary.inputs += static_cast<int64_t>(article.pages.size());
      summary.claims += static_cast<int64_t>(article.claims.size());
    }
    if (options.progress) options.progress(summary);
    return true;
  };
  if (auto status = stream.Run(summary.stopped); !status.ok()) return status.error();
  return summary;
}

Result<RunSummary> Load(const IngestOptions& options, std::istream& lines,
                        store::Database& database) {
  Batch batch(options, database);
  if (auto status = batch.Start("", ""); !status.ok()) return status.error();
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<size_t>(options.jobs));
  size_t number = 0;
  bool stopped = false;
  std::atomic<bool> ended = false;
  std::optional<Error> failure;
  tbb::parallel_pipeline(
      static_cast<size_t>(options.jobs) * kLinesInFlight,
      tbb::make_filter<void, WorkPtr>(tbb::filter_mode::serial_in_order,
                                      [&](tbb::flow_control& control) -> WorkPtr {
                                        stopped = options.stop != nullptr && options.stop->load();
                                        auto work = std::make_shared<Work>();
                                        while (!ended && !stopped &&
                                               std::getline(lines, work->line)) {
                                          ++number;
                                          if (Trim(work->line).empty()) continue;
                                          work->outcome.key.locator = "-#" + std::to_string(number);
                                          return work;
                                        }
                                        control.stop();
                                        return nullptr;
                                      }) &
          tbb::make_filter<WorkPtr, WorkPtr>(
              tbb::filter_mode::parallel,
              [&](WorkPtr work) {
                work->payload_bytes = work->line.size();
                auto outcome = work->line.size() > kMaxLoadLine
                                   ? Result<Outcome>(Error{"is larger than 256 MiB"})
                                   : ParseOutcome(work->line);
                if (outcome.ok()) {
                  work->outcome = std::move(*outcome);
                } else {
                  // Its rules are not known; the hash tells it from other broken lines.
                  work->outcome.key.sha256 = Sha256Hex(work->line);
                  work->outcome.result =
                      Reject{work->outcome.key.locator, work->outcome.key.sha256, "load",
                             "the line " + outcome.error().message + "; extract its input again"};
                }
                work->line.clear();
                return work;
              }) &
          tbb::make_filter<WorkPtr, void>(
              tbb::filter_mode::serial_in_order, [&](const WorkPtr& work) {
                if (ended) return;
                auto status = batch.Apply(work->outcome, work->payload_bytes);
                if (!status.ok()) {
                  failure = status.error();
                  ended = true;
                } else if (options.progress) {
                  options.progress(batch.summary());
                }
              }));
  if (failure) return *failure;
  if (auto status = batch.Finish(stopped); !status.ok()) return status.error();
  return batch.summary();
}

}  // namespace hanfact::pipeline
