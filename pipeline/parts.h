// Pages of articles that their sites cut into pages: held until the run has seen all inputs, then
// joined where all pages of an article are there.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "base/document.h"
#include "pipeline/article.h"
#include "pipeline/outcome.h"

namespace hanfact::pipeline {

class HeldPages {
 public:
  // A page on its way: its input, and what the cleaner made of it.
  struct Page {
    store::InputKey key;
    Document document;
    size_t payload_bytes = 0;
  };
  // An article of one page or several; `payload_bytes` of all of them.
  struct Joined {
    std::variant<store::Article, Reject> result;
    store::InputKey key;
    size_t payload_bytes = 0;
  };

  // False, and the page is left as it is, for one that is no part of an article, and when the pages
  // held have grown too large: memory must not grow with the input.
  [[nodiscard]] bool Hold(Page& page);

  // Joins what is complete, reads every article (steps 4 to 8, on all cores) and hands them over
  // one by one, first pages in input order, until `sink` gives false. Nothing is held afterwards.
  void Release(const Tools& tools, const std::function<bool(Joined)>& sink);

 private:
  std::vector<Page> pages_;
  size_t bytes_ = 0;
};

}  // namespace hanfact::pipeline
