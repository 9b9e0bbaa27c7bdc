#include "ingest/html_clean.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

// ---- counting -----------------------------------------------------------------------------------

bool IsFunctionChar(char32_t c) {
  switch (c) {
    case U'的': case U'了': case U'在': case U'是': case U'和': case U'将': case U'對': case U'对':
    case U'為': case U'为': case U'於': case U'于': case U'有': case U'也': case U'就': case U'及':
    case U'與': case U'与': case U'不': case U'這': case U'这': case U'將': case U'被': case U'從':
    case U'从': case U'而': case U'但': case U'到': case U'等': case U'至': case U'其': case U'他':
      return true;
    default:
      return false;
  }
}

bool IsChineseMark(char32_t c) {
  switch (c) {
    case U'。': case U'，': case U'、': case U'；': case U'：': case U'？': case U'！': case U'“':
    case U'”': case U'「': case U'」': case U'《': case U'》': case U'…':
      return true;
    default:
      return false;
  }
}

bool IsAsciiMark(char32_t c) {
  return c == ',' || c == ';' || c == ':' || c == '?' || c == '!' || c == '.';
}

bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         c == 0x2060 || c == 0xFEFF || c < 0x20 || c == 0x7F;
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
         tag == Tag::kTextarea || tag == Tag::kHead || tag == Tag::kTitle;
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

  void Run() {
    const HtmlTree& tree = page_.tree;
    const size_t n = tree.nodes.size();
    page_.info.assign(n, {});
    const std::vector<bool> data_tables = FindDataTables(tree);
    std::vector<uint32_t> open;  // block elements
    for (size_t i = 0; i < n; ++i) {
      const HtmlNode& node = tree.nodes[i];
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
      const uint32_t last = end < n ? page_.info[end].line_begin
                                    : static_cast<uint32_t>(page_.lines.size());
      if (!IsBlockTag(tree.nodes[i].tag)) info.line_end = std::max(info.line_begin, last);
    }
    if (n > 0) page_.info[0].line_end = static_cast<uint32_t>(page_.lines.size());
  }

 private:
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
        }
      } else if (!IsInvisible(c)) {
        if (text_.empty()) {
          line_ = Line();
          line_.node = block;
          line_.hidden = info.hidden;
          line_.bold = true;
          line_.after_break = after_break_;
          after_break_ = false;
          blank_ = false;
          cell_ = false;
        } else if (cell_) {
          text_ += '\t';
        } else if (blank_) {
          text_ += ' ';
        }
        cell_ = false;
        blank_ = false;
        text_.append(text, p, size);
        const float unit = IsHan(c) ? 2.0F : (IsAsciiDigit(c) || IsAsciiLetter(c)) ? 1.0F
                                    : c >= 0xFF10 && c <= 0xFF5A                   ? 1.0F
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
    page_.lines.push_back(std::move(line_));
    line_ = Line();
  }

  Page& page_;
  const Rules& rules_;
  std::string text_;
  Line line_;
  bool blank_ = false;
  bool cell_ = false;
  bool after_break_ = false;
  bool in_heading_ = false;
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
        out.scripts += text;
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

void CountLine(std::string_view text, Line& line) {
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
  for (std::string_view name : {"<div", "<p", "<span", "<table", "<article", "<section", "<h1",
                                "<h2", "<title", "<meta", "<script", "<style", "<ul", "<br",
                                "<!--", "<main", "<center", "<font"}) {
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

HtmlArticle CleanHtml(std::string_view utf8, const Rules& rules) {
  HtmlArticle out;
  Page page;
  page.tree = ParseHtml(utf8);
  CollectFacts(page.tree, out);
  LineMaker(page, rules).Run();

  // Titles that the page names, for the headline.
  std::vector<std::string> title_keys;
  auto add_title = [&](std::string_view title) {
    std::string key = TitleKey(title);
    if (key.size() >= 6 &&
        std::find(title_keys.begin(), title_keys.end(), key) == title_keys.end()) {
      title_keys.push_back(std::move(key));
    }
  };
  for (std::string_view name : {"og:title", "twitter:title", "title", "articletitle", "headline"}) {
    add_title(FindMeta(out.facts, {name}));
  }
  for (const std::string& title : out.facts.titles) add_title(title);
  const uint32_t headline = FindHeadline(page, title_keys);
  if (headline != kNone) out.headline = page.lines[headline].text;
  const std::string headline_key = headline == kNone ? std::string() : TitleKey(out.headline);

  // Weights.
  std::string description =
      TitleKey(FindMeta(out.facts, {"og:description", "description", "twitter:description"}));
  constexpr size_t kDescriptionHead = 45;  // 15 Han characters
  if (description.size() > kDescriptionHead) {
    size_t cut = kDescriptionHead;
    while ((static_cast<unsigned char>(description[cut]) & 0xC0) == 0x80) --cut;
    description.resize(cut);
  } else {
    description.clear();
  }
  bool described = false;
  double hidden_mass = 0, shown_mass = 0;
  std::vector<LineAction> actions(page.lines.size(), LineAction::kNone);
  std::vector<double> prefix(page.lines.size() + 1, 0);
  const uint32_t line_count = static_cast<uint32_t>(page.lines.size());
  for (uint32_t i = 0; i < line_count; ++i) {
    Line& line = page.lines[i];
    const NodeInfo& info = page.info[line.node];
    const float share = LinkShare(line);
    if (info.out) continue;
    double w = 0;
    if (line.units > 0 && share < 0.6F) {
      actions[i] = rules.MatchLine(FoldLine(line.text), LinePlace::kHtml);
    }
    const bool boiler = actions[i] == LineAction::kDrop || actions[i] == LineAction::kCut;
    if (share > 0.5F) {
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
      if (content) w *= 1.15;
      if (!description.empty() && !described && i != headline && line.text.size() > 40) {
        if (TitleKey(line.text).find(description) != std::string::npos && !line.hidden) {
          described = true;
          w += 500;
        }
      }
    }
    line.weight = static_cast<float>(w);
    if (w > 0) (line.hidden ? hidden_mass : shown_mass) += w;
  }
  // Pages that scripts unhide have all of their text hidden.
  const bool use_hidden = hidden_mass > 3 * shown_mass && hidden_mass > 200;
  for (uint32_t i = 0; i < line_count; ++i) {
    Line& line = page.lines[i];
    const bool dead = line.hidden && !use_hidden;
    if (dead && line.weight > 0) line.weight = 0;
    double w = line.weight;
    // What stands before the headline is not the article it heads.
    if (headline != kNone && i < headline && w > 0) w *= 0.3;
    prefix[i + 1] = prefix[i] + w;
  }

  // The element whose lines weigh most; the innermost of equals.
  uint32_t body = 0;
  double best = -1e18;
  for (uint32_t i = 0; i < page.tree.nodes.size(); ++i) {
    const HtmlNode& node = page.tree.nodes[i];
    if (i != 0 && !IsBlockTag(node.tag)) continue;
    const NodeInfo& info = page.info[i];
    if (info.out || info.line_begin >= info.line_end) continue;
    if (info.table && node.tag != Tag::kTable) continue;
    double w = prefix[info.line_end] - prefix[info.line_begin];
    if ((info.roles & kRoleContent) != 0 && w > 0) w += 10;
    if (node.tag == Tag::kArticle && w > 0) w += 20;
    if (w >= best - 1e-9) {
      best = w;
      body = i;
    }
  }
  // Paragraph elements alone are no body when their siblings carry weight too; handled by the sum.
  const NodeInfo& body_info = page.info[body];
  uint32_t begin = body_info.line_begin, end = body_info.line_end;
  if (line_count == 0 || begin >= end) {
    out.reject = "the page has no text";
  }

  // Inside the body: the headline, junk boxes, link lists, boilerplate lines.
  std::vector<char> keep(line_count, 0);
  for (uint32_t i = begin; i < end; ++i) {
    keep[i] = !page.info[page.lines[i].node].out && (!page.lines[i].hidden || use_hidden);
  }
  if (headline != kNone && headline >= begin && headline < end) {
    for (uint32_t i = begin; i <= headline; ++i) keep[i] = 0;
  }
  double total = 0;
  for (uint32_t i = begin; i < end; ++i) {
    if (keep[i] && page.lines[i].weight > 0) total += page.lines[i].units;
  }
  // Boxes named as junk, unless they hold much of the text.
  for (uint32_t n = body + 1; n < page.tree.nodes[body].end; ++n) {
    const NodeInfo& info = page.info[n];
    if (info.line_begin >= info.line_end) continue;
    const Tag tag = page.tree.nodes[n].tag;
    if ((info.roles & (kRoleJunk | kRoleComment)) == 0) continue;
    if (tag == Tag::kP || !IsBlockTag(tag)) {
      // A paragraph or span with such a name is judged by what it says, too.
    }
    double units = 0;
    for (uint32_t i = info.line_begin; i < info.line_end; ++i) {
      if (keep[i] && IsSentence(page.lines[i]) && LinkShare(page.lines[i]) < 0.5F) {
        units += page.lines[i].units;
      }
    }
    const bool strong = (info.roles & kRoleContent) == 0;
    if (IsBlockTag(tag) && units < total * (strong ? 0.3 : 0.1)) {
      for (uint32_t i = info.line_begin; i < info.line_end; ++i) keep[i] = 0;
    }
  }
  // Lines.
  for (uint32_t i = begin; i < end; ++i) {
    if (!keep[i]) continue;
    Line& line = page.lines[i];
    const NodeInfo& info = page.info[line.node];
    if (!headline_key.empty() && line.text.size() < 400 && TitleKey(line.text) == headline_key) {
      keep[i] = 0;
      continue;
    }
    const float share = LinkShare(line);
    if (share > 0.6F) {
      // A linked line is a way to another page, unless it is a sentence between sentences.
      const bool prose = line.marks >= 2 && line.words >= 2 && EndsSentence(line.text);
      if (!prose) {
        keep[i] = 0;
        continue;
      }
    }
    if (actions[i] == LineAction::kDrop) {
      keep[i] = 0;
      out.around.push_back(line.text);
      continue;
    }
    if (actions[i] == LineAction::kCut) {
      // Gone with what follows in its box, as long as that is no prose of weight.
      const uint32_t box = page.tree.nodes[line.node].parent;
      const uint32_t box_end = std::min(end, page.info[box].line_end);
      double after = 0, before = 0;
      for (uint32_t k = i + 1; k < box_end; ++k) {
        if (keep[k] && IsSentence(page.lines[k]) && LinkShare(page.lines[k]) < 0.5F) {
          after += page.lines[k].units;
        }
      }
      for (uint32_t k = begin; k < i; ++k) {
        if (keep[k]) before += page.lines[k].units;
      }
      keep[i] = 0;
      if (after < 0.5 * before || page.info[box].line_begin == i) {
        for (uint32_t k = i + 1; k < box_end; ++k) {
          if (keep[k] && after >= 0.35 * before && IsSentence(page.lines[k])) break;
          keep[k] = 0;
        }
      } else {
        for (uint32_t k = i + 1; k < box_end && LinkShare(page.lines[k]) > 0.5F; ++k) keep[k] = 0;
      }
      continue;
    }
    if ((info.roles & kRoleByline) != 0 && !IsSentence(line) && line.units < 120) {
      keep[i] = 0;
      out.around.push_back(line.text);
      continue;
    }
  }
  // Lines at the head and the foot that are no prose: dates, bylines, tags.
  auto is_stub = [&](const Line& line) {
    if (IsSentence(line) || line.kind == BlockKind::kTable) return false;
    return !rules.FindBylines(line.text).empty() && line.units < 90;
  };
  for (uint32_t i = begin; i < end; ++i) {
    if (!keep[i]) continue;
    if (!is_stub(page.lines[i])) break;
    keep[i] = 0;
    out.around.push_back(page.lines[i].text);
  }
  for (uint32_t i = end; i-- > begin;) {
    if (!keep[i]) continue;
    if (!is_stub(page.lines[i])) break;
    keep[i] = 0;
    out.around.push_back(page.lines[i].text);
  }

  double kept_units = 0, kept_han = 0, other = 0, links = 0;
  for (uint32_t i = 0; i < line_count; ++i) {
    Line& line = page.lines[i];
    if (i >= begin && i < end && keep[i]) {
      rules.EraseInline(line.text);
      if (Trim(line.text).empty()) continue;
      if (line.text.size() != Trim(line.text).size()) line.text = std::string(Trim(line.text));
      CountLine(line.text, line);
      if (line.units == 0 && line.kind != BlockKind::kTable) continue;
      if (line.kind == BlockKind::kParagraph && line.bold && line.units <= 60 &&
          !EndsSentence(line.text)) {
        line.kind = BlockKind::kSubhead;
      }
      kept_units += line.units;
      kept_han += line.han;
      out.lines.push_back(line);
    } else {
      if (line.weight > 0) other += line.units;
      links += line.link_units;
    }
  }

  // Lines near the headline and behind the body, for dates and names.
  auto near = [&](uint32_t i) {
    if (i < line_count && !(i >= begin && i < end && keep[i]) && page.lines[i].text.size() < 600 &&
        !page.info[page.lines[i].node].out && i != headline) {
      out.around.push_back(page.lines[i].text);
    }
  };
  if (headline != kNone) {
    for (uint32_t i = headline + 1; i < line_count && i <= headline + 12; ++i) near(i);
    for (uint32_t i = headline; i-- > 0 && i + 4 >= headline;) near(i);
  }
  for (uint32_t i = begin; i-- > 0 && i + 12 >= begin;) near(i);
  for (uint32_t i = end; i < line_count && i < end + 8; ++i) near(i);
  for (uint32_t n = 1; n < page.tree.nodes.size() && out.hinted.size() < 200; ++n) {
    const NodeInfo& info = page.info[n];
    const uint16_t roles = info.roles & (kRoleByline | kRoleDate | kRoleSource | kRoleAuthor);
    if (roles == 0 || info.out) continue;
    std::string text;
    for (uint32_t k = n + 1; k < page.tree.nodes[n].end && text.size() < 400; ++k) {
      const HtmlNode& node = page.tree.nodes[k];
      if (node.tag == Tag::kText && !page.info[k].out) {
        const std::string_view piece = Trim(page.tree.Text(node));
        if (!piece.empty()) {
          if (!text.empty()) text += ' ';
          text += piece;
        }
      }
    }
    if (!text.empty() && text.size() < 400) out.hinted.emplace_back(info.up, std::move(text));
  }

  out.confidence = std::clamp(
      0.5 + 0.5 * (kept_units / (kept_units + other + 50)) - 0.1 * (links > 20 * kept_units), 0.0,
      1.0);
  if (out.reject.empty() && kept_han < 12) {
    out.reject = links > 400 ? "the page is a list of links, not an article"
                             : "the page has no article text";
  }
  return out;
}

std::string EmbeddedArticle(std::string_view) { return {}; }

}  // namespace hanfact::ingest
