// The object behind lsrun_setup: checked option values, and where definitions go while a scenario is created.
#pragma once

#include <deque>
#include <thread>

#include "plugin/loader.hpp"

namespace lsrun::plugin {

struct option_setting {
  std::string key;
  lsrun_value value{};  // its string, if it is one, points at `text`
  std::string text;
};

class setup {
 public:
  const option_setting* find(std::string_view key) const {
    for (const auto& s : settings)
      if (s.key == key) return &s;
    return nullptr;
  }
  std::deque<option_setting> settings;  // a deque: `text` must not move
};

}  // namespace lsrun::plugin

// What a create or write call holds; lives as long as that call.
struct lsrun_setup {
  const lsrun::plugin::setup* options = nullptr;
  lsrun::metrics::registry* names = nullptr;  // nullptr: nothing can be defined (report writers)
  std::vector<lsrun::plugin::defined_operation>* operations = nullptr;
  std::vector<std::unique_ptr<lsrun::plugin::prepared_request>>* prepared = nullptr;
  std::thread::id thread = std::this_thread::get_id();  // debug builds refuse calls from any other
};
