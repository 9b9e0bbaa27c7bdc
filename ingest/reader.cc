#include "ingest/reader.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "ingest/archive.h"
#include "ingest/byte_stream.h"
#include "ingest/json_lines.h"
#include "ingest/reader_sniff.h"
#include "ingest/warc.h"

namespace hanfact::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSidecarEnd = ".meta.json";
// What the kind of an input is told from.
constexpr size_t kSniffBytes = 64 * 1024;
constexpr size_t kMaxSidecar = 1 << 20;
constexpr std::string_view kReads =
    ": hanfact reads HTML, text, JSON, CSV, WARC and archives of these";

// The locator of a path: as given, lexically normal.
std::string Locator(const fs::path& path) {
  std::string out = path.lexically_normal().generic_string();
  // Names are bytes; what is no UTF-8 is shown as such, so that every locator is text.
  if (FindInvalidUtf8(out)) {
    std::string safe;
    std::string_view rest = out;
    while (!rest.empty()) {
      const auto bad = WalkToInvalidUtf8(rest);
      safe += rest.substr(0, bad.value_or(rest.size()));
      if (!bad) break;
      char hex[8];
      std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(rest[*bad]));
      safe += hex;
      rest.remove_prefix(*bad + 1);
    }
    out = std::move(safe);
  }
  return out;
}

// A name or a number of bytes as people read them.
std::string Size(uint64_t bytes) {
  if (bytes >= 1ULL << 40) return std::to_string(bytes >> 40) + " TiB";
  if (bytes >= 1ULL << 30) return std::to_string(bytes >> 30) + " GiB";
  if (bytes >= 1ULL << 20) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes) + " bytes";
}

// The file on disk that content comes from, and what was unpacked of it.
struct Origin {
  std::string path;  // for going back to a record; empty where that is not possible
  uint64_t read = 0;
  std::array<uint64_t, 16> unpacked{};  // by depth
  uint64_t members = 0;
  bool left = false;  // beyond a limit: nothing more of it is read
};

// Inputs of no text kind, by kind: how many, and the first.
using Kinds = std::map<std::string, std::pair<size_t, std::string>>;

class ArchiveFrame;

// Bytes on their way to be told apart.
struct Content {
  std::unique_ptr<Buffered> in;
  std::string locator;
  std::shared_ptr<Origin> origin;
  int depth = 0;            // archives around it
  bool compressed = false;  // directly within a compression without members
  bool streamed = false;    // comes as it is made: look no further ahead than the first line
  Kinds* kinds = nullptr;   // where what is no text is counted; null: say it at once
  // Where its sidecar may be: beside it on disk, or beside it in an archive.
  fs::path sidecar;
  ArchiveFrame* holder = nullptr;
  std::string name;  // in the holder
};

// Something that gives inputs one after another.
class Frame {
 public:
  virtual ~Frame() = default;
  // Gives some inputs, or pushes a frame that does; false when there are no more.
  virtual bool Step() = 0;
};

// Where a WARC record stands, to go back to it.
struct RecordPlace {
  uint32_t file = 0;
  bool article = true;  // else its type is none of an article's
  uint64_t at = 0;
};

class Walk : public Reader {
 public:
  Walk(std::vector<std::string> paths, const ReaderOptions& options) : options_(options) {
    for (std::string& path : paths) roots_.push_back(std::move(path));
  }

  std::optional<Input> Next() override {
    while (ready_.empty()) {
      if (!stack_.empty()) {
        // A frame may push another one, which then stands above it.
        Frame* top = stack_.back().get();
        if (!top->Step()) std::erase_if(stack_, [&](const auto& f) { return f.get() == top; });
      } else if (!roots_.empty()) {
        std::string root = std::move(roots_.front());
        roots_.pop_front();
        root == "-" ? OpenStandardInput() : Visit(root, nullptr);
      } else if (revisit_ < revisits_.size()) {
        Revisit(revisits_[revisit_++]);
      } else {
        return std::nullopt;
      }
    }
    Input input = std::move(ready_.front());
    ready_.pop_front();
    return input;
  }

  [[nodiscard]] uint64_t bytes_read() const override {
    return read_before_ + (origin_ ? origin_->read : 0);
  }

  [[nodiscard]] const ReaderLimits& limits() const { return options_.limits; }

  void Refuse(std::string locator, std::string reason) {
    ready_.emplace_back(Reject{std::move(locator), {}, "read", std::move(reason)});
  }
  void Give(RawArticle article) {
    const std::string& own =
        article.sidecar.locator.empty() ? article.given.locator : article.sidecar.locator;
    if (!own.empty()) article.locator = own;
    ready_.emplace_back(std::move(article));
  }
  void Give(std::string locator, Record record) {
    if (std::string* message = std::get_if<std::string>(&record)) {
      Refuse(std::move(locator), std::move(*message));
      return;
    }
    RawArticle article = std::move(std::get<RawArticle>(record));
    article.locator = std::move(locator);
    Give(std::move(article));
  }
  void Push(std::unique_ptr<Frame> frame) { stack_.push_back(std::move(frame)); }

  void Count(const Content& content, const std::string& kind) {
    if (content.kinds == nullptr) {
      Refuse(content.locator,
             "is a file of kind " + kind + ", which holds no article" + std::string(kReads));
      return;
    }
    auto& [count, first] = (*content.kinds)[kind];
    if (count++ == 0) first = content.locator;
  }
  void RefuseKinds(const std::string& locator, const Kinds& kinds, const char* one,
                   const char* many) {
    for (const auto& [kind, entry] : kinds) {
      const auto& [count, first] = entry;
      Refuse(locator + "#" + kind, std::to_string(count) + " " + (count == 1 ? one : many) + " " +
                                       kind + ", which hold no article (the first is " + first +
                                       ")" + std::string(kReads));
    }
  }

  void Visit(const fs::path& path, Kinds* kinds);
  // Tells what the content is and reads it, or pushes the frame that does.
  void Open(Content content);
  void TakeArticle(Content content);

  // Whether more of the origin may be unpacked; the first time not, `why` says so.
  bool Allowed(Origin& origin, int depth, std::string& why) const {
    const ReaderLimits& l = limits();
    const uint64_t out = origin.unpacked[static_cast<size_t>(std::min(depth, 15))];
    if (out > l.bytes) {
      why = "the file unpacks to more than " + Size(l.bytes);
    } else if (out > l.ratio_from && out / l.ratio > origin.read) {
      why = "the file unpacks to more than " + std::to_string(l.ratio) +
            " times its size, as an archive bomb does";
    } else if (origin.members > l.members) {
      why = "the file holds more than " + std::to_string(l.members) + " members";
    } else {
      return true;
    }
    why += "; the rest of it was left. If it is sound, unpack it and give the folder";
    origin.left = true;
    return false;
  }

  // What a revisit record repeats may stand before or behind it, in this file or another.
  void KeepRevisit(const std::string& path, std::string locator, uint64_t at) {
    if (revisits_.size() < kMaxRecords) {
      revisits_.push_back({FileNumber(path), std::move(locator), at});
    } else {
      Refuse(std::move(locator), "the inputs hold more than " + std::to_string(kMaxRecords) +
                                     " revisit records: give fewer files at once");
    }
  }
  void KeepPayload(const std::string& path, std::string_view digest, uint64_t at, bool article) {
    if (digest.empty() || places_.size() >= kMaxRecords) return;
    places_.try_emplace(Hash64(digest), RecordPlace{FileNumber(path), article, at});
  }

 private:
  static constexpr size_t kMaxRecords = 200'000;
  struct RevisitPlace {
    uint32_t file;
    std::string locator;
    uint64_t at;
  };

  uint32_t FileNumber(const std::string& path) {
    if (files_.empty() || files_.back() != path) files_.push_back(path);
    return static_cast<uint32_t>(files_.size() - 1);
  }

  std::shared_ptr<Origin> NewOrigin(std::string path) {
    if (origin_) read_before_ += origin_->read;
    origin_ = std::make_shared<Origin>();
    origin_->path = std::move(path);
    return origin_;
  }

  void OpenStandardInput() {
    Content content;
    content.locator = "-";
    content.origin = NewOrigin({});
    content.in = std::make_unique<Buffered>(FileStream::StandardInput(&content.origin->read));
    content.streamed = true;
    Open(std::move(content));
  }

  std::optional<WarcPayload> Reread(uint32_t file, uint64_t at) {
    uint64_t count = 0;
    auto stream = FileStream::Open(files_[file], &count);
    if (stream == nullptr || !stream->Seek(at)) return std::nullopt;
    auto in = std::make_unique<Buffered>(std::move(stream));
    const bool gzip = !in->Peek(8).starts_with("WARC/");
    WarcReader warc(std::move(in), gzip, &count);
    auto record = warc.Next();
    if (!record || !record->trouble.empty()) return std::nullopt;
    return ReadPayload(std::move(*record));
  }

  void Revisit(const RevisitPlace& place) {
    auto self = Reread(place.file, place.at);
    if (!self) {
      Refuse(place.locator, "the file changed while it was read: run the same command again");
      return;
    }
    const auto found = places_.find(Hash64(self->digest));
    if (self->digest.empty() || found == places_.end()) {
      Refuse(place.locator, "repeats the content of " + self->refers +
                                ", which is not among the inputs: give the WARC file that holds "
                                "it together with this one");
      return;
    }
    if (!found->second.article) return;  // an image or the like: counted where it stands
    auto payload = Reread(found->second.file, found->second.at);
    if (!payload || payload->kind != WarcPayload::Kind::kArticle ||
        payload->digest != self->digest) {
      Refuse(place.locator, "the record it repeats cannot be read again");
      return;
    }
    RawArticle article;
    article.locator = place.locator;
    article.payload = std::move(payload->bytes);
    article.charset = std::move(payload->charset);
    article.given.url = std::move(self->url);
    article.given.fetched = std::move(self->date);
    Give(std::move(article));
  }

  const ReaderOptions options_;
  std::deque<std::string> roots_;
  std::vector<std::unique_ptr<Frame>> stack_;
  std::deque<Input> ready_;
  std::shared_ptr<Origin> origin_;  // of the file in hand
  uint64_t read_before_ = 0;
  std::vector<std::string> files_;
  std::unordered_map<uint64_t, RecordPlace> places_;  // by hash of the payload's digest
  std::vector<RevisitPlace> revisits_;
  size_t revisit_ = 0;
};

class FolderFrame : public Frame {
 public:
  FolderFrame(Walk& walk, fs::path path, std::vector<fs::path> entries)
      : walk_(walk), path_(std::move(path)), entries_(std::move(entries)) {}

  bool Step() override {
    if (next_ < entries_.size()) {
      walk_.Visit(entries_[next_++], &kinds_);
      return true;
    }
    walk_.RefuseKinds(Locator(path_), kinds_, "file of kind", "files of kind");
    return false;
  }

 private:
  Walk& walk_;
  fs::path path_;
  std::vector<fs::path> entries_;
  size_t next_ = 0;
  Kinds kinds_;
};

// The data of the member in hand.
class MemberStream : public ByteStream {
 public:
  MemberStream(Walk& walk, Archive& archive, std::shared_ptr<Origin> origin, int depth)
      : walk_(walk), archive_(archive), origin_(std::move(origin)), depth_(depth) {}

  size_t Read(char* to, size_t size) override {
    if (origin_->left) return 0;
    const size_t n = archive_.ReadData(to, size);
    if (n == 0 && !archive_.error().empty()) Fail(archive_.error());
    origin_->unpacked[static_cast<size_t>(std::min(depth_, 15))] += n;
    std::string why;
    if (!walk_.Allowed(*origin_, depth_, why)) {
      Fail(std::move(why));
      return 0;
    }
    return n;
  }

 private:
  Walk& walk_;
  Archive& archive_;
  std::shared_ptr<Origin> origin_;
  int depth_;
};

// The members of an archive, or the one content of a compressed stream.
class ArchiveFrame : public Frame {
 public:
  ArchiveFrame(Walk& walk, Content content, ArchiveKind kind)
      : walk_(walk),
        content_(std::move(content)),
        kind_(kind),
        archive_(std::move(content_.in), kind) {}

  bool Step() override {
    if (content_.origin->left) return Finish();
    auto member = archive_.Next();
    if (!member) {
      if (!archive_.error().empty() && !content_.origin->left) {
        walk_.Refuse(content_.locator, "the " + std::string(ToString(kind_)) +
                                           " file cannot be read to its end (" + archive_.error() +
                                           "): what was read before stands; get the file again");
      } else if (!any_) {
        walk_.Refuse(content_.locator, "the " + std::string(ToString(kind_)) +
                                           " file is empty or damaged: get the file again");
      }
      return Finish();
    }
    any_ = true;
    ++content_.origin->members;
    Content inner;
    inner.origin = content_.origin;
    inner.depth = content_.depth;
    inner.in = std::make_unique<Buffered>(
        std::make_unique<MemberStream>(walk_, archive_, inner.origin, inner.depth));
    if (!HasMembers(kind_)) {
      inner.locator = content_.locator;
      inner.compressed = true;
      inner.kinds = content_.kinds;
      inner.sidecar = content_.sidecar;
      inner.holder = content_.holder;
      inner.name = content_.name;
      walk_.Open(std::move(inner));
      return true;
    }
    if (member->type == Archive::Member::Type::kFolder) return true;
    inner.locator = content_.locator + "!" + SafeName(member->name);
    inner.kinds = &kinds_;
    std::string why;
    if (!walk_.Allowed(*inner.origin, inner.depth, why)) {
      walk_.Refuse(inner.locator, std::move(why));
      return Finish();
    }
    if (member->encrypted) {
      walk_.Refuse(inner.locator, "is encrypted: unpack the archive with its password");
      return true;
    }
    if (member->type != Archive::Member::Type::kFile) {
      walk_.Count(inner, member->type == Archive::Member::Type::kLink ? "link" : "device");
      return true;
    }
    if (member->name.size() > kSidecarEnd.size() && member->name.ends_with(kSidecarEnd)) {
      TakeSidecar(member->name, std::move(inner));
      return true;
    }
    Release();
    inner.holder = this;
    inner.name = member->name;
    walk_.Open(std::move(inner));
    return true;
  }

  // An article is held until the next member is known, which may be its sidecar.
  void Hold(RawArticle article, const std::string& name) {
    Release();
    if (auto it = sidecars_.find(name); it != sidecars_.end()) {
      Attach(article, it->second.second, it->second.first);
      sidecars_.erase(it);
      walk_.Give(std::move(article));
      return;
    }
    held_ = std::move(article);
    held_name_ = name;
  }

 private:
  static constexpr size_t kMaxSidecars = 4096;

  static std::string SafeName(const std::string& name) {
    return FindInvalidUtf8(name) ? Locator(name) : name;
  }

  void Attach(RawArticle& article, const std::string& json, const std::string& locator) {
    auto result = ReadSidecar(json);
    if (std::string* message = std::get_if<std::string>(&result)) {
      walk_.Refuse(locator, std::move(*message));
    } else {
      article.sidecar = std::move(std::get<Metadata>(result));
    }
  }

  void TakeSidecar(const std::string& name, Content content) {
    std::string json;
    const bool small = content.in->ReadAll(kMaxSidecar, json);
    if (!content.in->error().empty() || !small) {
      walk_.Refuse(content.locator, small ? "cannot be read: " + content.in->error()
                                          : "the sidecar is larger than 1 MiB: shorten it");
      return;
    }
    const std::string of = name.substr(0, name.size() - kSidecarEnd.size());
    if (held_ && held_name_ == of) {
      Attach(*held_, json, content.locator);
      Release();
    } else if (sidecars_.size() < kMaxSidecars) {
      sidecars_[of] = {content.locator, std::move(json)};
    } else {
      walk_.Refuse(content.locator,
                   "its file is not near it in the archive: put it behind its file");
    }
  }

  void Release() {
    if (held_) walk_.Give(std::move(*held_));
    held_.reset();
  }

  bool Finish() {
    Release();
    // A sidecar without a file is an input of its own.
    for (auto& [of, sidecar] : sidecars_) {
      Content alone;
      alone.locator = sidecar.first;
      alone.origin = content_.origin;
      alone.depth = content_.depth;
      alone.in =
          std::make_unique<Buffered>(std::make_unique<MemoryStream>(std::move(sidecar.second)));
      walk_.Open(std::move(alone));
    }
    sidecars_.clear();
    walk_.RefuseKinds(content_.locator, kinds_, "member of kind", "members of kind");
    kinds_.clear();
    return false;
  }

  Walk& walk_;
  Content content_;
  ArchiveKind kind_;
  Archive archive_;
  bool any_ = false;
  Kinds kinds_;
  std::optional<RawArticle> held_;
  std::string held_name_;
  std::map<std::string, std::pair<std::string, std::string>> sidecars_;  // by file: locator, JSON
};

// Base of the frames that read records out of one content.
class RecordFrame : public Frame {
 public:
  RecordFrame(Walk& walk, Content content) : walk_(walk), content_(std::move(content)) {}

 protected:
  [[nodiscard]] std::string At(size_t line) const {
    return content_.locator + "#" + std::to_string(line);
  }
  bool Finish() {
    if (!in().error().empty()) {
      walk_.Refuse(content_.locator, "cannot be read to its end (" + in().error() +
                                         "): the records before stand; get the file again");
    }
    return false;
  }
  void SkipBom() {
    const std::string_view head = in().Peek(3);
    in().Skip(head.size() - StripBom(head).size());
  }
  void GiveJson(std::string_view json, size_t line, bool cut) {
    if (cut) {
      walk_.Refuse(At(line), "the record is larger than " + Size(walk_.limits().record) +
                                 ": an article is not; split it");
    } else if (const auto bad = FindInvalidUtf8(json)) {
      walk_.Refuse(At(line), "the line is not UTF-8 at byte " + std::to_string(*bad) +
                                 ": JSON must be UTF-8, convert the file");
    } else {
      walk_.Give(At(line), ReadJsonRecord(json));
    }
  }
  [[nodiscard]] Buffered& in() { return *content_.in; }

  Walk& walk_;
  Content content_;
};

class LinesFrame : public RecordFrame {
 public:
  using RecordFrame::RecordFrame;

  bool Step() override {
    bool cut = false;
    if (!in().ReadLine(walk_.limits().record, text_, cut)) return Finish();
    ++line_;
    std::string_view line = text_;
    if (line_ == 1) line = StripBom(line);
    line = Trim(line);
    if (!line.empty()) GiveJson(line, line_, cut);
    if (text_.capacity() > (1 << 20)) text_ = {};
    return true;
  }

 private:
  std::string text_;
  size_t line_ = 0;
};

// The elements of an array, or objects one after another. Their extent is told by brackets and
// quotes, so that a broken one costs only itself; no string goes over the end of a line.
class ElementsFrame : public RecordFrame {
 public:
  ElementsFrame(Walk& walk, Content content, bool array)
      : RecordFrame(walk, std::move(content)), array_(array) {
    SkipBom();
  }

  bool Step() override {
    if (!SkipBlanks()) {
      if (array_ && in().error().empty()) {
        walk_.Refuse(At(line_), opened_ ? "the JSON array has no end ']': the file is cut off"
                                        : "the JSON array has no start");
      }
      return Finish();
    }
    if (array_ && !opened_) {
      in().Skip(1);
      opened_ = true;
      return true;
    }
    if (array_ && in().ready()[0] == ']') {
      if (!any_) walk_.Refuse(content_.locator, "the JSON array is empty");
      return false;  // what stands behind the end is nothing's
    }
    any_ = true;
    const size_t first = line_;
    std::string element;
    bool cut = false;
    Element(element, cut);
    GiveJson(Trim(element), first, cut);
    return true;
  }

 private:
  bool SkipBlanks() {
    while (true) {
      const std::string_view ready = in().ready();
      size_t i = 0;
      for (; i < ready.size(); ++i) {
        const char c = ready[i];
        if (c == '\n') {
          ++line_;
        } else if (c != ' ' && c != '\t' && c != '\r' && (c != ',' || (array_ && !opened_))) {
          break;
        }
      }
      in().Skip(i);
      if (!in().ready().empty()) return true;
      if (!in().More()) return false;
    }
  }

  void Element(std::string& out, bool& cut) {
    int depth = 0;
    bool quoted = false, escaped = false, done = false, any = false;
    while (!done) {
      if (in().ready().empty() && !in().More()) return;
      const std::string_view ready = in().ready();
      size_t i = 0;
      for (; i < ready.size() && !done; ++i) {
        const char c = ready[i];
        if (c == '\n') {
          ++line_;
          quoted = escaped = false;
        } else if (quoted) {
          if (escaped) {
            escaped = false;
          } else if (c == '\\') {
            escaped = true;
          } else if (c == '"') {
            quoted = false;
          }
        } else if (c == '"') {
          quoted = true;
        } else if (c == '{' || c == '[') {
          ++depth;
        } else if (c == '}' || c == ']') {
          if (depth <= 1) {
            // A bracket too many ends what stands before it; alone it is an element of its own.
            done = true;
            if (depth == 0 && any) break;
          }
          --depth;
        } else if (c == ',' && depth == 0) {
          done = true;
          if (any) break;  // alone it is passed over, or nothing would ever move on
        }
        any = true;
      }
      const size_t limit = walk_.limits().record;
      const size_t room = limit - std::min(limit, out.size());
      cut = cut || i > room;
      out.append(ready.substr(0, std::min(i, room)));
      in().Skip(i);
    }
  }

  bool array_;
  bool opened_ = false, any_ = false;
  size_t line_ = 1;
};

class TableFrame : public RecordFrame {
 public:
  TableFrame(Walk& walk, Content content, char separator)
      : RecordFrame(walk, std::move(content)), separator_(separator) {
    SkipBom();
    std::string row;
    bool cut = false;
    size_t at = 0, ignored = 0;
    if (in().ReadLine(64 * 1024, row, cut)) {
      header_ = ReadDelimited(row, separator_, at, ignored).value_or(std::vector<std::string>());
    }
    for (std::string& name : header_) name = std::string(Trim(name));
  }

  bool Step() override {
    std::string row;
    if (!ReadRow(row)) {
      if (!any_ && in().error().empty()) {
        walk_.Refuse(content_.locator,
                     "the table has a heading and no rows: get the file again, or leave it out");
      }
      return Finish();
    }
    const size_t first = line_;
    if (quoted_) {
      any_ = true;
      // The quote has no end: only the line it stands on is given up.
      const size_t end = row.find('\n');
      walk_.Refuse(At(first), "a quote that opens in this row has no end: close it");
      ++line_;
      if (end == std::string::npos) return Finish();
      if (++unclosed_ > kMaxUnclosed) {
        walk_.Refuse(At(line_),
                     "too many rows with a quote that has no end: the rest of the table "
                     "was left; mend the quotes");
        return false;
      }
      in().Unread(std::string_view(row).substr(end + 1));
      return true;
    }
    line_ += static_cast<size_t>(std::count(row.begin(), row.end(), '\n'));
    size_t at = 0, ignored = 0;
    auto fields = ReadDelimited(row, separator_, at, ignored);
    if (!fields || (fields->size() == 1 && Trim(fields->front()).empty())) return true;
    any_ = true;
    walk_.Give(At(first), ReadDelimitedRecord(header_, *fields));
    return true;
  }

 private:
  static constexpr int kMaxUnclosed = 100;

  // The next row with its line break; `quoted_` where it ends within quotes.
  bool ReadRow(std::string& row) {
    quoted_ = false;
    bool start = true, closed = false;
    while (true) {
      if (in().ready().empty() && !in().More()) return !row.empty();
      const std::string_view ready = in().ready();
      size_t i = 0;
      bool done = false;
      for (; i < ready.size() && !done; ++i) {
        const char c = ready[i];
        if (c == '"') {
          if (quoted_) {
            quoted_ = false;
            closed = true;
          } else if (start || closed) {
            quoted_ = true;
            closed = false;
          }
          start = false;
        } else if (!quoted_) {
          closed = false;
          start = c == separator_;
          done = c == '\n';
        }
      }
      row.append(ready.substr(0, i));
      in().Skip(i);
      if (done || row.size() > walk_.limits().record) return true;
    }
  }

  char separator_;
  std::vector<std::string> header_;
  size_t line_ = 2;
  bool quoted_ = false;
  bool any_ = false;
  int unclosed_ = 0;
};

class WarcFrame : public Frame {
 public:
  WarcFrame(Walk& walk, Content content, bool gzip)
      : walk_(walk),
        content_(std::move(content)),
        unpacked_(content_.origin->unpacked[static_cast<size_t>(std::min(content_.depth + 1, 15))]),
        warc_(std::move(content_.in), gzip, &unpacked_) {}

  bool Step() override {
    auto record = warc_.Next();
    std::string why;
    if (!record || content_.origin->left) {
      if (!warc_.error().empty() && !content_.origin->left) {
        walk_.Refuse(content_.locator, "cannot be read to its end (" + warc_.error() +
                                           "): the records before stand; get the file again");
      }
      return Finish();
    }
    std::string locator = content_.locator + record->place;
    if (!walk_.Allowed(*content_.origin, content_.depth + 1, why)) {
      walk_.Refuse(std::move(locator), std::move(why));
      return Finish();
    }
    if (!record->trouble.empty()) {
      walk_.Refuse(std::move(locator), std::move(record->trouble));
      return true;
    }
    const bool again = record->first && content_.depth == 0 && !content_.compressed &&
                       !content_.origin->path.empty();
    const uint64_t at = record->member;
    WarcPayload payload = ReadPayload(std::move(*record));
    if (payload.kind == WarcPayload::Kind::kArticle &&
        payload.bytes.size() > walk_.limits().article) {
      payload.kind = WarcPayload::Kind::kTrouble;
      payload.what = "is larger than " + Size(walk_.limits().article) + ": an article is not";
    }
    if (payload.kind == WarcPayload::Kind::kArticle) {
      const std::string_view kind =
          BinaryKind(std::string_view(payload.bytes).substr(0, kSniffBytes));
      if (!kind.empty()) {
        payload.kind = WarcPayload::Kind::kSkip;
        payload.what = kind;
      }
    }
    switch (payload.kind) {
      case WarcPayload::Kind::kNothing:
        break;
      case WarcPayload::Kind::kTrouble:
        walk_.Refuse(std::move(locator), std::move(payload.what));
        break;
      case WarcPayload::Kind::kSkip: {
        if (again) walk_.KeepPayload(content_.origin->path, payload.digest, at, false);
        auto& [count, first] = kinds_[payload.what];
        if (count++ == 0) first = std::move(locator);
        break;
      }
      case WarcPayload::Kind::kRevisit:
        if (again) {
          walk_.KeepRevisit(content_.origin->path, std::move(locator), at);
        } else {
          walk_.Refuse(std::move(locator),
                       "is a revisit of " + payload.refers +
                           " within an archive or stream: give the WARC file by itself");
        }
        break;
      case WarcPayload::Kind::kArticle: {
        if (again) walk_.KeepPayload(content_.origin->path, payload.digest, at, true);
        RawArticle article;
        article.locator = std::move(locator);
        article.payload = std::move(payload.bytes);
        article.charset = std::move(payload.charset);
        article.given.url = std::move(payload.url);
        article.given.fetched = std::move(payload.date);
        walk_.Give(std::move(article));
        break;
      }
    }
    return true;
  }

 private:
  bool Finish() {
    walk_.RefuseKinds(content_.locator, kinds_, "record of kind", "records of kind");
    return false;
  }

  Walk& walk_;
  Content content_;
  uint64_t& unpacked_;
  WarcReader warc_;
  Kinds kinds_;
};

void Walk::Visit(const fs::path& path, Kinds* kinds) {
  const bool root = kinds == nullptr;
  std::error_code error;
  const fs::file_status link = fs::symlink_status(path, error);
  const fs::file_status status = fs::status(path, error);
  if (error && status.type() == fs::file_type::none) {
    Refuse(Locator(path), "cannot be looked at: " + error.message());
    return;
  }
  if (fs::is_directory(status)) {
    // Links to folders are not followed: they could lead in circles.
    if (fs::is_symlink(link) && !root) return;
    std::vector<fs::path> entries;
    fs::directory_iterator it(path, error);
    if (error) {
      Refuse(Locator(path), "the folder cannot be opened: " + error.message());
      return;
    }
    for (const fs::directory_iterator end; !error && it != end; it.increment(error)) {
      entries.push_back(it->path());
    }
    std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
      return a.filename().native() < b.filename().native();
    });
    // A sidecar belongs to its file; one without a file is an input of its own.
    std::erase_if(entries, [&](const fs::path& entry) {
      const std::string name = entry.filename().native();
      if (name.size() <= kSidecarEnd.size() || !name.ends_with(kSidecarEnd)) return false;
      std::error_code ignored;
      return fs::exists(path / name.substr(0, name.size() - kSidecarEnd.size()), ignored);
    });
    Push(std::make_unique<FolderFrame>(*this, path, std::move(entries)));
    return;
  }
  if (!fs::exists(status)) {
    Refuse(Locator(path), fs::is_symlink(link)
                              ? "the symbolic link leads nowhere: repair or remove it"
                              : "the file is gone");
    return;
  }
  const bool special = fs::is_character_file(status) || fs::is_fifo(status);
  if (!fs::is_regular_file(status) && !(special && root)) {
    Refuse(Locator(path), special ? "is no ordinary file: give it by name to read it"
                                  : "is no ordinary file: hanfact reads files and folders");
    return;
  }
  Content content;
  content.locator = Locator(path);
  content.origin = NewOrigin(special ? std::string() : path.string());
  auto stream = FileStream::Open(path.string(), &content.origin->read);
  if (stream == nullptr) {
    Refuse(content.locator,
           std::string("cannot be opened: ") + std::strerror(errno) + ": check its permissions");
    return;
  }
  content.in = std::make_unique<Buffered>(std::move(stream));
  content.kinds = kinds;
  content.streamed = special;
  content.sidecar = path;
  content.sidecar += kSidecarEnd;
  Open(std::move(content));
}

void Walk::Open(Content content) {
  Buffered& in = *content.in;
  if (content.streamed) {
    // A pipe that goes on for hours is read as it comes: its first line decides.
    auto line = [&] {
      const size_t start = in.ready().find_first_not_of(" \t\r\n");
      return start != std::string_view::npos &&
             in.ready().find('\n', start) != std::string_view::npos;
    };
    while (!line() && in.ready().size() < kSniffBytes && in.More()) {
    }
    const bool lines = SniffFormat(in.ready(), false) == Format::kJsonLines;
    if (lines || (options_.stdin_is_lines && !Trim(in.ready()).empty())) {
      Push(std::make_unique<LinesFrame>(*this, std::move(content)));
      return;
    }
  }
  const std::string_view head = in.Peek(kSniffBytes);
  const bool whole = head.size() < kSniffBytes;
  if (head.empty() && !in.error().empty()) {
    Refuse(content.locator, "cannot be read: " + in.error());
    return;
  }
  if (whole && Trim(StripBom(head)).empty()) {
    Refuse(content.locator, head.empty() ? "the file is empty" : "the file holds only white space");
    return;
  }
  if (IsOfficeZip(head)) {
    Count(content, "Office document or package");
    return;
  }
  const bool gzip_warc = LooksLikeGzipWarc(head);
  if (gzip_warc || head.starts_with("WARC/")) {
    Push(std::make_unique<WarcFrame>(*this, std::move(content), gzip_warc));
    return;
  }
  if (const auto kind = SniffArchive(head)) {
    // A compressed tar is one archive.
    if (!(content.compressed && *kind == ArchiveKind::kTar)) ++content.depth;
    if (content.depth > limits().depth) {
      Refuse(content.locator, "is an archive within more than " +
                                  std::to_string(limits().depth - 1) +
                                  " others: unpack the outer ones first");
      return;
    }
    Push(std::make_unique<ArchiveFrame>(*this, std::move(content), *kind));
    return;
  }
  if (const std::string_view kind = BinaryKind(head); !kind.empty()) {
    Count(content, std::string(kind));
    return;
  }
  switch (SniffFormat(head, whole)) {
    case Format::kJsonLines:
      Push(std::make_unique<LinesFrame>(*this, std::move(content)));
      return;
    case Format::kJsonArray:
    case Format::kJsonObjects: {
      const bool array = Trim(StripBom(head)).starts_with('[');
      Push(std::make_unique<ElementsFrame>(*this, std::move(content), array));
      return;
    }
    case Format::kDelimited: {
      const char separator = DelimitedHeader(Trim(StripBom(head))).value_or(',');
      Push(std::make_unique<TableFrame>(*this, std::move(content), separator));
      return;
    }
    case Format::kArticle:
      TakeArticle(std::move(content));
      return;
  }
}

void Walk::TakeArticle(Content content) {
  RawArticle article;
  article.locator = content.locator;
  if (!content.in->ReadAll(limits().article, article.payload)) {
    Refuse(content.locator, "is larger than " + Size(limits().article) +
                                " and no file of records: an article is not; split it, one "
                                "article a file or line");
    return;
  }
  if (!content.in->error().empty()) {
    Refuse(content.locator,
           "cannot be read to its end (" + content.in->error() + "): get the file again");
    return;
  }
  if (content.holder != nullptr) {
    content.holder->Hold(std::move(article), content.name);
    return;
  }
  std::error_code error;
  if (!content.sidecar.empty() && fs::is_regular_file(content.sidecar, error)) {
    std::ifstream stream(content.sidecar, std::ios::binary);
    const std::string json((std::istreambuf_iterator<char>(stream)),
                           std::istreambuf_iterator<char>());
    auto result = ReadSidecar(json);
    if (std::string* message = std::get_if<std::string>(&result)) {
      Refuse(Locator(content.sidecar), std::move(*message));
    } else {
      article.sidecar = std::move(std::get<Metadata>(result));
    }
  }
  Give(std::move(article));
}

// The files a pattern names, in byte order.
std::vector<std::string> Glob(const std::string& pattern) {
  std::vector<std::string> out;
  glob_t found{};
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::Open(std::vector<std::string> paths,
                                             const ReaderOptions& options) {
  std::vector<std::string> roots;
  for (std::string& path : paths) {
    std::error_code error;
    if (path == "-" || fs::exists(fs::symlink_status(path, error))) {
      roots.push_back(std::move(path));
      continue;
    }
    std::vector<std::string> found;
    if (path.find_first_of("*?[") != std::string::npos) found = Glob(path);
    if (found.empty()) {
      return Error{"no such file or folder: " + path + (path.empty() ? "(an empty name)" : "")};
    }
    roots.insert(roots.end(), found.begin(), found.end());
  }
  return std::unique_ptr<Reader>(std::make_unique<Walk>(std::move(roots), options));
}

uint64_t MeasureInputs(const std::vector<std::string>& paths, const std::atomic<bool>& stop) {
  uint64_t sum = 0;
  for (const std::string& path : paths) {
    if (path == "-") return 0;
    std::error_code error;
    std::vector<std::string> roots{path};
    if (!fs::exists(path, error)) roots = Glob(path);
    for (const std::string& root : roots) {
      if (!fs::is_directory(root, error)) {
        const uintmax_t size = fs::file_size(root, error);
        if (!error) sum += size;
        continue;
      }
      fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied,
                                          error);
      for (const fs::recursive_directory_iterator end; !error && it != end; it.increment(error)) {
        if (stop.load()) return 0;
        std::error_code ignored;
        if (!it->is_regular_file(ignored)) continue;
        const uintmax_t size = it->file_size(ignored);
        if (!ignored) sum += size;
      }
    }
  }
  return sum;
}

}  // namespace hanfact::ingest
