// What the editors' page asks for and tells, as JSON: the API under /api/ (docs/review.md). No
// sockets here: server.h hands requests over.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "pipeline/article.h"

namespace hanfact::review {

struct Request {
  std::string method;                        // GET or POST
  std::string path;                          // "/api/queue"
  std::map<std::string, std::string> query;  // decoded
  std::string body;                          // of a POST: a JSON object
};

struct Response {
  int status = 200;
  std::string body;  // JSON; with an "error" where the status is 400 or more
};

struct ApiOptions {
  std::string database;  // path
  std::string editor;    // the name the page proposes
  std::string version;
  // ISO 8601 UTC with milliseconds, later at each call: with the editor's name it names an action.
  // Nothing below cli/ reads a clock.
  std::function<std::string()> now;
};

// Used by one thread at a time.
class Api {
 public:
  // `tools` outlive it. An error where the database cannot be opened, or is of an older schema.
  [[nodiscard]] static Result<std::unique_ptr<Api>> Open(const ApiOptions& options,
                                                         const pipeline::Tools& tools);
  ~Api();

  // Never throws; what cannot be understood is a 400 that says what was expected.
  [[nodiscard]] Response Handle(const Request& request);

 private:
  Api();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hanfact::review
