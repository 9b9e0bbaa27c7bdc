#include "store/sqlite.h"

#include <algorithm>
#include <set>

#include "base/hash.h"

namespace hanfact::store {
namespace {

std::string_view ValueText(sqlite3_value* value) {
  const auto* text = static_cast<const char*>(sqlite3_value_blob(value));
  const auto size = static_cast<size_t>(sqlite3_value_bytes(value));
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

void HashFunction(sqlite3_context* context, int count, sqlite3_value** values) {
  std::string joined;
  for (int i = 0; i < count; ++i) AddToKey(joined, ValueText(values[i]));
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(Hash64(joined)));
}

void BytesFunction(sqlite3_context* context, int, sqlite3_value** values) {
  const std::string bytes = BytesOfHex(ValueText(values[0]));
  sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

// The identity of a list, parted by commas, in whatever order it is given.
void IdentityFunction(sqlite3_context* context, int, sqlite3_value** values) {
  const std::string_view list = ValueText(values[0]);
  std::set<std::string_view> parts;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    parts.insert(list.substr(begin, end - begin));
    begin = end + 1;
  }
  IdentityHash hash;
  for (const std::string_view part : parts) hash.Add(part);
  const std::string id = hash.Hex128();
  sqlite3_result_text(context, id.data(), static_cast<int>(id.size()), SQLITE_TRANSIENT);
}

int DigitValue(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

}  // namespace

void AddToKey(std::string& joined, std::string_view column) {
  joined += column;
  joined += '\x1f';
}

std::string BytesOfHex(std::string_view digits) {
  std::string out(digits.size() / 2, '\0');
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>(DigitValue(digits[2 * i]) << 4 | DigitValue(digits[2 * i + 1]));
  }
  return out;
}

std::string HexOfBytes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = kDigits[byte >> 4];
    out[2 * i + 1] = kDigits[byte & 15];
  }
  return out;
}

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
  // No counting of memory, which takes a lock for each allocation. It has no effect where the
  // program used SQLite before in another way, and does no harm then.
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)configured;
  // A connection is used by one thread at a time: SQLite need not lock it for each call.
  if (sqlite3_open_v2(path.c_str(), &db_, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
    Fail("cannot open");
    return false;
  }
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, 5000);
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function_v2(db_, "hanfact_hash", -1, kFlags, nullptr, HashFunction, nullptr,
                             nullptr, nullptr);
  sqlite3_create_function_v2(db_, "hanfact_bytes", 1, kFlags, nullptr, BytesFunction, nullptr,
                             nullptr, nullptr);
  sqlite3_create_function_v2(db_, "hanfact_identity", 1, kFlags, nullptr, IdentityFunction, nullptr,
                             nullptr, nullptr);
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
  used_ = true;
  sqlite3_bind_int64(statement_, i, value);
  return *this;
}
Statement& Statement::Bind(int i, double value) {
  used_ = true;
  sqlite3_bind_double(statement_, i, value);
  return *this;
}
Statement& Statement::Bind(int i, std::string_view text) {
  used_ = true;
  // data() of an empty view may be null, which SQLite would take for NULL.
  sqlite3_bind_text(statement_, i, text.empty() ? "" : text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}
Statement& Statement::BindBlob(int i, std::string_view bytes) {
  used_ = true;
  sqlite3_bind_blob(statement_, i, bytes.empty() ? "" : bytes.data(),
                    static_cast<int>(bytes.size()), SQLITE_STATIC);
  return *this;
}
Statement& Statement::BindNull(int i) {
  used_ = true;
  sqlite3_bind_null(statement_, i);
  return *this;
}
Statement& Statement::BindOrNull(int i, std::string_view text) {
  return text.empty() ? BindNull(i) : Bind(i, text);
}
Statement& Statement::BindOrNull(int i, int64_t number) {
  return number == 0 ? BindNull(i) : Bind(i, number);
}
Statement& Statement::BindOrNull(int i, std::optional<double> value) {
  return value ? Bind(i, *value) : BindNull(i);
}

bool Statement::Next() {
  if (!connection_.ok() || statement_ == nullptr) return false;
  used_ = true;
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
  // Most are asked for as they were left, reset: SQLite walks over all parameters each time.
  if (statement_ == nullptr || !used_) return;
  used_ = false;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::string Statement::Text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(data, static_cast<size_t>(size));
}

Statement& Statements::Get(std::string_view sql) {
  auto& statement = statements_[sql.data()];
  if (statement == nullptr) statement = std::make_unique<Statement>(connection_, sql);
  statement->Reset();
  return *statement;
}

void Statements::ResetAll() {
  for (auto& [sql, statement] : statements_) statement->Reset();
}

int64_t TakeNumber(Statement& statement) {
  const int64_t no = statement.Next() ? statement.Int(0) : 0;
  statement.Reset();
  return no;
}

}  // namespace hanfact::store
