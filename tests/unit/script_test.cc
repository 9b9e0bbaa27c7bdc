// The match view, and simplification against the OpenCC library itself.
#include "normalize/script.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

extern "C" {
extern const char hanfact_ts_phrases[], hanfact_ts_phrases_end[];
extern const char hanfact_ts_characters[], hanfact_ts_characters_end[];
}

namespace hanfact::normalize {
namespace {

std::string View(std::string_view clean) { return MakeMatchView(clean).text; }

TEST(MatchView, Forms) {
  const std::pair<const char*, const char*> cases[] = {
      {"總營收 393.31 億美元,同比增長 78％。", "总营收393.31亿美元，同比增长78%。"},
      {"１２３，４５６元", "123,456元"},
      {"增長３．５％；達ＡＢＣ", "增长3.5%;达ABC"},
      {"（NVDA）", "(NVDA)"},
      {"「好」『壞』", "“好”‘坏’"},
      {"他說\"好\"了", "他说“好”了"},
      {"say \"yes\" now", "say \"yes\" now"},
      {"iPhone 16 Pro", "iPhone 16 Pro"},
      {"iPhone  16", "iPhone 16"},
      {"78 %，US$ 5", "78%，US$5"},
      {"2.5%,3%", "2.5%，3%"},
      {"A, B", "A, B"},
      {"1,234 和 5,6", "1,234和5,6"},
      {"三～五〜六", "三~五~六"},
      {"一—二–三－四−五", "一—二–三-四-五"},
      {"①②", "①②"},
      {"10² ㎡ CO₂", "10² m2 CO₂"},
      {"½ 约1½厘，2 ½ 甲¾4", "1⁄2约1 1⁄2厘，2 1⁄2甲3⁄4 4"},
      {"25℃", "25°C"},
      {"甲\r\n 乙\n　丙", "甲\n乙\n丙"},
      {"\u200B零\u200B寬", "零宽"},
      {"\uE123", "\uFFFD"},
      {"乾坤，乾燥", "乾坤，干燥"},
      {"", ""},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(View(in), out) << in;
}

TEST(MatchView, IsItsOwnView) {
  for (const char* text : {"總營收 393.31 億美元,同比增長 78％。", "１２３，４５６元 \"好\" A, B",
                           "甲\r\n 乙\n　丙 ㍿ ½ 1½ ½2"}) {
    EXPECT_EQ(View(View(text)), View(text)) << text;
  }
}

TEST(DetectScriptOf, Texts) {
  EXPECT_EQ(DetectScript("营业收入同比增长"), Script::kHans);
  EXPECT_EQ(DetectScript("營業收入較去年同期增長"), Script::kHant);
  EXPECT_EQ(DetectScript("abc 123"), Script::kHans);
  EXPECT_EQ(DetectScript("营业收入同比增长；營業收入較去年同期增長"), Script::kMixed);
  EXPECT_EQ(DetectScript(""), Script::kHans);
}

// The library, loaded at run time: the program itself does not need it.
class OpenCc {
 public:
  OpenCc() {
    for (const char* name : {"libopencc.so.1.1", "libopencc.so.1.2", "libopencc.so.1.3",
                             "libopencc.so.2", "libopencc.so"}) {
      handle_ = dlopen(name, RTLD_NOW);
      if (handle_ != nullptr) break;
    }
    if (handle_ == nullptr) return;
    open_ = reinterpret_cast<void* (*)(const char*)>(dlsym(handle_, "opencc_open"));
    convert_ = reinterpret_cast<char* (*)(void*, const char*, size_t)>(
        dlsym(handle_, "opencc_convert_utf8"));
    free_ = reinterpret_cast<void (*)(char*)>(dlsym(handle_, "opencc_convert_utf8_free"));
    if (open_ == nullptr || convert_ == nullptr || free_ == nullptr) return;
    converter_ = open_("t2s.json");
    if (converter_ == reinterpret_cast<void*>(-1)) converter_ = nullptr;
  }
  [[nodiscard]] bool ok() const { return converter_ != nullptr; }
  [[nodiscard]] std::string Convert(const std::string& text) const {
    char* out = convert_(converter_, text.data(), text.size());
    std::string copy = out == nullptr ? "(failed)" : out;
    if (out != nullptr) free_(out);
    return copy;
  }

 private:
  void* handle_ = nullptr;
  void* converter_ = nullptr;
  void* (*open_)(const char*) = nullptr;
  char* (*convert_)(void*, const char*, size_t) = nullptr;
  void (*free_)(char*) = nullptr;
};

const OpenCc& Library() {
  static const OpenCc* library = new OpenCc();  // its tables stay until the end
  return *library;
}

std::vector<std::string> Keys(const char* begin, const char* end) {
  std::vector<std::string> out;
  const std::string_view table(begin, static_cast<size_t>(end - begin));
  for (std::string_view line : Split(table, '\n')) {
    const size_t tab = line.find('\t');
    if (tab != std::string_view::npos) out.emplace_back(line.substr(0, tab));
  }
  return out;
}

TEST(Simplified, EveryKeyAsTheLibraryConvertsIt) {
  if (!Library().ok()) GTEST_SKIP() << "libopencc is not installed";
  for (const auto& keys : {Keys(hanfact_ts_characters, hanfact_ts_characters_end),
                           Keys(hanfact_ts_phrases, hanfact_ts_phrases_end)}) {
    EXPECT_GT(keys.size(), 100u);
    for (const std::string& key : keys) EXPECT_EQ(ToSimplified(key), Library().Convert(key));
  }
}

TEST(Simplified, RandomMixturesAsTheLibraryConvertsThem) {
  if (!Library().ok()) GTEST_SKIP() << "libopencc is not installed";
  std::vector<std::string> pieces = Keys(hanfact_ts_phrases, hanfact_ts_phrases_end);
  const std::vector<std::string> characters =
      Keys(hanfact_ts_characters, hanfact_ts_characters_end);
  pieces.insert(pieces.end(), characters.begin(), characters.end());
  // Heads and tails of phrases, so that they overlap and break off.
  for (const std::string& phrase : Keys(hanfact_ts_phrases, hanfact_ts_phrases_end)) {
    pieces.push_back(phrase.substr(0, CodePointLength(phrase[0])));
    pieces.push_back(phrase.substr(PreviousBorder(phrase, phrase.size())));
  }
  for (const char* more : {"a", "1", "，", "。", " ", "的", "国", "😀", "\n"}) pieces.push_back(more);
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto n = 1 + random() % 12; n > 0; --n) text += pieces[random() % pieces.size()];
    ASSERT_EQ(ToSimplified(text), Library().Convert(text)) << text;
  }
}

// The articles of the repository, and whatever texts lie beside it.
TEST(Simplified, OurTextsAsTheLibraryConvertsThem) {
  if (!Library().ok()) GTEST_SKIP() << "libopencc is not installed";
  namespace fs = std::filesystem;
  size_t texts = 0;
  for (const fs::path& root : {fs::path(HANFACT_SOURCE_DIR) / "corpus",
                               fs::path(HANFACT_SOURCE_DIR) / "../shared/data"}) {
    std::error_code none;
    for (fs::recursive_directory_iterator it(root, none), end; it != end; it.increment(none)) {
      if (!it->is_regular_file(none)) continue;
      std::ifstream in(it->path(), std::ios::binary);
      std::stringstream bytes;
      bytes << in.rdbuf();
      const std::string text = bytes.str();
      if (FindInvalidUtf8(text) || text.find('\0') != std::string::npos) continue;
      // The library is slow on large files; line by line it gives the same.
      std::istringstream lines(text);
      size_t read = 0;
      for (std::string line; std::getline(lines, line) && read < 300000; read += line.size()) {
        ASSERT_EQ(ToSimplified(line), Library().Convert(line)) << it->path();
      }
      ++texts;
    }
  }
  EXPECT_GT(texts, 0u);
}

}  // namespace
}  // namespace hanfact::normalize
