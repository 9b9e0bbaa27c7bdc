// From lines to paragraphs.
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include <algorithm>

#include "base/text.h"
#include "ingest/text_lines.h"

namespace hanfact::ingest {
namespace {

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
      if (!EndsWithStop(lines[i].text)) {
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

// What is known of all lines when two of them are looked at.
struct Layout {
  Wrap wrap;
  bool indents_tell = false;  // that a paragraph begins
  bool raw = false;
};

// Whether a line goes on with the one before it.
bool GoesOn(const RawLine& before, const RawLine& line, const Layout& layout) {
  const bool new_paragraph = layout.indents_tell && line.indent >= 2 && before.indent < line.indent;
  if (new_paragraph || EndsWithStop(before.text)) return false;
  const Wrap& wrap = layout.wrap;
  if (wrap.width > 0 && !(wrap.gaps_part && line.gap_before)) {
    const uint32_t width = before.width + std::min(before.indent, 4U);
    if (width * 100 >= wrap.width * 84) return true;
  }
  const LineCounts& c = before.counts;
  const bool continues = IsProse(line.counts) || EndsWithStop(line.text);
  if (!continues || !IsProse(c)) return false;
  const bool word = WordCrosses(before.text, line.text);
  if (!layout.raw) return word && c.units >= 40;
  const bool open_end = EndsOpen(before.text) && c.han >= 6;
  const bool long_line = c.marks >= 1 && c.units >= 80;
  return open_end || word || long_line || EndsInSentence(before.text);
}

}  // namespace

void MoveTablesBehind(std::vector<RawLine>& lines, std::vector<LineAction>& actions) {
  auto foreign = [&](size_t i) {
    return lines[i].row || IsFigureTitle(lines[i].text) || actions[i] == LineAction::kCredit;
  };
  constexpr size_t kMost = 60;  // lines of a table
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!foreign(i) || foreign(i - 1)) continue;
    const RawLine& before = lines[i - 1];
    if (EndsWithStop(before.text) || before.counts.han < 10 || before.counts.marks == 0) continue;
    size_t end = i;
    while (end < lines.size() && end - i < kMost && foreign(end)) ++end;
    if (end == lines.size() || foreign(end)) continue;
    const RawLine& after = lines[end];
    const bool goes_on = after.indent < 2 && after.counts.han >= 4 &&
                         (WordCrosses(before.text, after.text) || EndsOpen(before.text) ||
                          (before.width >= 48 && EndsWithStop(after.text)));
    if (!goes_on) continue;
    // Behind the line where the sentence ends.
    size_t last = end;
    while (last < lines.size() && last - end < kMost && !EndsWithStop(lines[last].text) &&
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

std::vector<Paragraph> JoinLines(const std::vector<RawLine>& lines,
                                 const std::vector<LineAction>& actions, bool raw) {
  const auto indented = static_cast<size_t>(
      std::count_if(lines.begin(), lines.end(), [](const RawLine& l) { return l.indent >= 2; }));
  const Layout layout{FindWrap(lines), indented * 10 < lines.size() * 7, raw};
  // Rows, captions and credits are lines of their own.
  const auto alone = [&](size_t i) {
    return lines[i].row || IsFigureTitle(lines[i].text) || actions[i] == LineAction::kCredit;
  };
  std::vector<Paragraph> out;
  for (size_t i = 0; i < lines.size(); ++i) {
    const RawLine& line = lines[i];
    const bool join = i > 0 && !alone(i) && !alone(i - 1) && !IsPhotoCaption(lines[i - 1].text) &&
                      GoesOn(lines[i - 1], line, layout);
    if (!join) {
      out.push_back({line.text, line.counts, false, line.row});
      continue;
    }
    Paragraph& paragraph = out.back();
    Join(paragraph.text, line.text);
    paragraph.joined = true;
    // Added up, not counted anew: a text without stops is one paragraph of a million lines.
    LineCounts& counts = paragraph.counts;
    counts.units += line.counts.units;
    counts.han += line.counts.han;
    counts.marks += line.counts.marks;
    counts.words += line.counts.words;
  }
  return out;
}

}  // namespace hanfact::ingest
