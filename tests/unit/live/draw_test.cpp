// The view at several sizes, whole screens against tests/golden/live (UPDATE_GOLDEN=1 writes them anew: look at the
// difference before it is committed).
#include "live/draw.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace lsrun;

namespace {

std::string text_of(const live::screen& s) {
  std::string text;
  for (int row = 0; row < s.size().rows; ++row) text += s.text(row) + "\n";
  return text;
}

void check_golden(const std::string& name, const live::screen& s) {
  const std::string path = std::string(LSRUN_GOLDEN) + "/" + name + ".txt", now = text_of(s);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << now;
  std::ifstream file(path);
  std::ostringstream kept;
  kept << file.rdbuf();
  BOOST_TEST(now == kept.str(), name << " is not as kept:\n" << now);
}

// 41 minutes into an hour: load rose, the target began to refuse, three addresses more than others.
live::state busy() {
  live::state s;
  s.name = "heavy_load";
  s.target = "http://prod:8800";
  s.now_s = 2470;
  s.planned_s = 3600;
  s.phases = {{"startup", 0, 300}, {"growth", 300, 3000}, {"steady", 3000, 3500}, {"cleanup", 3500, 3600}};
  s.phase = 1;
  s.phase_progress = 0.804;
  for (int i = 0; i < 400; ++i)
    s.seconds.push_back({40 + 56.2 * i / 399 + 10 * std::sin(i / 3.0), 0.212 + i * 0.000672,
                         i < 350 ? 0 : (i - 349) * 0.0008, 2.0 + i});
  s.addresses.resize(20, {100, 0});
  s.addresses[3] = {100, 8};
  s.addresses[4] = {100, 60};
  s.addresses[9] = {1000, 5};
  s.addresses[19] = {0, 0};
  s.notices = {{2040, "the target uses 6.1GiB, more than sessions.target_memory"},
               {2465, "12 times chat: rate_limited 429, slow down \xe8\xaf\xb7\xe7\xa8\x8d\xe5\x80\x99"},
               {2466, "the multiplier is 1.25", true}};
  s.requests_per_s = 96.2;
  s.opened_per_s = 1;
  s.ok_ratio = 0.956;
  s.rate_limit_ratio = 0.04;
  s.p50_s = 0.212;
  s.p95_s = 0.48;
  s.p99_s = 1.1;
  s.throttle_wait_p95_s = 1.8;
  s.lag_p99_s = 31e-6;
  s.cpu = 0.03;
  s.rss_bytes = std::uint64_t{31} << 20;
  s.target_cpu = 0.61;
  s.target_rss_bytes = std::uint64_t{412} << 20;
  s.multiplier = 0.94;
  s.alive = 401;
  s.wanted = 402;
  s.most_wanted = 1000;
  s.in_step = 27;
  s.throttled = 12;
  s.requests = 128'914;
  s.refused = 896;
  s.failed = 116;
  s.opened = 431;
  s.peak_alive = 410;
  s.by_hand = 1.25;
  s.has_addresses = true;
  return s;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_terminal_of_80_by_24_shows_every_part) { check_golden("80x24", live::draw(busy(), {80, 24})); }

BOOST_AUTO_TEST_CASE(the_target_s_own_metrics_have_a_row_that_holds_whole_ones) {
  live::state s = busy();
  s.target_series = {"db_pool_waiting 12", "queue_length{queue=\"chat\"} 4", "rate(process_cpu_seconds_total) 61%"};
  const std::string text = text_of(live::draw(s, {80, 24}));
  BOOST_TEST(text.find("\ntarget      db_pool_waiting 12  queue_length{queue=\"chat\"} 4\n") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(a_small_terminal_shows_what_matters_most) { check_golden("40x10", live::draw(busy(), {40, 10})); }

BOOST_AUTO_TEST_CASE(a_large_terminal_draws_higher_curves) { check_golden("200x50", live::draw(busy(), {200, 50})); }

BOOST_AUTO_TEST_CASE(without_utf_8_the_view_is_drawn_in_ascii) {
  const live::screen drawn = live::draw(busy(), {80, 24}, true);
  check_golden("80x24-ascii", drawn);
  for (const char c : live::paint(drawn, nullptr, true, true)) BOOST_TEST(static_cast<unsigned char>(c) < 0x80);
}

BOOST_AUTO_TEST_CASE(help_explains_the_keys_in_the_place_of_the_figures) {
  live::state s = busy();
  s.help = true;
  check_golden("80x24-help", live::draw(s, {80, 24}));
}

BOOST_AUTO_TEST_CASE(a_run_that_has_just_begun_shows_no_figure_that_was_not_measured) {
  live::state s;
  s.name = "demo";
  s.target = "http://127.0.0.1:8800";
  s.phases = {{"all", 0, 60}};
  s.planned_s = 60;
  s.addresses.resize(1);
  check_golden("80x24-begin", live::draw(s, {80, 24}));
}

BOOST_AUTO_TEST_CASE(pause_and_end_stand_in_words_in_the_title) {
  live::state s = busy();
  s.paused = true;
  BOOST_TEST(live::draw(s, {80, 24}).text(0).find("PAUSED") != std::string::npos);
  BOOST_TEST(live::draw(s, {80, 24}).text(23).find("p go on opening") != std::string::npos);
  s.ending = true;
  BOOST_TEST(live::draw(s, {80, 24}).text(0).find("ENDING") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sixty_five_thousand_addresses_share_the_cells_of_a_row) {
  live::state s = busy();
  s.addresses.assign(65'000, {10, 0});
  s.addresses[64'999] = {10, 9};
  const live::screen drawn = live::draw(s, {80, 24});
  bool found = false;
  for (int row = 0; row < 24; ++row) {
    if (drawn.text(row).find("65 000 addresses, 813 to a cell, the worst shown; 1 refused lately") != 0) continue;
    found = true;
    BOOST_TEST((drawn.at(row + 1, 79).glyph == U'█' && drawn.at(row + 1, 78).glyph == U'▁'));
  }
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(every_size_is_drawn_without_writing_beside_the_screen) {
  const live::state s = busy();
  for (int columns = 1; columns <= 120; columns += 7)
    for (int rows = 1; rows <= 60; ++rows) {
      const live::screen drawn = live::draw(s, {columns, rows});
      BOOST_TEST((drawn.size() == live::extent{columns, rows}));
    }
}

BOOST_AUTO_TEST_CASE(a_sparkline_goes_from_nothing_to_its_greatest_value_and_leaves_out_what_was_not_measured) {
  live::screen s({12, 2});
  live::draw_sparkline(s, 0, 1, 0, 10, {0, 1, NAN, 4, 8}, 8, false);
  BOOST_TEST(s.text(0) == "     ·▁ ▄█");
  live::draw_sparkline(s, 1, 1, 0, 10, {0, 1, NAN, 4, 8}, 8, true);
  BOOST_TEST(s.text(1) == "     _. =#");
}

BOOST_AUTO_TEST_CASE(a_higher_sparkline_fills_rows_from_below) {
  live::screen s({3, 3});
  live::draw_sparkline(s, 0, 3, 0, 3, {1, 12, 24}, 24, false);
  BOOST_TEST(s.text(0) == "  █");
  BOOST_TEST(s.text(1) == " ▄█");
  BOOST_TEST(s.text(2) == "▁██");
}
