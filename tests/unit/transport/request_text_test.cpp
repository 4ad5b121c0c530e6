// A request that is written over the one before it is what it would be alone; and its parts are found in it.
#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <random>

#include "loop.hpp"
#include "model/http_words.hpp"
#include "transport/request_bytes.hpp"

using namespace lsrun::transport;
using lsrun::test::settings_for;

namespace {

settings three_addresses() {
  settings s = settings_for({}, 3);
  s.base_path = "/base";
  s.addresses[1].headers = "Host: test\r\nX-Forwarded-For: 10.0.0.2\r\n";
  s.addresses[2].headers = "Host: test\r\nX-Forwarded-For: 10.0.0.100\r\n";
  return s;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_request_after_the_other_in_one_text_is_each_written_as_if_alone) {
  const settings s = three_addresses();
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const std::string_view methods[] = {"GET", "POST", "PUT"}, targets[] = {"/a", "/b", "/a-long-one/of/words?x=1"};
  // Texts that might be taken for one another where two lines or a name and its value meet.
  const header_view all[] = {{"A", "b"}, {"A", "b: c"}, {"AB", ""}, {"A", ""}, {"A-name-of-some-length", "value"}};
  const std::string filler(2'000, 'x');
  request_text text;
  unsigned replaced_in_place = 0, moved = 0;
  for (int i = 0; i < 20'000; ++i) {
    request r;
    r.address = static_cast<std::uint32_t>(below(3));
    r.method = methods[below(8) == 0 ? below(3) : 1];
    r.target = targets[below(8) == 0 ? below(3) : 0];
    const header_view headers[] = {all[below(4) == 0 ? below(5) : 0], all[below(4) == 0 ? below(5) : 4]};
    r.headers = headers;
    r.header_count = below(8) == 0 ? below(3) : 2;
    r.body = std::string_view(filler).substr(0, below(4) == 0 ? below(below(2) == 0 ? 2'000 : 3) : 200 + below(300));
    byte_buffer alone;
    BOOST_REQUIRE(write_request(alone, s, r) == nullptr);
    const bool known = text.same_words(r);
    if (known && below(4) != 0 && text.replace_address(s, r.address)) ++moved;
    const bool replaced = known && text.replace_body(r.address, r.body);
    replaced_in_place += replaced;
    if (!replaced) BOOST_REQUIRE(text.write(s, r) == nullptr);
    BOOST_REQUIRE_EQUAL(text.bytes(), alone.view());
    BOOST_REQUIRE_EQUAL(text.method(), r.method);
    BOOST_REQUIRE_EQUAL(text.target(), r.target);
    BOOST_REQUIRE_EQUAL(text.body(), r.body);
    BOOST_REQUIRE(text.same_words(r));
    if (below(50) == 0) {
      text.free();
      BOOST_REQUIRE(!text.same_words(r));
    }
  }
  BOOST_TEST(replaced_in_place > 500u);
  BOOST_TEST(moved > 500u);
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_sent_leaves_no_words_behind) {
  const settings s = three_addresses();
  request_text text;
  request r = lsrun::test::post("{}", "/a");
  BOOST_TEST(text.write(s, r) == nullptr);
  r.target = "/with a blank";
  BOOST_TEST(text.write(s, r) != nullptr);
  BOOST_TEST(!text.same_words(r));
  BOOST_TEST(text.bytes() == "");
}

BOOST_AUTO_TEST_CASE(a_text_knows_whose_words_it_has_until_others_are_written) {
  const settings s = three_addresses();
  const int words = 0;
  request_text text;
  const request r = lsrun::test::post("{}", "/a");
  BOOST_TEST(text.write(s, r) == nullptr);
  BOOST_TEST(text.source() == nullptr);
  text.set_source(&words);
  BOOST_TEST(text.replace_body(r.address, "[]"));
  BOOST_TEST(text.source() == &words);
  BOOST_TEST(text.write(s, r) == nullptr);
  BOOST_TEST(text.source() == nullptr);
  text.set_source(&words);
  text.free();
  BOOST_TEST(text.source() == nullptr);
}

BOOST_AUTO_TEST_CASE(words_are_looked_at_by_eight_bytes_as_they_are_one_by_one) {
  using namespace lsrun::model;
  std::mt19937 random(3);
  unsigned good = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string word(1 + random() % 24, 'a');
    for (char& c : word) c = "azAZ-09_"[random() % 8];
    if (random() % 2 == 0) word[random() % word.size()] = static_cast<char>(random());
    bool token = true, target = true, value = true;
    for (const unsigned char c : word) {
      token &= token_table[c];
      target &= c > 0x20 && c != 0x7f;
      value &= (c >= 0x20 || c == '\t') && c != 0x7f;
    }
    good += token;
    BOOST_REQUIRE_EQUAL(is_token(word), token);
    BOOST_REQUIRE_EQUAL(is_request_target(word), target);
    BOOST_REQUIRE_EQUAL(is_field_value(word), value);
    if (word.size() >= 8) {
      const auto plain = [](unsigned char c) { return std::isalpha(c) != 0 || c == '-'; };
      const auto first = std::find_if_not(word.begin(), word.begin() + 8, plain) - word.begin();
      const std::uint64_t others = not_plain_in(word_at(word.data()));
      BOOST_REQUIRE_EQUAL(others == 0 ? 8 : std::countr_zero(others) / 8, first);
    }
    std::string other = word;
    if (random() % 2 == 0) other[random() % other.size()] ^= 1;
    BOOST_REQUIRE_EQUAL(same_bytes(word.data(), other.data(), word.size()), word == other);
  }
  BOOST_TEST(good > 50'000u);
}
