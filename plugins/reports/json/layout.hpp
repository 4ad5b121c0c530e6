// JSON text laid out anew without touching a digit of its numbers or a letter of its strings.
#pragma once

#include <functional>
#include <string_view>

namespace reports {

using sink = std::function<void(std::string_view)>;

// Pretty: two spaces a level; a container that fits on a line of 120 columns stays on one. Not pretty: no space at all.
// `text` must be valid JSON. Bytes go to `out` in pieces of some 64 KiB. Time is linear in the text.
void lay_out(std::string_view text, bool pretty, const sink& out);

}  // namespace reports
