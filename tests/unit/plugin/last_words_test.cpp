// What a dying process says of the plugin it was in, on standard error and in the journal.
#include "plugin/last_words.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <new>
#include <thread>

using namespace lsrun;
using plugin::inside_word;

namespace {

struct death {
  std::string said, written;
  int signal = 0;
};

std::string all_of(int file) {
  std::string text;
  char room[500];
  for (ssize_t n; (n = ::read(file, room, sizeof room)) > 0;) text.append(room, static_cast<std::size_t>(n));
  return text;
}

// A child that does `work` on a thread that is marked as being in a plugin and must not live on.
template <class Work>
death die_inside(inside_word where, Work work) {
  int said[2], written[2];
  BOOST_REQUIRE(::pipe(said) == 0 && ::pipe(written) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::dup2(said[1], STDERR_FILENO);
    for (const int s : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(s, SIG_DFL);  // not Boost.Test's
    const plugin::last_words words("Look there.", written[1]);
    plugin::inside_mark mark({"first", "second"});
    std::thread([&] {
      const plugin::marked_thread marked(mark);
      mark.enter(where.bits);
      work();
    }).join();
    ::_exit(0);
  }
  ::close(said[1]);
  ::close(written[1]);
  death d{all_of(said[0]), all_of(written[0]), 0};
  ::close(said[0]);
  ::close(written[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  d.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return d;
}

bool has(const std::string& text, const std::string& part) {
  BOOST_TEST_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(last_words)

BOOST_AUTO_TEST_CASE(a_mark_holds_scenario_step_and_session) {
  const auto w = inside_word::of(255, model::step::close, (1ull << 54) - 1);
  BOOST_TEST((w.scenario() == 255 && w.kind() == model::step::close && w.session() == (1ull << 54) - 1));
  BOOST_TEST(bool(inside_word::of(0, model::step::open, 0)));
  BOOST_TEST(!bool(inside_word{}));
}

BOOST_AUTO_TEST_CASE(the_scenario_its_step_and_its_session_are_named) {
  const death d = die_inside(inside_word::of(1, model::step::turn, 12), [] { std::abort(); });
  BOOST_TEST(has(d.said, "lsrun: code that the scenario `second` called crashed (SIGABRT"));
  BOOST_TEST(has(d.said, "in a turn step of session 12; this is a fault of the plugin.\nLook there.\n"));
  BOOST_TEST(has(d.written, "{\"crash\":\"code that the scenario `second` called crashed (SIGABRT"));
  BOOST_TEST(d.written.back() == '\n');
}

BOOST_AUTO_TEST_CASE(without_a_plugin_it_is_lsruns_own_fault) {
  const death d = die_inside({}, [] { std::raise(SIGFPE); });
  BOOST_TEST(has(d.said, "lsrun: lsrun crashed (SIGFPE"));
  BOOST_TEST(has(d.said, "please report this fault"));
  BOOST_TEST(!has(d.said, "plugin"));
}

BOOST_AUTO_TEST_CASE(a_refused_allocation_is_remembered_by_name) {
  const death d = die_inside(inside_word::of(0, model::step::open, 3), [] {
    try {
      std::get_new_handler()();
    } catch (const std::bad_alloc&) {
    }
    std::abort();
  });
  BOOST_TEST(has(d.said, "there was no memory left when the scenario `first` asked for some"));
}

BOOST_AUTO_TEST_SUITE_END()
