// lsrun_pages DIRECTORY: writes manual pages and shell completions there, when lsrun is built.
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "completion.hpp"
#include "manual.hpp"
#include "manual_lstarget.hpp"

namespace {

// Today, or the day of SOURCE_DATE_EPOCH (reproducible-builds.org), in UTC.
std::string date() {
  const char* given = std::getenv("SOURCE_DATE_EPOCH");
  const std::time_t when = given ? static_cast<std::time_t>(std::atoll(given)) : std::time(nullptr);
  std::tm parts{};
  char text[16] = "";
  gmtime_r(&when, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "write `lsrun_pages DIRECTORY`\n";
    return 2;
  }
  using namespace lsrun::cli;
  const std::filesystem::path directory = words[1];
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  const std::pair<const char*, std::string> pages[] = {
      {"lsrun.1", manual_page(date())},           {"lsrun-config.5", config_manual_page(date())},
      {"lstarget.1", target_manual_page(date())}, {"lsrun.bash", completion_script("bash")},
      {"_lsrun", completion_script("zsh")},       {"lsrun.fish", completion_script("fish")}};
  for (const auto& [name, text] : pages) {
    std::ofstream file(directory / name, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
      std::cerr << "lsrun_pages: cannot write " << (directory / name).string() << '\n';
      return 1;
    }
  }
  return 0;
}
