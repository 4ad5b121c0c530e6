// The decoder against the rules of the WHATWG standard, and against every way of cutting a stream.
#include "transport/sse_decoder.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using lsrun::transport::sse_decoder;
using lsrun::transport::sse_event;

namespace {

using events = std::vector<std::string>;  // "event|data|id"

void push(sse_decoder& d, std::string_view bytes, events& out) {
  sse_event e;
  while (d.next(bytes, e)) out.push_back(std::string(e.event) + "|" + std::string(e.data) + "|" + std::string(e.id));
}

struct example {
  const char* name;
  std::string bytes;
  events expected;
};

const example examples[] = {
    {"one event", "data: hello\n\n", {"message|hello|"}},
    {"CRLF", "data: a\r\ndata: b\r\n\r\n", {"message|a\nb|"}},
    {"CR alone", "data: a\rdata: b\r\rdata: c\r\r", {"message|a\nb|", "message|c|"}},
    {"mixed ends", "data: a\rdata: b\n\r\ndata: c\r\n\n", {"message|a\nb|", "message|c|"}},
    {"no space after the colon", "data:a\n\n", {"message|a|"}},
    {"only one space is taken", "data:  a \n\n", {"message| a |"}},
    {"a comment", ": ping\n\ndata: a\n: pong\n\n", {"message|a|"}},
    {"a named event, the name not kept", "event: add\ndata: 1\n\ndata: 2\n\n", {"add|1|", "message|2|"}},
    {"a name without data is dropped", "event: add\n\ndata: 2\n\n", {"message|2|"}},
    {"the id is kept", "id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\n", {"message|1|7", "message|2|7", "message|3|"}},
    {"an id without data is kept too", "id: 7\n\ndata: 1\n\n", {"message|1|7"}},
    {"an id with NUL is ignored",
     std::string("id: a\ndata: 1\n\nid: b\0\ndata: 2\n\n", 31),
     {"message|1|a", "message|2|a"}},
    {"retry and others are ignored", "retry: 10\nfoo: bar\nbar\ndata: 1\n\n", {"message|1|"}},
    {"names are case-sensitive", "Data: 1\n\n", {}},
    {"an empty data line is data", "data\n\ndata:\ndata\n\n", {"message||", "message|\n|"}},
    {"an unfinished event is not dispatched", "data: 1\n\ndata: 2\n", {"message|1|"}},
    {"the byte order mark is skipped once",
     "\xEF\xBB\xBF"
     "data: 1\n\n\xEF\xBB\xBF"
     "data: 2\n\n",
     {"message|1|"}},
    {"what begins like a mark is a line",
     "\xEF\xBB"
     "data: 1\n\ndata: 2\n\n",
     {"message|2|"}},
    {"two marks",
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: 1\n\ndata: 2\n\n",
     {"message|2|"}},
    {"a colon in the value", "data: a: b\n\n", {"message|a: b|"}},
    {"UTF-8",
     "data: \xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80\nid: \xE5\n\n",
     {"message|\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80|\xE5"}},
    {"the standard's stock example", "data: YHOO\ndata: +2\ndata: 10\n\n", {"message|YHOO\n+2\n10|"}},
    {"the standard's last example", "data:test\n\ndata: test\n\n", {"message|test|", "message|test|"}},
    {"an event of the reference server", "data: {\"kind\":\"message\"}\n\n", {"message|{\"kind\":\"message\"}|"}},
};

}  // namespace

BOOST_AUTO_TEST_CASE(streams_are_decoded_by_the_standard_wherever_they_are_cut) {
  for (const example& x : examples) {
    BOOST_TEST_CONTEXT(x.name) {
      for (std::size_t first = 0; first <= x.bytes.size(); ++first) {
        for (std::size_t second = first; second <= x.bytes.size(); ++second) {
          sse_decoder d;
          events got;
          const std::string_view all = x.bytes;
          push(d, all.substr(0, first), got);
          push(d, all.substr(first, second - first), got);
          push(d, all.substr(second), got);
          if (got != x.expected) BOOST_FAIL("cut at " << first << " and " << second);
        }
      }
      sse_decoder d;
      events got;
      for (char c : x.bytes) push(d, {&c, 1}, got);
      BOOST_TEST(got == x.expected, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_event_over_the_bound_fails_the_stream) {
  for (std::string_view endless : {"data: x\n", "x", ":x", "event: y\ndata: z\n"}) {
    sse_decoder d(1'000);
    events got;
    for (int i = 0; i < 5'000 && !d.failed(); ++i) push(d, endless, got);
    BOOST_TEST((d.failed() || endless.front() == 'e'));
  }
  sse_decoder d(100);
  events got;
  push(d, "data: fits\n\ndata: " + std::string(200, 'x') + "\n\ndata: late\n\n", got);
  BOOST_TEST(d.failed());
  BOOST_TEST(got == events{"message|fits|"}, boost::test_tools::per_element());
  d.reset();
  BOOST_TEST(!d.failed());
  push(d, "data: again\n\n", got);
  BOOST_TEST(got.back() == "message|again|");
}

BOOST_AUTO_TEST_CASE(reset_forgets_the_stream_before) {
  sse_decoder d;
  events got;
  push(d, "id: 1\nevent: e\ndata: half\r", got);
  d.reset();
  push(d, "\ndata: 2\n\n", got);
  BOOST_TEST(got == events{"message|2|"}, boost::test_tools::per_element());
}
