// What Prometheus clients write is read as it was meant; what is no sample is left out and counted.
#include "metrics/exposition.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace lsrun::metrics;

namespace {

struct read_text {
  std::vector<exposed_sample> samples;
  std::size_t damaged = 0;
};

read_text read(std::string_view text) {
  read_text r;
  exposition_reader reader(text);
  for (exposed_sample s; reader.next(s);) r.samples.push_back(s);
  r.damaged = reader.damaged();
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exposition)

BOOST_AUTO_TEST_CASE(the_text_format_is_read_with_its_kinds_labels_and_timestamps) {
  const auto r = read(
      "# HELP http_requests_total The total number of HTTP requests.\n"
      "# TYPE http_requests_total counter\n"
      "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
      "http_requests_total{method=\"post\",code=\"400\",}    3\n"
      "\n"
      "# TYPE open gauge\n"
      "open -12.5e1\n"
      "without_kind\t7\r\n"
      "# TYPE took_seconds histogram\n"
      "took_seconds_bucket{le=\"+Inf\"} 144320\n"
      "took_seconds_sum 53423\n"
      "some {a = \"x\" , b=\"}\"} +Inf\n");
  BOOST_REQUIRE_EQUAL(r.samples.size(), 7u);
  BOOST_TEST(r.damaged == 0u);
  BOOST_TEST(r.samples[0].name == "http_requests_total");
  BOOST_TEST(r.samples[0].labels == "method=\"post\",code=\"200\"");
  BOOST_TEST(r.samples[0].value == 1027);
  BOOST_TEST((r.samples[0].kind == series_kind::counter && r.samples[1].kind == series_kind::counter));
  BOOST_TEST(r.samples[1].value == 3);
  BOOST_TEST(r.samples[2].value == -125);
  BOOST_TEST((r.samples[2].kind == series_kind::gauge && r.samples[3].kind == series_kind::unknown));
  BOOST_TEST((r.samples[4].kind == series_kind::other && r.samples[5].kind == series_kind::other));
  BOOST_TEST(std::isinf(r.samples[6].value));
}

BOOST_AUTO_TEST_CASE(open_metrics_is_read_with_its_suffixes_exemplars_and_end) {
  const auto r = read(
      "# TYPE foo counter\n"
      "# UNIT foo seconds\n"
      "foo_total 17.0 1520879607.789 # {id=\"counter-test\"} 5\n"
      "foo_created 1520872607.123\n"
      "# TYPE free gauge\n"
      "free NaN\n"
      "# EOF\n"
      "after_the_end 1\n");
  BOOST_REQUIRE_EQUAL(r.samples.size(), 3u);
  BOOST_TEST((r.samples[0].kind == series_kind::counter && r.samples[1].kind == series_kind::other));
  BOOST_TEST(r.samples[0].value == 17);
  BOOST_TEST(std::isnan(r.samples[2].value));
}

BOOST_AUTO_TEST_CASE(lines_that_are_no_samples_are_left_out_and_counted) {
  const auto r = read(
      "<!doctype html>\nname\nname \nname{ 1\nname{a=\"x} 1\nname{a=x} 1\nname{a=\"x\" b=\"y\"} 1\n9name 1\n"
      "name 1 2 3\nname 0x10\nname 1,5\nname --1\nname +-1\nname 1 soon\nname{}1e\ngood 1\n"
      "\xff\xfe\n{\"json\": 1}\nname{a=\"\\\"} 1");
  BOOST_REQUIRE_EQUAL(r.samples.size(), 1u);
  BOOST_TEST(r.samples[0].name == "good");
  BOOST_TEST(r.damaged == 18u);
  BOOST_TEST(read(std::string(100'000, '{')).damaged == 1u);
  BOOST_TEST(read(std::string("name 1e999999\n")).samples.size() == 1u);
  BOOST_TEST(read("").samples.empty());
}

BOOST_AUTO_TEST_CASE(escapes_in_labels_are_undone) {
  std::string_view labels = "path=\"C:\\\\DIR\\\\\",error=\"say \\\"no\\\"\\n\", odd = \"\\x\"", name;
  std::string value;
  BOOST_TEST(take_label(labels, name, value));
  BOOST_TEST(value == "C:\\DIR\\");
  BOOST_TEST(take_label(labels, name, value));
  BOOST_TEST(name == "error");
  BOOST_TEST(value == "say \"no\"\n");
  BOOST_TEST(take_label(labels, name, value));
  BOOST_TEST(value == "\\x");
  BOOST_TEST(!take_label(labels, name, value));
}

BOOST_AUTO_TEST_SUITE_END()
