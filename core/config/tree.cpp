// Works on values only: what is malformed is left for the reader to complain about.
#include "config/tree.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/option_table.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

using kind = value::kind;

value* find_table(value& root, std::string_view name) {
  value* table = root.find(name);
  return table && table->what == kind::table ? table : nullptr;
}

value* find_phases(value& root) {
  value* list = root.find("phases");
  if (!list || list->what != kind::list || list->items.empty()) return nullptr;
  for (const auto& item : list->items)
    if (item.what != kind::table) return nullptr;
  return list;
}

value& table_at(value& root, std::string_view name, const place& where) {
  value& table = root.at(name, where);
  if (table.what != kind::table) table = value{};  // replaced: the command line wins over a wrong type
  return table;
}

void put(value& root, std::string_view table, std::string_view key, value v) {
  const place where = v.where;
  table_at(root, table, where).at(key, where) = std::move(v);
}

// The value that a part of a dotted key names: a member, or an entry of an array by its index or its name.
value* step_into(value& parent, const std::string& part, const place& where) {
  if (parent.what == kind::table) return &parent.at(part, where);
  if (parent.what != kind::list) return nullptr;
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (failure == std::errc{} && end == part.data() + part.size())
    return index < parent.items.size() ? &parent.items[index] : nullptr;
  for (auto& item : parent.items)
    if (const value* name = item.find("name"); name && name->text == part) return &item;
  return nullptr;
}

void apply_set(value& root, const std::string& assignment, std::vector<problem>& problems) {
  const auto equals = assignment.find('=');
  const place where{"--set " + assignment.substr(0, equals), 0, 0};  // without the value, which may be a secret
  std::vector<std::string> parts;
  if (equals != std::string::npos && equals > 0) {
    std::string_view path = std::string_view(assignment).substr(0, equals);
    for (;;) {
      const auto dot = path.find('.');
      parts.emplace_back(path.substr(0, dot));
      if (dot == std::string_view::npos) break;
      path = path.substr(dot + 1);
    }
  }
  if (parts.empty() || std::any_of(parts.begin(), parts.end(), [](const auto& p) { return p.empty(); })) {
    problems.push_back({where, "is not of the form table.key=value", "write for example --set sessions.max=50"});
    return;
  }
  value* at = &root;
  for (const auto& part : parts) {
    at = step_into(*at, part, where);
    if (!at) {
      problems.push_back(
          {where, "there is no `" + part + "` to set", "entries of [[phases]] and the like go by name or index"});
      return;
    }
  }
  const std::string text = assignment.substr(equals + 1);
  const auto parsed = parse_toml_value(text, where);
  *at = parsed ? *parsed : text_value(text, where);
}

std::uint64_t peak_of(const value& phases) {
  std::int64_t peak = 0;
  for (const auto& phase : phases.items)
    if (const value* n = phase.find("sessions"); n && n->what == kind::whole) peak = std::max(peak, n->whole);
  return static_cast<std::uint64_t>(peak);
}

void scale_sessions(value& root, value& phases, std::uint64_t wanted, std::vector<problem>& problems) {
  const place where{"--sessions " + std::to_string(wanted), 0, 0};
  if (wanted < 1 || wanted > 100'000'000) {
    problems.push_back({where, "must be from 1 to 100000000", ""});
    return;
  }
  value& max = table_at(root, "sessions", where).at("max", where);
  const auto peak = peak_of(phases);
  const double by = peak > 0 ? static_cast<double>(wanted) / static_cast<double>(peak) : 1;
  for (auto& phase : phases.items)
    if (value* n = phase.find("sessions"); n && n->what == kind::whole && n->whole >= 0) {
      const auto scaled = std::llround(static_cast<double>(n->whole) * by);
      *n = whole_value(n->whole > 0 ? std::max<std::int64_t>(1, scaled) : 0, where);
    }
  const double old_max = max.what == kind::whole ? static_cast<double>(max.whole) : 0;
  const double scaled_max = std::min(std::ceil(old_max * by), 1e8);
  max = whole_value(std::max(static_cast<std::int64_t>(wanted), peak > 0 ? static_cast<std::int64_t>(scaled_max) : 0),
                    where);
}

void scale_duration(value& phases, const std::string& text, std::vector<problem>& problems) {
  const place where{"--duration " + text, 0, 0};
  const auto wanted = time::parse_duration(text);
  if (!wanted || *wanted <= 0) {
    problems.push_back({where, wanted ? "must be longer than 0" : wanted.error_text(), ""});
    return;
  }
  std::vector<time::span> spans;
  time::span sum = 0;
  for (const auto& phase : phases.items) {
    const value* d = phase.find("duration");
    const auto span = time::parse_duration(d && d->what == kind::text ? d->text : "");
    if (!span || *span <= 0) return;  // the reader will say so
    spans.push_back(*span);
    sum += *span;
  }
  time::span before = 0, given = 0;  // cumulative, so that the phases add up exactly
  for (std::size_t i = 0; i < spans.size(); ++i) {
    before += spans[i];
    const auto until = static_cast<time::span>(std::llround(
        static_cast<long double>(*wanted) * static_cast<long double>(before) / static_cast<long double>(sum)));
    *phases.items[i].find("duration") = text_value(time::exact_duration(until - given), where);
    given = until;
  }
}

}  // namespace

void apply_overrides(value& root, const overrides& o, std::vector<problem>& problems) {
  for (const auto& assignment : o.set) apply_set(root, assignment, problems);
  const auto whole = [](const char* option, std::uint64_t n) {
    return whole_value(static_cast<std::int64_t>(std::min<std::uint64_t>(n, INT64_MAX)),
                       {std::string(option) + " " + std::to_string(n), 0, 0});
  };
  const auto text = [](const char* option, const std::string& t) {
    return text_value(t, {std::string(option) + " " + t, 0, 0});
  };
  if (o.ip_count) put(root, "pool", "count", whole("--ip-count", *o.ip_count));
  if (o.seed) put(root, "run", "seed", whole("--seed", *o.seed));
  if (o.time_scale)
    put(root, "run", "time_scale",
        number_value(*o.time_scale, {"--time-scale " + time::format_number(*o.time_scale), 0, 0}));
  if (o.target) put(root, "target", "url", text("--target", *o.target));
  if (o.output) put(root, "reports", "directory", text("--output", *o.output));
  if (!o.reports.empty()) {
    value list;
    list.what = kind::list;
    for (const auto& name : o.reports) list.items.push_back(text("--report", name));
    list.where = list.items.front().where;
    put(root, "reports", "write", list);
  }
}

void fill_shape(value& root) {
  value* list = find_phases(root);
  value* table = find_table(root, "sessions");
  const value* max = table ? table->find("max") : nullptr;
  if (list) {
    const auto peak = peak_of(*list);
    if (!max && peak > 0 && (table || !root.find("sessions")))
      root.at("sessions", {}).at("max", {}) = whole_value(static_cast<std::int64_t>(peak));
    return;
  }
  value* given = root.find("phases");
  if (given && !(given->what == kind::list && given->items.empty())) return;
  std::int64_t sessions = 100;
  if (max && max->what == kind::whole && max->whole > 0) sessions = max->whole;
  value phase;
  phase.at("name", {}) = text_value("steady");
  phase.at("duration", {}) = text_value("1m");
  phase.at("sessions", {}) = whole_value(sessions);
  phase.at("ramp", {}) = text_value("step");
  value& phases = root.at("phases", {});
  phases = value{};
  phases.what = kind::list;
  phases.items.push_back(std::move(phase));
}

void scale_shape(value& root, const overrides& o, std::vector<problem>& problems) {
  value* phases = find_phases(root);
  if (!phases) return;
  if (o.sessions) scale_sessions(root, *phases, *o.sessions, problems);
  if (o.duration) scale_duration(*phases, *o.duration, problems);
}

}  // namespace lsrun::config
