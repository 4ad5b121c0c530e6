// One io_context a thread, so that a connection needs no locks of its own.
#include "server.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "connection.hpp"
#include "garbage.hpp"

namespace lstarget {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

class server {
 public:
  explicit server(world& w) : world_(w) {
    for (unsigned i = 0; i < w.set.threads; ++i) loops_.push_back(std::make_unique<asio::io_context>(1));
    if (!w.set.certificate.empty()) read_certificate();
    listen();
  }

  void run() {
    asio::signal_set signals(*loops_.front(), SIGTERM, SIGINT);
    signals.async_wait([this](error_code, int) {
      for (auto& loop : loops_) loop->stop();
    });
    const auto& o = world_.set;
    if (o.garbage > 0) {
      garbage_.emplace(o.garbage, o.garbage_period, o.seed);
      gather();
    }
    accept();
    say_ready();
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < loops_.size(); ++i)
      others.emplace_back([loop = loops_[i].get()] {
        const auto work = asio::make_work_guard(*loop);
        loop->run();
      });
    loops_.front()->run();
  }

 private:
  void listen() {
    const auto& o = world_.set;
    error_code failure;
    const tcp::endpoint at(asio::ip::make_address(o.host, failure), o.port);
    if (failure) throw std::runtime_error("--listen: \"" + o.host + "\" is not an IP address; write as 127.0.0.1:8800");
    acceptor_.emplace(*loops_.front());
    acceptor_->open(at.protocol());
    acceptor_->set_option(tcp::acceptor::reuse_address(true));
    acceptor_->bind(at, failure);
    if (!failure) acceptor_->listen(4096, failure);
    if (failure)
      throw std::runtime_error("--listen: cannot listen on " + o.host + " port " + std::to_string(o.port) + ": " +
                               failure.message() + "; choose another, or port 0 for a free one");
  }

  void read_certificate() {
    tls_.emplace(asio::ssl::context::tls_server);
    error_code failure;
    tls_->use_certificate_chain_file(world_.set.certificate, failure);
    if (!failure) tls_->use_private_key_file(world_.set.key, asio::ssl::context::pem, failure);
    if (failure) throw std::runtime_error("--tls-cert, --tls-key: not a PEM pair: " + failure.message());
  }

  void accept() {
    auto& loop = *loops_[next_++ % loops_.size()];
    acceptor_->async_accept(loop, [this, &loop](error_code ec, tcp::socket socket) {
      if (ec == asio::error::operation_aborted) return;
      if (ec) return accept_later();
      asio::post(loop, [this, kept = std::move(socket)]() mutable {
        serve(world_, std::move(kept), tls_ ? &*tls_ : nullptr);
      });
      accept();
    });
  }

  // Out of descriptors, most likely: some will come back.
  void accept_later() {
    pause_.emplace(*loops_.front(), std::chrono::milliseconds(50));
    pause_->async_wait([this](error_code ec) {
      if (!ec) accept();
    });
  }

  void gather() {
    garbage_->look(lsrun::time::now());
    gathering_.emplace(*loops_.front(), std::chrono::nanoseconds(world_.set.garbage_period / 50));
    gathering_->async_wait([this](error_code ec) {
      if (!ec) gather();
    });
  }

  void say_ready() {
    const auto end = acceptor_->local_endpoint();
    const auto host = end.address().is_v6() ? "[" + end.address().to_string() + "]" : end.address().to_string();
    std::cout << "READY url=" << (tls_ ? "https://" : "http://") << host << ":" << end.port()
              << " agent_id=" << world_.set.agent_id << " pid=" << ::getpid() << std::endl;
  }

  world& world_;
  std::optional<asio::ssl::context> tls_;
  std::vector<std::unique_ptr<asio::io_context>> loops_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> pause_, gathering_;
  std::optional<garbage> garbage_;
  std::size_t next_ = 0;
};

}  // namespace

void run_server(world& w) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);  // as many connections as the system lets it have
  }
  std::signal(SIGPIPE, SIG_IGN);
  server(w).run();
}

}  // namespace lstarget
