// Makes a report as lsrun does, for tests: write_report PLUGIN DOCUMENT DIRECTORY [SCHEMA] [KEY=true|KEY=false ...]
// PLUGIN is the path of a .so. Prints each file that was written; exit 1 with a sentence when one cannot be.
#include <fstream>
#include <iostream>
#include <sstream>

#include "plugin/loader.hpp"

namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream all;
  all << in.rdbuf();
  return std::move(all).str();
}

int fail(const std::string& why) {
  std::cerr << why << "\n";
  return 1;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) return fail("usage: write_report PLUGIN DOCUMENT DIRECTORY [SCHEMA] [KEY=true|false ...]");
  std::string schema;
  std::vector<lsrun::config::option> options;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const auto sign = arguments[i].find('=');
    if (sign == std::string::npos)
      schema = read_file(arguments[i]);
    else
      options.push_back({arguments[i].substr(0, sign), arguments[i].substr(sign + 1) == "true", {}});
  }
  std::vector<lsrun::plugin::problem> problems;
  lsrun::plugin::loader loader({});
  const auto* type = loader.report(arguments[0], {}, problems);
  auto setup = type ? lsrun::plugin::check_options(type->options, options, type->name, {}, problems) : nullptr;
  for (const auto& p : problems) std::cerr << p.text << "\n";
  if (!problems.empty() || !setup) return 1;
  std::vector<std::string> files;
  const std::string failure =
      lsrun::plugin::write_report(*type, *setup, read_file(arguments[1]), schema, arguments[2], files);
  for (const auto& f : files) std::cout << f << "\n";
  return failure.empty() ? 0 : fail(failure);
}

}  // namespace

int main(int count, char** values) {
  try {
    return run({values + 1, values + count});
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}
