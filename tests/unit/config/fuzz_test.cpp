// Whatever bytes a config consists of, it is read or refused with words, and nothing worse happens.
#include <boost/test/unit_test.hpp>
#include <random>

#include "config/effective.hpp"
#include "config/message_file.hpp"
#include "support.hpp"

using namespace lsrun;
using namespace config_test;

namespace {

// The literal's bytes, zeros among them.
template <std::size_t N>
std::string all_of(const char (&literal)[N]) {
  return {literal, N - 1};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_fuzz)

BOOST_AUTO_TEST_CASE(arbitrary_bytes_are_refused_with_words) {
  std::mt19937 random(1);
  const std::string alphabet = all_of("[]{}=\"'\\.,#\n\r\t _-+:0123456789abcmtu%/\0\x80\xe4\xbd\xa0\xff$");
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto length = random() % 60;
    for (unsigned i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
    const auto loaded = read_config(text);
    BOOST_REQUIRE(!loaded);
    BOOST_REQUIRE(!config::render(loaded.problems, loaded.texts).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_good_config_with_any_byte_changed_is_read_or_refused) {
  const std::string good = with(
      "[limits]\nchat = \"30/min\"\nheadroom = \"5%\"\n[sessions]\nthink_time = \"uniform(2s, 8s)\"\nmax = 5\n"
      "[[phases]]\nname = \"a\"\nduration = \"1h30m\"\nsessions = 5\n[[tenants]]\nname = \"x\"\nid = \"${API_KEY}\"\n"
      "[thresholds]\ncheck = [\"success_ratio >= 90%\"]\n");
  BOOST_REQUIRE(read_config(good));
  std::mt19937 random(2);
  int accepted = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string text = good;
    text[random() % text.size()] = static_cast<char>(random() % 256);
    if (round % 3 == 0) text.erase(random() % text.size(), random() % 9);
    const auto loaded = read_config(text);
    if (loaded) {
      ++accepted;
      BOOST_REQUIRE(!config::effective_toml(*loaded.plan).empty());
    } else {
      BOOST_REQUIRE(!config::render(loaded.problems, loaded.texts).empty());
    }
  }
  BOOST_TEST(accepted > 100);
}

BOOST_AUTO_TEST_CASE(arbitrary_overrides_are_read_or_refused) {
  std::mt19937 random(3);
  const std::string alphabet = all_of("target.phs01=x\"[]{},5m%/-u ");
  for (int round = 0; round < 3000; ++round) {
    config::overrides o;
    std::string text;
    const auto length = random() % 24;
    for (unsigned i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
    o.set = {text};
    o.sessions = random();
    const auto loaded = read_config(with("[[phases]]\nname = \"p\"\nduration = \"1m\"\nsessions = 3\n"), o);
    if (!loaded) BOOST_REQUIRE(!loaded.problems.empty());
  }
}

BOOST_AUTO_TEST_CASE(arbitrary_message_files_are_read_or_refused) {
  std::mt19937 random(4);
  const std::string alphabet = all_of("ab,\"\r\n{}[]:\\u0 \xff");
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    const auto length = random() % 40;
    for (unsigned i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
    for (const auto& parsed :
         {config::messages_of_csv(text, "a"), config::messages_of_jsonl(text, "a"), config::messages_of_lines(text)})
      BOOST_REQUIRE(parsed ? !parsed->empty() : !parsed.error_text().empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
