#include "extract/pattern_set.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "base/text.h"

namespace hanfact::extract {
namespace {

// Stands for an end of the text, which ^ and $ match.
constexpr char32_t kEdge = 0x110000;
constexpr size_t kMaxPositions = 60000;
constexpr size_t kMaxStates = 6000;  // of one set; beyond, states are worked out and forgotten
constexpr int kMaxRepeat = 64;

// The characters one place of a pattern takes.
struct Class {
  std::u32string chars;  // sorted, each once, when the class has been read
  bool negated = false;
};

// A parsed pattern.
struct Node {
  enum class Type { kClass, kSequence, kEither, kRepeat } type = Type::kSequence;
  Class one;
  std::vector<Node> parts;
  int min = 0, max = 0;  // kRepeat; max -1: no end
};

class Parser {
 public:
  Parser(std::string_view text, PatternSet::Kind kind) : text_(text), kind_(kind) {}

  std::optional<Node> Read(std::string& error) {
    Node node = Either(0);
    if (error_.empty() && at_ != text_.size()) error_ = "a ) too many";
    if (!error_.empty()) {
      error = error_;
      return std::nullopt;
    }
    return node;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  bool Takes(std::string_view what) {
    if (!text_.substr(std::min(at_, text_.size())).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  char32_t Next() {
    const char32_t c = CodePointAt(text_, at_);
    at_ += CodePointLength(text_[at_]);
    return c;
  }

  Node Either(int depth) {
    if (depth > 60) {
      error_ = "nested too deep";
      return {};
    }
    Node out;
    out.type = Node::Type::kEither;
    out.parts.push_back(Sequence(depth));
    while (error_.empty() && Takes("|")) out.parts.push_back(Sequence(depth));
    return out.parts.size() == 1 ? std::move(out.parts[0]) : std::move(out);
  }

  Node Sequence(int depth) {
    Node out;
    while (error_.empty() && !AtEnd() && text_[at_] != '|' && text_[at_] != ')') {
      Node part = Single(depth);
      while (error_.empty() && !AtEnd()) {
        int min = 0, max = 0;
        if (Takes("?")) {
          max = 1;
        } else if (Takes("*")) {
          max = -1;
        } else if (Takes("+")) {
          min = 1;
          max = -1;
        } else if (text_[at_] == '{') {
          ++at_;
          min = Number();
          max = min;
          if (Takes(",")) max = !AtEnd() && text_[at_] == '}' ? -1 : Number();
          if (!Takes("}") || max > kMaxRepeat || min > kMaxRepeat || (max >= 0 && max < min)) {
            error_ = "a repetition that is not {n}, {n,} or {n,m}";
          }
        } else {
          break;
        }
        Node repeat;
        repeat.type = Node::Type::kRepeat;
        repeat.min = min;
        repeat.max = max;
        repeat.parts.push_back(std::move(part));
        part = std::move(repeat);
      }
      out.parts.push_back(std::move(part));
    }
    return out;
  }

  int Number() {
    int n = 0;
    const size_t from = at_;
    while (!AtEnd() && text_[at_] >= '0' && text_[at_] <= '9' && n < 1000) {
      n = n * 10 + (text_[at_++] - '0');
    }
    if (at_ == from) error_ = "a repetition without a number";
    return n;
  }

  static Node Of(Class one) {
    std::sort(one.chars.begin(), one.chars.end());
    one.chars.erase(std::unique(one.chars.begin(), one.chars.end()), one.chars.end());
    Node node;
    node.type = Node::Type::kClass;
    node.one = std::move(one);
    return node;
  }

  // Adds the characters of \d, \s, \n or of an escaped sign; returns the sign.
  char32_t Escaped(std::u32string& chars) {
    if (AtEnd()) {
      error_ = "a \\ at the end";
      return 0;
    }
    const char32_t c = Next();
    if (c == 'd') {
      chars += U"0123456789";
    } else if (c == 's') {
      chars += U" \t\n\f\r";
    } else if (c == 'n') {
      chars += U'\n';
    } else if (IsAsciiLetter(c) || IsAsciiDigit(c)) {
      error_ = "an escape that is not \\d, \\s, \\n or of a sign";
    } else {
      chars += c;
      return c;
    }
    return 0;
  }

  Node Single(int depth) {
    const char32_t c = Next();
    Class one;
    if (c == '(') {
      if (Takes("?")) {
        if (Takes("P<")) {
          while (!AtEnd() && text_[at_] != '>') ++at_;
          Takes(">");
        } else if (!Takes(":")) {
          error_ = "a group that is not (, (?: or (?P<";
          return {};
        }
      }
      Node inner = Either(depth + 1);
      if (error_.empty() && !Takes(")")) error_ = "a ( that is not closed";
      return inner;
    }
    if (c == '^' || c == '$') {
      // The end a walk begins at is not to be stepped over.
      if (kind_ == (c == '^' ? PatternSet::Kind::kForward : PatternSet::Kind::kBackward)) {
        error_ = "^ or $ on the side where the match is anchored";
      }
      one.chars += kEdge;
    } else if (c == '.') {
      one.negated = true;
      one.chars = {U'\n', kEdge};
    } else if (c == '\\') {
      Escaped(one.chars);
    } else if (c == '[') {
      one.negated = Takes("^");
      bool first = true;
      while (!AtEnd() && (text_[at_] != ']' || first)) {
        first = false;
        char32_t from = Next();
        if (from == '\\') {
          from = Escaped(one.chars);
          if (from == 0) continue;
        }
        char32_t to = from;
        if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
          ++at_;
          to = Next();
        }
        if (to < from || to - from > 0x1000) {
          error_ = "a range of characters that is too wide";
          return {};
        }
        for (char32_t x = from; x <= to; ++x) one.chars += x;
      }
      if (!Takes("]")) error_ = "a [ that is not closed";
      if (one.negated) one.chars += kEdge;
    } else if (c == '*' || c == '+' || c == '?') {
      error_ = "nothing to repeat";
    } else {
      one.chars += c;
    }
    return Of(std::move(one));
  }

  std::string_view text_;
  PatternSet::Kind kind_;
  size_t at_ = 0;
  std::string error_;
};

struct State {
  std::vector<uint32_t> positions;  // sorted: the places of the patterns that have just been matched
  std::vector<uint32_t> accepts;    // patterns that end here
  std::unique_ptr<std::atomic<State*>[]> next;
};

}  // namespace

// Glushkov's construction: every class of a pattern is a position; a state of the automaton is the
// set of positions the text may have come to.
struct PatternSet::Impl {
  explicit Impl(Kind k) : kind(k) {}

  struct Part {
    std::vector<uint32_t> first, last;
    bool nullable = false;
  };

  Kind kind;
  size_t patterns = 0;
  std::vector<Class> classes;                  // distinct ones
  std::map<std::pair<bool, std::u32string>, uint32_t> class_ids;
  std::vector<uint32_t> class_of;              // by position
  std::vector<std::vector<uint32_t>> follow;   // by position
  std::vector<uint32_t> pattern_of;            // by position
  std::vector<bool> ends;                      // by position: a pattern may end here
  std::vector<uint32_t> first;                 // positions a match may start with
  std::vector<uint32_t> empty;                 // patterns that match nothing at all

  // Characters that all classes treat alike share a symbol; 0 is all that no class names.
  std::array<uint16_t, 128> ascii{};
  std::vector<std::pair<char32_t, uint16_t>> symbols;  // open addressing; 0 is an empty slot
  uint32_t shift = 31;                                 // of the hash, so that it fits `symbols`
  std::vector<uint16_t> flat;                          // instead, for sets with many characters
  std::vector<std::vector<bool>> takes;                // class, symbol
  uint16_t edge = 0;
  size_t symbol_count = 1;
  std::unique_ptr<std::bitset<0x10000>> starts;  // not of a single kForward or kBackward pattern
  std::vector<uint64_t> pairs;  // symbols a match may start with, then those behind; likewise

  mutable std::mutex mutex;
  mutable std::deque<State> states;
  mutable std::map<std::vector<uint32_t>, State*> by_positions;
  State* start = nullptr;
  State* dead = nullptr;

  std::optional<Part> Build(const Node& node) {
    Part out;
    switch (node.type) {
      case Node::Type::kClass: {
        if (class_of.size() >= kMaxPositions) return std::nullopt;
        const auto p = static_cast<uint32_t>(class_of.size());
        const auto [it, fresh] = class_ids.try_emplace({node.one.negated, node.one.chars},
                                                       static_cast<uint32_t>(classes.size()));
        if (fresh) classes.push_back(node.one);
        class_of.push_back(it->second);
        follow.emplace_back();
        pattern_of.push_back(static_cast<uint32_t>(patterns));
        ends.push_back(false);
        return Part{{p}, {p}, false};
      }
      case Node::Type::kEither:
        for (const Node& part : node.parts) {
          auto one = Build(part);
          if (!one) return std::nullopt;
          out.first.insert(out.first.end(), one->first.begin(), one->first.end());
          out.last.insert(out.last.end(), one->last.begin(), one->last.end());
          out.nullable = out.nullable || one->nullable;
        }
        return out;
      case Node::Type::kSequence: {
        out.nullable = true;
        const size_t n = node.parts.size();
        for (size_t i = 0; i < n; ++i) {
          auto one = Build(node.parts[kind == Kind::kBackward ? n - 1 - i : i]);
          if (!one) return std::nullopt;
          Append(out, *one);
        }
        return out;
      }
      case Node::Type::kRepeat: {
        out.nullable = true;
        for (int i = 0; i < node.min; ++i) {
          auto one = Build(node.parts[0]);
          if (!one) return std::nullopt;
          if (i + 1 == node.min && node.max < 0) Loop(*one);
          Append(out, *one);
        }
        if (node.max < 0 && node.min == 0) {
          auto one = Build(node.parts[0]);
          if (!one) return std::nullopt;
          Loop(*one);
          one->nullable = true;
          Append(out, *one);
        }
        for (int i = node.min; i < node.max; ++i) {
          auto one = Build(node.parts[0]);
          if (!one) return std::nullopt;
          one->nullable = true;
          Append(out, *one);
        }
        return out;
      }
    }
    return out;
  }

  void Connect(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to) {
    for (uint32_t p : from) follow[p].insert(follow[p].end(), to.begin(), to.end());
  }
  void Loop(const Part& part) { Connect(part.last, part.first); }
  void Append(Part& all, const Part& next) {
    Connect(all.last, next.first);
    if (all.nullable) all.first.insert(all.first.end(), next.first.begin(), next.first.end());
    if (!next.nullable) all.last.clear();
    all.last.insert(all.last.end(), next.last.begin(), next.last.end());
    all.nullable = all.nullable && next.nullable;
  }

  void MakeSymbols() {
    std::vector<std::pair<char32_t, uint32_t>> named;  // a character and a class that names it
    for (uint32_t k = 0; k < classes.size(); ++k) {
      for (char32_t c : classes[k].chars) named.emplace_back(c, k);
    }
    std::sort(named.begin(), named.end());
    std::map<std::vector<uint32_t>, uint16_t> by_classes{{{}, 0}};
    std::vector<std::vector<uint32_t>> of_symbol{{}};
    std::vector<std::pair<char32_t, uint16_t>> wide;
    std::vector<uint32_t> in;
    bool edge_named = false;
    for (size_t i = 0; i < named.size();) {
      const char32_t c = named[i].first;
      in.clear();
      for (; i < named.size() && named[i].first == c; ++i) in.push_back(named[i].second);
      const auto [it, fresh] = by_classes.try_emplace(in, static_cast<uint16_t>(of_symbol.size()));
      if (fresh) of_symbol.push_back(in);
      if (c == kEdge) {
        edge_named = true;
        edge = it->second;
      } else if (c < 128) {
        ascii[c] = it->second;
      } else {
        wide.push_back({c, it->second});
      }
    }
    symbol_count = of_symbol.size();
    if (!edge_named) {  // a symbol of its own, which not even [^x] takes
      edge = static_cast<uint16_t>(symbol_count++);
      of_symbol.emplace_back();
    }
    for (const Class& one : classes) takes.emplace_back(symbol_count, one.negated);
    for (size_t s = 0; s < symbol_count; ++s) {
      for (uint32_t k : of_symbol[s]) takes[k][s] = !classes[k].negated;
    }
    if (!edge_named) {
      for (std::vector<bool>& symbols_taken : takes) symbols_taken[edge] = false;
    }
    if (wide.size() > 200 || HasPairs()) {
      flat.assign(0x10000, 0);
      for (const auto& [c, s] : wide) {
        if (c < 0x10000) flat[c] = s;
      }
      std::copy(ascii.begin(), ascii.end(), flat.begin());
    }
    while ((size_t{1} << (32 - shift)) < wide.size() * 3) --shift;
    symbols.resize(size_t{1} << (32 - shift));
    for (const auto& [c, s] : wide) {
      size_t at = Slot(c);
      while (symbols[at].first != 0) at = (at + 1) & (symbols.size() - 1);
      symbols[at] = {c, s};
    }
  }

  // Sets asked at every character of a text.
  bool HasPairs() const { return kind == Kind::kForward && patterns > 1; }
  size_t PairWords() const { return (symbol_count + 63) / 64; }

  void MakePairs() {
    std::vector<std::vector<uint64_t>> taken(classes.size());  // symbols a class takes, as bits
    for (size_t k = 0; k < classes.size(); ++k) {
      taken[k].assign(PairWords(), 0);
      for (size_t s = 0; s < symbol_count; ++s) {
        if (takes[k][s]) taken[k][s / 64] |= uint64_t{1} << (s % 64);
      }
    }
    pairs.assign(symbol_count * PairWords(), empty.empty() ? 0 : ~uint64_t{0});
    std::vector<uint64_t> behind(PairWords());  // symbols that may follow the position
    for (uint32_t p : first) {
      std::fill(behind.begin(), behind.end(), ends[p] ? ~uint64_t{0} : 0);
      for (uint32_t q : follow[p]) {
        for (size_t w = 0; w < PairWords(); ++w) behind[w] |= taken[class_of[q]][w];
      }
      for (size_t s = 0; s < symbol_count; ++s) {
        if (!takes[class_of[p]][s]) continue;
        for (size_t w = 0; w < PairWords(); ++w) pairs[s * PairWords() + w] |= behind[w];
      }
    }
  }

  uint16_t Symbol(char32_t c) const {
    if (c < 128) return ascii[c];
    if (!flat.empty() && c < 0x10000) return flat[c];
    for (size_t at = Slot(c);; at = (at + 1) & (symbols.size() - 1)) {
      if (symbols[at].first == c) return symbols[at].second;
      if (symbols[at].first == 0) return 0;
    }
  }
  size_t Slot(char32_t c) const { return (static_cast<uint32_t>(c) * 0x9E3779B1u) >> shift; }

  std::vector<uint32_t> Step(const State& from, uint16_t symbol) const {
    std::vector<uint32_t> to;
    auto take = [&](const std::vector<uint32_t>& list) {
      for (uint32_t q : list) {
        if (takes[class_of[q]][symbol]) to.push_back(q);
      }
    };
    if (&from == start || kind == Kind::kAnywhere) take(first);
    for (uint32_t p : from.positions) take(follow[p]);
    std::sort(to.begin(), to.end());
    to.erase(std::unique(to.begin(), to.end()), to.end());
    return to;
  }

  void Describe(State& state, std::vector<uint32_t> positions) const {
    for (uint32_t p : positions) {
      if (ends[p]) state.accepts.push_back(pattern_of[p]);
    }
    std::sort(state.accepts.begin(), state.accepts.end());
    state.accepts.erase(std::unique(state.accepts.begin(), state.accepts.end()),
                        state.accepts.end());
    state.positions = std::move(positions);
  }

  // The state for a set of positions; nullptr if there are too many already. Holds the mutex.
  State* Find(std::vector<uint32_t> positions) const {
    const auto it = by_positions.find(positions);
    if (it != by_positions.end()) return it->second;
    if (states.size() >= kMaxStates) return nullptr;
    State& state = states.emplace_back();
    by_positions.emplace(positions, &state);
    Describe(state, std::move(positions));
    state.next = std::make_unique<std::atomic<State*>[]>(symbol_count);
    for (size_t s = 0; s < symbol_count; ++s) state.next[s].store(nullptr);
    return &state;
  }

  // The way there is not known yet: builds the state. `spare` holds it where the set is full.
  const State* Build(const State* from, uint16_t symbol, std::unique_ptr<State>& spare) const {
    std::vector<uint32_t> positions = Step(*from, symbol);
    const std::lock_guard lock(mutex);
    State* to = Find(positions);
    if (to != nullptr) {
      if (from->next != nullptr) from->next[symbol].store(to, std::memory_order_release);
      return to;
    }
    auto built = std::make_unique<State>();
    Describe(*built, std::move(positions));
    spare = std::move(built);
    return spare.get();
  }

  // The next byte, from `at` on, at which a match may start; the size of the text if none does.
  [[nodiscard]] size_t NextStart(std::string_view text, size_t at) const {
    while (at < text.size()) {
      const char32_t c = CodePointAt(text, at);
      if (c >= 0x10000 || (*starts)[c]) break;
      at += CodePointLength(text[at]);
    }
    return at;
  }

  // Steps through the text as long as anything can match; `visit` is told each state in which a
  // pattern ends, with the bytes behind it, and says whether to go on.
  template <class Visit>
  void Walk(std::string_view text, Visit visit) const {
    const State* state = start;
    std::unique_ptr<State> spare;
    auto step = [&](uint16_t symbol) {
      const State* to = state->next == nullptr
                            ? nullptr
                            : state->next[symbol].load(std::memory_order_acquire);
      state = to != nullptr ? to : Build(state, symbol, spare);
    };
    const bool back = kind == Kind::kBackward, anywhere = kind == Kind::kAnywhere;
    if (anywhere) {
      // A pattern that may match nothing at all does so here.
      if (!start->accepts.empty() && !visit(*start, size_t{0})) return;
      step(edge);
    }
    if (!state->accepts.empty() && !visit(*state, size_t{0})) return;
    for (size_t done = 0; done < text.size();) {
      // Nothing has begun and nothing begins here.
      if (anywhere && state->positions.empty()) {
        done = NextStart(text, done);
        if (done == text.size()) break;
      }
      size_t at = done;
      if (back) {
        at = PreviousBorder(text, text.size() - done);
        done = text.size() - at;
      } else {
        done += CodePointLength(text[at]);
      }
      const char32_t c = CodePointAt(text, at);
      step(Symbol(c));
      if (state == dead) return;
      if (!state->accepts.empty() && !visit(*state, done)) return;
    }
    step(edge);
    if (!state->accepts.empty()) visit(*state, text.size());
  }
};

PatternSet::PatternSet(Kind kind) : impl_(std::make_unique<Impl>(kind)) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

std::string PatternSet::Add(std::string_view pattern) {
  Impl& m = *impl_;
  std::string error;
  const auto node = Parser(pattern, m.kind).Read(error);
  if (!node) return error;
  const size_t size = m.class_of.size();
  const auto part = m.Build(*node);
  if (!part) {
    m.class_of.resize(size);
    m.follow.resize(size);
    m.pattern_of.resize(size);
    m.ends.resize(size);
    return "the patterns are too many or too long";
  }
  m.first.insert(m.first.end(), part->first.begin(), part->first.end());
  for (uint32_t p : part->last) m.ends[p] = true;
  if (part->nullable) m.empty.push_back(static_cast<uint32_t>(m.patterns));
  ++m.patterns;
  return "";
}

void PatternSet::Compile() {
  Impl& m = *impl_;
  m.MakeSymbols();
  if (m.kind == Kind::kAnywhere || (m.kind == Kind::kForward && m.patterns > 1)) {
    m.starts = std::make_unique<std::bitset<0x10000>>();
    for (uint32_t p : m.first) {
      const Class& one = m.classes[m.class_of[p]];
      if (one.negated) m.starts->set();
      for (char32_t c : one.chars) {
        if (c < 0x10000 && !one.negated) (*m.starts)[c] = true;
      }
    }
    if (!m.empty.empty()) m.starts->set();
    starts_ = m.starts.get();
  }
  if (m.HasPairs()) {
    m.MakePairs();
    symbols_ = m.flat.data();
    pairs_ = m.pairs.data();
    pair_words_ = m.PairWords();
  }
  const std::lock_guard lock(m.mutex);
  m.dead = m.Find({});
  // The start is no set of positions just matched, so it is kept apart from the dead state.
  m.start = &m.states.emplace_back();
  m.start->accepts = m.empty;
  m.start->next = std::make_unique<std::atomic<State*>[]>(m.symbol_count);
  for (size_t s = 0; s < m.symbol_count; ++s) m.start->next[s].store(nullptr);
  // Nothing leads out of the dead state, unless a match can begin anywhere.
  if (m.kind == Kind::kAnywhere) m.dead = nullptr;
}

size_t PatternSet::size() const { return impl_->patterns; }

void PatternSet::Match(std::string_view text, std::vector<Hit>& hits) const {
  hits.clear();
  impl_->Walk(text, [&hits](const State& state, size_t length) {
    for (uint32_t pattern : state.accepts) {
      const auto old = std::find_if(hits.begin(), hits.end(),
                                    [pattern](const Hit& h) { return h.pattern == pattern; });
      if (old != hits.end()) hits.erase(old);
      hits.push_back({pattern, static_cast<uint32_t>(length)});
    }
    return true;
  });
}

bool PatternSet::Any(std::string_view text) const {
  bool any = false;
  impl_->Walk(text, [&any](const State&, size_t) {
    any = true;
    return false;
  });
  return any;
}

bool PatternSet::Whole(std::string_view text) const {
  bool whole = false;
  impl_->Walk(text, [&](const State&, size_t length) {
    whole = length == text.size();
    return !whole;
  });
  return whole;
}

}  // namespace hanfact::extract
