#include "ingest/text_clean.h"

#include <re2/re2.h>
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

struct RawLine {
  std::string text;         // white space collapsed
  uint32_t indent = 0;      // blanks before it, in half widths
  uint32_t width = 0;       // in half widths
  uint32_t number = 0;      // among all lines, blank ones counted
  bool gap_before = false;  // a blank line before it
  bool page_edge =
      false;         // among the first or last two lines of a page, where form feeds part them
  bool row = false;  // of a table
  LineCounts counts;
};

uint32_t WidthOf(char32_t c) { return c < 0x1100 ? 1 : 2; }

bool IsBreak(char32_t c) {
  return c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// Lines so short and so many that they can be no article (a column of digits, a text turned on its
// side): known before any of them is stored.
bool IsCrumbs(std::string_view text) {
  constexpr size_t kManyLines = 100000, kShortLine = 12;  // bytes a line
  if (text.size() < kManyLines) return false;
  size_t lines = 0, bytes = 0, here = 0;
  for (char c : text) {
    if (c == '\n' || c == '\r') {
      lines += here > 0;
      here = 0;
    } else if (c != ' ') {
      ++here;
      ++bytes;
    }
  }
  return lines >= kManyLines && bytes < lines * kShortLine;
}

// One line of a text with the column each of its signs stands in.
struct LaidLine {
  std::string_view text;           // without its break
  std::vector<uint32_t> begins;    // gaps of blanks inside it: where the text behind each begins,
  std::vector<uint32_t> at, back;  // in half widths; the bytes before and behind the gap
  uint32_t width = 0;
  bool page_end = false;  // a form feed follows
};

LaidLine LayLine(std::string_view text) {
  constexpr uint32_t kGap = 3;  // half widths
  LaidLine line;
  line.text = text;
  uint32_t column = 0, blanks = 0, blank_from = 0;
  bool begun = false;
  for (uint32_t i = 0; i < text.size();) {
    const char32_t c = CodePointAt(text, i);
    const uint32_t n = CodePointLength(text[i]);
    if (c == ' ' || c == 0x3000 || c == 0xA0) {
      if (blanks == 0) blank_from = i;
      blanks += c == 0x3000 ? 2 : 1;
      column += c == 0x3000 ? 2 : 1;
    } else {
      if (blanks >= kGap || (!begun && blanks > 0)) {
        line.begins.push_back(column);
        line.at.push_back(begun ? blank_from : 0);
        line.back.push_back(i);
      }
      blanks = 0;
      begun = true;
      column += WidthOf(c);
      line.width = column;
    }
    i += n;
  }
  return line;
}

// Two columns of prose that stand side by side, as pulled from a page with its layout kept, one
// below the other: all of the left, then all of the right. Text without such columns is returned as
// it is. A border is where at least kRows lines in a row have a gap that ends in one column, with
// sentences on both sides; cells of tables are too short to be that. Linear.
std::string UnmixColumns(std::string_view text) {
  constexpr size_t kRows = 6;
  constexpr uint32_t kLeast = 16;  // half widths of a column
  constexpr uint32_t kSlack = 6;   // half widths that the border may move: layouts are not exact
  std::vector<LaidLine> lines;
  for (size_t i = 0; i <= text.size();) {
    size_t end = text.find_first_of("\n\f", i);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = text.substr(i, end - i);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(LayLine(line.size() > 2000 ? std::string_view() : line));
    lines.back().text = line;
    lines.back().page_end = end < text.size() && text[end] == '\f';
    i = end + 1;
  }
  auto gap_at = [&](const LaidLine& line, uint32_t border) -> int {
    for (size_t k = 0; k < line.begins.size(); ++k) {
      if (line.begins[k] + kSlack >= border && line.begins[k] <= border + kSlack) {
        return static_cast<int>(k);
      }
    }
    return -1;
  };
  auto is_blank = [](const LaidLine& line) { return line.width == 0; };
  // A line of the left column alone, or of the right one alone.
  auto fits = [&](const LaidLine& line, uint32_t border) {
    return is_blank(line) || gap_at(line, border) >= 0 || line.width + 1 < border;
  };
  std::string out;
  size_t done = 0;  // lines that are out
  auto put = [&](std::string_view piece) {
    out += piece;
    out += '\n';
  };
  for (size_t i = 0; i < lines.size();) {
    uint32_t border = 0;
    for (size_t k = 0; k < lines[i].begins.size(); ++k) {
      if (lines[i].begins[k] >= kLeast && lines[i].at[k] > 0) border = lines[i].begins[k];
      if (border != 0) break;
    }
    if (border == 0) {
      ++i;
      continue;
    }
    size_t end = i, rows = 0;
    LineCounts left, right;
    while (end < lines.size() && fits(lines[end], border)) {
      if (const int gap = gap_at(lines[end], border); gap >= 0) {
        const auto g = static_cast<size_t>(gap);
        LineCounts l, r;
        CountLine(lines[end].text.substr(0, lines[end].at[g]), l);
        CountLine(lines[end].text.substr(lines[end].back[g]), r);
        rows += l.han > 0 && r.han > 0;
        left.han += l.han, left.marks += l.marks;
        right.han += r.han, right.marks += r.marks;
      }
      if (lines[end++].page_end) break;
    }
    while (end > i && is_blank(lines[end - 1])) --end;
    const size_t wanted = 8 * std::max(rows, kRows);  // Han characters of each side
    if (rows < kRows || left.han < wanted || right.han < wanted || left.marks * 4 < rows ||
        right.marks * 4 < rows) {
      // Half of them are passed over: a table of a million rows is walked twice, not once a row.
      i += std::max<size_t>(1, (end - i) / 2);
      continue;
    }
    for (; done < i; ++done) put(lines[done].text);
    // Where the right column's lines begin: in one place, or in one and that of its paragraphs;
    // where the layout is less exact than that, it says nothing of paragraphs.
    std::set<uint32_t> begins;
    for (size_t k = i; k < end; ++k) {
      if (const int gap = gap_at(lines[k], border); gap >= 0) {
        begins.insert(lines[k].begins[static_cast<size_t>(gap)]);
      }
    }
    const bool exact = begins.size() <= 2;
    std::string behind;
    for (; done < end; ++done) {
      const LaidLine& line = lines[done];
      const int gap = gap_at(line, border);
      if (gap < 0) {
        put(line.text);
        continue;
      }
      const auto g = static_cast<size_t>(gap);
      if (line.at[g] > 0) put(line.text.substr(0, line.at[g]));
      if (exact) behind.append(line.begins[g] - *begins.begin(), ' ');
      behind += line.text.substr(line.back[g]);
      behind += '\n';
    }
    // The right one may be two columns itself.
    put("");
    put(UnmixColumns(behind));
    i = end;
  }
  if (done == 0) return std::string(text);
  for (; done < lines.size(); ++done) put(lines[done].text);
  return out;
}

// A number as axes and tables have it: 1,234.5  -3.2%  2024E  18Q3  —
bool IsNumberCell(std::string_view cell) {
  static const RE2 kNumber(
      R"([-+－(（]?(?:\d[\d,]*(?:\.\d+)?|[—－-]{1,2}|N/?A)(?:%|％|pct|bps?|[EAFH]|Q[1-4]|H[12]|x|X|倍|年|月|季)?[)）]?)");
  return cell.size() <= 24 && RE2::FullMatch(re2::StringPiece(cell.data(), cell.size()), kNumber);
}

// Cells that blanks or tabs part: how many there are, and how many of them are numbers.
struct Cells {
  size_t all = 0, numbers = 0;
  bool label = false;  // the first is none
};

Cells CountCells(std::string_view text) {
  Cells out;
  for (size_t i = 0; i < text.size();) {
    size_t end = text.find_first_of(" \t", i);
    if (end == std::string_view::npos) end = text.size();
    if (end > i) {
      const bool number = IsNumberCell(text.substr(i, end - i));
      if (out.all == 0) out.label = !number;
      ++out.all;
      out.numbers += number;
    }
    i = end + 1;
  }
  return out;
}

bool EndsSentence(std::string_view text);

// A table's row: cells that tabs part, or a label and numbers behind it.
bool IsTableRow(std::string_view text, const LineCounts& counts) {
  if (text.size() > 300 || EndsSentence(text)) return false;
  if (text.find('\t') != std::string_view::npos) return counts.marks <= 1;
  const Cells cells = CountCells(text);
  return cells.label && cells.numbers >= 2 && cells.numbers + 2 >= cells.all && counts.marks == 0 &&
         counts.han <= 24;
}

std::vector<RawLine> SplitLines(std::string_view text) {
  std::vector<RawLine> out;
  RawLine line;
  uint32_t number = 0;
  bool blank = false, tab = false, gap = false;
  char32_t previous_break = 0;
  auto flush = [&] {
    ++number;
    if (line.text.empty()) {
      gap = true;
    } else {
      line.number = number;
      line.gap_before = gap;
      gap = false;
      CountLine(line.text, line.counts);
      line.row = IsTableRow(line.text, line.counts);
      // A tab parts cells; in a sentence it is a blank like others.
      if (!line.row) std::replace(line.text.begin(), line.text.end(), '\t', ' ');
      out.push_back(std::move(line));
    }
    line = RawLine();
    blank = tab = false;
  };
  constexpr size_t kEdge = 2;
  size_t page_begin = 0;  // in `out`
  auto mark_edges = [&] {
    for (size_t k = page_begin; k < out.size(); ++k) {
      if (k < page_begin + kEdge || k + kEdge >= out.size()) out[k].page_edge = true;
    }
    page_begin = out.size();
  };
  for (size_t i = 0; i < text.size();) {
    const char32_t c = CodePointAt(text, i);
    const uint32_t n = CodePointLength(text[i]);
    // Signs that are simply text, taken over as a run: nearly all of it.
    auto plain = [](char32_t x) {
      return (x > 0x20 && x < 0x7F) || (x > 0x3000 && x != 0xFEFF);
    };
    if (plain(c)) {
      previous_break = 0;
      if (blank) {
        line.text += tab ? '\t' : ' ';
        ++line.width;
      }
      blank = tab = false;
      size_t end = i;
      for (char32_t x = c; plain(x);) {
        line.width += WidthOf(x);
        end += CodePointLength(text[end]);
        const size_t han = end;
        while (end < text.size() && LeadsHan(text[end])) end += 3;
        line.width += static_cast<uint32_t>(end - han) / 3 * 2;
        if (end >= text.size()) break;
        x = CodePointAt(text, end);
      }
      line.text.append(text, i, end - i);
      i = end;
      continue;
    }
    if (IsBreak(c)) {
      if (!(c == '\n' && previous_break == '\r')) flush();
      if (c == '\f') mark_edges();
      previous_break = c;
      i += n;
      continue;
    }
    previous_break = 0;
    if (c == 0x200B || c == 0xFEFF || c == 0xAD || (c >= 0x200C && c <= 0x200F) || c == 0x2060 ||
        (c < 0x20 && c != '\t')) {
      i += n;
      continue;
    }
    if (IsSpace(c) || c == '\t') {
      if (line.text.empty()) {
        line.indent += c == 0x3000 ? 2 : 1;
      } else {
        blank = true;
        tab = tab || c == '\t';
      }
    } else {
      if (blank) {
        line.text += tab ? '\t' : ' ';
        ++line.width;
      }
      blank = tab = false;
      line.text.append(text, i, n);
      line.width += WidthOf(c);
    }
    i += n;
  }
  flush();
  if (page_begin > 0) mark_edges();
  return out;
}

char32_t LastChar(std::string_view text) { return CodePointBefore(text, text.size()); }

bool IsCloser(char32_t c) {
  return c == U'”' || c == U'’' || c == U'」' || c == U'』' || c == U'）' || c == ')' ||
         c == U'】' || c == '"' || c == U'》' || c == ']';
}

bool EndsSentence(std::string_view text) {
  while (!text.empty() && (IsCloser(LastChar(text)) || LastChar(text) == ' ')) {
    text = text.substr(0, PreviousBorder(text, text.size()));
  }
  if (text.empty()) return false;
  const char32_t c = LastChar(text);
  return c == U'。' || c == U'！' || c == U'？' || c == U'；' || c == U'…' || c == '!' ||
         c == '?' || c == ';' || c == U'．' ||
         (c == '.' && text.size() > 1 && !IsAsciiDigit(CodePointBefore(text, text.size() - 1)));
}

bool EndsOpen(std::string_view text) {
  const char32_t c = LastChar(text);
  switch (c) {
    case U'，':
    case ',':
    case U'、':
    case U'（':
    case '(':
    case U'“':
    case U'「':
    case U'《':
    case U'的':
    case U'和':
    case U'与':
    case U'與':
    case U'及':
    case U'在':
    case U'将':
    case U'將':
    case U'为':
    case U'為':
    case U'是':
    case U'对':
    case U'對':
    case U'从':
    case U'從':
    case U'以':
    case U'于':
    case U'於':
    case U'被':
    case U'把':
    case U'而':
    case U'但':
    case U'或':
    case U'向':
      return true;
    default:
      return false;
  }
}

// Whether a line that has a full stop goes on with a sentence of several clauses that it does not
// end. What captions have behind their stop is no such sentence (資料圖片; 图：观潮).
bool EndsInSentence(std::string_view text) {
  const size_t stop = text.rfind("。");
  if (stop == std::string_view::npos) return false;
  const std::string_view tail = text.substr(stop + 3);
  return tail.find("，") != std::string_view::npos && tail.find("：") == std::string_view::npos &&
         tail.find(':') == std::string_view::npos && IsHan(LastChar(text));
}

bool IsProse(const LineCounts& c) {
  return (c.marks >= 1 && (c.words >= 1 || c.han >= 14)) || (c.words >= 3 && c.han >= 20);
}

bool IsNumeric(std::string_view text) {
  bool digit = false;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    const char32_t c = CodePointAt(text, i);
    if (IsAsciiDigit(c)) {
      digit = true;
    } else if (c != '.' && c != ',' && c != '%' && c != '-' && c != '+' && c != U'％' && c != ' ' &&
               c != U'－' && c != '/' && c != '(' && c != ')') {
      return false;
    }
  }
  return digit;
}

bool IsLatinOnly(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    if (CodePointAt(text, i) >= 0x2E80) return false;
  }
  return true;
}

// The line without the page number at its end or its front: what repeats on every page.
std::string_view WithoutPageNumber(std::string_view folded) {
  static const RE2 kPage(R"(^(.*?)(?:第?[0-9]{1,4}(?:/[0-9]{1,4})?页?|-[0-9]{1,4}-)?$)");
  static const RE2 kFront(
      R"(^(?:第?[0-9]{1,3}(?:/[0-9]{1,3})?(?:页|版)|-[0-9]{1,3}-|[0-9]{1,3}[|·])(.*)$)");
  re2::StringPiece head;
  if (RE2::FullMatch(re2::StringPiece(folded.data(), folded.size()), kFront, &head) &&
      head.size() >= 6) {
    folded = {head.data(), head.size()};
  }
  if (RE2::FullMatch(re2::StringPiece(folded.data(), folded.size()), kPage, &head) &&
      head.size() >= 6) {
    // A date at the end is no page number.
    const char last = head[head.size() - 1];
    if (last != '-' && last != '/' && last != '.') return {head.data(), head.size()};
  }
  return folded;
}

// A figure's or table's title: 图表1, 圖 2:, 表 3.
bool IsFigureTitle(std::string_view text) {
  static const RE2 kFigure(
      R"(^(?:图表|圖表|图|圖|表|表格|附图|附表) ?[0-9一二三四五六七八九十]{1,3}(?:[-.．:： 、]|\p{Han}|$))");
  return text.size() < 300 &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kFigure);
}

// A line under a photograph: 图为三号码头。本报记者 王平 摄.
bool IsPhotoCaption(std::string_view text) {
  static const RE2 kPhoto(R"((?:\p{Han}|\s)(?:[摄攝]影?|供[图圖])[)）]?$)");
  return text.size() < 300 &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kPhoto);
}

// Does a dictionary word cross the border between two lines?
bool WordCrosses(std::string_view before, std::string_view after) {
  size_t from = before.size();
  for (int i = 0; i < 6 && from > 0; ++i) from = PreviousBorder(before, from);
  size_t to = 0;
  for (int i = 0; i < 6 && to < after.size(); ++i) to += CodePointLength(after[to]);
  if (from == before.size() || to == 0) return false;
  if (!IsHan(CodePointBefore(before, before.size())) || !IsHan(CodePointAt(after, 0))) return false;
  UChar buffer[64];
  const std::string joined = std::string(before.substr(from)) + std::string(after.substr(0, to));
  int32_t size = 0, border = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(buffer, 64, &size, joined.data(), static_cast<int32_t>(joined.size()), &status);
  if (U_FAILURE(status)) return false;
  for (size_t i = from; i < before.size(); i += CodePointLength(before[i])) {
    border += CodePointAt(before, i) > 0xFFFF ? 2 : 1;
  }
  // Opening one costs a hundred times what asking it does.
  struct Words {
    UBreakIterator* it = nullptr;
    Words() {
      UErrorCode opened = U_ZERO_ERROR;
      it = ubrk_open(UBRK_WORD, "zh", nullptr, 0, &opened);
      if (U_FAILURE(opened)) it = nullptr;
    }
    ~Words() {
      if (it != nullptr) ubrk_close(it);
    }
  };
  static thread_local Words words;
  if (words.it == nullptr) return false;
  ubrk_setText(words.it, buffer, size, &status);
  return U_SUCCESS(status) && ubrk_isBoundary(words.it, border) == 0;
}

void Join(std::string& line, std::string_view next) {
  if (!line.empty() && !next.empty()) {
    const char32_t a = LastChar(line), b = CodePointAt(next, 0);
    const bool latin_a = IsAsciiLetter(a) || a == ',' || a == '.';
    if (latin_a && IsAsciiLetter(b)) line += ' ';
  }
  line += next;
}

// How a text is wrapped: the width of its full lines, 0 for a text that is not wrapped; and whether
// blank lines part its paragraphs, or stand between all lines.
struct Wrap {
  uint32_t width = 0;
  bool gaps_part = false;
};

Wrap FindWrap(const std::vector<RawLine>& lines) {
  Wrap wrap;
  std::vector<uint32_t> widths;
  for (const RawLine& line : lines) {
    if (line.width >= 24) widths.push_back(line.width + std::min(line.indent, 4U));
  }
  if (widths.size() < 5) return wrap;
  std::sort(widths.begin(), widths.end());
  const uint32_t wide = widths[widths.size() * 9 / 10];
  if (wide > 160) return wrap;
  // Many lines reach nearly the same width, none goes far beyond, and most of them end in
  // mid-sentence.
  size_t full = 0, open = 0, longer = 0, gaps = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const uint32_t w = lines[i].width + std::min(lines[i].indent, 4U);
    if (w * 100 >= wide * 88 && w <= wide + 8) {
      ++full;
      if (!EndsSentence(lines[i].text)) {
        ++open;
        if (i + 1 < lines.size() && lines[i + 1].gap_before) ++gaps;
      }
    } else if (w > wide + 8) {
      ++longer;
    }
  }
  if (full < 4 || full * 3 < widths.size() || open * 3 < full * 2 || longer * 10 > full)
    return wrap;
  wrap.width = wide;
  wrap.gaps_part = gaps * 3 < open;
  return wrap;
}

// Rows of tables and captions that break a sentence in two go behind its end: the page set them
// between its lines.
void MoveTablesBehind(std::vector<RawLine>& lines, std::vector<LineAction>& actions) {
  auto foreign = [&](size_t i) {
    return lines[i].row || IsFigureTitle(lines[i].text) || actions[i] == LineAction::kCredit;
  };
  constexpr size_t kMost = 60;  // lines of a table
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!foreign(i) || foreign(i - 1)) continue;
    const RawLine& before = lines[i - 1];
    if (EndsSentence(before.text) || before.counts.han < 10 || before.counts.marks == 0) continue;
    size_t end = i;
    while (end < lines.size() && end - i < kMost && foreign(end)) ++end;
    if (end == lines.size() || foreign(end)) continue;
    const RawLine& after = lines[end];
    const bool goes_on = after.indent < 2 && after.counts.han >= 4 &&
                         (WordCrosses(before.text, after.text) || EndsOpen(before.text) ||
                          (before.width >= 48 && EndsSentence(after.text)));
    if (!goes_on) continue;
    // Behind the line where the sentence ends.
    size_t last = end;
    while (last < lines.size() && last - end < kMost && !EndsSentence(lines[last].text) &&
           !foreign(last)) {
      ++last;
    }
    if (last == lines.size() || foreign(last)) continue;
    ++last;
    lines[end].gap_before = false;
    const auto shift = [&](auto& all) {
      std::rotate(all.begin() + static_cast<ptrdiff_t>(i),
                  all.begin() + static_cast<ptrdiff_t>(end),
                  all.begin() + static_cast<ptrdiff_t>(last));
    };
    shift(lines);
    shift(actions);
    i += last - end;
  }
}

struct Paragraph {
  std::string text;
  LineCounts counts;  // of its lines together
  bool joined = false;  // of several lines
  bool row = false;  // of a table
};

// Whether two lines differ in their page number alone (…免责声明1/7, …免责声明2/7): a text that was
// pulled from pages, whoever hands it over.
bool HasRunningFeet(const std::vector<RawLine>& lines) {
  std::unordered_map<std::string, std::string> first;
  for (const RawLine& line : lines) {
    if (line.counts.units < 12 || line.width > 120) continue;
    // Folding makes digits of digits only: Han at the end are none.
    if (LeadsHan(line.text[line.text.size() - std::min<size_t>(3, line.text.size())])) continue;
    const std::string folded = FoldLine(line.text);
    if (folded.empty() || !IsAsciiDigit(static_cast<unsigned char>(folded.back()))) continue;
    const size_t slash = folded.rfind('/');
    if (slash == std::string::npos || folded.size() - slash > 5) continue;
    const auto [it, fresh] = first.emplace(WithoutPageNumber(folded), folded);
    if (!fresh && it->second != folded) return true;
  }
  return false;
}

}  // namespace

TextArticle CleanText(std::string_view utf8, TextCare care, std::string_view title,
                      const Rules& rules) {
  TextArticle out;
  if (IsCrumbs(utf8)) {
    out.reject = "the text is made of lines of a few characters: it is no article";
    return out;
  }
  std::string unmixed;
  if (care == TextCare::kRaw && utf8.find("   ") != std::string_view::npos) {
    unmixed = UnmixColumns(utf8);
    utf8 = unmixed;
  }
  std::vector<RawLine> lines = SplitLines(utf8);
  const size_t n = lines.size();
  std::vector<char> keep(n, 1);
  std::vector<LineAction> actions(n, LineAction::kNone);
  std::vector<std::string> folded(n);
  const bool raw = care == TextCare::kRaw || HasRunningFeet(lines);
  std::string source_of_title;

  if (raw) {
    for (size_t i = 0; i < n; ++i) {
      folded[i] = FoldLine(lines[i].text);
      actions[i] = rules.MatchLine(folded[i], LinePlace::kText);
    }
    // Running heads and feet: lines that repeat but for a page number.
    std::unordered_map<std::string_view, int> seen, edges;  // edges: at the edge of a page
    for (size_t i = 0; i < n; ++i) {
      if (lines[i].counts.units < 12 || lines[i].width > 120) continue;
      ++seen[WithoutPageNumber(folded[i])];
      edges[WithoutPageNumber(folded[i])] += lines[i].page_edge;
    }
    auto by_page_mark = [&](size_t i) {
      for (size_t k = i > 1 ? i - 2 : 0; k < std::min(n, i + 3); ++k) {
        if (k != i && actions[k] == LineAction::kDrop && !folded[k].empty() &&
            IsAsciiDigit(static_cast<unsigned char>(folded[k].back()))) {
          return true;
        }
      }
      return false;
    };
    std::vector<std::string> heads;
    for (size_t i = 0; i < n; ++i) {
      if (lines[i].counts.units < 12 || lines[i].width > 120) continue;
      const std::string_view bare = WithoutPageNumber(folded[i]);
      const int times = seen[bare];
      const bool edge = lines[i].page_edge && edges[bare] >= 2;
      // A sentence said twice is a paragraph said twice, not a running head.
      if (EndsSentence(lines[i].text)) continue;
      if (times >= 3 || edge || (times >= 2 && by_page_mark(i))) {
        keep[i] = 0;
        if (heads.empty() || heads.back() != lines[i].text) heads.push_back(lines[i].text);
      }
    }
    for (const std::string& head : heads) {
      if (out.published.empty()) {
        if (const auto stamp = FirstStamp(head)) out.published = stamp->ToIso();
      }
    }

    // Reposts name the article's title and source before it.
    static const RE2 kRepost(
        R"((?:小编|小編|为您|為您)[^:：]{0,12}(?:分享|整理|带来|帶來)[^:：]{0,14}[:：] ?(.{4,80}?)[,，] ?(?:欢迎|歡迎|一起|来看|來看))");
    std::string repost_title;

    // The head: what stands before the first paragraph of prose.
    size_t first_prose = n;
    for (size_t i = 0; i < n; ++i) {
      if (!keep[i] || actions[i] == LineAction::kDrop || actions[i] == LineAction::kCut) continue;
      const LineCounts& c = lines[i].counts;
      if (IsProse(c) && c.units >= 70 && (EndsSentence(lines[i].text) || c.marks >= 2)) {
        first_prose = i;
        break;
      }
    }
    if (first_prose == n) {
      for (size_t i = 0; i < n; ++i) {
        if (keep[i] && actions[i] == LineAction::kNone && IsProse(lines[i].counts) &&
            EndsSentence(lines[i].text)) {
          first_prose = i;
          break;
        }
      }
    }
    // Bylines: short lines that name somebody or a date and say nothing else.
    std::vector<char> byline(n, 0);
    for (size_t i = 0; i < n; ++i) {
      if (!keep[i] || lines[i].counts.units > 90 || EndsSentence(lines[i].text)) continue;
      if (actions[i] == LineAction::kCredit || IsFigureTitle(lines[i].text)) continue;
      if (IsPhotoCaption(lines[i].text)) continue;  // 本报记者 王平 摄 wrote nothing
      const auto found = rules.FindBylines(lines[i].text);
      bool names = false;
      for (const Byline& b : found) names = names || b.field != Byline::Field::kOriginalTitle;
      const auto stamps = FindStamps(lines[i].text);
      const bool dated = !stamps.empty() && lines[i].counts.units <= 60 && i < first_prose;
      if ((names && lines[i].counts.marks <= 3) || (dated && lines[i].counts.marks == 0)) {
        byline[i] = 1;
      }
    }
    // The reporters of a text name their outlet in its first lines: 《中国经营报》记者.
    for (size_t i = first_prose, last = std::min(n, first_prose + 3); i < last; ++i) {
      BylineFacts facts;
      AddBylines(lines[i].text, rules, facts);
      if (out.bylines.source.empty()) out.bylines.source = facts.source;
    }
    size_t title_line = n;
    if (first_prose < n) {
      const std::string wanted = FoldLine(title);
      for (size_t i = 0; i < first_prose; ++i) {
        RE2::PartialMatch(lines[i].text, kRepost, &repost_title);
        const bool short_head =
            lines[i].counts.units >= 8 && lines[i].counts.units <= 110 && lines[i].counts.han >= 3;
        if (!short_head || byline[i] || actions[i] != LineAction::kNone) continue;
        if (IsFigureTitle(lines[i].text) || LastChar(lines[i].text) == ')' ||
            LastChar(lines[i].text) == U'）') {
          continue;
        }
        if (EndsSentence(lines[i].text) && LastChar(lines[i].text) == U'。') continue;
        if (!wanted.empty() && folded[i] == wanted) {
          title_line = i;
          break;
        }
        if (!keep[i]) {
          // A running head is the title, and its date the article's.
          continue;
        }
        // The line right before a byline is the title; else the first that is long enough.
        bool before_byline = false;
        for (size_t k = i + 1; k < std::min(first_prose, i + 4); ++k) {
          if (byline[k]) {
            before_byline = true;
            break;
          }
          if (keep[k] && actions[k] == LineAction::kNone) break;
        }
        if (before_byline) {
          title_line = i;
          break;
        }
        if (title_line == n && lines[i].counts.units >= 12) title_line = i;
      }
    }
    if (title_line < n) {
      out.title = lines[title_line].text;
      for (size_t i = 0; i <= title_line; ++i) {
        if (byline[i]) AddBylines(lines[i].text, rules, out.bylines);
        keep[i] = 0;
      }
    } else if (first_prose < n) {
      // No title: what stands above the text is kept only where it is no menu.
      for (size_t i = 0; i < first_prose; ++i) {
        if (actions[i] == LineAction::kNone && lines[i].counts.han < 3) keep[i] = 0;
      }
    }
    if (!repost_title.empty()) out.title = repost_title;
    // 每日財報: TITLE names the outlet first.
    for (std::string_view colon : {":", "："}) {
      const size_t at = out.title.find(colon);
      if (at == std::string::npos || at > 30) continue;
      const std::string_view head = Trim(std::string_view(out.title).substr(0, at));
      if (CountCodePoints(head) <= 8 && rules.IsOutlet(head, true)) {
        out.bylines.source = std::string(head);
        out.title = std::string(Trim(std::string_view(out.title).substr(at + colon.size())));
        break;
      }
    }

    // Bylines become metadata.
    std::vector<std::string> authors;
    for (size_t i = 0; i < n; ++i) {
      const bool dropped_line = actions[i] == LineAction::kDrop;
      if (!byline[i] && !(dropped_line && i < first_prose)) continue;
      if (byline[i] && i > first_prose + 2 && lines[i].counts.units > 40) continue;
      BylineFacts facts;
      AddBylines(lines[i].text, rules, facts);
      if (!facts.author.empty() &&
          std::find(authors.begin(), authors.end(), facts.author) == authors.end() &&
          lines[i].counts.units <= 90) {
        authors.push_back(facts.author);
      }
      if (out.bylines.source.empty()) out.bylines.source = facts.source;
      if (out.published.empty() && i < first_prose) {
        if (const auto stamp = FirstStamp(lines[i].text)) out.published = stamp->ToIso();
      }
      if (byline[i]) keep[i] = 0;
    }
    if (!authors.empty()) {
      // A text of several reports names several; the signs of reposts come last.
      out.bylines.author = authors.front();
      out.bylines.author_priority = 2;
      for (size_t i = 1; i < authors.size() && i < 4; ++i) out.bylines.author += "、" + authors[i];
    }

    // Lines that rules name. Prose and all that is kept are summed up once: `after` of a cut must
    // not cost a walk to the end each.
    std::vector<double> prose(n + 1, 0);
    for (size_t i = 0; i < n; ++i) {
      const bool counts = keep[i] && actions[i] == LineAction::kNone && IsProse(lines[i].counts);
      prose[i + 1] = prose[i] + (counts ? lines[i].counts.units : 0);
    }
    double before = 0;
    size_t started = 0;  // all lines before it are gone
    for (size_t i = 0; i < n; ++i) {
      if (i > started && keep[i - 1]) before += lines[i - 1].counts.units;
      if (!keep[i]) continue;
      switch (actions[i]) {
        case LineAction::kDrop:
          keep[i] = 0;
          break;
        case LineAction::kStart:
          for (size_t k = started; k <= i; ++k) keep[k] = 0;
          started = i + 1;
          before = 0;
          break;
        case LineAction::kCut: {
          const double after = prose[n] - prose[i + 1];
          keep[i] = 0;
          if (after < 0.35 * before) {
            for (size_t k = i + 1; k < n; ++k) keep[k] = 0;
          } else {
            for (size_t k = i + 1; k < n && !IsProse(lines[k].counts) && !lines[k].gap_before;
                 ++k) {
              keep[k] = 0;
            }
          }
          break;
        }
        case LineAction::kCredit: {
          // Belongs to a figure whose title stands above, if it does.
          bool captioned = false;
          size_t steps = 0;
          for (size_t k = i; k-- > 0 && steps < 24; ++steps) {
            if (IsFigureTitle(lines[k].text)) {
              captioned = true;
              break;
            }
            if (IsProse(lines[k].counts)) break;
          }
          if (!captioned) keep[i] = 0;
          break;
        }
        default:
          break;
      }
    }
    // Axis labels of charts in one line: numbers and nothing else. Beside a table's row with as
    // many cells they are a row themselves.
    for (size_t i = 0; i < n; ++i) {
      if (!keep[i] || lines[i].row) continue;
      const Cells cells = CountCells(lines[i].text);
      if (cells.all < 3 || cells.numbers != cells.all) continue;
      auto is_row_like = [&](size_t k) {
        if (!keep[k] || !lines[k].row) return false;
        const size_t other = CountCells(lines[k].text).all;
        return other >= cells.all && other <= cells.all + 1;
      };
      if ((i > 0 && is_row_like(i - 1)) || (i + 1 < n && is_row_like(i + 1))) {
        lines[i].row = true;
      } else {
        keep[i] = 0;
      }
    }
    // Axis labels of charts: runs of numbers, and the legend behind them.
    for (size_t i = 0; i < n;) {
      if (!IsNumeric(lines[i].text) || !keep[i]) {
        ++i;
        continue;
      }
      size_t end = i;
      while (end < n && IsNumeric(lines[end].text)) ++end;
      if (end - i >= 3) {
        for (size_t k = i; k < end; ++k) keep[k] = 0;
        // The legend: Latin names, or two or more short names in one line.
        for (size_t k = end; k < n && k < end + 3; ++k) {
          const LineCounts& c = lines[k].counts;
          const bool names = c.units <= 24 && lines[k].text.find(' ') != std::string::npos;
          if (c.marks > 0 || lines[k].text.empty() || !(IsLatinOnly(lines[k].text) || names)) break;
          keep[k] = 0;
        }
      }
      i = end;
    }
  }

  // Hard-wrapped lines become paragraphs.
  std::vector<RawLine> kept;
  std::vector<LineAction> kept_actions;
  for (size_t i = 0; i < n; ++i) {
    if (!keep[i]) continue;
    kept.push_back(std::move(lines[i]));
    kept_actions.push_back(actions[i]);
  }
  lines = {};
  folded = {};
  if (raw) MoveTablesBehind(kept, kept_actions);
  const Wrap wrap = FindWrap(kept);
  size_t indented = 0;
  for (const RawLine& line : kept) indented += line.indent >= 2;
  const bool indents_tell = indented * 10 < kept.size() * 7;
  std::vector<Paragraph> paragraphs;
  for (size_t i = 0; i < kept.size(); ++i) {
    const RawLine& line = kept[i];
    bool join = false;
    if (i > 0 && !paragraphs.empty()) {
      const RawLine& previous = kept[i - 1];
      const bool new_paragraph = indents_tell && line.indent >= 2 && previous.indent < line.indent;
      const bool figure = line.row || previous.row || IsFigureTitle(line.text) ||
                          IsFigureTitle(previous.text) || IsPhotoCaption(previous.text) || kept_actions[i] == LineAction::kCredit ||
                          kept_actions[i - 1] == LineAction::kCredit;
      if (!new_paragraph && !figure && !EndsSentence(previous.text)) {
        const uint32_t width = previous.width + std::min(previous.indent, 4U);
        if (wrap.width > 0 && !(wrap.gaps_part && line.gap_before)) {
          join = width * 100 >= wrap.width * 84;
        }
        if (!join && i > 0) {
          const LineCounts& c = previous.counts;
          const bool continues = IsProse(line.counts) || EndsSentence(line.text);
          const bool word = WordCrosses(previous.text, line.text);
          if (raw) {
            const bool open_end = EndsOpen(previous.text) && c.han >= 6;
            const bool long_line = c.marks >= 1 && c.units >= 80;
            join = continues && IsProse(c) &&
                   (open_end || word || long_line || EndsInSentence(previous.text));
          } else {
            join = continues && IsProse(c) && word && c.units >= 40;
          }
        }
      }
    }
    if (join) {
      Join(paragraphs.back().text, line.text);
      // Added up, not counted anew: a text without stops is one paragraph of a million lines.
      LineCounts& counts = paragraphs.back().counts;
      paragraphs.back().joined = true;
      counts.units += line.counts.units;
      counts.han += line.counts.han;
      counts.marks += line.counts.marks;
      counts.words += line.counts.words;
    } else {
      paragraphs.push_back({line.text, line.counts, false, line.row});
    }
  }

  std::unordered_set<std::string> seen;
  std::string last_key;
  for (Paragraph& p : paragraphs) {
    Line line;
    if (raw) {
      rules.EraseInline(p.text);
      // A paragraph that is one text twice.
      const size_t half = p.text.size() / 2;
      if (p.text.size() >= 120 && p.text.size() % 2 == 0 &&
          std::string_view(p.text).substr(0, half) == std::string_view(p.text).substr(half)) {
        p.text.resize(half);
      }
      // The same paragraph again, set otherwise maybe; a short one may be meant, unless it stands
      // right behind itself.
      if (!p.row) {
        std::string key = FoldLine(p.text);
        const bool twice = p.text.size() >= 30 && key == last_key;
        last_key = key;
        if (twice || (p.text.size() >= 90 && !seen.insert(std::move(key)).second)) continue;
      }
      if (Trim(p.text).empty()) continue;
    }
    line.text = std::string(Trim(p.text));
    // A line that is a paragraph, as most are in records, has been counted.
    if (raw || p.joined || line.text.size() != p.text.size()) {
      CountLine(line.text, line);
    } else {
      static_cast<LineCounts&>(line) = p.counts;
    }
    if (line.units == 0 && line.han == 0 && raw) continue;
    if (p.row) {
      line.kind = BlockKind::kTable;
    } else if (IsFigureTitle(line.text) || (raw && IsPhotoCaption(line.text))) {
      line.kind = BlockKind::kCaption;
    } else if (line.units <= 60 && !EndsSentence(line.text) && paragraphs.size() > 1) {
      line.kind = BlockKind::kSubhead;
    }
    out.lines.push_back(std::move(line));
  }
  // A title does not stand in the text.
  if (!title.empty() && out.lines.size() > 1 &&
      FoldLine(out.lines.front().text) == FoldLine(title)) {
    out.lines.erase(out.lines.begin());
  }
  return out;
}

}  // namespace hanfact::ingest
