// Each law compares figures that were counted at different places, so that a slip in one of them shows.
#include "report/conservation.hpp"

#include "metrics/ratios.hpp"

namespace lsrun::report {
namespace {

using metrics::outcome_counts;

std::uint64_t sum(const metrics::status_counts& statuses) {
  std::uint64_t n = 0;
  for (const auto& [status, count] : statuses) n += count;
  return n;
}

void operation_laws(const run_view& run, std::vector<law>& laws) {
  const auto& total = run.whole.counts;
  std::vector<std::uint64_t> by_address(total.operations.size());
  for (const auto& a : total.addresses)
    if (a.operation < by_address.size()) by_address[a.operation] += a.requests.total();
  for (std::uint32_t i = 0; i < total.operations.size(); ++i) {
    const std::uint64_t sent = total.operations[i].requests.total();
    if (sent == 0) continue;
    const std::string name = operation_name(run.names, i);
    laws.push_back({name + ": sent = sum over its HTTP statuses", sent, sum(total.operations[i].statuses)});
    laws.push_back({name + ": sent = sum over client addresses", sent, by_address[i]});
  }
}

void total_laws(const run_view& run, std::vector<law>& laws) {
  const auto& total = run.whole.counts;
  const outcome_counts requests = metrics::requests_of(total);
  outcome_counts by_tenant, steps_by_tenant;
  for (const auto& t : total.tenants) {
    by_tenant.add(t.requests);
    steps_by_tenant.add(t.steps);
  }
  std::uint64_t by_phase = 0, by_second = 0, rows = 0;
  for (const auto& p : run.phases) by_phase += metrics::requests_of(p.counts).total();
  for (const auto& p : run.course.points()) by_second += p.requests.total();
  for (const auto& f : total.failures) {
    const auto of_steps = f.attempts.find(0);
    rows += f.count - (of_steps == f.attempts.end() ? 0 : of_steps->second);
  }
  const std::uint64_t refused_or_failed =
      metrics::failures(requests) + requests[model::outcome::rate_limited] + requests[model::outcome::plugin_fault];
  laws.push_back({"sent = sum over tenants", requests.total(), by_tenant.total()});
  laws.push_back({"sent = sum over phases", requests.total(), by_phase});
  laws.push_back({"sent = sum over the timeline", requests.total(), by_second});
  laws.push_back({"requests refused or failed = sum over the rows of failures", refused_or_failed, rows});
  laws.push_back({"steps ended = sum over tenants", total.steps.ended.total(), steps_by_tenant.total()});
}

void step_and_session_laws(const run_view& run, std::vector<law>& laws) {
  const auto& steps = run.whole.counts.steps;
  const auto& s = run.whole.counts.sessions;
  laws.push_back({"steps succeeded + failed = sum over outcomes", steps.succeeded + steps.failed, steps.ended.total()});
  laws.push_back({"steps started = succeeded + failed + under way at the end", steps.started,
                  steps.succeeded + steps.failed + s.in_step});
  // Sessions whose open step is under way at the end are attempted, but neither opened nor failed yet.
  const std::uint64_t decided = s.opened + s.failed_to_open;
  const std::uint64_t opening = s.attempted > decided ? std::min(s.attempted - decided, s.in_step) : 0;
  laws.push_back({"sessions attempted = opened + failed_to_open + opening at the end", s.attempted, decided + opening});
  laws.push_back(
      {"sessions opened = closed + expired + lost + alive_at_end", s.opened, s.closed + s.expired + s.lost + s.alive});
}

}  // namespace

std::string law::broken() const {
  return text + " does not hold: " + std::to_string(left) + " on the left, " + std::to_string(right) + " on the right";
}

std::vector<law> check_laws(const run_view& run) {
  std::vector<law> laws;
  operation_laws(run, laws);
  total_laws(run, laws);
  step_and_session_laws(run, laws);
  return laws;
}

}  // namespace lsrun::report
