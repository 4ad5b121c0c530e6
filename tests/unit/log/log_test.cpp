// The log file: what goes in, what does not, and that one line stays one line.
#include "log/log.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

using namespace lsrun;

namespace {

struct scratch_file {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("lsrun_log_" + std::to_string(::getpid()) + ".log");
  scratch_file() { std::filesystem::remove(path); }
  ~scratch_file() {
    log::close();
    std::filesystem::remove(path);
  }
  std::vector<std::string> lines() const {
    log::close();
    std::vector<std::string> all;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(log_file)

BOOST_AUTO_TEST_CASE(lines_below_the_level_stay_out_and_the_rest_has_a_utc_time) {
  const scratch_file file;
  BOOST_TEST(log::open(file.path, log::level::info) == "");
  log::debug("quiet");
  log::info("told");
  log::warning("{not a format}");
  log::error("loud");
  const auto lines = file.lines();
  BOOST_REQUIRE(lines.size() == 3u);
  const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info told)");
  BOOST_TEST(std::regex_match(lines[0], form), lines[0]);
  BOOST_TEST(lines[1].ends_with(" warning {not a format}"), lines[1]);
  BOOST_TEST(lines[2].ends_with(" error loud"), lines[2]);
}

BOOST_AUTO_TEST_CASE(a_text_of_several_lines_becomes_one_line) {
  const scratch_file file;
  BOOST_TEST(log::open(file.path) == "");
  log::info("a\r\nb\nc");
  const auto lines = file.lines();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0].ends_with(" a  b c"), lines[0]);
}

BOOST_AUTO_TEST_CASE(without_a_file_nothing_happens_and_a_bad_path_is_told) {
  log::info("nowhere");
  BOOST_TEST(log::open("/dev/null/x.log").find("/dev/null/x.log") != std::string::npos);
  log::info("still nowhere");
}

BOOST_AUTO_TEST_CASE(threads_write_whole_lines) {
  const scratch_file file;
  BOOST_TEST(log::open(file.path) == "");
  std::vector<std::thread> writers;
  for (int t = 0; t < 4; ++t)
    writers.emplace_back([] {
      for (int i = 0; i < 200; ++i) log::info("0123456789");
    });
  for (auto& writer : writers) writer.join();
  const auto lines = file.lines();
  BOOST_TEST(lines.size() == 800u);
  for (const auto& line : lines) BOOST_TEST(line.ends_with(" info 0123456789"), line);
}

BOOST_AUTO_TEST_SUITE_END()
