// An HTTP request as the APIs see it, and what of it both servers read alike: query, client address, echoed headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lstarget {

struct request {
  std::string method{};
  std::string path{};                                          // as sent, up to the "?"
  std::string query{};                                         // what follows it
  std::vector<std::pair<std::string, std::string>> headers{};  // lower-case names, in the order sent
  std::string body{};
  std::string peer{};      // the socket's other end, as text
  bool keep_alive = true;  // the connection goes on after the answer

  // The first header of this lower-case name; nullptr without one.
  const std::string* header(std::string_view lower_case) const;
  // The last parameter of this name, decoded; nothing without one.
  std::optional<std::string> parameter(std::string_view) const;
};

// The path's parts between slashes, decoded: "/sessions/a/events" -> {"sessions", "a", "events"}.
std::vector<std::string> path_parts(std::string_view path);

// Whom a request counts for: the first element of X-Forwarded-For, trimmed, whatever text it is; else X-Real-IP, else
// CF-Connecting-IP, else the peer; the peer alone unless `trust_forwarded`. Nothing if the first element is empty.
std::optional<std::string> client_address(const request&, bool trust_forwarded);

// The headers as the real servers put them in a refusal's text: Headers({'host': '127.0.0.1', ...}).
std::string echoed_headers(const request&);

}  // namespace lstarget
