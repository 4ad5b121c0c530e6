// The run report as the page's scripts read it: small, and inert inside HTML.
#pragma once

#include <string>

#include "common/document.hpp"

namespace reports {

// JSON for a <script type="application/json"> block. The long tables (timeline, addresses, rate_adjustments) become
// columns; in them null stands for absent, and a column without any value is left out. All text is cleaned of control
// characters; `<`, `>` and `&` are written as escapes, so that no text can end the block or begin a comment.
std::string embedded(const json::value& document);

}  // namespace reports
