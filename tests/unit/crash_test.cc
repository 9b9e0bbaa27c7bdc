// A run that is killed, or that the disk fails, and is started again ends as one that never was.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <random>
#include <thread>

#include "databases.h"
#include "pipeline/ingest.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using store::Database;
using Clock = std::chrono::steady_clock;

// News enough for many batches: sentences of the corpus with numbers of their own.
std::string WriteNews(const TempDir& dir, int count) {
  std::string out;
  const char* const names[] = {"云岭芯片", "海岳汽车", "瀚宇电子", "雲嶺晶片"};
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(100 + i * 37 % 900);
    std::string text = std::string(names[i % 4]) + "公告，2025年营收为" + n + "." +
                       std::to_string(i % 90 + 10) + "亿元，同比增长" + std::to_string(i % 40 + 1) +
                       "%。第" + std::to_string(i) + "号消息显示，公司预计2026年净利润为" +
                       std::to_string(i % 70 + 3) + "亿元至" + std::to_string(i % 70 + 9) +
                       "亿元。";
    // Every tenth is a repost of the one before, every seventeenth is refused.
    if (i % 10 == 9) text = out.substr(out.rfind("\"text\":") + 8);
    if (i % 10 == 9) text = text.substr(0, text.find('"'));
    if (i % 17 == 0) text = "Revenue rose 5 percent in the quarter, it said on Monday.";
    out += "{\"id\":" + std::to_string(i) + ",\"published\":\"2026-02-" +
           std::to_string(10 + i % 18) + "\",\"site\":\"s" + std::to_string(i % 7) +
           "\",\"text\":\"" + text + "\"}\n";
  }
  WriteFile(dir.File("news.jsonl"), out);
  return dir.File("news.jsonl");
}

struct Limits {
  rlim_t file_size = RLIM_INFINITY;
};

// Starts the program; `in` and `out` are files.
pid_t Start(const std::vector<std::string>& arguments, const std::string& in,
            const std::string& out, const Limits& limits = {}) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const rlimit size{limits.file_size, limits.file_size};
  ::setrlimit(RLIMIT_FSIZE, &size);
  ::signal(SIGXFSZ, SIG_IGN);
  if (!in.empty()) ::dup2(::open(in.c_str(), O_RDONLY), STDIN_FILENO);
  // The limit is for the database alone: messages go through a pipe that nobody fills.
  const int sink = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::dup2(sink, STDOUT_FILENO);
  ::dup2(sink, STDERR_FILENO);
  std::vector<char*> argv;
  const std::string binary = Binary();
  argv.push_back(const_cast<char*>(binary.c_str()));
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  ::execv(binary.c_str(), argv.data());
  ::_exit(127);
}

int Wait(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

double RunFor(const std::vector<std::string>& arguments, const std::string& in,
              const std::string& out) {
  const auto start = Clock::now();
  EXPECT_EQ(Wait(Start(arguments, in, out)), 0) << ReadFile(out);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string Facts(const std::string& db) {
  return RunProgram("facts --format jsonl --db " + db).out;
}

// Kills the command `kills` times at random moments, starting it anew on what is there each time,
// then lets it end, and expects the database that an undisturbed run gives. `fresh`: prepares the
// file that the first start finds.
void ExpectSurvivesKills(const TempDir& dir, std::vector<std::string> arguments,
                         const std::string& in, int kills, uint32_t seed,
                         const std::function<void(const std::string&)>& fresh) {
  const std::string log = dir.File("log"), undisturbed = dir.File("undisturbed.db");
  fresh(undisturbed);
  arguments.push_back("--db");
  arguments.push_back(undisturbed);
  const double seconds = RunFor(arguments, in, log);
  const std::string expected = Dump(undisturbed), facts = Facts(undisturbed);
  EXPECT_GT(facts.size(), 1000u);
  std::mt19937 random(seed);
  const std::string db = dir.File("killed.db");
  arguments.back() = db;
  int done = 0;
  for (int round = 0; done < kills; ++round) {
    for (const char* tail :
         {"", "-journal", "-wal", "-shm", ".lock", ".v1.bak", ".v1.bak.partial"}) {
      std::filesystem::remove(db + tail);
    }
    fresh(db);
    // A few kills on the way of each database, then the end.
    for (int k = 0; k < 4 && done < kills; ++k, ++done) {
      const pid_t pid = Start(arguments, in, log);
      const double moment =
          std::uniform_real_distribution<double>(0.05, std::max(0.2, seconds))(random);
      std::this_thread::sleep_for(std::chrono::duration<double>(moment));
      ::kill(pid, SIGKILL);
      Wait(pid);
      // Readers see whole batches at any moment.
      if (std::filesystem::exists(db) && k == 0) {
        const RunResult r = RunProgram("stats --db " + db);
        EXPECT_TRUE(r.status == 0 || r.err.find("older schema") != std::string::npos ||
                    r.err.find("is empty") != std::string::npos ||
                    r.err.find("no hanfact database") != std::string::npos)
            << r.err;
      }
    }
    ASSERT_EQ(Wait(Start(arguments, in, log)), 0) << ReadFile(log);
    ASSERT_EQ(RunProgram("verify --db " + db).status, 0) << RunProgram("verify --db " + db).out;
    ASSERT_EQ(Facts(db), facts) << "round " << round;
    ASSERT_EQ(Dump(db), expected) << "round " << round;
  }
}

void NoDatabase(const std::string&) {}

// How many kills in each of the tests, and of how much news: few in the normal suite, more of both
// under the label long.
bool Long() { return std::getenv("HANFACT_KILLS") != nullptr; }
int Kills() { return Long() ? std::atoi(std::getenv("HANFACT_KILLS")) : 3; }
int News() { return Long() ? 700 : 220; }

TEST(Kill, IngestEndsAsIfNothingHadBeen) {
  TempDir dir;
  const std::string news = WriteNews(dir, News());
  ExpectSurvivesKills(dir, {"ingest", "--quiet", "--search", news}, "", Kills(), 1, NoDatabase);
}

// Single articles of several sizes make batches of another size: by bytes instead of by number.
TEST(Kill, IngestOfFilesToo) {
  TempDir dir;
  const std::string padding(40000, ' ');
  for (int i = 0; i < (Long() ? 120 : 60); ++i) {
    WriteFile(dir.path() / "in" / (std::to_string(i) + ".txt"),
              "云岭芯片公告，2025年营收为" + std::to_string(100 + i) + "亿元，同比增长" +
                  std::to_string(i % 50 + 1) + "%。" + (i % 3 == 0 ? padding : "") + "\n");
  }
  ExpectSurvivesKills(dir, {"ingest", "--quiet", "--jobs", "1", dir.File("in")}, "", Kills(), 2,
                      NoDatabase);
}

TEST(Kill, LoadEndsAsIfNothingHadBeen) {
  TempDir dir;
  const std::string news = WriteNews(dir, News());
  ASSERT_EQ(Wait(Start({"extract", news}, "", dir.File("lines"))), 0);
  ExpectSurvivesKills(dir, {"load", "--quiet"}, dir.File("lines"), Kills(), 3, NoDatabase);
}

TEST(Kill, AMigrationIsDoneOrNotDone) {
  TempDir dir;
  const std::string news = WriteNews(dir, News());
  const std::string today = dir.File("today.db"), old = dir.File("old.db");
  RunFor({"ingest", "--quiet", news, "--db", today}, "", dir.File("log"));
  MakeVersionOne(today, old);
  ExpectSurvivesKills(dir, {"ingest", "--quiet", news}, "", Kills(), 4,
                      [&](const std::string& db) { std::filesystem::copy_file(old, db); });
}

// The file is there for a few milliseconds before anything in it says whose it is.
TEST(Kill, WhileItMakesTheFile) {
  TempDir dir;
  const std::vector<std::string> arguments = {"ingest", "--quiet", WriteNews(dir, 3), "--db",
                                              dir.File("f.db")};
  std::mt19937 random(5);
  for (int kill = 0; kill < (Long() ? 60 : 24); ++kill) {
    for (const char* tail : {"", "-journal", "-wal", "-shm"}) {
      std::filesystem::remove(dir.File("f.db") + tail);
    }
    const pid_t pid = Start(arguments, "", dir.File("log"));
    const auto start = Clock::now();
    while (!std::filesystem::exists(dir.File("f.db-journal")) &&
           Clock::now() - start < std::chrono::seconds(5)) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    ::kill(pid, SIGKILL);
    Wait(pid);
    ASSERT_EQ(Wait(Start(arguments, "", dir.File("log"))), 0) << ReadFile(dir.File("log"));
    ExpectSound(dir.File("f.db"));
  }
}

TEST(Signal, TheFirstEndsAfterTheBatchTheSecondAtOnce) {
  TempDir dir;
  const std::string news = WriteNews(dir, Long() ? 3000 : 800);
  const std::vector<std::string> arguments = {"ingest", news, "--db", dir.File("f.db")};
  pid_t pid = Start(arguments, "", dir.File("log"));
  // Not before the handler is there: until the first rows are.
  for (int i = 0; i < 600 && !std::filesystem::exists(dir.File("f.db-wal")); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ::kill(pid, SIGINT);
  const int status = Wait(pid);
  const std::string log = ReadFile(dir.File("log"));
  // It may have been done already on a fast machine.
  EXPECT_TRUE(status == 3 || status == 0) << status << log;
  if (status == 3) {
    EXPECT_NE(log.find("stopped by a signal"), std::string::npos) << log;
  }
  ExpectSound(dir.File("f.db"));
  pid = Start(arguments, "", dir.File("log"));
  for (int i = 0; i < 200 && ReadFile(dir.File("f.db.lock")).empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ::kill(pid, SIGINT);
  ::kill(pid, SIGINT);
  Wait(pid);
  EXPECT_EQ(Wait(Start(arguments, "", dir.File("log"))), 0) << ReadFile(dir.File("log"));
  ExpectSound(dir.File("f.db"));
}

TEST(Lock, TheSecondWriterIsToldAndReadersGoOn) {
  TempDir dir;
  const std::string news = WriteNews(dir, 50), db = dir.File("f.db");
  RunFor({"ingest", "--quiet", news, "--db", db}, "", dir.File("log"));
  auto lock = store::WriterLock::Take(db, "2026-01-01T00:00:00Z");
  ASSERT_TRUE(lock.ok());
  for (const char* command :
       {"ingest x --db ", "load </dev/null --db ", "index --db ", "remove --rejects --db "}) {
    std::string c = command;
    if (c.starts_with("ingest x")) c.replace(7, 1, news);
    const RunResult r = RunProgram(c + db);
    EXPECT_EQ(r.status, 3) << c;
    EXPECT_NE(r.err.find("pid " + std::to_string(::getpid())), std::string::npos) << r.err;
  }
  EXPECT_EQ(RunProgram("stats --db " + db).status, 0);
  EXPECT_EQ(RunProgram("verify --quiet --db " + db).status, 0);
}

TEST(Disk, AFullDiskEndsTheRunAndItGoesOnWhenThereIsRoom) {
  TempDir dir;
  const std::string news = WriteNews(dir, News()), db = dir.File("f.db");
  RunFor({"ingest", "--quiet", news, "--db", dir.File("whole.db")}, "", dir.File("log"));
  const std::string expected = Dump(dir.File("whole.db"));
  const std::vector<std::string> arguments = {"ingest", "--quiet", news, "--db", db};
  int full = 0;
  for (rlim_t limit = 20 << 10; limit < (8 << 20); limit = limit * 3 / 2) {
    const int status = Wait(Start(arguments, "", dir.File("log"), {limit}));
    if (status == 0) break;
    EXPECT_EQ(status, 3) << ReadFile(dir.File("log"));
    EXPECT_NE(ReadFile(dir.File("log")).find("hanfact: "), std::string::npos);
    ++full;
  }
  EXPECT_GT(full, 5);
  ASSERT_EQ(Wait(Start(arguments, "", dir.File("log"))), 0) << ReadFile(dir.File("log"));
  EXPECT_EQ(Dump(db), expected);
  ExpectSound(db);
}

// A VFS that fails the n-th write or sync, and all that follow.
struct FailingVfs {
  sqlite3_vfs vfs{};
  sqlite3_vfs* below = nullptr;
  long left = -1;  // operations until it fails; negative: never
  int code = SQLITE_IOERR_WRITE;
  int64_t seen = 0;

  bool Fails() {
    ++seen;
    if (left < 0) return false;
    if (left > 0) {
      --left;
      return false;
    }
    return true;
  }
};
FailingVfs failing;

struct FailingFile {
  sqlite3_file base;
  sqlite3_file* real;
};
sqlite3_file* Real(sqlite3_file* f) { return reinterpret_cast<FailingFile*>(f)->real; }

const sqlite3_io_methods kFailingMethods = [] {
  sqlite3_io_methods m{};
  m.iVersion = 2;
  m.xClose = [](sqlite3_file* f) { return Real(f)->pMethods->xClose(Real(f)); };
  m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
    return Real(f)->pMethods->xRead(Real(f), to, n, at);
  };
  m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
    if (failing.Fails()) {
      // Half of it gets there.
      Real(f)->pMethods->xWrite(Real(f), from, n / 2, at);
      return failing.code;
    }
    return Real(f)->pMethods->xWrite(Real(f), from, n, at);
  };
  m.xTruncate = [](sqlite3_file* f, sqlite3_int64 n) {
    return Real(f)->pMethods->xTruncate(Real(f), n);
  };
  m.xSync = [](sqlite3_file* f, int flags) {
    return failing.Fails() ? SQLITE_IOERR_FSYNC : Real(f)->pMethods->xSync(Real(f), flags);
  };
  m.xFileSize = [](sqlite3_file* f, sqlite3_int64* n) {
    return Real(f)->pMethods->xFileSize(Real(f), n);
  };
  m.xLock = [](sqlite3_file* f, int l) { return Real(f)->pMethods->xLock(Real(f), l); };
  m.xUnlock = [](sqlite3_file* f, int l) { return Real(f)->pMethods->xUnlock(Real(f), l); };
  m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
    return Real(f)->pMethods->xCheckReservedLock(Real(f), out);
  };
  m.xFileControl = [](sqlite3_file* f, int op, void* arg) {
    return Real(f)->pMethods->xFileControl(Real(f), op, arg);
  };
  m.xSectorSize = [](sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); };
  m.xDeviceCharacteristics = [](sqlite3_file* f) {
    return Real(f)->pMethods->xDeviceCharacteristics(Real(f));
  };
  m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return Real(f)->pMethods->xShmMap(Real(f), page, size, extend, out);
  };
  m.xShmLock = [](sqlite3_file* f, int at, int n, int flags) {
    return Real(f)->pMethods->xShmLock(Real(f), at, n, flags);
  };
  m.xShmBarrier = [](sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); };
  m.xShmUnmap = [](sqlite3_file* f, int drop) {
    return Real(f)->pMethods->xShmUnmap(Real(f), drop);
  };
  return m;
}();

class FailingDisk {
 public:
  FailingDisk() {
    failing.below = sqlite3_vfs_find(nullptr);
    failing.vfs = *failing.below;
    failing.vfs.zName = "failing";
    failing.vfs.pNext = nullptr;
    failing.vfs.szOsFile = static_cast<int>(sizeof(FailingFile)) + failing.below->szOsFile;
    failing.vfs.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
      auto* file = reinterpret_cast<FailingFile*>(f);
      file->real = reinterpret_cast<sqlite3_file*>(file + 1);
      file->real->pMethods = nullptr;
      const int result = failing.below->xOpen(failing.below, name, file->real, flags, out);
      file->base.pMethods = file->real->pMethods != nullptr ? &kFailingMethods : nullptr;
      return result;
    };
    sqlite3_vfs_register(&failing.vfs, 1);
  }
  ~FailingDisk() {
    sqlite3_vfs_unregister(&failing.vfs);
    sqlite3_vfs_register(failing.below, 1);
  }
};

TEST(Disk, WriteErrorsAtAnyPointCostNothingThatWasCommitted) {
  TempDir dir;
  const std::string news = WriteNews(dir, Long() ? 200 : 70);
  pipeline::IngestOptions options;
  options.paths = {news};
  options.now = [] { return std::string("2026-01-01T00:00:00Z"); };
  auto run = [&](const std::string& path) -> std::string {
    auto database = Database::Open(path, Database::Mode::kCreate, "2026-01-01T00:00:00Z");
    if (!database.ok()) return database.error().message;
    auto summary = pipeline::Ingest(options, SharedTools(), **database);
    return summary.ok() ? "" : summary.error().message;
  };
  const FailingDisk disk;
  failing.left = -1;
  failing.seen = 0;
  ASSERT_EQ(run(dir.File("whole.db")), "");
  const int64_t operations = failing.seen;
  ASSERT_GT(operations, 100);
  const std::string expected = Dump(dir.File("whole.db"));
  const int64_t points = Long() ? 25 : 10;
  int failed = 0;
  for (int64_t n = 0; n < operations; n += std::max<int64_t>(1, operations / points)) {
    const std::string db = dir.File("f" + std::to_string(n) + ".db");
    failing.left = static_cast<long>(n);
    failing.code = n % 2 == 0 ? SQLITE_IOERR_WRITE : SQLITE_FULL;
    const std::string error = run(db);
    failed += error.empty() ? 0 : 1;
    failing.left = -1;
    ASSERT_EQ(run(db), "") << n << " after " << error;
    ASSERT_EQ(Dump(db), expected) << n;
  }
  EXPECT_GT(failed, points / 3);  // the last operations come when all is committed
}

}  // namespace
}  // namespace hanfact::testing
