// Listens and hands connections on; routes are in what they share.
#include "web/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>

#include "web/connection.hpp"

namespace lsrun::web {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct server::state {
  explicit state(asio::io_context& io) : acceptor(io), pause(io) {}
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::shared_ptr<web::shared> shared = std::make_shared<web::shared>();
  std::string host;  // as in a URL
};

model::result<place> parse_place(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return model::error{"\"" + text + "\": " + why + "; write an address and a port, as 127.0.0.1:8089 or [::1]:8089"};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return wrong("there is no port");
  place p;
  p.host = text.substr(0, colon);
  const std::string number = text.substr(colon + 1);
  const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), p.port);
  if (failed != std::errc() || end != number.data() + number.size() || number.empty())
    return wrong("the port is not a number up to 65535");
  if (p.host.size() > 1 && p.host.front() == '[' && p.host.back() == ']') {
    p.host = p.host.substr(1, p.host.size() - 2);
  } else if (p.host.find(':') != std::string::npos) {
    return wrong("an address of IPv6 stands in brackets");
  }
  if (p.host.empty() || p.host == "localhost") p.host = "127.0.0.1";
  error_code no_address;
  asio::ip::make_address(p.host, no_address);
  if (no_address) return wrong("the host is not an IP address");
  return p;
}

server::server(std::shared_ptr<state> s) : state_(std::move(s)) {}

model::result<std::unique_ptr<server>> server::listen(asio::io_context& io, const place& p) {
  error_code failed;
  const asio::ip::address address = asio::ip::make_address(p.host, failed);
  if (failed) return model::error{"cannot listen on " + p.host + ": it is not an IP address"};
  auto s = std::make_shared<state>(io);
  const tcp::endpoint at(address, p.port);
  s->acceptor.open(at.protocol(), failed);
  if (!failed) s->acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) s->acceptor.bind(at, failed);
  if (!failed) s->acceptor.listen(128, failed);
  if (failed)
    return model::error{"cannot listen on " + p.host + " port " + std::to_string(p.port) + ": " + failed.message() +
                        "; choose another, or port 0 for a free one"};
  s->shared->loopback = address.is_loopback();
  s->host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  accept(s);
  return std::unique_ptr<server>(new server(std::move(s)));
}

server::~server() {
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
  state_->shared->closed = true;
  state_->shared->routes.clear();  // what they hold may end before the connections do
  for (const auto& [connection, close] : state_->shared->connections) close();
}

void server::accept(const std::shared_ptr<state>& s) {
  s->acceptor.async_accept([s](error_code failed, tcp::socket socket) {
    if (!s->acceptor.is_open()) return;
    if (!failed) {
      serve(std::move(socket), s->shared);
      return accept(s);
    }
    s->pause.expires_after(std::chrono::milliseconds(200));  // no open files, most likely: some will come back
    s->pause.async_wait([s](error_code cancelled) {
      if (!cancelled && s->acceptor.is_open()) accept(s);
    });
  });
}

void server::get(std::string path, answerer a) { state_->shared->routes[std::move(path)] = {std::move(a), {}, {}}; }

void server::get_stream(std::string path, std::string content_type, streamer s) {
  state_->shared->routes[std::move(path)] = {{}, std::move(s), std::move(content_type)};
}

std::uint16_t server::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

std::string server::url() const { return "http://" + state_->host + ":" + std::to_string(port()); }

}  // namespace lsrun::web
