// Joins a newly stored article to its story: step 9 of docs/architecture.md.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "store/writer.h"

namespace hanfact::pipeline {

class StoryBuilder {
 public:
  explicit StoryBuilder(store::Writer& writer) : writer_(writer) {}

  // Compares the document with all that share a band, joins the versions of its address, and writes
  // the story of its component. `signature` is the document's own, with shingles or without;
  // `neighbours` are documents it was paired with before it was written anew. The result does not
  // depend on the order in which documents come.
  void Add(int64_t no, const Signature& signature, const std::vector<int64_t>& neighbours);
  // Makes the stories of the documents again that a removed one was paired with.
  void Remove(int64_t no, const std::vector<int64_t>& neighbours);

 private:
  const StoryMember* Member(int64_t no, const Signature* known = nullptr);
  void JoinVersions(int64_t no);
  void WriteAll(const std::vector<int64_t>& from);
  std::vector<int64_t> Component(int64_t no);
  void Write(const std::vector<int64_t>& component);

  store::Writer& writer_;
  // Members read lately, with their shingles; dropped when it grows past kCacheSize.
  static constexpr size_t kCacheSize = 4096;
  std::unordered_map<int64_t, StoryMember> cache_;
};

}  // namespace hanfact::pipeline
