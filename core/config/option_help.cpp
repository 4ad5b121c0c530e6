// Look-ups in the option table, and the table as a page of help.
#include <cmath>

#include "config/option_table.hpp"
#include "config/text_width.hpp"
#include "time/units.hpp"

namespace lsrun::config {
namespace {

std::string_view row_table(std::string_view table) { return table == "scenarios" ? "scenario" : table; }

bool is_string(form f) {
  return f != form::flag && f != form::whole && f != form::number && f != form::texts && f != form::headers &&
         f != form::options;
}

std::string help_on(const option_row& row, std::size_t width) {
  std::string out = "  " + std::string(row.key) + "  " + kind_text(row);
  if (const auto text = default_text(row); text == "required")
    out += ", required";
  else if (!text.empty())
    out += " = " + text;
  out += "\n      ";
  wrap(out, row.help, 6, width);
  return out;
}

std::string help_on(const table_row& table, std::size_t width) {
  std::string out = (table.name.empty() ? std::string("(top)") : title_of(table.name)) + "  ";
  wrap(out, table.help, 4, width);
  if (table.name == "scenarios") return out + "  the keys of [scenario]\n";
  for (const auto& row : option_rows())
    if (row.table == table.name) out += help_on(row, width);
  return out;
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

std::string default_text(const option_row& row) {
  if (row.required) return "required";
  if (row.fallback.data() == nullptr) return "";
  const bool text = is_string(row.what) || row.fallback == "none";
  return (text ? "\"" : "") + std::string(row.fallback) + (text ? "\"" : "");
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
  for (const auto& table : table_rows()) out += "\n" + help_on(table, width);
  return out;
}

std::string help_text_on(std::string_view name, std::size_t width) {
  if (name.starts_with('['))
    name = name.substr(name.find_first_not_of('['), name.find(']') - name.find_first_not_of('['));
  if (name.empty()) return {};
  if (const auto* table = table_named(name)) return help_on(*table, width);
  const auto dot = name.rfind('.');
  const auto* row =
      dot == std::string_view::npos ? row_of("", name) : row_of(name.substr(0, dot), name.substr(dot + 1));
  return row ? title_of(row->table) + "\n" + help_on(*row, width) : "";
}

}  // namespace lsrun::config
