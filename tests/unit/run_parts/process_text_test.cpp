// The formats of /proc.
#include "run/process_text.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

using namespace lsrun::run;

namespace {

std::string stat_line(const std::string& name) {
  return "4711 (" + name +
         ") S 12 4700 4700 0 -1 4194304 101 0 0 0 250 50 7 3 20 0 9 0 319327 3133440 407 18446744073709551615 1 1 0 0 "
         "0 0 "
         "0 0 0 0 0 0 17 0 0 0 0 0 0\n";
}

process_line line(pid_t pid, pid_t parent, pid_t group) {
  process_line l;
  l.pid = pid;
  l.parent = parent;
  l.group = group;
  return l;
}

std::vector<pid_t> pids(const std::vector<process_line>& lines) {
  std::vector<pid_t> numbers;
  for (const auto& l : lines) numbers.push_back(l.pid);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

using numbers = std::vector<pid_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(texts_of_proc)

BOOST_AUTO_TEST_CASE(a_process_is_read_whatever_its_name_holds) {
  for (const auto* name : {"cat", "tmux: server", "a) S 1 2 3 (b", "(sd-pam)", ""}) {
    const auto p = parse_process_stat(stat_line(name));
    BOOST_REQUIRE_MESSAGE(p, name);
    BOOST_TEST(p->pid == 4711);
    BOOST_TEST(p->state == 'S');
    BOOST_TEST(p->parent == 12);
    BOOST_TEST(p->group == 4700);
    BOOST_TEST(p->ticks == 300u);
    BOOST_TEST(p->child_ticks == 10u);
    BOOST_TEST(p->threads == 9u);
    BOOST_TEST(p->start == 319327u);
    BOOST_TEST(p->rss_pages == 407u);
  }
}

BOOST_AUTO_TEST_CASE(cut_or_foreign_text_is_no_process) {
  BOOST_TEST(!parse_process_stat(""));
  BOOST_TEST(!parse_process_stat("4711 (cat) S 12"));
  BOOST_TEST(!parse_process_stat("no such thing"));
  BOOST_TEST(!parse_process_stat(")("));
  const std::string whole = stat_line("cat");
  for (std::size_t size = 0; size < 60; ++size) BOOST_TEST(!parse_process_stat(whole.substr(0, size)));
}

BOOST_AUTO_TEST_CASE(a_family_is_all_that_descends_from_its_root) {
  const std::vector<process_line> all{line(1, 0, 1),   line(30, 20, 5), line(10, 1, 5),
                                      line(20, 10, 5), line(40, 1, 5),  line(50, 1, 6)};
  BOOST_TEST(pids(family_of(10, 0, all)) == (numbers{10, 20, 30}), boost::test_tools::per_element());
  BOOST_TEST(pids(family_of(10, 5, all)) == (numbers{10, 20, 30, 40}), boost::test_tools::per_element());
  BOOST_TEST(family_of(99, 0, all).empty());
  BOOST_TEST(pids(family_of(99, 6, all)) == (numbers{50}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(listening_sockets_are_told_from_others_of_the_same_port) {
  const std::string table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:2260 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51123 1 0 100 0 0 10 "
      "0\n"
      "   1: 0100007F:2260 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 51124 1 0 20 4 30 10 "
      "-1\n"
      "   2: 0100007F:2261 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51125 1 0 100 0 0 10 "
      "0\n"
      "   3: 00000000000000000000000001000000:2260 00000000000000000000000000000000:0000 0A 00000000:00000000 "
      "00:00000000 00000000     0        0 51126 1\n";
  BOOST_TEST(listening_inodes(table, 8800) == (std::vector<std::uint64_t>{51123, 51126}),
             boost::test_tools::per_element());
  BOOST_TEST(listening_inodes(table, 50000).empty());
  BOOST_TEST(listening_inodes("", 8800).empty());
}

BOOST_AUTO_TEST_CASE(memory_is_read_by_its_whole_name) {
  const char* text = "MemTotal:       24684092 kB\nMemFree:        100 kB\nMemAvailable:   24071500 kB\n";
  BOOST_TEST(*memory_line(text, "MemAvailable") == 24071500ull * 1024);
  BOOST_TEST(*memory_line(text, "MemTotal") == 24684092ull * 1024);
  BOOST_TEST(!memory_line(text, "Mem"));
  BOOST_TEST(!memory_line("", "MemTotal"));
}

BOOST_AUTO_TEST_SUITE_END()
