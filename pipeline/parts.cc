#include "pipeline/parts.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <utility>

#include "ingest/page_parts.h"

namespace hanfact::pipeline {
namespace {

constexpr size_t kMaxHeldBytes = 256 << 20;  // of clean text
constexpr size_t kAtOnce = 64;               // articles read before they are handed over

}  // namespace

bool HeldPages::Hold(Page& page) {
  if (page.document.part.number == 0 || bytes_ + page.document.text.size() > kMaxHeldBytes) {
    return false;
  }
  bytes_ += page.document.text.size();
  pages_.push_back(std::move(page));
  return true;
}

void HeldPages::Release(const Tools& tools, const std::function<bool(Joined)>& sink) {
  std::vector<const Document*> documents;
  documents.reserve(pages_.size());
  for (const Page& page : pages_) documents.push_back(&page.document);
  std::vector<ingest::Series> articles = ingest::CompleteSeries(documents);
  std::vector<char> joined(pages_.size(), 0);
  std::erase_if(articles, [&](const ingest::Series& series) {
    size_t text = 0;
    for (const auto& copies : series) text += documents[copies[0]]->text.size() + 1;
    // Too long for one article: its pages stay documents of their own.
    if (text > ArticleLimits().text) return true;
    for (const auto& copies : series) {
      for (size_t i : copies) joined[i] = 1;
    }
    return false;
  });
  for (size_t i = 0; i < pages_.size(); ++i) {
    if (!joined[i]) articles.push_back({{i}});
  }
  std::sort(articles.begin(), articles.end());

  for (size_t begin = 0; begin < articles.size(); begin += kAtOnce) {
    const size_t end = std::min(articles.size(), begin + kAtOnce);
    std::vector<Joined> read(end - begin);
    std::vector<std::vector<store::InputKey>> refused(end - begin);
    tbb::parallel_for(begin, end, [&](size_t at) {
      const ingest::Series& series = articles[at];
      Joined& out = read[at - begin];
      std::vector<Document> parts;
      std::vector<store::InputKey> others;
      for (size_t page = 0; page < series.size(); ++page) {
        for (size_t copy = 0; copy < series[page].size(); ++copy) {
          Page& from = pages_[series[page][copy]];
          out.payload_bytes += from.payload_bytes;
          if (page == 0 && copy == 0) {
            out.key = std::move(from.key);
          } else {
            others.push_back(std::move(from.key));
          }
        }
        parts.push_back(std::move(pages_[series[page][0]].document));
      }
      out.result = ReadArticle(ingest::JoinParts(std::move(parts)), out.key, tools);
      if (auto* article = std::get_if<store::Article>(&out.result)) {
        std::sort(others.begin(), others.end());
        article->pages = std::move(others);
      } else {
        refused[at - begin] = std::move(others);
      }
    });
    for (size_t at = 0; at < read.size(); ++at) {
      if (!sink(std::move(read[at]))) return;
      // What is too large to be read has its reason with every input.
      for (store::InputKey& key : refused[at]) {
        Joined page;
        page.result = Reject{key.locator, key.sha256, "limit",
                             "is a page of an article that as a whole has more than any article:"
                             " give its pages one by one"};
        page.key = std::move(key);
        if (!sink(std::move(page))) return;
      }
    }
  }
  pages_.clear();
  bytes_ = 0;
}

}  // namespace hanfact::pipeline
