// A document read without a part is the document without that part, whatever stands in it.
#include "common/selective_parse.hpp"

#include <boost/test/unit_test.hpp>

#include "html/same_place.hpp"

using namespace reports;

namespace {

constexpr left_out part{"addresses", "operations"};

json::value read(std::string_view text, const left_out& without = part) {
  json::error_code fault;
  const json::value v = parse_without(without, text, fault);
  BOOST_REQUIRE_MESSAGE(!fault, text << ": " << fault.message());
  return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(selective_parse)

BOOST_AUTO_TEST_CASE(the_part_is_gone_and_all_else_is_there) {
  for (const std::string what : {"1", "-2", "3.5", "\"a\\n\"", "null", "true", "[]", "{}", "[[1, {\"operations\": 2}]]",
                                 "{\"a\": [1, \"x\"], \"operations\": {}}"}) {
    const std::string rows = "[{\"address\": \"a\", \"operations\": " + what + ", \"n\": 1}, {\"operations\": " + what +
                             "}, 7, [{\"operations\": 5}], {\"in\": {\"operations\": [1]}}]";
    const std::string rest = R"("operations": [{"operations": 1}], "b": [{"operations": {"x": [1, 2.5, "\u00fc\n"]}}])";
    BOOST_TEST(read("{\"addresses\": " + rows + ", " + rest + "}") ==
               json::parse(R"({"addresses": [{"address": "a", "n": 1}, {}, 7, [{"operations": 5}],
                              {"in": {"operations": [1]}}], )" +
                           rest + "}"));
  }
}

BOOST_AUTO_TEST_CASE(without_a_part_to_leave_out_it_is_the_whole_document) {
  for (const char* text : {R"({"addresses": [{"operations": 1, "": 2}], "": [{"": 1}]})", "[1, {\"a\": []}]", "7",
                           R"({"a": -1, "b": 18446744073709551615, "c": 1e300, "d": "\"\\\/\ud83d\ude00"})"})
    BOOST_TEST(read(text, {}) == json::parse(text));
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_still_checked) {
  std::string deep = "1";
  for (int i = 0; i < 70; ++i) deep = "[" + deep + "]";
  for (const std::string& text :
       {std::string(R"({"addresses": [{"operations": [1,, 2]}]})"), std::string(R"({"addresses": [{"operations": )"),
        "{\"addresses\": [{\"operations\": " + deep + "}]}", std::string("{} {}"), std::string(), deep}) {
    json::error_code fault;
    BOOST_TEST(parse_without(part, text, fault).is_null());
    BOOST_TEST(fault.failed(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_path_is_followed_in_rows_that_differ_too) {
  const json::value rows = json::parse(R"([{"a": {"b": 1}, "c": 0}, {"c": 0, "a": {"x": 0, "b": 2}}, {"c": 0},
                                           {"a": [5, 6]}, 7, {"a": {"b": {"d": 4}}}, {"a": {"b": 3}}])");
  same_place of_b("a/b"), of_item("a/1"), of_row("");
  std::vector<json::value> found;
  for (const json::value& row : rows.as_array()) {
    const json::value* v = of_b.in(row);
    found.push_back(v ? *v : json::value());
    BOOST_TEST(of_b.in(row) == find(row, "a/b"));
    BOOST_TEST(of_item.in(row) == find(row, "a/1"));
    BOOST_TEST(of_row.in(row) == &row);
  }
  BOOST_TEST(json::array(found.begin(), found.end()) == json::parse(R"([1, 2, null, null, null, {"d": 4}, 3])"));
}

BOOST_AUTO_TEST_SUITE_END()
