// Text for a terminal: lines of at most 110 columns, and lengths of time as a run's are told.
#pragma once

#include <string>

namespace lsrun::report {

// `words` broken at spaces; lines after the first begin with `indent` spaces.
std::string wrapped(const std::string& words, std::size_t indent);
// A row of figures after its name, with its line end. Long rows go on below, broken where three spaces part two
// figures.
std::string row(std::string name, const std::string& words);
std::string length_of(double seconds);  // 1h 00m 02s, 2m 05s, 41s

}  // namespace lsrun::report
