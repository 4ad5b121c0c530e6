// Which cases a run makes, and their XML by the structure that Jenkins publishes (xunit plugin, junit-10.xsd) and
// GitLab and GitHub's actions read too: nothing but what all of them know.
#include "junit/cases.hpp"

#include <algorithm>

#include "common/sentences.hpp"
#include "common/text.hpp"

namespace reports {
namespace {

constexpr std::size_t failures_told = 5;

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

std::string group_of(const json::value& d, const char* kind) {
  std::string name = clean(text(d, "run/name"));
  std::replace(name.begin(), name.end(), '.', '_');  // readers take what is before a dot for a package
  return "lsrun." + (name.empty() ? "run" : name) + "." + kind;
}

// What went wrong in the run and what to do: the evidence of whatever did not hold.
std::string findings(const json::value& d) {
  std::vector<std::string> lines;
  const json::array& failures = rows(d, "failures");
  if (!failures.empty()) lines.push_back("Requests that were refused or failed:");
  for (std::size_t i = 0; i < std::min(failures.size(), failures_told); ++i)
    lines.push_back("- " + failure_words(failures[i], clean));
  if (failures.size() > failures_told)
    lines.push_back("- and " + counted(failures.size() - failures_told, "further kind", "further kinds"));
  if (!rows(d, "advice").empty()) lines.push_back("Advice:");
  for (const json::value& a : rows(d, "advice"))
    lines.push_back("- " + clean(text(a, "finding")) + " (" + clean(text(a, "evidence")) + "). " +
                    clean(text(a, "advice")));
  return joined(lines);
}

test_case trust_case(const json::value& d) {
  test_case c{group_of(d, "trust"), "the figures can be trusted", test_case::verdict::passed, {}, {}};
  const std::vector<std::string> why = doubts(d, clean);
  if (verdict_word(d) == "no verdict") {
    c.how = test_case::verdict::error;
    c.message = "not valid (" + clean(text(d, "verdict/validity")) + ")" + (why.empty() ? "" : ": " + why.front());
  }
  c.evidence = "validity: " + clean(text(d, "verdict/validity")) + "\n" + joined(why) + load_words(d) + "\n";
  return c;
}

test_case threshold_case(const json::value& d, const json::value& t) {
  test_case c{group_of(d, "thresholds"), clean(text(t, "expression")), test_case::verdict::passed, {}, {}};
  c.evidence = observed_and_bound(t, clean) + "\n";
  if (const auto note = text(t, "note"); !note.empty()) c.evidence += clean(note) + "\n";
  if (flag(t, "holds").value_or(false)) return c;
  c.how = test_case::verdict::failed;
  c.message = observed_and_bound(t, clean);
  c.evidence += findings(d);
  return c;
}

std::string attribute(const char* name, std::string_view value) {
  return " " + std::string(name) + "=\"" + html(value) + "\"";
}

std::string lines_of(const std::string& text) {  // escaped, its line breaks kept
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += html(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return out;
}

std::string element(const test_case& c) {
  const bool passed = c.how == test_case::verdict::passed;
  const char* name = passed ? "system-out" : c.how == test_case::verdict::failed ? "failure" : "error";
  std::string x = "    <testcase" + attribute("classname", c.group) + attribute("name", c.name) + ">\n      <" + name;
  if (!passed)
    x += attribute("type", c.how == test_case::verdict::failed ? "threshold" : "validity") +
         attribute("message", c.message);
  return x + ">" + lines_of(c.evidence) + "</" + name + ">\n    </testcase>\n";
}

std::string properties(const json::value& d) {
  std::string x = "    <properties>\n";
  for (const char* path : {"run/id", "run/target_url", "run/time_scale", "run/seed", "run/threads", "run/lsrun_version",
                           "run/command", "run/started_utc", "run/ended_utc", "verdict/validity", "verdict/exit_code",
                           "totals/requests/sent", "totals/sessions/opened", "rates/requests_per_s",
                           "latency/response_time/p50_ms", "latency/response_time/p95_ms",
                           "latency/response_time/p99_ms", "ratios/rate_limit_ratio", "ratios/success_ratio"}) {
    const json::value* v = find(d, path);
    if (!v || v->is_null()) continue;
    const auto n = number(d, path);
    const std::string value = n ? plain(*n) : std::string(text(d, path));
    x += "      <property" + attribute("name", path) + attribute("value", value) + "/>\n";
  }
  return x + "    </properties>\n";
}

}  // namespace

std::vector<test_case> test_cases(const json::value& d) {
  std::vector<test_case> all{trust_case(d)};
  for (const json::value& t : rows(d, "thresholds")) all.push_back(threshold_case(d, t));
  return all;
}

std::string junit_xml(const json::value& d) {
  const std::vector<test_case> cases = test_cases(d);
  const auto how_many = [&](test_case::verdict v) {
    return std::to_string(std::count_if(cases.begin(), cases.end(), [v](const test_case& c) { return c.how == v; }));
  };
  const std::string name(text(d, "run/name")), started(text(d, "run/started_utc"));
  const std::string sums = attribute("tests", std::to_string(cases.size())) +
                           attribute("failures", how_many(test_case::verdict::failed)) +
                           attribute("errors", how_many(test_case::verdict::error));
  // Three decimals and no grouping: what the published structure takes for a time.
  const std::string time = attribute(
      "time",
      plain(static_cast<double>(static_cast<std::uint64_t>(number(d, "run/duration_s").value_or(0) * 1000)) / 1000));
  std::string x = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "lsrun") + sums + time +
                  ">\n  <testsuite" + attribute("name", name.empty() ? "run" : name) + sums +
                  attribute("skipped", "0") + time;
  if (started.size() >= 19) x += attribute("timestamp", started.substr(0, 19));
  x += ">\n" + properties(d);
  for (const test_case& c : cases) x += element(c);
  return x + "  </testsuite>\n</testsuites>\n";
}

}  // namespace reports
