// Reading JSON without a part that the reader has no use for, so that the part costs neither memory nor its tree's
// time.
#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace reports {

// What is left out: one member of each row of a table of the outer object. As it is by default: nothing.
struct left_out {
  std::string_view table, member;
};

// The value of a text whose containers are at most 64 deep; `fault` says why there is none. The part that is left out
// is checked like the rest.
boost::json::value parse_without(const left_out&, std::string_view text, boost::json::error_code& fault);

}  // namespace reports
