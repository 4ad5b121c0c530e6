// The faults that are answered with 422, in the framework's own words.
#include "body_checks.hpp"

#include <boost/test/unit_test.hpp>

namespace lstarget {
namespace {

std::string faults_of(std::string body, std::string type = "application/json") {
  request r{.method = "POST", .body = std::move(body)};
  r.headers.emplace_back("content-type", std::move(type));
  faults f;
  if (const auto object = body_object(r, f)) {
    text_field(*object, "name", true, f, 5);
    text_field(*object, "title", false, f);
    if (object->contains("kind")) word_field(*object, "kind", {"message", "status"}, f);
  }
  return f.any() ? f.json() : "";
}

std::string query_faults(std::string query) {
  request r{.method = "GET", .query = std::move(query)};
  faults f;
  number_parameter(r, "n", 0, f);
  flag_parameter(r, "flag", false, f);
  return f.any() ? f.json() : "";
}

std::string json_fault(int at, std::string_view words) {
  return R"({"detail":[{"type":"json_invalid","loc":["body",)" + std::to_string(at) +
         R"(],"msg":"JSON decode error","input":{},"ctx":{"error":")" + std::string(words) + R"("}}]})";
}

BOOST_AUTO_TEST_CASE(a_good_body_has_no_faults) {
  BOOST_TEST(faults_of(R"({"name":"abc","title":null,"kind":"status"})").empty());
  BOOST_TEST(faults_of(R"({"name":"äöüßé"})").empty());  // five letters, ten bytes
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_told_with_its_place) {
  BOOST_TEST(faults_of("{bad json") == json_fault(1, "Expecting property name enclosed in double quotes"));
  BOOST_TEST(faults_of("nonsense") == json_fault(0, "Expecting value"));
  BOOST_TEST(faults_of(R"({"a":})") == json_fault(5, "Expecting value"));
  BOOST_TEST(faults_of(R"({"a":1)") == json_fault(6, "Expecting ',' delimiter"));
  BOOST_TEST(faults_of(R"({"a":1} x)") == json_fault(8, "Extra data"));
}

BOOST_AUTO_TEST_CASE(missing_wrong_and_too_long_fields) {
  BOOST_TEST(faults_of("{}") ==
             R"({"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]})");
  BOOST_TEST(
      faults_of(R"({"name":5})") ==
      R"({"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":5}]})");
  BOOST_TEST(faults_of(R"({"name":"abcdef"})") ==
             R"({"detail":[{"type":"string_too_long","loc":["body","name"],"msg":"String should have at most 5 )"
             R"(characters","input":"abcdef","ctx":{"max_length":5}}]})");
  BOOST_TEST(faults_of(R"({"name":"a","kind":"x"})") ==
             R"({"detail":[{"type":"enum","loc":["body","kind"],"msg":"Input should be 'message' or 'status'",)"
             R"("input":"x","ctx":{"expected":"'message' or 'status'"}}]})");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_object) {
  BOOST_TEST(faults_of("") == R"({"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]})");
  BOOST_TEST(faults_of("[1]").find("model_attributes_type") != std::string::npos);
  BOOST_TEST(faults_of(R"({"name":"a"})", "text/plain").find("model_attributes_type") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(query_values) {
  BOOST_TEST(query_faults("n=5&flag=True").empty());
  BOOST_TEST(query_faults("n=0.5") ==
             R"({"detail":[{"type":"int_parsing","loc":["query","n"],"msg":"Input should be a valid integer, unable )"
             R"(to parse string as an integer","input":"0.5"}]})");
  BOOST_TEST(query_faults("n=-1").empty());
  BOOST_TEST(query_faults("flag=maybe").find("bool_parsing") != std::string::npos);
}

}  // namespace
}  // namespace lstarget
