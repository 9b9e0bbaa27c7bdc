// Records of data files, and what broken ones cost.
#include "ingest/json_lines.h"

#include <gtest/gtest.h>

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
