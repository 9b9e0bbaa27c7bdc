// The hostile pages in full size, each in a process of its own, so that its memory can be told.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"
#include "hostile_pages.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

constexpr int kAnswered = 0, kWrong = 1;

// Cleans a page in a child; its peak memory beyond what it started with, in bytes of the page.
void Check(const HostilePage& page) {
  struct rusage before {};
  getrusage(RUSAGE_SELF, &before);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    alarm(300);  // a quadratic pass over these takes hours
    const std::string got = TextOf(page.bytes, page.text);
    const bool right = page.want.empty() ? !got.empty() : got == page.want;
    if (!right) std::fprintf(stderr, "%s: %s\n", page.name.c_str(), got.substr(0, 300).c_str());
    _exit(right ? kAnswered : kWrong);
  }
  int status = 0;
  struct rusage used {};
  ASSERT_EQ(wait4(child, &status, 0, &used), child);
  ASSERT_TRUE(WIFEXITED(status)) << page.name << " took over five minutes, or crashed";
  EXPECT_EQ(WEXITSTATUS(status), kAnswered) << page.name;
  // The child shares the pages of its parent: what it holds beyond them is its own. Peaks of small
  // pages are those of the tables.
  const double own = (static_cast<double>(used.ru_maxrss) - before.ru_maxrss) * 1024;
  const auto size = static_cast<double>(page.bytes.size());
  constexpr double kTables = 48.0 * (1 << 20);
  EXPECT_LT(own - kTables, 40 * size) << page.name;
}

TEST(HostilePagesLong, FullSize) {
  for (const HostilePage& page : HostilePages(100)) Check(page);
}

TEST(HostilePagesLong, FiftyMegabytesOfProse) {
  HostilePage page;
  page.name = "prose";
  page.bytes = "<html><body><h1>港口的账本说明了什么</h1>";
  for (int i = 0; page.bytes.size() < 50'000'000; ++i) {
    const std::string line = "第" + std::to_string(i) +
                             "个港口集团公布的数据显示，上半年的货物吞吐量为三百万吨，增长一成。";
    page.bytes += "<p>" + line + "</p>\n";
    page.want += (i == 0 ? "" : "\n") + line;
  }
  Check(page);
}

}  // namespace
}  // namespace hanfact::testing
