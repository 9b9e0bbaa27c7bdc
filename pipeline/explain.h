// How a claim came about, or why a number became none.
#pragma once

#include <string>

#include "base/result.h"
#include "pipeline/article.h"
#include "store/database.h"

namespace hanfact::pipeline {

// A text for a person. `id` is a claim_id, or DOCUMENT_ID:OFFSET with an offset in code points of
// documents.text. An error where there is no such claim or document.
[[nodiscard]] Result<std::string> Explain(const std::string& id, const Tools& tools,
                                          store::Database& database);

}  // namespace hanfact::pipeline
