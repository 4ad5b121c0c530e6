// Lines of the journal and of the histogram log when the disk is full: whole, or not there.
#include "metrics/appending.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "metrics/histogram_log.hpp"
#include "metrics/journal.hpp"
#include "support/temporary_directory.hpp"

using namespace lsrun;
using namespace lsrun::metrics;

namespace {

// No file may grow beyond `bytes` while this lives: to its writer, a full disk.
class short_files {
 public:
  explicit short_files(std::uintmax_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit fresh{bytes, old_.rlim_max};
    BOOST_REQUIRE(setrlimit(RLIMIT_FSIZE, &fresh) == 0);
  }
  ~short_files() { setrlimit(RLIMIT_FSIZE, &old_); }
  short_files(const short_files&) = delete;
  short_files& operator=(const short_files&) = delete;

 private:
  rlimit old_{};
};

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

interval some_second() {
  interval i;
  i.end_s = 1;
  i.operations.resize(1);
  i.operations[0].response_time.record(5'000);
  return i;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_does_not_fit_whole_is_taken_back) {
  const test::temporary_directory where;
  const auto path = where.path() / "lines";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  BOOST_TEST(append_whole(file, "first\n") == "");
  {
    const short_files full(10);
    BOOST_TEST(append_whole(file, "second\n") == "File too large");
    BOOST_TEST(content(path) == "first\n");
  }
  BOOST_TEST(append_whole(file, "third\n") == "");
  BOOST_TEST(content(path) == "first\nthird\n");
  ::close(file);
}

BOOST_AUTO_TEST_CASE(a_file_that_takes_nothing_says_why) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  BOOST_REQUIRE(full >= 0);
  BOOST_TEST(append_whole(full, "line\n") == "No space left on device");
  ::close(full);
}

BOOST_AUTO_TEST_CASE(the_journal_and_the_histograms_end_with_a_whole_line_and_say_so) {
  const test::temporary_directory where;
  registry names;
  names.operation("chat");
  const auto journal_path = where.path() / "journal.jsonl", log_path = where.path() / "histograms.hlog";
  auto journal = journal_writer::create(journal_path.string(), "{}", names);
  auto log = histogram_log::create(log_path.string(), 0, names);
  BOOST_REQUIRE(journal);
  BOOST_REQUIRE(log);
  (*journal)->append(some_second());
  (*log)->append(some_second());
  const std::string journal_before = content(journal_path), log_before = content(log_path);
  BOOST_TEST(log_before.find("Tag=chat,0.000,1.000,5.0") != std::string::npos, log_before);
  {
    const short_files full(std::min(journal_before.size(), log_before.size()));
    (*journal)->append(some_second());
    (*log)->append(some_second());
  }
  (*journal)->append(some_second());  // room again: but a second is missing
  (*log)->append(some_second());
  BOOST_TEST((*journal)->error() == journal_path.string() + ": the journal ends here: File too large");
  BOOST_TEST((*log)->error() == log_path.string() + ": the histograms end here: File too large");
  BOOST_TEST(content(journal_path) == journal_before);
  BOOST_TEST(content(log_path) == log_before);
}
