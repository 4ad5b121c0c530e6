// Rules about the load: rates, phases, retries, weights.
#include <algorithm>

#include "config/rule_context.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

class load_rules : private rule_context {
 public:
  explicit load_rules(const rule_context& context) : rule_context(context) {}

  void run() {
    rate_rules();
    phase_rules();
    retry_rules();
    weight_rules();
  }

 private:
  void rate_rules() {
    const auto& r = plan_.rate;
    if (r.lower_above <= r.raise_below && !bad("rate", "lower_above") && !bad("rate", "raise_below"))
      fail(at("rate", written("rate", "lower_above") ? "lower_above" : "raise_below"),
           "`lower_above` (" + time::format_ratio(r.lower_above) + ") must be more than `raise_below` (" +
               time::format_ratio(r.raise_below) + ")",
           "else the rate would be lowered and raised at once");
    if (r.least > r.most && !bad("rate", "least") && !bad("rate", "most"))
      fail(at("rate", written("rate", "least") ? "least" : "most"),
           "`least` (" + time::format_number(r.least) + ") is more than `most` (" + time::format_number(r.most) + ")");
  }

  void phase_rules() {
    std::uint64_t before = 0, peak = 0;
    bool any_good = true;  // no phase's number is in error
    const value* list = root_.find("phases");
    for (std::size_t i = 0; i < plan_.phases.size(); ++i) {
      auto& phase = plan_.phases[i];
      const value* entry = list && i < list->items.size() ? &list->items[i] : nullptr;
      const value* n = entry ? entry->find("sessions") : nullptr;
      const bool given = n && !n->where.file.empty();
      const place where = given ? n->where : phase.where;
      any_good = any_good && !bad(where);
      if (phase.sessions > plan_.sessions.max && phase.sessions != before && !bad("sessions", "max"))
        fail(where,
             "phase `" + phase.name + "` wants " + std::to_string(phase.sessions) + " sessions, but sessions.max is " +
                 std::to_string(plan_.sessions.max),
             "raise `max` in [sessions] or lower this");
      if (phase.shape == ramp::hold && given && phase.sessions != before && !bad(where))
        fail(where,
             "phase `" + phase.name + "` holds " + std::to_string(before) + " sessions, but says " +
                 std::to_string(phase.sessions),
             "remove `sessions` here, or write ramp = \"linear\" or \"step\"");
      before = phase.sessions;
      peak = std::max(peak, phase.sessions);
    }
    if (!plan_.phases.empty() && peak == 0 && any_good && plan_.load.arrivals == load_shape::arrivals_kind::closed)
      fail(plan_.phases.front().where, "no phase has a session",
           "write `sessions` in [[phases]], or let them arrive: [load] arrivals = \"poisson(2/s)\"");
  }

  void retry_rules() {
    if (plan_.retry.first > plan_.retry.most && !bad("retry", "first") && !bad("retry", "most"))
      fail(at("retry", written("retry", "first") ? "first" : "most"),
           "`first` (" + time::exact_duration(plan_.retry.first) + ") is longer than `most` (" +
               time::exact_duration(plan_.retry.most) + ")");
  }

  template <class List>
  void weights(const List& list, const place& where, const std::string& title) {
    double sum = 0;
    for (const auto& one : list) sum += one.weight;
    if (!list.empty() && sum <= 0)
      fail(where, "all weights of " + title + " are 0", "give at least one a weight above 0");
  }
  void weight_rules() {
    weights(plan_.scenarios, plan_.scenarios.empty() ? place{} : plan_.scenarios.front().where, "the scenarios");
    const value* list = root_.find("tenants");
    weights(plan_.tenants, list ? list->where : place{}, "[[tenants]]");
  }
};

}  // namespace

void check_load(const rule_context& context) { load_rules(context).run(); }

}  // namespace lsrun::config
