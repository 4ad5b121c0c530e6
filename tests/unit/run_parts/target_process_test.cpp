// A target that is launched, ends by itself, or has to be stopped.
#include "run/target_process.hpp"

#include <signal.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <fstream>
#include <thread>

using namespace lsrun;
using namespace lsrun::run;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool wait_until(const std::function<bool()>& done) {
  for (int i = 0; i < 500 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return done();
}

std::unique_ptr<target_process> launched(const std::string& command, const std::filesystem::path& output = {}) {
  auto target = target_process::launch(command, output);
  BOOST_REQUIRE(target);
  return std::move(*target);
}

// A server that answers GET with one status, on a port that it chooses and writes to its output.
std::string server(const std::string& status) {
  return "exec python3 -c \"\n"
         "import http.server, sys\n"
         "class H(http.server.BaseHTTPRequestHandler):\n"
         "    def do_GET(self): self.send_response(" +
         status +
         "); self.send_header('Content-Length', '0'); self.end_headers()\n"
         "    def log_message(self, *a): pass\n"
         "s = http.server.HTTPServer(('127.0.0.1', 0), H)\n"
         "print('port', s.server_port, flush=True)\n"
         "s.serve_forever()\n\"";
}

config::target target_of(target_process& process) {
  BOOST_REQUIRE(wait_until([&] { return holds(process.last_output(), "port "); }));
  config::target t;
  t.scheme = "http";
  t.host = "127.0.0.1";
  t.port = static_cast<std::uint16_t>(std::stoi(process.last_output().substr(5)));
  return t;
}

probe_settings probe_of(const config::target& t) { return health_probe(t, *resolve(t.host, t.port)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(launching_the_target)

BOOST_AUTO_TEST_CASE(it_runs_until_it_is_stopped_and_leads_its_own_group) {
  auto target = launched("sleep 60");
  BOOST_TEST(!target->ended());
  BOOST_TEST(::getpgid(target->pid()) == target->pid());
  BOOST_TEST(::getpgid(0) != target->pid());
  target->stop();
  BOOST_TEST(*target->ended() == "killed by signal 15 (Terminated)");
}

BOOST_AUTO_TEST_CASE(a_single_program_takes_the_place_of_its_shell) {
  auto target = launched("sleep \"60\" '60' \"$(echo 60)\"");
  const auto name = [&] {
    std::ifstream in("/proc/" + std::to_string(target->pid()) + "/comm");
    std::string line;
    std::getline(in, line);
    return line;
  };
  BOOST_TEST(wait_until([&] { return name() == "sleep"; }));
  BOOST_TEST(*target->watch().sample(time::now()).threads == 1u);
}

BOOST_AUTO_TEST_CASE(words_of_the_shell_and_settings_of_variables_work_too) {
  auto target = launched("WORD=hello sh -c 'echo $WORD; exit 5'");
  BOOST_REQUIRE(wait_until([&] { return target->ended().has_value(); }));
  BOOST_TEST(target->last_output() == "hello");
  BOOST_TEST(*target->ended() == "exit status 5");
  auto missing = launched("no-such-program --listen x");
  BOOST_REQUIRE(wait_until([&] { return missing->ended().has_value(); }));
  BOOST_TEST(*missing->ended() == "exit status 127");
  BOOST_TEST(holds(missing->last_output(), "no-such-program"));
}

BOOST_AUTO_TEST_CASE(how_it_ended_is_said_in_words_and_stays_said) {
  auto target = launched("exit 3");
  BOOST_REQUIRE(wait_until([&] { return target->ended().has_value(); }));
  BOOST_TEST(*target->ended() == "exit status 3");
  target->stop();
  BOOST_TEST(*target->ended() == "exit status 3");
}

BOOST_AUTO_TEST_CASE(whatever_the_command_started_ends_with_it) {
  auto target = launched("sleep 60 & sleep 60 & wait");
  BOOST_REQUIRE(wait_until([&] { return target->watch().sample(time::now()).threads.value_or(0) == 3; }));
  target->stop();
  BOOST_TEST(!group_lives(target->pid()));
}

BOOST_AUTO_TEST_CASE(what_outlives_its_shell_is_watched_and_stopped_too) {
  auto target = launched("sleep 60 & exit 0");
  BOOST_REQUIRE(wait_until([&] { return target->ended().has_value(); }));
  BOOST_TEST(group_lives(target->pid()));
  target->stop();
  BOOST_TEST(!group_lives(target->pid()));
}

BOOST_AUTO_TEST_CASE(a_target_that_ignores_sigterm_is_killed_after_the_patience) {
  auto target = launched("trap '' TERM; echo ready; while :; do sleep 60; done");
  BOOST_REQUIRE(wait_until([&] { return target->last_output() == "ready"; }));
  const time::instant begin = time::now();
  target->stop(200 * time::millisecond);
  BOOST_TEST(time::seconds(time::now() - begin) < 3.0);
  BOOST_TEST(*target->ended() == "killed by signal 9 (Killed)");
  BOOST_TEST(!group_lives(target->pid()));
}

BOOST_AUTO_TEST_CASE(its_output_goes_to_the_file_and_its_end_into_messages) {
  const auto path = std::filesystem::temp_directory_path() / ("lsrun-output-" + std::to_string(::getpid()));
  auto target = launched("echo one; echo two >&2; exit 1", path);
  BOOST_REQUIRE(wait_until([&] { return target->ended().has_value(); }));
  BOOST_TEST(target->last_output() == "one\ntwo");
  std::ifstream in(path);
  std::string line;
  BOOST_TEST((std::getline(in, line) && line == "one"));
  std::filesystem::remove(path);
}

BOOST_AUTO_TEST_CASE(an_output_that_cannot_be_written_is_an_error) {
  const auto target = target_process::launch("true", "/nonexistent/folder/file");
  BOOST_REQUIRE(!target);
  BOOST_TEST(holds(target.error_text(), "/nonexistent/folder/file"));
}

BOOST_AUTO_TEST_CASE(it_gets_no_open_file_of_ours_and_our_folder_first_in_path) {
  auto target = launched("ls /proc/self/fd | tr '\\n' ' '; echo $PATH");
  BOOST_REQUIRE(wait_until([&] { return target->ended().has_value(); }));
  const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  BOOST_TEST(target->last_output().find("0 1 2 3 " + own + ":") == 0u, target->last_output());  // 3: of ls itself
}

BOOST_AUTO_TEST_CASE(it_is_waited_for_until_it_answers) {
  auto target = launched(server("200"));
  const config::target t = target_of(*target);
  const auto status = wait_for_health(probe_of(t), target.get(), 20 * time::second);
  BOOST_REQUIRE_MESSAGE(status, (status ? "" : status.error_text()));
  BOOST_TEST(*status == 200u);
  BOOST_TEST(find_listener(t.port).value_or(0) == target->pid());
}

BOOST_AUTO_TEST_CASE(an_answer_of_a_target_that_has_no_such_path_is_enough) {
  auto target = launched(server("404"));
  const auto status = wait_for_health(probe_of(target_of(*target)), target.get(), 20 * time::second);
  BOOST_REQUIRE(status);
  BOOST_TEST(*status == 404u);
}

BOOST_AUTO_TEST_CASE(a_target_that_stays_ill_is_an_error_with_its_last_answer) {
  auto target = launched(server("500"));
  const auto status = wait_for_health(probe_of(target_of(*target)), target.get(), 300 * time::millisecond);
  BOOST_REQUIRE(!status);
  BOOST_TEST(holds(status.error_text(), "status 500"));
  BOOST_TEST(holds(status.error_text(), "did not become ready"));
}

BOOST_AUTO_TEST_CASE(a_target_that_ends_before_it_is_ready_ends_the_waiting_with_what_it_said) {
  auto target = launched("echo no such model >&2; exit 4");
  config::target t;
  t.scheme = "http";
  t.host = "127.0.0.1";
  t.port = 1;
  const time::instant begin = time::now();
  const auto status = wait_for_health(probe_of(t), target.get(), 20 * time::second);
  BOOST_REQUIRE(!status);
  BOOST_TEST(time::seconds(time::now() - begin) < 5.0);
  BOOST_TEST(holds(status.error_text(), "exit status 4"));
  BOOST_TEST(holds(status.error_text(), "no such model"));
}

BOOST_AUTO_TEST_CASE(waiting_ends_when_it_is_interrupted) {
  config::target t;
  t.scheme = "http";
  t.host = "127.0.0.1";
  t.port = 1;
  const auto status = wait_for_health(probe_of(t), nullptr, 20 * time::second, [] { return true; });
  BOOST_REQUIRE(!status);
  BOOST_TEST(holds(status.error_text(), "interrupted"));
}

BOOST_AUTO_TEST_SUITE_END()
