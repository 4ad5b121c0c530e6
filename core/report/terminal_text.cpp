#include "report/terminal_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "time/units.hpp"

namespace lsrun::report {

namespace {
constexpr std::size_t line_width = 110;
}

std::string length_of(double seconds) {
  const auto whole_s = static_cast<long>(std::llround(seconds));
  char buffer[64];
  if (whole_s >= 3600)
    std::snprintf(buffer, sizeof buffer, "%ldh %02ldm %02lds", whole_s / 3600, whole_s / 60 % 60, whole_s % 60);
  else if (whole_s >= 60)
    std::snprintf(buffer, sizeof buffer, "%ldm %02lds", whole_s / 60, whole_s % 60);
  else
    return time::format_duration(time::from_seconds(seconds));
  return buffer;
}

std::string wrapped(const std::string& words, std::size_t indent) {
  std::string out;
  std::size_t column = indent, from = 0;
  while (from < words.size()) {
    const std::size_t end = std::min(words.find(' ', from), words.size());
    const std::string word = words.substr(from, end - from);
    if (column > indent && column + 1 + word.size() > line_width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    from = end + 1;
  }
  return out;
}

std::string row(std::string name, const std::string& words) {
  constexpr std::size_t column = 14;
  name.resize(column - 2, ' ');
  std::string out = "  " + name;
  std::size_t width = column;
  for (std::size_t from = 0; from < words.size();) {
    const std::size_t end = std::min(words.find("   ", from), words.size());
    const std::string item = words.substr(from, end - from);
    if (width > column && width + 3 + item.size() > line_width) {
      out += "\n" + std::string(column, ' ');
      width = column;
    } else if (width > column) {
      out += "   ";
      width += 3;
    }
    out += item;
    width += item.size();
    from = end + 3;
  }
  return out + "\n";
}

}  // namespace lsrun::report
