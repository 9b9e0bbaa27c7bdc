#include "store/sqlite.h"

namespace hanfact::store {

Connection::~Connection() { sqlite3_close_v2(db_); }

void Connection::Fail(std::string_view what) {
  if (!error_.empty()) return;
  error_ = std::string(what);
  if (db_ != nullptr && sqlite3_errcode(db_) != SQLITE_OK) {
    error_ += ": ";
    error_ += sqlite3_errmsg(db_);
  }
}

bool Connection::Open(const std::string& path, int flags) {
  if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) {
    Fail("cannot open");
    return false;
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, 5000);
  return true;
}

bool Connection::Execute(std::string_view sql) {
  if (!ok()) return false;
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    Fail("the database refused a statement");
    return false;
  }
  return true;
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection) {
  if (!connection_.ok()) return;
  if (sqlite3_prepare_v3(connection_.handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) != SQLITE_OK) {
    connection_.Fail("the database refused a query");
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::Bind(int i, int64_t value) {
  sqlite3_bind_int64(statement_, i, value);
  return *this;
}
Statement& Statement::Bind(int i, double value) {
  sqlite3_bind_double(statement_, i, value);
  return *this;
}
Statement& Statement::Bind(int i, std::string_view text) {
  // data() of an empty view may be null, which SQLite would take for NULL.
  sqlite3_bind_text(statement_, i, text.empty() ? "" : text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}
Statement& Statement::BindBlob(int i, std::string_view bytes) {
  sqlite3_bind_blob(statement_, i, bytes.empty() ? "" : bytes.data(),
                    static_cast<int>(bytes.size()), SQLITE_STATIC);
  return *this;
}
Statement& Statement::BindNull(int i) {
  sqlite3_bind_null(statement_, i);
  return *this;
}
Statement& Statement::BindOrNull(int i, std::string_view text) {
  return text.empty() ? BindNull(i) : Bind(i, text);
}
Statement& Statement::BindOrNull(int i, std::optional<double> value) {
  return value ? Bind(i, *value) : BindNull(i);
}

bool Statement::Next() {
  if (!connection_.ok() || statement_ == nullptr) return false;
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc != SQLITE_DONE) connection_.Fail("the database refused a row");
  return false;
}

void Statement::Run() {
  while (Next()) {
  }
  Reset();
}

void Statement::Reset() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::string Statement::Text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(data, static_cast<size_t>(size));
}

}  // namespace hanfact::store
