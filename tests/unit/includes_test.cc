// The arrows between the folders: who may include whom (docs/architecture.md).
#include <map>
#include <set>

#include "testing.h"

namespace hanfact::testing {
namespace {

const std::map<std::string, std::set<std::string>>& Arrows() {
  static const std::map<std::string, std::set<std::string>> arrows = {
      {"base", {"base"}},
      {"normalize", {"normalize", "base"}},
      {"ingest", {"ingest", "normalize", "base"}},
      {"extract", {"extract", "normalize", "base"}},
      {"dedupe", {"dedupe", "base"}},
      {"store", {"store", "base"}},
      {"pipeline", {"pipeline", "ingest", "normalize", "extract", "dedupe", "store", "base"}},
      {"review", {"review", "pipeline", "store", "normalize", "base"}},
      {"cli", {"cli", "pipeline", "review", "store", "normalize", "base"}},
  };
  return arrows;
}

TEST(Includes, FollowTheArrows) {
  constexpr std::string_view kInclude = "#include \"";
  int seen = 0;
  for (const auto& [folder, allowed] : Arrows()) {
    const auto dir = SourceDir() / folder;
    if (!std::filesystem::exists(dir)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc") continue;
      std::istringstream lines(ReadFile(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        const size_t slash = line.find('/');
        if (!line.starts_with(kInclude) || slash == std::string::npos) continue;
        ++seen;
        const std::string other = line.substr(kInclude.size(), slash - kInclude.size());
        EXPECT_TRUE(allowed.contains(other))
            << entry.path() << " includes " << other << "/, which " << folder << "/ may not";
      }
    }
  }
  EXPECT_GT(seen, 100);  // the walk found the tree
}

TEST(Includes, EveryHeaderIsIncludedOnce) {
  for (const auto& [folder, allowed] : Arrows()) {
    const auto dir = SourceDir() / folder;
    if (!std::filesystem::exists(dir)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
      if (entry.path().extension() != ".h") continue;
      EXPECT_NE(ReadFile(entry.path()).find("#pragma once"), std::string::npos) << entry.path();
    }
  }
}

}  // namespace
}  // namespace hanfact::testing
