// Small JSON writing: a document is written into one string as it is put together. No tree.
#pragma once

#include <lsrun/json_members.hpp>
#include <lsrun/json_value.hpp>
#include <lsrun/text_buffer.hpp>
#include <string_view>

namespace lsrun {

// A JSON document under construction: `json{{"a", 1}, {"b", json{{"c", "text"}}}, {"d", json::array(1, "x")}}`, of up
// to twelve members; with() takes more. (Not an initializer_list: GCC 12 refuses those inside a co_await expression.)
class json {
  using member = const json_member&;
  static inline const json_member none;

 public:
  json() { text_.append("{}", 2); }  // an empty object
  json(member a, member b = none, member c = none, member d = none, member e = none, member f = none, member g = none,
       member h = none, member i = none, member j = none, member k = none, member l = none) {
    text_.push_back('{');
    for (const json_member* m : {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l})
      if (m->present) add(*m);
    text_.push_back('}');
  }
  template <class... Values>
  static json array(const Values&... values) {
    json list;
    list.text_.clear();
    list.text_.push_back('[');
    (list.item(values), ...);
    list.text_.push_back(']');
    return list;
  }
  // One more member at the end of an object, or one more item at the end of an array.
  json& with(std::string_view key, const json_value& value) {
    text_.pop_back();
    add({key, value});
    text_.push_back('}');
    return *this;
  }
  json& push(const json_value& value) {
    text_.pop_back();
    item(value);
    text_.push_back(']');
    return *this;
  }
  std::string_view text() const noexcept { return text_.view(); }
  operator std::string_view() const noexcept { return text(); }  // NOLINT

 private:
  void add(member m) {
    if (text_.size() > 1) text_.push_back(',');
    append_json_string(text_, m.key);
    text_.push_back(':');
    m.value.write(text_);
  }
  void item(const json_value& value) {
    if (text_.size() > 1) text_.push_back(',');
    value.write(text_);
  }
  detail::small_text text_;
};

inline json_value::json_value(const json& document) noexcept : kind_(kind::raw), text_(document.text()) {}

}  // namespace lsrun
