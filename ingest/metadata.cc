#include "ingest/metadata.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

using Json = nlohmann::json;

constexpr int kMinYear = 1980, kMaxYear = 2100;

// A cursor over folded text (ASCII digits, Han signs).
struct Scan {
  std::string_view text;
  size_t at;

  [[nodiscard]] bool Done() const { return at >= text.size(); }
  [[nodiscard]] char Peek() const { return Done() ? '\0' : text[at]; }
  // A number of min to max digits that is not followed by a digit.
  std::optional<int> Number(size_t min, size_t max) {
    size_t p = at;
    int value = 0;
    while (p < text.size() && text[p] >= '0' && text[p] <= '9' && p - at < max + 1) {
      value = value * 10 + (text[p] - '0');
      ++p;
    }
    const size_t n = p - at;
    if (n < min || n > max) return std::nullopt;
    at = p;
    return value;
  }
  bool Take(std::string_view piece) {
    if (text.substr(at, piece.size()) != piece) return false;
    at += piece.size();
    return true;
  }
  void Blanks() {
    while (!Done()) {
      if (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r') {
        ++at;
      } else if (Take("\u3000") || Take("\u00A0")) {
      } else {
        break;
      }
    }
  }
};

// A time of day behind a date: " 14:03:05+08:00", "T140305Z", " 下午2:03", " 14时03分".
void ReadTime(Scan& scan, Stamp& stamp) {
  const size_t start = scan.at;
  size_t end = scan.at;
  Scan s = scan;
  bool afternoon = false;
  if (!s.Take("T")) {
    s.Blanks();
    for (std::string_view filler :
         {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日", "星期天", "(星期",
          "周",     "HKT",    "|",      "｜",     "／",     "/",      ",",      "-",      "——",
          "(一)",   "(二)",   "(三)",   "(四)",   "(五)",   "(六)",   "(日)"}) {
      if (s.Take(filler)) break;
    }
    s.Blanks();
    if (s.Take("HKT")) s.Blanks();
    for (std::string_view word : {"下午", "晚上", "晚间", "晚間", "PM", "pm"}) {
      if (s.Take(word)) {
        afternoon = true;
        break;
      }
    }
    for (std::string_view word : {"上午", "凌晨", "早上", "中午", "AM", "am"}) {
      if (s.Take(word)) break;
    }
    s.Blanks();
  }
  const std::optional<int> hour = s.Number(1, 2);
  if (!hour || *hour > 23 || !(s.Take(":") || s.Take("时") || s.Take("時") || s.Take("点"))) return;
  s.Blanks();
  const std::optional<int> minute = s.Number(1, 2);
  if (!minute || *minute > 59) return;
  int second = 0;
  Scan t = s;
  if (t.Take(":")) {
    if (std::optional<int> sec = t.Number(1, 2); sec && *sec < 60) {
      second = *sec;
      s = t;
      if (s.Take(".")) {
        while (s.Peek() >= '0' && s.Peek() <= '9') ++s.at;
      }
    }
  }
  int h = *hour;
  Scan u = s;
  u.Blanks();
  if (u.Take("PM") || u.Take("pm")) afternoon = true;
  if (afternoon && h < 12) h += 12;
  stamp.second_of_day = h * 3600 + *minute * 60 + second;
  end = s.at;
  // The offset.
  Scan z = s;
  if (z.Take("Z")) {
    stamp.offset_minutes = 0;
    end = z.at;
  } else if (z.Peek() == '+' || z.Peek() == '-') {
    const int sign = z.Peek() == '-' ? -1 : 1;
    ++z.at;
    if (std::optional<int> hhmm = z.Number(4, 4)) {
      stamp.offset_minutes = sign * (*hhmm / 100 * 60 + *hhmm % 100);
      end = z.at;
    } else if (std::optional<int> hh = z.Number(2, 2)) {
      if (z.Take(":")) {
        if (std::optional<int> mm = z.Number(2, 2)) {
          stamp.offset_minutes = sign * (*hh * 60 + *mm);
          end = z.at;
        }
      }
    }
  }
  if (end > start) scan.at = end;
}

int ChineseDigit(std::string_view c) {
  static constexpr std::array<std::string_view, 10> kDigits = {"〇", "一", "二", "三", "四",
                                                               "五", "六", "七", "八", "九"};
  for (size_t i = 0; i < kDigits.size(); ++i) {
    if (kDigits[i] == c) return static_cast<int>(i);
  }
  if (c == "零" || c == "○" || c == "Ｏ") return 0;
  return -1;
}

// 一 to 三十一; advances. -1 if there is none.
int ChineseSmall(Scan& s) {
  int tens = -1, ones = -1;
  auto digit = [&]() -> int {
    if (s.at + 3 > s.text.size()) return -1;
    const int d = ChineseDigit(s.text.substr(s.at, 3));
    if (d >= 0) s.at += 3;
    return d;
  };
  int first = digit();
  if (s.Take("十")) {
    tens = first < 0 ? 1 : first;
    ones = digit();
    return tens * 10 + std::max(0, ones);
  }
  return first;
}

int MonthName(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (text.substr(0, 3) == kMonths[i]) return static_cast<int>(i) + 1;
  }
  return 0;
}

bool Plausible(Date d) { return IsValid(d) && d.year >= kMinYear && d.year <= kMaxYear; }

// Folds full-width digits and signs without moving byte borders of what matters: positions are only
// used for order, so a folded copy serves.
std::string FoldDigits(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const uint32_t n = CodePointLength(text[i]);
    char32_t c = n == 1 ? static_cast<unsigned char>(text[i]) : CodePointAt(text, i);
    if (c >= 0xFF01 && c <= 0xFF5E) {
      out += static_cast<char>(c - 0xFEE0);
    } else {
      out.append(text, i, n);
    }
    i += n;
  }
  return out;
}

// Ends a stamp whose date was read up to the scan: none where there is no such day; the time of day
// behind it is read unless it is known.
std::optional<Stamp> Finished(Stamp stamp, Date date, Scan s) {
  stamp.date = date;
  if (!Plausible(stamp.date)) return std::nullopt;
  if (!stamp.second_of_day) ReadTime(s, stamp);
  stamp.end = s.at;
  return stamp;
}

// 20210301, 202103011052, 20210301105232: `digits` of them.
std::optional<Stamp> PackedStamp(Scan s, size_t digits) {
  const auto part = [&](size_t from, size_t size) {
    int v = 0;
    for (size_t i = 0; i < size; ++i) v = v * 10 + (s.text[s.at + from + i] - '0');
    return v;
  };
  Stamp stamp;
  stamp.begin = s.at;
  stamp.date = {part(0, 4), part(4, 2), part(6, 2)};
  if (!Plausible(stamp.date)) return std::nullopt;
  if (digits >= 12) {
    const int seconds = part(8, 2) * 3600 + part(10, 2) * 60 + (digits == 14 ? part(12, 2) : 0);
    if (part(8, 2) < 24 && part(10, 2) < 60) stamp.second_of_day = seconds;
  }
  s.at += digits;
  if (digits == 8) ReadTime(s, stamp);
  stamp.end = s.at;
  return stamp;
}

// 2024 07/18 20:18: the year in a box of its own. The scan stands behind the year.
std::optional<Stamp> BoxedYearStamp(Stamp stamp, int year, Scan s) {
  const std::optional<int> month = s.Number(2, 2);
  const char sign = s.Peek();
  if (!month || (sign != '/' && sign != '-') || !s.Take({&sign, 1})) return std::nullopt;
  const std::optional<int> day = s.Number(2, 2);
  if (!day) return std::nullopt;
  return Finished(stamp, {year, *month, *day}, s);
}

// 2021年3月1日, 2021-03-01, 110/3/1 (of the Republic), 21-3-1, 18/07/2024: `digits` in front.
std::optional<Stamp> PartedStamp(Scan s, size_t digits) {
  constexpr int kRepublic = 1911, kFirstOfRepublic = 70, kLastOfRepublic = 189;
  Stamp stamp;
  stamp.begin = s.at;
  int year = *s.Number(digits, digits);
  s.Blanks();
  const bool words = s.Take("年");
  const char separator = words ? '\0' : s.Peek();
  if (!words) {
    if (separator != '-' && separator != '/' && separator != '.') {
      // 1 Mar 2021 is read at the month's name.
      return digits == 4 ? BoxedYearStamp(stamp, year, s) : std::nullopt;
    }
    ++s.at;
  }
  s.Blanks();
  const std::optional<int> month = s.Number(1, 2);
  if (!month) return std::nullopt;
  s.Blanks();
  if (!s.Take(words ? std::string_view("月") : std::string_view(&separator, 1))) {
    return std::nullopt;
  }
  s.Blanks();
  if (Scan last = s; digits == 2 && (separator == '/' || separator == '-')) {
    if (const std::optional<int> full = last.Number(4, 4)) {
      // 18/07/2024, and 07/18/2024 where that can be no month.
      return Finished(stamp, *month > 12 ? Date{*full, year, *month} : Date{*full, *month, year},
                      last);
    }
  }
  const std::optional<int> day = s.Number(1, 2);
  if (!day) return std::nullopt;
  if (words) {
    s.Blanks();
    if (!s.Take("日") && !s.Take("号") && !s.Take("號")) return std::nullopt;
  }
  if (digits == 3) {
    if (year < kFirstOfRepublic || year > kLastOfRepublic) return std::nullopt;
    if (separator == '.' || separator == '-') return std::nullopt;
    year += kRepublic;
  } else if (digits == 2) {
    if (separator == '.') return std::nullopt;
    year += 2000;
    stamp.two_digit_year = true;
  }
  return Finished(stamp, {year, *month, *day}, s);
}

// 二〇二一年三月一日
std::optional<Stamp> HanStamp(Scan s) {
  constexpr size_t kDigit = 3, kDigitsOfYear = 4;  // bytes of one
  Stamp stamp;
  stamp.begin = s.at;
  int year = 0;
  for (size_t i = 0; i < kDigitsOfYear; ++i) {
    if (s.at + kDigit > s.text.size()) return std::nullopt;
    const int d = ChineseDigit(s.text.substr(s.at, kDigit));
    if (d < 0) return std::nullopt;
    year = year * 10 + d;
    s.at += kDigit;
  }
  if (!s.Take("年")) return std::nullopt;
  const int month = ChineseSmall(s);
  if (!s.Take("月")) return std::nullopt;
  const int day = ChineseSmall(s);
  if (!s.Take("日")) return std::nullopt;
  return Finished(stamp, {year, month, day}, s);
}

// The day that stands in front of a month's name: 01 Mar; 0 for none.
int DayBefore(std::string_view text, size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '-')) --at;
  int day = 0;
  for (int scale = 1;
       at > 0 && IsAsciiDigit(static_cast<unsigned char>(text[at - 1])) && scale < 100;
       scale *= 10) {
    day += (text[--at] - '0') * scale;
  }
  return day;
}

// Mar 01 10:52:32 HKT 2021; March 1, 2021; and, looking back, 01 Mar 2021.
std::optional<Stamp> MonthNameStamp(Scan s, int month) {
  Stamp stamp;
  stamp.begin = s.at;
  const size_t name = s.at;
  s.at += 3;
  while (!s.Done() && ((s.Peek() >= 'a' && s.Peek() <= 'z') || s.Peek() == '.')) ++s.at;
  s.Blanks();
  Scan back = s;
  if (const std::optional<int> year = back.Number(4, 4)) {
    return Finished(stamp, {*year, month, DayBefore(s.text, name)}, back);
  }
  const std::optional<int> day = s.Number(1, 2);
  if (!day) return std::nullopt;
  const bool comma = s.Take(",");
  s.Blanks();
  if (Scan time = s; !comma) {
    ReadTime(time, stamp);
    if (time.at > s.at) {
      s = time;
      s.Blanks();
      while (!s.Done() && s.Peek() >= 'A' && s.Peek() <= 'Z') ++s.at;
      s.Blanks();
    }
  }
  const std::optional<int> year = s.Number(4, 4);
  if (!year) return std::nullopt;
  return Finished(stamp, {*year, month, *day}, s);
}

// The date that the text has at the byte, with its time; none where it has none.
std::optional<Stamp> StampAt(std::string_view text, size_t at) {
  const Scan s{text, at};
  if (IsAsciiDigit(static_cast<unsigned char>(text[at]))) {
    constexpr size_t kMost = 15;
    size_t digits = 0;
    while (at + digits < text.size() && digits < kMost &&
           IsAsciiDigit(static_cast<unsigned char>(text[at + digits]))) {
      ++digits;
    }
    if (digits == 8 || digits == 12 || digits == 14) return PackedStamp(s, digits);
    return digits >= 2 && digits <= 4 ? PartedStamp(s, digits) : std::nullopt;
  }
  const std::string_view rest = text.substr(at);
  for (const std::string_view century : {"二〇", "二零", "二○"}) {
    if (rest.starts_with(century)) return HanStamp(s);
  }
  const int month = MonthName(rest);
  return month > 0 ? MonthNameStamp(s, month) : std::nullopt;
}

// The time of day that stands right before a date: "16:20 2024-07-18".
std::optional<int> TimeBefore(std::string_view head) {
  constexpr size_t kEnough = 10;
  while (head.ends_with(' ')) head.remove_suffix(1);
  if (head.size() > kEnough) head.remove_prefix(head.size() - kEnough);
  static const RE2 kTime(R"((?:^|[^\d:.]|[^\d]:)(\d{1,2}):(\d\d)(?::(\d\d))?$)");
  int hour = 0, minute = 0;
  std::string second;
  if (!RE2::PartialMatch(re2::StringPiece(head.data(), head.size()), kTime, &hour, &minute,
                         &second) ||
      hour > 23 || minute > 59) {
    return std::nullopt;
  }
  return hour * 3600 + minute * 60 + (second.empty() ? 0 : std::atoi(second.c_str()));
}

std::string Collapse(std::string_view text) {
  std::string out;
  bool blank = false;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = CodePointAt(text, i);
    const uint32_t n = CodePointLength(text[i]);
    if (IsSpace(c) && c != 0x3000) {
      blank = !out.empty();
    } else if (c >= 0x20) {
      if (blank) out += ' ';
      blank = false;
      out.append(text, i, n);
    }
    i += n;
  }
  return std::string(Trim(out));
}

// Signs without which two names are compared.
std::string NameKey(std::string_view name) {
  std::string key = FoldLine(name);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return key;
}

bool UsableName(std::string_view name) {
  if (name.size() < 2 || name.size() > 90) return false;
  if (name.find("http") != std::string_view::npos || name.find('@') != std::string_view::npos) {
    return false;
  }
  bool letter = false;
  for (size_t i = 0; i < name.size(); i += CodePointLength(name[i])) {
    const char32_t c = CodePointAt(name, i);
    if (IsHan(c) || IsAsciiLetter(c)) letter = true;
  }
  static constexpr std::array<std::string_view, 12> kNobody = {
      "未知", "佚名", "admin", "editor",   "null", "undefined",
      "本站", "网络", "原创",  "匿名用户", "整理", "综合"};
  for (std::string_view nobody : kNobody) {
    if (name == nobody) return false;
  }
  // 星期四, 資料圖片, 视觉中国供图: of dates and pictures.
  static const RE2 kNoName(
      R"(^(?:星期|周|週)[一二三四五六日天]$|^(?:资料|資料|档案|檔案|示意|网络|網路|網絡|视频|視頻)[图圖照]?片?$|(?:提供|供图|供圖|截图|截圖|翻攝|翻摄|照片|图片|圖片)$)");
  if (RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), kNoName)) return false;
  return letter;
}

// The name of a person or desk without what stands around it: "記者陳嘉寧／桃園機場報導",
// "陈智 整合", "中国广州发布 关注".
std::string CleanPerson(std::string_view raw, std::string_view site, const Rules& rules) {
  std::string name = Collapse(raw);
  // "李丹 07-18 20:48": the time beside the name.
  static const RE2 kTime(
      R"([ ·|]*(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?)?[ ·|T]*(?:\d{1,2}:\d\d(?::\d\d)?)?$)");
  RE2::Replace(&name, kTime, "");
  static const RE2 kHead(
      R"(^(?:作者|責任編輯|记者|記者|本报记者|特約記者|通讯员|撰文|文|發稿|by|By|BY)[:：/／ ]*)");
  static const RE2 kTail(
      R"((?:[/／][^/／]{0,12}(?:報導|报道|報道)|[ ]?(?:整合|报道|報導|報道|关注|關注|\+|摄|攝|责任编辑|編輯|编辑|来源|发布|發布|整理|編譯|编译).*)$)");
  // An outlet before the person: 聯合報 記者林宸誼.
  static const RE2 kInner(R"((?:记者|記者)[:： ]?([\p{Han}]{2,4}(?:[、 ][\p{Han}]{2,4}){0,3}))");
  re2::StringPiece inner;
  if (RE2::PartialMatch(name, kInner, &inner)) {
    // 記者張若帆 台北: the place is no second name.
    std::string_view names(inner.data(), inner.size());
    const size_t blank = names.rfind(' ');
    if (blank != std::string_view::npos && rules.IsDatelinePlace(names.substr(blank + 1))) {
      names = names.substr(0, blank);
    }
    return std::string(names);
  }
  RE2::Replace(&name, kHead, "");
  const std::string whole = name;
  RE2::Replace(&name, kTail, "");
  if (Trim(name).empty()) name = whole;
  if (!site.empty() && name.size() > site.size() + 1 && name.starts_with(site) &&
      name[site.size()] == ' ') {
    name.erase(0, site.size() + 1);
  }
  return std::string(Trim(name));
}

// "更新時間：16:45 2024-07-18": when a page was changed, not when it was published.
bool TellsChange(std::string_view line) {
  static const RE2 kChange(R"(^(?:最[后後近新])?(?:更新|修改|修訂|修订)[^发發刊出]*$)");
  return RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), kChange);
}

// The site's name out of its page titles: the last part behind the headline.
std::string SiteInTitle(const std::vector<std::string>& titles, std::string_view headline) {
  for (const std::string& title : titles) {
    std::string rest = Collapse(title);
    const std::string head = Collapse(headline);
    if (!head.empty() && rest.starts_with(head)) {
      rest.erase(0, head.size());
    } else {
      const std::string stripped = StripSiteSuffix(rest);
      if (stripped.size() >= rest.size() || !rest.starts_with(stripped)) continue;
      rest.erase(0, stripped.size());
    }
    std::string best, part;
    auto flush = [&] {
      const std::string_view name = Trim(part);
      LineCounts counts;
      CountLine(name, counts);
      if (counts.han >= 2 && counts.units <= 28 && counts.marks == 0) best = std::string(name);
      part.clear();
    };
    for (size_t i = 0; i < rest.size();) {
      const char32_t c = CodePointAt(rest, i);
      const uint32_t n = CodePointLength(rest[i]);
      if (c == '_' || c == '|' || c == '-' || c == U'｜' || c == U'–' || c == U'—' || c == '(' ||
          c == ')' || c == ':' || c == '>') {
        flush();
      } else {
        part.append(rest, i, n);
      }
      i += n;
    }
    flush();
    // "三立新聞網 SETN.COM": the Han part names it.
    if (const size_t blank = best.find(' '); blank != std::string::npos && blank >= 6) {
      best.resize(blank);
    }
    if (!best.empty()) return best;
  }
  return {};
}

// Names that stand bare in a line behind the headline: "2018年12月28日 19:55 新京报".
std::vector<std::string> BareNames(std::string_view line) {
  std::string folded = FoldDigits(line);
  const std::vector<Stamp> stamps = FindStamps(folded);
  for (size_t k = stamps.size(); k-- > 0;) {
    folded.replace(stamps[k].begin, stamps[k].end - stamps[k].begin, " ");
  }
  std::vector<std::string> out;
  std::string part;
  auto flush = [&] {
    const std::string_view name = Trim(part);
    LineCounts counts;
    CountLine(name, counts);
    if (counts.han >= 2 && counts.units >= 4 && counts.units <= 24) out.emplace_back(name);
    part.clear();
  };
  for (size_t i = 0; i < folded.size();) {
    const char32_t c = CodePointAt(folded, i);
    const uint32_t n = CodePointLength(folded[i]);
    if (IsSpace(c) || c == '|' || c == '[' || c == ']' || c == U'【' || c == U'】' || c == '(' ||
        c == ')' || c == U'：' || c == ':' || c == '/' || c == U'，') {
      flush();
    } else {
      part.append(folded, i, n);
    }
    i += n;
  }
  flush();
  return out;
}

// Whether brackets are nested deeper than any honest JSON-LD has them: parsing that costs memory
// out of proportion.
bool IsDeep(std::string_view json) {
  constexpr int kMaxDepth = 64;
  int depth = 0;
  for (char c : json) {
    if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

struct JsonLdFacts {
  std::string headline, published, author, source, site;
};

std::string NameOf(const Json& value, int depth = 0) {
  if (depth > 4) return {};
  if (value.is_string()) return Collapse(value.get<std::string>());
  if (value.is_array()) {
    std::string out;
    for (const Json& item : value) {
      const std::string name = NameOf(item, depth + 1);
      if (name.empty()) continue;
      if (!out.empty()) out += "、";
      out += name;
      if (out.size() > 200) break;
    }
    return out;
  }
  if (value.is_object()) {
    const auto it = value.find("name");
    if (it != value.end()) return NameOf(*it, depth + 1);
  }
  return {};
}

void ReadJsonLd(const Json& value, JsonLdFacts& facts, int depth) {
  if (depth > 6) return;
  if (value.is_array()) {
    for (const Json& item : value) ReadJsonLd(item, facts, depth + 1);
    return;
  }
  if (!value.is_object()) return;
  if (const auto graph = value.find("@graph"); graph != value.end()) {
    ReadJsonLd(*graph, facts, depth + 1);
  }
  auto text = [&](const char* key) -> std::string {
    const auto it = value.find(key);
    return it != value.end() && it->is_string() ? Collapse(it->get<std::string>()) : std::string();
  };
  const auto type = value.find("@type");
  const std::string kind = type == value.end() ? std::string() : NameOf(*type);
  const bool article = kind.find("Article") != std::string::npos ||
                       kind.find("BlogPosting") != std::string::npos ||
                       kind.find("Report") != std::string::npos;
  if (!article && value.find("datePublished") == value.end() &&
      value.find("pubDate") == value.end()) {
    return;
  }
  if (facts.headline.empty()) facts.headline = text("headline");
  if (facts.published.empty()) facts.published = text("datePublished");
  if (facts.published.empty()) facts.published = text("pubDate");
  if (facts.author.empty()) {
    if (const auto it = value.find("author"); it != value.end()) facts.author = NameOf(*it);
  }
  if (facts.site.empty()) {
    if (const auto it = value.find("publisher"); it != value.end()) facts.site = NameOf(*it);
  }
}

std::string_view Meta(const PageFacts& facts, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    for (const auto& [key, value] : facts.metas) {
      if (key == name && !value.empty()) return value;
    }
  }
  return {};
}

// "来源：人民网-文化频道 原创稿" in a meta: without the label and what follows the name.
std::string CleanName(std::string_view raw) {
  std::string name = Collapse(raw);
  for (std::string_view label : {"来源：", "來源：", "来源:", "來源:", "作者：", "作者:", "記者",
                                 "记者", "文：", "文/", "责任编辑："}) {
    if (name.starts_with(label)) {
      name = std::string(Trim(std::string_view(name).substr(label.size())));
    }
  }
  // 证券时报网作者：… where a page sets them without a blank.
  static const RE2 kTail(
      R"(^(\p{Han}{3,}?)(?:作者|记者|記者|编辑|編輯|责任|責任|发布|發布|时间|時間|浏览|阅读|点击|字号|举报|關注|关注|收藏|分享).*$)");
  std::string head;
  if (RE2::FullMatch(name, kTail, &head)) name = head;
  const size_t blank = name.find(' ');
  // "人民网-文化频道 原创稿": what follows the blank is no name; Latin names keep theirs.
  if (blank != std::string::npos && blank > 3 &&
      (static_cast<unsigned char>(name[blank - 1]) & 0x80) != 0) {
    const std::string_view rest = std::string_view(name).substr(blank + 1);
    if (rest == "原创稿" || rest == "原創" || rest == "原创") name.resize(blank);
  }
  return name;
}

}  // namespace

std::string Stamp::ToIso() const {
  std::string out = date.ToString();
  if (!second_of_day) return out;
  const int s = *second_of_day;
  const int offset = offset_minutes.value_or(480);
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d%c%02d:%02d", s / 3600, s / 60 % 60, s % 60,
                offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
  return out + buffer;
}

std::vector<Stamp> FindStamps(std::string_view text) {
  const std::string folded = FoldDigits(text);
  std::vector<Stamp> out;
  const std::string_view view = folded;
  for (size_t i = 0; i < view.size();) {
    const char c = view[i];
    const bool digit = c >= '0' && c <= '9';
    const bool letter = c >= 'A' && c <= 'S';
    const bool han = static_cast<unsigned char>(c) == 0xE4;  // 二
    if (!digit && !letter && !han) {
      ++i;
      continue;
    }
    if (digit && i > 0 && ((view[i - 1] >= '0' && view[i - 1] <= '9') || view[i - 1] == '.')) {
      ++i;
      continue;
    }
    if (std::optional<Stamp> stamp = StampAt(view, i)) {
      if (!stamp->second_of_day) stamp->second_of_day = TimeBefore(view.substr(0, stamp->begin));
      out.push_back(*stamp);
      i = std::max(i + 1, stamp->end);
    } else if (digit) {
      while (i < view.size() && view[i] >= '0' && view[i] <= '9') ++i;
    } else {
      ++i;
    }
  }
  return out;
}

std::optional<Stamp> FirstStamp(std::string_view text) {
  std::optional<Stamp> weak;
  for (const Stamp& stamp : FindStamps(text)) {
    if (!stamp.two_digit_year) return stamp;
    if (!weak) weak = stamp;
  }
  return weak;
}

std::string HostOf(std::string_view url) {
  const size_t scheme = url.find("//");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 2);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  url = url.substr(0, url.find(':'));
  std::string host;
  for (char c : url) host += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (host.starts_with("www.")) host.erase(0, 4);
  return host.find('.') == std::string::npos ? std::string() : host;
}

std::optional<Stamp> DateInUrl(std::string_view url) {
  static const RE2 kSplit(
      R"((?:^|[^0-9])((?:19|20)\d\d)[-/_]?(\d\d)[-/_]?(\d\d)(?:[^0-9]|$|\d{4}))");
  int year = 0, month = 0, day = 0;
  if (url.size() > 2000) url = url.substr(0, 2000);
  if (RE2::PartialMatch(re2::StringPiece(url.data(), url.size()), kSplit, &year, &month, &day)) {
    Stamp stamp;
    stamp.date = {year, month, day};
    if (Plausible(stamp.date)) return stamp;
  }
  return std::nullopt;
}

std::optional<Date> AnchoredDate(std::string_view line, Date anchor, bool byline) {
  constexpr size_t kHead = 240;
  if (line.size() > kHead) {
    size_t cut = kHead;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
    line = line.substr(0, cut);
  }
  const std::string folded = FoldDigits(line);
  static const RE2 kMonthDay(R"((\d{1,2})月(\d{1,2})日(?:电|電|讯|訊|消息|晚|上午|下午|凌晨)?)");
  static const RE2 kMonthDayWire(R"((\d{1,2})月(\d{1,2})日(?:电|電|讯|訊|消息))");
  static const RE2 kDayWire(R"((?:^|[^\d月])(\d{1,2})日(?:电|電|讯|訊))");
  int month = 0, day = 0;
  if (RE2::PartialMatch(folded, byline ? kMonthDay : kMonthDayWire, &month, &day)) {
    for (int year = anchor.year; year >= anchor.year - 1; --year) {
      const Date date{year, month, day};
      if (IsValid(date) && date <= anchor) return date;
    }
    return std::nullopt;
  }
  if (RE2::PartialMatch(folded, kDayWire, &day)) {
    for (int back = 0; back < 2; ++back) {
      Date date = AddMonths({anchor.year, anchor.month, 1}, -back);
      date.day = day;
      if (IsValid(date) && date <= anchor) return date;
    }
    return std::nullopt;
  }
  if (!byline) return std::nullopt;
  static const RE2 kAgo(R"((\d{1,3}) ?(?:个|個)?(秒|分|小时|小時|天|日)钟?鐘?(?:之)?前)");
  int count = 0;
  std::string unit;
  if (RE2::PartialMatch(folded, kAgo, &count, &unit)) {
    return AddDays(anchor, unit == "天" || unit == "日" ? -count : 0);
  }
  for (const auto& [word, days] : {std::pair<std::string_view, int>{"前天", -2},
                                   {"昨天", -1},
                                   {"昨日", -1},
                                   {"今天", 0},
                                   {"今日", 0},
                                   {"刚刚", 0},
                                   {"剛剛", 0}}) {
    if (folded.starts_with(word) || folded.find(" " + std::string(word)) != std::string::npos) {
      return AddDays(anchor, days);
    }
  }
  return std::nullopt;
}

void AddBylines(std::string_view line, const Rules& rules, BylineFacts& facts) {
  for (const Byline& byline : rules.FindBylines(line)) {
    if (!UsableName(byline.value)) continue;
    switch (byline.field) {
      case Byline::Field::kAuthor:
        if (byline.priority < facts.author_priority) {
          facts.author = byline.value;
          facts.author_priority = byline.priority;
        }
        break;
      case Byline::Field::kSource:
        if (byline.priority < facts.source_priority) {
          facts.source = byline.value;
          facts.source_priority = byline.priority;
        }
        break;
      case Byline::Field::kOriginalTitle:
        if (facts.original_title.empty()) facts.original_title = byline.value;
        break;
      case Byline::Field::kEditor:
        break;
    }
  }
}

void FillRegion(const Rules& rules, Document& document) {
  if (!document.meta.region.empty()) return;
  std::string_view text = document.text;
  constexpr size_t kEnough = 30000;
  if (text.size() > kEnough) text = text.substr(0, kEnough);
  document.meta.region =
      rules.Region(HostOf(document.meta.url), document.meta.site, document.meta.source, text);
}

namespace {

// What a page says of its article, from the surest source to the weakest: JSON-LD, meta elements,
// the lines around the text, the address, scripts.
class PageMetadata {
 public:
  // All arguments outlive it; `document` is filled.
  PageMetadata(const HtmlArticle& article, const Rules& rules, Document& document)
      : article_(article),
        facts_(article.facts),
        rules_(rules),
        document_(document),
        meta_(document.meta) {
    for (const std::string& text : facts_.json_ld) {
      if (IsDeep(text)) continue;
      const Json value = Json::parse(text, nullptr, false, true);
      if (!value.is_discarded()) ReadJsonLd(value, ld_, 0);
    }
    og_url_ = Meta(facts_, {"og:url", "twitter:url"});
    for (const std::string& line : article.around) AddBylines(line, rules, bylines_);
  }

  void Fill() {
    FillAddress();
    FillTitle();
    FillSite();
    if (meta_.published.empty()) FillPublished();
    ReadBylines();
    if (meta_.author.empty()) FillAuthor();
    if (meta_.source.empty()) FillSource();
  }

 private:
  // What scripts tell: first beside the text that was found in one, then anywhere.
  std::string ScriptFieldText(ScriptField field) const {
    std::string value = rules_.FindScriptField(field, article_.beside);
    if (value.empty()) value = rules_.FindScriptField(field, article_.scripts);
    return value;
  }

  void FillAddress() {
    if (meta_.url.empty()) {
      if (facts_.canonical.find("//") != std::string::npos) {
        meta_.url = facts_.canonical;
      } else if (og_url_.find("//") != std::string_view::npos) {
        meta_.url = std::string(og_url_);
      }
      if (meta_.url.starts_with("//")) meta_.url = "https:" + meta_.url;
    }
    if (meta_.site.empty()) {
      meta_.site = CleanName(Meta(facts_, {"og:site_name", "sitename", "application-name"}));
      if (meta_.site.empty()) meta_.site = ld_.site;
    }
  }

  void FillTitle() {
    if (!meta_.title.empty()) return;
    if (!article_.headline.empty()) {
      meta_.title = Collapse(article_.headline);
    } else if (!ld_.headline.empty()) {
      meta_.title = StripSiteSuffix(ld_.headline);
    } else {
      std::string_view named = Meta(facts_, {"articletitle", "og:title", "twitter:title", "title"});
      if (named.empty() && !facts_.titles.empty()) named = facts_.titles.front();
      meta_.title = StripSiteSuffix(named);
    }
    if (meta_.title.empty()) meta_.title = Collapse(ScriptFieldText(ScriptField::kTitle));
  }

  void FillSite() {
    if (meta_.site.empty()) {
      meta_.site =
          SiteInTitle(facts_.titles, article_.headline.empty() ? std::string_view(meta_.title)
                                                               : article_.headline);
    }
    site_named_ = !meta_.site.empty();
    if (!site_named_) meta_.site = HostOf(meta_.url);
    site_key_ = NameKey(meta_.site);
    title_key_ = NameKey(meta_.title);
  }

  // The date of publication, where none is known and the text has one.
  void TakeDate(std::string_view text, const char* from) {
    if (!meta_.published.empty() || text.empty()) return;
    if (const std::optional<Stamp> stamp = FirstStamp(text)) {
      meta_.published = stamp->ToIso();
      document_.published_from = from;
    }
  }

  // The page may tell the time as well; the address is surer of the day.
  void TakeDateOfAddress() {
    for (std::string_view url : {std::string_view(meta_.url), og_url_}) {
      if (const std::optional<Stamp> stamp = DateInUrl(url); stamp && meta_.published.empty()) {
        meta_.published = stamp->ToIso();
        document_.published_from = "url";
      }
    }
  }

  // A line that tells when the page was changed last is asked last.
  void TakeDateOfLines() {
    // A line that tells when the page was changed last is asked last.
    std::vector<std::string_view> lines;
    for (const std::string& line : article_.around) {
      if (line.size() < 300) lines.push_back(line);
    }
    std::stable_partition(lines.begin(), lines.end(),
                          [](std::string_view line) { return !TellsChange(line); });
    for (std::string_view line : lines) {
      TakeDate(line, "byline");
      // The page shows the time of the day that its meta or address told.
      if (meta_.published.size() == 10) {
        const std::optional<Stamp> stamp = FirstStamp(line);
        if (stamp && stamp->second_of_day && stamp->date.ToString() == meta_.published) {
          meta_.published = stamp->ToIso();
        }
      }
    }
  }

  // Seconds since 1970, by the clock of Beijing, or a date.
  void TakeDateOfScript() {
    const std::string value = ScriptFieldText(ScriptField::kDate);
    if (value.size() == 10 && value.find_first_of("-/") == std::string::npos) {
      int64_t seconds = 0;
      std::from_chars(value.data(), value.data() + value.size(), seconds);
      seconds += int64_t{8} * 3600;
      Stamp stamp;
      stamp.date = FromDayNumber(seconds / 86400);
      stamp.second_of_day = static_cast<int>(seconds % 86400);
      if (Plausible(stamp.date)) {
        meta_.published = stamp.ToIso();
        document_.published_from = "script";
      }
    } else {
      TakeDate(value, "script");
    }
  }

  void FillPublished() {
    TakeDate(ld_.published, "json-ld");
    TakeDate(Meta(facts_, {"article:published_time",
                           "og:article:published_time",
                           "og:published_time",
                           "og:release_date",
                           "bytedance:published_time",
                           "datepublished",
                           "pubdate",
                           "publishdate",
                           "publish_date",
                           "publish-date",
                           "publishtime",
                           "publication_date",
                           "dc.date.issued",
                           "dc.date",
                           "date.available",
                           "article.created",
                           "datecreated",
                           "date",
                           "apub:time",
                           "livetime",
                           "weibo: article:create_at",
                           "dateupdate"}),
             "meta");
    if (meta_.published.empty()) TakeDateOfAddress();
    TakeDateOfLines();
    for (const auto& [roles, text] : article_.hinted) {
      if ((roles & kRoleDate) != 0 && (roles & (kRoleJunk | kRoleComment)) == 0) {
        TakeDate(text, "byline");
      }
    }
    for (const std::string& time : article_.times) TakeDate(time, "byline");
    if (meta_.published.empty()) TakeDateOfScript();
    if (meta_.published.empty()) {
      const std::string_view text = std::string_view(document_.text).substr(0, 600);
      TakeDate(text.substr(0, text.find('\n')), "dateline");
    }
  }

  void ReadBylines() {
    meta_author_ = CleanName(
        Meta(facts_, {"author", "article:author", "og:article:author", "byl", "dc.creator"}));
    meta_source_ = CleanName(
        Meta(facts_, {"source", "contentsource", "mediaid", "article:source", "copyright-holder"}));
    for (const auto& [roles, text] : article_.hinted) {
      if ((roles & (kRoleJunk | kRoleComment)) != 0) continue;
      AddBylines(text, rules_, bylines_);
    }
    size_t seen = 0;
    for (const Line& line : article_.lines) {
      // Captions name who took the picture.
      if (line.kind == BlockKind::kCaption) continue;
      if (seen++ < 3) AddBylines(line.text, rules_, bylines_);
    }
    if (!article_.lines.empty() && article_.lines.back().kind != BlockKind::kCaption) {
      AddBylines(article_.lines.back().text, rules_, bylines_);
    }
  }

  bool IsSite(std::string_view name) const {
    const std::string key = NameKey(name);
    return site_named_ &&
           (site_key_.find(key) != std::string::npos || key.find(site_key_) != std::string::npos);
  }

  // The title is no name, though a box named like a byline may hold it.
  bool IsTitle(std::string_view name) const {
    const std::string key = NameKey(name);
    return key.size() * 10 >= title_key_.size() * 6 && title_key_.find(key) != std::string::npos;
  }

  bool IsShortName(std::string_view name) const {
    LineCounts counts;
    CountLine(name, counts);
    uint32_t joins = 0;  // of several names
    for (size_t at = name.find("、"); at != std::string_view::npos; at = name.find("、", at + 1)) {
      ++joins;
    }
    return UsableName(name) && counts.units >= 4 && counts.units <= 36 && counts.marks == joins &&
           FindStamps(name).empty() && name.find_first_of(":&") == std::string_view::npos &&
           name.find("：") == std::string_view::npos && !IsTitle(name) &&
           rules_.MatchLine(FoldLine(name), LinePlace::kHtml) == LineAction::kNone;
  }

  bool IsPerson(std::string_view name) const {
    return IsShortName(name) && !IsSite(name) && !rules_.IsOutlet(name, false);
  }

  void FillAuthor() {
    const std::string from_ld = CleanPerson(ld_.author, meta_.site, rules_);
    const std::string from_meta = CleanPerson(meta_author_, meta_.site, rules_);
    const std::string from_text = CleanPerson(bylines_.author, meta_.site, rules_);
    if (IsPerson(from_ld)) {
      meta_.author = from_ld;
    } else if (IsPerson(from_text) && bylines_.author_priority <= 2) {
      meta_.author = from_text;
    } else if (IsPerson(from_meta)) {
      meta_.author = from_meta;
    } else if (IsShortName(from_text)) {
      meta_.author = from_text;
    }
    if (meta_.author.empty()) TakeHintedAuthor();
    if (meta_.author.empty() && !article_.beside.empty()) {
      const std::string name = rules_.FindScriptField(ScriptField::kAuthor, article_.beside);
      if (IsShortName(name) && !IsSite(name)) meta_.author = name;
    }
    TakeAuthorBesideDate();
  }

  void TakeHintedAuthor() {
    for (const auto& [roles, text] : article_.hinted) {
      if ((roles & kRoleAuthor) == 0 || (roles & (kRoleJunk | kRoleComment)) != 0) continue;
      const std::string name = CleanPerson(text, meta_.site, rules_);
      if (IsShortName(name) && !IsSite(name)) {
        meta_.author = name;
        return;
      }
    }
  }

  void TakeAuthorBesideDate() {
    // A name alone beside the date: "蔡宜蓁 2026-02-12 18:10".
    for (size_t i = 0; i < article_.behind_headline && i < 3 && meta_.author.empty(); ++i) {
      const std::string& line = article_.around[i];
      if (line.size() > 120 || FindStamps(line).empty()) continue;
      const std::vector<std::string> names = BareNames(line);
      if (names.size() == 1 && names[0].size() == 9 && IsPerson(names[0])) meta_.author = names[0];
    }
    // Or in a line of its own, next to the date's.
    for (size_t i = 0; i < article_.behind_headline && i < 4 && meta_.author.empty(); ++i) {
      const std::string_view line = Trim(article_.around[i]);
      if (!rules_.IsPersonName(line) || !IsPerson(line)) continue;
      auto dated = [&](size_t k) {
        return k < article_.behind_headline && article_.around[k].size() < 120 &&
               !FindStamps(article_.around[k]).empty();
      };
      if (dated(i + 1) || (i > 0 && dated(i - 1))) meta_.author = std::string(line);
    }
  }

  // Bare names behind the headline.
  void TakeOutletBehindHeadline() {
    for (size_t i = 0; i < article_.behind_headline && i < 6 && meta_.source.empty(); ++i) {
      if (article_.around[i].size() > 200) continue;
      for (const std::string& name : BareNames(article_.around[i])) {
        if (name != meta_.author && IsShortName(name) &&
            (rules_.IsOutlet(name, true) || (site_named_ && NameKey(name) == site_key_))) {
          meta_.source = name;
          break;
        }
      }
    }
  }

  void TakeHintedSource() {
    for (const auto& [roles, text] : article_.hinted) {
      if ((roles & kRoleSource) == 0 || (roles & (kRoleJunk | kRoleComment)) != 0) continue;
      const std::string name = CleanName(text);
      if (IsShortName(name) && name != meta_.author &&
          (rules_.IsOutlet(name, false) || (roles & kRoleDate) == 0)) {
        meta_.source = name;
        return;
      }
    }
  }

  void FillSource() {
    const std::string named = CleanName(bylines_.source);
    if (UsableName(named) && bylines_.source_priority <= 3) {
      meta_.source = named;
    } else if (UsableName(meta_source_)) {
      meta_.source = meta_source_;
    }
    TakeOutletBehindHeadline();
    if (meta_.source.empty()) TakeHintedSource();
    if (meta_.source.empty() && UsableName(named)) meta_.source = named;
    if (meta_.source.empty() && UsableName(meta_author_) && !IsPerson(meta_author_)) {
      meta_.source = meta_author_;
    }
    if (meta_.source.empty() && UsableName(ld_.author) && rules_.IsOutlet(ld_.author, false)) {
      meta_.source = ld_.author;
    }
    if (meta_.source.empty() && !article_.beside.empty()) {
      const std::string name = ScriptFieldText(ScriptField::kSource);
      if (IsShortName(name)) meta_.source = name;
    }
    // A page that names no other outlet is its own site's.
    if (meta_.source.empty() && site_named_) meta_.source = meta_.site;
  }

  const HtmlArticle& article_;
  const PageFacts& facts_;
  const Rules& rules_;
  Document& document_;
  Metadata& meta_;
  JsonLdFacts ld_;
  BylineFacts bylines_;
  std::string_view og_url_;
  bool site_named_ = false;
  std::string site_key_, title_key_;
  std::string meta_author_, meta_source_;  // of meta elements
};

}  // namespace

void FillFromHtml(const HtmlArticle& article, const Rules& rules, Document& document) {
  PageMetadata(article, rules, document).Fill();
}

}  // namespace hanfact::ingest
