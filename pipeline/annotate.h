// The annotate protocol: one JSON line in, one JSON line out (contract, section 2).
#pragma once

#include <string>
#include <string_view>

#include "pipeline/article.h"

namespace hanfact::pipeline {

// The output line, without its line break, for one input line. Never fails: a line that is no such
// object gives {"id": …, "error": …}.
[[nodiscard]] std::string AnnotateLine(std::string_view line, const Tools& tools);

}  // namespace hanfact::pipeline
