#include "metrics/json_fields.hpp"

#include <stdexcept>

#include "metrics/rounding.hpp"

namespace lsrun::metrics::json_fields {

std::uint64_t count_of(const json::value& v) { return v.to_number<std::uint64_t>(); }
std::uint32_t id_of(const json::value& v) { return v.to_number<std::uint32_t>(); }
double real_of(const json::value& v) { return to_millionth(v.to_number<double>()); }

void read(const json::object& o, std::string_view key, std::uint64_t& into) { read(o, key, into, count_of); }
void read(const json::object& o, std::string_view key, double& into) { read(o, key, into, real_of); }
void write(json::object& o, std::string_view key, std::uint64_t n) {
  if (n != 0) o[key] = n;
}

namespace {

json::object outcomes(const outcome_counts& counts) {
  json::object o;
  for (std::size_t i = 0; i < model::outcome_count; ++i)
    if (counts.by[i] != 0) o[model::outcome_names[i]] = counts.by[i];
  return o;
}

}  // namespace

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

}  // namespace lsrun::metrics::json_fields
