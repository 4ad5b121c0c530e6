// What the load was, what went wrong and what to do.
#include <algorithm>

#include "common/text.hpp"
#include "html/summary.hpp"

namespace reports {
namespace {

constexpr std::size_t failures_shown = 4;

class figures {  // a list of figure and name, absent ones left out
 public:
  explicit figures(const words& w) : w_{w} {}
  void add(const char* key, const char* defined, const std::string& value, const std::string& note = "") {
    list_ += "<div><dt>" + term(defined, w_.text(key)) + "</dt><dd>" + value +
             (note.empty() ? "" : " <small>" + note + "</small>") + "</dd></div>";
  }
  void add_time(const json::value& d, const char* path, const char* key, const char* defined) {
    if (const auto n = number(d, path)) add(key, defined, milliseconds(*n));
  }
  std::string list() const { return list_.empty() ? "" : "<dl class=\"figures\">" + list_ + "</dl>"; }

 private:
  const words& w_;
  std::string list_;
};

std::string ratio_note(const json::value& d, const char* path) {
  const auto r = number(d, path);
  return r ? percent(*r) : "";
}

std::optional<std::uint64_t> failed(const json::value& d) {
  std::optional<std::uint64_t> sum;
  for (const char* outcome : {"timeout", "connect_error", "server_error", "client_error", "protocol_error"})
    if (const auto n = count(d, std::string("totals/requests/") + outcome)) sum = sum.value_or(0) + *n;
  return sum;
}

std::string sentence(const json::value& d, const words& w) {
  std::string s;
  if (const auto n = count(d, "totals/requests/sent")) {
    s += w.counted("load.requests", *n);
    if (const auto length = number(d, "run/duration_s")) s += w.fill("load.in", {{"span", seconds_exact(*length)}});
    if (const auto rate = number(d, "rates/requests_per_s"))
      s += w.fill("load.rate", {{"rate", term("requests_per_s", per_second(*rate))}});
    if (const auto at = rows(d, "addresses").size(); at > 0) s += w.counted("load.from", at);
    s += w.text("stop") + " ";
  }
  if (const auto n = count(d, "totals/sessions/opened")) {
    s += w.counted("load.opened", *n);
    if (const auto peak = count(d, "totals/sessions/peak_alive")) s += w.fill("load.peak", {{"n", whole(*peak)}});
    if (const auto plan = count(d, "run/planned_sessions")) s += w.fill("load.planned", {{"n", whole(*plan)}});
    s += w.text("stop");
  }
  return s.empty() ? "" : "<p>" + s + "</p>";
}

std::string failure(const json::value& f, std::size_t index, const words& w) {
  const auto n = count(f, "count").value_or(0);
  const std::string_view operation = text(f, "operation");
  const std::string named = operation.empty() ? "" : "<code>" + html(operation) + "</code>";
  const std::string key = "went." + std::string(text(f, "outcome"));
  std::string s = "<li>" + (w.has(key + ".one")
                                ? w.counted(key, n, {{"n", "<strong>" + whole(n) + "</strong>"}, {"operation", named}})
                                : whole(n) + " " + html(text(f, "outcome")));
  if (const auto status = count(f, "status"); status && *status != 0)
    s += w.fill("went.status", {{"status", std::to_string(*status)}});
  if (const auto message = text(f, "message"); !message.empty())
    s += w.fill("went.message", {{"message", "<q>" + html(message) + "</q>"}});
  const auto from = number(f, "first_s"), to = number(f, "last_s");
  if (from && to) s += w.fill("went.span", {{"from", seconds_exact(*from)}, {"to", seconds_exact(*to)}});
  if (const json::array& at = rows(f, "addresses"); !at.empty())
    s += w.fill(at.size() == 1 ? "went.at" : "went.most_at", {{"address", html(text(at.front(), "address"))}});
  if (find(f, "example"))
    s += w.text("comma") + "<a href=\"#example-" + std::to_string(index) + "\">" + w.text("went.example") + "</a>";
  return s + "</li>";
}

std::string alert(const json::value& a, const words& w) {
  const auto from = number(a, "from_s"), to = number(a, "to_s");
  return "<li>" +
         w.fill(to ? "went.alert" : "went.alert.open",
                {{"expression", "<code>" + html(text(a, "expression")) + "</code>"},
                 {"from", from ? seconds_exact(*from) : "?"},
                 {"to", to ? seconds_exact(*to) : ""}}) +
         "</li>";
}

// The evidence in this language; English as the run report says it where a clause is not known.
std::string evidence(const json::value& a, const words& w) {
  const json::array& clauses = rows(a, "clauses");
  const bool known = w.language() != "en" && !clauses.empty() &&
                     std::all_of(clauses.begin(), clauses.end(),
                                 [&](const json::value& c) { return w.has("clause." + std::string(text(c, "id"))); });
  if (!known) return html(text(a, "evidence"));
  std::string said;
  for (const json::value& c : clauses) {
    std::string text_now = html(w.text("clause." + std::string(text(c, "id"))));
    std::string out;
    for (std::size_t at = 0; at < text_now.size();) {
      const auto open = text_now.find('{', at), close = text_now.find('}', at);
      if (open == std::string::npos || close == std::string::npos) break;
      out += text_now.substr(at, open - at) + html(text(c, "values/" + text_now.substr(open + 1, close - open - 1)));
      text_now.erase(0, close + 1);
    }
    said += (said.empty() ? "" : w.text("joint")) + out + text_now;
  }
  return said;
}

std::string advice(const json::value& a, const words& w) {
  const std::string key = "advice." + std::string(text(a, "id"));
  const bool known = w.language() != "en" && w.has(key + ".finding");
  std::string item = "<li><strong>" + (known ? w.text(key + ".finding") : html(text(a, "finding"))) + w.text("stop") +
                     "</strong> " + (known ? w.text(key + ".advice") : html(text(a, "advice")));
  const std::string proof = evidence(a, w), chart(text(a, "chart"));
  const bool has_chart = w.has("chart." + chart);
  if (!proof.empty() || has_chart) {
    item += "<div class=\"note\">" + proof;
    if (has_chart)
      item += std::string(proof.empty() ? "" : " &middot; ") + "<a href=\"#" + chart + "\">" +
              w.fill("do.see", {{"chart", w.text("chart." + chart)}}) + "</a>";
    item += "</div>";
  }
  return item + "</li>";
}

}  // namespace

std::string load(const json::value& d, const words& w) {
  figures f(w);
  if (const auto n = count(d, "totals/requests/ok")) f.add("load.ok", "ok", whole(*n));
  if (const auto n = count(d, "totals/requests/rate_limited"))
    f.add("load.refused", "rate_limit_ratio", whole(*n), ratio_note(d, "ratios/rate_limit_ratio"));
  if (const auto n = failed(d)) f.add("load.failed", "failed", whole(*n), ratio_note(d, "ratios/system_failure_ratio"));
  if (const auto r = number(d, "ratios/success_ratio")) f.add("load.success", "success_ratio", percent(*r));
  f.add_time(d, "latency/response_time/p50_ms", "load.p50", "response_time");
  f.add_time(d, "latency/response_time/p95_ms", "load.p95", "response_time");
  f.add_time(d, "latency/response_time/p99_ms", "load.p99", "response_time");
  f.add_time(d, "latency/throttle_wait/p95_ms", "load.wait", "throttle_wait");
  return sentence(d, w) + f.list();
}

std::string what_went_wrong(const json::value& d, const words& w) {
  const json::array& failures = rows(d, "failures");
  std::string list;
  for (std::size_t i = 0; i < std::min(failures.size(), failures_shown); ++i) list += failure(failures[i], i, w);
  if (failures.size() > failures_shown)
    list += "<li><a href=\"#failures\">" + w.counted("went.more", failures.size() - failures_shown) + "</a></li>";
  if (const auto lost = count(d, "totals/sessions/lost"); lost && *lost > 0)
    list += "<li>" + w.counted("went.lost", *lost) + "</li>";
  for (const json::value& a : rows(d, "alerts")) list += alert(a, w);
  return list.empty() ? "<p>" + w.text("went.nothing") + "</p>" : "<ul>" + list + "</ul>";
}

std::string what_to_do(const json::value& d, const words& w) {
  std::string list;
  for (const json::value& a : rows(d, "advice")) list += advice(a, w);
  return list.empty() ? "<p>" + w.text("do.nothing") + "</p>" : "<ol>" + list + "</ol>";
}

}  // namespace reports
