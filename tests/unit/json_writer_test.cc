// JSON as it is written: what a library's tree of the same values would be.
#include "pipeline/json_writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace hanfact::pipeline {
namespace {

TEST(JsonWriter, PartsValuesWithCommas) {
  JsonWriter out;
  out.Open().Field("a", 1).Field("b", "x").Key("c").OpenList().CloseList();
  out.Key("d")
      .OpenList()
      .Value(true)
      .Null()
      .Open()
      .Close()
      .Value(-7)
      .Value(4000000000u)
      .CloseList();
  out.Field("e", 1.0).Field("f", 0.25).FieldIfAny("g", "").FieldIfAny("h", "y").Key("i").Raw("[0]");
  EXPECT_EQ(
      out.Close().Take(),
      R"({"a":1,"b":"x","c":[],"d":[true,null,{},-7,4000000000],"e":1.0,"f":0.25,"h":"y","i":[0]})");
  JsonWriter list;
  EXPECT_EQ(list.OpenList().CloseList().Take(), "[]");
}

// What must be escaped is found wherever it stands, among eight or thirty-two bytes looked at at
// once or behind them.
TEST(JsonWriter, EveryByteIsSeenAtEveryPlace) {
  for (size_t size = 1; size < 50; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 0x80; ++c) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(c);
        ASSERT_EQ(JsonWriter().Value(text).Take().size(), nlohmann::json(text).dump().size())
            << c << " at " << at << " of " << size;
      }
    }
  }
}

TEST(JsonWriter, StringsReadBackAsTheyWere) {
  std::mt19937 random(7);
  constexpr std::string_view kPieces[] = {"a",
                                          "港",
                                          "𠮷",
                                          "\"",
                                          "\\",
                                          "/",
                                          "\n",
                                          "\x01",
                                          "\x1F",
                                          "\x7F",
                                          "é",
                                          " ",
                                          "plain words ",
                                          "港口吞吐量同比增长"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int n = static_cast<int>(random() % 24); n > 0; --n) {
      text += kPieces[random() % std::size(kPieces)];
      if (random() % 8 == 0) text += static_cast<char>(random() % 0x80);  // NUL among them
    }
    JsonWriter out;
    const std::string json = out.Value(text).Take();
    EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text);
    // Nothing is escaped that need not be.
    EXPECT_EQ(json.size(), nlohmann::json(text).dump().size()) << json;
  }
  EXPECT_EQ(JsonWriter().Value(std::string_view("\"\\\b\f\n\r\t\x1F\0", 9)).Take(),
            R"("\"\\\b\f\n\r\t\u001F\u0000")");
}

TEST(JsonWriter, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(JsonWriter().Value("a\xFFz").Take(), "\"a\uFFFDz\"");
  EXPECT_EQ(JsonWriter().Value("\xE6\xB8").Take(), "\"\uFFFD\uFFFD\"");
}

}  // namespace
}  // namespace hanfact::pipeline
