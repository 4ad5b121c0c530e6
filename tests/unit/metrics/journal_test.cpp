// What the journal's writer wrote, its reader reads, also when the file was cut off anywhere.
#include "metrics/journal.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "metrics/histogram_log.hpp"
#include "unit/metrics/invented.hpp"

using namespace lsrun;
using metrics::interval;
namespace fs = std::filesystem;

namespace {

struct fixture {
  fixture() {
    char name[] = "/tmp/lsrun_journal_XXXXXX";
    directory = mkdtemp(name);
    path = directory + "/journal.jsonl";
    names.addresses = {"10.0.0.1", "10.0.0.2"};
    names.tenants = {"a"};
    names.phases = {"startup", "steady", "cleanup"};
    names.operation("chat");
  }
  ~fixture() { fs::remove_all(directory); }

  std::unique_ptr<metrics::journal_writer> writer() {
    auto created = metrics::journal_writer::create(path, R"({"name":"x"})", names);
    BOOST_REQUIRE_MESSAGE(created, (created ? "" : created.error_text()));
    return std::move(*created);
  }
  static std::string content(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

  std::string directory, path;
  metrics::registry names;
  std::mt19937_64 random{5};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(journals, fixture)

BOOST_AUTO_TEST_CASE(intervals_names_facts_and_end_come_back) {
  std::vector<std::string> wanted;
  {
    auto w = writer();
    for (int at = 0; at < 30; ++at) {
      if (at == 7) names.operation("delete_session");
      if (at == 8) names.target_series("queue_length");
      if (at == 9) names.metric({"ttft", "ms", "first token", metrics::metric_kind::time});
      const interval i = test::invented_interval(random, at);
      wanted.push_back(test::text_of(i));
      w->append(i);
    }
    w->end(R"({"validity":"valid"})");
    BOOST_TEST(w->error() == "");
  }
  auto reader = metrics::journal_reader::open(path);
  BOOST_REQUIRE_MESSAGE(reader, (reader ? "" : reader.error_text()));
  BOOST_TEST(reader->run_facts_json() == R"({"name":"x"})");
  interval i;
  std::size_t read = 0;
  for (; reader->next(i); ++read) {
    BOOST_REQUIRE(read < wanted.size());
    BOOST_REQUIRE_EQUAL(test::text_of(i), wanted[read]);
    BOOST_TEST(reader->names()->operations().size() == (read < 7 ? 1u : 2u));
    BOOST_TEST(reader->names()->target_series().size() == (read < 8 ? 0u : 1u));
  }
  BOOST_TEST(read == 30u);
  BOOST_TEST(reader->end_record_json() == R"({"validity":"valid"})");
  BOOST_TEST(reader->damage() == "");
  BOOST_TEST(reader->names()->addresses == names.addresses, boost::test_tools::per_element());
  BOOST_TEST(reader->names()->phases == names.phases, boost::test_tools::per_element());
  BOOST_TEST(reader->names()->metric_of(0).name == "ttft");
  BOOST_TEST((reader->names()->metric_of(0).kind == metrics::metric_kind::time));
}

BOOST_AUTO_TEST_CASE(a_journal_cut_off_anywhere_loses_the_torn_line_alone) {
  {
    auto w = writer();
    for (int at = 0; at < 3; ++at) w->append(test::invented_interval(random, at));
    w->end("{}");
  }
  const std::string whole = content(path);
  const std::size_t first_line = whole.find('\n') + 1;
  for (std::size_t cut = first_line; cut < whole.size(); cut += 1 + whole.size() / 97) {
    const std::string torn = directory + "/torn.jsonl";
    write(torn, whole.substr(0, cut));
    auto reader = metrics::journal_reader::open(torn);
    BOOST_REQUIRE(reader);
    interval i;
    std::size_t read = 0;
    while (reader->next(i)) ++read;
    const bool only_its_end_is_lost = whole[cut] == '\n';  // the line itself is whole
    const auto lines =
        static_cast<std::size_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut), '\n')) +
        only_its_end_is_lost;
    const bool clean = whole[cut - 1] == '\n' || only_its_end_is_lost;
    BOOST_TEST(read == std::min<std::size_t>(3, lines - 1));
    BOOST_TEST(reader->end_record_json() == "");
    BOOST_TEST((reader->damage().find("cut off") != std::string::npos) == !clean);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_line_is_left_out_and_named) {
  {
    auto w = writer();
    for (int at = 0; at < 3; ++at) w->append(test::invented_interval(random, at));
  }
  std::string text = content(path);
  text[text.find('\n', text.find('\n') + 1) + 2] = '\x01';  // in the third line
  write(path, text);
  auto reader = metrics::journal_reader::open(path);
  BOOST_REQUIRE(reader);
  interval i;
  int read = 0;
  while (reader->next(i)) ++read;
  BOOST_TEST(read == 2);
  BOOST_TEST(reader->has_gaps());
  BOOST_TEST(reader->damage().find("a line could not be read and is left out: line 3") != std::string::npos,
             reader->damage());
}

BOOST_AUTO_TEST_CASE(what_is_no_journal_is_refused_with_the_reason) {
  BOOST_TEST(metrics::journal_reader::open(directory + "/absent").error_text().find("cannot be read") !=
             std::string::npos);
  write(path, "hello\n");
  BOOST_TEST(metrics::journal_reader::open(path).error_text().find(":1: not a journal of lsrun") != std::string::npos);
  write(path, R"({"schema":"lsrun-journal/9","run":{}})"
              "\n");
  BOOST_TEST(metrics::journal_reader::open(path).error_text().find("lsrun-journal/9") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_journal_is_never_overwritten) {
  writer()->end("{}");
  const std::string before = content(path);
  const auto again = metrics::journal_writer::create(path, "{}", names);
  BOOST_REQUIRE(!again);
  BOOST_TEST(again.error_text().find("cannot be created") != std::string::npos);
  BOOST_TEST(content(path) == before);
}

BOOST_AUTO_TEST_CASE(a_line_that_cannot_be_written_is_said_and_nothing_follows) {
  auto w = writer();
  w->append(test::invented_interval(random, 0));
  const auto size = fs::file_size(path);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit full = before;
  full.rlim_cur = size + 10;
  const auto old = signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &full);  // the disk is full ten bytes later
  w->append(test::invented_interval(random, 1));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, old);
  BOOST_TEST(w->error().find("the journal ends here") != std::string::npos, w->error());
  w->append(test::invented_interval(random, 2));
  BOOST_TEST(fs::file_size(path) == size);
  auto reader = metrics::journal_reader::open(path);
  BOOST_REQUIRE(reader);
  interval i;
  BOOST_TEST(reader->next(i));
  BOOST_TEST(!reader->next(i));
}

BOOST_AUTO_TEST_CASE(response_times_are_logged_by_operation_in_hdrhistograms_format) {
  const std::string file = directory + "/histograms.hlog";
  {
    auto log = metrics::histogram_log::create(file, 1767268800.25, names);
    BOOST_REQUIRE(log);
    interval i;
    i.start_s = 4;
    i.end_s = 5;
    i.operations.resize(1);
    i.operations[0].response_time.record(2500);
    (*log)->append(i);
  }
  const std::string text = content(file);
  BOOST_TEST(text.find("#[Histogram log format version 1.3]\n") != std::string::npos);
  BOOST_TEST(text.find("#[StartTime: 1767268800.250 (seconds since epoch)]") != std::string::npos);
  BOOST_TEST(text.find("\nTag=chat,4.000,1.000,2.500,HISTFAAA") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
