#include "ingest/reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "ingest/json_lines.h"

namespace hanfact::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSidecarEnd = ".meta.json";
// What the kind of an input is told from.
constexpr size_t kSniffBytes = 64 * 1024;
// A file that is one article is read whole; more than this is no article.
constexpr uint64_t kMaxArticleBytes = 512ULL << 20;
// The same for one line of JSON lines.
constexpr size_t kMaxLineBytes = 256 << 20;

struct Magic {
  std::string_view bytes;
  const char* kind;
  bool container;  // will be read by a later version
};

constexpr std::string_view operator""_b(const char* s, size_t n) { return {s, n}; }

constexpr std::array kMagics = std::to_array<Magic>({
    {"\x1F\x8B"_b, "gzip", true},
    {"PK\x03\x04"_b, "zip", true},
    {"PK\x05\x06"_b, "zip", true},
    {"\x28\xB5\x2F\xFD"_b, "zstd", true},
    {"\xFD"
     "7zXZ\x00"_b,
     "xz", true},
    {"BZh"_b, "bzip2", true},
    {"WARC/"_b, "WARC", true},
    {"\x89PNG"_b, "PNG image", false},
    {"\xFF\xD8\xFF"_b, "JPEG image", false},
    {"GIF8"_b, "GIF image", false},
    {"RIFF"_b, "RIFF media", false},
    {"BM\x36"_b, "BMP image", false},
    {"\x00\x00\x01\x00"_b, "icon", false},
    {"%PDF-"_b, "PDF", false},
    {"\xD0\xCF\x11\xE0"_b, "Office document", false},
    {"SQLite format 3\x00"_b, "SQLite database", false},
    {"\x7F"
     "ELF"_b,
     "program", false},
    {"OggS"_b, "Ogg media", false},
    {"ID3"_b, "MP3 audio", false},
    {"wOFF"_b, "font", false},
    {"wOF2"_b, "font", false},
    {"Rar!"_b, "RAR archive", false},
    {"7z\xBC\xAF"_b, "7z archive", false},
    {"\x00"
     "asm"_b,
     "program", false},
});

// What kind of bytes that hold no text these are; "" for text.
const Magic* FindMagic(std::string_view head) {
  for (const Magic& magic : kMagics) {
    if (head.starts_with(magic.bytes)) return &magic;
  }
  return nullptr;
}

// Bytes of no known kind that are no text either: many control bytes, and no UTF-16.
bool LooksBinary(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return false;
  if (head.empty()) return false;
  size_t control = 0, zero_even = 0, zero_odd = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    const auto b = static_cast<unsigned char>(head[i]);
    if (b == 0) {
      ++(i % 2 == 0 ? zero_even : zero_odd);
    } else if (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1B) {
      ++control;
    }
  }
  const size_t zero = zero_even + zero_odd;
  // UTF-16 has zero bytes on one side only.
  if (zero > head.size() / 50 && (zero_even > 8 * zero_odd || zero_odd > 8 * zero_even)) {
    return control * 20 > head.size();
  }
  return (zero + control) * 30 > head.size();
}

// The locator of a path: as given, lexically normal.
std::string Locator(const fs::path& path) {
  std::string out = path.lexically_normal().generic_string();
  // Names are bytes; what is no UTF-8 is shown as such, so that every locator is text.
  if (FindInvalidUtf8(out)) {
    std::string safe;
    std::string_view rest = out;
    while (!rest.empty()) {
      const auto bad = FindInvalidUtf8(rest);
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

std::string_view StripBom(std::string_view s) {
  if (s.starts_with("\xEF\xBB\xBF")) s.remove_prefix(3);
  return s;
}

enum class Format { kArticle, kJsonLines, kJsonArray, kDelimited };

// Told from the first bytes: '{' at the start is JSON lines, '[' followed by '{' a JSON array, a
// header of known field names CSV or TSV, all else one article.
Format SniffFormat(std::string_view head, bool whole) {
  const std::string_view text = Trim(StripBom(head));
  if (text.starts_with("{")) {
    // An object that spans lines is one record all the same; text may start with a brace.
    size_t p = 1;
    while (p < text.size() &&
           (text[p] == ' ' || text[p] == '\n' || text[p] == '\r' || text[p] == '\t')) {
      ++p;
    }
    if (p < text.size() && (text[p] == '"' || text[p] == '}')) return Format::kJsonLines;
  }
  if (text.starts_with("[")) {
    size_t p = 1;
    while (p < text.size() &&
           (text[p] == ' ' || text[p] == '\n' || text[p] == '\r' || text[p] == '\t')) {
      ++p;
    }
    if (p < text.size() && text[p] == '{') return Format::kJsonArray;
    if (whole && p < text.size() && text[p] == ']') return Format::kJsonArray;
  }
  if (DelimitedHeader(text)) return Format::kDelimited;
  return Format::kArticle;
}

class FileReader : public Reader {
 public:
  explicit FileReader(std::vector<std::string> paths) {
    for (std::string& path : paths) roots_.push_back(std::move(path));
  }

  std::optional<Input> Next() override {
    while (true) {
      if (!ready_.empty()) {
        Input input = std::move(ready_.front());
        ready_.pop_front();
        return input;
      }
      if (stream_ != nullptr) {
        ReadLine();
        continue;
      }
      if (delimited_) {
        ReadRow();
        continue;
      }
      if (!stack_.empty()) {
        Folder& folder = stack_.back();
        if (folder.next < folder.entries.size()) {
          const fs::path path = folder.entries[folder.next++];
          Visit(path, false);
        } else {
          CloseFolder();
        }
        continue;
      }
      if (roots_.empty()) return std::nullopt;
      std::string root = std::move(roots_.front());
      roots_.pop_front();
      if (root == "-") {
        OpenStream("-", std::cin);
      } else {
        Visit(root, true);
      }
    }
  }

 private:
  struct Folder {
    fs::path path;
    std::vector<fs::path> entries;
    size_t next = 0;
    // Files of no text kind, by kind: how many, and the first.
    std::map<std::string, std::pair<size_t, std::string>> binaries;
  };

  void Refuse(std::string locator, std::string reason) {
    ready_.emplace_back(Reject{std::move(locator), {}, "read", std::move(reason)});
  }

  void CloseFolder() {
    const Folder& folder = stack_.back();
    for (const auto& [kind, entry] : folder.binaries) {
      const auto& [count, first] = entry;
      Refuse(Locator(folder.path) + "#" + kind,
             std::to_string(count) + (count == 1 ? " file of kind " : " files of kind ") + kind +
                 " in this folder (the first is " + first +
                 "): hanfact reads HTML, text, JSON lines, CSV");
    }
    stack_.pop_back();
  }

  void Visit(const fs::path& path, bool root) {
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
      OpenFolder(path);
      return;
    }
    if (!fs::exists(status)) {
      Refuse(Locator(path), fs::is_symlink(link)
                                ? "the symbolic link leads nowhere: repair or remove it"
                                : "the file is gone");
      return;
    }
    if (fs::is_character_file(status) || fs::is_fifo(status)) {
      if (root) {
        ReadFile(path, true);
      } else {
        Refuse(Locator(path), "is no ordinary file: give it by name to read it");
      }
      return;
    }
    if (!fs::is_regular_file(status)) {
      Refuse(Locator(path), "is no ordinary file: hanfact reads files and folders");
      return;
    }
    ReadFile(path, root);
  }

  void OpenFolder(const fs::path& path) {
    std::error_code error;
    Folder folder;
    folder.path = path;
    fs::directory_iterator it(path, error);
    if (error) {
      Refuse(Locator(path), "the folder cannot be opened: " + error.message());
      return;
    }
    for (const fs::directory_iterator end; it != end; it.increment(error)) {
      if (error) break;
      folder.entries.push_back(it->path());
    }
    std::sort(folder.entries.begin(), folder.entries.end(),
              [](const fs::path& a, const fs::path& b) {
                return a.filename().native() < b.filename().native();
              });
    // A sidecar belongs to its file; one without a file is an input of its own.
    const auto& entries = folder.entries;
    std::vector<fs::path> inputs;
    for (const fs::path& entry : entries) {
      const std::string name = entry.filename().native();
      if (name.size() > kSidecarEnd.size() && name.ends_with(kSidecarEnd)) {
        const fs::path of = path / name.substr(0, name.size() - kSidecarEnd.size());
        std::error_code ignored;
        if (fs::exists(of, ignored)) continue;
      }
      inputs.push_back(entry);
    }
    folder.entries = std::move(inputs);
    stack_.push_back(std::move(folder));
  }

  void Binary(const fs::path& path, const std::string& kind, bool container, bool root) {
    if (root || stack_.empty()) {
      Refuse(Locator(path), container ? "is a " + kind +
                                            " file, which this version does not read "
                                            "yet: unpack it first"
                                      : "is a file of kind " + kind +
                                            ", which holds no text: hanfact reads HTML, text, "
                                            "JSON lines, CSV");
      return;
    }
    if (container) {
      // Each archive may hold articles that the user misses: say so one by one.
      Refuse(Locator(path),
             "is a " + kind + " file, which this version does not read yet: unpack it first");
      return;
    }
    auto& [count, first] = stack_.back().binaries[kind];
    if (count++ == 0) first = Locator(path.filename());
  }

  void ReadFile(const fs::path& path, bool root) {
    auto stream = std::make_unique<std::ifstream>(path, std::ios::binary);
    if (!*stream) {
      Refuse(Locator(path),
             std::string("cannot be opened: ") + std::strerror(errno) + ": check its permissions");
      return;
    }
    std::string head(kSniffBytes, '\0');
    stream->read(head.data(), static_cast<std::streamsize>(head.size()));
    if (stream->bad()) {
      Refuse(Locator(path), std::string("cannot be read: ") + std::strerror(errno));
      return;
    }
    head.resize(static_cast<size_t>(stream->gcount()));
    if (Trim(StripBom(head)).empty() && stream->eof()) {
      Refuse(Locator(path), head.empty() ? "the file is empty" : "the file holds only white space");
      return;
    }
    if (const Magic* magic = FindMagic(head)) {
      Binary(path, magic->kind, magic->container, root);
      return;
    }
    if (LooksBinary(head)) {
      Binary(path, "unknown binary", false, root);
      return;
    }
    const bool whole = stream->eof();
    const Format format = SniffFormat(head, whole);
    if (format == Format::kJsonLines) {
      if (IsOneObject(head, whole)) {
        // One object over several lines: a record, not a broken file of lines.
        Add(Locator(path) + "#1", ReadJsonRecord(StripBom(head)));
        return;
      }
      stream->clear();
      stream->seekg(0);
      locator_ = Locator(path);
      line_ = 0;
      file_ = std::move(stream);
      stream_ = file_.get();
      return;
    }
    std::string content = std::move(head);
    if (!whole) {
      stream->clear();
      constexpr size_t kChunk = 1 << 20;
      while (*stream && content.size() < kMaxArticleBytes) {
        const size_t at = content.size();
        content.resize(at + kChunk);
        stream->read(content.data() + at, kChunk);
        content.resize(at + static_cast<size_t>(stream->gcount()));
      }
      if (stream->bad()) {
        Refuse(Locator(path), std::string("cannot be read to its end: ") + std::strerror(errno));
        return;
      }
      if (content.size() >= kMaxArticleBytes) {
        Refuse(Locator(path),
               "is larger than 512 MB and no file of lines: split it, one article a file or line");
        return;
      }
    }
    Take(path, Locator(path), std::move(content), format);
  }

  static bool IsOneObject(std::string_view head, bool whole) {
    if (!whole) return false;
    const std::string_view text = Trim(StripBom(head));
    const std::string_view first = text.substr(0, text.find('\n'));
    if (first.size() == text.size()) return false;
    // The first line alone is no object, the whole is.
    return std::holds_alternative<std::string>(ReadJsonRecord(Trim(first))) &&
           std::holds_alternative<RawArticle>(ReadJsonRecord(text));
  }

  void Take(const fs::path& path, const std::string& locator, std::string content, Format format) {
    if (format == Format::kJsonArray) {
      for (ArrayItem& item : ReadJsonArray(StripBom(content))) {
        Add(locator + "#" + std::to_string(item.line), std::move(item.record));
      }
      if (ready_.empty()) Refuse(locator, "the JSON array is empty");
      return;
    }
    if (format == Format::kDelimited) {
      locator_ = locator;
      table_ = std::move(content);
      table_at_ = table_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
      table_line_ = 1;
      separator_ = DelimitedHeader(table_).value_or(',');
      header_ = ReadDelimited(table_, separator_, table_at_, table_line_)
                    .value_or(std::vector<std::string>());
      for (std::string& name : header_) name = std::string(Trim(name));
      delimited_ = true;
      return;
    }
    RawArticle article;
    article.locator = locator;
    article.payload = std::move(content);
    if (!path.empty()) {
      fs::path sidecar = path;
      sidecar += kSidecarEnd;
      std::error_code error;
      if (fs::is_regular_file(sidecar, error)) {
        std::ifstream stream(sidecar, std::ios::binary);
        const std::string json((std::istreambuf_iterator<char>(stream)),
                               std::istreambuf_iterator<char>());
        auto result = ReadSidecar(json);
        if (std::string* message = std::get_if<std::string>(&result)) {
          Refuse(Locator(sidecar), std::move(*message));
        } else {
          article.sidecar = std::move(std::get<Metadata>(result));
        }
      }
    }
    ready_.emplace_back(std::move(article));
  }

  void Add(std::string locator, Record record) {
    if (std::string* message = std::get_if<std::string>(&record)) {
      Refuse(std::move(locator), std::move(*message));
      return;
    }
    RawArticle article = std::move(std::get<RawArticle>(record));
    article.locator = std::move(locator);
    ready_.emplace_back(std::move(article));
  }

  // Standard input: lines of JSON are streamed, all else is one article.
  void OpenStream(const std::string& name, std::istream& stream) {
    // Only the first line decides, so that a pipe that goes on for hours is read as it comes.
    std::string first;
    bool blank = true;
    while (blank && GetLine(stream, first)) {
      ++line_;
      blank = Trim(StripBom(first)).empty();
    }
    if (blank) {
      Refuse(name, "standard input is empty");
      line_ = 0;
      return;
    }
    if (SniffFormat(first, false) == Format::kJsonLines) {
      locator_ = name;
      stream_ = &stream;
      AddLine(first);
      return;
    }
    std::string content = std::move(first);
    content += '\n';
    std::array<char, 65536> buffer;
    while (content.size() < kMaxArticleBytes) {
      stream.read(buffer.data(), buffer.size());
      content.append(buffer.data(), static_cast<size_t>(stream.gcount()));
      if (!stream) break;
    }
    line_ = 0;
    const std::string_view head = std::string_view(content).substr(0, kSniffBytes);
    if (const Magic* magic = FindMagic(head)) {
      Binary(name, magic->kind, magic->container, true);
      return;
    }
    if (LooksBinary(head)) {
      Binary(name, "unknown binary", false, true);
      return;
    }
    const Format format = SniffFormat(head, true);
    Take({}, name, std::move(content), format);
  }

  static bool GetLine(std::istream& stream, std::string& line) {
    line.clear();
    return static_cast<bool>(std::getline(stream, line));
  }

  void AddLine(std::string_view line) {
    if (line_ == 1) line = StripBom(line);
    line = Trim(line);
    if (line.empty()) return;
    std::string locator = locator_ + "#" + std::to_string(line_);
    if (line.size() > kMaxLineBytes) {
      Refuse(std::move(locator), "the line is larger than 256 MB: one article a line");
      return;
    }
    if (const auto bad = FindInvalidUtf8(line)) {
      Refuse(std::move(locator), "the line is not UTF-8 at byte " + std::to_string(*bad) +
                                     ": JSON must be UTF-8, convert the file");
      return;
    }
    Add(std::move(locator), ReadJsonRecord(line));
  }

  void ReadLine() {
    std::string line;
    if (!GetLine(*stream_, line)) {
      if (stream_->bad()) Refuse(locator_, "cannot be read to its end");
      stream_ = nullptr;
      file_.reset();
      line_ = 0;
      return;
    }
    ++line_;
    AddLine(line);
  }

  void ReadRow() {
    const size_t line = table_line_;
    auto fields = ReadDelimited(table_, separator_, table_at_, table_line_);
    if (!fields) {
      delimited_ = false;
      table_.clear();
      table_.shrink_to_fit();
      return;
    }
    if (fields->size() == 1 && Trim(fields->front()).empty()) return;
    Add(locator_ + "#" + std::to_string(line), ReadDelimitedRecord(header_, *fields));
  }

  std::deque<std::string> roots_;
  std::vector<Folder> stack_;
  std::deque<Input> ready_;

  // A file of lines that is being read.
  std::unique_ptr<std::ifstream> file_;
  std::istream* stream_ = nullptr;
  std::string locator_;
  size_t line_ = 0;

  // A table that is being read.
  bool delimited_ = false;
  std::string table_;
  size_t table_at_ = 0, table_line_ = 1;
  char separator_ = ',';
  std::vector<std::string> header_;
};

}  // namespace

Result<std::unique_ptr<Reader>> Reader::Open(std::vector<std::string> paths) {
  for (const std::string& path : paths) {
    if (path == "-") continue;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (!fs::exists(status)) {
      return Error{"no such file or folder: " + path + (path.empty() ? "(an empty name)" : "")};
    }
  }
  return std::unique_ptr<Reader>(std::make_unique<FileReader>(std::move(paths)));
}

}  // namespace hanfact::ingest
