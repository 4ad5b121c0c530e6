// Names and health, on loopback.
#include "run/resolve.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <optional>

#include "config/url.hpp"
#include "support/certificates.hpp"
#include "support/raw_server.hpp"

using namespace lsrun;
using namespace lsrun::run;
using namespace lsrun::test;

namespace {

struct sigpipe_ignored {
  sigpipe_ignored() { std::signal(SIGPIPE, SIG_IGN); }
};
BOOST_TEST_GLOBAL_FIXTURE(sigpipe_ignored);

std::uint16_t port_of(const sockaddr_storage& a) {
  return ntohs(a.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(a).sin6_port
                                       : reinterpret_cast<const sockaddr_in&>(a).sin_port);
}

config::target target_at(const sockaddr_storage& address, const std::string& scheme = "http") {
  config::target t;
  t.url = scheme + "://" + text_of(address);
  const auto parts = config::parse_url(t.url);
  t.scheme = parts->scheme;
  t.host = parts->host;
  t.port = parts->port;
  return t;
}

probe_settings probe_of(const raw_server& server, const std::string& scheme = "http") {
  return health_probe(target_at(server.address(), scheme), server.address());
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

raw_server::script answering(const std::string& answer) {
  return [answer](peer& p) {
    p.read_request();
    p.write(answer);
    p.close();
  };
}

const std::string fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

BOOST_AUTO_TEST_SUITE(resolving)

BOOST_AUTO_TEST_CASE(literals_of_both_families_resolve_to_themselves) {
  const auto four = resolve("127.0.0.1", 8800);
  BOOST_REQUIRE(four);
  BOOST_TEST(text_of(*four) == "127.0.0.1:8800");
  const auto six = resolve("::1", 443);
  BOOST_REQUIRE(six);
  BOOST_TEST(text_of(*six) == "[::1]:443");
}

BOOST_AUTO_TEST_CASE(a_name_resolves_to_the_address_that_takes_connections) {
  raw_server server(answering(fine));
  const auto found = resolve("localhost", port_of(server.address()));
  BOOST_REQUIRE(found);
  BOOST_TEST(text_of(*found) == text_of(server.address()));
}

BOOST_AUTO_TEST_CASE(a_name_without_address_is_an_error_that_names_it) {
  const auto found = resolve("no-such-host.invalid", 80);  // RFC 6761: never resolves
  BOOST_REQUIRE(!found);
  BOOST_TEST(holds(found.error_text(), "no-such-host.invalid"));
  BOOST_TEST(holds(found.error_text(), "[target]"));
}

BOOST_AUTO_TEST_CASE(a_target_without_address_of_the_pools_family_is_an_error) {
  const auto found = resolve("127.0.0.1", 80, AF_INET6);
  BOOST_REQUIRE(!found);
  BOOST_TEST(holds(found.error_text(), "no IPv6 address"));
}

BOOST_AUTO_TEST_CASE(addresses_of_this_machine_are_known) {
  BOOST_TEST(is_this_machine(*resolve("127.9.9.9", 1)));
  BOOST_TEST(is_this_machine(*resolve("::1", 1)));
  BOOST_TEST(is_this_machine(*resolve("0.0.0.0", 1)));
  BOOST_TEST(!is_this_machine(*resolve("203.0.113.1", 1)));
  BOOST_TEST(!is_this_machine(*resolve("2001:db8::1", 1)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(probing)

BOOST_AUTO_TEST_CASE(the_probe_asks_for_the_health_path_below_the_base_path_with_the_targets_headers) {
  std::string seen;
  std::uint16_t port = 0;
  {
    raw_server server([&](peer& p) {
      seen = p.read_request();
      p.write(fine);
    });
    config::target t = target_at(server.address());
    t.base_path = "/v1";
    t.headers = {{"Authorization", "Bearer x"}};
    port = t.port;
    const auto status = probe(health_probe(t, server.address()), 5 * time::second);
    BOOST_REQUIRE_MESSAGE(status, (status ? "" : status.error_text()));
    BOOST_TEST(*status == 200u);
  }
  BOOST_TEST(holds(seen, "GET /v1/health HTTP/1.1\r\n"));
  BOOST_TEST(holds(seen, "Host: 127.0.0.1:" + std::to_string(port) + "\r\n"));
  BOOST_TEST(holds(seen, "Authorization: Bearer x\r\n"));
  BOOST_TEST(holds(seen, "Connection: close\r\n"));
}

BOOST_AUTO_TEST_CASE(metrics_get_the_target_s_headers_only_where_they_are_the_target_s_own) {
  config::target t = target_at(*resolve("127.0.0.1", 8800));
  t.headers = {{"Authorization", "Bearer x"}};
  t.metrics_at = {"http", "127.0.0.1", 8800, "/metrics"};
  const probe_settings own = metrics_probe(t, *resolve("127.0.0.1", 8800));
  BOOST_TEST(own.url == "http://127.0.0.1:8800/metrics");
  BOOST_TEST(own.headers.size() == 1u);
  BOOST_TEST(holds(own.accept, "application/openmetrics-text"));
  t.metrics_at.port = 9100;
  BOOST_TEST(metrics_probe(t, *resolve("127.0.0.1", 9100)).headers.empty());
  t.metrics_at = {"https", "127.0.0.1", 8800, "/metrics"};
  BOOST_TEST(metrics_probe(t, *resolve("127.0.0.1", 8800)).headers.empty());
}

BOOST_AUTO_TEST_CASE(a_page_comes_with_its_body_and_is_bounded) {
  const auto fetched = [](const std::string& answer) {
    raw_server server(answering(answer));
    boost::asio::io_context loop;
    std::optional<model::result<page>> got;
    async_fetch(loop, probe_of(server), 5 * time::second, [&](model::result<page> p) { got = std::move(p); });
    loop.run();
    return *got;
  };
  const auto small = fetched(fine);
  BOOST_REQUIRE(small);
  BOOST_TEST(small->body == "ok");
  const auto large = fetched("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(largest_page + 1) + "\r\n\r\n");
  BOOST_REQUIRE(!large);
  BOOST_TEST(holds(large.error_text(), "the answer is longer than 4 MiB"));
}

BOOST_AUTO_TEST_CASE(the_status_is_what_the_target_says) {
  raw_server server(answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
  BOOST_TEST(*probe(probe_of(server), 5 * time::second) == 503u);
  BOOST_TEST((health_of_status(503) == health::ill));
  BOOST_TEST((health_of_status(404) == health::unsure));
  BOOST_TEST((health_of_status(204) == health::well));
  BOOST_TEST((health_of_status(302) == health::well));
}

BOOST_AUTO_TEST_CASE(a_target_that_refuses_load_tests_is_told_by_status_or_header) {
  raw_server server(answering("HTTP/1.1 200 OK\r\nX-Load-Test: refused\r\nContent-Length: 0\r\n\r\n"));
  BOOST_TEST(*probe(probe_of(server), 5 * time::second) == 451u);
  BOOST_TEST((health_of_status(451) == health::no_load));
}

BOOST_AUTO_TEST_CASE(nobody_listening_is_said_with_the_url) {
  const auto address = closed_port();
  const auto status = probe(health_probe(target_at(address), address), 5 * time::second);
  BOOST_REQUIRE(!status);
  BOOST_TEST(holds(status.error_text(), "GET http://" + text_of(address) + "/health: connection refused"));
}

BOOST_AUTO_TEST_CASE(a_target_that_never_answers_ends_the_probe_at_its_deadline) {
  raw_server server([](peer& p) {
    p.read_request();
    p.wait_closed();
  });
  const time::instant begin = time::now();
  const auto status = probe(probe_of(server), 200 * time::millisecond);
  BOOST_REQUIRE(!status);
  BOOST_TEST(holds(status.error_text(), "no answer in time"));
  BOOST_TEST(time::seconds(time::now() - begin) < 3.0);
}

BOOST_AUTO_TEST_CASE(a_target_that_hangs_up_or_talks_nonsense_is_an_error) {
  raw_server mute([](peer& p) {
    p.read_request();
    p.close();
  });
  BOOST_TEST(holds(probe(probe_of(mute), 5 * time::second).error_text(), "closed without an answer"));
  raw_server mad(answering("SSH-2.0-x\r\n\r\n"));
  BOOST_TEST(!probe(probe_of(mad), 5 * time::second));
}

BOOST_AUTO_TEST_CASE(a_probe_on_a_running_loop_calls_back_once) {
  raw_server server(answering(fine));
  boost::asio::io_context loop;
  unsigned calls = 0;
  async_probe(loop, probe_of(server), 5 * time::second, [&](model::result<unsigned> status) {
    ++calls;
    BOOST_TEST(*status == 200u);
  });
  BOOST_TEST(calls == 0u);
  loop.run();
  BOOST_TEST(calls == 1u);
}

BOOST_AUTO_TEST_CASE(certificates_are_checked_as_for_requests) {
  const authority ca;
  SSL_CTX* tls = ca.server("DNS:localhost,IP:127.0.0.1");
  {
    raw_server server(answering(fine), "127.0.0.1", tls);
    probe_settings p = probe_of(server, "https");
    BOOST_TEST(!probe(p, 5 * time::second));  // the system does not know this authority
    p.tls_settings.ca = ca.file();
    const auto by_address = probe(p, 5 * time::second);
    BOOST_TEST_INFO((by_address ? "" : by_address.error_text()));
    BOOST_TEST(bool(by_address));
    p.tls_settings.server_name = "localhost";
    BOOST_TEST(bool(probe(p, 5 * time::second)));
    p.tls_settings.server_name = "elsewhere.test";
    const auto other = probe(p, 5 * time::second);
    BOOST_REQUIRE(!other);
    BOOST_TEST(holds(other.error_text(), "certificate"));
    p.tls_settings.insecure = true;
    BOOST_TEST(bool(probe(p, 5 * time::second)));
    p.tls_settings.insecure = false;
    p.tls_settings.ca = "/nonexistent.pem";
    BOOST_TEST(!probe(p, 5 * time::second));
  }
  SSL_CTX_free(tls);
}

BOOST_AUTO_TEST_SUITE_END()
