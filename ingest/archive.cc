#include "ingest/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <array>

#include "base/text.h"

namespace hanfact::ingest {

namespace {

// libarchive translates names by the locale of the calling thread, and gives none where that is the
// plain C one.
class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(Get())) {}
  ~Utf8Locale() { ::uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t Get() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;  // null, where the system has none, leaves the locale as it is
  }
  locale_t before_;
};

}  // namespace

std::optional<ArchiveKind> SniffArchive(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1F\x8B\x08")) return ArchiveKind::kGzip;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return ArchiveKind::kZip;
  if (head.starts_with("\x28\xB5\x2F\xFD")) return ArchiveKind::kZstd;
  if (head.starts_with("\xFD"
                       "7zXZ\x00"sv)) {
    return ArchiveKind::kXz;
  }
  if (head.starts_with("BZh") && head.size() > 3 && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4).starts_with("\x31\x41\x59\x26") ||
       head.substr(4).starts_with("\x17\x72\x45\x38"))) {
    return ArchiveKind::kBzip2;
  }
  if (head.size() >= 512 && head.substr(257).starts_with("ustar")) return ArchiveKind::kTar;
  return std::nullopt;
}

std::string_view ToString(ArchiveKind kind) {
  constexpr std::string_view kNames[] = {"zip", "tar", "gzip", "bzip2", "xz", "zstd"};
  return kNames[static_cast<size_t>(kind)];
}

bool HasMembers(ArchiveKind kind) { return kind == ArchiveKind::kZip || kind == ArchiveKind::kTar; }

bool IsOfficeZip(std::string_view head) {
  if (!head.starts_with("PK\x03\x04") || head.size() < 64) return false;
  for (std::string_view name : {"[Content_Types].xml", "mimetype", "META-INF/", "_rels/"}) {
    if (head.substr(30).starts_with(name)) return true;
  }
  return false;
}

struct Archive::Impl {
  explicit Impl(std::unique_ptr<Buffered> stream) : in(std::move(stream)) {}
  ~Impl() { archive_read_free(handle); }

  static la_ssize_t Read(struct archive* handle, void* self, const void** data) {
    auto* me = static_cast<Impl*>(self);
    const size_t n = me->in->Read(me->block.data(), me->block.size());
    *data = me->block.data();
    if (n == 0 && !me->in->error().empty()) {
      archive_set_error(handle, 5, "%s", me->in->error().c_str());
      return ARCHIVE_FATAL;
    }
    return static_cast<la_ssize_t>(n);
  }

  static la_int64_t Seek(struct archive*, void* self, la_int64_t offset, int whence) {
    auto* me = static_cast<Impl*>(self);
    const auto size = static_cast<la_int64_t>(me->in->stream().size());
    la_int64_t to = offset;
    if (whence == SEEK_CUR) to += static_cast<la_int64_t>(me->in->offset());
    if (whence == SEEK_END) to += size;
    if (to < 0 || to > size || !me->in->Seek(static_cast<uint64_t>(to))) return ARCHIVE_FATAL;
    return to;
  }

  std::unique_ptr<Buffered> in;
  struct archive* handle = archive_read_new();
  std::array<char, 65536> block;
  bool open = false;
  bool compressed = false;  // one stream without members
};

Archive::Archive(std::unique_ptr<Buffered> in, ArchiveKind kind)
    : impl_(std::make_unique<Impl>(std::move(in))) {
  struct archive* a = impl_->handle;
  impl_->compressed = !HasMembers(kind);
  // Filters are set, not offered: else bytes that only look like one would be given as they are.
  switch (kind) {
    case ArchiveKind::kZip:
      archive_read_support_format_zip(a);
      break;
    case ArchiveKind::kTar:
      archive_read_support_format_tar(a);
      break;
    case ArchiveKind::kGzip:
      archive_read_append_filter(a, ARCHIVE_FILTER_GZIP);
      break;
    case ArchiveKind::kBzip2:
      archive_read_append_filter(a, ARCHIVE_FILTER_BZIP2);
      break;
    case ArchiveKind::kXz:
      archive_read_append_filter(a, ARCHIVE_FILTER_XZ);
      break;
    case ArchiveKind::kZstd:
      archive_read_append_filter(a, ARCHIVE_FILTER_ZSTD);
      break;
  }
  if (impl_->compressed) {
    archive_read_support_format_raw(a);
    archive_read_support_format_empty(a);
  }
  archive_read_set_read_callback(a, Impl::Read);
  // With its directory at the end a zip is read more surely; a nested one has to do without.
  if (impl_->in->stream().size() > 0) archive_read_set_seek_callback(a, Impl::Seek);
  archive_read_set_callback_data(a, impl_.get());
}

Archive::~Archive() = default;

std::optional<Archive::Member> Archive::Next() {
  auto trouble = [&] {
    const char* what = archive_error_string(impl_->handle);
    error_ = !impl_->in->error().empty() ? impl_->in->error() : what != nullptr ? what : "damaged";
    if (FindInvalidUtf8(error_)) error_ = "damaged";
  };
  const Utf8Locale locale;
  error_.clear();
  if (!impl_->open) {
    impl_->open = true;
    if (archive_read_open1(impl_->handle) != ARCHIVE_OK) {
      trouble();
      return std::nullopt;
    }
  }
  struct archive_entry* entry = nullptr;
  int result = ARCHIVE_RETRY;
  for (int tries = 0; result == ARCHIVE_RETRY && tries < 10; ++tries) {
    result = archive_read_next_header(impl_->handle, &entry);
  }
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
    trouble();
    return std::nullopt;
  }
  Member out;
  if (!impl_->compressed) {
    // Which of the two can be had depends on the archive and on the process's locale.
    const char* raw = archive_entry_pathname(entry);
    const char* utf8 = archive_entry_pathname_utf8(entry);
    const bool valid = raw != nullptr && !FindInvalidUtf8(raw);
    out.name = valid ? raw : utf8 != nullptr ? utf8 : raw != nullptr ? raw : "unnamed";
  }
  out.encrypted = archive_entry_is_data_encrypted(entry) == 1;
  const auto type = archive_entry_filetype(entry);
  out.type = archive_entry_hardlink(entry) != nullptr || type == AE_IFLNK ? Member::Type::kLink
             : type == AE_IFDIR                                           ? Member::Type::kFolder
             : type == AE_IFREG || type == 0                              ? Member::Type::kFile
                                                                          : Member::Type::kOther;
  return out;
}

size_t Archive::ReadData(char* to, size_t size) {
  error_.clear();
  la_ssize_t n = ARCHIVE_RETRY;
  for (int tries = 0; n == ARCHIVE_RETRY && tries < 10; ++tries) {
    n = archive_read_data(impl_->handle, to, size);
  }
  if (n >= 0) return static_cast<size_t>(n);
  const char* what = archive_error_string(impl_->handle);
  error_ = !impl_->in->error().empty() ? impl_->in->error() : what != nullptr ? what : "damaged";
  if (FindInvalidUtf8(error_)) error_ = "damaged";
  return 0;
}

}  // namespace hanfact::ingest
