// The option table agrees with itself: every default is good, every key is in the help, every choice is accepted.
#include "config/option_table.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "config/nearest.hpp"
#include "config/reader.hpp"
#include "support.hpp"

using namespace lsrun;

BOOST_AUTO_TEST_SUITE(config_option_table)

BOOST_AUTO_TEST_CASE(every_option_reads_its_own_default) {
  for (const auto& row : config::option_rows()) {
    const auto fallback = config::default_value(row);
    if (!fallback) continue;
    config::reading r;
    std::vector<config::problem> problems;
    BOOST_TEST(config::read(row, *fallback, r, problems), row.table << "." << row.key);
    BOOST_TEST(problems.empty(), row.table << "." << row.key);
  }
}

BOOST_AUTO_TEST_CASE(every_choice_is_accepted_and_none_only_where_it_says_so) {
  for (const auto& row : config::option_rows()) {
    std::vector<config::problem> problems;
    config::reading r;
    if (row.none_allowed) BOOST_TEST(config::read(row, config::text_value("none"), r, problems), row.key);
    if (row.what != config::form::choice) continue;
    std::string word;
    for (const char c : std::string(row.choices) + "|") {
      if (c != '|') {
        word += c;
        continue;
      }
      config::reading choice;
      BOOST_TEST((config::read(row, config::text_value(word), choice, problems) || word == "none"),
                 row.key << " " << word);
      word.clear();
    }
  }
}

BOOST_AUTO_TEST_CASE(keys_are_unique_and_belong_to_known_tables) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& row : config::option_rows()) {
    BOOST_TEST(config::table_named(row.table) != nullptr, row.table);
    BOOST_TEST(seen.emplace(row.table, row.key).second, row.key);
    BOOST_TEST(row.apply != nullptr, row.key);
    BOOST_TEST(!row.help.empty(), row.key);
    BOOST_TEST(row.help.back() != '.', row.key);
    BOOST_TEST((row.what != config::form::choice || !row.choices.empty()), row.key);
  }
}

BOOST_AUTO_TEST_CASE(the_help_names_every_key_within_its_width) {
  const auto help = config::help_text(100);
  for (const auto& row : config::option_rows())
    BOOST_TEST(help.find("\n  " + std::string(row.key) + "  ") != std::string::npos, row.key);
  for (std::size_t at = 0; at < help.size();) {
    const auto end = help.find('\n', at);
    BOOST_TEST(end - at <= 120u, help.substr(at, end - at));
    at = end + 1;
  }
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_found_by_swaps_and_slips_but_not_by_force) {
  const std::vector<std::string> known{"max", "turns", "think_time", "expire_after"};
  BOOST_TEST(config::nearest("maxx", known) == "max");
  BOOST_TEST(config::nearest("amx", known) == "max");
  BOOST_TEST(config::nearest("TURNS", known) == "turns");
  BOOST_TEST(config::nearest("thinktime", known) == "think_time");
  BOOST_TEST(config::nearest("colour", known) == "");
  BOOST_TEST(config::nearest("", known) == "");
}

BOOST_AUTO_TEST_SUITE_END()
