// Look-ups in the option table, and the table as a page of help.
#include <cmath>

#include "config/option_table.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

std::string_view row_table(std::string_view table) { return table == "scenarios" ? "scenario" : table; }

void wrap(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t column = indent;
  bool first = true;
  while (!text.empty()) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    if (!first && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      first = true;
    }
    if (!first) out += ' ';
    out += word;
    column += word.size() + (first ? 0 : 1);
    first = false;
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  out += '\n';
}

bool is_string(form f) {
  return f != form::flag && f != form::whole && f != form::number && f != form::texts && f != form::headers &&
         f != form::options;
}

std::string default_text(const option_row& row) {
  if (row.required) return "required";
  if (row.fallback.data() == nullptr) return "";
  const bool text = is_string(row.what) || row.fallback == "none";
  return (text ? "\"" : "") + std::string(row.fallback) + (text ? "\"" : "");
}

}  // namespace

const table_row* table_named(std::string_view name) {
  for (const auto& t : table_rows())
    if (t.name == name) return &t;
  return nullptr;
}

const option_row* row_of(std::string_view table, std::string_view key) {
  for (const auto& row : option_rows())
    if (row.table == row_table(table) && row.key == key) return &row;
  return nullptr;
}

std::vector<std::string> keys_of(std::string_view table) {
  std::vector<std::string> keys;
  for (const auto& row : option_rows())
    if (row.table == row_table(table)) keys.emplace_back(row.key);
  return keys;
}

std::string title_of(std::string_view table) {
  if (table.empty()) return "the top of the file";
  const auto* row = table_named(table);
  const std::string name(table);
  return row && row->list ? "[[" + name + "]]" : "[" + name + "]";
}

std::string kind_text(const option_row& row) {
  const auto words = [&]() -> std::string {
    switch (row.what) {
      case form::text:
        return "string";
      case form::choice:
        return std::string(row.choices);
      case form::flag:
        return "true|false";
      case form::whole:
        return "integer";
      case form::number:
        return "number";
      case form::duration:
        return "duration";
      case form::rate:
        return "rate";
      case form::ratio:
        return "percentage";
      case form::size:
        return "size";
      case form::time_distribution:
        return "distribution of durations";
      case form::count_distribution:
        return "distribution";
      case form::arrivals:
        return "closed|constant(RATE)|poisson(RATE)";
      case form::texts:
        return "array of strings";
      case form::headers:
        return "table of strings";
      case form::options:
        return "table";
    }
    return {};
  }();
  return row.none_allowed ? words + "|none" : words;
}

std::string help_text(std::size_t width) {
  std::string out =
      "A config is TOML. Keys, what they take, their defaults:\n"
      "  duration \"5m\" \"1h30m\" \"500ms\"   rate \"30/min\" \"100/s\"   percentage \"10%\"   size \"6GiB\"\n"
      "  distribution \"constant(5s)\" \"uniform(2s, 8s)\" \"exponential(3s)\" \"lognormal(2s, 0.5)\" \"normal(5s, "
      "1s)\"\n"
      "  \"none\" turns a limit, a rate, a time or a cap off; \"${NAME}\" in a string is taken from the environment\n"
      "  and shown nowhere\n";
  for (const auto& table : table_rows()) {
    out += "\n" + (table.name.empty() ? std::string("(top)") : title_of(table.name)) + "  ";
    wrap(out, table.help, 4, width);
    if (table.name == "scenarios") {
      out += "  the keys of [scenario]\n";
      continue;
    }
    for (const auto& row : option_rows()) {
      if (row.table != table.name) continue;
      std::string line = "  " + std::string(row.key) + "  " + kind_text(row);
      if (const auto text = default_text(row); text == "required")
        line += ", required";
      else if (!text.empty())
        line += " = " + text;
      out += line + "\n      ";
      wrap(out, row.help, 6, width);
    }
  }
  return out;
}

}  // namespace lsrun::config
