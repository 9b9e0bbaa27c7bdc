// The way of one article: a pure function from its bytes to what is stored of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/document.h"
#include "base/period.h"
#include "base/result.h"
#include "extract/extractor.h"
#include "ingest/cleaner.h"
#include "store/writer.h"

namespace hanfact::pipeline {

// Everything that is loaded once and shared by all threads: rule tables, lexicon.
class Tools {
 public:
  // `lexicon_files` are paths given with --lexicon. An error lists every problem of every table.
  [[nodiscard]] static Result<std::unique_ptr<Tools>> Load(
      const std::vector<std::string>& lexicon_files);

  [[nodiscard]] const ingest::Cleaner& cleaner() const { return *cleaner_; }
  [[nodiscard]] const extract::Extractor& extractor() const { return *extractor_; }
  // SHA-256 of the rule tables built in, and of the --lexicon files in the order given.
  [[nodiscard]] const std::string& rules_digest() const;
  [[nodiscard]] const std::string& lexicon_digest() const { return lexicon_digest_; }

 private:
  std::unique_ptr<ingest::Cleaner> cleaner_;
  std::unique_ptr<extract::Extractor> extractor_;
  std::string lexicon_digest_;
};

// What identifies an input in the journal.
[[nodiscard]] store::InputKey MakeInputKey(const RawArticle& raw, std::optional<Date> as_of);

// What one article may cost, so that none holds up the others; counted, not timed, so that it is
// the same on every machine. An article beyond one of them is a reject of stage `limit`.
struct ArticleLimits {
  size_t payload = 16 << 20;  // bytes
  size_t nodes = 500'000;     // '<' signs of a page
  size_t text = 2 << 20;      // bytes of clean text
  size_t steps = 8'000'000;   // bytes of the match view, and kStepsPerNumber for each number in it
};
inline constexpr size_t kStepsPerNumber = 64;

// Steps 2 and 3 of docs/architecture.md. Pure and thread-safe.
[[nodiscard]] std::variant<Document, Reject> CleanArticle(RawArticle raw,
                                                          const store::InputKey& key,
                                                          const Tools& tools,
                                                          std::optional<Date> as_of,
                                                          const ArticleLimits& limits = {});

// Steps 4 to 8, of a document that CleanArticle gave for the input `key`. Pure and thread-safe.
[[nodiscard]] std::variant<store::Article, Reject> ReadArticle(Document document,
                                                               const store::InputKey& key,
                                                               const Tools& tools,
                                                               const ArticleLimits& limits = {});

// The same of several documents, in their order; `keys` are those of their inputs. Each step is done
// for all of them before the next (extract/extractor.h says why).
[[nodiscard]] std::vector<std::variant<store::Article, Reject>> ReadArticles(
    std::vector<Document> documents, const std::vector<const store::InputKey*>& keys,
    const Tools& tools, const ArticleLimits& limits = {});

// Both. Pure and thread-safe.
[[nodiscard]] std::variant<store::Article, Reject> RunArticle(RawArticle raw,
                                                              const store::InputKey& key,
                                                              const Tools& tools,
                                                              std::optional<Date> as_of,
                                                              const ArticleLimits& limits = {});

// What facts the claims of an article will be part of, which only a database asks.
void AddAspects(store::Article& article);

// The row of an entity, with what the lexicon knows of it.
[[nodiscard]] store::EntityRow EntityRowOf(const EntityName& name,
                                           const extract::EntityFinder& lexicon);

// The publication date of a document as a moment, if it has one.
[[nodiscard]] std::optional<Moment> PublishedMoment(std::string_view published);

}  // namespace hanfact::pipeline
