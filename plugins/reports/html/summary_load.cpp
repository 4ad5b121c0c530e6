// What the load was, what went wrong and what to do.
#include <algorithm>

#include "common/text.hpp"
#include "html/summary.hpp"

namespace reports {
namespace {

constexpr std::size_t failures_shown = 4;

class figures {  // a list of figure and name, absent ones left out
 public:
  void add(const std::string& name, const std::string& value, const std::string& note = "") {
    list_ +=
        "<div><dt>" + name + "</dt><dd>" + value + (note.empty() ? "" : " <small>" + note + "</small>") + "</dd></div>";
  }
  void add_count(const json::value& d, const char* path, const char* name, const std::string& note = "") {
    if (const auto n = count(d, path)) add(name, whole(*n), note);
  }
  void add_time(const json::value& d, const char* path, const char* name) {
    if (const auto n = number(d, path)) add(name, milliseconds(*n));
  }
  std::string list() const { return list_.empty() ? "" : "<dl class=\"figures\">" + list_ + "</dl>"; }

 private:
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

std::string sentence(const json::value& d) {
  std::string s;
  if (const auto n = count(d, "totals/requests/sent")) {
    s += counted(*n, "request", "requests");
    if (const auto length = number(d, "run/duration_s")) s += " in " + seconds_exact(*length);
    if (const auto rate = number(d, "rates/requests_per_s")) s += " (" + per_second(*rate) + ")";
    if (const auto n_addresses = rows(d, "addresses").size(); n_addresses > 0)
      s += " from " + counted(n_addresses, "client address", "client addresses");
    s += ". ";
  }
  if (const auto n = count(d, "totals/sessions/opened")) {
    s += counted(*n, "session was opened", "sessions were opened");
    if (const auto peak = count(d, "totals/sessions/peak_alive")) s += ", at most " + whole(*peak) + " alive at once";
    if (const auto planned = count(d, "run/planned_sessions")) s += " (" + whole(*planned) + " planned)";
    s += ".";
  }
  return s.empty() ? "" : "<p>" + s + "</p>";
}

std::string words_of(std::string_view outcome) {
  if (outcome == "rate_limited") return "refused";
  if (outcome == "timeout") return "timed out";
  if (outcome == "connect_error") return "found no connection";
  if (outcome == "server_error") return "met a server error";
  if (outcome == "client_error") return "were rejected as wrong";
  if (outcome == "protocol_error") return "got an unreadable answer";
  if (outcome == "plugin_fault") return "ended by a fault of the scenario plugin";
  return html(outcome);
}

std::string failure(const json::value& f) {
  const auto n = count(f, "count").value_or(0);
  const std::string_view operation = text(f, "operation");
  std::string s = "<li><strong>" + whole(n) + "</strong> " +
                  (operation.empty() ? "" : "<code>" + html(operation) + "</code> ") +
                  (n == 1 ? "request " : "requests ") + (text(f, "outcome") == "rate_limited" ? "were " : "") +
                  words_of(text(f, "outcome"));
  if (const auto status = count(f, "status"); status && *status != 0) s += " (" + std::to_string(*status) + ")";
  if (const auto message = text(f, "message"); !message.empty()) s += ": <q>" + html(message) + "</q>";
  const auto from = number(f, "first_s"), to = number(f, "last_s");
  if (from && to) s += ", between " + seconds_exact(*from) + " and " + seconds_exact(*to);
  const json::array& at = rows(f, "addresses");
  if (at.size() == 1)
    s += ", at " + html(text(at.front(), "address"));
  else if (at.size() > 1)
    s += ", most at " + html(text(at.front(), "address"));
  return s + "</li>";
}

std::string alert(const json::value& a) {
  std::string s = "<li>Alert <code>" + html(text(a, "expression")) + "</code>";
  if (const auto from = number(a, "from_s")) s += " from " + seconds_exact(*from);
  const auto to = number(a, "to_s");
  return s + (to ? " to " + seconds_exact(*to) : " until the end") + "</li>";
}

std::string chart_name(std::string_view chart) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"requests", "requests over time"}, {"latency", "response time over time"}, {"turns", "response time by turn"},
      {"sessions", "sessions over time"}, {"rate", "refusals and multiplier"},    {"addresses", "client addresses"},
      {"generator", "lsrun's own use"},   {"target", "the target's process"}};
  for (const auto& [id, name] : names)
    if (id == chart) return std::string(name);
  return "";
}

}  // namespace

std::string load(const json::value& d) {
  figures f;
  f.add_count(d, "totals/requests/ok", "Requests ok");
  f.add_count(d, "totals/requests/rate_limited", "Refused (429)", ratio_note(d, "ratios/rate_limit_ratio"));
  if (const auto n = failed(d)) f.add("Failed", whole(*n), ratio_note(d, "ratios/system_failure_ratio"));
  if (const auto r = number(d, "ratios/success_ratio")) f.add("Steps ended well", percent(*r));
  f.add_time(d, "latency/response_time/p50_ms", "Response p50");
  f.add_time(d, "latency/response_time/p95_ms", "Response p95");
  f.add_time(d, "latency/response_time/p99_ms", "Response p99");
  f.add_time(d, "latency/throttle_wait/p95_ms", "Permit wait p95");
  return sentence(d) + f.list();
}

std::string what_went_wrong(const json::value& d) {
  const json::array& failures = rows(d, "failures");
  std::string list;
  for (std::size_t i = 0; i < std::min(failures.size(), failures_shown); ++i) list += failure(failures[i]);
  if (failures.size() > failures_shown)
    list += "<li><a href=\"#failures\">" + counted(failures.size() - failures_shown, "further kind", "further kinds") +
            " of failure</a></li>";
  if (const auto lost = count(d, "totals/sessions/lost"); lost && *lost > 0)
    list += "<li><strong>" + whole(*lost) + "</strong> " + (*lost == 1 ? "session was" : "sessions were") +
            " lost: the target no longer knew " + (*lost == 1 ? "it" : "them") + "</li>";
  for (const json::value& a : rows(d, "alerts")) list += alert(a);
  if (list.empty()) return "<p>No request was refused or failed.</p>";
  return "<ul>" + list + "</ul>";
}

std::string what_to_do(const json::value& d) {
  std::string list;
  for (const json::value& a : rows(d, "advice")) {
    list += "<li><strong>" + html(text(a, "finding")) + ".</strong> " + html(text(a, "advice"));
    const std::string name = chart_name(text(a, "chart"));
    if (const auto evidence = text(a, "evidence"); !evidence.empty() || !name.empty()) {
      list += "<div class=\"note\">" + html(evidence);
      if (!name.empty())
        list += std::string(evidence.empty() ? "" : " &middot; ") + "<a href=\"#" + std::string(text(a, "chart")) +
                "\">see " + name + "</a>";
      list += "</div>";
    }
    list += "</li>";
  }
  return list.empty() ? "<p>Nothing was found that asks for action.</p>" : "<ol>" + list + "</ol>";
}

}  // namespace reports
