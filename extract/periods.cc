#include "extract/periods.h"

#include <re2/re2.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "base/text.h"
#include "extract/pattern_set.h"
#include "normalize/late_pattern.h"
#include "normalize/period_functions.h"

namespace hanfact::extract {
namespace {

using normalize::CanJoin;
using normalize::DateContext;
using normalize::DateLevel;
using normalize::DateOp;
using normalize::DateProgram;
using normalize::DateStep;
using normalize::DateTables;
using normalize::DateValue;
using normalize::LatePattern;
using normalize::LevelOf;
using normalize::NeedsParent;

constexpr size_t kWindow = 120;       // bytes an atom may cover
constexpr size_t kGuardWindow = 36;   // bytes a guard sees on either side
constexpr size_t kClauseWindow = 150; // … and a clause, for `near`
constexpr size_t kGap = 18;           // bytes between two dates of one phrase
constexpr size_t kTail = 30;
constexpr size_t kMaxPattern = 120;   // code points
constexpr int kMaxGroups = 12;
constexpr std::string_view kNodeMark = "\xEE\x80\x80";  // U+E000 stands for a date in a phrase

// How a phrase puts dates together.
enum class PhraseOp {
  kNone,
  kRange,
  kAsOf,
  kSince,
  kBefore,
  kAppose,
  kApposeDay,
  kEnded,
  kClosed,
  kFiscalQuarter,
  kDateline,
};
constexpr std::pair<std::string_view, PhraseOp> kPhraseOps[] = {
    {"range", PhraseOp::kRange},   {"as_of", PhraseOp::kAsOf},
    {"since", PhraseOp::kSince},   {"before", PhraseOp::kBefore},
    {"appose", PhraseOp::kAppose}, {"appose_day", PhraseOp::kApposeDay},
    {"ended", PhraseOp::kEnded},   {"fiscal_quarter", PhraseOp::kFiscalQuarter},
    {"closed", PhraseOp::kClosed}, {"dateline", PhraseOp::kDateline},
};

RE2::Options PatternOptions() {
  RE2::Options options;
  options.set_longest_match(true);
  options.set_log_errors(false);
  options.set_max_mem(16 << 20);
  return options;
}

re2::StringPiece Piece(std::string_view s) { return {s.data(), s.size()}; }

// The groups of a pattern that capture, without compiling it: how many, and the numbers of those
// with a name.
struct Groups {
  int count = 0;
  std::map<std::string, int> numbers;
};
Groups GroupsOf(std::string_view pattern) {
  constexpr std::string_view kNamed = "(?P<";
  Groups out;
  bool bracket = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (bracket) {
      bracket = c != ']';
    } else if (c == '[') {
      bracket = true;
    } else if (c == '(' && pattern.substr(i).starts_with(kNamed)) {
      const std::string_view name = pattern.substr(i + kNamed.size());
      out.numbers.emplace(name.substr(0, name.find('>')), ++out.count);
    } else if (c == '(' && !pattern.substr(i).starts_with("(?")) {
      ++out.count;
    }
  }
  return out;
}

size_t BorderAtOrBefore(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return std::min(at, text.size());
}
size_t BorderAtOrAfter(std::string_view text, size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return std::min(at, text.size());
}

struct Guard {
  enum class Where { kBefore, kAfter, kNear } where = Where::kBefore;
  bool negative = false;
  PatternSet pattern{PatternSet::Kind::kForward};
};

struct Guards {
  std::vector<Guard> list;
  bool joined = false;  // right behind another date only
  bool alone = false;   // bounded by the text's ends or punctuation on both sides
  bool roc = false;     // where years of the Republic are in use

  // `behind`: the match goes on with a date, so that what is before it says nothing of it.
  [[nodiscard]] bool Allow(std::string_view text, size_t begin, size_t end, bool behind) const {
    if (alone && !(Open(begin == 0 ? U'\n' : CodePointBefore(text, begin)) &&
                   Open(end >= text.size() ? U'\n' : CodePointAt(text, end)))) {
      return false;
    }
    for (const Guard& guard : list) {
      std::string_view window;
      if (guard.where == Guard::Where::kBefore) {
        if (behind) continue;
        const size_t from =
            begin > kGuardWindow ? BorderAtOrAfter(text, begin - kGuardWindow) : 0;
        window = text.substr(from, begin - from);
      } else if (guard.where == Guard::Where::kAfter) {
        const size_t to = BorderAtOrBefore(text, std::min(text.size(), end + kGuardWindow));
        window = text.substr(end, to - end);
      } else {
        window = Clause(text, begin, end);
      }
      if (guard.pattern.Any(window) == guard.negative) return false;
    }
    return true;
  }

  static bool Open(char32_t c) {
    return !IsHan(c) && !IsAsciiDigit(c) && !IsAsciiLetter(c) && c != '.' && c != '%' && c != '/' &&
           c != '-' && c != '$' && c != '_';
  }

  // The clause around [begin, end), cut at sentence ends and after a bounded way.
  static std::string_view Clause(std::string_view text, size_t begin, size_t end) {
    size_t from = begin, to = end;
    while (from > 0 && begin - from < kClauseWindow) {
      const size_t at = PreviousBorder(text, from);
      const char32_t c = CodePointAt(text, at);
      if (c == U'。' || c == ';' || c == '!' || c == '?' || c == '\n') break;
      from = at;
    }
    while (to < text.size() && to - end < kClauseWindow) {
      const char32_t c = CodePointAt(text, to);
      if (c == U'。' || c == ';' || c == '!' || c == '?' || c == '\n') break;
      to += CodePointLength(text[to]);
    }
    to = std::min(to, text.size());
    return text.substr(from, to - from);
  }
};

struct AtomRule {
  std::string id;
  uint32_t line = 0;
  int priority = 0;
  std::unique_ptr<LatePattern> pattern;
  int groups = 0;
  DateProgram program;
  Guards guards;
};

struct PhraseRule {
  std::string id;
  uint32_t line = 0;
  int priority = 0;
  std::unique_ptr<LatePattern> pattern;
  int groups = 0, group_a = 0, group_b = 0;
  PhraseOp op = PhraseOp::kNone;
  int argument = 0;
  Guards guards;
};

// Words that tell the tense of the dates beside them, or that a week is a trading week.
struct Cues {
  PatternSet future_before{PatternSet::Kind::kBackward}, compared{PatternSet::Kind::kBackward};
  PatternSet future_after{PatternSet::Kind::kForward}, join{PatternSet::Kind::kForward},
      list{PatternSet::Kind::kForward};
  PatternSet near{PatternSet::Kind::kAnywhere}, trading{PatternSet::Kind::kAnywhere},
      homes{PatternSet::Kind::kAnywhere}, past{PatternSet::Kind::kAnywhere},
      roc{PatternSet::Kind::kAnywhere};
  std::unique_ptr<LatePattern> roc_alone;  // roc, not behind a figure
};

// A set of rules matched at one place: the set says which rules match, and how far.
struct RuleSet {
  std::vector<AtomRule> rules;
  PatternSet set{PatternSet::Kind::kForward};
};

// A date as found in the text: the words of one or more rules in a row, or a phrase over others.
struct Node {
  size_t begin = 0, end = 0;             // all of it, for what follows
  size_t span_begin = 0, span_end = 0;   // the mention
  std::vector<DateStep> steps;           // no phrase
  PhraseOp op = PhraseOp::kNone;
  int argument = 0;
  int a = -1, b = -1;                    // of a phrase, in the pool
  uint32_t line = 0;
  int reductions = 0;
  int previous = -1, next = -1;          // while phrases are put together; -1: none
};

struct Rules {
  explicit Rules(std::vector<TableError>& errors) : tables(errors) { Load(errors); }

  void Load(std::vector<TableError>& errors);
  std::optional<std::string> Expand(std::string_view pattern, int depth, std::string& error) const;
  bool ReadGuards(const Table& table, const Table::Row& row, Guards& guards,
                  std::vector<TableError>& errors) const;

  DateTables tables;
  std::map<std::string, std::string, std::less<>> parts;  // {name} -> pattern
  RuleSet atoms, joined;
  std::bitset<0x10000> starts;  // characters a row of either can start with
  std::vector<PhraseRule> phrases;
  PatternSet phrase_set{PatternSet::Kind::kAnywhere};
  Cues cues;
};

std::optional<std::string> Rules::Expand(std::string_view pattern, int depth,
                                                      std::string& error) const {
  std::string out;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out += pattern.substr(i, 2);
      i += 2;
      continue;
    }
    if (c == '{' && i + 1 < pattern.size() &&
        (IsAsciiLetter(static_cast<unsigned char>(pattern[i + 1])))) {
      const size_t close = pattern.find('}', i);
      const std::string_view name =
          pattern.substr(i + 1, close == std::string_view::npos ? 0 : close - i - 1);
      auto it = parts.find(name);
      if (it == parts.end() || depth > 8) {
        error = "unknown part '{" + std::string(name) + "}'";
        return std::nullopt;
      }
      auto inner = Expand(it->second, depth + 1, error);
      if (!inner) return std::nullopt;
      out += "(?:" + *inner + ")";
      i = close + 1;
      continue;
    }
    if (c == '@' && i + 1 < pattern.size() && (pattern[i + 1] == 'a' || pattern[i + 1] == 'b')) {
      out += "(?P<";
      out += pattern[i + 1];
      out += ">";
      out += kNodeMark;
      out += ")";
      i += 2;
      continue;
    }
    out += c;
    ++i;
  }
  return out;
}

bool Rules::ReadGuards(const Table& table, const Table::Row& row, Guards& guards,
                                    std::vector<TableError>& errors) const {
  bool sound = true;
  for (std::string_view word : Split(table.Get(row, "guard"), ' ')) {
    if (word.empty()) continue;
    if (word == "joined") {
      guards.joined = true;
      continue;
    }
    if (word == "alone") {
      guards.alone = true;
      continue;
    }
    if (word == "roc") {
      guards.roc = true;
      continue;
    }
    Guard guard;
    std::string_view rest;
    for (const auto& [name, where] : {std::pair<std::string_view, Guard::Where>{
                                          "before", Guard::Where::kBefore},
                                      {"after", Guard::Where::kAfter},
                                      {"near", Guard::Where::kNear}}) {
      if (!word.starts_with(name) || word.size() <= name.size()) continue;
      const char sign = word[name.size()];
      if (sign != '=' && sign != '!') continue;
      guard.where = where;
      guard.negative = sign == '!';
      rest = word.substr(name.size() + 1);
    }
    std::string error;
    auto expanded = rest.empty() ? std::nullopt : Expand(rest, 0, error);
    if (!expanded) {
      errors.push_back(table.ErrorAt(row, "guard",
                                     "not joined, alone, roc, before= before! after= after! near= "
                                     "near! and a pattern: " + std::string(word) + " " + error));
      sound = false;
      continue;
    }
    guard.pattern = PatternSet(guard.where == Guard::Where::kBefore  ? PatternSet::Kind::kBackward
                               : guard.where == Guard::Where::kAfter ? PatternSet::Kind::kForward
                                                                     : PatternSet::Kind::kAnywhere);
    if (error = guard.pattern.Add(*expanded); !error.empty()) {
      errors.push_back(table.ErrorAt(row, "guard", error));
      sound = false;
      continue;
    }
    guard.pattern.Compile();
    guards.list.push_back(std::move(guard));
  }
  return sound;
}

void Rules::Load(std::vector<TableError>& errors) {
  const Table table =
      Table::Read("periods.tsv", EmbeddedFile("normalize/rules/periods.tsv").value_or(""),
                  {"id", "pattern", "function", "priority", "guard"}, errors);
  std::string names;
  std::vector<std::string> holidays = tables.HolidayNames();
  for (const std::string& name : holidays) names += (names.empty() ? "" : "|") + name;
  parts["holiday"] = names.empty() ? "[^\\x00-\\x{10FFFF}]" : names;
  for (const Table::Row& row : table.rows()) {
    const std::string& id = table.Get(row, "id");
    const std::string& pattern = table.Get(row, "pattern");
    if (CountCodePoints(pattern) > kMaxPattern) {
      errors.push_back(table.ErrorAt(row, "pattern", "over 120 characters: use parts, {name}"));
    }
    if (id.starts_with('_')) parts[id.substr(1)] = pattern;
  }
  std::map<std::string, std::string> cue_texts;
  for (const Table::Row& row : table.rows()) {
    const std::string& id = table.Get(row, "id");
    if (id.starts_with('_')) continue;
    std::string error;
    auto expanded = Expand(table.Get(row, "pattern"), 0, error);
    if (!expanded) {
      errors.push_back(table.ErrorAt(row, "pattern", error));
      continue;
    }
    auto pattern = std::make_unique<LatePattern>(*expanded, PatternOptions());
    const std::string& function = table.Get(row, "function");
    if (function.starts_with("cue:")) {
      std::string& text = cue_texts[function.substr(4)];
      text += (text.empty() ? "(?:" : "|(?:") + *expanded + ")";
      continue;
    }
    const auto priority = normalize::ParseDateNumber(table.Get(row, "priority"));
    if (!priority) {
      errors.push_back(table.ErrorAt(row, "priority", "not a number"));
      continue;
    }
    const Groups named = GroupsOf(*expanded);
    if (named.count >= kMaxGroups) {
      errors.push_back(table.ErrorAt(row, "pattern", "too many groups"));
      continue;
    }
    if (expanded->find(kNodeMark) != std::string::npos) {
      PhraseRule rule;
      const size_t colon = function.find(':');
      for (const auto& [name, op] : kPhraseOps) {
        if (function.substr(0, colon) == name) rule.op = op;
      }
      if (colon != std::string::npos) {
        rule.argument = normalize::ParseDateNumber(function.substr(colon + 1)).value_or(0);
      }
      const bool two = rule.op == PhraseOp::kRange || rule.op == PhraseOp::kAppose ||
                       rule.op == PhraseOp::kApposeDay || rule.op == PhraseOp::kClosed ||
                       rule.op == PhraseOp::kFiscalQuarter;
      if (rule.op == PhraseOp::kNone || !named.numbers.contains("a") ||
          (named.numbers.contains("b") != two && rule.op != PhraseOp::kEnded)) {
        errors.push_back(table.ErrorAt(row, "function", "no phrase function of these dates"));
        continue;
      }
      rule.group_a = named.numbers.at("a");
      rule.group_b = named.numbers.contains("b") ? named.numbers.at("b") : 0;
      rule.groups = named.count;
      rule.id = id;
      rule.line = row.line;
      rule.priority = *priority;
      rule.pattern = std::move(pattern);
      if (!ReadGuards(table, row, rule.guards, errors)) continue;
      if (error = phrase_set.Add(*expanded); !error.empty()) {
        errors.push_back(table.ErrorAt(row, "pattern", error));
        continue;
      }
      phrases.push_back(std::move(rule));
      continue;
    }
    AtomRule rule;
    auto program = DateProgram::Read(function, named.numbers, error);
    if (!program) {
      errors.push_back(table.ErrorAt(row, "function", error));
      continue;
    }
    rule.program = std::move(*program);
    rule.id = id;
    rule.line = row.line;
    rule.priority = *priority;
    rule.groups = named.count;
    rule.pattern = std::move(pattern);
    if (!ReadGuards(table, row, rule.guards, errors)) continue;
    RuleSet& into = rule.guards.joined ? joined : atoms;
    if (error = into.set.Add(*expanded); !error.empty()) {
      errors.push_back(table.ErrorAt(row, "pattern", error));
      continue;
    }
    into.rules.push_back(std::move(rule));
  }
  const std::pair<const char*, PatternSet*> named[] = {{"future_before", &cues.future_before},
                                                       {"future_after", &cues.future_after},
                                                       {"near", &cues.near},
                                                       {"past", &cues.past},
                                                       {"trading", &cues.trading},
                                                       {"homes", &cues.homes},
                                                       {"roc", &cues.roc},
                                                       {"join", &cues.join},
                                                       {"list", &cues.list},
                                                       {"compared", &cues.compared}};
  for (const auto& [name, set] : named) {
    const auto text = cue_texts.find(name);
    if (text != cue_texts.end()) {
      if (const std::string error = set->Add(text->second); !error.empty()) {
        errors.push_back({table.file(), 1, 1, "cue " + std::string(name) + ": " + error});
      }
    }
    set->Compile();
  }
  cues.roc_alone = std::make_unique<LatePattern>(
      R"((?:^|[^\d.,])(?:)" + cue_texts["roc"] + ")", PatternOptions());
  atoms.set.Compile();
  joined.set.Compile();
  phrase_set.Compile();
  for (char32_t c = 0; c < starts.size(); ++c) {
    starts[c] = atoms.set.MayStart(c) || joined.set.MayStart(c);
  }
}

constexpr bool IsNumeral(char32_t c) {
  switch (c) {
    case U'〇': case U'零': case U'○': case U'一': case U'二': case U'三': case U'四': case U'五':
    case U'六': case U'七': case U'八': case U'九': case U'十': case U'百': case U'千': case U'万':
    case U'亿': case U'两': case U'几': case U'数': case U'半': case U'廿': case U'卅':
      return true;
    default:
      return false;
  }
}

bool HasOp(std::span<const DateStep> steps, DateOp op) {
  return std::any_of(steps.begin(), steps.end(), [op](const DateStep& s) { return s.op == op; });
}

// Whether a figure of the step may be a year of two digits that the Republic has had.
bool MayBeShortYear(const DateStep& step) {
  return std::any_of(std::begin(step.args), std::end(step.args),
                     [](int n) { return n >= 50 && n < 100; });
}

bool Dated(const DateValue& value) { return value.period.start && value.period.end; }

Period Interval(Moment start, Moment end, Grain grain) {
  Period p;
  p.start = start;
  p.end = end;
  p.grain = grain;
  p.timex = normalize::IntervalTimex(p);
  return p;
}

DateStep Step(DateOp op, int argument) {
  DateStep step;
  step.op = op;
  step.args[0] = argument;
  return step;
}

Moment DayOf(Date date) { return Moment{date, std::nullopt}; }

// One text's way through the rules.
class Search {
 public:
  Search(const Rules& rules, std::string_view text, const PeriodContext& context);
  void Run(std::vector<Mention>& out);

 private:
  struct Anchor {  // a dated mention that later ones may lean on
    DateValue value;
    size_t begin = 0, end = 0;
    int sentence = 0, paragraph = 0;
  };

  [[nodiscard, gnu::noinline]] size_t NextStart(size_t at) const;
  void Scan();
  bool TryAtom(size_t at, bool whole, const Node* left);
  void AddAtom(size_t begin, size_t end, std::vector<DateStep> steps, uint32_t line, bool joins);
  [[nodiscard]] bool MayStart(size_t at, char32_t c) const;
  void Reduce();
  bool ReduceAt(size_t i, bool appositions);
  [[nodiscard]] bool Fits(const PhraseRule& rule, const Node& a, const Node* b) const;

  [[nodiscard]] DateContext ContextOf(const Node& node) const;
  [[nodiscard]] std::optional<int> YearOfSeries(const Node& first, const DateContext& c) const;
  [[nodiscard]] std::optional<int> YearHint(const Node& first, const DateContext& c) const;
  [[nodiscard]] bool Compared(const Node& node) const;
  [[nodiscard]] std::optional<Date> TextsDay(const Node& node, const DateValue& value) const;
  [[nodiscard]] std::optional<Date> MonthHint(const Node& first, const DateContext& c) const;
  [[nodiscard]] DateContext::Tense TenseOf(const Node& node, const Node& first) const;
  [[nodiscard]] std::optional<DateValue> Value(const Node& node, const DateContext& c) const;
  [[nodiscard]] std::optional<DateValue> RangeValue(const Node& a, const Node& b,
                                                    const DateContext& c) const;
  [[nodiscard]] DateValue SinceValue(DateValue a) const;
  [[nodiscard]] DateValue AsOfValue(DateValue a) const;
  [[nodiscard]] DateValue BeforeValue(DateValue a) const;
  [[nodiscard]] std::optional<DateValue> ApposeValue(const Node& a, const Node& b,
                                                     const DateContext& c) const;
  void Emit(const Node& node, std::vector<Mention>& out);
  void Remember(const Node& node, const DateValue& value);
  void CountSentences(size_t to);
  [[nodiscard]] bool InSentence(const std::optional<Anchor>& anchor) const {
    return anchor && anchor->sentence == sentence_;
  }
  [[nodiscard]] bool RocYears() const;
  [[nodiscard]] const Node& First(const Node& node) const {
    const Node* n = &node;
    while (n->a >= 0) n = &pool_[static_cast<size_t>(n->a)];
    return *n;
  }
  [[nodiscard]] std::string_view Between(size_t from, size_t to) const {
    return from <= to ? text_.substr(from, to - from) : std::string_view();
  }

  const Rules& rules_;
  std::string_view text_;
  bool taiwan_ = false;
  mutable std::optional<bool> roc_;  // RocYears(), once asked
  bool short_years_ = false;         // a figure of a date may be a year of two digits
  std::optional<Moment> today_;
  bool dateline_seen_ = false;
  int fiscal_end_ = 12;
  std::vector<Node> nodes_;
  std::vector<Node> pool_;  // parts of phrases
  struct Candidate {  // a rule that matches, and how much of the text
    const AtomRule* rule;
    size_t length;
    bool joined_only;
  };
  struct RowPiece {  // of the row of words and dates around a date
    size_t row_begin, text_begin, size;
    int node;
  };
  std::string row_;                    // scratch
  std::vector<RowPiece> pieces_;       // scratch
  std::vector<PatternSet::Hit> hits_;  // scratch
  std::vector<Candidate> candidates_;  // scratch
  std::optional<Anchor> last_, last_named_, last_year_, last_month_, last_week_, last_day_,
      last_as_of_;
  std::optional<Period> last_quarter_;
  size_t counted_ = 0;  // sentences and paragraphs are counted up to here
  int sentence_ = 0, paragraph_ = 0;
};

// 民国92年, 113年度: such a year not behind a figure.
bool WritesRocYears(const Cues& cues, std::string_view text) {
  return cues.roc.Any(text) && RE2::PartialMatch(Piece(text), cues.roc_alone->Get());
}

Search::Search(const Rules& rules, std::string_view text, const PeriodContext& context)
    : rules_(rules), text_(text), taiwan_(context.region == "TW"), today_(context.published) {
  constexpr size_t kMost = 8;  // of the dates and candidates in most texts
  nodes_.reserve(kMost);
  candidates_.reserve(kMost);
  hits_.reserve(kMost);
  pieces_.reserve(kMost);
  if (today_ && !IsValid(today_->date)) today_.reset();
}

// Whether years of the Republic are in use. Few texts have anything that depends on it.
bool Search::RocYears() const {
  if (!roc_) roc_ = taiwan_ || WritesRocYears(rules_.cues, text_);
  return *roc_;
}

void Search::Run(std::vector<Mention>& out) {
  Scan();
  Reduce();
  for (const Node& node : nodes_) Emit(node, out);
}

// A rule that starts with a figure must not start in the middle of a number or a name.
bool Search::MayStart(size_t at, char32_t c) const {
  if (at == 0) return true;
  const char32_t p = CodePointBefore(text_, at);
  // 2018/1/10-2018/7/10, 2024/2025年: the sign stands between two dates.
  if (!nodes_.empty() && nodes_.back().end + 1 == at &&
      (p == '-' || p == '~' || (p == '/' && LevelOf(nodes_.back().steps) == DateLevel::kYear))) {
    return true;
  }
  if (IsAsciiDigit(c)) {
    if (IsAsciiDigit(p) || IsAsciiLetter(p) || p == '$' || p == '+' || p == '_') return false;
    if (p == '.' || p == ',' || p == ':' || p == '/' || p == '-') {
      const char32_t q = CodePointBefore(text_, PreviousBorder(text_, at));
      return !IsAsciiDigit(q) && !IsAsciiLetter(q);
    }
    return true;
  }
  if (IsAsciiLetter(c)) return !IsAsciiLetter(p) && !IsAsciiDigit(p);
  if (IsNumeral(c)) return !IsNumeral(p) && !IsAsciiDigit(p);
  return true;
}

// Adds the best rule that matches at `at`: the longest, then the one that belongs to the date
// before, then priority, then id. `left` is the date right before, if there is one.
bool Search::TryAtom(size_t at, bool whole, const Node* left) {
  const size_t limit = BorderAtOrBefore(text_, std::min(text_.size(), at + kWindow));
  const std::string_view window = text_.substr(at, limit - at);
  candidates_.clear();
  const char32_t c = CodePointAt(text_, at);
  const size_t second = at + CodePointLength(text_[at]);
  const char32_t behind = second < text_.size() ? CodePointAt(text_, second) : 0;
  for (const RuleSet* set : {&rules_.joined, &rules_.atoms}) {
    const bool joined_only = set == &rules_.joined;
    if (joined_only ? left == nullptr : !whole) continue;
    if (!set->set.MayStart(c, behind)) continue;
    set->set.Match(window, hits_);
    for (const PatternSet::Hit& hit : hits_) {
      candidates_.push_back({&set->rules[hit.pattern], hit.length, joined_only});
    }
  }
  if (candidates_.empty()) return false;
  std::sort(candidates_.begin(), candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.length > b.length; });
  const AtomRule* best = nullptr;
  size_t best_length = 0;
  bool best_joins = false;
  std::vector<DateStep> best_steps;
  for (const Candidate& candidate : candidates_) {
    const AtomRule& rule = *candidate.rule;
    const size_t length = candidate.length;
    if (length == 0 || length < best_length) break;
    const size_t end = at + length;
    // A figure at the end must be whole.
    if (IsAsciiDigit(static_cast<unsigned char>(text_[end - 1])) && end < text_.size()) {
      const char32_t next = CodePointAt(text_, end);
      if (IsAsciiDigit(next) || IsAsciiLetter(next) || next == '%' || next == '$') continue;
      if ((next == '.' || next == ',') && end + 1 < text_.size() &&
          IsAsciiDigit(static_cast<unsigned char>(text_[end + 1]))) {
        continue;
      }
    }
    std::string_view words[kMaxGroups] = {window.substr(0, length)};
    if (rule.groups > 0) {
      re2::StringPiece groups[kMaxGroups];
      if (!rule.pattern->Get().Match(Piece(words[0]), 0, length, RE2::ANCHOR_BOTH, groups,
                               rule.groups + 1)) {
        continue;
      }
      for (int g = 1; g <= rule.groups; ++g) {
        if (groups[g].data() != nullptr) words[g] = {groups[g].data(), groups[g].size()};
      }
    }
    auto steps = rule.program.Bind(
        std::span<const std::string_view>(words, static_cast<size_t>(rule.groups) + 1),
        rules_.tables);
    if (!steps) continue;
    const bool joins = left != nullptr && CanJoin(left->steps, *steps);
    if (candidate.joined_only && !joins) continue;
    if (best != nullptr) {
      if (std::pair(joins, rule.priority) < std::pair(best_joins, best->priority)) continue;
      if (std::pair(joins, rule.priority) == std::pair(best_joins, best->priority) &&
          best->id < rule.id) {
        continue;
      }
    }
    if (rule.guards.roc && !RocYears()) continue;
    if (!rule.guards.Allow(text_, at, end, joins && left->end == at)) continue;
    best = &rule;
    best_length = length;
    best_joins = joins;
    best_steps = std::move(*steps);
  }
  if (best == nullptr) return false;
  AddAtom(at, at + best_length, std::move(best_steps), best->line, best_joins);
  return true;
}

void Search::AddAtom(size_t begin, size_t end, std::vector<DateStep> steps, uint32_t line,
                     bool joins) {
  short_years_ = short_years_ || std::any_of(steps.begin(), steps.end(), MayBeShortYear);
  if (joins) {
    Node& left = nodes_.back();
    left.steps.insert(left.steps.end(), steps.begin(), steps.end());
    left.end = left.span_end = end;
    return;
  }
  Node node;
  node.begin = node.span_begin = begin;
  node.end = node.span_end = end;
  node.steps = std::move(steps);
  node.line = line;
  nodes_.push_back(std::move(node));
}

// The next byte, from `at` on, at which a rule may start; the size of the text if none does. Nine
// in ten characters are passed over here, so this loop is kept apart and small.
size_t Search::NextStart(size_t at) const {
  const std::bitset<0x10000>& starts = rules_.starts;
  const char* const text = text_.data();
  const size_t size = text_.size();
  while (at < size) {
    const uint32_t length = CodePointLength(text[at]);
    const char32_t c = CodePointAt(text_, at);
    if (c < 0x10000 && starts[c]) {
      const char32_t next = at + length < size ? CodePointAt(text_, at + length) : 0;
      if (rules_.atoms.set.MayStart(c, next) || rules_.joined.set.MayStart(c, next)) return at;
      if (IsAsciiDigit(c)) {  // a rule must not start within a number
        while (at + 1 < size && IsAsciiDigit(static_cast<unsigned char>(text[at + 1]))) ++at;
      }
    }
    at += length;
  }
  return size;
}

void Search::Scan() {
  const size_t size = text_.size();
  for (size_t at = NextStart(0); at < size; at = NextStart(at)) {
    const char32_t c = CodePointAt(text_, at);
    const Node* left = nodes_.empty() ? nullptr : &nodes_.back();
    if (left != nullptr && at != left->end &&
        (at - left->end > 6 || !rules_.cues.join.Whole(Between(left->end, at)))) {
      left = nullptr;
    }
    const bool whole = (left != nullptr && at == left->end) || MayStart(at, c);
    if (TryAtom(at, whole, left)) {
      at = nodes_.back().end;
      continue;
    }
    at += CodePointLength(text_[at]);
    if (IsAsciiDigit(c)) {
      while (at < size && IsAsciiDigit(static_cast<unsigned char>(text_[at]))) ++at;
    }
  }
}

// Puts the dates of a phrase together, from left to right; what a phrase made may be part of the
// next one (截至 of a range, a range in brackets behind a weekday).
void Search::Reduce() {
  // Nodes taken into a phrase leave the chain, so that each reduction costs the same.
  const int size = static_cast<int>(nodes_.size());
  for (int i = 0; i < size; ++i) {
    nodes_[static_cast<size_t>(i)].previous = i - 1;
    nodes_[static_cast<size_t>(i)].next = i + 1 < size ? i + 1 : -1;
  }
  for (bool appositions : {true, false}) {  // 1月31日除夕至2月6日初六: one day named twice first
    for (int i = size > 0 ? 0 : -1; i >= 0;) {
      const Node& node = nodes_[static_cast<size_t>(i)];
      if (node.reductions < 4 && ReduceAt(static_cast<size_t>(i), appositions)) {
        const int previous = nodes_[static_cast<size_t>(i)].previous;
        if (previous >= 0) i = previous;
      } else {
        i = node.next;
      }
    }
  }
  std::vector<Node> left;
  left.reserve(nodes_.size());
  for (int i = size > 0 ? 0 : -1; i >= 0;) {
    const int next = nodes_[static_cast<size_t>(i)].next;
    left.push_back(std::move(nodes_[static_cast<size_t>(i)]));
    i = next;
  }
  nodes_ = std::move(left);
}

bool Search::ReduceAt(size_t i, bool appositions) {
  const Node& node = nodes_[i];
  auto at = [this](int k) -> const Node& { return nodes_[static_cast<size_t>(k)]; };
  const int second = node.next >= 0 && at(node.next).begin - node.end <= kGap ? node.next : -1;
  if (appositions && second < 0) return false;
  // The row of words and dates around the node: what is before it, and up to two dates after.
  std::string& row = row_;
  std::vector<RowPiece>& pieces = pieces_;
  row.clear();
  pieces.clear();
  auto add_text = [&](size_t from, size_t to) {
    if (from >= to) return;
    pieces.push_back({row.size(), from, to - from, -1});
    row += text_.substr(from, to - from);
  };
  auto add_node = [&](size_t k) {
    pieces.push_back({row.size(), nodes_[k].begin, kNodeMark.size(), static_cast<int>(k)});
    row += kNodeMark;
  };
  const size_t floor = node.previous >= 0 ? at(node.previous).end : 0;
  size_t from = node.begin > 24 ? BorderAtOrAfter(text_, node.begin - 24) : 0;
  add_text(std::max(floor, from), node.begin);
  add_node(i);
  if (second >= 0) {
    add_text(node.end, at(second).begin);
    add_node(static_cast<size_t>(second));
  }
  const Node& end_node = second >= 0 ? at(second) : node;
  const size_t ceiling = end_node.next >= 0 ? at(end_node.next).begin : text_.size();
  add_text(end_node.end, BorderAtOrBefore(text_, std::min(ceiling, end_node.end + kTail)));

  rules_.phrase_set.Match(row, hits_);
  if (hits_.empty()) return false;
  auto to_text = [&](size_t row_at, bool is_end) {
    for (const RowPiece& p : pieces) {
      const bool in = is_end ? row_at > p.row_begin && row_at <= p.row_begin + p.size
                             : row_at >= p.row_begin && row_at < p.row_begin + p.size;
      if (!in) continue;
      if (p.node < 0) return p.text_begin + (row_at - p.row_begin);
      const Node& n = nodes_[static_cast<size_t>(p.node)];
      return is_end ? n.end : n.begin;
    }
    return std::string_view::npos;
  };
  auto node_at = [&](const re2::StringPiece& group) {
    const auto row_at = static_cast<size_t>(group.data() - row.data());
    for (const RowPiece& p : pieces) {
      if (p.node >= 0 && p.row_begin == row_at) return p.node;
    }
    return -1;
  };
  const PhraseRule* best = nullptr;
  size_t best_begin = 0, best_end = 0;
  int best_nodes = 0;
  for (const PatternSet::Hit& hit : hits_) {
    const PhraseRule& rule = rules_.phrases[hit.pattern];
    if (appositions && rule.op != PhraseOp::kAppose && rule.op != PhraseOp::kApposeDay) continue;
    re2::StringPiece groups[kMaxGroups];
    if (!rule.pattern->Get().Match(Piece(row), 0, row.size(), RE2::UNANCHORED, groups,
                             rule.groups + 1)) {
      continue;
    }
    const int a = node_at(groups[rule.group_a]);
    if (a != static_cast<int>(i)) continue;
    int count = 1;
    if (rule.group_b > 0) {
      if (second < 0 || node_at(groups[rule.group_b]) != second) continue;
      count = 2;
    }
    const auto row_begin = static_cast<size_t>(groups[0].data() - row.data());
    const size_t begin = to_text(row_begin, false);
    const size_t end = to_text(row_begin + groups[0].size(), true);
    if (begin == std::string_view::npos || end == std::string_view::npos) continue;
    if (!Fits(rule, node, count == 2 ? &at(second) : nullptr)) continue;
    if (rule.guards.roc && !RocYears()) continue;
    if (!rule.guards.Allow(text_, begin, end, false)) continue;
    if (best != nullptr) {
      const auto rank = std::tuple(count, end - begin, rule.priority);
      const auto old = std::tuple(best_nodes, best_end - best_begin, best->priority);
      if (rank < old || (rank == old && best->id < rule.id)) continue;
    }
    best = &rule;
    best_begin = begin;
    best_end = end;
    best_nodes = count;
  }
  if (best == nullptr) return false;
  Node phrase;
  phrase.op = best->op;
  phrase.argument = best->argument;
  phrase.line = best->line;
  phrase.begin = phrase.span_begin = best_begin;
  phrase.end = phrase.span_end = best_end;
  phrase.reductions = node.reductions + 1;
  phrase.previous = node.previous;
  phrase.next = node.next;
  if (best->op == PhraseOp::kDateline) {  // 讯, 电 are no part of the date
    phrase.span_begin = node.span_begin;
    phrase.span_end = node.span_end;
  }
  phrase.a = static_cast<int>(pool_.size());
  pool_.push_back(std::move(nodes_[i]));
  if (best_nodes == 2) {
    Node& taken = nodes_[static_cast<size_t>(second)];
    phrase.next = taken.next;
    if (taken.next >= 0) nodes_[static_cast<size_t>(taken.next)].previous = static_cast<int>(i);
    phrase.b = static_cast<int>(pool_.size());
    pool_.push_back(std::move(taken));
  }
  nodes_[i] = std::move(phrase);
  return true;
}

// How many months a quarter, a half or a year of accounts has; 0 for other dates.
int MonthsOf(const std::vector<DateStep>& steps) {
  if (HasOp(steps, DateOp::kQuarter)) return 3;
  if (HasOp(steps, DateOp::kHalf)) return 6;
  return HasOp(steps, DateOp::kFiscalYear) ? 12 : 0;
}

// Whether the dates are of the kind the phrase speaks of.
bool Search::Fits(const PhraseRule& rule, const Node& a, const Node* b) const {
  auto is = [](const Node& n, DateOp op) { return n.op == PhraseOp::kNone && HasOp(n.steps, op); };
  auto dated = [&](const Node& n) {
    if (n.op == PhraseOp::kDateline) return false;
    return n.op != PhraseOp::kNone ||
           (LevelOf(n.steps) != DateLevel::kNone && !HasOp(n.steps, DateOp::kSet));
  };
  if (!dated(a) || (b != nullptr && !dated(*b))) return false;
  const bool vague_a = is(a, DateOp::kVague);
  const bool vague_b = b != nullptr && is(*b, DateOp::kVague);
  switch (rule.op) {
    case PhraseOp::kRange: {
      if (vague_a || vague_b || a.op == PhraseOp::kRange || b->op == PhraseOp::kRange) return false;
      if (is(a, DateOp::kPast) || is(*b, DateOp::kPast) || is(*b, DateOp::kNext)) return false;
      const bool time_a = NeedsParent(First(a).steps, DateLevel::kDay);
      const bool time_b = NeedsParent(First(*b).steps, DateLevel::kDay);
      return !time_a || time_b;
    }
    case PhraseOp::kAsOf: return a.op != PhraseOp::kAsOf && a.op != PhraseOp::kSince;
    case PhraseOp::kSince:
      // 自2020年到2023年, where since:1 stands for 自 alone: a span has an end of its own.
      return !vague_a && a.op != PhraseOp::kSince && a.op != PhraseOp::kRange &&
             (rule.argument == 0 ||
              (!is(a, DateOp::kYears) && !is(a, DateOp::kMonths) && !is(a, DateOp::kDays)));
    case PhraseOp::kBefore:
      return !vague_a && a.op != PhraseOp::kBefore && !is(a, DateOp::kAgo) &&
             !is(a, DateOp::kPast) && !is(a, DateOp::kNow);
    case PhraseOp::kAppose:
      return !vague_a && !vague_b && !is(*b, DateOp::kNow) && a.op != PhraseOp::kDateline;
    case PhraseOp::kApposeDay: {
      if (a.op != PhraseOp::kNone || b->op != PhraseOp::kNone) return false;
      const DateLevel level = LevelOf(a.steps);
      if (level != DateLevel::kDay || HasOp(a.steps, DateOp::kWeekday)) return false;
      const DateOp op = b->steps[0].op;
      return op == DateOp::kWeekday || op == DateOp::kHoliday || op == DateOp::kLunarDay ||
             op == DateOp::kTerm;
    }
    case PhraseOp::kEnded:
      // 截至三月底止第四季度: a quarter that ends so, whosever year it is of.
      return !vague_a && (b == nullptr || (HasOp(b->steps, DateOp::kQuarter) &&
                                           (HasOp(b->steps, DateOp::kFiscalYear) ||
                                            (b->op == PhraseOp::kNone && b->steps.size() == 1))));
    case PhraseOp::kClosed:
      return MonthsOf(a.steps) != 0 && !vague_b;
    case PhraseOp::kFiscalQuarter:
      return !vague_a && b->op == PhraseOp::kNone && (b->steps[0].op == DateOp::kQuarter ||
                                                      b->steps[0].op == DateOp::kQuarters ||
                                                      b->steps[0].op == DateOp::kHalf);
    case PhraseOp::kDateline:
      return a.op == PhraseOp::kNone &&
             (LevelOf(a.steps) == DateLevel::kDay || LevelOf(a.steps) == DateLevel::kPart ||
              LevelOf(a.steps) == DateLevel::kTime) &&
             !HasOp(a.steps, DateOp::kDayOffset);
    case PhraseOp::kNone: return false;
  }
  return false;
}

DateContext::Tense Search::TenseOf(const Node& node, const Node& first) const {
  using Tense = DateContext::Tense;
  if (node.op == PhraseOp::kDateline || node.op == PhraseOp::kAsOf) return Tense::kPast;
  const size_t begin = node.begin;
  const size_t from = begin > kGuardWindow ? BorderAtOrAfter(text_, begin - kGuardWindow) : 0;
  if (rules_.cues.future_before.Any(Between(from, begin))) {
    return Tense::kFuture;
  }
  const size_t to = BorderAtOrBefore(text_, std::min(text_.size(), node.end + kGuardWindow));
  if (rules_.cues.future_after.Any(Between(node.end, to))) {
    return Tense::kFuture;
  }
  const std::string_view clause = Guards::Clause(text_, first.begin, first.end);
  if (rules_.cues.near.Any(clause)) return Tense::kNear;
  return rules_.cues.past.Any(clause) ? Tense::kPast : Tense::kOpen;
}

// Whether it is a quarter or a half.
bool IsPartOfYear(Grain grain) { return grain == Grain::kQuarter || grain == Grain::kHalf; }

// 第1季增A，第2季增B: the year of a quarter or half behind an earlier one in its sentence, where
// that is not over yet or this one has begun.
std::optional<int> Search::YearOfSeries(const Node& first, const DateContext& c) const {
  if (!c.today || !InSentence(last_) || !Dated(last_->value) || Compared(first) ||
      !IsPartOfYear(last_->value.period.grain)) {
    return std::nullopt;
  }
  const Period& before = last_->value.period;
  DateContext with = c;
  with.year = before.start->date.year;
  const auto value = normalize::Evaluate(first.steps, with, rules_.tables);
  if (!value || !Dated(*value) || !IsPartOfYear(value->period.grain) ||
      !(before.start < value->period.start)) {
    return std::nullopt;
  }
  const bool begun = !(c.today->date < value->period.start->date);
  const bool open = !(before.end->date < c.today->date);
  return begun || open ? with.year : std::nullopt;
}

// The year a month or quarter without one takes from the dates before it in its sentence.
std::optional<int> Search::YearHint(const Node& first, const DateContext& c) const {
  // 公布第三季度业绩，预计第三季度营收: the same quarter again.
  if (last_ && last_->paragraph == paragraph_ && Dated(last_->value) &&
      last_->value.period.grain == Grain::kQuarter &&
      Between(last_->begin, last_->end) == Between(first.begin, first.end)) {
    return last_->value.period.start->date.year;
  }
  if (const std::optional<int> year = YearOfSeries(first, c)) return year;
  if (last_ && last_->value.explicit_year && Dated(last_->value) &&
      rules_.cues.list.Whole(Between(last_->end, first.begin))) {
    DateContext with = c;
    with.year = last_->value.period.start->date.year;
    auto value = normalize::Evaluate(first.steps, with, rules_.tables);
    if (value && Dated(*value) && value->period.start >= last_->value.period.start) {
      return with.year;
    }
  }
  if (!InSentence(last_year_) || !Dated(last_year_->value)) return std::nullopt;
  DateContext with = c;
  with.year = last_year_->value.period.start->date.year;
  auto value = normalize::Evaluate(first.steps, with, rules_.tables);
  if (!value || !Dated(*value)) return std::nullopt;
  const Period& before = last_year_->value.period;
  if (before.grain <= Grain::kHalf) {
    if (value->period.start < before.start) return std::nullopt;
  } else if (before.grain != Grain::kYear || before.start->date.year != before.end->date.year ||
             last_year_->value.role != PeriodRole::kPlain) {
    return std::nullopt;
  } else {
    // A year in the middle of a clause may be what is compared with.
    const char32_t p = last_year_->begin == 0 ? U'\n' : CodePointBefore(text_, last_year_->begin);
    if (IsHan(p) && p != U'在' && p != U'于') return std::nullopt;
  }
  // A past year does not reach into what is still to come, nor this year's into the past.
  if (c.today && value->period.start->date > c.today->date &&
      *with.year < c.today->date.year) {
    return std::nullopt;
  }
  return with.year;
}

// The month a bare day takes from the dates before it.
std::optional<Date> Search::MonthHint(const Node& first, const DateContext& c) const {
  if (!last_month_ || !Dated(last_month_->value)) return std::nullopt;
  const Date anchor = last_month_->value.period.end->date;
  const bool near = c.today && std::llabs(DayNumber(anchor) - DayNumber(c.today->date)) <= 62;
  if (!near && c.today && !InSentence(last_month_)) return std::nullopt;
  std::optional<Date> best;
  int64_t best_distance = 0;
  for (int k = -1; k <= 1; ++k) {
    DateContext with = c;
    with.month = AddMonths({anchor.year, anchor.month, 1}, k);
    if (last_month_->value.period.grain >= Grain::kMonth && k != 0) continue;
    auto value = normalize::Evaluate(first.steps, with, rules_.tables);
    if (!value || !Dated(*value) || value->period.start->date.month != with.month->month) continue;
    if (c.today && k != 0 && value->period.start->date > c.today->date &&
        c.tense <= DateContext::Tense::kOpen) {
      continue;
    }
    const int64_t distance = std::llabs(DayNumber(value->period.start->date) - DayNumber(anchor));
    // The month named is kept unless the day is plainly of the next or the last one.
    const int64_t cost = distance + (k == 0 ? 0 : 12);
    if (!best || cost < best_distance) {
      best = with.month;
      best_distance = cost;
    }
  }
  if (best && c.today && c.tense <= DateContext::Tense::kOpen && !InSentence(last_month_)) {
    DateContext with = c;
    with.month = best;
    auto value = normalize::Evaluate(first.steps, with, rules_.tables);
    if (!value || !Dated(*value) || value->period.start->date > c.today->date) return std::nullopt;
  }
  return best;
}

DateContext Search::ContextOf(const Node& node) const {
  const Node& first = First(node);
  DateContext c;
  c.today = today_;
  c.roc = short_years_ && RocYears();
  c.fiscal_end = fiscal_end_;
  if (last_) c.last = last_->value.period;
  // 对比2025财年数据，当年营收…: the year just named, were it only compared with.
  if (HasOp(first.steps, DateOp::kSameYear) && InSentence(last_named_)) {
    c.last = last_named_->value.period;
  }
  // 上周卖超…，为4月中旬后首见，全周…: the week last told, whatever longer time was told since.
  if (HasOp(first.steps, DateOp::kSameWeek) && last_ && last_week_ &&
      last_->value.period.grain > Grain::kWeek) {
    c.last = last_week_->value.period;
  }
  c.last_quarter = last_quarter_;
  // 第二季度毛利率64.9%，而上一季度62.2%: beside a quarter the same one again is not meant.
  if (HasOp(first.steps, DateOp::kQuarterOffset)) {
    c.compared =
        Compared(node) || (InSentence(last_) && last_->value.period.grain == Grain::kQuarter);
  }
  if (HasOp(first.steps, DateOp::kWeekOffset) || HasOp(first.steps, DateOp::kSameWeek)) {
    const std::string_view clause = Guards::Clause(text_, first.begin, first.end);
    c.trading_week = LevelOf(first.steps) == DateLevel::kWeek && rules_.cues.trading.Any(clause) &&
                     !rules_.cues.homes.Any(clause);
  }
  // 1月16日公布的数据显示，过去24小时: counted from the day the sentence is about.
  if (InSentence(last_day_) && Dated(last_day_->value) && !first.steps.empty() &&
      normalize::CountsDays(first.steps[0])) {
    c.today = last_day_->value.period.end;
  }
  const bool year = NeedsParent(first.steps, DateLevel::kYear);
  const bool month = NeedsParent(first.steps, DateLevel::kMonth);
  if (year || month || NeedsParent(first.steps, DateLevel::kWeek)) c.tense = TenseOf(node, first);
  if (year) c.year = YearHint(first, c);
  if (month) c.month = MonthHint(first, c);
  if (NeedsParent(first.steps, DateLevel::kDay)) {
    if (InSentence(last_day_) && Dated(last_day_->value)) {
      c.day = last_day_->value.period.end->date;
    } else if (!today_ && last_day_ && Dated(last_day_->value)) {
      c.day = last_day_->value.period.end->date;
    }
  }
  return c;
}

std::optional<DateValue> Search::RangeValue(const Node& a, const Node& b,
                                            const DateContext& c) const {
  auto va = Value(a, c);
  if (!va) return std::nullopt;
  const Node& first_b = First(b);
  const bool year_b = NeedsParent(first_b.steps, DateLevel::kYear);
  const bool month_b = NeedsParent(first_b.steps, DateLevel::kMonth);
  const bool day_b = NeedsParent(first_b.steps, DateLevel::kDay);
  DateContext cb = c;
  cb.tense = DateContext::Tense::kPast;
  if (Dated(*va)) {
    // What the second date leaves out is as in the first.
    const Date from = va->period.start->date;
    if (!c.today) cb.today = va->period.start;
    cb.year = from.year;
    cb.month = Date{from.year, from.month, 1};
    cb.day = va->period.end->date;
    cb.last = va->period;
    if (NeedsParent(first_b.steps, DateLevel::kWeek)) cb.tense = DateContext::Tense::kFuture;
    auto vb = Value(b, cb);
    // 前 without a year of its own, 后 with one: 10月至2025年3月.
    if (vb && Dated(*vb) && NeedsParent(First(a).steps, DateLevel::kYear) && !year_b && !month_b &&
        !day_b && !c.year) {
      DateContext ca = c;
      ca.year = vb->period.end->date.year;
      auto again = Value(a, ca);
      if (again && Dated(*again) && again->period.start > vb->period.start) {
        ca.year = *ca.year - 1;
        again = Value(a, ca);
      }
      if (again && Dated(*again)) va = again;
    }
    if (vb && Dated(*vb) && vb->period.end < va->period.start) {
      if (day_b && va->part != 0) {
        Node later = first_b;  // 晚上10点到12点: still the evening
        later.steps.insert(later.steps.begin(), Step(DateOp::kPart, va->part));
        if (b.op == PhraseOp::kNone) vb = Value(later, cb);
      }
      if (vb && vb->period.end < va->period.start) {
        if (month_b) {
          cb.month = AddMonths(*cb.month, 1);
        } else if (day_b) {
          cb.day = AddDays(*cb.day, 1);
        } else {
          cb.year = *cb.year + 1;
        }
        if (year_b || month_b || day_b) vb = Value(b, cb);
      }
    } else if (vb && Dated(*vb) && day_b && (va->part == 4 || va->part == 5) &&
               b.op == PhraseOp::kNone && !HasOp(first_b.steps, DateOp::kPart)) {
      Node later = first_b;  // 下午1点到3点
      later.steps.insert(later.steps.begin(), Step(DateOp::kPart, va->part));
      if (auto v = Value(later, cb)) vb = v;
    }
    if (!vb || !Dated(*vb) || vb->period.end < va->period.start) return std::nullopt;
    DateValue out = *va;
    out.period = Interval(*va->period.start, *vb->period.end,
                          std::min(va->period.grain, vb->period.grain));
    out.level = DateLevel::kTime;
    out.edge_end = false;
    return out;
  }
  auto vb = Value(b, cb);
  if (!vb) return std::nullopt;
  DateValue out = *va;
  out.period.timex = va->period.timex + "/" + vb->period.timex;
  out.period.start = out.period.end = std::nullopt;
  return out;
}

DateValue Search::AsOfValue(DateValue a) const {
  if (!Dated(a)) {
    if (a.role != PeriodRole::kVague) {
      a.role = PeriodRole::kAsOf;
      return a;
    }
    // 截至午盘: the day the text speaks of.
    std::optional<Date> day;
    if (InSentence(last_day_) && Dated(last_day_->value)) {
      day = last_day_->value.period.end->date;
    } else if (today_) {
      day = today_->date;
    }
    a.role = PeriodRole::kAsOf;
    if (!day) return a;
    a.period = DayPeriod(*day);
    a.level = DateLevel::kDay;
    return a;
  }
  Moment at = *a.period.end;
  if (today_ && a.period.grain > Grain::kDay && a.period.start->date <= today_->date &&
      today_->date < at.date && !a.edge_end) {
    at = DayOf(today_->date);  // 截至今年: as far as it has gone
  }
  const Grain grain = at.second_of_day ? a.period.grain : Grain::kDay;
  a.period = Interval(at, at, grain);
  a.role = PeriodRole::kAsOf;
  return a;
}

DateValue Search::SinceValue(DateValue a) const {
  if (!a.period.start || a.role == PeriodRole::kVague) return a;
  const Moment from = a.edge_end && a.period.end ? *a.period.end : *a.period.start;
  std::optional<Moment> to;
  if (InSentence(last_as_of_) && last_as_of_->value.period.end) {
    to = DayOf(last_as_of_->value.period.end->date);
  } else if (today_) {
    to = DayOf(today_->date);
  }
  if (to && to->date < from.date) return a;  // 自3月1日起 of a day to come
  a.period.start = from;
  a.period.end = to;
  a.period.timex = normalize::IntervalTimex(a.period);
  a.role = PeriodRole::kSince;
  return a;
}

DateValue Search::BeforeValue(DateValue a) const {
  if (!Dated(a) || !today_ || a.period.end->date <= today_->date) return a;
  a.period = Interval(DayOf(today_->date), *a.period.end, a.period.grain);
  return a;
}

std::optional<DateValue> Search::ApposeValue(const Node& a, const Node& b,
                                             const DateContext& c) const {
  auto va = Value(a, c);
  DateContext cb = ContextOf(b);
  if (va && Dated(*va)) {
    const Date from = va->period.start->date;
    cb.year = from.year;
    cb.month = Date{from.year, from.month, 1};
  }
  auto vb = Value(b, cb);
  if (!vb || !Dated(*vb)) return va;
  if (!va || !Dated(*va)) return vb;
  if (HasOp(First(b).steps, DateOp::kZone)) return va;  // the same moment elsewhere
  const Date a1 = va->period.start->date, a2 = va->period.end->date;
  const Date b1 = vb->period.start->date, b2 = vb->period.end->date;
  if (a1 <= b2 && b1 <= a2) {
    // The finer of the two says the day.
    const bool finer_b = DayNumber(b2) - DayNumber(b1) <= DayNumber(a2) - DayNumber(a1);
    return finer_b ? vb : va;
  }
  // 昨日(9日): a date in figures knows better than a word, if they are close.
  const int64_t distance = std::min(std::llabs(DayNumber(a1) - DayNumber(b1)),
                                    std::llabs(DayNumber(a2) - DayNumber(b2)));
  if (distance > 31) return std::nullopt;
  return vb;
}

std::optional<DateValue> Search::Value(const Node& node, const DateContext& c) const {
  if (node.op == PhraseOp::kNone) return normalize::Evaluate(node.steps, c, rules_.tables);
  const Node& a = pool_[static_cast<size_t>(node.a)];
  const Node* b = node.b >= 0 ? &pool_[static_cast<size_t>(node.b)] : nullptr;
  if (node.op == PhraseOp::kRange) return RangeValue(a, *b, c);
  if (node.op == PhraseOp::kAppose) return ApposeValue(a, *b, c);
  auto va = Value(a, c);
  if (!va) return std::nullopt;
  switch (node.op) {
    case PhraseOp::kAsOf: return AsOfValue(*va);
    case PhraseOp::kSince: return SinceValue(*va);
    case PhraseOp::kBefore: return BeforeValue(*va);
    case PhraseOp::kApposeDay: {
      // 10月12日，星期一: one day, if it is one.
      if (!Dated(*va)) return va;
      DateContext cb = c;
      cb.year = va->period.start->date.year;
      cb.day = va->period.start->date;
      if (b->steps[0].op == DateOp::kWeekday) {
        if (b->steps[0].args[0] != Weekday(va->period.start->date)) return std::nullopt;
        return va;
      }
      // 1月31日除夕, but not 春节，国庆.
      cb.year.reset();
      cb.today = va->period.start;
      cb.tense = DateContext::Tense::kNear;
      const auto vb = Value(*b, cb);
      if (vb && Dated(*vb) && vb->period.start->date != va->period.start->date) {
        return std::nullopt;
      }
      return va;
    }
    case PhraseOp::kEnded: {
      if (!Dated(*va)) return va;
      DateValue out = *va;
      out.period = normalize::MonthsEnding(va->period.end->date, node.argument);
      out.level = DateLevel::kTime;
      out.edge_end = false;
      return out;
    }
    case PhraseOp::kClosed: {
      // 2026财年第三季度(截至10月26日): the last such day there was.
      DateContext cb = c;
      cb.year.reset();
      cb.tense = DateContext::Tense::kPast;
      const auto vb = Value(*b, cb);
      if (!vb || !Dated(*vb)) return va;
      DateValue out = *vb;
      out.period = normalize::MonthsEnding(vb->period.end->date, MonthsOf(a.steps));
      out.role = va->role;
      out.level = DateLevel::kTime;
      out.edge_end = false;
      return out;
    }
    case PhraseOp::kFiscalQuarter: {
      if (!Dated(*va)) return va;
      DateContext cb = c;
      cb.fiscal_end = va->period.end->date.month;
      std::vector<DateStep> steps{
          Step(DateOp::kFiscalYear, va->period.end->date.year)};
      steps.insert(steps.end(), b->steps.begin(), b->steps.end());
      return normalize::Evaluate(steps, cb, rules_.tables);
    }
    default: return va;
  }
}

void Search::CountSentences(size_t to) {
  while (counted_ < to) {
    const auto byte = static_cast<unsigned char>(text_[counted_]);
    if (byte < 0x80) {
      if (byte == '\n') ++paragraph_;
      if (byte == '\n' || byte == ';' || byte == '!' || byte == '?') ++sentence_;
      ++counted_;
    } else {
      if (byte == 0xE3 && text_.substr(counted_).starts_with("。")) ++sentence_;
      counted_ += CodePointLength(text_[counted_]);
    }
  }
}

void Search::Emit(const Node& node, std::vector<Mention>& out) {
  CountSentences(node.begin);
  const DateContext c = ContextOf(node);
  auto value = Value(node, c);
  if (!value) {
    // The parts may be dates where the whole is none.
    if (node.a >= 0) {
      const Node a = pool_[static_cast<size_t>(node.a)];
      Emit(a, out);
    }
    if (node.b >= 0) {
      const Node b = pool_[static_cast<size_t>(node.b)];
      Emit(b, out);
    }
    return;
  }
  if (c.year) value->explicit_year = true;
  if (c.month) value->explicit_month = true;
  Remember(node, *value);
  Mention mention;
  mention.span = MatchSpan{static_cast<uint32_t>(node.span_begin),
                           static_cast<uint32_t>(node.span_end)};
  mention.type = value->type;
  mention.rule = "periods.tsv:" + std::to_string(node.line);
  mention.period = std::move(value->period);
  mention.period_role = value->role;
  out.push_back(std::move(mention));
}

// Whether words of comparison stand in front.
bool Search::Compared(const Node& node) const {
  const size_t from =
      node.begin > kGuardWindow ? BorderAtOrAfter(text_, node.begin - kGuardWindow) : 0;
  return rules_.cues.compared.Any(Between(from, node.begin));
}

// 昨(2)日, 昨日(2日): the day the text was written on, which the date a site gives may miss by one
// (a morning's paper put online the evening before); nullopt where the words tell none.
std::optional<Date> Search::TextsDay(const Node& node, const DateValue& value) const {
  const Node& first = First(node);
  if (value.period.grain != Grain::kDay || first.steps.empty()) return std::nullopt;
  int days = 0;  // from the text's day to the one it names
  if (node.op == PhraseOp::kAppose && node.b >= 0 && first.steps[0].op == DateOp::kDayOffset &&
      NeedsParent(pool_[static_cast<size_t>(node.b)].steps, DateLevel::kMonth)) {
    days = first.steps[0].args[0];
  } else if (node.op == PhraseOp::kNone && first.steps[0].op == DateOp::kNearDay) {
    switch (CodePointAt(text_, node.begin)) {
      case U'前':
        days = -2;
        break;
      case U'昨':
        days = -1;
        break;
      case U'明':
        days = 1;
        break;
      default:
        break;
    }
  } else {
    return std::nullopt;
  }
  return AddDays(value.period.start->date, -days);
}

void Search::Remember(const Node& node, const DateValue& value) {
  if (!Dated(value) || value.type != MentionType::kPeriod) return;
  if (value.role == PeriodRole::kVague || value.role == PeriodRole::kSamePeriod) return;
  const Node& first = First(node);
  if (first.steps.empty() || first.steps[0].op == DateOp::kNow) return;
  Anchor anchor{value, node.begin, node.end, sentence_, paragraph_};
  if (node.op == PhraseOp::kDateline && !dateline_seen_) {
    // The text's own day. It may be a little before the date the site gives, not after.
    const Date day = value.period.end->date;
    const bool fits = today_ ? day <= AddDays(today_->date, 1) &&
                                   DayNumber(today_->date) - DayNumber(day) <= 60
                             : value.explicit_year;
    if (fits) {
      if (!today_ || today_->date != day) today_ = DayOf(day);
      dateline_seen_ = true;
    }
  }
  constexpr int64_t kOff = 2;  // days a site's date may be off
  if (const auto day = TextsDay(node, value);
      day && today_ && std::llabs(DayNumber(*day) - DayNumber(today_->date)) <= kOff &&
      *day != today_->date) {
    today_ = DayOf(*day);
  }
  if (node.op == PhraseOp::kEnded || node.op == PhraseOp::kFiscalQuarter) {
    auto ended = node.op == PhraseOp::kEnded
                     ? std::optional<DateValue>(value)
                     : Value(pool_[static_cast<size_t>(node.a)], ContextOf(node));
    const bool year = node.op == PhraseOp::kFiscalQuarter || node.argument == 12;
    if (ended && Dated(*ended) && (year || ended->period.end->date.month % 3 != 0)) {
      fiscal_end_ = ended->period.end->date.month;
    }
  }
  // 与前年相同: what is compared with is not what the text goes on about.
  const bool compared = Compared(node);
  last_named_ = anchor;
  if (!compared || !last_) last_ = anchor;
  if (value.explicit_year && !(compared && last_year_)) last_year_ = anchor;
  const Grain grain = value.period.grain;
  if (grain <= Grain::kMonth && value.explicit_month) last_month_ = anchor;
  if (grain == Grain::kWeek) last_week_ = anchor;
  if (grain <= Grain::kDay && value.role != PeriodRole::kSince) {
    last_day_ = anchor;
    last_month_ = anchor;
  }
  if (grain == Grain::kQuarter) last_quarter_ = value.period;
  if (value.role == PeriodRole::kAsOf) last_as_of_ = anchor;
}

}  // namespace

struct PeriodFinder::Impl {
  explicit Impl(std::vector<TableError>& errors) : rules(errors) {}
  Rules rules;
};

PeriodFinder::PeriodFinder(std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>(errors)) {}
PeriodFinder::~PeriodFinder() = default;

void PeriodFinder::Find(std::string_view match_text, const PeriodContext& context,
                        std::vector<Mention>& out) const {
  Search(impl_->rules, match_text, context).Run(out);
}

}  // namespace hanfact::extract
