// Whatever a target does, every request that was started ends once.
#include <boost/test/unit_test.hpp>
#include <random>

#include "loop.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

// Behaves by the request's own words: "/KIND/N". Kinds a..l, of which a and b are right answers.
void misbehave(peer& p) {
  for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
    const std::size_t slash = r.find('/');
    const std::string tag = r.substr(slash + 3, r.find(' ', slash) - slash - 3);
    switch (r[slash + 1]) {
      case 'a':
        p.write(ok(tag));
        break;
      case 'b':
        p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n" + tag.substr(0, 1) + "\r\n");
        if (tag.size() > 1) p.write(std::to_string(tag.size() - 1) + "\r\n" + tag.substr(1) + "\r\n");
        p.write("0\r\n\r\n");
        break;
      case 'c':
        return;
      case 'd':
        p.reset();
        return;
      case 'e':
        p.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        return;
      case 'f':
        p.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        p.reset();
        return;
      case 'g':
        p.write("garbage\r\n\r\n");
        break;
      case 'h':
        p.wait_closed();
        return;
      case 'i':
        p.write(ok(tag) + "surplus");
        break;
      case 'j':
        p.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + tag);
        return;
      case 'k':
        p.write(ok(tag));
        return;
      default:
        p.write("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    }
  }
}

struct counted : transport::exchange_handler {
  int dones = 0;
  std::string target, body;
  outcome how = outcome::plugin_fault;
  std::function<void()> then;
  void on_done(const transport::answer& a) override {
    ++dones;
    how = a.outcome;
    if (a.outcome == outcome::ok && a.status == 200) body = a.body;
    then();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(as_many_requests_end_as_start_under_random_faults) {
  for (unsigned seed : {1u, 2u, 3u}) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      constexpr std::size_t total = 1'500, at_once = 40;
      raw_server server(misbehave);
      loop l;
      transport::settings s = settings_for(server.address(), 3);
      s.request_timeout = 250 * time::millisecond;
      s.connections_per_address = seed == 2 ? 4 : 0;
      transport::client c(l.reactor, l.timers, s);
      std::vector<counted> all(total);
      std::vector<transport::exchange_id> ids;
      std::size_t ended = 0;
      bool handing_out = false;
      const auto start = [&] {
        const std::size_t i = ids.size();
        if (i == total) return;
        all[i].target =
            std::string("/") + static_cast<char>("aaaaaaabbbcdefghijkl"[random() % 20]) + "/" + std::to_string(i);
        transport::request r = random() % 3 == 0 ? post("body", all[i].target) : get(all[i].target);
        r.address = static_cast<std::uint32_t>(random() % 3);
        ids.push_back(c.start(r, all[i]));
        if (random() % 50 == 0) c.cancel(ids[random() % ids.size()]);
      };
      for (counted& h : all)
        h.then = [&] {
          BOOST_TEST(!handing_out);
          handing_out = true;
          ++ended;
          start();
          handing_out = false;
        };
      for (std::size_t i = 0; i < at_once; ++i) start();
      BOOST_REQUIRE(l.until([&] { return ended == total; }, 60 * time::second));
      l.turn_for(5 * time::millisecond);
      std::size_t by_outcome[model::outcome_count] = {};
      for (const counted& h : all) {
        BOOST_TEST(h.dones == 1);
        ++by_outcome[static_cast<std::size_t>(h.how)];
        if (h.how == outcome::ok && h.target[1] != 'l') BOOST_TEST(h.body == h.target.substr(3));  // its own answer
      }
      BOOST_TEST(c.in_flight() == 0u);
      BOOST_TEST(l.timers.size() <= at_once);  // those of lifted deadlines, one a request in flight at most
      BOOST_TEST(c.connections().open == c.connections().idle);
      BOOST_TEST(by_outcome[static_cast<std::size_t>(outcome::ok)] > total / 10);
      for (outcome o : {outcome::timeout, outcome::protocol_error, outcome::cancelled})
        BOOST_TEST(by_outcome[static_cast<std::size_t>(o)] > 0u);
      BOOST_TEST(c.connections().replaced > 0u);
    }
  }
}
