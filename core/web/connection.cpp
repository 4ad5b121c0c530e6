// Beast reads and writes; every wait has an end.
#include "web/connection.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>

namespace lsrun::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::uint32_t most_header_bytes = 16 * 1024;
constexpr std::chrono::seconds request_time{15};  // for a request to come, and for an answer to be taken
constexpr std::chrono::seconds idle_time{75};     // between two requests; Prometheus asks every minute by default

std::string text(beast::string_view s) { return {s.data(), s.size()}; }

class connection final : public stream, public std::enable_shared_from_this<connection> {
 public:
  connection(asio::ip::tcp::socket socket, std::shared_ptr<shared> s) : tcp_(std::move(socket)), shared_(std::move(s)) {
    shared_->connections.emplace(this, [this] { close(); });
  }
  ~connection() override { shared_->connections.erase(this); }

  void read() {
    parser_.emplace();
    parser_->header_limit(most_header_bytes);
    tcp_.expires_after(buffer_.size() == 0 && served_ ? idle_time : request_time);
    http::async_read_header(tcp_, buffer_, *parser_,
                            [self = shared_from_this()](error_code failed, std::size_t) { self->on_read(failed); });
  }

  bool send(std::shared_ptr<const std::string> bytes) override {
    if (!open_ || ending_) return false;
    if (waiting_ + bytes->size() > most_waiting) {
      close();
      return false;
    }
    if (head_only_) return true;
    waiting_ += bytes->size();
    queue_.push_back(std::move(bytes));
    if (!writing_) write_next();
    return true;
  }

  void end() override {
    ending_ = true;
    if (!writing_) close();
  }

  std::size_t waiting() const override { return open_ ? waiting_ : 0; }

 private:
  void on_read(error_code failed) {
    keep_alive_ = head_only_ = false;
    if (shared_->closed) return close();
    if (failed == http::error::end_of_stream) return close();
    if (failed) {
      if (failed.category() != http::make_error_code(http::error::bad_version).category()) return close();
      return write(
          {400, "text/plain; charset=utf-8", "This is not a request of HTTP that can be answered here.\n", {}});
    }
    served_ = true;
    const auto& asked = parser_->get();
    keep_alive_ = asked.keep_alive() && parser_->is_done();  // a body is not read
    head_only_ = asked.method() == http::verb::head;
    if (shared_->loopback && !host_is_ours(text(asked[http::field::host])))
      return write({403, "text/plain; charset=utf-8", "Ask by the address: this server listens on loopback.\n", {}});
    if (!head_only_ && asked.method() != http::verb::get)
      return write({405, "text/plain; charset=utf-8", "GET and HEAD alone are answered.\n", {{"Allow", "GET, HEAD"}}});
    const std::string target = text(asked.target());
    const auto mark = target.find('?');
    const request r{target.substr(0, mark), mark == std::string::npos ? std::string() : target.substr(mark + 1),
                    text(asked[http::field::accept]), text(asked["Last-Event-ID"])};
    const auto found = shared_->routes.find(r.path);
    if (found == shared_->routes.end()) return write(not_found());
    if (found->second.streams) return begin_stream(r, found->second);
    write(found->second.answers(r));
  }

  answer not_found() const {
    std::string known = "There is nothing here. There is:\n";
    for (const auto& [path, route] : shared_->routes) known += path + "\n";
    return {404, "text/plain; charset=utf-8", std::move(known), {}};
  }

  void write(answer a) {
    answer_ = head_of(a.status, a.type);
    for (const auto& [name, value] : a.headers) answer_ += name + ": " + value + "\r\n";
    answer_ += "Content-Length: " + std::to_string(a.body.size()) +
               (keep_alive_ ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
    if (!head_only_) answer_ += a.body;
    put(answer_, [self = shared_from_this()](error_code failed) {
      if (failed || !self->keep_alive_ || self->shared_->closed) return self->close();
      self->read();
    });
  }

  static std::string head_of(unsigned status, const std::string& type) {
    return "HTTP/1.1 " + std::to_string(status) + ' ' + text(http::obsolete_reason(static_cast<http::status>(status))) +
           "\r\nContent-Type: " + type + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  }

  // All that is written goes this way: each kind of write is compiled anew, ten seconds of them. The bytes must stay.
  void put(const std::string& bytes, std::function<void(error_code)> done) {
    tcp_.expires_after(request_time);  // of the write alone where a read is under way
    asio::async_write(tcp_, asio::buffer(bytes),
                      [done = std::move(done)](error_code failed, std::size_t) { done(failed); });
  }

  // The answer's end is the connection's: nothing else is asked on it.
  void begin_stream(const request& r, const route& to) {
    static constexpr std::size_t any = 256;
    const streamer streams = to.streams;  // a copy: the routes may change while it runs
    const bool head = head_only_;
    head_only_ = false;
    send(std::make_shared<const std::string>(head_of(200, to.type) + "Connection: close\r\n\r\n"));
    head_only_ = head;
    if (head) return end();
    tcp_.expires_never();
    ignored_.resize(any);
    watch();
    streams(r, shared_from_this());
  }

  // Sees that a viewer has gone; what it sends is ignored.
  void watch() {
    tcp_.async_read_some(asio::buffer(ignored_), [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->close();
      self->watch();
    });
  }

  void write_next() {
    writing_ = true;
    put(*queue_.front(), [self = shared_from_this()](error_code failed) {
      self->writing_ = false;
      if (failed || !self->open_) return self->close();
      self->waiting_ -= self->queue_.front()->size();
      self->queue_.pop_front();
      if (!self->queue_.empty()) return self->write_next();
      if (self->ending_ || self->shared_->closed) self->close();
    });
  }

  void close() {
    if (!open_) return;
    open_ = false;
    error_code ignored;
    tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    tcp_.close();
  }

  beast::tcp_stream tcp_;
  std::shared_ptr<shared> shared_;
  beast::flat_buffer buffer_{most_header_bytes + 1024};
  std::optional<http::request_parser<http::empty_body>> parser_;
  std::string answer_;
  std::deque<std::shared_ptr<const std::string>> queue_;  // of a stream
  std::size_t waiting_ = 0;                               // bytes in it
  std::string ignored_;
  bool served_ = false, keep_alive_ = false, head_only_ = false;
  bool open_ = true, writing_ = false, ending_ = false;
};

}  // namespace

bool host_is_ours(std::string_view host) {
  if (host.empty()) return true;  // HTTP/1.0; a browser always sends it
  if (host.front() == '[') {
    host = host.substr(1, host.find(']') - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  if (beast::iequals({host.data(), host.size()}, "localhost")) return true;
  error_code failed;
  asio::ip::make_address(std::string(host), failed);
  return !failed;
}

void serve(asio::ip::tcp::socket socket, std::shared_ptr<shared> s) {
  if (s->connections.size() >= most_connections) return;  // the socket closes
  std::make_shared<connection>(std::move(socket), std::move(s))->read();
}

}  // namespace lsrun::web
