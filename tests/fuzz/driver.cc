// Runs a fuzz target without libFuzzer: the short run of ./check, which needs no clang.
//
//   TARGET RUNS SEED_FOLDER...
//
// Each run takes a seed file (or a line of a .jsonl one), changes it in one to eight places (bits,
// bytes, cuts, pieces of other seeds, words that readers trip over) and hands it to the target. The
// order of runs is fixed, so a failure comes back with the same command. The input of a run that
// dies is kept as crash-TARGET in the working folder.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// The sanitizers call this before they end the program; a weak name where there are none.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

constexpr size_t kMaxInput = 4096;

// Never destroyed: leaks are told of after the end of main.
std::string& g_input = *new std::string;
std::string& g_name = *new std::string;

void KeepInput() {
  std::ofstream out("crash-" + g_name, std::ios::binary);
  out.write(g_input.data(), static_cast<std::streamsize>(g_input.size()));
  out.close();
  std::fprintf(stderr, "the input is kept as crash-%s (%zu bytes)\n", g_name.c_str(),
               g_input.size());
}
extern "C" void OnSignal(int signal) {
  KeepInput();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

constexpr std::string_view kWords[] = {"亿",
                                       "万",
                                       "兆",
                                       "两三",
                                       "几十",
                                       "％",
                                       "百分之",
                                       "超过",
                                       "至",
                                       "年",
                                       "同比",
                                       "約",
                                       "廿",
                                       "１２",
                                       "1,0,0",
                                       "-",
                                       ".",
                                       "\"",
                                       "\\u",
                                       "\\",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       ",",
                                       "\t",
                                       "\r\n",
                                       "\n",
                                       "<p>",
                                       "</div>",
                                       "<!--",
                                       "-->",
                                       "<![CDATA[",
                                       "&#x4e00;",
                                       "&",
                                       "<script>",
                                       "<meta charset=big5>",
                                       "\xEF\xBB\xBF",
                                       "\xFF\xFE",
                                       "\xF0\xA0\x80\x80",
                                       "\xED\xA0\x80",
                                       "\xC0\x80",
                                       "\xE2\x80\x8B",
                                       "表示，",
                                       "下称“",
                                       "”",
                                       "（",
                                       "股份有限公司",
                                       "2025年2月",
                                       "民國114年"};

std::vector<std::string> ReadSeeds(int count, char** folders) {
  std::vector<std::string> seeds;
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < count; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folders[i])) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (path.extension() != ".jsonl") {
      seeds.push_back(std::move(text));
      continue;
    }
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      seeds.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  return seeds;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  std::string Next() {
    std::string s = Piece(kMaxInput);
    for (size_t n = 1 + Below(8); n > 0; --n) Change(s);
    if (s.size() > kMaxInput) s.resize(kMaxInput);
    return s;
  }

 private:
  size_t Below(size_t n) { return n == 0 ? 0 : random_() % n; }
  // A part of a seed, often its head.
  std::string Piece(size_t most) {
    const std::string& seed = seeds_[Below(seeds_.size())];
    const size_t size = 1 + Below(most);
    if (seed.size() <= size) return seed;
    return seed.substr(Below(2) == 0 ? 0 : Below(seed.size() - size), size);
  }
  void Change(std::string& s) {
    const size_t at = Below(s.size() + 1);
    switch (Below(7)) {
      case 0:
        if (at < s.size()) s[at] = static_cast<char>(s[at] ^ (1 << Below(8)));
        break;
      case 1:
        s.insert(at, 1, static_cast<char>(Below(256)));
        break;
      case 2:
        s.erase(at, 1 + Below(16));
        break;
      case 3:
        s.insert(at, kWords[Below(std::size(kWords))]);
        break;
      case 4:
        s.insert(at, Piece(256));
        break;
      case 5: {  // the same again and again
        const std::string part = s.substr(at, 1 + Below(24));
        for (size_t n = 1 + Below(40); n > 0; --n) s.insert(at, part);
        break;
      }
      default:
        s.resize(at);
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{20260309};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s RUNS SEED_FOLDER...\n", argv[0]);
    return 2;
  }
  g_name = std::filesystem::path(argv[0]).filename().string();
  const long runs = std::strtol(argv[1], nullptr, 10);
  const std::vector<std::string> seeds = ReadSeeds(argc - 2, argv + 2);
  if (runs <= 0 || seeds.empty()) {
    std::fprintf(stderr, "no runs or no seeds: nothing was tried\n");
    return 2;
  }
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(KeepInput);
  std::signal(SIGABRT, OnSignal);
  std::signal(SIGSEGV, OnSignal);
  Mutator mutator(seeds);
  const auto run = [](std::string input) {
    g_input = std::move(input);
    // A copy without room behind it: reading past the end is seen.
    const std::vector<uint8_t> bytes(g_input.begin(), g_input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  };
  run("");
  for (long i = 0; i < runs; ++i) run(mutator.Next());
  std::printf("%ld runs from %zu seeds: nothing found\n", runs, seeds.size());
  return 0;
}
