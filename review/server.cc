#include "review/server.h"

#include <httplib.h>

#include <mutex>
#include <string_view>

#include "base/table.h"

namespace hanfact::review {
namespace {

constexpr const char* kAddress = "127.0.0.1";
constexpr size_t kMostBody = 1 << 20;

std::string_view TypeOf(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".svg", "image/svg+xml"},
  };
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace

struct Server::Impl {
  explicit Impl(Api& a) : api(a) {}

  // The page's files; false where there is none of the path.
  static bool ServeFile(const std::string& path, httplib::Response& out) {
    const std::string name = path == "/" ? "/index.html" : path;
    const auto file = EmbeddedFile("review/page" + name);
    if (!file) return false;
    out.set_content(file->data(), file->size(), std::string(TypeOf(name)).c_str());
    return true;
  }

  void Answer(const httplib::Request& in, httplib::Response& out) {
    Request request{in.method, in.path, {}, in.body};
    for (const auto& [name, value] : in.params) request.query[name] = value;
    const std::lock_guard guard(mutex);
    const Response answer = api.Handle(request);
    out.status = answer.status;
    out.set_content(answer.body, "application/json; charset=utf-8");
  }

  static void Refuse(httplib::Response& out, int status, const char* why) {
    out.status = status;
    out.set_content(std::string("{\"error\":\"") + why + "\"}", "application/json; charset=utf-8");
  }

  // True where the request is answered already.
  bool Guard(const httplib::Request& in, httplib::Response& out) const {
    const std::string host = in.get_header_value("Host"), tail = ":" + std::to_string(port);
    if (host != kAddress + tail && host != "localhost" + tail) {
      Refuse(out, 421, "this address is served as 127.0.0.1 or localhost only");
      return true;
    }
    if (in.path.starts_with("/api/") && !in.has_header("X-Hanfact")) {
      Refuse(out, 403, "requests to /api/ carry the header X-Hanfact: 1");
      return true;
    }
    return false;
  }

  Api& api;
  std::mutex mutex;  // the Api's
  httplib::Server server;
  int port = 0;
};

Server::Server(Api& api) : impl_(std::make_unique<Impl>(api)) {
  Impl& impl = *impl_;
  httplib::Server& server = impl.server;
  server.set_payload_max_length(kMostBody);
  server.set_tcp_nodelay(true);
  server.set_default_headers({
      {"Content-Security-Policy",
       "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  });
  server.set_pre_routing_handler([&impl](const httplib::Request& in, httplib::Response& out) {
    return impl.Guard(in, out) ? httplib::Server::HandlerResponse::Handled
                               : httplib::Server::HandlerResponse::Unhandled;
  });
  const auto api_door = [&impl](const httplib::Request& in, httplib::Response& out) {
    impl.Answer(in, out);
  };
  server.Get("/api/.*", api_door);
  server.Post("/api/.*", api_door);
  server.Get("/.*", [](const httplib::Request& in, httplib::Response& out) {
    if (!Impl::ServeFile(in.path, out)) Impl::Refuse(out, 404, "there is no such page");
  });
}

Server::~Server() = default;

Result<int> Server::Bind(int port) {
  if (port == 0) {
    impl_->port = impl_->server.bind_to_any_port(kAddress);
  } else if (impl_->server.bind_to_port(kAddress, port)) {
    impl_->port = port;
  } else {
    impl_->port = -1;
  }
  if (impl_->port > 0) return impl_->port;
  return Error{std::string(kAddress) + ":" + std::to_string(port) +
               ": cannot be listened on, another program has it. Name another port with --port, or"
               " 0 for any that is free"};
}

void Server::Run() { impl_->server.listen_after_bind(); }
void Server::Stop() { impl_->server.stop(); }

}  // namespace hanfact::review
