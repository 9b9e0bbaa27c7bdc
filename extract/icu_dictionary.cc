#include "extract/icu_dictionary.h"

#include <unicode/udata.h>

#include <cstdint>
#include <memory>

namespace hanfact::extract {

const char16_t* IcuDictionary() {
  struct Close {
    void operator()(UDataMemory* memory) const { udata_close(memory); }
  };
  static const std::unique_ptr<UDataMemory, Close> memory = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UDataMemory, Close> open(
        udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status));
    return U_FAILURE(status) ? nullptr : std::move(open);
  }();
  if (memory == nullptr) return nullptr;
  const auto* header = static_cast<const int32_t*>(udata_getMemory(memory.get()));
  // Index 0 is the offset of the trie, 4 its kind: 1 (low bits) for 16-bit units.
  if ((header[4] & 7) != 1) return nullptr;
  return reinterpret_cast<const char16_t*>(reinterpret_cast<const char*>(header) + header[0]);
}

}  // namespace hanfact::extract
