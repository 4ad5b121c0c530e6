// CLI11 splits the words; the sentences about what is wrong are ours.
#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "config/nearest.hpp"

namespace lsrun::cli {
namespace {

struct flags {
  bool list = false, check = false, explain = false, debug_session = false, version = false;
};

// CLI11's own checks speak of types and limits of machines.
std::string whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failure == std::errc{} && end == text.data() + text.size();
  return good ? "" : "`" + text + "` is not a whole number from 0 up";
}
std::string plain_number(const std::string& text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failure == std::errc{} && end == text.data() + text.size();
  return good ? "" : "`" + text + "` is not a number";
}

void add_overrides(CLI::App& app, config::overrides& o) {
  const CLI::Validator whole(whole_number, "");
  app.add_option("--sessions", o.sessions)->check(whole);
  app.add_option("--duration", o.duration);
  app.add_option("--ip-count", o.ip_count)->check(whole);
  app.add_option("--report", o.reports)->expected(1, CLI::detail::expected_max_vector_size);
  app.add_option("--set", o.set)->expected(1)->take_all()->allow_extra_args(false);
  app.add_option("--time-scale", o.time_scale)->check(CLI::Validator(plain_number, ""));
  app.add_option("--seed", o.seed)->check(whole);
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

// What is wrong, or "".
std::string read_place(const std::string& option, const std::string& text, std::optional<web::place>& to) {
  if (text.empty()) return {};
  auto place = web::parse_place(text);
  if (!place) return option + " " + place.error_text();
  to = *place;
  return {};
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

// CLI11's view of the command line, bound to `line`.
class parser {
 public:
  explicit parser(command_line& line) : line_(line), app_("lsrun") {
    app_.set_help_flag();
    app_.allow_extras();
    app_.require_subcommand(0, 1);  // the word after a command is none: `new report`
    app_.add_option("-c,--config", line.config);
    app_.add_option("NAME", line.test);
    app_.add_flag("--list", flags_.list);
    app_.add_flag("--check", flags_.check);
    app_.add_flag("--explain", flags_.explain);
    app_.add_flag("--debug-session", flags_.debug_session);
    app_.add_flag("--version", flags_.version);
    app_.add_flag("-q,--quiet", line.quiet);
    app_.add_flag("--no-color", line.no_color);
    app_.add_option("--dashboard", dashboard_);
    app_.add_option("--prometheus", prometheus_);
    add_overrides(app_, line.overrides);
    plugins_->add_option("NAME", line.plugin);
    report_->add_option("DIR", directory_);
    new_->add_option("KIND", line.kind);
    new_->add_option("NAME", line.name);
    new_->add_option("DIR", directory_);
    for (auto* sub : {run_, plugins_, report_, new_}) sub->fallthrough()->set_help_flag();
  }

  // Returns what is wrong, or "".
  std::string run(int count, const char* const* words) {
    try {
      app_.parse(count, words);
    } catch (const CLI::ArgumentMismatch& failure) {
      const std::string text = failure.what();
      return "`" + text.substr(0, text.find(':')) + "` needs a value (`lsrun --help` shows which)";
    } catch (const CLI::ParseError& failure) {
      return failure.what();
    }
    const auto extra = app_.remaining(true);
    const auto option = std::find_if(extra.begin(), extra.end(), [](const auto& w) { return w.starts_with("-"); });
    if (!extra.empty()) return unexpected(app_, option != extra.end() ? *option : extra.front());
    line_.directory = directory_;
    if (const auto wrong = read_place("--dashboard", dashboard_, line_.dashboard); !wrong.empty()) return wrong;
    if (const auto wrong = read_place("--prometheus", prometheus_, line_.prometheus); !wrong.empty()) return wrong;
    return settle();
  }

 private:
  std::string settle() {
    if (plugins_->parsed()) {
      line_.what = action::plugins;
    } else if (report_->parsed()) {
      line_.what = action::report;
      if (directory_.empty()) return "`lsrun report` needs the directory of a run, such as results/latest";
    } else if (new_->parsed()) {
      line_.what = action::new_project;
      if (directory_.empty() || (line_.kind != "scenario" && line_.kind != "report"))
        return "write `lsrun new scenario NAME DIR` or `lsrun new report NAME DIR`";
    } else {
      return settle_action(flags_, line_);
    }
    return {};
  }

  command_line& line_;
  CLI::App app_;
  flags flags_;
  std::string directory_, dashboard_, prometheus_;
  CLI::App* run_ = app_.add_subcommand("run");
  CLI::App* plugins_ = app_.add_subcommand("plugins");
  CLI::App* report_ = app_.add_subcommand("report");
  CLI::App* new_ = app_.add_subcommand("new");
};

}  // namespace

parse_result parse(int count, const char* const* words) {
  parse_result result;
  command_line& line = result.line;
  line.words.assign(words, words + count);
  std::string topic;
  if (!wants_help(line.words, topic)) {
    result.error = parser(line).run(count, words);
    return result;
  }
  line.what = action::help;
  line.text = help(topic);
  if (line.text.empty())
    result.error = "there is no help on `" + topic + "`; try `lsrun --help` or `lsrun --help config`";
  return result;
}

}  // namespace lsrun::cli
