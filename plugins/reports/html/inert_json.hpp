// JSON as it may stand inside a page's <script>: no text in it can end the block or begin a comment.
#pragma once

#include <string>
#include <string_view>

#include "common/document.hpp"

namespace reports {

// Append to `out`. Text is cleaned of control characters; `<`, `>` and `&` are written as escapes.
void put_string(std::string& out, std::string_view raw);
void put(std::string& out, const json::value&);

}  // namespace reports
