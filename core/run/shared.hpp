// What all workers of a run read and none writes: the plan, made ready for the hot path.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "load/phases.hpp"
#include "metrics/registry.hpp"
#include "pool/identity.hpp"
#include "time/clock.hpp"
#include "transport/client.hpp"

namespace lsrun::run {

// Told of every request and answer, for --debug-session; absent in a run. [worker's thread]
struct exchange_trace {
  std::function<void(std::string_view operation, std::string_view method, std::string_view target,
                     std::string_view body)>
      sent;
  std::function<void(std::string_view operation, const transport::answer&, std::string_view outcome)> answered;
};

struct shared {
  config::plan plan;
  load::phases phases{{}};
  std::shared_ptr<metrics::registry> registry = std::make_shared<metrics::registry>();
  metrics::registry& names = *registry;
  std::vector<pool::identity> addresses;  // all of the pool
  transport::settings transport;          // without addresses: each worker adds its own
  std::vector<std::string> messages;
  std::vector<char> message_has_placeholder;  // by message: nothing to fill in otherwise
  std::string run_id;
  time::instant start = 0;                               // the instant of run time 0
  std::vector<double> scenario_weights, tenant_weights;  // running sums, the last is 1
  exchange_trace trace;
  // Told, once by each worker at most, that the target's answer to this operation refuses load tests. [worker's thread]
  std::function<void(const std::string& operation, unsigned status)> load_refused;
  std::uint64_t most_opened = UINT64_MAX;  // sessions opened by each worker, in all (--debug-session: 1)

  std::uint32_t workers() const { return plan.threads; }
};

}  // namespace lsrun::run
