// Reader of rule and lexicon tables.
//
// A table is UTF-8 text: comment lines that start with '#', among them
//   # columns: entity_id alias region guard     names of the columns, separated by blanks
//   # key: entity_id alias                      columns whose combination is unique and sorted
// then one row a line, fields separated by tabs, as many as columns; no quoting. A blank line is
// an error. Rows are sorted by their key fields, compared as bytes, first column first.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hanfact {

// One problem in a table file; line and column count from 1, columns in code points.
struct TableError {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string message;
  [[nodiscard]] std::string ToString() const;  // "file:line:column: message"
};
// All problems as one text, a line each.
[[nodiscard]] std::string ToString(const std::vector<TableError>& errors);

class Table {
 public:
  struct Row {
    uint32_t line = 0;  // in the file, from 1: shown by explain as table:line
    std::vector<std::string> fields;
  };

  // Reads a table; `file` names it in messages. Every problem is added to `errors` (bad UTF-8,
  // missing or unknown column, wrong number of fields, a key out of order or twice), and the rows
  // that are sound are kept, so that one call reports everything at once. `expected` are the
  // columns the caller reads: each must be there, and no others may be.
  [[nodiscard]] static Table Read(std::string file, std::string_view text,
                                  std::initializer_list<std::string_view> expected,
                                  std::vector<TableError>& errors);

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  // The field of a row in the named column, which must be one of `expected`.
  [[nodiscard]] const std::string& Get(const Row& row, std::string_view column) const;
  // An error at a field of a row, for the caller's own checks.
  [[nodiscard]] TableError ErrorAt(const Row& row, std::string_view column,
                                   std::string message) const;

 private:
  std::string file_;
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

// The files built into the program: */rules/*.tsv and store/schema/*.sql of the source tree. `path`
// is relative to the source tree ("normalize/rules/units.tsv"). nullopt if there is none of that
// name.
[[nodiscard]] std::optional<std::string_view> EmbeddedFile(std::string_view path);
// The paths of all embedded files under a folder ("normalize/rules/"), sorted.
[[nodiscard]] std::vector<std::string_view> EmbeddedFiles(std::string_view prefix);
// SHA-256, hex, over all embedded rule tables in path order: the rules digest of a run.
[[nodiscard]] const std::string& EmbeddedDigest();

}  // namespace hanfact
