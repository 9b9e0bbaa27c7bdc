// Any bytes as a JSON record, a sidecar and a CSV file (arrays: input_fuzz).
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "ingest/json_lines.h"

namespace {

void Check(const hanfact::ingest::Record& record) {
  if (const auto* message = std::get_if<std::string>(&record)) {
    if (message->empty()) std::abort();
    return;
  }
  const auto& article = std::get<hanfact::RawArticle>(record);
  if (hanfact::FindInvalidUtf8(article.payload)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(ingest::ReadJsonRecord(text));
  (void)ingest::ReadSidecar(text);
  const std::optional<char> separator = ingest::DelimitedHeader(text);
  size_t at = 0, line = 1;
  const auto header = ingest::ReadDelimited(text, separator.value_or(','), at, line);
  while (header) {
    const size_t before = at;
    const auto fields = ingest::ReadDelimited(text, separator.value_or(','), at, line);
    if (!fields) break;
    if (at <= before) std::abort();  // it goes on for ever
    if (separator) Check(ingest::ReadDelimitedRecord(*header, *fields));
  }
  return 0;
}
