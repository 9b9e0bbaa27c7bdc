#include "ingest/html_clean.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "ingest/html_page.h"
#include "ingest/html_script.h"
#include "ingest/metadata.h"
#include "ingest/page_parts.h"

namespace hanfact::ingest {
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
      const bool marked = line.heading || line.bold || dated || (info.roles & kRoleTitle) != 0;
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

  // Names lie: <div id="app"> holds the whole page, class="desc" an article. What holds the
  // headline and most of the text is no junk, and what holds several paragraphs is no caption.
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
        actions_[i] = rules_.MatchLine(FoldedOf(line), LinePlace::kHtml);
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
          const std::string& key = KeyOf(line);
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

  // Where, before `end`, the article goes on behind a heading of related links in its middle:
  // behind the links, in sentences set like those before the heading, and without a link to the end
  // (which teasers have). `end` if it does not.
  [[nodiscard]] uint32_t GoesOnAt(uint32_t heading, uint32_t end) const {
    std::string rule;
    (void)rules_.MatchLine(FoldedOf(page_.lines[heading]), LinePlace::kHtml, &rule);
    if (!rule.starts_with("related")) return end;
    uint32_t last = heading;  // sentence of the article
    while (last > begin_ &&
           !(keep_[last] && actions_[last] == LineAction::kNone && IsSentence(page_.lines[last]))) {
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
      const bool counts = i >= begin_ && i < end_ && keep_[i] && actions_[i] == LineAction::kNone &&
                          IsSentence(line) && LinkShare(line) < 0.5F;
      prose[i + 1] = prose[i] + (counts ? line.units : 0);
    }
    for (uint32_t i = begin_; i < end_; ++i) {
      if (!keep_[i]) continue;
      Line& line = page_.lines[i];
      const NodeInfo& info = page_.info[line.node];
      if (!headline_key_.empty() && line.text.size() < 400 && KeyOf(line) == headline_key_) {
        keep_[i] = 0;
        continue;
      }
      const float share = LinkShare(line);
      // A linked line is a way to another page, unless it is a sentence between sentences; a link
      // around a title and a sentence is a teaser.
      if (share > 0.6F &&
          (!(line.marks >= 2 && line.words >= 2 && EndsSentence(line.text)) || SharesLink(line))) {
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
    std::map<uint32_t, std::vector<Byline>> found;  // by line, of those asked for
    const auto bylines_of = [&](uint32_t i) -> const std::vector<Byline>& {
      const auto [at, fresh] = found.try_emplace(i);
      if (fresh) at->second = rules_.FindBylines(page_.lines[i].text);
      return at->second;
    };
    const auto is_stub = [&](uint32_t i) {
      const Line& line = page_.lines[i];
      if (IsSentence(line) || line.kind == BlockKind::kTable || line.units >= 100) return false;
      return IsOnlyDate(line.text) || !bylines_of(i).empty();
    };
    // The name of the account or outlet, said once more above its text.
    std::vector<std::string> names;
    if (headline_ != kNone) {
      for (uint32_t i = headline_ + 1; i < std::min(count_, headline_ + 12); ++i) {
        if (page_.lines[i].text.size() > 300) continue;
        for (const Byline& byline : bylines_of(i)) {
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
      if (is_stub(i) || dated || is_name(line.text)) {
        keep_[i] = 0;
        out_.around.push_back(page_.lines[i].text);
      } else if (IsSentence(page_.lines[i])) {
        break;
      }
    }
    for (uint32_t i = end_; i-- > begin_;) {
      if (!keep_[i]) continue;
      if (!is_stub(i)) break;
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
    std::vector<uint32_t> lines;
    for (uint32_t i = begin_; i < end_; ++i) {
      if (keep_[i] && page_.lines[i].units >= 30) lines.push_back(i);
    }
    // From the end, so that the fuller, later text wins.
    for (size_t k = lines.size(); k-- > 0;) {
      const uint32_t i = lines[k];
      const std::string& key = KeyOf(page_.lines[i]);
      if (key.size() < 36) continue;
      const auto [it, fresh] = heads.emplace(head_of(key), static_cast<uint32_t>(k));
      if (fresh) continue;
      const std::string& other = KeyOf(page_.lines[lines[it->second]]);
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
      if (links > 200) {  // a hundred Han characters
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
      line.folded.clear();
      line.key.clear();
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
  if (!MakeLines(page, rules)) {
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
    ScriptArticle embedded = EmbeddedArticle(out.scripts, rules);
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
      if (!MakeLines(inner, rules)) return out;
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
