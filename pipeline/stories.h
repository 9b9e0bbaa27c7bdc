// Joins a newly stored article to its story: step 9 of docs/architecture.md.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/writer.h"

namespace hanfact::pipeline {

class StoryBuilder {
 public:
  explicit StoryBuilder(store::Writer& writer) : writer_(writer) {}

  // Compares a new document with all that share a band (with one that has the same words, if there
  // is one: its pairs are the document's too), joins the versions of its address, and puts it into
  // its story. The stories this joins are written anew but for the one whose canonical document
  // stays, so that a story of many copies does not cost more with each. `signature` is the
  // document's own, with shingles or without. The result does not depend on the order in which
  // documents come. Of a story one document that is alike is enough: pairs hold stories together,
  // they are not all there are.
  void Add(int64_t no, const Signature& signature);

  // The same for a document that was written anew. `others` are the other documents of the story it
  // was in: they are compared again as far as it held them together, and their stories written.
  void AddAgain(int64_t no, const std::vector<int64_t>& others);

  // Compares the other documents of a removed one's story again, and writes their stories.
  void Remove(int64_t no, const std::vector<int64_t>& others);

 private:
  const StoryMember* Member(int64_t no, const Signature* known = nullptr);
  void Pair(int64_t no);
  void JoinVersions(int64_t no);
  void HoldTogether(const std::vector<int64_t>& members);
  void WriteAll(const std::vector<int64_t>& from);
  std::vector<int64_t> Component(int64_t no);
  void Write(const std::vector<int64_t>& component);

  store::Writer& writer_;
  // Members read lately, with their shingles; dropped when it grows past kCacheSize.
  static constexpr size_t kCacheSize = 256;
  std::unordered_map<int64_t, StoryMember> cache_;
};

// The bands of a document's signature, from its clean text.
[[nodiscard]] std::vector<uint64_t> BandsOf(std::string_view clean_text);

// Makes the bands of documents again that an upgrade or an ended run left without: `limit` of them
// at most, of numbers above `after`. The last one's number; 0 where there are none.
[[nodiscard]] int64_t RestoreBands(store::Writer& writer, int64_t after, int limit);

// The breaches of invariant 2 in the stories as stored: a canonical document that is not the one
// its story should have, a role or similarity that is not what the texts give, a pair that is
// neither alike nor of one address. Reads every document of a story of two or more.
[[nodiscard]] std::vector<std::string> CheckStories(store::Database& database);

}  // namespace hanfact::pipeline
