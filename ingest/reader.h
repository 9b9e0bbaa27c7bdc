// Finds the inputs: files, folders, globs, archives, WARC, data files, standard input.
#pragma once

#include <atomic>
#include <cstdint>
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

// What an input may ask for. Beyond a limit it is a reject that names the input, the place and the
// remedy; an archive beyond one is left at that place.
struct ReaderLimits {
  int depth = 3;                      // archives within archives
  uint64_t members = 20'000'000;      // of one file, all levels together
  uint64_t bytes = 8ULL << 40;        // unpacked from one file, of each level
  uint64_t ratio = 250;               // unpacked bytes for each byte of the file …
  uint64_t ratio_from = 64ULL << 20;  // … from so many on
  size_t article = 16 << 20;          // bytes of one article
  size_t record = 32 << 20;           // bytes of one line, array element or row
};

struct ReaderOptions {
  ReaderLimits limits;
  // Standard input is lines of JSON, whatever its first bytes look like.
  bool stdin_is_lines = false;
};

class Reader {
 public:
  // `paths` as given on the command line; "-" is standard input, and a path that does not exist but
  // has one of * ? [ is a glob. A path that does not exist is an error that names it. Nothing is
  // read yet.
  [[nodiscard]] static Result<std::unique_ptr<Reader>> Open(std::vector<std::string> paths,
                                                            const ReaderOptions& options = {});
  virtual ~Reader() = default;

  // The next input, or nullopt at the end. Order: paths as given, the entries of a folder in byte
  // order of their names, depth first; members of an archive and records of a file in file order;
  // WARC revisits last. The locator follows the contract (path as given, lexically normal, then the
  // relative path; "!member", "#line" or "@byte" for what is within a file), unless the record
  // names its own. A broken record is a Reject and does not end its file; files of no text kind are
  // one Reject per folder and kind, which counts them. Sidecars FILE.meta.json are read with their
  // file. Memory does not depend on the size of the inputs.
  [[nodiscard]] virtual std::optional<Input> Next() = 0;

  // Bytes of files read so far.
  [[nodiscard]] virtual uint64_t bytes_read() const = 0;
};

// Bytes of all files under the paths, for showing how far a run is; 0 where standard input is among
// them or `stop` was set. Walks folders, so it takes time.
[[nodiscard]] uint64_t MeasureInputs(const std::vector<std::string>& paths,
                                     const std::atomic<bool>& stop);

}  // namespace hanfact::ingest
