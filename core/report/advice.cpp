// One function for each finding; each speaks only if its figures call for it.
#include "report/advice.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "metrics/ratios.hpp"
#include "model/whole.hpp"
#include "time/units.hpp"

namespace lsrun::report {
namespace {

using metrics::histogram;
using metrics::outcome_counts;
using time::format_count;
using time::format_number;
using time::format_ratio;
using enum model::outcome;

// From these on a finding is worth a line even if no threshold asks for it.
constexpr double refused_often = 0.10, success_low = 0.90, some_share = 0.01;
constexpr std::int64_t wait_long_us = 1'000'000, lag_long_us = 100'000;
constexpr double slower_turn = 2, grown = 1.2, core_full = 0.9, core_more = 1.1;
constexpr std::uint64_t enough_values = 20;
constexpr double grown_bytes = 32.0 * 1024 * 1024;

std::string micros(std::int64_t us) { return time::format_duration(us * time::microsecond); }
std::string bytes(double n) { return time::format_size(model::whole(n)); }

class adviser {
 public:
  adviser(const run_view& run, const std::vector<threshold_result>& thresholds, const ending& end,
          const std::optional<leak_verdict>& leak, const std::optional<recovery_verdict>& recovery)
      : run_{run},
        total_{run.whole.counts},
        requests_{metrics::requests_of(total_)},
        thresholds_{thresholds},
        end_{end},
        leak_{leak},
        recovery_{recovery} {}

  std::vector<advice> all() {
    rate_limited_often();
    success_too_low();
    slow();
    first_turn();
    waits_for_permits();
    creation_slow();
    connections();
    business();
    target_cpu();
    if (!leak()) target_memory();
    recovery();
    missed();
    own_lag();
    return std::move(found_);
  }

 private:
  bool crossed(std::string_view metric) const {
    return std::any_of(thresholds_.begin(), thresholds_.end(),
                       [&](const threshold_result& t) { return t.asked.metric == metric && !t.holds && t.observed; });
  }
  // A clause about a share of all requests.
  clause of_requests(std::string_view id, std::uint64_t n) const {
    const auto all = static_cast<double>(std::max<std::uint64_t>(1, requests_.total()));
    return {id,
            {{"n", format_count(n)},
             {"all", format_count(requests_.total())},
             {"share", format_ratio(static_cast<double>(n) / all)}}};
  }
  // The most frequent failure with one of these outcomes; nothing if there is none.
  template <class Wanted>
  void most_frequent(std::vector<clause>& evidence, Wanted wanted) const {
    const metrics::failure* most = nullptr;
    for (const auto& f : total_.failures)
      if (wanted(f.outcome) && (!most || f.count > most->count)) most = &f;
    if (!most) return;
    std::string text(model::name(most->outcome));
    if (most->status != 0) text += " " + std::to_string(most->status);
    if (most->operation != metrics::no_operation) text += " of " + operation_name(run_.names, most->operation);
    if (!most->message.empty()) text += " \"" + most->message + "\"";
    evidence.push_back({"most_frequent", {{"failure", text}, {"n", format_count(most->count)}}});
  }
  void found(std::string_view id, std::vector<clause> evidence) { found_.push_back(in_words(id, std::move(evidence))); }

  void rate_limited_often() {
    const auto ratio = metrics::rate_limit_ratio(requests_);
    if (!ratio || (*ratio <= refused_often && !crossed("rate_limit_ratio")) || *ratio == 0) return;
    const metrics::address_figures* most = nullptr;
    for (const auto& a : total_.addresses)
      if (!most || a.requests[rate_limited] > most->requests[rate_limited]) most = &a;
    std::vector<clause> evidence{of_requests("refused", requests_[rate_limited])};
    if (most)
      evidence.push_back({"refused_most_at",
                          {{"address", address_name(run_.names, most->address)},
                           {"n", format_count(most->requests[rate_limited])},
                           {"all", format_count(most->requests.total())},
                           {"operation", operation_name(run_.names, most->operation)}}});
    found("rate_limited_often", std::move(evidence));
  }

  void success_too_low() {
    const auto ratio = metrics::success_ratio(total_.steps.ended);
    const bool asked = crossed("success_ratio") || crossed("system_success_ratio") || crossed("system_failure_ratio");
    if (!ratio || (*ratio >= success_low && !asked)) return;
    std::vector<clause> evidence{{"steps_failed",
                                  {{"n", format_count(total_.steps.failed)},
                                   {"all", format_count(total_.steps.ended.total())},
                                   {"success", format_ratio(*ratio)}}}};
    most_frequent(evidence, [](model::outcome o) { return o != rate_limited; });
    found("success_low", std::move(evidence));
  }

  void slow() {
    if (!crossed("response_time") && !crossed("service_time")) return;
    const histogram h = metrics::response_times_of(total_);
    std::vector<clause> evidence{
        {"percentiles",
         {{"p50", micros(h.percentile(50))}, {"p95", micros(h.percentile(95))}, {"p99", micros(h.percentile(99))}}}};
    for (const auto& t : thresholds_)
      if (!t.holds && t.observed && !t.note.empty()) evidence.push_back({"note", {{"note", t.note}}});
    found("slow", std::move(evidence));
  }

  void first_turn() {
    if (total_.turns.size() < 2) return;
    const histogram& first = total_.turns[0].response_time;
    histogram rest;
    for (std::size_t i = 1; i < total_.turns.size(); ++i) rest.add(total_.turns[i].response_time);
    if (first.count() < enough_values || rest.count() < enough_values) return;
    const double times =
        static_cast<double>(first.percentile(95)) / static_cast<double>(std::max<std::int64_t>(1, rest.percentile(95)));
    if (times < slower_turn) return;
    found("first_turn", {{"first_turn",
                          {{"first", micros(first.percentile(95))},
                           {"later", micros(rest.percentile(95))},
                           {"times", format_number(times)}}}});
  }

  void waits_for_permits() {
    const histogram& wait = total_.throttle_wait;
    if (wait.empty() || (wait.percentile(95) < wait_long_us && !crossed("throttle_wait"))) return;
    found("permits_wait", {{"throttle_wait",
                            {{"p50", micros(wait.percentile(50))},
                             {"p95", micros(wait.percentile(95))},
                             {"longest", micros(wait.max())}}}});
  }

  void creation_slow() {
    if (!crossed("sessions_created_per_s")) return;
    const auto& s = total_.sessions;
    found("creation_slow", {{"created",
                             {{"n", format_count(s.opened)},
                              {"span", time::format_duration(time::from_seconds(total_.creating_s))},
                              {"rate", format_number(sessions_created_per_s(total_).value_or(0))},
                              {"failed", format_count(s.failed_to_open)}}}});
  }

  void connections() {
    if (requests_[connect_error] == 0) return;
    std::vector<clause> evidence{of_requests("no_connection", requests_[connect_error])};
    most_frequent(evidence, [](model::outcome o) { return o == connect_error; });
    found("connections", std::move(evidence));
  }

  void business() {
    const auto share = static_cast<double>(requests_[business_error]) /
                       static_cast<double>(std::max<std::uint64_t>(1, metrics::judged(requests_)));
    if (share >= some_share) found("business", {of_requests("business", requests_[business_error])});
  }

  void target_cpu() {
    std::uint32_t busiest = 0;
    double most = 0;
    for (std::uint32_t i = 0; i < run_.phases.size(); ++i)
      if (const double mean = run_.phases[i].sampled[gauge::target_cpu].mean();
          mean > most + 0.005) {  // the first of equals
        most = mean;
        busiest = i;
      }
    const double all = cores();
    const bool every_core = all > 0 && most >= core_full * all;
    const bool one_core = most >= core_full && most <= core_more;
    if (!every_core && !one_core) return;
    std::vector<clause> evidence{
        {"busiest_phase", {{"cpu", format_ratio(most)}, {"phase", phase_name(run_, busiest)}}}};
    if (every_core)
      evidence.push_back({"every_core", {{"cores", format_number(all)}}});
    else
      evidence.push_back({"one_core", {}});
    found(every_core ? "target_full" : "target_one_core", std::move(evidence));
  }

  void target_memory() {
    const level& rss = run_.whole.sampled[gauge::target_rss];
    if (!rss.measured || rss.last < rss.first * grown || rss.last - rss.first < grown_bytes) return;
    std::vector<clause> evidence{
        {"memory", {{"start", bytes(rss.first)}, {"end", bytes(rss.last)}, {"most", bytes(rss.most)}}}};
    if (total_.sessions.opened > 0)
      evidence.push_back(per_session((rss.last - rss.first) / static_cast<double>(total_.sessions.opened)));
    found("memory_grows", std::move(evidence));
  }
  static clause per_session(double n) { return {"per_session", {{"bytes", bytes(n)}}}; }

  bool leak() {
    const auto& v = leak_;
    if (!v || v->word != leak_word::suspected) return false;
    std::vector<clause> evidence{{"leak",
                                  {{"per_hour", bytes(v->bytes_per_hour)},
                                   {"least", bytes(v->least)},
                                   {"most", bytes(v->most)},
                                   {"from", time::format_duration(time::from_seconds(v->from_s))},
                                   {"to", time::format_duration(time::from_seconds(v->to_s))}}}};
    if (v->bytes_per_session) evidence.push_back(per_session(*v->bytes_per_session));
    found("memory_leaks", std::move(evidence));
    return true;
  }

  void recovery() {
    const auto& v = recovery_;
    if (!v || v->seconds) return;
    found("not_recovered", {{"not_recovered",
                             {{"success", format_ratio(v->success_before)},
                              {"p95", time::format_duration(time::from_seconds(v->p95_before_s))},
                              {"phase", v->burst}}}});
  }

  void missed() {
    // A few are chance: a slot that came just when the only session of an address was busy.
    if (total_.missed_turns * 50 <= total_.steps.started) return;
    found("turns_missed", {{"turns_missed", {{"n", format_count(total_.missed_turns)}}}});
  }

  void own_lag() {
    const std::int64_t lag = total_.lag.percentile(99);
    if (lag < lag_long_us && end_.how != validity::generator_limited) return;
    std::vector<clause> evidence{{"lag", {{"p99", micros(lag)}, {"longest", micros(total_.lag.max())}}}};
    const level& cpu = run_.whole.sampled[gauge::generator_cpu];
    if (cpu.measured) evidence.push_back({"own_cpu", {{"cpu", format_ratio(cpu.most)}}});
    found("own_lag", std::move(evidence));
  }

  // The machine's cores by the environment, 0 if unknown.
  double cores() const {
    boost::json::error_code fault;
    const auto v = boost::json::parse(run_.facts.environment_json.empty() ? "{}" : run_.facts.environment_json, fault);
    if (fault || !v.is_object()) return 0;
    const auto* n = v.get_object().if_contains("cores");
    return n && n->is_number() ? n->to_number<double>() : 0;
  }

  const run_view& run_;
  const metrics::interval& total_;
  outcome_counts requests_;
  const std::vector<threshold_result>& thresholds_;
  const ending& end_;
  const std::optional<leak_verdict>& leak_;
  const std::optional<recovery_verdict>& recovery_;
  std::vector<advice> found_;
};

}  // namespace

std::vector<advice> advise(const run_view& run, const std::vector<threshold_result>& thresholds, const ending& end,
                           const std::optional<leak_verdict>& leak, const std::optional<recovery_verdict>& recovery) {
  return adviser(run, thresholds, end, leak, recovery).all();
}

}  // namespace lsrun::report
