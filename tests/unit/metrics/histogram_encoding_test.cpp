// The V2 encoding byte by byte, as its public description lays it out, and back again.
#include <boost/test/unit_test.hpp>
#include <random>

#include "metrics/base64.hpp"
#include "metrics/histogram.hpp"

using lsrun::metrics::histogram;
using namespace std::string_literals;

namespace {

// cookie, payload length (two bytes given), offset 0, 3 digits, 1, 3600000000, 1.0
std::string header(const std::string& length) {
  return "\x1c\x84\x93\x13"s + "\0\0"s + length + "\0\0\0\0"s + "\0\0\0\x03"s + "\0\0\0\0\0\0\0\x01"s +
         "\0\0\0\0\xd6\x93\xa4\0"s + "\x3f\xf0\0\0\0\0\0\0"s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(histogram_encoding)

BOOST_AUTO_TEST_CASE(a_single_value_is_a_run_of_zeros_and_a_count) {
  histogram h;
  h.record(5, 3);  // five zeros: zig-zag -5 = 9; count 3: 6
  BOOST_TEST(h.encode() == header("\0\x02"s) + "\x09\x06"s);
}

BOOST_AUTO_TEST_CASE(one_zero_alone_is_a_zero_and_large_numbers_take_more_bytes) {
  histogram h;
  h.record(1, 64);  // one zero: 0; 64: 128 = 80 01
  h.record(3, 1);   // one zero: 0; 1: 2
  BOOST_TEST(h.encode() == header("\0\x05"s) + "\0\x80\x01\0\x02"s);
}

BOOST_AUTO_TEST_CASE(a_count_of_63_bits_takes_nine_bytes) {
  histogram h;
  h.record(0, std::uint64_t{1} << 62);  // zig-zag: 2^63, nine bytes, the last with all eight bits
  BOOST_TEST(h.encode() == header("\0\x09"s) + "\x80\x80\x80\x80\x80\x80\x80\x80\x80"s);
  histogram back;
  BOOST_REQUIRE(back.decode(h.encode()));
  BOOST_TEST(back.count() == std::uint64_t{1} << 62);
}

BOOST_AUTO_TEST_CASE(the_compressed_form_begins_as_every_such_log_line_does) {
  histogram h;
  h.record(1234);
  const std::string text = h.encode_base64();
  BOOST_TEST(text.substr(0, 8) == "HISTFAAA");
  const auto bytes = lsrun::metrics::from_base64(text);
  BOOST_REQUIRE(bytes.has_value());
  BOOST_TEST(bytes->substr(0, 4) == "\x1c\x84\x93\x14"s);
  BOOST_TEST((*bytes)[8] == '\x78');  // zlib
}

BOOST_AUTO_TEST_CASE(what_was_encoded_comes_back) {
  std::mt19937_64 random{11};
  for (int round = 0; round < 50; ++round) {
    histogram h;
    const auto values = random() % 400;
    for (std::uint64_t i = 0; i < values; ++i)
      h.record(static_cast<std::int64_t>(random() % 3'600'000'001u) >> random() % 32, 1 + random() % 1000);
    histogram back;
    back.record(77);  // is forgotten
    BOOST_REQUIRE(back.decode_base64(h.encode_base64()));
    BOOST_TEST(back.encode() == h.encode());
    back.set_exact(h.sum(), h.min(), h.max());
    BOOST_TEST((back == h));
  }
}

BOOST_AUTO_TEST_CASE(a_decoded_histogram_estimates_what_the_encoding_does_not_hold) {
  histogram h, back;
  h.record(10'001);
  BOOST_REQUIRE(back.decode(h.encode()));
  BOOST_TEST(back.min() == 10'000);
  BOOST_TEST(back.max() == 10'007);
  BOOST_TEST(back.mean() == 10'004);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_such_histogram_are_refused) {
  histogram h, good;
  good.record(100);
  const std::string text = good.encode_base64(), plain = good.encode();
  BOOST_TEST(!h.decode_base64(""));
  BOOST_TEST(!h.decode_base64("not base64"));
  BOOST_TEST(!h.decode_base64(text.substr(0, text.size() - 4)));
  BOOST_TEST(!h.decode(plain.substr(0, plain.size() - 1)));
  BOOST_TEST(!h.decode(plain + "x"));
  BOOST_TEST(!h.decode("\x1c\x84\x93\x01" + plain.substr(4)));
  BOOST_TEST(!h.decode(header("\0\x01"s) + "\x80"s));                  // a number without end
  BOOST_TEST(!h.decode(header("\0\x05"s) + "\xff\xff\xff\x7f\x02"s));  // more zeros than there are counts
  BOOST_TEST(h.empty());
}

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
  using lsrun::metrics::from_base64;
  using lsrun::metrics::to_base64;
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    BOOST_TEST(to_base64(bytes) == text);
    BOOST_TEST(from_base64(text).value() == bytes);
  }
  BOOST_TEST(!from_base64("Zg=").has_value());
  BOOST_TEST(!from_base64("Z===").has_value());
  BOOST_TEST(!from_base64("Zm9*").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
