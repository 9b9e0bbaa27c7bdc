// Archives and compressed files, unpacked as a stream: nothing of them is ever written to disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/byte_stream.h"

namespace hanfact::ingest {

enum class ArchiveKind { kZip, kTar, kGzip, kBzip2, kXz, kZstd };

// The kind of archive that bytes start, if any.
[[nodiscard]] std::optional<ArchiveKind> SniffArchive(std::string_view head);
[[nodiscard]] std::string_view ToString(ArchiveKind kind);
// Has members with names; else the archive is one compressed stream.
[[nodiscard]] bool HasMembers(ArchiveKind kind);
// A zip that is one document in parts (docx, epub …), not an archive of files.
[[nodiscard]] bool IsOfficeZip(std::string_view head);

class Archive {
 public:
  Archive(std::unique_ptr<Buffered> in, ArchiveKind kind);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  struct Member {
    std::string name;  // as it stands, any bytes; empty for a compressed stream
    enum class Type { kFile, kFolder, kLink, kOther } type = Type::kFile;
    bool encrypted = false;
  };
  // The next member; nullopt at the end and on trouble.
  [[nodiscard]] std::optional<Member> Next();
  // Data of the member in hand; 0 at its end and on trouble.
  size_t ReadData(char* to, size_t size);
  // Trouble with the whole archive (Next) or the member in hand (ReadData); empty for none.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string error_;
};

}  // namespace hanfact::ingest
