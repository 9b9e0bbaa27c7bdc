// Any bytes as a file: archives, WARC, JSON, CSV, articles, told apart as in a run. Small limits,
// so that an honest bomb ends soon.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "ingest/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  static const int file = ::memfd_create("fuzz", 0);
  if (file < 0 || ::ftruncate(file, 0) != 0) std::abort();
  if (::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  ingest::ReaderOptions options;
  options.limits.ratio_from = 1 << 20;
  options.limits.bytes = 16 << 20;
  options.limits.members = 2000;
  options.limits.article = 1 << 20;
  options.limits.record = 1 << 20;
  auto reader = ingest::Reader::Open({"/proc/self/fd/" + std::to_string(file)}, options);
  if (!reader.ok()) std::abort();
  int inputs = 0;
  while (auto input = (*reader)->Next()) {
    if (const auto* reject = std::get_if<Reject>(&*input)) {
      if (reject->reason.empty() || FindInvalidUtf8(reject->reason)) std::abort();
      if (FindInvalidUtf8(reject->locator)) std::abort();
    } else {
      const RawArticle& article = std::get<RawArticle>(*input);
      if (FindInvalidUtf8(article.locator)) std::abort();
      if (article.payload.size() > (1 << 20)) std::abort();
    }
    ++inputs;
  }
  // Every file has something said of it.
  if (inputs == 0 && size > 0 && data[0] != 'W' && data[0] != 0x1F) std::abort();
  return 0;
}
