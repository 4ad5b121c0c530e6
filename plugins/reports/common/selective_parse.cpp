// Boost.JSON's parser tells what it finds; all but the part that is left out is handed on to its stack of values.
#include "common/selective_parse.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>

namespace reports {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

constexpr std::size_t most_depth = 64, of_document = 1, of_row = 3;  // a row stands in an array in the document

class handler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size(), max_array_size = json::array::max_size(),
                               max_key_size = json::string::max_size(), max_string_size = json::string::max_size();

  explicit handler(const left_out& part) : part_(part) {
    // One piece of memory that grows: values are freed all at once, with the document.
    stack_.reset(json::make_shared_resource<json::monotonic_resource>());
  }
  json::value value() { return stack_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  bool on_object_begin(error_code&) {
    ++depth_;
    if (!leaving_out_) members_left_out_[depth_] = 0;
    return true;
  }
  bool on_array_begin(error_code&) {
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t members, error_code&) {
    const std::size_t mine = depth_--;
    return put([&] { stack_.push_object(members - members_left_out_[mine]); });
  }
  bool on_array_end(std::size_t items, error_code&) {
    --depth_;
    return put([&] { stack_.push_array(items); });
  }

  bool on_key_part(string_view s, std::size_t, error_code&) {
    if (!leaving_out_) stack_.push_chars(s);
    return true;
  }
  bool on_key(string_view s, std::size_t whole, error_code&) {
    if (leaving_out_) return true;
    if (s.size() == whole && is_left_out({s.data(), s.size()})) {
      leaving_out_ = true;
      at_ = depth_;
      ++members_left_out_[depth_];
    } else {
      stack_.push_key(s);
    }
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) {
    if (!leaving_out_) stack_.push_chars(s);
    return true;
  }
  bool on_string(string_view s, std::size_t, error_code&) {
    return put([&] { stack_.push_string(s); });
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t n, string_view, error_code&) {
    return put([&] { stack_.push_int64(n); });
  }
  bool on_uint64(std::uint64_t n, string_view, error_code&) {
    return put([&] { stack_.push_uint64(n); });
  }
  bool on_double(double n, string_view, error_code&) {
    return put([&] { stack_.push_double(n); });
  }
  bool on_bool(bool b, error_code&) {
    return put([&] { stack_.push_bool(b); });
  }
  bool on_null(error_code&) {
    return put([&] { stack_.push_null(); });
  }

 private:
  bool is_left_out(std::string_view key) {
    if (depth_ == of_document) in_table_ = !part_.table.empty() && key == part_.table;
    return in_table_ && depth_ == of_row && key == part_.member;
  }
  // A value is whole: it is pushed, or was the one that is left out or a part of it.
  template <class Push>
  bool put(Push push) {
    if (!leaving_out_)
      push();
    else if (depth_ == at_)
      leaving_out_ = false;
    return true;
  }

  const left_out part_;
  json::value_stack stack_;
  std::size_t depth_ = 0, at_ = 0;  // containers that are open; those that were when leaving out began
  bool in_table_ = false, leaving_out_ = false;
  std::array<std::size_t, most_depth + 2> members_left_out_{};  // of the open object of each depth
};

}  // namespace

json::value parse_without(const left_out& part, std::string_view text, error_code& fault) {
  json::parse_options options;
  options.max_depth = most_depth;
  json::basic_parser<handler> parser(options, part);
  const std::size_t read = parser.write_some(false, text.data(), text.size(), fault);
  if (!fault && read < text.size()) fault = json::error::extra_data;
  return fault ? json::value() : parser.handler().value();
}

}  // namespace reports
