// A thin wrapper of SQLite: ownership, binding, and one place for errors. Private to store/.
//
// The first failure of a connection sticks: every later call does nothing, and whoever ends the
// unit of work (Commit, or a query's caller) looks at it once. So a full disk in the middle of a
// batch rolls the batch back without a check at each statement.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hanfact::store {

// Used by one thread at a time.
class Connection {
 public:
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // SQLITE_OPEN_* flags; false with error() set on failure.
  bool Open(const std::string& path, int flags);
  // Runs statements that return nothing; false with error() set on failure.
  bool Execute(std::string_view sql);

  [[nodiscard]] bool ok() const { return error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }
  void Fail(std::string_view what);
  // Forgets the error, after a rollback.
  void ClearError() { error_.clear(); }
  [[nodiscard]] sqlite3* handle() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
  std::string error_;
};

// A prepared statement; reused by Reset(). Parameters and columns count from 1 and 0, as in SQLite.
// Bound text must outlive the Next() calls that use it.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The place of a parameter with a name ("@site"); 0 where the text has none such.
  [[nodiscard]] int ParameterAt(const char* name) const {
    return sqlite3_bind_parameter_index(statement_, name);
  }
  Statement& Bind(int i, int64_t value);
  Statement& Bind(int i, double value);
  Statement& Bind(int i, std::string_view text);
  Statement& BindBlob(int i, std::string_view bytes);
  Statement& BindNull(int i);
  // NULL where the text is empty: an absent value is NULL in the database.
  Statement& BindOrNull(int i, std::string_view text);
  Statement& BindOrNull(int i, std::optional<double> value);
  Statement& BindOrNull(int i, int64_t number);  // NULL for 0, which is no row's number

  // True with a row; false at the end or on an error (Connection::ok()).
  bool Next();
  // Runs to the end, for statements without rows, and resets.
  void Run();
  void Reset();

  [[nodiscard]] int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] double Real(int column) const { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] std::string Text(int column) const;  // "" for NULL; a blob's bytes
  [[nodiscard]] bool Null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(statement_, column); }
  [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::string Name(int column) const {
    return sqlite3_column_name(statement_, column);
  }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  bool used_ = false;  // bound or run since it was reset
};

// The statements of a connection, prepared on first use and kept. They are told apart by where
// their text stands: it must be a literal, or live as long as the program.
class Statements {
 public:
  explicit Statements(Connection& connection) : connection_(connection) {}
  // Ready to be bound.
  Statement& Get(std::string_view sql);
  // A statement that is still being read keeps the log from being written back.
  void ResetAll();

 private:
  Connection& connection_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

// The first column of the first row, 0 where there is none; the statement is reset.
[[nodiscard]] int64_t TakeNumber(Statement& statement);

// Adds a column to a text whose hash is the `key` of a row that is found by several texts: with a
// sign behind it that texts do not hold. The SQL function hanfact_hash(column, ...) gives the hash.
void AddToKey(std::string& joined, std::string_view column);

// The bytes that hex digits stand for, two digits a byte; the SQL function hanfact_bytes.
[[nodiscard]] std::string BytesOfHex(std::string_view digits);
// The other way, in lower case.
[[nodiscard]] std::string HexOfBytes(std::string_view bytes);

}  // namespace hanfact::store
