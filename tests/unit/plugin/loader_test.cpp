// Real shared objects, good and bad: what is loaded, and what is said of the rest.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/fake_session.hpp"
#include "support/temporary_directory.hpp"

namespace fs = std::filesystem;
using namespace lsrun;
using namespace lsrun::test;

namespace {

const fs::path plugins = PLUGINS;

std::string refusal(const fs::path& file) {
  std::string why;
  const auto made = plugin::loader::load(file, why);
  BOOST_TEST(!made);
  return why;
}
void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }
std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
bool has(const std::string& text, const std::string& part) {
  BOOST_TEST_INFO(text);
  return text.find(part) != std::string::npos;
}

// A directory of the plugins that this test names.
struct shelf : temporary_directory {
  explicit shelf(const std::vector<std::string>& names) {
    for (const auto& n : names) fs::copy_file(plugins / (n + ".so"), path() / (n + ".so"));
  }
};

struct asked {
  std::vector<plugin::problem> problems;
  const lsrun_scenario_type* scenario(const fs::path& directory, const std::string& name) {
    return plugin::loader({directory}).scenario(name, {"a.toml", 3, 1}, problems);
  }
  const lsrun_report_type* report(const fs::path& directory, const std::string& name) {
    return plugin::loader({directory}).report(name, {"a.toml", 3, 1}, problems);
  }
  std::string text() const { return problems.empty() ? "" : problems.back().text; }
};

// Runs in a child process, because it ends the process: its exit status and what it says on standard error.
std::pair<int, std::string> in_a_child(const fs::path& file) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::alarm(20);
    ::execl(PROJECT_TOOL, PROJECT_TOOL, "load", file.c_str(), nullptr);
    ::_exit(111);
  }
  ::close(ends[1]);
  std::string said;
  char room[512];
  for (ssize_t n; (n = ::read(ends[0], room, sizeof room)) > 0;) said.append(room, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {status, said};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loading)

BOOST_AUTO_TEST_CASE(another_major_version_is_refused_with_both_versions_and_the_cure) {
  BOOST_TEST(refusal(plugins / "bad_wrong_major.so") ==
             "it was built for version 2.3 of lsrun's plugin ABI, and this lsrun has 1.1: use a newer lsrun");
}

BOOST_AUTO_TEST_CASE(a_minor_version_from_the_future_is_refused) {
  BOOST_TEST(
      refusal(plugins / "bad_too_new.so") ==
      "it needs version 1.8 of lsrun's plugin ABI or a later minor one, and this lsrun has 1.1: use a newer lsrun");
}

BOOST_AUTO_TEST_CASE(a_shared_object_without_the_entry_is_no_plugin) {
  BOOST_TEST(has(refusal(plugins / "bad_no_entry.so"), "it has no symbol `lsrun_plugin_entry`"));
}

BOOST_AUTO_TEST_CASE(a_missing_symbol_is_named) {
  BOOST_TEST(has(refusal(plugins / "bad_undefined_symbol.so"),
                 "it needs the symbol `a_function_that_nothing_has`, which nothing has"));
}

BOOST_AUTO_TEST_CASE(tables_that_cannot_be_right_are_refused) {
  BOOST_TEST(has(refusal(plugins / "bad_nonsense.so"), "a scenario says that it is 4 bytes long"));
}

BOOST_AUTO_TEST_CASE(what_is_no_shared_object_is_told_apart) {
  shelf s({"several"});
  write(s.path() / "text.so", "hello");
  BOOST_TEST(has(refusal(s.path() / "text.so"), "it is not an ELF shared object"));
  write(s.path() / "empty.so", "");
  BOOST_TEST(has(refusal(s.path() / "empty.so"), "it is not an ELF shared object"));
  const auto whole = read(s.path() / "several.so");
  for (const std::size_t size : {std::size_t{20}, std::size_t{64}, std::size_t{200}, std::size_t{4000}}) {
    write(s.path() / "cut.so", whole.substr(0, size));
    BOOST_TEST(has(refusal(s.path() / "cut.so"), "it is an ELF file that was cut off"));
  }
  auto other = whole;
  other[18] = 0x08;  // e_machine: MIPS
  write(s.path() / "other.so", other);
  BOOST_TEST(has(refusal(s.path() / "other.so"), "another kind of machine"));
  other = whole;
  other[16] = 1;  // e_type: relocatable
  write(s.path() / "object.so", other);
  BOOST_TEST(has(refusal(s.path() / "object.so"), "it is an object file"));
  fs::create_directory(s.path() / "directory.so");
  BOOST_TEST(refusal(s.path() / "directory.so") == "it is a directory");
}

BOOST_AUTO_TEST_CASE(a_file_that_was_refused_may_be_mended) {
  temporary_directory d;
  write(d.path() / "several.so", "not yet");
  refusal(d.path() / "several.so");
  fs::remove(d.path() / "several.so");
  fs::copy_file(plugins / "several.so", d.path() / "several.so");
  std::string why;
  BOOST_TEST(plugin::loader::load(d.path() / "several.so", why).has_value());
}

BOOST_AUTO_TEST_CASE(a_plugin_that_crashes_is_named_in_the_last_words) {
#if !defined(__SANITIZE_ADDRESS__)
  const auto [created, said] = in_a_child(plugins / "bad_crashes_in_create.so");
  BOOST_TEST(WIFSIGNALED(created));
  BOOST_TEST(WTERMSIG(created) == SIGSEGV);
  BOOST_TEST(has(said,
                 "lsrun: the scenario `bad_crashes_in_create`, while it was being created, crashed; this is a fault of "
                 "the plugin\n"));
#endif
  const auto [loaded, last] = in_a_child(plugins / "bad_crashes_in_load.so");
  BOOST_TEST(WIFSIGNALED(loaded));
  BOOST_TEST(WTERMSIG(loaded) == SIGABRT);
  BOOST_TEST(has(last, "bad_crashes_in_load.so, while it was being loaded, crashed"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(finding)

BOOST_AUTO_TEST_CASE(a_scenario_is_found_by_its_files_name_or_inside_another_file) {
  shelf s({"several", "bad_throws_in_step", "canary"});
  asked a;
  for (const char* name : {"canary", "quiet_a", "quiet_b"}) {
    const auto* type = a.scenario(s.path(), name);
    BOOST_REQUIRE(type);
    BOOST_TEST(type->name == std::string(name));
  }
  BOOST_TEST(a.report(s.path(), "nothing"));
  BOOST_TEST(a.problems.empty());
}

BOOST_AUTO_TEST_CASE(a_path_names_a_file_that_offers_one) {
  asked a;
  BOOST_TEST(a.scenario("/nowhere", (plugins / "canary.so").string()));
  BOOST_TEST(!a.scenario("/nowhere", (plugins / "several.so").string()));
  BOOST_TEST(has(a.text(), "it offers more than one scenario (`quiet_a`, `quiet_b`)"));
  BOOST_TEST(!a.report("/nowhere", (plugins / "canary.so").string()));
  BOOST_TEST(has(a.text(), "it offers no report"));
  BOOST_TEST(!a.scenario("/nowhere", "./not_there.so"));
  BOOST_TEST(has(a.text(), "there is no such file"));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_gets_the_nearest_and_where_was_looked) {
  shelf s({"several", "canary", "bad_too_new"});
  asked a;
  BOOST_TEST(!a.scenario(s.path(), "cannary"));
  BOOST_TEST(has(a.text(), "there is no scenario `cannary`; did you mean `canary`?"));
  BOOST_TEST(has(a.text(), s.path().string()));
  BOOST_TEST(has(a.text(), "unfit there: `bad_too_new.so`"));
  BOOST_TEST(a.problems[0].refused);
  BOOST_TEST(a.problems[0].where.line == 3);
  BOOST_TEST(!a.scenario(s.path(), "completely_else"));
  BOOST_TEST(has(a.text(), "there are `canary`, `quiet_a`, `quiet_b`"));
  BOOST_TEST(!a.scenario(s.path(), "nothing"));
  BOOST_TEST(has(a.text(), "(there is a report of that name)"));
}

BOOST_AUTO_TEST_CASE(the_file_of_the_wanted_name_is_not_passed_over_when_it_is_unfit) {
  shelf s({"bad_wrong_major", "several"});
  asked a;
  BOOST_TEST(!a.scenario(s.path(), "bad_wrong_major"));
  BOOST_TEST(has(a.text(), "bad_wrong_major.so cannot be used: it was built for version 2.3"));
}

BOOST_AUTO_TEST_CASE(of_equal_names_the_first_directory_counts) {
  shelf first({"canary"}), second({"canary", "several"});
  plugin::loader both({first.path(), second.path()});
  std::vector<plugin::problem> problems;
  const auto all = both.all(problems);
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].file.parent_path() == first.path());
  BOOST_TEST(all[1].entry->name == std::string("several"));
}

BOOST_AUTO_TEST_CASE(all_lists_what_is_fit_and_tells_of_what_is_not) {
  shelf s({"several", "bad_wrong_major", "bad_no_entry", "canary"});
  std::vector<plugin::problem> problems;
  BOOST_TEST(plugin::loader({s.path(), "/nowhere"}).all(problems).size() == 2u);
  BOOST_TEST(problems.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_search_path_is_the_configs_then_the_environments_then_beside_the_program) {
  ::setenv("LSRUN_PLUGIN_PATH", "/one::/two:", 1);
  const auto path = plugin::loader::search_path({"mine", "/one"});
  ::unsetenv("LSRUN_PLUGIN_PATH");
  BOOST_REQUIRE(path.size() >= 4u);
  BOOST_TEST(path[0] == fs::path("mine"));
  BOOST_TEST(path[1] == fs::path("/one"));
  BOOST_TEST(path[2] == fs::path("/two"));
  BOOST_TEST(path[3] == fs::read_symlink("/proc/self/exe").parent_path() / "plugins");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(faulty_scenarios)

namespace {
scenario_under_test made(const std::string& name,
                         std::vector<std::pair<std::string, config::option_value>> options = {}) {
  std::string why;
  const auto library = plugin::loader::load(plugins / (name + ".so"), why);
  if (!library) throw std::runtime_error(why);
  return scenario_under_test(*library->entry, std::move(options));
}
std::string refused(const std::string& name) {
  try {
    made(name);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "it was made";
}
}  // namespace

BOOST_AUTO_TEST_CASE(an_exception_in_create_is_a_config_error_with_its_text) {
  BOOST_TEST(refused("bad_throws_in_create") ==
             "the scenario `bad_throws_in_create` refuses to start: the option `x` must be even");
}

BOOST_AUTO_TEST_CASE(an_exception_that_crosses_the_boundary_is_caught) {
  BOOST_TEST(refused("bad_throws_across") ==
             "the scenario `bad_throws_across` refuses to start: it threw across the boundary: over the wall");
}

BOOST_AUTO_TEST_CASE(a_scenario_without_a_step_is_refused) {
  BOOST_TEST(has(refused("bad_fills_nonsense"), "is faulty: it left construct, step, destruct or destroy NULL"));
}

BOOST_AUTO_TEST_CASE(exceptions_in_steps_end_those_steps_alone) {
  for (const char* when : {"open", "turn", "after", "close"}) {
    auto p = made("bad_throws_in_step", {{"when", std::string(when)}});
    fake_session s(p);
    unsigned faults = 0;
    for (const auto step : {LSRUN_STEP_OPEN, LSRUN_STEP_TURN, LSRUN_STEP_TURN, LSRUN_STEP_CLOSE}) {
      const auto& end = s.run(step);
      BOOST_TEST(end.ended);
      if (end.outcome != LSRUN_OUTCOME_PLUGIN_FAULT) continue;
      ++faults;
      BOOST_TEST(end.text == std::string("thrown in ") + when);
    }
    BOOST_TEST(faults == (std::string(when) == "open" || std::string(when) == "close" ? 1u : 2u));
  }
}

BOOST_AUTO_TEST_CASE(a_second_end_of_a_step_is_refused_and_logged_with_the_plugins_name) {
  static std::vector<std::string> lines;
  lines.clear();
  plugin::set_log([](lsrun_level, std::string_view text) { lines.emplace_back(text); });
  auto p = made("bad_finishes_twice");
  fake_session s(p);
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).outcome == LSRUN_OUTCOME_OK);
  plugin::set_log(nullptr);
  BOOST_TEST(s.extra_finishes == 1u);
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0] ==
             "bad_finishes_twice: the plugin breaks the contract of lsrun_host.finish_step: the step is over already");
}

BOOST_AUTO_TEST_CASE(a_step_that_never_ends_leaves_nothing_in_flight) {
  auto p = made("bad_never_finishes");
  fake_session s(p);
  BOOST_TEST(s.run(LSRUN_STEP_OPEN).ended);
  BOOST_TEST(!s.run(LSRUN_STEP_TURN).ended);
  s.stop();
  BOOST_TEST(!s.next());
  BOOST_TEST(!s.end().ended);
}

BOOST_AUTO_TEST_SUITE_END()
