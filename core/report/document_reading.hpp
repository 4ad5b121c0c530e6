// Reading the run report where every part may be absent, and its texts may come from the target or from somebody else.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace lsrun::report {

namespace json = boost::json;
using path = std::initializer_list<std::string_view>;

// The value at a path of names, or nullptr.
const json::value* find(const json::object&, path);
double number(const json::object&, path);        // 0: absent
std::uint64_t whole(const json::object&, path);  // 0: absent
// A text of the document as a terminal may see it.
std::string shown(const json::value& text);
std::string text(const json::object&, path);                          // "": absent
const json::array& list(const json::object&, std::string_view name);  // empty: absent

}  // namespace lsrun::report
