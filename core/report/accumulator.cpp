// Takes intervals in, keeps bounded sums of them, and hands them to what judges and writes.
#include "report/accumulator.hpp"

#include <deque>

#include "metrics/rounding.hpp"
#include "report/document.hpp"

namespace lsrun::report {
namespace {

constexpr std::size_t adjustments_most = 5000, events_most = 1000;

// What phases are not asked for; with many addresses it would be most of their memory.
void drop_details(metrics::interval& i) {
  i.addresses.clear();
  i.failures.clear();
  i.adjustments.clear();
  i.events.clear();
  i.turns.clear();
  for (auto& o : i.operations) o.slowest.clear();
}

void add(span_figures& to, const metrics::interval& i) {
  to.counts.add_later(i);
  to.sampled.add(i);
  to.span_s += i.end_s - i.start_s;
}

}  // namespace

struct accumulator::impl {
  std::shared_ptr<const metrics::registry> names;
  run_facts facts;
  span_figures whole;
  std::vector<span_figures> phases;
  std::deque<moment> recent;
  timeline course;
  std::vector<level> series;
  std::uint64_t adjustments_left_out = 0;
  double window_s = window_most_s;

  run_view view() const { return {facts, *names, whole, phases, course, series, adjustments_left_out}; }

  span_figures window(double seconds, const std::string& phase) const {
    span_figures sum;
    // A second that lies in the window in part counts whole; a millisecond of overlap is the clock's jitter.
    const double from = whole.counts.end_s - seconds + 1e-3;
    for (auto m = recent.rbegin(); m != recent.rend() && m->counts.end_s > from; ++m) {
      if (!phase.empty() && phase_name(view(), m->counts.phase) != phase) continue;
      m->add_to(sum.counts);
      levels older = m->sampled;
      older.add(sum.sampled);
      sum.sampled = older;
      sum.span_s += m->counts.end_s - m->counts.start_s;
    }
    return sum;
  }
};

accumulator::accumulator(std::shared_ptr<const metrics::registry> names, run_facts facts)
    : impl_{std::make_unique<impl>()} {
  impl_->names = std::move(names);
  impl_->facts = std::move(facts);
}
accumulator::~accumulator() = default;
void accumulator::keep_window(double seconds) { impl_->window_s = std::min(seconds, window_most_s); }

void accumulator::add(const metrics::interval& counted) {
  impl& s = *impl_;
  metrics::interval i = counted;
  metrics::round_to_millionths(i);
  s.course.add(i);
  if (s.series.size() < i.series.values.size()) s.series.resize(i.series.values.size());
  for (std::size_t k = 0; k < i.series.values.size(); ++k)
    if (i.series.values[k]) s.series[k].add(*i.series.values[k], i.end_s - i.start_s);
  s.recent.emplace_back(i);
  while (s.recent.size() > 1 && s.recent.front().counts.start_s < i.end_s - s.window_s) s.recent.pop_front();
  report::add(s.whole, i);
  auto& adjustments = s.whole.counts.adjustments;
  if (adjustments.size() > adjustments_most) {
    s.adjustments_left_out += adjustments.size() - adjustments_most;
    adjustments.resize(adjustments_most);
  }
  auto& events = s.whole.counts.events;
  if (events.size() > events_most) events.resize(events_most);
  if (s.phases.size() <= i.phase) s.phases.resize(i.phase + 1);
  drop_details(i);
  report::add(s.phases[i.phase], i);
}

std::optional<double> accumulator::value(const metrics::expression& e, std::optional<double> window_s) const {
  const impl& s = *impl_;
  if (window_s) return value_of(e, s.window(std::max(1.0, *window_s), e.phase), *s.names);
  if (e.phase.empty()) return value_of(e, s.whole, *s.names);
  for (std::uint32_t i = 0; i < s.phases.size(); ++i)
    if (phase_name(s.view(), i) == e.phase) return value_of(e, s.phases[i], *s.names);
  return std::nullopt;
}

const metrics::interval& accumulator::total() const { return impl_->whole.counts; }
run_facts& accumulator::facts() { return impl_->facts; }
run_view accumulator::view() const { return impl_->view(); }

std::string accumulator::document(const ending& end, int& exit_code) const {
  return make_document(impl_->view(), end, exit_code);
}

std::string operation_name(const metrics::registry& names, std::uint32_t id) {
  const auto all = names.operations();
  return id < all.size() ? all[id] : "operation " + std::to_string(id);
}

std::string address_name(const metrics::registry& names, std::uint32_t id) {
  if (id == metrics::other_addresses) return "others";
  return id < names.addresses.size() ? names.addresses[id] : "address " + std::to_string(id);
}

std::string phase_name(const run_view& run, std::uint32_t index) {
  if (index < run.names.phases.size()) return run.names.phases[index];
  if (index < run.facts.phases.size()) return run.facts.phases[index].name;
  return "phase " + std::to_string(index + 1);
}

std::string tenant_name(const metrics::registry& names, std::size_t index) {
  return index < names.tenants.size() ? names.tenants[index] : "tenant " + std::to_string(index + 1);
}

}  // namespace lsrun::report
