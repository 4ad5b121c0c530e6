// The tables of commands and options: parser, help, manual page and completions agree with them, and they with each
// other.
#include "options.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>

#include "completion.hpp"
#include "config/option_table.hpp"
#include "manual.hpp"

using namespace lsrun;
using namespace lsrun::cli;

namespace {

parse_result parse_words(std::vector<std::string> words) {
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());
  return parse(static_cast<int>(pointers.size()), pointers.data());
}

// A whole command line, "lsrun ..." without quotes.
parse_result parse_line(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) words.push_back(word);
  return parse_words(words);
}

// The command with its words in place, so that only what is added to it can be wrong.
std::vector<std::string> complete_command(const command_row& command) {
  std::vector<std::string> words{"lsrun", std::string(command.name)};
  for (const auto& one : command.operands) {
    if (one.name.empty()) continue;
    words.push_back(one.values == offer::words ? words_of(one.name).front() : "x");
  }
  return words;
}

// A value that the option takes; a test of its own holds that the others of its kind are refused.
std::string good_value(const option_row& row) {
  return row.argument == "N" ? "5" : row.argument == "ADDRESS:PORT" ? "127.0.0.1:0" : "x.y=z";
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// "--time-scale" as a whole word, not as the beginning of a longer one.
bool has_word(const std::string& text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const char after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (!std::isalnum(static_cast<unsigned char>(after)) && after != '-') return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_options)

BOOST_AUTO_TEST_CASE(every_row_is_complete_and_its_name_its_own) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const auto& row : option_rows()) {
    BOOST_TEST(names.insert(row.name).second, row.name);
    if (row.letter) BOOST_TEST(letters.insert(row.letter).second, row.name);
    BOOST_TEST(row.name.starts_with("--"));
    BOOST_TEST(!row.help.empty(), row.name);
    BOOST_TEST(!row.help.ends_with('.'), row.name);
    BOOST_TEST(row.kind.empty() == row.argument.empty(), row.name);
    BOOST_TEST((row.how == takes::nothing) == (row.argument.empty() || row.name == "--help"), row.name);
    for (const auto& command : words_of(row.heeded_by)) BOOST_TEST(command_named(command), row.name << ": " << command);
  }
  for (const auto& row : command_rows()) {
    BOOST_TEST(names.insert(row.name).second, row.name);
    BOOST_TEST(!row.help.empty(), row.name);
    for (const auto& one : row.operands)
      if (one.required) BOOST_TEST(!row.wanted.empty(), row.name);
  }
}

BOOST_AUTO_TEST_CASE(every_command_takes_the_options_that_heed_it_and_no_others) {
  for (const auto& command : command_rows()) {
    if (command.what == action::help) continue;  // whatever follows is its topic
    const auto bare = parse_words(complete_command(command));
    BOOST_TEST(bare.error == "", command.name);
    BOOST_TEST((bare.line.what == command.what), command.name);
    for (const auto& row : option_rows()) {
      if (row.name == "--help" || row.name == "--config") continue;  // answers for itself; excludes a name
      auto words = complete_command(command);
      words.emplace_back(row.name);
      if (row.how != takes::nothing) words.push_back(good_value(row));
      const auto error = parse_words(words).error;
      if (heeds(command, row))
        BOOST_TEST(error == "", command.name << " " << row.name);
      else
        BOOST_TEST(has(error, "means nothing to `lsrun " + std::string(command.name) + "`"),
                   command.name << ": " << error);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_option_is_known_by_its_letter_and_by_equals_and_wants_its_value) {
  for (const auto& row : option_rows()) {
    if (row.how == takes::nothing) continue;
    const std::vector<std::string> start =
        row.name == "--config" ? std::vector<std::string>{"lsrun"} : std::vector<std::string>{"lsrun", "x"};
    auto words = start;
    words.push_back(std::string(row.name) + "=" + good_value(row));
    BOOST_TEST(parse_words(words).error == "", row.name);
    if (row.letter) {
      words = start;
      words.insert(words.end(), {std::string{'-', row.letter}, good_value(row)});
      BOOST_TEST(parse_words(words).error == "", row.name);
    }
    words = start;
    words.emplace_back(row.name);
    BOOST_TEST(has(parse_words(words).error, "`" + std::string(row.name) + "` needs a value"), row.name);
  }
}

BOOST_AUTO_TEST_CASE(every_example_is_a_command_line_that_is_understood) {
  for (const auto& row : option_rows()) {
    BOOST_TEST(parse_line(row.example).error == "", row.example);
    const bool letter = row.letter && has_word(std::string(row.example), std::string{'-', row.letter});
    BOOST_TEST((letter || has_word(std::string(row.example), row.name)), row.name << ": " << row.example);
  }
  for (const auto& row : command_rows()) {
    BOOST_TEST(!row.examples[0].empty(), row.name);
    for (const auto& example : row.examples)
      if (!example.empty()) {
        BOOST_TEST(parse_line(example).error == "", example);
        if (row.what != action::run && row.what != action::help)
          BOOST_TEST((parse_line(example).line.what == row.what), example);
      }
  }
}

BOOST_AUTO_TEST_CASE(the_short_help_fits_a_screen_and_names_every_command_and_every_option_of_a_run) {
  const auto text = help("");
  for (const auto& row : command_rows()) BOOST_TEST(has(text, "  " + spelling(row)), row.name);
  for (const auto& row : option_rows())
    if (heeds(*command_named("run"), row)) BOOST_TEST(has_word(text, row.name), row.name);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') <= 52);
  BOOST_TEST(has(text, "Examples\n"));
  BOOST_TEST(version_text().starts_with("lsrun "));
}

BOOST_AUTO_TEST_CASE(help_on_all_on_each_command_and_on_each_option_has_its_rows) {
  const auto all = help("all");
  for (const auto& row : option_rows()) {
    BOOST_TEST(has(all, spelling(row, true)), row.name);
    const auto one = help(std::string(row.name));
    BOOST_TEST(has(one, spelling(row)), one);
    BOOST_TEST(has(one, row.example), one);
    BOOST_TEST(has(one, row.kind), one);
    for (const auto& command : command_rows())
      BOOST_TEST(has(help(std::string(command.name)), spelling(row, true)) == heeds(command, row),
                 command.name << row.name);
  }
  for (const auto& row : command_rows()) {
    BOOST_TEST(has(all, spelling(row)), row.name);
    BOOST_TEST(help(std::string(row.name)).starts_with(spelling(row)), row.name);
  }
  for (const auto& topic : help_topics()) BOOST_TEST(!help(topic).empty(), topic);
  for (const auto& topic : help_topics()) {
    std::istringstream lines(help(topic));
    for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 120u, line);
  }
}

BOOST_AUTO_TEST_CASE(help_on_config_finds_every_table_and_key) {
  for (const auto& row : config::option_rows()) {
    const std::string name = (row.table.empty() ? "" : std::string(row.table) + ".") + std::string(row.key);
    const auto text = help(name);
    if (!option_named("--" + name) && !command_named(name) && !config::table_named(name))
      BOOST_TEST(has(text, "  " + std::string(row.key) + "  " + config::kind_text(row)), name << ": " << text);
    BOOST_TEST(has(help("config"), "  " + std::string(row.key) + "  "), name);
  }
}

BOOST_AUTO_TEST_CASE(the_manual_pages_have_every_command_option_variable_exit_code_and_key) {
  const auto page = manual_page("2026-01-31"), config_page = config_manual_page("2026-01-31");
  for (const auto& row : option_rows()) BOOST_TEST(has(page, "\\fB" + roff(row.name) + "\\fR"), row.name);
  for (const auto& row : command_rows()) BOOST_TEST(has(page, "\\fBlsrun " + roff(row.name) + "\\fR"), row.name);
  for (const auto& row : variable_rows()) BOOST_TEST(has(page, "\\fB" + roff(row.name) + "\\fR"), row.name);
  for (const auto& row : exit_rows()) BOOST_TEST(has(page, "\\fB" + std::to_string(row.code) + "\\fR"), row.code);
  for (const auto& row : config::option_rows())
    BOOST_TEST(has(config_page, ".TP\n\\fB" + roff(row.key) + "\\fR"), row.key);
}

BOOST_AUTO_TEST_CASE(roff_has_no_requests_escapes_or_hyphens_from_a_text) {
  BOOST_TEST(roff(".SH x") == "\\&.SH x");
  BOOST_TEST(roff("'a'\n.b") == "\\&\\(aqa\\(aq\n\\&.b");
  BOOST_TEST(roff("a\\n --b") == "a\\en \\-\\-b");
}

BOOST_AUTO_TEST_CASE(completions_of_every_shell_have_every_command_and_option) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(shell);
    for (const auto& row : option_rows()) {
      const bool fish = std::string_view(shell) == "fish";
      BOOST_TEST(has_word(script, fish ? "-l " + std::string(row.name.substr(2)) : std::string(row.name)),
                 shell << row.name);
    }
    for (const auto& row : command_rows()) BOOST_TEST(has_word(script, row.name), shell << row.name);
    for (const auto& row : config::option_rows())
      if (!config::table_named(row.table)->list && !row.table.empty())
        BOOST_TEST(has(script, std::string(row.table) + "." + std::string(row.key) + "="), shell << row.key);
  }
  BOOST_TEST(completion_script("tcsh") == "");
}

BOOST_AUTO_TEST_SUITE_END()
