// The report's JSON as text that people can read too: plain decimal numbers, a line for each row of a table.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace lsrun::report {

// Containers of the outer two levels are spread over lines, deeper ones stay on one. Numbers that are not finite have
// no place in JSON and become null; callers leave such figures out.
std::string to_text(const boost::json::value&);

}  // namespace lsrun::report
