// Plugins of other compilers, another language and an older time, loaded as shared objects and run.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/fake_session.hpp"

namespace fs = std::filesystem;
using namespace lsrun;
using namespace lsrun::test;

namespace {

const lsrun_plugin& loaded(const fs::path& file) {
  std::string why;
  const auto made = plugin::loader::load(file, why);
  BOOST_REQUIRE_MESSAGE(made, file << ": " << why);
  return *made->entry;
}

// The scenario of canary.c, whoever built it and when.
void asks_once_a_turn(const lsrun_plugin& entry) {
  scenario_under_test canary(entry, {{"path", std::string("/ping")}});
  BOOST_TEST(canary.table().flags == LSRUN_SCENARIO_NO_CLOSE);
  fake_session s(canary);
  s.answers = {{.body = "four"}, {.status = 503}, {.status = 0, .error = "refused"}};
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_OK);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == LSRUN_OUTCOME_SERVER_ERROR);
  BOOST_TEST(s.run(LSRUN_STEP_TURN).text == "refused");
  s.begin(LSRUN_STEP_TURN);
  s.stop();
  s.next();
  BOOST_TEST(s.end().outcome == LSRUN_OUTCOME_CANCELLED);
  BOOST_TEST(s.requests[0].target == "/ping");
  BOOST_TEST(s.requests[0].operation == "chat");
  BOOST_TEST((s.requests[0].headers == std::vector<name_and_value>{{"Accept", "*/*"}}));
  BOOST_TEST((s.added["body_size"] == std::vector<std::int64_t>{4, 0, 0, 0}));
  BOOST_CHECK_EXCEPTION(
      scenario_under_test(entry, {{"path", std::string(65, 'x')}}), std::runtime_error,
      [](const auto& e) { return std::string(e.what()).ends_with("refuses to start: the option `path` is too long"); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(boundary)

BOOST_AUTO_TEST_CASE(a_scenario_in_c_by_the_other_compiler_runs) {
  const auto& entry = loaded(fs::path(PLUGINS) / "canary.so");
  BOOST_TEST(entry.name == std::string("canary"));
  asks_once_a_turn(entry);
}

BOOST_AUTO_TEST_CASE(scenarios_of_the_sdk_run_whatever_compiler_built_them) {
  unsigned tried = 0;
  for (const char* variant : {"gcc_O0", "gcc_O2", "clang_O0", "clang_O2"}) {
    const auto file = fs::path(PLUGINS) / (std::string("all_powers_") + variant + ".so");
    if (!fs::exists(file)) {
      BOOST_TEST_MESSAGE("left out: " << file);
      continue;
    }
    ++tried;
    BOOST_TEST_CONTEXT(variant) {
      for (const auto& [what, outcome] :
           {std::pair{"methods", LSRUN_OUTCOME_BUSINESS_ERROR}, std::pair{"nest", LSRUN_OUTCOME_OK},
            std::pair{"many_children", LSRUN_OUTCOME_OK}, std::pair{"events", LSRUN_OUTCOME_OK},
            std::pair{"leave_at_b", LSRUN_OUTCOME_OK}, std::pair{"slow_reader", LSRUN_OUTCOME_OK},
            std::pair{"drop", LSRUN_OUTCOME_OK}, std::pair{"throw_late", LSRUN_OUTCOME_PLUGIN_FAULT},
            std::pair{"throw_int", LSRUN_OUTCOME_PLUGIN_FAULT}}) {
        scenario_under_test p(loaded(file), {{"do", std::string(what)}}, "all_powers");
        fake_session s(p);
        s.tenant["id"] = "t";
        s.respond = [&](const sent_request& r) {
          return r.target == "/events" ? answer{.pieces = {"a", "b", "c"}} : answer{};
        };
        BOOST_TEST_CONTEXT(what) {
          BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
          BOOST_TEST(s.run(LSRUN_STEP_TURN).outcome == outcome);
          BOOST_TEST(s.run(LSRUN_STEP_CLOSE).outcome == LSRUN_OUTCOME_OK);
          s.begin(LSRUN_STEP_TURN);
          s.stop();
          while (s.next()) {
          }
          BOOST_TEST(s.end().ended);
        }
      }
    }
  }
  BOOST_TEST(tried >= 2u);
}

BOOST_AUTO_TEST_CASE(plugins_built_from_older_versions_of_the_header_load_for_ever) {
#if defined(__x86_64__)
  unsigned tried = 0;
  for (const auto& file : fs::directory_iterator(OLD_PLUGINS)) {
    if (file.path().extension() != ".so") continue;
    ++tried;
    BOOST_TEST_CONTEXT(file.path()) asks_once_a_turn(loaded(file.path()));
  }
  BOOST_TEST(tried >= 1u);
#else
  BOOST_TEST_MESSAGE("left out: the old plugins are x86-64 binaries");
#endif
}

BOOST_AUTO_TEST_SUITE_END()
