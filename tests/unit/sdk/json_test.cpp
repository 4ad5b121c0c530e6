// The SDK's JSON against Boost.JSON: what one writes the other reads, on random documents and on damaged ones.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <lsrun/text.hpp>
#include <lsrun/text_buffer.hpp>
#include <memory>
#include <random>

namespace bj = boost::json;
using lsrun::json;
using lsrun::json_kind;
using lsrun::json_view;

namespace {

// Text in memory of exactly its size, so that a sanitizer sees a read beyond its end.
struct exact {
  explicit exact(std::string_view s) : size(s.size()), bytes(new char[s.size()]) { s.copy(bytes.get(), s.size()); }
  std::string_view view() const { return {bytes.get(), size}; }
  std::size_t size;
  std::unique_ptr<char[]> bytes;
};

class random_document {
 public:
  explicit random_document(unsigned seed) : source_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(source_() % n); }
  std::string text() {
    static const std::vector<std::string> parts{"a",   "Z",    " ",    "\"",   "\\", "/",  "~", "\n",
                                                "\t",  "\x01", "\x1f", "\x7f", "é",  "中", "😀", "long enough to matter",
                                                "u00", "{",    "]"};
    std::string s;
    for (unsigned n = below(6); n > 0; --n) s += parts[below(static_cast<unsigned>(parts.size()))];
    return s;
  }
  bj::value value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(source_());
      case 3:
        return static_cast<double>(static_cast<std::int64_t>(source_())) / 1e9;
      case 4:
        return static_cast<std::int64_t>(below(100));
      case 5:
        return bj::string(text());
      case 6: {
        bj::array a;
        for (unsigned n = below(5); n > 0; --n) a.push_back(value(depth - 1));
        return a;
      }
      default: {
        bj::object o;
        for (unsigned n = below(5); n > 0; --n) o[text()] = value(depth - 1);
        return o;
      }
    }
  }

 private:
  std::mt19937_64 source_;
};

std::string escaped_step(std::string_view key) {
  std::string s;
  for (const char c : key) c == '~' ? s += "~0" : c == '/' ? s += "~1" : s += c;
  return s;
}

// Every value of the document, found by its pointer from the root.
void compare(const json_view& root, const std::string& pointer, const bj::value& expected) {
  const auto v = root.at(pointer);
  switch (expected.kind()) {
    case bj::kind::null:
      BOOST_REQUIRE(v.kind() == json_kind::null);
      break;
    case bj::kind::bool_:
      BOOST_REQUIRE(v.kind() == json_kind::boolean);
      BOOST_REQUIRE(v.boolean(!expected.get_bool()) == expected.get_bool());
      break;
    case bj::kind::int64:
      BOOST_REQUIRE(v.integer(expected.get_int64() ^ 1) == expected.get_int64());
      BOOST_REQUIRE(v.number() == static_cast<double>(expected.get_int64()));
      break;
    case bj::kind::uint64:
      BOOST_REQUIRE(v.kind() == json_kind::number);
      break;
    case bj::kind::double_:
      BOOST_REQUIRE(std::abs(v.number(1e300) - expected.get_double()) <= 1e-15 * std::abs(expected.get_double()));
      break;
    case bj::kind::string: {
      const std::string_view text(expected.get_string().data(), expected.get_string().size());
      BOOST_REQUIRE(v.kind() == json_kind::string);
      BOOST_REQUIRE(v.string("?") == text);
      BOOST_REQUIRE(v.is(text));
      break;
    }
    case bj::kind::array: {
      std::size_t i = 0;
      for (const json_view item : v) {
        BOOST_REQUIRE(i < expected.get_array().size());
        BOOST_REQUIRE(item.raw() == root.at(pointer + "/" + std::to_string(i)).raw());
        compare(root, pointer + "/" + std::to_string(i), expected.get_array()[i]);
        ++i;
      }
      BOOST_REQUIRE(i == expected.get_array().size());
      BOOST_REQUIRE(!v.has("/" + std::to_string(i)));
      break;
    }
    case bj::kind::object:
      BOOST_REQUIRE(v.kind() == json_kind::object);
      for (const auto& m : expected.get_object())
        compare(root, pointer + "/" + escaped_step({m.key().data(), m.key().size()}), m.value());
      break;
  }
}

json written(const bj::value& v);
lsrun::json_value leaf(const bj::value& v) {
  switch (v.kind()) {
    case bj::kind::bool_:
      return v.get_bool();
    case bj::kind::int64:
      return v.get_int64();
    case bj::kind::double_:
      return v.get_double();
    case bj::kind::string:
      return std::string_view(v.get_string().data(), v.get_string().size());
    default:
      return nullptr;
  }
}
json written(const bj::value& v) {
  json out = v.is_array() ? json::array() : json();
  if (v.is_array())
    for (const auto& item : v.get_array()) item.is_structured() ? out.push(written(item)) : out.push(leaf(item));
  else
    for (const auto& m : v.get_object()) {
      const std::string_view key(m.key().data(), m.key().size());
      m.value().is_structured() ? out.with(key, written(m.value())) : out.with(key, leaf(m.value()));
    }
  return out;
}

// `overflow`: it stopped at a number too large for it, which says nothing of the rest.
bool boost_takes(std::string_view text, bool& overflow) {
  bj::parse_options options;
  options.max_depth = 200;
  options.allow_invalid_utf8 = true;
  bj::error_code failed;
  bj::parse({text.data(), text.size()}, failed, {}, options);
  overflow = failed == bj::error::exponent_overflow;
  return !failed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(every_value_of_random_documents_is_found_by_its_pointer) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    random_document source(seed);
    const auto expected = source.value(4);
    const exact text(bj::serialize(expected));
    BOOST_REQUIRE(lsrun::json_valid(text.view()));
    compare(json_view(text.view()), "", expected);
  }
}

BOOST_AUTO_TEST_CASE(members_in_one_pass_are_those_found_one_by_one) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    random_document source(seed);
    bj::object o{{"a", source.value(2)}, {"b", bj::object{{"a", source.value(2)}, {"long enough to matter", 7}}}};
    o[source.text()] = source.value(1);
    o["\u4e2d"] = bj::object{{"b", bj::object{{"", source.value(1)}}}};
    const exact text(bj::serialize(o));
    const json_view v(text.view());
    const auto found = v.members("/a", "/b", "/b/a", "/b/long enough to matter", "/b/a/b", "/\u4e2d/b/", "/none", "/");
    BOOST_REQUIRE(found.has_value());
    std::size_t i = 0;
    for (const char* p : {"/a", "/b", "/b/a", "/b/long enough to matter", "/b/a/b", "/\u4e2d/b/", "/none", "/"})
      BOOST_TEST_CONTEXT(p << " of " << text.view()) BOOST_REQUIRE((*found)[i++].raw() == v.at(p).raw());
    BOOST_REQUIRE((*found)[3].integer() == 7);
  }
}

BOOST_AUTO_TEST_CASE(members_are_found_under_keys_with_escapes) {
  const auto found = json_view(R"( {"\u0061":1,"b\/":{"\"":2},"a":3} )").members("/a", "/b", "/b/x");
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST((*found)[0].integer() == 1);
  BOOST_TEST(!(*found)[1].exists());
  BOOST_TEST(!(*found)[2].exists());
  BOOST_TEST(!json_view("[1]").members("/0").has_value());
  BOOST_TEST(!json_view("").members("/a").has_value());
  BOOST_TEST(json_view("{}").members("/a").has_value());
}

BOOST_AUTO_TEST_CASE(members_refuse_what_is_not_one_whole_object) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    random_document source(seed);
    std::string damaged = bj::serialize(bj::object{{"a", source.value(2)}, {"b", bj::object{{"c", source.value(1)}}}});
    const unsigned at = source.below(static_cast<unsigned>(damaged.size()));
    if (source.below(2) == 0)
      damaged.resize(at);
    else
      damaged[at] = "{}[]\",:\\e.-0ntf "[source.below(16)];
    const exact text(damaged);
    const json_view v(text.view());
    const bool whole = lsrun::json_valid(text.view()) && v.kind() == json_kind::object;
    BOOST_TEST_CONTEXT(damaged) BOOST_REQUIRE(v.members("/a", "/b/c").has_value() == whole);
  }
}

// Texts in turn as answers are: alike but for their values, now and then of another shape, now and then damaged.
BOOST_AUTO_TEST_CASE(a_form_finds_in_one_text_after_the_other_what_members_finds) {
  unsigned refused = 0, found = 0;
  for (unsigned round = 0; round < 300; ++round) {
    lsrun::json_form<5> form("/a", "/b/c", "/b", "/none", "/d/e/f");
    random_document source(round);
    const auto shape = [&](unsigned n) {
      const std::string key = "key " + std::to_string(n);
      return bj::object{{"a", source.value(0)},
                        {key, source.text()},
                        {"b", bj::object{{"c", source.value(0)}}},
                        {"list", bj::array{source.value(0), bj::object{{key, true}}}},
                        {"d", source.value(1)}};
    };
    for (unsigned i = 0; i < 40; ++i) {
      std::string text = bj::serialize(shape(source.below(8) / 7));
      const unsigned at = source.below(static_cast<unsigned>(text.size()));
      if (source.below(4) == 0) text[at] = "{}[]\",:\\e.-0ntf "[source.below(16)];
      if (source.below(16) == 0) text.resize(at);
      const exact bytes(text);
      const auto expected = json_view(bytes.view()).members("/a", "/b/c", "/b", "/none", "/d/e/f");
      const auto* got = form.read(bytes.view());
      BOOST_TEST_CONTEXT("seed " << round << ": " << text) {
        BOOST_REQUIRE((got != nullptr) == expected.has_value());
        for (std::size_t k = 0; got && k < got->size(); ++k) BOOST_REQUIRE((*got)[k].raw() == (*expected)[k].raw());
      }
      ++(got ? found : refused);
    }
  }
  BOOST_TEST(refused > 1000);
  BOOST_TEST(found > 1000);
}

BOOST_AUTO_TEST_CASE(a_form_finds_values_that_seldom_change_and_says_which_were_repeated) {
  unsigned repeated = 0, unknown = 0;
  for (unsigned round = 0; round < 200; ++round) {
    lsrun::json_form<4> form("/a", "/b/c", "/b", "/b/d");
    random_document source(round);
    const auto another = [&](unsigned k) {  // of the same kind, most often
      if (source.below(100) == 0) return source.value(0);
      return k % 2 == 0 ? bj::value(source.below(1000)) : bj::value(source.text());
    };
    std::array<bj::value, 4> values;
    std::array<unsigned, 4> seldom{};  // one in so many texts has another value
    for (unsigned k = 0; k < 4; ++k) values[k] = another(k), seldom[k] = 1 + source.below(2) * source.below(200);
    std::string a, c, d;
    for (unsigned i = 0; i < 60; ++i) {
      for (unsigned k = 0; k < 4; ++k)
        if (source.below(seldom[k]) == 0) values[k] = another(k);
      std::string text = bj::serialize(bj::object{
          {"a", values[0]}, {"b", bj::object{{"c", values[1]}, {"d", values[2]}}}, {"list", bj::array{1, values[3]}}});
      if (source.below(30) == 0)
        text[source.below(static_cast<unsigned>(text.size()))] = "{}[]\",:\\e.-0ntf "[source.below(16)];
      if (source.below(30) == 0) text += ' ';
      const exact bytes(text);
      const auto expected = json_view(bytes.view()).members("/a", "/b/c", "/b", "/b/d");
      const auto* got = form.read(bytes.view());
      BOOST_TEST_CONTEXT("seed " << round << ": " << text) {
        BOOST_REQUIRE((got != nullptr) == expected.has_value());
        if (!got) continue;
        for (std::size_t k = 0; k < got->size(); ++k) BOOST_REQUIRE((*got)[k].raw() == (*expected)[k].raw());
        BOOST_REQUIRE(form.member(1).raw() == (*expected)[1].raw());
        for (const auto& [k, last] : {std::pair<std::size_t, std::string&>{0, a}, {1, c}, {3, d}}) {
          const std::string now((*got)[k].raw());
          if (form.repeated(k)) BOOST_REQUIRE(now == last);
          ++(form.repeated(k) ? repeated : unknown);
          last = now;
        }
      }
    }
  }
  BOOST_TEST(repeated > 2000u);
  BOOST_TEST(unknown > 2000u);
}

BOOST_AUTO_TEST_CASE(a_form_reads_texts_without_a_common_shape_too) {
  lsrun::json_form<1> form("/a");
  BOOST_TEST(form.read("") == nullptr);
  for (unsigned i = 0; i < 100; ++i) {
    std::string text = R"({"list":[0)";
    for (unsigned n = i % 7 * 20; n > 0; --n) text += ",1";
    const exact bytes(text + R"(],"a":)" + std::to_string(i) + "}");
    BOOST_REQUIRE(form.read(bytes.view()) != nullptr);
    BOOST_TEST((*form.read(bytes.view()))[0].integer(-1) == i);
    BOOST_TEST(form.read(bytes.view().substr(1)) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(damaged_documents_are_refused_when_boost_refuses_them_and_never_read_beyond_their_end) {
  unsigned refused = 0;
  for (unsigned seed = 0; seed < 6000; ++seed) {
    random_document source(seed);
    std::string damaged = bj::serialize(source.value(3));
    switch (source.below(3)) {
      case 0:
        damaged.resize(source.below(static_cast<unsigned>(damaged.size()) + 1));
        break;
      case 1:
        damaged.insert(source.below(static_cast<unsigned>(damaged.size()) + 1), 1,
                       "{}[]\",:\\e.-0ntf "[source.below(16)]);
        break;
      default:
        if (!damaged.empty()) damaged.erase(source.below(static_cast<unsigned>(damaged.size())), 1);
    }
    const exact text(damaged);
    bool overflow = false;
    const bool good = boost_takes(text.view(), overflow);
    BOOST_TEST_CONTEXT(damaged) {
      // Lone surrogates are text with a hole here, and an error there.
      if (!overflow && damaged.find("\\u") == std::string::npos) BOOST_REQUIRE(lsrun::json_valid(text.view()) == good);
      if (good) BOOST_REQUIRE(lsrun::json_valid(text.view()));
    }
    refused += !good;
    const json_view v(text.view());
    for (const char* pointer : {"", "/a", "/0", "/0/0", "/a/b", "/~1", "/~", "x"}) {
      (void)v.json_string(pointer), (void)v.json_int(pointer), (void)v.json_number(pointer), (void)v.json_bool(pointer);
      for (const auto item : v.at(pointer)) (void)item.string();
    }
  }
  BOOST_TEST(refused > 1000u);
}

BOOST_AUTO_TEST_CASE(escapes_are_decoded) {
  const json_view v(
      R"({"a":"\"\\\/\b\f\n\r\t","\u00e9":"\u00E9\u4e2d\uD83D\uDE00","half":"\ud83dx","low":"\ude00","end":"\ud83d"})");
  BOOST_TEST(v.json_string("/a") == "\"\\/\b\f\n\r\t");
  BOOST_TEST(v.json_string("/é") == "é中😀");
  BOOST_TEST(v.json_string("/half") == "\xef\xbf\xbdx");
  BOOST_TEST(v.json_string("/low") == "\xef\xbf\xbd");
  BOOST_TEST(v.json_string("/end") == "\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(what_is_absent_or_of_another_kind_is_the_fallback) {
  const json_view v(R"({"s":"x","n":5,"f":1.5,"w":2.0,"e":1e3,"big":1e300,"b":true,"z":null,"o":{},"l":[1]})");
  BOOST_TEST(v.json_string("/n", "none") == "none");
  BOOST_TEST(v.json_string("/absent", "none") == "none");
  BOOST_TEST(v.json_int("/s", -1) == -1);
  BOOST_TEST(v.json_int("/f", -1) == -1);
  BOOST_TEST(v.json_int("/w", -1) == 2);
  BOOST_TEST(v.json_int("/e", -1) == 1000);
  BOOST_TEST(v.json_int("/big", -1) == -1);
  BOOST_TEST(v.json_bool("/z", true) == true);
  BOOST_TEST(v.has("/z"));
  BOOST_TEST(!v.has("/o/x"));
  BOOST_TEST(v.json_int("/l/0") == 1);
  BOOST_TEST(!v.has("/l/00"));
  BOOST_TEST(!v.has("/l/-"));
  BOOST_TEST(!json_view("").exists());
  BOOST_TEST(!json_view("   ").exists());
  BOOST_TEST(!json_view("<html>").exists());
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
  const std::string deep(100'000, '[');
  BOOST_TEST(!lsrun::json_valid(deep));
  BOOST_TEST(!json_view(deep).has("/0/0"));
  BOOST_TEST(lsrun::json_valid(std::string(200, '[') + std::string(200, ']')));
  BOOST_TEST(!lsrun::json_valid(std::string(201, '[') + std::string(201, ']')));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(writing)

// Texts are copied in words: each length, and each special byte at each place of it.
BOOST_AUTO_TEST_CASE(a_special_byte_is_escaped_wherever_it_stands) {
  for (std::size_t n = 0; n <= 50; ++n)
    for (std::size_t at = 0; at <= n; ++at)
      for (const char special : {'"', '\\', '\n', '\x01', '\x1f', '\x7f', '\x80', 'x'}) {
        std::string text(n, 'a');
        if (at < n) text[at] = special;
        const exact source(text);
        lsrun::detail::text_buffer buffer;
        lsrun::append_json_object(buffer, "key", source.view(), source.view(), 1);
        std::string plain;
        lsrun::append_json_object(plain, "key", source.view(), source.view(), 1);
        BOOST_REQUIRE(buffer.view() == plain);
        BOOST_REQUIRE(json({{"key", source.view()}, {source.view(), 1}}).text() == plain);
        if (special == '\x80') continue;  // alone it is no UTF-8
        const auto read = bj::parse({plain.data(), plain.size()}).as_object();
        BOOST_REQUIRE(read.at("key").as_string() == bj::string_view(text.data(), text.size()));
        BOOST_REQUIRE(read.at({text.data(), text.size()}) == 1);
      }
}

BOOST_AUTO_TEST_CASE(random_documents_are_read_back_by_boost_as_they_were) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    random_document source(seed);
    const auto expected = source.value(4);
    if (!expected.is_structured()) continue;
    const auto text = written(expected);
    bj::error_code failed;
    const auto back = bj::parse({text.text().data(), text.text().size()}, failed);
    BOOST_REQUIRE_MESSAGE(!failed, text.text());
    compare(json_view(bj::serialize(back)), "", expected);
  }
}

BOOST_AUTO_TEST_CASE(a_document_is_written_as_it_is_put_together) {
  const std::string name = "n\"1";
  const json nested{{"x", true}, {"y", nullptr}};
  const json all{{"text", name},
                 {"whole", -5},
                 {"big", 18446744073709551615u},
                 {"part", 0.25},
                 {"not", std::numeric_limits<double>::infinity()},
                 {"in", nested},
                 {"list", json::array(1, "two", json::array())},
                 {"empty", json()}};
  BOOST_TEST(
      all.text() ==
      R"({"text":"n\"1","whole":-5,"big":18446744073709551615,"part":0.25,"not":null,"in":{"x":true,"y":null},"list":[1,"two",[]],"empty":{}})");
  const json copy = all;
  BOOST_TEST(copy.text() == all.text());
}

BOOST_AUTO_TEST_CASE(a_document_may_outgrow_its_room_in_place) {
  const std::string long_text(5000, 'x');
  json j{{"a", long_text}};
  j.with("b", long_text);
  json copy = j;
  BOOST_TEST(copy.text().size() == 2 * 5000 + 15);
  BOOST_TEST(json_view(copy.text()).json_string("/b") == long_text);
}

BOOST_AUTO_TEST_CASE(an_object_is_written_into_a_string) {
  std::string s = "x";
  lsrun::append_json_object(s, "a", 1, "b", "t", "c", json{{"d", false}});
  BOOST_TEST(s == R"(x{"a":1,"b":"t","c":{"d":false}})");
  s.clear();
  lsrun::append_json_object(s);
  BOOST_TEST(s == "{}");
}

BOOST_AUTO_TEST_CASE(parts_written_once_stand_among_the_members_of_an_object) {
  const lsrun::json_part some("t", "a\"b", "n", 60), none;
  const auto object = [](const auto&... members) {
    std::string s;
    lsrun::append_json_object(s, members...);
    return s;
  };
  BOOST_TEST(object("a", 1, some) == R"({"a":1,"t":"a\"b","n":60})");
  BOOST_TEST(object(some, "a", 1, none, "b", 2) == R"({"t":"a\"b","n":60,"a":1,"b":2})");
  BOOST_TEST(object(none, some) == R"({"t":"a\"b","n":60})");
  BOOST_TEST(object(none, "a", 1) == R"({"a":1})");
  BOOST_TEST(object(none) == "{}");
}

BOOST_AUTO_TEST_SUITE_END()
