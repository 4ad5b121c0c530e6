// The live page of a run and the JSON behind it: `/`, `/api/v1/snapshot`, `/api/v1/stream` (docs/live.md). Everything
// is made once a second at most, however many look on; a viewer who does not read is let go by the web server.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dashboard/feed.hpp"
#include "metrics/snapshot.hpp"
#include "report/accumulator.hpp"
#include "report/live_document.hpp"
#include "web/server.hpp"

namespace lsrun::dashboard {

// The page as it is sent: one file that asks for nothing but the stream.
std::string_view page();

class dashboard final : public metrics::sink {
 public:
  // The longer tables are sent every so many seconds. What takes long to make is made so seldom that it takes this
  // share of a core at most.
  static constexpr std::chrono::seconds tables_every{5};
  static constexpr double most_share = 0.005;

  // Adds its routes to the server. Both outlive it. [main-thread, as all]
  dashboard(web::server&, const report::accumulator&, const std::string& run_id);

  void on_snapshot(const metrics::snapshot&) override;  // after the accumulator has its interval
  // The run is over: viewers get the verdict, and nothing more.
  void end(const report::ending&);
  // Bytes that viewers have not taken yet.
  std::size_t waiting() const;

 private:
  using instant = std::chrono::steady_clock::time_point;

  void send(const bytes&);
  void begin(const web::request&, std::shared_ptr<web::stream>);
  void make_snapshot();
  template <class Make>
  std::string made(Make, instant& next, std::chrono::nanoseconds least) const;

  const report::accumulator& run_;
  report::live_progress progress_;
  feed feed_;
  std::vector<std::shared_ptr<web::stream>> viewers_;
  std::optional<report::ending> end_;
  std::string snapshot_;     // as JSON and as an event
  bytes snapshot_event_;     // none where it is to be made anew
  std::string snapshot_id_;  // of the last event that is in it
  instant next_snapshot_{}, next_tables_{};
};

}  // namespace lsrun::dashboard
