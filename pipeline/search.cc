#include "pipeline/search.h"

#include "base/text.h"
#include "normalize/script.h"

namespace hanfact::pipeline {
namespace {

void AppendBigrams(std::string_view text, std::string& out) {
  std::string_view last;  // the Han character before, of the same run
  bool alone = false;     // it has no bigram yet
  auto end_run = [&] {
    if (alone) {
      out += ' ';
      out += last;
    }
    last = {};
    alone = false;
  };
  bool word = false;
  for (size_t i = 0; i < text.size();) {
    const uint32_t n = CodePointLength(text[i]);
    const std::string_view c = text.substr(i, n);
    if (IsHan(CodePointAt(text, i))) {
      word = false;
      if (!last.empty()) {
        out += ' ';
        out += last;
        out += c;
        alone = false;
      } else {
        alone = true;
      }
      last = c;
    } else {
      end_run();
      if (!word) out += ' ';
      word = true;
      out += c;
    }
    i += n;
  }
  end_run();
}

}  // namespace

std::string SearchText(std::string_view text) {
  std::string printed, viewed;
  printed.reserve(text.size() * 5 / 2);
  AppendBigrams(text, printed);
  AppendBigrams(normalize::MakeMatchView(std::string(text)).text, viewed);
  if (viewed != printed) printed += viewed;
  return printed;
}

}  // namespace hanfact::pipeline
