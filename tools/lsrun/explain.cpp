// `--explain`: the effective config with where each value came from, and the plan's arithmetic.
#include "explain.hpp"

#include <cmath>
#include <iostream>

#include "commands.hpp"
#include "config/effective.hpp"
#include "config/figures.hpp"
#include "load/arithmetic.hpp"
#include "model/exit_code.hpp"
#include "table.hpp"
#include "time/units.hpp"

namespace lsrun::cli {
namespace {

std::string rate_or(const std::optional<double>& per_second, const char* otherwise) {
  return per_second ? time::format_number(*per_second) + "/s" : otherwise;
}

// One unit a column, so that the eye can compare.
std::string per_minute(double per_second) { return time::format_number(per_second * 60) + "/min"; }

std::string count(double n) { return time::format_count(static_cast<std::uint64_t>(std::llround(n))); }

std::string config_text(const config::plan& p) {
  std::string out, title;
  table t({"", "", ""});
  const auto flush = [&] {
    out += t.text(2);
    t = table({"", "", ""});
  };
  for (const auto& v : config::effective_values(p)) {
    if (v.table != title) {
      flush();
      out += (title.empty() && out.empty() ? "" : "\n") + v.table + "\n";
      title = v.table;
    }
    t.add({v.key, "= " + v.text, v.origin});
  }
  flush();
  return out;
}

std::string limits_text(const load::figures& f, const load::estimate& e) {
  if (e.budgets.empty()) return "No limits: nothing but the sessions and the target's answers holds turns back.\n";
  table t({"operation", "an address", "all " + count(f.addresses), "an hour"}, {1, 2, 3});
  for (const auto& b : e.budgets)
    t.add({b.operation, per_minute(b.per_address), per_minute(b.pool), count(b.pool * 3600)});
  return "Permits, " + time::format_ratio(f.headroom) + " headroom taken off\n" + t.text(2);
}

std::string phases_text(const load::estimate& e) {
  table t({"phase", "length", "sessions", "to create", "permits", "turns wanted", "allowed", "expected"},
          {1, 2, 3, 4, 5, 6, 7});
  for (const auto& p : e.phases)
    t.add({p.name, time::format_duration(p.duration), std::to_string(p.from) + " to " + std::to_string(p.to),
           count(p.create), p.create_permits ? count(*p.create_permits) : "any",
           rate_or(p.turns_wanted, "back to back"), rate_or(p.turns_allowed, "any"),
           rate_or(p.turns_expected, "as answers come")});
  return "Phases\n" + t.text(2);
}

// Whether a scenario tells its target of a session's end may hang on its options, which are its own matter.
std::string closes_text(double sessions) {
  return sessions >= 0.5 ? ", and at most " + count(sessions) + " where sessions close" : "";
}

std::string totals_text(const load::figures& f, const load::estimate& e) {
  table t({"", ""});
  t.add({"sessions created",
         count(e.sessions_created) + (e.created_per_s ? ", " + time::format_number(*e.created_per_s * f.time_scale) +
                                                            "/s while they are created"
                                                      : "")});
  t.add({"turns", e.turns ? "about " + count(*e.turns) : "as many as the target answers"});
  t.add({"requests", e.requests ? "about " + count(*e.requests) + ", a turn counted as one (polls come on top)" +
                                      closes_text(e.sessions_closed)
                                : "as many as the target answers"});
  t.add({"sessions at the peak", count(static_cast<double>(e.peak_sessions))});
  t.add({"connections at the peak", "at most " + count(static_cast<double>(e.peak_connections))});
  return "Expected, if the target answers at once\n" + t.text(2);
}

std::string findings_text(const load::estimate& e) {
  std::string out;
  for (const auto& f : e.findings) {
    out += f.misfit ? "  x " : "  - ";
    if (!f.phase.empty()) out += "phase `" + f.phase + "` ";
    out += f.text + "\n";
    if (!f.advice.empty()) out += "    " + f.advice + "\n";
  }
  return std::string(e.fits() ? "The plan fits its limits.\n" : "The plan does not fit its limits.\n") + out;
}

}  // namespace

std::string explain_text(const config::plan& p) {
  const auto figures = config::figures_of(p);
  const auto estimate = load::estimate_of(figures);
  std::string out = config_text(p) + "\n" + limits_text(figures, estimate) + "\n" + phases_text(estimate) + "\n" +
                    totals_text(figures, estimate) + "\n" + findings_text(estimate);
  if (p.time_scale != 1)
    out += "\nTime scale " + time::format_number(p.time_scale) + ": the run takes " +
           time::format_duration(p.duration()) +
           "; times and rates above are the plan's own, sessions created a second the run's.\n";
  return out;
}

int explain_command(const command_line& line) {
  const auto plan = load_plan(line);
  if (!plan) return model::exit_usage;
  std::cout << explain_text(*plan);
  return model::exit_passed;
}

}  // namespace lsrun::cli
