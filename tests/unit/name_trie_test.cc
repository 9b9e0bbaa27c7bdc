#include "normalize/name_trie.h"

#include <gtest/gtest.h>

#include <chrono>

namespace hanfact::normalize {
namespace {

std::vector<std::string> Surfaces(const std::vector<std::string>& names, std::string_view text) {
  const NameTrie trie(names);
  std::vector<NameTrie::Hit> hits;
  trie.FindAll(text, hits);
  std::vector<std::string> out;
  for (const auto& hit : hits) out.emplace_back(text.substr(hit.begin, hit.end - hit.begin));
  return out;
}
using Strings = std::vector<std::string>;

TEST(NameTrie, FindsEveryNameAlsoInsideLongerOnes) {
  EXPECT_EQ(Surfaces({"中国", "中国移动", "移动"}, "据中国移动说"),
            (Strings{"中国", "中国移动", "移动"}));
  EXPECT_EQ(Surfaces({"英伟达", "H800"}, "英伟达H800GPU"), (Strings{"英伟达", "H800"}));
}

TEST(NameTrie, NamesOfOneFormAreAllReported) {
  const NameTrie trie({"Meta", "META", "meta"});
  std::vector<NameTrie::Hit> hits;
  trie.FindAll("META", hits);
  ASSERT_EQ(hits.size(), 3u);
  hits.clear();
  trie.FindAll("meta", hits);  // META is written in capitals only
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].name, 0u);
  EXPECT_EQ(hits[1].name, 2u);
}

TEST(NameTrie, LatinNamesAreWholeWords) {
  EXPECT_EQ(Surfaces({"Apple"}, "apple与Pineapple及Apples"), (Strings{"apple"}));
  EXPECT_EQ(Surfaces({"AMD"}, "amd、AMD、AMDX、AMD芯片"), (Strings{"AMD", "AMD"}));
  EXPECT_EQ(Surfaces({"Nvidia"}, "www.nvidia.com及Nvidia."), (Strings{"Nvidia"}));
  EXPECT_TRUE(Surfaces({"Intel"}, "@Intel intel_fan").empty());
}

TEST(NameTrie, ModelsAreNotCutFromLongerModels) {
  EXPECT_EQ(Surfaces({"GPT-4", "GPT-4o"}, "GPT-4o"), (Strings{"GPT-4o"}));
  EXPECT_EQ(Surfaces({"GPT-4"}, "GPT-4.5、GPT-45、GPT-4B、GPT-4。"), (Strings{"GPT-4"}));
  EXPECT_EQ(Surfaces({"H20"}, "H200与H20芯片"), (Strings{"H20"}));
  EXPECT_EQ(Surfaces({"21世纪"}, "2021世纪与21世纪"), (Strings{"21世纪"}));
}

TEST(NameTrie, BlanksHyphensAndDotsMayDiffer) {
  EXPECT_EQ(Surfaces({"Jane Doe"}, "Jane Doe、JaneDoe、Jane-Doe"),
            (Strings{"Jane Doe", "JaneDoe", "Jane-Doe"}));
  EXPECT_EQ(Surfaces({"Llama3"}, "Llama 3"), (Strings{"Llama 3"}));
  EXPECT_EQ(Surfaces({"霁岚·沃德"}, "霁岚•沃德和霁岚沃德"), (Strings{"霁岚•沃德", "霁岚沃德"}));
  EXPECT_TRUE(Surfaces({"HPE"}, "HP E").empty());
  EXPECT_TRUE(Surfaces({"北京"}, "北-京 北\n京").empty());
}

TEST(NameTrie, ShortAndEmptyNamesNeverMatch) {
  EXPECT_TRUE(Surfaces({"", "中", "A", "--"}, "中A--国").empty());
  EXPECT_TRUE(Surfaces({}, "中国").empty());
  EXPECT_TRUE(Surfaces({"中国"}, "").empty());
}

TEST(NameTrie, ManyNamesLoadFastAndMatchFast) {
  std::vector<std::string> names;
  std::string text;
  uint32_t seed = 1;
  auto random = [&] { return seed = seed * 1664525u + 1013904223u, seed >> 8; };
  auto character = [&](std::string& out) {
    const uint32_t c = 0x4E00 + random() % 5000;
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  };
  for (int i = 0; i < 40000; ++i) {
    std::string name;
    for (uint32_t k = 0; k < 2 + i % 6u; ++k) character(name);
    names.push_back(name);
  }
  for (int i = 0; i < 300000; ++i) i % 50 == 0 ? void(text += names[random() % names.size()])
                                               : character(text);
  const auto start = std::chrono::steady_clock::now();
  const NameTrie trie(names);
  const auto built = std::chrono::steady_clock::now();
  std::vector<NameTrie::Hit> hits;
  trie.FindAll(text, hits);
  const auto done = std::chrono::steady_clock::now();
  EXPECT_GE(hits.size(), 6000u);
  const double load = std::chrono::duration<double, std::milli>(built - start).count();
  const double rate = static_cast<double>(text.size()) / 1e6 /
                      std::chrono::duration<double>(done - built).count();
  RecordProperty("load_ms", static_cast<int>(load));
  RecordProperty("mb_per_s", static_cast<int>(rate));
  printf("load %.1f ms, %.0f MB/s\n", load, rate);
}

}  // namespace
}  // namespace hanfact::normalize
