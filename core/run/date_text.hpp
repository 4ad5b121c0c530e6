// A moment of the system's clock as text: for dates and names in results, and the time of day on the terminal.
#pragma once

#include <ctime>
#include <string>

namespace lsrun::run {

enum class zone { utc, local };

// `format` as strftime has it; what it makes is shorter than 40 bytes. Any thread.
inline std::string date_text(std::time_t seconds, zone where, const char* format) {
  std::tm parts{};
  if (where == zone::utc)
    gmtime_r(&seconds, &parts);
  else
    localtime_r(&seconds, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace lsrun::run
