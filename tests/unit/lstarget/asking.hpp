// Asks a target without sockets: requests as structures, time as a number, answers taken apart.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "target.hpp"

namespace lstarget::test {

inline constexpr span ms = lsrun::time::millisecond, s = lsrun::time::second;
inline constexpr instant start = 1000 * s;

struct answered {
  int status = 0;
  outcome ended = outcome::ok;
  operation what = operation::other;
  std::string head{}, body{};
  span after = 0;  // from asking to the last byte
  bool close = false;
  std::vector<std::pair<span, std::string>> pieces{};  // when each part was sent

  boost::json::value json() const { return boost::json::parse(body); }
};

inline request post(std::string path, std::string body, std::string from = "10.0.0.1") {
  return {.method = "POST",
          .path = std::move(path),
          .headers = {{"content-type", "application/json"}, {"x-forwarded-for", std::move(from)}},
          .body = std::move(body),
          .peer = "127.0.0.1"};
}

inline request get(std::string path, std::string query = "", std::string from = "10.0.0.1") {
  return {.method = "GET",
          .path = std::move(path),
          .query = std::move(query),
          .headers = {{"x-forwarded-for", std::move(from)}},
          .peer = "127.0.0.1"};
}

// Asks at `now` and lets time pass until the answer is complete, at most `patience`.
inline answered ask(world& w, const request& r, instant now, span patience = 3600 * s) {
  auto e = answer(w, r, now);
  answered a{.what = e.what};
  std::string bytes;
  for (instant at = now; at <= now + patience;) {
    auto move = e.next(at);
    if (!move.bytes.empty()) a.pieces.emplace_back(at - now, move.bytes);
    bytes += move.bytes;
    a.status = move.status;
    if (move.done) {
      a.ended = move.ended;
      a.after = at - now;
      a.close = move.close;
      const auto split = bytes.find("\r\n\r\n");
      a.head = bytes.substr(0, split + 2);
      a.body = bytes.substr(split + 4);
      return a;
    }
    at = move.wake;
  }
  a.status = -1;
  return a;
}

inline options quick() {
  options o;
  o.delay = {lsrun::load::distribution::kind::constant, 200.0 * ms, 0};
  return o;
}

}  // namespace lstarget::test
