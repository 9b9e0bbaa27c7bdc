#include "pipeline/batch.h"

#include <tbb/parallel_for.h>

#include <utility>
#include <vector>

#include "dedupe/facts.h"
#include "pipeline/aspects.h"
#include "pipeline/search.h"
#include "store/reader.h"

namespace hanfact::pipeline {
namespace {

// A batch ends at either: what the writer does for it stays well under 200 ms, so that editors who
// wait for the lock are not kept.
constexpr int kBatchDocuments = 64;
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kFactClaimsAtOnce = 2000;
constexpr size_t kAspectsAtOnce = 16;
constexpr int64_t kSearchAtOnce = 64;

Status DrainSome(store::Writer& writer, bool& more) {
  writer.Begin();
  size_t claims_seen = 0;
  more = false;
  struct Aspect {
    store::Writer::PendingAspect pending;
    store::AspectClaims claims;
    AspectFacts facts;
  };
  while (!more && writer.status().ok()) {
    std::vector<Aspect> aspects;
    std::vector<store::Writer::PendingAspect> pending = writer.NextPending(kAspectsAtOnce);
    if (pending.empty() || !writer.status().ok()) break;
    for (store::Writer::PendingAspect& aspect : pending) {
      ++claims_seen;
      const auto stored = writer.FactsOfAspect(aspect.aspect);
      aspect.fresh = stored.empty();
      if (!UpdateAspect(writer, aspect, stored, claims_seen)) {
        store::AspectClaims claims = writer.ClaimsOf(stored, aspect);
        claims_seen += claims.claims.size();
        aspects.push_back({std::move(aspect), std::move(claims), {}});
      }
    }
    more = claims_seen > kFactClaimsAtOnce;
    tbb::parallel_for(size_t{0}, aspects.size(), [&](size_t i) {
      aspects[i].facts = dedupe::BuildFacts(aspects[i].claims.claims);
    });
    for (const Aspect& a : aspects) writer.ReplaceFacts(a.pending, a.claims, a.facts);
  }
  return writer.Commit();
}

Status DrainAll(store::Writer& writer) {
  for (bool more = true; more;) {
    if (auto status = DrainSome(writer, more); !status.ok()) return status;
  }
  return Done{};
}

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
    : options_(options), writer_(database), stories_(writer_) {
  writer_.SetSearchText(SearchText);
  writer_.SetBandMaker(BandsOf);
}

Status Batch::Start(const std::string& rules_digest, const std::string& lexicon_digest) {
  writer_.Begin();
  writer_.StartRun(
      {options_.now(), options_.version, rules_digest, lexicon_digest, options_.arguments});
  if (auto status = writer_.Commit(); !status.ok()) return status;
  for (int64_t last = 0;;) {
    writer_.Begin();
    last = RestoreBands(writer_, last, kBatchDocuments);
    if (auto status = writer_.Commit(); !status.ok()) return status;
    if (last != 0 && writer_.bands_in_memory() < options_.limits.bands_in_memory) continue;
    if (auto status = WriteBands(writer_); !status.ok()) return status;
    if (last == 0) break;
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
    if (auto status = DrainSome(writer_, more); !status.ok()) return status;
  } else if (pending_claims_ >= options_.limits.pending_claims) {
    if (auto status = DrainAll(writer_); !status.ok()) return status;
    pending_claims_ = 0;
  }
  if (writer_.bands_in_memory() >= options_.limits.bands_in_memory) {
    if (auto status = WriteBands(writer_); !status.ok()) return status;
  }
  writer_.Begin();
  return writer_.status();
}

Status Batch::Finish(bool stopped) {
  summary_.stopped = stopped;
  if (auto status = writer_.Commit(); !status.ok()) return status;
  if (auto status = WriteBands(writer_); !status.ok()) return status;
  // Also after a stop: what is committed gets its facts, so that readers see them.
  if (auto status = DrainAll(writer_); !status.ok()) return status;
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
