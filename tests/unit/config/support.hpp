// Configs as text for tests of the loader.
#pragma once

#include <string>

#include "config/load.hpp"

namespace config_test {

inline constexpr const char* file = "test.toml";

// A config that is good, with `more` after it.
inline std::string with(const std::string& more) {
  return "[target]\nurl = \"http://127.0.0.1:8800\"\n[scenario]\nplugin = \"chat_sync\"\n" + more;
}

inline lsrun::config::loaded read_config(const std::string& text, const lsrun::config::overrides& o = {}) {
  return lsrun::config::load_text(text, file, o, [](const char* name) -> const char* {
    return std::string(name) == "API_KEY" ? "sesame-1234" : std::string(name) == "EMPTY" ? "" : nullptr;
  });
}

inline std::string problems_of(const std::string& text, const lsrun::config::overrides& o = {}) {
  const auto loaded = read_config(text, o);
  return lsrun::config::render(loaded.problems, loaded.texts);
}

}  // namespace config_test
