// One function for each finding; each speaks only if its figures call for it.
#include "report/advice.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "metrics/ratios.hpp"
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
std::string bytes(double n) { return time::format_size(static_cast<std::uint64_t>(std::max(0.0, n))); }

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
  std::string of_requests(std::uint64_t n) const {
    return format_count(n) + " of " + format_count(requests_.total()) + " requests (" +
           format_ratio(static_cast<double>(n) / static_cast<double>(std::max<std::uint64_t>(1, requests_.total()))) +
           ")";
  }
  // The most frequent failure with one of these outcomes, as words; "" if there is none.
  template <class Wanted>
  std::string most_frequent(Wanted wanted) const {
    const metrics::failure* most = nullptr;
    for (const auto& f : total_.failures)
      if (wanted(f.outcome) && (!most || f.count > most->count)) most = &f;
    if (!most) return "";
    std::string text(model::name(most->outcome));
    if (most->status != 0) text += " " + std::to_string(most->status);
    if (most->operation != metrics::no_operation) text += " of " + operation_name(run_.names, most->operation);
    if (!most->message.empty()) text += " \"" + most->message + "\"";
    return text + ", " + format_count(most->count) + " times";
  }

  void rate_limited_often() {
    const auto ratio = metrics::rate_limit_ratio(requests_);
    if (!ratio || (*ratio <= refused_often && !crossed("rate_limit_ratio")) || *ratio == 0) return;
    const metrics::address_figures* most = nullptr;
    for (const auto& a : total_.addresses)
      if (!most || a.requests[rate_limited] > most->requests[rate_limited]) most = &a;
    std::string evidence = of_requests(requests_[rate_limited]) + " were refused (429)";
    if (most)
      evidence += "; most at " + address_name(run_.names, most->address) + ": " +
                  format_count(most->requests[rate_limited]) + " of " + format_count(most->requests.total()) +
                  " requests of " + operation_name(run_.names, most->operation);
    found_.push_back({"The target refuses requests too often", evidence,
                      "Spread the load over more client addresses ([pool] count) or lower the rate ([rate] base, or a "
                      "larger [limits] headroom).",
                      "rate"});
  }

  void success_too_low() {
    const auto ratio = metrics::success_ratio(total_.steps.ended);
    const bool asked = crossed("success_ratio") || crossed("system_success_ratio") || crossed("system_failure_ratio");
    if (!ratio || (*ratio >= success_low && !asked)) return;
    std::string evidence = format_count(total_.steps.failed) + " of " + format_count(total_.steps.ended.total()) +
                           " steps failed, success " + format_ratio(*ratio);
    const std::string most = most_frequent([](model::outcome o) { return o != rate_limited; });
    if (!most.empty()) evidence += "; most frequent: " + most;
    found_.push_back({"Too few steps end well", evidence,
                      "Look at the target's resources (processor, memory, worker processes) and its database "
                      "(connections, slow queries) at the times in the failures' table.",
                      "requests"});
  }

  void slow() {
    const bool p_crossed = crossed("response_time") || crossed("service_time");
    if (!p_crossed) return;
    const histogram h = metrics::response_times_of(total_);
    std::string evidence =
        "p50 " + micros(h.percentile(50)) + ", p95 " + micros(h.percentile(95)) + ", p99 " + micros(h.percentile(99));
    for (const auto& t : thresholds_)
      if (!t.holds && t.observed && !t.note.empty()) evidence += "; " + t.note;
    found_.push_back({"Answers are too slow", evidence,
                      "See whether the time is lost on the network (compare with a client beside the target) or in the "
                      "target: the language model's latency and queue, the database, a full processor.",
                      "latency"});
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
    found_.push_back({"The first turn is slower than the rest",
                      "p95 of the first turn " + micros(first.percentile(95)) + ", of later turns " +
                          micros(rest.percentile(95)) + " (" + format_number(times) + " times as long)",
                      "Each session makes something then, its agent or its caches: make it ahead of time, or spread "
                      "the starts of sessions over a longer phase.",
                      "turns"});
  }

  void waits_for_permits() {
    const histogram& wait = total_.throttle_wait;
    if (wait.empty() || (wait.percentile(95) < wait_long_us && !crossed("throttle_wait"))) return;
    found_.push_back({"Steps wait long for their permits",
                      "throttle wait p50 " + micros(wait.percentile(50)) + ", p95 " + micros(wait.percentile(95)) +
                          ", longest " + micros(wait.max()),
                      "The load is bounded by the limits and not by the target: use more client addresses, fewer "
                      "sessions or a longer think time, if more load is wanted.",
                      "rate"});
  }

  void creation_slow() {
    if (!crossed("sessions_created_per_s")) return;
    const auto rate = sessions_created_per_s(total_);
    const auto& s = total_.sessions;
    found_.push_back({"Sessions are created too slowly",
                      format_count(s.opened) + " sessions opened in " +
                          time::format_duration(time::from_seconds(total_.creating_s)) + " of creating (" +
                          format_number(rate.value_or(0)) + "/s), " + format_count(s.failed_to_open) +
                          " could not be opened",
                      "Raise what limits creation: more client addresses (each has its own create_session limit), a "
                      "longer startup or growth phase, or a faster creation on the target.",
                      "sessions"});
  }

  void connections() {
    if (requests_[connect_error] == 0) return;
    const std::string most = most_frequent([](model::outcome o) { return o == connect_error; });
    found_.push_back({"Connections could not be made",
                      of_requests(requests_[connect_error]) + "; most frequent: " + most,
                      "See whether the target was running, its listen queue and its open-file limit, and whether this "
                      "machine has ports left for each client address.",
                      "requests"});
  }

  void business() {
    const auto share = static_cast<double>(requests_[business_error]) /
                       static_cast<double>(std::max<std::uint64_t>(1, metrics::judged(requests_)));
    if (share < some_share) return;
    found_.push_back({"The target refuses by its own rules",
                      of_requests(requests_[business_error]) + " ended as a business error",
                      "They count as success of the system. See whether the tenants' ids, the agents and the messages "
                      "of this run are those that the target expects.",
                      "requests"});
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
    found_.push_back({"The target's processor is full",
                      "mean " + format_ratio(most) + " of a core in phase " + phase_name(run_, busiest) +
                          (every_core ? ", all " + format_number(all) + " cores of the machine" : ", one core"),
                      every_core
                          ? "The target needs a larger machine or less work for each request."
                          : "It works on one core: give it more worker processes, if the machine has cores left.",
                      "target"});
  }

  void target_memory() {
    const level& rss = run_.whole.sampled[gauge::target_rss];
    if (!rss.measured || rss.last < rss.first * grown || rss.last - rss.first < grown_bytes) return;
    std::string evidence = "resident memory of the target " + bytes(rss.first) + " at the start, " + bytes(rss.last) +
                           " at the end, at most " + bytes(rss.most);
    if (total_.sessions.opened > 0)
      evidence += "; " + bytes((rss.last - rss.first) / static_cast<double>(total_.sessions.opened)) +
                  " for each session opened";
    found_.push_back({"The target's memory grows", evidence,
                      "Look at what stays after a session is deleted, and whether sessions are deleted or expire at "
                      "all; an endurance run tells a leak from warming up.",
                      "target"});
  }

  bool leak() {
    const auto& v = leak_;
    if (!v || v->word != leak_word::suspected) return false;
    std::string evidence = "resident memory of the target grows by " + bytes(v->bytes_per_hour) + " an hour (95 % " +
                           bytes(v->least) + " to " + bytes(v->most) + ") from " +
                           time::format_duration(time::from_seconds(v->from_s)) + " to " +
                           time::format_duration(time::from_seconds(v->to_s));
    if (v->bytes_per_session) evidence += ", " + bytes(*v->bytes_per_session) + " for each session opened";
    found_.push_back({"The target's memory leaks, it seems", evidence,
                      "Look at what stays after a session is deleted or expires; clean up sessions more often if "
                      "they are what stays.",
                      "target"});
    return true;
  }

  void recovery() {
    const auto& v = recovery_;
    if (!v || v->seconds) return;
    found_.push_back({"The target did not recover from the burst",
                      "before it success " + format_ratio(v->success_before) + ", p95 " +
                          time::format_duration(time::from_seconds(v->p95_before_s)) +
                          "; neither came back within 20 % together after " + v->burst,
                      "See what is still queued in the target when the burst is over: requests nobody waits for any "
                      "longer, a full connection pool, sessions that were not closed.",
                      "latency"});
  }

  void missed() {
    // A few are chance: a slot that came just when the only session of an address was busy.
    if (total_.missed_turns * 50 <= total_.steps.started) return;
    found_.push_back({"Planned turns found no free session", format_count(total_.missed_turns) + " turns were missed",
                      "The target answers too slowly for the planned rate, or there are too few sessions for it: raise "
                      "[sessions] max or lower [rate] base.",
                      "sessions"});
  }

  void own_lag() {
    const std::int64_t lag = total_.lag.percentile(99);
    if (lag < lag_long_us && end_.how != validity::generator_limited) return;
    std::string evidence = "lag p99 " + micros(lag) + ", longest " + micros(total_.lag.max());
    const level& cpu = run_.whole.sampled[gauge::generator_cpu];
    if (cpu.measured) evidence += ", lsrun used up to " + format_ratio(cpu.most) + " of a core";
    found_.push_back({"lsrun itself was late", evidence,
                      "Give it more threads ([run] threads) or a quieter machine, or lower the load; figures of this "
                      "run include its own lateness.",
                      "generator"});
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
