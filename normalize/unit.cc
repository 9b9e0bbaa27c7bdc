#include "normalize/unit.h"

#include <algorithm>

#include "base/text.h"
#include "normalize/number_words.h"

namespace hanfact::normalize {
namespace {

// The sentence before byte `end`, at most some forty characters of it.
std::string_view SentenceBefore(std::string_view text, size_t end) {
  constexpr size_t kReach = 120;
  size_t from = end > kReach ? end - kReach : 0;
  while (from < end && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  for (size_t at = end; at > from; --at) {
    const char c = text[at - 1];
    if (c == '\n' || c == '!' || c == '?' || c == ';' ||
        (c == '\x82' && EndsAt(text, at, "。"))) {
      from = at;
      break;
    }
  }
  return text.substr(from, end - from);
}

std::vector<std::string> Alternatives(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view word : Split(text, '|')) {
    if (!word.empty()) out.emplace_back(word);
  }
  return out;
}

bool AnyFollows(const GuardView& v, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& w) { return StandsAt(v.text, v.end, w); });
}

bool AnyPrecedes(const GuardView& v, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& w) { return EndsAt(v.text, v.begin, w); });
}

size_t LastOf(std::string_view text, const std::vector<std::string>& words) {
  size_t last = 0;
  for (const std::string& w : words) {
    // Only an end behind the best so far is of interest.
    for (size_t end = text.size(); end > last && end >= w.size(); --end) {
      if (text[end - 1] != w.back() || !EndsAt(text, end, w)) continue;
      last = end;
      break;
    }
  }
  return last;
}

}  // namespace

std::string Guard::Parse(std::string_view text, Guard& out) {
  out.clauses_.clear();
  if (text == "-" || text.empty()) return "";
  struct Name {
    std::string_view name;
    Type type;
  };
  static constexpr Name kNames[] = {
      {"int", Type::kInteger},   {"decimal", Type::kDecimal},   {"han", Type::kHan},
      {"digit", Type::kDigit},   {"end", Type::kEnd},           {"bare", Type::kBare},
      {"compound", Type::kCompound}, {"tail", Type::kTail},     {"calendar", Type::kCalendar},
      {"dur", Type::kDuration},  {"money", Type::kMoney},       {"count", Type::kCount},
  };
  for (std::string_view part : Split(text, ';')) {
    Clause clause{};
    if (part.empty()) return "empty condition in the guard";
    const char sign = part[0];
    if (sign == '>' || sign == '<' || sign == '~') {
      clause.type = sign == '>' ? Type::kFollows : sign == '<' ? Type::kPrecedes : Type::kSentence;
      part.remove_prefix(1);
      if (part.starts_with('!')) {
        clause.negated = true;
        part.remove_prefix(1);
      }
      clause.words = Alternatives(part);
      if (clause.words.empty()) return "a condition without words in the guard";
    } else if (part.starts_with("near:")) {
      clause.type = Type::kNear;
      part.remove_prefix(5);
      const size_t middle = part.find('<');
      if (middle == std::string_view::npos) return "near: wants near:a|b<c|d";
      clause.words = Alternatives(part.substr(0, middle));
      clause.others = Alternatives(part.substr(middle + 1));
    } else if (part.starts_with("then:")) {
      clause.type = Type::kThen;
      clause.words = Alternatives(part.substr(5));
      if (clause.words.empty()) return "then: wants then:a|b";
    } else if (part.starts_with("unit:") || part.starts_with("!unit:")) {
      clause.type = Type::kUnit;
      clause.negated = part[0] == '!';
      clause.words = Alternatives(part.substr(part.find(':') + 1));
    } else if (part.starts_with("min:") || part.starts_with("max:")) {
      clause.type = part[1] == 'i' ? Type::kMin : Type::kMax;
      auto number = Decimal::Parse(part.substr(4));
      if (!number || !number->ToInt64()) return "min: and max: want a whole number";
      clause.number = *number->ToInt64();
    } else {
      if (part.starts_with('!')) {
        clause.negated = true;
        part.remove_prefix(1);
      }
      const Name* found = nullptr;
      for (const Name& n : kNames) {
        if (n.name == part) found = &n;
      }
      if (found == nullptr) return "unknown condition '" + std::string(part) + "' in the guard";
      clause.type = found->type;
    }
    out.clauses_.push_back(std::move(clause));
  }
  return "";
}

bool Guard::Holds(const GuardView& v) const {
  for (const Clause& c : clauses_) {
    bool holds = true;
    const Numeral* n = v.numeral;
    switch (c.type) {
      case Type::kFollows: holds = AnyFollows(v, c.words); break;
      case Type::kPrecedes: holds = AnyPrecedes(v, c.words); break;
      case Type::kSentence: {
        const std::string_view before = SentenceBefore(v.text, v.begin);
        holds = LastOf(before, c.words) > 0;
        break;
      }
      case Type::kNear: {
        const std::string_view before = SentenceBefore(v.text, v.begin);
        const size_t ours = LastOf(before, c.words);
        holds = ours > 0 && ours > LastOf(before, c.others);
        break;
      }
      case Type::kMin: holds = n != nullptr && n->low >= Decimal(c.number); break;
      case Type::kMax: holds = n != nullptr && n->high <= Decimal(c.number); break;
      case Type::kInteger:
        holds = n != nullptr && n->decimals == 0 && n->scale == Decimal(1);
        break;
      case Type::kDecimal: holds = n != nullptr && n->decimals > 0; break;
      case Type::kHan: holds = n != nullptr && !n->arabic; break;
      case Type::kDigit: holds = n != nullptr && n->arabic; break;
      case Type::kEnd: {
        const char32_t next = v.end < v.text.size() ? CodePointAt(v.text, v.end) : 0;
        holds = !IsHan(next) && !IsAsciiLetter(next) && !IsAsciiDigit(next);
        break;
      }
      case Type::kBare:
        holds = n != nullptr && (n->bare || n->vague ||
                                 (n->chinese && n->low == Decimal::Scaled(5, -1)));
        break;
      case Type::kCompound: holds = v.compound; break;
      case Type::kTail: {
        holds = false;
        if (v.end < v.text.size() && StartsNumeral(CodePointAt(v.text, v.end))) {
          if (auto next = ReadNumeral(v.text, v.end)) {
            const char32_t behind =
                next->end < v.text.size() ? CodePointAt(v.text, next->end) : 0;
            holds = NumberWords::Embedded().Is(NumberWord::kCoinBehind, behind) ||
                    (next->characters == 1 && !next->bare && !IsHan(behind) &&
                     !IsAsciiLetter(behind));
          }
        }
        break;
      }
      case Type::kThen: {
        holds = false;
        if (v.end < v.text.size() && StartsNumeral(CodePointAt(v.text, v.end))) {
          if (auto next = ReadNumeral(v.text, v.end)) {
            GuardView behind = v;
            behind.end = next->end;
            holds = AnyFollows(behind, c.words);
          }
        }
        break;
      }
      case Type::kCalendar:
        holds = n != nullptr && (n->sequence || (n->arabic && !n->chinese && n->digits == 4 &&
                                                 n->decimals == 0 && n->characters == 4));
        break;
      case Type::kUnit:
        holds = std::find(c.words.begin(), c.words.end(), v.unit) != c.words.end();
        break;
      case Type::kDuration: holds = v.kind == UnitKind::kDuration; break;
      case Type::kMoney: holds = v.kind == UnitKind::kMoney; break;
      case Type::kCount: holds = v.kind == UnitKind::kCount; break;
    }
    if (holds == c.negated) return false;
  }
  return true;
}

UnitKind KindOf(std::string_view unit) {
  if (unit.empty()) return UnitKind::kNone;
  if (unit.size() == 3 && std::all_of(unit.begin(), unit.end(),
                                      [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return UnitKind::kMoney;
  }
  if (unit.starts_with("count:")) return UnitKind::kCount;
  if (unit == "percent" || unit == "percentage_point" || unit == "basis_point") {
    return UnitKind::kPercent;
  }
  return SecondsIn(unit) > 0 ? UnitKind::kDuration : UnitKind::kOther;
}

int64_t SecondsIn(std::string_view unit) {
  struct Length {
    std::string_view unit;
    int64_t seconds;
  };
  constexpr int64_t kDay = 86400;
  static constexpr Length kLengths[] = {
      {"second", 1},         {"minute", 60},         {"hour", 3600},         {"day", kDay},
      {"week", 7 * kDay},    {"month", 30 * kDay},   {"quarter", 91 * kDay}, {"year", 365 * kDay},
      {"decade", 3650 * kDay}, {"century", 36500 * kDay}};
  for (const Length& l : kLengths) {
    if (l.unit == unit) return l.seconds;
  }
  return 0;
}

void UnitTable::Add(std::string file, std::string_view text, std::vector<TableError>& errors) {
  const Table table = Table::Read(
      file, text, {"id", "surface", "unit", "factor", "side", "region", "guard"}, errors);
  const size_t slash = file.rfind('/');
  const std::string name = slash == std::string::npos ? file : file.substr(slash + 1);
  for (const Table::Row& row : table.rows()) {
    Unit unit;
    unit.id = table.Get(row, "id");
    unit.surface = table.Get(row, "surface");
    unit.unit = table.Get(row, "unit");
    unit.region = table.Get(row, "region");
    unit.rule = name + ":" + std::to_string(row.line);
    if (unit.surface.empty()) {
      errors.push_back(table.ErrorAt(row, "surface", "the surface is empty"));
      continue;
    }
    if (unit.unit.empty()) {
      errors.push_back(table.ErrorAt(row, "unit", "the unit is empty"));
      continue;
    }
    const auto factor = Decimal::Parse(table.Get(row, "factor"));
    if (!factor || factor->zero() || factor->negative()) {
      errors.push_back(table.ErrorAt(row, "factor", "not a positive decimal number"));
      continue;
    }
    unit.factor = *factor;
    const std::string& side = table.Get(row, "side");
    unit.prefix = side == "prefix" || side == "both";
    unit.suffix = side == "suffix" || side == "both";
    unit.per = side == "per";
    if (!unit.prefix && !unit.suffix && !unit.per) {
      errors.push_back(table.ErrorAt(row, "side", "not one of prefix, suffix, both, per"));
      continue;
    }
    const std::string& guard = table.Get(row, "guard");
    if (std::string problem = Guard::Parse(guard, unit.guard); !problem.empty()) {
      errors.push_back(table.ErrorAt(row, "guard", problem));
      continue;
    }
    if (unit.region == "-") unit.region.clear();
    unit.assumed = !unit.region.empty();
    unit.kind = KindOf(unit.unit);
    // One surface under one condition means one thing.
    for (const char side_key : {'p', 's', '/'}) {
      if (!(side_key == 'p' ? unit.prefix : side_key == 's' ? unit.suffix : unit.per)) continue;
      const auto [it, fresh] = meanings_.try_emplace(
          side_key + unit.surface + '\t' + unit.region + '\t' + guard,
          unit.unit + " in " + unit.rule);
      if (fresh) continue;
      errors.push_back(table.ErrorAt(row, "surface",
                                     "'" + unit.surface + "' already means " + it->second));
      break;
    }
    rows_.push_back(std::move(unit));
  }
}

void UnitTable::Finish() {
  by_first_.clear();
  by_last_.clear();
  per_.clear();
  for (uint32_t i = 0; i < rows_.size(); ++i) {
    const Unit& u = rows_[i];
    if (u.suffix) by_first_[CodePointAt(u.surface, 0)].push_back(i);
    if (u.prefix) by_last_[CodePointBefore(u.surface, u.surface.size())].push_back(i);
    if (u.per) per_[CodePointAt(u.surface, 0)].push_back(i);
  }
  // The longest surface first; of equal ones those with a region or guard; then table order.
  auto order = [this](uint32_t a, uint32_t b) {
    const Unit &x = rows_[a], &y = rows_[b];
    if (x.surface.size() != y.surface.size()) return x.surface.size() > y.surface.size();
    if (x.surface != y.surface) return x.surface < y.surface;
    const int rank_x = (x.region.empty() ? 0 : 2) + (x.guard.empty() ? 0 : 1);
    const int rank_y = (y.region.empty() ? 0 : 2) + (y.guard.empty() ? 0 : 1);
    return rank_x != rank_y ? rank_x > rank_y : a < b;
  };
  for (auto* map : {&by_first_, &by_last_, &per_}) {
    for (auto& [c, list] : *map) std::sort(list.begin(), list.end(), order);
  }
}

const Unit* UnitTable::Suffix(std::string_view text, size_t at, size_t number_begin,
                              const Numeral& numeral, std::string_view place,
                              const Unit* larger) const {
  if (at >= text.size()) return nullptr;
  auto it = by_first_.find(CodePointAt(text, at));
  if (it == by_first_.end()) return nullptr;
  GuardView view;
  view.text = text;
  view.begin = number_begin;
  view.numeral = &numeral;
  view.compound = larger != nullptr;
  for (uint32_t i : it->second) {
    const Unit& u = rows_[i];
    if (!StandsAt(text, at, u.surface)) continue;
    if (!u.region.empty() && u.region != place) continue;
    if (larger != nullptr && u.kind != larger->kind) continue;
    view.end = at + u.surface.size();
    if (IsAsciiLetter(static_cast<unsigned char>(u.surface.back())) && view.end < text.size()) {
      const char32_t next = CodePointAt(text, view.end);
      if (IsAsciiLetter(next) || IsAsciiDigit(next)) continue;
    }
    if (u.guard.Holds(view)) return &u;
  }
  return nullptr;
}

const Unit* UnitTable::Prefix(std::string_view text, size_t end, std::string_view place) const {
  if (end == 0) return nullptr;
  auto it = by_last_.find(CodePointBefore(text, end));
  if (it == by_last_.end()) return nullptr;
  for (uint32_t i : it->second) {
    const Unit& u = rows_[i];
    if (!EndsAt(text, end, u.surface)) continue;
    if (!u.region.empty() && u.region != place) continue;
    const size_t begin = end - u.surface.size();
    if (IsAsciiLetter(static_cast<unsigned char>(u.surface[0])) &&
        IsAsciiLetter(CodePointBefore(text, begin))) {
      continue;
    }
    GuardView view;
    view.text = text;
    view.begin = begin;
    view.end = end;
    if (u.guard.Holds(view)) return &u;
  }
  return nullptr;
}

const Unit* UnitTable::PerOnly(std::string_view text, size_t at) const {
  if (at >= text.size()) return nullptr;
  auto it = per_.find(CodePointAt(text, at));
  if (it == per_.end()) return nullptr;
  for (uint32_t i : it->second) {
    const Unit& u = rows_[i];
    if (!StandsAt(text, at, u.surface)) continue;
    const size_t end = at + u.surface.size();
    if (IsAsciiLetter(static_cast<unsigned char>(u.surface.back())) && end < text.size() &&
        IsAsciiLetter(CodePointAt(text, end))) {
      continue;
    }
    return &u;
  }
  return nullptr;
}

const Unit* UnitTable::Per(std::string_view text, size_t at) const {
  if (const Unit* u = PerOnly(text, at)) return u;
  if (at >= text.size()) return nullptr;
  auto it = by_first_.find(CodePointAt(text, at));
  if (it == by_first_.end()) return nullptr;
  for (uint32_t i : it->second) {
    const Unit& u = rows_[i];
    if (u.region.empty() && u.kind != UnitKind::kMoney && u.kind != UnitKind::kPercent &&
        StandsAt(text, at, u.surface)) {
      return &u;
    }
  }
  return nullptr;
}

}  // namespace hanfact::normalize
