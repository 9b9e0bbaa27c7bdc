// Any bytes to text: what comes out is UTF-8 without NUL, and read again it is itself.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "ingest/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  static std::vector<TableError> errors;
  static const ingest::Rules rules(errors);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)ingest::DeclaredCharset(bytes);
  const auto result = ingest::Decode(bytes, rules);
  if (const auto* error = std::get_if<ingest::DecodeError>(&result)) {
    if (error->reason.empty()) std::abort();
    return 0;
  }
  const auto& decoded = std::get<ingest::Decoded>(result);
  if (FindInvalidUtf8(decoded.text) || decoded.text.find('\0') != std::string::npos) std::abort();
  if (decoded.charset.empty()) std::abort();
  return 0;
}
