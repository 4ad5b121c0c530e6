// Writing and reading sit side by side, field by field, so that one cannot be changed without the other being seen.
#include "metrics/samples_json.hpp"

#include <stdexcept>

#include "metrics/registry.hpp"
#include "metrics/rounding.hpp"

namespace lsrun::metrics::json_fields {

json::object sample(const generator_sample& g) {
  json::object o{
      {"cpu", g.cpu}, {"rss_bytes", g.rss_bytes}, {"open_files", g.open_files}, {"connections", g.connections}};
  write(o, "wake_pause_us", g.wake_pause_us);
  return o;
}
generator_sample generator_from(const json::object& o) {
  generator_sample g;
  read(o, "cpu", g.cpu);
  read(o, "rss_bytes", g.rss_bytes);
  read(o, "open_files", g.open_files);
  read(o, "connections", g.connections);
  read(o, "wake_pause_us", g.wake_pause_us);
  return g;
}

namespace {
constexpr auto target_fields = [](auto& t, auto each) {
  each("cpu", t.cpu);
  each("rss_bytes", t.rss_bytes);
  each("threads", t.threads);
  each("fds", t.fds);
  each("connections", t.connections);
};
}  // namespace

json::object sample(const target_sample& t) {
  json::object o = write_fields(t, target_fields);
  if (t.healthy) o["healthy"] = *t.healthy;
  return o;
}
target_sample target_from(const json::object& o) {
  target_sample t;
  read_fields(o, t, target_fields);
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

}  // namespace lsrun::metrics::json_fields
