// lsrun(1).
#include "manual.hpp"

#include "options.hpp"

namespace lsrun::cli {
namespace {

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string option_term(const option_row& row) {
  std::string term = row.letter ? bold(std::string{'-', row.letter}) + ", " : "";
  term += bold(row.name);
  return row.argument.empty() ? term : term + " " + italic(row.argument);
}

std::string command_term(const command_row& row) {
  std::string term = bold("lsrun " + std::string(row.name));
  for (const auto& one : row.operands) {
    if (one.name.empty()) continue;
    const bool words = one.values == offer::words;
    const auto name = words ? bold(one.name) : italic(one.name);
    term += one.required ? " " + name : " [" + name + "]";
  }
  return term;
}

std::string options_section() {
  std::string out = ".SH OPTIONS\n";
  for (const auto in : {group::what, group::look, group::change, group::show, group::other}) {
    out += ".SS " + roff(title_of(in)) + "\n";
    for (const auto& row : option_rows()) {
      if (row.in != in) continue;
      std::string words(row.help);
      if (!row.kind.empty()) words += ". Takes " + std::string(row.kind);
      if (!row.fallback.empty()) words += "; without it " + std::string(row.fallback);
      if (!row.heeded_by.empty() && !is_one_of(row.heeded_by, "run")) {
        std::string commands;
        for (const auto& one : words_of(row.heeded_by)) commands += (commands.empty() ? "lsrun " : ", lsrun ") + one;
        words += ". Of " + commands;
      }
      out += tagged(option_term(row), words + ".");
    }
  }
  return out;
}

std::string examples_section() {
  std::string out = ".SH EXAMPLES\n.EX\n";
  for (const auto& row : command_rows())
    for (const auto& example : row.examples)
      if (!example.empty()) out += roff(example) + "\n";
  return out + ".EE\n";
}

}  // namespace

std::string roff(std::string_view text) {
  std::string out;
  bool begins = true;  // of a line
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '`')
      out += "\\(ga";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '~')
      out += "\\(ti";
    else
      out += c;
    begins = c == '\n';
  }
  return out;
}

std::string manual_head(const std::string& name, const std::string& section, const std::string& date,
                        std::string_view what) {
  return ".\\\" Made by lsrun_pages from the tables that the parser goes by.\n.TH " + name + " " + section + " " +
         date + " \"lsrun " LSRUN_VERSION "\"\n.SH NAME\n" + roff(name) + " \\- " + roff(what) + "\n";
}

std::string tagged(const std::string& term, std::string_view words) {
  return ".TP\n" + term + "\n" + roff(words) + "\n";
}

std::string manual_page(const std::string& date) {
  std::string out = manual_head("lsrun", "1", date, "load tests for servers that hold conversations");
  out += ".SH SYNOPSIS\n";
  for (const auto& row : command_rows()) {
    if (&row != command_rows().data()) out += ".br\n";
    out += command_term(row) + " [" + italic("OPTION") + "...]\n";
  }
  out += ".SH DESCRIPTION\n" +
         roff(
             "lsrun opens a thousand sessions or a hundred thousand against a target that limits requests per client "
             "address, keeps every address inside its limits, follows each session from its first message to its "
             "deletion, adapts when the target refuses, and says at the end, in a report, whether the target held. "
             "What a session does and what is written at the end are plugins that a config in TOML names.") +
         "\n.SH COMMANDS\n";
  for (const auto& row : command_rows()) {
    out += tagged(command_term(row), std::string(row.help) + ".");
    if (!row.about.empty()) out += ".IP\n" + roff(row.about) + "\n";
  }
  out += options_section();
  out += ".SH ENVIRONMENT\n";
  for (const auto& row : variable_rows()) out += tagged(bold(row.name), std::string(row.meaning) + ".");
  out += ".SH EXIT STATUS\n";
  for (const auto& row : exit_rows()) out += tagged(bold(std::to_string(row.code)), std::string(row.meaning) + ".");
  out += examples_section();
  return out + ".SH SEE ALSO\n.BR lsrun\\-config (5)\n";
}

}  // namespace lsrun::cli
