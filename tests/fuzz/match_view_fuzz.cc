// Any valid text to its match view: every span of the view leads to whole characters of the text.
#include <cstdint>
#include <cstdlib>

#include "normalize/script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (FindInvalidUtf8(text)) return 0;
  const MatchView view = normalize::MakeMatchView(text);
  if (FindInvalidUtf8(view.text)) std::abort();
  auto border = [&](uint32_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
  };
  uint32_t last = 0;
  for (uint32_t i = 0; i < view.text.size();) {
    const uint32_t n = CodePointLength(view.text[i]);
    const CleanSpan span = view.map.ToClean({i, i + n});
    if (span.begin > span.end || span.end > text.size()) std::abort();
    if (!border(span.begin) || !border(span.end) || span.end < last) std::abort();
    last = span.end;
    i += n;
  }
  return 0;
}
