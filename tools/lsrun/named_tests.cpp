// Looks for configs where a user would put them.
#include "named_tests.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace lsrun::cli {

namespace fs = std::filesystem;

std::vector<fs::path> config_path() {
  std::vector<fs::path> path{"configs"};
  if (const char* given = std::getenv("LSRUN_CONFIG_PATH")) {
    std::istringstream all(given);
    for (std::string one; std::getline(all, one, ':');)
      if (!one.empty()) path.emplace_back(one);
  }
  std::error_code failed;
  const fs::path executable = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) {
    const fs::path above = executable.parent_path().parent_path();
    path.push_back(above / "configs");
    path.push_back(above / "share" / "lsrun" / "configs");
  }
  return path;
}

std::vector<named_test> named_tests(const std::vector<fs::path>& directories) {
  std::vector<named_test> tests;
  for (const auto& directory : directories) {
    std::error_code failed;
    for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end; entry.increment(failed)) {
      const fs::path& file = entry->path();
      const std::string name = file.stem().string();
      const auto same = [&](const named_test& t) { return t.name == name; };
      if (file.extension() == ".toml" && std::none_of(tests.begin(), tests.end(), same)) tests.push_back({name, file});
    }
  }
  std::sort(tests.begin(), tests.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tests;
}

}  // namespace lsrun::cli
