// lsrun: parses the command line and hands over to the command.
#include <exception>
#include <iostream>

#include "commands.hpp"
#include "completion.hpp"
#include "model/exit_code.hpp"
#include "new_project.hpp"

int main(int count, char** words) try {
  using namespace lsrun;
  using namespace lsrun::cli;
  const auto [line, error] = cli::parse(count, words);
  if (!error.empty()) {
    std::cerr << "lsrun: " << error << '\n';
    return model::exit_usage;
  }
  switch (line.what) {
    case cli::action::run:
      return cli::run_command(line);
    case cli::action::list:
      return cli::list_command(line);
    case cli::action::check:
      return cli::check_command(line);
    case cli::action::explain:
      return cli::explain_command(line);
    case cli::action::debug_session:
      return cli::debug_session_command(line);
    case cli::action::plugins:
      return cli::plugins_command(line);
    case cli::action::report:
      return cli::report_command(line);
    case cli::action::new_project:
      return new_project(line.kind, line.name, line.directory);
    case cli::action::schema:
      return cli::schema_command(line);
    case cli::action::completion:
      std::cout << cli::completion_script(line.kind);
      return 0;
    case cli::action::help:
      std::cout << line.text;
      return 0;
    case cli::action::version:
      std::cout << cli::version_text() << '\n';
      return 0;
  }
  return model::exit_internal;
} catch (const std::exception& failure) {
  std::cerr << "lsrun: internal error: " << failure.what() << '\n';
  return lsrun::model::exit_internal;
}
