// How wide text is on a terminal: for carets and columns that stand where they should.
#pragma once

#include <cstddef>
#include <string_view>

namespace lsrun::config {

// Columns that UTF-8 text takes, East Asian wide characters as two. Control characters count as one.
std::size_t display_width(std::string_view utf8);

}  // namespace lsrun::config
