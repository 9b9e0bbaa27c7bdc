#include "store/input_journal.h"

#include <initializer_list>

#include "base/hash.h"

namespace hanfact::store {
namespace {

std::string_view ToString(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDocument:
      return "document";
    case Outcome::kSameDocument:
      return "same_document";
    case Outcome::kReject:
      return "reject";
  }
  return "";
}

// What a row of a table that keeps what repeats is found by; also the SQL function hanfact_hash.
int64_t KeyOf(std::initializer_list<std::string_view> columns) {
  std::string joined;
  for (std::string_view column : columns) AddToKey(joined, column);
  return static_cast<int64_t>(Hash64(joined));
}

constexpr std::string_view kFindInput =
    "SELECT i.as_of, r.rules_digest, r.lexicon_digest, i.outcome = 'reject' FROM input_rows i"
    " JOIN rules_rows r ON r.no = i.rules_no"
    " WHERE i.key = ?1 AND i.locator = ?2 AND i.sha256 = ?3 AND i.metadata_digest = ?4";

InputState ReadInputState(Statement& s, const InputKey& key, std::string_view rules_digest,
                          std::string_view lexicon_digest) {
  // Without a payload there is nothing to know an input again by.
  if (key.sha256.empty()) return InputState::kNew;
  const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
  s.Bind(1, KeyOf({key.locator, key.sha256})).Bind(2, key.locator);
  s.BindBlob(3, sha256).BindBlob(4, digest);
  InputState state = InputState::kNew;
  if (s.Next() && s.Text(0) == key.as_of) {
    const bool same_rules = s.Text(1) == rules_digest && s.Text(2) == lexicon_digest;
    state = !same_rules     ? InputState::kOtherRules
            : s.Int(3) != 0 ? InputState::kRefused
                            : InputState::kDone;
  }
  s.Reset();
  return state;
}

}  // namespace

struct Journal::Impl {
  Connection connection;
  std::unique_ptr<Statement> find;
};

Journal::Journal(const std::string& path) : impl_(std::make_unique<Impl>()) {
  impl_->connection.Open(path, SQLITE_OPEN_READONLY);
  impl_->find = std::make_unique<Statement>(impl_->connection, kFindInput);
}
Journal::~Journal() = default;

InputState Journal::FindInput(const InputKey& key, std::string_view rules_digest,
                              std::string_view lexicon_digest) {
  const InputState state = ReadInputState(*impl_->find, key, rules_digest, lexicon_digest);
  // It saves work only: the writer asks again, and reports what is wrong with the file.
  if (!impl_->connection.ok()) impl_->connection.ClearError();
  return state;
}

int64_t InputJournal::StartRun(const RunInfo& info) {
  run_ = info;
  Sql("INSERT INTO runs (started, version, rules_digest, lexicon_digest, arguments)"
      " VALUES (?1, ?2, ?3, ?4, ?5)")
      .Bind(1, info.started)
      .Bind(2, info.version)
      .Bind(3, info.rules_digest)
      .Bind(4, info.lexicon_digest)
      .Bind(5, info.arguments)
      .Run();
  run_id_ = sqlite3_last_insert_rowid(connection_.handle());
  return run_id_;
}

void InputJournal::FinishRun(int64_t documents, int64_t rejected, int64_t claims,
                             std::string_view finished) {
  Sql("UPDATE runs SET documents = ?2, rejected = ?3, claims = ?4, finished = ?5"
      " WHERE run_id = ?1")
      .Bind(1, run_id_)
      .Bind(2, documents)
      .Bind(3, rejected)
      .Bind(4, claims)
      .BindOrNull(5, finished)
      .Run();
}

void InputJournal::UseRules(const std::string& rules_digest, const std::string& lexicon_digest) {
  if (run_.rules_digest == rules_digest && run_.lexicon_digest == lexicon_digest) {
    return;
  }
  run_.rules_digest = rules_digest;
  run_.lexicon_digest = lexicon_digest;
  rules_no_ = 0;
}

InputState InputJournal::FindInput(const InputKey& key) {
  return ReadInputState(Sql(kFindInput), key, run_.rules_digest, run_.lexicon_digest);
}

bool InputJournal::RefusedAlike(const InputKey& key, const Reject& reject) {
  if (!key.sha256.empty()) return false;
  Statement& s = Sql(
      "SELECT 1 FROM rejects WHERE locator = ?1 AND sha256 = '' AND stage = ?2 AND reason = ?3");
  s.Bind(1, key.locator).Bind(2, reject.stage).Bind(3, reject.reason);
  const bool alike = s.Next();
  s.Reset();
  return alike;
}

void InputJournal::RecordReject(const InputKey& key, const Reject& reject) {
  Sql("INSERT INTO rejects VALUES (?1, ?2, ?3, ?4, ?5)"
      " ON CONFLICT DO UPDATE SET stage = ?3, reason = ?4, run_id = ?5")
      .Bind(1, key.locator)
      .Bind(2, key.sha256)
      .Bind(3, reject.stage)
      .Bind(4, reject.reason)
      .Bind(5, run_id_)
      .Run();
  RecordInput(key, std::nullopt, Outcome::kReject);
}

void InputJournal::RecordInput(const InputKey& key, std::optional<int64_t> no, Outcome outcome) {
  const int64_t rules = RulesNo(), input_key = KeyOf({key.locator, key.sha256});
  const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
  int64_t row = 0;
  {
    Statement& s =
        Sql("SELECT no FROM input_rows WHERE key = ?1 AND locator = ?2 AND sha256 = ?3 AND"
            " metadata_digest = ?4");
    s.Bind(1, input_key).Bind(2, key.locator).BindBlob(3, sha256).BindBlob(4, digest);
    if (s.Next()) row = s.Int(0);
    s.Reset();
  }
  Statement& s =
      row == 0
          ? Sql("INSERT INTO input_rows (as_of, document_no, outcome, rules_no, run_id, key,"
                " locator, sha256, metadata_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
          : Sql("UPDATE input_rows SET as_of = ?1, document_no = ?2, outcome = ?3, rules_no = ?4,"
                " run_id = ?5 WHERE no = ?6");
  s.Bind(1, key.as_of);
  no ? s.Bind(2, *no) : s.BindNull(2);
  s.Bind(3, ToString(outcome)).Bind(4, rules).Bind(5, run_id_).Bind(6, row == 0 ? input_key : row);
  if (row == 0) s.Bind(7, key.locator).BindBlob(8, sha256).BindBlob(9, digest);
  s.Run();
  // What could not even be read has no payload to tell it by: what is read now takes its place.
  if (!key.sha256.empty() && DropInput(key.locator, "")) {
    Sql("DELETE FROM rejects WHERE locator = ?1 AND sha256 = ''").Bind(1, key.locator).Run();
  }
}

bool InputJournal::DropInput(std::string_view locator, std::string_view sha256) {
  const std::string bytes = BytesOfHex(sha256);
  Sql("DELETE FROM input_rows WHERE key = ?1 AND locator = ?2 AND sha256 = ?3 AND"
      " outcome = 'reject'")
      .Bind(1, KeyOf({locator, sha256}))
      .Bind(2, locator)
      .BindBlob(3, bytes)
      .Run();
  return sqlite3_changes(connection_.handle()) > 0;
}

// The number of the rules and lexicon in hand.
int64_t InputJournal::RulesNo() {
  if (rules_no_ == 0) {
    Sql("INSERT OR IGNORE INTO rules_rows (rules_digest, lexicon_digest) VALUES (?1, ?2)")
        .Bind(1, run_.rules_digest)
        .Bind(2, run_.lexicon_digest)
        .Run();
    Statement& s = Sql("SELECT no FROM rules_rows WHERE rules_digest = ?1 AND lexicon_digest = ?2");
    s.Bind(1, run_.rules_digest).Bind(2, run_.lexicon_digest);
    if (s.Next()) rules_no_ = s.Int(0);
    s.Reset();
  }
  return rules_no_;
}

void InputJournal::SettleOutcomes(int64_t no) {
  Sql("UPDATE input_rows SET outcome = iif((locator, sha256) = (SELECT locator, sha256 FROM"
      " document_rows WHERE no = ?1), 'document', 'same_document') WHERE document_no = ?1")
      .Bind(1, no)
      .Run();
}

bool InputJournal::HasPages(int64_t no, std::string_view sha256) {
  Statement& s = Sql("SELECT 1 FROM input_rows WHERE document_no = ?1 AND sha256 <> ?2 LIMIT 1");
  const std::string bytes = BytesOfHex(sha256);
  s.Bind(1, no).BindBlob(2, bytes);
  const bool out = s.Next();
  s.Reset();
  return out;
}

int64_t InputJournal::DocumentOf(const InputKey& key) {
  return AskInput(
      "SELECT coalesce(document_no, 0) FROM input_rows i WHERE i.key = ?1 AND i.locator = ?2 AND"
      " i.sha256 = ?3 AND i.metadata_digest = ?4",
      key, "");
}

int64_t InputJournal::ForeignDocumentOf(const InputKey& key, std::string_view document_id) {
  return AskInput(
      "SELECT d.no FROM input_rows i JOIN document_rows d ON d.no = i.document_no WHERE i.key ="
      " ?1 AND i.locator = ?2 AND i.sha256 = ?3 AND i.metadata_digest = ?4 AND d.document_id <>"
      " ?5",
      key, document_id);
}

int64_t InputJournal::AskInput(std::string_view sql, const InputKey& key,
                               std::string_view document_id) {
  const std::string sha256 = BytesOfHex(key.sha256), digest = BytesOfHex(key.metadata_digest);
  Statement& s = Sql(sql);
  s.Bind(1, KeyOf({key.locator, key.sha256})).Bind(2, key.locator);
  s.BindBlob(3, sha256).BindBlob(4, digest);
  if (!document_id.empty()) s.Bind(5, document_id);
  return TakeNumber(s);
}

bool InputJournal::LoseInput(int64_t no) {
  Statement& s = Sql("SELECT 1 FROM input_rows WHERE document_no = ?1 LIMIT 1");
  s.Bind(1, no);
  const bool any = s.Next();
  s.Reset();
  if (!any) return true;
  Sql("UPDATE document_rows SET locator = (SELECT min(i.locator) FROM input_rows i WHERE"
      " i.document_no = ?1 AND i.sha256 = document_rows.sha256) WHERE no = ?1")
      .Bind(1, no)
      .Run();
  SettleOutcomes(no);
  return false;
}

void InputJournal::DropReject(const InputKey& key) {
  Sql("DELETE FROM rejects WHERE locator = ?1 AND sha256 = ?2")
      .Bind(1, key.locator)
      .Bind(2, key.sha256)
      .Run();
}

}  // namespace hanfact::store
