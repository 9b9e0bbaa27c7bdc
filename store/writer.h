// Everything that changes the database. Used by one thread at a time, under the writers' lock.
//
// Trouble (disk full, a constraint) sticks to the connection: the calls after it do nothing, and
// Commit reports it and rolls back, so that the database stays as after the last committed batch.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/claim.h"
#include "base/document.h"
#include "base/result.h"
#include "base/review.h"
#include "base/story.h"
#include "store/database.h"
#include "store/fact_reader.h"

namespace hanfact::store {

struct RunInfo {
  std::string started;  // ISO 8601 UTC
  std::string version, rules_digest, lexicon_digest, arguments;
};

// What tells one input from another, besides its payload's hash.
struct InputKey {
  std::string locator;
  std::string sha256;           // of the payload
  std::string metadata_digest;  // of the record's fields and the sidecar
  std::string as_of;            // the reference date given on the command line, or ""
  auto operator<=>(const InputKey&) const = default;
};

enum class InputState {
  kNew,         // never given, or with another reference date
  kDone,        // recorded with these very rules and lexicon: a document
  kRefused,     // likewise, and it was a reject
  kOtherRules,  // recorded with other rules or another lexicon: waits for --reprocess
};

enum class Outcome { kDocument, kSameDocument, kReject };

// An entity row; known ones come with the lexicon's ticker and aliases (alias, region).
struct EntityRow {
  EntityName name;
  std::string ticker;
  int fiscal_year_end = 0;
  std::vector<std::pair<std::string, std::string>> aliases;
};

// All that is stored of one article. Claims carry clean-text byte spans; the writer turns them into
// code points.
struct Article {
  Document document;
  InputKey input;
  // Of an article in several pages: the inputs besides the first page's, which `input` is.
  std::vector<InputKey> pages;
  std::vector<Claim> claims;
  std::vector<std::string> aspects;  // of each claim: what its facts are built together with, or ""
  std::vector<EntityMention> mentions;
  std::vector<EntityRow> entities;  // that mentions and claims name; need not be unique
  Signature signature;
};

// What story building reads of a stored document; the shingles are made again from the text.
struct StoryDocument {
  int64_t no = 0;
  StoryMember member;  // signature: content and numbers only
  std::string text;    // clean
};

struct StorySketch {
  int64_t story_no = 0;
  Signature signature;  // content and numbers only
};

struct StoryRow {
  int64_t no = 0;
  int64_t story_no = 0;
  StoryRole role = StoryRole::kOriginal;
  double similarity = 1;
};

// What writing a document anew did to its claims.
struct ClaimChanges {
  int64_t added = 0, lost = 0, changed = 0;
};

// The text that is indexed for a title or an article (pipeline/search.h).
using SearchTextMaker = std::function<std::string(std::string_view)>;

// The bands of a document's clean text, as its signature had them.
using BandMaker = std::function<std::vector<uint64_t>(std::string_view)>;

// Looks inputs up in the journal on a connection of its own, so that what works on articles does
// not wait for what writes them. Sees what is committed.
class Journal {
 public:
  explicit Journal(const std::string& path);
  ~Journal();
  [[nodiscard]] InputState FindInput(const InputKey& key, std::string_view rules_digest,
                                     std::string_view lexicon_digest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A claim as decisions on it are made.
struct ReviewedClaim {
  int64_t no = 0;
  std::string document_id, published, surface, sentence;  // published: of its document
  // The columns that decisions may change, as they stand; nullopt for none.
  std::map<std::string, std::optional<std::string>> fields;
  Standing standing;
};

// The aspect that a claim's facts are built with (dedupe/facts.h), "" where it makes none.
using AspectMaker = std::function<std::string(const FactClaim&)>;

class Writer {
 public:
  explicit Writer(Database& database);
  ~Writer();

  void Begin();
  // Ends the transaction; after an error everything since Begin is undone and the error returned.
  // Then the bands in memory are forgotten: a writer that is to go on is made anew.
  Status Commit();
  void Rollback();

  // Run rows. The digests are what FindInput compares with.
  int64_t StartRun(const RunInfo& info);
  void FinishRun(int64_t documents, int64_t rejected, int64_t claims, std::string_view finished);

  // The rules that what follows was made with, where they are not the run's own (load).
  void UseRules(const std::string& rules_digest, const std::string& lexicon_digest);

  [[nodiscard]] InputState FindInput(const InputKey& key);
  // Whether an input without a payload to tell it by was refused before for the same reason.
  [[nodiscard]] bool RefusedAlike(const InputKey& key, const Reject& reject);
  void RecordReject(const InputKey& key, const Reject& reject);

  struct Stored {
    Outcome outcome = Outcome::kDocument;
    int64_t no = 0;
    bool changed = false;    // rows were written: bands are to be compared, facts built again
    bool rewritten = false;  // they took the place of earlier ones
    std::vector<int64_t> old_story;               // the other documents of the story it was in
    std::map<std::string, ClaimChanges> changes;  // by rule, of a rewritten one
    std::vector<int64_t>
        left;  // documents whose last input became a page of this one: to be removed
  };
  // Stores an article and its journal row. A document that is there already is kept, or written
  // anew where this input is the one that speaks for it: that with the least locator. One of
  // several pages takes the place of its first page alone, never the reverse.
  Stored AddArticle(const Article& article);

  // Stories.
  // Documents other than `no` that share one of the bands, ascending. Of a band that more than
  // kBandSpeakers documents have, those of the least ranks, which follow from their ids, stand for
  // all: a document meets them alone, and one of them meets all, so that a phrase that every
  // article of a site ends with does not cost more with each article.
  static constexpr size_t kBandSpeakers = 16;
  [[nodiscard]] std::vector<int64_t> BandCandidates(int64_t no, std::string_view document_id,
                                                    const std::vector<uint64_t>& bands);
  [[nodiscard]] std::vector<int64_t> VersionsOf(int64_t no);  // documents of its url, itself too
  // The first document other than `no` whose text is the same but for white space; 0 for none.
  [[nodiscard]] int64_t SameContent(int64_t no, uint64_t content);
  [[nodiscard]] int64_t StoryOf(int64_t no);  // the number of its story's canonical document
  [[nodiscard]] std::vector<int64_t> MembersOf(int64_t story_no);
  [[nodiscard]] std::optional<StoryDocument> LoadStoryDocument(int64_t no);
  // What tells most documents apart without reading their texts.
  [[nodiscard]] std::optional<StorySketch> LoadStorySketch(int64_t no);
  // Whether the document's row says anything but that it is a story of its own and its only
  // version.
  [[nodiscard]] bool InForeignStory(int64_t no);
  // Pairs hold stories together: documents that are alike, or versions of one address.
  void AddPair(int64_t a, int64_t b);
  [[nodiscard]] std::vector<int64_t> PairsOf(int64_t no);
  // Writes the rows that differ from what is stored, and leaves the facts of those documents
  // pending.
  void SetStory(const std::vector<StoryRow>& rows);
  // Sets `replaces` and `latest` along the versions of one address, given oldest first.
  void SetVersions(const std::vector<int64_t>& oldest_first);

  // Facts.
  void MarkPending(int64_t no);  // a document's claims
  [[nodiscard]] int64_t CountPending();
  // Up to `limit` of what is pending, in order of the aspects, each once until what was there when
  // the first was given is through; none where nothing is pending. What was applied is to be
  // settled before it is asked for again.
  [[nodiscard]] std::vector<PendingAspect> NextPending(size_t limit);
  // What is pending is read anew.
  void ForgetPending();
  // About how many pending claims are in memory at once; 40,000 where nothing else is said.
  void SetPendingInMemory(size_t claims);
  // Reads what this writer wrote, committed or not.
  [[nodiscard]] FactReader& facts();
  // Writes the facts, links and conflicts of an aspect. Not yet settled, it would be built again by
  // the next run, to no other result.
  void Apply(const FactPlan& plan);
  // Takes what was applied out of what is pending.
  void Settle(const std::vector<PendingAspect>& applied);
  // A number that is another one once any other connection has committed something. Within Begin
  // and Commit nobody else can.
  [[nodiscard]] int64_t ForeignChanges();

  // Reviews.
  [[nodiscard]] std::optional<ReviewedClaim> FindClaim(std::string_view claim_id);
  // Those of a claim and those that moved to it, oldest first.
  [[nodiscard]] std::vector<Review> ReviewsOf(std::string_view claim_id);
  [[nodiscard]] std::optional<Review> FindReview(int64_t review_id);
  // The claim that a claim's reviews moved to; itself where they did not.
  [[nodiscard]] std::string HolderOf(const std::string& claim_id);
  // The entity of this canonical name, where there is exactly one. Reads all entities.
  [[nodiscard]] std::optional<std::string> EntityNamed(std::string_view canonical);
  // Adds it and lays what then stands over the claim; the row's id. Facts are not built by it.
  int64_t AddReview(const Review& review);
  // Takes a claim out of its fact and files it under the aspect that it has as corrected; needs
  // SetAspectMaker. What is to be built then, in this order: the aspect it was in, as a whole, and
  // the one it came to. They are not left pending.
  [[nodiscard]] std::vector<PendingAspect> FileReviewed(int64_t claim_no);
  // Of a database of before: files up to `limit` claims under the aspects they have now, and leaves
  // those pending. False once there are none left.
  bool FileSome(int64_t limit);
  // Where claims are written that were corrected before, they are filed as corrected, too.
  void SetAspectMaker(AspectMaker maker);
  // An entity that a correction names.
  void AddEntity(const EntityRow& entity);

  // Takes a document out with its claims and inputs; its reviews stay. Returns the other documents
  // of its story, which is to be made again.
  [[nodiscard]] std::vector<int64_t> RemoveDocument(int64_t no);
  void RemoveReject(std::string_view locator, std::string_view sha256);

  void CountFacts(int64_t& facts, int64_t& conflicts);
  [[nodiscard]] int64_t CountSearch();

  // Bands are kept in memory first, and written many at once, in their order: each by itself would
  // cost a page. A document whose bands are not all written stands in `unbanded_rows`; what a run
  // that was ended leaves there is made again by the next one, before it does anything else.
  void SetBandMaker(BandMaker maker);  // for taking documents out without reading all bands
  // Documents of numbers above `after` whose bands are to be made again, up to `limit`, ascending.
  [[nodiscard]] std::vector<int64_t> NextUnbanded(int64_t after, int limit);
  void SetBands(int64_t no, std::string_view document_id, const std::vector<uint64_t>& bands);
  [[nodiscard]] size_t bands_in_memory() const;
  // Writes some of them; false once none are left.
  bool WriteSomeBands();

  // The full-text index `search`. Once it is there, every change keeps it in step, if a maker is
  // set.
  void SetSearchText(SearchTextMaker maker);
  void MakeSearch();
  // Adds up to `limit` documents behind the number `after` that are not in it yet; the number of
  // the last one, 0 where there are none left.
  [[nodiscard]] int64_t FillSearch(int64_t after, int64_t limit);

  // Entities that no mention and no claim names any more, after documents were written anew.
  void DropUnusedEntities();

  // Keeps as many pages in memory as the file's size asks for, between two transactions. How many
  // bytes that is above what a small file has.
  int64_t FitMemory();

  // The connection's trouble, if any.
  [[nodiscard]] Status status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The private number of an aspect; 0 for "".
[[nodiscard]] int64_t AspectNumber(std::string_view aspect);

}  // namespace hanfact::store
