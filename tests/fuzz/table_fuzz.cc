// Any bytes as a user's table.
#include <cstdint>

#include "base/table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hanfact;
  std::vector<TableError> errors;
  const Table table = Table::Read("fuzz.tsv", {reinterpret_cast<const char*>(data), size},
                                  {"entity_id", "alias", "region", "guard"}, errors);
  for (const Table::Row& row : table.rows()) (void)table.Get(row, "alias");
  (void)ToString(errors);
  return 0;
}
