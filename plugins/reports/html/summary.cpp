// Which run it is, whether it held and whether its figures can be trusted.
#include "html/summary.hpp"

#include <algorithm>

#include "common/text.hpp"

namespace reports {
namespace {

std::string name_of(const json::value& d) {
  const std::string_view name = text(d, "run/name");
  return name.empty() ? "The run" : html(name);
}

std::string threshold_words(const json::value& t) {
  const auto value = [&](const char* number_path, const char* text_path) {
    const auto n = number(t, number_path);
    return n ? in_unit(*n, text(t, "unit")) : html(text(t, text_path));
  };
  std::string words = "<code>" + html(text(t, "expression")) + "</code>";
  const std::string observed = value("observed", "observed_text");
  return words + (observed.empty() ? " was not measured" : " was " + observed);
}

// The crossed thresholds as a half sentence: the first two by name, the others as a number.
std::string crossed_words(const json::array& all) {
  std::string words;
  std::size_t crossed = 0;
  for (const json::value& t : all) {
    if (flag(t, "holds").value_or(true)) continue;
    if (++crossed <= 2) words += (crossed == 1 ? "" : "; ") + threshold_words(t);
  }
  if (crossed > 2) words += "; and " + whole(crossed - 2) + " more";
  return words;
}

}  // namespace

std::string validity_word(const json::value& d) {
  const std::string word(text(d, "verdict/validity"));
  const bool fit =
      !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return fit ? word : "unknown";
}

std::string title(const json::value& d) {
  const auto passed = flag(d, "verdict/passed");
  return name_of(d) + (passed ? *passed ? " held" : " did not hold" : "") + " - lsrun report";
}

std::string heading(const json::value& d) {
  std::string line;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) line += (line.empty() ? "" : " &middot; ") + part;
  };
  const std::string started(text(d, "run/started_utc"));
  add(started.size() >= 19 ? html(started.substr(0, 10) + " " + started.substr(11, 8) + " UTC") : html(started));
  if (const auto s = number(d, "run/duration_s")) add(seconds_exact(*s));
  if (const auto url = text(d, "run/target_url"); !url.empty()) add("against " + html(url));
  if (const auto scale = number(d, "run/time_scale"); scale && *scale != 1)
    add("rehearsal: the plan's times divided by " + figure(*scale));
  return "<p class=\"run\"><strong>" + name_of(d) + "</strong>" + (line.empty() ? "" : " &middot; " + line) + "</p>";
}

std::string verdict(const json::value& d) {
  const std::string validity = validity_word(d);
  const json::array& all = rows(d, "thresholds");
  const auto held = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const json::value& t) { return flag(t, "holds").value_or(false); }));
  const std::string counts = whole(held) + " of " + counted(all.size(), "threshold", "thresholds");
  if (validity == "interrupted") return name_of(d) + " was interrupted: no verdict. " + counts + " held until then.";
  if (validity == "target_lost") return name_of(d) + " lost its target: no verdict. " + counts + " held.";
  if (validity == "generator_limited")
    return name_of(d) + " gives no verdict: lsrun itself was the limit. " + counts + " held.";
  if (flag(d, "conservation/holds") == false)
    return name_of(d) + " gives no verdict: its counts do not add up. " + counts + " held.";
  if (all.empty()) return name_of(d) + " ran to its end; no threshold was set to judge it by.";
  if (held == all.size())
    return name_of(d) +
           (all.size() == 1 ? " held: its threshold holds." : " held: all " + whole(all.size()) + " thresholds hold.");
  const std::size_t crossed = all.size() - held;
  return name_of(d) + " did not hold: " + whole(crossed) + " of " + counted(all.size(), "threshold", "thresholds") +
         (crossed == 1 ? " is" : " are") + " crossed. " + crossed_words(all) + ".";
}

std::string trust(const json::value& d) {
  const std::string validity = validity_word(d);
  const bool sums_hold = flag(d, "conservation/holds").value_or(true);
  std::string out;
  if (validity == "valid" && sums_hold) {
    out = "<p><strong>Valid.</strong> ";
    std::string kept_up;
    if (const auto lag = number(d, "latency/lag/p99_ms")) kept_up += "lag p99 " + milliseconds(*lag);
    if (const auto cpu = number(d, "generator/cpu_max"))
      kept_up += (kept_up.empty() ? "" : ", ") + std::string("at most ") + in_unit(*cpu, "cores") + " busy";
    out += kept_up.empty() ? "lsrun was not the limit" : "lsrun kept up (" + kept_up + ")";
    if (const auto laws = rows(d, "conservation/laws").size(); laws > 0)
      out += ", and its counts add up (" + counted(laws, "sum", "sums") + " checked)";
    out += ".</p>";
  } else {
    out = "<p><strong>Not valid</strong> (" + (sums_hold ? validity : "counts do not add up") +
          "): do not judge the target by these figures.</p>";
  }
  if (const json::array& reasons = rows(d, "verdict/reasons"); !reasons.empty()) {
    out += "<ul>";
    for (const json::value& r : reasons) out += "<li>" + html(text(r, "")) + "</li>";
    out += "</ul>";
  }
  return out;
}

std::string definitions(const json::value& d) {
  std::string out;
  for (const auto& [word, meaning] : table(d, "definitions"))
    out += "<dt><code>" + html({word.data(), word.size()}) + "</code></dt><dd>" + html(text(meaning, "")) + "</dd>";
  return out.empty() ? "" : "<dl class=\"words\">" + out + "</dl>";
}

}  // namespace reports
