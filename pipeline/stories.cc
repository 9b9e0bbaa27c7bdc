#include "pipeline/stories.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "dedupe/stories.h"
#include "normalize/script.h"
#include "store/reader.h"

namespace hanfact::pipeline {

namespace {

// A stored document; signed again from its text where the signature is not known with its shingles
// (loaded lines bring none).
std::optional<StoryMember> LoadMember(store::Writer& writer, int64_t no,
                                      const Signature* known = nullptr) {
  auto stored = writer.LoadStoryDocument(no);
  if (!stored) return std::nullopt;
  StoryMember member = std::move(stored->member);
  const bool whole = known != nullptr && !known->shingles.empty();
  Signature made = whole ? *known : dedupe::Sign(normalize::MakeMatchView(stored->text).text, {});
  made.numbers = std::move(member.signature.numbers);
  member.signature = std::move(made);
  return member;
}

}  // namespace

const StoryMember* StoryBuilder::Member(int64_t no, const Signature* known) {
  auto it = cache_.find(no);
  if (it != cache_.end()) return &it->second;
  auto member = LoadMember(writer_, no, known);
  if (!member) return nullptr;
  return &cache_.emplace(no, *std::move(member)).first->second;
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

void StoryBuilder::Pair(int64_t no) {
  const StoryMember* mine = Member(no);  // the cache does not move its members
  if (mine == nullptr) return;
  std::set<int64_t> joined;  // stories that have a document this one is alike
  for (int64_t other : writer_.BandCandidates(no, mine->document_id, mine->signature.bands)) {
    // Most are told apart by what their row holds; only the others' texts are read.
    const auto sketch = writer_.LoadStorySketch(other);
    if (!sketch || joined.contains(sketch->story_no) ||
        !dedupe::NumbersMayAgree(mine->signature, sketch->signature)) {
      continue;
    }
    const StoryMember* theirs = Member(other);
    if (theirs == nullptr || !dedupe::Compare(*mine, *theirs)) continue;
    writer_.AddPair(no, other);
    joined.insert(sketch->story_no);
  }
}

void StoryBuilder::JoinVersions(int64_t no) {
  const std::vector<int64_t> versions = writer_.VersionsOf(no);
  writer_.SetVersions(versions);
  for (size_t i = 1; i < versions.size(); ++i) writer_.AddPair(versions[i - 1], versions[i]);
}

void StoryBuilder::Add(int64_t no, const Signature& signature) {
  if (cache_.size() > kCacheSize) cache_.clear();
  cache_.erase(no);
  const StoryMember* self = Member(no, &signature);
  if (self == nullptr) return;
  const int64_t twin = self->text_size == 0 ? 0 : writer_.SameContent(no, self->signature.content);
  if (twin != 0) {
    writer_.AddPair(no, twin);
  } else {
    Pair(no);
  }
  JoinVersions(no);
  std::set<int64_t> stories;
  for (int64_t other : writer_.PairsOf(no)) stories.insert(writer_.StoryOf(other));
  if (stories.empty()) return;  // a new document is a story of its own

  // A story's number is that of its canonical document.
  int64_t canonical = no;
  for (int64_t story : stories) {
    const StoryMember *theirs = Member(story), *best = Member(canonical);
    if (theirs == nullptr || best == nullptr) return;
    if (dedupe::IsMoreCanonical(*theirs, *best)) canonical = story;
  }
  std::vector<int64_t> moved{no};
  for (int64_t story : stories) {
    if (story == canonical) continue;
    const std::vector<int64_t> members = writer_.MembersOf(story);
    moved.insert(moved.end(), members.begin(), members.end());
  }
  std::vector<store::StoryRow> rows;
  const StoryMember head = *Member(canonical);
  for (int64_t member : moved) {
    const StoryMember* m = Member(member);
    if (m == nullptr) continue;
    const StoryAssignment a = dedupe::AssignRole(*m, head);
    rows.push_back({member, canonical, a.role, a.similarity});
  }
  writer_.SetStory(rows);
}

void StoryBuilder::AddAgain(int64_t no, const std::vector<int64_t>& others) {
  if (cache_.size() > kCacheSize) cache_.clear();
  cache_.erase(no);
  // Those of its former story may not be one story any more: they are looked at first.
  JoinVersions(no);
  HoldTogether(others);
  WriteAll(others);
  Pair(no);
  std::vector<int64_t> from = others;
  from.push_back(no);
  WriteAll(from);
}

void StoryBuilder::Remove(int64_t no, const std::vector<int64_t>& others) {
  if (cache_.size() > kCacheSize) cache_.clear();
  cache_.erase(no);
  HoldTogether(others);
  WriteAll(others);
}

// Finds the pairs among documents of one former story that make them one again.
void StoryBuilder::HoldTogether(const std::vector<int64_t>& members) {
  for (int64_t member : members) JoinVersions(member);
  std::map<int64_t, int64_t> group;  // of each member: its group's least member
  for (int64_t member : members) {
    if (group.contains(member)) continue;
    for (int64_t other : Component(member)) group[other] = member;
  }
  for (int64_t member : members) {
    const StoryMember* mine = Member(member);
    if (mine == nullptr) continue;
    const bool whole = std::all_of(members.begin(), members.end(), [&](int64_t other) {
      return group[other] == group[members.front()];
    });
    if (whole) break;
    for (int64_t other : writer_.BandCandidates(member, mine->document_id, mine->signature.bands)) {
      const auto theirs = group.find(other);
      if (theirs == group.end() || theirs->second == group[member]) continue;
      const StoryMember* candidate = Member(other);
      if (candidate == nullptr || !dedupe::Compare(*mine, *candidate)) continue;
      writer_.AddPair(member, other);
      const int64_t from = theirs->second, to = group[member];
      for (auto& [no, of] : group) {
        if (of == from) of = to;
      }
    }
  }
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

std::vector<uint64_t> BandsOf(std::string_view clean_text) {
  return dedupe::Sign(normalize::MakeMatchView(clean_text).text, {}).bands;
}

int64_t RestoreBands(store::Writer& writer, int64_t after, int limit) {
  const std::vector<int64_t> documents = writer.NextUnbanded(after, limit);
  for (const int64_t no : documents) {
    const auto member = LoadMember(writer, no);
    writer.SetBands(no, member ? member->document_id : "",
                    member ? member->signature.bands : std::vector<uint64_t>());
  }
  return documents.empty() ? 0 : documents.back();
}

std::vector<std::string> CheckStories(store::Database& database) {
  std::vector<std::string> out;
  store::Writer stored(database);  // only asked
  store::Reader reader(database);
  const auto rows = reader.Query(
      "SELECT no, story_no, document_id, story_role, similarity FROM document_rows WHERE story_no"
      " IN (SELECT story_no FROM document_rows GROUP BY story_no HAVING count(*) > 1)"
      " ORDER BY story_no, no",
      {});
  if (!rows.ok()) return {rows.error().message};
  for (size_t begin = 0; begin < rows->size();) {
    size_t end = begin;
    std::map<int64_t, StoryMember> members;
    std::vector<StoryMember> list;
    std::map<std::string, const store::Row*> by_id;
    for (; end < rows->size() && (*rows)[end][1].second.text == (*rows)[begin][1].second.text;
         ++end) {
      const int64_t no = std::atoll((*rows)[end][0].second.text.c_str());
      auto member = LoadMember(stored, no);
      if (!member) continue;
      list.push_back(*member);
      by_id[member->document_id] = &(*rows)[end];
      members.emplace(no, *std::move(member));
    }
    begin = end;
    for (const StoryAssignment& a : dedupe::AssignStory(list)) {
      const store::Row& row = *by_id[a.document_id];
      const double similarity = std::atof(row[4].second.text.c_str());
      if (row[3].second.text != ToString(a.role) || std::abs(similarity - a.similarity) > 1e-9) {
        out.push_back("invariant 2: document " + a.document_id + " is stored as " +
                      row[3].second.text + " " + row[4].second.text +
                      " of its story; its text makes it " + std::string(ToString(a.role)) + " " +
                      std::to_string(a.similarity));
      }
    }
    for (const auto& [no, member] : members) {
      for (const int64_t other : stored.PairsOf(no)) {
        const auto it = members.find(other);
        if (it == members.end() || other < no) continue;  // told by the check of rows
        if (!member.url.empty() && member.url == it->second.url) continue;
        if (!dedupe::Compare(member, it->second)) {
          out.push_back("invariant 2: documents " + member.document_id + " and " +
                        it->second.document_id + " are stored as one story but are not alike");
        }
      }
    }
  }
  return out;
}

}  // namespace hanfact::pipeline
