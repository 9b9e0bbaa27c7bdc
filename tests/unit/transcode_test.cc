// Every page gives the same article in any charset, whatever label it bears.
#include <re2/re2.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <optional>

#include "base/text.h"
#include "ingest/cleaner.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

// What a page tells, on lines of its own; offsets and blocks follow from the text.
std::string Told(std::string payload) {
  RawArticle article;
  article.locator = "page";
  article.payload = std::move(payload);
  auto result = SharedTools().cleaner().Clean(std::move(article), std::nullopt);
  if (const auto* reject = std::get_if<Reject>(&result)) {
    return "REJECT " + reject->stage + " " + reject->reason;
  }
  const Document& d = std::get<Document>(result);
  return d.meta.title + "\n" + d.meta.published + "\n" + d.meta.author + "\n" + d.meta.source +
         "\n" + d.text;
}

// In another charset; nullopt where it has not all of the characters.
std::optional<std::string> Encode(const std::string& utf8, const char* charset) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* from = ucnv_open("UTF-8", &status);
  UConverter* to = ucnv_open(charset, &status);
  ucnv_setFromUCallBack(to, UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::string out(utf8.size() * 4 + 64, '\0');
  char* target = out.data();
  const char* source = utf8.data();
  ucnv_convertEx(to, from, &target, out.data() + out.size(), &source, utf8.data() + utf8.size(),
                 nullptr, nullptr, nullptr, nullptr, true, true, &status);
  out.resize(static_cast<size_t>(target - out.data()));
  ucnv_close(from);
  ucnv_close(to);
  if (U_FAILURE(status)) return std::nullopt;
  return out;
}

// The page with all its charset labels replaced; without any for an empty label.
std::string Labelled(std::string page, const std::string& label) {
  static const RE2 kMeta(R"((?is)<meta[^>]*charset[^>]*>)");
  RE2::GlobalReplace(&page, kMeta, "");
  if (label.empty()) return page;
  const size_t at = page.find("<head");
  const size_t end = at == std::string::npos ? std::string::npos : page.find('>', at);
  const std::string meta = "<meta charset=\"" + label + "\">";
  if (end == std::string::npos) return meta + page;
  return page.insert(end + 1, meta);
}

struct Charset {
  const char* icu;
  const char* mark;
  std::vector<const char*> labels;  // right, wrong, none
};

const std::vector<Charset>& Charsets() {
  static const std::vector<Charset> charsets = {
      {"gb18030", "", {"gb2312", "big5", "utf-8", ""}},
      {"big5-hkscs", "", {"big5", "gbk", "utf-8", ""}},
      {"UTF-16LE", "\xFF\xFE", {"utf-16", "gbk", ""}},
      {"UTF-16BE", "", {"utf-16", "big5", ""}},
      {"UTF-8", "", {"utf-8", "gb2312", "big5", "unknown-8bit", ""}},
  };
  return charsets;
}

struct Counts {
  int pages = 0, copies = 0, big5 = 0;
};

// Compares all copies of a page with it.
void Compare(const std::string& name, const std::string& page, Counts& counts) {
  ++counts.pages;
  const std::string want = Told(Labelled(page, "utf-8"));
  for (const Charset& charset : Charsets()) {
    for (const char* label : charset.labels) {
      const std::optional<std::string> copy = Encode(Labelled(page, label), charset.icu);
      if (!copy) break;
      ++counts.copies;
      counts.big5 += std::string_view(charset.icu) == "big5-hkscs";
      EXPECT_EQ(Told(charset.mark + *copy), want)
          << name << " in " << charset.icu << " labelled '" << label << "'";
    }
  }
}

TEST(Transcode, OwnPages) {
  Counts counts;
  for (const auto& entry : std::filesystem::directory_iterator(SourceDir() / "tests" / "pages")) {
    if (entry.path().extension() != ".html") continue;
    const std::string page = ReadFile(entry.path());
    if (FindInvalidUtf8(page)) continue;  // two are GBK and Big5 themselves
    Compare(entry.path().filename().string(), page, counts);
  }
  EXPECT_GE(counts.pages, 20);
  EXPECT_GE(counts.copies, 300);
  EXPECT_GE(counts.big5, 16);
}

// The pages that the project is measured by, where they are at hand.
TEST(Transcode, GoldPages) {
  const std::filesystem::path root = SourceDir() / ".." / "shared" / "data" / "pages";
  if (!std::filesystem::exists(root / "gold.jsonl")) GTEST_SKIP() << "no gold pages here";
  Counts counts;
  for (const auto& gold : ReadJsonLines(root / "gold.jsonl")) {
    std::string page = ReadFile(root / gold["page"].get<std::string>());
    // Those that are no UTF-8 themselves have no copy to compare with.
    if (FindInvalidUtf8(page)) continue;
    if (page.starts_with("\xEF\xBB\xBF")) page.erase(0, 3);
    Compare(gold["page"], page, counts);
  }
  EXPECT_GE(counts.pages, 40);
}

const std::string kBody =
    "<h1>海岸鎮港口的帳本</h1><p>海岸鎮政府今天公布的資料顯示，上半年港口的貨物吞吐量為231萬噸，"
    "比去年同期增加6.8%，是近五年來的新高。</p><p>鎮長何晴在會上表示，新開的三條航線帶動了外貿的"
    "成長，全年的目標因此上修到480萬噸。</p>";

TEST(Transcode, HongKongCharacters) {
  // 啟 嘢 嘅 咗 邨 衞 滙 𨋢: some of them are in Big5 with the Hong Kong characters only.
  const std::string page =
      "<html><head><title>彩虹邨的𨋢</title></head><body><h1>彩虹邨的𨋢維修費大增</h1>"
      "<p>衞生署與滙豐大廈業主會今日公布，邨內十二部𨋢去年的維修費為86.4萬元，按年增加兩成。</p>"
      "<p>居民說，「部𨋢壞咗三日，冇人整嘅」，管理公司回應，新零件下星期會到。</p></body></html>";
  Counts counts;
  Compare("𨋢", page, counts);
  EXPECT_EQ(counts.big5, 4);
}

TEST(Transcode, LabelBehindLongScripts) {
  for (const size_t before : {2000U, 40000U, 60000U}) {
    const std::string head = "<html><head><script>" + std::string(before, 'x') + "</script>";
    const std::string page = head + "<meta charset=big5></head><body>" + kBody + "</body></html>";
    EXPECT_EQ(Told(*Encode(page, "big5-hkscs")), Told(page)) << before;
  }
}

TEST(Transcode, MixedEncodingsInOnePage) {
  // A widget in another charset costs itself, not the page.
  const std::string widget = "<div class=\"footer\"><p>友情鏈接與客服電話</p></div></body></html>";
  const std::string page = "<html><head><meta charset=\"utf-8\"></head><body>" + kBody + kBody;
  const std::string want = Told("<html><head></head><body>" + kBody + kBody + "</body></html>");
  EXPECT_EQ(Told(page + *Encode(widget, "gb18030")), want);
  EXPECT_EQ(Told(page + *Encode(widget, "big5-hkscs")), want);
  std::string gbk = *Encode(page, "gb18030");
  EXPECT_EQ(Told(gbk + widget), want);
}

TEST(Transcode, Iso2022IsRefusedWithItsName) {
  for (const char* page : {"<meta charset=iso-2022-cn><p>text", "\x1B$)A\x0E#$\x0F news"}) {
    EXPECT_NE(Told(page).find("ISO-2022-CN"), std::string::npos) << Told(page);
    EXPECT_TRUE(Told(page).starts_with("REJECT decode"));
  }
}

}  // namespace
}  // namespace hanfact::testing
