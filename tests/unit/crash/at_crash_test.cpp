// A process that dies does its list first, in order, and still dies of the same signal.
#include "crash/at_crash.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <string>

using namespace lsrun;

namespace {

struct death {
  std::string said;
  int signal = 0;
};

// A child that does `work` and must not live on; what it writes to descriptor 1 is what it said.
template <class Work>
death die(Work work) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::dup2(ends[1], 1);
    for (const int s : {SIGABRT, SIGSEGV, SIGQUIT}) std::signal(s, SIG_DFL);  // not Boost.Test's
    work();
    ::_exit(0);
  }
  ::close(ends[1]);
  death d;
  char text[100];
  for (ssize_t n; (n = ::read(ends[0], text, sizeof text)) > 0;) d.said.append(text, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  d.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return d;
}

void say(const char* word) { [[maybe_unused]] const auto n = ::write(1, word, std::char_traits<char>::length(word)); }
void terminal(int) { say("terminal "); }
void words(int) { say("words "); }

}  // namespace

BOOST_AUTO_TEST_CASE(the_terminal_is_given_back_before_the_last_words_whoever_asked_first) {
  const death d = die([] {
    crash::set(crash::place::words, words);
    crash::set(crash::place::terminal, terminal);
    std::abort();
  });
  BOOST_TEST(d.said == "terminal words ");
  BOOST_TEST(d.signal == SIGABRT);
}

BOOST_AUTO_TEST_CASE(a_segmentation_fault_stays_one) {
  const death d = die([] {
    crash::set(crash::place::terminal, terminal);
    ::raise(SIGSEGV);
  });
  BOOST_TEST(d.said == "terminal ");
  BOOST_TEST(d.signal == SIGSEGV);
}

BOOST_AUTO_TEST_CASE(what_was_taken_back_is_not_done) {
  const death d = die([] {
    crash::set(crash::place::words, words);
    BOOST_TEST((crash::set(crash::place::words, nullptr) == words));
    std::abort();
  });
  BOOST_TEST(d.said == "");
  BOOST_TEST(d.signal == SIGABRT);
}

BOOST_AUTO_TEST_CASE(the_handler_from_before_has_its_turn_after_the_list) {
  const death d = die([] {
    std::signal(SIGQUIT, [](int) {
      say("before ");
      ::_exit(0);
    });
    crash::set(crash::place::words, words);
    ::raise(SIGQUIT);
    for (;;) ::pause();
  });
  BOOST_TEST(d.said == "words before ");
}

BOOST_AUTO_TEST_CASE(each_action_is_done_once) {
  const death d = die([] {
    crash::set(crash::place::terminal, terminal);
    crash::run(0);
    std::abort();
  });
  BOOST_TEST(d.said == "terminal ");
}
