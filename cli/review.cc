// The editors' page: serves it until it is told to end.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <thread>

#include "cli/command.h"
#include "review/server.h"

namespace hanfact::cli {
namespace {

struct Options {
  Common common;
  std::string db;
  std::string editor;
  int port = 8737;
};

// ISO 8601 UTC with milliseconds, each time later than the last.
std::string LaterNow() {
  static int64_t last = 0;
  const int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  last = std::max(now, last + 1);
  const std::time_t seconds = last / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>(last % 1000));
  return buffer;
}

std::string UserName() {
  for (const char* variable : {"USER", "LOGNAME"}) {
    if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
  }
  return "";
}

int Run(const Options& options) {
  const pipeline::Tools* tools = LoadTools(options.common);
  if (tools == nullptr) return kCannot;
  auto api = review::Api::Open(
      {options.db, options.editor.empty() ? UserName() : options.editor, HANFACT_VERSION, LaterNow},
      *tools);
  if (!api.ok()) {
    LogError(options.common, api.error().message);
    return kCannot;
  }
  review::Server server(**api);
  const auto port = server.Bind(options.port);
  if (!port.ok()) {
    LogError(options.common, port.error().message);
    return kCannot;
  }
  // One thread waits for the signals that end the program, so that the server is stopped between
  // two answers and not within one.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&ends, &signal);
    server.Stop();
  });
  std::cout << "http://127.0.0.1:" << *port << '/' << std::endl;  // programs wait for this line
  LogInfo(options.common, "open the address above in a browser; Ctrl+C ends");
  server.Run();
  ::kill(::getpid(), SIGTERM);  // should the server have ended by itself: the waiter too
  waiter.join();
  return kOk;
}

}  // namespace

void AddReview(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("review", "The editors' web page, on 127.0.0.1");
  AddDatabase(*command, options->db);
  command->add_option("--port", options->port, "Port to listen on; 0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--editor", options->editor, "Name the page proposes (default: the user's)")
      ->type_name("NAME");
  AddCommon(*command, options->common);
  command->callback([options, &status] { status = Run(*options); });
}

}  // namespace hanfact::cli
