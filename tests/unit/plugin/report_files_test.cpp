// Files of a report: whole, or not at all, and inside their directory.
#include "plugin/report_files.hpp"

#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "support/temporary_directory.hpp"

namespace fs = std::filesystem;
using lsrun::plugin::report_files;
using lsrun::plugin::wrong_with_path;

namespace {
std::string read(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// While it lives, files may not grow beyond 1000 bytes: a disk that is full, as a writer sees it.
class small_files_only {
 public:
  small_files_only() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{1000, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~small_files_only() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(report_files_of_a_run)

BOOST_AUTO_TEST_CASE(paths_stay_inside_the_directory) {
  for (const char* good : {"a.json", "csv/a.csv", "a/b/c", "..a", "a..b", ".hidden", "a b"})
    BOOST_TEST(wrong_with_path(good) == "");
  for (const char* bad : {"", "/etc/x", "..", "../x", "a/../x", "a/..", ".", "./x", "a//b", "a/", "a\nb"})
    BOOST_TEST(wrong_with_path(bad) != "");
  BOOST_TEST(wrong_with_path(std::string_view("a\0b", 3)) != "");
  BOOST_TEST(wrong_with_path(std::string(256, 'x')) != "");
}

BOOST_AUTO_TEST_CASE(a_file_replaces_an_older_one_only_when_it_is_closed) {
  lsrun::test::temporary_directory d;
  std::ofstream(d.path() / "a.json") << "old";
  report_files files(d.path());
  BOOST_TEST(files.open("a.json"));
  BOOST_TEST(files.write("new"));
  BOOST_TEST(read(d.path() / "a.json") == "old");
  BOOST_TEST(files.close());
  BOOST_TEST(read(d.path() / "a.json") == "new");
  BOOST_TEST((files.written() == std::vector<std::string>{"a.json"}));
}

BOOST_AUTO_TEST_CASE(what_is_not_closed_is_thrown_away) {
  lsrun::test::temporary_directory d;
  {
    report_files files(d.path());
    BOOST_TEST(files.open("a.json"));
    BOOST_TEST(files.write("half"));
  }
  BOOST_TEST(fs::is_empty(d.path()));
}

BOOST_AUTO_TEST_CASE(the_order_of_calls_is_watched) {
  lsrun::test::temporary_directory d;
  report_files files(d.path());
  BOOST_TEST(!files.write("x"));
  BOOST_TEST(!files.close());
  BOOST_TEST(files.open("a"));
  BOOST_TEST(!files.open("b"));
  BOOST_TEST(files.close());
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_nothing_and_says_so) {
  lsrun::test::temporary_directory d;
  report_files files(d.path());
  BOOST_TEST(files.open("a"));
  const small_files_only guard;
  BOOST_TEST(!files.write(std::string(5000, 'x')));
  BOOST_TEST(files.error().find("cannot write") != std::string::npos);
  BOOST_TEST(!files.close());
  BOOST_TEST(fs::is_empty(d.path()));
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_made_is_named) {
  lsrun::test::temporary_directory d;
  std::ofstream(d.path() / "file") << "x";
  report_files files(d.path() / "file");
  BOOST_TEST(!files.open("a"));
  BOOST_TEST(files.error().find((d.path() / "file").string()) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
