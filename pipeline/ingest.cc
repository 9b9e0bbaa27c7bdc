#include "pipeline/ingest.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>

#include <memory>
#include <mutex>
#include <utility>
#include <variant>

#include "base/hash.h"
#include "dedupe/facts.h"
#include "ingest/reader.h"
#include "pipeline/stories.h"
#include "store/writer.h"

namespace hanfact::pipeline {
namespace {

// A batch ends at either: what the writer does for it stays well under 200 ms, so that editors who
// wait for the lock are not kept.
constexpr int kBatchDocuments = 64;
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kFactClaimsAtOnce = 2000;
// In a small run the facts come with each batch; a long one builds each aspect once, at its end.
constexpr int64_t kDrainEachBatchUpTo = 256;

// One input on its way: read, worked on, written. The journal is asked by the writer's side only.
struct Work {
  std::variant<RawArticle, Reject> input;
  store::InputKey key;
  std::variant<store::Article, Reject> result;
  size_t payload_bytes = 0;
};

Status DrainSome(store::Writer& writer, bool& more) {
  writer.Begin();
  size_t claims_seen = 0;
  more = false;
  for (bool any = true; any && !more;) {
    any = false;
    for (int64_t aspect : writer.NextPending(64)) {
      any = true;
      const std::vector<FactClaim> claims = writer.ClaimsOfAspect(aspect);
      if (auto status = writer.status(); !status.ok()) break;
      writer.ReplaceFacts(aspect, dedupe::BuildFacts(claims));
      claims_seen += claims.size() + 1;
      if (claims_seen > kFactClaimsAtOnce) {
        more = true;
        break;
      }
    }
    if (!writer.status().ok()) break;
  }
  return writer.Commit();
}

Status DrainAll(store::Writer& writer) {
  for (bool more = true; more;) {
    if (auto status = DrainSome(writer, more); !status.ok()) return status;
  }
  return Done{};
}

class Run {
 public:
  Run(const IngestOptions& options, const Tools& tools, store::Database& database)
      : options_(options), tools_(tools), writer_(database), stories_(writer_) {}

  Result<IngestSummary> Go() {
    auto reader = ingest::Reader::Open(options_.paths);
    if (!reader.ok()) return reader.error();

    writer_.Begin();
    writer_.StartRun({options_.now(), options_.version, tools_.rules_digest(),
                      tools_.lexicon_digest(), options_.arguments});
    if (auto status = writer_.Commit(); !status.ok()) return status.error();
    writer_.Begin();

    Stream(**reader);

    if (auto status = EndBatch(); !status.ok()) return status.error();
    if (failure_) return *failure_;
    // Also after a stop: what is committed gets its facts, so that readers see them.
    if (auto status = DrainAll(writer_); !status.ok()) return status.error();
    writer_.Begin();
    if (rewritten_) writer_.DropUnusedEntities();
    writer_.FinishRun(summary_.documents, summary_.rejected, summary_.claims,
                      summary_.stopped ? "" : options_.now());
    if (auto status = writer_.Commit(); !status.ok()) return status.error();
    return summary_;
  }

 private:
  void Stream(ingest::Reader& reader) {
    const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                      static_cast<size_t>(options_.jobs));
    const size_t in_flight = static_cast<size_t>(options_.jobs) * 4;
    using WorkPtr = std::shared_ptr<Work>;
    tbb::parallel_pipeline(
        in_flight, tbb::make_filter<void, WorkPtr>(tbb::filter_mode::serial_in_order,
                                                   [&](tbb::flow_control& control) -> WorkPtr {
                                                     return ReadNext(reader, control);
                                                   }) &
                       tbb::make_filter<WorkPtr, WorkPtr>(tbb::filter_mode::parallel,
                                                          [&](WorkPtr work) {
                                                            Process(*work);
                                                            return work;
                                                          }) &
                       tbb::make_filter<WorkPtr, void>(tbb::filter_mode::serial_in_order,
                                                       [&](const WorkPtr& work) { Write(*work); }));
  }

  std::shared_ptr<Work> ReadNext(ingest::Reader& reader, tbb::flow_control& control) {
    if (broken_.load() || (options_.stop != nullptr && options_.stop->load())) {
      stop_seen_ = options_.stop != nullptr && options_.stop->load();
      control.stop();
      return nullptr;
    }
    auto input = reader.Next();
    if (!input) {
      control.stop();
      return nullptr;
    }
    auto work = std::make_shared<Work>();
    work->input = std::move(*input);
    return work;
  }

  void Process(Work& work) {
    if (auto* reject = std::get_if<Reject>(&work.input)) {
      work.key = {reject->locator, reject->sha256, "", DateText()};
      work.result = std::move(*reject);
      return;
    }
    RawArticle raw = std::move(std::get<RawArticle>(work.input));
    work.payload_bytes = raw.payload.size();
    work.key = MakeInputKey(raw, options_.as_of);
    if (AlreadyDone(work.key)) {
      work.result = Reject{};  // not looked at: Write asks the journal itself
      return;
    }
    work.result = RunArticle(std::move(raw), work.key, tools_, options_.as_of);
  }

  // Whether the journal makes the work on an input needless. Asked by the workers; the writer asks
  // again, since an equal input may be on its way in the same batch.
  bool AlreadyDone(const store::InputKey& key) {
    const std::lock_guard guard(writer_mutex_);
    return Skippable(writer_.FindInput(key));
  }

  bool Skippable(store::InputState state) const {
    switch (state) {
      case store::InputState::kNew:
        return false;
      case store::InputState::kDone:
        return true;
      case store::InputState::kRefused:
        return !options_.retry_rejects;
      case store::InputState::kOtherRules:
        return !options_.reprocess;
    }
    return false;
  }

  void Write(Work& work) {
    if (failure_) return;
    const std::lock_guard guard(writer_mutex_);
    ++summary_.inputs;
    summary_.payload_bytes += static_cast<int64_t>(work.payload_bytes);
    const store::InputState state = writer_.FindInput(work.key);
    if (Skippable(state)) {
      ++(state == store::InputState::kOtherRules ? summary_.waiting : summary_.skipped);
    } else if (auto* reject = std::get_if<Reject>(&work.result)) {
      writer_.RecordReject(work.key, *reject);
      ++summary_.rejected;
      ++summary_.rejects_by_stage[reject->stage];
    } else {
      const store::Article& article = std::get<store::Article>(work.result);
      const store::Writer::Stored stored = writer_.AddArticle(article);
      if (stored.changed) {
        stories_.Add(stored.no, stored.old_pairs);
        ++summary_.documents;
        summary_.claims += static_cast<int64_t>(article.claims.size());
        rewritten_ = rewritten_ || stored.rewritten;
      } else {
        ++summary_.same_documents;
      }
    }
    ++batch_documents_;
    batch_bytes_ += work.payload_bytes;
    if (batch_documents_ >= kBatchDocuments || batch_bytes_ >= kBatchBytes ||
        !writer_.status().ok()) {
      if (auto status = EndBatch(); !status.ok()) {
        failure_ = status.error();
        broken_ = true;
        return;
      }
      if (summary_.documents <= kDrainEachBatchUpTo) {
        bool more = false;
        if (auto status = DrainSome(writer_, more); !status.ok()) {
          failure_ = status.error();
          broken_ = true;
          return;
        }
      }
      writer_.Begin();
    }
    if (options_.progress) options_.progress(summary_);
  }

  Status EndBatch() {
    summary_.stopped = stop_seen_;
    if (failure_) return *failure_;
    batch_documents_ = 0;
    batch_bytes_ = 0;
    return writer_.Commit();
  }

  std::string DateText() const { return options_.as_of ? options_.as_of->ToString() : ""; }

  const IngestOptions& options_;
  const Tools& tools_;
  store::Writer writer_;
  StoryBuilder stories_;
  std::mutex writer_mutex_;
  IngestSummary summary_;
  std::optional<Error> failure_;
  std::atomic<bool> broken_ = false;
  bool stop_seen_ = false;
  bool rewritten_ = false;
  int batch_documents_ = 0;
  size_t batch_bytes_ = 0;
};

}  // namespace

Result<IngestSummary> Ingest(const IngestOptions& options, const Tools& tools,
                             store::Database& database) {
  return Run(options, tools, database).Go();
}

Status DrainPendingFacts(store::Database& database) {
  store::Writer writer(database);
  return DrainAll(writer);
}

}  // namespace hanfact::pipeline
