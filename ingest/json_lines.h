// Records of data files: JSON objects, CSV and TSV with a header.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/document.h"

namespace hanfact::ingest {

// One record as an article, or the message that says what is wrong with it.
using Record = std::variant<RawArticle, std::string>;

// Reads one JSON object: fields id, url, site, source, title, author, published, fetched, region,
// locator, and html or text; all others become `extra`. The locator is the caller's to set.
[[nodiscard]] Record ReadJsonRecord(std::string_view json);

// The metadata of a sidecar file, or a message.
[[nodiscard]] std::variant<Metadata, std::string> ReadSidecar(std::string_view json);

// Splits delimited text (RFC 4180: quotes double, fields may hold line breaks) from byte `at`.
// Advances `at` behind the record and `line` by the lines it takes. nullopt at the end.
[[nodiscard]] std::optional<std::vector<std::string>> ReadDelimited(std::string_view text,
                                                                    char separator, size_t& at,
                                                                    size_t& line);
// Does the first line of a text name fields of a record, parted by commas or tabs? The separator
// if so.
[[nodiscard]] std::optional<char> DelimitedHeader(std::string_view text);
// One row of delimited text as a record.
[[nodiscard]] Record ReadDelimitedRecord(const std::vector<std::string>& header,
                                         const std::vector<std::string>& fields);

}  // namespace hanfact::ingest
