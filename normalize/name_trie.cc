#include "normalize/name_trie.h"

#include <algorithm>
#include <array>

#include "base/flat_image.h"
#include "base/text.h"

namespace hanfact::normalize {
namespace {

// What may stand between the parts of a name, or be left out there.
bool IsSeparator(char32_t c) {
  switch (c) {
    case ' ':
    case '-':
    case 0x00B7:  // ·
    case 0x2022:  // •
    case 0x2027:  // ‧
    case 0x2219:  // ∙
    case 0x30FB:  // ・
      return true;
    default:
      return false;
  }
}

char32_t Fold(char32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

// Letters that make words with blanks between them: ASCII and the Latin letters behind it.
bool IsLatin(char32_t c) {
  return IsAsciiLetter(c) || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

uint32_t PairHash(char32_t a, char32_t b, uint32_t bits) {
  return (static_cast<uint32_t>(a) * 0x9E3779B1u ^ static_cast<uint32_t>(b) * 0x85EBCA6Bu) >> 7 &
         (bits - 1);
}

uint64_t EdgeHash(uint32_t node, char32_t c) {
  uint64_t h = (static_cast<uint64_t>(node) << 21 ^ c) * 0x9E3779B97F4A7C15ull;
  return h >> 24;
}

// Decodes the code point at `at` and moves past it; the text is valid.
inline char32_t Next(std::string_view text, size_t& at) {
  const auto b = static_cast<unsigned char>(text[at]);
  if (b < 0x80) return ++at, b;
  auto tail = [&](size_t i) { return static_cast<char32_t>(text[at + i] & 0x3F); };
  char32_t c;
  if (b < 0xE0) {
    c = static_cast<char32_t>(b & 0x1F) << 6 | tail(1);
    at += 2;
  } else if (b < 0xF0) {
    c = static_cast<char32_t>(b & 0x0F) << 12 | tail(1) << 6 | tail(2);
    at += 3;
  } else {
    c = static_cast<char32_t>(b & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
    at += 4;
  }
  return c;
}

}  // namespace

class NameTrie::Builder {
 public:
  explicit Builder(const std::vector<std::string_view>& names) {
    for (std::string_view name : names) Insert(name);
  }
  [[nodiscard]] std::string Image() const {
    FlatWriter writer;
    writer.AddBytes(texts_);
    writer.Add(names_);
    writer.Add(first_);
    writer.Add(pairs_);
    writer.Add(edges_);
    writer.Add(terminal_);
    return writer.Finish();
  }

 private:
  // The slot of an edge, or the free one where it would stand.
  [[nodiscard]] size_t SlotOf(uint32_t node, char32_t c) const {
    const size_t mask = edges_.size() - 1;
    size_t i = EdgeHash(node, c) & mask;
    while (edges_[i].node != kNone && !(edges_[i].node == node && edges_[i].c == c)) {
      i = (i + 1) & mask;
    }
    return i;
  }
  void Grow() {
    std::vector<Edge> old(edges_.size() * 2);
    old.swap(edges_);
    for (const Edge& edge : old) {
      if (edge.node != kNone) edges_[SlotOf(edge.node, edge.c)] = edge;
    }
  }
  uint32_t AddChild(uint32_t node, char32_t c) {
    size_t slot = SlotOf(node, c);
    if (edges_[slot].node != kNone) return edges_[slot].child;
    if (terminal_.size() * 4 > edges_.size() * 3) {
      Grow();
      slot = SlotOf(node, c);
    }
    const auto child = static_cast<uint32_t>(terminal_.size());
    terminal_.push_back(kNone);
    edges_[slot] = {node, c, child};
    return child;
  }
  void Insert(std::string_view text);

  std::string texts_;
  std::vector<Name> names_;
  std::vector<uint32_t> first_ = std::vector<uint32_t>(kFirstTable);
  std::vector<uint64_t> pairs_ = std::vector<uint64_t>(kPairBits / 64);
  std::vector<Edge> edges_ = std::vector<Edge>(1024);
  std::vector<uint32_t> terminal_{kNone};  // the root
};

void NameTrie::Builder::Insert(std::string_view text) {
  const auto index = static_cast<uint32_t>(names_.size());
  names_.push_back({static_cast<uint32_t>(texts_.size()), static_cast<uint32_t>(text.size())});
  Name& name = names_.back();
  texts_ += text;
  uint32_t node = 0, count = 0;
  int letters = 0, lower = 0, other = 0;
  char32_t first = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = Next(text, at);
    if (!IsHan(c)) name.plain = false;
    if (IsSeparator(c)) continue;
    if (IsAsciiLetter(c)) {
      ++letters;
      lower += c >= 'a';
    } else {
      ++other;
    }
    const char32_t folded = Fold(c);
    ++count;
    if (count == 1) {
      first = folded;
      if (first >= kFirstTable) return;  // rare ideographs start no name that is searched for
      if (first_[first] == 0) first_[first] = AddChild(0, first);
      node = first_[first];
      continue;
    }
    if (count == 2) {
      const uint32_t bit = PairHash(first, folded, kPairBits);
      pairs_[bit / 64] |= uint64_t{1} << bit % 64;
    }
    node = AddChild(node, folded);
  }
  if (count < 2) return;
  name.exact_case = letters > 0 && other == 0 && lower == 0 && letters <= 5;
  name.next = terminal_[node];
  terminal_[node] = index;
}

std::string NameTrie::Compile(const std::vector<std::string_view>& names) {
  return Builder(names).Image();
}

void NameTrie::Read(std::string_view image) {
  FlatReader reader(image);
  texts_ = reader.NextBytes();
  names_ = reader.Next<Name>();
  first_ = reader.Next<uint32_t>();
  pairs_ = reader.Next<uint64_t>();
  edges_ = reader.Next<Edge>();
  terminal_ = reader.Next<uint32_t>();
}

uint32_t NameTrie::Child(uint32_t node, char32_t c) const {
  const size_t mask = edges_.size() - 1;
  for (size_t i = EdgeHash(node, c) & mask;; i = (i + 1) & mask) {
    const Edge& edge = edges_[i];
    if (edge.node == kNone) return 0;
    if (edge.node == node && edge.c == c) return edge.child;
  }
}

bool NameTrie::Accept(const Name& name, std::string_view text, size_t begin, size_t end) const {
  if (name.plain) return end - begin == name.size;
  // Separators and case, side by side.
  const std::string_view n = TextOf(name);
  size_t a = 0, b = begin;
  char32_t last = 0;
  uint32_t letters = 0, others = 0;
  while (a < n.size() && b < end) {
    size_t a2 = a, b2 = b;
    const char32_t x = Next(n, a2);
    const char32_t y = Next(text, b2);
    const bool sx = IsSeparator(x), sy = IsSeparator(y);
    if (sx) {
      a = a2;
      if (sy) b = b2;
      continue;
    }
    if (sy) {
      const bool model = (IsAsciiLetter(last) && IsAsciiDigit(x)) ||
                         (IsAsciiDigit(last) && IsAsciiLetter(x)) ||
                         (y != 0xB7 && IsHan(last) != IsHan(x));
      if (!model) return false;
      b = b2;
      continue;
    }
    if (name.exact_case && x != y) return false;
    IsAsciiLetter(x) ? ++letters : ++others;
    last = x;
    a = a2;
    b = b2;
  }
  size_t first_at = begin;
  const char32_t head = Next(text, first_at);
  const char32_t before = CodePointBefore(text, begin);
  const char32_t after = end < text.size() ? CodePointAt(text, end) : 0;
  if (IsLatin(head)) {
    if (IsLatin(before) || before == '@' || before == '_') return false;
    if (IsAsciiDigit(before) && others == 0 && letters <= 3) return false;
    if (before == '.' && begin >= 2 && IsLatin(CodePointBefore(text, begin - 1))) return false;
    if (before == '/' && begin >= 2 && CodePointBefore(text, begin - 1) == '/') return false;
  } else if (IsAsciiDigit(head)) {
    if (IsAsciiDigit(before) || IsLatin(before)) return false;
    if ((before == '.' || before == ',') && begin >= 2 &&
        IsAsciiDigit(CodePointBefore(text, begin - 1))) {
      return false;
    }
  }
  const char32_t then = end + 1 < text.size() && after != 0 && after < 0x80
                            ? CodePointAt(text, end + 1) : 0;
  if (IsLatin(last)) {
    if (IsLatin(after) || after == '_' || after == '@') return false;
    if (IsAsciiDigit(after) && others == 0 && letters <= 3) return false;
    if (after == '.' && then >= 'a' && then <= 'z') return false;
  } else if (IsAsciiDigit(last)) {
    if (IsAsciiDigit(after) || after == '%') return false;
    if ((after == '.' || after == ',') && IsAsciiDigit(then)) return false;
    // A single letter belongs to the model (4o, 910B); a word behind it does not (H800GPU).
    if (IsLatin(after) && !(IsLatin(then) && after < 'a')) return false;
  }
  return true;
}

// In three steps for a stretch of text: where the first two characters let a name begin, the nodes of
// those, the walks. Each step asks for memory that the one before has had fetched, and the first,
// which is asked at every character, has nothing to branch on: a third less time than one walk.
void NameTrie::FindAll(std::string_view text, std::vector<Hit>& out) const {
  constexpr size_t kStretch = 64;  // places where a name may begin
  std::array<Start, kStretch + 1> starts;
  bool in_word = false;  // the character before was a Latin letter
  for (size_t at = 0; at < text.size();) {
    size_t count = 0;
    while (at < text.size() && count < kStretch) {
      if (SkipHan(text, at, kStretch, starts.data(), count)) in_word = false;
      if (at >= text.size() || count >= kStretch) break;
      count += NextStart(text, at, in_word, starts[count]) ? 1 : 0;
    }
    for (size_t i = 0; i < count; ++i) {
      starts[i].node = first_[starts[i].first];
      __builtin_prefetch(
          &edges_[EdgeHash(starts[i].node, starts[i].second) & (edges_.size() - 1)]);
    }
    for (size_t i = 0; i < count; ++i) {
      if (starts[i].node != 0) Walk(text, starts[i], out);
    }
  }
}

// NextStart() for a stretch of characters each of which is Han and has Han behind it, nearly all of
// a text: nothing is folded there and nothing parts two of them. False where there is none.
inline bool NameTrie::SkipHan(std::string_view text, size_t& at, size_t most, Start* starts,
                              size_t& count) const {
  const char* const bytes = text.data();
  const size_t size = text.size();
  const auto is_han = [&](size_t i) { return i + 3 <= size && LeadsHan(bytes[i]); };
  const size_t from = at;
  if (!is_han(at)) return false;
  for (char32_t c = CodePointOfThree(bytes + at), d; count < most && is_han(at + 3); at += 3, c = d) {
    d = CodePointOfThree(bytes + at + 3);
    const auto begin = static_cast<uint32_t>(at);
    starts[count] = {begin, begin + 3, c, d, 0};
    const uint32_t bit = PairHash(c, d, kPairBits);
    count += pairs_[bit / 64] >> bit % 64 & 1;
  }
  return at > from;
}

// Whether a name may begin at `at`, which moves behind the character there.
inline bool NameTrie::NextStart(std::string_view text, size_t& at, bool& in_word,
                                Start& start) const {
  start.begin = static_cast<uint32_t>(at);
  const auto lead = static_cast<unsigned char>(text[at]);
  char32_t c;
  if (lead < 0x80) {
    c = lead;
    ++at;
    const bool letter = IsAsciiLetter(c);
    const bool skip = letter ? in_word : !IsAsciiDigit(c);
    in_word = letter;
    if (skip) return false;
    c = Fold(c);
  } else {
    in_word = false;
    c = Next(text, at);
    if (c >= kFirstTable) return false;
  }
  // Separators are looked past.
  if (at >= text.size()) return false;
  size_t behind = at;
  char32_t d = Next(text, behind);
  if (IsSeparator(d)) {
    if (behind >= text.size()) return false;
    d = Next(text, behind);
  }
  start.rest = static_cast<uint32_t>(at);
  start.first = c;
  start.second = Fold(d);
  const uint32_t bit = PairHash(c, start.second, kPairBits);
  return (pairs_[bit / 64] >> bit % 64 & 1) != 0;
}

void NameTrie::Walk(std::string_view text, const Start& start, std::vector<Hit>& out) const {
  uint32_t node = start.node;
  const size_t begin = start.begin;
  for (size_t at = start.rest; at < text.size();) {
    size_t step = at;
    char32_t d = Next(text, step);
    if (IsSeparator(d)) {
      if (step >= text.size()) break;
      d = Next(text, step);
    }
    node = Child(node, Fold(d));
    if (node == 0) break;
    at = step;
    const size_t from = out.size();
    for (uint32_t i = terminal_[node]; i != kNone; i = names_[i].next) {
      if (Accept(names_[i], text, begin, at)) {
        out.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(at), i});
      }
    }
    if (out.size() - from > 1) {
      std::sort(out.begin() + static_cast<long>(from), out.end(),
                [](const Hit& x, const Hit& y) { return x.name < y.name; });
    }
  }
}

}  // namespace hanfact::normalize
