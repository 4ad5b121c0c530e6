// `lsrun schema config|report`: JSON Schemas, for editors and for programs that read reports.
#include <iostream>

#include "commands.hpp"
#include "model/exit_code.hpp"
#include "offered.hpp"
#include "report/accumulator.hpp"

namespace lsrun::cli {

int schema_command(const command_line& line) {
  if (line.kind == "report") {
    std::cout << report::schema();
    return model::exit_passed;
  }
  const auto found = search_plugins(line);
  if (!found) return model::exit_usage;
  for (const auto& problem : found->problems) std::cerr << problem.text << '\n';
  std::cout << config::config_schema(schemas_of(*found, "scenario"), schemas_of(*found, "report"));
  return model::exit_passed;
}

}  // namespace lsrun::cli
