#include "ingest/pattern_list.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

using Strings = std::set<std::u32string>;

// Reads what a pattern needs off its text. Whatever it does not know makes it tell less: no text is
// ruled out that the pattern matches.
class NeedsReader {
 public:
  explicit NeedsReader(std::string_view pattern) : rest_(pattern) {}

  std::vector<Strings> Read() {
    Part all = Choice();
    if (!rest_.empty()) lost_ = true;  // a bracket too many
    if (lost_) return {};
    Flush(all);
    return std::move(all.needs);
  }

 private:
  static constexpr size_t kMostStrings = 64;
  static constexpr size_t kLongest = 8;  // characters of a string
  static constexpr int kDeepest = 50;

  // What is known of a part of a pattern.
  struct Part {
    std::vector<Strings> needs;    // what it matches holds one of each
    std::optional<Strings> exact;  // and ends with exactly one of these,
    bool whole = false;            // which are all of it
  };
  static Part Exactly(Strings strings) { return {{}, std::move(strings), true}; }

  // What is known to stand there becomes a need, and what follows begins anew.
  static void Flush(Part& part) {
    if (part.exact && !part.exact->contains(U"")) part.needs.push_back(std::move(*part.exact));
    part.exact.reset();
    part.whole = false;
  }

  // The need that rules out most: of long strings, of few.
  static const Strings* Best(const std::vector<Strings>& needs) {
    const Strings* best = nullptr;
    const auto rank = [](const Strings& need) {
      const auto shortest =
          std::min_element(need.begin(), need.end(),
                           [](const auto& a, const auto& b) { return a.size() < b.size(); });
      return std::pair(std::min<size_t>(2, shortest->size()), ~need.size());
    };
    for (const Strings& need : needs) {
      if (best == nullptr || rank(need) > rank(*best)) best = &need;
    }
    return best;
  }

  // a|b: either is exact, or one of what each of them needs.
  Part Choice() {
    if (++depth_ > kDeepest) lost_ = true;
    std::vector<Part> ways;
    do {
      ways.push_back(Sequence());
    } while (!lost_ && Take("|"));
    --depth_;
    if (ways.size() == 1) return std::move(ways[0]);
    Strings strings;
    bool whole = true;
    for (const Part& way : ways) {
      whole = whole && way.whole;
      if (whole) strings.insert(way.exact->begin(), way.exact->end());
    }
    if (whole && strings.size() <= kMostStrings) return Exactly(std::move(strings));
    strings.clear();
    for (Part& way : ways) {
      Flush(way);
      const Strings* best = Best(way.needs);
      if (best == nullptr) return {};
      strings.insert(best->begin(), best->end());
    }
    return {{std::move(strings)}, std::nullopt, false};
  }

  Part Sequence() {
    Part all = Exactly({U""});
    while (!lost_ && !rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      Part next = Item();
      const auto [least, most] = Times();
      if (least == 0 && most == 1 && next.whole) {
        next.exact->insert(U"");
      } else if (least == 0) {
        next = {};  // nothing of it need stand there
      } else if (most != 1) {
        Flush(next);
      }
      Append(all, std::move(next));
    }
    return all;
  }

  static void Append(Part& all, Part next) {
    if (next.whole && all.exact && all.exact->size() * next.exact->size() <= kMostStrings) {
      Strings both;
      bool fits = true;
      for (const std::u32string& a : *all.exact) {
        for (const std::u32string& b : *next.exact) {
          fits = fits && a.size() + b.size() <= kLongest;
          both.insert(a + b);
        }
      }
      if (fits) {
        all.exact = std::move(both);
        return;
      }
    }
    Flush(all);
    all.needs.insert(all.needs.end(), next.needs.begin(), next.needs.end());
    all.exact = std::move(next.exact);
  }

  // A group, a class, a sign for one, or a character.
  Part Item() {
    if (Take("(")) {
      if (Take("?")) {
        // Flags change what characters match.
        if (rest_.starts_with("P<")) {
          const size_t close = rest_.find('>');
          if (close == std::string_view::npos) return Lost();
          rest_.remove_prefix(close + 1);
        } else if (!Take(":")) {
          return Lost();
        }
      }
      Part part = Choice();
      return Take(")") ? part : Lost();
    }
    if (Take("[")) return Class();
    if (Take("^") || Take("$")) return Exactly({U""});
    if (Take(".")) return {};
    if (Take("\\")) {
      if (rest_.empty()) return Lost();
      const char c = rest_[0];
      if (c == 'd' || c == 's' || c == 'w' || c == 'D' || c == 'S' || c == 'W') {
        rest_.remove_prefix(1);
        return {};
      }
      if (c == 'p' || c == 'P') {
        const size_t close = rest_.starts_with("p{") || rest_.starts_with("P{")
                                 ? rest_.find('}')
                                 : std::string_view::npos;
        if (close == std::string_view::npos) return Lost();
        rest_.remove_prefix(close + 1);
        return {};
      }
      if (IsAsciiLetter(static_cast<unsigned char>(c)) ||
          IsAsciiDigit(static_cast<unsigned char>(c))) {
        return Lost();
      }
    }
    return Exactly({std::u32string(1, Character())});
  }

  // [abc]; of [^abc], [a-z] and [\pN] only that they end.
  Part Class() {
    const bool negated = Take("^");
    bool plain = !negated, begun = false;
    Strings characters;
    while (!lost_) {
      if (rest_.empty()) return Lost();
      if (begun && Take("]")) break;
      begun = true;
      if (rest_.starts_with("[:")) return Lost();
      if (Take("\\")) {
        if (rest_.empty()) return Lost();
        const char c = rest_[0];
        if (rest_.starts_with("p{") || rest_.starts_with("P{")) {
          const size_t close = rest_.find('}');
          if (close == std::string_view::npos) return Lost();
          rest_.remove_prefix(close + 1);
          plain = false;
          continue;
        }
        if (IsAsciiLetter(static_cast<unsigned char>(c)) ||
            IsAsciiDigit(static_cast<unsigned char>(c))) {
          if (c != 'd' && c != 's' && c != 'w' && c != 'D' && c != 'S' && c != 'W') return Lost();
          rest_.remove_prefix(1);
          plain = false;
          continue;
        }
      } else if (rest_.starts_with('-') && !rest_.starts_with("-]") && !characters.empty()) {
        plain = false;  // a range
      }
      characters.insert(std::u32string(1, Character()));
    }
    return plain && characters.size() <= kMostStrings ? Exactly(std::move(characters)) : Part();
  }

  // How often the item before stands, at least and at most (0 for without end).
  std::pair<int, int> Times() {
    int least = 1, most = 1;
    if (Take("?")) {
      least = 0;
    } else if (Take("*")) {
      least = most = 0;
    } else if (Take("+")) {
      most = 0;
    } else if (rest_.size() > 1 && rest_[0] == '{' &&
               IsAsciiDigit(static_cast<unsigned char>(rest_[1]))) {
      const size_t close = rest_.find('}');
      if (close == std::string_view::npos) return lost_ = true, std::pair(0, 0);
      least = rest_.substr(1, close - 1) == "1" ? 1 : rest_[1] == '0' ? 0 : 1;
      most = rest_.substr(1, close - 1) == "1" ? 1 : 0;
      rest_.remove_prefix(close + 1);
    } else {
      return {1, 1};
    }
    Take("?");  // as few as possible: no matter here
    // Another sign of how often would be an error of the pattern.
    if (!rest_.empty() && (rest_[0] == '*' || rest_[0] == '+' || rest_[0] == '?')) lost_ = true;
    return {least, most};
  }

  char32_t Character() {
    const char32_t c = CodePointAt(rest_, 0);
    rest_.remove_prefix(std::min<size_t>(CodePointLength(rest_[0]), rest_.size()));
    return c;
  }
  bool Take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  Part Lost() {
    lost_ = true;
    return {};
  }

  std::string_view rest_;
  bool lost_ = false;
  int depth_ = 0;
};

uint64_t PairKey(char32_t a, char32_t b) { return uint64_t{a} << 32 | b; }

}  // namespace

std::vector<std::vector<std::u32string>> NeededBy(std::string_view pattern) {
  std::vector<std::vector<std::u32string>> out;
  if (FindInvalidUtf8(pattern)) return out;
  for (const Strings& need : NeedsReader(pattern).Read())
    out.emplace_back(need.begin(), need.end());
  return out;
}

void PatternList::Add(std::string pattern) {
  patterns_.push_back(std::make_unique<normalize::LatePattern>(pattern, options_));
  texts_.push_back(std::move(pattern));
}

bool PatternList::Sound() const {
  return std::all_of(patterns_.begin(), patterns_.end(),
                     [](const auto& pattern) { return pattern->Get().ok(); });
}

void PatternList::ReadNeeds() const {
  size_t used = 0;
  asked_by_.resize(kMostNeeds);
  for (const std::string& text : texts_) {
    const int pattern = static_cast<int>(needs_.size());
    Needs needs;
    size_t last = 0;  // of them
    for (const std::vector<std::u32string>& need : NeededBy(text)) {
      const bool bmp = std::all_of(need.begin(), need.end(),
                                   [](const std::u32string& s) { return s[0] < 0x10000; });
      if (!bmp || used == kMostNeeds) continue;
      for (const std::u32string& string : need) {
        const char32_t second = string.size() > 1 ? string[1] : 0;
        first_.set(string[0]);
        if (second == 0) single_.set(string[0]);
        pairs_.set(PairBit(string[0], second));
        beginning_[PairKey(string[0], second)].set(used);
      }
      last = used++;
      needs.set(last);
    }
    (needs.none() ? needless_ : asked_by_[last]).push_back(pattern);
    needs_.push_back(needs);
  }
}

PatternList::Needs PatternList::MetBy(std::string_view text) const {
  Needs met;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = CodePointAt(text, i);
    i += CodePointLength(text[i]);
    if (c >= 0x10000 || !first_[c]) continue;
    if (single_[c]) met |= beginning_.find(PairKey(c, 0))->second;
    if (i >= text.size()) break;
    const char32_t next = CodePointAt(text, i);
    if (!pairs_[PairBit(c, next)]) continue;
    const auto two = beginning_.find(PairKey(c, next));
    if (two != beginning_.end()) met |= two->second;
  }
  return met;
}

std::vector<int> PatternList::MayMatch(std::string_view text) const {
  std::call_once(once_, [this] { ReadNeeds(); });
  const Needs met = MetBy(text);
  std::vector<int> out = needless_;
  for (size_t need = met._Find_first(); need < kMostNeeds; need = met._Find_next(need)) {
    for (const int pattern : asked_by_[need]) {
      if ((needs_[static_cast<size_t>(pattern)] & ~met).none()) out.push_back(pattern);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<int> PatternList::Match(std::string_view text) const {
  std::vector<int> out = MayMatch(text);
  std::erase_if(out, [&](int k) {
    return !RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                              At(static_cast<size_t>(k)));
  });
  return out;
}

}  // namespace hanfact::ingest
