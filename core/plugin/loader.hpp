// Finds, checks and loads plugins, and makes instances of what they offer. All on the main thread, at the start.
#pragma once

#include <lsrun/abi.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "plugin/prepared.hpp"

namespace lsrun::metrics {
class registry;
}

namespace lsrun::plugin {

// A plugin's file that was loaded and passed every check. It stays loaded until the process ends.
struct library {
  std::filesystem::path file;
  const lsrun_plugin* entry = nullptr;
};

// One thing wrong with a plugin or its options. `where` is the place in the config that asked for it, if one did.
struct problem {
  std::string text;  // what, and what to do
  config::place where;
  bool refused = false;  // true: the plugin itself is unfit (exit 3); false: the config is (exit 2)
};

class loader {
 public:
  // Directories in which names are looked for, in order: plugins.path, LSRUN_PLUGIN_PATH (colon-separated), then
  // `plugins` beside the executable and the installed lib/lsrun/plugins.
  explicit loader(std::vector<std::filesystem::path> directories);
  static std::vector<std::filesystem::path> search_path(const std::vector<std::string>& from_config);

  // Loads one file and checks it; one that was loaded before is not loaded again, by no loader. nullopt, and `why` says
  // what is wrong with it, without its name.
  static std::optional<library> load(const std::filesystem::path&, std::string& why);

  // A scenario or report type by name, or by the path of its .so. On failure nullptr, and problems tell why: the file
  // is missing (nearest names are listed), not an ELF file, no entry, wrong major, too-new minor, bad tables ...
  const lsrun_scenario_type* scenario(const std::string& name, const config::place&, std::vector<problem>&);
  const lsrun_report_type* report(const std::string& name, const config::place&, std::vector<problem>&);

  // All plugins of the directories, for `lsrun plugins`; unfit ones are told of in problems.
  std::vector<library> all(std::vector<problem>&);

 private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

// Option values after the check against the plugin's table: the object behind lsrun_setup.
class setup;

// Checks what the config gives against what the plugin declares: unknown keys (with the nearest), wrong types, missing
// units, words not among the choices, required ones that are missing. Defaults are filled in.
std::shared_ptr<setup> check_options(const lsrun_array& declared, const std::vector<config::option>& given,
                                     const std::string& owner, const config::place& where, std::vector<problem>&);

// What a scenario may define while it is created: operations and the budgets that they draw on.
struct defined_operation {
  std::uint32_t id = 0;  // of the registry
  std::string name;
  std::vector<std::string> budgets;  // names of [limits]; itself alone if the scenario named none
};

// A scenario's instance for one worker; destroyed on the main thread.
class scenario_instance {
 public:
  ~scenario_instance();
  const lsrun_scenario& table() const { return table_; }
  const std::string& name() const { return name_; }
  const std::vector<defined_operation>& operations() const { return operations_; }
  // What create prepared under this id; nullptr if there is none.
  const prepared_request* prepared(std::uint32_t id) const {
    return id < prepared_.size() ? prepared_[id].get() : nullptr;
  }

 private:
  friend std::unique_ptr<scenario_instance> create_scenario(const lsrun_scenario_type&, const setup&,
                                                            metrics::registry&, const config::place&,
                                                            std::vector<problem>&);
  scenario_instance() = default;
  lsrun_scenario table_{};
  std::string name_;
  std::vector<defined_operation> operations_;
  std::vector<std::unique_ptr<prepared_request>> prepared_;  // by id
};

// Calls the plugin's create; nullptr and a problem if it refuses, throws behind its back, or fills in nonsense.
std::unique_ptr<scenario_instance> create_scenario(const lsrun_scenario_type&, const setup&, metrics::registry&,
                                                   const config::place&, std::vector<problem>&);

// Runs a report writer. `directory` gets its files, each whole or not at all (temporary name, fsync, rename).
// Returns "" or a sentence that says what failed.
std::string write_report(const lsrun_report_type&, const setup&, std::string_view document, std::string_view schema,
                         const std::filesystem::path& directory, std::vector<std::string>& files);

}  // namespace lsrun::plugin
