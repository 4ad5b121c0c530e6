// Plugins and their options, as the config's own tables have options.
#include "offered.hpp"

#include "commands.hpp"
#include "plugin/array.hpp"
#include "plugin/host.hpp"

namespace lsrun::cli {
namespace {

// The row of a config's table that such an option would be.
config::option_row row_of(const lsrun_option& o) {
  config::option_row row;
  row.key = plugin::view(o.key);
  row.help = plugin::view(o.help);
  row.required = o.required != 0;
  if (!row.required) row.fallback = plugin::view(o.fallback);
  row.choices = plugin::view(o.choices);
  switch (o.type) {
    case LSRUN_TYPE_INTEGER:
      row.what = config::form::whole;
      break;
    case LSRUN_TYPE_NUMBER:
      row.what = config::form::number;
      break;
    case LSRUN_TYPE_BOOLEAN:
      row.what = config::form::flag;
      break;
    case LSRUN_TYPE_DURATION:
      row.what = config::form::duration;
      break;
    case LSRUN_TYPE_RATIO:
      row.what = config::form::ratio;
      break;
    default:
      row.what = row.choices.empty() ? config::form::text : config::form::choice;
  }
  return row;
}

std::vector<offered> offers_of(const std::vector<plugin::library>& libraries) {
  std::vector<offered> all;
  for (const auto& library : libraries) {
    for (const auto* s : plugin::items<lsrun_scenario_type>(library.entry->scenarios))
      all.push_back({"scenario", s->name, s->help ? s->help : "", library, s->options});
    for (const auto* r : plugin::items<lsrun_report_type>(library.entry->reports))
      all.push_back({"report", r->name, r->help ? r->help : "", library, r->options});
  }
  return all;
}

}  // namespace

std::optional<search> search_plugins(const command_line& line) {
  std::vector<std::string> from_config{"plugins"};
  if (!line.config.empty() || !line.test.empty()) {
    const auto plan = load_plan(line);
    if (!plan) return std::nullopt;
    from_config = plan->plugin_path;
  }
  search found;
  found.directories = plugin::loader::search_path(from_config);
  plugin::loader loader(found.directories);
  found.offers = offers_of(loader.all(found.problems));
  return found;
}

std::vector<config::plugin_schema> schemas_of(const search& found, std::string_view kind) {
  std::vector<config::plugin_schema> all;
  for (const auto& one : found.offers) {
    if (one.kind != kind) continue;
    std::vector<config::option_row> rows;
    for (const auto* option : plugin::items<lsrun_option>(one.options)) rows.push_back(row_of(*option));
    all.push_back({one.name, one.help, config::options_schema(rows)});
  }
  return all;
}

}  // namespace lsrun::cli
