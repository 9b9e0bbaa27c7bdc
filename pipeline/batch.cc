#include "pipeline/batch.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/aspects.h"
#include "pipeline/search.h"
#include "store/reader.h"

namespace hanfact::pipeline {
namespace {

// A batch ends at either: what the writer does for it stays well under 200 ms, so that editors who
// wait for the lock are not kept.
constexpr int kBatchDocuments = 64;
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kAspectsAtOnce = 64;
constexpr size_t kAspectsOfRound = 4096;
constexpr int64_t kSearchAtOnce = 64;
constexpr int64_t kFiledAtOnce = 2000;

// In a small run: builds some of what is pending, in one transaction.
Status DrainSome(store::Writer& writer, size_t claims_at_once, bool& more) {
  writer.Begin();
  size_t claims = 0;
  more = false;
  while (!more && writer.status().ok()) {
    std::vector<store::PendingAspect> aspects = writer.NextPending(kAspectsAtOnce);
    if (aspects.empty()) break;
    for (const store::PendingAspect& aspect : aspects) {
      const store::FactPlan plan = PlanAspect(writer.facts(), aspect);
      writer.Apply(plan);
      claims += plan.claims_read;
    }
    writer.Settle(aspects);
    more = claims > claims_at_once;
  }
  return writer.Commit();
}

// Builds what is pending. Aspects have nothing to do with each other: some are read and built, on
// connections of their own, while what became of others is written, in their order.
class Drain {
 public:
  Drain(store::Writer& writer, const std::string& path, size_t claims_at_once)
      : writer_(writer), path_(path), claims_at_once_(claims_at_once) {}

  Status Run() {
    while (true) {
      const std::vector<store::PendingAspect> aspects = writer_.NextPending(kAspectsOfRound);
      if (auto status = writer_.status(); !status.ok()) return status;
      if (aspects.empty()) return Done{};
      // One round after another: while someone reads, the log cannot be begun anew.
      if (auto status = Round(aspects); !status.ok()) return status;
      if (!overtaken_) continue;
      // Another connection wrote meanwhile, to what is pending or to what facts are made of: what
      // is not settled is read again, and the next of it while nobody else can write, so that an
      // end is reached however often others do.
      writer_.ForgetPending();
      bool more = false;
      if (auto status = DrainSome(writer_, claims_at_once_, more); !status.ok()) return status;
    }
  }

 private:
  using Plans = std::shared_ptr<std::vector<store::FactPlan>>;

  // Readers on connections of their own. None is given to two threads at once.
  class Readers {
   public:
    explicit Readers(const std::string& path) : path_(path) {}
    // False where the file could not be read.
    template <class Body>
    bool With(Body body) {
      std::unique_ptr<store::FactReader> reader;
      {
        const std::lock_guard guard(mutex_);
        if (!free_.empty()) {
          reader = std::move(free_.back());
          free_.pop_back();
        }
      }
      if (reader == nullptr) reader = std::make_unique<store::FactReader>(path_);
      reader->Begin();
      body(*reader);
      reader->End();
      const bool good = reader->status().ok();
      const std::lock_guard guard(mutex_);
      if (good) free_.push_back(std::move(reader));
      return good;
    }

   private:
    const std::string& path_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<store::FactReader>> free_;
  };

  Status Round(const std::vector<store::PendingAspect>& aspects) {
    overtaken_ = false;
    failure_.reset();
    applied_.clear();
    claims_ = 0;
    writer_.Begin();
    foreign_changes_ = writer_.ForeignChanges();
    const size_t threads =
        tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
    if (threads > 1) {
      PlanBeside(aspects, threads);
    } else {
      for (const store::PendingAspect& aspect : aspects) {
        if (Ended()) break;
        Apply(PlanAspect(writer_.facts(), aspect));
        CommitMany();
      }
    }
    if (failure_) return *failure_;
    // In the order of the rows, once a round: each by itself would cost a page.
    if (!overtaken_) writer_.Settle(applied_);
    return writer_.Commit();
  }

  void PlanBeside(const std::vector<store::PendingAspect>& aspects, size_t threads) {
    Readers readers(path_);
    size_t next = 0;
    const auto read = [&](tbb::flow_control& control) {
      const size_t begin = next;
      next += kAspectsAtOnce;
      if (begin >= aspects.size() || Ended()) control.stop();
      return begin;
    };
    const auto plan = [&](size_t begin) {
      auto plans = std::make_shared<std::vector<store::FactPlan>>();
      const size_t end = std::min(begin + kAspectsAtOnce, aspects.size());
      const bool good = readers.With([&](store::FactReader& reader) {
        for (size_t i = begin; i < end; ++i) plans->push_back(PlanAspect(reader, aspects[i]));
      });
      if (!good) overtaken_ = true;
      return plans;
    };
    const auto write = [&](const Plans& plans) {
      if (Ended()) return;
      for (const store::FactPlan& done : *plans) Apply(done);
      CommitMany();
    };
    // Isolated: a thread that waits here takes up no other work meanwhile.
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_pipeline(
          2 * threads, tbb::make_filter<void, size_t>(tbb::filter_mode::serial_in_order, read) &
                           tbb::make_filter<size_t, Plans>(tbb::filter_mode::parallel, plan) &
                           tbb::make_filter<Plans, void>(tbb::filter_mode::serial_in_order, write));
    });
  }

  bool Ended() const { return overtaken_ || failed_; }

  void Apply(const store::FactPlan& plan) {
    writer_.Apply(plan);
    claims_ += plan.claims_read;
    applied_.push_back(plan.pending);
  }

  // Once so many claims were built that others should not wait any longer.
  void CommitMany() {
    if (claims_ <= claims_at_once_) return;
    claims_ = 0;
    Status status = writer_.Commit();
    if (status.ok()) {
      writer_.Begin();
      status = writer_.status();
    }
    if (!status.ok()) {
      failure_ = status.error();
      failed_ = true;
    }
    // Nobody else can commit from here to the next Commit.
    if (writer_.ForeignChanges() != foreign_changes_) overtaken_ = true;
  }

  store::Writer& writer_;
  const std::string& path_;
  const size_t claims_at_once_;
  int64_t foreign_changes_ = 0;
  std::vector<store::PendingAspect> applied_;
  size_t claims_ = 0;  // in the transaction
  std::atomic<bool> overtaken_ = false, failed_ = false;
  std::optional<Error> failure_;  // the writer's
};

Status WriteBands(store::Writer& writer) {
  for (bool more = true; more;) {
    writer.Begin();
    more = writer.WriteSomeBands();
    if (auto status = writer.Commit(); !status.ok()) return status;
  }
  return Done{};
}

}  // namespace

bool Skippable(store::InputState state, const RunOptions& options) {
  switch (state) {
    case store::InputState::kNew:
      return false;
    case store::InputState::kDone:
      return true;
    case store::InputState::kRefused:
      return !options.retry_rejects;
    case store::InputState::kOtherRules:
      return !options.reprocess;
  }
  return false;
}

Batch::Batch(const RunOptions& options, store::Database& database)
    : options_(options), path_(database.path()), writer_(database), stories_(writer_) {
  writer_.SetSearchText(SearchText);
  writer_.SetBandMaker(BandsOf);
  writer_.SetAspectMaker(AspectOf);
  writer_.SetPendingInMemory(options.limits.pending_in_memory);
}

Status Batch::Start(const std::string& rules_digest, const std::string& lexicon_digest) {
  writer_.Begin();
  writer_.StartRun(
      {options_.now(), options_.version, rules_digest, lexicon_digest, options_.arguments});
  if (auto status = writer_.Commit(); !status.ok()) return status;
  FitMemory();
  for (int64_t last = 0;;) {
    writer_.Begin();
    last = RestoreBands(writer_, last, kBatchDocuments);
    if (auto status = writer_.Commit(); !status.ok()) return status;
    if (last != 0 && writer_.bands_in_memory() < bands_in_memory_) continue;
    if (auto status = WriteBands(writer_); !status.ok()) return status;
    if (last == 0) break;
  }
  for (bool more = true; more;) {
    writer_.Begin();
    more = writer_.FileSome(kFiledAtOnce);
    if (auto status = writer_.Commit(); !status.ok()) return status;
  }
  // Of a run that was ended: those of this one are counted as they come.
  pending_claims_ = writer_.CountPending();
  writer_.Begin();
  return writer_.status();
}

Status Batch::Apply(const Outcome& outcome, size_t payload_bytes) {
  ++summary_.inputs;
  summary_.payload_bytes += static_cast<int64_t>(payload_bytes);
  writer_.UseRules(outcome.rules_digest, outcome.lexicon_digest);
  const store::InputState state = writer_.FindInput(outcome.key);
  bool done = Skippable(state, options_);
  if (const auto* article = std::get_if<store::Article>(&outcome.result); done && article) {
    // The first page may have come alone before.
    for (const store::InputKey& page : article->pages) {
      done = done && Skippable(writer_.FindInput(page), options_);
    }
  }
  if (done) {
    ++(state == store::InputState::kOtherRules ? summary_.waiting : summary_.skipped);
  } else if (const auto* reject = std::get_if<Reject>(&outcome.result);
             reject != nullptr && !options_.retry_rejects &&
             writer_.RefusedAlike(outcome.key, *reject)) {
    ++summary_.skipped;
  } else if (reject != nullptr) {
    writer_.RecordReject(outcome.key, *reject);
    ++summary_.rejected;
    ++summary_.rejects_by_stage[reject->stage];
  } else {
    const store::Article& article = std::get<store::Article>(outcome.result);
    const store::Writer::Stored stored = writer_.AddArticle(article);
    if (stored.changed) {
      if (stored.rewritten) {
        stories_.AddAgain(stored.no, stored.old_story);
      } else {
        stories_.Add(stored.no, article.signature);
      }
      ++summary_.documents;
      summary_.claims += static_cast<int64_t>(article.claims.size());
      pending_claims_ += static_cast<int64_t>(article.claims.size());
      rewritten_ = rewritten_ || stored.rewritten;
      for (const auto& [rule, change] : stored.changes) {
        store::ClaimChanges& sum = summary_.changes[rule];
        sum.added += change.added;
        sum.lost += change.lost;
        sum.changed += change.changed;
      }
    } else {
      ++summary_.same_documents;
    }
    summary_.inputs += static_cast<int64_t>(article.pages.size());
    summary_.same_documents += static_cast<int64_t>(article.pages.size());
    for (int64_t no : stored.left) {
      stories_.Remove(no, writer_.RemoveDocument(no));
      rewritten_ = true;
    }
  }
  return EndOfInput(payload_bytes);
}

Status Batch::Remove(int64_t document_no) {
  stories_.Remove(document_no, writer_.RemoveDocument(document_no));
  ++summary_.removed;
  rewritten_ = true;
  return EndOfInput(0);
}

Status Batch::RemoveReject(const std::string& locator, const std::string& sha256) {
  writer_.RemoveReject(locator, sha256);
  ++summary_.rejected;
  return EndOfInput(0);
}

Status Batch::EndOfInput(size_t bytes) {
  ++batch_documents_;
  batch_bytes_ += bytes;
  if (batch_documents_ < kBatchDocuments && batch_bytes_ < kBatchBytes && writer_.status().ok()) {
    return Done{};
  }
  batch_documents_ = 0;
  batch_bytes_ = 0;
  if (auto status = writer_.Commit(); !status.ok()) return status;
  if (summary_.documents <= options_.limits.drain_each_batch_up_to) {
    bool more = false;
    if (auto status = DrainSome(writer_, options_.limits.fact_claims_at_once, more); !status.ok()) {
      return status;
    }
  } else if (pending_claims_ >= options_.limits.pending_claims) {
    if (auto status = DrainAll(); !status.ok()) return status;
    pending_claims_ = 0;
    FitMemory();
  }
  if (writer_.bands_in_memory() >= bands_in_memory_) {
    if (auto status = WriteBands(writer_); !status.ok()) return status;
  }
  writer_.Begin();
  return writer_.status();
}

void Batch::FitMemory() {
  // A band takes 16 bytes, in vectors that have room for twice as many, and as much again is left.
  constexpr int64_t kBytesOfBand = 64;
  bands_in_memory_ = options_.limits.bands_in_memory +
                     static_cast<size_t>(writer_.FitMemory() / kBytesOfBand);
}

Status Batch::DrainAll() {
#ifdef __GLIBC__
  // What articles took is free, but in pieces that facts would not fit into: the allocator keeps it
  // unless it is asked.
  malloc_trim(0);
#endif
  return Drain(writer_, path_, options_.limits.fact_claims_at_once).Run();
}

Status Batch::Finish(bool stopped) {
  summary_.stopped = stopped;
  if (auto status = writer_.Commit(); !status.ok()) return status;
  if (auto status = WriteBands(writer_); !status.ok()) return status;
  // Also after a stop: what is committed gets its facts, so that readers see them.
  if (auto status = DrainAll(); !status.ok()) return status;
  writer_.Begin();
  if (rewritten_) writer_.DropUnusedEntities();
  writer_.FinishRun(summary_.documents, summary_.rejected, summary_.claims,
                    stopped ? "" : options_.now());
  writer_.CountFacts(summary_.facts, summary_.conflicts);
  return writer_.Commit();
}

Result<int64_t> MakeSearch(store::Database& database) {
  store::Writer writer(database);
  writer.SetSearchText(SearchText);
  writer.Begin();
  writer.MakeSearch();
  if (auto status = writer.Commit(); !status.ok()) return status.error();
  const int64_t before = writer.CountSearch();
  for (int64_t last = 0;;) {
    writer.Begin();
    last = writer.FillSearch(last, kSearchAtOnce);
    if (auto status = writer.Commit(); !status.ok()) return status.error();
    if (last == 0) break;
  }
  return writer.CountSearch() - before;
}

}  // namespace hanfact::pipeline
