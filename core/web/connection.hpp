// One client's connection to the web server: reads a request, has it answered, and again.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string_view>

#include "web/routes.hpp"

namespace lsrun::web {

// What the connections of a server share.
struct shared {
  web::routes routes;
  bool loopback = false;  // it listens on loopback: only names of loopback are answered (see host_is_ours)
  bool closed = false;    // the server is gone
  std::map<const void*, std::function<void()>> connections;  // those that live, with what closes each
};

inline constexpr std::size_t most_connections = 64;

// Serves `socket` until it closes, the time for a request is over, or the server is gone.
void serve(boost::asio::ip::tcp::socket socket, std::shared_ptr<shared>);

// May a request with this Host header be answered by a server that listens on loopback? An IP address or localhost,
// with or without a port. Any other name is a page of somebody else's whose name was made to point here.
bool host_is_ours(std::string_view host);

}  // namespace lsrun::web
