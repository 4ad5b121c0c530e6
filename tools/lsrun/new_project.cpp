// The templates, filled in; the class has another name than the plugin, which may be a word of the language.
#include "new_project.hpp"

#include <fstream>
#include <iostream>
#include <vector>

#include "model/exit_code.hpp"

namespace lsrun::cli {

namespace {

constexpr const char* build_file = R"(cmake_minimum_required(VERSION 3.22)
project(@name@ LANGUAGES CXX)
find_package(lsrun REQUIRED)
lsrun_add_plugin(@name@ @name@.cpp)
)";

constexpr const char* scenario_source =
    R"(// What a session of @name@ does. The SDK's manual: plugin_api/README.md of lsrun.
#include <lsrun/scenario.hpp>

#include <string>

struct @name@_@kind@ {
  static constexpr auto name = "@name@";
  static constexpr auto help = "one POST a turn";
  static constexpr lsrun::option options[] = {{"path", "/chat", "where messages are posted"}};
  struct session {};  // what a session keeps between its steps

  explicit @name@_@kind@(const lsrun::setup& s) : path(s.str("path")) {}  // throw here: a config error, with its text

  // The session begins. A refused or failed request is an outcome, not an exception.
  lsrun::task<lsrun::outcome> open(lsrun::client& c, session&) {
    auto r = co_await c.post(path, lsrun::json{{"customer", c.customer_id()}, {"message", c.next_message()}}, "create_session");
    co_return r.outcome();
  }
  // One turn of the conversation.
  lsrun::task<lsrun::outcome> turn(lsrun::client& c, session&) {
    auto r = co_await c.post(path, lsrun::json{{"customer", c.customer_id()}, {"message", c.next_message()}}, "chat");
    co_return r.outcome();
  }
  std::string path;
};
LSRUN_SCENARIO(@name@_@kind@, "0.1.0")
)";

constexpr const char* report_source = R"(// The report writer @name@. The SDK's manual: plugin_api/README.md of lsrun.
#include <lsrun/report.hpp>

#include <string>

struct @name@_@kind@ {
  static constexpr auto name = "@name@";
  static constexpr auto help = "the run report under another name";
  static constexpr lsrun::option options[] = {{"file", "@name@.json", "the file to write"}};
  explicit @name@_@kind@(const lsrun::setup& s) : file(s.str("file")) {}

  void write(const lsrun::report_input& in, lsrun::report_output& out) {
    out.file(file, in.document());  // JSON, schema lsrun-report/1; throw: the report failed, with its text
  }
  std::string file;
};
LSRUN_REPORT(@name@_@kind@, "0.1.0")
)";

constexpr const char* readme = R"(# @name@

A @kind@ for lsrun. Build it (PREFIX: where lsrun is installed):

    cmake -B build -DCMAKE_PREFIX_PATH=PREFIX && cmake --build build

This makes `build/@name@.so`. lsrun finds it with `LSRUN_PLUGIN_PATH=$PWD/build lsrun plugins @name@`, or in a folder of `plugins.path`.
In a config: `@use@`.
)";

std::string filled(std::string text, const std::string& kind, const std::string& name) {
  const std::string use =
      kind == "scenario" ? "[scenario] plugin = \"" + name + "\"" : "[reports] write = [\"" + name + "\"]";
  const std::vector<std::pair<std::string, std::string>> values{{"@name@", name}, {"@kind@", kind}, {"@use@", use}};
  for (const auto& [key, value] : values)
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + value.size()))
      text.replace(at, key.size(), value);
  return text;
}

bool snake_case(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

int refuse(const std::string& text) {
  std::cerr << "lsrun new: " << text << "\nNothing was written.\n";
  return model::exit_usage;
}

}  // namespace

int new_project(const std::string& kind, const std::string& name, const std::filesystem::path& directory) {
  if (kind != "scenario" && kind != "report")
    return refuse("a project is a `scenario` or a `report`, not `" + kind + "`");
  if (!snake_case(name))
    return refuse("`" + name + "` is no plugin name: small letters, digits and _, beginning with a letter");
  const std::vector<std::pair<std::filesystem::path, std::string>> files{
      {directory / "CMakeLists.txt", build_file},
      {directory / (name + ".cpp"), kind == "scenario" ? scenario_source : report_source},
      {directory / "README.md", readme}};
  std::error_code failed;
  for (const auto& [path, text] : files)
    if (std::filesystem::exists(path, failed))
      return refuse(path.string() + " is there already; name another directory");
  std::filesystem::create_directories(directory, failed);
  if (failed) return refuse(directory.string() + " cannot be made: " + failed.message());
  for (const auto& [path, text] : files) {
    std::ofstream file(path);
    file << filled(text, kind, name);
    file.close();
    if (!file) return refuse(path.string() + " cannot be written");
  }
  std::cout << "A " << kind << " project in " << directory.string() << ". Build it with\n  cmake -S "
            << directory.string() << " -B " << (directory / "build").string()
            << " -DCMAKE_PREFIX_PATH=<where lsrun is installed> && cmake --build " << (directory / "build").string()
            << '\n';
  return model::exit_passed;
}

}  // namespace lsrun::cli
