// Any line given to load: what is read can be written, and reads the same again.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "pipeline/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  const std::string line(reinterpret_cast<const char*>(data), size);
  auto outcome = pipeline::ParseOutcome(line);
  if (!outcome.ok()) return 0;
  if (const auto* article = std::get_if<store::Article>(&outcome->result)) {
    const std::string& text = article->document.text;
    for (const Claim& c : article->claims) {
      if (c.span.end > text.size() || c.span.begin > c.span.end) std::abort();
    }
  }
  const std::string again = pipeline::ToJson(*outcome);
  auto second = pipeline::ParseOutcome(again);
  if (!second.ok() || pipeline::ToJson(*second) != again) std::abort();
  return 0;
}
