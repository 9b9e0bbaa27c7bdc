#include "base/table.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace hanfact {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view part : Split(text, ' ')) {
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

std::string TableError::ToString() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
}

std::string ToString(const std::vector<TableError>& errors) {
  std::string out;
  for (const TableError& e : errors) {
    if (!out.empty()) out += '\n';
    out += e.ToString();
  }
  return out;
}

Table Table::Read(std::string file, std::string_view text,
                  std::initializer_list<std::string_view> expected,
                  std::vector<TableError>& errors) {
  Table table;
  table.file_ = std::move(file);
  auto report = [&](uint32_t line, uint32_t column, std::string message) {
    errors.push_back({table.file_, line, column, std::move(message)});
  };
  if (auto bad = FindInvalidUtf8(text)) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(*bad), '\n');
    report(static_cast<uint32_t>(line), 1, "not valid UTF-8: save the table as UTF-8");
    return table;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);

  std::vector<size_t> key;
  std::vector<std::string> key_names;
  uint32_t line_number = 0;
  size_t from = 0;
  const Row* previous = nullptr;
  while (from < text.size()) {
    ++line_number;
    size_t end = text.find('\n', from);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = text.substr(from, end - from);
    from = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) {
      const bool head = line.starts_with("# columns:") || line.starts_with("# key:");
      if (head && !key.empty()) {
        report(line_number, 1, "columns and key are named once, before the first row");
      } else if (line.starts_with("# columns:")) {
        if (!table.columns_.empty()) {
          report(line_number, 1, "columns are named twice");
          continue;
        }
        table.columns_ = Words(line.substr(10));
        for (std::string_view name : expected) {
          if (std::find(table.columns_.begin(), table.columns_.end(), name) ==
              table.columns_.end()) {
            report(line_number, 1, "column " + Quoted(name) + " is missing");
          }
        }
        for (const std::string& name : table.columns_) {
          if (std::find(expected.begin(), expected.end(), name) == expected.end()) {
            report(line_number, 1, "unknown column " + Quoted(name));
          }
        }
      } else if (line.starts_with("# key:")) {
        key_names = Words(line.substr(6));
      }
      continue;
    }
    if (table.columns_.empty()) {
      report(line_number, 1, "no '# columns:' comment before the first row");
      return table;
    }
    if (key.empty()) {
      for (const std::string& name : key_names) {
        auto it = std::find(table.columns_.begin(), table.columns_.end(), name);
        if (it == table.columns_.end()) {
          report(line_number, 1, "key column " + Quoted(name) + " is no column");
        } else {
          key.push_back(static_cast<size_t>(it - table.columns_.begin()));
        }
      }
      if (key.empty()) key.push_back(0);
    }
    if (line.empty()) {
      report(line_number, 1, "blank line: remove it");
      continue;
    }
    Row row;
    row.line = line_number;
    row.fields.reserve(table.columns_.size());
    for (std::string_view rest = line;;) {
      const size_t tab = std::min(rest.find('\t'), rest.size());
      row.fields.emplace_back(rest.substr(0, tab));
      if (tab == rest.size()) break;
      rest.remove_prefix(tab + 1);
    }
    if (row.fields.size() != table.columns_.size()) {
      report(line_number, CountCodePoints(line) + 1,
             std::to_string(row.fields.size()) + " fields where the table has " +
                 std::to_string(table.columns_.size()) + " columns (tab-separated)");
      continue;
    }
    if (row.fields[key[0]].empty()) {
      report(line_number, 1, "the key column " + Quoted(table.columns_[key[0]]) + " is empty");
      continue;
    }
    if (previous != nullptr) {
      int order = 0;
      for (size_t k : key) {
        order = previous->fields[k].compare(row.fields[k]);
        if (order != 0) break;
      }
      if (order == 0) {
        report(line_number, 1, "the same key as line " + std::to_string(previous->line));
        continue;
      }
      if (order > 0) {
        report(line_number, 1,
               "out of order: belongs before line " + std::to_string(previous->line) +
                   " (sort with LC_ALL=C)");
      }
    }
    table.rows_.push_back(std::move(row));
    previous = &table.rows_.back();
  }
  if (table.columns_.empty()) report(1, 1, "no '# columns:' comment");
  return table;
}

const std::string& Table::Get(const Row& row, std::string_view column) const {
  static const std::string kEmpty;
  for (size_t i = 0; i < columns_.size() && i < row.fields.size(); ++i) {
    if (columns_[i] == column) return row.fields[i];
  }
  return kEmpty;
}

TableError Table::ErrorAt(const Row& row, std::string_view column, std::string message) const {
  uint32_t at = 1;
  for (size_t i = 0; i < columns_.size() && i < row.fields.size(); ++i) {
    if (columns_[i] == column) break;
    at += CountCodePoints(row.fields[i]) + 1;
  }
  return {file_, row.line, at, std::move(message)};
}

}  // namespace hanfact
