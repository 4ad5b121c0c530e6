// The run so far: the sum of its intervals, kept in bounded memory however long the run is. Fed live by the runner,
// or from a journal; gives the live line, the alerts their figures, and at the end the run report.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/expression.hpp"
#include "metrics/interval.hpp"
#include "metrics/registry.hpp"

namespace lsrun::report {

// Who ran what: the parts of the report that are not counted.
struct run_facts {
  std::string id, name, lsrun_version, command, effective_toml;
  std::string started_utc, ended_utc;  // 2026-01-01T12:00:00.000Z
  std::string target_url;
  double time_scale = 1;
  std::uint64_t seed = 0;
  std::uint32_t threads = 1;
  std::string config_json;  // the plan as a JSON object (secrets masked)
  std::uint64_t planned_sessions = 0;
  double planned_s = 0;
  struct phase {
    std::string name;
    double start_s = 0, end_s = 0;
    std::uint64_t sessions = 0;
  };
  std::vector<phase> phases;            // planned
  std::vector<std::string> thresholds;  // expressions
  std::string environment_json;         // machine: cores, memory, kernel, open-file limit
};

enum class validity { valid, generator_limited, target_lost, interrupted };

struct alert_span {
  std::string expression;
  double from_s = 0;
  std::optional<double> to_s;
  double worst = 0;
};

struct ending {  // how it came to an end
  validity how = validity::valid;
  std::vector<std::string> reasons;
  std::vector<std::string> broken_laws;  // laws that the caller found broken; document() checks its own besides
  std::vector<alert_span> alerts;
  std::uint64_t peak_rss_bytes = 0;
  double cpu_s = 0;              // of lsrun
  double bytes_per_session = 0;  // user-space memory per session slot; 0: not measured
  std::string ended_utc;         // "": run_facts::ended_utc
};

struct run_view;

class accumulator {
 public:
  accumulator(std::shared_ptr<const metrics::registry>, run_facts);
  ~accumulator();

  static constexpr double window_most_s = 600;
  // Of the last seconds only so many are kept by themselves, as the longest window that value() will be asked for
  // needs; without this call window_most_s, which is also the most. 0: none will be asked for.
  void keep_window(double seconds);

  void add(const metrics::interval&);  // in the order of time

  // The value of an expression's metric now; nullopt if it was not measured. Over the whole run, or over the last
  // `window_s` seconds (alerts look at their own `for` span, at least 1 s; at most 10 min back are kept).
  // A gauge without a function gives the level that is hardest for the comparison: the greatest for `<`, the least for
  // `>`, so that `target.rss > 6GiB for 30s` holds only if it held all that time.
  std::optional<double> value(const metrics::expression&, std::optional<double> window_s = std::nullopt) const;
  const metrics::interval& total() const;

  run_facts& facts();
  run_view view() const;  // valid until the next add()

  // The run report, schema lsrun-report/1, as JSON text. Judges the thresholds and the conservation laws, chooses the
  // advice, sets verdict and exit code (`exit_code` gets it).
  std::string document(const ending&, int& exit_code) const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

// report.schema.json, compiled in.
std::string_view schema();

}  // namespace lsrun::report
