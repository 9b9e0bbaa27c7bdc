// Any valid text through the cleaner of plain texts: its lines are UTF-8, and none is made up.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "ingest/text_clean.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  static std::vector<TableError> errors;
  static const ingest::Rules rules(errors);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (FindInvalidUtf8(text)) return 0;
  for (const auto care : {ingest::TextCare::kRaw, ingest::TextCare::kRecord}) {
    const ingest::TextArticle article = ingest::CleanText(text, care, "", rules);
    size_t bytes = 0;
    for (const ingest::Line& line : article.lines) {
      if (FindInvalidUtf8(line.text)) std::abort();
      bytes += line.text.size();
    }
    if (bytes > text.size() * 2 + 64) std::abort();  // joins may add a blank, never more
  }
  return 0;
}
