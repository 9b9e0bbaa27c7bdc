#include "ingest/rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "ingest/pattern_list.h"
#include "normalize/late_pattern.h"
#include "normalize/script.h"

namespace hanfact::ingest {
namespace {

using normalize::LatePattern;

// Compiled patterns get room for their worst rows; a set that does not fit is an error at the door.
constexpr int64_t kPatternMemory = 64 << 20;
constexpr uint32_t kMaxPattern = 120;

RE2::Options Utf8Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  return options;
}

// For the many patterns of lines, each with an automaton of its own.
RE2::Options LineOptions() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  return options;
}

bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 ||
         c == 0xFEFF;
}

std::string FoldWidth(std::string_view line, bool spaces) {
  std::string out;
  out.reserve(line.size());
  bool pending = false;
  const auto keep_space = [&] {
    if (pending && spaces && !out.empty()) out += ' ';
    pending = false;
  };
  for (size_t i = 0; i < line.size();) {
    // Common Han, nearly all of most lines, stay as they are.
    const size_t from = i;
    while (i < line.size() && LeadsHan(line[i])) i += 3;
    if (i > from) {
      keep_space();
      out.append(line, from, i - from);
      continue;
    }
    char32_t c = CodePointAt(line, i);
    i += CodePointLength(line[i]);
    if (IsInvisible(c)) continue;
    if (IsSpace(c)) {
      pending = true;
      continue;
    }
    keep_space();
    if (c >= 0xFF01 && c <= 0xFF5E) {
      c -= 0xFEE0;
    } else if (c == 0xFE30 || c == 0xFE55) {
      c = ':';  // the colons of vertical and of small type
    } else if (c == 0x29F8 || c == 0x2215) {
      c = '/';
    }
    AppendUtf8(out, c);
  }
  return out;
}

std::string AsciiLower(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// A pattern must not be too long to read.
void CheckLength(const Table& table, const Table::Row& row, std::vector<TableError>& errors) {
  if (CountCodePoints(table.Get(row, "pattern")) > kMaxPattern) {
    errors.push_back(table.ErrorAt(row, "pattern", "the pattern is too long: split the row"));
  }
}

struct BylineRule {
  Byline::Field field;
  int priority;
};

struct RegionRule {
  std::string surface;
  std::string region;
  int weight = 0;
  char32_t first = 0;  // of the surface
};

}  // namespace

std::string FoldLine(std::string_view line, bool spaces) {
  return normalize::ToSimplified(FoldWidth(line, spaces));
}

struct Rules::Impl {
  struct LineRule {
    std::string id;
    LineAction action;
    bool html, text;
  };
  std::string places;  // of datelines, as alternatives of a pattern
  std::set<std::string, std::less<>> place_names, surnames;
  std::vector<LineRule> lines;
  PatternList line_patterns{LineOptions()};
  PatternList erase{Utf8Options()};
  std::vector<BylineRule> bylines;
  PatternList byline_patterns{Utf8Options()};
  std::vector<std::pair<ScriptField, std::unique_ptr<LatePattern>>> script_fields;
  std::unordered_map<std::string, uint16_t> roles;
  std::vector<RegionRule> hosts, outlets;  // signs of a region: addresses, names of outlets
  // Words in texts that are signs of one, by their first character; for each character 1 + where
  // they begin, 0 for none.
  std::vector<RegionRule> region_order;
  std::vector<uint16_t> region_words = std::vector<uint16_t>(0x10000, 0);
  std::vector<std::pair<std::string, bool>> outlet_ends;  // ending, sure
  std::map<std::string, std::string, std::less<>> charsets;

  Table Load(const char* path, std::initializer_list<std::string_view> columns,
             std::vector<TableError>& errors) {
    const std::optional<std::string_view> text = EmbeddedFile(path);
    if (!text) {
      errors.push_back({path, 1, 1, "the table is not built into the program"});
      return Table::Read(path, "# columns: none\n", {"none"}, errors);
    }
    return Table::Read(path, *text, columns, errors);
  }

  // The pattern of a row, {PLACE} written out.
  [[nodiscard]] std::string Pattern(const Table& table, const Table::Row& row) const {
    std::string pattern = table.Get(row, "pattern");
    constexpr std::string_view kPlace = "{PLACE}";
    if (const size_t at = pattern.find(kPlace); at != std::string::npos) {
      pattern.replace(at, kPlace.size(), places);
    }
    return pattern;
  }

  // The pattern of a row, to be compiled when it is needed; an error if it is too long to read.
  std::unique_ptr<LatePattern> Late(const Table& table, const Table::Row& row,
                                    std::vector<TableError>& errors) const {
    CheckLength(table, row, errors);
    return std::make_unique<LatePattern>(Pattern(table, row), Utf8Options());
  }
};

Rules::Rules(std::vector<TableError>& errors) : impl_(std::make_unique<Impl>()) {
  Impl& in = *impl_;
  {
    const Table table = in.Load("ingest/rules/dateline_places.tsv", {"place"}, errors);
    for (const Table::Row& row : table.rows()) {
      if (!in.places.empty()) in.places += '|';
      in.places += RE2::QuoteMeta(table.Get(row, "place"));
      in.place_names.insert(table.Get(row, "place"));
    }
  }
  {
    const Table table = in.Load("ingest/rules/surnames.tsv", {"surname"}, errors);
    for (const Table::Row& row : table.rows()) in.surnames.insert(table.Get(row, "surname"));
  }
  {
    const Table table =
        in.Load("ingest/rules/boilerplate.tsv", {"rule_id", "place", "action", "pattern"}, errors);
    static const std::map<std::string_view, LineAction> kActions = {
        {"caption", LineAction::kCaption}, {"credit", LineAction::kCredit},
        {"cut", LineAction::kCut},         {"drop", LineAction::kDrop},
        {"keep", LineAction::kKeep},       {"start", LineAction::kStart}};
    for (const Table::Row& row : table.rows()) {
      const auto action = kActions.find(table.Get(row, "action"));
      const std::string& place = table.Get(row, "place");
      if (action == kActions.end()) {
        errors.push_back(table.ErrorAt(row, "action", "not one of caption credit cut drop keep"));
        continue;
      }
      if (place != "any" && place != "html" && place != "text") {
        errors.push_back(table.ErrorAt(row, "place", "not one of any html text"));
        continue;
      }
      CheckLength(table, row, errors);
      in.line_patterns.Add(table.Get(row, "pattern"));
      in.lines.push_back(
          {table.Get(row, "rule_id"), action->second, place != "text", place != "html"});
    }
  }
  {
    const Table table = in.Load("ingest/rules/inline.tsv", {"rule_id", "pattern"}, errors);
    for (const Table::Row& row : table.rows()) {
      CheckLength(table, row, errors);
      in.erase.Add(table.Get(row, "pattern"));
    }
  }
  {
    const Table table =
        in.Load("ingest/rules/bylines.tsv", {"rule_id", "field", "priority", "pattern"}, errors);
    static const std::map<std::string_view, Byline::Field> kFields = {
        {"author", Byline::Field::kAuthor},
        {"editor", Byline::Field::kEditor},
        {"original_title", Byline::Field::kOriginalTitle},
        {"source", Byline::Field::kSource}};
    for (const Table::Row& row : table.rows()) {
      const auto field = kFields.find(table.Get(row, "field"));
      const std::string& priority = table.Get(row, "priority");
      if (field == kFields.end()) {
        errors.push_back(
            table.ErrorAt(row, "field", "not one of author editor original_title source"));
        continue;
      }
      if (priority.size() != 1 || priority[0] < '1' || priority[0] > '9') {
        errors.push_back(table.ErrorAt(row, "priority", "not a digit from 1 to 9"));
        continue;
      }
      CheckLength(table, row, errors);
      in.byline_patterns.Add(in.Pattern(table, row));
      in.bylines.push_back({field->second, priority[0] - '0'});
    }
  }
  {
    const Table table =
        in.Load("ingest/rules/script_fields.tsv", {"rule_id", "field", "pattern"}, errors);
    static const std::map<std::string_view, ScriptField> kFields = {
        {"author", ScriptField::kAuthor},
        {"body", ScriptField::kBody},
        {"date", ScriptField::kDate},
        {"source", ScriptField::kSource},
        {"title", ScriptField::kTitle}};
    for (const Table::Row& row : table.rows()) {
      const auto field = kFields.find(table.Get(row, "field"));
      if (field == kFields.end()) {
        errors.push_back(table.ErrorAt(row, "field", "not one of author body date source title"));
        continue;
      }
      in.script_fields.emplace_back(field->second, in.Late(table, row, errors));
    }
  }
  {
    const Table table = in.Load("ingest/rules/class_hints.tsv", {"token", "role"}, errors);
    static const std::map<std::string_view, uint16_t> kRoles = {
        {"author", kRoleAuthor | kRoleByline},
        {"byline", kRoleByline},
        {"caption", kRoleCaption},
        {"comment", kRoleComment | kRoleJunk},
        {"content", kRoleContent},
        {"date", kRoleDate | kRoleByline},
        {"junk", kRoleJunk},
        {"lead", kRoleLead},
        {"softjunk", kRoleSoftJunk},
        {"source", kRoleSource | kRoleByline},
        {"title", kRoleTitle}};
    for (const Table::Row& row : table.rows()) {
      const auto role = kRoles.find(table.Get(row, "role"));
      if (role == kRoles.end()) {
        errors.push_back(table.ErrorAt(row, "role", "not a known role"));
        continue;
      }
      in.roles[table.Get(row, "token")] |= role->second;
    }
  }
  {
    const Table table =
        in.Load("ingest/rules/regions.tsv", {"kind", "surface", "region", "weight"}, errors);
    for (const Table::Row& row : table.rows()) {
      const std::string& weight = table.Get(row, "weight");
      if (weight.size() != 1 || weight[0] < '1' || weight[0] > '9') {
        errors.push_back(table.ErrorAt(row, "weight", "not a digit from 1 to 9"));
        continue;
      }
      const std::string& kind = table.Get(row, "kind");
      auto& rules = kind == "host" ? in.hosts : kind == "outlet" ? in.outlets : in.region_order;
      const std::string& surface = table.Get(row, "surface");
      rules.push_back({surface, table.Get(row, "region"), weight[0] - '0',
                       surface.empty() ? 0 : CodePointAt(surface, 0)});
    }
    std::stable_sort(in.region_order.begin(), in.region_order.end(),
                     [](const RegionRule& a, const RegionRule& b) { return a.first < b.first; });
    for (size_t k = in.region_order.size(); k-- > 0;) {
      if (const char32_t c = in.region_order[k].first; c <= 0xFFFF) {
        in.region_words[c] = static_cast<uint16_t>(k + 1);
      }
    }
  }
  {
    const Table table = in.Load("ingest/rules/outlet_ends.tsv", {"ending", "strength"}, errors);
    for (const Table::Row& row : table.rows()) {
      in.outlet_ends.emplace_back(table.Get(row, "ending"), table.Get(row, "strength") == "sure");
    }
  }
  {
    const Table table = in.Load("ingest/rules/charsets.tsv", {"label", "charset"}, errors);
    for (const Table::Row& row : table.rows()) {
      in.charsets[table.Get(row, "label")] = table.Get(row, "charset");
    }
  }
}

Rules::~Rules() = default;

bool Rules::Compiles() const {
  const Impl& in = *impl_;
  if (!in.line_patterns.Sound() || !in.erase.Sound() || !in.byline_patterns.Sound()) return false;
  for (size_t k = 0; k < in.byline_patterns.size(); ++k) {
    if (in.byline_patterns.At(k).NumberOfCapturingGroups() != 1) return false;
  }
  return std::all_of(in.script_fields.begin(), in.script_fields.end(), [](const auto& field) {
    const RE2& pattern = field.second->Get();
    return pattern.ok() && pattern.NumberOfCapturingGroups() == 1;
  });
}

LineAction Rules::MatchLine(std::string_view folded, LinePlace place, std::string* rule) const {
  if (folded.empty()) return LineAction::kNone;
  // Boilerplate stands in short lines or at the start of long ones.
  constexpr size_t kMaxLine = 900;
  if (folded.size() > kMaxLine) {
    size_t cut = kMaxLine;
    while (cut > 0 && (static_cast<unsigned char>(folded[cut]) & 0xC0) == 0x80) --cut;
    folded = folded.substr(0, cut);
  }
  const std::vector<int> hits = impl_->line_patterns.Match(folded);
  if (hits.empty()) return LineAction::kNone;
  // A line that is kept is kept whatever else matches; cutting beats dropping.
  LineAction best = LineAction::kNone;
  auto rank = [](LineAction a) {
    switch (a) {
      case LineAction::kKeep:
        return 6;
      case LineAction::kCut:
        return 5;
      case LineAction::kStart:
        return 4;
      case LineAction::kDrop:
        return 3;
      case LineAction::kCredit:
        return 2;
      case LineAction::kCaption:
        return 1;
      case LineAction::kNone:
        return 0;
    }
    return 0;
  };
  for (int hit : hits) {
    const Impl::LineRule& r = impl_->lines[static_cast<size_t>(hit)];
    if (place == LinePlace::kHtml ? !r.html : !r.text) continue;
    if (rank(r.action) > rank(best)) {
      best = r.action;
      if (rule != nullptr) *rule = r.id;
    }
  }
  return best;
}

std::vector<std::string> Rules::MatchingRows(std::string_view folded) const {
  std::vector<std::string> out;
  for (int hit : impl_->line_patterns.Match(folded))
    out.push_back(impl_->lines[static_cast<size_t>(hit)].id);
  return out;
}

bool Rules::EraseInline(std::string& line) const {
  if (impl_->erase.Match(line).empty()) return false;
  bool changed = false;
  for (size_t k = 0; k < impl_->erase.size(); ++k) {
    const RE2& re = impl_->erase.At(k);
    const char* stays = re.NumberOfCapturingGroups() > 0 ? "\\1" : "";
    if (RE2::GlobalReplace(&line, re, stays) > 0) changed = true;
  }
  return changed;
}

std::vector<Byline> Rules::FindBylines(std::string_view line) const {
  std::vector<Byline> out;
  constexpr size_t kMaxLine = 400;
  std::string folded;
  if (line.size() <= kMaxLine) {
    folded = FoldWidth(line, true);
  } else {
    size_t head = kMaxLine / 2;
    while ((static_cast<unsigned char>(line[head]) & 0xC0) == 0x80) --head;
    size_t tail = line.size() - kMaxLine / 2;
    while ((static_cast<unsigned char>(line[tail]) & 0xC0) == 0x80) ++tail;
    folded = FoldWidth(line.substr(0, head), true) + "\n" + FoldWidth(line.substr(tail), true);
  }
  if (folded.empty()) return out;
  for (int hit : impl_->byline_patterns.MayMatch(folded)) {
    const BylineRule& rule = impl_->bylines[static_cast<size_t>(hit)];
    const RE2& pattern = impl_->byline_patterns.At(static_cast<size_t>(hit));
    re2::StringPiece input(folded);
    re2::StringPiece value;
    while (RE2::FindAndConsume(&input, pattern, &value)) {
      const std::string_view name = Trim({value.data(), value.size()});
      if (!name.empty()) out.push_back({rule.field, std::string(name), rule.priority});
      if (value.empty()) break;
    }
  }
  return out;
}

bool Rules::IsDatelinePlace(std::string_view name) const {
  return impl_->place_names.contains(name);
}

bool Rules::IsPersonName(std::string_view name) const {
  size_t han = 0;
  for (size_t i = 0; i < name.size(); i += CodePointLength(name[i])) {
    if (!IsHan(CodePointAt(name, i))) return false;
    ++han;
  }
  // 欧阳 and its like are of two characters.
  for (size_t characters : {2, 1}) {
    if (han < characters + 1 || han > characters + 2) continue;
    size_t cut = 0;
    for (size_t k = 0; k < characters; ++k) cut += CodePointLength(name[cut]);
    if (impl_->surnames.contains(name.substr(0, cut))) return true;
  }
  return false;
}

std::string Rules::FindScriptField(ScriptField field, std::string_view scripts) const {
  if (scripts.empty()) return {};
  const re2::StringPiece text(scripts.data(), scripts.size());
  std::string value;
  for (const auto& [of, re] : impl_->script_fields) {
    if (of == field && RE2::PartialMatch(text, re->Get(), &value)) return value;
  }
  return {};
}

uint16_t Rules::ClassRoles(std::string_view names) const {
  uint16_t roles = 0;
  std::string token;
  auto look_up = [&] {
    while (!token.empty() && IsAsciiDigit(static_cast<unsigned char>(token.back()))) {
      token.pop_back();
    }
    if (token.size() >= 2) {
      const auto it = impl_->roles.find(token);
      if (it != impl_->roles.end()) roles |= it->second;
    }
    token.clear();
  };
  char previous = 0;
  for (char c : names) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool alnum = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!alnum || (upper && previous >= 'a' && previous <= 'z')) look_up();
    if (alnum) token += upper ? static_cast<char>(c + 32) : c;
    previous = c;
  }
  look_up();
  // Whole names, for those that only say something together ("main_text", "endtext").
  for (std::string_view name : Split(names, ' ')) {
    if (name.size() < 2 || name.size() > 40) continue;
    const auto it = impl_->roles.find("=" + AsciiLower(name));
    if (it != impl_->roles.end()) roles |= it->second;
  }
  return roles;
}

bool Rules::IsOutlet(std::string_view name, bool sure) const {
  const std::string folded = FoldLine(name);
  if (CountCodePoints(folded) < 2) return false;
  for (const auto& [ending, is_sure] : impl_->outlet_ends) {
    if ((is_sure || !sure) && folded.size() > ending.size() && folded.ends_with(ending))
      return true;
  }
  return false;
}

std::string Rules::Region(std::string_view host, std::string_view site, std::string_view source,
                          std::string_view text) const {
  std::map<std::string, int> votes;
  std::vector<const RegionRule*> outlets;
  const std::string lower = AsciiLower(host);
  for (const RegionRule& rule : impl_->hosts) {
    const std::string_view suffix = rule.surface;
    if (lower.size() >= suffix.size() && lower.ends_with(suffix) &&
        (lower.size() == suffix.size() || suffix.front() == '.' ||
         lower[lower.size() - suffix.size() - 1] == '.')) {
      votes[rule.region] += rule.weight;
    }
  }
  for (const RegionRule& rule : impl_->outlets) {
    if (site.empty() && source.empty()) break;
    if (site.find(rule.surface) != std::string_view::npos ||
        source.find(rule.surface) != std::string_view::npos) {
      outlets.push_back(&rule);
    }
  }
  // Words of the text: one walk, asking at each character for those that begin with it. Each
  // counts once.
  std::vector<bool> seen(impl_->region_order.size());
  const uint16_t* const words = impl_->region_words.data();
  for (size_t i = 0, length = 0; i < text.size(); i += length) {
    // The common Han, nearly all of a text, most of which begin no word.
    while (i + 3 <= text.size() && LeadsHan(text[i]) &&
           words[CodePointOfThree(text.data() + i)] == 0) {
      i += 3;
    }
    if (i >= text.size()) break;
    length = CodePointLength(text[i]);
    const char32_t c = CodePointAt(text, i);
    if (c > 0xFFFF || words[c] == 0) continue;
    for (size_t k = words[c] - 1u; k < impl_->region_order.size(); ++k) {
      const RegionRule& rule = impl_->region_order[k];
      if (rule.first != c) break;
      if (!StandsAt(text, i, std::string_view(rule.surface)) || seen[k]) continue;
      seen[k] = true;
      votes[rule.region] += rule.weight;
    }
  }
  // A name inside a longer one is not its own sign: 經濟日報 of Taiwan in 經濟日報(香港).
  for (const RegionRule* rule : outlets) {
    const bool inside = std::any_of(outlets.begin(), outlets.end(), [&](const RegionRule* other) {
      return other->surface.size() > rule->surface.size() &&
             other->surface.find(rule->surface) != std::string::npos;
    });
    if (!inside) votes[rule->region] += rule->weight;
  }
  int best = 0, second = 0;
  std::string region;
  for (const auto& [name, vote] : votes) {
    if (vote > best) {
      second = best;
      best = vote;
      region = name;
    } else {
      second = std::max(second, vote);
    }
  }
  // Sure means: several signs, and clearly more of them than for any other region.
  return best >= 3 && best >= 2 * second ? region : std::string();
}

std::string Rules::Charset(std::string_view label) const {
  const auto it = impl_->charsets.find(AsciiLower(Trim(label)));
  return it == impl_->charsets.end() ? std::string() : it->second;
}

}  // namespace hanfact::ingest
