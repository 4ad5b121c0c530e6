// Figures as people read them, and text from outside made safe to show.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reports {

// Text without control characters: line breaks and tabs become spaces, the other controls (C0, C1, DEL) and the marks
// that turn the direction of text go. Text from the target may hold anything.
std::string clean(std::string_view utf8);

// clean() and & < > " ' as HTML entities: fit for an element's content and for a quoted attribute.
std::string html(std::string_view utf8);

// A number in plain decimals, no exponent, at most fifteen significant digits: 0.1, 1200000.
std::string plain(double);

// Three significant digits with a thin no-break space before the unit; thousands are spaced.
std::string figure(double);           // 61.5, 28 900
std::string whole(std::uint64_t);     // 28 914: counts keep their digits
std::string milliseconds(double ms);  // 864 ms, 1.76 s, 1.02 min
std::string percent(double ratio);    // 2.46 %
std::string bytes(double);            // 628 MiB
std::string per_second(double);       // 61.5/s
std::string seconds_exact(double s);  // 1 h 00 min 02 s, 4.28 s: a place or a length in the run
// By the units of thresholds: s, ratio, bytes, 1/s, cores, count, number.
std::string in_unit(double value, std::string_view unit);
// "1 request", "2 requests"
std::string counted(std::uint64_t n, std::string_view one, std::string_view many);

}  // namespace reports
