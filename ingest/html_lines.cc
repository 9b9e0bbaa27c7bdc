#include <algorithm>
#include <bitset>
#include <unordered_map>

#include "base/text.h"
#include "ingest/html_page.h"

namespace hanfact::ingest {
namespace {

// Characters that stand between the words of a sentence. A table: asked of every character of a text.
const std::bitset<0x10000>& FunctionChars() {
  static const std::bitset<0x10000> chars = [] {
    std::bitset<0x10000> out;
    for (const char32_t c :
         std::u32string_view(U"的了在是和将對对為为於于有也就及與与不這这將被從从而但到等至其他")) {
      out.set(c);
    }
    return out;
  }();
  return chars;
}

// Whether one of the common Han (U+4E00 to U+9FFF, three bytes each) begins at the byte.
bool IsHanAt(std::string_view text, size_t at) {
  return LeadsHan(text[at]) &&
         (text[at] != '\xE4' || static_cast<unsigned char>(text[at + 1]) >= 0xB8);
}

bool IsChineseMark(char32_t c) {
  switch (c) {
    case U'。':
    case U'，':
    case U'、':
    case U'；':
    case U'：':
    case U'？':
    case U'！':
    case U'“':
    case U'”':
    case U'「':
    case U'」':
    case U'《':
    case U'》':
    case U'…':
      return true;
    default:
      return false;
  }
}

bool IsAsciiMark(char32_t c) {
  return c == ',' || c == ';' || c == ':' || c == '?' || c == '!' || c == '.';
}

bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0x2060 ||
         c == 0xFEFF || c < 0x20 || c == 0x7F;
}

bool IsOut(Tag tag) {
  return tag == Tag::kSelect || tag == Tag::kOption || tag == Tag::kSkip || tag == Tag::kScript ||
         tag == Tag::kVideo || tag == Tag::kTextarea || tag == Tag::kHead || tag == Tag::kTitle;
}

// Data tables hold short cells in rows; layout tables hold blocks, other tables, or one column.
std::vector<bool> FindDataTables(const HtmlTree& tree) {
  const size_t n = tree.nodes.size();
  std::vector<bool> data(n, false);
  struct Stats {
    uint32_t node;
    uint32_t rows = 0, cells = 0, cells_in_row = 0, widest = 0, nested = 0, longest = 0, bytes = 0;
    uint32_t cell_bytes = 0;
    uint32_t links = 0;
  };
  std::vector<Stats> open;
  std::vector<uint32_t> ends;
  auto close = [&] {
    Stats s = open.back();
    open.pop_back();
    s.longest = std::max(s.longest, s.cell_bytes);
    s.widest = std::max(s.widest, s.cells_in_row);
    const uint32_t mean = s.cells == 0 ? 0 : s.bytes / s.cells;
    data[s.node] = s.nested == 0 && s.rows >= 2 && s.widest >= 2 && s.longest <= 600 &&
                   mean <= 120 && s.cells >= s.rows + 1 && s.links * 2 <= s.cells;
  };
  for (size_t i = 0; i < n; ++i) {
    while (!open.empty() && tree.nodes[open.back().node].end <= i) close();
    const HtmlNode& node = tree.nodes[i];
    if (node.tag == Tag::kTable) {
      if (!open.empty()) ++open.back().nested;
      Stats s{};
      s.node = static_cast<uint32_t>(i);
      open.push_back(s);
      continue;
    }
    if (open.empty()) continue;
    Stats& s = open.back();
    if (node.tag == Tag::kTr) {
      ++s.rows;
      s.widest = std::max(s.widest, s.cells_in_row);
      s.cells_in_row = 0;
    } else if (node.tag == Tag::kTd || node.tag == Tag::kTh) {
      ++s.cells;
      ++s.cells_in_row;
      s.longest = std::max(s.longest, s.cell_bytes);
      s.cell_bytes = 0;
    } else if (node.tag == Tag::kText) {
      const auto size = static_cast<uint32_t>(Trim(tree.Text(node)).size());
      s.bytes += size;
      s.cell_bytes += size;
    } else if (node.tag == Tag::kA) {
      ++s.links;
    }
  }
  while (!open.empty()) close();
  return data;
}

class LineMaker {
 public:
  LineMaker(Page& page, const Rules& rules) : page_(page), rules_(rules) {}

  // False if the page is made of lines so short and so many that it can be no article.
  [[nodiscard]] bool Run() {
    const HtmlTree& tree = page_.tree;
    const size_t n = tree.nodes.size();
    page_.info.assign(n, {});
    const std::vector<bool> data_tables = FindDataTables(tree);
    std::vector<uint32_t> open;  // block elements
    for (size_t i = 0; i < n; ++i) {
      const HtmlNode& node = tree.nodes[i];
      if (page_.lines.size() >= kManyLines && bytes_ < page_.lines.size() * kShortLine) {
        return false;
      }
      while (!open.empty() && tree.nodes[open.back()].end <= i) {
        LeaveBlock(open.back());
        open.pop_back();
      }
      NodeInfo& info = page_.info[i];
      if (i > 0) {
        const NodeInfo& parent = page_.info[node.parent];
        info.up = parent.up;
        info.out = parent.out;
        info.hidden = parent.hidden;
        info.link = parent.link;
        info.bold = parent.bold;
        info.table = parent.table;
      }
      info.line_begin = static_cast<uint32_t>(page_.lines.size());
      info.line_end = info.line_begin;
      if (node.tag == Tag::kText) {
        if (!info.out) AddText(i, open.empty() ? 0 : open.back());
        continue;
      }
      info.hidden = info.hidden || node.hidden;
      info.out = info.out || IsOut(node.tag);
      if (node.tag == Tag::kA) info.link = true;
      if (node.tag == Tag::kB || IsHeading(node.tag)) info.bold = true;
      if (data_tables[i]) info.table = true;
      if (node.attributes != 0 && node.tag != Tag::kMeta && node.tag != Tag::kLink) {
        info.roles = RolesOf(tree.Class(node));
      }
      if (node.tag == Tag::kNav || node.tag == Tag::kFooter || node.tag == Tag::kAside ||
          node.tag == Tag::kMenu) {
        info.roles |= kRoleJunk;
      }
      if (node.tag == Tag::kFigcaption || node.tag == Tag::kCaption) info.roles |= kRoleCaption;
      info.up |= info.roles;
      if (node.tag == Tag::kBr || node.tag == Tag::kHr) {
        if (!info.table && !in_heading_) {
          Flush();
          after_break_ = true;
        } else {
          Blank();
        }
        continue;
      }
      if (IsBlockTag(node.tag)) {
        if (info.table && node.tag != Tag::kTable && node.tag != Tag::kTr) {
          if (node.tag == Tag::kTd || node.tag == Tag::kTh) cell_ = true;
          Blank();
        } else if (in_heading_ && !IsHeading(node.tag)) {
          Blank();
        } else {
          Flush();
          after_break_ = false;
        }
        if (IsHeading(node.tag)) in_heading_ = true;
        open.push_back(static_cast<uint32_t>(i));
      }
    }
    while (!open.empty()) {
      LeaveBlock(open.back());
      open.pop_back();
    }
    Flush();
    // Inline elements got no end: their lines are those begun before the next node outside.
    for (size_t i = n; i-- > 1;) {
      NodeInfo& info = page_.info[i];
      const uint32_t end = tree.nodes[i].end;
      const uint32_t last =
          end < n ? page_.info[end].line_begin : static_cast<uint32_t>(page_.lines.size());
      if (!IsBlockTag(tree.nodes[i].tag)) info.line_end = std::max(info.line_begin, last);
    }
    if (n > 0) page_.info[0].line_end = static_cast<uint32_t>(page_.lines.size());
    return true;
  }

 private:
  static constexpr size_t kManyLines = 100000, kShortLine = 12;  // bytes a line
  static constexpr size_t kClassesKept = 4096;

  // A page has a few hundred classes, each on dozens of elements.
  uint16_t RolesOf(std::string_view names) {
    if (roles_.size() > kClassesKept) roles_.clear();
    const auto [at, fresh] = roles_.try_emplace(names, uint16_t{0});
    if (fresh) at->second = rules_.ClassRoles(names);
    return at->second;
  }

  void LeaveBlock(uint32_t node) {
    const NodeInfo& info = page_.info[node];
    const Tag tag = page_.tree.nodes[node].tag;
    if (info.table && tag != Tag::kTable && tag != Tag::kTr) {
      Blank();
    } else if (in_heading_ && !IsHeading(tag)) {
      Blank();
    } else {
      Flush();
      after_break_ = false;
    }
    if (IsHeading(tag)) in_heading_ = false;
    page_.info[node].line_end = static_cast<uint32_t>(page_.lines.size());
  }

  void Blank() {
    if (!text_.empty()) blank_ = true;
  }

  void AddText(size_t i, uint32_t block) {
    const HtmlTree& tree = page_.tree;
    const NodeInfo& info = page_.info[i];
    const std::string_view text = tree.Text(tree.nodes[i]);
    const bool pre = tree.nodes[block].tag == Tag::kPre;
    for (size_t p = 0; p < text.size();) {
      const char32_t c = CodePointAt(text, p);
      uint32_t size = CodePointLength(text[p]);
      if (IsSpace(c) && c != 0x200B && c != 0xFEFF) {
        if (pre && c == '\n') {
          Flush();
          after_break_ = true;
        } else {
          Blank();
          // 標題一　標題二: the wide blank parts headlines and stays as it is.
          if (c == 0x3000 && !text_.empty()) wide_ = true;
        }
      } else if (!IsInvisible(c)) {
        if (text_.empty()) {
          line_ = Line();
          line_.node = block;
          line_.hidden = info.hidden;
          line_.bold = true;
          line_.after_break = after_break_;
          after_break_ = false;
          blank_ = wide_ = false;
          cell_ = false;
        } else if (cell_) {
          text_ += '\t';
        } else if (blank_) {
          text_ += wide_ ? "\u3000" : " ";
        }
        cell_ = false;
        blank_ = wide_ = false;
        float unit = IsHan(c)                                ? 2.0F
                     : (IsAsciiDigit(c) || IsAsciiLetter(c)) ? 1.0F
                     : c >= 0xFF10 && c <= 0xFF5A            ? 1.0F
                                                             : 0.0F;
        // With the Han behind it, nearly all of most texts.
        while (p + size < text.size() && IsHanAt(text, p + size)) {
          size += 3;
          unit += 2.0F;
        }
        text_.append(text, p, size);
        if (info.link) line_.link_units += unit;
        if (!info.bold && unit > 0) line_.bold = false;
        if (!info.hidden) line_.hidden = false;
      }
      p += size;
    }
  }

  void Flush() {
    if (text_.empty()) {
      blank_ = cell_ = false;
      return;
    }
    line_.text = std::move(text_);
    text_.clear();
    blank_ = cell_ = false;
    const NodeInfo& info = page_.info[line_.node];
    const Tag tag = page_.tree.nodes[line_.node].tag;
    CountLine(line_.text, line_);
    line_.heading = IsHeading(tag);
    if (info.table && line_.text.find('\t') != std::string::npos) {
      line_.kind = BlockKind::kTable;
    } else if (info.table) {
      line_.kind = BlockKind::kTable;
    } else if (IsHeading(tag)) {
      line_.kind = BlockKind::kSubhead;
    } else if (tag == Tag::kLi || tag == Tag::kDt || tag == Tag::kDd) {
      line_.kind = BlockKind::kList;
    } else if (tag == Tag::kFigcaption || tag == Tag::kCaption) {
      line_.kind = BlockKind::kCaption;
    } else {
      for (uint32_t up = line_.node, steps = 0; up != 0 && steps < 4; ++steps) {
        const Tag t = page_.tree.nodes[up].tag;
        if (t == Tag::kBlockquote) {
          line_.kind = BlockKind::kQuote;
          break;
        }
        if (t == Tag::kLi) {
          line_.kind = BlockKind::kList;
          break;
        }
        if (t == Tag::kFigcaption || (page_.info[up].roles & kRoleCaption) != 0) {
          line_.kind = BlockKind::kCaption;
          break;
        }
        up = page_.tree.nodes[up].parent;
      }
    }
    bytes_ += line_.text.size();
    page_.lines.push_back(std::move(line_));
    line_ = Line();
  }

  Page& page_;
  const Rules& rules_;
  std::string text_;
  Line line_;
  bool blank_ = false;
  bool wide_ = false;  // the blank is an ideographic one
  bool cell_ = false;
  std::unordered_map<std::string_view, uint16_t> roles_;  // by what an element's class says
  bool after_break_ = false;
  bool in_heading_ = false;
  size_t bytes_ = 0;  // of all lines
};

}  // namespace

bool MakeLines(Page& page, const Rules& rules) { return LineMaker(page, rules).Run(); }

bool EndsSentence(std::string_view text) {
  while (!text.empty()) {
    const size_t at = PreviousBorder(text, text.size());
    const char32_t c = CodePointAt(text, at);
    if (c == U'”' || c == U'」' || c == U'』' || c == U'）' || c == ')' || c == U'】' || c == '"' ||
        c == U'’' || IsSpace(c)) {
      text = text.substr(0, at);
      continue;
    }
    return c == U'。' || c == U'！' || c == U'？' || c == U'；' || c == U'…' || c == U'：' ||
           c == '!' || c == '?' || c == ';' || c == '.';
  }
  return false;
}

namespace {

std::string KeyOfFolded(std::string_view folded) {
  std::string key;
  key.reserve(folded.size());
  for (size_t i = 0; i < folded.size();) {
    // Runs of Han, nearly all of most titles.
    const size_t from = i;
    while (i < folded.size() && IsHanAt(folded, i)) i += 3;
    if (i > from) {
      key.append(folded, from, i - from);
      continue;
    }
    const char32_t c = CodePointAt(folded, i);
    const uint32_t n = CodePointLength(folded[i]);
    if (IsHan(c) || IsAsciiDigit(c) || IsAsciiLetter(c) || c > 0xFFFF) {
      if (c >= 'A' && c <= 'Z') {
        key += static_cast<char>(c + 32);
      } else {
        key.append(folded, i, n);
      }
    }
    i += n;
  }
  return key;
}

}  // namespace

std::string TitleKey(std::string_view title) { return KeyOfFolded(FoldLine(title)); }

const std::string& FoldedOf(const Line& line) {
  if (line.folded.empty()) line.folded = FoldLine(line.text);
  return line.folded;
}

const std::string& KeyOf(const Line& line) {
  if (line.key.empty()) line.key = KeyOfFolded(FoldedOf(line));
  return line.key;
}

bool IsSentence(const Line& line) {
  return (line.marks >= 1 && (line.words >= 1 || line.han >= 12)) ||
         (line.words >= 3 && line.han >= 16);
}

float LinkShare(const Line& line) {
  return line.units <= 0 ? 0 : std::min(1.0F, line.link_units / line.units);
}

void CountLine(std::string_view text, LineCounts& line) {
  line.units = 0;
  line.han = line.marks = line.words = 0;
  const std::bitset<0x10000>& function = FunctionChars();
  uint32_t han = 0, words = 0;  // added up at the end: the fields are no registers
  char32_t previous = 0;
  for (size_t i = 0; i < text.size();) {
    // The common Han, nearly all of a text.
    for (; i + 3 <= text.size() && LeadsHan(text[i]); i += 3) {
      const char32_t c = CodePointOfThree(text.data() + i);
      if (c < 0x4E00) break;
      ++han;
      words += function[c];
      previous = c;
    }
    if (i >= text.size()) break;
    const char32_t c = CodePointAt(text, i);
    i += CodePointLength(text[i]);
    if (IsHan(c)) {
      ++han;
      words += c < 0x10000 && function[c] ? 1 : 0;
    } else if (IsAsciiDigit(c) || IsAsciiLetter(c) || (c >= 0xFF10 && c <= 0xFF5A)) {
      line.units += 1;
    } else if (IsChineseMark(c) || (IsAsciiMark(c) && IsHan(previous))) {
      ++line.marks;
    }
    previous = c;
  }
  line.han += han;
  line.words += words;
  line.units += 2 * static_cast<float>(han);
}

}  // namespace hanfact::ingest
