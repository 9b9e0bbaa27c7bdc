// What a file holds, told from its first bytes and never from its name.
#pragma once

#include <string_view>

namespace hanfact::ingest {

// Without the byte order mark of UTF-8.
[[nodiscard]] std::string_view StripBom(std::string_view text);

// The kind of bytes that hold no text ("PNG image", "unknown binary"); "" for text.
[[nodiscard]] std::string_view BinaryKind(std::string_view head);

enum class Format {
  kArticle,
  kJsonLines,
  kJsonArray,    // [{…}, {…}]
  kJsonObjects,  // objects laid out over lines, one or more
  kDelimited,    // CSV or TSV
};

// '{' at the start is JSON, '[' followed by '{' a JSON array, a header of known field names CSV or
// TSV, all else one article. `whole`: `head` is all there is.
[[nodiscard]] Format SniffFormat(std::string_view head, bool whole);

}  // namespace hanfact::ingest
