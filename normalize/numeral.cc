#include "normalize/numeral.h"

#include <array>
#include <string>

#include "base/text.h"
#include "normalize/number_words.h"

namespace hanfact::normalize {
namespace {

constexpr size_t kMaxDigits = 38;

template <size_t N>
bool Starts(std::string_view text, size_t at, const char (&with)[N]) {
  return StandsAt(text, at, with);
}

char32_t CharAt(std::string_view text, size_t at) {
  return at < text.size() ? CodePointAt(text, at) : 0;
}

bool IsDigitByte(std::string_view text, size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// Digits that are everyday characters as well (大陆, 队伍, 收拾): they count only beside another
// numeral character.
bool IsShyDigit(char32_t c) {
  return c == U'陆' || c == U'伍' || c == U'肆' || c == U'柒' || c == U'捌' || c == U'玖' ||
         c == U'叁' || c == U'贰' || c == U'参' || c == U'俩' || c == U'仨';
}

int Tens(char32_t c) { return c == U'廿' ? 2 : c == U'卅' ? 3 : 0; }

int SmallUnit(char32_t c) {
  switch (c) {
    case U'十':
    case U'拾': return 10;
    case U'百':
    case U'佰': return 100;
    case U'千':
    case U'仟': return 1000;
    default: return 0;
  }
}

// The power of ten of 万, 亿, 兆; 0 for none.
int BigUnit(char32_t c) {
  switch (c) {
    case U'万': return 4;
    case U'亿': return 8;
    case U'兆': return 12;
    default: return 0;
  }
}

bool IsWord(NumberWord word, char32_t c) { return NumberWords::Embedded().Is(word, c); }

// 千, 百 and 兆 are the first part of a unit's name here (千瓦, 百帕, 兆字节), not a numeral.
bool OpensUnitName(std::string_view text, size_t at) {
  NumberWord units;
  switch (CharAt(text, at)) {
    case U'千': units = NumberWord::kThousandUnitBehind; break;
    case U'兆': units = NumberWord::kMegaUnitBehind; break;
    case U'百': units = NumberWord::kHundredUnitBehind; break;
    default: return false;
  }
  return NumberWords::Embedded().At(units, text, at + CodePointLength(text[at])) != 0;
}

// A value that may be a range.
struct Pair {
  Decimal low, high;
  bool set = false;
};

class Reader {
 public:
  // `numerator`: what stands behind 分之.
  Reader(std::string_view text, size_t at, bool numerator = false)
      : text_(text), begin_(at), at_(at), is_numerator_(numerator) {}

  std::optional<Numeral> Read() {
    if (!ReadWhole()) return std::nullopt;
    out_.end = static_cast<uint32_t>(at_);
    out_.characters = CountCodePoints(text_.substr(begin_, at_ - begin_));
    if (out_.low != out_.high) out_.bound = Bound::kRange;
    return out_;
  }

 private:
  // A quotient's parts are numerals of their own.
  bool ReadWhole() {
    if (!ReadOne()) return false;
    if (Starts(text_, at_, "分之")) return ReadFraction();
    if (ReadShortFraction()) return true;
    if (Starts(text_, at_, "又")) {
      const size_t mark = at_;
      Reader inner(text_, at_ + 3);
      if (out_.kind == NumeralKind::kPlain && StartsNumeral(CharAt(text_, at_ + 3)) &&
          inner.ReadOne() && Starts(text_, inner.at_, "分之") && inner.ReadFraction() &&
          inner.out_.kind == NumeralKind::kFraction &&
          inner.numerator_.low == inner.numerator_.high && out_.low == out_.high) {
        // One division, so that the sum is rounded once.
        auto sum = out_.low.Multiply(inner.denominator_.low);
        if (sum) sum = sum->Add(inner.numerator_.low);
        if (sum) sum = sum->Divide(inner.denominator_.low);
        if (sum) {
          out_.low = out_.high = *sum;
          out_.kind = NumeralKind::kFraction;
          out_.precision = 0;
          at_ = inner.at_;
          return true;
        }
      }
      at_ = mark;
    }
    return true;
  }

  // 三分一, 四分三: a quotient as Hong Kong says it. 三分一秒 and 二分一 are none.
  bool ReadShortFraction() {
    constexpr std::string_view kPart = "分";
    if (!out_.chinese || out_.arabic || out_.low != out_.high || at_ - begin_ != kPart.size() ||
        !Starts(text_, at_, "分")) {
      return false;
    }
    const size_t from = at_ + kPart.size();
    const int over = HanDigit(CharAt(text_, from));
    const char32_t next =
        CharAt(text_, from + CodePointLength(text_[std::min(from, text_.size() - 1)]));
    constexpr std::u32string_view kClock = U"分秒刻钟十百千万";
    if (over < 1 || out_.low < Decimal(3) || !(Decimal(over) < out_.low) || HanDigit(next) >= 0 ||
        kClock.find(next) != kClock.npos) {
      return false;
    }
    const auto value = Decimal(over).Divide(out_.low);
    if (!value) return false;
    out_.low = out_.high = *value;
    // A part of a unit is that much of it: 四分一厘 is a quarter of a point.
    out_.kind = next == U'厘' ? NumeralKind::kPlain : NumeralKind::kFraction;
    out_.precision = 0;
    at_ = from + CodePointLength(text_[from]);
    return true;
  }

  bool ReadFraction() {
    const Numeral denominator = out_;
    const size_t mark = at_;
    size_t from = at_ + 6;
    bool minus = false;
    if (Starts(text_, from, "负")) {
      minus = true;
      from += 3;
    } else if (Starts(text_, from, "-") && IsDigitByte(text_, from + 1)) {
      minus = true;
      from += 1;
    }
    if (!StartsNumeral(CharAt(text_, from))) return true;
    Reader inner(text_, from, true);
    if (!inner.ReadOne()) return true;
    const Numeral& numerator = inner.out_;
    numerator_ = {numerator.low, numerator.high, true};
    denominator_ = {denominator.low, denominator.high, true};
    // 百分之, 千分之, 万分之 are percentages; 一百分之三 and 十分之三 quotients.
    const bool percent = denominator.bare && denominator.low >= Decimal(100) && !denominator.vague;
    auto low = numerator.low.Divide(denominator.high);
    auto high = numerator.high.Divide(denominator.low);
    if (!low || !high) {
      at_ = mark;
      return true;
    }
    out_ = Numeral();
    out_.arabic = denominator.arabic || numerator.arabic;
    out_.chinese = true;
    out_.bound = numerator.bound;
    out_.decimals = numerator.decimals;
    if (percent) {
      out_.kind = NumeralKind::kPercent;
      low = low->Multiply(100);
      high = high->Multiply(100);
      out_.precision = numerator.precision.Divide(denominator.low)
                           .value_or(Decimal(0)).Multiply(100).value_or(Decimal(0));
    } else {
      out_.kind = NumeralKind::kFraction;
      out_.precision = 0;
    }
    if (!low || !high) return false;
    out_.low = minus ? high->Negated() : *low;
    out_.high = minus ? low->Negated() : *high;
    at_ = inner.at_;
    return true;
  }

  // The sum of `groups_`: closed by a magnitude word each, largest first.
  struct Group {
    Decimal low, high;
    int power;
  };

  bool ReadOne() {
    bool any = false;
    while (at_ < text_.size()) {
      const char32_t c = CodePointAt(text_, at_);
      const size_t length = CodePointLength(text_[at_]);
      if (IsAsciiDigit(c) || (c == '.' && !any && IsDigitByte(text_, at_ + 1))) {
        if (digit_.set || sequence_done_) break;
        if (!ReadArabic()) break;
        any = true;
        if (sequence_done_) break;
        continue;
      }
      if (c == U'零' || HanDigit(c) >= 0) {
        if (digit_.set || sequence_done_) break;
        if (!ReadHanDigits(any)) break;
        any = true;
        if (sequence_done_ && !Starts(text_, at_, "点") && HanPoint() == 0) break;
        continue;
      }
      if (c == U'几' || c == U'数') {
        if (digit_.set || sequence_done_ || !ReadVague(c, any)) break;
        any = true;
        continue;
      }
      // 廿二, 卅: two and three tens in a character.
      if (const int tens = Tens(c); tens != 0) {
        if (digit_.set || section_.set || sequence_done_) break;
        digit_ = {tens, tens, true};
        digit_places_ = 1;
        if (!TakeSmallUnit(U'十', 10, any)) break;
        any = true;
        continue;
      }
      if (const int unit = SmallUnit(c)) {
        if (sequence_done_ || OpensUnitName(text_, at_) || !TakeSmallUnit(c, unit, any)) break;
        any = true;
        continue;
      }
      if (const int power = BigUnit(c)) {
        if (sequence_done_ || OpensUnitName(text_, at_) || !TakeBigUnit(power, length, any)) break;
        any = true;
        continue;
      }
      if (any && c == U'个' && digit_.set && !section_.set && groups_n_ == 0 &&
          (Starts(text_, at_ + 3, "多亿") || Starts(text_, at_ + 3, "余亿"))) {
        at_ += 6;  // 5个多亿
        out_.bound = Bound::kMoreThan;
        continue;
      }
      if (any && c == U'个' && digit_.set && !section_.set && groups_n_ == 0 &&
          (Starts(text_, at_ + 3, "亿") || Starts(text_, at_ + 3, "万亿"))) {
        at_ += 3;  // 两个亿
        continue;
      }
      if (any && (c == U'多' || c == U'余')) {
        if (!TakeMore(c)) break;
        if (BigUnit(CharAt(text_, at_)) != 0) continue;
        break;
      }
      if (any && c == U'来') {
        if (!TakeAbout()) break;
        if (BigUnit(CharAt(text_, at_)) != 0) continue;
        break;
      }
      // 七一二.二五点, 五十.八亿: papers that write figures in words.
      if (const size_t point = any ? HanPoint() : 0; point > 0) {
        if (!ReadHanDecimals(point)) break;
        continue;
      }
      if (any && c == U'点') {
        if (!ReadHanDecimals(3)) break;
        continue;
      }
      break;
    }
    return any && Finish();
  }

  bool ReadArabic() {
    std::string digits;
    size_t i = at_;
    while (IsDigitByte(text_, i)) digits += text_[i++];
    const size_t first = digits.size();
    // Groups of three behind commas; any other grouping is kept as written and marked.
    if (first >= 1 && first <= 3 && i < text_.size() && text_[i] == ',' && digits[0] != '0') {
      size_t j = i;
      std::string more = digits;
      size_t groups = 0;
      bool regular = true;
      size_t last = 0;
      while (groups < kMaxDigits / 2 && j < text_.size() && text_[j] == ',' &&
             IsDigitByte(text_, j + 1)) {
        size_t k = j + 1;
        while (IsDigitByte(text_, k) && k - j <= 4) more += text_[k++];
        last = k - j - 1;
        if (last != 3) regular = false;
        ++groups;
        j = k;
      }
      const bool indian = !regular && groups >= 2 && last == 3 && first <= 2 && IndianGroups(i, j);
      if (groups > 0 && (regular || indian)) {
        digits = more;
        i = j;
        out_.irregular_commas = !regular;
      }
    }
    if (digits.size() > kMaxDigits) return false;
    out_.digits = static_cast<uint32_t>(digits.size());
    // 3万0810 has none.
    out_.leading_zero = groups_n_ == 0 && digits.size() > 1 && digits[0] == '0';
    size_t decimals = 0;
    std::string number = digits.empty() ? "0" : digits;
    if (i < text_.size() && text_[i] == '.' && IsDigitByte(text_, i + 1)) {
      size_t k = i + 1;
      while (IsDigitByte(text_, k)) ++k;
      // Another dot: a version or date, whose parts stand alone.
      const bool dotted = k < text_.size() && text_[k] == '.' && IsDigitByte(text_, k + 1);
      if (!dotted) {
        decimals = k - i - 1;
        number += '.';
        number += text_.substr(i + 1, decimals);
        i = k;
      }
    }
    if (i == at_) return false;
    auto value = Decimal::Parse(number);
    if (!value) return false;
    // Scientific notation, not a name such as 3E2x.
    if (i + 1 < text_.size() && (text_[i] == 'e' || text_[i] == 'E')) {
      size_t k = i + 1;
      bool minus = false;
      if (k < text_.size() && (text_[k] == '+' || text_[k] == '-')) minus = text_[k++] == '-';
      int exponent = 0;
      const size_t from = k;
      while (IsDigitByte(text_, k) && k - from < 3) exponent = exponent * 10 + (text_[k++] - '0');
      if (k > from && k - from < 3 && !IsDigitByte(text_, k) && !IsAsciiLetter(CharAt(text_, k)) &&
          exponent <= 60) {
        value = value->Shifted(minus ? -exponent : exponent);
        decimals += static_cast<size_t>(minus ? exponent : 0);
        i = k;
      }
    }
    if (decimals > 60) return false;
    digit_ = {*value, *value, true};
    digit_arabic_ = true;
    digit_places_ = digits.size();
    out_.arabic = true;
    out_.decimals = static_cast<uint32_t>(decimals);
    last_precision_ = -static_cast<int>(decimals);
    at_ = i;
    return true;
  }

  // 12,34,567: two digits a group but the last.
  bool IndianGroups(size_t from, size_t to) const {
    size_t run = 0, runs = 0;
    for (size_t i = from; i < to; ++i) {
      if (text_[i] == ',') {
        if (runs > 0 && run != 2) return false;
        run = 0;
        ++runs;
      } else {
        ++run;
      }
    }
    return run == 3;
  }

  bool ReadHanDigits(bool any) {
    std::array<int, kMaxDigits> digits;
    size_t n = 0;
    size_t i = at_;
    while (n < digits.size()) {
      const char32_t c = CharAt(text_, i);
      const int d = HanDigit(c);
      if (d < 0) break;
      if (IsShyDigit(c) && !ShyDigitStands(i)) break;
      // 两 counts things or opens a magnitude; at the end of a numeral it is the weight.
      if (c == U'两' && (any || n > 0) && !OpensMagnitude(i + 3)) break;
      digits[n++] = d;
      i += CodePointLength(text_[i]);
    }
    if (n == 0) return false;
    const bool was_bare = bare_, was_chinese = out_.chinese;
    const int was_precision = last_precision_;
    auto leave = [&] {  // they belong to what follows
      bare_ = was_bare;
      out_.chinese = was_chinese;
      last_precision_ = was_precision;
      return false;
    };
    out_.chinese = true;
    bare_ = false;
    last_precision_ = 0;
    const char32_t next = CharAt(text_, i);
    const bool unit_follows = SmallUnit(next) != 0 || BigUnit(next) != 0;
    if (n == 1 && digits[0] == 0) {  // 零: a gap (一千零五) or zero itself
      at_ = i;
      if (any) {
        zero_ = true;
      } else {
        digit_ = {0, 0, true};
        digit_arabic_ = false;
        digit_places_ = 1;
        if (SmallUnit(next) != 0) {
          digit_.set = false;
          zero_ = true;
        }
      }
      return true;
    }
    if (n == 2 && digits[0] == 0 && any) {
      zero_ = true;
      digit_ = {digits[1], digits[1], true};
      digit_arabic_ = false;
      digit_places_ = 1;
      at_ = i;
      return true;
    }
    if (n == 1) {
      // 二十万一个, 500万二手住宅: the last digit counts what follows or is part of a word, and no
      // ten thousands.
      if (any && !zero_ && last_unit_power_ >= 3 &&
          ((digits[0] == 1 && IsWord(NumberWord::kLastOneBehind, next)) ||
           (digits[0] <= 2 && IsWord(NumberWord::kLastTwoBehind, next)))) {
        return leave();
      }
      digit_ = {digits[0], digits[0], true};
      digit_arabic_ = false;
      digit_places_ = 1;
      at_ = i;
      return true;
    }
    const bool pair = n == 2 && digits[0] > 0 &&
                      (digits[1] == digits[0] + 1 || (digits[0] == 3 && digits[1] == 5));
    if (pair && !(digits[0] == 9)) {  // 两三百, 七八十, 十七八
      if (any || unit_follows || !Starts(text_, i, "折")) {
        digit_ = {digits[0], digits[1], true};
        digit_arabic_ = false;
        digit_places_ = 1;
        pair_ = true;
        at_ = i;
        return true;
      }
    }
    // Behind a magnitude only one digit is read: 三万二 but not 三万二五. All four of its places
    // read off one by one are: 二万三一五四口, 七亿三二一五万, as papers that write figures in
    // words print.
    constexpr size_t kPlaces = 4;
    const bool fills = any && n == kPlaces && groups_n_ > 0 && closed_at_ == at_ &&
                       (last_unit_power_ == 4 || BigUnit(next) == 4) && next != U'年';
    if (any && !fills) return leave();
    // Digits read off one by one.
    std::string number;
    for (size_t k = 0; k < n; ++k) number += static_cast<char>('0' + digits[k]);
    auto value = Decimal::Parse(number);
    if (!value) return leave();
    digit_ = {*value, *value, true};
    digit_arabic_ = false;
    digit_places_ = n;
    out_.sequence = !fills;
    out_.leading_zero = !fills && digits[0] == 0;
    sequence_done_ = !unit_follows;
    at_ = i;
    return true;
  }

  // Whether a magnitude word follows that the numeral so far can take in.
  bool OpensMagnitude(size_t at) const {
    const char32_t c = CharAt(text_, at);
    if (const int unit = SmallUnit(c)) {
      return !section_.set || Decimal(unit) < Decimal::PowerOfTen(section_power_);
    }
    const int power = BigUnit(c);
    return power != 0 && (groups_n_ == 0 || power < groups_[groups_n_ - 1].power ||
                          FoldsInto(power));
  }

  // 陆 or 拾 beside another numeral character.
  bool ShyDigitStands(size_t i) const {
    const char32_t next = CharAt(text_, i + 3);
    const char32_t before = i > 0 ? CodePointBefore(text_, i) : 0;
    auto numeral = [](char32_t c) {
      return SmallUnit(c) != 0 || BigUnit(c) != 0 || (HanDigit(c) >= 0 && c != U'一');
    };
    if (SmallUnit(next) != 0 || BigUnit(next) != 0) return true;
    if (next == U'点' && HanDigit(CharAt(text_, i + 6)) >= 0) return true;
    if (next == U'分' && (before == U'角' || before == U'元' || before == U'圆')) return true;
    if (next == U'元' || next == U'圆' || next == U'角' || next == U'成' || next == U'折' ||
        next == U'整') {
      return CharAt(text_, i) != U'参' && CharAt(text_, i) != U'俩';
    }
    if (i > begin_ && (SmallUnit(before) != 0 || BigUnit(before) != 0 || before == U'零')) {
      return CharAt(text_, i) != U'参';
    }
    if (i == begin_ && is_numerator_) return true;
    if (i > begin_ && numeral(before)) return true;
    return i > begin_ && before == U'点';
  }

  bool ReadVague(char32_t c, bool any) {
    const size_t next_at = at_ + 3;
    const char32_t next = CharAt(text_, next_at);
    int unit = OpensUnitName(text_, next_at < text_.size() ? next_at : at_) ? 0 : SmallUnit(next);
    // 十几十: the second 十 is another number's.
    if (section_.set && unit != 0 && Decimal(unit) >= Decimal::PowerOfTen(section_power_)) unit = 0;
    if (c == U'数' && any) return false;
    if (any && unit == 0) {  // 十几, 二十几: one to nine more
      if (last_unit_power_ < 1) return false;
      digit_ = {1, 9, true};
      zero_ = true;
      pair_ = true;
    } else {
      digit_ = {2, 9, true};
      vague_digit_ = unit != 0;
      if (!any) out_.vague = true;
    }
    digit_arabic_ = false;
    digit_places_ = 1;
    bare_ = false;
    out_.chinese = true;
    last_precision_ = 0;
    at_ = next_at;
    return true;
  }

  bool TakeSmallUnit(char32_t c, int unit, bool any) {
    if ((c == U'拾' || c == U'佰' || c == U'仟') && !any && !FormalUnitStands()) return false;
    const int power = unit == 10 ? 1 : unit == 100 ? 2 : 3;
    Pair value = digit_;
    if (section_.set && section_power_ <= power) return false;
    if (!value.set) {
      if (section_.set && power != 1) return false;
      if (!any) bare_ = unit > 10;
      if (any && !section_.set && !zero_ && groups_n_ > 0 && power != 1) return false;
      value = {1, 1, true};
    } else {
      bare_ = false;
      if (digit_arabic_ && out_.decimals > 0 && section_.set) return false;
    }
    auto low = value.low.Shifted(power);
    auto high = value.high.Shifted(power);
    if (vague_digit_) high = Decimal(10).Shifted(power).Subtract(1).value_or(high);
    vague_digit_ = false;
    single_unit_ = !section_.set && digit_.set && digit_places_ == 1 ? unit : 1;
    AddTo(section_, low, high);
    section_power_ = power;
    last_unit_power_ = power;
    last_precision_ = digit_arabic_ || groups_n_ > 0 ? last_precision_ + power : 0;
    digit_ = {};
    digit_arabic_ = false;
    zero_ = false;
    out_.chinese = true;
    at_ += CodePointLength(text_[at_]);
    return true;
  }

  // 拾 opens a numeral only where another formal one follows (拾万, 拾亿, not 拾取).
  bool FormalUnitStands() const {
    const char32_t next = CharAt(text_, at_ + 3);
    const char32_t after = CharAt(text_, at_ + 6);
    return BigUnit(next) != 0 || (HanDigit(next) >= 0 && IsShyDigit(next)) || next == U'元' ||
           (HanDigit(next) >= 0 && (BigUnit(after) != 0 || SmallUnit(after) != 0)) ||
           next == U'圆' || Starts(text_, at_ + 3, "分之");
  }

  bool TakeBigUnit(int power, size_t length, bool any) {
    // 亿壹亿: a magnitude cannot stand behind one as small; what is before it is read without it.
    if (groups_n_ > 0 && closed_at_ != at_ && groups_[0].power <= power && !FoldsInto(power)) {
      return false;
    }
    if (digit_.set && !section_.set) zero_ = true;  // 一亿四万: four ten thousands
    CloseSection();
    Pair value = section_;
    if (!value.set) {
      if (groups_n_ == 0) {
        if (any) return false;
        bare_ = true;
        value = {1, 1, true};
      } else if (closed_at_ == at_) {
        // 万亿, 万万: the magnitude multiplies what is there.
        Group& last = groups_[groups_n_ - 1];
        if (last.power + power > 24) return false;
        last.low = last.low.Shifted(power);
        last.high = last.high.Shifted(power);
        last.power += power;
        // 一万五千亿 left a smaller group behind; 三亿万 does not exist in texts.
        at_ += length;
        closed_at_ = at_;
        last_unit_power_ = last.power;
        last_precision_ += power;
        return true;
      } else {
        return false;
      }
    }
    // What is smaller than this magnitude belongs to it: 一万五千亿 is 15000亿.
    Decimal low = value.low, high = value.high;
    while (groups_n_ > 0 && groups_[groups_n_ - 1].power < power) {
      const Group& g = groups_[groups_n_ - 1];
      auto l = g.low.Add(low), h = g.high.Add(high);
      if (!l || !h) return false;
      low = *l;
      high = *h;
      --groups_n_;
    }
    if (groups_n_ == groups_.size()) return false;
    if (groups_n_ > 0 && groups_[groups_n_ - 1].power <= power) return false;
    groups_[groups_n_++] = {low.Shifted(power), high.Shifted(power), power};
    section_ = {};
    zero_ = false;
    last_unit_power_ = power;
    last_precision_ = (out_.decimals > 0 ? -static_cast<int>(out_.decimals) : 0) + power;
    out_.chinese = true;
    at_ += length;
    closed_at_ = at_;
    return true;
  }

  // Whether the groups so far are all smaller than the magnitude, so that it multiplies their sum.
  bool FoldsInto(int power) const {
    for (size_t i = 0; i < groups_n_; ++i) {
      if (groups_[i].power >= power) return false;
    }
    return true;
  }

  // Digits behind the last unit: 一百五 is 150, 三万二 is 32000, 一万零三 is 10003.
  void CloseSection() {
    if (!digit_.set) return;
    Decimal low = digit_.low, high = digit_.high;
    if (!zero_ && last_unit_power_ > 1 && digit_places_ == 1 && (section_.set || groups_n_ > 0) &&
        out_.decimals == 0) {
      low = low.Shifted(last_unit_power_ - 1);
      high = high.Shifted(last_unit_power_ - 1);
      last_precision_ = last_unit_power_ - 1;
      single_unit_ = 1;
    }
    AddTo(section_, low, high);
    digit_ = {};
  }

  bool TakeMore(char32_t c) {
    // 20多, 3000余, 一百多: behind a round number only.
    if (digit_.set && (digit_.low.exponent() < 1 || digit_.low.zero() || pair_)) return false;
    const char32_t next = CharAt(text_, at_ + 3);
    if (c == U'余' && IsWord(NumberWord::kRemainderInWord, next)) return false;
    if (c == U'多' && IsWord(NumberWord::kMoreInWord, next)) return false;
    out_.bound = Bound::kMoreThan;
    at_ += 3;
    closed_at_ = closed_at_ == at_ - 3 ? at_ : closed_at_;
    return true;
  }

  bool TakeAbout() {
    const bool round = digit_arabic_ && !digit_.low.zero() && digit_.low.exponent() >= 1;
    if (digit_.set ? !round : last_unit_power_ < 1) return false;  // 50来人, 五十来人
    const char32_t next = CharAt(text_, at_ + 3);
    if (!IsWord(NumberWord::kAboutBehind, next)) return false;
    out_.bound = Bound::kAbout;
    at_ += 3;
    closed_at_ = closed_at_ == at_ - 3 ? at_ : closed_at_;
    return true;
  }

  // A point between digits in words, of two before it, or of one in an amount: 一.二季度 is an item
  // of a list, 七．六四％ a number. 七四三七·三亿 too, but only where it is sure to be one: 一二·九
  // is a day. Returns its bytes, 0 where there is none.
  size_t HanPoint() const {
    constexpr size_t kShortest = 6;
    const char32_t point = CharAt(text_, at_);
    const bool dot = point == U'·' || point == U'‧' || point == U'・';
    if (out_.arabic || (point != '.' && !dot)) return 0;
    const size_t size = CodePointLength(text_[at_]);
    if (HanDigit(CharAt(text_, at_ + size)) < 0) return 0;
    const bool two_before = at_ - begin_ >= kShortest;
    if (two_before && !dot) return size;
    size_t i = at_ + size;
    while (HanDigit(CharAt(text_, i)) >= 0) i += CodePointLength(text_[i]);
    const char32_t behind = CharAt(text_, i);
    const bool amount = behind == '%' || behind == U'元' || behind == U'倍' ||
                        BigUnit(behind) != 0 || Starts(text_, i, "个百分点") ||
                        (two_before && behind == U'点');
    return amount ? size : 0;
  }

  // 六点五, 四百亿点零五: digits behind 点, unless a clock is read (八点二十, 三点五分), or behind
  // another point; it has so many bytes.
  bool ReadHanDecimals(size_t point) {
    if (out_.decimals > 0 || pair_) return false;
    size_t i = at_ + point;
    std::string digits;
    while (digits.size() < 18) {
      const char32_t c = CharAt(text_, i);
      const int d = HanDigit(c);
      if (d < 0 || (IsShyDigit(c) && digits.empty() && !ShyDigitStands(i) &&
                    HanDigit(CharAt(text_, i + 3)) < 0)) {
        break;
      }
      if (c == U'两' || c == U'俩') break;
      digits += static_cast<char>('0' + d);
      i += CodePointLength(text_[i]);
    }
    if (digits.empty() || out_.arabic) return false;
    const char32_t next = CharAt(text_, i);
    if (SmallUnit(next) != 0) return false;
    if ((next == U'分' && !Starts(text_, i, "分之")) || next == U'刻') return false;
    CloseSection();
    Decimal low = section_.low, high = section_.high;
    auto fraction = Decimal::Parse("0." + digits);
    if (!fraction) return false;
    auto l = low.Add(*fraction), h = high.Add(*fraction);
    if (!l || !h) return false;
    section_ = {*l, *h, true};
    out_.decimals = static_cast<uint32_t>(digits.size());
    last_precision_ = -static_cast<int>(digits.size());
    at_ = i;
    section_power_ = 0;
    last_unit_power_ = 0;
    single_unit_ = 1;
    bare_ = false;
    sequence_done_ = false;
    return true;
  }

  bool Finish() {
    CloseSection();
    Pair total = section_;
    for (size_t i = 0; i < groups_n_; ++i) AddTo(total, groups_[i].low, groups_[i].high);
    if (!total.set) {
      if (!zero_) return false;
      total = {0, 0, true};
    }
    out_.low = total.low;
    out_.high = total.high;
    out_.bare = bare_ && !out_.arabic;
    out_.precision = Decimal::PowerOfTen(last_precision_);
    if (groups_n_ > 0 && !section_.set) {
      const Group& last = groups_[groups_n_ - 1];
      out_.scale = Decimal::PowerOfTen(last.power);
      if (groups_n_ == 1) out_.small_scale = single_unit_;
    } else if (groups_n_ == 0) {
      out_.small_scale = single_unit_;
    }
    return !overflow_;
  }

  void AddTo(Pair& to, const Decimal& low, const Decimal& high) {
    if (!to.set) {
      to = {low, high, true};
      return;
    }
    auto l = to.low.Add(low), h = to.high.Add(high);
    if (!l || !h) {
      overflow_ = true;
      return;
    }
    to.low = *l;
    to.high = *h;
  }

  std::string_view text_;
  size_t begin_;
  size_t at_;
  bool is_numerator_;
  Numeral out_;

  Pair numerator_, denominator_;  // of a fraction

  std::array<Group, 4> groups_;
  size_t groups_n_ = 0;
  size_t closed_at_ = 0;  // where the last magnitude word ended
  Pair section_;          // below the next magnitude word
  int section_power_ = 0;  // of the smallest unit in it
  Pair digit_;             // a digit (or a number in Arabic digits) that waits for its unit
  bool digit_arabic_ = false;
  size_t digit_places_ = 0;
  bool zero_ = false;      // 零 stands before the digit
  bool pair_ = false;      // the digit is a range of its own
  bool vague_digit_ = false;
  bool bare_ = false;
  bool sequence_done_ = false;
  bool overflow_ = false;
  int last_unit_power_ = 0;
  int last_precision_ = 0;
  int single_unit_ = 1;
};

}  // namespace

int HanDigit(char32_t c) {
  switch (c) {
    case U'零': case U'〇': case U'○': return 0;
    case U'一': case U'壹': return 1;
    case U'二': case U'贰': case U'两': case U'俩': return 2;
    case U'三': case U'叁': case U'参': case U'仨': return 3;
    case U'四': case U'肆': return 4;
    case U'五': case U'伍': return 5;
    case U'六': case U'陆': return 6;
    case U'七': case U'柒': return 7;
    case U'八': case U'捌': return 8;
    case U'九': case U'玖': return 9;
    default: return -1;
  }
}

bool StartsNumeral(char32_t c) {
  return IsAsciiDigit(c) || HanDigit(c) >= 0 || SmallUnit(c) != 0 || BigUnit(c) != 0 ||
         Tens(c) != 0 || c == U'几' || c == U'数';
}

std::optional<Numeral> ReadNumeral(std::string_view text, size_t at) {
  return Reader(text, at).Read();
}

}  // namespace hanfact::normalize
