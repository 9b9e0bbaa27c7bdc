// Any bytes to an article: decode, HTML and text cleaning, then everything behind them.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "pipeline/article.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  static const auto tools = pipeline::Tools::Load({});
  if (!tools.ok()) std::abort();
  RawArticle raw;
  raw.locator = "fuzz";
  raw.payload.assign(reinterpret_cast<const char*>(data), size);
  const store::InputKey key = pipeline::MakeInputKey(raw, Date{2025, 2, 28});
  const auto result = pipeline::RunArticle(std::move(raw), key, **tools, Date{2025, 2, 28});
  if (const auto* article = std::get_if<store::Article>(&result)) {
    const std::string& text = article->document.text;
    if (FindInvalidUtf8(text)) std::abort();
    if (text.find('\0') != std::string::npos) std::abort();
    for (const Claim& c : article->claims) {
      if (!c.sentence.Contains(c.span) || c.span.empty() || c.sentence.end > text.size()) {
        std::abort();
      }
    }
  } else if (std::get<Reject>(result).reason.empty()) {
    std::abort();
  }
  return 0;
}
