// The reference target's manual page.
#pragma once

#include <string>

namespace lsrun::cli {

// lstarget(1), from the options that its parser knows.
std::string target_manual_page(const std::string& date);

}  // namespace lsrun::cli
