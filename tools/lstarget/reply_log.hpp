// What --log asks for: when each request came and when its reply went out, by the monotonic clock, so that what a
// client of the same machine says of them can be held against the truth.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "time/clock.hpp"
#include "words.hpp"

namespace lstarget {

struct logged_reply {
  operation what = operation::other;
  std::string session;  // its id, where the request names one; else empty
  int status = 0;
  lsrun::time::instant arrived = 0;  // the request had been read
  lsrun::time::instant due = 0;      // when the reply was to go out: arrived, or when the last wait was to end
  lsrun::time::instant replied = 0;  // just before the reply's last bytes were given to the kernel
  lsrun::time::span drawn = 0;       // the delay drawn for the turn, ns
  std::string traceparent;           // as the client sent it; else empty
};

// A CSV file with a heading, a row a reply, in no order. Thread-safe.
class reply_log {
 public:
  explicit reply_log(const std::string& path);  // throws std::runtime_error with what failed
  void add(const logged_reply&);
  void flush();  // what was added stands in the file then

 private:
  struct closing {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::mutex guard_;
  std::unique_ptr<std::FILE, closing> file_;
};

}  // namespace lstarget
