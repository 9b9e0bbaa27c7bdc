// Which inputs a run has dealt with, by what rules, and what became of them. Private to store/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite.h"
#include "store/writer.h"

namespace hanfact::store {

class InputJournal {
 public:
  InputJournal(Connection& connection, Statements& statements)
      : connection_(connection), statements_(statements) {}

  // As Writer says of its functions of the same names.
  int64_t StartRun(const RunInfo& info);
  void FinishRun(int64_t documents, int64_t rejected, int64_t claims, std::string_view finished);
  void UseRules(const std::string& rules_digest, const std::string& lexicon_digest);
  [[nodiscard]] InputState FindInput(const InputKey& key);
  [[nodiscard]] bool RefusedAlike(const InputKey& key, const Reject& reject);
  void RecordReject(const InputKey& key, const Reject& reject);

  [[nodiscard]] const RunInfo& run() const { return run_; }
  [[nodiscard]] int64_t run_id() const { return run_id_; }

  // `no`: the document that the input is of, or is a page of; none for a reject.
  void RecordInput(const InputKey& key, std::optional<int64_t> no, Outcome outcome);
  // Takes refused inputs of this payload out of the journal; whether there was one.
  bool DropInput(std::string_view locator, std::string_view sha256);
  void DropReject(const InputKey& key);
  // The outcome says whose locator the document bears: "document" for it, "same_document" for the
  // others; so the journal is the same in whatever order the inputs came.
  void SettleOutcomes(int64_t no);
  // Whether a document has inputs with another payload than its own: it is of several pages.
  [[nodiscard]] bool HasPages(int64_t no, std::string_view sha256);
  // The document that an input was recorded with; 0 for none.
  [[nodiscard]] int64_t DocumentOf(const InputKey& key);
  // The document that an input was recorded with, if that is none of this id; else 0.
  [[nodiscard]] int64_t ForeignDocumentOf(const InputKey& key, std::string_view document_id);
  // After an input of a document went to another one: true if none is left; else the document bears
  // the least locator of the others.
  bool LoseInput(int64_t no);

  // A transaction was undone.
  void Forget() { rules_no_ = 0; }

 private:
  [[nodiscard]] int64_t RulesNo();
  [[nodiscard]] int64_t AskInput(std::string_view sql, const InputKey& key,
                                 std::string_view document_id);
  Statement& Sql(std::string_view sql) { return statements_.Get(sql); }

  Connection& connection_;
  Statements& statements_;
  RunInfo run_;
  int64_t run_id_ = 0;
  int64_t rules_no_ = 0;  // of the rules and lexicon in `run_`; 0: not looked up yet
};

}  // namespace hanfact::store
