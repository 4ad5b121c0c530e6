// What the target knows about the requests it had: the truth that a client's own counts are compared with. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/outcome.hpp"
#include "words.hpp"

namespace lstarget {

using lsrun::model::outcome;

// The status under which a request counts whose client went away before its answer.
inline constexpr int status_gone = 499;

// What an answer means to a client that knows the API: its HTTP status, and what only its envelope says.
outcome outcome_of(int http_status);

struct session_counts {
  std::uint64_t created = 0, alive = 0, evicted = 0, deleted = 0;
};
struct connection_counts {
  std::uint64_t accepted = 0, open = 0, closed_idle = 0;
};

class stats {
 public:
  // A request that is over; `address` is the client's as the limiter sees it.
  void count(operation, std::string_view address, int status, outcome);
  // A request has arrived that count() will be called for.
  void arrived();
  // Everything as one JSON object.
  std::string json(const session_counts&, const connection_counts&) const;
  // By operation and status, and how many are under way, for the metrics page.
  struct sums {
    std::map<std::pair<std::string_view, int>, std::uint64_t> by_operation;
    std::uint64_t in_flight = 0;
  };
  sums summed() const;
  void reset();

 private:
  struct row {
    operation what;
    outcome ended;
    int status;
    std::uint64_t times;
  };
  using rows = std::vector<row>;
  static void add(rows&, const row&);

  mutable std::mutex guard_;
  std::unordered_map<std::string, rows> addresses_;
  std::uint64_t in_flight_ = 0;
};

}  // namespace lstarget
