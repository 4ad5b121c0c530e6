// Quantities with units: what is read, what is refused and in which words, and what is written back.
#include "time/units.hpp"

#include <boost/test/unit_test.hpp>

using namespace lsrun::time;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(durations_are_sums_of_numbers_with_units) {
  const std::pair<const char*, span> table[] = {
      {"5m", 5 * minute},
      {"1h30m", 90 * minute},
      {"500ms", 500 * millisecond},
      {"50us", 50 * microsecond},
      {"20ns", 20},
      {"1.5s", 1500 * millisecond},
      {"0s", 0},
      {"2d", 48 * hour},
      {" 10s ", 10 * second},
      {"1h1m1s1ms1us1ns", hour + minute + second + millisecond + microsecond + 1},
      {".5h", 30 * minute},
  };
  for (const auto& [text, expected] : table) {
    const auto parsed = parse_duration(text);
    BOOST_REQUIRE_MESSAGE(parsed, text);
    BOOST_TEST(*parsed == expected, text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused_with_a_reason) {
  const std::pair<const char*, const char*> table[] = {
      {"", "it is empty"},          {"5", "it needs a unit"},        {"-5s", "negative"},
      {"5 apples", "needs a unit"}, {"5x", "is no unit of time"},    {"5s5m", "large to small"},
      {"5s5s", "large to small"},   {"s", "a number is missing"},    {"99999d", "ten years"},
      {"1e3s", "is no unit"},       {"infs", "a number is missing"}, {"nans", "a number is missing"},
  };
  for (const auto& [text, reason] : table) {
    const auto parsed = parse_duration(text);
    BOOST_REQUIRE_MESSAGE(!parsed, text);
    BOOST_TEST(parsed.error_text().find(reason) != std::string::npos, parsed.error_text());
    BOOST_TEST(parsed.error_text().find("\"1h30m\"") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(rates_are_a_number_and_a_window) {
  const std::tuple<const char*, double, span> table[] = {
      {"30/min", 30, minute},      {"10000/s", 10000, second}, {"5/h", 5, hour},
      {"90/30s", 90, 30 * second}, {"0.5/s", 0.5, second},     {"1 / m", 1, minute},
      {"2/1h30m", 2, 90 * minute}, {"7/day", 7, 24 * hour},
  };
  for (const auto& [text, count, window] : table) {
    const auto parsed = parse_rate(text);
    BOOST_REQUIRE_MESSAGE(parsed, text);
    BOOST_TEST(parsed->count == count, text);
    BOOST_TEST(parsed->window == window, text);
  }
  for (const char* text : {"30", "30/", "/min", "30/fortnight", "-3/s", "30/0s", "30min", "", "x/s"})
    BOOST_TEST(!parse_rate(text), text);
}

BOOST_AUTO_TEST_CASE(percentages_need_their_sign) {
  BOOST_TEST(*parse_ratio("10%") == 0.1);
  BOOST_TEST(*parse_ratio("0.5 %") == 0.005);
  BOOST_TEST(*parse_ratio("150%") == 1.5);
  for (const char* text : {"10", "%", "-1%", "ten%", "10%%", ""}) BOOST_TEST(!parse_ratio(text), text);
}

BOOST_AUTO_TEST_CASE(sizes_know_binary_and_decimal_units) {
  BOOST_TEST(*parse_size("6GiB") == 6ull << 30);
  BOOST_TEST(*parse_size("2KiB") == 2048u);
  BOOST_TEST(*parse_size("100MB") == 100'000'000u);
  BOOST_TEST(*parse_size("512B") == 512u);
  BOOST_TEST(*parse_size("1.5 KiB") == 1536u);
  for (const char* text : {"6", "GiB", "6G", "-1B", "99999999999TB", ""}) BOOST_TEST(!parse_size(text), text);
}

BOOST_AUTO_TEST_CASE(calls_are_a_name_and_arguments) {
  const auto uniform = parse_call("uniform(2s, 8s)");
  BOOST_REQUIRE(uniform);
  BOOST_TEST(uniform->name == "uniform");
  BOOST_TEST((uniform->arguments == std::vector<std::string>{"2s", "8s"}));
  BOOST_TEST(parse_call("none")->arguments.empty());
  BOOST_TEST(parse_call("f()")->arguments.empty());
  for (const char* text : {"", "(2s)", "f(", "f)", "f(a,)", "f(,a)", "f((a))", "f(a) b", "f(a)b("})
    BOOST_TEST(!parse_call(text), text);
}

BOOST_AUTO_TEST_CASE(durations_are_written_with_three_digits_in_the_largest_fitting_unit) {
  const std::pair<span, const char*> table[] = {
      {0, "0s"},
      {5 * minute, "5m"},
      {90 * minute, "1.5h"},
      {812 * millisecond, "812ms"},
      {6'214 * millisecond, "6.21s"},
      {999'900 * microsecond, "1s"},
      {31 * microsecond, "31us"},
      {7, "7ns"},
      {-2 * second, "-2s"},
      {100 * hour, "100h"},
  };
  for (const auto& [value, expected] : table) BOOST_TEST(format_duration(value) == expected);
}

BOOST_AUTO_TEST_CASE(exact_durations_are_read_back_unchanged) {
  for (const span value : {span{1}, second, 90 * minute, hour + 1, 150 * second, 1500 * millisecond, 30 * hour}) {
    const auto back = parse_duration(exact_duration(value));
    BOOST_REQUIRE(back);
    BOOST_TEST(*back == value);
  }
  BOOST_TEST(exact_duration(150 * second) == "2m30s");
  BOOST_TEST(exact_duration(0) == "0s");
}

BOOST_AUTO_TEST_CASE(other_quantities_are_written_with_three_digits) {
  BOOST_TEST(format_size(0) == "0B");
  BOOST_TEST(format_size(655u << 20) == "655MiB");
  BOOST_TEST(format_size(1229) == "1.2KiB");
  BOOST_TEST(format_rate(96.21) == "96.2/s");
  BOOST_TEST(format_rate(0.5) == "30/min");
  BOOST_TEST(format_rate(0.001) == "3.6/h");
  BOOST_TEST(format_rate(0) == "0/s");
  BOOST_TEST(format_ratio(0.031) == "3.1%");
  BOOST_TEST(format_ratio(1) == "100%");
  BOOST_TEST(format_number(28914) == "28900");
  BOOST_TEST(format_number(0.05) == "0.05");
  BOOST_TEST(format_number(9.999) == "10");
  BOOST_TEST(format_count(28914) == "28 914");
  BOOST_TEST(format_count(100) == "100");
  BOOST_TEST(format_count(1234567) == "1 234 567");
}

BOOST_AUTO_TEST_CASE(arbitrary_bytes_are_read_or_refused_without_harm) {
  std::uint64_t state = 1;
  constexpr char letters[] = "0123456789.smhdu/%KMGiB(), -\0\xff_e";
  const std::string_view alphabet(letters, sizeof letters - 1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < round % 12; ++i) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      text += alphabet[(state >> 33) % alphabet.size()];
    }
    if (const auto parsed = parse_duration(text)) BOOST_REQUIRE(*parsed >= 0);
    if (const auto parsed = parse_rate(text)) BOOST_REQUIRE(parsed->window > 0);
    if (const auto parsed = parse_ratio(text)) BOOST_REQUIRE(*parsed >= 0);
    (void)parse_size(text);
    (void)parse_call(text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
