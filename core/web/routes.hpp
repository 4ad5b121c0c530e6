// What the web server answers: a question, an answer, and an answer that goes on. Plain types without Beast, so that
// whoever serves something needs no more than this.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lsrun::web {

struct request {
  std::string path;           // "/api/v1/snapshot", as sent; what follows ? is not in it
  std::string query;          // what follows ?, as sent
  std::string accept;         // the Accept header, "": none
  std::string last_event_id;  // of server-sent events, "": none
};

struct answer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones
};

// An answer that goes on (server-sent events): one viewer. Valid on the server's thread only.
class stream {
 public:
  virtual ~stream() = default;
  // Sends bytes after those before; the text may be shared by many viewers. False: the viewer is gone, or is let go now
  // because more than `most_waiting` bytes wait for it to read; nothing is sent to it any more.
  virtual bool send(std::shared_ptr<const std::string> bytes) = 0;
  virtual void end() = 0;                   // when all has been sent; the connection is closed
  virtual std::size_t waiting() const = 0;  // bytes that the viewer has not taken yet; 0 of one that is gone
};

inline constexpr std::size_t most_waiting = 4 << 20;

using answerer = std::function<answer(const request&)>;                         // must be quick, must not throw
using streamer = std::function<void(const request&, std::shared_ptr<stream>)>;  // keeps the stream and sends to it

// Which path is answered by whom.
struct route {
  answerer answers;  // either this
  streamer streams;  // or this one
  std::string type;  // content type of a stream
};
using routes = std::map<std::string, route, std::less<>>;

}  // namespace lsrun::web
