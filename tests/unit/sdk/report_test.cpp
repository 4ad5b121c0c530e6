// Report writers through the SDK: each file whole or not at all.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "plugin/array.hpp"
#include "plugin/loader.hpp"
#include "support/temporary_directory.hpp"

namespace fs = std::filesystem;
using namespace lsrun;

extern "C" const lsrun_plugin lsrun_plugin_entry;

namespace {

struct written {
  std::string failure;
  std::vector<std::string> files;
  test::temporary_directory directory;

  explicit written(const std::string& then) {
    const auto& type = *plugin::item<lsrun_report_type>(lsrun_plugin_entry.reports, 0);
    std::vector<plugin::problem> problems;
    const auto setup = plugin::check_options(type.options, {{"then", then, {}}}, "report `two_files`", {}, problems);
    BOOST_REQUIRE(setup);
    failure = plugin::write_report(type, *setup, "{\"the\":\"document\"}", "{\"the\":\"schema\"}",
                                   directory.path() / "run", files);
  }
  std::string content(const std::string& name) const {
    std::ifstream in(directory.path() / "run" / name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t count() const {  // of all files, hidden ones too
    std::size_t n = 0;
    for (const auto& e : fs::recursive_directory_iterator(directory.path())) n += e.is_regular_file();
    return n;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(report_writers)

BOOST_AUTO_TEST_CASE(files_appear_whole_and_are_listed) {
  written w("");
  BOOST_TEST(w.failure == "");
  BOOST_TEST((w.files == std::vector<std::string>{"document.json", "deep/schema.json"}));
  BOOST_TEST(w.content("document.json") == "{\"the\":\"document\"}");
  BOOST_TEST(w.content("deep/schema.json") == "{\"the\":\"schema\"}");
  BOOST_TEST(w.count() == 2u);
}

BOOST_AUTO_TEST_CASE(a_file_that_an_exception_left_never_appears) {
  written w("throw");
  BOOST_TEST(w.failure == "the report `two_files` failed: half way");
  BOOST_TEST((w.files == std::vector<std::string>{"document.json"}));
  BOOST_TEST(w.count() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_outside_the_directory) {
  written w("outside");
  BOOST_TEST(w.failure.find("\"../outside.json\": it has an empty part, `.` or `..` in it") != std::string::npos);
  BOOST_TEST(w.count() == 1u);
}

BOOST_AUTO_TEST_CASE(one_file_at_a_time) {
  written w("second");
  BOOST_TEST(w.failure.find("cannot begin other.json while deep/schema.json is being written") != std::string::npos);
  BOOST_TEST(w.count() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
