// A regular expression that is compiled when it is first asked for.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace hanfact::normalize {

// Tables hold hundreds of patterns of which a run needs few, and compiling all of them would be most
// of what a program does at its start. Whether the text is a pattern at all shows at the first use:
// for tables that are built in, whose tests use every row.
class LatePattern {
 public:
  LatePattern(std::string text, const RE2::Options& options)
      : text_(std::move(text)), options_(options) {}

  // The compiled pattern; ask its ok() where the text is not known to be one. From any thread.
  [[nodiscard]] const RE2& Get() const {
    std::call_once(once_, [this] { compiled_ = std::make_unique<RE2>(text_, options_); });
    return *compiled_;
  }

 private:
  const std::string text_;
  const RE2::Options options_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<const RE2> compiled_;
};

}  // namespace hanfact::normalize
