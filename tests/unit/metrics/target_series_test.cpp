// Which of the target's metrics are followed, and what a reading makes of them.
#include "metrics/target_series.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun::metrics;
using lsrun::time::second;

namespace {

std::string wrong(std::string_view text) {
  const auto parsed = parse_series(text);
  return parsed ? "" : parsed.error_text();
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

target_series followed(std::initializer_list<const char*> texts) {
  std::vector<series_selector> list;
  for (const char* t : texts) list.push_back(*parse_series(t));
  return target_series(std::move(list));
}

std::vector<std::string> chosen(std::string_view text) {
  std::vector<std::string> texts;
  for (const auto& s : choose_series(text)) texts.push_back(s.text);
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(series_of_the_target)

BOOST_AUTO_TEST_CASE(selectors_have_a_name_labels_and_a_rate) {
  BOOST_TEST(parse_series("queue_length")->name == "queue_length");
  const auto s = parse_series(" rate( jobs_total{ queue=\"a b\", state=\"x\\\"y\" } ) ");
  BOOST_REQUIRE(static_cast<bool>(s));
  BOOST_TEST(s->rate);
  BOOST_TEST(s->name == "jobs_total");
  BOOST_TEST(s->text == "rate( jobs_total{ queue=\"a b\", state=\"x\\\"y\" } )");
  BOOST_REQUIRE_EQUAL(s->labels.size(), 2u);
  BOOST_TEST(s->labels[1].second == "x\"y");
}

BOOST_AUTO_TEST_CASE(what_is_no_selector_says_why) {
  BOOST_TEST(holds(wrong("sum(x)"), "there is no function `sum`"));
  BOOST_TEST(holds(wrong("rate(x"), "closing `)`"));
  BOOST_TEST(holds(wrong("queue length"), "`queue length` is not the name of a metric"));
  BOOST_TEST(holds(wrong("x{a=\"b\""), "closing `}`"));
  BOOST_TEST(holds(wrong("x{a=~\"b\"}"), "only = is understood"));
  BOOST_TEST(holds(wrong("x{a=b}"), "only = is understood"));
  BOOST_TEST(holds(wrong("x{a=\"b\",a=\"c\"}"), "named twice"));
  for (const char* t : {"", " ", "rate()", "rate(", "{}", "}{", "x{", "(", ")"}) BOOST_TEST(wrong(t) != "", t);
}

BOOST_AUTO_TEST_CASE(units_follow_the_endings_of_names) {
  const auto unit = [](const char* text) { return std::string(unit_of(*parse_series(text))); };
  BOOST_TEST(unit("process_resident_memory_bytes") == "bytes");
  BOOST_TEST(unit("rate(process_cpu_seconds_total)") == "cores");
  BOOST_TEST(unit("rate(sent_bytes_total)") == "bytes/s");
  BOOST_TEST(unit("rate(requests_total)") == "1/s");
  BOOST_TEST(unit("oldest_seconds") == "s");
  BOOST_TEST(unit("hit_ratio") == "ratio");
  BOOST_TEST(unit("queue_length") == "number");
}

BOOST_AUTO_TEST_CASE(a_selector_adds_up_all_samples_that_have_its_labels) {
  auto s = followed({"jobs", "jobs{queue=\"a\"}", "jobs{queue=\"a\",state=\"idle\"}", "jobs{queue=\"c\"}", "other"});
  const auto r = s.read(
      "jobs{queue=\"a\",state=\"busy\"} 3\njobs{state=\"idle\",queue=\"a\"} 4\njobs{queue=\"b\"} 5\nnonsense\nother "
      "NaN\n",
      second);
  BOOST_TEST(r.samples == 4u);
  BOOST_TEST(r.damaged == 1u);
  BOOST_REQUIRE_EQUAL(r.values.size(), 5u);
  BOOST_TEST(*r.values[0] == 12);
  BOOST_TEST(*r.values[1] == 7);
  BOOST_TEST(*r.values[2] == 4);
  BOOST_TEST(!r.values[3].has_value());
  BOOST_TEST(!r.values[4].has_value());  // NaN is no value
  BOOST_TEST((r.found[0] != 0 && r.found[3] == 0));
}

BOOST_AUTO_TEST_CASE(a_rate_is_the_growth_between_two_readings_also_over_a_restart_and_a_gap) {
  auto s = followed({"rate(hits_total)", "hits_total"});
  BOOST_TEST(!s.read("hits_total{p=\"a\"} 100\n", 10 * second).values[0].has_value());
  BOOST_TEST(*s.read("hits_total{p=\"a\"} 104\n", 12 * second).values[0] == 2);
  // A label that was not there before began at 0.
  BOOST_TEST(*s.read("hits_total{p=\"a\"} 104\nhits_total{p=\"b\"} 3\n", 13 * second).values[0] == 3);
  // Restarted: smaller than before, so it began anew. The other is gone for a reading and does not begin again.
  BOOST_TEST(*s.read("hits_total{p=\"a\"} 5\n", 14 * second).values[0] == 5);
  BOOST_TEST(*s.read("hits_total{p=\"a\"} 5\nhits_total{p=\"b\"} 4\n", 15 * second).values[0] == 1);
  // No sample at all: no reading, and the next rate is that of the whole gap.
  BOOST_TEST(!s.read("", 16 * second).values[0].has_value());
  BOOST_TEST(*s.read("hits_total{p=\"a\"} 25\nhits_total{p=\"b\"} 4\n", 25 * second).values[0] == 2);
}

BOOST_AUTO_TEST_CASE(a_rate_follows_a_bounded_number_of_counters) {
  auto s = followed({"rate(x_total)"});
  const auto text = [](int each) {
    std::string t;
    for (std::size_t i = 0; i < target_series::most_counters + 500; ++i)
      t += "x_total{i=\"" + std::to_string(i) + "\"} " + std::to_string(each) + "\n";
    return t;
  };
  s.read(text(1), second);
  BOOST_TEST(*s.read(text(2), 2 * second).values[0] == target_series::most_counters);
}

BOOST_AUTO_TEST_CASE(without_a_wish_process_figures_and_what_waits_are_followed) {
  const auto list = chosen(
      "# TYPE go_goroutines gauge\ngo_goroutines 9\n"
      "# TYPE http_requests_in_flight gauge\nhttp_requests_in_flight{h=\"a\"} 1\nhttp_requests_in_flight{h=\"b\"} 1\n"
      "# TYPE job_queue_length gauge\njob_queue_length 4\n"
      "# TYPE queue_jobs_total counter\nqueue_jobs_total 4\n"
      "# TYPE queue_wait_seconds summary\nqueue_wait_seconds_sum 4\n"
      "# TYPE db_connections gauge\ndb_connections 4\n"
      "connections 3\npool_size 3\nprocess_open_fds 9\nprocess_cpu_seconds_total 1\n"
      "process_resident_memory_bytes 1e6\nprocess_start_time_seconds 1\n");
  const std::vector<std::string> wanted{"process_resident_memory_bytes",
                                        "rate(process_cpu_seconds_total)",
                                        "process_open_fds",
                                        "http_requests_in_flight",
                                        "job_queue_length",
                                        "db_connections",
                                        "pool_size"};
  BOOST_TEST(list == wanted, boost::test_tools::per_element());
  std::string many;
  for (int i = 0; i < 30; ++i)
    many += "queue_" + std::string(1, static_cast<char>('a' + i % 26)) +
            std::string(static_cast<std::size_t>(i / 26 + 1), 'x') + " 1\n";
  BOOST_TEST(chosen(many).size() == target_series::most_chosen);
  BOOST_TEST(chosen("up 1\n").empty());
}

BOOST_AUTO_TEST_CASE(what_is_chosen_late_has_no_rate_before_it_was_there_twice) {
  target_series s({});
  BOOST_TEST(s.read("up 1\n", second).values.empty());
  BOOST_TEST(!s.read("process_cpu_seconds_total 500\n", 2 * second).values[0].has_value());
  BOOST_TEST(*s.read("process_cpu_seconds_total 500.5\n", 3 * second).values[0] == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
