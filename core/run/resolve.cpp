// Resolver and probe on Asio and Beast.
#include "run/resolve.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <sstream>

#include "config/url.hpp"
#include "model/http_words.hpp"

namespace lsrun::run {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

std::size_t size_of(const sockaddr_storage& address) {
  return address.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

tcp::endpoint endpoint_of(const sockaddr_storage& address) {
  tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), &address, size_of(address));
  endpoint.resize(size_of(address));
  return endpoint;
}

sockaddr_storage storage_of(const tcp::endpoint& endpoint) {
  sockaddr_storage address{};
  std::memcpy(&address, endpoint.data(), endpoint.size());
  return address;
}

std::chrono::nanoseconds lasting(time::span s) { return std::chrono::nanoseconds(s); }

bool accepts(const sockaddr_storage& address) {
  asio::io_context loop;
  beast::tcp_stream stream(loop);
  stream.expires_after(std::chrono::seconds(1));
  bool connected = false;
  stream.async_connect(endpoint_of(address), [&](beast::error_code error) { connected = !error; });
  loop.run();
  return connected;
}

std::string request_text(const probe_settings& p) {
  http::request<http::empty_body> request(http::verb::get, p.path, 11);
  request.set(http::field::host, p.host);
  request.set(http::field::user_agent, "lsrun");
  request.set(http::field::accept, p.accept);
  for (const auto& h : p.headers) request.set(h.name, h.value);
  request.keep_alive(false);
  std::ostringstream text;
  text << request.base();
  return std::move(text).str();
}

// An answer as its bytes come. It holds no stream: Beast's own operations are compiled anew for each kind, half a
// minute.
class answer_reader {
 public:
  answer_reader() {
    parser_.eager(true);
    parser_.body_limit(largest_page);
  }
  auto room() { return buffer_.prepare(16 * 1024); }
  // What `room` was filled with, or why it was not. True when the answer is whole. Throws system_error.
  bool take(std::size_t bytes, beast::error_code error) {
    if (error == asio::ssl::error::stream_truncated)  // TLS's word for a connection that just ends
      error = parser_.got_some() ? http::error::partial_message : http::error::end_of_stream;
    if (error == asio::error::eof) {
      error = {};
      if (parser_.got_some())
        parser_.put_eof(error);
      else
        error = http::error::end_of_stream;
    } else if (!error) {
      buffer_.commit(bytes);
      buffer_.consume(parser_.put(buffer_.data(), error));
      if (error == http::error::need_more) error = {};
    }
    if (error) throw boost::system::system_error(error);
    return parser_.is_done();
  }
  page taken() {
    const bool refused = beast::iequals(parser_.get()["X-Load-Test"], "refused");
    return {refused ? model::status_no_load : parser_.get().result_int(), std::move(parser_.get().body())};
  }

 private:
  beast::flat_buffer buffer_{64 * 1024};
  http::response_parser<http::string_body> parser_;
};

template <class Stream>
asio::awaitable<page> exchange(Stream& stream, const probe_settings& p) {
  const std::string request = request_text(p);
  co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
  answer_reader answer;
  for (bool whole = false; !whole;) {
    const auto [error, bytes] = co_await stream.async_read_some(answer.room(), asio::as_tuple(asio::use_awaitable));
    whole = answer.take(bytes, error);
  }
  co_return answer.taken();
}

asio::ssl::context tls_context(const config::target_tls& settings) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  if (settings.insecure) return context;
  context.set_verify_mode(asio::ssl::verify_peer);
  if (settings.ca.empty())
    context.set_default_verify_paths();
  else
    context.load_verify_file(settings.ca);
  return context;
}

asio::awaitable<page> get(probe_settings p, time::span patience) {
  beast::tcp_stream plain(co_await asio::this_coro::executor);
  plain.expires_after(lasting(patience));
  if (!p.tls) {
    co_await plain.async_connect(endpoint_of(p.target), asio::use_awaitable);
    co_return co_await exchange(plain, p);
  }
  asio::ssl::context context = tls_context(p.tls_settings);
  beast::ssl_stream<beast::tcp_stream> stream(std::move(plain), context);
  const std::string& name = p.tls_settings.server_name;
  beast::error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), name.c_str());
  stream.set_verify_callback(asio::ssl::host_name_verification(name));
  if (p.tls_settings.insecure) stream.set_verify_mode(asio::ssl::verify_none);
  co_await beast::get_lowest_layer(stream).async_connect(endpoint_of(p.target), asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await exchange(stream, p);
}

// GET of this URL at this address, without headers and without a name to verify.
probe_settings probe_of(const config::http_place& url, const sockaddr_storage& address) {
  probe_settings p;
  p.target = address;
  p.path = url.path;
  const bool v6 = url.host.find(':') != std::string::npos;
  const bool usual_port = url.port == (url.scheme == "https" ? 443 : 80);
  p.host = (v6 ? "[" + url.host + "]" : url.host) + (usual_port ? "" : ":" + std::to_string(url.port));
  p.url = url.scheme + "://" + p.host + p.path;
  p.tls = url.scheme == "https";
  return p;
}

std::string words_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& e) {
    if (e.code() == beast::error::timeout) return "no answer in time";
    if (e.code() == http::error::body_limit)
      return "the answer is longer than " + std::to_string(largest_page >> 20) + " MiB";
    if (e.code() == http::error::end_of_stream) return "the connection was closed without an answer";
    if (e.code() == asio::error::connection_refused) return "connection refused (nothing listens there)";
    if (e.code().category() == make_error_code(http::error::bad_version).category())
      return "what came is no whole answer of HTTP (" + e.code().message() + ")";
    return e.code().message();
  } catch (const std::exception& e) {
    return e.what();
  }
}

}  // namespace

model::result<std::vector<sockaddr_storage>> resolve_all(const std::string& host, std::uint16_t port) {
  asio::io_context loop;
  tcp::resolver resolver(loop);
  boost::system::error_code error;
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return model::error{"the target's host \"" + host + "\" has no address: " + error.message() +
                        "; check `url` in [target], or the machine's name service"};
  std::vector<sockaddr_storage> addresses;
  for (const auto& entry : found) addresses.push_back(storage_of(entry.endpoint()));
  return addresses;
}

model::result<sockaddr_storage> resolve(const std::string& host, std::uint16_t port, int family, bool try_public) {
  auto all = resolve_all(host, port);
  if (!all) return model::error{all.error_text()};
  if (family != AF_UNSPEC) std::erase_if(*all, [&](const auto& a) { return a.ss_family != family; });
  if (all->empty())
    return model::error{"the target's host \"" + host + "\" has no " + (family == AF_INET6 ? "IPv6" : "IPv4") +
                        " address, but the pool's addresses are " + (family == AF_INET6 ? "IPv6" : "IPv4") +
                        "; use addresses of the target's family in [pool]"};
  if (all->size() > 1)
    for (const auto& address : *all)
      if ((try_public || !config::is_public(reinterpret_cast<const sockaddr&>(address))) && accepts(address))
        return address;
  return all->front();
}

std::string text_of(const sockaddr_storage& address) {
  const tcp::endpoint endpoint = endpoint_of(address);
  const std::string host = endpoint.address().to_string();
  return (address.ss_family == AF_INET6 ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

bool is_this_machine(const sockaddr_storage& address) {
  const auto wanted = endpoint_of(address).address();
  if (wanted.is_loopback() || wanted.is_unspecified()) return true;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
  for (const ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || i->ifa_addr->sa_family != address.ss_family) continue;
    sockaddr_storage own{};
    std::memcpy(&own, i->ifa_addr, size_of(address));
    if (endpoint_of(own).address() == wanted) return true;
  }
  return false;
}

probe_settings health_probe(const config::target& target, const sockaddr_storage& address) {
  probe_settings p = probe_of({target.scheme, target.host, target.port, target.base_path + target.health}, address);
  p.headers = target.headers;
  p.tls_settings = target.tls;
  if (p.tls_settings.server_name.empty()) p.tls_settings.server_name = target.host;
  return p;
}

probe_settings metrics_probe(const config::target& target, const sockaddr_storage& address) {
  const config::http_place& at = target.metrics_at;
  probe_settings p = probe_of(at, address);
  p.accept = "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.8,*/*;q=0.1";
  p.tls_settings = target.tls;
  const bool own = at.scheme == target.scheme && at.host == target.host && at.port == target.port;
  if (own) p.headers = target.headers;
  if (!own || p.tls_settings.server_name.empty()) p.tls_settings.server_name = at.host;
  return p;
}

model::result<unsigned> probe(const probe_settings& p, time::span patience) {
  asio::io_context loop;
  std::optional<model::result<unsigned>> answer;
  async_probe(loop, p, patience, [&](model::result<unsigned> a) { answer = std::move(a); });
  loop.run();
  return *answer;
}

void async_fetch(asio::io_context& loop, probe_settings p, time::span patience,
                 std::function<void(model::result<page>)> done) {
  const std::string url = p.url;
  asio::co_spawn(loop, get(std::move(p), patience),
                 [url, done = std::move(done)](const std::exception_ptr& failure, page answer) {
                   if (failure)
                     done(model::error{"GET " + url + ": " + words_of(failure)});
                   else
                     done(std::move(answer));
                 });
}

void async_probe(asio::io_context& loop, probe_settings p, time::span patience,
                 std::function<void(model::result<unsigned>)> done) {
  async_fetch(loop, std::move(p), patience, [done = std::move(done)](model::result<page> answer) {
    if (answer)
      done(answer->status);
    else
      done(model::error{answer.error_text()});
  });
}

health health_of_status(unsigned status) {
  if (status == model::status_no_load) return health::no_load;
  if (status >= 200 && status < 400) return health::well;
  return status < 500 ? health::unsure : health::ill;
}

}  // namespace lsrun::run
