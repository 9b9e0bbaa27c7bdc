// Charsets told and decoded, labels believed or not, broken bytes named.
#include "ingest/decode.h"

#include <unicode/ucnv.h>

#include "base/text.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using ingest::Decode;
using ingest::Decoded;
using ingest::DecodeError;
using ingest::Rules;

const Rules& SharedRules() {
  static const std::unique_ptr<Rules> rules = [] {
    std::vector<TableError> errors;
    return std::make_unique<Rules>(errors);
  }();
  return *rules;
}

std::string Encode(const std::string& utf8, const char* charset) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out(utf8.size() * 3 + 16, '\0');
  const int32_t size = ucnv_convert(charset, "UTF-8", out.data(), static_cast<int32_t>(out.size()),
                                    utf8.data(), static_cast<int32_t>(utf8.size()), &status);
  EXPECT_TRUE(U_SUCCESS(status)) << charset;
  out.resize(static_cast<size_t>(size));
  return out;
}

const std::string kSimplified =
    "青州港集团今天公布的数据显示，上半年完成货物吞吐量2.31亿吨，同比增长6.8%"
    "；集装箱吞吐量也在增加。";
const std::string kTraditional =
    "經濟部今天公布8月外銷訂單為502.3億美元，年增10.4%，連續三個月成長，主要是因為電子產品的需求。";

void ExpectText(const std::string& bytes, const std::string& text, const std::string& charset) {
  auto result = Decode(bytes, SharedRules());
  ASSERT_TRUE(std::holds_alternative<Decoded>(result)) << std::get<DecodeError>(result).reason;
  EXPECT_EQ(std::get<Decoded>(result).text, text);
  EXPECT_EQ(std::get<Decoded>(result).charset, charset);
}

std::string ReasonOf(const std::string& bytes) {
  auto result = Decode(bytes, SharedRules());
  return std::holds_alternative<DecodeError>(result) ? std::get<DecodeError>(result).reason : "";
}

TEST(Decode, EachCharsetWithAnyLabel) {
  for (const std::string& text : {kSimplified, kTraditional}) {
    for (const char* label : {"", "utf-8", "gb2312", "gbk", "big5", "klingon", "iso-8859-1"}) {
      const std::string page = std::string("<meta charset=\"") + label + "\">" + text;
      ExpectText(page, page, "UTF-8");
      ExpectText("\xEF\xBB\xBF" + page, page, "UTF-8");
      ExpectText(Encode(page, "gb18030"), page, "GB18030");
      ExpectText("\xFF\xFE" + Encode(page, "UTF-16LE"), page, "UTF-16LE");
      ExpectText("\xFE\xFF" + Encode(page, "UTF-16BE"), page, "UTF-16BE");
      ExpectText(Encode(page, "UTF-16LE"), page, "UTF-16LE");
      ExpectText(Encode(page, "UTF-16BE"), page, "UTF-16BE");
      if (text == kTraditional) ExpectText(Encode(page, "big5-hkscs"), page, "BIG5-HKSCS");
    }
  }
}

TEST(Decode, HongKongCharacters) {
  const std::string text = "佢哋喺深圳灣畔嘅地塊已經動工，恒達置業的股價上升，這是一個新的開始。";
  ExpectText(Encode(text, "big5-hkscs"), text, "BIG5-HKSCS");
}

TEST(Decode, LabelFarDown) {
  const std::string page = "<html><!--" + std::string(40000, 'x') +
                           "--><meta http-equiv=Content-Type content='text/html; charset=gbk'>" +
                           "港";
  ExpectText(Encode(page, "gb18030"), page, "GB18030");
}

TEST(Decode, DeclaredCharset) {
  EXPECT_EQ(ingest::DeclaredCharset("<meta charset=utf-8>"), "utf-8");
  EXPECT_EQ(ingest::DeclaredCharset("<META HTTP-EQUIV='x' CONTENT=\"text/html; charset=Big5\">"),
            "Big5");
  EXPECT_EQ(ingest::DeclaredCharset("<?xml version=\"1.0\" encoding=\"GBK\"?>"), "GBK");
  EXPECT_EQ(ingest::DeclaredCharset("charset=gbk"), "");
}

TEST(Decode, CutUtf8NamesTheByte) {
  const std::string whole = kSimplified + kSimplified;
  const std::string cut = whole.substr(0, whole.size() - 1);
  const std::string reason = ReasonOf(cut);
  EXPECT_NE(reason.find("cut off"), std::string::npos) << reason;
  EXPECT_NE(reason.find("byte " + std::to_string(whole.size() - 3)), std::string::npos) << reason;
}

TEST(Decode, AFewBrokenBytesCostThemselvesOnly) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += kSimplified;
  std::string broken = text;
  broken.insert(text.size() / 2 / 3 * 3, "\xC4\xE3");  // two bytes of GBK in the middle
  auto result = Decode(broken, SharedRules());
  ASSERT_TRUE(std::holds_alternative<Decoded>(result));
  EXPECT_EQ(std::get<Decoded>(result).charset, "UTF-8");
  EXPECT_TRUE(std::get<Decoded>(result).replaced);
  EXPECT_FALSE(FindInvalidUtf8(std::get<Decoded>(result).text));
}

TEST(Decode, RefusesIso2022AndNoise) {
  EXPECT_NE(ReasonOf("\x1B$)A\x0E#$\x0F").find("ISO-2022-CN"), std::string::npos);
  std::string noise;
  uint32_t seed = 1;
  for (int i = 0; i < 4000; ++i) {
    seed = seed * 1664525 + 1013904223;
    noise += static_cast<char>(0x80 | (seed >> 24));
  }
  EXPECT_FALSE(ReasonOf(noise).empty());
}

// A label that came beside the bytes counts where the page itself has none.
TEST(Decode, TheLabelItWasSentWith) {
  const std::string page = "<p>~{VPND~}</p>";
  auto text = [&](const std::string& bytes, std::string_view sent_as) {
    return std::get<Decoded>(Decode(bytes, SharedRules(), sent_as)).text;
  };
  EXPECT_EQ(text(page, ""), page);
  EXPECT_EQ(text(page, "hz-gb-2312"), "<p>中文</p>");
  EXPECT_EQ(text("<meta charset=utf-8>" + page, "hz-gb-2312"), "<meta charset=utf-8>" + page);
  EXPECT_EQ(text("<p>中文</p>", "big5"), "<p>中文</p>");
}

TEST(Decode, NulIsTakenOut) { ExpectText(std::string("港口\0吞吐量", 16), "港口吞吐量", "UTF-8"); }

// Whichever charset it came from: pages in GB18030 with stray NUL, and U+0000 of UTF-16.
TEST(Decode, NulIsTakenOutOfEveryCharset) {
  std::string gb = Encode(kSimplified, "GB18030");
  gb.insert(gb.find("2.31"), 3, '\0');
  ExpectText(gb, kSimplified, "GB18030");
  std::string utf16 = "\xFF\xFE" + Encode(kSimplified, "UTF-16LE");
  utf16.insert(2, 2, '\0');
  ExpectText(utf16, kSimplified, "UTF-16LE");
}

TEST(Decode, AnyBytesGiveAnAnswer) {
  uint32_t seed = 7;
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    const size_t size = round * 3;
    for (size_t i = 0; i < size; ++i) {
      seed = seed * 1664525 + 1013904223;
      bytes += static_cast<char>(seed >> 24);
    }
    auto result = Decode(bytes, SharedRules());
    if (const auto* d = std::get_if<Decoded>(&result)) {
      EXPECT_FALSE(FindInvalidUtf8(d->text));
      EXPECT_EQ(d->text.find('\0'), std::string::npos);
    } else {
      EXPECT_FALSE(std::get<DecodeError>(result).reason.empty());
    }
  }
}

}  // namespace
}  // namespace hanfact::testing
