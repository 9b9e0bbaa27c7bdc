#include "store/phrases.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace hanfact::store {
namespace {

// Never changed: databases are written with them, and the view of store/schema/0006_lean.sql has
// the same ones.
constexpr std::string_view kPhrases[] = {" (1 voice) against ", " (1 voice): no value fits both, ",
                                         " voices) against ", " voices): no value fits both, ",
                                         " % apart"};
constexpr char kAsItIs = 6;

}  // namespace

std::string ShortenPhrases(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 1 && c <= kAsItIs; })) {
    return kAsItIs + std::string(text);
  }
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    // All of them begin with a space.
    size_t phrase = 0;
    if (text[at] != ' ') phrase = std::size(kPhrases);
    while (phrase < std::size(kPhrases) && !text.substr(at).starts_with(kPhrases[phrase])) ++phrase;
    if (phrase == std::size(kPhrases)) {
      out += text[at++];
    } else {
      out += static_cast<char>(phrase + 1);
      at += kPhrases[phrase].size();
    }
  }
  return out;
}

std::string LengthenPhrases(std::string_view stored) {
  if (stored.starts_with(kAsItIs)) return std::string(stored.substr(1));
  std::string out;
  for (const char c : stored) {
    if (c >= 1 && static_cast<size_t>(c) <= std::size(kPhrases)) {
      out += kPhrases[static_cast<size_t>(c) - 1];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace hanfact::store
