#include "store/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/table.h"

namespace hanfact::store {
namespace {

std::vector<std::string_view> Migrations() { return EmbeddedFiles("store/schema/"); }

// Copies all pages at one moment; whoever reads or writes the source goes on (WAL).
Status CopyPages(Connection& from, const std::string& to) {
  const std::string partial = to + ".partial";
  std::remove(partial.c_str());
  {
    Connection target;
    if (!target.Open(partial, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
      return Error{to + ": cannot be made: " + target.error()};
    }
    sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", from.handle(), "main");
    int result = SQLITE_ERROR;
    if (backup != nullptr) {
      result = sqlite3_backup_step(backup, -1);
      sqlite3_backup_finish(backup);
    }
    if (result != SQLITE_DONE) {
      return Error{to + ": the copy did not end: " + sqlite3_errstr(result) +
                   ". Is there room on the disk?"};
    }
    // One file that needs no other beside it.
    target.Execute("PRAGMA journal_mode = DELETE");
    if (!target.ok()) return Error{to + ": " + target.error()};
  }
  if (std::rename(partial.c_str(), to.c_str()) != 0) {
    return Error{to + ": cannot be named: " + std::strerror(errno)};
  }
  return Done{};
}

// What a file says of itself before anything is written to it.
struct Look {
  bool ok = false;
  int64_t application_id = 0, version = 0, tables = -1;
};

Look LookInto(const std::string& path, int flags) {
  Look out;
  Connection c;
  if (!c.Open(path, flags)) return out;
  Statement id(c, "PRAGMA application_id");
  if (id.Next()) out.application_id = id.Int(0);
  Statement user_version(c, "PRAGMA user_version");
  if (user_version.Next()) out.version = user_version.Int(0);
  // The header alone can be read from a file that is no database at all.
  Statement master(c, "SELECT count(*) FROM sqlite_master");
  if (master.Next()) out.tables = master.Int(0);
  out.ok = c.ok();
  return out;
}

// The first bytes of a file; nullopt where it has fewer or cannot be read.
template <size_t kSize>
std::optional<std::array<unsigned char, kSize>> FirstBytes(const std::string& path) {
  std::array<unsigned char, kSize> out{};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const ssize_t n = ::pread(file, out.data(), out.size(), 0);
  ::close(file);
  return n == static_cast<ssize_t>(kSize) ? std::optional(out) : std::nullopt;
}

// SQLite stores numbers high byte first.
uint32_t NumberAt(const unsigned char* bytes) {
  uint32_t out = 0;
  for (size_t i = 0; i < 4; ++i) out = out << 8 | bytes[i];
  return out;
}

// Whether the first bytes of a file are those of a database of ours (SQLite's file format,
// section 1.3: the application's number stands at byte 68).
bool HasOurHeader(const std::string& path) {
  const auto header = FirstBytes<100>(path);
  return header && std::memcmp(header->data(), "SQLite format 3", 16) == 0 &&
         NumberAt(header->data() + 68) == static_cast<uint32_t>(kApplicationId);
}

// Whether the journal beside a file says that there was no page before what it would take back
// (SQLite's file format, section 3: the number of pages stands at byte 16). A run that is ended
// while it writes the first page of a new file leaves that.
bool WasBeingMade(const std::string& path) {
  constexpr unsigned char kMagic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
  const auto journal = FirstBytes<28>(path + "-journal");
  return journal && std::memcmp(journal->data(), kMagic, sizeof kMagic) == 0 &&
         NumberAt(journal->data() + 16) == 0;
}

}  // namespace

int64_t BytesToKeep(Connection& connection) {
  Statement count(connection, "PRAGMA page_count"), size(connection, "PRAGMA page_size");
  const int64_t file = TakeNumber(count) * TakeNumber(size);
  return std::clamp(kLeastKept + (file - kSmallFile) / 4, kLeastKept, kMostKept);
}

WriterLock::~WriterLock() { ::close(file_); }  // closing frees the lock

Result<std::unique_ptr<WriterLock>> WriterLock::Take(const std::string& database_path,
                                                     std::string_view started) {
  const std::string path = database_path + ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return Error{path + ": cannot be made: " + std::strerror(errno) +
                 ". Is the folder there and writable?"};
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 256> holder{};
    const ssize_t n = ::pread(file, holder.data(), holder.size() - 1, 0);
    ::close(file);
    std::string who(holder.data(), n > 0 ? static_cast<size_t>(n) : 0);
    while (!who.empty() && who.back() == '\n') who.pop_back();
    return Error{database_path + ": another command is writing to it (" +
                 (who.empty() ? "holder unknown" : who) + "). Wait for it to end, then try again."};
  }
  std::array<char, 128> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string text = "pid " + std::to_string(::getpid()) + " on " + host.data() + " since " +
                           std::string(started) + "\n";
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) < 0) {
    // The note is for people only; the lock itself holds.
  }
  return std::unique_ptr<WriterLock>(new WriterLock(file));
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, Mode mode,
                                                 std::string_view now) {
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) {
    return Error{path + ": is a folder; --db takes a file"};
  }
  if (!exists && mode != Mode::kCreate) {
    return Error{path + ": no such database. Make one with: hanfact ingest PATH --db " + path};
  }
  const auto newest = static_cast<int64_t>(Migrations().size());
  int64_t version = 0;
  if (exists && info.st_size > 0) {
    // A look without writing first: a file that is not ours stays as it is. A command that was
    // ended while it wrote in the old journal's mode (a copy, before its first write here) leaves a
    // journal that only a connection that may write can take back; so does one that was ended
    // while it made the file. SQLite takes back nothing that another process is writing.
    Look look = LookInto(path, SQLITE_OPEN_READONLY);
    if (!look.ok && (HasOurHeader(path) || (mode == Mode::kCreate && WasBeingMade(path)))) {
      look = LookInto(path, SQLITE_OPEN_READWRITE);
    }
    version = look.version;
    // What a run leaves that was ended while it made the file: nothing is in it.
    const bool bare =
        look.ok && look.tables == 0 && look.application_id == 0 && version == 0;
    if (bare && mode != Mode::kCreate) return Error{path + ": is empty, no hanfact database"};
    if (!bare && (!look.ok || look.application_id != kApplicationId)) {
      return Error{path +
                   ": is no hanfact database; it was not touched. Name another file with --db"};
    }
    if (version > newest) {
      return Error{path + ": was written by a newer hanfact (schema " + std::to_string(version) +
                   ", this program knows up to " + std::to_string(newest) +
                   "); it was not touched. Use the newer program"};
    }
  } else if (mode != Mode::kCreate) {
    return Error{path + ": is empty, no hanfact database"};
  }

  std::unique_ptr<Database> database(new Database(path));
  Connection& c = database->connection_;
  const bool read = mode == Mode::kRead;
  if ((read || mode == Mode::kReview) && version < newest) {
    return Error{path + ": has the older schema " + std::to_string(version) +
                 ". Upgrade it by running hanfact ingest on it once"};
  }
  if (!c.Open(path, read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) {
    return Error{path + ": " + c.error()};
  }
  if (read) {
    c.Execute("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY;");
    return database;
  }
  // WAL: readers are never blocked. NORMAL syncs the log at each checkpoint; a power cut may undo
  // the last commits as whole transactions, and the journal of inputs goes back with them.
  c.Execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -" +
      std::to_string(kLeastKept >> 10) + ";"
      // A page that batch after batch writes to goes to the file once in 64 MB of log.
      "PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 67108864;");
  // An editor's decision is not made again by running a command again.
  if (mode == Mode::kReview) c.Execute("PRAGMA synchronous = FULL");
  if (version < newest) {
    if (version > 0) {
      const std::string backup = path + ".v" + std::to_string(version) + ".bak";
      if (auto copied = CopyPages(c, backup); !copied.ok()) {
        return Error{path + ": was not upgraded, since its backup could not be made: " +
                     copied.error().message};
      }
      database->note_ = path + ": upgraded from schema " + std::to_string(version) + " to " +
                        std::to_string(newest) + "; as it was it is in " + backup;
    }
    // Tables are made anew under the same name: what points to them is to be left alone meanwhile.
    c.Execute("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
    const auto migrations = Migrations();
    for (int64_t v = version; v < newest; ++v) {
      c.Execute(*EmbeddedFile(migrations[static_cast<size_t>(v)]));
      Statement applied(c, "INSERT INTO schema_versions VALUES (?1, ?2)");
      applied.Bind(1, v + 1).Bind(2, now).Run();
    }
    c.Execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    c.Execute("PRAGMA user_version = " + std::to_string(newest));
    c.Execute("COMMIT; PRAGMA foreign_keys = ON");
  }
  if (!c.ok()) return Error{path + ": " + c.error()};
  return database;
}

Status CopyDatabase(const std::string& from, const std::string& to) {
  struct stat info {};
  if (::stat(to.c_str(), &info) == 0) {
    return Error{to + ": is there already; name a file that is not"};
  }
  auto source = Database::Open(from, Database::Mode::kRead, "");
  if (!source.ok()) return source.error();
  return CopyPages((*source)->connection(), to);
}

}  // namespace hanfact::store
