#include "extract/patterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>

namespace hanfact::extract {
namespace {

constexpr size_t kMaxPattern = 120;    // characters, so that rows stay readable
constexpr int64_t kMemory = 64 << 20;  // RE2's default is too small for the largest patterns

constexpr std::string_view kGroups[] = {"value",   "subject",   "metric", "period",
                                        "speaker", "direction", "basis",  "modality"};
constexpr std::string_view kSettable[] = {"kind",  "direction", "basis",  "modality", "metric",
                                          "scope", "subject",   "period", "speaker",  "unit"};

std::string Escaped(char32_t c) {
  std::string out;
  AppendUtf8(out, c);
  return out;
}

std::string Range(TokenClass first, TokenClass last) {
  return "[" + Escaped(TokenCodePoint(first)) + "-" + Escaped(TokenCodePoint(last)) + "]";
}

// The RE2 text of a {name}; empty for an unknown one.
std::string Expansion(std::string_view name) {
  if (name == "q") return Range(TokenClass::kMoney, TokenClass::kNumber);
  if (name == "e") return Range(TokenClass::kOrg, TokenClass::kIndex);
  if (name == "t") return Range(TokenClass::kPeriod, TokenClass::kSet);
  if (name == "x") return "[^，。;:!?\n]";
  const std::optional<TokenClass> token_class = ParseTokenClass(name);
  return token_class ? Escaped(TokenCodePoint(*token_class)) : "";
}

// Which of a few hundred letters a character is: one for each token class, two for both ends of a
// row, the other characters share the rest.
using Letter = uint8_t;
using Letters = std::bitset<256>;
constexpr Letter kRowBegin = kTokenClasses;
constexpr Letter kRowEnd = kTokenClasses + 1;

Letter LetterOf(char32_t c) {
  constexpr uint32_t kFirstShared = kTokenClasses + 2;
  const char32_t first = TokenCodePoint(TokenClass{});
  if (c >= first && c < first + kTokenClasses) return static_cast<Letter>(c - first);
  return static_cast<Letter>(kFirstShared + (c * 0x9E3779B1u >> 16) % (256 - kFirstShared));
}

// What any row that a pattern matches has: a letter of each of `one`, and for each of `two` one of
// its first letters with one of its second right behind it.
struct Needs {
  std::vector<Letters> one;
  std::vector<std::pair<Letters, Letters>> two;
};

// The needs of all patterns of a table, told for a row in one pass over it. A table with more of
// them than there are bits leaves some unasked.
class NeedsTable {
 public:
  using Bits = std::bitset<256>;

  // Of the next pattern.
  void Add(const Needs& needs) {
    Bits bits;
    int telling = kNone;
    const auto add = [&](const Letters& first, const Letters& second) {
      const int number = NumberOf(first, second);
      if (number == kNone) return;
      bits.set(static_cast<size_t>(number));
      telling = number;  // a pair, if there is any: fewer rows have it than a single letter
    };
    for (const Letters& letters : needs.one) add(letters, Letters().set());
    for (const auto& [first, second] : needs.two) add(first, second);
    patterns_.push_back(bits);
    telling_.push_back(telling);
  }
  [[nodiscard]] Bits MetBy(std::string_view row) const {
    Bits met;
    Letter before = kRowBegin;
    for (size_t i = 0; i < row.size(); i += CodePointLength(row[i])) {
      const Letter letter = LetterOf(CodePointAt(row, i));
      met |= first_[before] & second_[letter];
      before = letter;
    }
    return met | (first_[before] & second_[kRowEnd]) | first_[kRowEnd];
  }
  [[nodiscard]] bool Met(size_t pattern, const Bits& met) const {
    const int telling = telling_[pattern];
    return telling == kNone ||
           (met[static_cast<size_t>(telling)] && (patterns_[pattern] & ~met).none());
  }

 private:
  static constexpr int kNone = -1;

  // Many patterns need the same: a number in front of a per cent sign has one bit.
  int NumberOf(const Letters& first, const Letters& second) {
    const auto had = std::find(needs_.begin(), needs_.end(), std::pair(first, second));
    const auto number = static_cast<size_t>(had - needs_.begin());
    if (had != needs_.end()) return static_cast<int>(number);
    if (number == Bits().size()) return kNone;
    needs_.emplace_back(first, second);
    for (size_t letter = 0; letter < Letters().size(); ++letter) {
      if (first[letter]) first_[letter].set(number);
      if (second[letter]) second_[letter].set(number);
    }
    return static_cast<int>(number);
  }

  // By letter: the needs that it may be the first or the second of.
  std::array<Bits, Letters().size()> first_, second_;
  std::vector<std::pair<Letters, Letters>> needs_;
  std::vector<Bits> patterns_;
  std::vector<int> telling_;  // by pattern: the need asked first
};

// Reads the needs off a pattern as the table has it. What it cannot tell it leaves out, so that no
// row is ruled out that the pattern matches.
class NeedsReader {
 public:
  explicit NeedsReader(std::string_view pattern) : rest_(pattern) {}
  Needs Read() { return Choice().needs; }

 private:
  // A part of a pattern. What it may begin and end with is empty where that cannot be told.
  struct Part {
    Needs needs;
    Letters first, last;
  };

  // a|b: one of what each of them needs.
  Part Choice() {
    Part all = Sequence();
    if (!rest_.starts_with('|')) return all;
    std::optional<Letters> any = Rarest(all);
    std::optional<std::pair<Letters, Letters>> pair;
    if (!all.needs.two.empty()) pair = all.needs.two.front();
    while (Take("|")) {
      const Part way = Sequence();
      const std::optional<Letters> rarest = Rarest(way);
      any = any && rarest ? std::optional(*any | *rarest) : std::nullopt;
      if (way.needs.two.empty()) {
        pair.reset();
      } else if (pair) {
        pair->first |= way.needs.two.front().first;
        pair->second |= way.needs.two.front().second;
      }
      all.first = way.first.any() && all.first.any() ? all.first | way.first : Letters();
      all.last = way.last.any() && all.last.any() ? all.last | way.last : Letters();
    }
    all.needs = {};
    if (any) all.needs.one.push_back(*any);
    if (pair) all.needs.two.push_back(*pair);
    return all;
  }

  static std::optional<Letters> Rarest(const Part& part) {
    std::optional<Letters> best;
    for (const Letters& need : part.needs.one) {
      if (!best || need.count() < best->count()) best = need;
    }
    return best;
  }

  Part Sequence() {
    Part all;
    Letters before;  // what may stand right in front, none where that cannot be told
    Letters begin;   // of the optional parts the sequence opens with
    bool opened = false, open_known = true;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      Part part = Item();
      const bool optional = Optional();
      if (!opened) {
        open_known = open_known && part.first.any();
        begin |= part.first;
      }
      if (optional) {
        before = before.any() && part.last.any() ? before | part.last : Letters();
        continue;
      }
      if (before.any() && part.first.any()) all.needs.two.emplace_back(before, part.first);
      before = part.last;
      opened = true;
      all.needs.one.insert(all.needs.one.end(), part.needs.one.begin(), part.needs.one.end());
      all.needs.two.insert(all.needs.two.end(), part.needs.two.begin(), part.needs.two.end());
    }
    if (opened && open_known) all.first = begin;
    if (opened) all.last = before;
    return all;
  }

  static Part One(Letters letters) {
    Part part;
    part.first = part.last = letters;
    if (letters.any()) part.needs.one.push_back(letters);
    return part;
  }
  static Letters Of(std::string_view text) {
    Letters letters;
    for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
      letters.set(LetterOf(CodePointAt(text, i)));
    }
    return letters;
  }
  // What is listed in brackets, A-Z too; none where that cannot be told.
  static Letters OfList(std::string_view list) {
    Letters letters;
    if (list.find_first_of("^{\\") != list.npos) return {};
    for (size_t i = 0; i < list.size(); i += CodePointLength(list[i])) {
      if (list[i] != '-') continue;
      const bool range =
          i > 0 && i + 1 < list.size() && IsAsciiLetter(list[i - 1]) && IsAsciiLetter(list[i + 1]);
      if (!range) return {};
      for (char c = list[i - 1]; c <= list[i + 1]; ++c)
        letters.set(LetterOf(static_cast<unsigned char>(c)));
    }
    return letters | Of(list);
  }

  // A token, a group, a list of characters or a character.
  Part Item() {
    if (Take("(")) {
      if (Take("?")) rest_.remove_prefix(std::min(rest_.find_first_of(">:"), rest_.size() - 1) + 1);
      Part inside = Choice();
      Take(")");
      return inside;
    }
    if (rest_[0] == '[') {
      const std::string_view list = rest_.substr(1, rest_.find(']', 2) - 1);
      rest_.remove_prefix(std::min(list.size() + 2, rest_.size()));
      return One(OfList(list));
    }
    if (rest_[0] == '{') {
      const size_t close = std::min(rest_.find('}'), rest_.size() - 1);
      const std::string_view name = rest_.substr(1, close - 1);
      rest_.remove_prefix(close + 1);
      Letters letters;
      for (int c = 0; c < kTokenClasses; ++c) {
        const auto token_class = static_cast<TokenClass>(c);
        if ((name == "q" && IsQuantity(token_class)) || (name == "e" && IsEntity(token_class)) ||
            (name == "t" && IsPeriod(token_class)) || name == ToString(token_class)) {
          letters.set(LetterOf(TokenCodePoint(token_class)));
        }
      }
      return One(letters);
    }
    if (Take("^")) return One(Letters().set(kRowBegin));
    if (Take("$")) return One(Letters().set(kRowEnd));
    if (Take(".")) return {};
    const bool escaped = Take("\\") && !rest_.empty();
    const size_t length = std::min<size_t>(CodePointLength(rest_[0]), rest_.size());
    const std::string_view character = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (escaped && (IsAsciiLetter(character[0]) || IsAsciiDigit(character[0]))) return {};
    return One(Of(character));
  }

  // How often the part before stands: whether it may be left out.
  bool Optional() {
    bool optional = false;
    while (!rest_.empty()) {
      if (rest_[0] == '{' && rest_.size() > 1 && IsAsciiDigit(rest_[1])) {
        optional = optional || rest_[1] == '0';
        rest_.remove_prefix(std::min(rest_.find('}'), rest_.size() - 1) + 1);
      } else if (rest_[0] == '?' || rest_[0] == '*' || rest_[0] == '+') {
        optional = optional || rest_[0] != '+';
        rest_.remove_prefix(1);
      } else {
        break;
      }
    }
    return optional;
  }

  bool Take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  std::string_view rest_;
};

bool IsName(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

struct PatternTable::Impl {
  std::vector<std::unique_ptr<RE2>> compiled;
  NeedsTable needs;
};

PatternTable::PatternTable(std::string_view path, bool guards, std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>()) {
  const std::string_view last = guards ? "reason" : "set";
  const Table table = Table::Read(std::string(path), EmbeddedFile(path).value_or(""),
                                  {"pattern_id", "pattern", last}, errors);
  RE2::Options options;
  options.set_max_mem(kMemory);
  options.set_log_errors(false);
  for (const Table::Row& row : table.rows()) {
    const std::string& source = table.Get(row, "pattern");
    if (CountCodePoints(source) > kMaxPattern) {
      errors.push_back(table.ErrorAt(row, "pattern", "longer than 120 characters"));
      continue;
    }
    std::string expression;
    bool sound = true;
    for (size_t i = 0; i < source.size() && sound;) {
      const size_t close = source[i] == '{' ? source.find('}', i) : std::string::npos;
      const std::string_view name = close == std::string::npos
                                        ? std::string_view()
                                        : std::string_view(source).substr(i + 1, close - i - 1);
      if (!IsName(name)) {
        expression += source[i++];
        continue;
      }
      const std::string expansion = Expansion(name);
      if (expansion.empty()) {
        errors.push_back(
            table.ErrorAt(row, "pattern", "no token class is called " + std::string(name)));
        sound = false;
      }
      expression += expansion;
      i = close + 1;
    }
    if (!sound) continue;
    auto compiled = std::make_unique<RE2>(expression, options);
    if (!compiled->ok()) {
      errors.push_back(table.ErrorAt(row, "pattern", compiled->error()));
      continue;
    }
    ClaimPattern pattern;
    pattern.id = table.Get(row, "pattern_id");
    pattern.rule =
        std::string(path.substr(path.find_last_of('/') + 1)) + ":" + std::to_string(row.line);
    pattern.groups.resize(static_cast<size_t>(compiled->NumberOfCapturingGroups()));
    for (const auto& [name, index] : compiled->NamedCapturingGroups()) {
      if (std::find(std::begin(kGroups), std::end(kGroups), name) == std::end(kGroups)) {
        errors.push_back(table.ErrorAt(row, "pattern", "no claim has a field " + name));
        sound = false;
      }
      pattern.groups[static_cast<size_t>(index) - 1] = name;
    }
    if (std::find(pattern.groups.begin(), pattern.groups.end(), "value") == pattern.groups.end()) {
      errors.push_back(table.ErrorAt(row, "pattern", "there is no group (?P<value>…)"));
      sound = false;
    }
    if (guards) {
      pattern.reason = table.Get(row, "reason");
    } else if (table.Get(row, "set") != "-") {
      for (std::string_view part : Split(table.Get(row, "set"), ' ')) {
        const size_t equals = part.find('=');
        const std::string_view field = part.substr(0, equals);
        if (equals == std::string_view::npos ||
            std::find(std::begin(kSettable), std::end(kSettable), field) == std::end(kSettable)) {
          errors.push_back(table.ErrorAt(row, "set", "must be field=value, parted by blanks"));
          sound = false;
          continue;
        }
        pattern.set.emplace_back(field, part.substr(equals + 1));
      }
    }
    if (!sound) continue;
    patterns_.push_back(std::move(pattern));
    impl_->compiled.push_back(std::move(compiled));
    impl_->needs.Add(NeedsReader(source).Read());
  }
}

PatternTable::~PatternTable() = default;

void PatternTable::Match(const TokenRow& row, std::vector<PatternMatch>& out) const {
  const NeedsTable::Bits met = impl_->needs.MetBy(row.text);
  static thread_local std::vector<re2::StringPiece> parts;  // kept from one row to the next
  for (size_t index = 0; index < patterns_.size(); ++index) {
    if (!impl_->needs.Met(index, met)) continue;
    const ClaimPattern& pattern = patterns_[index];
    const RE2& re = *impl_->compiled[index];
    parts.assign(pattern.groups.size() + 1, {});
    size_t from = 0;
    while (from <= row.text.size() && re.Match(row.text, from, row.text.size(), RE2::UNANCHORED,
                                               parts.data(), static_cast<int>(parts.size()))) {
      PatternMatch match;
      match.pattern = &pattern;
      size_t value_end = 0;
      for (size_t g = 0; g < pattern.groups.size(); ++g) {
        const re2::StringPiece& part = parts[g + 1];
        if (pattern.groups[g].empty() || part.data() == nullptr) continue;
        const auto begin = static_cast<uint32_t>(part.data() - row.text.data());
        const auto end = static_cast<uint32_t>(begin + part.size());
        if (pattern.groups[g] == "value") {
          match.value_token = row.TokenAt(begin);
          value_end = end;
        }
        match.groups.push_back({pattern.groups[g], {begin, end}});
      }
      const auto begin = static_cast<size_t>(parts[0].data() - row.text.data());
      if (match.value_token >= 0) out.push_back(std::move(match));
      from = std::max(value_end, begin + 1);
      while (from < row.text.size() &&
             (static_cast<unsigned char>(row.text[from]) & 0xC0) == 0x80) {
        ++from;
      }
    }
  }
}

}  // namespace hanfact::extract
