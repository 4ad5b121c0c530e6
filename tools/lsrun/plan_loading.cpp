// From the command line to a plan; problems go to standard error.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "commands.hpp"
#include "config/nearest.hpp"
#include "named_tests.hpp"
#include "options.hpp"

namespace lsrun::cli {
namespace {

std::optional<std::filesystem::path> find_config(const command_line& line) {
  if (!line.config.empty()) return line.config;
  if (line.test.ends_with(".toml")) return line.test;
  const auto directories = config_path();
  const auto tests = named_tests(directories);
  std::vector<std::string> names;
  for (const auto& test : tests) {
    if (test.name == line.test) return test.file;
    names.push_back(test.name);
  }
  for (const auto& command : command_rows()) names.emplace_back(command.name);
  const auto near = config::nearest(line.test, names);
  std::cerr << "lsrun: there is no command and no test named `" << line.test << "`";
  if (!near.empty()) std::cerr << "; did you mean `" << near << "`?";
  std::cerr << "\n      `lsrun --list` shows the tests, `lsrun --help` the commands; looked in";
  for (const auto& directory : directories) std::cerr << ' ' << directory.string();
  std::cerr << '\n';
  return std::nullopt;
}

}  // namespace

std::optional<config::plan> load_plan(const command_line& line) {
  const auto file = find_config(line);
  if (!file) return std::nullopt;
  auto loaded = config::load(*file, line.overrides);
  if (!loaded) std::cerr << config::render(loaded.problems, loaded.texts);
  return std::move(loaded.plan);
}

void print_problems(std::vector<config::problem> problems) { std::cerr << config::render(std::move(problems)); }

bool color_wanted(const command_line& line, int file_descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  return !line.no_color && (!no_color || *no_color == '\0') && isatty(file_descriptor) == 1;
}

}  // namespace lsrun::cli
