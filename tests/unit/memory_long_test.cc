// Constant memory: the peak of a run of 2 GB is less than 20 % above that of a run of 10 MB, whose
// 35 pages fill no cache.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "made_up_news.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

// A page as portals make them: a hundred times as much of menus, scripts and links as of article.
std::string PageOf(made_up::Generator& news, uint64_t number) {
  std::string out = "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" +
                    news.Company() + "要闻" + std::to_string(number) + "</title><script>";
  constexpr size_t kScript = 150'000, kPage = 300'000;
  while (out.size() < kScript) {
    out += "window.stat_" + news.Number() + "={id:" + news.Number() + ",key:\"a" + news.Number() +
           "\"};\n";
  }
  out += "</script></head><body><div class=\"nav\"><ul>";
  while (out.size() < kPage) {
    out += "<li class=\"item\"><a href=\"/channel/" + news.Number() + ".html\" target=\"_blank\">" +
           news.Company() + "频道</a></li>\n";
  }
  out += "</ul></div><div class=\"article\"><h1>" + news.Company() + "要闻</h1>";
  for (const std::string& sentence : news.Article()) out += "<p>" + sentence + "</p>\n";
  return out + "</div></body></html>";
}

// Writes a WARC of about so many bytes.
void WriteWarc(const std::string& path, uint64_t bytes) {
  made_up::Generator news(7);
  std::ofstream out(path, std::ios::binary);
  uint64_t written = 0;
  for (uint64_t n = 0; written < bytes; ++n) {
    const std::string page = PageOf(news, n);
    const std::string http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                             "Content-Length: " + std::to_string(page.size()) + "\r\n\r\n" + page;
    const std::string record =
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example.com/" +
        std::to_string(n) + ".html\r\nWARC-Date: 2025-03-01T08:00:00Z\r\nWARC-Record-ID: <urn:n:" +
        std::to_string(n) + ">\r\nContent-Type: application/http; msgtype=response\r\n"
        "Content-Length: " + std::to_string(http.size()) + "\r\n\r\n" + http + "\r\n\r\n";
    out << record;
    written += record.size();
  }
  ASSERT_TRUE(out.good()) << path;
}

// Peak memory of an ingest of the file, in kilobytes.
int64_t PeakOfIngest(const std::string& warc, const std::string& db) {
  const std::string binary = std::string(HANFACT_BINARY_DIR) + "/hanfact";
  const pid_t child = fork();
  if (child == 0) {
    ::execl(binary.c_str(), binary.c_str(), "ingest", warc.c_str(), "--db", db.c_str(), "--jobs",
            "2", "--quiet", nullptr);
    ::_exit(127);
  }
  int status = 0;
  struct rusage used {};
  EXPECT_EQ(wait4(child, &status, 0, &used), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << warc;
  return used.ru_maxrss;
}

TEST(Memory, OfAGreatInputIsThatOfASmallOne) {
  const char* asked = std::getenv("HANFACT_INPUT_MB");
  const uint64_t great = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 2048;
  std::map<uint64_t, int64_t> peak;
  for (const uint64_t megabytes : {uint64_t{10}, great}) {
    TempDir dir;
    const std::string warc = dir.File("pages.warc");
    WriteWarc(warc, megabytes << 20);
    peak[megabytes] = PeakOfIngest(warc, dir.File("facts.db"));
    const RunResult stats = RunProgram("stats --db " + dir.File("facts.db"));
    EXPECT_EQ(stats.status, 0) << stats.err;
    std::fprintf(stderr, "%llu MB of input: peak %lld KB\n%s",
                 static_cast<unsigned long long>(megabytes),
                 static_cast<long long>(peak[megabytes]), stats.out.c_str());
  }
  constexpr int64_t kMost = 70 << 10;
  EXPECT_LT(peak[great], kMost);
  EXPECT_LT(static_cast<double>(peak[great]), 1.2 * static_cast<double>(peak[10]));
}

}  // namespace
}  // namespace hanfact::testing
