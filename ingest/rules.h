// The vocabulary of boilerplate, bylines, class names and regions: ingest/rules/*.tsv, compiled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/table.h"

namespace hanfact::ingest {

// A line as the rules see it: simplified, full-width ASCII forms to half width, without white space
// and zero-width characters. With `spaces`, runs of white space become one blank and stay.
[[nodiscard]] std::string FoldLine(std::string_view line, bool spaces = false);

// What to do with a line that a rule of boilerplate.tsv matches.
enum class LineAction {
  kNone,
  kKeep,     // looks like boilerplate and is none
  kDrop,     // the line goes
  kCut,      // the line goes with all that follows, a related list or a disclaimer
  kStart,    // all before it goes with the line
  kCredit,   // a picture or data credit: stays under a caption, else goes
  kCaption,  // a caption: stays, typed
};

// Where a line was found; rules name the places they are for.
enum class LinePlace { kHtml, kText };

// What a byline told.
struct Byline {
  enum class Field { kAuthor, kSource, kEditor, kOriginalTitle };
  Field field;
  std::string value;  // in the line's own script
  int priority = 0;   // lower is better
};

// What scripts tell of an article, where nothing else does.
enum class ScriptField { kAuthor, kBody, kDate, kSource, kTitle };

// Roles that class and id names hint at; bits.
enum ClassRole : uint16_t {
  kRoleContent = 1,
  kRoleJunk = 2,
  kRoleByline = 4,
  kRoleCaption = 8,
  kRoleTitle = 16,
  kRoleDate = 32,
  kRoleSource = 64,
  kRoleAuthor = 128,
  kRoleComment = 256,
  kRoleLead = 512,
  kRoleSoftJunk = 1024,
};

class Rules {
 public:
  // Reads the embedded tables; problems go to `errors`. Patterns are compiled when they are first
  // used, by whichever thread comes first; Compiles() tells of all at once.
  explicit Rules(std::vector<TableError>& errors);
  ~Rules();
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  // Compiles every pattern: whether each is one, with a group where its table needs one. Takes 0.2
  // s; for tests, as the tables are built in.
  [[nodiscard]] bool Compiles() const;

  // The action for a line given FoldLine(line); `rule` gets the rule id if not null.
  [[nodiscard]] LineAction MatchLine(std::string_view folded, LinePlace place,
                                     std::string* rule = nullptr) const;
  // The ids of all rows of boilerplate.tsv that match, in table order: for tests and explanations.
  [[nodiscard]] std::vector<std::string> MatchingRows(std::string_view folded) const;
  // Takes matches of the inline patterns (live quotes, prompts inside a paragraph) out of a line.
  // True if anything went.
  bool EraseInline(std::string& line) const;
  // Authors, sources and editors that a line names; `line` in its own script. Empty for a line
  // that is no byline. Lines over 400 bytes are searched at both ends only.
  [[nodiscard]] std::vector<Byline> FindBylines(std::string_view line) const;
  // The value of a field in script text (a date as it stands, or seconds since 1970); empty if
  // there is none. Linear.
  [[nodiscard]] std::string FindScriptField(ScriptField field, std::string_view scripts) const;
  // The roles of the names in a class and id attribute.
  [[nodiscard]] uint16_t ClassRoles(std::string_view names) const;
  // Does a name end like an outlet's? With `sure`, only the endings that nothing else has.
  [[nodiscard]] bool IsOutlet(std::string_view name, bool sure) const;
  // Is it one of the places that stand behind reporters' names?
  [[nodiscard]] bool IsDatelinePlace(std::string_view name) const;
  // Is it a Chinese name of a person as it stands in a byline: a common surname and one or two
  // characters?
  [[nodiscard]] bool IsPersonName(std::string_view name) const;
  // The region that a site (host name), the outlets and the text tell; empty when unsure.
  [[nodiscard]] std::string Region(std::string_view host, std::string_view site,
                                   std::string_view source, std::string_view text) const;
  // The charset name used for decoding for a label as it stands in a page, upper case; empty for a
  // label that is not known.
  [[nodiscard]] std::string Charset(std::string_view label) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::ingest
