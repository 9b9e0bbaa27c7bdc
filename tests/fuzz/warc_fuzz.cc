// Any bytes as a WARC file, plain or gzip (told by the first byte), records taken apart. Places
// must rise, and blocks be whole.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "ingest/warc.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact::ingest;
  if (size == 0) return 0;
  const bool gzip = (data[0] & 1) != 0;
  uint64_t unpacked = 0;
  WarcReader reader(std::make_unique<Buffered>(std::make_unique<MemoryStream>(
                        std::string(reinterpret_cast<const char*>(data + 1), size - 1))),
                    gzip, &unpacked);
  uint64_t last = 0;
  size_t records = 0;
  while (auto record = reader.Next()) {
    if (record->member < last) std::abort();
    last = record->member;
    // A record takes a byte of its content at least.
    if (++records > unpacked + size + 1) std::abort();
    if (!record->trouble.empty()) continue;
    const WarcPayload payload = ReadPayload(std::move(*record));
    if (payload.kind == WarcPayload::Kind::kTrouble && payload.what.empty()) std::abort();
    if (payload.bytes.size() > kWarcHold + (64 << 10)) std::abort();
  }
  return 0;
}
