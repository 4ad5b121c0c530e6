// Named tests: configs that are found by their file's name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lsrun::cli {

// ./configs, $LSRUN_CONFIG_PATH (colon-separated), ../configs and ../share/lsrun/configs beside the executable.
std::vector<std::filesystem::path> config_path();

struct named_test {
  std::string name;
  std::filesystem::path file;
};
// All *.toml in these directories by name; of equal names the first directory's. Directories that are not there are
// skipped.
std::vector<named_test> named_tests(const std::vector<std::filesystem::path>&);

// What --list prints of them: a row each, a config that does not load with its number of errors.
std::string list_text(const std::vector<named_test>&);

}  // namespace lsrun::cli
