#include "run/prepare.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "config/load.hpp"
#include "config/message_file.hpp"
#include "config/secrets.hpp"
#include "log/log.hpp"
#include "plugin/host.hpp"
#include "pool/bind_check.hpp"
#include "pool/expand.hpp"

namespace lsrun::run {

namespace {

void add(std::vector<config::problem>& into, bool& refused, std::vector<plugin::problem> found) {
  for (plugin::problem& p : found) {
    refused = refused || p.refused;
    into.push_back({p.where, std::move(p.text), ""});
  }
}

load::phases phases_of(const config::plan& plan) {
  std::vector<load::phase> list;
  for (const config::phase& p : plan.phases) list.push_back({p.name, p.duration, p.sessions, p.shape});
  return load::phases(std::move(list));
}

std::vector<double> running_sums(const std::vector<double>& weights) {
  double all = 0, sum = 0;
  for (const double w : weights) all += w;
  std::vector<double> sums;
  for (const double w : weights) sums.push_back((sum += w) / all);
  return sums;
}

transport::settings transport_of(const config::plan& plan) {
  const config::target& t = plan.target;
  transport::settings s;
  s.base_path = t.base_path;
  s.keep_alive = t.keep_alive;
  s.connections_per_address = t.connections_per_address.value_or(0);
  s.connect_timeout = t.connect_timeout;
  s.request_timeout = t.request_timeout;
  s.tls = t.scheme == "https";
  s.insecure = t.tls.insecure;
  s.ca = t.tls.ca;
  s.server_name = t.tls.server_name.empty() ? t.host : t.tls.server_name;
  // For tests: `parser` reads answers without the fast path, `bytes` byte by byte.
  if (const char* way = std::getenv("LSRUN_READ")) {
    const std::string_view words(way);
    s.parser_only = words.find("parser") != words.npos;
    s.read_size = words.find("bytes") != words.npos ? 1 : 0;
  }
  return s;
}

void create_scenarios(prepared& all, plugin::loader& loader) {
  shared& s = *all.shared;
  std::vector<plugin::problem> found;
  struct chosen {
    const lsrun_scenario_type* type;
    std::shared_ptr<plugin::setup> options;
    config::place where;
  };
  std::vector<chosen> list;
  for (const config::scenario& one : s.plan.scenarios) {
    const lsrun_scenario_type* type = loader.scenario(one.plugin, one.where, found);
    if (type == nullptr) continue;
    auto options = plugin::check_options(type->options, one.options, "scenario `" + one.plugin + "`", one.where, found);
    if (options) list.push_back({type, options, one.where});
  }
  if (found.empty())
    for (std::uint32_t w = 0; w < s.workers() && found.empty(); ++w) {
      all.scenarios.emplace_back();
      for (const chosen& one : list) {
        auto instance = plugin::create_scenario(*one.type, *one.options, s.names, one.where, found);
        if (instance) all.scenarios.back().push_back(std::move(instance));
      }
    }
  add(all.problems, all.plugin_refused, std::move(found));
}

bool find_header(const void* answer, std::string_view name, std::string_view& value) {
  const auto* a = static_cast<const transport::answer*>(answer);
  if (a == nullptr) return false;
  value = a->header(name);
  return value.data() != nullptr;
}

void plugin_log(lsrun_level level, std::string_view text) {
  const log::level levels[] = {log::level::debug, log::level::info, log::level::warning, log::level::error};
  log::write(levels[level > LSRUN_LOG_ERROR ? LSRUN_LOG_ERROR : level], text);
}

}  // namespace

void connect_plugins() {
  plugin::set_reply_header(find_header);
  plugin::set_log(plugin_log);
}

std::string new_run_id() {
  std::random_device random;
  char text[20];
  std::snprintf(text, sizeof text, "%08x%08x", random(), random());
  return text;
}

std::vector<report_writer> find_reports(const config::plan& plan, std::vector<config::problem>& problems,
                                        bool& refused) {
  plugin::loader loader(plugin::loader::search_path(plan.plugin_path));
  std::vector<plugin::problem> found;
  std::vector<report_writer> writers;
  for (const config::report& one : plan.reports) {
    const lsrun_report_type* type = loader.report(one.plugin, one.where, found);
    if (type == nullptr) continue;
    auto options = plugin::check_options(type->options, one.options, "report `" + one.plugin + "`", one.where, found);
    writers.push_back({one.plugin, type, std::move(options)});
  }
  add(problems, refused, std::move(found));
  return writers;
}

prepared prepare(config::plan plan) {
  prepared all;
  all.shared = std::make_unique<shared>();
  shared& s = *all.shared;
  s.plan = std::move(plan);
  s.plan.threads = std::clamp<std::uint32_t>(s.plan.threads, 1, std::max<std::uint32_t>(1, s.plan.pool.count));
  s.phases = phases_of(s.plan);
  s.transport = transport_of(s.plan);

  const bool bound = s.plan.pool.mode != config::pool_mode::forwarded;
  const bool forwarded = s.plan.pool.mode != config::pool_mode::bind;
  auto addresses = pool::expand(s.plan.pool.count, s.plan.pool.from, bound, forwarded);
  if (addresses)
    s.addresses = std::move(*addresses);
  else
    all.problems.push_back({s.plan.pool.where, addresses.error_text(), ""});
  for (const pool::bind_failure& f : pool::check_bind(s.addresses))
    all.problems.push_back({s.plan.pool.where, "client address " + f.address + " cannot be bound: " + f.reason, ""});
  auto messages = config::load_messages(s.plan.messages);
  if (messages)
    s.messages = std::move(*messages);
  else
    all.problems.push_back({s.plan.messages.where, messages.error_text(), ""});
  for (const std::string& m : s.messages) s.message_has_placeholder.push_back(m.find('{') != std::string::npos);

  std::vector<double> weights;
  for (const config::scenario& one : s.plan.scenarios) weights.push_back(one.weight);
  s.scenario_weights = running_sums(weights);
  weights.clear();
  for (const config::tenant& one : s.plan.tenants) weights.push_back(one.weight);
  s.tenant_weights = running_sums(weights);

  for (const pool::identity& a : s.addresses) s.names.addresses.push_back(a.text);
  for (const config::tenant& t : s.plan.tenants) s.names.tenants.push_back(t.name);
  for (const config::phase& p : s.plan.phases) s.names.phases.push_back(p.name);

  plugin::loader loader(plugin::loader::search_path(s.plan.plugin_path));
  create_scenarios(all, loader);
  all.reports = find_reports(s.plan, all.problems, all.plugin_refused);
  if (all.problems.empty()) {  // without all scenarios their metrics would be called unknown
    std::vector<std::string> metrics;
    for (const auto& m : s.names.scenario_metrics()) metrics.push_back(m.name);
    all.problems = config::check_expressions(s.plan, metrics);
  }
  return all;
}

void hide_secrets_in_log(const config::plan& plan) {
  if (plan.secrets.empty()) return;
  log::set_filter(
      [secrets = plan.secrets](std::string line) { return config::without_secrets(secrets, std::move(line)); });
}

}  // namespace lsrun::run
