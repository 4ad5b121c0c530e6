// What is in effect, written without secrets: for effective.toml, the report, logs and --explain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace lsrun::config {

// The config with all defaults and the command line's changes as TOML that can be loaded again; as written, so the time
// scale is a value of it and not yet applied. Secrets are ***.
std::string effective_toml(const plan&);
// The same as one JSON object (the report's run.config).
std::string effective_json(const plan&);

struct effective_value {
  std::string table;  // "[sessions]", "[[phases]] startup", "" for the top
  std::string key;
  std::string text;    // as TOML, secrets masked
  std::string origin;  // "default", "configs/a.toml:14", "--set sessions.max", "--sessions 20"
};
std::vector<effective_value> effective_values(const plan&);

// `text` with every secret of the plan (of 3 bytes or more, see secrets.hpp) replaced by ***.
std::string masked(const plan&, std::string text);

}  // namespace lsrun::config
