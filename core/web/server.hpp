// A small HTTP server on the main thread's io_context: GET and HEAD by path. It serves the metrics and the live page
// while a run goes on, so everything is bounded: connections, the size of a request, the time for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "model/result.hpp"
#include "web/routes.hpp"

namespace lsrun::web {

// Where to listen: "127.0.0.1:8089", "[::1]:8089", ":8089" (loopback; "0.0.0.0:8089" is every address), port 0 for a
// free one.
struct place {
  std::string host;  // an IP address
  std::uint16_t port = 0;
  bool operator==(const place&) const = default;
};
model::result<place> parse_place(const std::string& text);

class server {
 public:
  // Listens at once; questions are answered while `io` runs. The error says why it cannot listen and what to do.
  // `io` outlives the server. [main-thread, as all of this class]
  static model::result<std::unique_ptr<server>> listen(boost::asio::io_context& io, const place&);
  ~server();  // closes everything
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Routes are exact paths. A path that was given before is given anew.
  void get(std::string path, answerer);
  void get_stream(std::string path, std::string content_type, streamer);

  std::string url() const;  // "http://127.0.0.1:8089", without a slash at its end
  std::uint16_t port() const;

 private:
  struct state;
  explicit server(std::shared_ptr<state>);
  static void accept(const std::shared_ptr<state>&);
  std::shared_ptr<state> state_;
};

}  // namespace lsrun::web
