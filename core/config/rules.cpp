// What no single value can be blamed for: one short function a subject.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>

#include "config/build.hpp"
#include "config/lower.hpp"
#include "config/message_file.hpp"
#include "config/url.hpp"
#include "metrics/expression.hpp"
#include "metrics/target_series.hpp"
#include "pool/expand.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

class rules {
 public:
  rules(const value& root, plan& p, std::vector<problem>& problems) : root_(root), plan_(p), problems_(problems) {}

  void run() {
    url_rules();
    target_rules();
    metrics_rules();
    rate_rules();
    phase_rules();
    retry_rules();
    weight_rules();
    name_rules();
    pool_rules();
    output_rules();
    message_rules();
    expression_rules();
  }

 private:
  // Where table.key was written; the file's name if it was not.
  place at(std::string_view table, std::string_view key) const {
    const value* t = &root_;
    for (std::string_view rest = table; t && !rest.empty();) {
      const auto dot = rest.find('.');
      t = t->find(rest.substr(0, dot));
      rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    const value* v = t ? t->find(key) : nullptr;
    if (v && !v->where.file.empty()) return v->where;
    if (t && !t->where.file.empty() && t != &root_) return t->where;
    return {plan_.file, 0, 0};
  }
  bool written(std::string_view table, std::string_view key) const {
    const place p = at(table, key);
    const value* t = root_.find(table);
    const value* v = t ? t->find(key) : nullptr;
    return v && !v->where.file.empty() && !p.file.empty();
  }
  // Has table.key a problem of its own? Then its default stands in for it, which nothing may be said about.
  bool bad(std::string_view table, std::string_view key) const { return bad(at(table, key)); }
  bool bad(const place& p) const {
    return std::any_of(problems_.begin(), problems_.end(), [&](const problem& one) {
      return p.line > 0 ? one.where.line == p.line && one.where.column == p.column && one.where.file == p.file
                        : !p.file.empty() && p.file != plan_.file && one.where.file == p.file;
    });
  }
  void fail(const place& where, const std::string& text, const std::string& hint = {}) {
    problems_.push_back({where, text, hint});
  }

  void url_rules() {
    auto& t = plan_.target;
    if (t.url.empty() || bad("target", "url")) return;  // already told
    const auto parsed = parse_url(t.url);
    if (!parsed) return fail(at("target", "url"), "`url`: " + parsed.error_text());
    t.scheme = parsed->scheme;
    t.host = parsed->host;
    t.port = parsed->port;
    t.base_path = parsed->base_path;
    if (is_public(t.host).value_or(false) && !t.authorized)
      fail(at("target", "url"), "`url`: " + public_target_text(t.host), std::string(public_target_hint));
    if (t.scheme == "http" && (!t.tls.ca.empty() || t.tls.insecure || !t.tls.server_name.empty()))
      fail(at("target.tls", !t.tls.ca.empty() ? "ca"
                            : t.tls.insecure  ? "insecure"
                                              : "server_name"),
           "[target.tls] has settings, but `url` begins with http://", "write https:// or remove them");
  }

  void target_rules() {
    const auto& t = plan_.target;
    if (!t.tls.ca.empty() && t.tls.insecure)
      fail(at("target.tls", "insecure"), "`insecure` accepts any certificate, so `ca` would not be looked at",
           "remove one of them");
    if (t.pid != 0 && !t.launch.empty())
      fail(at("target", "pid"), "`pid` and `launch` both name the process to watch",
           "remove `pid`: a launched target is watched");
    if (t.health != "none" && !t.health.empty() && t.health.front() != '/')
      fail(at("target", "health"), "`health` must be a path that begins with /, or \"none\"");
    const bool twice =
        std::any_of(t.headers.begin(), t.headers.end(), [](const header& h) { return lower(h.name) == "traceparent"; });
    if (t.traceparent && twice)
      fail(at("target", "traceparent"), "`headers` has a traceparent too",
           "remove it there, or write traceparent = false");
    if (t.health.empty()) fail(at("target", "health"), "`health` is empty", "\"none\" turns it off");
  }

  void metrics_rules() {
    auto& t = plan_.target;
    if (t.metrics.empty()) {
      fail(at("target", "metrics"), "`metrics` is empty", "\"none\" turns it off");
    } else if (t.metrics == "none") {
      if (!t.metrics_series.empty() && !bad("target", "metrics"))
        fail(t.metrics_series.front().where, "`metrics_series` is of no use without `metrics`",
             "write metrics = \"/metrics\", or a URL");
    } else if (!t.host.empty()) {
      if (const auto parsed = parse_metrics_url(t.metrics, t); !parsed)
        fail(at("target", "metrics"), "`metrics`: " + parsed.error_text());
      else if (t.metrics_at = *parsed; is_public(t.metrics_at.host).value_or(false) && !t.authorized)
        fail(at("target", "metrics"), "`metrics`: " + public_target_text(t.metrics_at.host),
             std::string(public_target_hint));
    }
    series_rules();
  }

  void series_rules() {
    const auto& list = plan_.target.metrics_series;
    std::set<std::string> seen;
    for (const check& c : list) {
      const auto parsed = metrics::parse_series(c.expression);
      if (!parsed)
        fail(c.where, "`metrics_series`: " + parsed.error_text());
      else if (!seen.insert(parsed->text).second)
        fail(c.where, "`metrics_series`: `" + parsed->text + "` is named twice");
    }
    if (list.size() > metrics::target_series::most)
      fail(list[metrics::target_series::most].where,
           "`metrics_series` has " + std::to_string(list.size()) + " series, at most " +
               std::to_string(metrics::target_series::most) + " can be shown");
  }

  void rate_rules() {
    const auto& r = plan_.rate;
    if (r.lower_above <= r.raise_below && !bad("rate", "lower_above") && !bad("rate", "raise_below"))
      fail(at("rate", written("rate", "lower_above") ? "lower_above" : "raise_below"),
           "`lower_above` (" + time::format_ratio(r.lower_above) + ") must be more than `raise_below` (" +
               time::format_ratio(r.raise_below) + ")",
           "else the rate would be lowered and raised at once");
    if (r.least > r.most && !bad("rate", "least") && !bad("rate", "most"))
      fail(at("rate", written("rate", "least") ? "least" : "most"),
           "`least` (" + time::format_number(r.least) + ") is more than `most` (" + time::format_number(r.most) + ")");
  }

  void phase_rules() {
    std::uint64_t before = 0, peak = 0;
    bool any_good = true;  // no phase's number is in error
    const value* list = root_.find("phases");
    for (std::size_t i = 0; i < plan_.phases.size(); ++i) {
      auto& phase = plan_.phases[i];
      const value* entry = list && i < list->items.size() ? &list->items[i] : nullptr;
      const value* n = entry ? entry->find("sessions") : nullptr;
      const bool given = n && !n->where.file.empty();
      const place where = given ? n->where : phase.where;
      any_good = any_good && !bad(where);
      if (phase.sessions > plan_.sessions.max && phase.sessions != before && !bad("sessions", "max"))
        fail(where,
             "phase `" + phase.name + "` wants " + std::to_string(phase.sessions) + " sessions, but sessions.max is " +
                 std::to_string(plan_.sessions.max),
             "raise `max` in [sessions] or lower this");
      if (phase.shape == ramp::hold && given && phase.sessions != before && !bad(where))
        fail(where,
             "phase `" + phase.name + "` holds " + std::to_string(before) + " sessions, but says " +
                 std::to_string(phase.sessions),
             "remove `sessions` here, or write ramp = \"linear\" or \"step\"");
      before = phase.sessions;
      peak = std::max(peak, phase.sessions);
    }
    if (!plan_.phases.empty() && peak == 0 && any_good && plan_.load.arrivals == load_shape::arrivals_kind::closed)
      fail(plan_.phases.front().where, "no phase has a session",
           "write `sessions` in [[phases]], or let them arrive: [load] arrivals = \"poisson(2/s)\"");
  }

  void retry_rules() {
    if (plan_.retry.first > plan_.retry.most && !bad("retry", "first") && !bad("retry", "most"))
      fail(at("retry", written("retry", "first") ? "first" : "most"),
           "`first` (" + time::exact_duration(plan_.retry.first) + ") is longer than `most` (" +
               time::exact_duration(plan_.retry.most) + ")");
  }

  template <class List>
  void weights(const List& list, const place& where, const std::string& title) {
    double sum = 0;
    for (const auto& one : list) sum += one.weight;
    if (!list.empty() && sum <= 0)
      fail(where, "all weights of " + title + " are 0", "give at least one a weight above 0");
  }
  void weight_rules() {
    weights(plan_.scenarios, plan_.scenarios.empty() ? place{} : plan_.scenarios.front().where, "the scenarios");
    const value* list = root_.find("tenants");
    weights(plan_.tenants, list ? list->where : place{}, "[[tenants]]");
  }

  template <class List>
  void unique_names(const List& list, std::string_view table, const std::string& what) {
    std::set<std::string> seen;
    const value* entries = root_.find(table);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].name.empty() || seen.insert(list[i].name).second) continue;
      const value* name = entries && i < entries->items.size() ? entries->items[i].find("name") : nullptr;
      fail(name ? name->where : place{plan_.file, 0, 0}, "two " + what + " are called `" + list[i].name + "`",
           "their figures could not be told apart");
    }
  }
  void name_rules() {
    unique_names(plan_.phases, "phases", "phases");
    unique_names(plan_.tenants, "tenants", "tenants");
    std::set<std::string> seen;
    for (const auto& report : plan_.reports)
      if (!seen.insert(report.plugin).second) fail(report.where, "report `" + report.plugin + "` is named twice");
    if (plan_.name.empty() || plan_.name.find_first_of("/\\") != std::string::npos || plan_.name.front() == '.')
      fail(at("", "name"),
           "`name` becomes part of a directory's name: it must not be empty, hold / or begin with a dot");
  }

  void address_rules() {
    const auto& from = plan_.pool.from;
    if (bad("pool", "from")) return;
    if (from.empty())
      return fail(at("pool", "from"), "`from` is empty", "write for example from = [\"127.64.0.0/16\"]");
    const value* table = root_.find("pool");
    const value* list = table ? table->find("from") : nullptr;
    bool good = true;
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto entry = lsrun::pool::parse_entry(from[i]);
      if (entry) continue;
      good = false;
      const bool placed = list && i < list->items.size() && !list->items[i].where.file.empty();
      fail(placed ? list->items[i].where : at("pool", "from"), "`from`: " + entry.error_text());
    }
    if (!good || bad("pool", "count")) return;
    const auto all = lsrun::pool::expand(plan_.pool.count, from, plan_.pool.mode != pool_mode::forwarded, true);
    if (!all) fail(at("pool", written("pool", "count") ? "count" : "from"), all.error_text());
  }

  void pool_rules() {
    address_rules();
    if (plan_.threads > plan_.pool.count && !bad("run", "threads") && !bad("pool", "count"))
      fail(at("run", "threads"),
           "`threads` is " + std::to_string(plan_.threads) + ", but there " +
               (plan_.pool.count == 1 ? "is 1 client address"
                                      : "are " + std::to_string(plan_.pool.count) + " client addresses"),
           "each thread needs an address of its own: raise `count` in [pool] or lower this");
    if (plan_.pool.header.find_first_of(" :\r\n\t") != std::string::npos || plan_.pool.header.empty())
      fail(at("pool", "header"), "`header` must be the name of a header");
  }

  // The nearest directory above that exists must take a new entry.
  void output_rules() {
    if (plan_.results.empty()) return fail(at("reports", "directory"), "`directory` is empty", "write \".\" for here");
    namespace fs = std::filesystem;
    std::error_code failed;
    fs::path existing = fs::absolute(plan_.results, failed);
    while (!fs::exists(existing, failed) && existing.has_relative_path()) existing = existing.parent_path();
    const std::string shown = config::quoted(existing.string());
    if (!fs::is_directory(existing, failed))
      fail(at("reports", "directory"), "`directory`: " + shown + " is not a directory");
    else if (::access(existing.c_str(), W_OK | X_OK) != 0)
      fail(at("reports", "directory"), "`directory`: " + shown + " cannot be written to: " + std::strerror(errno));
  }

  void message_rules() {
    if (plan_.messages.file.empty()) return;
    if (const auto loaded = load_messages(plan_.messages); !loaded)
      fail(at("messages", "file"), "`file`: " + loaded.error_text());
  }

  // Form only: which metrics the scenarios define is known when they are loaded (check_expressions). Every word of the
  // text is taken for a metric, so that an unknown one is no error yet.
  void form(const check& c, bool alert) {
    if (metrics::parse_expression(c.expression, alert)) return;
    std::vector<std::string> words;
    std::string word;
    for (const char ch : c.expression + " ") {
      if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '.')
        word += ch;
      else if (!word.empty())
        words.push_back(std::exchange(word, {}));
    }
    if (const auto parsed = metrics::parse_expression(c.expression, alert, words); !parsed)
      fail(c.where, parsed.error_text());
  }
  void expression_rules() {
    for (const auto& c : plan_.thresholds) form(c, false);
    for (const auto& c : plan_.abort) form(c, false);
    for (const auto& c : plan_.alerts) form(c, true);
    if (!plan_.alert_command.empty() && plan_.alerts.empty())
      fail(at("alerts", "command"), "`command` would never run: [alerts] has no `check`");
  }

  const value& root_;
  plan& plan_;
  std::vector<problem>& problems_;
};

}  // namespace

void check_rules(const value& root, plan& p, std::vector<problem>& problems) { rules(root, p, problems).run(); }

std::vector<problem> check_expressions(const plan& p, const std::vector<std::string>& scenario_metric_names) {
  std::vector<problem> problems;
  const auto check_all = [&](const std::vector<check>& list, bool alert) {
    for (const auto& c : list)
      if (const auto parsed = metrics::parse_expression(c.expression, alert, scenario_metric_names); !parsed)
        problems.push_back({c.where, parsed.error_text(), ""});
  };
  check_all(p.thresholds, false);
  check_all(p.abort, false);
  check_all(p.alerts, true);
  return problems;
}

}  // namespace lsrun::config
