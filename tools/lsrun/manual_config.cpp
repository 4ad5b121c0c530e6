// lsrun-config(5).
#include "config/option_table.hpp"
#include "manual.hpp"

namespace lsrun::cli {
namespace {

std::string key_term(const config::option_row& row) {
  std::string term = "\\fB" + roff(row.key) + "\\fR  \\fI" + roff(config::kind_text(row)) + "\\fR";
  if (row.required) return term + ", required";
  const auto fallback = config::default_text(row);
  return fallback.empty() ? term : term + " = " + roff(fallback);
}

}  // namespace

std::string config_manual_page(const std::string& date) {
  std::string out = manual_head("lsrun-config", "5", date, "what a load test's config says");
  out += ".SH DESCRIPTION\n" +
         roff(
             "A config is TOML. A duration is written \"5m\", \"1h30m\" or \"500ms\", a rate \"30/min\" or \"100/s\", "
             "a percentage "
             "\"10%\", a size \"6GiB\", a distribution \"constant(5s)\", \"uniform(2s, 8s)\", \"exponential(3s)\", "
             "\"lognormal(2s, 0.5)\" or \"normal(5s, 1s)\". \"none\" turns a limit, a rate, a time or a cap off. "
             "\"${NAME}\" in a "
             "string is taken from the environment and shown nowhere.") +
         "\n.SH TABLES\n";
  for (const auto& table : config::table_rows()) {
    out += ".SS " + roff(table.name.empty() ? "(top)" : config::title_of(table.name)) + "\n" + roff(table.help) + ".\n";
    if (table.name == "scenarios") out += "The keys of [scenario].\n";
    for (const auto& row : config::option_rows())
      if (row.table == table.name) out += tagged(key_term(row), std::string(row.help) + ".");
  }
  return out + ".SH SEE ALSO\n.BR lsrun (1)\n";
}

}  // namespace lsrun::cli
