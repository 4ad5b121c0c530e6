// CLI11 splits the words; the sentences about what is wrong are ours.
#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "config/nearest.hpp"

namespace lsrun::cli {
namespace {

struct flags {
  bool list = false, check = false, explain = false, debug_session = false, version = false;
};

void add_overrides(CLI::App& app, config::overrides& o) {
  app.add_option("--sessions", o.sessions)->check(CLI::NonNegativeNumber);
  app.add_option("--duration", o.duration);
  app.add_option("--ip-count", o.ip_count)->check(CLI::NonNegativeNumber);
  app.add_option("--report", o.reports)->expected(1, CLI::detail::expected_max_vector_size);
  app.add_option("--set", o.set)->expected(1)->take_all()->allow_extra_args(false);
  app.add_option("--time-scale", o.time_scale);
  app.add_option("--seed", o.seed)->check(CLI::NonNegativeNumber);
  app.add_option("-s,--target", o.target);
  app.add_option("-o,--output", o.output);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names{"--help"};
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string unexpected(const CLI::App& app, const std::string& word) {
  if (word.size() < 2 || word.front() != '-')
    return "there is nothing that `" + word + "` could mean here; `lsrun --help` shows the commands";
  const auto name = word.substr(0, word.find('='));
  const auto near = config::nearest(name, option_names(app));
  return "unknown option `" + name + "`" + (near.empty() ? "" : "; did you mean `" + near + "`?") +
         " (`lsrun --help` lists the options)";
}

// --help and -h anywhere, with the word after it as the topic.
bool wants_help(const std::vector<std::string>& words, std::string& topic) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--") return false;
    if (words[i] != "--help" && words[i] != "-h") continue;
    if (i + 1 < words.size() && words[i + 1].front() != '-') topic = words[i + 1];
    return true;
  }
  return false;
}

std::string settle_action(const flags& f, command_line& line) {
  const std::pair<bool, action> chosen[] = {{f.list, action::list},
                                            {f.check, action::check},
                                            {f.explain, action::explain},
                                            {f.debug_session, action::debug_session},
                                            {f.version, action::version}};
  int count = 0;
  for (const auto& [given, what] : chosen)
    if (given) {
      line.what = what;
      ++count;
    }
  if (count > 1) return "--list, --check, --explain, --debug-session and --version exclude one another";
  if (line.what == action::list || line.what == action::version) return {};
  if (!line.config.empty() && !line.test.empty())
    return "both --config " + line.config + " and the test `" + line.test + "` are given; one run has one config";
  if (line.config.empty() && line.test.empty())
    return "what should run? `lsrun --config FILE` or `lsrun NAME` (`lsrun --list` shows the named tests, `lsrun "
           "--help` all commands)";
  return {};
}

}  // namespace

parse_result parse(int count, const char* const* words) {
  parse_result result;
  command_line& line = result.line;
  line.words.assign(words, words + count);
  std::string topic;
  if (wants_help(line.words, topic)) {
    line.what = action::help;
    line.text = help(topic);
    if (line.text.empty())
      result.error = "there is no help on `" + topic + "`; try `lsrun --help` or `lsrun --help config`";
    return result;
  }

  CLI::App app("lsrun");
  app.set_help_flag();
  app.allow_extras();
  app.prefix_command(false);
  flags f;
  app.add_option("-c,--config", line.config);
  app.add_option("NAME", line.test);
  app.add_flag("--list", f.list);
  app.add_flag("--check", f.check);
  app.add_flag("--explain", f.explain);
  app.add_flag("--debug-session", f.debug_session);
  app.add_flag("--version", f.version);
  app.add_flag("-q,--quiet", line.quiet);
  app.add_flag("--no-color", line.no_color);
  add_overrides(app, line.overrides);
  auto* run = app.add_subcommand("run")->fallthrough();
  auto* plugins = app.add_subcommand("plugins")->fallthrough();
  plugins->add_option("NAME", line.plugin);
  auto* report = app.add_subcommand("report")->fallthrough();
  std::string directory;
  report->add_option("DIR", directory);
  auto* make = app.add_subcommand("new")->fallthrough();
  make->add_option("KIND", line.kind);
  make->add_option("NAME", line.name);
  make->add_option("DIR", directory);
  for (auto* sub : {run, plugins, report, make}) sub->set_help_flag();

  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& failure) {
    result.error = failure.what();
    return result;
  }
  const auto extra = app.remaining(true);
  const auto option = std::find_if(extra.begin(), extra.end(), [](const auto& w) { return w.starts_with("-"); });
  if (!extra.empty()) {
    result.error = unexpected(app, option != extra.end() ? *option : extra.front());
    return result;
  }
  line.directory = directory;
  if (plugins->parsed()) {
    line.what = action::plugins;
  } else if (report->parsed()) {
    line.what = action::report;
    if (directory.empty()) result.error = "`lsrun report` needs the directory of a run, such as results/latest";
  } else if (make->parsed()) {
    line.what = action::new_project;
    if (directory.empty() || (line.kind != "scenario" && line.kind != "report"))
      result.error = "write `lsrun new scenario NAME DIR` or `lsrun new report NAME DIR`";
  } else {
    result.error = settle_action(f, line);
  }
  return result;
}

}  // namespace lsrun::cli
