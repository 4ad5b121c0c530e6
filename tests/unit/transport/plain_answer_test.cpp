// The fast path of reading against the parser: whatever it accepts, the parser accepts and reads the same.
#include "transport/plain_answer.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

#include "transport/response_reader.hpp"

using namespace lsrun::transport;

namespace {

constexpr std::size_t largest_body = 1'000;

struct no_sink : body_sink {
  bool on_piece(std::string_view) override { return true; }
};

std::string described(unsigned status, bool keep_alive, std::string_view body, std::size_t surplus,
                      const std::vector<header_view>& headers) {
  std::string text = std::to_string(status) + (keep_alive ? " kept " : " closed ") + std::to_string(surplus) + "\n";
  for (const header_view& h : headers) text.append(h.name).append("=").append(h.value).append("\n");
  return text.append(body);
}

// What the fast path makes of it; "" if it leaves the answer to the parser.
std::string fast(std::string_view bytes) {
  std::vector<header_view> headers;
  plain_answer a;
  if (!read_plain_answer(bytes, largest_body, headers, a)) return {};
  return described(a.status, a.keep_alive, a.body, bytes.size() - a.size, headers);
}

// What the parser makes of it, which gets it in two pieces: the fast path never sees it whole.
std::string slow(std::string_view bytes) {
  static const std::unique_ptr<response_reader> reader = make_response_reader();
  no_sink sink;
  reader->begin(false, false, largest_body);
  if (reader->feed(bytes.substr(0, 1), sink) != response_reader::progress::more) return "refused";
  if (reader->feed(bytes.substr(1), sink) != response_reader::progress::complete) return "refused or incomplete";
  return described(reader->status(), reader->keep_alive(), reader->body(), reader->surplus(), reader->headers());
}

const std::string samples[] = {
    "HTTP/1.1 200 OK\r\ndate: Mon\r\nserver: uvicorn\r\ncontent-length: 13\r\ncontent-type: application/json\r\nvary: "
    "Origin\r\n\r\n{\"id\":\"1234\"}",
    "HTTP/1.1 201 Created\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc",
    "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\nno",
    "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
    "HTTP/1.1 304 \r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 500 X\r\nContent-Length: 0\r\nA:\r\nB:   spaced   \r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nX-Load-Test: refused\r\nContent-Length: 1\r\n\r\nx",
};

std::string mutated(std::mt19937& random) {
  static const std::string words[] = {"\r\n",
                                      "\r",
                                      "\n",
                                      " ",
                                      "\t",
                                      ":",
                                      "\r\n ",
                                      "Connection: close\r\n",
                                      "Content-Length: 1\r\n",
                                      "content-length: 2\r\n",
                                      "Transfer-Encoding: chunked\r\n",
                                      "connection: keep-alive, close\r\n",
                                      "Upgrade: x\r\n",
                                      "Proxy-Connection: close\r\n",
                                      "0",
                                      "9999",
                                      "-",
                                      "+",
                                      ",",
                                      "\x7f",
                                      "\xff",
                                      std::string(1, '\0'),
                                      "HTTP/1.1 ",
                                      "204",
                                      "\r\n\r\n"};
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  std::string s = samples[below(std::size(samples))];
  for (std::size_t i = below(4); i-- > 0;) {
    const std::size_t at = below(s.size());
    switch (below(6)) {
      case 0:
        s[at] = static_cast<char>(random());
        break;
      case 1:
        s.erase(at, 1 + below(3));
        break;
      case 2:
        s.insert(at, words[below(std::size(words))]);
        break;
      case 3:
        s.insert(s.find('\n') == std::string::npos ? at : s.find('\n') + 1, words[below(std::size(words))]);
        break;
      case 4:
        s[at] = static_cast<char>(s[at] ^ 0x20);
        break;
      default:
        s.resize(at + 1);
    }
    if (s.size() < 2) s = samples[0];
  }
  return s;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_header_that_refuses_load_tests_is_seen_whatever_its_case_and_only_with_that_value) {
  const auto refuses = [](const std::string& line) {
    const auto reader = make_response_reader();
    no_sink sink;
    reader->begin(false, false, largest_body);
    const std::string bytes = "HTTP/1.1 200 OK\r\n" + line + "\r\nContent-Length: 1\r\n\r\nx";
    BOOST_TEST((reader->feed(bytes, sink) == response_reader::progress::complete));
    return reader->refuses_load();
  };
  BOOST_TEST(refuses("X-Load-Test: refused"));
  BOOST_TEST(refuses("x-load-test:  Refused "));
  BOOST_TEST(!refuses("X-Load-Test: welcome"));
  BOOST_TEST(!refuses("X-Load-Tests: refused"));
  BOOST_TEST(!refuses("Server: refused"));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_load_tests_is_not_carried_over_to_the_next_answer) {
  const auto reader = make_response_reader();
  no_sink sink;
  reader->begin(false, false, largest_body);
  reader->feed("HTTP/1.1 200 OK\r\nX-Load-Test: refused\r\nContent-Length: 1\r\n\r\nx", sink);
  BOOST_TEST(reader->refuses_load());
  reader->begin(false, false, largest_body);
  reader->feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", sink);
  BOOST_TEST(!reader->refuses_load());
}

BOOST_AUTO_TEST_CASE(answers_of_the_common_shape_take_the_fast_path) {
  for (std::size_t i = 0; i < 7; ++i) BOOST_TEST(fast(samples[i]) == slow(samples[i]));
  for (std::size_t i = 7; i < std::size(samples); ++i) BOOST_TEST(fast(samples[i]) == "");
  BOOST_TEST(fast(samples[5]) == "500 kept 0\nContent-Length=0\nA=\nB=spaced\n");
  BOOST_TEST(fast("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1'001, 'x')) == "");
}

BOOST_AUTO_TEST_CASE(no_answer_is_accepted_before_its_last_byte) {
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t n = 0; n < samples[i].size(); ++n)
      BOOST_TEST(fast(std::string_view(samples[i]).substr(0, n)) == "");
}

BOOST_AUTO_TEST_CASE(the_fast_path_and_the_parser_never_differ_on_a_hundred_thousand_damaged_answers) {
  std::mt19937 random(20'240'101);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string bytes = mutated(random);
    const std::string f = fast(bytes);
    if (f.empty()) {
      ++refused;
      continue;
    }
    ++accepted;
    const std::string s = slow(bytes);
    if (f != s) BOOST_FAIL("they differ on: " << bytes << "\nfast: " << f << "\nslow: " << s);
  }
  BOOST_TEST(accepted > 20'000);
  BOOST_TEST(refused > 20'000);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_repeated_is_read_by_comparing_it) {
  std::string place = "HTTP/1.1 200 OK\r\nDate: Mon\r\nContent-Length: 05\r\nServer: a\r\n\r\n12345HTTP/1.1 204";
  std::vector<header_view> headers;
  plain_answer first;
  repeated_head head;
  const plain_answer* again = nullptr;
  BOOST_TEST(!head.read(place, largest_body));
  BOOST_REQUIRE(read_plain_answer(place, largest_body, headers, first));
  head.keep(place, first, headers);
  again = head.read(place, largest_body);
  BOOST_REQUIRE(again != nullptr);
  BOOST_TEST(again->body == "12345");
  BOOST_TEST(again->size == first.size);
  const std::size_t digits = place.find("05");
  place[digits + 1] = '3';
  again = head.read(place, largest_body);
  BOOST_REQUIRE(again != nullptr);
  BOOST_TEST(again->body == "123");
  BOOST_TEST(again->length == "03");
  BOOST_TEST(headers[1].value == "03");  // the views hold
  BOOST_TEST(!head.read(place, 2));
  place[digits] = '9';  // more than there is
  BOOST_TEST(!head.read(place, largest_body));
  for (const char* damage : {"x", " ", "-", "+"}) {
    place[digits] = *damage;
    BOOST_TEST(!head.read(place, largest_body));
  }
  place[digits] = '0';
  BOOST_TEST(head.read(place, largest_body));
  BOOST_TEST(!head.read(std::string_view(place).substr(0, place.find("12345")), largest_body));
  {
    const std::string elsewhere = place;
    again = head.read(elsewhere, largest_body);
    BOOST_REQUIRE(again != nullptr);
    BOOST_TEST(again->body.data() == elsewhere.data() + elsewhere.find("12345"));
  }
  BOOST_TEST(headers[2].value == "a");  // what the views show is kept
  place[place.find("Server")] = 'X';
  BOOST_TEST(!head.read(place, largest_body));
  place[place.find("Xerver")] = 'S';
  BOOST_TEST(head.read(place, largest_body));
  head.forget();
  BOOST_TEST(!head.read(place, largest_body));
}

BOOST_AUTO_TEST_CASE(a_head_that_differs_in_values_alone_is_read_as_if_it_were_read_anew) {
  const std::string kept =
      "HTTP/1.1 200 OK\r\nDate: Mon, 30 Nov\r\nContent-Length: 05\r\nX-Request-Id:  0123456789abcdef \r\n"
      "Connection: keep-alive\r\nEmpty:\r\nA: b\r\n\r\n12345HTTP/1.1 204";
  static constexpr std::string_view bytes_put = "0123456789abcdef  \r\n\t:-\x7f\x80\xff\x00xK,HTCl";
  const auto words = [](const plain_answer& a, const std::vector<header_view>& headers) {
    std::string all = std::to_string(a.status) + (a.keep_alive ? " kept " : " closed ") + std::string(a.body) + " " +
                      std::string(a.length) + " " + std::to_string(a.size);
    for (const header_view& h : headers) all += "\n" + std::string(h.name) + "=" + std::string(h.value);
    return all;
  };
  std::mt19937 random(20'261'130);
  int alike = 0, other = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string place = kept;
    std::vector<header_view> headers, headers_anew;
    plain_answer first, anew;
    repeated_head head;
    BOOST_REQUIRE(read_plain_answer(place, largest_body, headers, first));
    head.keep(place, first, headers);
    for (int change = 0; change < 3; ++change) {  // each builds on the one before
      place[random() % place.size()] = bytes_put[random() % bytes_put.size()];
      const plain_answer* const a = head.read_alike(place, largest_body, headers);
      if (a == nullptr) {
        ++other;
        break;
      }
      ++alike;
      BOOST_REQUIRE(read_plain_answer(place, largest_body, headers_anew, anew));
      BOOST_REQUIRE_EQUAL(words(*a, headers), words(anew, headers_anew));
    }
  }
  BOOST_TEST(alike > 20'000);
  BOOST_TEST(other > 20'000);
  std::string place = kept;
  std::vector<header_view> headers;
  plain_answer first;
  repeated_head head;
  BOOST_REQUIRE(read_plain_answer(place, largest_body, headers, first));
  head.keep(place, first, headers);
  place.replace(place.find("0123"), 16, "fedcba9876543210");
  BOOST_TEST(head.read_alike(place, largest_body, headers));
  BOOST_TEST(!head.read_alike(place, 4, headers));
  place.replace(place.find("keep-alive"), 10, "Keep-Alive");  // means the same, but that takes reading
  BOOST_TEST(!head.read_alike(place, largest_body, headers));

  // What must not differ is told by the names that were kept, whatever names stand there by now.
  place = kept;
  repeated_head fresh;
  BOOST_REQUIRE(read_plain_answer(place, largest_body, headers, first));
  fresh.keep(place, first, headers);
  place[place.find("Connection")] = 'X';
  BOOST_TEST(!fresh.read_alike(place, largest_body, headers));
  place[place.find("Xonnection")] = 'C';
  place.replace(place.find("keep-alive"), 10, "Keep-Alive");
  BOOST_TEST(!fresh.read_alike(place, largest_body, headers));
}
