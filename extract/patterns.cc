#include "extract/patterns.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

namespace hanfact::extract {
namespace {

constexpr size_t kMaxPattern = 120;    // characters, so that rows stay readable
constexpr int64_t kMemory = 64 << 20;  // RE2's default is too small for the set of all patterns

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

bool IsName(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

struct PatternTable::Impl {
  std::vector<std::unique_ptr<RE2>> compiled;
  std::unique_ptr<RE2::Set> set;
};

PatternTable::PatternTable(std::string_view path, bool guards, std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>()) {
  const std::string_view last = guards ? "reason" : "set";
  const Table table = Table::Read(std::string(path), EmbeddedFile(path).value_or(""),
                                  {"pattern_id", "pattern", last}, errors);
  RE2::Options options;
  options.set_max_mem(kMemory);
  options.set_log_errors(false);
  impl_->set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
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
    if (impl_->set->Add(expression, nullptr) < 0) {
      errors.push_back(table.ErrorAt(row, "pattern", "cannot be added to the set of patterns"));
      continue;
    }
    patterns_.push_back(std::move(pattern));
    impl_->compiled.push_back(std::move(compiled));
  }
  if (!impl_->set->Compile()) {
    errors.push_back({std::string(path), 0, 0, "the set of all patterns does not compile"});
    impl_->set = nullptr;
  }
}

PatternTable::~PatternTable() = default;

void PatternTable::Match(const TokenRow& row, std::vector<PatternMatch>& out) const {
  std::vector<int> which;
  if (patterns_.empty() || !impl_->set) return;
  RE2::Set::ErrorInfo error{};
  if (!impl_->set->Match(row.text, &which, &error)) {
    // Out of memory for the automaton: try every pattern by itself.
    if (error.kind == RE2::Set::kNoError) return;
    which.resize(patterns_.size());
    for (size_t i = 0; i < which.size(); ++i) which[i] = static_cast<int>(i);
  }
  std::sort(which.begin(), which.end());
  for (int index : which) {
    const ClaimPattern& pattern = patterns_[static_cast<size_t>(index)];
    const RE2& re = *impl_->compiled[static_cast<size_t>(index)];
    std::vector<re2::StringPiece> parts(pattern.groups.size() + 1);
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
