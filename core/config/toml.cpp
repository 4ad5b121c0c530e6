// The only place that knows toml++: its tree becomes config::value.

// toml++ 3.3 asserts of some texts what they need not be (a table header that begins with no key: "[\n"): a debug build
// would abort, and a release build takes the assertion for a promise to the optimiser. Without both, its parser goes on
// to the words that it has for these mistakes.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "config/value.hpp"

namespace lsrun::config {
namespace {

constexpr int deepest = 32;

place place_of(const toml::source_region& s, const std::string& file) {
  return {file, static_cast<int>(s.begin.line), static_cast<int>(s.begin.column)};
}

value converted(const toml::node& node, const std::string& file, int depth) {
  value v;
  v.where = place_of(node.source(), file);
  if (depth > deepest) {
    v.what = value::kind::other;
    return v;
  }
  if (const auto* table = node.as_table()) {
    for (const auto& [key, child] : *table)
      v.members.push_back({std::string(key.str()), place_of(key.source(), file), converted(child, file, depth + 1)});
    std::stable_sort(v.members.begin(), v.members.end(), [](const member& a, const member& b) {
      return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
    });
  } else if (const auto* list = node.as_array()) {
    v.what = value::kind::list;
    for (const auto& child : *list) v.items.push_back(converted(child, file, depth + 1));
  } else if (const auto* text = node.as_string()) {
    v.what = value::kind::text;
    v.text = text->get();
  } else if (const auto* whole = node.as_integer()) {
    v.what = value::kind::whole;
    v.whole = whole->get();
  } else if (const auto* number = node.as_floating_point()) {
    v.what = value::kind::number;
    v.number = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    v.what = value::kind::flag;
    v.flag = flag->get();
  } else {
    v.what = value::kind::other;
    std::ostringstream text_of_date;
    text_of_date << toml::node_view<const toml::node>(node);
    v.text = text_of_date.str();
  }
  return v;
}

}  // namespace

std::optional<value> parse_toml(std::string_view text, const std::string& file, std::vector<problem>& problems) {
  try {
    const toml::table table = toml::parse(text, file);
    return converted(table, file, 0);
  } catch (const toml::parse_error& failure) {
    std::string what(failure.description());
    while (!what.empty() && (what.back() == '\n' || what.back() == '.')) what.pop_back();
    problems.push_back({place_of(failure.source(), file), "not valid TOML: " + what, ""});
    return std::nullopt;
  }
}

std::optional<value> parse_toml_value(std::string_view text, const place& where) {
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  try {
    const toml::table table = toml::parse("v = " + std::string(text));
    if (table.size() != 1) return std::nullopt;
    auto v = converted(*table.get("v"), where.file, 0);
    const auto set_place = [&](auto&& self, value& one) -> void {
      one.where = where;
      for (auto& item : one.items) self(self, item);
      for (auto& m : one.members) {
        m.where = where;
        self(self, m.value);
      }
    };
    set_place(set_place, v);
    return v;
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace lsrun::config
