// What `/metrics` says of lsrun itself. The counts of the load are held against a run's by
// tests/e2e/prometheus_test.py.
#include <boost/test/unit_test.hpp>

#include "prometheus/exporter.hpp"

using namespace lsrun;

namespace {

std::string of_generator(const std::optional<metrics::generator_sample>& sample) {
  const report::accumulator run(std::make_shared<metrics::registry>(), {});
  prometheus::levels levels;
  levels.generator = sample;
  return prometheus::exposition(prometheus::format::open_metrics, run, levels);
}
bool has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_generators_own_figures_are_those_of_the_last_second) {
  const std::string text = of_generator(metrics::generator_sample{0.25, 4096, 20, 7, 38});
  for (const char* line :
       {"lsrun_generator_cpu_cores 0.25", "lsrun_generator_resident_memory_bytes 4096", "lsrun_generator_open_files 20",
        "lsrun_generator_connections 7", "# UNIT lsrun_generator_wake_pause_seconds seconds",
        "lsrun_generator_wake_pause_seconds 3.8e-05"})
    BOOST_TEST(has(text, line), line << " is not in " << text);
}

BOOST_AUTO_TEST_CASE(no_pause_is_a_figure_and_what_was_not_sampled_is_none) {
  BOOST_TEST(has(of_generator(metrics::generator_sample{}), "lsrun_generator_wake_pause_seconds 0"));
  BOOST_TEST(of_generator({}).find("lsrun_generator") == std::string::npos);
}
