// Writing and reading side by side, so that one is not changed without the other.
#include "report/facts_json.hpp"

#include <array>
#include <boost/json.hpp>
#include <stdexcept>

#include "metrics/rounding.hpp"

namespace lsrun::report {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> validity_names{"valid", "generator_limited", "target_lost", "interrupted"};

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }
std::vector<std::string> texts_of(const json::object& o, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& t : o.at(key).as_array()) texts.emplace_back(t.as_string());
  return texts;
}
std::string text_of(const json::object& o, std::string_view key) { return std::string(o.at(key).as_string()); }
double real_of(const json::value& v) { return metrics::to_millionth(v.to_number<double>()); }
double real_of(const json::object& o, std::string_view key) { return real_of(o.at(key)); }

template <class T, class Read>
model::result<T> guarded(std::string_view text, std::string_view what, Read read) {
  try {
    const json::value v = json::parse(text);
    return read(v.as_object());
  } catch (const std::exception& fault) {
    return model::error{std::string(what) + " cannot be read: " + fault.what()};
  }
}

}  // namespace

std::string_view name(validity v) { return validity_names[static_cast<std::size_t>(v)]; }

std::string to_json(const run_facts& f) {
  json::array phases;
  for (const auto& p : f.phases)
    phases.push_back({{"name", p.name}, {"start_s", p.start_s}, {"end_s", p.end_s}, {"sessions", p.sessions}});
  json::object o{{"id", f.id},
                 {"name", f.name},
                 {"lsrun_version", f.lsrun_version},
                 {"command", f.command},
                 {"effective_toml", f.effective_toml},
                 {"started_utc", f.started_utc},
                 {"ended_utc", f.ended_utc},
                 {"target_url", f.target_url},
                 {"time_scale", f.time_scale},
                 {"seed", f.seed},
                 {"threads", f.threads},
                 {"planned_sessions", f.planned_sessions},
                 {"planned_s", f.planned_s},
                 {"phases", std::move(phases)},
                 {"thresholds", array_of(f.thresholds)}};
  if (!f.config_json.empty()) o["config"] = json::parse(f.config_json);
  if (!f.environment_json.empty()) o["environment"] = json::parse(f.environment_json);
  return json::serialize(o);
}

model::result<run_facts> run_facts_from_json(std::string_view text) {
  return guarded<run_facts>(text, "the run's facts", [](const json::object& o) {
    run_facts f;
    f.id = text_of(o, "id");
    f.name = text_of(o, "name");
    f.lsrun_version = text_of(o, "lsrun_version");
    f.command = text_of(o, "command");
    f.effective_toml = text_of(o, "effective_toml");
    f.started_utc = text_of(o, "started_utc");
    f.ended_utc = text_of(o, "ended_utc");
    f.target_url = text_of(o, "target_url");
    f.time_scale = real_of(o, "time_scale");
    f.seed = o.at("seed").to_number<std::uint64_t>();
    f.threads = o.at("threads").to_number<std::uint32_t>();
    f.planned_sessions = o.at("planned_sessions").to_number<std::uint64_t>();
    f.planned_s = real_of(o, "planned_s");
    for (const auto& v : o.at("phases").as_array()) {
      const json::object& p = v.as_object();
      f.phases.push_back({text_of(p, "name"), real_of(p, "start_s"), real_of(p, "end_s"),
                          p.at("sessions").to_number<std::uint64_t>()});
    }
    f.thresholds = texts_of(o, "thresholds");
    if (const auto* v = o.if_contains("config")) f.config_json = json::serialize(*v);
    if (const auto* v = o.if_contains("environment")) f.environment_json = json::serialize(*v);
    return f;
  });
}

std::string to_json(const ending& e) {
  json::array alerts;
  for (const auto& a : e.alerts) {
    json::object o{{"expression", a.expression}, {"from_s", a.from_s}, {"worst", a.worst}};
    if (a.to_s) o["to_s"] = *a.to_s;
    alerts.push_back(std::move(o));
  }
  return json::serialize(json::object{{"validity", name(e.how)},
                                      {"reasons", array_of(e.reasons)},
                                      {"broken_laws", array_of(e.broken_laws)},
                                      {"alerts", std::move(alerts)},
                                      {"peak_rss_bytes", e.peak_rss_bytes},
                                      {"cpu_s", e.cpu_s},
                                      {"bytes_per_session", e.bytes_per_session},
                                      {"ended_utc", e.ended_utc}});
}

model::result<ending> ending_from_json(std::string_view text) {
  return guarded<ending>(text, "the run's end", [](const json::object& o) {
    ending e;
    const std::string how = text_of(o, "validity");
    std::size_t i = 0;
    while (i < validity_names.size() && validity_names[i] != how) ++i;
    if (i == validity_names.size()) throw std::runtime_error("unknown validity " + how);
    e.how = static_cast<validity>(i);
    e.reasons = texts_of(o, "reasons");
    e.broken_laws = texts_of(o, "broken_laws");
    for (const auto& v : o.at("alerts").as_array()) {
      const json::object& a = v.as_object();
      alert_span span{text_of(a, "expression"), real_of(a, "from_s"), std::nullopt, real_of(a, "worst")};
      if (const auto* to = a.if_contains("to_s")) span.to_s = real_of(*to);
      e.alerts.push_back(std::move(span));
    }
    e.peak_rss_bytes = o.at("peak_rss_bytes").to_number<std::uint64_t>();
    e.cpu_s = real_of(o, "cpu_s");
    e.bytes_per_session = real_of(o, "bytes_per_session");
    e.ended_utc = text_of(o, "ended_utc");
    return e;
  });
}

}  // namespace lsrun::report
