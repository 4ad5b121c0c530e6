// The run report as one page that opens from disk. What a reader needs first stands in the HTML itself, readable without
// JavaScript: the verdict, whether the figures may be trusted, thresholds, load, advice. Charts and tables are drawn by the page.
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <lsrun/report.hpp>

#include "page_data.hpp"
#include "parts.hpp"

namespace {

namespace json = boost::json;
using html_report::escaped;

// A member, by path, of whatever kind; null where it was not measured.
const json::value& at(const json::value& v, std::initializer_list<std::string_view> path) {
  static const json::value nothing;
  const json::value* here = &v;
  for (const std::string_view key : path) {
    const json::object* o = here->if_object();
    here = o == nullptr ? nullptr : o->if_contains(key);
    if (here == nullptr) return nothing;
  }
  return *here;
}
std::string text(const json::value& v) { return v.is_string() ? std::string(v.get_string()) : std::string(); }
double number(const json::value& v) { return v.is_number() ? v.to_number<double>() : 0; }

std::string count(double n) {
  std::string digits = std::to_string(static_cast<long long>(std::llround(n)));
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, "\u2009");
  return digits;
}
std::string three_digits(double v) {
  char out[40];
  std::snprintf(out, sizeof out, std::abs(v) >= 100 ? "%.0f" : "%.3g", v);
  return out;
}
std::string duration(double s) {
  if (s < 60) return three_digits(s) + " s";
  const auto whole = static_cast<long long>(std::llround(s));
  const std::string minutes = std::to_string(whole / 60 % 60) + " min";
  if (whole >= 3600) return std::to_string(whole / 3600) + " h " + minutes;
  return minutes + (whole % 60 != 0 ? " " + std::to_string(whole % 60) + " s" : "");
}
std::string milliseconds(const json::value& v) {
  if (!v.is_number()) return "–";
  const double ms = number(v);
  return ms < 1 ? three_digits(ms * 1000) + " µs" : ms < 1000 ? three_digits(ms) + " ms" : three_digits(ms / 1000) + " s";
}
std::string percent(const json::value& v) { return v.is_number() ? three_digits(number(v) * 100) + " %" : "–"; }

struct page {
  const json::value& d;

  bool passed() const { return at(d, {"verdict", "passed"}).is_bool() && at(d, {"verdict", "passed"}).get_bool(); }
  std::string validity() const { return text(at(d, {"verdict", "validity"})); }

  std::string verdict() const {
    const json::array* list = at(d, {"thresholds"}).if_array();
    const std::size_t all = list == nullptr ? 0 : list->size();
    std::size_t held = 0;
    std::string crossed;
    for (std::size_t i = 0; i < all; ++i) {
      const json::value& t = (*list)[i];
      if (at(t, {"holds"}).is_bool() && at(t, {"holds"}).get_bool())
        ++held;
      else if (crossed.empty())
        crossed = text(at(t, {"expression"}));
    }
    if (validity() == "target_lost") return "The target was lost during the run.";
    if (validity() == "interrupted") return "The run was interrupted before its end.";
    if (all == 0) return "The run ended; it had no thresholds to judge the target by.";
    if (held == all) return "The target held: all " + std::to_string(all) + " thresholds hold.";
    return "The target did not hold: " + std::to_string(all - held) + " of " + std::to_string(all) + " thresholds crossed, first " + escaped(crossed) + ".";
  }

  std::string trusted() const {
    std::string reasons;
    if (const json::array* list = at(d, {"verdict", "reasons"}).if_array())
      for (const json::value& r : *list) reasons += " " + escaped(text(r)) + ".";
    const std::string v = validity();
    if (v == "valid") return "<strong>The figures are valid</strong>: lsrun kept its schedule, and the sums hold." + reasons;
    if (v == "generator_limited") return "<strong>The figures are not valid</strong>: lsrun itself was the limit." + reasons;
    if (v == "target_lost") return "<strong>The figures end where the target did.</strong>" + reasons;
    return "<strong>The figures cover what ran.</strong>" + reasons;
  }

  // How far the observed value goes towards its bound: full width is 1.25 times the greater of both.
  static std::string bar(const json::value& t, bool holds) {
    const json::value &observed = at(t, {"observed"}), &bound = at(t, {"bound"});
    if (!observed.is_number() || !bound.is_number()) return "";
    const double o = std::abs(number(observed)), b = std::abs(number(bound)), full = 1.25 * std::max(o, b);
    if (full <= 0) return "";
    char out[200];
    std::snprintf(out, sizeof out, "<span class=\"bar%s\" aria-hidden=\"true\"><i style=\"width:%.1f%%\"></i><b style=\"left:%.1f%%\"></b></span>",
                  holds ? "" : " over", o / full * 100, b / full * 100);
    return out;
  }

  std::string thresholds() const {
    const json::array* list = at(d, {"thresholds"}).if_array();
    if (list == nullptr || list->empty()) return "<p>None were set.</p>";
    std::string rows;
    for (const json::value& t : *list) {
      const bool holds = at(t, {"holds"}).is_bool() && at(t, {"holds"}).get_bool();
      std::string observed = text(at(t, {"observed_text"}));
      if (observed.empty()) observed = at(t, {"observed"}).is_number() ? three_digits(number(at(t, {"observed"}))) : "not measured";
      rows += "<tr><td class=\"" + std::string(holds ? "holds" : "crossed") + "\">" + (holds ? "✓ holds" : "✗ crossed") +
              "</td><td class=\"expression\">" + escaped(text(at(t, {"expression"}))) + "</td><td class=\"number\">" + escaped(observed) + "</td><td>" +
              bar(t, holds) + "</td><td>" + escaped(text(at(t, {"note"}))) + "</td></tr>\n";
    }
    return "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Threshold</th><th scope=\"col\" class=\"number\">Observed</th>"
           "<th scope=\"col\">Observed against its bound</th><th scope=\"col\"></th></tr></thead><tbody>" + rows + "</tbody></table></div>";
  }

  std::string overview() const {
    std::string out = "<dl class=\"facts\">";
    const auto fact = [&](const std::string& name, const std::string& value, const std::string& more) {
      out += "<div><dt>" + name + "</dt><dd>" + value + "<small>" + more + "</small></dd></div>";
    };
    const json::value& r = at(d, {"totals", "requests"});
    const auto of = [&](const char* key) { return number(at(r, {key})); };
    const double failed = of("timeout") + of("connect_error") + of("server_error") + of("client_error") + of("protocol_error");
    fact("Requests", count(of("sent")), three_digits(number(at(d, {"rates", "requests_per_s"}))) + " a second");
    fact("Answered", count(of("ok") + of("business_error")), count(of("business_error")) + " of them business errors");
    fact("Refused (429)", count(of("rate_limited")), percent(at(d, {"ratios", "rate_limit_ratio"})) + " of the requests");
    fact("Failed", count(failed), percent(at(d, {"ratios", "system_failure_ratio"})) + " of the requests");
    fact("Steps that succeeded", percent(at(d, {"ratios", "success_ratio"})), "retries forgiven");
    const json::value& s = at(d, {"totals", "sessions"});
    fact("Sessions", count(number(at(s, {"opened"}))), "at most " + count(number(at(s, {"peak_alive"}))) + " alive; " + count(number(at(s, {"lost"}))) + " lost, " +
         count(number(at(s, {"failed_to_open"}))) + " failed to open");
    const json::value& l = at(d, {"latency", "response_time"});
    fact("Response time p50", milliseconds(at(l, {"p50_ms"})), "p95 " + milliseconds(at(l, {"p95_ms"})) + ", p99 " + milliseconds(at(l, {"p99_ms"})) + ", max " + milliseconds(at(l, {"max_ms"})));
    fact("Throttle wait p95", milliseconds(at(d, {"latency", "throttle_wait", "p95_ms"})), "for permits; not in response time");
    return out + "</dl>";
  }

  static std::string anchor(const std::string& chart) {
    if (chart == "requests") return "latency";
    return chart == "rate" ? "rate_limits" : chart;
  }

  std::string advice() const {
    const json::array* list = at(d, {"advice"}).if_array();
    if (list == nullptr || list->empty()) return "<p>Nothing stood out in this run.</p>";
    std::string items;
    for (const json::value& a : *list) {
      const std::string chart = text(at(a, {"chart"}));
      items += "<li><strong>" + escaped(text(at(a, {"finding"}))) + ".</strong> " + escaped(text(at(a, {"evidence"}))) + ". " + escaped(text(at(a, {"advice"})));
      if (!chart.empty()) items += " <a href=\"#" + escaped(anchor(chart)) + "\">See why</a>";
      items += "</li>\n";
    }
    return "<ul class=\"advice\">" + items + "</ul>";
  }

  std::string run_line() const {
    const double scale = number(at(d, {"run", "time_scale"}));
    return escaped(text(at(d, {"run", "name"}))) + " against " + escaped(text(at(d, {"run", "target_url"}))) + ", " +
           duration(number(at(d, {"run", "duration_s"}))) + (scale > 1 ? " (a rehearsal " + three_digits(scale) + " times as fast)" : "") + ", begun " + escaped(text(at(d, {"run", "started_utc"})));
  }
};

// Fills {{words}}; what is filled in is not looked at again.
std::string filled(std::string_view form, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!form.empty()) {
    const std::size_t open = form.find("{{"), close = open == form.npos ? form.npos : form.find("}}", open);
    if (close == form.npos) break;
    out += form.substr(0, open);
    for (const auto& [word, value] : values)
      if (word == form.substr(open + 2, close - open - 2)) out += value;
    form.remove_prefix(close + 2);
  }
  return out + std::string(form);
}

struct html_writer {
  static constexpr auto name = "html";
  static constexpr auto help = "one page with charts and tables that opens from disk, nothing loaded from anywhere";

  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    const json::value document = json::parse(in.document());
    const page p{document};
    out.file("report.html",
             filled(html_report::template_html(), {{"title", escaped(text(at(document, {"run", "name"}))) + " – lsrun report"},
                                                   {"styles", std::string(html_report::styles())},
                                                   {"run_line", p.run_line()},
                                                   {"verdict_class", p.passed() && p.validity() == "valid" ? "good" : "bad"},
                                                   {"verdict", p.verdict()},
                                                   {"validity", p.trusted()},
                                                   {"thresholds", p.thresholds()},
                                                   {"overview", p.overview()},
                                                   {"advice", p.advice()},
                                                   {"version", escaped(text(at(document, {"run", "lsrun_version"})))},
                                                   {"data", html_report::page_data(document.as_object())},
                                                   {"chart_library", std::string(html_report::chart_library())},
                                                   {"scripts", std::string(html_report::scripts())}}));
  }
};

}  // namespace

LSRUN_REPORT(html_writer, "1.0.0")
