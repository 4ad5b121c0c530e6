// The laws that counts of a run obey if nothing was lost or counted twice. A run checks itself by them.
#pragma once

#include <string>
#include <vector>

#include "report/run_view.hpp"

namespace lsrun::report {

struct law {
  std::string text;  // "opened = closed + expired + lost + alive_at_end"
  std::uint64_t left = 0, right = 0;
  bool holds() const { return left == right; }
  std::string broken() const;  // a sentence with both sides
};

std::vector<law> check_laws(const run_view&);

}  // namespace lsrun::report
