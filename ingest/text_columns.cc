// Columns that stand side by side, one below the other.
#include <algorithm>
#include <set>

#include "base/text.h"
#include "ingest/text_lines.h"

namespace hanfact::ingest {
namespace {

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

}  // namespace

// A border is where at least kRows lines in a row have a gap that ends in one column, with
// sentences on both sides; cells of tables are too short to be that.
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

}  // namespace hanfact::ingest
