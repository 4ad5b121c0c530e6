// What is in effect can be loaded again, tells its origin, and shows no secret.
#include "config/effective.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "config/value.hpp"
#include "support.hpp"

using namespace lsrun;
using namespace config_test;

namespace {

const std::string sample = R"(
[target.headers]
Authorization = "Bearer ${API_KEY}"
Cookie = "session=abc"
X-Trace = "t-${API_KEY}"
X-Plain = "plain"
[limits]
chat = "30/min"
"odd name" = "5/s"
[[tenants]]
name = "a"
tenant_id = "t \"1\" \\ \u0001"
[reports.csv]
sep = ";"
)";

config::plan plan_of(const std::string& text, const config::overrides& o = {}) {
  auto loaded = read_config(text, o);
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems, loaded.texts));
  return *loaded.plan;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_effective)

BOOST_AUTO_TEST_CASE(secrets_are_in_the_plan_and_nowhere_in_what_is_shown) {
  const auto p = plan_of(with(sample));
  BOOST_TEST(p.target.headers[0].value == "Bearer sesame-1234");
  std::string shown = config::effective_toml(p) + config::effective_json(p);
  for (const auto& v : config::effective_values(p)) shown += v.text;
  BOOST_TEST(shown.find("sesame") == std::string::npos);
  BOOST_TEST(shown.find("session=abc") == std::string::npos);
  BOOST_TEST(config::effective_toml(p).find("X-Trace = \"t-***\"") != std::string::npos);
  BOOST_TEST(config::effective_toml(p).find("X-Plain = \"plain\"") != std::string::npos);
  BOOST_TEST(config::masked(p, "GET /?k=sesame-1234 Bearer sesame-1234, session=abc") == "GET /?k=*** ***, ***");
}

BOOST_AUTO_TEST_CASE(secrets_are_found_in_the_forms_that_others_give_them) {
  const auto p =
      plan_of(with("[target.headers]\nAuthorization = \"Basic dXNlcjpwYXNzLXdvcmQ=\"\nX-Api-Key = \"a b\\\"c/d\"\n"
                   "[scenario.options]\napi_key = \"opt-5ecret\"\nflag = true\n"
                   "[[tenants]]\nname = \"a\"\npassword = \"ten-5ecret\"\ntenant_id = \"shown\"\n"));
  BOOST_TEST(config::masked(p, "user:pass-word or pass-word") == "*** or ***");  // what Basic holds
  BOOST_TEST(config::masked(p, "?k=a%20b%22c%2Fd {\"k\":\"a b\\\"c/d\"}") == "?k=*** {\"k\":\"***\"}");
  BOOST_TEST(config::masked(p, "opt-5ecret ten-5ecret shown") == "*** *** shown");
  BOOST_TEST(config::masked(p, "the answer was cut off: opt-5e") == "the answer was cut off: ***");
  const std::string shown = config::effective_toml(p) + config::effective_json(p);
  for (const char* secret : {"dXNlcjpwYXNz", "opt-5ecret", "ten-5ecret", "c/d"})
    BOOST_TEST(shown.find(secret) == std::string::npos, secret);
}

BOOST_AUTO_TEST_CASE(a_problem_shows_its_line_without_the_secrets_in_it) {
  const auto loaded = read_config(with("[target.headers]\nCookie = \"session=4711\"\n[sessions]\nmaxx = 1\n"));
  BOOST_REQUIRE(!loaded);
  BOOST_TEST(config::render(loaded.problems, loaded.texts).find("4711") == std::string::npos);
  const auto in_url =
      config::load_text("[target]\nurl = \"http://me:pass-4712@host\"\n[scenario]\nplugin = \"a\"\n", "x.toml");
  BOOST_REQUIRE(!in_url);
  const auto words = config::render(in_url.problems, in_url.texts);
  BOOST_TEST(words.find("pass-4712") == std::string::npos, words);
  BOOST_TEST(words.find("user name or password") != std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_variable_is_written_so_that_it_stays_as_it_is) {
  for (const char* text :
       {"$${API_KEY}", "$$$${API_KEY}", "$$${x", "$$$${x", "${", "${n=a}", "$${n=a}", "a$ $${A}$${B}"}) {
    const auto p = plan_of(with("[target.headers]\nX-Plain = \"" + std::string(text) + "\"\n"));
    const auto again = plan_of(config::effective_toml(p));
    BOOST_TEST(again.target.headers.at(0).value == p.target.headers.at(0).value, text);
    BOOST_TEST(again.secrets.empty(), text);
    BOOST_TEST(config::effective_json(p).find("\"X-Plain\": " + config::quoted(p.target.headers.at(0).value)) !=
                   std::string::npos,
               text);
  }
}

BOOST_AUTO_TEST_CASE(effective_toml_loads_again_to_the_same) {
  config::overrides o;
  o.time_scale = 10;
  o.sessions = 5;
  const auto p = plan_of(with("[limits]\nchat = \"30/min\"\n\"odd name\" = \"5/s\"\n[[tenants]]\nname = \"a\"\n"
                              "tenant_id = \"t \\\"1\\\" \\\\ \\u0001\"\n[reports.csv]\nsep = \";\"\n"
                              "[scenario.options]\nflag = true\nnumber = 1e3\n"),
                         o);
  const auto text = config::effective_toml(p);
  const auto again = plan_of(text);
  BOOST_TEST(config::effective_toml(again) == text);
  BOOST_TEST(again.time_scale == 10);
  BOOST_TEST(again.duration() == p.duration());
  BOOST_TEST(again.phases[0].sessions == 5u);
  BOOST_TEST(again.tenants[0].values.at("tenant_id") == "t \"1\" \\ \x01");
  BOOST_TEST(again.limits.by_operation.at("odd name")->per_second() == 50);
}

BOOST_AUTO_TEST_CASE(effective_json_is_json_with_the_same_values) {
  const auto document = boost::json::parse(config::effective_json(plan_of(with(sample))));
  BOOST_TEST(document.at("limits").at("chat").as_string() == "30/min");
  BOOST_TEST(document.at("sessions").at("max").as_int64() == 100);
  BOOST_TEST(document.at("tenants").at(0).at("tenant_id").as_string() == "t \"1\" \\ \x01");
  BOOST_TEST(document.at("target").at("headers").at("Cookie").as_string() == "***");
  BOOST_TEST(document.at("rate").at("lower_by").as_double() == 0.8);
}

BOOST_AUTO_TEST_CASE(every_value_tells_where_it_came_from) {
  config::overrides o;
  o.set = {"limits.chat=60/min"};
  o.seed = 3;
  o.sessions = 20;
  const auto p = plan_of(with(sample), o);
  std::string seed, chat, url, max, lag, phase;
  for (const auto& v : config::effective_values(p)) {
    if (v.table == "[run]" && v.key == "seed") seed = v.text + " " + v.origin;
    if (v.table == "[limits]" && v.key == "chat") chat = v.text + " " + v.origin;
    if (v.table == "[target]" && v.key == "url") url = v.origin;
    if (v.table == "[sessions]" && v.key == "max") max = v.text + " " + v.origin;
    if (v.table == "[run]" && v.key == "lag_limit") lag = v.origin;
    if (v.table == "[[phases]] steady" && v.key == "duration") phase = v.text + " " + v.origin;
  }
  BOOST_TEST(seed == "3 --seed 3");
  BOOST_TEST(chat == "\"60/min\" --set limits.chat");
  BOOST_TEST(url == "test.toml:2");
  BOOST_TEST(max == "20 --sessions 20");
  BOOST_TEST(lag == "default");
  BOOST_TEST(phase == "\"1m\" default");
}

BOOST_AUTO_TEST_SUITE_END()
