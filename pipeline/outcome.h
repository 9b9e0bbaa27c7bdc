// What became of one input, on its way from the step that works on articles to the one that stores
// them: in memory (ingest), or as a line of JSON (extract, load).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/document.h"
#include "base/result.h"
#include "store/writer.h"

namespace hanfact::pipeline {

struct Outcome {
  store::InputKey key;
  std::string rules_digest, lexicon_digest;
  std::variant<store::Article, Reject> result;
};

// One line without its break. Offsets are code points of the clean text. Deterministic.
[[nodiscard]] std::string ToJson(const Outcome& outcome);

// Reads such a line; an error says what is wrong with it. Total on any bytes: spans that lie
// outside their text are errors.
[[nodiscard]] Result<Outcome> ParseOutcome(std::string_view line);

}  // namespace hanfact::pipeline
