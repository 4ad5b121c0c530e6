// What a good config becomes: values, defaults, the command line, the environment, the time scale.
#include <boost/test/unit_test.hpp>

#include "support.hpp"

using namespace lsrun;
using namespace config_test;
using lsrun::time::minute;
using lsrun::time::second;

namespace {

config::plan plan_of(const std::string& text, const config::overrides& o = {}) {
  auto loaded = read_config(text, o);
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems, loaded.texts));
  return *loaded.plan;
}

const std::string phases = R"t(
[[phases]]
name = "startup"
duration = "5m"
sessions = 200
[[phases]]
name = "growth"
duration = "25m"
sessions = 1000
[[phases]]
name = "steady"
duration = "25m"
ramp = "hold"
[[phases]]
name = "cleanup"
duration = "5m"
sessions = 0
)t";

}  // namespace

BOOST_AUTO_TEST_SUITE(config_load)

BOOST_AUTO_TEST_CASE(the_smallest_config_gets_all_defaults_and_one_steady_minute) {
  const auto p = plan_of(with(""));
  BOOST_TEST(p.name == "test");
  BOOST_TEST(p.target.scheme == "http");
  BOOST_TEST(p.target.host == "127.0.0.1");
  BOOST_TEST(p.target.port == 8800);
  BOOST_TEST(p.target.health == "/health");
  BOOST_TEST(p.target.request_timeout == 60 * second);
  BOOST_TEST(!p.target.connections_per_address.has_value());
  BOOST_TEST(p.pool.count == 1u);
  BOOST_TEST(p.limits.by_operation.empty());
  BOOST_TEST(p.limits.headroom == 0.05);
  BOOST_TEST(!p.rate.base.has_value());
  BOOST_TEST(p.sessions.max == 100u);
  BOOST_TEST(*p.sessions.expire_after == lsrun::time::hour);
  BOOST_REQUIRE(p.phases.size() == 1u);
  BOOST_TEST(p.phases[0].name == "steady");
  BOOST_TEST(p.phases[0].duration == minute);
  BOOST_TEST(p.phases[0].sessions == 100u);
  BOOST_TEST((p.phases[0].shape == config::ramp::step));
  BOOST_TEST(p.reports.size() == 3u);
  BOOST_TEST(p.results == "results");
  BOOST_TEST(*p.lag_limit == 100 * lsrun::time::millisecond);
  BOOST_TEST(!p.spin);
}

BOOST_AUTO_TEST_CASE(every_table_is_read) {
  const auto p = plan_of(R"t(
name = "heavy_load"
description = "high concurrency"
[target]
url = "https://[::1]:8443/v1/"
launch = "lstarget"
health = "none"
keep_alive = false
connections_per_address = 2
connect_timeout = "1s"
headers = { X-A = "b" }
tls.server_name = "target.test"
[[scenarios]]
plugin = "chat_sync"
weight = 3
options = { timeout = "60s", retries = 2, ratio = 0.5, on = true }
[[scenarios]]
plugin = "./own.so"
[pool]
count = 20
from = ["127.64.0.0/16", "fd00::1"]
mode = "both"
header = "X-Real-IP"
[limits]
chat = "30/min"
read_session = "none"
default = "100/min"
headroom = "10%"
[rate]
base = "600/min"
[sessions]
max = 1000
expire_after = "none"
think_time = "uniform(2s, 8s)"
turns = 20
own_memory = "2GiB"
[load]
arrivals = "poisson(2/s)"
[retry]
jitter = "none"
[messages]
order = "in_order"
[[tenants]]
name = "a"
tenant_id = "t1"
weight = 2.5
[thresholds]
check = ["success_ratio >= 90%"]
abort = ["rate_limit_ratio > 50%"]
[alerts]
check = ["target.rss > 6GiB for 30s"]
command = "cat"
[reports]
write = ["json"]
directory = "out"
[reports.json]
pretty = true
[plugins]
path = ["a", "b"]
[run]
threads = 2
seed = 7
spin = true
lag_limit = "none"
)t");
  BOOST_TEST(p.name == "heavy_load");
  BOOST_TEST(p.target.host == "::1");
  BOOST_TEST(p.target.port == 8443);
  BOOST_TEST(p.target.base_path == "/v1");
  BOOST_TEST(p.target.health == "none");
  BOOST_TEST(!p.target.keep_alive);
  BOOST_TEST(*p.target.connections_per_address == 2u);
  BOOST_TEST(p.target.tls.server_name == "target.test");
  BOOST_REQUIRE(p.target.headers.size() == 1u);
  BOOST_TEST(p.target.headers[0].value == "b");
  BOOST_REQUIRE(p.scenarios.size() == 2u);
  BOOST_TEST(p.scenarios[0].weight == 3);
  BOOST_TEST(p.scenarios[1].weight == 1);
  BOOST_REQUIRE(p.scenarios[0].options.size() == 4u);
  BOOST_TEST(std::get<std::string>(p.scenarios[0].options[0].value) == "60s");
  BOOST_TEST(std::get<std::int64_t>(p.scenarios[0].options[1].value) == 2);
  BOOST_TEST(std::get<double>(p.scenarios[0].options[2].value) == 0.5);
  BOOST_TEST(std::get<bool>(p.scenarios[0].options[3].value));
  BOOST_TEST(p.scenarios[0].options[0].where.line == 16);
  BOOST_TEST((p.pool.mode == config::pool_mode::both));
  BOOST_TEST(p.pool.from.size() == 2u);
  BOOST_TEST(p.limits.by_operation.at("chat")->count == 30);
  BOOST_TEST(p.limits.by_operation.at("chat")->window == minute);
  BOOST_TEST(!p.limits.by_operation.at("read_session").has_value());
  BOOST_TEST(p.rate.base->per_second() == 10);
  BOOST_TEST(!p.sessions.expire_after.has_value());
  BOOST_TEST(p.sessions.think_time.mean() == 5e9);
  BOOST_TEST(p.sessions.turns.mean() == 20);
  BOOST_TEST(*p.sessions.own_memory == 2ull << 30);
  BOOST_TEST((p.load.arrivals == config::load_shape::arrivals_kind::poisson));
  BOOST_TEST(p.load.per_second == 2);
  BOOST_TEST((p.retry.jitter == config::retry::jitter_kind::none));
  BOOST_TEST(!p.messages.random);
  BOOST_REQUIRE(p.tenants.size() == 1u);
  BOOST_TEST(p.tenants[0].values.at("tenant_id") == "t1");
  BOOST_TEST(p.tenants[0].weight == 2.5);
  BOOST_TEST(p.thresholds.size() == 1u);
  BOOST_TEST(p.abort.size() == 1u);
  BOOST_TEST(p.alerts.size() == 1u);
  BOOST_TEST(p.alerts[0].where.line == 51);
  BOOST_TEST(p.alert_command == "cat");
  BOOST_REQUIRE(p.reports.size() == 1u);
  BOOST_TEST(p.reports[0].options.size() == 1u);
  BOOST_TEST(p.plugin_path.size() == 2u);
  BOOST_TEST(p.threads == 2u);
  BOOST_TEST(p.seed == 7u);
  BOOST_TEST(p.spin);
  BOOST_TEST(!p.lag_limit.has_value());
}

BOOST_AUTO_TEST_CASE(max_is_the_phases_largest_number_if_it_is_not_given) {
  const auto p = plan_of(with(phases));
  BOOST_TEST(p.sessions.max == 1000u);
  BOOST_REQUIRE(p.phases.size() == 4u);
  BOOST_TEST(p.phases[2].sessions == 1000u);  // hold: as at the end of the phase before
  BOOST_TEST(p.phases[3].sessions == 0u);
  BOOST_TEST(p.duration() == 60 * minute);
  BOOST_TEST(p.phases[1].where.line == 10);
}

BOOST_AUTO_TEST_CASE(sessions_on_the_command_line_scale_all_phases) {
  config::overrides o;
  o.sessions = 100;
  const auto p = plan_of(with(phases), o);
  BOOST_TEST(p.sessions.max == 100u);
  BOOST_TEST(p.phases[0].sessions == 20u);
  BOOST_TEST(p.phases[1].sessions == 100u);
  BOOST_TEST(p.phases[2].sessions == 100u);
  BOOST_TEST(p.phases[3].sessions == 0u);
  o.sessions = 3;  // a phase with sessions keeps at least one
  BOOST_TEST(plan_of(with(phases), o).phases[0].sessions == 1u);
  o.sessions = 7;  // without phases it is the number of the only one
  const auto flat = plan_of(with(""), o);
  BOOST_TEST(flat.sessions.max == 7u);
  BOOST_TEST(flat.phases[0].sessions == 7u);
}

BOOST_AUTO_TEST_CASE(duration_on_the_command_line_scales_all_phases_and_adds_up_exactly) {
  config::overrides o;
  o.duration = "10m";
  const auto p = plan_of(with(phases), o);
  BOOST_TEST(p.duration() == 10 * minute);
  BOOST_TEST(p.phases[0].duration == 50 * second);
  o.duration = "1m7s";
  BOOST_TEST(plan_of(with(phases), o).duration() == 67 * second);
  BOOST_TEST(plan_of(with(""), o).duration() == 67 * second);
}

BOOST_AUTO_TEST_CASE(the_command_line_wins_over_the_file) {
  config::overrides o;
  o.set = {"limits.chat=60/min",          "rate.base=none",
           "scenario.options.timeout=5s", "phases.growth.sessions=500",
           "phases.0.duration=1m",        "target.tls.ca=",
           "reports.write=[\"csv\"]",     "sessions.think_time=constant(1s)",
           "target.keep_alive=false",     "pool.from=[\"10.0.0.0/28\"]"};
  o.ip_count = 9;
  o.seed = 42;
  o.target = "http://10.0.0.5";
  o.output = "elsewhere";
  const auto p = plan_of(with("[limits]\nchat = \"30/min\"\n[rate]\nbase = \"1/s\"\n" + phases), o);
  BOOST_TEST(p.limits.by_operation.at("chat")->count == 60);
  BOOST_TEST(!p.rate.base.has_value());
  BOOST_TEST(std::get<std::string>(p.scenarios[0].options[0].value) == "5s");
  BOOST_TEST(p.phases[1].sessions == 500u);
  BOOST_TEST(p.phases[0].duration == minute);
  BOOST_REQUIRE(p.reports.size() == 1u);
  BOOST_TEST(p.reports[0].plugin == "csv");
  BOOST_TEST(p.sessions.think_time.mean() == 1e9);
  BOOST_TEST(!p.target.keep_alive);
  BOOST_TEST(p.pool.count == 9u);
  BOOST_TEST(p.seed == 42u);
  BOOST_TEST(p.target.host == "10.0.0.5");
  BOOST_TEST(p.target.port == 80);
  BOOST_TEST(p.results == "elsewhere");
  o = {};
  o.reports = {"html", "json"};
  BOOST_TEST(plan_of(with("[reports]\nwrite = [\"csv\"]\n[reports.csv]\na = 1\n"), o).reports.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_later_set_wins_over_an_earlier_one) {
  config::overrides o;
  o.set = {"run.seed=1", "run.seed=2"};
  BOOST_TEST(plan_of(with(""), o).seed == 2u);
}

BOOST_AUTO_TEST_CASE(the_time_scale_shortens_what_it_should_and_nothing_else) {
  config::overrides o;
  o.time_scale = 60;
  const auto p = plan_of(with(R"t(
[limits]
chat = "30/min"
[rate]
base = "600/min"
adapt_every = "30s"
[sessions]
expire_after = "1h"
cleanup_every = "5m"
think_time = "lognormal(6s, 0.5)"
turns = "constant(20)"
[load]
arrivals = "constant(2/s)"
[retry]
first = "1s"
most = "60s"
[run]
lag_limit = "100ms"
)t" + phases),
                         o);
  BOOST_TEST(p.time_scale == 60);
  BOOST_TEST(p.duration() == minute);
  BOOST_TEST(p.limits.by_operation.at("chat")->count == 30);
  BOOST_TEST(p.limits.by_operation.at("chat")->window == second);
  BOOST_TEST(p.rate.base->per_second() == 600);
  BOOST_TEST(p.rate.adapt_every == 500 * lsrun::time::millisecond);
  BOOST_TEST(*p.sessions.expire_after == minute);
  BOOST_TEST(*p.sessions.cleanup_every == 5 * second);
  BOOST_TEST(p.sessions.think_time.a == 1e8);
  BOOST_TEST(p.sessions.think_time.b == 0.5);
  BOOST_TEST(p.sessions.turns.mean() == 20);
  BOOST_TEST(p.load.per_second == 120);
  BOOST_TEST(p.retry.first == 1'000'000'000 / 60 + 1);  // rounded
  BOOST_TEST(p.retry.most == second);
  BOOST_TEST(*p.lag_limit == 100 * lsrun::time::millisecond);
  BOOST_TEST(p.target.connect_timeout == 5 * second);
  BOOST_TEST(p.target.request_timeout == 60 * second);
}

BOOST_AUTO_TEST_CASE(the_environment_fills_strings_and_is_remembered_as_secret) {
  const auto p =
      plan_of(with("[target.headers]\nAuthorization = \"Bearer ${API_KEY}\"\nX-Plain = \"$${API_KEY} $x ${\"\n"
                   "X-Empty = \"a${EMPTY}b\"\n"));
  BOOST_REQUIRE(p.target.headers.size() == 3u);
  BOOST_TEST(p.target.headers[0].value == "Bearer sesame-1234");
  BOOST_TEST(p.target.headers[1].value == "${API_KEY} $x ${");
  BOOST_TEST(p.target.headers[2].value == "ab");
  BOOST_TEST((p.secrets == std::vector<std::string>{"Bearer%20sesame-1234", "Bearer sesame-1234",
                                                    "sesame-1234"}));  // the longest first
}

BOOST_AUTO_TEST_CASE(a_plain_duration_or_count_is_a_constant_distribution) {
  const auto p = plan_of(with("[sessions]\nthink_time = \"1500ms\"\nturns = \"uniform(5, 15)\"\n"));
  BOOST_TEST(p.sessions.think_time.mean() == 1.5e9);
  BOOST_TEST(p.sessions.turns.mean() == 10);
}

BOOST_AUTO_TEST_CASE(private_and_loopback_targets_need_no_leave_and_public_ones_have_it_or_not) {
  for (const char* url :
       {"http://127.0.0.1", "http://10.1.2.3", "http://172.31.0.1", "http://192.168.1.1:81", "http://[::1]",
        "http://[fd00::1]", "http://[fe80::1]", "http://169.254.1.1", "http://server"}) {
    config::overrides o;
    o.target = url;
    BOOST_TEST(read_config(with(""), o).problems.empty(), url);
  }
  for (const char* url : {"http://8.8.8.8", "http://172.32.0.1", "http://[2001:db8::1]", "http://[::ffff:8.8.8.8]"}) {
    config::overrides o;
    o.target = url;
    const auto text = problems_of(with(""), o);
    BOOST_TEST(text.find("is a public address") != std::string::npos, url << ": " << text);
    BOOST_TEST(text.find("authorized = true") != std::string::npos);
    o.set = {"target.authorized=true"};
    BOOST_TEST(read_config(with(""), o).problems.empty(), url);
  }
}

BOOST_AUTO_TEST_CASE(metrics_are_a_path_of_the_target_or_a_place_of_their_own) {
  const auto at = [](const std::string& metrics) {
    const auto loaded = read_config("[target]\nurl = \"http://127.0.0.1:8800/v1/\"\nmetrics = \"" + metrics +
                                    "\"\nmetrics_series = [\"rate(a_total)\"]\n[scenario]\nplugin = \"chat_sync\"\n");
    BOOST_TEST(loaded.problems.empty(), metrics);
    BOOST_TEST(loaded.plan->target.metrics_series.at(0).expression == "rate(a_total)");
    const config::http_place& m = loaded.plan->target.metrics_at;
    return m.scheme + "|" + m.host + "|" + std::to_string(m.port) + "|" + m.path;
  };
  BOOST_TEST(at("/metrics?a=1") == "http|127.0.0.1|8800|/v1/metrics?a=1");
  BOOST_TEST(at("http://127.0.0.1:9100") == "http|127.0.0.1|9100|/metrics");
  BOOST_TEST(at("https://[::1]/") == "https|::1|443|/metrics");
  BOOST_TEST(at("http://10.0.0.1/v1/sys/metrics/?format=prometheus") ==
             "http|10.0.0.1|80|/v1/sys/metrics/?format=prometheus");
  BOOST_TEST(read_config(with("")).plan->target.metrics == "none");
}

BOOST_AUTO_TEST_SUITE_END()
