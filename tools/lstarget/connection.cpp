// Reads with Beast's parser, writes bytes that the APIs made. One timer for patience, one for what is due; each
// connection lives on one thread.
#include "connection.hpp"

#include <sys/socket.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>

#include "target.hpp"
#include "time/steady.hpp"

namespace lstarget {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;

constexpr std::uint32_t most_header = 64 * 1024;  // bytes
constexpr std::uint64_t most_body = 1024 * 1024;
constexpr std::size_t most_ignored = 4 * 1024 * 1024;  // read and dropped after an answer that ends the connection
constexpr span patience_for_transfer = 60 * lsrun::time::second, patience_for_end = 2 * lsrun::time::second;

using parser = http::request_parser<http::string_body>;

request as_request(parser& read, const std::string& peer) {
  request r;
  auto message = read.release();
  r.keep_alive = message.keep_alive();
  r.method = std::string(message.method_string());
  const std::string_view target = message.target();
  const auto mark = std::min(target.find('?'), target.size());
  r.path = std::string(target.substr(0, mark));
  if (mark < target.size()) r.query = std::string(target.substr(mark + 1));
  for (const auto& field : message) {
    std::string key(field.name_string());
    for (auto& c : key)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    r.headers.emplace_back(std::move(key), std::string(field.value()));
  }
  r.body = std::move(message.body());
  r.peer = peer;
  return r;
}

template <class Stream>
class connection : public std::enable_shared_from_this<connection<Stream>> {
 public:
  template <class... Arguments>
  connection(world& w, Arguments&&... arguments)
      : world_(w),
        stream_(std::forward<Arguments>(arguments)...),
        patience_(socket().get_executor()),
        due_(socket().get_executor()) {
    ++world_.accepted;
    ++world_.open;
  }
  ~connection() { --world_.open; }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void start() {
    error_code failure;
    socket().set_option(tcp::no_delay(true), failure);
    const auto end = socket().remote_endpoint(failure);
    if (failure) return;  // gone already
    peer_ = end.address().to_string();
    give_until(lsrun::time::now() + patience_for_transfer);
    if constexpr (secure)
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code ec) {
        if (!ec) self->read(patience_for_transfer);
      });
    else
      read(patience_for_transfer);
  }

 private:
  static constexpr bool secure = std::is_same_v<Stream, tls_stream>;

  tcp::socket& socket() {
    if constexpr (secure)
      return stream_.next_layer();
    else
      return stream_;
  }

  void read(span patience) {
    parser_.emplace();
    parser_->header_limit(most_header);
    parser_->body_limit(most_body);
    give_until(lsrun::time::now() + patience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code ec, std::size_t) { self->have_read(ec); });
  }

  void have_read(error_code ec) {
    const auto now = arrived_ = due_at_ = lsrun::time::now();
    give_until(lsrun::time::never);
    if (ec == http::error::body_limit) return refuse(413, "Request body too large.");
    if (ec && ec.category() == http::make_error_code(http::error::end_of_stream).category() &&
        ec != http::error::end_of_stream && ec != http::error::partial_message)
      return refuse(400, "Invalid HTTP request received.");
    if (ec) return close();
    const auto r = as_request(*parser_, peer_);
    parser_.reset();
    if (world_.log) {
      const std::string* sent = r.header("traceparent");
      traceparent_ = sent != nullptr ? *sent : "";
    }
    ends_with_answer_ = !r.keep_alive;
    waited_ = asked_to_hurry_ = false;
    try {
      exchange_ = answer(world_, r, now);
    } catch (const std::exception&) {
      exchange_ = {.next = at_once(internal_error(r)), .address = peer_};
    }
    if (exchange_.counted) world_.counted.arrived();
    move_on(now);
  }

  void move_on(instant now) {
    auto s = exchange_.next(now);
    if (waited_ && (s.done || exchange_.stream) && gone()) {
      count(status_gone, outcome::cancelled);
      return close();
    }
    if (s.done) count(s.status, s.ended);
    status_ = s.status;
    if (s.bytes.empty()) return s.done ? after_answer(s.close) : wait(s.wake);
    bytes_ = std::move(s.bytes);
    replied_ = world_.log ? lsrun::time::now() : now;
    give_until(now + patience_for_transfer);  // a client that does not read is not waited for for ever
    asio::async_write(stream_, asio::buffer(bytes_),
                      [self = this->shared_from_this(), done = s.done, close = s.close, wake = s.wake](
                          error_code ec, std::size_t) { self->have_written(ec, done, close, wake); });
  }

  void have_written(error_code ec, bool done, bool ends, instant wake) {
    give_until(lsrun::time::never);
    if (ec) {
      if (!done) count(status_gone, outcome::cancelled);
      return close();
    }
    done ? after_answer(ends) : wait(wake);
  }

  void wait(instant until) {
    waited_ = true;
    due_at_ = until;
    due_.expires_at(lsrun::time::steady_point(until));
    due_.async_wait([self = this->shared_from_this()](error_code ec) {
      if (!ec) self->move_on(lsrun::time::now());
    });
  }

  void after_answer(bool ends) {
    if (world_.log && exchange_.counted)
      world_.log->add(
          {exchange_.what, exchange_.session, status_, arrived_, due_at_, replied_, exchange_.drawn, traceparent_});
    exchange_ = {};
    if (ends || ends_with_answer_) return end();
    if (buffer_.size() == 0) buffer_ = {};  // idle connections hold no memory for their next request
    read(world_.set.idle_timeout);
  }

  void count(int status, outcome ended) {
    if (exchange_.counted) world_.counted.count(exchange_.what, exchange_.address, status, ended);
  }

  // Has the client closed its end while it waited?
  bool gone() {
    char byte = 0;
    const auto length = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (length < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
    constexpr char tls_alert = 21;  // close_notify: no other alert is sent on a connection in use
    return length == 0 || (secure && byte == tls_alert);
  }

  // What was sent is no request that can be answered; uncounted.
  void refuse(int status, std::string_view text) {
    bytes_ = invalid_request(status, text);
    asio::async_write(stream_, asio::buffer(bytes_), [self = this->shared_from_this()](error_code ec, std::size_t) {
      ec ? self->close() : self->end();
    });
  }

  // Ends this side and reads what the client still sends for a while: closing at once could take the answer with it.
  void end() {
    give_until(lsrun::time::now() + patience_for_end);
    bytes_.assign(4096, '\0');
    if constexpr (secure)
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->close(); });
    else {
      error_code ignored;
      socket().shutdown(tcp::socket::shutdown_send, ignored);
      drop(0);
    }
  }

  void drop(std::size_t so_far) {
    socket().async_read_some(asio::buffer(bytes_),
                             [self = this->shared_from_this(), so_far](error_code ec, std::size_t length) {
                               if (ec || so_far + length > most_ignored) return self->close();
                               self->drop(so_far + length);
                             });
  }

  void close() {
    patience_.cancel();
    due_.cancel();
    error_code ignored;
    socket().close(ignored);
  }

  // The connection is closed then, unless another time is given before. The timer is set anew only for an earlier time.
  void give_until(instant until) {
    deadline_ = until;
    if (until < armed_) arm();
  }

  void arm() {
    armed_ = deadline_;
    if (armed_ == lsrun::time::never) return;
    patience_.expires_at(lsrun::time::steady_point(armed_));
    patience_.async_wait([weak = this->weak_from_this()](error_code ec) {
      if (const auto self = weak.lock(); self && !ec) self->out_of_patience();
    });
  }

  void out_of_patience() {
    armed_ = lsrun::time::never;
    const auto now = lsrun::time::now();
    if (now < deadline_) return deadline_ == lsrun::time::never ? void() : arm();
    if (parser_ && parser_->got_some() && !asked_to_hurry_) {  // a request is on its way: not idle
      asked_to_hurry_ = true;
      return give_until(now + patience_for_transfer);
    }
    if (parser_ && !parser_->got_some()) ++world_.closed_idle;
    close();
  }

  world& world_;
  Stream stream_;
  asio::steady_timer patience_, due_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;  // while a request is read
  exchange exchange_;
  std::string bytes_, peer_, traceparent_;
  instant deadline_ = lsrun::time::never, armed_ = lsrun::time::never;
  instant arrived_ = 0, due_at_ = 0, replied_ = 0;  // of the request under way
  int status_ = 0;
  bool waited_ = false, ends_with_answer_ = false, asked_to_hurry_ = false;
};

}  // namespace

void serve(world& w, tcp::socket socket, asio::ssl::context* tls) {
  if (tls)
    std::make_shared<connection<tls_stream>>(w, std::move(socket), *tls)->start();
  else
    std::make_shared<connection<tcp::socket>>(w, std::move(socket))->start();
}

}  // namespace lstarget
