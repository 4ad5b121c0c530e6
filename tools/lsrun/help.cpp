// Help from the tables: short for who types, whole for who reads, and on one thing.
#include <lsrun/abi.h>

#include <algorithm>

#include "cli.hpp"
#include "config/option_table.hpp"
#include "config/text_width.hpp"
#include "options.hpp"

#ifndef LSRUN_VERSION
#define LSRUN_VERSION "0.0.0"
#endif

namespace lsrun::cli {
namespace {

constexpr std::size_t width = 110;
constexpr std::size_t column = 34;  // where words stand after what they speak of
constexpr group groups[] = {group::what, group::look, group::change, group::show, group::other};

// "  NAME      its words", wrapped.
void add_entry(std::string& out, const std::string& name, std::string_view words) {
  out += "  " + name;
  const std::size_t used = 2 + name.size();
  out += used + 1 < column ? std::string(column - used, ' ') : "\n" + std::string(column, ' ');
  config::wrap(out, words, column, width);
}

void add_commands(std::string& out) {
  out += "Commands\n";
  for (const auto& row : command_rows()) add_entry(out, spelling(row), row.help);
}

void add_options(std::string& out, bool all, const command_row* command) {
  std::vector<std::string> others;
  for (const auto in : groups) {
    bool titled = false;
    for (const auto& row : option_rows()) {
      if (row.in != in || (command && !heeds(*command, row))) continue;
      if (!all && !row.usual) {
        others.emplace_back(row.name);
        continue;
      }
      if (!titled) out += "\n" + std::string(title_of(in)) + "\n";
      titled = true;
      add_entry(out, spelling(row, true), row.help);
    }
  }
  if (others.empty()) return;
  out += "\nAlso";
  for (const auto& name : others) out += (name == others.front() ? " " : ", ") + name;
  out += "; `lsrun help all` has everything, `lsrun help config` every key of a config\n";
}

void add_examples(std::string& out, const command_row& row) {
  out += "\nExamples\n";
  for (const auto& example : row.examples)
    if (!example.empty()) out += "  " + std::string(example) + "\n";
}

void add_exit_codes(std::string& out) {
  out += "\nExit codes\n";
  for (const auto& row : exit_rows()) {
    const auto code = std::to_string(row.code);
    out += std::string(5 - code.size(), ' ') + code + "  " + std::string(row.meaning) + "\n";
  }
}

constexpr const char* title = "lsrun: load tests for servers that hold conversations\n\n";

std::string short_help() {
  std::string out = title;
  add_commands(out);
  add_options(out, false, command_named("run"));
  add_examples(out, *command_named("run"));
  return out;
}

std::string whole_help() {
  std::string out = title;
  add_commands(out);
  add_options(out, true, nullptr);
  out += "\nVariables of the environment\n";
  for (const auto& row : variable_rows()) add_entry(out, std::string(row.name), row.meaning);
  add_exit_codes(out);
  for (const auto& row : command_rows()) {
    out += "\n";
    add_entry(out, spelling(row), row.about.empty() ? row.help : row.about);
  }
  return out;
}

std::string help_on(const command_row& row) {
  std::string out = spelling(row) + ": ";
  config::wrap(out, row.help, 4, width);
  if (!row.about.empty()) {
    out += "\n";
    config::wrap(out, row.about, 0, width);
  }
  add_options(out, true, &row);
  add_examples(out, row);
  if (row.what == action::run) add_exit_codes(out);
  return out;
}

std::string help_on(const option_row& row) {
  std::string out = spelling(row) + "\n";
  const auto line = [&](std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out += "  " + std::string(name) + std::string(12 - name.size(), ' ');
    config::wrap(out, text, 14, width);
  };
  line("", row.help);
  line("takes", row.kind);
  line("without it", row.fallback);
  std::string commands;
  for (const auto& one : words_of(row.heeded_by)) commands += (commands.empty() ? "lsrun " : ", lsrun ") + one;
  line("of", commands.empty() ? "every command" : commands);
  line("example", row.example);
  return out;
}

}  // namespace

std::string help(const std::string& topic) {
  if (topic.empty()) return short_help();
  if (topic == "all") return whole_help();
  if (topic == "config") return config::help_text();
  if (const auto* command = command_named(topic)) return help_on(*command);
  const bool short_name = topic.size() == 2 && topic.front() == '-';
  for (const auto& row : option_rows())
    if (row.name == topic || row.name == "--" + topic || (short_name && row.letter == topic[1])) return help_on(row);
  return config::help_text_on(topic);
}

std::vector<std::string> help_topics() {
  std::vector<std::string> all{"all", "config"};
  for (const auto& row : command_rows()) all.emplace_back(row.name);
  for (const auto& row : option_rows()) all.emplace_back(row.name);
  for (const auto& row : config::table_rows())
    if (!row.name.empty()) all.emplace_back(row.name);
  return all;
}

std::string version_text() {
  return "lsrun " LSRUN_VERSION " (plugin ABI " + std::to_string(LSRUN_ABI_MAJOR) + "." +
         std::to_string(LSRUN_ABI_MINOR) + ")";
}

}  // namespace lsrun::cli
