#include "ingest/text_clean.h"

#include <re2/re2.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "ingest/text_lines.h"

namespace hanfact::ingest {
namespace {

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

// Takes the article out of a file's text: the steps of CleanText that a record's text does not
// need. A line is kept until a step says otherwise.
class FileText {
 public:
  FileText(std::vector<RawLine>& lines, std::string_view title, const Rules& rules,
           TextArticle& out)
      : lines_(lines), title_(title), rules_(rules), out_(out), size_(lines.size()) {
    keep.assign(size_, 1);
    actions.reserve(size_);
    folded_.reserve(size_);
    for (const RawLine& line : lines_) {
      folded_.push_back(FoldLine(line.text));
      actions.push_back(rules_.MatchLine(folded_.back(), LinePlace::kText));
    }
  }

  void Run() {
    DropRunningHeads();
    first_prose_ = FirstProse();
    FindBylineLines();
    TakeReportersOutlet();
    TakeTitle();
    TakeBylines();
    ApplyLineRules();
    DropAxisLines();
    DropAxisColumns();
  }

  std::vector<char> keep;  // by line, as are the actions
  std::vector<LineAction> actions;

 private:
  // A line that may repeat on every page: neither a word nor a paragraph.
  [[nodiscard]] bool MayRun(size_t i) const {
    return lines_[i].counts.units >= 12 && lines_[i].width <= 120;
  }

  // Whether a page's number or mark that goes anyway stands within two lines.
  [[nodiscard]] bool ByPageMark(size_t i) const {
    for (size_t k = i > 1 ? i - 2 : 0; k < std::min(size_, i + 3); ++k) {
      if (k != i && actions[k] == LineAction::kDrop && !folded_[k].empty() &&
          IsAsciiDigit(static_cast<unsigned char>(folded_[k].back()))) {
        return true;
      }
    }
    return false;
  }

  // Running heads and feet: lines that repeat but for a page number. Their date is the article's.
  void DropRunningHeads() {
    std::unordered_map<std::string_view, int> seen, edges;  // edges: at the edge of a page
    for (size_t i = 0; i < size_; ++i) {
      if (!MayRun(i)) continue;
      ++seen[WithoutPageNumber(folded_[i])];
      edges[WithoutPageNumber(folded_[i])] += lines_[i].page_edge;
    }
    for (size_t i = 0; i < size_; ++i) {
      // A sentence said twice is a paragraph said twice, not a running head.
      if (!MayRun(i) || EndsWithStop(lines_[i].text)) continue;
      const std::string_view bare = WithoutPageNumber(folded_[i]);
      const int times = seen[bare];
      const bool edge = lines_[i].page_edge && edges[bare] >= 2;
      if (times < 3 && !edge && (times < 2 || !ByPageMark(i))) continue;
      keep[i] = 0;
      if (!out_.published.empty()) continue;
      if (const auto stamp = FirstStamp(lines_[i].text)) out_.published = stamp->ToIso();
    }
  }

  // The first paragraph of prose: what stands before it is the head. `size_` for none.
  [[nodiscard]] size_t FirstProse() const {
    for (size_t i = 0; i < size_; ++i) {
      if (!keep[i] || actions[i] == LineAction::kDrop || actions[i] == LineAction::kCut) continue;
      const LineCounts& c = lines_[i].counts;
      if (IsProse(c) && c.units >= 70 && (EndsWithStop(lines_[i].text) || c.marks >= 2)) return i;
    }
    for (size_t i = 0; i < size_; ++i) {
      if (keep[i] && actions[i] == LineAction::kNone && IsProse(lines_[i].counts) &&
          EndsWithStop(lines_[i].text)) {
        return i;
      }
    }
    return size_;
  }

  // Bylines: short lines that name somebody or a date and say nothing else.
  void FindBylineLines() {
    byline_.assign(size_, 0);
    for (size_t i = 0; i < size_; ++i) {
      if (!keep[i] || lines_[i].counts.units > 90 || EndsWithStop(lines_[i].text)) continue;
      if (actions[i] == LineAction::kCredit || IsFigureTitle(lines_[i].text)) continue;
      if (IsPhotoCaption(lines_[i].text)) continue;  // 本报记者 王平 摄 wrote nothing
      const auto found = rules_.FindBylines(lines_[i].text);
      const bool names = std::any_of(found.begin(), found.end(), [](const Byline& b) {
        return b.field != Byline::Field::kOriginalTitle;
      });
      const bool dated =
          i < first_prose_ && lines_[i].counts.units <= 60 && !FindStamps(lines_[i].text).empty();
      if ((names && lines_[i].counts.marks <= 3) || (dated && lines_[i].counts.marks == 0)) {
        byline_[i] = 1;
      }
    }
  }

  // The reporters of a text name their outlet in its first lines: 《中国经营报》记者.
  void TakeReportersOutlet() {
    constexpr size_t kFirstLines = 3;
    for (size_t i = first_prose_; i < std::min(size_, first_prose_ + kFirstLines); ++i) {
      BylineFacts facts;
      AddBylines(lines_[i].text, rules_, facts);
      if (out_.bylines.source.empty()) out_.bylines.source = facts.source;
    }
  }

  // Whether a byline is the next line kept, at most three lines on.
  [[nodiscard]] bool BylineFollows(size_t i) const {
    for (size_t k = i + 1; k < std::min(first_prose_, i + 4); ++k) {
      if (byline_[k]) return true;
      if (keep[k] && actions[k] == LineAction::kNone) return false;
    }
    return false;
  }

  [[nodiscard]] bool MayBeTitle(size_t i) const {
    const RawLine& line = lines_[i];
    const bool short_head =
        line.counts.units >= 8 && line.counts.units <= 110 && line.counts.han >= 3;
    if (!short_head || byline_[i] || actions[i] != LineAction::kNone) return false;
    const char32_t last = LastChar(line.text);
    if (IsFigureTitle(line.text) || last == ')' || last == U'）') return false;
    return !EndsWithStop(line.text) || last != U'。';
  }

  // The line of the head that is the title: the title known; else the line right before a byline;
  // else the first that is long enough. `size_` for none.
  [[nodiscard]] size_t TitleLine() const {
    if (first_prose_ == size_) return size_;
    constexpr uint32_t kLongEnough = 12;
    const std::string wanted = FoldLine(title_);
    size_t title_line = size_;
    for (size_t i = 0; i < first_prose_; ++i) {
      if (!MayBeTitle(i)) continue;
      if (!wanted.empty() && folded_[i] == wanted) return i;
      if (!keep[i]) continue;
      if (BylineFollows(i)) return i;
      if (title_line == size_ && lines_[i].counts.units >= kLongEnough) title_line = i;
    }
    return title_line;
  }

  // The title that a repost tells in the head; the last one told counts.
  [[nodiscard]] std::string RepostedTitle() const {
    static const RE2 kRepost(
        R"((?:小编|小編|为您|為您)[^:：]{0,12}(?:分享|整理|带来|帶來)[^:：]{0,14}[:：] ?(.{4,80}?)[,，] ?(?:欢迎|歡迎|一起|来看|來看))");
    std::string out;
    for (size_t i = 0; i < first_prose_ && first_prose_ < size_; ++i) {
      RE2::PartialMatch(lines_[i].text, kRepost, &out);
    }
    return out;
  }

  void TakeTitle() {
    const size_t title_line = TitleLine();
    if (title_line < size_) {
      out_.title = lines_[title_line].text;
      for (size_t i = 0; i <= title_line; ++i) {
        if (byline_[i]) AddBylines(lines_[i].text, rules_, out_.bylines);
        keep[i] = 0;
      }
    } else if (first_prose_ < size_) {
      // No title: what stands above the text is kept only where it is no menu.
      for (size_t i = 0; i < first_prose_; ++i) {
        if (actions[i] == LineAction::kNone && lines_[i].counts.han < 3) keep[i] = 0;
      }
    }
    if (std::string reposted = RepostedTitle(); !reposted.empty()) {
      out_.title = std::move(reposted);
    }
    PartOutletFromTitle();
  }

  // 每日財報: TITLE names the outlet first.
  void PartOutletFromTitle() {
    constexpr size_t kFarthest = 30, kLongestName = 8;
    for (std::string_view colon : {":", "："}) {
      const size_t at = out_.title.find(colon);
      if (at == std::string::npos || at > kFarthest) continue;
      const std::string_view head = Trim(std::string_view(out_.title).substr(0, at));
      if (CountCodePoints(head) > kLongestName || !rules_.IsOutlet(head, true)) continue;
      out_.bylines.source = std::string(head);
      out_.title = std::string(Trim(std::string_view(out_.title).substr(at + colon.size())));
      return;
    }
  }

  // Bylines become metadata.
  void TakeBylines() {
    std::vector<std::string> authors;
    for (size_t i = 0; i < size_; ++i) {
      const uint32_t units = lines_[i].counts.units;
      const bool dropped_head = actions[i] == LineAction::kDrop && i < first_prose_;
      if (!byline_[i] && !dropped_head) continue;
      if (byline_[i] && i > first_prose_ + 2 && units > 40) continue;
      BylineFacts facts;
      AddBylines(lines_[i].text, rules_, facts);
      if (!facts.author.empty() && units <= 90 &&
          std::find(authors.begin(), authors.end(), facts.author) == authors.end()) {
        authors.push_back(facts.author);
      }
      if (out_.bylines.source.empty()) out_.bylines.source = facts.source;
      if (out_.published.empty() && i < first_prose_) {
        if (const auto stamp = FirstStamp(lines_[i].text)) out_.published = stamp->ToIso();
      }
      if (byline_[i]) keep[i] = 0;
    }
    if (authors.empty()) return;
    // A text of several reports names several; the signs of reposts come last.
    constexpr size_t kMostAuthors = 4;
    out_.bylines.author = authors.front();
    out_.bylines.author_priority = 2;
    for (size_t i = 1; i < std::min(authors.size(), kMostAuthors); ++i) {
      out_.bylines.author += "、" + authors[i];
    }
  }

  // Whether the title of a figure stands above a credit line, with no prose between.
  [[nodiscard]] bool IsCaptioned(size_t i) const {
    constexpr size_t kMostLines = 24;
    for (size_t steps = 0; i-- > 0 && steps < kMostLines; ++steps) {
      if (IsFigureTitle(lines_[i].text)) return true;
      if (IsProse(lines_[i].counts)) return false;
    }
    return false;
  }

  // Lines that rules name.
  void ApplyLineRules() {
    // Prose and all that is kept are summed up once: what is behind a cut must not cost a walk to
    // the end each.
    std::vector<double> prose(size_ + 1, 0);
    for (size_t i = 0; i < size_; ++i) {
      const bool counts = keep[i] && actions[i] == LineAction::kNone && IsProse(lines_[i].counts);
      prose[i + 1] = prose[i] + (counts ? lines_[i].counts.units : 0);
    }
    double before = 0;
    size_t started = 0;  // all lines before it are gone
    for (size_t i = 0; i < size_; ++i) {
      if (i > started && keep[i - 1]) before += lines_[i - 1].counts.units;
      if (!keep[i]) continue;
      switch (actions[i]) {
        case LineAction::kDrop:
          keep[i] = 0;
          break;
        case LineAction::kStart:
          std::fill(keep.begin() + static_cast<ptrdiff_t>(started),
                    keep.begin() + static_cast<ptrdiff_t>(i) + 1, char{0});
          started = i + 1;
          before = 0;
          break;
        case LineAction::kCut:
          Cut(i, prose[size_] - prose[i + 1] < 0.35 * before);
          break;
        case LineAction::kCredit:
          // Belongs to a figure whose title stands above, if it does.
          if (!IsCaptioned(i)) keep[i] = 0;
          break;
        default:
          break;
      }
    }
  }

  // The line and all behind it, or what is no prose right behind it.
  void Cut(size_t i, bool all) {
    keep[i] = 0;
    for (size_t k = i + 1; k < size_; ++k) {
      if (!all && (IsProse(lines_[k].counts) || lines_[k].gap_before)) return;
      keep[k] = 0;
    }
  }

  // Axis labels of charts in one line: numbers and nothing else. Beside a table's row with as many
  // cells they are a row themselves.
  void DropAxisLines() {
    for (size_t i = 0; i < size_; ++i) {
      if (!keep[i] || lines_[i].row) continue;
      const Cells cells = CountCells(lines_[i].text);
      if (cells.all < 3 || cells.numbers != cells.all) continue;
      const auto is_row_like = [&](size_t k) {
        if (!keep[k] || !lines_[k].row) return false;
        const size_t other = CountCells(lines_[k].text).all;
        return other >= cells.all && other <= cells.all + 1;
      };
      if ((i > 0 && is_row_like(i - 1)) || (i + 1 < size_ && is_row_like(i + 1))) {
        lines_[i].row = true;
      } else {
        keep[i] = 0;
      }
    }
  }

  // Axis labels of charts: runs of lines that are numbers, and the legend behind them.
  void DropAxisColumns() {
    constexpr size_t kLeastRun = 3, kMostLegend = 3;
    for (size_t i = 0; i < size_;) {
      if (!IsNumeric(lines_[i].text) || !keep[i]) {
        ++i;
        continue;
      }
      size_t end = i;
      while (end < size_ && IsNumeric(lines_[end].text)) ++end;
      if (end - i >= kLeastRun) {
        for (size_t k = i; k < end; ++k) keep[k] = 0;
        for (size_t k = end; k < std::min(size_, end + kMostLegend) && IsLegend(k); ++k)
          keep[k] = 0;
      }
      i = end;
    }
  }

  // Latin names, or two or more short names in one line.
  [[nodiscard]] bool IsLegend(size_t i) const {
    const RawLine& line = lines_[i];
    const bool names = line.counts.units <= 24 && line.text.find(' ') != std::string::npos;
    return line.counts.marks == 0 && !line.text.empty() && (IsLatinOnly(line.text) || names);
  }

  std::vector<RawLine>& lines_;
  const std::string_view title_;
  const Rules& rules_;
  TextArticle& out_;
  const size_t size_;
  std::vector<std::string> folded_;  // by line
  std::vector<char> byline_;         // by line
  size_t first_prose_ = 0;
};

// What copying leaves in a file's paragraphs: signs in the text, the same text twice.
class Copies {
 public:
  explicit Copies(const Rules& rules) : rules_(rules) {}

  // Cleans the paragraph; false where it says what was said before, or nothing.
  bool Clean(Paragraph& p) {
    constexpr size_t kLeastTwice = 120, kLeastAgain = 90, kLeastBehind = 30;  // bytes
    rules_.EraseInline(p.text);
    // A paragraph that is one text twice.
    const std::string_view text = p.text;
    const size_t half = text.size() / 2;
    if (text.size() >= kLeastTwice && text.size() % 2 == 0 &&
        text.substr(0, half) == text.substr(half)) {
      p.text.resize(half);
    }
    // The same paragraph again, set otherwise maybe; a short one may be meant, unless it stands
    // right behind itself.
    if (!p.row) {
      std::string key = FoldLine(p.text);
      const bool twice = p.text.size() >= kLeastBehind && key == last_key_;
      last_key_ = key;
      if (twice || (p.text.size() >= kLeastAgain && !seen_.insert(std::move(key)).second)) {
        return false;
      }
    }
    return !Trim(p.text).empty();
  }

 private:
  const Rules& rules_;
  std::unordered_set<std::string> seen_;
  std::string last_key_;
};

// The line that a paragraph is in the article. `alone`: there is no other.
Line LineOf(const Paragraph& p, bool raw, bool alone) {
  constexpr uint32_t kLongestSubhead = 60;
  Line line;
  line.text = std::string(Trim(p.text));
  // A line that is a paragraph, as most are in records, has been counted.
  if (raw || p.joined || line.text.size() != p.text.size()) {
    CountLine(line.text, line);
  } else {
    static_cast<LineCounts&>(line) = p.counts;
  }
  if (p.row) {
    line.kind = BlockKind::kTable;
  } else if (IsFigureTitle(line.text) || (raw && IsPhotoCaption(line.text))) {
    line.kind = BlockKind::kCaption;
  } else if (line.units <= kLongestSubhead && !EndsWithStop(line.text) && !alone) {
    line.kind = BlockKind::kSubhead;
  }
  return line;
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
  std::vector<LineAction> actions(lines.size(), LineAction::kNone);
  const bool raw = care == TextCare::kRaw || HasRunningFeet(lines);
  if (raw) {
    FileText file(lines, title, rules, out);
    file.Run();
    size_t kept = 0;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (!file.keep[i]) continue;
      if (kept != i) lines[kept] = std::move(lines[i]);
      actions[kept++] = file.actions[i];
    }
    lines.resize(kept);
    actions.resize(kept);
    MoveTablesBehind(lines, actions);
  }
  std::vector<Paragraph> paragraphs = JoinLines(lines, actions, raw);
  Copies copies(rules);
  for (Paragraph& p : paragraphs) {
    if (raw && !copies.Clean(p)) continue;
    Line line = LineOf(p, raw, paragraphs.size() == 1);
    if (raw && line.units == 0 && line.han == 0) continue;
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
