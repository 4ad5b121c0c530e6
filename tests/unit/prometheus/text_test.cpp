// Metric families as text, in both formats. That Prometheus reads them is for the end-to-end test to show.
#include "prometheus/text.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

namespace {

using namespace lsrun;
using prometheus::format;

}  // namespace

BOOST_AUTO_TEST_CASE(the_accept_header_decides_on_the_format) {
  BOOST_TEST(
      (prometheus::format_for("application/openmetrics-text;version=1.0.0,text/plain;q=0.5") == format::open_metrics));
  for (const char* other : {"", "*/*", "text/plain", "text/html"})
    BOOST_TEST((prometheus::format_for(other) == format::text_0_0_4), other);
}

BOOST_AUTO_TEST_CASE(a_counter_is_named_with_its_total_where_the_format_wants_it) {
  for (const auto& [f, expected] :
       {std::pair{format::open_metrics,
                  "# HELP a Things.\n# TYPE a counter\na_total{kind=\"x\",of=\"y\"} 3\na_total 4\n# EOF\n"},
        std::pair{format::text_0_0_4,
                  "# HELP a_total Things.\n# TYPE a_total counter\na_total{kind=\"x\",of=\"y\"} 3\na_total 4\n"}}) {
    prometheus::text t(f);
    t.counter("a", "Things.");
    t.add(std::uint64_t{3}, {{"kind", "x"}, {"of", "y"}});
    t.add(std::uint64_t{4});
    BOOST_TEST(t.end() == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_unit_is_said_where_the_format_knows_units) {
  for (const auto& [f, expected] :
       {std::pair{format::open_metrics,
                  "# HELP a_bytes Memory.\n# TYPE a_bytes gauge\n# UNIT a_bytes bytes\na_bytes 0.5\n# EOF\n"},
        std::pair{format::text_0_0_4, "# HELP a_bytes Memory.\n# TYPE a_bytes gauge\na_bytes 0.5\n"}}) {
    prometheus::text t(f);
    t.gauge("a_bytes", "Memory.", "bytes");
    t.add(0.5);
    BOOST_TEST(t.end() == expected);
  }
}

BOOST_AUTO_TEST_CASE(buckets_add_up_end_with_all_and_the_sum_is_in_seconds) {
  metrics::histogram h;
  h.record(50, 2);       // below the first bound
  h.record(1000);        // at a bound
  h.record(2'000'000);   // 2 s
  h.record(90'000'000);  // above the last bound
  prometheus::text t(format::open_metrics);
  t.histogram("a_seconds", "Times.");
  t.add(h, {{"of", "x"}});
  const std::string text = t.end();
  const auto has = [&](const std::string& line) {
    BOOST_TEST(text.find("\n" + line + "\n") != std::string::npos, line << " is not in " << text);
  };
  has("a_seconds_bucket{of=\"x\",le=\"0.0001\"} 2");
  has("a_seconds_bucket{of=\"x\",le=\"0.0005\"} 2");
  has("a_seconds_bucket{of=\"x\",le=\"0.001\"} 3");
  has("a_seconds_bucket{of=\"x\",le=\"1\"} 3");
  has("a_seconds_bucket{of=\"x\",le=\"2.5\"} 4");
  has("a_seconds_bucket{of=\"x\",le=\"60\"} 4");
  has("a_seconds_bucket{of=\"x\",le=\"+Inf\"} 5");
  has("a_seconds_count{of=\"x\"} 5");
  has("a_seconds_sum{of=\"x\"} 92.0011");
}

BOOST_AUTO_TEST_CASE(what_a_label_says_cannot_break_out_of_its_line) {
  prometheus::text t(format::open_metrics);
  t.gauge("a", "Back\\slash, \"quote\",\nline.");
  t.add(std::uint64_t{1}, {{"of", "x\"} 2\nb 3\\"}});
  BOOST_TEST(t.end() ==
             "# HELP a Back\\\\slash, \\\"quote\\\",\\nline.\n# TYPE a gauge\na{of=\"x\\\"} 2\\nb 3\\\\\"} 1\n# EOF\n");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_are_written_as_the_format_has_them) {
  prometheus::text t(format::text_0_0_4);
  t.gauge("a", "x");
  t.add(std::numeric_limits<double>::quiet_NaN());
  t.add(std::numeric_limits<double>::infinity());
  BOOST_TEST(t.end() == "# HELP a x\n# TYPE a gauge\na NaN\na +Inf\n");
}
