// A worker's loop in small, and handlers that note what they are told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/raw_server.hpp"
#include "time/timer_wheel.hpp"
#include "transport/client.hpp"
#include "transport/reactor.hpp"

namespace lsrun::test {

struct loop {
  transport::reactor reactor;
  time::timer_wheel timers{time::now()};

  // Turns until `done()`; false if that takes longer than `limit`.
  template <class Done>
  bool until(Done done, time::span limit = 10 * time::second) {
    const time::instant end = time::now() + limit;
    while (!done()) {
      const time::instant now = time::now();
      if (now >= end) return false;
      timers.advance(now);
      reactor.wait(std::min(timers.next_due(), now + 20 * time::millisecond));
    }
    return true;
  }
  void turn_for(time::span s) {
    until([] { return false; }, s);
  }
};

struct recorder : transport::exchange_handler {
  int dones = 0;
  model::outcome outcome = model::outcome::plugin_fault;
  unsigned status = 0;
  bool connect_timed_out = false;
  std::string body, error;
  std::multimap<std::string, std::string> headers;
  time::instant sent = 0, first_byte = 0, end = 0;
  std::vector<std::string> pieces;
  std::function<bool(std::string_view)> when_data;
  std::function<void()> when_done;

  bool on_data(std::string_view piece, time::instant) override {
    pieces.emplace_back(piece);
    return when_data ? when_data(piece) : true;
  }
  void on_done(const transport::answer& a) override {
    ++dones;
    outcome = a.outcome;
    status = a.status;
    connect_timed_out = a.connect_timed_out;
    body = a.body;
    error = a.error;
    headers.clear();
    for (std::size_t i = 0; i < a.header_count; ++i)
      headers.emplace(std::string(a.headers[i].name), std::string(a.headers[i].value));
    sent = a.sent;
    first_byte = a.first_byte;
    end = a.end;
    if (when_done) when_done();
  }
  std::string streamed() const {
    std::string all;
    for (const std::string& p : pieces) all += p;
    return all;
  }
};

inline transport::settings settings_for(const sockaddr_storage& target, std::size_t addresses = 1) {
  transport::settings s;
  s.target = target;
  s.connect_timeout = 5 * time::second;
  s.request_timeout = 5 * time::second;
  for (std::size_t i = 0; i < addresses; ++i) {
    transport::address_settings a;
    a.headers = "Host: test\r\n";
    s.addresses.push_back(a);
  }
  return s;
}

inline transport::request get(std::string_view target = "/") {
  transport::request r;
  r.method = "GET";
  r.target = target;
  return r;
}

inline transport::request post(std::string_view body, std::string_view target = "/") {
  transport::request r;
  r.method = "POST";
  r.target = target;
  r.body = body;
  return r;
}

inline std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace lsrun::test
