// Any line to the annotate protocol; and any valid text to its mentions.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "pipeline/annotate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  static const auto tools = pipeline::Tools::Load({});
  if (!tools.ok()) std::abort();
  const std::string line(reinterpret_cast<const char*>(data), size);
  (void)pipeline::AnnotateLine(line, **tools);
  if (FindInvalidUtf8(line)) return 0;
  const nlohmann::json in = {{"id", 1}, {"text", line}, {"published", "2025-02-28"}};
  const auto out = nlohmann::json::parse(pipeline::AnnotateLine(in.dump(), **tools));
  int64_t end = 0;
  for (const auto& m : out["mentions"]) {
    if (m["start"].get<int64_t>() < end || m["end"] <= m["start"]) std::abort();
    end = m["end"];
  }
  return 0;
}
