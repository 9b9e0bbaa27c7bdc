// Checks every invariant of the contract's section 4 on a stored database.
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace hanfact::pipeline {

// Every breach, a line each; empty where all is well. Facts are built anew from the stored claims
// and compared with the stored ones.
[[nodiscard]] std::vector<std::string> Verify(store::Database& database);

}  // namespace hanfact::pipeline
