// What plugins offer, found as a run would find it: for `lsrun plugins` and `lsrun schema`.
#pragma once

#include <string>
#include <vector>

#include "cli.hpp"
#include "config/json_schema.hpp"
#include "plugin/loader.hpp"

namespace lsrun::cli {

struct offered {  // a scenario or a report of a plugin
  std::string kind, name, help;
  plugin::library library;
  lsrun_array options;
};

struct search {
  std::vector<std::filesystem::path> directories;
  std::vector<offered> offers;
  std::vector<plugin::problem> problems;  // unfit plugins
};

// Looks in the directories of the config that the command line names, if it names one, and in the usual ones; nothing
// if that config is wrong, which is then told. Loads the plugins. [main-thread]
std::optional<search> search_plugins(const command_line&);

// Each of this kind, "scenario" or "report", with its options as JSON Schema.
std::vector<config::plugin_schema> schemas_of(const search&, std::string_view kind);

}  // namespace lsrun::cli
