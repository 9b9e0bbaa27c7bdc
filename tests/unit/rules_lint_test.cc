// What holds for every rule table, whoever reads it.
#include <set>

#include "base/table.h"
#include "base/text.h"
#include "normalize/script.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

std::vector<std::string_view> RuleTables() {
  std::vector<std::string_view> out;
  for (std::string_view path : EmbeddedFiles("")) {
    if (path.find("/rules/") != std::string_view::npos) out.push_back(path);
  }
  return out;
}

TEST(RulesLint, TablesOfTheSourceTreeAreBuiltIn) {
  std::set<std::string> built_in;
  for (std::string_view path : RuleTables()) built_in.insert(std::string(path));
  std::set<std::string> in_tree;
  for (const char* folder : {"ingest", "normalize", "extract", "dedupe"}) {
    const auto dir = SourceDir() / folder / "rules";
    if (!std::filesystem::exists(dir)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(dir)) {
      if (entry.path().extension() != ".tsv") continue;
      in_tree.insert(std::string(folder) + "/rules/" + entry.path().filename().string());
      EXPECT_EQ(ReadFile(entry.path()),
                *EmbeddedFile(std::string(folder) + "/rules/" + entry.path().filename().string()));
    }
  }
  EXPECT_EQ(built_in, in_tree);
  EXPECT_GT(built_in.size(), 8u);
}

TEST(RulesLint, EveryTableHasItsHeader) {
  for (std::string_view path : RuleTables()) {
    const std::string_view text = *EmbeddedFile(path);
    for (const char* name : {"file", "columns", "key", "source", "licence", "used by"}) {
      EXPECT_FALSE(std::string(Trim(HeaderLine(text, name))).empty())
          << path << " has no '# " << name << ":' line";
    }
    EXPECT_EQ(Trim(HeaderLine(text, "file")), path);
  }
}

TEST(RulesLint, EveryTableReads) {
  for (std::string_view path : RuleTables()) {
    const std::string_view text = *EmbeddedFile(path);
    std::vector<TableError> errors;
    // Sorted, unique, the right number of fields: what holds whatever the columns are called.
    const Table table = Table::Read(std::string(path), text, {}, errors);
    for (const TableError& e : errors) {
      if (e.message.starts_with("unknown column")) continue;  // none were named above
      ADD_FAILURE() << e.ToString();
    }
    EXPECT_FALSE(table.rows().empty()) << path;
  }
}

TEST(RulesLint, SurfacesAreSimplifiedAndPatternsShort) {
  for (std::string_view path : RuleTables()) {
    const std::string_view text = *EmbeddedFile(path);
    const std::string columns_line = HeaderLine(text, "columns");
    std::vector<std::string> columns;
    for (std::string_view c : Split(columns_line, ' ')) {
      if (!c.empty()) columns.emplace_back(c);
    }
    std::vector<TableError> errors;
    const Table table = Table::Read(std::string(path), text, {}, errors);
    for (const Table::Row& row : table.rows()) {
      for (size_t i = 0; i < columns.size() && i < row.fields.size(); ++i) {
        const std::string& field = row.fields[i];
        if (columns[i] == "surface" || columns[i] == "alias" || columns[i] == "pattern") {
          // A traditional surface would never match: the view is simplified. Ingest tables that are
          // matched against the page itself say so in their own column names.
          if (path.find("ingest/") == std::string_view::npos) {
            EXPECT_EQ(field, normalize::ToSimplified(field)) << path << ":" << row.line;
          }
        }
        if (columns[i] == "pattern") {
          EXPECT_LE(CountCodePoints(field), 120u) << path << ":" << row.line;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hanfact::testing
