#include "pipeline/stories.h"

#include <algorithm>
#include <set>

#include "dedupe/stories.h"
#include "normalize/script.h"

namespace hanfact::pipeline {

const StoryMember* StoryBuilder::Member(int64_t no, const Signature* known) {
  auto it = cache_.find(no);
  if (it != cache_.end()) return &it->second;
  auto stored = writer_.LoadStoryDocument(no);
  if (!stored) return nullptr;
  StoryMember member = std::move(stored->member);
  // Loaded lines bring no shingles.
  const bool whole = known != nullptr && !known->shingles.empty();
  Signature made = whole ? *known : dedupe::Sign(normalize::MakeMatchView(stored->text).text, {});
  made.numbers = std::move(member.signature.numbers);
  member.signature = std::move(made);
  return &cache_.emplace(no, std::move(member)).first->second;
}

std::vector<int64_t> StoryBuilder::Component(int64_t no) {
  std::set<int64_t> seen{no};
  std::vector<int64_t> queue{no};
  while (!queue.empty()) {
    const int64_t at = queue.back();
    queue.pop_back();
    for (int64_t other : writer_.PairsOf(at)) {
      if (seen.insert(other).second) queue.push_back(other);
    }
  }
  return {seen.begin(), seen.end()};
}

void StoryBuilder::Write(const std::vector<int64_t>& component) {
  std::vector<StoryMember> members;
  std::unordered_map<std::string, int64_t> numbers;
  for (int64_t no : component) {
    if (const StoryMember* m = Member(no)) {
      members.push_back(*m);
      numbers[m->document_id] = no;
    }
  }
  std::vector<store::StoryRow> rows;
  for (const StoryAssignment& a : dedupe::AssignStory(members)) {
    rows.push_back({numbers[a.document_id], numbers[a.story_id], a.role, a.similarity});
  }
  writer_.SetStory(rows);
}

void StoryBuilder::Add(int64_t no, const Signature& signature,
                       const std::vector<int64_t>& neighbours) {
  if (cache_.size() > kCacheSize) cache_.clear();
  cache_.erase(no);
  bool paired = !neighbours.empty();
  const std::vector<int64_t> candidates = writer_.BandCandidates(no, signature.bands);
  if (!candidates.empty()) {
    const StoryMember* self = Member(no, &signature);
    if (self == nullptr) return;
    const StoryMember mine = *self;  // the cache may move while the others are read
    for (int64_t other : candidates) {
      const StoryMember* theirs = Member(other);
      if (theirs != nullptr && dedupe::Compare(mine, *theirs)) {
        writer_.AddPair(no, other);
        paired = true;
      }
    }
  }
  const std::vector<int64_t> versions = writer_.VersionsOf(no);
  if (versions.size() > 1) {
    JoinVersions(no);
    paired = true;
  }
  // A document that stands alone is stored as its own story.
  if (!paired && !writer_.InForeignStory(no)) return;
  std::vector<int64_t> from{no};
  from.insert(from.end(), neighbours.begin(), neighbours.end());
  WriteAll(from);
}

void StoryBuilder::Remove(int64_t no, const std::vector<int64_t>& neighbours) {
  cache_.erase(no);
  for (int64_t other : neighbours) JoinVersions(other);
  WriteAll(neighbours);
}

void StoryBuilder::JoinVersions(int64_t no) {
  const std::vector<int64_t> versions = writer_.VersionsOf(no);
  writer_.SetVersions(versions);
  for (size_t i = 1; i < versions.size(); ++i) writer_.AddPair(versions[i - 1], versions[i]);
}

void StoryBuilder::WriteAll(const std::vector<int64_t>& from) {
  std::set<int64_t> written;
  for (int64_t start : from) {
    if (written.contains(start)) continue;
    const std::vector<int64_t> component = Component(start);
    written.insert(component.begin(), component.end());
    Write(component);
  }
}

}  // namespace hanfact::pipeline
