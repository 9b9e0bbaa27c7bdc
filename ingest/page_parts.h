// Articles that their sites cut into pages: which part a page is, and the parts put together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/document.h"
#include "ingest/html_tree.h"

namespace hanfact::ingest {

// An address and the number of its page: "a/c1-2.html" is page 2 of "a/c1.html", "x?id=7&page=3"
// page 3 of "x?id=7". 1 for an address without such a mark; the mark is only a guess until a pager
// confirms it.
[[nodiscard]] std::pair<std::string, int> SplitPageMark(std::string_view url);

// Which part of an article a page is, by its pager: numbered links to addresses that differ in the
// page mark alone, 下一页 and 上一页, rel=next and rel=prev. `url` is the page's own address, empty
// if unknown. nullopt for a page that has no pager, as nearly all. Linear.
[[nodiscard]] std::optional<PagePart> FindPagePart(const HtmlTree& tree, std::string_view url);

// One article of several pages, in reading order: for each page the indices of its copies
// (documents of one id), that with the least locator first.
using Series = std::vector<std::vector<size_t>>;

// The articles whose pages are all among the documents. Pages belong together by series and title;
// where a page is there in several versions, only pages of one folder do. The result is that of the
// set: the order of `documents` moves the indices only. n log n.
[[nodiscard]] std::vector<Series> CompleteSeries(const std::vector<const Document*>& documents);

// One document of the parts, given in reading order (at least one): identity, locator and metadata
// are those of the first, fields it lacks come from the next that has them; text and blocks follow
// each other, without the blocks that a page says over again from those before it (summary, notes);
// confidence is the least.
[[nodiscard]] Document JoinParts(std::vector<Document> parts);

}  // namespace hanfact::ingest
