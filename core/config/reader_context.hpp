// What every function of the reader works on: the row, the value, and where problems go.
#pragma once

#include "config/reader.hpp"

namespace lsrun::config {

inline std::string ticked(std::string_view key) { return "`" + std::string(key) + "`"; }

struct context {
  const option_row& row;
  const value& v;
  std::vector<problem>& problems;

  bool fail(const std::string& text, const std::string& hint = {}) const {
    problems.push_back({v.where, text, hint});
    return false;
  }
  bool wrong_type(const std::string& wanted) const {
    return fail(ticked(row.key) + " must be " + wanted + ", not " + std::string(kind_name(v.what)));
  }
};

// reader_lists.cpp
bool read_texts(const context&, reading&);
bool read_headers(const context&, reading&);

}  // namespace lsrun::config
