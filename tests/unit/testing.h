// What the tests share: files, temporary folders, the tools loaded once, the binary run as users
// do.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "pipeline/article.h"

namespace hanfact::testing {

inline std::filesystem::path SourceDir() { return HANFACT_SOURCE_DIR; }
// Real inputs and gold that are not part of the repository; empty where they are not there.
inline std::filesystem::path SharedData() {
  const std::filesystem::path path = SourceDir() / ".." / "shared" / "data";
  return std::filesystem::exists(path) ? path.lexically_normal() : std::filesystem::path();
}
inline std::string Binary() { return std::string(HANFACT_BINARY_DIR) + "/hanfact"; }

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::vector<nlohmann::json> ReadJsonLines(const std::filesystem::path& path) {
  std::vector<nlohmann::json> out;
  std::istringstream in(ReadFile(path));
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(nlohmann::json::parse(line));
  }
  return out;
}

// What a rule table says of itself: the rest of its line "# NAME: ", empty for none.
inline std::string HeaderLine(std::string_view table, std::string_view name) {
  const std::string mark = "# " + std::string(name) + ":";
  const size_t at = table.find(mark);
  if (at == std::string_view::npos) return "";
  const size_t begin = at + mark.size();
  return std::string(table.substr(begin, table.find('\n', begin) - begin));
}

// A folder that is gone at the end of the test.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "hanfact-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline const pipeline::Tools& SharedTools() {
  static const std::unique_ptr<pipeline::Tools> tools = [] {
    auto loaded = pipeline::Tools::Load({});
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().message);
    return loaded.ok() ? std::move(*loaded) : nullptr;
  }();
  return *tools;
}

struct RunResult {
  int status = 0;
  std::string out, err;
};

// Runs the program with a shell command line's arguments, as a user would.
inline RunResult RunProgram(const std::string& arguments) {
  TempDir dir;
  const std::string out = dir.File("out"), err = dir.File("err");
  const int code = std::system((Binary() + " " + arguments + " >" + out + " 2>" + err).c_str());
  return {WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code), ReadFile(out), ReadFile(err)};
}

}  // namespace hanfact::testing
