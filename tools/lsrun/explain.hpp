// What --explain prints, for tests too.
#pragma once

#include <string>

#include "config/config.hpp"

namespace lsrun::cli {

std::string explain_text(const config::plan&);

}  // namespace lsrun::cli
