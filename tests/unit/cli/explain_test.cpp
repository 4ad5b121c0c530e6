// What --explain prints of a whole config.
#include "explain.hpp"

#include <boost/test/unit_test.hpp>

#include "config/load.hpp"

using namespace lsrun;

namespace {

const std::string heavy = R"t(name = "heavy_load"
[target]
url = "http://127.0.0.1:8800"
headers = { Authorization = "Bearer hush-hush" }
[scenario]
plugin = "chat_sync"
[pool]
count = 20
from = ["127.64.0.0/16"]
[limits]
create_session = "10/min"
chat = "30/min"
default = "100/min"
[sessions]
think_time = "constant(2m)"
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
[thresholds]
check = ["rate_limit_ratio <= 10%", "sessions_created_per_s >= 0.5"]
)t";

std::string explain(const config::overrides& o = {}) {
  const auto loaded = config::load_text(heavy, "heavy.toml", o);
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems, loaded.texts));
  return cli::explain_text(*loaded.plan);
}

void holds(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, "no \"" << part << "\" in\n" << text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_explain)

BOOST_AUTO_TEST_CASE(values_stand_with_their_origin_and_secrets_are_masked) {
  config::overrides o;
  o.set = {"limits.chat=40/min"};
  const auto text = explain(o);
  holds(text, "heavy.toml:2");
  holds(text, "--set limits.chat");
  holds(text, "default\n");
  BOOST_TEST(text.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_arithmetic_of_the_heavy_load_is_printed) {
  const auto text = explain();
  holds(text, "Permits, 5% headroom taken off\n");
  holds(text, "  chat              28.5/min   570/min   34 200\n");
  holds(text, "  create_session     9.5/min   190/min   11 400\n");
  holds(text, "  steady      25m  1000 to 1000          0    4 750        8.33/s    9.5/s    8.33/s\n");
  holds(text, "sessions created         1 000, 0.556/s while they are created\n");
  // Whether the scenario sends something when a session closes is not known here.
  holds(text,
        "requests                 about 22 500, a turn counted as one (polls come on top), and at most 1 000 where "
        "sessions close\n");
  holds(text, "The plan fits its limits.\n");
}

BOOST_AUTO_TEST_CASE(a_plan_that_cannot_fit_is_told_which_phase_and_what_to_change) {
  config::overrides o;
  o.ip_count = 2;
  const auto text = explain(o);
  holds(text, "The plan does not fit its limits.\n");
  holds(text,
        "  x phase `startup` creates 200 sessions in 5m (40/min), but create_session allows 95 (19/min) over 2 "
        "addresses\n"
        "    raise pool.count to 5, or give it 10.5m, or create fewer sessions\n");
}

BOOST_AUTO_TEST_CASE(a_rehearsal_shows_the_plans_own_times_and_the_runs_length) {
  config::overrides o;
  o.time_scale = 60;
  const auto text = explain(o);
  holds(text, "34 200");
  holds(text, "growth      25m");
  holds(text, "Time scale 60: the run takes 1m;");
  holds(text, "33.3/s while they are created");
}

BOOST_AUTO_TEST_SUITE_END()
