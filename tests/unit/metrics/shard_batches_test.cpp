// Whatever follows on whatever, working in batches of notes counts what counting one by one counts, to the last field.
#include <boost/test/unit_test.hpp>
#include <random>

#include "metrics/shard.hpp"

namespace metrics = lsrun::metrics;
namespace model = lsrun::model;
namespace time_ = lsrun::time;
using metrics::histogram;
using metrics::request_record;

namespace {

std::int64_t rounded(time_::span s) { return s <= 0 ? 0 : (s + 500) / 1000; }

template <class Rows>
auto& row(Rows& rows, std::size_t i) {
  if (rows.size() <= i) rows.resize(i + 1);
  return rows[i];
}

metrics::turn_figures* turn_of(metrics::interval& i, std::uint32_t turn) {
  if (turn == 0 || turn == metrics::no_turn) return nullptr;
  return &row(i.turns, std::min<std::size_t>(turn, metrics::most_turns) - 1);
}

// One by one, as the words in shard.hpp say it.
void count(metrics::interval& i, const request_record& r) {
  using enum model::outcome;
  metrics::operation_figures& o = row(i.operations, r.operation);
  metrics::tenant_figures& t = row(i.tenants, r.tenant);
  metrics::turn_figures* const turn = turn_of(i, r.turn);
  ++o.requests[r.outcome];
  ++o.statuses[r.status];
  ++t.requests[r.outcome];
  if (turn != nullptr) ++turn->requests[r.outcome];
  metrics::interval one;
  one.addresses.push_back({r.address, r.operation, {}, {}});
  ++one.addresses[0].requests[r.outcome];
  ++one.addresses[0].statuses[r.status];
  i.add_same_time(one);
  if (r.sent != 0) i.lag.record(rounded(r.sent - r.planned));
  const bool answered = r.status != 0 && r.outcome != timeout && r.outcome != connect_error && r.outcome != cancelled;
  if (!answered || r.long_poll || r.end == 0) return;
  const std::int64_t took = rounded(r.end - r.planned);
  for (histogram* h : {&o.response_time, &t.response_time}) h->record(took);
  if (turn != nullptr) turn->response_time.record(took);
  o.service_time.record(rounded(r.end - r.sent));
  metrics::keep_slowest(o.slowest, {std::min(took, histogram::highest), time_::seconds(r.planned), r.session, r.address,
                                    r.turn, r.attempt, r.outcome, r.status, r.trace});
}

void count(metrics::interval& i, const metrics::step_record& s) {
  ++(model::well(s.outcome) ? i.steps.succeeded : i.steps.failed);
  i.steps.retried += s.retried;
  ++i.steps.ended[s.outcome];
  ++row(i.tenants, s.tenant).steps[s.outcome];
  if (metrics::turn_figures* const t = turn_of(i, s.turn)) ++t->steps[s.outcome];
  if (model::well(s.outcome) && s.began != 0) i.step_time.record(rounded(s.over - s.began));
}

class events {
 public:
  explicit events(unsigned seed) : random_{seed} {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  // Mostly short, also none, and now and then a clock that went back.
  time_::span span(time_::span most = 29 * time_::minute) {
    if (once_in(50)) return -static_cast<time_::span>(below(2000));
    return static_cast<time_::span>(below(static_cast<std::uint64_t>(most)) >> below(43));
  }
  std::uint32_t turn() {
    constexpr std::uint32_t rare[]{0, metrics::no_turn, 49, 50, 51, 4000};
    return once_in(4) ? rare[below(6)] : static_cast<std::uint32_t>(1 + below(3));
  }
  model::outcome outcome() {
    return once_in(3) ? static_cast<model::outcome>(below(model::outcome_count - 1)) : model::outcome::ok;
  }
  request_record request(const request_record& before) {
    request_record r = once_in(3) ? request_record{} : before;  // often much like its neighbour
    if (once_in(2)) {
      r.operation = static_cast<std::uint32_t>(below(3));
      r.tenant = static_cast<std::uint32_t>(below(3));
      r.outcome = outcome();
      constexpr std::uint16_t statuses[]{0, 200, 204, 429, 500, 504};
      r.status = statuses[below(6)];
      r.long_poll = once_in(5);
    }
    if (model::well(r.outcome)) r.status = std::max<std::uint16_t>(r.status, 200);
    if (once_in(2)) r.address = static_cast<std::uint32_t>(below(6));
    if (once_in(2)) r.turn = turn();
    r.attempt = static_cast<std::uint32_t>(1 + below(3));
    r.planned = static_cast<time_::instant>(time_::hour + below(10 * time_::second));
    r.sent = r.status == 0 && once_in(2) ? 0 : r.planned + span();
    r.end = once_in(20) ? 0 : std::max(r.sent, r.planned) + span();
    r.session = random_();
    r.trace = random_();
    return r;
  }

 private:
  std::mt19937_64 random_;
};

bool same(const metrics::slow_request& a, const metrics::slow_request& b) {
  return a.response_us == b.response_us && a.at_s == b.at_s && a.session == b.session && a.address == b.address &&
         a.turn == b.turn && a.attempt == b.attempt && a.outcome == b.outcome && a.status == b.status &&
         a.trace == b.trace;
}

void compare(metrics::interval& got, metrics::interval& wanted) {
  BOOST_TEST((got.lag == wanted.lag));
  BOOST_TEST((got.step_time == wanted.step_time));
  BOOST_TEST((got.steps.ended == wanted.steps.ended));
  BOOST_TEST(got.steps.succeeded == wanted.steps.succeeded);
  BOOST_TEST(got.steps.failed == wanted.steps.failed);
  BOOST_TEST(got.steps.retried == wanted.steps.retried);
  for (std::size_t o = 0; o < std::max(got.operations.size(), wanted.operations.size()); ++o) {
    const metrics::operation_figures &a = row(got.operations, o), &b = row(wanted.operations, o);
    BOOST_TEST((a.requests == b.requests));
    BOOST_TEST((a.statuses == b.statuses));
    BOOST_TEST((a.response_time == b.response_time));
    BOOST_TEST((a.service_time == b.service_time));
  }
  const auto rows = [](auto& some, auto& others) {
    for (std::size_t i = 0; i < std::max(some.size(), others.size()); ++i) {
      BOOST_TEST((row(some, i).requests == row(others, i).requests));
      BOOST_TEST((row(some, i).steps == row(others, i).steps));
      BOOST_TEST((row(some, i).response_time == row(others, i).response_time));
    }
  };
  rows(got.turns, wanted.turns);
  rows(got.tenants, wanted.tenants);
  metrics::interval sorted;
  sorted.add_same_time(got);
  BOOST_REQUIRE_EQUAL(sorted.addresses.size(), wanted.addresses.size());
  for (std::size_t i = 0; i < sorted.addresses.size(); ++i) {
    const metrics::address_figures &a = sorted.addresses[i], &b = wanted.addresses[i];
    BOOST_TEST((a.address == b.address && a.operation == b.operation && a.requests == b.requests));
    BOOST_TEST((a.statuses == b.statuses));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(batches_count_what_one_by_one_counts_interval_by_interval) {
  metrics::registry names;
  const auto waited = *names.metric({"waited", "ms", "", metrics::metric_kind::time});
  const auto times = *names.metric({"times", "", "", metrics::metric_kind::count});
  const auto size = *names.metric({"size", "bytes", "", metrics::metric_kind::number});
  metrics::shard shard{names, 0};
  events event{7};
  request_record last;
  metrics::interval all_got, all_wanted;
  std::unique_ptr<metrics::interval> spent;
  for (int second = 0; second < 12; ++second) {
    metrics::interval wanted;
    for (std::uint64_t left = event.below(700); left > 0; --left) {
      last = event.request(last);
      count(wanted, last);
      shard.request(last);
      if (event.once_in(2)) {
        metrics::step_record step{.outcome = event.outcome(), .retried = event.once_in(3)};
        step.tenant = static_cast<std::uint32_t>(event.below(2));
        step.turn = event.turn();
        if (!event.once_in(9)) step.began = time_::hour;
        step.over = time_::hour + event.span(8 * time_::hour);
        shard.step_ended(step);
        count(wanted, step);
      }
      if (last.end != 0 && event.once_in(2)) {  // a step that this request ended, mostly its only one
        metrics::step_record step{.outcome = last.outcome, .tenant = last.tenant, .turn = last.turn};
        if (event.once_in(9)) step.outcome = event.outcome();
        step.retried = event.once_in(9);
        step.began = last.planned - (event.once_in(9) ? time_::microsecond : 0);
        step.over = last.end + (event.once_in(9) ? time_::second : 0);
        if (step.retried || !shard.step_was_request(shard.last_request(), step.outcome, step.began, step.over))
          shard.step_ended(step);
        count(wanted, step);
      }
      if (event.once_in(40)) shard.settled();
      const std::uint32_t metric = std::array{waited, times, size}[event.below(3)];
      const std::int64_t value = event.span(8 * time_::hour);
      shard.scenario_value(metric, value);
      metrics::scenario_metric_figures& m = row(wanted.scenario_metrics, metric);
      const std::int64_t counted = metric == waited ? rounded(value) : value;
      m.sum += counted;
      if (metric != times) m.values.record(counted);
    }
    std::unique_ptr<metrics::interval> got = shard.take(std::move(spent));
    compare(*got, wanted);
    for (const auto metric : {waited, times, size}) {
      const auto &a = row(got->scenario_metrics, metric), &b = row(wanted.scenario_metrics, metric);
      BOOST_TEST(a.sum == b.sum);
      BOOST_TEST((a.values == b.values));
    }
    all_got.add_later(*got);
    all_wanted.add_later(wanted);
    spent = std::move(got);
  }
  for (std::size_t o = 0; o < all_wanted.operations.size(); ++o) {
    const auto &a = all_got.operations[o].slowest, &b = all_wanted.operations[o].slowest;
    BOOST_TEST(std::equal(a.begin(), a.end(), b.begin(), b.end(), same));
  }
}
