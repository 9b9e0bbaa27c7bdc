#include "cli/table.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "base/text.h"

namespace hanfact::cli {
namespace {

size_t WidthOf(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  switch (u_charType(code)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
    width += WidthOf(CodePointAt(text, i));
  }
  return width;
}

std::string Fit(std::string_view text, size_t width) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  if (DisplayWidth(line) <= width) return line;
  std::string out;
  size_t used = 0;
  for (size_t i = 0; i < line.size();) {
    const size_t w = WidthOf(CodePointAt(line, i));
    if (used + w + 1 > width) break;
    const uint32_t n = CodePointLength(line[i]);
    out.append(line, i, n);
    used += w;
    i += n;
  }
  return out + "…";
}

Table& Table::Limit(size_t column, size_t width) {
  limits_[column] = width;
  return *this;
}

std::string Table::ToString() const {
  std::vector<std::vector<std::string>> cells{heads_};
  for (const auto& row : rows_) {
    cells.push_back(row);
    for (const auto& [column, width] : limits_) {
      cells.back()[column] = Fit(cells.back()[column], width);
    }
  }
  std::vector<size_t> widths(heads_.size());
  for (const auto& row : cells) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string out;
  for (const auto& row : cells) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - DisplayWidth(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + '\n';
  }
  return out;
}

}  // namespace hanfact::cli
