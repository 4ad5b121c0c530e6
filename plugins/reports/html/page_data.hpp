// The document as the page's script gets it: the timeline and the addresses by columns, which takes a third of the
// room.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace html_report {

// JSON that may stand inside a <script> element: no `<`, no U+2028 or U+2029 as they are.
std::string page_data(const boost::json::object& document);

// Text inside HTML; control bytes become spaces.
std::string escaped(std::string_view text);

}  // namespace html_report
