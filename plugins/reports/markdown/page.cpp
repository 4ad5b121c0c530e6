// Verdict, thresholds, figures, operations, what went wrong, what to do: the order of the HTML report's first screen.
#include "markdown/page.hpp"

#include <algorithm>

#include "common/sentences.hpp"
#include "common/text.hpp"
#include "markdown/escape.hpp"

namespace reports {
namespace {

constexpr std::size_t failures_told = 8;
constexpr std::size_t operations_told = 20;  // a comment holds 65 536 characters at most

std::string code(std::string_view s) { return markdown_code(s, false); }
std::string cell(std::string_view s) { return markdown_code(s, true); }

std::string heading(const json::value& d) {
  const std::string word = verdict_word(d);
  const std::string sign = word == "passed" ? "\u2705" : word == "failed" ? "\u274c" : "\u26a0\ufe0f";
  std::string out = "## " + sign + " lsrun " + code(text(d, "run/name")) + ": " + word + "\n\n";
  out += "**" + thresholds_words(d) + ".** " + load_words(d) + "\n\n";
  std::string line = "Against " + code(text(d, "run/target_url"));
  const std::string started(text(d, "run/started_utc"));
  if (started.size() >= 19) line += ", " + started.substr(0, 10) + " " + started.substr(11, 8) + " UTC";
  if (const auto scale = number(d, "run/time_scale"); scale && *scale != 1)
    line += ", a rehearsal: the plan's times divided by " + figure(*scale);
  return out + line + ".\n\n";
}

std::string doubts_list(const json::value& d) {
  if (verdict_word(d) != "no verdict") return "";
  std::string out =
      "> **Not valid** (" + code(text(d, "verdict/validity")) + "): do not judge the target by these figures.\n";
  for (const std::string& why : doubts(d, markdown)) out += "> - " + why + "\n";
  return out + "\n";
}

std::string thresholds_table(const json::value& d) {
  if (rows(d, "thresholds").empty()) return "";
  std::string out = "| | Threshold | Observed | Bound | |\n|---|---|--:|--:|---|\n";
  for (const bool holds : {false, true})  // crossed ones first
    for (const json::value& t : rows(d, "thresholds")) {
      if (flag(t, "holds").value_or(false) != holds) continue;
      const std::string_view observed = text(t, "observed_text");
      out += std::string(holds ? "| \u2705 holds | " : "| \u274c crossed | ") + cell(text(t, "expression")) + " | " +
             (observed.empty() ? "not measured" : markdown(observed)) + " | " +
             markdown(std::string(text(t, "comparison")) + " " + std::string(text(t, "bound_text"))) + " | " +
             markdown(text(t, "note")) + " |\n";
    }
  return out + "\n";
}

std::string time_cell(const json::value& row, const char* path) {
  const auto ms = number(row, path);
  return ms ? milliseconds(*ms) : "";
}

std::string operation_row(const json::value& o, const std::string& name) {
  const auto n = [&](const char* path) { return whole(count(o, path).value_or(0)); };
  std::uint64_t failed = 0;
  for (const char* outcome : {"timeout", "connect_error", "server_error", "client_error", "protocol_error"})
    failed += count(o, std::string("requests/") + outcome).value_or(0);
  std::string out =
      "| " + name + " | " + n("requests/sent") + " | " + n("requests/rate_limited") + " | " + whole(failed) + " |";
  for (const char* p : {"response_time/p50_ms", "response_time/p95_ms", "response_time/p99_ms"})
    out += " " + time_cell(o, p) + " |";
  return out + "\n";
}

std::string operations_table(const json::value& d) {
  const json::array& all = rows(d, "operations");
  std::string out = "| Operation | Requests | Refused | Failed | p50 | p95 | p99 |\n|---|--:|--:|--:|--:|--:|--:|\n";
  for (std::size_t i = 0; i < std::min(all.size(), operations_told); ++i)
    out += operation_row(all[i], cell(text(all[i], "operation")));
  json::object whole_run;
  if (const json::value* requests = find(d, "totals/requests")) whole_run["requests"] = *requests;
  if (const json::value* times = find(d, "latency/response_time")) whole_run["response_time"] = *times;
  out += operation_row(whole_run, "**all**");
  if (all.size() > operations_told)
    out += "\n" + counted(all.size() - operations_told, "further operation is", "further operations are") +
           " in the other reports.\n";
  return out + "\n";
}

std::string failures_list(const json::value& d) {
  const json::array& all = rows(d, "failures");
  if (all.empty()) return "";
  std::string out = "### What went wrong\n\n";
  for (std::size_t i = 0; i < std::min(all.size(), failures_told); ++i)
    out += "- " + failure_words(all[i], code) + "\n";
  if (all.size() > failures_told)
    out += "- and " + counted(all.size() - failures_told, "further kind", "further kinds") + "\n";
  return out + "\n";
}

std::string advice_list(const json::value& d) {
  if (rows(d, "advice").empty()) return "";
  std::string out = "### What to do\n\n";
  for (const json::value& a : rows(d, "advice"))
    out += "- **" + markdown(text(a, "finding")) + "** (" + markdown(text(a, "evidence")) + "). " +
           markdown(text(a, "advice")) + "\n";
  return out + "\n";
}

std::string footing(const json::value& d) {
  std::string out = "<sub>Run " + code(text(d, "run/id")) + ", lsrun " + markdown(text(d, "run/lsrun_version"));
  if (const auto seed = count(d, "run/seed")) out += ", seed " + std::to_string(*seed);
  if (const auto code = number(d, "verdict/exit_code")) out += ", exit code " + plain(*code);
  return out + "</sub>\n";
}

}  // namespace

std::string markdown_page(const json::value& d) {
  return heading(d) + doubts_list(d) + thresholds_table(d) + operations_table(d) + failures_list(d) + advice_list(d) +
         footing(d);
}

}  // namespace reports
