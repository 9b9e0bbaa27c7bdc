// The lines of a plain text and what can be told of each alone. Private to ingest/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/html_clean.h"
#include "ingest/rules.h"

namespace hanfact::ingest {

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

// Half widths that a sign takes.
[[nodiscard]] inline uint32_t WidthOf(char32_t c) { return c < 0x1100 ? 1 : 2; }

// Lines so short and so many that they can be no article (a column of digits, a text turned on its
// side): known before any of them is stored.
[[nodiscard]] bool IsCrumbs(std::string_view text);

// Two columns of prose that stand side by side, as pulled from a page with its layout kept, one
// below the other: all of the left, then all of the right. Text without such columns is returned as
// it is. Linear.
[[nodiscard]] std::string UnmixColumns(std::string_view text);

// The lines that are not blank, in order.
[[nodiscard]] std::vector<RawLine> SplitLines(std::string_view text);

[[nodiscard]] char32_t LastChar(std::string_view text);
// How a line ends: with a full stop, where a wrapped line cannot go on (unlike EndsSentence of
// html_page.h a colon is none, nor the point of a number); with a mark or a word that must go on;
// with a clause behind a full stop of its own.
[[nodiscard]] bool EndsWithStop(std::string_view text);
[[nodiscard]] bool EndsOpen(std::string_view text);
[[nodiscard]] bool EndsInSentence(std::string_view text);

[[nodiscard]] bool IsProse(const LineCounts& counts);
[[nodiscard]] bool IsNumeric(std::string_view text);  // digits, and marks that go with them
[[nodiscard]] bool IsLatinOnly(std::string_view text);
// A figure's or table's title: 图表1, 圖 2:, 表 3.
[[nodiscard]] bool IsFigureTitle(std::string_view text);
// A line under a photograph: 图为三号码头。本报记者 王平 摄.
[[nodiscard]] bool IsPhotoCaption(std::string_view text);

// Cells that blanks or tabs part: how many there are, and how many of them are numbers.
struct Cells {
  size_t all = 0, numbers = 0;
  bool label = false;  // the first is none
};

[[nodiscard]] Cells CountCells(std::string_view text);

// How a text is wrapped into lines, and its paragraphs.
struct Paragraph {
  std::string text;
  LineCounts counts;    // of its lines together
  bool joined = false;  // of several lines
  bool row = false;     // of a table
};

// Rows of tables and captions that break a sentence in two go behind its end: the page set them
// between its lines. `actions` are those of the lines.
void MoveTablesBehind(std::vector<RawLine>& lines, std::vector<LineAction>& actions);

// Joins hard-wrapped lines to paragraphs; `raw`: of a file, where nobody has joined any before.
[[nodiscard]] std::vector<Paragraph> JoinLines(const std::vector<RawLine>& lines,
                                               const std::vector<LineAction>& actions, bool raw);

}  // namespace hanfact::ingest
