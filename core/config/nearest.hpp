// The word that was probably meant: for "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lsrun::config {

// The known word nearest to `word`, or "" if none is near enough to be worth naming (more than a third of its letters
// differ; one letter may always differ). Case counts for nothing. Of equals the first.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace lsrun::config
