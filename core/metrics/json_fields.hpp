// One field of a journal's line, written and read: what is zero or empty is left out, and what is absent stays as it
// is.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/interval.hpp"

// Readers throw std::exception when a field is not what it should be.
namespace lsrun::metrics::json_fields {

namespace json = boost::json;

std::uint64_t count_of(const json::value&);
std::uint32_t id_of(const json::value&);
double real_of(const json::value&);  // rounded to a millionth

template <class Number, class Read>
void read(const json::object& o, std::string_view key, Number& into, Read read_number) {
  if (const auto* v = o.if_contains(key)) into = read_number(*v);
}
void read(const json::object&, std::string_view key, std::uint64_t& into);
void read(const json::object&, std::string_view key, double& into);
void write(json::object&, std::string_view key, std::uint64_t);

void write(json::object&, std::string_view key, const outcome_counts&);
void read(const json::object&, std::string_view key, outcome_counts& into);
model::outcome outcome_from(const json::object& row);

void write(json::object&, std::string_view key, const histogram&);
void read(const json::object&, std::string_view key, histogram& into);

template <class Number>
void write(json::object& o, std::string_view key, const std::optional<Number>& n) {
  if (n) o[key] = *n;
}
template <class Number>
void read(const json::object& o, std::string_view key, std::optional<Number>& into) {
  if (o.contains(key)) read(o, key, into.emplace());
}

// Counts by number: statuses, attempts, addresses.
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

// Fields that are written and read alike are named once: `fields(figures, each)` calls each(key, field) for all of
// them.
template <class Figures, class Fields>
json::object write_fields(const Figures& f, Fields fields) {
  json::object o;
  fields(f, [&o](std::string_view key, const auto& field) { write(o, key, field); });
  return o;
}
template <class Figures, class Fields>
void read_fields(const json::object& o, Figures& f, Fields fields) {
  fields(f, [&o](std::string_view key, auto& field) { read(o, key, field); });
}

}  // namespace lsrun::metrics::json_fields
