// `lsrun plugins [NAME]`: what was found where, and the options of one.
#include <array>
#include <iostream>

#include "commands.hpp"
#include "config/nearest.hpp"
#include "model/exit_code.hpp"
#include "offered.hpp"
#include "plugin/array.hpp"
#include "plugin/host.hpp"
#include "table.hpp"

namespace lsrun::cli {
namespace {

std::string type_text(const lsrun_option& o) {
  if (o.choices.len > 0) return std::string(plugin::view(o.choices));
  constexpr std::array<const char*, 6> names{"string", "integer", "number", "true|false", "duration", "percentage"};
  return o.type < names.size() ? names[o.type] : "unknown type";
}

bool quoted_default(lsrun_type t) {
  return t == LSRUN_TYPE_STRING || t == LSRUN_TYPE_DURATION || t == LSRUN_TYPE_RATIO;
}

void print_options(const offered& o) {
  std::cout << o.kind << " " << o.name << "  " << o.help << "\n  from " << o.library.file.string() << " ("
            << o.library.entry->name << " " << o.library.entry->version << ")\n";
  const std::string where = o.kind == "scenario" ? "[scenario] options = { ... }" : "[reports." + o.name + "]";
  const auto options = plugin::items<lsrun_option>(o.options);
  std::cout << (options.empty() ? "  no options\n" : "  options, in " + where + "\n");
  table t({"", "", "", ""});
  for (const auto* option : options) {
    const std::string mark = quoted_default(option->type) ? "\"" : "";
    t.add({std::string(plugin::view(option->key)), type_text(*option),
           option->required ? "required" : "= " + mark + std::string(plugin::view(option->fallback)) + mark,
           std::string(plugin::view(option->help))});
  }
  std::cout << t.text(4);
}

// The offers with this name, or of the plugin with this name; all for "". None: told, with the nearest.
std::vector<offered> named(const std::vector<offered>& offers, const std::string& name) {
  std::vector<offered> found;
  std::vector<std::string> names;
  for (const auto& o : offers) {
    names.push_back(o.name);
    if (name.empty() || o.name == name || o.library.entry->name == name) found.push_back(o);
  }
  if (!found.empty() || name.empty()) return found;
  const auto near = config::nearest(name, names);
  std::cerr << "lsrun: there is no plugin named `" << name << "`"
            << (near.empty() ? "" : "; did you mean `" + near + "`?") << " (`lsrun plugins` lists all)\n";
  return found;
}

// {"scenarios": {NAME: schema of its options, ...}, "reports": {...}}.
void print_schemas(const search& found) {
  config::value all;
  for (const char* kind : {"scenario", "report"}) {
    config::value& of_kind = all.at(std::string(kind) + "s", {});
    for (auto& one : schemas_of(found, kind)) {
      config::value schema = std::move(one.options);
      schema.at("description", {}) = config::text_value(one.help);
      of_kind.at(one.name, {}) = std::move(schema);
    }
  }
  std::cout << config::json_document(all);
}

void print_table(const std::vector<offered>& offers) {
  table t({"kind", "name", "version", "file", ""});
  for (const auto& o : offers) t.add({o.kind, o.name, o.library.entry->version, o.library.file.string(), o.help});
  std::cout << t.text();
}

}  // namespace

int plugins_command(const command_line& line) {
  auto found = search_plugins(line);
  if (!found) return model::exit_usage;
  const bool none = found->offers.empty();
  found->offers = named(found->offers, line.plugin);
  if (!line.plugin.empty() && found->offers.empty()) return model::exit_usage;
  if (line.schema) {
    print_schemas(*found);
  } else if (!line.plugin.empty()) {
    for (const auto& one : found->offers) print_options(one);
  } else if (!none) {
    print_table(found->offers);
  }
  if (!line.plugin.empty()) return model::exit_passed;
  for (const auto& problem : found->problems) std::cerr << problem.text << '\n';
  if (!none) return model::exit_passed;
  std::cerr << "lsrun: no plugins in";
  for (const auto& directory : found->directories) std::cerr << ' ' << directory.string();
  std::cerr << '\n';
  return found->problems.empty() ? model::exit_usage : model::exit_plugin_refused;
}

}  // namespace lsrun::cli
