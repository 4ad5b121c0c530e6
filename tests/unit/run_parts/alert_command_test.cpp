// Alerts' commands as real processes.
#include "run/alert_command.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

using namespace lsrun;
using namespace lsrun::run;

namespace {

struct folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("lsrun-alerts-" + std::to_string(::getpid()));
  folder() { std::filesystem::create_directory(path); }
  ~folder() { std::filesystem::remove_all(path); }
  std::string text(const std::string& name) const {
    std::ifstream in(path / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
};

bool wait_until(const std::function<bool()>& done) {
  for (int i = 0; i < 500 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return done();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(alert_commands)

BOOST_AUTO_TEST_CASE(the_alert_comes_as_json_on_standard_input) {
  folder f;
  const auto e = metrics::parse_expression("target.rss > 6GiB for 30s", true);
  alert_command command("cat > " + f / "seen");
  command.run(0, alert_json({0, true, 40.5, 10.5, 7e9, 8e9}, *e, {"id-1", "heavy \"load\"", "http://127.0.0.1:1"}),
              time::now());
  BOOST_TEST(command.settle(5 * time::second).empty());
  const auto seen = boost::json::parse(f.text("seen")).as_object();
  BOOST_TEST(seen.at("schema").as_string() == "lsrun-alert/1");
  BOOST_TEST(seen.at("state").as_string() == "started");
  BOOST_TEST(seen.at("expression").as_string() == "target.rss > 6GiB for 30s");
  BOOST_TEST(seen.at("at_s").to_number<double>() == 40.5);
  BOOST_TEST(seen.at("worst").to_number<double>() == 8e9);
  BOOST_TEST(seen.at("name").as_string() == "heavy \"load\"");
}

BOOST_AUTO_TEST_CASE(input_of_any_length_arrives_whole_even_if_it_is_read_late) {
  folder f;
  alert_command command("sleep 0.1; wc -c > " + f / "size");
  command.run(0, std::string(300'000, 'x'), time::now());
  BOOST_TEST(command.settle(5 * time::second).empty());
  BOOST_TEST(std::stoi(f.text("size")) == 300'000);
}

BOOST_AUTO_TEST_CASE(an_event_waits_for_the_command_before_it_and_only_the_last_of_several_is_run) {
  folder f;
  alert_command command("cat >> " + f / "seen" + "; while [ ! -e " + f / "go" + " ]; do sleep 0.01; done");
  const time::instant now = time::now();
  for (const auto* event : {"a", "b", "c"}) command.run(0, event, now);
  BOOST_REQUIRE(wait_until([&] { return f.text("seen") == "a"; }));
  BOOST_TEST(command.running() == 1u);
  command.look_after(now + time::second);
  BOOST_TEST(f.text("seen") == "a");
  std::ofstream(f / "go") << "";
  BOOST_TEST(command.settle(5 * time::second).empty());
  BOOST_TEST(f.text("seen") == "ac");
}

BOOST_AUTO_TEST_CASE(different_alerts_run_side_by_side) {
  folder f;
  alert_command command("while [ ! -e " + f / "go" + " ]; do sleep 0.01; done");
  command.run(0, "a", time::now());
  command.run(3, "b", time::now());
  BOOST_TEST(command.running() == 2u);
  std::ofstream(f / "go") << "";
  BOOST_TEST(command.settle(5 * time::second).empty());
}

BOOST_AUTO_TEST_CASE(a_command_that_takes_too_long_is_killed_with_all_that_it_started) {
  folder f;
  alert_command command("echo $$ > " + f / "group" + "; sleep 60 & sleep 60", 30 * time::second);
  command.run(0, "a", 0);
  BOOST_REQUIRE(wait_until([&] { return !f.text("group").empty(); }));
  BOOST_TEST(command.look_after(30 * time::second).empty());
  BOOST_TEST(command.running() == 1u);
  std::vector<std::string> failures;
  BOOST_REQUIRE(wait_until([&] {
    for (auto& sentence : command.look_after(31 * time::second)) failures.push_back(sentence);
    return command.running() == 0;
  }));
  BOOST_REQUIRE_EQUAL(failures.size(), 1u);
  BOOST_TEST(failures[0].find("longer than 30 s") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_is_told_of) {
  alert_command command("exit 7");
  command.run(0, "a", time::now());
  const auto failures = command.settle(5 * time::second);
  BOOST_REQUIRE_EQUAL(failures.size(), 1u);
  BOOST_TEST(failures[0].find("exit status 7") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_command_nothing_is_run) {
  alert_command command("");
  command.run(0, "a", 0);
  BOOST_TEST(command.running() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
