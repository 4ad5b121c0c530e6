// Real processes through /proc: our own, and children that the test starts.
#include "run/process_watch.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <vector>

#include "run/file_text.hpp"
#include "run/listening_sockets.hpp"
#include "run/process_text.hpp"

using namespace lsrun;
using namespace lsrun::run;

namespace {

// A child that waits to be killed; gone with the object.
class child {
 public:
  child() : pid_(::fork()) {
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    ::alarm(60);
    for (;;) ::pause();
  }
  ~child() { end(); }
  void end() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = 0;
  }
  void make_zombie() {
    ::kill(pid_, SIGKILL);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// Uses the processor until so much of its time has gone.
void burn(double seconds) {
  const double until = own_usage::cpu_s() + seconds;
  while (own_usage::cpu_s() < until) {
  }
}

struct listener {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port = 0;
  listener() {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    BOOST_REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&a), size) == 0);
    BOOST_REQUIRE(::listen(fd, 1) == 0);
    BOOST_REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) == 0);
    port = ntohs(a.sin_port);
  }
  ~listener() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(watching_processes)

BOOST_AUTO_TEST_CASE(processor_time_is_counted_in_cores_between_samples) {
  process_watch watch(::getpid());
  const time::instant start = time::now();
  const auto first = watch.sample(start);
  BOOST_TEST(!first.cpu);
  const double before = own_usage::cpu_s();
  burn(0.3);
  // Over two invented seconds: what was burnt, halved. The kernel counts in steps of 10 ms.
  const auto second = watch.sample(start + 2 * time::second);
  BOOST_REQUIRE(second.cpu);
  const double used = own_usage::cpu_s() - before;
  BOOST_TEST(*second.cpu > used / 2.5 - 0.02);
  BOOST_TEST(*second.cpu < used / 1.5);
}

BOOST_AUTO_TEST_CASE(memory_threads_files_and_connections_of_a_process_are_seen) {
  process_watch watch(::getpid());
  const auto before = watch.sample(time::now());
  BOOST_TEST(*before.rss_bytes > 1u << 20);
  BOOST_TEST(*before.threads >= 1u);
  BOOST_REQUIRE(before.connections);
  std::vector<listener> sockets(3);
  const auto after = watch.sample(time::now() + 100 * time::second);
  BOOST_TEST(*after.fds == *before.fds + 3);
  BOOST_TEST(*after.connections == *before.connections + 3);
  BOOST_TEST(!after.healthy);
}

BOOST_AUTO_TEST_CASE(descendants_count_with_their_process) {
  process_watch watch(::getpid());
  const auto alone = watch.sample(time::now());
  child one, other;
  const auto together = watch.sample(time::now() + 100 * time::second);
  BOOST_TEST(*together.threads == *alone.threads + 2);
}

BOOST_AUTO_TEST_CASE(time_of_a_child_that_has_ended_is_not_lost) {
  process_watch watch(::getpid());
  watch.sample(time::now());
  const pid_t pid = ::fork();
  if (pid == 0) {
    burn(0.2);
    ::_exit(0);
  }
  ::waitpid(pid, nullptr, 0);
  const auto sample = watch.sample(time::now() + 10 * time::second);
  BOOST_TEST(*sample.cpu > 0.01);
}

BOOST_AUTO_TEST_CASE(a_process_that_ends_is_gone_even_before_anybody_waits_for_it) {
  child c;
  process_watch watch(c.pid());
  BOOST_TEST(!watch.gone());
  BOOST_TEST(watch.sample(time::now()).rss_bytes.has_value());
  c.make_zombie();
  BOOST_TEST(watch.gone());
  BOOST_TEST(!watch.sample(time::now() + 100 * time::second).rss_bytes);
  c.end();
  BOOST_TEST(watch.gone());
  const auto nothing = watch.sample(time::now() + 200 * time::second);
  BOOST_TEST(!nothing.cpu);
  BOOST_TEST(!nothing.threads);
  BOOST_TEST(!nothing.fds);
  BOOST_TEST(!nothing.connections);
}

BOOST_AUTO_TEST_CASE(a_process_that_never_was_is_gone) {
  process_watch watch(0x3fffffff);
  BOOST_TEST(watch.gone());
  BOOST_TEST(!watch.sample(time::now()).rss_bytes);
}

BOOST_AUTO_TEST_CASE(looking_that_costs_much_is_done_seldom) {
  rare_look look;
  BOOST_TEST(look.due(0));
  look.took(0, 10 * time::millisecond);
  BOOST_TEST(!look.due(499 * time::millisecond));
  BOOST_TEST(look.due(500 * time::millisecond));
}

BOOST_AUTO_TEST_CASE(own_figures_are_those_of_this_process) {
  own_usage own;
  const time::instant start = time::now();
  own.sample(start, 0);
  const double before = own_usage::cpu_s();
  burn(0.1);
  const auto sample = own.sample(start + time::second, 17);
  BOOST_TEST(sample.cpu >= 0.1);
  BOOST_TEST(sample.cpu <= own_usage::cpu_s() - before + 0.05);
  BOOST_TEST(sample.connections == 17u);
  BOOST_TEST(sample.open_files >= 3u);
  BOOST_TEST(sample.rss_bytes > 1u << 20);
  BOOST_TEST(own_usage::peak_rss_bytes() >= sample.rss_bytes / 2);
}

BOOST_AUTO_TEST_CASE(the_first_own_sample_is_over_the_time_since_the_process_started) {
  own_usage own;
  const auto sample = own.sample(time::now(), 0);
  BOOST_TEST(sample.cpu > 0);
  BOOST_TEST(sample.cpu < 64);
}

BOOST_AUTO_TEST_CASE(who_listens_on_a_port_is_found) {
  listener l;
  BOOST_TEST(find_listener(l.port).value_or(0) == ::getpid());
  child heir;  // shares the socket, but descends from us
  BOOST_TEST(find_listener(l.port).value_or(0) == ::getpid());
  const std::uint16_t port = l.port;
  ::close(l.fd);
  l.fd = -1;
  BOOST_TEST(find_listener(port).value_or(0) == heir.pid());
  heir.end();
  BOOST_TEST(!find_listener(port));
}

BOOST_AUTO_TEST_CASE(the_kernel_names_the_listening_sockets_that_proc_has) {
  listener l;
  const auto found = listening_sockets(l.port);
  BOOST_TEST(found.size() == 1u);
  BOOST_TEST(found == listening_inodes(file_text("/proc/net/tcp"), l.port), boost::test_tools::per_element());
  struct stat socket {};
  BOOST_TEST(::fstat(l.fd, &socket) == 0);
  BOOST_TEST(found.at(0) == socket.st_ino);
  const std::uint16_t port = l.port;
  ::close(l.fd);
  l.fd = -1;
  BOOST_TEST(listening_sockets(port).empty());
}

BOOST_AUTO_TEST_CASE(a_group_lives_as_long_as_one_of_it_is_more_than_a_zombie) {
  child c;
  while (::getpgid(c.pid()) != c.pid()) ::setpgid(c.pid(), c.pid());
  const pid_t group = c.pid();
  BOOST_TEST(group_lives(group));
  c.make_zombie();
  BOOST_TEST(!group_lives(group));
}

BOOST_AUTO_TEST_SUITE_END()
