// The target's address, and one plain GET to see whether it is well. Blocking calls with a deadline for the start of a
// run, one asynchronous call for its course. The only part of run/ that uses Beast.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "model/result.hpp"
#include "time/clock.hpp"

namespace boost::asio {
class io_context;
}

namespace lsrun::run {

// All stream addresses of a host (a name or an address without brackets), in the system's order, with the port. Blocks
// for as long as the system's resolver does. The error names the host and what the resolver said. [main-thread]
model::result<std::vector<sockaddr_storage>> resolve_all(const std::string& host, std::uint16_t port);

// The first of them that takes a connection within a second, tried one after the other; if none does, the first. Public
// addresses are only tried with `try_public`: before leave is checked, nothing is to be sent to them. `family`: AF_INET
// or AF_INET6 where source addresses are bound, which must be of the target's family. [main-thread]
model::result<sockaddr_storage> resolve(const std::string& host, std::uint16_t port, int family = AF_UNSPEC,
                                        bool try_public = false);

// "127.0.0.1:8800" or "[::1]:8800".
std::string text_of(const sockaddr_storage&);

// Is it an address of this machine: loopback, or one of its interfaces?
bool is_this_machine(const sockaddr_storage&);

struct probe_settings {
  sockaddr_storage target{};
  std::string url;         // for messages
  std::string host, path;  // the Host header and the request's target
  std::string accept = "*/*";
  std::vector<config::header> headers;
  bool tls = false;
  config::target_tls tls_settings;  // server_name filled in
};
// GET of the target's health path (below its base path) with its headers. [any thread]
probe_settings health_probe(const config::target&, const sockaddr_storage&);
// GET of the target's metrics (target.metrics_at, at this address of its host). The target's headers go with it only
// where it is the target's own scheme, host and port: they may hold what nobody else is to see. [any thread]
probe_settings metrics_probe(const config::target&, const sockaddr_storage&);

// The status of one GET on a new connection, or why there is none, as a sentence that names the URL. An answer with
// `X-Load-Test: refused` has status 451 here, whatever its own. Takes at most `patience`. Runs a loop of its own and
// blocks. [any thread]
model::result<unsigned> probe(const probe_settings&, time::span patience);
// The same on a loop that runs already; `done` is called on its thread, once, never inside this call. The settings are
// copied.
void async_probe(boost::asio::io_context&, probe_settings, time::span patience,
                 std::function<void(model::result<unsigned>)> done);

// The same for the whole answer.
struct page {
  unsigned status = 0;
  std::string body;  // at most largest_page bytes: a longer one is an error
};
inline constexpr std::uint64_t largest_page = 4u << 20;
void async_fetch(boost::asio::io_context&, probe_settings, time::span patience,
                 std::function<void(model::result<page>)> done);

// What a status says of the target's health.
enum class health : std::uint8_t {
  well,     // 2xx or 3xx
  unsure,   // any other answer below 500: the target is there, the path may be wrong or need a header
  ill,      // 5xx
  no_load,  // 451: no load tests here
};
health health_of_status(unsigned status);

// What a target with `no_load` said, for a sentence.
inline constexpr std::string_view no_load_words =
    "that it refuses load tests (status 451, or the header X-Load-Test: refused): ask its owner";

}  // namespace lsrun::run
