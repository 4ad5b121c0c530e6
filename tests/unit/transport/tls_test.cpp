// HTTPS: whom the client believes, and that TLS changes nothing else.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "loop.hpp"
#include "support/certificates.hpp"

using namespace lsrun;
using namespace lsrun::test;
using model::outcome;

namespace {

struct sigpipe_ignored {  // of the test server, which writes with OpenSSL's own socket functions
  sigpipe_ignored() { std::signal(SIGPIPE, SIG_IGN); }
};
BOOST_TEST_GLOBAL_FIXTURE(sigpipe_ignored);

struct context {
  SSL_CTX* it;
  explicit context(SSL_CTX* c) : it(c) {}
  ~context() { SSL_CTX_free(it); }
};

const authority& ca() {
  static const authority a;
  return a;
}

transport::settings secure(const raw_server& server, const char* name) {
  transport::settings s = settings_for(server.address());
  s.tls = true;
  s.ca = ca().file();
  s.server_name = name;
  return s;
}

void serve(peer& p) {
  while (!p.read_request().empty()) p.write(ok("secret"));
}

recorder ask(loop& l, transport::client& c, const transport::request& r = get()) {
  recorder h;
  c.start(r, h);
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  return h;
}

recorder ask(const transport::settings& s) {
  loop l;
  transport::client c(l.reactor, l.timers, s);
  const recorder h = ask(l, c);
  BOOST_TEST(c.connections().open == c.connections().idle);
  BOOST_TEST(c.connections().failed == (h.outcome == outcome::connect_error ? 1u : 0u));
  return h;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_certificate_of_the_authority_with_the_right_name_is_believed) {
  const context tls(ca().server("DNS:target.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1"));
  raw_server server(serve, "127.0.0.1", tls.it);
  for (const char* name : {"target.test", "a.wild.test", "127.0.0.1", "::1", "[::1]", ""}) {
    const recorder h = ask(secure(server, name));
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(h.error == "");
      BOOST_TEST((h.outcome == outcome::ok));
      BOOST_TEST(h.body == "secret");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_name_is_refused_with_both_names) {
  const context tls(ca().server("DNS:target.test,IP:127.0.0.1"));
  raw_server server(serve, "127.0.0.1", tls.it);
  for (const char* name : {"other.test", "127.0.0.2", "sub.target.test"}) {
    const recorder h = ask(secure(server, name));
    BOOST_TEST((h.outcome == outcome::connect_error));
    BOOST_TEST(h.error.find("certificate is refused") != std::string::npos, h.error);
    BOOST_TEST(h.error.find("mismatch") != std::string::npos, h.error);
    BOOST_TEST(h.error.find(name) != std::string::npos, h.error);
    BOOST_TEST(!h.connect_timed_out);
    BOOST_TEST(h.sent == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_name_is_sent_in_the_hello_but_an_address_is_none) {
  struct heard {
    std::mutex mutex;  // the server has a thread of its own
    std::vector<std::string> names;
  } all;
  const context tls(ca().server("DNS:target.test,IP:127.0.0.1"));
  int (*const listen)(SSL*, int*, void*) = [](SSL* from, int*, void* to) {
    const char* const name = SSL_get_servername(from, TLSEXT_NAMETYPE_host_name);
    auto& list = *static_cast<heard*>(to);
    const std::lock_guard lock(list.mutex);
    list.names.emplace_back(name != nullptr ? name : "none");
    return SSL_TLSEXT_ERR_OK;
  };
  SSL_CTX_set_tlsext_servername_callback(tls.it, listen);
  SSL_CTX_set_tlsext_servername_arg(tls.it, &all);
  {
    raw_server server(serve, "127.0.0.1", tls.it);
    for (const char* name : {"target.test", "127.0.0.1"}) BOOST_TEST(ask(secure(server, name)).body == "secret");
  }
  const std::lock_guard lock(all.mutex);
  BOOST_TEST(all.names == (std::vector<std::string>{"target.test", "none"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_is_refused_unless_insecure) {
  const context tls(ca().server("DNS:target.test", false));
  raw_server server(serve, "127.0.0.1", tls.it);
  transport::settings s = secure(server, "target.test");
  const recorder refused = ask(s);
  BOOST_TEST((refused.outcome == outcome::connect_error));
  BOOST_TEST(refused.error.find("self-signed") != std::string::npos, refused.error);
  s.insecure = true;
  s.ca = "";
  s.server_name = "any.name";
  BOOST_TEST(ask(s).body == "secret");
}

BOOST_AUTO_TEST_CASE(the_system_authorities_do_not_know_ours) {
  const context tls(ca().server("DNS:target.test"));
  raw_server server(serve, "127.0.0.1", tls.it);
  transport::settings s = secure(server, "target.test");
  s.ca = "";
  BOOST_TEST((ask(s).outcome == outcome::connect_error));
}

BOOST_AUTO_TEST_CASE(a_ca_file_that_cannot_be_used_is_said_at_once) {
  loop l;
  transport::settings s = settings_for(closed_port());
  s.tls = true;
  s.ca = "/nonexistent/ca.pem";
  BOOST_CHECK_EXCEPTION(transport::client(l.reactor, l.timers, s), std::runtime_error, [](const std::runtime_error& e) {
    return std::string(e.what()).find("/nonexistent/ca.pem") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(later_connections_resume_the_session_with_tls_1_2_and_1_3) {
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const context tls(ca().server("DNS:target.test"));
    SSL_CTX_set_min_proto_version(tls.it, version);
    SSL_CTX_set_max_proto_version(tls.it, version);
    SSL_CTX_set_session_id_context(tls.it, reinterpret_cast<const unsigned char*>("t"), 1);
    raw_server server(
        [](peer& p) {
          p.read_request();
          p.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
          p.wait_closed();
        },
        "127.0.0.1", tls.it);
    loop l;
    transport::client c(l.reactor, l.timers, secure(server, "target.test"));
    for (int i = 0; i < 5; ++i) BOOST_TEST(ask(l, c).body == "ok");
    BOOST_TEST(c.connections().opened == 5u);
    BOOST_TEST(c.connections().tls_resumed == 4u);
  }
}

BOOST_AUTO_TEST_CASE(a_connection_given_up_inside_an_answer_does_not_spoil_the_session) {
  const context tls(ca().server("DNS:target.test"));
  SSL_CTX_set_session_id_context(tls.it, reinterpret_cast<const unsigned char*>("t"), 1);
  raw_server server(
      [](peer& p) {
        p.read_request();
        p.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        p.wait_closed();
      },
      "127.0.0.1", tls.it);
  loop l;
  transport::client c(l.reactor, l.timers, secure(server, "target.test"));
  transport::request r = get();
  r.timeout = 50 * time::millisecond;
  for (int i = 0; i < 3; ++i) BOOST_TEST((ask(l, c, r).outcome == outcome::timeout));
  BOOST_TEST(c.connections().tls_resumed == 2u);
}

BOOST_AUTO_TEST_CASE(kept_connections_large_bodies_and_small_pieces_work_as_without_tls) {
  std::string body(2'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  const context tls(ca().server("DNS:target.test"));
  std::atomic<std::size_t> received = 0;
  raw_server server(
      [&](peer& p) {
        for (std::string r = p.read_request(); !r.empty(); r = p.read_request()) {
          received = r.size();
          if (r.find("/large") != std::string::npos) p.write(ok(body));
          if (r.find("/small") != std::string::npos) p.write_pieces(ok("in small pieces"), 1);
          if (r.find("/chunks") != std::string::npos)
            p.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
        }
      },
      "127.0.0.1", tls.it);
  loop l;
  transport::client c(l.reactor, l.timers, secure(server, "target.test"));
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST((ask(l, c, post(body, "/large")).body == body));
    BOOST_TEST(received > body.size());
    BOOST_TEST(ask(l, c, get("/small")).body == "in small pieces");
    BOOST_TEST(ask(l, c, get("/chunks")).body == "ab");
  }
  BOOST_TEST(c.connections().opened == 1u);
}

BOOST_AUTO_TEST_CASE(a_record_that_came_with_an_answer_and_is_none_of_it_closes_the_connection) {
  const context tls(ca().server("DNS:target.test"));
  std::atomic<bool> waited_in_vain = false;  // the end of the connection would tell the client of the record too
  raw_server server(
      [&](peer& p) {
        p.read_request();
        p.write(ok("first"));
        p.read_request();
        p.write(ok("good"));
        p.write(ok("bad"));
        if (!p.wait_closed()) waited_in_vain = true;
      },
      "127.0.0.1", tls.it);
  loop l;
  transport::client c(l.reactor, l.timers, secure(server, "target.test"));
  BOOST_TEST(ask(l, c).body == "first");
  recorder h;
  c.start(get(), h);  // sent at once
  peer::pause(30);    // both records are read together, as a rule
  BOOST_REQUIRE(l.until([&] { return h.dones > 0; }));
  BOOST_TEST(h.body == "good");
  BOOST_REQUIRE(l.until([&] { return c.connections().surplus == 1; }));
  BOOST_TEST(c.connections().open == 0u);
  BOOST_TEST(!waited_in_vain);
}

BOOST_AUTO_TEST_CASE(errors_of_openssl_that_others_left_in_the_thread_are_not_the_connections) {
  const context tls(ca().server("DNS:target.test"));
  for (const bool length : {true, false}) {
    raw_server server(
        [&](peer& p) {
          p.read_request();
          p.write_pieces(length ? ok("whole") : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhole", 20);
          p.close();
        },
        "127.0.0.1", tls.it);
    loop l;
    transport::client c(l.reactor, l.timers, secure(server, "target.test"));
    recorder h;
    c.start(get(), h);
    BOOST_REQUIRE(l.until([&] {
      ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
      return h.dones > 0 && c.connections().open == 0;
    }));
    BOOST_TEST(h.error == "");
    BOOST_TEST(h.body == "whole");
    BOOST_TEST(c.connections().closed_by_target == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_tls_connection_closed_while_idle_is_removed_or_replaced) {
  const context tls(ca().server("DNS:target.test"));
  raw_server server(
      [](peer& p) {
        p.read_request();
        p.write(ok("x"));
        if (p.number() == 1) {
          p.wait_readable();
          p.reset();  // the request came and was not read
        }
        if (p.number() == 2) p.wait_closed();
      },
      "127.0.0.1", tls.it);
  loop l;
  transport::client c(l.reactor, l.timers, secure(server, "target.test"));
  ask(l, c);
  BOOST_REQUIRE(l.until([&] { return c.connections().open == 0; }));
  BOOST_TEST(c.connections().closed_by_target == 1u);
  ask(l, c);
  BOOST_TEST(c.connections().replaced == 0u);
  BOOST_TEST(ask(l, c).body == "x");
  BOOST_TEST(c.connections().replaced == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_that_ends_with_its_connection_is_whole_only_after_a_good_bye) {
  const context tls(ca().server("DNS:target.test"));
  for (const bool good_bye : {true, false}) {
    for (const bool length : {true, false}) {
      raw_server server(
          [&](peer& p) {
            p.read_request();
            p.write(std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n") + (length ? "Content-Length: 4\r\n" : "") +
                    "\r\nbody");
            if (good_bye) {
              p.close();
            } else {
              p.cut();
            }
          },
          "127.0.0.1", tls.it);
      const recorder h = ask(secure(server, "target.test"));
      BOOST_TEST((h.outcome == (good_bye || length ? outcome::ok : outcome::protocol_error)));
      BOOST_TEST(h.error ==
                 (good_bye || length ? "" : "TLS: the answer's body ends without close_notify: it may be cut off"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_target_that_does_not_speak_tls_is_a_connect_error) {
  raw_server server([](peer& p) { p.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); });
  const recorder h = ask(secure(server, "target.test"));
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.error.find("TLS") != std::string::npos, h.error);
}

BOOST_AUTO_TEST_CASE(a_handshake_counts_against_the_connect_deadline) {
  raw_server server([](peer& p) { p.wait_closed(); });
  transport::settings s = secure(server, "target.test");
  s.connect_timeout = 60 * time::millisecond;
  const recorder h = ask(s);
  BOOST_TEST((h.outcome == outcome::connect_error));
  BOOST_TEST(h.connect_timed_out);
  BOOST_TEST(h.error == "connect timed out after 60ms");
}
