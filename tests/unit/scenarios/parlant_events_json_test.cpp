// Parlant's JSON reduced to events: what is told apart, and what is refused.
#include <boost/test/unit_test.hpp>

#include "../../../plugins/scenarios/parlant_events/events.hpp"
#include "parlant_json.hpp"

using namespace parlant;
namespace pj = parlant_json;

namespace {

event one(const std::string& json) { return read_event(json).value(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(events_as_parlant_writes_them)

BOOST_AUTO_TEST_CASE(statuses_are_told_apart) {
  BOOST_TEST((one(pj::acknowledged(1)).what == kind::acknowledged));
  BOOST_TEST((one(pj::completed(2)).what == kind::completed));
  BOOST_TEST((one(pj::status(3, "ready")).what == kind::other));
  BOOST_TEST((one(pj::status(4, "processing", R"({"stage":"Interpreting"})")).what == kind::other));
  BOOST_TEST((one(pj::status(5, "typing")).what == kind::other));
  BOOST_TEST((one(pj::status(6, "cancelled")).what == kind::cancelled));
  BOOST_TEST((one(pj::event(7, "ai_agent", "tool", R"({"tool_calls":[]})", 0)).what == kind::other));
}

BOOST_AUTO_TEST_CASE(an_error_status_is_quoted_by_its_last_line) {
  const auto e = one(pj::status(
      5, "error",
      R"({"exception":"['Traceback (most recent call last):\\n',\n '  File x, line 1\\n',\n 'Exception: went down\\n']"})"));
  BOOST_TEST((e.what == kind::error));
  BOOST_TEST(e.detail == "Exception: went down");
  BOOST_TEST(one(pj::status(5, "error", R"({"exception":"[\"it can't\\n\"]"})")).detail == "it can't");
  BOOST_TEST(one(pj::status(5, "error", R"({"exception":""})")).detail == "");
  BOOST_TEST(one(pj::status(5, "error")).detail == "");
}

BOOST_AUTO_TEST_CASE(a_preamble_is_known_by_its_tag) {
  BOOST_TEST(one(pj::preamble(3)).preamble);
  BOOST_TEST(!one(pj::message(3)).preamble);
  BOOST_TEST(!one(pj::message(3, 0, R"(,"tags":["other"])")).preamble);
  BOOST_TEST(one(pj::message(3, 0, R"(,"tags":["other","__preamble__"])")).preamble);
}

BOOST_AUTO_TEST_CASE(a_streamed_message_is_unfinished_until_its_chunks_end_with_null) {
  const auto first = one(pj::message(4, 0, R"(,"chunks":["One ","two "])"));
  BOOST_TEST(first.unfinished);
  BOOST_TEST(first.pieces == 2u);
  BOOST_TEST(first.id == "event4");
  const auto whole = one(pj::message(4, 0, R"(,"chunks":["One ","two ","three. ",null])"));
  BOOST_TEST(!whole.unfinished);
  BOOST_TEST(whole.pieces == 3u);
  BOOST_TEST(one(pj::message(4, 0, R"(,"chunks":[])")).unfinished);
  BOOST_TEST(!one(pj::message(4)).unfinished);
}

BOOST_AUTO_TEST_CASE(stamps_are_read_to_the_microsecond) {
  BOOST_TEST(read_stamp("1970-01-01T00:00:00Z") == 0);
  BOOST_TEST(read_stamp("1970-01-02T00:00:01.000002Z") == 86'401'000'002);
  BOOST_TEST(read_stamp("2026-11-23T20:23:12.393736Z") - read_stamp("2026-11-23T20:23:11Z") == 1'393'736);
  BOOST_TEST(read_stamp("2026-11-23T20:23:12.5Z") - read_stamp("2026-11-23T20:23:12Z") == 500'000);
  BOOST_TEST(read_stamp("2026-11-23T20:23:12.123456789Z") - read_stamp("2026-11-23T20:23:12Z") == 123'456);
  for (const char* bad : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-11-23", "2026-11-23T20:23:12+01:00"})
    BOOST_TEST(read_stamp(bad) == 0, bad);
}

BOOST_AUTO_TEST_CASE(a_list_is_read_whole_or_not_at_all) {
  std::vector<event> events;
  BOOST_TEST(read_events(pj::list(pj::acknowledged(1), pj::message(2)), events));
  BOOST_TEST(events.size() == 2u);
  BOOST_TEST(events[1].offset == 2u);
  BOOST_TEST(read_events("[]", events));
  BOOST_TEST(events.empty());
  for (const char* bad :
       {"", "[", "{}", "null", "[1]", R"([{"offset":1}])", R"([{"offset":-1,"kind":"status","data":{}}])"})
    BOOST_TEST(!read_events(bad, events), bad);
  BOOST_TEST(!read_events(pj::list(pj::acknowledged(1), std::string("{}")), events));
  BOOST_TEST(events.empty());
}

BOOST_AUTO_TEST_CASE(small_answers_are_read_by_name) {
  BOOST_TEST(read_string(R"({"id":"LVYfGBuLW1","title":null})", "id") == "LVYfGBuLW1");
  BOOST_TEST(read_string(R"({"id":7})", "id") == "");
  BOOST_TEST(read_string("", "id") == "");
  BOOST_TEST(read_first_id(R"([{"id":"A1","name":"x"},{"id":"B2"}])") == "A1");
  BOOST_TEST(read_first_id("[]") == "");
}

BOOST_AUTO_TEST_CASE(a_refusals_detail_is_cut_where_it_echoes_the_request) {
  const char* const limited =
      R"json({"detail":"Rate limit exceeded: OPERATION=x, HEADERS=Headers({'host': 'h'})"})json";
  BOOST_TEST(read_detail(limited) == "Rate limit exceeded: OPERATION=x");
  BOOST_TEST(read_detail(R"json({"detail":"Session not found (id='no')"})json") == "Session not found");
  BOOST_TEST(read_detail(R"json({"detail":[{"type":"missing","msg":"Field required"}]})json") == "Field required");
  BOOST_TEST(read_detail("Internal Server Error") == "");
}

BOOST_AUTO_TEST_SUITE_END()
