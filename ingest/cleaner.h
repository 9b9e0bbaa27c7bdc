// From the bytes of one input to a cleaned article, or the reason why there is none.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/document.h"
#include "base/period.h"
#include "base/table.h"

namespace hanfact::ingest {

class Cleaner {
 public:
  // Reads the embedded ingest/rules/*.tsv; problems go to `errors`.
  explicit Cleaner(std::vector<TableError>& errors);
  ~Cleaner();

  // Decodes, tells HTML from text, takes the article out and its metadata with the contract's
  // precedence (`as_of` last). Pure, thread-safe, linear, total: any bytes give a Document or a
  // Reject with stage decode, clean or language.
  [[nodiscard]] std::variant<Document, Reject> Clean(RawArticle article,
                                                     std::optional<Date> as_of) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::ingest
