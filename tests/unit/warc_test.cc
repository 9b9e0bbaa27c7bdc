// WARC files, sound and damaged: every good record in, every bad one named with its offset.
#include "ingest/warc.h"

#include <archive.h>
#include <archive_entry.h>
#include <brotli/encode.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <map>
#include <random>
#include <set>

#include "base/hash.h"
#include "ingest/reader.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

std::string Base32Sha1(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha1(), nullptr);
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (unsigned i = 0; i < size; ++i) {
    bits = (bits << 8) | digest[i];
    have += 8;
    while (have >= 5) {
      have -= 5;
      out += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> have) & 31];
    }
  }
  return out;
}

std::string Gzip(std::string_view bytes, int window_bits = 16 + MAX_WBITS) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, bytes.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.erase(out.size() - std::min<size_t>(z.avail_out, out.size()));
  deflateEnd(&z);
  return out;
}

std::string Brotli(std::string_view bytes) {
  std::string out(BrotliEncoderMaxCompressedSize(bytes.size()) + 64, '\0');
  size_t size = out.size();
  EXPECT_TRUE(BrotliEncoderCompress(5, 20, BROTLI_MODE_TEXT, bytes.size(),
                                    reinterpret_cast<const uint8_t*>(bytes.data()), &size,
                                    reinterpret_cast<uint8_t*>(out.data())));
  out.resize(size);
  return out;
}

std::string Zstd(std::string_view bytes) {
  std::string out(bytes.size() + 4096, '\0');
  size_t size = 0;
  struct archive* a = archive_write_new();
  archive_write_add_filter_zstd(a);
  archive_write_set_format_raw(a);
  archive_write_set_bytes_in_last_block(a, 1);
  EXPECT_EQ(archive_write_open_memory(a, out.data(), out.size(), &size), ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "body");
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_write_header(a, entry);
  archive_write_data(a, bytes.data(), bytes.size());
  archive_entry_free(entry);
  archive_write_close(a);
  archive_write_free(a);
  out.resize(size);
  return out;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string Record(const std::string& type, const std::string& url, const std::string& block,
                   const Headers& more = {}) {
  std::string out = "WARC/1.0\r\nWARC-Type: " + type + "\r\nWARC-Target-URI: " + url +
                    "\r\nWARC-Date: 2026-02-26T08:00:00Z\r\n";
  for (const auto& [name, value] : more) out += name + ": " + value + "\r\n";
  return out + "Content-Length: " + std::to_string(block.size()) + "\r\n\r\n" + block + "\r\n\r\n";
}

std::string Http(const std::string& body, const std::string& headers = "",
                 const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\n" + headers +
         "\r\n" + body;
}

std::string Response(const std::string& url, const std::string& body,
                     const std::string& headers = "", const std::string& digest_of = "") {
  const std::string block = Http(body, headers);
  return Record(
      "response", url, block,
      {{"Content-Type", "application/http; msgtype=response"},
       {"WARC-Payload-Digest", "sha1:" + Base32Sha1(digest_of.empty() ? body : digest_of)},
       {"WARC-Block-Digest", "sha1:" + Base32Sha1(block)}});
}

std::string Page(int i) {
  return "<html><body><p>第" + std::to_string(i) + "号公告：海岳汽车销量为" +
         std::to_string(1000 + i) + "辆，同比增长" + std::to_string(i % 90 + 1) +
         "%。</p></body></html>";
}
std::string Url(int i) { return "http://news.example/" + std::to_string(i); }

struct Inputs {
  std::map<std::string, RawArticle> articles;  // by locator without the path
  std::map<std::string, std::string> rejects;
};

Inputs ReadInputs(const std::vector<std::string>& paths,
                  const ingest::ReaderOptions& options = {}) {
  Inputs out;
  auto reader = ingest::Reader::Open(paths, options);
  EXPECT_TRUE(reader.ok());
  if (!reader.ok()) return out;
  const std::string root = std::filesystem::path(paths[0]).parent_path().string() + "/";
  auto name = [&](std::string locator) {
    return locator.starts_with(root) ? locator.substr(root.size()) : locator;
  };
  while (auto input = (*reader)->Next()) {
    if (auto* article = std::get_if<RawArticle>(&*input)) {
      const std::string at = name(article->locator);
      EXPECT_FALSE(out.articles.contains(at)) << at;
      out.articles[at] = std::move(*article);
    } else {
      const Reject& r = std::get<Reject>(*input);
      EXPECT_FALSE(out.rejects.contains(name(r.locator))) << r.locator;
      out.rejects[name(r.locator)] = r.reason;
    }
  }
  return out;
}

std::string List(const Inputs& in) {
  std::string out;
  for (const auto& [at, article] : in.articles) out += at + " " + article.given.url + "\n";
  for (const auto& [at, reason] : in.rejects) out += at + " REJECT " + reason + "\n";
  return out;
}

TEST(Warc, RecordKindsAndBodies) {
  TempDir dir;
  const std::string page = Page(1);
  const std::string half = page.substr(0, 20);
  char size[16];
  std::snprintf(size, sizeof size, "%zx", page.size() - 20);
  const std::string chunked =
      "14;x=y\r\n" + half + "\r\n" + size + "\r\n" + page.substr(20) + "\r\n0\r\n\r\n";
  const std::string zipped = Gzip(page), deflated = Gzip(page, -MAX_WBITS);
  std::string file;
  std::vector<size_t> at;
  auto add = [&](const std::string& record) {
    at.push_back(file.size());
    file += record;
  };
  add(Record("warcinfo", "", "software: x\r\n"));
  add(Record("request", Url(1), "GET / HTTP/1.1\r\n\r\n"));
  add(Response(Url(1), page));
  add(Response(Url(2), chunked, "Transfer-Encoding: chunked\r\n"));
  add(Response(Url(3), chunked, "Transfer-Encoding: chunked\r\n", page));  // digest of the joined
  add(Response(Url(4), zipped, "Content-Encoding: gzip\r\n"));
  add(Response(Url(5), deflated, "Content-Encoding: deflate\r\n"));
  add(Response(Url(6), page, "Transfer-Encoding: chunked\r\n"));  // stored joined
  add(Response(Url(7), page, "Content-Encoding: gzip\r\n"));      // stored unpacked
  add(Record("resource", "file:///a.html", page, {{"Content-Type", "text/html"}}));
  add(Record("conversion", Url(8), "海岳汽车销量增长5%。", {{"Content-Type", "text/plain"}}));
  add(Record("response", Url(9), Http("", "", "404 Not Found")));
  add(Record("response", "dns:news.example", "20260226 news.example. A 1.2.3.4"));
  add(Record("resource", Url(10), "\x89PNG\r\n\x1A\n123", {{"Content-Type", "image/png"}}));
  add(Record("resource", Url(11), "\x89PNG\r\n\x1A\n456", {{"Content-Type", "image/png"}}));
  WriteFile(dir.File("a.warc"), file);
  const Inputs in = ReadInputs({dir.File("a.warc")});
  ASSERT_EQ(in.articles.size(), 9u) << List(in);
  for (int i : {2, 3, 4, 5, 6, 7, 8, 9}) {
    const auto found = in.articles.find("a.warc@" + std::to_string(at[static_cast<size_t>(i)]));
    ASSERT_NE(found, in.articles.end()) << i << "\n" << List(in);
    EXPECT_EQ(found->second.payload, page) << i;
  }
  const RawArticle& first = in.articles.at("a.warc@" + std::to_string(at[2]));
  EXPECT_EQ(first.given.url, Url(1));
  EXPECT_EQ(first.given.fetched, "2026-02-26T08:00:00Z");
  EXPECT_EQ(in.rejects.size(), 3u) << List(in);
  EXPECT_TRUE(in.rejects.contains("a.warc#HTTP 404 answer")) << List(in);
  EXPECT_TRUE(in.rejects.at("a.warc#image/png").starts_with("2 records")) << List(in);
}

TEST(Warc, RevisitsAreResolvedWhereverTheyStand) {
  TempDir dir;
  auto revisit = [](const std::string& url, const std::string& body) {
    return Record("revisit", url, Http(""),
                  {{"WARC-Payload-Digest", "sha1:" + Base32Sha1(body)},
                   {"WARC-Refers-To-Target-URI", Url(1)},
                   {"WARC-Refers-To-Date", "2026-02-25T00:00:00Z"}});
  };
  const std::string early = revisit(Url(2), Page(1));
  const std::string first = Response(Url(1), Page(1)), lost = revisit(Url(3), Page(99));
  for (bool gzip : {false, true}) {
    auto wrap = [&](const std::string& s) { return gzip ? Gzip(s) : s; };
    WriteFile(dir.File("1.warc"), wrap(early));
    WriteFile(dir.File("2.warc"), wrap(first) + wrap(lost) + wrap(early));
    const Inputs in = ReadInputs({dir.File("1.warc"), dir.File("2.warc")});
    ASSERT_EQ(in.articles.size(), 3u) << List(in);
    EXPECT_EQ(in.articles.at("1.warc@0").payload, Page(1));
    EXPECT_EQ(in.articles.at("1.warc@0").given.url, Url(2));
    ASSERT_EQ(in.rejects.size(), 1u);
    EXPECT_NE(in.rejects.begin()->second.find("2026-02-25"), std::string::npos) << List(in);
  }
}

TEST(Warc, HeadersThatAreNoTextBecomeText) {
  TempDir dir;
  WriteFile(dir.File("a.warc"),
            Record("conversion\xCE", Url(1), "text") +
                Record("resource", "http://a/\xFF", Page(1)) +
                Record("resource", Url(2), "x", {{"Content-Type", "image/\xFF"}}));
  const Inputs in = ReadInputs({dir.File("a.warc")});
  EXPECT_TRUE(in.rejects.contains("a.warc#WARC conversion? record")) << List(in);
  EXPECT_TRUE(in.rejects.contains("a.warc#image/?")) << List(in);
  ASSERT_EQ(in.articles.size(), 1u) << List(in);
  EXPECT_EQ(in.articles.begin()->second.given.url, "http://a/?");
}

TEST(Warc, OneGzipMemberForAllGivesPlacesWithinIt) {
  TempDir dir;
  const std::string a = Response(Url(1), Page(1)), b = Response(Url(2), Page(2));
  WriteFile(dir.File("a.warc.gz"), Gzip(a + b));
  const Inputs in = ReadInputs({dir.File("a.warc.gz")});
  EXPECT_TRUE(in.articles.contains("a.warc.gz@0")) << List(in);
  EXPECT_TRUE(in.articles.contains("a.warc.gz@0+" + std::to_string(a.size()))) << List(in);
}

// Ways to damage the record of page i. Each must cost this record only.
using Damage = std::string (*)(std::string record, std::string page);
std::string Replaced(std::string s, const std::string& what, const std::string& with) {
  const size_t at = s.find(what);
  EXPECT_NE(at, std::string::npos);
  return s.replace(at, what.size(), with);
}
std::string LengthOf(const std::string& record) {
  const size_t at = record.find("Content-Length: ");
  return record.substr(at, record.find("\r\n", at) - at);
}
constexpr std::pair<const char*, Damage> kPlainDamages[] = {
    {"a byte of the payload flipped",
     [](std::string r, std::string) {
       r[r.size() - 12] ^= 1;
       return r;
     }},
    {"length too large",
     [](std::string r, std::string) { return Replaced(r, LengthOf(r), LengthOf(r) + "7"); }},
    {"length too small",
     [](std::string r, std::string) { return Replaced(r, LengthOf(r), "Content-Length: 60"); }},
    {"length no number",
     [](std::string r, std::string) { return Replaced(r, LengthOf(r), "Content-Length: x1"); }},
    {"no length", [](std::string r, std::string) { return Replaced(r, LengthOf(r) + "\r\n", ""); }},
    {"version line broken",
     [](std::string r, std::string) { return Replaced(r, "WARC/1.0", "W\x01RC/1.0"); }},
    {"bytes missing", [](std::string r, std::string) { return r.erase(r.size() / 2, 40); }},
    {"cut off", [](std::string r, std::string) { return r.substr(0, r.size() * 2 / 3); }},
    {"digest of something else",
     [](std::string r, std::string page) {
       return Replaced(r, Base32Sha1(page), Base32Sha1("x" + page));
     }},
    {"head cut",
     [](std::string r, std::string) { return Replaced(r, "\r\nWARC-Date", "\r\n\r\nWARC-Date"); }},
    {"chunks broken",
     [](std::string, std::string page) {
       const std::string body = "5\r\n" + page.substr(0, 5) + "\r\nzz\r\n" + page.substr(5);
       return Response("http://news.example/chunks", body, "Transfer-Encoding: chunked\r\n");
     }},
    {"gzip body broken",
     [](std::string, std::string page) {
       std::string body = Gzip(page);
       body[body.size() / 2] ^= 0x55;
       return Response("http://news.example/gzip", body, "Content-Encoding: gzip\r\n");
     }},
};
// Of a gzip member.
constexpr std::pair<const char*, Damage> kMemberDamages[] = {
    {"a bit of the data flipped",
     [](std::string m, std::string) {
       m[m.size() / 2] ^= 0x10;
       return m;
     }},
    {"magic gone",
     [](std::string m, std::string) {
       m[0] = 'x';
       return m;
     }},
    {"checksum wrong",
     [](std::string m, std::string) {
       m[m.size() - 7] ^= 1;
       return m;
     }},
    {"end cut off", [](std::string m, std::string) { return m.substr(0, m.size() * 2 / 3); }},
    {"middle missing", [](std::string m, std::string) { return m.erase(m.size() / 3, 25); }},
    {"zeroed", [](std::string m, std::string) { return std::string(m.size(), '\0'); }},
    {"head only", [](std::string m, std::string) { return m.substr(0, 12); }},
    {"noise",
     [](std::string m, std::string) {
       std::mt19937 random(7);
       for (char& c : m) c = static_cast<char>(random());
       return m;
     }},
};

// Writes `count` records, each `every`th one damaged, and expects every good one in and every bad
// one in the rejects under its offset.
void ExpectOnlyTheDamagedAreLost(int count, int every, bool gzip) {
  TempDir dir;
  std::string file;
  std::set<std::string> good, bad;
  std::map<std::string, std::string> how;
  int damaged = 0;
  for (int i = 0; i < count; ++i) {
    std::string record = Response(Url(i), Page(i));
    const std::string at = "a.warc@" + std::to_string(file.size());
    if (i % every != every / 2) {
      good.insert(at);
      file += gzip ? Gzip(record) : record;
      continue;
    }
    const auto n = static_cast<size_t>(damaged++);
    bad.insert(at);
    if (!gzip) {
      const auto& [name, damage] = kPlainDamages[n % std::size(kPlainDamages)];
      how[at] = name;
      file += damage(record, Page(i));
    } else {
      // Both the member and what is in it.
      const size_t all = std::size(kPlainDamages) + std::size(kMemberDamages);
      const bool inner = n % all < std::size(kPlainDamages);
      const auto& [name, damage] =
          inner ? kPlainDamages[n % all] : kMemberDamages[n % all - std::size(kPlainDamages)];
      how[at] = name;
      file += inner ? Gzip(damage(record, Page(i))) : damage(Gzip(record), Page(i));
    }
  }
  WriteFile(dir.File("a.warc"), file);
  const Inputs in = ReadInputs({dir.File("a.warc")});
  for (const std::string& at : good) {
    const auto found = in.articles.find(at);
    EXPECT_TRUE(found != in.articles.end()) << at << " is lost";
  }
  for (const std::string& at : bad) {
    EXPECT_FALSE(in.articles.contains(at)) << at << ": " << how[at] << " was not noticed";
    EXPECT_TRUE(in.rejects.contains(at)) << at << ": " << how[at] << " has no reject";
  }
  for (const auto& [at, reason] : in.rejects) {
    EXPECT_TRUE(bad.contains(at)) << at << " REJECT " << reason;
    EXPECT_GT(reason.size(), 30u);
  }
  EXPECT_EQ(in.articles.size(), good.size());
  for (const auto& [at, article] : in.articles) {
    const int i = std::stoi(article.given.url.substr(article.given.url.rfind('/') + 1));
    EXPECT_EQ(article.payload, Page(i));
  }
}

TEST(Warc, DamagedRecordsCostOnlyThemselves) {
  ExpectOnlyTheDamagedAreLost(400, 5, false);
  ExpectOnlyTheDamagedAreLost(400, 5, true);
}

TEST(Warc, DamagedNeighbours) {
  ExpectOnlyTheDamagedAreLost(60, 2, false);
  ExpectOnlyTheDamagedAreLost(60, 2, true);
}

// At scale.
TEST(Warc, TwentyThousandRecordsOnePercentDamaged) {
  ExpectOnlyTheDamagedAreLost(20000, 100, false);
  ExpectOnlyTheDamagedAreLost(20000, 100, true);
}

TEST(Warc, AFileThatEndsWithinARecordKeepsTheOthers) {
  TempDir dir;
  const std::string a = Response(Url(1), Page(1)), b = Response(Url(2), Page(2));
  for (bool gzip : {false, true}) {
    const std::string first = gzip ? Gzip(a) : a, second = gzip ? Gzip(b) : b;
    for (size_t cut = 1; cut < second.size(); cut += 7) {
      // Without its last line breaks a record is whole.
      if (!gzip && cut + 4 >= second.size()) continue;
      WriteFile(dir.File("a.warc"), first + second.substr(0, cut));
      const Inputs in = ReadInputs({dir.File("a.warc")});
      EXPECT_EQ(in.articles.size(), 1u) << gzip << " " << cut << "\n" << List(in);
      EXPECT_EQ(in.rejects.size(), 1u) << gzip << " " << cut << "\n" << List(in);
      EXPECT_TRUE(in.rejects.contains("a.warc@" + std::to_string(first.size()))) << List(in);
    }
  }
}

TEST(Warc, RecordsLargerThanAnyArticleAreNotHeld) {
  TempDir dir;
  const std::string large(ingest::kWarcHold + 1000, 'x');
  WriteFile(dir.File("a.warc"),
            Response(Url(1), Page(1)) +
                Record("resource", Url(2), large, {{"Content-Type", "video/mp4"}}) +
                Record("resource", Url(3), large, {{"Content-Type", "text/html"}}) +
                Response(Url(4), Page(4)));
  const Inputs in = ReadInputs({dir.File("a.warc")});
  EXPECT_EQ(in.articles.size(), 2u) << List(in);
  EXPECT_EQ(in.rejects.size(), 2u) << List(in);
  EXPECT_TRUE(in.rejects.contains("a.warc#video/mp4"));
}

TEST(Warc, BrotliAndZstdBodiesAreRead) {
  TempDir dir;
  std::string file;
  const std::string damaged = Brotli(Page(3)).substr(0, 40), twice = Zstd(Page(4)).substr(0, 30);
  file += Response(Url(1), Brotli(Page(1)), "Content-Encoding: br\r\n");
  file += Response(Url(2), Zstd(Page(2)), "Content-Encoding: zstd\r\n");
  file += Response(Url(3), damaged, "Content-Encoding: br\r\n");
  file += Response(Url(4), twice, "Content-Encoding: zstd\r\n");
  // Unpacked by the crawler, which left the header.
  file += Response(Url(5), Page(5), "Content-Encoding: br\r\n");
  file += Response(Url(6), "\x01\x02 no page", "Content-Encoding: compress\r\n");
  WriteFile(dir.File("a.warc"), file);
  const Inputs inputs = ReadInputs({dir.File("a.warc")});
  std::set<std::string> pages;
  for (const auto& [at, article] : inputs.articles) pages.insert(article.payload);
  EXPECT_EQ(pages, (std::set<std::string>{Page(1), Page(2), Page(5)}));
  ASSERT_EQ(inputs.rejects.size(), 3u);
  for (const auto& [at, reason] : inputs.rejects) {
    EXPECT_NE(reason.find("compressed"), std::string::npos) << reason;
  }
}

TEST(Warc, TheHttpCharsetGoesWithThePayload) {
  TempDir dir;
  const auto record = [](const std::string& url, const std::string& type) {
    const std::string block =
        "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n<html><p>x</p></html>" + url;
    return Record("response", url, block, {{"Content-Type", "application/http"}});
  };
  WriteFile(dir.File("a.warc"), record("http://a/1", "text/html; charset=Big5") +
                                    record("http://a/2", "text/html;Charset=\"GBK\"; x=y") +
                                    record("http://a/3", "text/html"));
  std::map<std::string, std::string> by_url;
  for (const auto& [at, article] : ReadInputs({dir.File("a.warc")}).articles) {
    by_url[article.given.url] = article.charset;
  }
  EXPECT_EQ(by_url, (std::map<std::string, std::string>{
                        {"http://a/1", "big5"}, {"http://a/2", "gbk"}, {"http://a/3", ""}}));
}

}  // namespace
}  // namespace hanfact::testing
