#include "dedupe/stories.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/period.h"
#include "dedupe/signature.h"

namespace hanfact::dedupe {
namespace {

// Two texts are alike where this share of the shorter one's shingles stands in the longer one.
// Unrelated articles share less than a twentieth, so that of two long texts of similar size not
// quite half is enough: the rest may be page furniture that cleaning left. Short texts of one kind
// share most of their words (…收盘上涨…) and are asked more.
constexpr double kAlike = 2.0 / 3.0;
constexpr double kLongAlike = 0.45;
constexpr uint32_t kLongText = 150;
constexpr double kLongSize = 0.5;
constexpr double kShortAlike = 0.8;
constexpr uint32_t kShortText = 40;
// The shorter text is an excerpt where it is clearly shorter and nearly all of it stands in the
// longer.
constexpr double kExcerptAlike = 0.8;
constexpr double kExcerptSize = 0.8;
// A text below this share of the other is no excerpt of it but a passage two articles have in
// common (a round-up holds whole flashes of others), unless they begin alike, as a teaser does.
constexpr double kLeastExcerpt = 0.2;
constexpr double kLeastTeaser = 0.05;
// One number in forty may differ: a slip or a correction in a long article that is otherwise a
// copy.
constexpr size_t kNumbersForOneChange = 40;

struct Overlap {
  double jaccard = 0;
  double containment = 0;  // share of the smaller one's shingles in the larger
  double size = 0;         // of the smaller against the larger
};

// The one with fewer shingles; a total order, so that measures are symmetric.
const Signature& Smaller(const Signature& a, const Signature& b) {
  return std::tie(a.shingle_count, a.shingles, a.numbers) <=
                 std::tie(b.shingle_count, b.shingles, b.numbers)
             ? a
             : b;
}

Overlap Measure(const Signature& a, const Signature& b) {
  const Signature& small = Smaller(a, b);
  const Signature& large = &small == &a ? b : a;
  Overlap overlap;
  if (small.shingles.empty()) return overlap;
  overlap.size = static_cast<double>(small.shingle_count) / large.shingle_count;
  // Sketches are complete up to their last value; both are up to the lesser of the two.
  uint64_t limit = UINT64_MAX;
  for (const Signature* s : {&small, &large}) {
    if (s->shingle_count > s->shingles.size()) limit = std::min(limit, s->shingles.back());
  }
  size_t in_small = 0, in_large = 0, common = 0;
  auto x = small.shingles.begin(), y = large.shingles.begin();
  const auto x_end = std::upper_bound(x, small.shingles.end(), limit);
  const auto y_end = std::upper_bound(y, large.shingles.end(), limit);
  in_small = static_cast<size_t>(x_end - x);
  in_large = static_cast<size_t>(y_end - y);
  while (x != x_end && y != y_end) {
    if (*x < *y) {
      ++x;
    } else if (*y < *x) {
      ++y;
    } else {
      ++common;
      ++x;
      ++y;
    }
  }
  if (in_small == 0) return overlap;
  overlap.containment = static_cast<double>(common) / static_cast<double>(in_small);
  overlap.jaccard = static_cast<double>(common) / static_cast<double>(in_small + in_large - common);
  return overlap;
}

bool SharesBand(const Signature& a, const Signature& b, BandFamily family) {
  auto x = a.bands.begin(), y = b.bands.begin();
  while (x != a.bands.end() && y != b.bands.end()) {
    if (*x < *y) {
      ++x;
    } else if (*y < *x) {
      ++y;
    } else {
      if (FamilyOf(*x) == family) return true;
      ++x;
      ++y;
    }
  }
  return false;
}

struct NumberMatch {
  size_t matched = 0;  // numbers of both texts, in one order
  size_t changed = 0;  // places with one context and two numbers
};

// Numbers in a stretch that has no counterpart that stand in one context in both texts: changed.
size_t CountChanged(const uint64_t* a, size_t a_size, const uint64_t* b, size_t b_size) {
  if (a_size == 0 || b_size == 0) return 0;
  // Pairs of equal contexts, whatever their order: each number is used once.
  std::vector<std::pair<uint32_t, uint32_t>> x, y;
  for (size_t i = 0; i < a_size; ++i) x.emplace_back(ContextHash(a[i]), NumberHash(a[i]));
  for (size_t i = 0; i < b_size; ++i) y.emplace_back(ContextHash(b[i]), NumberHash(b[i]));
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  // A number that only moved is none that changed.
  std::vector<std::pair<uint32_t, uint32_t>> x_only, y_only;
  std::set_difference(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(x_only));
  std::set_difference(y.begin(), y.end(), x.begin(), x.end(), std::back_inserter(y_only));
  size_t changed = 0;
  for (size_t i = 0, j = 0; i < x_only.size() && j < y_only.size();) {
    if (x_only[i].first < y_only[j].first) {
      ++i;
    } else if (y_only[j].first < x_only[i].first) {
      ++j;
    } else {
      ++changed;
      ++i;
      ++j;
    }
  }
  return changed;
}

// Aligns the numbers of two texts: the common sub-sequence of most weight, where a number in its
// context weighs twice one whose context was reworded. O(n*m), n and m at most kMaxNumbers.
NumberMatch MatchNumbers(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  NumberMatch result;
  size_t begin = 0;
  const size_t common = std::min(a.size(), b.size());
  while (begin < common && a[begin] == b[begin]) ++begin;
  size_t tail = 0;
  while (tail < common - begin && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  result.matched = begin + tail;
  const size_t n = a.size() - begin - tail, m = b.size() - begin - tail;
  if (n == 0 || m == 0) return result;
  const uint64_t* x = a.data() + begin;
  const uint64_t* y = b.data() + begin;
  const auto weight = [&](size_t i, size_t j) -> uint16_t {
    if (NumberHash(x[i]) != NumberHash(y[j])) return 0;
    return ContextHash(x[i]) == ContextHash(y[j]) ? 2 : 1;
  };
  // best[i][j]: the weight of the best alignment of x from i and y from j.
  const size_t width = m + 1;
  std::vector<uint16_t> best((n + 1) * width, 0);
  for (size_t i = n; i-- > 0;) {
    for (size_t j = m; j-- > 0;) {
      uint16_t value = std::max(best[(i + 1) * width + j], best[i * width + j + 1]);
      if (const uint16_t w = weight(i, j); w > 0) {
        value = std::max<uint16_t>(value, best[(i + 1) * width + j + 1] + w);
      }
      best[i * width + j] = value;
    }
  }
  size_t i = 0, j = 0, gap_i = 0, gap_j = 0;
  while (i < n && j < m) {
    const uint16_t w = weight(i, j);
    if (w > 0 && best[i * width + j] == best[(i + 1) * width + j + 1] + w) {
      result.changed += CountChanged(x + gap_i, i - gap_i, y + gap_j, j - gap_j);
      ++result.matched;
      gap_i = ++i;
      gap_j = ++j;
    } else if (best[i * width + j] == best[(i + 1) * width + j]) {
      ++i;
    } else {
      ++j;
    }
  }
  result.changed += CountChanged(x + gap_i, n - gap_i, y + gap_j, m - gap_j);
  return result;
}

// Whether the numbers of two alike texts are those of copies: hardly any changed, and at least half
// of those of the text with fewer are in the other, in order (the rest may be page furniture).
bool NumbersAgree(const std::vector<uint64_t>& small, const std::vector<uint64_t>& large) {
  const NumberMatch match = MatchNumbers(small, large);
  if (match.changed * kNumbersForOneChange > match.matched) return false;
  return match.matched * 2 + 2 >= std::min(small.size(), large.size());
}

PairVerdict Verdict(const Signature& a, const Signature& b, const Overlap& overlap) {
  PairVerdict verdict;
  if (a.content == b.content) {
    verdict.relation = StoryRole::kDuplicate;
    verdict.similarity = 1;
  } else if (overlap.size <= kExcerptSize && overlap.containment >= kExcerptAlike) {
    verdict.relation = StoryRole::kExcerpt;
    verdict.similarity = overlap.containment;
  } else {
    verdict.relation = StoryRole::kNearDuplicate;
    verdict.similarity = overlap.jaccard;
  }
  return verdict;
}

}  // namespace

std::optional<PairVerdict> Compare(const StoryMember& a, const StoryMember& b) {
  const Signature &x = a.signature, &y = b.signature;
  const Overlap overlap = Measure(x, y);
  const PairVerdict verdict = Verdict(x, y, overlap);
  if (verdict.relation == StoryRole::kDuplicate) return verdict;
  const uint32_t fewer = std::min(x.shingle_count, y.shingle_count);
  if (fewer < kShortText) {
    if (overlap.jaccard < kShortAlike) return std::nullopt;
  } else if (overlap.containment <
             (fewer >= kLongText && overlap.size >= kLongSize ? kLongAlike : kAlike)) {
    return std::nullopt;
  }
  if (overlap.size < kLeastTeaser) return std::nullopt;
  if (overlap.size < kLeastExcerpt && !SharesBand(x, y, BandFamily::kHead)) return std::nullopt;
  const Signature& small = Smaller(x, y);
  if (!NumbersAgree(small.numbers, (&small == &x ? y : x).numbers)) return std::nullopt;
  return verdict;
}

bool NumbersMayAgree(const Signature& a, const Signature& b) {
  // Which of them Compare takes for the smaller is told by their shingles.
  return a.content == b.content || NumbersAgree(a.numbers, b.numbers) ||
         NumbersAgree(b.numbers, a.numbers);
}

bool IsMoreCanonical(const StoryMember& a, const StoryMember& b) {
  const auto rank = [](const StoryMember& m) {
    const std::optional<Date> day = ParseDate(m.published);
    return std::tuple(!day.has_value(), day.value_or(Date{}), ~m.text_size,
                      std::string_view(m.document_id));
  };
  return rank(a) < rank(b);
}

StoryAssignment AssignRole(const StoryMember& member, const StoryMember& canonical) {
  StoryAssignment assignment;
  assignment.document_id = member.document_id;
  assignment.story_id = canonical.document_id;
  if (member.document_id == canonical.document_id) return assignment;
  const Overlap overlap = Measure(member.signature, canonical.signature);
  PairVerdict verdict = Verdict(member.signature, canonical.signature, overlap);
  // An excerpt is the shorter one; an original that is shorter than its successor stays so.
  if (verdict.relation == StoryRole::kExcerpt &&
      member.signature.shingle_count > canonical.signature.shingle_count) {
    verdict = {overlap.jaccard, StoryRole::kNearDuplicate};
  }
  assignment.role = verdict.relation;
  assignment.similarity = verdict.similarity;
  return assignment;
}

std::vector<StoryAssignment> AssignStory(const std::vector<StoryMember>& members) {
  std::vector<StoryAssignment> out;
  if (members.empty()) return out;
  const StoryMember& canonical = *std::min_element(members.begin(), members.end(), IsMoreCanonical);
  out.reserve(members.size());
  for (const StoryMember& member : members) out.push_back(AssignRole(member, canonical));
  std::sort(out.begin(), out.end(), [](const StoryAssignment& a, const StoryAssignment& b) {
    return a.document_id < b.document_id;
  });
  return out;
}

}  // namespace hanfact::dedupe
