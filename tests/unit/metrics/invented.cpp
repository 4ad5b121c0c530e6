// Contents are drawn field by field; sums of the real numbers are exact, so that their order cannot matter.
#include "unit/metrics/invented.hpp"

#include <boost/json.hpp>

#include "metrics/interval_json.hpp"

namespace lsrun::test {
namespace {

using metrics::histogram;
using metrics::outcome_counts;

class inventor {
 public:
  explicit inventor(std::mt19937_64& random) : random_{random} {}

  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  outcome_counts counts() {
    outcome_counts c;
    for (auto& n : c.by) n = below(3) == 0 ? below(1000) : 0;
    return c;
  }
  histogram values() {
    histogram h;
    for (std::uint64_t i = below(20); i > 0; --i)
      h.record(static_cast<std::int64_t>(below(4'000'000'000) >> below(32)));
    return h;
  }
  metrics::status_counts statuses() {
    metrics::status_counts s;
    for (std::uint64_t i = below(7); i > 0; --i)
      s[static_cast<std::uint16_t>(below(2) * 200 + below(9))] += 1 + below(9);
    return s;
  }

  void tables(metrics::interval& i) {
    i.operations.resize(below(4));
    for (auto& o : i.operations) {
      o.requests = counts();
      o.requests[model::outcome::ok] += 1;
      o.statuses = statuses();
      o.response_time = values();
      o.service_time = values();
      for (std::uint64_t n = below(4); n > 0; --n)
        metrics::keep_slowest(o.slowest,
                              {static_cast<std::int64_t>(below(50)), static_cast<double>(below(64)) / 4, below(9),
                               static_cast<std::uint32_t>(below(20)), static_cast<std::uint32_t>(below(4)), 1,
                               model::outcome::ok, 200, below(2) * random_()});
    }
    i.turns.resize(below(5));
    for (auto& t : i.turns) t = {counts(), counts(), values()};
    i.tenants.resize(below(3));
    for (auto& t : i.tenants) t = {counts(), counts(), values()};
    i.scenario_metrics.resize(below(4));
    for (auto& m : i.scenario_metrics) m = {static_cast<std::int64_t>(below(2000)) - 1000, values()};
    for (std::uint32_t a = 0; a < 20; ++a)
      for (std::uint32_t o = 0; o < 3; ++o)
        if (below(4) == 0) {
          metrics::address_figures row;
          row.address = a;
          row.operation = o;
          row.requests = counts();
          row.statuses = statuses();
          i.addresses.push_back(row);
        }
    std::shuffle(i.addresses.begin(), i.addresses.end(), random_);
  }

  void events(metrics::interval& i, int at) {
    for (std::uint64_t n = below(8); n > 0; --n) {
      metrics::failure f;
      f.outcome = below(2) == 0 ? model::outcome::timeout : model::outcome::server_error;
      f.status = static_cast<std::uint16_t>(below(2) * 500);
      f.operation = static_cast<std::uint32_t>(below(2));
      f.message = "reason \"" + std::to_string(below(5)) + "\" \xe4\xbc\x9a";
      const bool twice = std::any_of(i.failures.begin(), i.failures.end(), [&](const auto& g) { return g.alike(f); });
      if (twice) continue;
      f.count = 1 + below(50);
      f.first_s = at + static_cast<double>(below(8)) / 16;
      f.last_s = f.first_s + 0.25;
      f.example_session = below(1000);
      f.attempts[static_cast<std::uint32_t>(1 + below(3))] = f.count;
      f.addresses[static_cast<std::uint32_t>(below(20))] = f.count;
      i.failures.push_back(f);
    }
    for (std::uint64_t n = below(3); n > 0; --n)
      i.adjustments.push_back({at + 0.5, static_cast<std::uint32_t>(below(9)), 1, 0.25, 1, 0.8});
  }

  void by_hand(metrics::interval& i, int at) {
    if (below(4) == 0) i.events.push_back({at + 0.25, "pause", "no new sessions", {}});
    if (below(4) == 0) i.events.push_back({at + 0.75, "multiplier", "all rates times 1.25", 1.25});
  }

  void levels(metrics::interval& i) {
    i.sessions = {below(9), below(9), below(9), below(9), below(9), below(9), below(900), below(90), below(999)};
    i.steps = {below(99), below(99), below(99), below(99), counts()};
    i.lag = values();
    i.throttle_wait = values();
    i.step_time = values();
    i.missed_turns = below(5);
    i.throttled = below(50);
    i.replaced_connections = below(3);
    i.creating_s = static_cast<double>(below(5)) / 4;
    i.multiplier = static_cast<double>(1 + below(8)) / 8;
    i.multiplier_weight = static_cast<double>(1 + below(20));
  }

 private:
  std::mt19937_64& random_;
};

}  // namespace

metrics::interval invented_interval(std::mt19937_64& random, int at) {
  metrics::interval i;
  i.start_s = at;
  i.end_s = at + 1;
  i.phase = static_cast<std::uint32_t>(at / 10);
  inventor invent(random);
  invent.tables(i);
  invent.events(i, at);
  invent.by_hand(i, at);
  invent.levels(i);
  if (invent.below(2) == 0) {
    i.generator = metrics::generator_sample{0.25, invent.below(1 << 30), 20, 4, invent.below(40)};
    metrics::target_sample t;
    t.cpu = 0.5;
    if (invent.below(2) == 0) t.rss_bytes = invent.below(1 << 30);
    t.healthy = invent.below(2) == 0;
    i.target = t;
    i.series = {{static_cast<double>(invent.below(1 << 30)), std::nullopt, 0.125}, invent.below(3), invent.below(2)};
  }
  return i;
}

std::string text_of(const metrics::interval& i) { return boost::json::serialize(metrics::to_json(i)); }

}  // namespace lsrun::test
