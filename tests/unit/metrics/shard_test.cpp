// A shard counts requests, steps and failures where they belong, and hands them over without losing or doubling any.
#include "metrics/shard.hpp"

#include <boost/test/unit_test.hpp>

namespace metrics = lsrun::metrics;
using lsrun::model::outcome;
using lsrun::time::millisecond;
using lsrun::time::second;
using metrics::request_record;

namespace {

struct fixture {
  metrics::registry names;
  std::uint32_t chat = *names.operation("chat");
  std::uint32_t create = *names.operation("create_session");
  metrics::shard shard{names, 100 * second};

  request_record answered(outcome o = outcome::ok, std::uint16_t status = 200) const {
    request_record r;
    r.operation = chat;
    r.turn = 1;
    r.outcome = o;
    r.status = status;
    r.planned = 101 * second;
    r.sent = r.planned + 2 * millisecond;
    r.first_byte = r.sent + 50 * millisecond;
    r.end = r.sent + 60 * millisecond;
    return r;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shards, fixture)

BOOST_AUTO_TEST_CASE(response_time_counts_from_planned_service_time_from_sent_and_lag_between) {
  shard.request(answered());
  const auto i = shard.take(nullptr);
  BOOST_REQUIRE(i->operations.size() > chat);
  BOOST_TEST(i->operations[chat].response_time.max() == 62'000);
  BOOST_TEST(i->operations[chat].service_time.max() == 60'000);
  BOOST_TEST(i->lag.max() == 2'000);
  BOOST_TEST(i->turns.at(0).response_time.max() == 62'000);
  BOOST_TEST(i->tenants.at(0).response_time.max() == 62'000);
}

BOOST_AUTO_TEST_CASE(the_slowest_of_the_run_are_kept_and_each_is_handed_over_once) {
  const auto send = [this](std::uint32_t operation, std::int64_t ms, std::uint64_t session) {
    request_record r = answered();
    r.operation = operation;
    r.end = r.planned + ms * millisecond;
    r.session = session;
    r.trace = session * 10;
    shard.request(r);
  };
  for (std::uint64_t n = 1; n <= 8; ++n) send(chat, static_cast<std::int64_t>(n) * 10, n);
  send(create, 5, 99);
  const auto first = shard.take(nullptr);
  const auto& slowest = first->operations[chat].slowest;
  BOOST_REQUIRE_EQUAL(slowest.size(), metrics::most_slowest);
  BOOST_TEST(slowest[0].response_us == 80'000);
  BOOST_TEST(slowest[0].at_s == 1);
  BOOST_TEST(slowest[0].session == 8u);
  BOOST_TEST(slowest[0].trace == 80u);
  BOOST_TEST(slowest[4].response_us == 40'000);
  BOOST_TEST(first->operations[create].slowest.at(0).session == 99u);

  send(chat, 30, 20);  // faster than the five of the first second
  send(chat, 45, 21);
  request_record poll = answered();
  poll.long_poll = true;
  poll.end = poll.planned + 9 * second;
  shard.request(poll);
  const auto next = shard.take(nullptr);
  BOOST_REQUIRE_EQUAL(next->operations[chat].slowest.size(), 1u);
  BOOST_TEST(next->operations[chat].slowest[0].session == 21u);
  metrics::interval sum;
  sum.add_later(*first);
  sum.add_later(*next);
  BOOST_REQUIRE_EQUAL(sum.operations[chat].slowest.size(), metrics::most_slowest);
  BOOST_TEST(sum.operations[chat].slowest[4].session == 21u);
}

BOOST_AUTO_TEST_CASE(only_requests_that_were_answered_and_are_no_long_polls_have_times) {
  request_record poll = answered(outcome::empty_poll, 504);
  poll.long_poll = true;
  shard.request(poll);
  request_record late = answered(outcome::timeout, 0);
  shard.request(late);
  request_record refused = answered(outcome::connect_error, 0);
  refused.sent = refused.first_byte = 0;
  shard.request(refused);
  const auto i = shard.take(nullptr);
  BOOST_TEST(i->operations[chat].requests.total() == 3u);
  BOOST_TEST(i->operations[chat].response_time.empty());
  BOOST_TEST(i->operations[chat].service_time.empty());
  BOOST_TEST(i->lag.count() == 2u);  // the one that was never sent has none
}

BOOST_AUTO_TEST_CASE(addresses_are_listed_only_if_they_had_requests_and_anew_each_interval) {
  request_record r = answered();
  r.address = 70'000;
  shard.request(r);
  shard.request(r);
  r.operation = create;
  shard.request(r);
  auto i = shard.take(nullptr);
  BOOST_REQUIRE(i->addresses.size() == 2u);
  BOOST_TEST(i->addresses[0].address == 70'000u);
  BOOST_TEST(i->addresses[0].requests.total() == 2u);
  BOOST_TEST(i->addresses[0].statuses.at(200) == 2u);
  BOOST_TEST(i->addresses[1].operation == create);
  shard.request(r);
  i = shard.take(std::move(i));
  BOOST_REQUIRE(i->addresses.size() == 1u);
  BOOST_TEST(i->addresses[0].requests.total() == 1u);
}

BOOST_AUTO_TEST_CASE(taking_twice_gives_each_count_once) {
  shard.request(answered());
  shard.missed_turn();
  ++shard.sessions().opened;
  auto first = shard.take(nullptr);
  auto second_one = shard.take(nullptr);
  BOOST_TEST(first->operations[chat].requests.total() == 1u);
  BOOST_TEST(first->missed_turns == 1u);
  BOOST_TEST(first->sessions.opened == 1u);
  BOOST_TEST(requests_of(*second_one).total() == 0u);
  BOOST_TEST(second_one->sessions.opened == 0u);
}

BOOST_AUTO_TEST_CASE(failures_that_are_alike_share_a_row_with_their_attempts_addresses_and_first_session) {
  request_record r = answered(outcome::rate_limited, 429);
  r.message = "slow\ndown";
  r.session = 7;
  shard.request(r);
  r.address = 3;
  r.attempt = 2;
  r.session = 8;
  r.end += second;
  shard.request(r);
  r.attempt = 99;
  shard.request(r);
  const auto i = shard.take(nullptr);
  BOOST_REQUIRE(i->failures.size() == 1u);
  const auto& f = i->failures[0];
  BOOST_TEST(f.count == 3u);
  BOOST_TEST(f.message == "slow down");
  BOOST_TEST(f.example_session == 7u);
  BOOST_TEST(f.first_s == 1.062, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(f.last_s == 2.062, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(f.attempts.at(1) == 1u);
  BOOST_TEST(f.attempts.at(2) == 1u);
  BOOST_TEST(f.attempts.at(metrics::most_failure_attempts) == 1u);
  BOOST_TEST(f.addresses.at(0) == 1u);
  BOOST_TEST(f.addresses.at(3) == 2u);
}

BOOST_AUTO_TEST_CASE(successes_empty_polls_and_cancelled_requests_are_no_failures) {
  for (const outcome o : {outcome::ok, outcome::business_error, outcome::empty_poll, outcome::cancelled})
    shard.request(answered(o));
  BOOST_TEST(shard.take(nullptr)->failures.empty());
}

BOOST_AUTO_TEST_CASE(endless_kinds_of_failure_are_bounded_and_none_is_lost) {
  request_record r = answered(outcome::server_error, 500);
  for (int i = 0; i < 1000; ++i) {
    const std::string message = "trace " + std::to_string(i);
    r.message = message;
    r.address = static_cast<std::uint32_t>(i);
    shard.request(r);
  }
  const auto i = shard.take(nullptr);
  BOOST_TEST(i->failures.size() == metrics::most_failure_kinds + 1);
  std::uint64_t sum = 0;
  for (const auto& f : i->failures) {
    sum += f.count;
    BOOST_TEST(f.addresses.size() <= metrics::most_failure_addresses + 1);
  }
  BOOST_TEST(sum == 1000u);
  BOOST_TEST(i->failures.back().message == metrics::other_failures);
  BOOST_TEST(i->failures.back().addresses.at(metrics::other_addresses) == 800u - metrics::most_failure_addresses);
}

BOOST_AUTO_TEST_CASE(turns_after_the_fiftieth_share_its_row_and_open_and_close_have_none) {
  request_record r = answered();
  for (const std::uint32_t turn : {0u, metrics::no_turn, 1u, 50u, 51u, 4000u}) {
    r.turn = turn;
    shard.request(r);
    shard.step_ended({.outcome = outcome::ok, .turn = turn});
  }
  const auto i = shard.take(nullptr);
  BOOST_REQUIRE(i->turns.size() == metrics::most_turns);
  BOOST_TEST(i->turns[0].requests.total() == 1u);
  BOOST_TEST(i->turns[49].requests.total() == 3u);
  BOOST_TEST(i->turns[49].steps.total() == 3u);
  BOOST_TEST(i->steps.succeeded == 6u);
}

BOOST_AUTO_TEST_CASE(steps_are_counted_by_how_they_ended) {
  shard.step_started();
  shard.step_started();
  shard.step_ended({outcome::business_error, true, 1, 1, second, 4 * second});
  shard.step_ended({outcome::timeout, false, 1, 1, second, 10 * second});
  const auto i = shard.take(nullptr);
  BOOST_TEST(i->steps.started == 2u);
  BOOST_TEST(i->steps.succeeded == 1u);
  BOOST_TEST(i->steps.failed == 1u);
  BOOST_TEST(i->steps.retried == 1u);
  BOOST_TEST(i->steps.ended[outcome::timeout] == 1u);
  BOOST_TEST(i->step_time.count() == 1u);  // the one that ended well
  BOOST_TEST(i->step_time.max() == 3'000'000);
  BOOST_TEST(i->tenants.at(1).steps.total() == 2u);
}

BOOST_AUTO_TEST_CASE(scenario_metrics_are_sums_or_distributions_by_their_kind) {
  const auto time = *names.metric({"first_reply", "ms", "", metrics::metric_kind::time});
  const auto count = *names.metric({"no_reply", "", "", metrics::metric_kind::count});
  const auto number = *names.metric({"size", "bytes", "", metrics::metric_kind::number});
  shard.scenario_value(time, 5 * millisecond);
  shard.scenario_value(count, 2);
  shard.scenario_value(count, 3);
  shard.scenario_value(number, 4096);
  const auto i = shard.take(nullptr);
  BOOST_TEST(i->scenario_metrics[time].values.max() == 5000);
  BOOST_TEST(i->scenario_metrics[count].sum == 5);
  BOOST_TEST(i->scenario_metrics[count].values.empty());
  BOOST_TEST(i->scenario_metrics[number].values.max() == 4096);
}

BOOST_AUTO_TEST_CASE(a_wait_of_nothing_counts_too) {
  shard.throttle_wait(0);
  shard.throttle_wait(3 * second);
  const auto i = shard.take(nullptr);
  BOOST_TEST(i->throttle_wait.count() == 2u);
  BOOST_TEST(i->throttle_wait.min() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
