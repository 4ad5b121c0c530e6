// Writing and reading sit side by side, field by field, so that one cannot be changed without the other being seen.
#include "metrics/figures_json.hpp"

#include <stdexcept>

#include "metrics/registry.hpp"

namespace lsrun::metrics::json_fields {
namespace {

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
constexpr auto turn_or_tenant_fields = [](auto& f, auto each) {
  each("requests", f.requests);
  each("steps", f.steps);
  each("response_time", f.response_time);
};
template <class Figures>
json::object row(const Figures& f) {
  return write_fields(f, turn_or_tenant_fields);
}
template <class Figures>
void read_row(const json::object& o, Figures& f) {
  read_fields(o, f, turn_or_tenant_fields);
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

}  // namespace

void write(json::object& o, std::string_view key, const std::vector<operation_figures>& rows) {
  write_rows(o, key, rows);
}
void write(json::object& o, std::string_view key, const std::vector<turn_figures>& rows) { write_rows(o, key, rows); }
void write(json::object& o, std::string_view key, const std::vector<tenant_figures>& rows) { write_rows(o, key, rows); }
void write(json::object& o, std::string_view key, const std::vector<scenario_metric_figures>& rows) {
  write_rows(o, key, rows);
}

void read(const json::object& o, std::string_view key, std::vector<operation_figures>& rows) {
  read_rows(o, key, rows, registry::most_operations);
}
void read(const json::object& o, std::string_view key, std::vector<turn_figures>& rows) {
  read_rows(o, key, rows, most_turns);
}
void read(const json::object& o, std::string_view key, std::vector<tenant_figures>& rows) {
  read_rows(o, key, rows, most_tenants);
}
void read(const json::object& o, std::string_view key, std::vector<scenario_metric_figures>& rows) {
  read_rows(o, key, rows, registry::most_metrics);
}

}  // namespace lsrun::metrics::json_fields
