#include "ingest/warc.h"

#include <archive.h>
#include <archive_entry.h>
#include <brotli/decode.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include "base/text.h"

namespace hanfact::ingest {
namespace {

constexpr size_t kMaxHead = 256 * 1024;
constexpr std::string_view kGzipMagic = "\x1F\x8B\x08";
// What stands in place of a damaged gzip member's rest, so that the next record starts a line.
constexpr std::string_view kSeparator = "\r\n\r\n";
constexpr size_t kLookAhead = 64;

std::string Lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view Blank(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

// A header's value as text: what is no UTF-8 becomes question marks.
std::string Text(std::string_view value) {
  std::string out(value);
  const bool valid = !FindInvalidUtf8(value);
  for (char& c : out) {
    const auto b = static_cast<unsigned char>(c);
    if (b < 0x20 || b == 0x7F || (!valid && b >= 0x80)) c = '?';
  }
  return out;
}

// The start of a type, for messages.
std::string Short(std::string_view type) {
  std::string out(type.substr(0, 60));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return out;
}

// Where the head that starts at 0 ends: behind its empty line; npos where there is none.
size_t HeadEnd(std::string_view bytes) {
  for (size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    if (at + 1 < bytes.size() && bytes[at + 1] == '\n') return at + 2;
    if (at + 2 < bytes.size() && bytes[at + 1] == '\r' && bytes[at + 2] == '\n') return at + 3;
  }
  return std::string_view::npos;
}

// Reads "Name: value" lines behind the first one; false where a line is none.
bool ReadHeaders(std::string_view head, std::vector<std::pair<std::string, std::string>>& out) {
  bool sound = true, first = true;
  for (std::string_view line : Split(head, '\n')) {
    if (std::exchange(first, false)) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if ((line.front() == ' ' || line.front() == '\t') && !out.empty()) {  // folded
      out.back().second += ' ';
      out.back().second += Text(Blank(line));
      continue;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      sound = false;
      continue;
    }
    out.emplace_back(Lower(Blank(line.substr(0, colon))), Text(Blank(line.substr(colon + 1))));
  }
  return sound;
}

std::string_view Find(const std::vector<std::pair<std::string, std::string>>& headers,
                      std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::optional<uint64_t> ParseNumber(std::string_view text, int base = 10) {
  uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return n;
}

// The first place where a record starts: "WARC/1." behind an empty line, or with a header behind it
// (what stands before may be cut off anywhere), or at the very start if `at_start`. npos where
// there is none.
size_t FindRecord(std::string_view bytes, bool at_start) {
  for (size_t at = bytes.find("WARC/1."); at != std::string_view::npos;
       at = bytes.find("WARC/1.", at + 1)) {
    if (at == 0 && at_start) return at;
    const std::string_view before = bytes.substr(0, at);
    if (before.ends_with("\n\r\n") || before.ends_with("\n\n")) return at;
    std::string_view behind = bytes.substr(at + 7, 8);
    behind.remove_prefix(std::min<size_t>(behind.size(), 1));
    if (behind.starts_with("\r\nWARC-") || behind.starts_with("\nWARC-")) return at;
  }
  return std::string_view::npos;
}

// The content of successive gzip members. Of a damaged one comes what can be had, then
// kSeparator; reading goes on at the next member that holds a record.
class GzipMembers : public ByteStream {
 public:
  struct Member {
    uint64_t out;  // where its content starts in this stream
    uint64_t raw;  // where it starts in the file
  };
  struct Damage {
    uint64_t begin, end;  // in this stream
    uint64_t raw;         // of the member
    std::string reason;
    bool reported = false;
  };

  GzipMembers(std::unique_ptr<Buffered> raw, uint64_t* output)
      : raw_(std::move(raw)), output_(output) {
    inflateInit2(&z_, 16 + MAX_WBITS);
  }
  ~GzipMembers() override { inflateEnd(&z_); }

  size_t Read(char* to, size_t size) override {
    while (true) {
      if (!separator_.empty()) {
        const size_t n = std::min(size, separator_.size());
        std::copy_n(separator_.data(), n, to);
        separator_.remove_prefix(n);
        out_ += n;
        return n;
      }
      if (!broken_.empty()) {
        EndMember(std::exchange(broken_, {}));
        continue;
      }
      if (!inside_) {
        const std::string_view head = raw_->Peek(kGzipMagic.size());
        if (head.empty()) {
          if (!raw_->error().empty()) Fail(raw_->error());
          return 0;
        }
        members.push_back({out_, raw_->offset()});
        inflateReset(&z_);
        taken_ = 0;
        inside_ = true;
        if (!head.starts_with(kGzipMagic)) {
          broken_ = "no gzip member starts here";
          continue;
        }
      }
      if (raw_->ready().size() <= taken_ && !raw_->More()) {
        broken_ = "its gzip member is cut off";
        continue;
      }
      const std::string_view in = raw_->ready().substr(taken_);
      z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
      z_.avail_in = static_cast<uInt>(std::min<size_t>(in.size(), 1 << 30));
      z_.next_out = reinterpret_cast<Bytef*>(to);
      z_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1 << 30));
      const uInt had = z_.avail_in, room = z_.avail_out;
      const int result = inflate(&z_, Z_NO_FLUSH);
      taken_ += had - z_.avail_in;
      const size_t made = room - z_.avail_out;
      if (result == Z_STREAM_END) {
        raw_->Skip(taken_);
        inside_ = false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        broken_ = std::string("its gzip member is damaged (") +
                  (z_.msg != nullptr ? z_.msg : "no valid data") + ")";
      } else if (taken_ > kWarcHold) {
        // Too much to keep for going back.
        raw_->Skip(taken_);
        taken_ = 0;
      }
      if (made > 0) {
        out_ += made;
        *output_ += made;
        return made;
      }
    }
  }

  std::deque<Member> members;
  std::deque<Damage> damages;

 private:
  void EndMember(std::string reason) {
    // A wrong checksum may concern any byte of the member, all else the last one that came.
    const bool all = reason.find("check") != std::string::npos;
    damages.push_back({all ? members.back().out : out_, out_ + kSeparator.size(),
                       members.back().raw, std::move(reason)});
    separator_ = kSeparator;
    inside_ = false;
    // The next member may stand before the byte at which the damage was noticed.
    raw_->Skip(raw_->ready().empty() ? 0 : 1);
    while (true) {
      const size_t at = raw_->ready().find(kGzipMagic);
      if (at == std::string_view::npos) {
        raw_->Skip(raw_->ready().size() - std::min<size_t>(raw_->ready().size(), 2));
        if (!raw_->More()) {
          raw_->Skip(raw_->ready().size());
          return;
        }
        continue;
      }
      raw_->Skip(at);
      if (LooksLikeGzipWarc(raw_->Peek(4096))) return;
      raw_->Skip(1);
    }
  }

  std::unique_ptr<Buffered> raw_;
  uint64_t* output_;
  z_stream z_{};
  bool inside_ = false;
  size_t taken_ = 0;  // of what is ready, already given to inflate
  uint64_t out_ = 0;
  std::string broken_;  // why the member in hand ended early
  std::string_view separator_;
};

// Inflates a whole body; false where it is damaged or larger than kWarcHold.
bool Inflate(std::string_view in, int window_bits, std::string& out, std::string& why) {
  z_stream z{};
  inflateInit2(&z, window_bits);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  std::array<char, 65536> piece;
  int result = Z_OK;
  while (result == Z_OK) {
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = piece.size();
    result = inflate(&z, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - z.avail_out);
    if (out.size() > kWarcHold) {
      why = "its body unpacks to more than 32 MiB";
      break;
    }
    if (result == Z_BUF_ERROR && z.avail_out == 0) result = Z_OK;
  }
  if (why.empty() && result != Z_STREAM_END) {
    why = std::string("its compressed body is damaged (") +
          (z.msg != nullptr ? z.msg : "it is cut off") + ")";
  }
  inflateEnd(&z);
  return why.empty();
}

enum class Chunks { kSound, kNone, kBroken };

// Takes HTTP chunks apart. kNone where the body is not chunked at all: many crawlers store the
// body joined and keep the header.
Chunks Dechunk(std::string_view in, std::string& out) {
  bool any = false;
  while (true) {
    const size_t end = in.find('\n');
    if (end == std::string_view::npos) return any ? Chunks::kBroken : Chunks::kNone;
    std::string_view line = Blank(in.substr(0, std::min<size_t>(end, 1024)));
    line = Blank(line.substr(0, line.find(';')));
    const auto size = ParseNumber(line, 16);
    if (!size) return any ? Chunks::kBroken : Chunks::kNone;
    in.remove_prefix(end + 1);
    if (*size == 0) return Chunks::kSound;
    if (*size > in.size()) return Chunks::kBroken;
    out.append(in.substr(0, *size));
    in.remove_prefix(*size);
    any = true;
    if (in.starts_with("\r\n")) {
      in.remove_prefix(2);
    } else if (in.starts_with('\n')) {
      in.remove_prefix(1);
    } else {
      return Chunks::kBroken;
    }
  }
}

// The bytes of a digest's text: base32 as WARC files have it, or hexadecimal.
std::optional<std::string> DigestBytes(std::string_view text, size_t size) {
  std::string out;
  if (text.size() == size * 2) {
    for (size_t i = 0; i < text.size(); i += 2) {
      const auto byte = ParseNumber(text.substr(i, 2), 16);
      if (!byte) return std::nullopt;
      out += static_cast<char>(*byte);
    }
    return out;
  }
  uint32_t bits = 0;
  int have = 0;
  for (char c : text) {
    if (c == '=') break;
    const int v = c >= 'A' && c <= 'Z'   ? c - 'A'
                  : c >= 'a' && c <= 'z' ? c - 'a'
                  : c >= '2' && c <= '7' ? c - '2' + 26
                                         : -1;
    if (v < 0) return std::nullopt;
    bits = (bits << 5) | static_cast<uint32_t>(v);
    have += 5;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>((bits >> have) & 0xFF);
    }
  }
  if (out.size() != size) return std::nullopt;
  return out;
}

// Whether the bytes have the digest; true also for one of an unknown kind.
bool HasDigest(std::string_view digest, std::string_view bytes, bool& known) {
  known = false;
  const size_t colon = digest.find(':');
  if (colon == std::string_view::npos) return true;
  std::string name = Lower(digest.substr(0, colon));
  std::erase(name, '-');
  const EVP_MD* kind = name == "sha1"     ? EVP_sha1()
                       : name == "sha256" ? EVP_sha256()
                       : name == "sha512" ? EVP_sha512()
                       : name == "md5"    ? EVP_md5()
                                          : nullptr;
  if (kind == nullptr) return true;
  known = true;
  const auto wanted =
      DigestBytes(Blank(digest.substr(colon + 1)), static_cast<size_t>(EVP_MD_size(kind)));
  std::array<unsigned char, EVP_MAX_MD_SIZE> made;
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), made.data(), &size, kind, nullptr);
  return wanted &&
         std::equal(wanted->begin(), wanted->end(), made.begin(), made.begin() + size,
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
}

// The same for brotli.
bool Unbrotli(std::string_view in, std::string& out, std::string& why) {
  BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
  if (state == nullptr) {
    why = "its body cannot be unpacked: there is no memory";
    return false;
  }
  const auto* next = reinterpret_cast<const uint8_t*>(in.data());
  size_t left = in.size();
  std::array<uint8_t, 65536> piece;
  BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && why.empty()) {
    uint8_t* to = piece.data();
    size_t room = piece.size();
    result = BrotliDecoderDecompressStream(state, &left, &next, &room, &to, nullptr);
    out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - room);
    if (out.size() > kWarcHold) why = "its body unpacks to more than 32 MiB";
  }
  if (why.empty() && result != BROTLI_DECODER_RESULT_SUCCESS) {
    why = std::string("its compressed body is damaged (") +
          (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
               ? "it is cut off"
               : BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state))) +
          ")";
  }
  BrotliDecoderDestroyInstance(state);
  return why.empty();
}

// The same for zstd, which libarchive reads.
bool Unzstd(std::string_view in, std::string& out, std::string& why) {
  struct archive* a = archive_read_new();
  archive_entry* entry = nullptr;
  archive_read_support_filter_zstd(a);
  archive_read_support_format_raw(a);
  bool sound = archive_read_open_memory(a, in.data(), in.size()) == ARCHIVE_OK &&
               archive_read_next_header(a, &entry) == ARCHIVE_OK;
  // Without the filter the raw format would give the bytes as they are.
  sound = sound && archive_filter_code(a, 0) == ARCHIVE_FILTER_ZSTD;
  std::array<char, 65536> piece;
  while (sound && why.empty()) {
    const la_ssize_t n = archive_read_data(a, piece.data(), piece.size());
    if (n == 0) break;
    sound = n > 0;
    if (sound) out.append(piece.data(), static_cast<size_t>(n));
    if (out.size() > kWarcHold) why = "its body unpacks to more than 32 MiB";
  }
  if (!sound) why = "its compressed body is damaged";
  archive_read_free(a);
  return why.empty();
}

// The media type of a Content-Type header.
std::string MediaType(std::string_view header) {
  return Lower(Blank(header.substr(0, header.find(';'))));
}

// Whether bytes may be a page as it stands: the first ones hold no control signs but white space.
bool LooksLikeText(std::string_view bytes) {
  for (const char c : bytes.substr(0, 64)) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  return bytes.substr(0, 64).find('<') != std::string_view::npos;
}

// The charset label of a Content-Type header, "" for none.
std::string CharsetLabel(std::string_view header) {
  const std::string lower = Lower(header);
  constexpr std::string_view kName = "charset=";
  const size_t at = lower.find(kName);
  if (at == std::string::npos) return {};
  std::string_view label = std::string_view(lower).substr(at + kName.size());
  label = Blank(label.substr(0, label.find(';')));
  if (label.size() > 1 && (label.front() == '"' || label.front() == '\'')) {
    label = label.substr(1, label.find(label.front(), 1) - 1);
  }
  return std::string(label.substr(0, 40));
}

bool IsArticleType(std::string_view type) {
  return type.empty() || type == "text/html" || type == "application/xhtml+xml" ||
         type == "text/plain" || type == "application/octet-stream" || type == "unknown" ||
         type.find('/') == std::string_view::npos;
}

constexpr std::string_view kAgain = ": fetch the page again, or leave it out";

}  // namespace

std::string_view WarcRecord::Header(std::string_view name) const { return Find(headers, name); }

bool LooksLikeGzipWarc(std::string_view head) {
  if (!head.starts_with(kGzipMagic)) return false;
  z_stream z{};
  inflateInit2(&z, 16 + MAX_WBITS);
  std::array<char, 16> out{};
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(head.data()));
  z.avail_in = static_cast<uInt>(head.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = out.size();
  inflate(&z, Z_SYNC_FLUSH);
  const std::string_view made(out.data(), out.size() - z.avail_out);
  inflateEnd(&z);
  return made.starts_with("WARC/");
}

struct WarcReader::Impl {
  Impl(std::unique_ptr<Buffered> raw, bool gzip, uint64_t* output) {
    if (gzip) {
      auto stream = std::make_unique<GzipMembers>(std::move(raw), output);
      members = stream.get();
      in = std::make_unique<Buffered>(std::move(stream));
    } else {
      in = std::move(raw);
    }
  }

  // Where the record at a byte of the content stands in the file.
  void SetPlace(uint64_t at, WarcRecord& record) {
    record.member = at;
    if (members != nullptr) {
      auto& list = members->members;
      while (list.size() > 1 && list[1].out <= at) list.pop_front();
      const uint64_t start = list.empty() ? 0 : list.front().out;
      record.member = list.empty() ? 0 : list.front().raw;
      record.first = at == start;
      record.place = "@" + std::to_string(record.member);
      if (!record.first) record.place += "+" + std::to_string(at - start);
      return;
    }
    record.place = "@" + std::to_string(at);
  }

  // The reason of a damage of the member at `begin` that touches [begin, end) of the content, ""
  // for none.
  std::string Touching(uint64_t begin, uint64_t end) {
    if (members == nullptr) return {};
    for (const auto& member : members->members) {
      if (member.out > begin) {
        end = std::min(end, member.out);
        break;
      }
    }
    for (auto& damage : members->damages) {
      if (damage.begin >= end || damage.end <= begin) continue;
      damage.reported = true;
      return damage.reason;
    }
    return {};
  }

  // The next damage before `at` that no record has reported: nothing of it could be read.
  std::optional<GzipMembers::Damage> Unreported(uint64_t at) {
    if (members == nullptr) return std::nullopt;
    auto& list = members->damages;
    while (!list.empty() && list.front().end <= at) {
      GzipMembers::Damage damage = std::move(list.front());
      list.pop_front();
      if (!damage.reported) return damage;
    }
    return std::nullopt;
  }

  // Goes to the next record from `from` bytes on, reading on where none is ready.
  void Resync(size_t from) {
    in->Skip(from);
    bool start = true;
    while (true) {
      // At the place itself a record may start without an empty line before it.
      const size_t at = FindRecord(in->ready(), start);
      if (at != std::string_view::npos) {
        in->Skip(at);
        return;
      }
      // The pattern and the empty line before it may be cut by the end of what is ready.
      constexpr size_t kKeep = 24;
      const size_t ready = in->ready().size();
      if (ready > kKeep) {
        in->Skip(ready - kKeep);
        start = false;
      }
      if (!in->More()) {
        in->Skip(in->ready().size());
        return;
      }
    }
  }

  std::optional<WarcRecord> Next() {
    // Line breaks between records.
    while (true) {
      const std::string_view ready = in->Peek(1);
      if (ready.empty() || (ready[0] != '\r' && ready[0] != '\n')) break;
      in->Skip(1);
    }
    WarcRecord record;
    const uint64_t at = in->offset();
    if (in->Peek(1).empty()) {
      // A member of which nothing could be had.
      if (auto damage = Unreported(UINT64_MAX)) return Damaged(*damage);
      return std::nullopt;
    }
    if (auto damage = Unreported(at)) return Damaged(*damage);
    SetPlace(at, record);
    std::string_view ready = in->Peek(8);
    if (!ready.starts_with("WARC/")) {
      Bad(record, "no record starts here (WARC/ is wanted)", 1, at);
      return record;
    }
    size_t head = HeadEnd(in->ready());
    while (head == std::string_view::npos && in->ready().size() < kMaxHead && in->More()) {
      head = HeadEnd(in->ready());
    }
    if (head == std::string_view::npos) {
      Bad(record, "the record's head has no end", 1, at);
      return record;
    }
    const bool sound = ReadHeaders(in->ready().substr(0, head), record.headers);
    const auto length = ParseNumber(record.Header("content-length"));
    if (!length) {
      Bad(record, "the record has no valid Content-Length", head, at);
      return record;
    }
    if (*length > kWarcHold) {
      record.large = true;
      in->Skip(head);
      if (!SkipBlock(*length)) {
        record.trouble = "the record is said to have " + std::to_string(*length) +
                         " bytes, but the file ends or another record starts before" +
                         std::string(kAgain);
      }
      if (std::string why = Touching(at, in->offset()); !why.empty()) record.trouble = why;
      return record;
    }
    const size_t size = static_cast<size_t>(*length);
    // Behind the block stand line breaks, then the next record or nothing.
    const std::string_view bytes = in->Peek(head + size + kLookAhead);
    if (bytes.size() < head + size) {
      Bad(record,
          "the record is cut off: it has " +
              std::to_string(bytes.size() - std::min(bytes.size(), head)) + " of " +
              std::to_string(size) + " bytes, or its Content-Length is wrong",
          head, at);
      return record;
    }
    std::string_view behind = bytes.substr(head + size);
    while (!behind.empty() && (behind.front() == '\r' || behind.front() == '\n')) {
      behind.remove_prefix(1);
    }
    // With the two line breaks that end a record it is whole, whatever became of the next one.
    const bool ended = bytes.substr(head + size).starts_with("\r\n\r\n");
    if (!ended && !behind.empty() &&
        !behind.starts_with(std::string_view("WARC/").substr(0, behind.size()))) {
      Bad(record,
          "what stands behind the record is no record: its Content-Length is wrong, or bytes are "
          "missing or added",
          head, at);
      return record;
    }
    const size_t whole = bytes.size() - behind.size();  // with the line breaks behind it
    record.block = std::string(bytes.substr(head, size));
    in->Skip(head + size);
    if (std::string why = Touching(at, at + whole); !why.empty()) {
      record.trouble = why + std::string(kAgain);
    } else if (!sound) {
      record.trouble = "a line of the record's head is no 'Name: value'" + std::string(kAgain);
    }
    return record;
  }

  void Bad(WarcRecord& record, std::string reason, size_t resync_from, uint64_t at) {
    Resync(resync_from);
    if (std::string why = Touching(at, std::max(in->offset(), at + 1)); !why.empty()) reason = why;
    record.trouble = reason + std::string(kAgain);
    record.block.clear();
  }

  WarcRecord Damaged(const GzipMembers::Damage& damage) const {
    WarcRecord record;
    record.place = "@" + std::to_string(damage.raw);
    record.member = damage.raw;
    record.trouble = damage.reason + std::string(kAgain);
    return record;
  }

  // Skips a block that is not kept; false where the next record starts within it.
  bool SkipBlock(uint64_t length) {
    uint64_t left = length;
    while (left > 0) {
      if (in->ready().size() < 4096 && !in->More() && in->ready().empty()) return false;
      const std::string_view ready =
          in->ready().substr(0, static_cast<size_t>(std::min<uint64_t>(left, in->ready().size())));
      const size_t record = FindRecord(ready, false);
      if (record != std::string_view::npos) {
        in->Skip(record);
        return false;
      }
      const size_t keep = left > ready.size() && ready.size() > 24 ? 24 : 0;
      if (ready.size() == keep && !in->More()) return false;
      const size_t step = ready.size() - keep;
      in->Skip(step);
      left -= step;
    }
    return true;
  }

  std::unique_ptr<Buffered> in;
  GzipMembers* members = nullptr;
};

WarcReader::WarcReader(std::unique_ptr<Buffered> in, bool gzip, uint64_t* output)
    : impl_(std::make_unique<Impl>(std::move(in), gzip, output)) {}
WarcReader::~WarcReader() = default;
std::optional<WarcRecord> WarcReader::Next() { return impl_->Next(); }
const std::string& WarcReader::error() const { return impl_->in->error(); }

namespace {

// What a record's payload is, and its bytes; each step but the last may be the end of it.
class PayloadReader {
 public:
  explicit PayloadReader(WarcRecord record) : record_(std::move(record)) {}

  WarcPayload Run() {
    type_ = Lower(record_.Header("warc-type"));
    std::string_view url = record_.Header("warc-target-uri");
    if (url.size() > 2 && url.front() == '<' && url.back() == '>') {
      url = url.substr(1, url.size() - 2);
    }
    out_.url = url;
    out_.date = record_.Header("warc-date");
    out_.digest = record_.Header("warc-payload-digest");
    if (ReadType() && ReadBlock() && ReadAnswer() && CheckAnswer()) Unpack();
    return std::move(out_);
  }

 private:
  using Kind = WarcPayload::Kind;

  // The three ways a step ends it all.
  bool Broken(std::string what) {
    out_.kind = Kind::kTrouble;
    out_.what = std::move(what);
    out_.bytes.clear();
    return false;
  }
  bool BrokenSo(std::string_view what) { return Broken(std::string(what) + std::string(kAgain)); }
  bool Skipped(std::string what) {
    out_.kind = Kind::kSkip;
    out_.what = std::move(what);
    return false;
  }
  bool Changed(std::string_view part) {
    return BrokenSo("the " + std::string(part) +
                    "'s digest is not that of its bytes: they were changed");
  }

  // What the record's own head says.
  bool ReadType() {
    if (type_.empty()) return BrokenSo("the record has no WARC-Type");
    if (type_ == "warcinfo" || type_ == "request" || type_ == "metadata") return false;
    if (type_ == "revisit") {
      out_.kind = Kind::kRevisit;
      out_.refers = record_.Header("warc-refers-to-target-uri");
      if (out_.refers.empty()) out_.refers = out_.url;
      if (const auto date = record_.Header("warc-refers-to-date"); !date.empty()) {
        out_.refers += " of " + std::string(date);
      }
      return false;
    }
    if (type_ != "response" && type_ != "resource" && type_ != "conversion") {
      return Skipped("WARC " + Short(type_) + " record");
    }
    return true;
  }

  // Checks the block; one that is no HTTP answer is the payload itself.
  bool ReadBlock() {
    const bool response = type_ == "response";
    const std::string media = MediaType(record_.Header("content-type"));
    if (record_.large) {
      if (!response && !IsArticleType(media)) return Skipped(Short(media));
      return Broken("the record has more than 32 MiB: an article has less");
    }
    const bool http = response && record_.block.starts_with("HTTP/");
    if (response && !http) {
      if (!out_.url.starts_with("http")) return Skipped("answer that is not HTTP");
      return BrokenSo("the record holds no HTTP answer");
    }
    if (!HasDigest(record_.Header("warc-block-digest"), record_.block, known_)) {
      return Changed("block");
    }
    if (http) return true;
    if (!HasDigest(out_.digest, record_.block, known_)) return Changed("payload");
    out_.kind = IsArticleType(media) ? Kind::kArticle : Kind::kSkip;
    out_.what = Short(media);
    if (out_.kind == Kind::kArticle) out_.bytes = std::move(record_.block);
    return false;
  }

  // Takes the HTTP answer apart, as far as it goes.
  bool ReadAnswer() {
    const std::string_view block = record_.block;
    const size_t head = HeadEnd(block);
    if (head == std::string_view::npos) return BrokenSo("the HTTP head has no end");
    ReadHeaders(block.substr(0, head), headers_);  // a strange line costs nothing
    std::string_view status = block.substr(0, block.find('\n'));
    const size_t space = status.find(' ');
    status = space == std::string_view::npos ? "" : Blank(status.substr(space)).substr(0, 3);
    code_ = ParseNumber(status);
    body_ = block.substr(head);
    cut_ = !record_.Header("warc-truncated").empty();
    encoding_ = Lower(Find(headers_, "content-encoding"));
    if (Lower(Find(headers_, "transfer-encoding")).find("chunked") != std::string::npos) {
      chunks_ = Dechunk(body_, joined_);
    }
    chunked_ = chunks_ == Chunks::kSound || (chunks_ == Chunks::kBroken && cut_);
    entity_ = chunked_ ? std::string_view(joined_) : body_;
    return true;
  }

  // Writers differ in whether the digest is of the body as sent, with the chunks joined, or
  // unpacked.
  bool HasPayloadDigest() {
    if (HasDigest(out_.digest, body_, known_)) return true;
    if (chunks_ != Chunks::kNone && HasDigest(out_.digest, joined_, known_)) return true;
    std::string unpacked, why;
    return encoding_.find("gzip") != std::string::npos &&
           Inflate(entity_, kAnyHead + MAX_WBITS, unpacked, why) &&
           HasDigest(out_.digest, unpacked, known_);
  }

  // Whether it is an article, and whole.
  bool CheckAnswer() {
    if (!HasPayloadDigest()) return Changed("payload");
    if (!code_ || *code_ < 100) return BrokenSo("the HTTP status cannot be read");
    if (*code_ != 200 && *code_ != 203)
      return Skipped("HTTP " + std::to_string(*code_) + " answer");
    const std::string media = MediaType(Find(headers_, "content-type"));
    out_.charset = CharsetLabel(Find(headers_, "content-type"));
    if (!IsArticleType(media)) return Skipped(Short(media));
    if (chunks_ == Chunks::kBroken && !cut_) {
      return BrokenSo("the chunks of the HTTP body are broken");
    }
    const auto length = ParseNumber(Find(headers_, "content-length"));
    if (length && *length > body_.size() && !chunked_ && !cut_ && !known_) {
      return BrokenSo("the HTTP body is cut off: it has " + std::to_string(body_.size()) + " of " +
                      std::to_string(*length) + " bytes");
    }
    return true;
  }

  // What a crawl cut off is unpacked as far as it goes.
  void Unpack() {
    out_.kind = Kind::kArticle;
    const bool gzip = encoding_ == "gzip" || encoding_ == "x-gzip";
    std::string why;
    if (gzip && entity_.starts_with("\x1F\x8B")) {
      if (!Inflate(entity_, kGzipHead + MAX_WBITS, out_.bytes, why) && !cut_) BrokenSo(why);
    } else if (encoding_ == "deflate") {
      // Sent with and without the zlib head.
      if (Inflate(entity_, MAX_WBITS, out_.bytes, why)) return;
      std::string raw_why;
      out_.bytes.clear();
      if (!Inflate(entity_, -MAX_WBITS, out_.bytes, raw_why) && !cut_) BrokenSo(why);
    } else if (encoding_ == "br" || encoding_ == "zstd") {
      if ((encoding_ == "br" ? Unbrotli : Unzstd)(entity_, out_.bytes, why) || cut_) return;
      TakePlain(why + std::string(kAgain));
    } else if (encoding_.empty() || encoding_ == "identity" || gzip) {
      out_.bytes = std::string(entity_);
    } else {
      TakePlain("the body is compressed with " + encoding_ +
                ", which is not read: crawl with Accept-Encoding: gzip");
    }
  }

  // Crawlers that unpack what they store leave the header standing.
  void TakePlain(std::string trouble) {
    if (LooksLikeText(entity_)) {
      out_.bytes = std::string(entity_);
    } else {
      Broken(std::move(trouble));
    }
  }

  // What zlib's inflateInit2 takes besides the window: a gzip head, or either.
  static constexpr int kGzipHead = 16, kAnyHead = 32;

  WarcRecord record_;
  WarcPayload out_;
  std::string type_;
  bool known_ = false;  // a digest was of a kind that could be checked
  // Of the HTTP answer.
  std::vector<std::pair<std::string, std::string>> headers_;
  std::optional<uint64_t> code_;
  std::string_view body_, entity_;  // as sent; with the chunks joined
  std::string joined_, encoding_;
  Chunks chunks_ = Chunks::kNone;
  bool chunked_ = false;
  bool cut_ = false;  // the crawl says that it stopped
};

}  // namespace

WarcPayload ReadPayload(WarcRecord record) { return PayloadReader(std::move(record)).Run(); }

}  // namespace hanfact::ingest
