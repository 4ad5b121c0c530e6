// Every kind of bad config: what is said, and where. The texts are golden: they are read a hundred times.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "support.hpp"

using namespace lsrun;
using namespace config_test;

namespace {

// `more` begins in line 5. The text must hold the place and the sentence.
struct bad {
  const char* more;
  const char* place;
  const char* sentence;
};

void check(const bad& one) {
  const auto text = problems_of(with(one.more));
  BOOST_TEST(text.find(std::string("test.toml:") + one.place + ": " + one.sentence) != std::string::npos,
             one.more << "\n  expected " << one.place << ": " << one.sentence << "\n  got " << text);
  BOOST_TEST(text.find("1 error, nothing was sent.") != std::string::npos, text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_problems)

BOOST_AUTO_TEST_CASE(problems_are_shown_with_place_line_caret_and_way_out) {
  const auto text = problems_of(R"([target]
url = "http://127.0.0.1:8800"
[sessions]
maxx = 1000
think_time = 5
[scenario]
plugin = "chat_sync"
)");
  BOOST_TEST(text ==
             "test.toml:4:1: unknown key `maxx` in [sessions]\n"
             "    4 | maxx = 1000\n"
             "      | ^^^^ did you mean `max`? (`lsrun --help config` lists the keys of [sessions])\n"
             "test.toml:5:14: `think_time` needs a unit: \"5s\", \"500ms\"\n"
             "    5 | think_time = 5\n"
             "      |              ^\n"
             "2 errors, nothing was sent.\n");
}

BOOST_AUTO_TEST_CASE(carets_stand_under_characters_also_under_wide_ones) {
  const auto text = problems_of(with("[[tenants]]\nname = \"你好\"\n[messages]\norder = { a = \"你好\", b = 1 }\n"));
  BOOST_TEST(text.find("test.toml:8:9: `order` must be a string, not a table\n"
                       "    8 | order = { a = \"你好\", b = 1 }\n"
                       "      |         ^^^^^^^^^^^^^^^^^^^^^\n") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(unknown_keys_and_tables_name_the_nearest_or_the_right_place) {
  check({"[sesions]\n", "5:2", "unknown table `sesions`"});
  check({"[pool]\nmax = 5\n", "6:1", "unknown key `max` in [pool]"});
  BOOST_TEST(problems_of(with("[pool]\nmax = 5\n")).find("it belongs to [sessions]") != std::string::npos);
  check({"[[phases]]\nname = \"a\"\nduration = \"1m\"\nsessions = 1\nrmap = \"step\"\n", "9:1",
         "unknown key `rmap` in [[phases]]"});
  check({"[target.tls]\ncert = \"x\"\n", "6:1", "unknown key `cert` in [target.tls]"});
  check({"[reports]\nhtml = 3\n", "6:1", "unknown key `html` in [reports]"});
  check({"[reports.htm]\na = 3\n", "5:10", "[reports.htm] has options, but `write` in [reports] does not name `htm`"});
}

BOOST_AUTO_TEST_CASE(wrong_types_say_what_is_wanted_and_what_is_there) {
  check({"[pool]\ncount = \"x\"\n", "6:9", "`count` must be an integer, not a string"});
  check({"[pool]\ncount = 1.5\n", "6:9", "`count` must be an integer, not a number"});
  check({"[pool]\nfrom = \"127.0.0.1\"\n", "6:8", "`from` must be an array of strings, not a string"});
  check({"[pool]\nfrom = [1]\n", "6:9", "`from` must be an array of strings, and this is an integer"});
  check({"[run]\nspin = 1\n", "6:8", "`spin` must be true or false, not an integer"});
  check({"[rate]\nlower_by = \"x\"\n", "6:12", "`lower_by` must be a number, not a string"});
  check({"[messages]\nfile = 2020-01-01\n", "6:8", "`file` must be a string, not a date or time"});
  check({"retry = 5\n", "5:1", "unknown key `retry` in [scenario]"});
  check({"[[retry]]\n", "5:1", "`retry` must be a table, [retry], not an array"});
  check({"[phases]\nname = \"x\"\n", "5:1", "`phases` must be an array of tables, [[phases]], not a table"});
  check({"[[tenants]]\nname = \"a\"\nn = 1\n", "7:5", "`n` of a tenant must be a string, not an integer"});
  check({"[scenario.options]\na = [1]\n", "6:5", "option `a` must be a string, a number, true or false, not an array"});
  check({"[target.headers]\nA = 1\n", "6:5", "header `A` must be a string, not an integer"});
  check({"[target.headers]\n\"a b\" = \"1\"\n", "6:1", "\"a b\" is not the name of a header"});
  check({"[target.headers]\nA = \"1\\r\\nB: 2\"\n", "6:5", "header `A` holds a line break"});
}

BOOST_AUTO_TEST_CASE(plain_numbers_where_a_unit_is_needed_are_told_the_units) {
  check({"[limits]\nchat = 30\n", "6:8", "`chat` needs a unit: \"30/min\", \"100/s\""});
  check({"[limits]\nheadroom = 0.05\n", "6:12", "`headroom` needs a unit: \"10%\""});
  check({"[rate]\nbase = 5\n", "6:8", "`base` needs a unit: \"30/min\", \"100/s\""});
  check({"[retry]\nfirst = 5\n", "6:9", "`first` needs a unit: \"5s\", \"500ms\""});
  check({"[sessions]\nown_memory = 5\n", "6:14", "`own_memory` needs a unit: \"6GiB\", \"100MB\""});
  check({"[retry]\nfirst = \"5\"\n", "6:9", "`first`: \"5\" is not a duration: it needs a unit"});
  check({"[limits]\nchat = \"30\"\n", "6:8", "`chat`: \"30\" is not a rate: it needs a unit of time after a slash"});
  check({"[limits]\nheadroom = \"5\"\n", "6:12", "`headroom`: \"5\" is not a percentage"});
}

BOOST_AUTO_TEST_CASE(values_out_of_range_say_the_range) {
  check({"[pool]\ncount = 0\n", "6:9", "`count` is 0, but must be from 1 to 1000000"});
  check({"[pool]\ncount = -3\n", "6:9", "`count` is -3, but must be from 1 to 1000000"});
  check({"[sessions]\nmax = 0\n", "6:7", "`max` is 0, but must be from 1 to"});
  check({"[sessions]\nturns = 0\n", "6:9", "`turns` is 0, but must be from 1 to"});
  check({"[sessions]\nturns = \"uniform(0, 4)\"\n", "6:9", "`turns` is \"uniform(0, 4)\", but must be from 1 to"});
  check({"[limits]\nheadroom = \"95%\"\n", "6:12", "`headroom` is \"95%\", but must be from 0% to 90%"});
  check({"[limits]\nchat = \"0/min\"\n", "6:8", "`chat` is \"0/min\", but must be from"});
  check({"[rate]\nlower_by = 1.5\n", "6:12", "`lower_by` is 1.5, but must be from 0.01 to 0.99"});
  check({"[rate]\nraise_by = 1\n", "6:12", "`raise_by` is 1, but must be from 1"});
  check({"[rate]\nmost = inf\n", "6:8", "`most` must be a finite number"});
  check({"[retry]\nattempts = 0\n", "6:12", "`attempts` is 0, but must be from 1 to 1000"});
  check({"[retry]\nfirst = \"0s\"\n", "6:9", "`first` is \"0s\", but must be from 1ms to 24h"});
  check({"[run]\nthreads = 0\n", "6:11", "`threads` is 0, but must be from 1 to 256"});
  check({"[run]\ntime_scale = 0\n", "6:14", "`time_scale` is 0, but must be from 0.01 to 100000"});
  check({"[sessions]\nown_memory = \"5B\"\n", "6:14", "`own_memory` is \"5B\", but must be at least 1MiB"});
  check({"[load]\narrivals = \"constant(0/s)\"\n", "6:12", "`arrivals` is \"constant(0/s)\", but must be from"});
}

BOOST_AUTO_TEST_CASE(words_and_distributions_name_what_is_allowed) {
  check({"[pool]\nmode = \"bnd\"\n", "6:8", "`mode` must be \"bind\", \"forwarded\" or \"both\", not \"bnd\""});
  check({"[retry]\nfirst = \"none\"\n", "6:9", "`first` cannot be turned off by \"none\""});
  check(
      {"[sessions]\nthink_time = \"sometimes\"\n", "6:14", "`think_time`: \"sometimes\" is not a distribution; write"});
  check({"[sessions]\nthink_time = \"uniform(2s)\"\n", "6:14", "`think_time`: `uniform` takes two values"});
  check({"[sessions]\nthink_time = \"uniform(8s, 2s)\"\n", "6:14", "`think_time`: `uniform` is from the smaller"});
  check({"[sessions]\nthink_time = \"uniform(2, 8)\"\n", "6:14",
         "`think_time`: \"2\" is not a duration: it needs a unit"});
  check(
      {"[sessions]\nthink_time = \"lognormal(0s, 1)\"\n", "6:14", "`think_time`: `lognormal` needs a median above 0"});
  check({"[load]\narrivals = \"often\"\n", "6:12", "`arrivals`: \"often\" is none of \"closed\""});
  check({"[load]\narrivals = \"poisson(2)\"\n", "6:12", "`arrivals`: \"2\" is not a rate"});
}

BOOST_AUTO_TEST_CASE(contradictions_are_found) {
  check({"[rate]\nlower_above = \"1%\"\n", "6:15", "`lower_above` (1%) must be more than `raise_below` (1%)"});
  check({"[rate]\nraise_below = \"20%\"\n", "6:15", "`lower_above` (10%) must be more than `raise_below` (20%)"});
  check({"[rate]\nleast = 0.9\nmost = 0.5\n", "6:9", "`least` (0.9) is more than `most` (0.5)"});
  check({"[retry]\nfirst = \"2m\"\n", "6:9", "`first` (2m) is longer than `most` (1m)"});
  check({"[sessions]\nmax = 10\n[[phases]]\nname = \"a\"\nduration = \"1m\"\nsessions = 20\n", "10:12",
         "phase `a` wants 20 sessions, but sessions.max is 10"});
  check(
      {"[[phases]]\nname = \"a\"\nduration = \"1m\"\nsessions = 20\n[[phases]]\nname = \"b\"\nduration = \"1m\"\n"
       "ramp = \"hold\"\nsessions = 5\n",
       "13:12", "phase `b` holds 20 sessions, but says 5"});
  check({"[[phases]]\nname = \"a\"\nduration = \"1m\"\n", "5:1", "no phase has a session"});
  check({"[[phases]]\nname = \"a\"\nduration = \"1m\"\nsessions = 1\n[[phases]]\nname = \"a\"\nduration = \"1m\"\n",
         "10:8", "two phases are called `a`"});
  check({"[[tenants]]\nname = \"a\"\n[[tenants]]\nname = \"a\"\n", "8:8", "two tenants are called `a`"});
  check({"[[tenants]]\nname = \"a\"\nweight = 0\n", "5:1", "all weights of [[tenants]] are 0"});
  check({"[[scenarios]]\nplugin = \"a\"\n", "5:1", "[scenario] and [[scenarios]] cannot both be there"});
  check({"[run]\nthreads = 2\n", "6:11", "`threads` is 2, but there is 1 client address"});
  check({"[pool]\nfrom = []\n", "6:8", "`from` is empty"});
  check({"[pool]\nheader = \"a b\"\n", "6:10", "`header` must be the name of a header"});
  check({"[target.tls]\nca = \"x.pem\"\n", "6:6", "[target.tls] has settings, but `url` begins with http://"});
  check({"[alerts]\ncommand = \"cat\"\n", "6:11", "`command` would never run: [alerts] has no `check`"});
  check({"[reports]\nwrite = [\"json\", \"json\"]\n", "6:18", "report `json` is named twice"});
  check({"[reports]\ndirectory = \"\"\n", "6:13", "`directory` is empty"});
  check({"[reports]\ndirectory = \"/dev/null/x\"\n", "6:13", "`directory`: \"/dev/null\" is not a directory"});
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named_with_its_table) {
  BOOST_TEST(problems_of("") ==
             "test.toml: the config needs `url` in [target]\n"
             "      http://host:port or https://host, with a base path if it has one\n"
             "test.toml: the config needs a [scenario]\n"
             "      write [scenario] plugin = \"chat_sync\" or another (`lsrun plugins` lists them)\n"
             "2 errors, nothing was sent.\n");
  check({"[[phases]]\nname = \"a\"\nsessions = 1\n", "5:1", "[[phases]] needs `duration`"});
  check({"[[phases]]\nduration = \"1m\"\nsessions = 1\n", "5:1", "[[phases]] needs `name`"});
}

BOOST_AUTO_TEST_CASE(pool_entries_are_checked_each_at_its_place) {
  check({"[pool]\nfrom = [\"127.0.0.1\", \"300.1.1.1\"]\n", "6:22", "`from`: "});
  check({"[pool]\nfrom = [\"127.0.0.0/40\"]\n", "6:9", "`from`: "});
  check({"[pool]\ncount = 20\nfrom = [\"127.0.0.1\"]\n", "6:9", "`count` asks for 20 client addresses"});
  check({"[pool]\nfrom = [\"127.0.0.1\", \"127.0.0.0/24\"]\n", "6:8", ""});
  BOOST_TEST(problems_of(with("[pool]\ncount = 20\nfrom = [\"127.64.0.0/16\", \"::1\"]\n")).empty());
}

BOOST_AUTO_TEST_CASE(urls_are_checked) {
  const std::pair<const char*, const char*> table[] = {
      {"http://", "has no host"},
      {"http://:80", "has no host"},
      {"127.0.0.1:8800", "has no scheme"},
      {"ftp://x", "speaks http and https only"},
      {"http://x:0", "is not a port"},
      {"http://x:99999", "is not a port"},
      {"http://x:", "is not a port"},
      {"http://a b", "a space"},
      {"http://user:pw@x", "user name or password"},
      {"http://::1:80", "in brackets"},
      {"http://[::1", "closing one"},
      {"http://[::x]", "is not an IPv6 address"},
      {"http://x/?q=1", "query or fragment"},
      {"http://a,b", "is not a host name"},
  };
  for (const auto& [url, reason] : table) {
    config::overrides o;
    o.target = url;
    const auto text = problems_of(with(""), o);
    BOOST_TEST(text.find(reason) != std::string::npos, url << ": " << text);
    BOOST_TEST(text.starts_with("--target "), text);
  }
}

BOOST_AUTO_TEST_CASE(the_target_s_metrics_and_their_series_are_checked_each_at_its_place) {
  const auto said = [](const std::string& lines, const std::string& sentence) {
    const auto text =
        problems_of("[target]\nurl = \"http://127.0.0.1:8800\"\n" + lines + "\n[scenario]\nplugin = \"chat_sync\"\n");
    BOOST_TEST(text.find(sentence) != std::string::npos, text);
    BOOST_TEST(text.find("1 error, nothing was sent.") != std::string::npos, text);
  };
  said("metrics = \"\"", "test.toml:3:11: `metrics` is empty");
  said("metrics = \"metrics\"", "test.toml:3:11: `metrics`: \"metrics\" has no scheme");
  said("metrics = \"http://8.8.8.8:9100/metrics\"", "test.toml:3:11: `metrics`: 8.8.8.8 is a public address");
  said("metrics = \"/a b\"", "test.toml:3:11: `metrics`: \"/a b\" has a space");
  said("metrics_series = [\"a\"]", "test.toml:3:19: `metrics_series` is of no use without `metrics`");
  said("metrics = \"/metrics\"\nmetrics_series = [\"a\", \"sum(b)\"]",
       "test.toml:4:24: `metrics_series`: `sum(b)`: there is no function `sum`");
  said("metrics = \"/metrics\"\nmetrics_series = [\"a\", \"a\"]",
       "test.toml:4:24: `metrics_series`: `a` is named twice");
  std::string many;
  for (char c = 'a'; c <= 'q'; ++c) many += std::string(many.empty() ? "\"" : ", \"") + c + "\"";
  said("metrics = \"/metrics\"\nmetrics_series = [" + many + "]",
       "test.toml:4:99: `metrics_series` has 17 series, at most 16 can be shown");
  said("traceparent = true\nheaders = { Traceparent = \"x\" }", "test.toml:3:15: `headers` has a traceparent too");
}

BOOST_AUTO_TEST_CASE(one_bad_value_makes_one_problem_not_three) {
  const auto text =
      problems_of(with("[rate]\nlower_above = 5\nraise_below = \"20%\"\n[pool]\ncount = 0\n[run]\nthreads = 4\n"));
  BOOST_TEST(text.find("2 errors, nothing was sent.") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(all_problems_come_at_once_sorted_by_line) {
  const auto text = problems_of(with("[run]\nseed = \"x\"\n[pool]\ncount = 0\n[limits]\nchat = 5\nx = 6\n"));
  const auto a = text.find("test.toml:6:"), b = text.find("test.toml:8:"), c = text.find("test.toml:10:"),
             d = text.find("test.toml:11:");
  BOOST_TEST((a < b && b < c && c < d && d != std::string::npos), text);
  BOOST_TEST(text.ends_with("4 errors, nothing was sent.\n"));
}

BOOST_AUTO_TEST_CASE(toml_syntax_errors_have_their_place) {
  const auto text = problems_of("name = \"a\"\n[target\nurl = 1\n");
  BOOST_TEST(text.starts_with("test.toml:2:"), text);
  BOOST_TEST(text.find("not valid TOML: ") != std::string::npos);
  BOOST_TEST(text.find("    2 | [target\n") != std::string::npos);
  BOOST_TEST(text.ends_with("1 error, nothing was sent.\n"));
  BOOST_TEST(problems_of("a = 1\na = 2\n").find("not valid TOML") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(missing_and_unreadable_files_are_told) {
  const auto missing = config::load("/nonexistent/x.toml");
  BOOST_TEST(config::render(missing.problems) ==
             "/nonexistent/x.toml: there is no such file\n      `lsrun --list` shows the named tests\n"
             "1 error, nothing was sent.\n");
  const auto directory = config::load("/tmp");
  BOOST_TEST(config::render(directory.problems) == "/tmp: is a directory, not a config\n1 error, nothing was sent.\n");
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_not_set_is_a_problem_without_its_value) {
  check({"[target.headers]\nA = \"${NOT_SET}\"\n", "6:5", "the environment variable NOT_SET is not set"});
}

BOOST_AUTO_TEST_CASE(sentences_about_a_value_do_not_tell_a_secret) {
  const auto text = problems_of("[target]\nurl = \"http://x:${API_KEY}\"\n[scenario]\nplugin = \"a\"\n");
  BOOST_TEST(text.find("is not a port") != std::string::npos, text);
  BOOST_TEST(text.find("sesame") == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_command_line_is_blamed_for_its_own_mistakes) {
  const auto first = [](config::overrides o) {
    const auto text = problems_of(with(""), o);
    return text.substr(0, text.find('\n'));
  };
  config::overrides o;
  o.set = {"run.sed=1"};
  BOOST_TEST(first(o) == "--set run.sed: unknown key `sed` in [run]");
  o.set = {"run.seed=x"};
  BOOST_TEST(first(o) == "--set run.seed: `seed` must be an integer, not a string");
  o.set = {"nonsense"};
  BOOST_TEST(first(o) == "--set nonsense: is not of the form table.key=value");
  o.set = {"phases.7.sessions=1"};
  BOOST_TEST(problems_of(with("[[phases]]\nname = \"a\"\nduration = \"1m\"\nsessions = 1\n"), o)
                 .starts_with("--set phases.7.sessions: there is no `7` to set"));
  o = {};
  o.duration = "soon";
  BOOST_TEST(first(o).starts_with("--duration soon: \"soon\" is not a duration"));
  o = {};
  o.sessions = 0;
  BOOST_TEST(first(o) == "--sessions 0: must be from 1 to 100000000");
  o = {};
  o.ip_count = 0;
  BOOST_TEST(first(o) == "--ip-count 0: `count` is 0, but must be from 1 to 1000000");
  o = {};
  o.time_scale = -1;
  BOOST_TEST(first(o) == "--time-scale -1: `time_scale` is -1.0, but must be from 0.01 to 100000");
}

BOOST_AUTO_TEST_CASE(expressions_are_checked_for_form_at_once_and_for_their_metric_later) {
  const auto text = problems_of(with("[thresholds]\ncheck = [\"p95(response_time\"]\n"));
  BOOST_TEST(text.find("test.toml:6:10: ") != std::string::npos, text);
  // An alert's `for` is no part of a threshold.
  BOOST_TEST(!problems_of(with("[thresholds]\ncheck = [\"success_ratio < 5% for 3s\"]\n")).empty());
  const auto loaded = read_config(with("[thresholds]\ncheck = [\"p95(first_replyy) < 5s\"]\n"));
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems));  // may be a scenario's metric
  BOOST_TEST(config::check_expressions(*loaded.plan, {"first_replyy"}).empty());
  const auto problems = config::check_expressions(*loaded.plan, {"first_reply"});
  BOOST_REQUIRE(problems.size() == 1u);
  BOOST_TEST(problems[0].where.line == 6);
  BOOST_TEST(problems[0].where.column == 10);
}

BOOST_AUTO_TEST_CASE(very_long_lines_are_cut_around_what_is_meant) {
  const std::string padding(500, 'x');
  const auto text = problems_of(with("[scenario.options]\na = { b = \"" + padding + "\", c = 1 }\n"));
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    BOOST_TEST(end - at < 260u);
    at = end + 1;
  }
}

BOOST_AUTO_TEST_SUITE_END()
