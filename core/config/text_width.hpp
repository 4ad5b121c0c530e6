// How wide text is on a terminal: for carets and columns that stand where they should.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lsrun::config {

// Columns that UTF-8 text takes, East Asian wide characters as two. Control characters count as one.
std::size_t display_width(std::string_view utf8);

// Goes on with `text` where `out` ends, and ends the line: broken between words so that no line is longer than `width`
// if the words allow; further lines are indented.
void wrap(std::string& out, std::string_view text, std::size_t indent, std::size_t width);

}  // namespace lsrun::config
