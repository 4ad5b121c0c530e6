// What is wrong with a config: where, what, and what to do; and how a list of problems is shown.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace lsrun::config {

struct problem {
  place where;       // line 0: no line of a file is to blame
  std::string text;  // what, one sentence without a full stop
  std::string hint;  // what to do; may be empty
};

// "configs/a.toml:14:1", "--set run.seed=x", or "" for a default.
std::string to_string(const place&);

// The text of files that problems point at, for showing the line: name -> content. Files that are not in here are read.
using sources = std::map<std::string, std::string>;

// The problems sorted by file, line and column, same ones shown once, each with its line and a caret under what is
// meant, closed by "N errors, nothing was sent.". "" if there are none. Reads files that `known` lacks; unreadable
// ones are shown without their line. Reads nothing else and never throws but for memory.
std::string render(std::vector<problem>, const sources& known = {});

}  // namespace lsrun::config
