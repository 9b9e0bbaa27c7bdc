// The tables that cmake/EmbedRules.cmake builds into the program.
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/table.h"

extern "C" {
#include "embedded_rules.inc"
}

namespace hanfact {

std::optional<std::string_view> EmbeddedFile(std::string_view path) {
  for (const auto* f = kEmbedded; f->path != nullptr; ++f) {
    if (path == f->path) return std::string_view(f->begin, static_cast<size_t>(f->end - f->begin));
  }
  return std::nullopt;
}

std::vector<std::string_view> EmbeddedFiles(std::string_view prefix) {
  std::vector<std::string_view> out;
  for (const auto* f = kEmbedded; f->path != nullptr; ++f) {
    if (std::string_view(f->path).starts_with(prefix)) out.emplace_back(f->path);
  }
  return out;
}

const std::string& EmbeddedDigest() {
  static const std::string digest = [] {
    std::string all;
    for (const auto* f = kEmbedded; f->path != nullptr; ++f) {
      if (std::string_view(f->path).find("/rules/") == std::string_view::npos) continue;
      all += f->path;
      all += '\0';
      all += Sha256Hex({f->begin, static_cast<size_t>(f->end - f->begin)});
    }
    return Sha256Hex(all);
  }();
  return digest;
}

}  // namespace hanfact
