#include "extract/quantities.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "extract/number_rules.h"
#include "normalize/by_character.h"
#include "normalize/number_words.h"
#include "normalize/numeral.h"
#include "normalize/unit.h"

namespace hanfact::extract {
namespace {

using normalize::ByCharacter;
using normalize::Guard;
using normalize::GuardView;
using normalize::NumberWord;
using normalize::NumberWords;
using normalize::Numeral;
using normalize::NumeralKind;
using normalize::ReadNumeral;
using normalize::StartsNumeral;
using normalize::Unit;
using normalize::UnitKind;
using normalize::UnitTable;

// A number with what belongs to it, before hedges and neighbours are looked at.
struct Item {
  size_t begin = 0, end = 0;            // with sign, currency and unit
  size_t number_begin = 0, number_end = 0;
  Numeral numeral;
  Decimal low, high;
  Bound bound = Bound::kExact;
  Decimal precision;
  const Unit* unit = nullptr;
  std::string unit_id;
  std::string rule;
  bool assumed = false;
  bool has_unit = false;
};

enum class ItemState {
  kNone,     // no number: go on behind `end`
  kGuarded,  // a number that is no amount
  kFound,
};

class Scanner {
 public:
  Scanner(const NumberRules& rules, std::string_view text, const NumberContext& context,
          std::vector<Mention>& out)
      : rules_(rules), text_(text), out_(out), first_(out.size()) {
    place_ = context.region;
    static constexpr std::array<std::string_view, 5> kPlaces = {"CN", "HK", "MO", "SG", "TW"};
    if (std::find(kPlaces.begin(), kPlaces.end(), place_) == kPlaces.end()) {
      place_ = context.script == Script::kHant ? "Hant" : "Hans";
    }
  }

  void Run() {
    const size_t n = text_.size();
    out_.reserve(out_.size() + n / 64);  // a mention is large to move
    size_t at = 0;
    while (at < n) {
      const auto lead = static_cast<unsigned char>(text_[at]);
      if (lead < 0x80) {
        if (lead < '0' || lead > '9') {
          ++at;
          continue;
        }
      } else if (lead < 0xE0 || lead >= 0xF0) {
        at += CodePointLength(text_[at]);
        continue;
      } else {
        // Three bytes, decoded here: this is done for every character.
        const uint32_t c = (lead & 0x0Fu) << 12 |
                           (static_cast<unsigned char>(text_[at + 1]) & 0x3Fu) << 6 |
                           (static_cast<unsigned char>(text_[at + 2]) & 0x3Fu);
        if (!rules_.starts[c]) {
          at += 3;
          continue;
        }
      }
      at = std::max(Candidate(at), at + 1);
    }
  }

 private:
  // --- text helpers ---
  template <size_t N>
  bool At(size_t at, const char (&with)[N]) const {
    return StandsAt(text_, at, with);
  }
  bool At(size_t at, std::string_view with) const { return StandsAt(text_, at, with); }
  template <size_t N>
  bool Before(size_t end, const char (&with)[N]) const {
    return EndsAt(text_, end, with);
  }
  bool Before(size_t end, std::string_view with) const { return EndsAt(text_, end, with); }
  char32_t Next(size_t at) const { return at < text_.size() ? CodePointAt(text_, at) : 0; }
  char32_t Previous(size_t at) const { return CodePointBefore(text_, at); }
  bool DigitAt(size_t at) const { return at < text_.size() && IsAsciiDigit(Byte(at)); }
  char32_t Byte(size_t at) const { return static_cast<unsigned char>(text_[at]); }
  static bool OneOf(char32_t c, std::u32string_view set) {
    return c != 0 && set.find(c) != std::u32string_view::npos;
  }

  // --- emitting ---
  void EmitPlain(size_t begin, size_t end, const Decimal& value, std::string rule) {
    Mention m;
    m.span = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
    m.number_span = m.span;
    m.type = MentionType::kNumber;
    m.rule = std::move(rule);
    m.quantity.value = value;
    out_.push_back(std::move(m));
    floor_ = end;
    list_.clear();
  }

  // All digit runs of [begin, end) as plain numbers.
  size_t EmitDigits(size_t begin, size_t end, const std::string& rule) {
    for (size_t i = begin; i < end;) {
      if (!DigitAt(i)) {
        ++i;
        continue;
      }
      size_t j = i;
      while (j < end && DigitAt(j)) ++j;
      size_t k = i;
      while (k + 1 < j && text_[k] == '0') ++k;
      // A longer run is no number anyone computes with: its first digits stand for it.
      const auto value = Decimal::Parse(text_.substr(k, std::min<size_t>(j - k, 38)));
      EmitPlain(i, j, value.value_or(Decimal(0)), rule);
      i = j;
    }
    return end;
  }

  // --- one candidate; returns where to go on ---
  size_t Candidate(size_t at) {
    const char32_t c = CodePointAt(text_, at);
    if (IsAsciiDigit(c)) {
      if (const size_t end = AsciiGuard(at)) return end;
    } else {
      if (const size_t end = WordGuard(at, c)) return end;
      if (c == U'半') return Half(at);
      if (c == U'翻') return Doubling(at);
      if (c == U'对') return HalfPrice(at);
    }
    if (IsAsciiDigit(c)) {
      // .5 without its zero
      if (at > floor_ && text_[at - 1] == '.' &&
          (at == 1 || OneOf(Previous(at - 1), U"- (~") || Previous(at - 1) == '\n')) {
        --at;
      }
      if (const size_t end = Quotient(at)) return end;
    }
    Item item;
    const ItemState state = ReadItem(at, item);
    if (state == ItemState::kNone) return item.end;
    if (state == ItemState::kGuarded) {
      EmitPlain(item.number_begin, item.number_end, item.low, item.rule);
      return item.number_end;
    }
    return Finish(item);
  }

  // --- guards ---
  size_t WordGuard(size_t at, char32_t c) {
    // The characters beside the numeral rule out nearly all of the words.
    const char32_t before = Previous(at), behind = Next(at + CodePointLength(text_[at]));
    if (!rules_.neighbours.MayBeWord(c, before, behind)) return 0;
    auto it = rules_.words_by_numeral.find(c);
    if (it == rules_.words_by_numeral.end()) return 0;
    for (const NumeralInWord& numeral : it->second) {
      if (numeral.before != 0 && numeral.before != before) continue;
      if (numeral.behind != 0 && numeral.behind != behind) continue;
      if (numeral.offset > at || at - numeral.offset < floor_) continue;
      const GuardWord& word = rules_.words[numeral.word];
      const size_t begin = at - numeral.offset;
      if (!At(begin, word.surface)) continue;
      GuardView view;
      view.text = text_;
      view.begin = begin;
      view.end = begin + word.surface.size();
      if (!word.guard.Holds(view)) continue;
      return view.end;
    }
    return 0;
  }

  bool IsTokenByte(char32_t b) const {
    return IsAsciiLetter(b) || IsAsciiDigit(b) || b == '.' || b == '_' || b == '-' || b == '/' ||
           b == ':' || b == '@' || b == '#' || b == '?' || b == '&' || b == '=' || b == '%' ||
           b == '+' || b == '~';
  }

  // Digits inside addresses, codes, versions, names: emitted as plain numbers. Returns the end of
  // what was dealt with, 0 for none.
  size_t AsciiGuard(size_t at) {
    const size_t n = text_.size();
    // The run of address characters around the digit, as far as it is of interest.
    if (token_end_ <= at) {
      size_t b = at, e = at;
      while (b > token_end_ && b > floor_ && IsTokenByte(Byte(b - 1))) --b;
      while (e < n && IsTokenByte(Byte(e))) ++e;
      token_begin_ = b;
      token_end_ = e;
      const std::string_view token = text_.substr(b, e - b);
      token_is_address_ = token.find("://") != std::string_view::npos ||
                          token.starts_with("www.") || token.find('@') != std::string_view::npos;
    }
    if (token_is_address_) return EmitDigits(at, token_end_, "guard:address");

    size_t end = at;
    while (DigitAt(end)) ++end;
    const char32_t before = Previous(at);
    // Groups of digits.
    if (end < n && text_[end] == '.' && DigitAt(end + 1)) {
      size_t second = end + 1;
      while (DigitAt(second)) ++second;
      if (second < n && text_[second] == '.' && DigitAt(second + 1)) {
        size_t e = second;
        while (e < n && (DigitAt(e) || (text_[e] == '.' && DigitAt(e + 1)))) ++e;
        return EmitDigits(at, e, "guard:version");
      }
    }
    if (const size_t e = DigitGroups(at, end)) return e;
    // 1,2万亿: a comma that parts neither thousands nor members of a list.
    if (end - at <= 3 && before != ',' && end < n && text_[end] == ',' && DigitAt(end + 1)) {
      size_t e = end + 1;
      while (DigitAt(e)) ++e;
      if (e - end - 1 != 3 && !At(e, ",") && (At(e, "万") || At(e, "亿") || At(e, "兆"))) {
        return EmitDigits(at, e, "guard:separators");
      }
    }
    if (end < n && text_[end] == ':' && DigitAt(end + 1) && !DigitAt(at - (at > 0 ? 1 : 0))) {
      size_t e = end;
      while (e < n && (DigitAt(e) || (text_[e] == ':' && DigitAt(e + 1)))) ++e;
      return EmitDigits(at, e, "guard:score");
    }
    // Letters right before: H100, GPT-4, R1. A currency code is no name (US$, RMB).
    const bool dash_name = before == '-' && at >= 2 && IsAsciiLetter(Previous(at - 1));
    // EPS1.1元: a measure in capitals, and what it is.
    const bool measured = IsAsciiLetter(before) && BehindCapitals(at);
    const bool joined = (IsAsciiLetter(before) && !measured && !BehindTimes(at)) || before == '_' ||
                        before == '#' || dash_name;
    if (joined && at > floor_ && rules_.units.Prefix(text_, at, place_) == nullptr &&
        !(dash_name && rules_.units.Prefix(text_, at - 1, place_) != nullptr)) {
      size_t e = end;
      while (e < n && (DigitAt(e) || (text_[e] == '.' && DigitAt(e + 1)))) ++e;
      // A letter between digits goes with the name (R1V2); a unit behind blank does not.
      return EmitDigits(at, e, "guard:name");
    }
    // 600519.SH, 7584-TW.
    if (end - at >= 4 && end - at <= 6 && end < n && (text_[end] == '.' || text_[end] == '-') &&
        IsAsciiLetter(Next(end + 1)) && Byte(end + 1) <= 'Z') {
      return EmitDigits(at, end, "guard:code");
    }
    return 0;
  }

  // 162.3x|75.1x8.4mm: whether a number that is no part of a name and the sign of sides stand in
  // front.
  bool BehindTimes(size_t at) const {
    if (at < 2 || !IsTimesSign(text_.substr(at - 1, 1)) || out_.empty()) return false;
    const Mention& last = out_.back();
    return last.span.end == at - 1 && !last.rule.starts_with("guard:");
  }

  // Whether a decimal of money or percent stands right behind two capitals or more, and no other
  // letter or digit in front of those: EPS1.1元, 甲芯-KY50.89元.
  bool BehindCapitals(size_t at) const {
    constexpr size_t kFewest = 2, kMost = 4;
    size_t begin = at;
    while (begin > floor_ && text_[begin - 1] >= 'A' && text_[begin - 1] <= 'Z') --begin;
    if (at - begin < kFewest || at - begin > kMost) return false;
    const char32_t before = Previous(begin);
    if (IsAsciiLetter(before) || IsAsciiDigit(before)) return false;
    size_t end = at;
    while (DigitAt(end)) ++end;
    if (end >= text_.size() || text_[end] != '.' || !DigitAt(end + 1)) return false;
    for (++end; DigitAt(end);) ++end;
    return At(end, "元") || At(end, "%");
  }

  // 400-050-0827, 2025-02-27, 2025/2/27: three groups and more, or two where one opens with 0.
  size_t DigitGroups(size_t at, size_t end) {
    const size_t n = text_.size();
    if (end >= n || (text_[end] != '-' && text_[end] != '/') || !DigitAt(end + 1)) return 0;
    const char sign = text_[end];
    size_t e = end, groups = 1;
    bool zero = text_[at] == '0' && end - at > 2;
    size_t longest = end - at;
    while (e < n && groups < 8 && text_[e] == sign && DigitAt(e + 1)) {
      size_t j = e + 1;
      while (DigitAt(j)) ++j;
      longest = std::max(longest, j - e - 1);
      ++groups;
      e = j;
    }
    if (e < n && text_[e] == '.' && DigitAt(e + 1)) return 0;  // 3-5.5
    if (groups >= 3 && sign == '-') return EmitDigits(at, e, "guard:groups");
    if (groups == 3 && sign == '/' && end - at == 4 && (text_[at] == '1' || text_[at] == '2') &&
        e - end <= 6) {
      return EmitDigits(at, e, "guard:groups");  // 2025/2/27
    }
    if (groups == 2 && sign == '-' && zero && longest >= 6) {
      return EmitDigits(at, e, "guard:groups");  // 010-12345678
    }
    return 0;
  }

  const GuardWord* WordBefore(size_t begin) const {
    size_t at = begin;
    for (int i = 0; i < 2 && at > floor_; ++i) {
      const char32_t c = Previous(at);
      if (c != ':' && c != ' ' && c != '(' && c != U'“') break;
      at = PreviousBorder(text_, at);
    }
    if (at == 0) return nullptr;
    auto it = rules_.before_by_last.find(Previous(at));
    if (it == rules_.before_by_last.end()) return nullptr;
    for (uint32_t index : it->second) {
      const GuardWord& word = rules_.words[index];
      if (!Before(at, word.surface) || at - word.surface.size() < floor_) continue;
      GuardView view;
      view.text = text_;
      view.begin = at - word.surface.size();
      view.end = at;
      if (IsAsciiLetter(static_cast<unsigned char>(word.surface[0])) &&
          IsAsciiLetter(Previous(view.begin))) {
        continue;
      }
      if (word.guard.Holds(view)) return &word;
    }
    return nullptr;
  }

  const GuardWord* WordAfter(size_t begin, size_t end, const Numeral& numeral) const {
    auto it = end < text_.size() ? rules_.after_by_first.find(CodePointAt(text_, end))
                                 : rules_.after_by_first.end();
    if (it == rules_.after_by_first.end()) return nullptr;
    for (uint32_t index : it->second) {
      const GuardWord& word = rules_.words[index];
      if (!At(end, word.surface)) continue;
      GuardView view;
      view.text = text_;
      view.begin = begin;
      view.end = end + word.surface.size();
      view.numeral = &numeral;
      if (word.guard.Holds(view)) return &word;
    }
    return nullptr;
  }

  // The bytes of a slash at `at` that a digit follows; 0 for none. The view writes ½ as 1⁄2.
  size_t SlashAt(size_t at) const {
    const size_t length = At(at, "/") ? 1 : At(at, "⁄") ? 3 : 0;
    return length != 0 && DigitAt(at + length) ? length : 0;
  }

  // 3/5, 1 4/3, 2^5: a plain number, where neither a unit nor a further member follows; ¾ takes
  // its unit, since no list (3/4月) is written so.
  size_t Quotient(size_t at) {
    size_t a_end = at;
    while (DigitAt(a_end)) ++a_end;
    size_t whole_end = 0, from = at;
    if (At(a_end, " ") && DigitAt(a_end + 1)) {  // 1 4/3
      size_t e = a_end + 1;
      while (DigitAt(e)) ++e;
      if (SlashAt(e) != 0) {
        whole_end = a_end;
        from = a_end + 1;
        a_end = e;
      }
    }
    const bool power = At(a_end, "^") || (At(a_end, ".") && whole_end == 0);
    const size_t slash = power ? 0 : SlashAt(a_end);
    if (!power && slash == 0) return 0;
    const bool one_character = slash == 3;
    std::optional<Decimal> value;
    size_t end = a_end;
    if (power) {
      auto base = ReadNumeral(text_, at);
      if (!base || base->chinese || base->end >= text_.size() || text_[base->end] != '^') return 0;
      end = base->end + 1;
      const bool minus = At(end, "-");
      if (minus) ++end;
      int exponent = 0;
      const size_t digits = end;
      while (DigitAt(end) && end - digits < 3) exponent = exponent * 10 + (text_[end++] - '0');
      if (end == digits || exponent > 60) return 0;
      value = Decimal(1);
      for (int i = 0; i < exponent && value; ++i) value = value->Multiply(base->low);
      if (minus && value) value = Decimal(1).Divide(*value);
    } else {
      end = a_end + slash;
      while (DigitAt(end)) ++end;
      if (!one_character) {
        if (At(end, "/") || At(end, ".") || At(end, "%") || At(end, "-")) return 0;
        Numeral probe;
        probe.arabic = true;
        if (rules_.units.Suffix(text_, end, at, probe, place_) != nullptr) return 0;
        if (OneOf(Next(end), U"万亿兆千百十多余")) return 0;
      }
      auto a = Decimal::Parse(text_.substr(from, a_end - from));
      auto b = Decimal::Parse(text_.substr(a_end + slash, end - a_end - slash));
      if (!a || !b || b->zero()) return 0;
      if (whole_end != 0) {
        auto whole = Decimal::Parse(text_.substr(at, whole_end - at));
        auto add = whole ? whole->Multiply(*b) : whole;
        a = add ? a->Add(*add) : add;
        if (!a) return 0;
      }
      value = a->Divide(*b);
    }
    if (!value) return 0;
    size_t begin = at;
    const char32_t before = at > 0 ? Previous(at) : 0;
    if (before == '-' && at > floor_ && !IsAsciiLetter(Previous(at - 1)) &&
        !IsAsciiDigit(Previous(at - 1))) {
      value = value->Negated();
      --begin;
    }
    // 超过1/3, 近2/3, 全省的1/3: a share, as in words.
    Item item;
    item.begin = item.number_begin = at;
    item.end = item.number_end = end;
    item.low = item.high = begin < at ? value->Negated() : *value;
    item.numeral.kind = NumeralKind::kFraction;
    item.numeral.arabic = true;
    item.numeral.low = item.numeral.high = item.low;
    if (one_character) {
      item.numeral.kind = NumeralKind::kPlain;
      item.numeral.end = static_cast<uint32_t>(end);
      Suffixes(item);
      if (item.has_unit) return Finish(item);
    }
    if (!power && begin == at) {
      SetRatio(item);
      const bool of_whole = before == U'的' && item.low < Decimal(1) && !IsHan(Next(end));
      if (of_whole || HedgeBefore(item).hedge != nullptr || HedgeAfter(item).hedge != nullptr) {
        return Finish(item);
      }
    }
    EmitPlain(begin, end, *value, "");
    return end;
  }

  // --- numbers made of 半, 翻, 对折 ---
  size_t Half(size_t at) {
    const size_t after = at + 3;
    const char32_t before = at > floor_ ? Previous(at) : 0;
    Numeral half;
    half.low = half.high = Decimal::Scaled(5, -1);
    half.chinese = true;
    half.characters = 1;
    half.decimals = 1;
    half.end = static_cast<uint32_t>(after);
    Item item;
    item.number_begin = item.begin = at;
    item.number_end = item.end = after;
    item.numeral = half;
    item.low = item.high = half.low;
    if (At(after, "百") && !At(after, "百分") && before != U'多') {
      item.number_end = item.end = after + 3;
      item.low = item.high = 50;
      item.numeral.low = item.numeral.high = 50;
      item.numeral.characters = 2;
      return Finish(item);
    }
    if (At(after, "数") && before != U'多' && before != U'大') {
      item.number_end = item.end = after + 3;
      SetRatio(item);
      return Finish(item);
    }
    if (At(after, "折")) {
      item.number_end = item.end = after + 3;
      item.low = item.high = 50;
      item.unit_id = "percent";
      item.has_unit = true;
      return Finish(item);
    }
    if (words_.Is(NumberWord::kHalfRatioBefore, before) && !IsHan(Next(after)) && !Before(at, "超过")) {
      SetRatio(item);
      return Finish(item);
    }
    if (words_.Is(NumberWord::kHalfInWordBefore, before)) return after;
    size_t unit_at = after;
    const Unit* unit = rules_.units.Suffix(text_, unit_at, at, half, place_);
    if (unit == nullptr) return after;
    const bool takes = unit->kind == UnitKind::kDuration || unit->unit == "percent" ||
                       unit->unit == "percentage_point" || IsDozen(*unit) ||
                       (unit->kind == UnitKind::kOther && unit->unit != "multiple");
    if (!takes || At(unit_at, "年报") || At(unit_at, "年度")) return after;
    SetUnit(item, *unit, unit_at + unit->surface.size());
    return Finish(item);
  }

  // 打: a number of things, of which there are halves.
  static bool IsDozen(const Unit& unit) {
    return unit.kind == UnitKind::kCount && unit.factor > Decimal(1);
  }

  static void SetRatio(Item& item) {
    item.unit_id = "ratio";
    item.has_unit = true;
    item.precision = 0;
  }

  // 翻番, 翻一番, 翻了两番, 翻倍: two to the power of it.
  size_t Doubling(size_t at) {
    size_t i = at + 3;
    if (At(i, "了")) i += 3;
    Item item;
    item.begin = item.number_begin = at;
    item.unit_id = "multiple";
    item.has_unit = true;
    item.numeral.chinese = true;
    item.numeral.characters = 2;
    int64_t power = 1;
    if (At(i, "番") || At(i, "倍")) {
      item.end = i + 3;
    } else if (StartsNumeral(Next(i))) {
      auto numeral = ReadNumeral(text_, i);
      if (!numeral || !At(numeral->end, "番") || numeral->low != numeral->high) return at + 3;
      const auto n = numeral->low.ToInt64();
      if (!n || *n < 1 || *n > 30) return at + 3;
      power = *n;
      item.end = numeral->end + 3;
    } else {
      return at + 3;
    }
    item.number_end = item.end;
    item.low = item.high = Decimal(int64_t{1} << power);
    return Finish(item);
  }

  // 打对折
  size_t HalfPrice(size_t at) {
    if (!At(at, "对折") || !Before(at, "打")) return at + 3;
    Item item;
    item.begin = item.number_begin = at;
    item.end = item.number_end = at + 6;
    item.low = item.high = 50;
    item.unit_id = "percent";
    item.has_unit = true;
    return Finish(item);
  }

  // --- one number and its unit ---
  void SetUnit(Item& item, const Unit& unit, size_t end) {
    item.unit = &unit;
    item.unit_id = unit.unit;
    item.rule = unit.rule;
    item.assumed = unit.assumed;
    item.has_unit = true;
    item.end = end;
    Scale(item, unit.factor);
  }

  static void Scale(Item& item, const Decimal& factor) {
    if (factor == Decimal(1)) return;
    item.low = item.low.Multiply(factor).value_or(item.low);
    item.high = item.high.Multiply(factor).value_or(item.high);
    item.precision = item.precision.Multiply(factor).value_or(item.precision);
  }

  // Reads the number that begins at `at`, its sign, currency and unit. Neither hedges nor ranges.
  ItemState ReadItem(size_t at, Item& item) {
    item.begin = item.number_begin = at;
    item.end = at + CodePointLength(text_[at]);
    auto numeral = ReadNumeral(text_, at);
    if (!numeral) {
      size_t e = at;
      while (DigitAt(e)) ++e;
      if (e > at) {
        item.number_end = item.end = e;
        item.low = 0;
        item.rule = "guard:code";
        return ItemState::kGuarded;
      }
      return ItemState::kNone;
    }
    item.numeral = *numeral;
    OneOrTwo(item.numeral, at);
    Numeral& n = item.numeral;
    item.number_end = item.end = n.end;
    item.low = n.low;
    item.high = n.high;
    item.bound = n.bound;
    item.precision = n.precision;
    Suffixes(item);
    return ItemState::kFound;
  }

  // 一两个, 一两天: one or two, where 两 is not the weight.
  void OneOrTwo(Numeral& n, size_t at) const {
    if (n.arabic || n.characters != 1 || n.low != Decimal(1) || !At(n.end, "两") ||
        rules_.units.Suffix(text_, n.end, at, n, place_) != nullptr) {
      return;
    }
    Numeral two = n;
    two.high = Decimal(2);
    two.end = n.end + 3;
    two.characters = 2;
    two.bound = Bound::kRange;
    if (rules_.units.Suffix(text_, two.end, at, two, place_) != nullptr || At(two.end, "个")) {
      n = two;
    }
  }

  // 15K, -2.5 M: only where no unit is meant.
  void LatinMagnitude(Item& item) {
    const bool percent = item.numeral.kind == NumeralKind::kPercent;
    if (!item.numeral.arabic || (item.numeral.chinese && !percent)) return;
    size_t p = item.end;
    if (At(p, " ") && (At(p + 1, "M") || At(p + 1, "K") || At(p + 1, "k"))) ++p;
    if (p >= text_.size()) return;
    const char c = text_[p];
    const char32_t next = Next(p + 1);
    if (IsAsciiLetter(next) || IsAsciiDigit(next) || next == '/') return;
    int power = 0;
    if (c == 'k' || c == 'K') {
      power = 3;
      if (item.numeral.low <= Decimal(8) && item.numeral.decimals == 0 &&
          !words_.Is(NumberWord::kLatinMagnitudeBehind, next)) {
        return;  // 4K, 8K screens
      }
    } else if (c == 'M') {
      power = 6;
      if (IsHan(next)) return;
    } else if ((c == 'w' || c == 'W') && p == item.end) {
      if (!words_.Is(NumberWord::kLatinWanBehind, next)) return;  // else watts
      power = 4;
    }
    if (power == 0) return;
    Scale(item, Decimal::PowerOfTen(power));
    item.number_end = item.end = p + 1;
    item.numeral.scale = Decimal::PowerOfTen(power);
    if (c == 'k') SpokenPay(item);
  }

  // 15k左右 and nothing more: how pay is spoken of.
  void SpokenPay(Item& item) {
    const size_t hedge = words_.At(NumberWord::kPayBehind, text_, item.end);
    if (hedge != 0 && !IsHan(Next(item.end + hedge))) AssumeCurrency(item);
  }

  // The bare 元 of the place, where the words leave even that out.
  void AssumeCurrency(Item& item) {
    const Unit* unit = rules_.units.Suffix("元", 0, 0, item.numeral, place_);
    if (unit == nullptr || unit->kind != UnitKind::kMoney) return;
    item.unit = unit;
    item.unit_id = unit->unit;
    item.rule = unit->rule;
    item.assumed = true;
    item.has_unit = true;
  }

  // 肆佰叁拾万: the characters of cheques and contracts stand for money.
  void FormalAmount(Item& item) {
    if (item.has_unit || !item.numeral.chinese || item.numeral.arabic || item.numeral.bare ||
        item.numeral.kind != NumeralKind::kPlain || item.numeral.characters < 3 ||
        IsHan(Next(item.end))) {
      return;
    }
    size_t formal = 0;
    for (size_t i = item.number_begin; i < item.number_end; i += CodePointLength(text_[i])) {
      const char32_t c = CodePointAt(text_, i);
      if (words_.Is(NumberWord::kFormalDigit, c)) {
        ++formal;
      } else if (!words_.Is(NumberWord::kFormalOther, c)) {
        return;
      }
    }
    if (formal >= 2) AssumeCurrency(item);
  }

  // Whether Han digits read off one by one may be a code or a year (一二五部, 二〇二五家电展), not
  // an amount: papers of Taiwan print 九八九九亿元, 一五八五元 and 二三一五口.
  bool MayBeCode(const Numeral& n, const Unit& unit) const {
    if (n.scale != Decimal(1) || n.decimals > 0) return false;
    if (unit.kind == UnitKind::kPercent || unit.kind == UnitKind::kMoney) return false;
    constexpr uint32_t kShortest = 3, kYear = 4;
    const bool year = n.characters == kYear && !(n.low < Decimal(1900)) && n.low < Decimal(2100);
    return place_ != "TW" || unit.kind != UnitKind::kCount || n.characters < kShortest || year;
  }

  // Unit, half, 多 behind the number.
  void Suffixes(Item& item) {
    Numeral& n = item.numeral;
    if (n.kind == NumeralKind::kPercent) {
      item.unit_id = "percent";
      item.has_unit = true;
      LatinMagnitude(item);
      return;
    }
    if (n.kind == NumeralKind::kFraction) {
      SetRatio(item);
      return;
    }
    if (n.low == Decimal(1) && n.characters == 1 && n.chinese && At(n.end, "半") &&
        !words_.Is(NumberWord::kOneHalfNotBehind, Next(n.end + 3))) {
      item.low = item.high = Decimal::Scaled(5, -1);  // 一半
      item.number_end = item.end = n.end + 3;
      SetRatio(item);
      return;
    }
    LatinMagnitude(item);
    if (item.has_unit) return;
    size_t p = item.end;
    // 三个半小时, 两个多月: the part between goes to the value, the rest is the unit's name.
    bool half = false, more = false;
    const Unit* unit = nullptr;
    size_t unit_end = 0;
    if (At(p, "个半") || At(p, "个多") || At(p, "个余")) {
      const std::string name = "个" + std::string(text_.substr(p + 6, 24));
      unit = FindUnit(name, 0, 0, n);
      const bool swallowed = unit != nullptr && unit->surface.size() > 3;
      if (unit == nullptr || !swallowed) {
        unit = rules_.units.Suffix(text_, p + 6, item.begin, n, place_);
        unit_end = unit == nullptr ? 0 : p + 6 + unit->surface.size();
      } else {
        unit_end = p + 6 + unit->surface.size() - 3;
      }
      if (unit != nullptr && unit->kind == UnitKind::kDuration) {
        half = At(p, "个半");
        more = !half;
      } else {
        unit = nullptr;
      }
    }
    if (unit == nullptr) {
      size_t q = p;
      if (At(q, " ") && IsAsciiLetter(Next(q + 1))) ++q;
      unit = rules_.units.Suffix(text_, q, item.begin, n, place_);
      if (unit != nullptr) unit_end = q + unit->surface.size();
    }
    if (unit == nullptr) {
      FormalAmount(item);
      return;
    }
    if (n.sequence && MayBeCode(n, *unit)) return;
    if (half) {
      item.low = item.low.Add(Decimal::Scaled(5, -1)).value_or(item.low);
      item.high = item.high.Add(Decimal::Scaled(5, -1)).value_or(item.high);
      item.precision = Decimal::Scaled(5, -1);
    }
    if (more) item.bound = Bound::kMoreThan;
    SetUnit(item, *unit, unit_end);
    const Decimal& step = unit->factor;
    // 三年半, 两成半
    if (!half && !more && At(item.end, "半") &&
        (unit->kind != UnitKind::kCount || IsDozen(*unit)) &&
        unit->kind != UnitKind::kMoney &&
        !words_.Is(NumberWord::kHalfNotBehind, Next(item.end + 3))) {
      const Decimal add = step.Multiply(Decimal::Scaled(5, -1)).value_or(Decimal(0));
      item.low = item.low.Add(add).value_or(item.low);
      item.high = item.high.Add(add).value_or(item.high);
      item.precision = add;
      item.end += 3;
    } else if (!more && At(item.end, "多") && unit->kind != UnitKind::kCount &&
               !words_.Is(NumberWord::kMoreNotBehind, Next(item.end + 3))) {
      if (item.bound == Bound::kExact) item.bound = Bound::kMoreThan;
      item.end += 3;
    }
    PerUnit(item);
    Compound(item);
    Tail(item);
  }

  // 一米八, 1米75, 三十七度五: the digits behind the unit are its tenths and hundredths.
  void Tail(Item& item) const {
    if (item.unit == nullptr || item.low != item.high || item.numeral.decimals != 0 ||
        item.unit->kind == UnitKind::kCount ||
        (item.unit->kind == UnitKind::kDuration && item.unit->unit != "second")) {
      return;
    }
    size_t end = item.end;
    std::string digits;
    while (end < text_.size() && digits.size() < 3) {
      const char32_t c = CodePointAt(text_, end);
      const int d = IsAsciiDigit(c) ? static_cast<int>(c - U'0') : normalize::HanDigit(c);
      if (d < 0) break;
      digits += static_cast<char>('0' + d);
      end += CodePointLength(text_[end]);
    }
    if (digits.empty()) return;
    for (const UnitTail& tail : rules_.tails) {
      if (digits.size() > tail.digits || !Before(item.end, tail.surface) ||
          tail.surface != item.unit->surface) {
        continue;
      }
      GuardView view;
      view.text = text_;
      view.begin = item.begin;
      view.end = end;
      view.numeral = &item.numeral;
      view.kind = item.unit->kind;
      view.unit = item.unit_id;
      if (!tail.guard.Holds(view)) continue;
      const auto tenths = Decimal::Parse("0." + digits);
      const auto part = tenths ? tenths->Multiply(item.unit->factor) : tenths;
      const auto sum = part ? item.low.Add(*part) : part;
      if (!sum) return;
      item.low = item.high = *sum;
      item.precision = item.unit->factor.Shifted(-static_cast<int>(digits.size()));
      item.end = end;
      return;
    }
  }

  const Unit* FindUnit(std::string_view text, size_t at, size_t begin, const Numeral& n) const {
    return rules_.units.Suffix(text, at, begin, n, place_);
  }

  // 元/股, 美元每桶, 万辆/年
  void PerUnit(Item& item) {
    if (item.unit == nullptr) return;
    const UnitKind kind = item.unit->kind;
    if (kind == UnitKind::kPercent || kind == UnitKind::kDuration) return;
    size_t p = item.end;
    bool each = false;
    if (At(p, "/")) {
      p += 1;
    } else if (At(p, "每")) {
      p += 3;
      each = true;
    } else {
      return;
    }
    const Unit* per = each ? rules_.units.PerOnly(text_, p) : rules_.units.Per(text_, p);
    if (per == nullptr) return;
    item.unit_id += "/" + PerName(*per);
    item.end = p + per->surface.size();
  }

  static std::string PerName(const Unit& per) {
    return per.unit.starts_with("count:") ? per.unit.substr(6) : per.unit;
  }

  // 5元3角, 8天20小时: one amount in its smallest unit.
  void Compound(Item& item) {
    while (item.unit != nullptr && item.low == item.high &&
           (item.unit->kind == UnitKind::kMoney || item.unit->kind == UnitKind::kDuration) &&
           item.unit_id == item.unit->unit) {
      size_t p = item.end;
      const bool time = item.unit->kind == UnitKind::kDuration;
      if (time && (At(p, "又") || At(p, "零") || At(p, "余"))) p += 3;
      if (p >= text_.size() || !StartsNumeral(CodePointAt(text_, p))) return;
      auto next = ReadNumeral(text_, p);
      if (!next || next->low != next->high || next->kind != NumeralKind::kPlain || next->bare ||
          next->bound == Bound::kAbout) {
        return;
      }
      const Unit* unit =
          rules_.units.Suffix(text_, next->end, item.begin, *next, place_, item.unit);
      if (unit == nullptr || unit->kind != item.unit->kind) return;
      if (time) {
        const int64_t large = normalize::SecondsIn(item.unit->unit);
        const int64_t small = normalize::SecondsIn(unit->unit);
        if (small == 0 || small >= large) return;
        // A year is twelve months, whatever days are in them.
        const bool months = unit->unit == "month" && item.unit->unit == "year";
        const auto ratio = months ? std::optional<Decimal>(Decimal(12))
                                  : Decimal(large).Divide(Decimal(small));
        if (!ratio) return;
        auto sum = item.low.Multiply(*ratio);
        if (sum) sum = sum->Add(next->low);
        if (!sum) return;
        item.low = item.high = *sum;
        item.precision = next->precision;
        item.unit_id = unit->unit;
        item.unit = unit;
      } else {
        if (unit->unit != item.unit->unit || unit->factor >= item.unit->factor) return;
        auto part = next->low.Multiply(unit->factor);
        auto sum = part ? item.low.Add(*part) : part;
        if (!sum) return;
        item.low = item.high = *sum;
        item.precision = unit->factor;
        const Unit* larger = item.unit;
        item.unit = unit;
        item.unit_id = larger->unit;
      }
      item.end = next->end + unit->surface.size();
      if (next->bound == Bound::kMoreThan) item.bound = Bound::kMoreThan;
      if (!time && At(item.end, "钱")) item.end += 3;
      if (time && At(item.end, "多") && !IsHan(Next(item.end + 3))) item.end += 3;
    }
  }

  // The sign and currency before the number: 人民币-110亿元, 负三, 零下5度.
  void Prefixes(Item& item) {
    bool minus = false;
    size_t p = item.begin;
    if (p > floor_ && (Before(p, "±") || Before(p, "正负")) && item.low == item.high) {
      item.low = item.high.Negated();  // a tolerance
      item.bound = Bound::kRange;
      item.begin = p - (Before(p, "±") ? 2 : 6);
      return;
    }
    if (p > floor_) {
      if (Before(p, "零下")) {
        minus = true;
        p -= 6;
      } else if (Before(p, "零上") && item.has_unit) {
        item.begin = p - 6;
      } else if (Before(p, "负") && !Before(p, "担负") && !Before(p, "胜负")) {
        minus = true;
        p -= 3;
      } else if (Before(p, "-") && item.numeral.arabic) {
        const char32_t before = Previous(p - 1);
        if (!IsAsciiLetter(before) && !IsAsciiDigit(before) && before != ')' && before != '%' &&
            before != '-' && before != '.' && before != U'—') {
          minus = true;
          p -= 1;
        }
      }
    }
    if (minus && p >= floor_) {
      const Decimal low = item.low;
      item.low = item.high.Negated();
      item.high = low.Negated();
      item.begin = p;
    }
    const bool takes = !item.has_unit || KindOfItem(item) == UnitKind::kMoney;
    if (!takes || item.numeral.kind != NumeralKind::kPlain) return;
    // 新台币11月升值: the month, no amount.
    if (!item.has_unit && Next(item.end) == U'月') return;
    size_t end = item.begin;
    if (Before(end, " ")) --end;
    if (const Unit* currency = Currency(end)) {
      if (item.has_unit && item.unit != nullptr && !item.unit->assumed &&
          item.unit->unit != currency->unit) {
        return;
      }
      if (!item.has_unit && (item.numeral.bare && item.bound == Bound::kExact)) return;
      ApplyCurrency(item, *currency);
      item.begin = end - currency->surface.size();
      if (Before(item.begin, "-") && !minus &&
          !IsAsciiDigit(Previous(item.begin - 1)) && item.begin - 1 >= floor_ &&
          IsAsciiLetter(static_cast<unsigned char>(currency->surface[0]))) {
        // -US$5
        item.low = item.low.Negated();
        item.high = item.high.Negated();
        std::swap(item.low, item.high);
        item.begin -= 1;
      }
    }
  }

  const Unit* Currency(size_t end) const {
    if (end <= floor_) return nullptr;
    const Unit* currency = rules_.units.Prefix(text_, end, place_);
    if (currency == nullptr || end - currency->surface.size() < floor_) return nullptr;
    return currency;
  }

  void ApplyCurrency(Item& item, const Unit& currency) {
    if (item.has_unit) {
      // 人民币5元/股 keeps its per-part.
      const size_t slash = item.unit_id.find('/');
      item.unit_id = currency.unit +
                     (slash == std::string::npos ? std::string() : item.unit_id.substr(slash));
    } else {
      item.unit_id = currency.unit;
      item.unit = &currency;
      item.rule = currency.rule;
      item.has_unit = true;
    }
    item.assumed = currency.assumed;
  }

  // --- bare numbers that are none ---
  // Whether a number without unit, range or hedge stands for something in this place.
  bool Stands(const Item& item) const {
    const Numeral& n = item.numeral;
    if (item.has_unit) return true;
    if (n.arabic || n.kind != NumeralKind::kPlain) return true;
    if (item.low.negative() && !IsHan(Next(item.end))) return true;  // 负五
    const char32_t before = item.begin > 0 ? Previous(item.begin) : 0;
    const char32_t next = Next(item.end);
    if (n.bare) return false;
    if (n.sequence) {
      const std::string_view words =
          text_.substr(item.number_begin, item.number_end - item.number_begin);
      return n.characters >= 3 || words.find("〇") != std::string_view::npos;
    }
    if (n.low != n.high && n.characters <= 2) {
      return n.characters == 2 && (n.vague || At(item.number_end - 3, "几"));
    }
    if (n.characters >= 2) return true;
    if (At(item.end, "分之")) return true;  // a quotient that breaks off
    // One Han digit: alone, or after a word that wants a number.
    if (!IsHan(before) && !IsHan(next)) return true;
    if (!words_.Is(NumberWord::kDigitBefore, before)) return false;
    if (n.low == Decimal(1)) return !IsHan(next) || words_.Is(NumberWord::kOneBehind, next);
    return !IsHan(next) || words_.Is(NumberWord::kDigitSurelyBefore, before);
  }

  // --- hedges ---
  struct FoundHedge {
    const Hedge* hedge = nullptr;
    size_t begin = 0, end = 0;
  };

  UnitKind KindOfItem(const Item& item) const {
    return item.unit != nullptr ? item.unit->kind : UnitKind::kNone;
  }

  FoundHedge HedgeBefore(const Item& item) const {
    size_t end = item.begin;
    for (int fillers = 0; fillers < 3 && end > floor_; ++fillers) {
      size_t skip = end;
      if (Previous(skip) == ' ') --skip;
      if (skip <= floor_) break;
      auto it = rules_.hedges_by_last.find(Previous(skip));
      if (it != rules_.hedges_by_last.end()) {
        for (uint32_t index : it->second) {
          const Hedge& h = rules_.hedges[index];
          if (!Before(skip, h.surface) || skip - h.surface.size() < floor_) continue;
          GuardView view;
          view.text = text_;
          view.begin = skip - h.surface.size();
          view.end = skip;
          view.numeral = &item.numeral;
          view.kind = KindOfItem(item);
          view.unit = item.unit_id;
          if (h.guard.Holds(view)) return {&h, view.begin, skip};
        }
      }
      auto filler = rules_.fillers_by_last.find(Previous(skip));
      if (filler == rules_.fillers_by_last.end()) break;
      size_t taken = 0;
      for (uint32_t index : filler->second) {
        const std::string& s = rules_.hedges[index].surface;
        if (Before(skip, s) && skip - s.size() >= floor_) {
          taken = s.size();
          break;
        }
      }
      if (taken == 0) break;
      end = skip - taken;
    }
    return {};
  }

  // 约占全部装机的55%: a hedge earlier in the clause, with nothing but a phrase in 的 between.
  FoundHedge HedgeDistant(const Item& item) const {
    constexpr size_t kReach = 75;
    if (!Before(item.begin, "的") || !item.has_unit) return {};
    // Back to the last amount: 约占2023年收入的19% has but a year between.
    size_t from = item.begin > kReach ? item.begin - kReach : 0;
    if (out_.size() > first_ && out_.back().type == MentionType::kQuantity) {
      const size_t last = out_.back().span.end;
      const bool aside = last < item.begin && text_[last] == ')';  // 约占总股本(2亿股)的1%
      if (!aside) from = std::max(from, last);
    }
    while (from < item.begin && (static_cast<unsigned char>(text_[from]) & 0xC0) == 0x80) ++from;
    std::string_view clause = text_.substr(from, item.begin - from);
    for (std::string_view stop : {std::string_view("，"), std::string_view("。"),
                                  std::string_view(";"), std::string_view("\n"),
                                  std::string_view("、")}) {
      const size_t at = clause.rfind(stop);
      if (at != std::string_view::npos) clause.remove_prefix(at + stop.size());
    }
    for (uint32_t index : rules_.distant) {
      const Hedge& h = rules_.hedges[index];
      const size_t at = clause.rfind(h.surface);
      if (at == std::string_view::npos) continue;
      const size_t begin = item.begin - clause.size() + at;
      return {&h, begin, begin + h.surface.size()};
    }
    return {};
  }

  FoundHedge HedgeAfter(const Item& item) const {
    const FoundHedge found = HedgeAt(item, item.end);
    return found.hedge == nullptr && At(item.end, "(含)") ? HedgeAt(item, item.end + 5) : found;
  }

  FoundHedge HedgeAt(const Item& item, size_t at) const {
    if (at >= text_.size()) return {};
    auto it = rules_.hedges_by_first.find(CodePointAt(text_, at));
    if (it == rules_.hedges_by_first.end()) return {};
    for (uint32_t index : it->second) {
      const Hedge& h = rules_.hedges[index];
      if (!At(at, h.surface)) continue;
      GuardView view;
      view.text = text_;
      view.begin = item.begin;
      view.end = at + h.surface.size();
      view.numeral = &item.numeral;
      view.kind = KindOfItem(item);
      view.unit = item.unit_id;
      if (h.guard.Holds(view)) return {&h, at, view.end};
    }
    return {};
  }

  static Bound Combine(Bound a, Bound b) {
    if (a == Bound::kExact) return b;
    if (b == Bound::kExact || a == b) return a;
    if (a == Bound::kAbout || b == Bound::kAbout) return Bound::kAbout;
    // 至少…以上, 不超过…以下: the closed one is what is meant.
    if (a == Bound::kAtLeast || b == Bound::kAtLeast) {
      return a == Bound::kMoreThan || b == Bound::kMoreThan ? Bound::kAtLeast : Bound::kAbout;
    }
    if (a == Bound::kAtMost || b == Bound::kAtMost) {
      return a == Bound::kLessThan || b == Bound::kLessThan ? Bound::kAtMost : Bound::kAbout;
    }
    if ((a == Bound::kNearly) != (b == Bound::kNearly)) return Bound::kAbout;
    return Bound::kAbout;
  }

  // 年增, 季减, 月增: whether a rise or fall against a time before stands in front of `at`.
  bool RisesBySeason(size_t at) const {
    if (at < floor_ + 6) return false;
    const std::string_view word = text_.substr(at - 6, 6);
    const std::string_view since = word.substr(0, 3), way = word.substr(3);
    return (since == "年" || since == "季" || since == "月") && (way == "增" || way == "减");
  }

  // --- ranges ---
  // Reads "sep number" behind `item` and makes it a range. False leaves the item as it is.
  bool Range(Item& item) {
    if (item.low != item.high && item.numeral.vague) return false;
    size_t p = item.end;
    if (At(p, "(含)")) p += 5;
    while (At(p, " ")) ++p;
    const size_t sep_at = p;
    bool dash = false, word = false, with = false, next_digit = false;
    if (At(p, "——")) {
      p += 6;
    } else if (At(p, "--")) {
      p += 2;
    } else if (At(p, "—") || At(p, "–")) {
      p += 3;
    } else if (At(p, "-")) {
      p += 1;
      dash = true;
    } else if (At(p, "~")) {
      p += 1;
    } else if (At(p, "至") || At(p, "到")) {
      p += 3;
      word = true;
    } else if (At(p, "与") || At(p, "和") || At(p, "及")) {
      p += 3;
      with = true;
    } else if (At(p, "、")) {
      p += 3;
      next_digit = true;
    } else {
      return false;
    }
    const bool any_blank = sep_at > item.end && At(item.end, " ");
    while (At(p, " ")) ++p;
    // A hedge, currency or sign may stand before the upper end.
    size_t q = p;
    q += words_.At(NumberWord::kUpperBefore, text_, q);
    const Unit* currency = nullptr;
    if (KindOfItem(item) == UnitKind::kMoney) {
      const size_t reach = std::min(q + 16, text_.size());
      for (size_t k = q; k < reach && !StartsNumeral(CodePointAt(text_, k));
           k += CodePointLength(text_[k])) {
        const size_t e = k + CodePointLength(text_[k]);
        const Unit* u = rules_.units.Prefix(text_, e, place_);
        if (u != nullptr && u->surface.size() == e - q) {
          currency = u;
          q = e;
          break;
        }
      }
    }
    bool minus = false;
    if (At(q, "负")) {
      minus = true;
      q += 3;
    } else if (At(q, "零上") || At(q, "零下")) {
      minus = At(q, "零下");
      q += 6;
    } else if (At(q, "-") && DigitAt(q + 1)) {
      minus = true;
      q += 1;
    }
    if (q >= text_.size()) return false;
    const char32_t c = CodePointAt(text_, q);
    if (!StartsNumeral(c) || c == U'数') return false;
    if (!IsAsciiDigit(c) && GuardedWordAt(q, c)) return false;
    Item upper;
    if (ReadItem(q, upper) != ItemState::kFound) return false;
    if (upper.numeral.leading_zero && upper.numeral.decimals == 0) return false;
    if (IsAsciiLetter(Next(upper.end)) && !upper.has_unit) return false;
    if (upper.low != upper.high && upper.numeral.vague) return false;
    if (currency != nullptr && upper.has_unit) ApplyCurrency(upper, *currency);
    if (upper.unit != nullptr && upper.unit->surface == "间" && !item.has_unit) {
      upper.end = upper.number_end;  // 10000与20000间: between, not rooms
      upper.has_unit = false;
      upper.unit = nullptr;
      upper.unit_id.clear();
    }
    if (with && !At(upper.end, "之间") && !At(upper.end, "间")) return false;
    if (next_digit && !IsNextDigit(item, upper)) return false;
    // The units must agree.
    if (item.has_unit && upper.has_unit) {
      const bool both_money = KindOfItem(item) == UnitKind::kMoney &&
                              KindOfItem(upper) == UnitKind::kMoney && upper.assumed;
      if (item.unit_id != upper.unit_id && !both_money) return false;
    }
    if (item.numeral.kind == NumeralKind::kPercent && !upper.has_unit &&
        upper.numeral.kind == NumeralKind::kPlain && At(item.number_begin, "百分之")) {
      upper.unit_id = item.unit_id;  // 百分之30至40
      upper.has_unit = true;
    }
    if (item.has_unit && !upper.has_unit) {
      const bool prefixed = item.unit != nullptr && item.unit->kind == UnitKind::kMoney &&
                            item.number_end == item.end;
      if (!prefixed) return false;
    }
    const bool calendar = IsCalendar(item) || IsCalendar(upper);
    if (calendar && !upper.has_unit) return false;
    if (!item.has_unit && !upper.has_unit) {
      const bool between = At(upper.end, "之间") || At(upper.end, "间") || At(upper.end, "区间");
      const bool sized = item.numeral.decimals > 0 || upper.numeral.scale > Decimal(1) ||
                         item.numeral.scale > Decimal(1) || item.numeral.digits > 3 ||
                         item.low.negative() || minus;
      const bool mark = !dash && !word;
      const char32_t next = Next(upper.end);
      if (words_.Is(NumberWord::kNoRangeBehind, next) || next == ':' || next == '/') return false;
      const bool long_words = word && (!item.numeral.arabic || between) &&
                              item.numeral.characters >= 2;
      const bool figures = word && item.numeral.arabic;
      if (!between && !sized && !mark && !long_words && !figures) return false;
    }
    if (any_blank && !dash && !word && !upper.has_unit) return false;
    if (minus) {
      const Decimal low = upper.low;
      upper.low = upper.high.Negated();
      upper.high = low.Negated();
    }
    // What the upper end says of magnitude holds for the lower one: 1500-1600亿, 八到九百亿.
    if (!item.has_unit || item.number_end == item.end) Lend(upper, item);
    // 从100%到80%: two levels, not a range.
    if (word && upper.high < item.low && !item.low.negative() &&
        (Before(item.begin, "从") || Before(item.begin, "由") || Before(item.begin, "自"))) {
      return false;
    }
    // 收窄23个基点至49个基点: the change, then the level.
    if (word && item.has_unit && item.number_end != item.end &&
        (item.unit_id == "basis_point" ||
         // 季增0.7个百分点至1个百分点: what grows by the quarter grows by so much
         (item.unit_id == "percentage_point" && !RisesBySeason(item.begin))) &&
        words_.Is(NumberWord::kChangeBefore, Previous(item.begin))) {
      return false;
    }
    // 增加15.6亿元至2866亿元, 上升0.15至21.39: likewise, where the second is so much more that no
    // range is meant; 增加1120口至938口: or less.
    constexpr int kFar = 3, kFarBare = 10;
    const bool named = item.has_unit && item.number_end != item.end && item.unit_id != "percent";
    const bool bare = !item.has_unit && !upper.has_unit;
    const auto far = item.high.Multiply(Decimal(bare ? kFarBare : kFar));
    const FoundHedge hedged = HedgeBefore(item);  // 跌超过348点至18882点
    const size_t from = hedged.hedge != nullptr ? hedged.begin : item.begin;
    if (word && (named || bare) && far &&
        (upper.low > *far || (upper.high < item.low && !item.low.negative())) &&
        words_.Is(NumberWord::kDirectionBefore, Previous(from))) {
      return false;
    }
    Decimal low = std::min(item.low, upper.low), high = std::max(item.high, upper.high);
    if (low == high) return false;
    item.low = low;
    item.high = high;
    item.bound = Bound::kRange;
    item.end = upper.end;
    item.number_end = upper.number_end;
    item.precision = upper.precision;
    if (upper.has_unit && (!item.has_unit || item.assumed || item.number_end == item.end)) {
      if (!item.has_unit || item.unit == nullptr || item.unit->kind != UnitKind::kMoney ||
          item.assumed) {
        if (!(item.has_unit && !item.assumed)) {
          item.unit_id = upper.unit_id;
          item.unit = upper.unit;
          item.rule = upper.rule;
          item.assumed = upper.assumed;
        }
      }
      item.has_unit = true;
    }
    return true;
  }

  // 三、四百元, 七、八成: one digit and the one behind it, which names the magnitude of both, say
  // "three or four hundred" as 三四百 does. 分别为3、4亿元 lists two.
  bool IsNextDigit(const Item& item, const Item& upper) const {
    const Numeral& a = item.numeral;
    const Numeral& b = upper.numeral;
    if (item.has_unit || !upper.has_unit || a.characters != 1 || a.low != a.high ||
        a.kind != NumeralKind::kPlain || b.kind != NumeralKind::kPlain || a.arabic != b.arabic) {
      return false;
    }
    const Decimal magnitude =
        b.scale.Multiply(Decimal(b.small_scale)).value_or(Decimal(1));
    if (magnitude == Decimal(1) && a.arabic) return false;  // 3、4个: may number a list
    const auto digit = b.high.Divide(magnitude);
    const auto next = a.low.Add(Decimal(1));
    if (!digit || !next || *digit != *next || a.low < Decimal(1) || a.low > Decimal(8)) {
      return false;
    }
    constexpr size_t kReach = 36;
    const size_t from = item.begin > kReach ? std::max(floor_, item.begin - kReach) : floor_;
    return text_.substr(from, item.begin - from).find("分别") == std::string_view::npos &&
           !Before(item.begin, "第") && !Before(item.begin, "、");
  }

  bool GuardedWordAt(size_t at, char32_t c) {
    const size_t keep = floor_;
    floor_ = at;  // words that begin at the number itself only
    const bool guarded = WordGuard(at, c) != 0;
    floor_ = keep;
    return guarded;
  }

  // A four-digit year, which no range or list of amounts takes in.
  static bool IsCalendar(const Item& item) {
    const Numeral& n = item.numeral;
    if (item.has_unit) return false;
    return (n.arabic && !n.chinese && n.digits == 4 && n.decimals == 0 && n.characters == 4 &&
            n.low >= Decimal(1900) && n.low <= Decimal(2100)) ||
           (n.sequence && n.characters == 4);
  }

  // Gives the magnitude of `from` (and its unit's factor) to `to`, which has none of its own.
  static void Lend(const Item& from, Item& to) {
    if (to.has_unit && to.number_end != to.end) return;
    Decimal factor = 1;
    const Decimal unit_factor = from.unit != nullptr ? from.unit->factor : Decimal(1);
    if (from.numeral.scale > Decimal(1) && to.numeral.scale == Decimal(1) &&
        !(to.numeral.chinese && to.numeral.characters > 4)) {
      auto coefficient = from.numeral.high.Divide(from.numeral.scale);
      const bool small = from.numeral.small_scale > 1 && to.numeral.small_scale == 1 &&
                         to.numeral.characters == 1;
      if (coefficient && to.numeral.low < *coefficient) {
        factor = from.numeral.scale;
        if (small) {
          const Decimal lent = Decimal(from.numeral.small_scale);
          auto larger = to.numeral.low.Multiply(lent);
          if (larger && *larger < *coefficient) factor = factor.Multiply(lent).value_or(factor);
        }
      }
    } else if (from.numeral.small_scale > 1 && to.numeral.small_scale == 1 &&
               to.numeral.characters == 1 && to.numeral.scale == Decimal(1)) {
      const Decimal lent = Decimal(from.numeral.small_scale);
      auto larger = to.numeral.low.Multiply(lent);
      if (larger && *larger < from.numeral.high) factor = lent;
    }
    if (unit_factor != Decimal(1) && !to.has_unit) {
      factor = factor.Multiply(unit_factor).value_or(factor);
    }
    Scale(to, factor);
  }

  // --- from an item to a mention; returns where to go on ---
  size_t Finish(Item item) {
    const bool counted = item.numeral.end != 0;
    // 连续第七周下跌: how long it has gone on.
    const bool streak =
        item.has_unit && KindOfItem(item) == UnitKind::kDuration && Before(item.begin, "连续第");
    if (counted && !streak && Before(item.begin, "第") && item.begin >= floor_ + 3 &&
        item.numeral.kind == NumeralKind::kPlain && item.numeral.decimals == 0) {
      return item.numeral.vague ? item.numeral.end : Ordinal(item);  // 第几 asks
    }
    if (counted && item.numeral.arabic && item.numeral.decimals > 0 && item.begin >= floor_ + 3 &&
        Before(item.begin, "第")) {  // 第3.2节
      EmitPlain(item.number_begin, item.numeral.end, item.numeral.low, "guard:section");
      return item.numeral.end;
    }
    const bool next_digit = counted && At(item.end, "、") && Range(item);  // 三、四百元
    if (counted && !next_digit) {
      if (const size_t end = Label(item)) return end;
    }
    Prefixes(item);
    const bool range = next_digit || (counted && Range(item));
    if (counted && !range && item.end == item.number_end && LoneFormalDigit(item)) {
      return item.numeral.end;
    }
    // 数 and 几 inside other words.
    if (item.numeral.vague && !VagueStands(item)) return item.numeral.end;
    FoundHedge before = HedgeBefore(item);
    const bool distant = before.hedge == nullptr && (before = HedgeDistant(item)).hedge != nullptr;
    if (!range && item.numeral.bare && item.bound == Bound::kExact && !BareStands(item, before)) {
      return item.numeral.end;
    }
    const FoundHedge after = HedgeAfter(item);
    if (!range && before.hedge == nullptr && after.hedge == nullptr && counted &&
        (item.bound == Bound::kExact || item.bound == Bound::kRange) && !Stands(item)) {
      return item.numeral.end;
    }
    if (!range && !item.has_unit && counted && before.hedge == nullptr && after.hedge == nullptr &&
        !item.numeral.arabic && !Stands(item) && item.numeral.characters < 2) {
      return item.numeral.end;
    }
    // 超过4G手机: what a letter follows is a name, whatever stands in front.
    const bool lettered = IsAsciiLetter(Next(item.end));
    if ((before.hedge == nullptr || lettered) && !item.has_unit && !range && counted) {
      if (std::string guard = BareGuard(item); !guard.empty()) {
        EmitPlain(item.number_begin, item.number_end, item.low, std::move(guard));
        return item.number_end;
      }
    }
    // The currency may stand before the hedge: 人民币约5亿元.
    if (before.hedge != nullptr &&
        (!item.has_unit || (item.assumed && KindOfItem(item) == UnitKind::kMoney))) {
      if (const Unit* currency = Currency(before.begin)) {
        if (item.has_unit || item.numeral.scale > Decimal(1)) ApplyCurrency(item, *currency);
      }
    }
    if (KindOfItem(item) == UnitKind::kMoney && item.unit_id.find('/') == std::string::npos) {
      const size_t from = before.hedge != nullptr ? before.begin : item.begin;
      if (!InheritPer(item, from)) EachBefore(item, from);
    }

    CurrencyInForce(item);

    Bound bound = item.bound;
    MatchSpan hedge;
    if (before.hedge != nullptr) {
      hedge = {static_cast<uint32_t>(before.begin), static_cast<uint32_t>(before.end)};
    } else if (after.hedge != nullptr) {
      hedge = {static_cast<uint32_t>(after.begin), static_cast<uint32_t>(after.end)};
    }
    if (bound != Bound::kRange) {
      if (before.hedge != nullptr && !(before.hedge->bound == Bound::kAbout &&
                                       bound == Bound::kMoreThan)) {
        bound = Combine(before.hedge->bound, bound);  // 大概有五百多 stays more than
      }
      if (after.hedge != nullptr) bound = Combine(bound, after.hedge->bound);
    }

    Mention m;
    m.span = {static_cast<uint32_t>(item.begin), static_cast<uint32_t>(item.end)};
    m.number_span = {static_cast<uint32_t>(item.number_begin),
                     static_cast<uint32_t>(item.number_end)};
    m.hedge_span = hedge;
    m.rule = item.rule;
    m.unit_assumed = item.assumed;
    m.quantity.unit = item.unit_id;
    m.quantity.bound = bound;
    if (item.low != item.high) {
      m.quantity.low = item.low;
      m.quantity.high = item.high;
      m.quantity.bound = Bound::kRange;
    } else {
      m.quantity.value = item.low;
    }
    m.quantity.precision = Precision(item);
    const bool plain = !item.has_unit && m.quantity.bound == Bound::kExact;
    m.type = plain ? MentionType::kNumber : MentionType::kQuantity;
    if (item.numeral.irregular_commas && m.rule.empty()) m.rule = "separators";

    const size_t reach = before.hedge != nullptr && !distant ? before.begin : item.begin;
    ShareUnit(item, m, reach);
    if (!JoinBounds(m, reach)) {
      list_.push_back({out_.size(), item.end, !item.has_unit && !range && IsListable(item),
                       item.numeral});
      out_.push_back(std::move(m));
    }
    floor_ = item.end;
    return item.end;
  }

  // 陆 and the like count beside a unit only, which is then part of the amount.
  bool LoneFormalDigit(const Item& item) const {
    if (item.numeral.arabic || item.numeral.characters != 1) return false;
    const char32_t c = CodePointAt(text_, item.number_begin);
    return words_.Is(NumberWord::kFormalDigit, c) && c != U'壹';
  }

  static Decimal Precision(const Item& item) {
    if (item.numeral.kind == NumeralKind::kFraction || item.unit_id == "ratio") return 0;
    if (item.unit_id.starts_with("count:") || item.unit_id.empty()) {
      if (item.precision <= Decimal(1) && item.numeral.decimals == 0) return 0;
    }
    return item.precision;
  }

  // 第三, 第250
  size_t Ordinal(const Item& item) {
    Mention m;
    size_t end = item.numeral.end;
    m.number_span = {static_cast<uint32_t>(item.number_begin), static_cast<uint32_t>(end)};
    if ((At(end, "名") && !At(end, "名单") && !At(end, "名义")) ||
        (At(end, "位") && !At(end, "位数"))) {
      end += 3;
    }
    m.span = {static_cast<uint32_t>(item.begin - 3), static_cast<uint32_t>(end)};
    m.type = MentionType::kOrdinal;
    m.quantity.value = item.numeral.low;
    m.quantity.unit = "count:位";
    out_.push_back(std::move(m));
    floor_ = end;
    list_.clear();
    return end;
  }

  // A number that is a label by the word before or behind it, or opens a line: 图3, 90后, "2、".
  size_t Label(const Item& item) {
    const Numeral& n = item.numeral;
    std::string rule;
    if (const GuardWord* word = WordAfter(item.begin, n.end, n)) {
      rule = word->rule;
    } else if (!item.has_unit) {
      const GuardWord* before = n.arabic && n.decimals == 0 ? WordBefore(item.begin) : nullptr;
      if (before != nullptr) rule = before->rule;
    }
    if (rule.empty() && !item.has_unit && OpensLine(item)) rule = "guard:list";
    if (rule.empty() && n.leading_zero && n.decimals == 0 && n.arabic && n.digits > 2) {
      rule = "guard:code";
    }
    if (rule.empty()) return 0;
    EmitPlain(item.number_begin, n.end, n.low, std::move(rule));
    return n.end;
  }

  bool OpensLine(const Item& item) const {
    if (item.begin > 0 && text_[item.begin - 1] != '\n') return false;
    const size_t e = item.numeral.end;
    if (At(e, "、") || At(e, "．")) return true;
    return At(e, ".") && !DigitAt(e + 1) && item.numeral.low < Decimal(100);
  }

  // Bare numbers that are codes or parts of names.
  std::string BareGuard(const Item& item) const {
    const Numeral& n = item.numeral;
    if (!n.arabic || n.chinese || n.decimals > 0) return "";
    const char32_t next = Next(item.end);
    const bool side = IsTimesSign(text_.substr(item.end, 1)) && DigitAt(item.end + 1);
    if (IsAsciiLetter(next) && !side) return "guard:name";
    const char32_t before = item.begin > 0 ? Previous(item.begin) : 0;
    if (before == ' ' && item.begin >= 2 && IsAsciiLetter(Previous(item.begin - 1))) {
      return "guard:name";  // iPhone 16, Grok 4
    }
    if (before == '(' && next == ')' && n.digits >= 4 && n.characters == n.digits) {
      return "guard:code";  // (2330)
    }
    if (n.digits >= 8 && n.characters == n.digits) return "guard:code";
    return "";
  }

  bool VagueStands(const Item& item) const {
    const char32_t first = CodePointAt(text_, item.number_begin);
    const char32_t before = item.begin > 0 ? Previous(item.begin) : 0;
    const bool opens_magnitude = item.numeral.characters >= 2;
    if (first == U'数') {
      if (words_.Is(NumberWord::kShuInWordBefore, before)) return false;
      if (opens_magnitude) return true;
      if (words_.Is(NumberWord::kShuCountedBefore, before)) return false;
      return item.has_unit && !item.numeral.arabic &&
             (KindOfItem(item) == UnitKind::kCount || KindOfItem(item) == UnitKind::kDuration ||
              KindOfItem(item) == UnitKind::kMoney || item.unit_id == "multiple");
    }
    if (opens_magnitude) return true;
    if (words_.Is(NumberWord::kJiInWordBefore, before)) return false;
    return item.has_unit;
  }

  // 百万美元 stands by itself; 亿元 and 万人 only where a word makes them an amount (超千人).
  bool BareStands(const Item& item, const FoundHedge& before) const {
    if (item.numeral.kind != NumeralKind::kPlain) return true;
    if (before.hedge != nullptr) return item.has_unit || item.numeral.characters >= 2 ||
                                        !IsHan(Next(item.end)) ||
                                        before.hedge->bound != Bound::kMoreThan ||
                                        before.hedge->surface.size() > 3;
    if (!item.has_unit) return false;
    if (item.numeral.characters >= 2) {
      // A table's heading: (单位:百万元).
      return !Before(item.begin, "单位:") && !Before(item.begin, "部门:") &&
             Previous(item.begin) != '(' && Previous(item.begin) != '/';
    }
    return words_.At(NumberWord::kBareBehind, text_, item.end) != 0;
  }

  // In Hong Kong and Macau a report on a mainland company says 人民币 once and means it from there
  // on; an amount in the local currency by name ends that. In Taiwan it holds for the sentence.
  void CurrencyInForce(Item& item) {
    if (KindOfItem(item) != UnitKind::kMoney) return;
    CurrencyDeclared(item);
    const bool sentence = place_ == "TW";
    if (!sentence && place_ != "HK" && place_ != "MO") return;
    if (item.assumed) {
      if (declared_.empty() && item.begin < in_force_ && !Bracketed(item)) {
        item.unit_id.replace(0, 3, "CNY");
      }
      return;
    }
    const std::string_view words = text_.substr(item.begin, item.end - item.begin);
    if (words.find("人民币") != std::string_view::npos) {
      in_force_ = text_.size();
      if (sentence) in_force_ = std::min(text_.find("。", item.end), text_.find('\n', item.end));
    } else if (item.unit_id.starts_with(LocalCurrency())) {
      in_force_ = 0;
    }
  }

  [[nodiscard]] std::string_view LocalCurrency() const {
    return place_ == "TW" ? "TWD" : place_ == "HK" ? "HKD" : "MOP";
  }

  // (约45亿元): what an amount in front is in the local currency.
  [[nodiscard]] bool Bracketed(const Item& item) const {
    constexpr size_t kReach = 48;  // bytes
    const size_t from = item.begin > kReach ? item.begin - kReach : 0;
    const std::string_view before = text_.substr(from, item.begin - from);
    const size_t open = before.rfind('(');
    return open != before.npos && before.find(')', open) == before.npos;
  }

  // 500亿元(人民币，下同): the currency behind the amount, and of all bare ones from there on.
  void CurrencyDeclared(Item& item) {
    constexpr size_t kLongest = 40;  // bytes
    constexpr std::string_view kHenceforth = "下同";
    std::string_view inside;  // the bracket right behind the amount
    if (text_.substr(item.end).starts_with('(')) {
      inside = text_.substr(item.end + 1, kLongest);
      inside = inside.substr(0, inside.find(')'));
    }
    if (item.assumed) {
      const size_t word = std::min(inside.find(','), inside.find("，"));
      const size_t end = item.end + 1 + std::min(word, inside.size());
      const Unit* currency = inside.empty() ? nullptr : rules_.units.Prefix(text_, end, place_);
      if (currency != nullptr && currency->unit.size() == 3 &&
          end - currency->surface.size() == item.end + 1) {
        item.unit_id.replace(0, 3, currency->unit);
        item.assumed = false;
      } else if (!declared_.empty()) {
        item.unit_id.replace(0, 3, declared_);
      }
    }
    if (!item.assumed && inside.find(kHenceforth) != std::string_view::npos) {
      declared_ = item.unit_id.substr(0, 3);
    }
  }

  // 每吨5星元(约新台币123元): the conversion in brackets is for the same thing.
  bool InheritPer(Item& item, size_t from) {
    if (out_.size() <= first_ || from == 0 || text_[from - 1] != '(') return false;
    const Mention& last = out_.back();
    if (last.span.end != from - 1 || last.type != MentionType::kQuantity) return false;
    const size_t slash = last.quantity.unit.find('/');
    if (slash != 3) return false;
    item.unit_id += last.quantity.unit.substr(slash);
    return true;
  }

  // 每股0.63元, 每股收益(EPS)为1.89美元: what one of the money is for, within the clause.
  void EachBefore(Item& item, size_t from) {
    constexpr size_t kReach = 48;
    size_t at = from;
    while (at > floor_ && from - at < kReach) {
      const size_t border = PreviousBorder(text_, at);
      const char32_t c = CodePointAt(text_, border);
      if (c == U'，' || c == U'。' || c == ';' || c == '\n' || c == U'、' || c == '!' || c == '?') {
        return;
      }
      if (c == U'每') {
        const Unit* per = rules_.units.PerOnly(text_, at);
        if (per == nullptr || normalize::SecondsIn(per->unit) > 0 || per->unit == "人" ||
            per->unit == "户" || per->unit == "次") {
          return;
        }
        item.unit_id += "/" + PerName(*per);
        return;
      }
      at = border;
    }
  }

  // --- lists that share a unit: 3.1和4.2个百分点, 293/350/417亿元, 1700×1500×700mm ---
  struct ListMember {
    size_t mention;
    size_t end;
    bool open;  // has no unit yet
    Numeral numeral;
  };

  static bool IsListable(const Item& item) {
    return item.numeral.kind == NumeralKind::kPlain && !IsCalendar(item) &&
           !item.numeral.sequence && item.bound == Bound::kExact;
  }

  static bool IsTimesSign(std::string_view between) {
    return between == "×" || between == "*" || between == "x" || between == "X";
  }

  bool IsListSign(std::string_view between) const {
    static constexpr std::string_view kSigns[] = {"、", "/",  ",",  "和", "及",
                                                  "与", "或", "，", "以及"};
    return IsTimesSign(between) ||
           std::find(std::begin(kSigns), std::end(kSigns), between) != std::end(kSigns);
  }

  void ShareUnit(const Item& item, Mention& mention, size_t begin) {
    if (list_.empty()) return;
    const size_t end = list_.back().end;
    std::string_view between = begin >= end ? text_.substr(end, begin - end) : std::string_view();
    if (between.size() > 1 && between.ends_with('+')) between.remove_suffix(1);  // -0.4/+0.3
    if (!IsListSign(between)) {
      list_.clear();
      return;
    }
    // 约1700×1500×700mm: one hedge for all sides.
    const Mention& last = out_[list_.back().mention];
    if (IsTimesSign(between) && mention.quantity.bound == Bound::kExact && mention.quantity.value &&
        last.quantity.bound == Bound::kAbout) {
      mention.quantity.bound = Bound::kAbout;
      mention.hedge_span = last.hedge_span;
      mention.type = MentionType::kQuantity;
    }
    if (!item.has_unit) return;
    // 12,15,18亿元 is a list; one comma alone may part anything.
    const bool loose = between == "，" || between == "或" || (between == "," && list_.size() < 2);
    for (size_t i = list_.size(); i-- > 0;) {
      ListMember& member = list_[i];
      Mention& m = out_[member.mention];
      // 高0.6个和2.8个百分点: the word that the unit opens with, said twice.
      if (mention.quantity.unit == "percentage_point" && m.quantity.unit == "count:个" && !loose &&
          text_.substr(0, item.end).ends_with("个百分点")) {
        m.quantity.unit = mention.quantity.unit;
        m.rule = item.rule;
        continue;
      }
      if (!member.open || loose) break;
      if (m.quantity.unit == mention.quantity.unit || !m.rule.empty()) break;
      Item lower;
      lower.numeral = member.numeral;
      lower.low = lower.high = m.quantity.value.value_or(Decimal(0));
      lower.precision = member.numeral.precision;
      Decimal factor = item.unit != nullptr ? item.unit->factor : Decimal(1);
      if (item.numeral.scale > Decimal(1) && member.numeral.scale == Decimal(1)) {
        factor = factor.Multiply(item.numeral.scale).value_or(factor);
      }
      Scale(lower, factor);
      lower.unit_id = mention.quantity.unit;
      m.type = MentionType::kQuantity;
      m.quantity.value = lower.low;
      m.quantity.unit = mention.quantity.unit;
      m.quantity.precision = Precision(lower);
      m.rule = item.rule;
      m.unit_assumed = item.assumed;
      member.open = false;
    }
    list_.clear();
  }

  // 大于100并且小于300: two bounds make one range.
  bool JoinBounds(const Mention& m, size_t begin) {
    if (out_.size() <= first_ || m.hedge_span.empty()) return false;
    Mention& last = out_.back();
    const size_t last_end = std::max(last.span.end, last.hedge_span.end);
    if (last.type != MentionType::kQuantity || last.hedge_span.empty() || !last.quantity.value ||
        !m.quantity.value || begin < last_end) {
      return false;
    }
    std::string_view between = text_.substr(last_end, begin - last_end);
    // 比四分之一大，比二分之一小
    if (between.ends_with("比") && Before(last.span.begin, "比")) between.remove_suffix(3);
    const bool joins = between.empty() || words_.Whole(NumberWord::kJoinBounds, between);
    if (!joins) return false;
    if (!last.quantity.unit.empty() && last.quantity.unit != m.quantity.unit) return false;
    auto lower = [](Bound b) { return b == Bound::kMoreThan || b == Bound::kAtLeast; };
    auto upper = [](Bound b) { return b == Bound::kLessThan || b == Bound::kAtMost; };
    const Quantity *low = nullptr, *high = nullptr;
    if (lower(last.quantity.bound) && upper(m.quantity.bound)) {
      low = &last.quantity;
      high = &m.quantity;
    } else if (upper(last.quantity.bound) && lower(m.quantity.bound)) {
      low = &m.quantity;
      high = &last.quantity;
    } else {
      return false;
    }
    if (*low->value >= *high->value) return false;
    Quantity joined;
    joined.low = low->value;
    joined.high = high->value;
    joined.low_open = low->bound == Bound::kMoreThan;
    joined.high_open = high->bound == Bound::kLessThan;
    joined.unit = m.quantity.unit;
    joined.bound = Bound::kRange;
    joined.precision = m.quantity.precision;
    last.quantity = std::move(joined);
    last.span.end = m.span.end;
    last.number_span.end = m.number_span.end;
    last.rule = m.rule;
    list_.clear();
    return true;
  }

  const NumberRules& rules_;
  const NumberWords& words_ = NumberWords::Embedded();
  std::string_view text_;
  std::vector<Mention>& out_;
  size_t first_;
  std::string place_;
  size_t floor_ = 0;  // end of the last mention: what lies before it is taken
  size_t token_begin_ = 0, token_end_ = 0;
  bool token_is_address_ = false;
  std::vector<ListMember> list_;
  size_t in_force_ = 0;   // as far as 人民币 holds: see CurrencyInForce
  std::string declared_;  // the currency of bare amounts from here on: see CurrencyDeclared
};

}  // namespace
struct QuantityFinder::Impl {
  NumberRules rules;
};

QuantityFinder::QuantityFinder(const std::vector<TableText>& more_units,
                               std::vector<TableError>& errors)
    : impl_(std::make_unique<Impl>(Impl{LoadNumberRules(more_units, errors)})) {}

QuantityFinder::~QuantityFinder() = default;

void QuantityFinder::Find(std::string_view match_text, const NumberContext& context,
                          std::vector<Mention>& out) const {
  Scanner(impl_->rules, match_text, context, out).Run();
}

bool QuantityFinder::KnowsUnit(std::string_view unit) const {
  constexpr std::string_view kCount = "count:";
  if (unit.starts_with(kCount)) return unit.size() > kCount.size();
  const auto& rows = impl_->rules.units.rows();
  const auto is = [&](std::string_view id) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.unit == id; });
  };
  if (is(unit)) return true;
  const size_t slash = unit.find('/');
  return slash != std::string_view::npos && KnowsUnit(unit.substr(0, slash)) &&
         KnowsUnit(unit.substr(slash + 1));
}

}  // namespace hanfact::extract
