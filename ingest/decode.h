// From bytes of any charset to valid UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "ingest/rules.h"

namespace hanfact::ingest {

struct Decoded {
  std::string text;       // valid UTF-8 without NUL and without byte order mark
  std::string charset;    // upper case IANA name of what the bytes were
  bool replaced = false;  // a few broken bytes became U+FFFD
};

// Why bytes cannot be read as text; `reason` is for a person.
struct DecodeError {
  std::string reason;
};

// Tells the charset and decodes. In this order: byte order mark; strict UTF-8 (pages that are valid
// UTF-8 are it, whatever they declare); UTF-16 by its zero bytes; the charset a page declares in
// its first 64 KB; then GB18030 against Big5-HKSCS by what the bytes read as (common characters,
// Chinese punctuation) with uchardet as one more voice. A declared charset counts as a voice too: a
// label that gives broken or implausible text is not believed. `sent_as` is the label that came with
// the bytes (HTTP), asked where the page declares none: servers are set up once, pages are written
// with care. Linear time.
[[nodiscard]] std::variant<Decoded, DecodeError> Decode(std::string_view bytes, const Rules& rules,
                                                        std::string_view sent_as = {});

// The charset label that a page declares (meta charset, http-equiv, xml declaration) in its first
// 64 KB, as it stands; empty for none.
[[nodiscard]] std::string DeclaredCharset(std::string_view bytes);

}  // namespace hanfact::ingest
