// The database file: identity, schema versions, the writers' lock.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/sqlite.h"

namespace hanfact::store {

inline constexpr int64_t kApplicationId = 0x48464354;  // "HFCT"

// Pages of the file that a connection which writes keeps in memory. What a batch touches of a
// small file fits in; of a greater one (beyond kSmallFile) a quarter more is kept until it is
// kMostKept, so that the batch's pages need not go to the log and be read again before it ends.
// More would save reads, but cost memory that grows with the file.
inline constexpr int64_t kLeastKept = 2 << 20, kMostKept = 10 << 20, kSmallFile = 96 << 20;
// How many bytes of pages that is for the file as it is now.
[[nodiscard]] int64_t BytesToKeep(Connection& connection);

// A command that writes holds this lock on DB.lock while it lives; the system frees it on death.
class WriterLock {
 public:
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

  // `started` is shown to whoever comes second. An error says who holds the lock.
  [[nodiscard]] static Result<std::unique_ptr<WriterLock>> Take(const std::string& database_path,
                                                                std::string_view started);

 private:
  explicit WriterLock(int file) : file_(file) {}
  int file_;
};

class Database {
 public:
  enum class Mode {
    kRead,    // must exist
    kWrite,   // must exist; upgraded in place where it is older
    kCreate,  // made where it does not exist
    // Must exist and be of this program's schema. Written to beside a run: each transaction waits
    // for the run's, and is on the disk when it ends.
    kReview,
  };
  // An error (not there, no hanfact database, a newer version, not readable) leaves the file as it
  // was.
  [[nodiscard]] static Result<std::unique_ptr<Database>> Open(const std::string& path, Mode mode,
                                                              std::string_view now);

  // What opening did that a person should know (upgraded, with a backup); empty for nothing.
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Database(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::string note_;
  Connection connection_;
};

// A copy of a database as it is at one moment, while others read and write it. An error where `to`
// exists; nothing is left of a copy that was interrupted but TO.partial.
[[nodiscard]] Status CopyDatabase(const std::string& from, const std::string& to);

}  // namespace hanfact::store
