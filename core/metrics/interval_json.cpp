// Writing and reading sit side by side, field by field, so that one cannot be changed without the other being seen.
#include "metrics/interval_json.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "metrics/registry.hpp"

namespace lsrun::metrics {
namespace {

namespace json = boost::json;

std::uint64_t count_of(const json::value& v) { return v.to_number<std::uint64_t>(); }
std::uint32_t id_of(const json::value& v) { return v.to_number<std::uint32_t>(); }
double real_of(const json::value& v) { return to_millionth(v.to_number<double>()); }

template <class Number, class Read>
void read(const json::object& o, std::string_view key, Number& into, Read read_number) {
  if (const auto* v = o.if_contains(key)) into = read_number(*v);
}
void read(const json::object& o, std::string_view key, std::uint64_t& into) { read(o, key, into, count_of); }
void read(const json::object& o, std::string_view key, double& into) { read(o, key, into, real_of); }
void write(json::object& o, std::string_view key, std::uint64_t n) {
  if (n != 0) o[key] = n;
}

json::object outcomes(const outcome_counts& counts) {
  json::object o;
  for (std::size_t i = 0; i < model::outcome_count; ++i)
    if (counts.by[i] != 0) o[model::outcome_names[i]] = counts.by[i];
  return o;
}
void write(json::object& o, std::string_view key, const outcome_counts& counts) {
  if (counts.total() != 0) o[key] = outcomes(counts);
}
void read(const json::object& o, std::string_view key, outcome_counts& into) {
  if (const auto* v = o.if_contains(key))
    for (const auto& [name, n] : v->as_object()) {
      const auto which = model::outcome_named(name);
      if (!which) throw std::runtime_error("unknown outcome " + std::string(name));
      into[*which] = count_of(n);
    }
}

model::outcome outcome_from(const json::object& o) {
  const auto outcome = model::outcome_named(o.at("outcome").as_string());
  if (!outcome) throw std::runtime_error("unknown outcome");
  return *outcome;
}

template <class Map>
void write_map(json::object& o, std::string_view key, const Map& counts) {
  if (counts.empty()) return;
  json::object by;
  for (const auto& [number, n] : counts) by[std::to_string(number)] = n;
  o[key] = std::move(by);
}
template <class Map>
void read_map(const json::object& o, std::string_view key, Map& into) {
  if (const auto* v = o.if_contains(key))
    for (const auto& [number, n] : v->as_object())
      into[static_cast<typename Map::key_type>(std::stoul(std::string(number)))] = count_of(n);
}

void write(json::object& o, std::string_view key, const histogram& h) {
  if (h.empty()) return;
  o[key] = json::object{{"sum", h.sum()}, {"min", h.min()}, {"max", h.max()}, {"hdr", h.encode_base64()}};
}
void read(const json::object& o, std::string_view key, histogram& into) {
  const auto* v = o.if_contains(key);
  if (!v) return;
  const json::object& h = v->as_object();
  if (!into.decode_base64(h.at("hdr").as_string())) throw std::runtime_error("not a histogram");
  into.set_exact(count_of(h.at("sum")), h.at("min").to_number<std::int64_t>(), h.at("max").to_number<std::int64_t>());
}

json::array slowest(const std::vector<slow_request>& list) {
  json::array rows;
  for (const slow_request& s : list)
    rows.push_back({{"response_us", s.response_us},
                    {"at_s", s.at_s},
                    {"session", s.session},
                    {"address", s.address},
                    {"turn", s.turn},
                    {"attempt", s.attempt},
                    {"outcome", model::name(s.outcome)},
                    {"status", s.status},
                    {"trace", s.trace}});
  return rows;
}
slow_request slow_request_from(const json::object& o) {
  slow_request s;
  s.response_us = o.at("response_us").to_number<std::int64_t>();
  read(o, "at_s", s.at_s);
  read(o, "session", s.session);
  read(o, "address", s.address, id_of);
  read(o, "turn", s.turn, id_of);
  read(o, "attempt", s.attempt, id_of);
  s.outcome = outcome_from(o);
  s.status = o.at("status").to_number<std::uint16_t>();
  read(o, "trace", s.trace);
  return s;
}

bool used(const operation_figures& f) { return f.requests.total() != 0; }
json::object row(const operation_figures& f) {
  json::object o;
  write(o, "requests", f.requests);
  write_map(o, "statuses", f.statuses);
  write(o, "response_time", f.response_time);
  write(o, "service_time", f.service_time);
  if (!f.slowest.empty()) o["slowest"] = slowest(f.slowest);
  return o;
}
void read_row(const json::object& o, operation_figures& f) {
  read(o, "requests", f.requests);
  read_map(o, "statuses", f.statuses);
  read(o, "response_time", f.response_time);
  read(o, "service_time", f.service_time);
  if (const auto* v = o.if_contains("slowest"))
    for (const auto& one : v->as_array()) keep_slowest(f.slowest, slow_request_from(one.as_object()));
}

// turn_figures and tenant_figures
template <class Figures>
bool used(const Figures& f) {
  return f.requests.total() + f.steps.total() != 0;
}
template <class Figures>
json::object row(const Figures& f) {
  json::object o;
  write(o, "requests", f.requests);
  write(o, "steps", f.steps);
  write(o, "response_time", f.response_time);
  return o;
}
template <class Figures>
void read_row(const json::object& o, Figures& f) {
  read(o, "requests", f.requests);
  read(o, "steps", f.steps);
  read(o, "response_time", f.response_time);
}

bool used(const scenario_metric_figures& f) { return f.sum != 0 || !f.values.empty(); }
json::object row(const scenario_metric_figures& f) {
  json::object o{{"sum", f.sum}};
  write(o, "values", f.values);
  return o;
}
void read_row(const json::object& o, scenario_metric_figures& f) {
  f.sum = o.at("sum").to_number<std::int64_t>();
  read(o, "values", f.values);
}

// A tenant's index is 16 bits wide in a session's row.
constexpr std::size_t most_tenants = 1u << 16u;

// A table whose rows are found by their index: an object with the index as key, unused rows left out.
template <class Figures>
void write_rows(json::object& o, std::string_view key, const std::vector<Figures>& rows) {
  json::object table;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (used(rows[i])) table[std::to_string(i)] = row(rows[i]);
  if (!table.empty()) o[key] = std::move(table);
}
template <class Figures>
void read_rows(const json::object& o, std::string_view key, std::vector<Figures>& rows, std::size_t most) {
  if (const auto* v = o.if_contains(key))
    for (const auto& [number, value] : v->as_object()) {
      const std::size_t index = std::stoul(std::string(number));
      if (index >= most) throw std::runtime_error("row out of range");
      if (rows.size() <= index) rows.resize(index + 1);
      read_row(value.as_object(), rows[index]);
    }
}

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

json::object example_row(const exchange& e) {
  json::object o{{"session", e.session}, {"address", e.address}, {"attempt", e.attempt}, {"at_s", e.at_s}};
  const auto put = [&](std::string_view key, std::int64_t us) {
    if (us >= 0) o[key] = us;
  };
  put("sent_us", e.sent_us);
  put("first_byte_us", e.first_byte_us);
  put("end_us", e.end_us);
  for (const auto& [key, text] : {std::pair{"request", &e.request},
                                  {"request_body", &e.request_body},
                                  {"answer_headers", &e.answer_headers},
                                  {"answer_body", &e.answer_body},
                                  {"error", &e.error}})
    if (!text->empty()) o[key] = *text;
  write(o, "trace", e.trace);
  return o;
}
exchange example_from(const json::object& o) {
  exchange e;
  read(o, "session", e.session);
  read(o, "address", e.address, id_of);
  read(o, "attempt", e.attempt, id_of);
  read(o, "at_s", e.at_s);
  const auto micros = [](const json::value& v) { return v.to_number<std::int64_t>(); };
  read(o, "sent_us", e.sent_us, micros);
  read(o, "first_byte_us", e.first_byte_us, micros);
  read(o, "end_us", e.end_us, micros);
  for (const auto& [key, text] : {std::pair{"request", &e.request},
                                  {"request_body", &e.request_body},
                                  {"answer_headers", &e.answer_headers},
                                  {"answer_body", &e.answer_body},
                                  {"error", &e.error}})
    if (const auto* v = o.if_contains(key)) *text = v->as_string();
  read(o, "trace", e.trace);
  return e;
}

json::array failures(const interval& i) {
  json::array rows;
  for (const failure& f : i.failures) {
    json::object o{{"outcome", model::name(f.outcome)},
                   {"status", f.status},
                   {"operation", f.operation},
                   {"message", f.message},
                   {"count", f.count},
                   {"first_s", f.first_s},
                   {"last_s", f.last_s},
                   {"session", f.example_session}};
    write_map(o, "attempts", f.attempts);
    write_map(o, "addresses", f.addresses);
    if (f.example) o["example"] = example_row(*f.example);
    rows.push_back(std::move(o));
  }
  return rows;
}
failure failure_from(const json::object& o) {
  failure f;
  f.outcome = outcome_from(o);
  f.status = o.at("status").to_number<std::uint16_t>();
  read(o, "operation", f.operation, id_of);
  f.message = o.at("message").as_string();
  read(o, "count", f.count);
  read(o, "first_s", f.first_s);
  read(o, "last_s", f.last_s);
  read(o, "session", f.example_session);
  read_map(o, "attempts", f.attempts);
  read_map(o, "addresses", f.addresses);
  if (const auto* v = o.if_contains("example")) f.example = example_from(v->as_object());
  return f;
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

json::object sample(const generator_sample& g) {
  return {{"cpu", g.cpu}, {"rss_bytes", g.rss_bytes}, {"open_files", g.open_files}, {"connections", g.connections}};
}
generator_sample generator_from(const json::object& o) {
  generator_sample g;
  read(o, "cpu", g.cpu);
  read(o, "rss_bytes", g.rss_bytes);
  read(o, "open_files", g.open_files);
  read(o, "connections", g.connections);
  return g;
}

template <class Number>
void write(json::object& o, std::string_view key, const std::optional<Number>& n) {
  if (n) o[key] = *n;
}
template <class Number>
void read(const json::object& o, std::string_view key, std::optional<Number>& into) {
  if (o.contains(key)) read(o, key, into.emplace());
}
json::object sample(const target_sample& t) {
  json::object o;
  write(o, "cpu", t.cpu);
  write(o, "rss_bytes", t.rss_bytes);
  write(o, "threads", t.threads);
  write(o, "fds", t.fds);
  write(o, "connections", t.connections);
  if (t.healthy) o["healthy"] = *t.healthy;
  return o;
}
target_sample target_from(const json::object& o) {
  target_sample t;
  read(o, "cpu", t.cpu);
  read(o, "rss_bytes", t.rss_bytes);
  read(o, "threads", t.threads);
  read(o, "fds", t.fds);
  read(o, "connections", t.connections);
  if (const auto* v = o.if_contains("healthy")) t.healthy = v->as_bool();
  return t;
}

json::object readings(const series_readings& s) {
  json::object o;
  write(o, "answered", s.answered);
  write(o, "failed", s.failed);
  json::array values;
  for (const auto& v : s.values) values.push_back(v ? json::value(*v) : json::value(nullptr));
  if (!values.empty()) o["values"] = std::move(values);
  return o;
}
series_readings readings_from(const json::object& o) {
  series_readings s;
  read(o, "answered", s.answered);
  read(o, "failed", s.failed);
  if (const auto* v = o.if_contains("values")) {
    if (v->as_array().size() > registry::most_target_series) throw std::runtime_error("too many series");
    for (const auto& one : v->as_array())
      s.values.push_back(one.is_null() ? std::nullopt : std::optional(to_nine_digits(one.to_number<double>())));
  }
  return s;
}

json::object sessions(const session_figures& s) {
  json::object o;
  write(o, "attempted", s.attempted);
  write(o, "opened", s.opened);
  write(o, "failed_to_open", s.failed_to_open);
  write(o, "closed", s.closed);
  write(o, "expired", s.expired);
  write(o, "lost", s.lost);
  write(o, "alive", s.alive);
  write(o, "in_step", s.in_step);
  write(o, "peak_alive", s.peak_alive);
  return o;
}
void read_sessions(const json::object& o, session_figures& s) {
  read(o, "attempted", s.attempted);
  read(o, "opened", s.opened);
  read(o, "failed_to_open", s.failed_to_open);
  read(o, "closed", s.closed);
  read(o, "expired", s.expired);
  read(o, "lost", s.lost);
  read(o, "alive", s.alive);
  read(o, "in_step", s.in_step);
  read(o, "peak_alive", s.peak_alive);
}

json::object steps(const step_figures& s) {
  json::object o;
  write(o, "started", s.started);
  write(o, "succeeded", s.succeeded);
  write(o, "failed", s.failed);
  write(o, "retried", s.retried);
  write(o, "ended", s.ended);
  return o;
}
void read_steps(const json::object& o, step_figures& s) {
  read(o, "started", s.started);
  read(o, "succeeded", s.succeeded);
  read(o, "failed", s.failed);
  read(o, "retried", s.retried);
  read(o, "ended", s.ended);
}

}  // namespace

double to_millionth(double x) { return std::round(x * 1e6) / 1e6; }

double to_nine_digits(double x) {
  if (!std::isfinite(x) || (x == std::trunc(x) && std::abs(x) < 9e15)) return x;
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", x);
  return std::strtod(text, nullptr);
}

void round_to_millionths(interval& i) {
  const auto round = [](double& x) { x = to_millionth(x); };
  for (double* x : {&i.start_s, &i.end_s, &i.creating_s, &i.multiplier, &i.multiplier_weight}) round(*x);
  for (failure& f : i.failures) {
    round(f.first_s);
    round(f.last_s);
    if (f.example) round(f.example->at_s);
  }
  for (operation_figures& o : i.operations)
    for (slow_request& s : o.slowest) round(s.at_s);
  for (rate_adjustment& a : i.adjustments)
    for (double* x : {&a.at_s, &a.window_ratio, &a.from, &a.to}) round(*x);
  for (run_event& e : i.events) {
    round(e.at_s);
    if (e.value) round(*e.value);
  }
  if (i.generator) round(i.generator->cpu);
  if (i.target && i.target->cpu) round(*i.target->cpu);
  for (auto& v : i.series.values)
    if (v) v = to_nine_digits(*v);
}

json::object to_json(const interval& original) {
  interval i = original;
  round_to_millionths(i);
  json::object o{{"start_s", i.start_s}, {"end_s", i.end_s}, {"phase", i.phase}};
  write_rows(o, "operations", i.operations);
  write(o, "lag", i.lag);
  write(o, "throttle_wait", i.throttle_wait);
  write(o, "step_time", i.step_time);
  write_rows(o, "turns", i.turns);
  write_rows(o, "tenants", i.tenants);
  if (!i.addresses.empty()) o["addresses"] = addresses(i);
  o["steps"] = steps(i.steps);
  o["sessions"] = sessions(i.sessions);
  if (!i.failures.empty()) o["failures"] = failures(i);
  if (!i.adjustments.empty()) o["adjustments"] = adjustments(i);
  if (!i.events.empty()) o["events"] = events(i);
  write_rows(o, "scenario_metrics", i.scenario_metrics);
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
  read_rows(o, "operations", i.operations, registry::most_operations);
  read(o, "lag", i.lag);
  read(o, "throttle_wait", i.throttle_wait);
  read(o, "step_time", i.step_time);
  read_rows(o, "turns", i.turns, most_turns);
  read_rows(o, "tenants", i.tenants, most_tenants);
  if (const auto* v = o.if_contains("addresses"))
    for (const auto& a : v->as_array()) i.addresses.push_back(address_from(a.as_object()));
  read_steps(o.at("steps").as_object(), i.steps);
  read_sessions(o.at("sessions").as_object(), i.sessions);
  if (const auto* v = o.if_contains("failures"))
    for (const auto& f : v->as_array()) i.failures.push_back(failure_from(f.as_object()));
  if (const auto* v = o.if_contains("adjustments"))
    for (const auto& a : v->as_array()) i.adjustments.push_back(adjustment_from(a.as_array()));
  if (const auto* v = o.if_contains("events"))
    for (const auto& e : v->as_array()) i.events.push_back(event_from(e.as_object()));
  read_rows(o, "scenario_metrics", i.scenario_metrics, registry::most_metrics);
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
