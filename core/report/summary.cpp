// Sections in the order of a reader's questions: did it pass, how many, how fast, how was the target, what to do.
#include "report/summary.hpp"

#include <algorithm>
#include <cmath>

#include "report/document_reading.hpp"
#include "report/terminal_text.hpp"
#include "time/units.hpp"

namespace lsrun::report {
namespace {

using time::format_count;
using time::format_ratio;

constexpr const char *red = "\x1b[31m", *green = "\x1b[32m", *bold = "\x1b[1m", *plain = "\x1b[0m";

std::string from_ms(double ms) { return time::format_duration(time::from_seconds(ms / 1e3)); }

class writer {
 public:
  writer(const json::object& document, const summary_options& options) : d_{document}, options_{options} {}

  std::string run() {
    head();
    thresholds();
    requests();
    sessions();
    latency();
    target();
    generator();
    alerts();
    advice();
    if (!options_.report_path.empty()) out_ += "\n  " + options_.report_path + "\n";
    out_ += "exit " + std::to_string(options_.exit_code.value_or(whole(d_, {"verdict", "exit_code"}))) + "\n";
    return out_;
  }

 private:
  std::string marked(const std::string& words, const char* code) const {
    return options_.colour ? code + words + plain : words;
  }

  void head() {
    const std::string validity = text(d_, {"verdict", "validity"});
    std::string word = validity;
    for (char& c : word) c = c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    out_ += marked(text(d_, {"run", "name"}), bold) + "  " + length_of(number(d_, {"run", "duration_s"}));
    if (const double scale = number(d_, {"run", "time_scale"}); scale != 1 && scale > 0)
      out_ += " (time scale " + time::format_number(scale) + ")";
    out_ += "  against " + text(d_, {"run", "target_url"}) + "     ";
    out_ += marked(word, validity == "valid" ? green : red);
    const std::uint64_t judged = whole(d_, {"verdict", "thresholds_judged"});
    if (judged > 0)
      out_ += "   " + std::to_string(whole(d_, {"verdict", "thresholds_held"})) + " of " + std::to_string(judged) +
              (judged == 1 ? " threshold holds" : " thresholds hold");
    out_ += "\n\n";
    if (const json::value* v = find(d_, {"verdict", "reasons"}); v && v->is_array() && !v->get_array().empty()) {
      for (const auto& reason : v->get_array())
        if (reason.is_string()) out_ += "  " + wrapped(shown(reason), 2) + "\n";
      out_ += "\n";
    }
  }

  void thresholds() {
    const json::array& rows = list(d_, "thresholds");
    std::size_t widest = 0, widest_value = 0;
    const auto value_of = [](const json::object& row) {
      const std::string observed = text(row, {"observed_text"});
      return observed.empty() ? std::string("-") : observed;
    };
    for (const auto& row : rows) {
      widest = std::max(widest, text(row.as_object(), {"expression"}).size());
      widest_value = std::max(widest_value, value_of(row.as_object()).size());
    }
    for (const auto& v : rows) {
      const json::object& row = v.as_object();
      const json::value* held = row.if_contains("holds");
      const bool holds = held && held->is_bool() && held->get_bool();
      std::string expression = text(row, {"expression"}), observed = value_of(row);
      const std::string note = text(row, {"note"});
      expression.resize(widest, ' ');
      if (!note.empty()) observed.resize(widest_value, ' ');
      out_ += "  " + marked(holds ? "v" : "x", holds ? green : red) + " " + expression + "  " + observed;
      out_ += note.empty() ? "\n" : "   " + note + "\n";
    }
    if (!rows.empty()) out_ += "\n";
  }

  void requests() {
    const json::value* requests = find(d_, {"totals", "requests"});
    if (!requests || !requests->is_object()) return;
    const json::object& by = requests->get_object();
    std::string words = format_count(whole(by, {"sent"}));
    for (const auto& [key, name] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"ok", "ok"},
                                                                              {"business_error", "business"},
                                                                              {"rate_limited", "429"},
                                                                              {"timeout", "timeout"},
                                                                              {"connect_error", "connect"},
                                                                              {"server_error", "server"},
                                                                              {"client_error", "client"},
                                                                              {"protocol_error", "protocol"},
                                                                              {"cancelled", "cancelled"},
                                                                              {"empty_poll", "empty poll"}})
      if (const std::uint64_t n = whole(by, {key}); n > 0 || key == "ok")
        words += "   " + std::string(name) + " " + format_count(n);
    const json::value* law = find(d_, {"conservation", "holds"});
    const bool holds = law && law->is_bool() && law->get_bool();
    out_ += report::row("requests", words + "   " + (holds ? "(sums hold)" : marked("(sums do NOT hold)", red)));
    std::string ratios = time::format_number(number(d_, {"rates", "requests_per_s"})) + "/s";
    for (const auto& [key, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"rate_limit_ratio", "429"}, {"success_ratio", "success"}, {"system_success_ratio", "system success"}})
      if (find(d_, {"ratios", key}))
        ratios += "   " + std::string(name) + " " + format_ratio(number(d_, {"ratios", key}));
    out_ += report::row("", ratios);
  }

  void sessions() {
    std::string words = format_count(whole(d_, {"totals", "sessions", "opened"})) + " opened";
    if (find(d_, {"rates", "sessions_created_per_s"}))
      words += " (" + time::format_number(number(d_, {"rates", "sessions_created_per_s"})) + "/s)";
    words += ", peak " + format_count(whole(d_, {"totals", "sessions", "peak_alive"})) + " alive";
    for (const auto& [key, name] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"failed_to_open", "failed to open"},
                                                                              {"closed", "closed"},
                                                                              {"expired", "expired"},
                                                                              {"lost", "lost"},
                                                                              {"alive_at_end", "alive at the end"}})
      if (const std::uint64_t n = whole(d_, {"totals", "sessions", key}); n > 0)
        words += ", " + std::string(name) + " " + format_count(n);
    out_ += report::row("sessions", words);
  }

  void latency() {
    const json::value* h = find(d_, {"latency", "response_time"});
    std::string words;
    if (h && h->is_object()) {
      const json::object& o = h->get_object();
      words = "p50 " + from_ms(number(o, {"p50_ms"})) + "   p95 " + from_ms(number(o, {"p95_ms"})) + "   p99 " +
              from_ms(number(o, {"p99_ms"})) + "   max " + from_ms(number(o, {"max_ms"}));
    }
    if (find(d_, {"latency", "throttle_wait", "p95_ms"}))
      words += std::string(words.empty() ? "" : "   ") + "throttle wait p95 " +
               from_ms(number(d_, {"latency", "throttle_wait", "p95_ms"}));
    if (!words.empty()) out_ += report::row("latency", words);
  }

  // "leak suspected: +231MiB/h, 95 % 198MiB..263MiB"
  std::string leak() {
    const std::string verdict = text(d_, {"leak", "verdict"});
    if (verdict == "not_suspected") return ", no leak suspected";
    if (verdict != "suspected") return "";
    const auto size = [&](const char* key) { return time::format_size(whole(d_, {"leak", key})); };
    return ", leak suspected: +" + size("bytes_per_hour") + "/h, 95 % " + size("bytes_per_hour_least") + ".." +
           size("bytes_per_hour_most");
  }

  void target() {
    // The processor in the phase in which it had most to do.
    double busiest = -1;
    std::string words;
    for (const auto& phase : list(d_, "phases"))
      if (find(phase.as_object(), {"target", "cpu_mean"}))
        if (const double cpu = number(phase.as_object(), {"target", "cpu_mean"}); cpu > busiest) {
          busiest = cpu;
          words = "cpu " + std::to_string(std::lround(cpu * 100)) + "% in phase " + text(phase.as_object(), {"name"});
        }
    if (find(d_, {"target", "rss_first_bytes"}))
      words += std::string(words.empty() ? "" : ", ") + "rss " +
               time::format_size(whole(d_, {"target", "rss_first_bytes"})) + " -> " +
               time::format_size(whole(d_, {"target", "rss_last_bytes"})) + " (at most " +
               time::format_size(whole(d_, {"target", "rss_max_bytes"})) + ")";
    words += leak();
    if (!words.empty()) out_ += report::row("target", words);
    if (find(d_, {"recovery", "burst"}))
      out_ += report::row(
          "recovery", find(d_, {"recovery", "recovered_after_s"})
                          ? time::format_duration(time::from_seconds(number(d_, {"recovery", "recovered_after_s"}))) +
                                " after the end of " + text(d_, {"recovery", "burst"})
                          : "not within the run after " + text(d_, {"recovery", "burst"}));
  }

  void generator() {
    std::string words;
    if (find(d_, {"latency", "lag", "p99_ms"})) words = "lag p99 " + from_ms(number(d_, {"latency", "lag", "p99_ms"}));
    if (find(d_, {"generator", "cpu_us_per_request"}))
      words += std::string(words.empty() ? "" : ", ") + "cpu " +
               from_ms(number(d_, {"generator", "cpu_us_per_request"}) / 1e3) + " a request";
    if (find(d_, {"generator", "peak_rss_bytes"}))
      words += std::string(words.empty() ? "" : ", ") + "rss at most " +
               time::format_size(whole(d_, {"generator", "peak_rss_bytes"}));
    // It made some requests and their answers later; docs/measurement.md, "What a full core adds".
    if (const std::uint64_t most = whole(d_, {"generator", "wake_pause_us"}); most > 0)
      words += std::string(words.empty() ? "" : "   ") + "a core nearly full: pauses of up to " +
               from_ms(static_cast<double>(most) / 1e3);
    if (!words.empty()) out_ += report::row("lsrun", words);
  }

  void alerts() {
    for (const auto& v : list(d_, "alerts")) {
      const json::object& a = v.as_object();
      std::string words = text(a, {"expression"}) + "   from " + length_of(number(a, {"from_s"}));
      words += a.contains("to_s") ? " to " + length_of(number(a, {"to_s"})) : " to the end";
      out_ += report::row("alert", words);
    }
  }

  void advice() {
    const json::array& rows = list(d_, "advice");
    if (rows.empty()) return;
    out_ += "\n  What to do\n";
    for (const auto& v : rows) {
      const json::object& a = v.as_object();
      out_ +=
          "  - " + wrapped(text(a, {"finding"}) + ": " + text(a, {"evidence"}) + ". " + text(a, {"advice"}), 4) + "\n";
    }
  }

  const json::object& d_;
  const summary_options& options_;
  std::string out_;
};

}  // namespace

model::result<std::string> summary(std::string_view document, const summary_options& options) {
  json::error_code fault;
  json::monotonic_resource memory;  // tens of thousands of addresses are freed at once
  const json::value v = json::parse(document, fault, &memory);
  if (fault) return model::error{"the report cannot be read: " + fault.message()};
  const json::object* o = v.if_object();
  if (!o || text(*o, {"schema"}) != "lsrun-report/1")
    return model::error{"the report cannot be read: its schema is not lsrun-report/1"};
  try {
    return writer(*o, options).run();
  } catch (const std::exception& broken) {
    return model::error{std::string("the report cannot be read: ") + broken.what()};
  }
}

}  // namespace lsrun::report
