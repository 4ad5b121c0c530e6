// Words that came from a target, made fit for a report: valid UTF-8, no control bytes, bounded.
#pragma once

#include <string>
#include <string_view>

namespace lsrun::metrics {

// At most `most` bytes of `text`, cut before a character that does not fit; a control character (C0, C1, a mark that
// turns the direction of text) becomes a space, a byte that is not UTF-8 a question mark.
std::string clean_text(std::string_view text, std::size_t most = 200);

}  // namespace lsrun::metrics
