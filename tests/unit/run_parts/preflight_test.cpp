// What a plan needs against what there is.
#include "run/preflight.hpp"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "config/load.hpp"
#include "pool/expand.hpp"
#include "run/resolve.hpp"

using namespace lsrun;
using namespace lsrun::run;

namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

machine_facts large_machine() {
  machine_facts m;
  m.cores = 16;
  m.memory_bytes = m.available_bytes = 64 * gib;
  m.open_files = m.most_open_files = 1'000'000;
  m.first_port = 32768;
  m.last_port = 60999;
  m.utc_s = 1'800'000'000;
  return m;
}

needs modest_needs() {
  needs n;
  n.connections = 1000;
  n.open_files = 1072;
  n.memory_bytes = n.disk_bytes = gib;
  n.target_here = true;
  return n;
}

std::string only_warning(const needs& n, const machine_facts& m, std::uint64_t disk = 100 * gib) {
  const findings f = judge(n, m, disk);
  BOOST_TEST(f.errors.empty());
  BOOST_REQUIRE_EQUAL(f.warnings.size(), 1u);
  return f.warnings[0];
}

config::plan plan_of(const std::string& text) {
  auto loaded = config::load_text(text, "test.toml");
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems, loaded.texts));
  return *loaded.plan;
}

sockaddr_storage address(const std::string& literal, std::uint16_t port = 80) { return *resolve(literal, port); }

}  // namespace

BOOST_AUTO_TEST_SUITE(judging_needs)

BOOST_AUTO_TEST_CASE(a_machine_that_has_enough_gets_no_warning) {
  const findings f = judge(modest_needs(), large_machine(), 100 * gib);
  BOOST_TEST(f.warnings.empty());
  BOOST_TEST(f.errors.empty());
  BOOST_TEST(f.exit_code == 0);
}

BOOST_AUTO_TEST_CASE(too_few_open_files_are_said_with_both_numbers) {
  machine_facts m = large_machine();
  m.open_files = 1024;
  const auto text = only_warning(modest_needs(), m);
  BOOST_TEST(holds(text, "1072"));
  BOOST_TEST(holds(text, "1024"));
}

BOOST_AUTO_TEST_CASE(ports_are_counted_for_each_source_address) {
  needs n = modest_needs();
  n.connections = 60'000;
  BOOST_TEST(holds(only_warning(n, large_machine()), "28232 local ports"));
  n.source_addresses = 3;
  BOOST_TEST(judge(n, large_machine(), 100 * gib).warnings.empty());
}

BOOST_AUTO_TEST_CASE(connections_that_are_closed_after_each_request_keep_their_ports_for_a_minute) {
  needs n = modest_needs();
  n.new_connections_per_s = 1000;
  BOOST_TEST(holds(only_warning(n, large_machine()), "60000 closed connections"));
  n.new_connections_per_s = 100;
  BOOST_TEST(judge(n, large_machine(), 100 * gib).warnings.empty());
}

BOOST_AUTO_TEST_CASE(memory_and_disk_are_said_with_what_is_free) {
  machine_facts m = large_machine();
  m.available_bytes = 9 * gib;
  needs n = modest_needs();
  n.memory_bytes = 10 * gib;
  BOOST_TEST(holds(only_warning(n, m), "10GiB"));
  BOOST_TEST(holds(only_warning(modest_needs(), large_machine(), gib / 2), "512MiB"));
  BOOST_TEST(judge(modest_needs(), large_machine(), std::nullopt).warnings.empty());
}

BOOST_AUTO_TEST_CASE(a_clock_that_stands_before_2024_is_said) {
  machine_facts m = large_machine();
  m.utc_s = 1000;
  BOOST_TEST(holds(only_warning(modest_needs(), m), "clock"));
}

BOOST_AUTO_TEST_CASE(the_targets_cores_and_memory_matter_only_where_it_shares_the_machine) {
  machine_facts m = large_machine();
  m.cores = 2;
  m.available_bytes = 7 * gib;
  const findings here = judge(modest_needs(), m, 100 * gib);
  BOOST_REQUIRE_EQUAL(here.warnings.size(), 2u);
  BOOST_TEST(holds(here.warnings[0], "2 cores"));
  BOOST_TEST(holds(here.warnings[0], "4 for itself"));
  BOOST_TEST(holds(here.warnings[1], "7GiB"));
  BOOST_TEST(holds(here.warnings[1], "8 GB"));
  needs elsewhere = modest_needs();
  elsewhere.target_here = false;
  BOOST_TEST(judge(elsewhere, m, 100 * gib).warnings.empty());
  m.cores = 0.5;
  m.available_bytes = 64 * gib;
  BOOST_TEST(holds(only_warning(modest_needs(), m), "0.5 cores"));
}

BOOST_AUTO_TEST_CASE(needs_follow_the_plan) {
  const config::plan plan = plan_of(
      "name = \"x\"\n[target]\nurl = \"http://127.0.0.1:1\"\n[scenario]\nplugin = \"chat_sync\"\n"
      "[pool]\ncount = 4\nfrom = [\"127.64.0.0/16\"]\nmode = \"bind\"\n[sessions]\nmax = 500\n"
      "[[phases]]\nname = \"steady\"\nduration = \"10m\"\nsessions = 500\n");
  load::estimate e;
  e.peak_connections = 500;
  e.peak_sessions = 500;
  e.requests = 6000;
  const needs n = needs_of(plan, e, 4, false);
  BOOST_TEST(n.connections == 500u);
  BOOST_TEST(n.source_addresses == 4u);
  BOOST_TEST(n.open_files > 500u);
  BOOST_TEST(n.open_files < 700u);
  BOOST_TEST(!n.new_connections_per_s);
  config::plan closing = plan;
  closing.target.keep_alive = false;
  closing.pool.mode = config::pool_mode::forwarded;
  const needs c = needs_of(closing, e, 4, false);
  BOOST_TEST(*c.new_connections_per_s == 10);
  BOOST_TEST(c.source_addresses == 1u);
  e.peak_sessions = 1'000'000;
  BOOST_TEST(needs_of(plan, e, 4, false).memory_bytes > n.memory_bytes + 500'000'000);
  BOOST_TEST(needs_of(plan, e, 4, false).memory_bytes < n.memory_bytes + 600'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(judging_the_target_and_the_pool)

BOOST_AUTO_TEST_CASE(a_public_address_without_leave_ends_the_run_before_it_starts) {
  config::target t;
  t.host = "chat.example.test";
  const findings f = judge_target(t, address("203.0.113.1", 443));
  BOOST_REQUIRE_EQUAL(f.errors.size(), 1u);
  BOOST_TEST(f.exit_code == model::exit_usage);
  BOOST_TEST(holds(f.errors[0], "chat.example.test (203.0.113.1:443)"));
  BOOST_TEST(holds(f.errors[0], "authorized = true"));
  BOOST_TEST(holds(judge_host("metrics.example.test", false, address("203.0.113.1", 443)).errors.at(0),
                   "metrics.example.test (203"));
  t.authorized = true;
  BOOST_TEST(judge_target(t, address("203.0.113.1", 443)).errors.empty());
  t.authorized = false;
  for (const auto* literal : {"127.0.0.1", "10.1.1.1", "::1", "fd00::1"})
    BOOST_TEST(judge_target(t, address(literal)).errors.empty());
}

BOOST_AUTO_TEST_CASE(pool_addresses_that_are_not_private_are_counted_in_one_warning) {
  BOOST_TEST(judge_pool(*pool::expand(3, {"10.0.0.0/24"}, false, true)).warnings.empty());
  const findings one = judge_pool(*pool::expand(3, {"10.0.0.1-10.0.0.2", "203.0.113.1"}, false, true));
  BOOST_REQUIRE_EQUAL(one.warnings.size(), 1u);
  BOOST_TEST(holds(one.warnings[0], "1 client address of 3 is not private (203.0.113.1)"));
  const findings many = judge_pool(*pool::expand(9, {"203.0.113.0/24"}, false, true));
  BOOST_TEST(holds(many.warnings[0], "9 client addresses of 9 are not private (the first is 203.0.113.1)"));
}

BOOST_AUTO_TEST_CASE(health_decides_between_going_on_warning_and_ending) {
  const config::target t;
  BOOST_TEST(judge_health(t, 200u).warnings.empty());
  BOOST_TEST(judge_health(t, 404u).warnings.size() == 1u);
  BOOST_TEST(judge_health(t, 404u).errors.empty());
  BOOST_TEST(judge_health(t, 503u).exit_code == model::exit_target_unreachable);
  BOOST_TEST(judge_health(t, 451u).exit_code == model::exit_target_unreachable);
  const findings silent = judge_health(t, model::error{"GET http://127.0.0.1:1/health: connection refused"});
  BOOST_TEST(silent.exit_code == model::exit_target_unreachable);
  BOOST_TEST(holds(silent.errors[0], "connection refused"));
}

BOOST_AUTO_TEST_CASE(the_first_error_gives_the_exit_code) {
  findings f;
  f.fail(model::exit_usage, "a");
  f.fail(model::exit_target_unreachable, "b");
  BOOST_TEST(f.exit_code == model::exit_usage);
  findings g;
  g.warnings.push_back("w");
  g.add(f);
  BOOST_TEST(g.exit_code == model::exit_usage);
  BOOST_TEST(g.errors.size() == 2u);
  BOOST_TEST(g.warnings.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(looking_at_this_machine)

BOOST_AUTO_TEST_CASE(the_folder_for_results_is_made_and_left_empty) {
  const auto root = std::filesystem::temp_directory_path() / ("lsrun-folder-" + std::to_string(::getpid()));
  BOOST_TEST(check_folder(root / "a" / "b").errors.empty());
  BOOST_TEST(std::filesystem::is_empty(root / "a" / "b"));
  std::ofstream(root / "file") << "";
  const findings f = check_folder(root / "file" / "b");
  BOOST_REQUIRE_EQUAL(f.errors.size(), 1u);
  BOOST_TEST(f.exit_code == model::exit_usage);
  BOOST_TEST(holds(f.errors[0], (root / "file" / "b").string()));
  std::filesystem::remove_all(root);
  BOOST_TEST(!check_folder("/proc/lsrun").errors.empty());  // may not even root write to
}

BOOST_AUTO_TEST_CASE(the_machine_is_read) {
  const machine_facts m = read_machine();
  BOOST_TEST(m.cores > 0);
  BOOST_TEST(m.memory_bytes > m.available_bytes);
  BOOST_TEST(m.available_bytes > 0u);
  BOOST_TEST(m.open_files > 0u);
  BOOST_TEST(m.first_port < m.last_port);
  BOOST_TEST(holds(m.kernel, "Linux"));
  BOOST_TEST(m.utc_s > 1'700'000'000);
  const auto json = boost::json::parse(environment_json(m)).as_object();
  BOOST_TEST(json.at("cores").to_number<double>() == m.cores);
  BOOST_TEST(json.at("memory_bytes").to_number<std::uint64_t>() == m.memory_bytes);
  BOOST_TEST(*free_disk("/") > 0u);
  BOOST_TEST(free_disk("/nonexistent/folder").has_value());  // a folder that will be made: of the disk where it will be
}

BOOST_AUTO_TEST_CASE(the_limit_of_open_files_is_raised_as_far_as_needed) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{256, before.rlim_max};
  BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  BOOST_TEST(raise_open_files(100) == 256u);
  BOOST_TEST(raise_open_files(512) == 512u);
  BOOST_TEST(read_machine().open_files == 512u);
  const std::uint64_t most = raise_open_files(std::uint64_t{1} << 40);  // beyond what any kernel allows
  BOOST_TEST(most >= 512u);
  BOOST_TEST(most < std::uint64_t{1} << 40);
  const rlimit back{before.rlim_cur, read_machine().most_open_files};
  ::setrlimit(RLIMIT_NOFILE, &back);
}

BOOST_AUTO_TEST_CASE(a_target_that_is_not_there_is_found_before_the_first_request) {
  const auto folder = std::filesystem::temp_directory_path() / ("lsrun-preflight-" + std::to_string(::getpid()));
  config::plan plan = plan_of(
      "name = \"x\"\n[target]\nurl = \"http://127.0.0.1:1\"\n[scenario]\nplugin = \"chat_sync\"\n"
      "[[phases]]\nname = \"steady\"\nduration = \"10s\"\nsessions = 5\n");
  const auto addresses = pool::expand(1, {"127.0.0.1"}, true, false);
  const findings f = preflight(plan, *addresses, address("127.0.0.1", 1), folder);
  BOOST_REQUIRE_EQUAL(f.errors.size(), 1u);
  BOOST_TEST(f.exit_code == model::exit_target_unreachable);
  BOOST_TEST(preflight(plan, *addresses, address("127.0.0.1", 1), folder, true).errors.empty());
  plan.target.health = "none";
  BOOST_TEST(preflight(plan, *addresses, address("127.0.0.1", 1), folder).errors.empty());
  const auto foreign = pool::expand(2, {"203.0.113.1-203.0.113.2"}, true, false);
  const findings unbound = preflight(plan, *foreign, address("127.0.0.1", 1), folder);
  BOOST_REQUIRE_EQUAL(unbound.errors.size(), 2u);
  BOOST_TEST(unbound.exit_code == model::exit_usage);
  BOOST_TEST(holds(unbound.errors[1], "203.0.113.2 cannot be bound"));
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
