// The page's template with its styles and scripts inside, made by page.cmake at build time. Places to be filled are
// <!--lsrun:NAME-->.
#pragma once

#include <string_view>

namespace reports {

std::string_view page();

}  // namespace reports
