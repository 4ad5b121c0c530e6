// The values at one path of many rows that are alike.
#pragma once

#include <string_view>
#include <vector>

#include "common/document.hpp"

namespace reports {

// find() for one row after the other: each key is looked for where it stood in the row before, and is mostly there.
class same_place {
 public:
  explicit same_place(std::string_view path) {
    while (!path.empty()) {
      const auto slash = path.find('/');
      steps_.push_back({path.substr(0, slash)});
      path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
  }

  // nullptr where a part of the path is absent. The path's text must still be there.
  const json::value* in(const json::value& row) {
    const json::value* at = &row;
    for (step& s : steps_) {
      const json::object* o = at->if_object();
      at = o ? member(*o, s) : find(*at, s.key);
      if (!at) return nullptr;
    }
    return at;
  }

 private:
  struct step {
    std::string_view key;
    std::size_t place = 0;
  };
  static const json::value* member(const json::object& o, step& s) {
    if (s.place < o.size())
      if (const auto& there = o.begin()[s.place]; there.key() == s.key) return &there.value();
    const auto found = o.find({s.key.data(), s.key.size()});
    if (found == o.end()) return nullptr;
    s.place = static_cast<std::size_t>(found - o.begin());
    return &found->value();
  }
  std::vector<step> steps_;
};

}  // namespace reports
