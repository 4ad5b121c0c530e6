// Writing and reading sit side by side, field by field, so that one cannot be changed without the other being seen.
#include "metrics/interval_json.hpp"

#include "metrics/failures_json.hpp"
#include "metrics/figures_json.hpp"
#include "metrics/rounding.hpp"
#include "metrics/samples_json.hpp"

namespace lsrun::metrics {
namespace {

using namespace json_fields;

json::array addresses(const interval& i) {
  json::array rows;
  for (const address_figures& a : i.addresses) {
    json::object o{{"address", a.address}, {"operation", a.operation}};
    write(o, "requests", a.requests);
    write_map(o, "statuses", a.statuses);
    rows.push_back(std::move(o));
  }
  return rows;
}
address_figures address_from(const json::object& o) {
  address_figures a;
  read(o, "address", a.address, id_of);
  read(o, "operation", a.operation, id_of);
  read(o, "requests", a.requests);
  read_map(o, "statuses", a.statuses);
  return a;
}

json::array adjustments(const interval& i) {
  json::array rows;
  for (const rate_adjustment& a : i.adjustments)
    rows.push_back(json::array{a.at_s, a.address, a.operation, a.window_ratio, a.from, a.to});
  return rows;
}
rate_adjustment adjustment_from(const json::array& a) {
  return {real_of(a.at(0)), id_of(a.at(1)), id_of(a.at(2)), real_of(a.at(3)), real_of(a.at(4)), real_of(a.at(5))};
}

json::array events(const interval& i) {
  json::array rows;
  for (const run_event& e : i.events) {
    json::object o{{"at_s", e.at_s}, {"what", e.what}, {"text", e.text}};
    if (e.value) o["value"] = *e.value;
    rows.push_back(std::move(o));
  }
  return rows;
}
run_event event_from(const json::object& o) {
  run_event e{real_of(o.at("at_s")), std::string(o.at("what").as_string()), std::string(o.at("text").as_string()), {}};
  if (const auto* v = o.if_contains("value")) e.value = real_of(*v);
  return e;
}

constexpr auto session_fields = [](auto& s, auto each) {
  each("attempted", s.attempted);
  each("opened", s.opened);
  each("failed_to_open", s.failed_to_open);
  each("closed", s.closed);
  each("expired", s.expired);
  each("lost", s.lost);
  each("alive", s.alive);
  each("in_step", s.in_step);
  each("peak_alive", s.peak_alive);
};
constexpr auto step_fields = [](auto& s, auto each) {
  each("started", s.started);
  each("succeeded", s.succeeded);
  each("failed", s.failed);
  each("retried", s.retried);
  each("ended", s.ended);
};

}  // namespace

json::object to_json(const interval& original) {
  interval i = original;
  round_to_millionths(i);
  json::object o{{"start_s", i.start_s}, {"end_s", i.end_s}, {"phase", i.phase}};
  write(o, "operations", i.operations);
  write(o, "lag", i.lag);
  write(o, "throttle_wait", i.throttle_wait);
  write(o, "step_time", i.step_time);
  write(o, "turns", i.turns);
  write(o, "tenants", i.tenants);
  if (!i.addresses.empty()) o["addresses"] = addresses(i);
  o["steps"] = write_fields(i.steps, step_fields);
  o["sessions"] = write_fields(i.sessions, session_fields);
  if (!i.failures.empty()) o["failures"] = failures(i);
  if (!i.adjustments.empty()) o["adjustments"] = adjustments(i);
  if (!i.events.empty()) o["events"] = events(i);
  write(o, "scenario_metrics", i.scenario_metrics);
  write(o, "missed_turns", i.missed_turns);
  write(o, "throttled", i.throttled);
  write(o, "replaced_connections", i.replaced_connections);
  if (i.creating_s != 0) o["creating_s"] = i.creating_s;
  o["multiplier"] = i.multiplier;
  o["multiplier_weight"] = i.multiplier_weight;
  if (i.generator) o["generator"] = sample(*i.generator);
  if (i.target) o["target"] = sample(*i.target);
  if (json::object s = readings(i.series); !s.empty()) o["series"] = std::move(s);
  return o;
}

interval interval_from_json(const json::object& o) {
  interval i;
  i.start_s = real_of(o.at("start_s"));
  i.end_s = real_of(o.at("end_s"));
  i.phase = id_of(o.at("phase"));
  read(o, "operations", i.operations);
  read(o, "lag", i.lag);
  read(o, "throttle_wait", i.throttle_wait);
  read(o, "step_time", i.step_time);
  read(o, "turns", i.turns);
  read(o, "tenants", i.tenants);
  if (const auto* v = o.if_contains("addresses"))
    for (const auto& a : v->as_array()) i.addresses.push_back(address_from(a.as_object()));
  read_fields(o.at("steps").as_object(), i.steps, step_fields);
  read_fields(o.at("sessions").as_object(), i.sessions, session_fields);
  if (const auto* v = o.if_contains("failures"))
    for (const auto& f : v->as_array()) i.failures.push_back(failure_from(f.as_object()));
  if (const auto* v = o.if_contains("adjustments"))
    for (const auto& a : v->as_array()) i.adjustments.push_back(adjustment_from(a.as_array()));
  if (const auto* v = o.if_contains("events"))
    for (const auto& e : v->as_array()) i.events.push_back(event_from(e.as_object()));
  read(o, "scenario_metrics", i.scenario_metrics);
  read(o, "missed_turns", i.missed_turns);
  read(o, "throttled", i.throttled);
  read(o, "replaced_connections", i.replaced_connections);
  read(o, "creating_s", i.creating_s);
  read(o, "multiplier", i.multiplier);
  read(o, "multiplier_weight", i.multiplier_weight);
  if (const auto* v = o.if_contains("generator")) i.generator = generator_from(v->as_object());
  if (const auto* v = o.if_contains("target")) i.target = target_from(v->as_object());
  if (const auto* v = o.if_contains("series")) i.series = readings_from(v->as_object());
  return i;
}

}  // namespace lsrun::metrics
