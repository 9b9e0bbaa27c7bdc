#include "ingest/html_clean.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "ingest/html_script.h"
#include "ingest/metadata.h"
#include "ingest/page_parts.h"

namespace hanfact::ingest {
namespace {

// ---- counting -----------------------------------------------------------------------------------

bool IsFunctionChar(char32_t c) {
  switch (c) {
    case U'的':
    case U'了':
    case U'在':
    case U'是':
    case U'和':
    case U'将':
    case U'對':
    case U'对':
    case U'為':
    case U'为':
    case U'於':
    case U'于':
    case U'有':
    case U'也':
    case U'就':
    case U'及':
    case U'與':
    case U'与':
    case U'不':
    case U'這':
    case U'这':
    case U'將':
    case U'被':
    case U'從':
    case U'从':
    case U'而':
    case U'但':
    case U'到':
    case U'等':
    case U'至':
    case U'其':
    case U'他':
      return true;
    default:
      return false;
  }
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

// Ends a sentence (or a clause that a paragraph may end with).
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

// For comparing titles: folded, letters and Han only.
std::string TitleKey(std::string_view title) {
  const std::string folded = FoldLine(title);
  std::string key;
  for (size_t i = 0; i < folded.size();) {
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

// ---- lines --------------------------------------------------------------------------------------

struct NodeInfo {
  uint32_t line_begin = 0, line_end = 0;  // lines of the subtree
  uint16_t roles = 0;                     // own
  uint16_t up = 0;                        // of the element and its ancestors, the junk ones
  bool out = false;                       // select, nav … : never text of an article
  bool hidden = false;
  bool link = false;
  bool bold = false;
  bool table = false;  // inside a data table
};

struct Page {
  HtmlTree tree;
  std::vector<NodeInfo> info;
  std::vector<Line> lines;
};

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
        info.roles = rules_.ClassRoles(tree.Class(node));
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
      const uint32_t size = CodePointLength(text[p]);
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
        text_.append(text, p, size);
        const float unit = IsHan(c)                                ? 2.0F
                           : (IsAsciiDigit(c) || IsAsciiLetter(c)) ? 1.0F
                           : c >= 0xFF10 && c <= 0xFF5A            ? 1.0F
                                                                   : 0.0F;
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
  bool after_break_ = false;
  bool in_heading_ = false;
  size_t bytes_ = 0;  // of all lines
};

// ---- scoring ------------------------------------------------------------------------------------

bool IsSentence(const Line& line) {
  return (line.marks >= 1 && (line.words >= 1 || line.han >= 12)) ||
         (line.words >= 3 && line.han >= 16);
}

float LinkShare(const Line& line) {
  return line.units <= 0 ? 0 : std::min(1.0F, line.link_units / line.units);
}

void CollectFacts(const HtmlTree& tree, HtmlArticle& out) {
  for (size_t i = 1; i < tree.nodes.size(); ++i) {
    const HtmlNode& node = tree.nodes[i];
    switch (node.tag) {
      case Tag::kMeta: {
        std::string name(tree.Name(node));
        for (char& c : name) {
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        if (!name.empty() && out.facts.metas.size() < 400) {
          out.facts.metas.emplace_back(std::move(name), std::string(Trim(tree.Value(node))));
        }
        break;
      }
      case Tag::kLink:
        if (tree.Name(node) == "canonical" && out.facts.canonical.empty()) {
          out.facts.canonical = std::string(Trim(tree.Value(node)));
        }
        break;
      case Tag::kTime:
        if (!tree.Value(node).empty() && out.times.size() < 50) {
          out.times.emplace_back(Trim(tree.Value(node)));
        }
        break;
      case Tag::kScript: {
        const std::string_view text = tree.Text(node);
        if (tree.Value(node).find("ld+json") != std::string_view::npos) {
          if (out.facts.json_ld.size() < 50) out.facts.json_ld.emplace_back(text);
        }
        out.scripts += DecodeScript(text);
        out.scripts += '\n';
        break;
      }
      case Tag::kTitle: {
        std::string title;
        for (size_t k = i + 1; k < node.end; ++k) {
          if (tree.nodes[k].tag == Tag::kText) title += tree.Text(tree.nodes[k]);
        }
        if (!Trim(title).empty() && out.facts.titles.size() < 4) {
          out.facts.titles.emplace_back(Trim(title));
        }
        break;
      }
      default:
        break;
    }
  }
}

std::string_view FindMeta(const PageFacts& facts, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) {
    for (const auto& [key, value] : facts.metas) {
      if (key == name && !value.empty()) return value;
    }
  }
  return {};
}

constexpr uint32_t kNone = 0xFFFFFFFF;

// The line that is the headline: the one that the page's title starts with, or that its title
// metas name; headings and title classes before others, the first of equals.
uint32_t FindHeadline(const Page& page, const std::vector<std::string>& title_keys) {
  uint32_t best = kNone;
  double best_score = 0;
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    const Line& line = page.lines[i];
    if (line.text.size() > 400 || line.units < 6) continue;
    const NodeInfo& info = page.info[line.node];
    const Tag tag = page.tree.nodes[line.node].tag;
    const bool heading = line.heading;
    const bool titled = (info.roles & kRoleTitle) != 0 ||
                        (page.info[page.tree.nodes[line.node].parent].roles & kRoleTitle) != 0;
    if (info.out) continue;
    const std::string key = TitleKey(line.text);
    if (key.size() < 6) continue;
    double match = 0;
    for (const std::string& title : title_keys) {
      if (title.empty()) continue;
      if (title == key) {
        match = std::max(match, 1.0);
      } else if (title.starts_with(key)) {
        match = std::max(match, 0.55 + 0.4 * static_cast<double>(key.size()) /
                                           static_cast<double>(title.size()));
      } else if (key.starts_with(title) && title.size() * 3 >= key.size()) {
        match = std::max(match, 0.9);
      } else if (key.size() >= 18 && title.find(key) != std::string::npos) {
        match = std::max(match, 0.5);
      }
    }
    double score = match * 10;
    if (match == 0) {
      // Without a title to compare with, only a heading can be one.
      if (!title_keys.empty() && !(tag == Tag::kH1)) continue;
      score = tag == Tag::kH1 ? 3 : heading && titled ? 2 : titled ? 1 : 0;
      if (score == 0) continue;
    }
    if (tag == Tag::kH1) {
      score += 2.5;
    } else if (heading) {
      score += 1.5;
    } else if (titled) {
      score += 1;
    }
    if (LinkShare(line) > 0.5) score -= 4;
    if (line.hidden) score -= 3;
    if ((info.up & (kRoleJunk | kRoleComment)) != 0) score -= 1.5;
    if (score > best_score + 0.01) {
      best_score = score;
      best = i;
    }
  }
  return best;
}

}  // namespace

void CountLine(std::string_view text, LineCounts& line) {
  line.units = 0;
  line.han = line.marks = line.words = 0;
  char32_t previous = 0;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = CodePointAt(text, i);
    i += CodePointLength(text[i]);
    if (IsHan(c)) {
      ++line.han;
      line.units += 2;
      if (IsFunctionChar(c)) ++line.words;
    } else if (IsAsciiDigit(c) || IsAsciiLetter(c) || (c >= 0xFF10 && c <= 0xFF5A)) {
      line.units += 1;
    } else if (IsChineseMark(c) || (IsAsciiMark(c) && IsHan(previous))) {
      ++line.marks;
    }
    previous = c;
  }
}

bool LooksLikeHtml(std::string_view text) {
  const std::string_view head = Trim(text.substr(0, 8192));
  if (head.empty() || head[0] == '{' || head[0] == '[') return false;
  std::string lower;
  for (char c : head) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (lower.find("<!doctype html") != std::string::npos ||
      lower.find("<html") != std::string::npos || lower.find("<head") != std::string::npos ||
      lower.find("<body") != std::string::npos) {
    return true;
  }
  if (lower[0] != '<' && lower.find("<meta ") == std::string::npos) {
    // Text with a few tags is text; a fragment has several elements.
    size_t tags = 0;
    for (std::string_view name : {"<div", "<p>", "<p ", "<span", "<table", "<br", "</a>", "<img"}) {
      for (size_t at = lower.find(name); at != std::string::npos; at = lower.find(name, at + 1)) {
        ++tags;
      }
    }
    return tags >= 4;
  }
  for (std::string_view name :
       {"<div", "<p", "<span", "<table", "<article", "<section", "<h1", "<h2", "<title", "<meta",
        "<script", "<style", "<ul", "<br", "<!--", "<main", "<center", "<font"}) {
    if (lower.find(name) != std::string::npos) return true;
  }
  return false;
}

std::string StripSiteSuffix(std::string_view title) {
  std::string text;
  {
    bool blank = false;
    for (size_t i = 0; i < title.size();) {
      const char32_t c = CodePointAt(title, i);
      const uint32_t n = CodePointLength(title[i]);
      if (IsSpace(c) && c != 0x3000) {
        blank = !text.empty();
      } else {
        if (blank) text += ' ';
        blank = false;
        text.append(title, i, n);
      }
      i += n;
    }
  }
  title = Trim(text);
  // Candidates for the border between the title and what follows, the strongest first.
  auto cut_at = [&](std::string_view separator, bool first) -> bool {
    const size_t at = first ? title.find(separator) : title.rfind(separator);
    if (at == std::string_view::npos || at == 0) return false;
    Line head;
    CountLine(title.substr(0, at), head);
    Line tail;
    CountLine(title.substr(at + separator.size()), tail);
    if (head.units < 10 || tail.units > head.units * 1.5F + 24) return false;
    title = Trim(title.substr(0, at));
    return true;
  };
  for (std::string_view separator : {"_", "｜", "--", "::", "|", " - ", " – ", " — ", " -", "- "}) {
    while (cut_at(separator, separator == "_" || separator == "|" || separator == "｜")) {
    }
  }
  return std::string(title);
}
namespace {

// Finds the body of a page and what to keep of it.
class BodyFinder {
 public:
  BodyFinder(Page& page, const Rules& rules, HtmlArticle& out)
      : page_(page), rules_(rules), out_(out), count_(static_cast<uint32_t>(page.lines.size())) {}

  void Run() {
    ReadTitles();
    ClearWrongRoles();
    MarkTeasers();
    Weigh();
    Choose();
    FindUnnamedHeadline();
    keep_.assign(count_, 0);
    for (uint32_t i = begin_; i < end_; ++i) {
      keep_[i] = !page_.info[page_.lines[i].node].out && !teaser_[i] &&
                 (!page_.lines[i].hidden || use_hidden_);
    }
    DropBoxes();
    DropLines();
    DropEnds();
    DropRepeats();
    Judge();
    Collect();
  }

 private:
  friend struct BodyFinderProbe;  // prints the lines and their weights, for debugging

  void ReadTitles() {
    auto add = [&](std::string_view title) {
      std::string key = TitleKey(title);
      if (key.size() >= 6 && std::find(titles_.begin(), titles_.end(), key) == titles_.end()) {
        titles_.push_back(std::move(key));
      }
    };
    for (std::string_view name :
         {"og:title", "twitter:title", "title", "articletitle", "headline"}) {
      add(FindMeta(out_.facts, {name}));
    }
    for (const std::string& title : out_.facts.titles) add(title);
    headline_ = FindHeadline(page_, titles_);
    if (headline_ != kNone) SetHeadline();
    // Descriptions that are the article's first words point at them.
    constexpr size_t kHead = 45;  // 15 Han characters
    for (std::string_view name : {"og:description", "description", "twitter:description"}) {
      std::string key = TitleKey(FindMeta(out_.facts, {name}));
      if (key.size() <= kHead) continue;
      size_t cut = kHead;
      while ((static_cast<unsigned char>(key[cut]) & 0xC0) == 0x80) --cut;
      key.resize(cut);
      if (std::any_of(titles_.begin(), titles_.end(), [&](const std::string& title) {
            return title.starts_with(key) || key.starts_with(title);
          })) {
        continue;
      }
      descriptions_.push_back(std::move(key));
    }
  }

  void SetHeadline() {
    out_.headline = page_.lines[headline_].text;
    headline_key_ = TitleKey(out_.headline);
    // 標題 原創: a label that the page's own title does not have.
    constexpr size_t kLabel = 12;
    for (const std::string& title : out_.facts.titles) {
      const std::string bare = StripSiteSuffix(title);
      if (bare.size() < 24 || !out_.headline.starts_with(bare + " ") ||
          out_.headline.size() - bare.size() > kLabel + 1) {
        continue;
      }
      out_.headline = bare;
      break;
    }
    headline_path_.clear();
    for (uint32_t up = page_.lines[headline_].node;; up = page_.tree.nodes[up].parent) {
      headline_path_.push_back(up);
      if (up == 0) break;
    }
  }

  // A page whose <title> names the site alone: the headline is the bold, large or so named line
  // before the text.
  void FindUnnamedHeadline() {
    if (headline_ != kNone) return;
    uint32_t prose = begin_;
    while (prose < end_ && !(page_.lines[prose].weight > 0 && IsSentence(page_.lines[prose]))) {
      ++prose;
    }
    // The highest heading; else the nearest line that is marked otherwise.
    constexpr uint32_t kFar = 12;
    constexpr int kNoHeading = 7;
    int best = kNoHeading + 1;
    for (uint32_t i = prose; i-- > 0 && i + kFar >= prose;) {
      const Line& line = page_.lines[i];
      const NodeInfo& info = page_.info[line.node];
      // Or the one whose next line is the date.
      const bool dated = i + 1 < count_ && page_.lines[i + 1].units < 60 &&
                         page_.lines[i + 1].text.size() < 200 && !EndsSentence(line.text) &&
                         !FindStamps(page_.lines[i + 1].text).empty();
      const bool marked =
          line.heading || line.bold || dated || (info.roles & kRoleTitle) != 0;
      if (!marked || line.units < 14 || line.units > 120 || line.hidden || info.out ||
          LinkShare(line) > 0.3F || actions_[i] != LineAction::kNone || IsOnlyDate(line.text) ||
          (info.up & (kRoleJunk | kRoleComment | kRoleCaption)) != 0 ||
          line.kind == BlockKind::kCaption) {
        continue;
      }
      const int level = line.heading ? static_cast<int>(page_.tree.nodes[line.node].tag) -
                                           static_cast<int>(Tag::kH1) + 1
                                     : kNoHeading;
      if (level >= best) continue;
      best = level;
      headline_ = i;
    }
    if (headline_ != kNone) SetHeadline();
  }

  // Names lie: <div id="app"> holds the whole page, class="desc" an article. What holds the headline
  // and most of the text is no junk, and what holds several paragraphs is no caption.
  void ClearWrongRoles() {
    std::vector<double> units(count_ + 1, 0);
    for (uint32_t i = 0; i < count_; ++i) units[i + 1] = units[i] + page_.lines[i].units;
    const auto& nodes = page_.tree.nodes;
    bool changed = false;
    for (uint32_t n = 1; n < nodes.size(); ++n) {
      NodeInfo& info = page_.info[n];
      if ((info.roles & (kRoleJunk | kRoleSoftJunk)) == 0 || (info.roles & kRoleComment) != 0) {
        continue;
      }
      const double share =
          (units[info.line_end] - units[info.line_begin]) / std::max(1.0, units[count_]);
      const bool headed =
          headline_ != kNone && info.line_begin <= headline_ && headline_ < info.line_end;
      if (share > (headed ? 0.5 : 0.85)) {
        info.roles &= static_cast<uint16_t>(~(kRoleJunk | kRoleSoftJunk));
        changed = true;
      }
    }
    if (changed) {
      for (uint32_t n = 1; n < nodes.size(); ++n) {
        NodeInfo& info = page_.info[n];
        info.up = static_cast<uint16_t>(info.roles | page_.info[nodes[n].parent].up);
      }
    }
    constexpr uint32_t kCaptionLines = 3;
    constexpr float kCaptionUnits = 300;
    for (Line& line : page_.lines) {
      if (line.kind != BlockKind::kCaption) continue;
      for (uint32_t up = line.node; up != 0; up = nodes[up].parent) {
        const NodeInfo& info = page_.info[up];
        if (nodes[up].tag == Tag::kFigcaption || nodes[up].tag == Tag::kCaption) break;
        if ((info.roles & kRoleCaption) == 0) continue;
        if (info.line_end - info.line_begin > kCaptionLines ||
            units[info.line_end] - units[info.line_begin] > kCaptionUnits) {
          line.kind = BlockKind::kParagraph;
        }
        break;
      }
    }
  }

  // Boxes side by side that each begin with a linked title and add a few words: teasers of other
  // articles, however many of them stand beside a short one. A page that holds little else is left
  // as it is: it is a list, and judged so later.
  void MarkTeasers() {
    teaser_.assign(count_, 0);
    const auto& nodes = page_.tree.nodes;
    constexpr uint32_t kFewLines = 5, kMany = 3;
    auto is_teaser = [&](uint32_t n) {
      const NodeInfo& info = page_.info[n];
      if (info.line_end - info.line_begin < 2 || info.line_end - info.line_begin > kFewLines) {
        return false;
      }
      bool title = false, words = false;
      float units = 0;
      for (uint32_t i = info.line_begin; i < info.line_end; ++i) {
        const Line& line = page_.lines[i];
        units += line.units;
        if (LinkShare(line) > 0.6F && line.units >= 12) {
          title = title || i < info.line_begin + 2;
        } else {
          words = true;
        }
      }
      return title && words && units < 500;
    };
    std::vector<uint32_t> found, run;
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      if (nodes[n].tag == Tag::kText || (n != 0 && !IsBlockTag(nodes[n].tag))) continue;
      const NodeInfo& info = page_.info[n];
      if (info.line_end - info.line_begin < 2 * kMany) continue;
      run.clear();
      auto close = [&] {
        if (run.size() >= kMany) found.insert(found.end(), run.begin(), run.end());
        run.clear();
      };
      for (uint32_t k = n + 1; k < nodes[n].end; k = nodes[k].end) {
        if (nodes[k].tag == Tag::kText || page_.info[k].line_begin == page_.info[k].line_end) {
          continue;
        }
        if (IsBlockTag(nodes[k].tag) && is_teaser(k)) {
          run.push_back(k);
        } else if (IsBlockTag(nodes[k].tag)) {
          close();
        }
      }
      close();
    }
    if (found.empty()) return;
    for (uint32_t n : found) {
      for (uint32_t i = page_.info[n].line_begin; i < page_.info[n].line_end; ++i) teaser_[i] = 1;
    }
    double rest = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      const Line& line = page_.lines[i];
      if (!teaser_[i] && IsSentence(line) && LinkShare(line) < 0.3F &&
          (page_.info[line.node].up & (kRoleJunk | kRoleComment)) == 0) {
        rest += line.units;
      }
    }
    constexpr double kLittle = 100;
    if (rest < kLittle) teaser_.assign(count_, 0);
  }

  // How many of the headline's ancestors do not hold the line.
  [[nodiscard]] int HeadlineDistance(const Line& line) const {
    for (uint32_t up = line.node;; up = page_.tree.nodes[up].parent) {
      // The path runs from the headline to the root: indices fall.
      const auto it = std::lower_bound(headline_path_.begin(), headline_path_.end(), up,
                                       [](uint32_t a, uint32_t b) { return a > b; });
      if (it != headline_path_.end() && *it == up) {
        return static_cast<int>(it - headline_path_.begin());
      }
      if (up == 0) return static_cast<int>(headline_path_.size());
    }
  }

  void Weigh() {
    actions_.assign(count_, LineAction::kNone);
    prefix_.assign(count_ + 1, 0);
    bool described = false;
    double hidden = 0, shown = 0;
    uint32_t last_node = kNone;
    int distance = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      Line& line = page_.lines[i];
      const NodeInfo& info = page_.info[line.node];
      if (info.out) continue;
      const float share = LinkShare(line);
      if (line.units > 0 && share < 0.6F) {
        actions_[i] = rules_.MatchLine(FoldLine(line.text), LinePlace::kHtml);
      }
      const bool boiler = actions_[i] == LineAction::kDrop || actions_[i] == LineAction::kCut;
      double w = 0;
      if (teaser_[i]) {
        w = -2;
      } else if (share > 0.5F) {
        w = -std::min(40.0F, line.units * 0.8F) - 2;
      } else if (boiler) {
        w = -8;
      } else if (IsSentence(line)) {
        w = (line.units - line.link_units) * (1 + 0.03 * std::min<uint32_t>(line.marks, 10));
      } else if (line.kind == BlockKind::kTable) {
        w = line.units * 0.5;
      } else {
        w = line.units <= 60 ? -3 : line.units * 0.3;
      }
      if (w > 0) {
        const bool junk = (info.up & (kRoleJunk | kRoleComment)) != 0;
        const bool content = (info.up & kRoleContent) != 0;
        if (junk) w *= content ? 0.4 : 0.15;
        if ((info.up & kRoleSoftJunk) != 0) w *= 0.5;
        if (content) w *= 1.15;
        // Text that shares a near ancestor with the headline is its text.
        if (headline_ != kNone) {
          if (line.node != last_node) distance = HeadlineDistance(line);
          last_node = line.node;
          w *= std::max(0.5, 1.05 - 0.05 * distance);
        }
        if (!described && i != headline_ && line.text.size() > 40 && !line.hidden && share < 0.3F) {
          const std::string key = TitleKey(line.text);
          for (const std::string& description : descriptions_) {
            if (key.find(description) == std::string::npos) continue;
            described = true;
            described_ = true;
            w += 500;
            break;
          }
        }
      }
      line.weight = static_cast<float>(w);
      if (w > 0) (line.hidden ? hidden : shown) += w;
    }
    // Pages that a script unhides have all of their text hidden.
    use_hidden_ = hidden > 3 * shown && hidden > 200;
    for (uint32_t i = 0; i < count_; ++i) {
      Line& line = page_.lines[i];
      if (line.hidden && !use_hidden_ && line.weight > 0) line.weight = 0;
      double w = line.weight;
      // What stands before the headline is not the article it heads.
      if (headline_ != kNone && i < headline_ && w > 0) w *= 0.3;
      prefix_[i + 1] = prefix_[i] + w;
    }
  }

  [[nodiscard]] double Weight(uint32_t node) const {
    const NodeInfo& info = page_.info[node];
    return prefix_[info.line_end] - prefix_[info.line_begin];
  }

  // The element whose lines weigh most; the innermost of equals. Then down to the child that holds
  // nearly all of it: the core.
  void Choose() {
    body_ = 0;
    double best = -1e18;
    const auto& nodes = page_.tree.nodes;
    for (uint32_t i = 0; i < nodes.size(); ++i) {
      if (i != 0 && !IsBlockTag(nodes[i].tag)) continue;
      const NodeInfo& info = page_.info[i];
      if (info.out || info.line_begin >= info.line_end) continue;
      if (info.table && nodes[i].tag != Tag::kTable) continue;
      double w = Weight(i);
      if ((info.roles & kRoleContent) != 0 && w > 0) w += 10;
      if (nodes[i].tag == Tag::kArticle && w > 0) w += 20;
      if (w >= best - 1e-9) {
        best = w;
        body_ = i;
      }
    }
    // A paragraph has siblings: junk between them must not cost the article its other paragraphs.
    const uint32_t paragraph = body_;
    if (nodes[body_].tag == Tag::kP && nodes[body_].parent != 0) body_ = nodes[body_].parent;
    begin_ = page_.info[body_].line_begin;
    end_ = page_.info[body_].line_end;
    core_ = paragraph;
    if (core_ != body_) return;
    const double whole = Positive(body_);
    while (whole > 0) {
      uint32_t next = kNone;
      for (uint32_t i = core_ + 1; i < nodes[core_].end;) {
        if (Positive(i) >= 0.7 * whole && IsBlockTag(nodes[i].tag) && nodes[i].tag != Tag::kP &&
            !page_.info[i].table) {
          next = i;
          break;
        }
        // Into inline elements only; the rest of a light block cannot be heavy.
        i = IsBlockTag(nodes[i].tag) ? nodes[i].end : i + 1;
      }
      if (next == kNone) break;
      core_ = next;
    }
  }

  [[nodiscard]] double Positive(uint32_t node) const {
    const NodeInfo& info = page_.info[node];
    double sum = 0;
    for (uint32_t i = info.line_begin; i < info.line_end; ++i) {
      if (page_.lines[i].weight > 0) sum += page_.lines[i].weight;
    }
    return sum;
  }

  // Boxes named as junk, unless they hold much of the text; and boxes beside the core that are
  // teasers: prose between links.
  void DropBoxes() {
    const auto& nodes = page_.tree.nodes;
    if (headline_ != kNone && headline_ >= begin_ && headline_ < end_) {
      for (uint32_t i = begin_; i <= headline_; ++i) keep_[i] = 0;
    }
    double total = 0;
    for (uint32_t i = begin_; i < end_; ++i) {
      if (keep_[i] && page_.lines[i].weight > 0) total += page_.lines[i].units;
    }
    for (uint32_t n = body_ + 1; n < nodes[body_].end; ++n) {
      const NodeInfo& info = page_.info[n];
      if (info.line_begin >= info.line_end || !IsBlockTag(nodes[n].tag)) continue;
      if ((info.roles & (kRoleJunk | kRoleComment)) == 0) continue;
      double units = 0;
      for (uint32_t i = info.line_begin; i < info.line_end; ++i) {
        if (keep_[i] && IsSentence(page_.lines[i]) && LinkShare(page_.lines[i]) < 0.5F) {
          units += page_.lines[i].units;
        }
      }
      if (units < total * ((info.roles & kRoleContent) == 0 ? 0.3 : 0.1)) {
        for (uint32_t i = info.line_begin; i < info.line_end; ++i) keep_[i] = 0;
      }
    }
    // Up from the core: the boxes beside it are part of the article if they are prose without
    // links.
    float core_units = 0;
    for (uint32_t i = page_.info[core_].line_begin; i < page_.info[core_].line_end; ++i) {
      if (keep_[i]) core_units += page_.lines[i].units;
    }
    // The smallest box that holds headline and core: what stands outside has little to do with
    // them.
    uint32_t around = core_;
    while (headline_ != kNone && around != 0 &&
           !(page_.lines[headline_].node >= around &&
             page_.lines[headline_].node < nodes[around].end)) {
      around = nodes[around].parent;
    }
    bool outside = false;
    for (uint32_t at = core_; at != body_; at = nodes[at].parent) {
      const uint32_t parent = nodes[at].parent;
      outside = outside || (headline_ != kNone && at == around);
      for (uint32_t n = parent + 1; n < nodes[parent].end;) {
        const NodeInfo& info = page_.info[n];
        if (n != at && info.line_begin < info.line_end && nodes[n].tag != Tag::kP) {
          float units = 0, links = 0, sentences = 0;
          bool titled = false;
          int dates = 0;
          for (uint32_t i = info.line_begin; i < info.line_end; ++i) {
            if (!keep_[i]) continue;
            if (i < info.line_begin + 2 && actions_[i] == LineAction::kCut) titled = true;
            units += page_.lines[i].units;
            links += page_.lines[i].link_units;
            if (IsSentence(page_.lines[i])) sentences += page_.lines[i].units;
            if (IsOnlyDate(page_.lines[i].text)) ++dates;
          }
          // Comments and teasers bear the time of each.
          if (dates >= 2) titled = true;
          const bool small = units < 0.3F * core_units;
          const bool foreign =
              outside && (units < 0.5F * core_units || page_.lines[info.line_begin].heading ||
                          (info.roles & kRoleSoftJunk) != 0);
          const bool caption = (info.roles & kRoleCaption) != 0 || nodes[n].tag == Tag::kFigure ||
                               nodes[n].tag == Tag::kFigcaption;
          const bool data = nodes[n].tag == Tag::kTable && info.table;
          if (titled || (foreign && !data) || links > (small && !data ? 0.02F : 0.2F) * units ||
              (sentences < 0.3F * units && !caption && !data && !IsHeading(nodes[n].tag))) {
            for (uint32_t i = info.line_begin; i < info.line_end; ++i) keep_[i] = 0;
          }
        }
        n = nodes[n].end;
      }
    }
  }

  // Whether the link that the line stands in holds other lines too.
  [[nodiscard]] bool SharesLink(const Line& line) const {
    constexpr int kNear = 4;
    int steps = 0;
    for (uint32_t up = line.node; up != 0 && steps < kNear; up = page_.tree.nodes[up].parent) {
      if (page_.tree.nodes[up].tag == Tag::kA) {
        return page_.info[up].line_end > page_.info[up].line_begin + 1;
      }
      ++steps;
    }
    return false;
  }

  // Whether two lines are set alike: elements of one name and class, in boxes of one class.
  [[nodiscard]] bool AreAlike(uint32_t a, uint32_t b) const {
    const HtmlTree& tree = page_.tree;
    const HtmlNode& one = tree.nodes[page_.lines[a].node];
    const HtmlNode& other = tree.nodes[page_.lines[b].node];
    return one.tag == other.tag && tree.Class(one) == tree.Class(other) &&
           tree.Class(tree.nodes[one.parent]) == tree.Class(tree.nodes[other.parent]);
  }

  // Where, before `end`, the article goes on behind a heading of related links in its middle: behind
  // the links, in sentences set like those before the heading, and without a link to the end (which
  // teasers have). `end` if it does not.
  [[nodiscard]] uint32_t GoesOnAt(uint32_t heading, uint32_t end) const {
    std::string rule;
    (void)rules_.MatchLine(FoldLine(page_.lines[heading].text), LinePlace::kHtml, &rule);
    if (!rule.starts_with("related")) return end;
    uint32_t last = heading;  // sentence of the article
    while (last > begin_ && !(keep_[last] && actions_[last] == LineAction::kNone &&
                              IsSentence(page_.lines[last]))) {
      --last;
    }
    constexpr uint32_t kManyLinks = 8;
    uint32_t links = 0, at = heading + 1;
    for (; at < end && links <= kManyLinks; ++at) {
      const Line& line = page_.lines[at];
      if (LinkShare(line) > 0.5F) {
        ++links;
      } else if (IsSentence(line) && EndsSentence(line.text)) {
        break;
      }
    }
    if (at >= end || links == 0 || !keep_[at] || !AreAlike(at, last)) return end;
    for (uint32_t k = at; k < end && actions_[k] != LineAction::kCut; ++k) {
      if (LinkShare(page_.lines[k]) > 0.5F) return end;
    }
    return at;
  }

  void DropLines() {
    const auto& nodes = page_.tree.nodes;
    double before = 0;
    // Prose up to each line, so that what follows a cut is known without counting it anew.
    std::vector<double> prose(count_ + 1, 0);
    for (uint32_t i = 0; i < count_; ++i) {
      const Line& line = page_.lines[i];
      const bool counts = i >= begin_ && i < end_ && keep_[i] &&
                          actions_[i] == LineAction::kNone && IsSentence(line) &&
                          LinkShare(line) < 0.5F;
      prose[i + 1] = prose[i] + (counts ? line.units : 0);
    }
    for (uint32_t i = begin_; i < end_; ++i) {
      if (!keep_[i]) continue;
      Line& line = page_.lines[i];
      const NodeInfo& info = page_.info[line.node];
      if (!headline_key_.empty() && line.text.size() < 400 &&
          TitleKey(line.text) == headline_key_) {
        keep_[i] = 0;
        continue;
      }
      const float share = LinkShare(line);
      // A linked line is a way to another page, unless it is a sentence between sentences; a link
      // around a title and a sentence is a teaser.
      if (share > 0.6F && (!(line.marks >= 2 && line.words >= 2 && EndsSentence(line.text)) ||
                           SharesLink(line))) {
        keep_[i] = 0;
        continue;
      }
      if (actions_[i] == LineAction::kDrop) {
        keep_[i] = 0;
        out_.around.push_back(line.text);
        continue;
      }
      if (actions_[i] == LineAction::kCut) {
        keep_[i] = 0;
        out_.around.push_back(line.text);
        // Gone with what follows in its box, as long as that is no prose of weight. A heading that
        // begins a box of several lines has that for its own.
        const bool heads = info.line_begin == i && info.line_end > i + 1;
        const uint32_t box = line.after_break || heads ? line.node : nodes[line.node].parent;
        const uint32_t box_end = GoesOnAt(i, std::min(end_, page_.info[box].line_end));
        const double after = box_end > i + 1 ? prose[box_end] - prose[i + 1] : 0;
        const bool own_box = page_.info[box].line_begin == i && box != core_ &&
                             !(core_ >= box && core_ < nodes[box].end);
        if (after < 0.3 * before || own_box) {
          for (uint32_t k = i + 1; k < box_end; ++k) {
            const std::string& gone = page_.lines[k].text;
            if (keep_[k] && gone.size() < 300) out_.around.push_back(gone);
            keep_[k] = 0;
          }
        } else {
          for (uint32_t k = i + 1; k < box_end && LinkShare(page_.lines[k]) > 0.5F; ++k) {
            keep_[k] = 0;
          }
        }
        continue;
      }
      if ((info.roles & kRoleByline) != 0 && !IsSentence(line) && line.units < 120) {
        keep_[i] = 0;
        out_.around.push_back(line.text);
        continue;
      }
      before += line.units;
    }
  }

  // Lines at the head and the foot that are no prose: dates, bylines, tags.
  void DropEnds() {
    auto is_stub = [&](const Line& line) {
      if (IsSentence(line) || line.kind == BlockKind::kTable || line.units >= 100) return false;
      return IsOnlyDate(line.text) || !rules_.FindBylines(line.text).empty();
    };
    // The name of the account or outlet, said once more above its text.
    std::vector<std::string> names;
    if (headline_ != kNone) {
      for (uint32_t i = headline_ + 1; i < std::min(count_, headline_ + 12); ++i) {
        if (page_.lines[i].text.size() > 300) continue;
        for (const Byline& byline : rules_.FindBylines(page_.lines[i].text)) {
          names.push_back(byline.value);
        }
      }
    }
    auto is_name = [&](const std::string& text) {
      return text.size() <= 60 && std::any_of(names.begin(), names.end(), [&](const auto& name) {
               return name == text || (name.starts_with(text) && name.size() <= text.size() + 6);
             });
    };
    constexpr uint32_t kHeadLines = 6;
    for (uint32_t i = begin_, seen = 0; i < end_ && seen < kHeadLines; ++i) {
      if (!keep_[i]) continue;
      ++seen;
      const Line& line = page_.lines[i];
      // Captions of the picture on top stay, and what stands under them may be a byline yet.
      if (line.kind == BlockKind::kCaption || IsCredited(line.text)) continue;
      const bool dated = line.units < 100 && !EndsSentence(line.text) && line.marks <= 3 &&
                         !FindStamps(line.text).empty();
      if (is_stub(line) || dated || is_name(line.text)) {
        keep_[i] = 0;
        out_.around.push_back(page_.lines[i].text);
      } else if (IsSentence(page_.lines[i])) {
        break;
      }
    }
    for (uint32_t i = end_; i-- > begin_;) {
      if (!keep_[i]) continue;
      if (!is_stub(page_.lines[i])) break;
      keep_[i] = 0;
      out_.around.push_back(page_.lines[i].text);
    }
  }

  // Lines that only say again what the text says: the summary on top, cut captions of carousels.
  void DropRepeats() {
    std::unordered_map<std::string, uint32_t> heads;  // first 12 characters -> line
    auto head_of = [](const std::string& key) {
      size_t cut = std::min<size_t>(key.size(), 36);
      while (cut < key.size() && (static_cast<unsigned char>(key[cut]) & 0xC0) == 0x80) ++cut;
      return key.substr(0, cut);
    };
    std::vector<std::pair<uint32_t, std::string>> keys;
    for (uint32_t i = begin_; i < end_; ++i) {
      if (keep_[i] && page_.lines[i].units >= 30) {
        keys.emplace_back(i, TitleKey(page_.lines[i].text));
      }
    }
    // From the end, so that the fuller, later text wins.
    for (size_t k = keys.size(); k-- > 0;) {
      const auto& [i, key] = keys[k];
      if (key.size() < 36) continue;
      const auto [it, fresh] = heads.emplace(head_of(key), static_cast<uint32_t>(k));
      if (fresh) continue;
      const std::string& other = keys[it->second].second;
      const Line& line = page_.lines[i];
      if (other == key) {
        // Said twice in a row, or on top and in the text.
        if (line.units >= 60 && (it->second == k + 1 || k == 0)) keep_[i] = 0;
      } else if (other.starts_with(key) && other.size() >= key.size() + 24 &&
                 (!EndsSentence(line.text) || k < 2)) {
        keep_[i] = 0;
      }
    }
  }

  // A line that names who took a picture: ▲港口。（圖／資料照）, 何晴攝
  static bool IsCredited(std::string_view text) {
    if (text.size() > 300) return false;
    static const RE2 kCredit(
        R"((?:[（(](?:圖|图|照片|資料|资料|示意|翻攝|記者|记者)[^（()）。]{0,24}[）)]|圖[／/][^。]{2,16}|[攝摄][）)]?|[／/][攝摄]影|(?:資料|资料|檔案|档案)(?:圖|图|照)片?[）)]?)$)");
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kCredit);
  }

  // Date and time, and nothing else but the words around them.
  static bool IsOnlyDate(std::string_view text) {
    bool digit = false;
    int letters = 0;
    static constexpr std::u32string_view kDateWords =
        U"年月日时時分秒上下午点點星期周週一二三四五六更新发發布佈表时時间間于於出版登稿";
    for (size_t i = 0; i < text.size(); i += CodePointLength(text[i])) {
      const char32_t c = CodePointAt(text, i);
      if (IsAsciiDigit(c)) {
        digit = true;
      } else if (IsHan(c) ? kDateWords.find(c) == std::u32string_view::npos : IsAsciiLetter(c)) {
        ++letters;
      }
    }
    return digit && letters <= 3;
  }

  void Judge() {
    double kept = 0, han = 0, other = 0, links = 0;
    size_t sentences = 0, teased = 0, headlines = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      const Line& line = page_.lines[i];
      if (i >= begin_ && i < end_ && LinkShare(line) > 0.6F && line.units >= 14 && !keep_[i]) {
        ++headlines;
      }
      if (i >= begin_ && i < end_ && keep_[i]) {
        kept += line.units;
        han += line.han;
        if (IsSentence(line)) {
          ++sentences;
          for (uint32_t k = i; k-- > begin_ && k + 3 >= i;) {
            const Line& above = page_.lines[k];
            if (LinkShare(above) > 0.6F && above.units >= 14) {
              ++teased;
              break;
            }
          }
        }
      } else {
        if (line.weight > 0) other += line.units;
        links += line.link_units;
      }
    }
    // Half from the share of the page's prose that was kept; less for what reads little like an
    // article. The bands: over 0.8 most articles, under kMinConfidence (cleaner.cc) a reject.
    double confidence = 0.45 + 0.5 * (kept / (kept + other + 60));
    confidence += headline_ != kNone ? 0.05 : -0.1;
    if (links > 20 * kept) confidence -= 0.1;
    if (sentences == 0) confidence -= 0.25;
    if (han < 30) confidence -= 0.1;
    out_.confidence = std::clamp(confidence, 0.0, 1.0);

    const auto& nodes = page_.tree.nodes;
    size_t pictures = 0, minutes = 0, lines = 0, videos = 0;
    for (uint32_t n = body_; n < nodes[body_].end; ++n) pictures += nodes[n].tag == Tag::kImg;
    for (const HtmlNode& node : nodes) videos += node.tag == Tag::kVideo;
    const std::string_view type = FindMeta(out_.facts, {"og:type"});
    const bool video = videos > 0 || type.starts_with("video");
    float longest = 0;
    for (uint32_t i = begin_; i < end_; ++i) {
      if (!page_.lines[i].hidden && IsMinute(page_.lines[i].text)) ++minutes;
      if (!keep_[i]) continue;
      ++lines;
      longest = std::max(longest, page_.lines[i].units);
    }
    auto refuse = [&](PageKind kind, const char* reason) {
      out_.kind = kind;
      out_.reject = reason;
    };
    constexpr size_t kManyPictures = 6, kManyMinutes = 6;
    constexpr float kCaptionUnits = 120;  // 60 Han characters
    const bool list = sentences >= 4 && teased * 10 > sentences * 6 && headlines >= 5;
    if (count_ == 0) {
      refuse(PageKind::kNoText, "the page has no text: its content may be loaded by scripts");
    } else if (list && !described_) {
      refuse(PageKind::kList,
             "the page is a list of articles, not one: give the pages it links to");
    } else if (minutes >= kManyMinutes && minutes * 3 >= lines) {
      refuse(PageKind::kLiveBlog,
             "the page is a live blog, entries by the minute: give the articles it links to");
    } else if (pictures >= kManyPictures && lines <= pictures + 2 && longest < kCaptionUnits &&
               lines > 0) {
      refuse(PageKind::kGallery, "the page is a gallery, pictures with captions, and no article");
    } else if (video && han < 60 && sentences <= 1) {
      refuse(PageKind::kVideo, "the page is a video: what is said in it is no text of the page");
    } else if (han < 12) {
      if (links > 600) {
        refuse(PageKind::kList, "the page is a list of links, not an article");
      } else {
        refuse(PageKind::kNoText,
               "the page has no article text (a video, a gallery, or text that scripts load)");
      }
    }
  }

  // The time of an entry: 10:32, 10:32:05, 7月18日 10:32, 今天 10:32.
  static bool IsMinute(std::string_view text) {
    if (text.size() > 60) return false;
    static const RE2 kMinute(
        R"(^(?:[【\[(（])?(?:(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|今[天日]|昨[天日])?[ ,]*(?:[上下]午)?\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?:[】\])）])?$)");
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kMinute);
  }

  // The line with a blank between its elements: styles part names and dates that stand side by side
  // without one.
  [[nodiscard]] std::string Spaced(uint32_t line) const {
    const auto& nodes = page_.tree.nodes;
    std::string out;
    const uint32_t block = page_.lines[line].node;
    for (uint32_t k = block + 1; k < nodes[block].end; ++k) {
      if (page_.info[k].line_begin > line) break;
      if (nodes[k].tag != Tag::kText || page_.info[k].out || page_.info[k].line_begin != line) {
        continue;
      }
      const std::string_view piece = Trim(page_.tree.Text(nodes[k]));
      if (piece.empty()) continue;
      if (!out.empty()) out += ' ';
      out += piece;
    }
    // What the line itself leaves out (breaks inside texts) must not come back.
    return out.size() < page_.lines[line].text.size() || out.find('\n') != std::string::npos
               ? page_.lines[line].text
               : out;
  }

  void Collect() {
    for (uint32_t i = begin_; i < end_; ++i) {
      if (!keep_[i]) continue;
      Line& line = page_.lines[i];
      rules_.EraseInline(line.text);
      if (line.text.size() != Trim(line.text).size()) line.text = std::string(Trim(line.text));
      if (line.text.empty()) continue;
      CountLine(line.text, line);
      if (line.units == 0 && line.marks == 0) continue;
      if (line.kind == BlockKind::kParagraph && line.bold && line.units <= 60 &&
          !EndsSentence(line.text)) {
        line.kind = BlockKind::kSubhead;
      }
      out_.lines.push_back(line);
    }
    // Lines near the headline and behind the body, for dates and names. The surest come first.
    std::vector<std::string> inside = std::move(out_.around);
    out_.around.clear();
    std::vector<char> taken(count_, 0);
    auto near = [&](uint32_t i) {
      if (i < count_ && !taken[i] && !(i >= begin_ && i < end_ && keep_[i]) &&
          page_.lines[i].text.size() < 600 && !page_.info[page_.lines[i].node].out &&
          i != headline_) {
        taken[i] = 1;
        out_.around.push_back(Spaced(i));
      }
    };
    uint32_t first_kept = begin_;
    while (first_kept < end_ && !keep_[first_kept]) ++first_kept;
    if (headline_ != kNone) {
      for (uint32_t i = headline_ + 1; i < first_kept && i <= headline_ + 14; ++i) near(i);
      out_.behind_headline = out_.around.size();
    }
    for (std::string& line : inside) out_.around.push_back(std::move(line));
    if (headline_ != kNone) {
      for (uint32_t i = headline_ + 1; i < count_ && i <= headline_ + 12; ++i) near(i);
      for (uint32_t i = headline_; i-- > 0 && i + 4 >= headline_;) near(i);
    }
    for (uint32_t i = begin_; i-- > 0 && i + 12 >= begin_;) near(i);
    for (uint32_t i = end_; i < count_ && i < end_ + 8; ++i) near(i);
    for (uint32_t n = 1; n < page_.tree.nodes.size() && out_.hinted.size() < 200; ++n) {
      const NodeInfo& info = page_.info[n];
      const uint16_t roles = info.roles & (kRoleByline | kRoleDate | kRoleSource | kRoleAuthor);
      if (roles == 0 || info.out) continue;
      std::string text;
      for (uint32_t k = n + 1; k < page_.tree.nodes[n].end && text.size() < 400; ++k) {
        const HtmlNode& node = page_.tree.nodes[k];
        if (node.tag == Tag::kText && !page_.info[k].out) {
          const std::string_view piece = Trim(page_.tree.Text(node));
          if (!piece.empty()) {
            if (!text.empty()) text += ' ';
            text += piece;
          }
        }
      }
      const auto own = static_cast<uint16_t>(info.roles | (info.up & (kRoleJunk | kRoleComment)));
      if (!text.empty() && text.size() < 400) out_.hinted.emplace_back(own, std::move(text));
    }
  }

  Page& page_;
  const Rules& rules_;
  HtmlArticle& out_;
  const uint32_t count_;
  std::vector<std::string> titles_;  // keys
  std::vector<std::string> descriptions_;
  uint32_t headline_ = kNone;
  std::string headline_key_;
  std::vector<uint32_t> headline_path_;
  std::vector<LineAction> actions_;
  std::vector<double> prefix_;
  std::vector<char> keep_, teaser_;
  bool use_hidden_ = false;
  bool described_ = false;
  uint32_t body_ = 0, core_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace

HtmlArticle CleanHtml(std::string_view utf8, const Rules& rules, std::string_view url) {
  HtmlArticle out;
  Page page;
  page.tree = ParseHtml(utf8);
  CollectFacts(page.tree, out);
  out.facts.part = FindPagePart(page.tree, url);
  if (!LineMaker(page, rules).Run()) {
    out.kind = PageKind::kNoText;
    out.reject = "the page is made of " + std::to_string(page.lines.size()) +
                 " or more lines of a few characters: it is no article";
    return out;
  }
  BodyFinder(page, rules, out).Run();
  double han = 0;
  for (const Line& line : out.lines) han += line.han;
  // Where the elements hold no article, or the first words of one, a script may.
  constexpr double kFew = 40, kLead = 300;
  if (!out.reject.empty() || han < kLead) {
    ScriptArticle embedded = EmbeddedArticle(out.scripts);
    Line counts;
    CountLine(embedded.html, counts);
    bool longer = counts.han > 2 * han + 40;
    if (longer && out.reject.empty() && han >= kFew) {
      const std::string key = TitleKey(embedded.html);
      const auto longest =
          std::max_element(out.lines.begin(), out.lines.end(),
                           [](const Line& a, const Line& b) { return a.units < b.units; });
      std::string head = TitleKey(longest->text);
      constexpr size_t kHead = 45;  // 15 Han characters
      size_t cut = std::min(kHead, head.size());
      while (cut < head.size() && (static_cast<unsigned char>(head[cut]) & 0xC0) == 0x80) --cut;
      longer = cut >= 30 && key.find(head.substr(0, cut)) != std::string::npos;
    }
    if (longer) {
      Page inner;
      inner.tree = ParseHtml(embedded.html);
      if (!LineMaker(inner, rules).Run()) return out;
      HtmlArticle article;
      article.facts = out.facts;
      BodyFinder(inner, rules, article).Run();
      if (article.reject.empty() || !article.lines.empty()) {
        out.lines = std::move(article.lines);
        out.around.insert(out.around.end(), article.around.begin(), article.around.end());
        out.reject.clear();
        out.kind = PageKind::kArticle;
        out.confidence = 0.7;
        out.beside = std::move(embedded.beside);
      }
    }
  }
  return out;
}

}  // namespace hanfact::ingest
