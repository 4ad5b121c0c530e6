// Which run it is, whether it held and whether its figures can be trusted.
#include "html/summary.hpp"

#include <algorithm>

#include "common/text.hpp"

namespace reports {
namespace {

std::string name_of(const json::value& d, const words& w) {
  const std::string_view name = text(d, "run/name");
  return name.empty() ? w.text("the_run") : html(name);
}

std::string threshold_words(const json::value& t, const words& w) {
  const std::string expression = "<code>" + html(text(t, "expression")) + "</code>";
  const auto n = number(t, "observed");
  const std::string observed = n ? in_unit(*n, text(t, "unit")) : html(text(t, "observed_text"));
  if (observed.empty()) return w.fill("crossed.not_measured", {{"expression", expression}});
  return w.fill("crossed.was", {{"expression", expression}, {"observed", observed}});
}

// The crossed thresholds as a half sentence: the first two by name, the others as a number.
std::string crossed_words(const json::array& all, const words& w) {
  std::string said;
  std::size_t crossed = 0;
  for (const json::value& t : all) {
    if (flag(t, "holds").value_or(true)) continue;
    if (++crossed <= 2) said += (crossed == 1 ? "" : w.text("joint")) + threshold_words(t, w);
  }
  if (crossed > 2) said += w.text("joint") + w.fill("crossed.more", {{"n", whole(crossed - 2)}});
  return said;
}

// A list with the language's commas between.
std::string joined(const std::vector<std::string>& parts, const std::string& comma) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : comma) + part;
  return out;
}

std::string valid_words(const json::value& d, const words& w) {
  std::vector<std::string> figures;
  if (const auto lag = number(d, "latency/lag/p99_ms"))
    figures.push_back(w.fill("trust.lag", {{"lag", term("lag", milliseconds(*lag))}}));
  if (const auto cpu = number(d, "generator/cpu_max"))
    figures.push_back(
        w.fill("trust.cpu",
               {{"cpu", term("generator_cpu", figure(*cpu) + " " + w.text(*cpu == 1 ? "unit.core" : "unit.cores"))}}));
  std::string out = "<p><strong>" + w.text("trust.valid") + "</strong> ";
  out += figures.empty() ? w.text("trust.no_limit")
                         : w.fill("trust.kept_up", {{"figures", joined(figures, w.text("comma"))}});
  if (const auto laws = rows(d, "conservation/laws").size(); laws > 0) out += w.counted("trust.sums", laws);
  return out + w.text("stop") + "</p>";
}

}  // namespace

std::string term(std::string_view name, const std::string& shown) {
  return "<span class=\"term\" tabindex=\"0\" data-define=\"" + std::string(name) + "\">" + shown + "</span>";
}

std::string validity_word(const json::value& d) {
  const std::string word(text(d, "verdict/validity"));
  const bool fit =
      !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return fit ? word : "unknown";
}

std::string title(const json::value& d, const words& w) {
  const auto passed = flag(d, "verdict/passed");
  return w.fill(!passed ? "title.open" : *passed ? "title.held" : "title.crossed", {{"run", name_of(d, w)}});
}

std::string heading(const json::value& d, const words& w) {
  std::vector<std::string> parts{"<strong>" + name_of(d, w) + "</strong>"};
  const std::string started(text(d, "run/started_utc"));
  if (started.size() >= 19)
    parts.push_back(html(started.substr(0, 10) + " " + started.substr(11, 8) + " UTC"));
  else if (!started.empty())
    parts.push_back(html(started));
  if (const auto s = number(d, "run/duration_s")) parts.push_back(seconds_exact(*s));
  if (const auto url = text(d, "run/target_url"); !url.empty())
    parts.push_back(w.fill("against", {{"url", html(url)}}));
  if (const auto scale = number(d, "run/time_scale"); scale && *scale != 1)
    parts.push_back(w.fill("rehearsal", {{"scale", figure(*scale)}}));
  return "<p class=\"run\">" + joined(parts, " &middot; ") + "</p>";
}

std::string verdict(const json::value& d, const words& w) {
  const std::string validity = validity_word(d), run = name_of(d, w);
  const json::array& all = rows(d, "thresholds");
  const std::size_t held = held_thresholds(d);
  const std::string counts =
      w.fill(all.size() == 1 ? "counts.one" : "counts.many", {{"held", whole(held)}, {"all", whole(all.size())}});
  const bool known = validity == "interrupted" || validity == "target_lost" || validity == "generator_limited";
  if (known) return w.fill("verdict." + validity, {{"run", run}, {"counts", counts}});
  if (flag(d, "conservation/holds") == false) return w.fill("verdict.sums", {{"run", run}, {"counts", counts}});
  if (all.empty()) return w.fill("verdict.none_set", {{"run", run}});
  if (held == all.size()) return w.counted("verdict.held", held, {{"run", run}});
  return w.counted("verdict.crossed", all.size() - held,
                   {{"run", run}, {"all", w.counted("thresholds", all.size())}, {"which", crossed_words(all, w)}});
}

std::string trust(const json::value& d, const words& w) {
  const std::string validity = validity_word(d);
  const bool sums_hold = flag(d, "conservation/holds").value_or(true);
  std::string out;
  if (validity == "valid" && sums_hold) {
    out = valid_words(d, w);
  } else {
    const std::string key = "validity." + (validity == "valid" ? "sums" : validity);
    out = "<p><strong>" + w.text("trust.invalid") + "</strong> " +
          w.fill("trust.do_not", {{"why", w.has(key) ? w.text(key) : validity}}) + "</p>";
  }
  if (const json::array& reasons = rows(d, "verdict/reasons"); !reasons.empty()) {
    out += "<ul lang=\"en\">";  // as the run report says them
    for (const json::value& r : reasons) out += "<li>" + html(text(r, "")) + "</li>";
    out += "</ul>";
  }
  return out;
}

std::string definitions(const json::value& d, const words& w) {
  std::vector<std::string> names;
  for (const auto& [name, meaning] : table(d, "definitions")) names.emplace_back(name);
  constexpr std::string_view opening = "define.";
  for (const auto& [key, meaning] : w.all())
    if (const std::string_view k = key; k.substr(0, opening.size()) == opening)
      if (const std::string name(k.substr(opening.size())); std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
  std::string out;
  for (const auto& name : names) {
    std::string meaning = w.definition(name, d);
    if (meaning.empty()) meaning = html(text(table(d, "definitions").at(name), ""));
    out += "<dt><code>" + html(name) + "</code></dt><dd>" + meaning + "</dd>";
  }
  return out.empty() ? "" : "<dl class=\"words\">" + out + "</dl>";
}

std::string first_screen(const json::value& d, const words& w) {
  const std::string tag = w.text("language.tag"), head = "verdict-" + std::string(w.language());
  const auto answer = [&](const char* question, const char* shape, const std::string& said) {
    return "<div" + std::string(shape) + "><h2>" + w.text(question) + "</h2>" + said + "</div>";
  };
  return "<section class=\"first\" data-language=\"" + std::string(w.language()) + "\" lang=\"" + tag +
         "\" aria-labelledby=\"" + head + "\"" + (language_of(d) == w.language() ? "" : " hidden") + ">" +
         heading(d, w) + "<h1 id=\"" + head + "\">" + verdict(d, w) + "</h1>" + thresholds(d, w) +
         "<div class=\"answers\">" + answer("q.trust", " class=\"wide\"", trust(d, w)) +
         answer("q.load", " class=\"wide\"", load(d, w)) + answer("q.wrong", "", what_went_wrong(d, w)) +
         answer("q.do", "", what_to_do(d, w)) + "</div></section>";
}

}  // namespace reports
