#include "session/leaver.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <vector>

namespace {

using namespace lsrun;
using kind = session::leaver::kind;

// The rows of a table, and how many of them were looked at.
struct population {
  std::vector<kind> rows;
  session::leaver leaver{{load::mixed(1), 1}};
  std::uint64_t looked_at = 0;

  explicit population(std::size_t size, kind all = kind::between_turns) : rows(size, all) {}
  std::uint32_t choose() {
    return leaver.choose(static_cast<std::uint32_t>(rows.size()), [this](std::uint32_t i) {
      ++looked_at;
      return rows[i];
    });
  }
  std::uint64_t close_all() {  // how many went
    for (std::uint64_t gone = 0;; ++gone) {
      const std::uint32_t i = choose();
      if (i == session::no_place) return gone;
      BOOST_TEST_REQUIRE((rows[i] != kind::none));  // nobody goes twice
      rows[i] = kind::none;
    }
  }
};

constexpr std::uint64_t many = 100'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(leaver_test)

BOOST_AUTO_TEST_CASE(of_an_empty_table_and_of_one_that_all_leave_nobody_goes) {
  population none(0), gone(1024, kind::none);
  BOOST_TEST(none.choose() == session::no_place);
  BOOST_TEST(gone.choose() == session::no_place);
  BOOST_TEST(gone.looked_at == 64u + 1024u);
}

BOOST_AUTO_TEST_CASE(closing_all_looks_at_a_few_rows_for_each) {
  // At random while one in forty is left, which takes size / left looks: size * ln 40 = 3.7 in all for each. Then 64
  // for each of 2.5 % = 1.6, and one walk over the table = 1.
  population p(many);
  BOOST_TEST(p.close_all() == many);
  BOOST_TEST(p.looked_at < 7 * many);
}

BOOST_AUTO_TEST_CASE(where_all_have_a_step_under_way_closing_all_looks_at_half_of_64_for_each) {
  population p(many, kind::in_step);
  BOOST_TEST(p.close_all() == many);
  BOOST_TEST(p.looked_at < 36 * many);
}

BOOST_AUTO_TEST_CASE(few_that_are_left_of_many_side_by_side_are_found_by_one_walk) {
  for (const std::size_t first : {std::size_t{0}, many / 2, many - 1000}) {
    population p(many, kind::none);
    for (std::size_t i = 0; i < 1000; ++i) p.rows[first + i] = i % 2 == 0 ? kind::between_turns : kind::in_step;
    BOOST_TEST(p.close_all() == 1000u);
    BOOST_TEST(p.looked_at < 1000 * 64 + 2 * many + 64);  // the second walk finds that nobody is left
  }
}

BOOST_AUTO_TEST_CASE(one_between_two_turns_goes_before_those_that_have_a_step_under_way) {
  population p(many, kind::in_step);
  for (std::size_t i = 0; i < many; i += 2) p.rows[i] = kind::between_turns;
  for (std::uint64_t closes = 0; closes < many / 4; ++closes) {
    const std::uint32_t i = p.choose();
    BOOST_TEST_REQUIRE((p.rows[i] == kind::between_turns));
    p.rows[i] = kind::none;
  }
}

BOOST_AUTO_TEST_CASE(who_goes_is_drawn_from_the_whole_table) {
  population p(many);
  std::uint64_t in_tenth[10] = {};
  for (std::uint64_t closes = 0; closes < 10'000; ++closes) {
    const std::uint32_t i = p.choose();
    p.rows[i] = kind::none;
    ++in_tenth[i / (many / 10)];
  }
  for (const std::uint64_t closed : in_tenth) {
    BOOST_TEST(closed > 850u);  // 1000 +- 30; the seed is fixed, so that chance has no part in it
    BOOST_TEST(closed < 1150u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
