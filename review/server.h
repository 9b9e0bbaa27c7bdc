// Serves the editors' page and its API over HTTP on this machine.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "review/api.h"

namespace hanfact::review {

// Listens on 127.0.0.1 only. Other sites' pages in the same browser are kept out: a request is
// answered only when it names this address as its host (so that no other name can be made to point
// here), and those under /api/ only with a header that a page of another origin cannot send.
class Server {
 public:
  // Both outlive the server.
  explicit Server(Api& api);
  ~Server();

  // The port that was bound: `port`, or a free one for 0. An error where it is taken.
  [[nodiscard]] Result<int> Bind(int port);
  // Answers requests until Stop is called, from another thread or a signal's.
  void Run();
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::review
