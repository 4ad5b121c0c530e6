// Judging, and for a crossed threshold on response time the places where it was worst.
#include "report/thresholds.hpp"

#include <algorithm>

#include "time/units.hpp"

namespace lsrun::report {
namespace {

using metrics::expression;

std::optional<double> observe(const run_view& run, const expression& e) {
  if (e.phase.empty()) return value_of(e, run.whole, run.names);
  for (std::uint32_t i = 0; i < run.phases.size(); ++i)
    if (phase_name(run, i) == e.phase) return value_of(e, run.phases[i], run.names);
  return std::nullopt;
}

// The name and value of the worst among rows of figures with a response time.
class worst {
 public:
  explicit worst(const expression& e) : function_{e.function} {}
  void consider(const metrics::histogram& h, const std::string& name) {
    const auto value = function_of(h, function_);
    if (!value || h.count() < enough_) return;
    ++seen_;
    if (*value <= most_) return;
    most_ = *value;
    name_ = name;
  }
  // "" when there is nothing to tell apart.
  std::string text() const {
    if (seen_ < 2) return "";
    return name_ + " " + time::format_duration(static_cast<time::span>(most_) * time::microsecond);
  }

 private:
  static constexpr std::uint64_t enough_ = 100;  // fewer values say little
  std::string function_, name_;
  double most_ = -1;
  int seen_ = 0;
};

std::string where_worst(const run_view& run, const expression& e) {
  if (e.metric != "response_time" || e.function == "count" || !e.operation.empty() || !e.phase.empty()) return "";
  worst operation(e), turn(e), phase(e);
  const auto& total = run.whole.counts;
  for (std::uint32_t i = 0; i < total.operations.size(); ++i)
    operation.consider(total.operations[i].response_time, operation_name(run.names, i));
  for (std::size_t i = 0; i < total.turns.size(); ++i)
    turn.consider(total.turns[i].response_time, "turn " + std::to_string(i + 1));
  for (std::uint32_t i = 0; i < run.phases.size(); ++i)
    phase.consider(metrics::response_times_of(run.phases[i].counts), "phase " + phase_name(run, i));
  std::string text;
  for (const std::string& part : {operation.text(), turn.text(), phase.text()})
    if (!part.empty()) text += (text.empty() ? "worst in " : ", ") + part;
  return text;
}

threshold_result judge_one(const run_view& run, const std::string& text, const std::vector<std::string>& scenario) {
  threshold_result r;
  const auto parsed = metrics::parse_expression(text, false, scenario);
  if (!parsed) {
    r.asked.text = text;
    r.note = "not measured: " + parsed.error_text();
    return r;
  }
  r.asked = *parsed;
  r.unit = unit_of(r.asked, run.names);
  r.observed = observe(run, r.asked);
  if (!r.observed) {
    r.note = "not measured: the run has no value of " + r.asked.metric;
    return r;
  }
  r.holds = holds(r.asked, *r.observed);
  if (!r.holds) r.note = where_worst(run, r.asked);
  return r;
}

}  // namespace

bool holds(const expression& e, double observed) {
  using enum metrics::comparison;
  switch (e.compare) {
    case less:
      return observed < e.bound;
    case less_equal:
      return observed <= e.bound;
    case greater:
      return observed > e.bound;
    case greater_equal:
      return observed >= e.bound;
  }
  return false;
}

std::vector<threshold_result> judge(const run_view& run) {
  std::vector<std::string> scenario;
  for (const auto& m : run.names.scenario_metrics()) scenario.push_back(m.name);
  std::vector<threshold_result> results;
  for (const std::string& text : run.facts.thresholds) results.push_back(judge_one(run, text, scenario));
  return results;
}

}  // namespace lsrun::report
