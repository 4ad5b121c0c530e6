// Option values against their declarations: every mistake at once, each with its place.
#include <boost/test/unit_test.hpp>
#include <lsrun/options.hpp>

#include "plugin/host.hpp"
#include "plugin/loader.hpp"
#include "plugin/setup.hpp"

using namespace lsrun;

namespace {

constexpr option declared[] = {
    {"path", "/chat", "where"},
    {"wait", "poll", "how", type::string, "poll|sse"},
    {"count", "3", "how many", type::integer},
    {"factor", "0.5", "by what", type::number},
    {"quick", "true", "or slow", type::boolean},
    {"pause", "1m30s", "between", type::duration},
    {"share", "25%", "of all", type::ratio},
    {"agent", required, "whom to talk to"},
};
constexpr lsrun_array table{declared, sizeof declared / sizeof declared[0], sizeof declared[0]};

struct result {
  std::shared_ptr<plugin::setup> made;
  std::vector<std::string> problems;
  std::vector<int> lines;
  bool refused = false;
};
result checked(std::vector<std::pair<std::string, config::option_value>> given, const lsrun_array& t = table) {
  std::vector<config::option> options;
  int line = 10;
  for (auto& [key, value] : given) options.push_back({key, value, {"a.toml", line++, 1}});
  std::vector<plugin::problem> problems;
  result r;
  r.made = plugin::check_options(t, options, "scenario `chat`", {"a.toml", 9, 1}, problems);
  for (const auto& p : problems) {
    r.problems.push_back(p.text);
    r.lines.push_back(p.where.line);
    r.refused = r.refused || p.refused;
  }
  return r;
}
lsrun_value value(const result& r, std::string_view key) {
  lsrun_setup setup;
  setup.options = r.made.get();
  lsrun_value v{};
  v.struct_size = sizeof v;
  BOOST_TEST(plugin::host().option(&setup, plugin::str(key), &v) == LSRUN_OK);
  return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(defaults_fill_what_is_not_given) {
  const auto r = checked({{"agent", std::string("a1")}});
  BOOST_REQUIRE(r.made);
  BOOST_TEST(plugin::view(value(r, "path").string) == "/chat");
  BOOST_TEST(plugin::view(value(r, "agent").string) == "a1");
  BOOST_TEST(value(r, "count").integer == 3);
  BOOST_TEST(value(r, "factor").number == 0.5);
  BOOST_TEST(value(r, "quick").boolean == 1u);
  BOOST_TEST(value(r, "pause").integer == 90'000'000'000);
  BOOST_TEST(value(r, "share").number == 0.25);
  BOOST_TEST(value(r, "share").type == LSRUN_TYPE_RATIO);
}

BOOST_AUTO_TEST_CASE(given_values_win) {
  const auto r = checked({{"agent", std::string("a")},
                          {"wait", std::string("sse")},
                          {"count", std::int64_t{7}},
                          {"factor", std::int64_t{2}},
                          {"quick", false},
                          {"pause", std::string("5ms")},
                          {"share", std::string("100%")}});
  BOOST_REQUIRE(r.made);
  BOOST_TEST(plugin::view(value(r, "wait").string) == "sse");
  BOOST_TEST(value(r, "count").integer == 7);
  BOOST_TEST(value(r, "factor").number == 2.0);
  BOOST_TEST(value(r, "quick").boolean == 0u);
  BOOST_TEST(value(r, "pause").integer == 5'000'000);
  BOOST_TEST(value(r, "share").number == 1.0);
}

BOOST_AUTO_TEST_CASE(every_mistake_is_told_with_its_line) {
  const auto r = checked({{"pth", std::string("/x")},
                          {"wait", std::string("both")},
                          {"count", 1.5},
                          {"factor", std::string("1")},
                          {"quick", std::string("yes")},
                          {"pause", std::int64_t{5}},
                          {"share", 0.1},
                          {"pause", std::string("5")}});
  BOOST_TEST(!r.made);
  BOOST_TEST(!r.refused);
  BOOST_TEST((r.lines == std::vector<int>{10, 11, 12, 13, 14, 15, 16, 17, 9}));
  BOOST_REQUIRE(r.problems.size() == 9u);
  BOOST_TEST(r.problems[0] == "scenario `chat` has no option `pth`; did you mean `path`?");
  BOOST_TEST(r.problems[1] == "the option `wait` of scenario `chat`: it is \"both\"; it may be one of: poll|sse");
  BOOST_TEST(r.problems[2] == "the option `count` of scenario `chat`: it wants a whole number, such as 5, not 1.5");
  BOOST_TEST(r.problems[4] == "the option `quick` of scenario `chat`: it wants true or false, not \"yes\"");
  BOOST_TEST(r.problems[5] ==
             "the option `pause` of scenario `chat`: it wants a string with a duration and its unit, such as "
             "\"500ms\", not 5");
  BOOST_TEST(r.problems[8] == "scenario `chat` needs the option `agent` (whom to talk to): set it, as a string");
}

BOOST_AUTO_TEST_CASE(a_key_that_nothing_resembles_gets_the_list) {
  const auto r = checked({{"agent", std::string("a")}, {"completely_else", true}});
  BOOST_REQUIRE(r.problems.size() == 1u);
  BOOST_TEST(r.problems[0].find("it has `path`, `wait`,") != std::string::npos);
  constexpr lsrun_array none{nullptr, 0, 0};
  BOOST_TEST(checked({{"x", true}}, none).problems[0] == "scenario `chat` has no option `x`; it has none");
}

BOOST_AUTO_TEST_CASE(a_default_that_cannot_be_read_is_the_plugins_fault) {
  constexpr option faulty[] = {{"pause", "soon", "when", type::duration}};
  const auto r = checked({}, {faulty, 1, sizeof faulty[0]});
  BOOST_TEST(!r.made);
  BOOST_TEST(r.refused);
  BOOST_TEST(r.problems[0].find("scenario `chat` is faulty: the default of its option `pause`") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(items_may_be_larger_than_this_versions) {
  struct longer {
    lsrun_option known;
    char more[24];
  };
  const longer two[] = {{option("a", "1", "").raw, {}}, {option("b", "2", "").raw, {}}};
  const auto r = checked({{"b", std::string("x")}}, {two, 2, sizeof(longer)});
  BOOST_REQUIRE(r.made);
  BOOST_TEST(plugin::view(value(r, "a").string) == "1");
  BOOST_TEST(plugin::view(value(r, "b").string) == "x");
}

BOOST_AUTO_TEST_SUITE_END()
