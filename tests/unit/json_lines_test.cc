// Records of data files, and what broken ones cost.
#include "ingest/json_lines.h"

#include <gtest/gtest.h>

#include <string>

namespace hanfact::ingest {
namespace {

// The parser has an exception of its own for these.
TEST(JsonRecord, ANumberTooLargeIsRefused) {
  for (const std::string number : {"1e999", "-1e999", "123e45678"}) {
    const Record record = ReadJsonRecord("{\"text\": \"港口\", \"views\": " + number + "}");
    ASSERT_TRUE(std::holds_alternative<std::string>(record)) << number;
    EXPECT_NE(std::get<std::string>(record).find("too large"), std::string::npos);
    EXPECT_TRUE(std::holds_alternative<std::string>(ReadSidecar("{\"x\": " + number + "}")));
  }
}

// Flat records and all others are read by two libraries: an element that only the second takes
// must change nothing of what stands beside it.
TEST(JsonRecord, FlatOrNotIsReadAlike) {
  const std::string kValues[] = {R"("港口")",
                                 R"("")",
                                 R"(" a\tb\n\"\\\/\b\f\r")",
                                 R"("\u4e2d\u0000\u00e9")",
                                 R"("\ud83d\ude00")",
                                 R"("\ud83d")",
                                 R"("\ude00x")",
                                 R"("\uD83D\uD83D")",
                                 R"("\u12")",
                                 R"("\x")",
                                 "\"\x01\"",
                                 "\"\x7f\"",
                                 "\"\xC3\"",
                                 "\"\xED\xA0\x80\"",
                                 "\"\xF0\x9F\x98\x80\"",
                                 "0",
                                 "-0",
                                 "12",
                                 "-7",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "-9223372036854775809",
                                 "1.0",
                                 "1e2",
                                 "01",
                                 "true",
                                 "null",
                                 "nul",
                                 "",
                                 "{",
                                 "\"",
                                 "\"a\" \"b\""};
  const auto told = [](const Record& record, bool flat) {
    if (std::holds_alternative<std::string>(record)) return std::string("refused");
    const RawArticle& a = std::get<RawArticle>(record);
    std::string extra = a.given.extra;
    constexpr std::string_view kSign = R"("~":[])";  // the last key
    if (!flat) {
      extra.resize(extra.size() - kSign.size() - 1);
      if (!extra.empty() && extra.back() == ',') extra.pop_back();
      extra = extra == "{" ? "" : extra + "}";
    }
    return a.given.title + "|" + a.given.external_id + "|" + extra + "|" + a.payload + "|" +
           std::to_string(static_cast<int>(a.kind));
  };
  int flat_ones = 0;
  for (const std::string& value : kValues) {
    for (const std::string key : {"title", "id", "text", "html", "", "more", "a\\u0062"}) {
      for (const std::string& before : {std::string(R"("title": "x", )"),
                                        R"("more": 5, "text": "y", )" + ("\"" + key) + "\": 1, "}) {
        const std::string fields = before + '"' + key + "\": " + value;
        const Record flat = ReadJsonRecord(" {" + fields + " } ");
        const Record other = ReadJsonRecord("{" + fields + R"(, "~": []})");
        EXPECT_EQ(told(flat, true), told(other, false)) << fields;
        flat_ones += std::holds_alternative<RawArticle>(flat);
      }
    }
  }
  EXPECT_GT(flat_ones, 100);
  for (const std::string bad :
       {"{\"text\":\"y\"}x", "[\"text\"]", "\"text\"", "{\"text\":\"y\",}", ""}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(ReadJsonRecord(bad))) << bad;
  }
}

// Files are looked at before anybody knows that they are UTF-8: nothing is read past their end.
TEST(Delimited, AHeaderMayEndInsideACharacter) {
  for (const std::string_view text :
       {"title,text\xE6", "title,\xF0\x9F", "\xE3\x80", "\xF0", "\x9B"}) {
    const std::vector<char> bytes(text.begin(), text.end());  // without a byte behind the last
    (void)DelimitedHeader({bytes.data(), bytes.size()});
  }
  EXPECT_EQ(DelimitedHeader("title,text\n"), ',');
}

TEST(Delimited, EveryCallGoesOn) {
  for (const std::string text : {"a,b\n", "\"", "\"\"\"", "a\r\n\r\n\"b\nc\",d", ",,,\n,"}) {
    size_t at = 0, line = 1;
    for (size_t last = 0; ReadDelimited(text, ',', at, line); last = at) ASSERT_GT(at, last);
    EXPECT_EQ(at, text.size());
  }
}

}  // namespace
}  // namespace hanfact::ingest
