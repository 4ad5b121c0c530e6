// Messages from lines, CSV and JSON lines, and what is wrong with a file.
#include "config/message_file.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "config/corpus.hpp"
#include "support.hpp"

using namespace lsrun;
using list = std::vector<std::string>;

namespace {

// A directory of this test's own, gone at its end.
struct scratch {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("lsrun_messages_" + std::to_string(::getpid()));
  scratch() { std::filesystem::create_directories(path); }
  ~scratch() { std::filesystem::remove_all(path); }
  config::messages write(const std::string& name, const std::string& content) const {
    std::ofstream(path / name, std::ios::binary) << content;
    config::messages m;
    m.file = (path / name).string();
    return m;
  }
};

std::string failure_of(const config::messages& m) {
  const auto loaded = config::load_messages(m);
  return loaded ? "" : loaded.error_text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_messages)

BOOST_AUTO_TEST_CASE(lines_are_messages_and_empty_ones_are_skipped) {
  BOOST_TEST((*config::messages_of_lines("one\r\n\n  \ntwo {turn}\nthree") == list{"one", "two {turn}", "three"}));
}

BOOST_AUTO_TEST_CASE(csv_follows_rfc_4180) {
  const auto parsed = config::messages_of_csv(
      "id,message,note\r\n1,plain,x\r\n2,\"with, comma\",x\r\n3,\"say "
      "\"\"hi\"\"\",x\r\n4,\"two\r\nlines\",x\r\n5,,x\r\n6,last,",
      "message");
  BOOST_REQUIRE(parsed);
  BOOST_TEST((*parsed == list{"plain", "with, comma", "say \"hi\"", "two\r\nlines", "last"}));
}

BOOST_AUTO_TEST_CASE(csv_errors_name_the_record_or_the_columns) {
  BOOST_TEST(config::messages_of_csv("id,mesage\n1,x\n", "message").error_text() ==
             "has no column `message`; it has `id`, `mesage`; did you mean column = \"mesage\"?");
  BOOST_TEST(config::messages_of_csv("id,message\n1\n", "message").error_text() ==
             "has too few fields in record 2: 1 of 2");
  BOOST_TEST(config::messages_of_csv("id,message\n1,\"open\n", "message").error_text() ==
             "has a quoted field that does not end, in record 2");
  BOOST_TEST(config::messages_of_csv("message\n", "message").error_text() == "holds no message");
  BOOST_TEST(config::messages_of_csv("", "message").error_text() == "holds no message");
}

BOOST_AUTO_TEST_CASE(json_lines_hold_objects_or_strings) {
  const auto parsed =
      config::messages_of_jsonl("{\"q\": \"one\", \"id\": 1}\n\n\"two\"\n{\"q\": \"\\u4f60\\u597d\"}\n", "q");
  BOOST_REQUIRE(parsed);
  BOOST_TEST((*parsed == list{"one", "two", "你好"}));
  BOOST_TEST(config::messages_of_jsonl("{\"a\": 1}\n", "q").error_text() ==
             "has no column `q`; it has `a`; did you mean column = \"a\"? in line 1");
  BOOST_TEST(config::messages_of_jsonl("\"x\"\n{\n", "q").error_text().starts_with("is not JSON in line 2"));
  BOOST_TEST(config::messages_of_jsonl("[1]\n", "q").error_text() == "has neither an object nor a string in line 1");
  BOOST_TEST(config::messages_of_jsonl("{\"q\": 1}\n", "q").error_text() ==
             "has something other than a string as `q` in line 1");
}

BOOST_AUTO_TEST_CASE(the_form_follows_the_extension_and_a_byte_order_mark_is_skipped) {
  const scratch dir;
  BOOST_TEST((*config::load_messages(dir.write("a.txt", "\xef\xbb\xbfhello\n")) == list{"hello"}));
  BOOST_TEST((*config::load_messages(dir.write("a.csv", "\xef\xbb\xbfmessage\nhello\n")) == list{"hello"}));
  BOOST_TEST((*config::load_messages(dir.write("a.jsonl", "{\"message\": \"hello\"}")) == list{"hello"}));
}

BOOST_AUTO_TEST_CASE(bad_files_are_told_apart) {
  const scratch dir;
  BOOST_TEST(failure_of(dir.write("empty.txt", "")).ends_with("empty.txt\" holds no message"));
  BOOST_TEST(failure_of(dir.write("blank.txt", "\n \n")).ends_with("holds no message"));
  BOOST_TEST(failure_of(dir.write("latin.txt", "gr\xfc\xdf")).ends_with("is not UTF-8 at byte 3"));
  BOOST_TEST(failure_of(dir.write("cut.txt", "\xe4\xbd")).ends_with("is not UTF-8 at byte 1"));
  BOOST_TEST(failure_of(dir.write("long.txt", "\xc0\x80")).ends_with("is not UTF-8 at byte 1"));
  config::messages m;
  m.file = (dir.path / "none.txt").string();
  BOOST_TEST(failure_of(m).ends_with("none.txt\" does not exist"));
  m.file = dir.path.string();
  BOOST_TEST(failure_of(m).ends_with("is not a file"));
}

BOOST_AUTO_TEST_CASE(the_loader_reports_a_bad_message_file_at_its_line) {
  const scratch dir;
  const auto m = dir.write("q.csv", "id,text\n1,x\n");
  const auto text = config_test::problems_of(config_test::with("[messages]\nfile = \"" + m.file + "\"\n"));
  BOOST_TEST(text.find("test.toml:6:8: `file`: \"" + m.file + "\" has no column `message`") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_message_file_may_be_beside_the_config) {
  const scratch dir;
  dir.write("own.txt", "hello\n");
  const auto m = dir.write("test.toml", config_test::with("[messages]\nfile = \"own.txt\"\n"));
  const auto loaded = config::load(m.file);
  BOOST_REQUIRE_MESSAGE(loaded, config::render(loaded.problems));
  BOOST_TEST((*config::load_messages(loaded.plan->messages) == list{"hello"}));
}

BOOST_AUTO_TEST_CASE(the_built_in_corpus_is_in_two_languages_and_of_many_lengths) {
  const auto all = config::load_messages({});
  BOOST_REQUIRE(all);
  BOOST_TEST(all->size() == config::corpus().size());
  std::size_t chinese = 0, shortest = 1000, longest = 0;
  for (const auto& message : *all) {
    const bool ascii = message.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.?'-0123456789") == std::string::npos;
    chinese += ascii ? 0 : 1;
    shortest = std::min(shortest, message.size());
    longest = std::max(longest, message.size());
  }
  BOOST_TEST(chinese >= 38u);
  BOOST_TEST(all->size() - chinese >= 38u);
  BOOST_TEST(shortest <= 6u);
  BOOST_TEST(longest >= 200u);
}

BOOST_AUTO_TEST_SUITE_END()
