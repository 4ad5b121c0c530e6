// Command lines: what they mean, what is wrong with them, and that the help tells of every option.
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli.hpp"
#include "named_tests.hpp"

using namespace lsrun;
using cli::action;

namespace {

// The words of a shell line without quotes.
cli::parse_result parse(const std::string& text) {
  std::vector<std::string> words{"lsrun"};
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());
  return cli::parse(static_cast<int>(pointers.size()), pointers.data());
}

cli::command_line good(const std::string& text) {
  auto result = parse(text);
  BOOST_REQUIRE_MESSAGE(result.error.empty(), text << ": " << result.error);
  return result.line;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_command_line)

BOOST_AUTO_TEST_CASE(a_config_is_run_with_or_without_the_word_run) {
  for (const char* text : {"--config heavy.toml", "run --config heavy.toml", "run -c heavy.toml", "-c heavy.toml"}) {
    const auto line = good(text);
    BOOST_TEST((line.what == action::run), text);
    BOOST_TEST(line.config == "heavy.toml", text);
    BOOST_TEST(line.test.empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_named_test_takes_a_target_and_an_output) {
  for (const char* text :
       {"heavy_load -s http://10.0.0.5 -o out", "run heavy_load --target http://10.0.0.5 --output out",
        "-s http://10.0.0.5 heavy_load -o out"}) {
    const auto line = good(text);
    BOOST_TEST((line.what == action::run), text);
    BOOST_TEST(line.test == "heavy_load", text);
    BOOST_TEST(*line.overrides.target == "http://10.0.0.5", text);
    BOOST_TEST(*line.overrides.output == "out", text);
  }
}

BOOST_AUTO_TEST_CASE(every_override_is_read) {
  const auto line = good(
      "--config x --sessions 5 --duration 10m --ip-count 3 --report json html --set a.b=1 --set c.d=x=y "
      "--time-scale 60 --seed 7 --quiet --no-color");
  BOOST_TEST(*line.overrides.sessions == 5u);
  BOOST_TEST(*line.overrides.duration == "10m");
  BOOST_TEST(*line.overrides.ip_count == 3u);
  BOOST_TEST((line.overrides.reports == std::vector<std::string>{"json", "html"}));
  BOOST_TEST((line.overrides.set == std::vector<std::string>{"a.b=1", "c.d=x=y"}));
  BOOST_TEST(*line.overrides.time_scale == 60);
  BOOST_TEST(*line.overrides.seed == 7u);
  BOOST_TEST(line.quiet);
  BOOST_TEST(line.no_color);
  BOOST_TEST(line.words.size() == 22u);
  BOOST_TEST(!good("x").overrides.sessions.has_value());
}

BOOST_AUTO_TEST_CASE(the_other_commands_have_their_words) {
  BOOST_TEST((good("--list").what == action::list));
  BOOST_TEST((good("--version").what == action::version));
  BOOST_TEST((good("--config x --check").what == action::check));
  BOOST_TEST((good("heavy_load --explain").what == action::explain));
  BOOST_TEST((good("--config x --debug-session").what == action::debug_session));
  BOOST_TEST((good("plugins").what == action::plugins));
  BOOST_TEST(good("plugins chat_sync").plugin == "chat_sync");
  const auto report = good("report results/latest --report html --report csv");
  BOOST_TEST((report.what == action::report));
  BOOST_TEST(report.directory == "results/latest");
  BOOST_TEST((report.overrides.reports == std::vector<std::string>{"html", "csv"}));
  const auto fresh = good("new scenario my_chat /tmp/my_chat");
  BOOST_TEST((fresh.what == action::new_project));
  BOOST_TEST(fresh.kind == "scenario");
  BOOST_TEST(fresh.name == "my_chat");
  BOOST_TEST(fresh.directory == "/tmp/my_chat");
  BOOST_TEST(good("new report plugins /tmp/x").kind == "report");
  BOOST_TEST(good("new report plugins /tmp/x").name == "plugins");
  BOOST_TEST((good("run plugins").what == action::run));
}

BOOST_AUTO_TEST_CASE(help_may_be_asked_for_anywhere) {
  for (const char* text : {"--help", "-h", "help", "--config x --help", "heavy_load -h"})
    BOOST_TEST(good(text).text == cli::help(""), text);
  for (const char* text : {"plugins --help", "plugins -h", "help plugins", "--help plugins", "plugins x --help"})
    BOOST_TEST(good(text).text == cli::help("plugins"), text);
  for (const char* text : {"help --seed", "help seed", "--help seed"})
    BOOST_TEST(good(text).text == cli::help("--seed"), text);
  BOOST_TEST(cli::help("-s") == cli::help("--target"));
  BOOST_TEST(good("--help config").text.find("[[phases]]") != std::string::npos);
  BOOST_TEST(good("help phases").text.starts_with("[[phases]]"));
  BOOST_TEST(good("help [phases]").text == good("help phases").text);
  BOOST_TEST(good("help target.tls").text.find("server_name") != std::string::npos);
  BOOST_TEST(good("help sessions.max").text.starts_with("[sessions]\n  max  integer = 100\n"));
  BOOST_TEST((good("help --seed").what == action::help));
  BOOST_TEST(!parse("--help cooking").error.empty());
}

BOOST_AUTO_TEST_CASE(wrong_command_lines_are_told_what_to_do) {
  const std::pair<const char*, const char*> table[] = {
      {"", "what should run?"},
      {"run", "what should run?"},
      {"--check", "what should run?"},
      {"--config x --sesions 5", "unknown option `--sesions`; did you mean `--sessions`?"},
      {"--confg x", "unknown option `--confg`; did you mean `--config`?"},
      {"run --confg=x", "unknown option `--confg`; did you mean `--config`?"},
      {"plugins --sesions", "unknown option `--sesions`; did you mean `--sessions`?"},
      {"report results/latest --sesions 5", "unknown option `--sesions`; did you mean `--sessions`?"},
      {"report results/latest --sessions 5",
       "`--sessions` means nothing to `lsrun report`; it is an option of `lsrun run`"},
      {"new scenario a b --report json", "`--report` means nothing to `lsrun new`"},
      {"plugins one two", "there is nothing that `two` could mean here"},
      {"report one two", "there is nothing that `two` could mean here"},
      {"--config x --sessions 5 --sessions 6", "`--sessions` is given 2 times; one run has one"},
      {"--config x --ip-count 4294967296", "--ip-count: `4294967296` is not a whole number from 0 to 4294967295"},
      {"completion", "write `lsrun completion bash`"},
      {"completion tcsh", "write `lsrun completion bash`"},
      {"completion bahs", "did you mean `bash`?"},
      {"help sesions", "there is no help on `sesions`; did you mean `sessions`?"},
      {"help --sesions", "did you mean `--sessions`?"},
      {"help completions", "did you mean `completion`?"},
      {"--config x --zzz", "unknown option `--zzz` (`lsrun --help` lists the options)"},
      {"--config x --segment 1/2", "unknown option `--segment`"},
      {"--config x heavy_load", "both --config x and the test `heavy_load`"},
      {"one two", "there is nothing that `two` could mean here"},
      {"--config x --check --explain", "exclude one another"},
      {"report", "needs the directory"},
      {"new scenario x", "write `lsrun new scenario NAME DIR`"},
      {"new recipe x y", "write `lsrun new scenario NAME DIR`"},
      {"new scenaro x y", "did you mean `scenario`?"},
      {"--config x --sessions many", "--sessions: `many` is not a whole number from 0 up"},
      {"--config x --sessions -5", "--sessions: `-5` is not a whole number from 0 up"},
      {"--config x --seed 1.5", "--seed: `1.5` is not a whole number"},
      {"--config x --time-scale fast", "--time-scale: `fast` is not a number"},
      {"heavy_load --report", "`--report` needs a value"},
      {"heavy_load -s", "`--target` needs a value"},
      {"--config", "`--config` needs a value"},
  };
  for (const auto& [text, sentence] : table) {
    const auto error = parse(text).error;
    BOOST_TEST(error.find(sentence) != std::string::npos, "`" << text << "`: " << error);
  }
}

BOOST_AUTO_TEST_CASE(named_tests_come_from_the_first_directory_that_has_them) {
  const auto root = std::filesystem::temp_directory_path() / ("lsrun_named_" + std::to_string(::getpid()));
  std::filesystem::create_directories(root / "a");
  std::filesystem::create_directories(root / "b");
  for (const char* name : {"a/two.toml", "b/two.toml", "b/one.toml", "b/notes.txt"}) std::ofstream(root / name) << "\n";
  const auto tests = cli::named_tests({root / "a", root / "none", root / "b"});
  BOOST_REQUIRE(tests.size() == 2u);
  BOOST_TEST(tests[0].name == "one");
  BOOST_TEST(tests[1].file == root / "a" / "two.toml");
  std::filesystem::remove_all(root);
}

BOOST_AUTO_TEST_CASE(the_list_shows_each_tests_own_figures_and_which_do_not_load) {
  const auto root = std::filesystem::temp_directory_path() / ("lsrun_list_" + std::to_string(::getpid()));
  std::filesystem::create_directories(root);
  std::ofstream(root / "good.toml") << R"t(description = "what for"
[target]
url = "http://127.0.0.1:8800"
[scenario]
plugin = "chat_sync"
[pool]
count = 5
from = ["127.64.0.0/16"]
[[phases]]
name = "a"
duration = "4m"
sessions = 100
[[phases]]
name = "b"
duration = "6m"
sessions = 0
[thresholds]
check = ["rate_limit_ratio <= 0%", "success_ratio{phase=a} >= 50%", "success_ratio >= 99%"]
)t";
  std::ofstream(root / "worse.toml") << "a = 1\n[sessions]\nmax = 0\n";
  const auto text = cli::list_text(cli::named_tests({root}));
  std::filesystem::remove_all(root);
  BOOST_TEST(text.starts_with("name   sessions  length  addresses  429s at most  success at least\n"
                              "good        100     10m          5            0%               99%  what for\n"
                              "worse"),
             text);
  BOOST_TEST(text.find("does not load: 4 errors (lsrun --config ") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
