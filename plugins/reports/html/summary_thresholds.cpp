// The thresholds' table: observed value, bound, and a bar that shows how far apart they are.
#include <algorithm>
#include <cmath>

#include "common/text.hpp"
#include "html/summary.hpp"

namespace reports {
namespace {

// A bar of 200 units' width; the bound stands in its middle, twice the bound at its right end. SVG attributes only, so
// that it shows without a script and without inline styles.
std::string bar(double share_of_bound, bool holds) {
  const double width = std::clamp(share_of_bound * 100, 0.0, 200.0);
  std::string svg = "<svg class=\"bar ";
  svg += holds ? "held" : "crossed";
  svg +=
      "\" viewBox=\"0 0 200 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect class=\"track\" x=\"0\" y=\"4\" width=\"200\" height=\"8\"/>"
      "<rect class=\"fill\" x=\"0\" y=\"4\" width=\"" +
      plain(std::round(width * 10) / 10) +
      "\" height=\"8\"/><rect class=\"bound\" x=\"99\" y=\"0\" width=\"2\" height=\"16\"/></svg>";
  return svg;
}

// "73 % above", "11.2 times the bound", "5.73 points above" for ratios.
std::string distance(double observed, double bound, std::string_view unit, const words& w) {
  const double difference = observed - bound;
  if (difference == 0) return w.text("far.at");
  const std::string side = difference > 0 ? "above" : "below";
  if (unit == "ratio") return w.fill("far.points." + side, {{"n", figure(std::fabs(difference) * 100)}});
  if (bound == 0) return w.fill("far." + side, {{"n", in_unit(std::fabs(difference), unit)}});
  const double share = observed / bound;
  if (share > 2) return w.fill("far.times", {{"n", figure(share)}});
  return w.fill("far." + side, {{"n", percent(std::fabs(share - 1))}});
}

std::string row(const json::value& t, const words& w) {
  const bool holds = flag(t, "holds").value_or(false);
  const auto observed = number(t, "observed"), bound = number(t, "bound");
  const std::string_view unit = text(t, "unit");
  std::string r = holds ? "<tr class=\"held\">" : "<tr class=\"crossed\">";
  r += "<td class=\"state\">" + w.text(holds ? "holds" : "crossed") + "</td>";
  r += "<th scope=\"row\"><code>" + html(text(t, "expression")) + "</code>";
  if (const auto note = text(t, "note"); !note.empty()) r += "<div class=\"note\" lang=\"en\">" + html(note) + "</div>";
  r += "</th><td class=\"number\">";
  r += observed                           ? in_unit(*observed, unit)
       : text(t, "observed_text").empty() ? w.text("not_measured")
                                          : html(text(t, "observed_text"));
  r += "</td><td class=\"number\">";
  const std::string_view comparison = text(t, "comparison");
  r += html(comparison == "<=" ? "\u2264" : comparison == ">=" ? "\u2265" : comparison) + "\u202f";
  r += (bound ? in_unit(*bound, unit) : html(text(t, "bound_text"))) + "</td><td class=\"far\">";
  if (observed && bound) {
    const double share = *bound > 0 ? std::max(0.0, *observed / *bound) : *observed > *bound ? 2.0 : 1.0;
    r += bar(share, holds) + "<span>" + distance(*observed, *bound, unit, w) + "</span>";
  }
  return r + "</td></tr>";
}

}  // namespace

std::string thresholds(const json::value& d, const words& w) {
  const json::array& all = rows(d, "thresholds");
  if (all.empty()) return "";
  std::string out = "<div class=\"scroll\"><table class=\"thresholds\"><thead><tr>";
  for (const char* key : {"verdict.head", "threshold.head", "observed.head", "bound.head", "far.head"})
    out += std::string("<th scope=\"col\"") + (key[0] == 'o' || key[0] == 'b' ? " class=\"number\">" : ">") +
           w.text(key) + "</th>";
  out += "</tr></thead><tbody>";
  for (const bool holds : {false, true})  // crossed ones first
    for (const json::value& t : all)
      if (flag(t, "holds").value_or(false) == holds) out += row(t, w);
  return out + "</tbody></table></div>";
}

}  // namespace reports
