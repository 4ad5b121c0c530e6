// CLI11 splits the words as the tables of options.hpp say; the sentences about what is wrong are ours.
#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "config/nearest.hpp"
#include "options.hpp"

namespace lsrun::cli {
namespace {

std::string ticked(std::string_view word) { return "`" + std::string(word) + "`"; }

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto near = config::nearest(word, known);
  return near.empty() ? "" : "; did you mean " + ticked(near) + "?";
}

std::string unexpected(const std::string& word) {
  if (word.size() < 2 || word.front() != '-')
    return "there is nothing that " + ticked(word) + " could mean here; `lsrun --help` shows the commands";
  std::vector<std::string> names;
  for (const auto& option : option_rows()) names.emplace_back(option.name);
  const auto name = word.substr(0, word.find('='));
  return "unknown option " + ticked(name) + did_you_mean(name, names) + " (`lsrun --help` lists the options)";
}

// --help and -h anywhere and the command `help`, with the word after it as the topic, else the command before it.
bool wants_help(const std::vector<std::string>& words, std::string& topic) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--") return false;
    const bool command = i == 1 && words[i] == "help";
    if (!command && words[i] != "--help" && words[i] != "-h") continue;
    if (i + 1 < words.size() && (command || words[i + 1].front() != '-'))
      topic = words[i + 1];
    else if (i > 1 && command_named(words[1]))
      topic = words[1];
    return true;
  }
  return false;
}

// CLI11's view of the command line, bound to `line`.
class parser {
 public:
  explicit parser(command_line& line) : line_(line), app_("lsrun") {
    app_.set_help_flag();
    app_.allow_extras();
    app_.require_subcommand(0, 1);  // the word after a command is none: `new report`
    for (const auto& row : option_rows()) add(row);
    for (const auto& row : command_rows()) {
      auto* command = app_.add_subcommand(std::string(row.name))->fallthrough();
      command->set_help_flag();
      commands_.push_back(command);
      for (const auto& one : row.operands)
        if (!one.name.empty()) add(row.what == action::run ? app_ : *command, one);
    }
  }

  // Returns what is wrong, or "".
  std::string run(int count, const char* const* words) {
    try {
      app_.parse(count, words);
    } catch (const CLI::ArgumentMismatch& failure) {
      const std::string text = failure.what();
      const auto name = text.substr(0, text.find(':'));
      return ticked(name) + " needs a value (`lsrun help " + name + "` shows which)";
    } catch (const CLI::ParseError& failure) {
      return failure.what();
    }
    const auto extra = app_.remaining(true);
    const auto option = std::find_if(extra.begin(), extra.end(), [](const auto& w) { return w.starts_with("-"); });
    if (!extra.empty()) return unexpected(option != extra.end() ? *option : extra.front());
    for (std::size_t i = 0; i < commands_.size(); ++i)
      if (commands_[i]->parsed() && command_rows()[i].what != action::run) return settle(command_rows()[i]);
    return settle_run();
  }

 private:
  void add(const option_row& row) {
    const std::string name = (row.letter ? std::string{'-', row.letter, ','} : std::string()) + std::string(row.name);
    if (row.how == takes::nothing) {
      options_.push_back(app_.add_flag_function(name, [this, &row](std::int64_t times) {
        for (std::int64_t i = 0; row.put && i < times; ++i) row.put(line_, "");
      }));
      return;
    }
    const auto put = [this, &row](const std::vector<std::string>& values) {
      if (row.how == takes::one && values.size() > 1)
        throw CLI::ValidationError(ticked(row.name) + " is given " + std::to_string(values.size()) +
                                   " times; one run has one");
      for (const auto& value : values)
        if (const auto wrong = row.put(line_, value); !wrong.empty())
          throw CLI::ValidationError(std::string(row.name) + ": " + wrong);
    };
    auto* option = app_.add_option_function<std::vector<std::string>>(name, put);
    if (row.how == takes::several)
      option->expected(1, CLI::detail::expected_max_vector_size);
    else
      option->expected(1)->take_all()->allow_extra_args(false);
    options_.push_back(option);
  }
  void add(CLI::App& app, const operand& one) {
    operands_.push_back(
        app.add_option_function<std::string>("operand" + std::to_string(operands_.size()),
                                             [this, &one](const std::string& value) { one.put(line_, value); }));
  }

  // The given option that this command does not heed, told; "" if there is none.
  std::string unheeded(const command_row& command) const {
    for (std::size_t i = 0; i < options_.size(); ++i) {
      const auto& row = option_rows()[i];
      if (options_[i]->count() == 0 || heeds(command, row)) continue;
      return ticked(row.name) + " means nothing to `lsrun " + std::string(command.name) +
             "`; it is an option of `lsrun " + words_of(row.heeded_by).front() + "` (`lsrun help " +
             std::string(command.name) + "` lists its own)";
    }
    return {};
  }

  std::string settle(const command_row& command) {
    line_.what = command.what;
    if (const auto wrong = unheeded(command); !wrong.empty()) return wrong;
    if (!line_.test.empty()) return unexpected(line_.test);  // a word more than the command has
    const auto* own = commands_[static_cast<std::size_t>(&command - command_rows().data())];
    const auto given = own->get_options([](const CLI::Option* o) { return o->get_positional(); });
    for (std::size_t i = 0; i < given.size(); ++i) {
      const auto& one = command.operands[i];
      if (one.required && given[i]->count() == 0) return std::string(command.wanted);
      if (one.values != offer::words || given[i]->count() == 0) continue;
      const auto word = given[i]->results().front();
      if (!is_one_of(one.name, word)) return std::string(command.wanted) + did_you_mean(word, words_of(one.name));
    }
    return {};
  }

  std::string settle_run() {
    int actions = 0;
    std::string all;
    for (std::size_t i = 0; i < options_.size(); ++i) {
      const auto& row = option_rows()[i];
      if (!row.action_of) continue;
      all += (all.empty() ? "" : ", ") + std::string(row.name);
      if (options_[i]->count() == 0) continue;
      line_.what = *row.action_of;
      ++actions;
    }
    if (actions > 1) return "only one of " + all + " at a time: they exclude one another";
    if (const auto wrong = unheeded(*command_named("run")); !wrong.empty()) return wrong;
    if (line_.what == action::list || line_.what == action::version) return {};
    if (!line_.config.empty() && !line_.test.empty())
      return "both --config " + line_.config + " and the test " + ticked(line_.test) +
             " are given; one run has one config";
    if (line_.config.empty() && line_.test.empty())
      return "what should run? `lsrun --config FILE` or `lsrun NAME` (`lsrun --list` shows the named tests, `lsrun "
             "--help` all commands)";
    return {};
  }

  command_line& line_;
  CLI::App app_;
  std::vector<CLI::Option*> options_;  // as option_rows()
  std::vector<CLI::Option*> operands_;
  std::vector<CLI::App*> commands_;  // as command_rows()
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
    result.error = "there is no help on " + ticked(topic) + did_you_mean(topic, help_topics()) +
                   " (`lsrun help all` shows all commands and options, `lsrun help config` all keys of a config)";
  return result;
}

}  // namespace lsrun::cli
