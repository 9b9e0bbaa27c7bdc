// Finds the inputs: files, folders, JSON lines, standard input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace hanfact::ingest {

// An input that is an article (not cleaned yet), or one that could not even be read.
using Input = std::variant<RawArticle, Reject>;

class Reader {
 public:
  // `paths` as given on the command line; "-" is standard input. A path that does not exist is an
  // error that names it. Nothing is read yet.
  [[nodiscard]] static Result<std::unique_ptr<Reader>> Open(std::vector<std::string> paths);
  virtual ~Reader() = default;

  // The next input, or nullopt at the end. Order: paths as given, the entries of a folder in byte
  // order of their names, depth first; records of a file in file order. The locator follows the
  // contract (path as given, lexically normal, then the relative path; "#line" for a record). A
  // broken record is a Reject and does not end its file; files of no text kind are one Reject per
  // folder and kind, which counts them. Sidecars FILE.meta.json are read with their file.
  [[nodiscard]] virtual std::optional<Input> Next() = 0;
};

}  // namespace hanfact::ingest
