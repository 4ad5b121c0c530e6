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

// "73 % above the bound", "11.2 times the bound", "5.7 points above the bound" for ratios.
std::string distance(double observed, double bound, std::string_view unit) {
  const double difference = observed - bound;
  const std::string side = difference > 0 ? " above" : " below";
  if (difference == 0) return "at the bound";
  if (unit == "ratio") return figure(std::fabs(difference) * 100) + " points" + side;
  if (bound == 0) return in_unit(std::fabs(difference), unit) + side;
  const double share = observed / bound;
  if (share > 2) return figure(share) + " times the bound";
  return percent(std::fabs(share - 1)) + side;
}

std::string row(const json::value& t) {
  const bool holds = flag(t, "holds").value_or(false);
  const auto observed = number(t, "observed"), bound = number(t, "bound");
  const std::string_view unit = text(t, "unit");
  std::string r = holds ? "<tr class=\"held\">" : "<tr class=\"crossed\">";
  r += "<td class=\"state\">" + std::string(holds ? "holds" : "crossed") + "</td>";
  r += "<th scope=\"row\"><code>" + html(text(t, "expression")) + "</code>";
  if (const auto note = text(t, "note"); !note.empty()) r += "<div class=\"note\">" + html(note) + "</div>";
  r += "</th><td class=\"number\">";
  r += observed                           ? in_unit(*observed, unit)
       : text(t, "observed_text").empty() ? "not measured"
                                          : html(text(t, "observed_text"));
  r += "</td><td class=\"number\">";
  const std::string_view comparison = text(t, "comparison");
  r += html(comparison == "<=" ? "\u2264" : comparison == ">=" ? "\u2265" : comparison) + "\u202f";
  r += (bound ? in_unit(*bound, unit) : html(text(t, "bound_text"))) + "</td><td class=\"far\">";
  if (observed && bound) {
    const double share = *bound > 0 ? std::max(0.0, *observed / *bound) : *observed > *bound ? 2.0 : 1.0;
    r += bar(share, holds) + "<span>" + distance(*observed, *bound, unit) + "</span>";
  }
  return r + "</td></tr>";
}

}  // namespace

std::string thresholds(const json::value& d) {
  const json::array& all = rows(d, "thresholds");
  if (all.empty()) return "";
  std::string out =
      "<div class=\"scroll\"><table class=\"thresholds\"><thead><tr><th scope=\"col\">Verdict</th><th "
      "scope=\"col\">Threshold</th>"
      "<th scope=\"col\" class=\"number\">Observed</th><th scope=\"col\" class=\"number\">Bound</th>"
      "<th scope=\"col\">How far (the mark is the bound)</th></tr></thead><tbody>";
  for (const bool holds : {false, true})  // crossed ones first
    for (const json::value& t : all)
      if (flag(t, "holds").value_or(false) == holds) out += row(t);
  return out + "</tbody></table></div>";
}

}  // namespace reports
