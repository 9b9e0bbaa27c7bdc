#include "ingest/page_parts.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "base/text.h"
#include "ingest/rules.h"
#include "normalize/script.h"

namespace hanfact::ingest {
namespace {

constexpr int kMaxPages = 99;

// The last part of an address and its query: relative and absolute links to one page agree in it.
std::string LastPart(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const size_t query = url.find('?');
  const size_t slash = url.substr(0, query).rfind('/');
  return std::string(slash == std::string_view::npos ? url : url.substr(slash + 1));
}

// The text of a link that may be one of a pager's, folded; empty for all others, which are nearly
// all.
std::string PagerText(const HtmlTree& tree, uint32_t link) {
  constexpr size_t kLong = 24;
  std::string text;
  for (uint32_t k = link + 1; k < tree.nodes[link].end && text.size() < kLong; ++k) {
    if (tree.nodes[k].tag == Tag::kText) text += Trim(tree.Text(tree.nodes[k]));
  }
  const bool may = text.size() < kLong &&
                   (text.find_first_of("0123456789") != std::string::npos ||
                    text.find("页") != std::string::npos || text.find("頁") != std::string::npos ||
                    text.find("全文") != std::string::npos);
  return may ? FoldLine(text) : std::string();
}

}  // namespace

std::pair<std::string, int> SplitPageMark(std::string_view url) {
  // name_2.html, name-2.html, name_p2.html, name/2.html is left alone: that is an article's number.
  static const RE2 kName(R"(^(.*[^/_-])[_-](?:p|page_?)?([1-9]\d?)(\.[a-z]{3,5})((?:\?.*)?)$)");
  static const RE2 kQuery(R"(^(.*?)([?&])(?:page|p|pn|pageno|page_no)=([1-9]\d?)(?:&(.*))?$)");
  std::string head, ending, rest, sign;
  int number = 1;
  const re2::StringPiece text(url.data(), url.size());
  if (url.size() < 2000 && RE2::FullMatch(text, kQuery, &head, &sign, &number, &rest)) {
    return {rest.empty() ? head : head + sign + rest, number};
  }
  if (url.size() < 2000 && RE2::FullMatch(text, kName, &head, &number, &ending, &rest)) {
    return {head + ending + rest, number};
  }
  return {std::string(url), 1};
}

std::optional<PagePart> FindPagePart(const HtmlTree& tree, std::string_view url) {
  struct Pager {
    std::set<int> linked;  // numbers with a link to their page
    int next = 0, previous = 0;
  };
  std::map<std::string, Pager> pagers;
  const std::string own = LastPart(url);
  for (uint32_t n = 1; n < tree.nodes.size(); ++n) {
    const HtmlNode& node = tree.nodes[n];
    const bool link = node.tag == Tag::kLink;
    if (!link && node.tag != Tag::kA) continue;
    const std::string_view href = Trim(tree.Value(node));
    if (href.empty() || href[0] == '#' || href.starts_with("javascript")) continue;
    const std::string_view rel = tree.Name(node);
    const bool next = rel == "next", previous = rel == "prev" || rel == "previous";
    if (link && !next && !previous) continue;
    std::string text = link ? std::string() : PagerText(tree, n);
    if (text.empty() && !next && !previous) continue;
    const auto [stem, number] = SplitPageMark(LastPart(href));
    if (stem.empty() || number > kMaxPages) continue;
    while (!text.empty() && (text.front() == '[' || text.front() == '(')) text.erase(0, 1);
    if (text.starts_with("【")) text.erase(0, 3);
    if (next || text.starts_with("下一页") || text.starts_with("下页") ||
        text.starts_with("余下全文")) {
      if (number > 1) pagers[stem].next = number;
    } else if (previous || text.starts_with("上一页") || text.starts_with("上页")) {
      pagers[stem].previous = number;
    } else if (const int shown = std::atoi(text.c_str()); shown > 0 && shown <= kMaxPages) {
      const size_t digits = text.find_first_not_of("0123456789");
      const std::string_view tail =
          digits == std::string::npos ? std::string_view() : std::string_view(text).substr(digits);
      if (shown == number && (tail.empty() || tail == "]" || tail == ")" || tail == "】")) {
        pagers[stem].linked.insert(number);
      }
    }
  }
  for (const auto& [stem, pager] : pagers) {
    const bool numbered = std::any_of(pager.linked.begin(), pager.linked.end(),
                                      [](int number) { return number > 1; });
    if (!numbered && pager.next == 0 && pager.previous == 0) continue;
    // 下一页 alone heads for another article as often as for the next part: it must bear a mark.
    PagePart part;
    part.series = stem;
    part.last = pager.linked.empty() ? 0 : *pager.linked.rbegin();
    const auto [own_stem, own_number] = SplitPageMark(own);
    if (own_stem == stem && (own_number > 1 || pager.previous == 0)) {
      part.number = own_number;
    } else if (pager.next > 1) {
      part.number = pager.next - 1;
    } else if (pager.previous > 0) {
      part.number = pager.previous + 1;
    } else {
      // The page that the pager does not link is this one.
      for (int number = 1; number <= part.last + 1 && part.number == 0; ++number) {
        if (!pager.linked.contains(number)) part.number = number;
      }
    }
    part.last = std::max({part.last, part.number, pager.next});
    if (pager.previous > 0 && pager.next == 0 && !numbered) part.last = part.number;
    if (part.last < 2) continue;
    return part;
  }
  return std::nullopt;
}

namespace {

// The folder, archive or file of records that an input stands in.
std::string FolderOf(const std::string& locator) {
  const size_t at = locator.find_last_of("/!#@");
  return at == std::string::npos ? std::string() : locator.substr(0, at);
}

// The pages of one article, or nothing: one is missing, or there in several versions.
Series InOrder(const std::vector<size_t>& members, const std::vector<const Document*>& documents) {
  std::map<int, std::vector<size_t>> pages;
  int last = 0;
  for (size_t i : members) {
    std::vector<size_t>& copies = pages[documents[i]->part.number];
    if (!copies.empty() && documents[copies[0]]->document_id != documents[i]->document_id) {
      return {};
    }
    copies.push_back(i);
    last = std::max(last, documents[i]->part.last);
  }
  Series out;
  if (last < 2 || pages.size() != static_cast<size_t>(last) || pages.begin()->first != 1)
    return out;
  for (auto& [number, copies] : pages) {
    std::sort(copies.begin(), copies.end(),
              [&](size_t a, size_t b) { return documents[a]->locator < documents[b]->locator; });
    out.push_back(std::move(copies));
  }
  return out;
}

}  // namespace

std::vector<Series> CompleteSeries(const std::vector<const Document*>& documents) {
  // A series by its address; two articles of one name (index.html) differ in their titles.
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> named;
  static const RE2 kPage(R"([ (（\[【]*(?:第?\d{1,2}(?:/\d{1,2})?页?)[)）\]】]*$)");
  constexpr size_t kLongTitle = 12;  // bytes: what is left must still be a title
  for (size_t i = 0; i < documents.size(); ++i) {
    const Document& document = *documents[i];
    if (document.part.number == 0) continue;
    std::string title = FoldLine(document.meta.title);
    if (std::string bare = title; RE2::Replace(&bare, kPage, "") && bare.size() >= kLongTitle) {
      title = bare;
    }
    named[{document.part.series, title}].push_back(i);
  }
  std::vector<Series> out;
  for (const auto& [name, members] : named) {
    if (Series series = InOrder(members, documents); !series.empty()) {
      out.push_back(std::move(series));
      continue;
    }
    std::map<std::string, std::vector<size_t>> folders;
    for (size_t i : members) folders[FolderOf(documents[i]->locator)].push_back(i);
    if (folders.size() < 2) continue;
    for (const auto& [folder, here] : folders) {
      if (Series series = InOrder(here, documents); !series.empty()) {
        out.push_back(std::move(series));
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

Document JoinParts(std::vector<Document> parts) {
  Document out = std::move(parts.front());
  constexpr size_t kSaidAgain = 36;  // bytes, 12 Han characters: shorter ones may be said twice
  std::unordered_set<std::string> said;
  for (const Block& block : out.blocks) said.emplace(Slice(out.text, block.span));
  for (size_t i = 1; i < parts.size(); ++i) {
    Document& part = parts[i];
    std::vector<std::string> fresh;
    for (const Block& block : part.blocks) {
      const std::string text(Slice(part.text, block.span));
      if (text.size() >= kSaidAgain && said.contains(text)) continue;
      fresh.push_back(text);
      if (!out.text.empty()) out.text += '\n';
      Block moved = block;
      moved.span.begin = static_cast<uint32_t>(out.text.size());
      out.text += text;
      moved.span.end = static_cast<uint32_t>(out.text.size());
      out.blocks.push_back(moved);
    }
    said.insert(fresh.begin(), fresh.end());
    auto fill = [](std::string& field, std::string& with) {
      if (field.empty()) field = std::move(with);
    };
    fill(out.meta.author, part.meta.author);
    fill(out.meta.source, part.meta.source);
    fill(out.meta.site, part.meta.site);
    fill(out.meta.region, part.meta.region);
    if (out.meta.published.empty()) {
      out.meta.published = std::move(part.meta.published);
      out.published_from = std::move(part.published_from);
    }
    out.confidence = std::min(out.confidence, part.confidence);
  }
  out.script = normalize::DetectScript(out.text);
  out.part = {};
  return out;
}

}  // namespace hanfact::ingest
