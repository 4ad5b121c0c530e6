// When alerts begin and end.
#include "run/alerts.hpp"

#include <algorithm>
#include <cmath>

namespace lsrun::run {

namespace {

constexpr double longest_look_s = report::accumulator::window_most_s;
constexpr double forgiven_s = 0.05;  // a run's seconds are never quite whole
constexpr std::size_t most_spans = 1000;

bool wants_less(const metrics::expression& e) {
  return e.compare == metrics::comparison::less || e.compare == metrics::comparison::less_equal;
}

double worse(const metrics::expression& e, double a, double b) {
  return wants_less(e) ? std::min(a, b) : std::max(a, b);
}

}  // namespace

bool crosses(const metrics::expression& e, double value) {
  switch (e.compare) {
    case metrics::comparison::less:
      return value < e.bound;
    case metrics::comparison::less_equal:
      return value <= e.bound;
    case metrics::comparison::greater:
      return value > e.bound;
    case metrics::comparison::greater_equal:
      return value >= e.bound;
  }
  return false;
}

alert_watch::alert_watch(std::vector<metrics::expression> expressions) {
  for (auto& e : expressions) {
    states_.emplace_back();
    states_.back().what = std::move(e);
  }
}

std::vector<alert_event> alert_watch::tick(double now_s, const look& look_at) {
  std::vector<alert_event> events;
  for (std::size_t i = 0; i < states_.size(); ++i)
    if (const auto event = judge(i, now_s, look_at)) events.push_back(*event);
  return events;
}

double alert_watch::longest_window_s() const {
  double most = 0;
  for (const state& s : states_)
    most = std::max(most, std::clamp(time::seconds(s.what.for_at_least), 1.0, longest_look_s));
  return most;
}

std::optional<alert_event> alert_watch::judge(std::size_t alert, double now_s, const look& look_at) {
  state& s = states_[alert];
  const double span_s = std::max(1.0, time::seconds(s.what.for_at_least));
  const double window_s = std::min(span_s, longest_look_s);
  remember(s, look_at(s.what, 1), window_s);
  const auto value = look_at(s.what, window_s);
  if (!value || now_s < window_s - forgiven_s) return std::nullopt;
  const bool holds = crosses(s.what, *value);
  if (!holds)
    s.held_since.reset();
  else if (!s.held_since)
    s.held_since = std::max(0.0, now_s - window_s);

  alert_event event{alert, holds, now_s, s.held_since.value_or(0), *value, *value};
  if (holds == s.active) return std::nullopt;
  if (!holds)
    finish(s, event);
  else if (now_s - event.from_s >= span_s - forgiven_s)
    start(s, event);
  else
    return std::nullopt;
  return event;
}

void alert_watch::remember(state& s, std::optional<double> second, double window_s) {
  if (!second) return;
  s.seconds.push_back(*second);
  while (static_cast<double>(s.seconds.size()) > window_s) s.seconds.pop_front();
  if (s.active) spans_[s.span].worst = worse(s.what, spans_[s.span].worst, *second);
}

void alert_watch::start(state& s, alert_event& event) {
  s.active = true;
  for (const double second : s.seconds) event.worst = worse(s.what, event.worst, second);
  if (spans_.size() >= most_spans && spans_[s.span].expression == s.what.text) {
    spans_[s.span].to_s.reset();
    spans_[s.span].worst = worse(s.what, spans_[s.span].worst, event.worst);
    return;
  }
  s.span = spans_.size();
  spans_.push_back({s.what.text, event.from_s, std::nullopt, event.worst});
}

void alert_watch::finish(state& s, alert_event& event) {
  s.active = false;
  spans_[s.span].to_s = event.at_s;
  event.from_s = spans_[s.span].from_s;
  event.worst = spans_[s.span].worst;
}

std::string alert_sentence(const alert_event& event, const metrics::expression& e) {
  const auto shown = [&](double value) { return metrics::format_value(e.unit, value); };
  if (event.started) return "alert: " + e.text + ": it is " + shown(event.value);
  return "alert over after " + std::to_string(std::lround(event.at_s - event.from_s)) + " s: " + e.text + ": it is " +
         shown(event.value) + ", at worst " + shown(event.worst);
}

}  // namespace lsrun::run
