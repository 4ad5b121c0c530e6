// The live page of a run and the JSON behind it: `/`, `/api/v1/snapshot`, `/api/v1/stream` (docs/live.md). Everything
// is made once a second at most, however many look on; a viewer who does not read is let go by the web server.
#pragma once

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
  static constexpr double tables_every_s = 5;  // run time between two events with the longer tables

  // Adds its routes to the server. Both outlive it. [main-thread, as all]
  dashboard(web::server&, const report::accumulator&, const std::string& run_id);

  void on_snapshot(const metrics::snapshot&) override;  // after the accumulator has its interval
  // The run is over: viewers get the verdict, and nothing more.
  void end(const report::ending&);
  // Bytes that viewers have not taken yet.
  std::size_t waiting() const;

 private:
  void send(const bytes&);
  void begin(const web::request&, std::shared_ptr<web::stream>);
  void make_snapshot();

  const report::accumulator& run_;
  report::live_progress progress_;
  feed feed_;
  std::vector<std::shared_ptr<web::stream>> viewers_;
  std::optional<report::ending> end_;
  std::string snapshot_;  // as JSON and as an event; none where the run has gone on since
  bytes snapshot_event_;
  double tables_at_s_ = 0;
};

}  // namespace lsrun::dashboard
