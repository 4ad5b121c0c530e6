// `lsrun --list`: the named tests as a table, every figure from the config itself.
#include <algorithm>
#include <iostream>

#include "commands.hpp"
#include "metrics/expression.hpp"
#include "model/exit_code.hpp"
#include "named_tests.hpp"
#include "table.hpp"
#include "time/units.hpp"

namespace lsrun::cli {
namespace {

// The bound of the first threshold on this figure over the whole run; "-" without one.
std::string bound(const config::plan& p, std::string_view metric, bool at_most) {
  for (const auto& check : p.thresholds) {
    const auto e = metrics::parse_expression(check.expression, false);
    if (!e || e->metric != metric || !e->operation.empty() || !e->phase.empty() || !e->tenant.empty()) continue;
    const bool below = e->compare == metrics::comparison::less || e->compare == metrics::comparison::less_equal;
    if (below == at_most) return time::format_ratio(e->bound);
  }
  return "-";
}

std::vector<std::string> row_of(const named_test& test) {
  const auto loaded = config::load(test.file);
  if (!loaded)
    return {test.name,
            "",
            "",
            "",
            "",
            "",
            "does not load: " + std::to_string(loaded.problems.size()) +
                (loaded.problems.size() == 1 ? " error" : " errors") + " (lsrun --config " + test.file.string() +
                " --check)"};
  const config::plan& p = *loaded.plan;
  std::uint64_t peak = 0;
  for (const auto& phase : p.phases) peak = std::max(peak, phase.sessions);
  if (p.load.arrivals != config::load_shape::arrivals_kind::closed) peak = p.sessions.max;
  return {test.name,
          std::to_string(peak),
          time::format_duration(p.duration()),
          std::to_string(p.pool.count),
          bound(p, "rate_limit_ratio", true),
          bound(p, "success_ratio", false),
          p.description};
}

}  // namespace

std::string list_text(const std::vector<named_test>& tests) {
  table t({"name", "sessions", "length", "addresses", "429s at most", "success at least", ""}, {1, 2, 3, 4, 5});
  for (const auto& test : tests) t.add(row_of(test));
  return t.text();
}

int list_command(const command_line&) {
  const auto directories = config_path();
  const auto tests = named_tests(directories);
  if (tests.empty()) {
    std::cerr << "lsrun: there are no named tests in";
    for (const auto& directory : directories) std::cerr << ' ' << directory.string();
    std::cerr << "\n      put configs there, or name their directory in LSRUN_CONFIG_PATH\n";
    return model::exit_usage;
  }
  std::cout << list_text(tests);
  return model::exit_passed;
}

}  // namespace lsrun::cli
