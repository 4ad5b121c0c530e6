// `lsrun completion SHELL`: what makes a shell complete lsrun's words, from the tables of options.hpp.
#pragma once

#include <string>

namespace lsrun::cli {

// The script for "bash", "zsh" or "fish"; "" for another shell. Names of tests and plugins are not in it: when they are
// wanted it asks the lsrun that is being typed (`--list`, `plugins`).
std::string completion_script(const std::string& shell);

}  // namespace lsrun::cli
