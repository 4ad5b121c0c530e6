// Files that grow by a line a second and are to hold whole lines even when the disk is full.
#pragma once

#include <string>
#include <string_view>

namespace lsrun::metrics {

// Appends all of `bytes` to the open file, or nothing: what was written before it failed is taken back. "", or why it
// could not be written. A regular file blocks no longer than the disk does.
std::string append_whole(int file, std::string_view bytes);

}  // namespace lsrun::metrics
