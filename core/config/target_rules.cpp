// Rules about the target: its URL and TLS, its process and health, its own metrics.
#include <algorithm>
#include <set>

#include "config/lower.hpp"
#include "config/rule_context.hpp"
#include "config/url.hpp"
#include "metrics/target_series.hpp"

namespace lsrun::config {
namespace {

class target_rules : private rule_context {
 public:
  explicit target_rules(const rule_context& context) : rule_context(context) {}

  void run() {
    url_rules();
    process_rules();
    metrics_rules();
  }

 private:
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

  void process_rules() {
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
};

}  // namespace

void check_target(const rule_context& context) { target_rules(context).run(); }

}  // namespace lsrun::config
