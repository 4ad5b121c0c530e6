// Boost.JSON writes 212.5 as 2.125E2; a report is read by people, so numbers are written here.
#include "report/json_text.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace lsrun::report {
namespace {

namespace json = boost::json;

constexpr int spread_levels = 2;

void number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char text[400];
  const auto [end, fault] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  out.append(text, fault == std::errc{} ? end : text);
}

void write(std::string& out, const json::value& v, int level);

template <class Container, class WriteItem>
void items(std::string& out, const Container& container, char open, char close, int level, WriteItem item) {
  const bool spread = level < spread_levels && !container.empty();
  const std::string indent(spread ? 2 * static_cast<std::size_t>(level + 1) : 0, ' ');
  out += open;
  bool first = true;
  for (const auto& entry : container) {
    if (!first) out += spread ? "," : ", ";
    first = false;
    if (spread) out += "\n" + indent;
    item(entry);
  }
  if (spread) out += "\n" + std::string(2 * static_cast<std::size_t>(level), ' ');
  out += close;
}

void write(std::string& out, const json::value& v, int level) {
  switch (v.kind()) {
    case json::kind::object:
      items(out, v.get_object(), '{', '}', level, [&](const auto& entry) {
        out += json::serialize(json::string_view{entry.key()}) + ": ";
        write(out, entry.value(), level + 1);
      });
      break;
    case json::kind::array:
      items(out, v.get_array(), '[', ']', level, [&](const json::value& item) { write(out, item, level + 1); });
      break;
    case json::kind::double_:
      number(out, v.get_double());
      break;
    default:
      out += json::serialize(v);
  }
}

}  // namespace

std::string to_text(const json::value& v) {
  std::string out;
  write(out, v, 0);
  return out + "\n";
}

}  // namespace lsrun::report
