// Records of WARC files (ISO 28500), plain or with a gzip member a record.
//
// Made for damaged files: a record that is not sound is given with what is wrong with it, and
// reading goes on at the next place where a record starts. Memory is bounded by kWarcHold, time is
// linear in the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/byte_stream.h"

namespace hanfact::ingest {

// The largest record whose block is kept; of larger ones only the head is looked at.
inline constexpr size_t kWarcHold = 32 << 20;

struct WarcRecord {
  // Where the record starts in the file: "@" and the byte; in a gzip member that holds several,
  // "@", the member's byte, "+" and the byte within its content.
  std::string place;
  uint64_t member = 0;  // the byte to go to for reading the record again
  bool first = true;    // it is the first record there
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string block;
  bool large = false;   // more than kWarcHold: `block` is empty
  std::string trouble;  // why the record is not sound, with its remedy; empty for a sound one

  // The value of a header, "" for none. `name` in lower case.
  [[nodiscard]] std::string_view Header(std::string_view name) const;
};

class WarcReader {
 public:
  // `gzip`: the bytes are gzip members. `output` counts the bytes that come out of them.
  WarcReader(std::unique_ptr<Buffered> in, bool gzip, uint64_t* output);
  ~WarcReader();
  // The next record, sound or not; nullopt at the end.
  [[nodiscard]] std::optional<WarcRecord> Next();
  // What ended the file early, if anything did.
  [[nodiscard]] const std::string& error() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether bytes start gzip data that holds a WARC file.
[[nodiscard]] bool LooksLikeGzipWarc(std::string_view head);

// What a record carries.
struct WarcPayload {
  enum class Kind {
    kArticle,  // `bytes` is to be cleaned
    kSkip,     // no article by its type: counted under `what`
    kNothing,  // belongs to the file, not to its content: warcinfo, request, metadata
    kRevisit,  // the bytes are those of the record with the same `digest`
    kTrouble,  // cannot be read: `what` says why
  };
  Kind kind = Kind::kNothing;
  std::string what;
  std::string bytes;   // the HTTP body with transfer and content encoding taken away
  std::string charset;  // of the HTTP Content-Type, as it stands
  std::string url;     // WARC-Target-URI
  std::string date;    // WARC-Date
  std::string digest;  // WARC-Payload-Digest as it stands
  std::string refers;  // revisit: the address and date it refers to, for messages
};

// Takes a sound record apart: HTTP head, chunked bodies, and bodies in gzip, deflate, br and
// zstd (at most kWarcHold bytes), digests.
[[nodiscard]] WarcPayload ReadPayload(WarcRecord record);

}  // namespace hanfact::ingest
