// `lsrun plugins [NAME]`: what was found where, and the options of one.
#include <array>
#include <iostream>

#include "commands.hpp"
#include "config/nearest.hpp"
#include "model/exit_code.hpp"
#include "plugin/host.hpp"
#include "plugin/loader.hpp"
#include "table.hpp"

namespace lsrun::cli {
namespace {

// Items of an ABI array, which may be larger than this version's struct.
template <class T>
std::vector<const T*> items(const lsrun_array& array) {
  std::vector<const T*> all;
  for (std::size_t i = 0; i < array.count; ++i)
    all.push_back(reinterpret_cast<const T*>(static_cast<const char*>(array.items) + i * array.item_size));
  return all;
}

struct offer {  // a scenario or a report of a plugin
  std::string kind, name, help;
  const plugin::library* library;
  lsrun_array options;
};

std::vector<offer> offers_of(const std::vector<plugin::library>& libraries) {
  std::vector<offer> all;
  for (const auto& library : libraries) {
    for (const auto* s : items<lsrun_scenario_type>(library.entry->scenarios))
      all.push_back({"scenario", s->name, s->help ? s->help : "", &library, s->options});
    for (const auto* r : items<lsrun_report_type>(library.entry->reports))
      all.push_back({"report", r->name, r->help ? r->help : "", &library, r->options});
  }
  return all;
}

std::string type_text(const lsrun_option& o) {
  if (o.choices.len > 0) return std::string(plugin::view(o.choices));
  constexpr std::array<const char*, 6> names{"string", "integer", "number", "true|false", "duration", "percentage"};
  return o.type < names.size() ? names[o.type] : "unknown type";
}

bool quoted_default(lsrun_type t) {
  return t == LSRUN_TYPE_STRING || t == LSRUN_TYPE_DURATION || t == LSRUN_TYPE_RATIO;
}

void print_options(const offer& o) {
  std::cout << o.kind << " " << o.name << "  " << o.help << "\n  from " << o.library->file.string() << " ("
            << o.library->entry->name << " " << o.library->entry->version << ")\n";
  const std::string where = o.kind == "scenario" ? "[scenario] options = { ... }" : "[reports." + o.name + "]";
  const auto options = items<lsrun_option>(o.options);
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

int print_one(const std::vector<offer>& offers, const std::string& name) {
  bool found = false;
  std::vector<std::string> names;
  for (const auto& o : offers) {
    names.push_back(o.name);
    if (o.name != name && o.library->entry->name != name) continue;
    print_options(o);
    found = true;
  }
  if (found) return model::exit_passed;
  const auto near = config::nearest(name, names);
  std::cerr << "lsrun: there is no plugin named `" << name << "`"
            << (near.empty() ? "" : "; did you mean `" + near + "`?") << " (`lsrun plugins` lists all)\n";
  return model::exit_usage;
}

}  // namespace

int plugins_command(const command_line& line) {
  std::vector<std::string> from_config{"plugins"};
  if (!line.config.empty() || !line.test.empty()) {
    const auto plan = load_plan(line);
    if (!plan) return model::exit_usage;
    from_config = plan->plugin_path;
  }
  const auto directories = plugin::loader::search_path(from_config);
  plugin::loader loader(directories);
  std::vector<plugin::problem> problems;
  const auto libraries = loader.all(problems);
  const auto offers = offers_of(libraries);
  if (!line.plugin.empty()) return print_one(offers, line.plugin);
  table t({"kind", "name", "version", "file", ""});
  for (const auto& o : offers) t.add({o.kind, o.name, o.library->entry->version, o.library->file.string(), o.help});
  if (!offers.empty()) std::cout << t.text();
  for (const auto& problem : problems) std::cerr << problem.text << '\n';
  if (!offers.empty()) return model::exit_passed;
  std::cerr << "lsrun: no plugins in";
  for (const auto& directory : directories) std::cerr << ' ' << directory.string();
  std::cerr << '\n';
  return problems.empty() ? model::exit_usage : model::exit_plugin_refused;
}

}  // namespace lsrun::cli
