// Tables for a terminal: columns aligned by display width, a Han character being two wide.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hanfact::cli {

// Terminal columns of UTF-8 text: two for East Asian wide characters, none for combining ones.
[[nodiscard]] size_t DisplayWidth(std::string_view text);
// The text cut to a width, with … where something was cut; line breaks become blanks.
[[nodiscard]] std::string Fit(std::string_view text, size_t width);

class Table {
 public:
  explicit Table(std::vector<std::string> heads) : heads_(std::move(heads)) {}
  // Cuts a column's cells at a display width.
  Table& Limit(size_t column, size_t width);
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string ToString() const;

 private:
  std::vector<std::string> heads_;
  std::map<size_t, size_t> limits_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace hanfact::cli
