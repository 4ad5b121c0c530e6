// JSON that can stand in a page: cleaned, and without a letter that HTML gives a meaning to.
#include "html/inert_json.hpp"

#include <cmath>
#include <utility>

#include "common/text.hpp"

namespace reports {

void put_string(std::string& out, std::string_view raw) {
  out += '"';
  for (const char c : clean(raw)) switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += c;
    }
  out += '"';
}

void put(std::string& out, const json::value& v) {
  if (const auto* o = v.if_object()) {
    out += '{';
    for (bool first = true; const auto& [key, part] : *o) {
      if (!std::exchange(first, false)) out += ',';
      put_string(out, {key.data(), key.size()});
      out += ':';
      put(out, part);
    }
    out += '}';
  } else if (const auto* a = v.if_array()) {
    out += '[';
    for (bool first = true; const auto& part : *a) {
      if (!std::exchange(first, false)) out += ',';
      put(out, part);
    }
    out += ']';
  } else if (v.is_string()) {
    put_string(out, {v.get_string().data(), v.get_string().size()});
  } else if (v.is_double()) {
    out += std::isfinite(v.get_double()) ? plain(v.get_double()) : "null";
  } else {
    out += json::serialize(v);
  }
}

}  // namespace reports
