// `/metrics`: the run's totals and last levels for Prometheus (docs/integrations.md lists them). Made when it is asked
// for, once a second at most. No series for each address or session, so that their number is bounded by the plan.
#pragma once

#include <array>
#include <string>

#include "metrics/snapshot.hpp"
#include "prometheus/text.hpp"
#include "report/accumulator.hpp"
#include "web/server.hpp"

namespace lsrun::prometheus {

// Levels as of the last second; totals are the accumulator's.
struct levels {
  std::size_t phase = 0;
  double phase_progress = 0, run_progress = 0;
  std::uint64_t alive = 0, in_step = 0, wanted = 0, throttled = 0;
  double multiplier = 1, by_hand = 1;
  bool paused = false;
  std::optional<metrics::generator_sample> generator;
  std::optional<metrics::target_sample> target;
  std::uint64_t lowered = 0, raised = 0;  // changes of the multiplier, in the whole run
};

// The whole answer. [main-thread]
std::string exposition(format, const report::accumulator&, const levels&);

class exporter final : public metrics::sink {
 public:
  // Adds its route to the server. Both outlive it. [main-thread, as all]
  exporter(web::server&, const report::accumulator&);
  void on_snapshot(const metrics::snapshot&) override;  // after the accumulator has its interval

 private:
  const std::string& answer(format);

  const report::accumulator& run_;
  levels levels_;
  std::array<std::string, 2> made_;  // by format, of the last second; "": not asked for
};

}  // namespace lsrun::prometheus
