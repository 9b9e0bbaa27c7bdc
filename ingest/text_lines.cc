#include "ingest/text_lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

bool IsBreak(char32_t c) {
  return c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// A number as axes and tables have it: 1,234.5  -3.2%  2024E  18Q3  —
bool IsNumberCell(std::string_view cell) {
  static const RE2 kNumber(
      R"([-+－(（]?(?:\d[\d,]*(?:\.\d+)?|[—－-]{1,2}|N/?A)(?:%|％|pct|bps?|[EAFH]|Q[1-4]|H[12]|x|X|倍|年|月|季)?[)）]?)");
  return cell.size() <= 24 && RE2::FullMatch(re2::StringPiece(cell.data(), cell.size()), kNumber);
}

// A table's row: cells that tabs part, or a label and numbers behind it.
bool IsTableRow(std::string_view text, const LineCounts& counts) {
  if (text.size() > 300 || EndsWithStop(text)) return false;
  if (text.find('\t') != std::string_view::npos) return counts.marks <= 1;
  const Cells cells = CountCells(text);
  return cells.label && cells.numbers >= 2 && cells.numbers + 2 >= cells.all && counts.marks == 0 &&
         counts.han <= 24;
}

bool IsCloser(char32_t c) {
  return c == U'”' || c == U'’' || c == U'」' || c == U'』' || c == U'）' || c == ')' ||
         c == U'】' || c == '"' || c == U'》' || c == ']';
}

}  // namespace

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
    auto plain = [](char32_t x) { return (x > 0x20 && x < 0x7F) || (x > 0x3000 && x != 0xFEFF); };
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

bool EndsWithStop(std::string_view text) {
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

bool IsFigureTitle(std::string_view text) {
  static const RE2 kFigure(
      R"(^(?:图表|圖表|图|圖|表|表格|附图|附表) ?[0-9一二三四五六七八九十]{1,3}(?:[-.．:： 、]|\p{Han}|$))");
  return text.size() < 300 &&
         RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kFigure);
}

bool IsPhotoCaption(std::string_view text) {
  static const RE2 kPhoto(R"((?:\p{Han}|\s)(?:[摄攝]影?|供[图圖])[)）]?$)");
  return text.size() < 300 && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kPhoto);
}

}  // namespace hanfact::ingest
