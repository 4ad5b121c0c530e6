// What a test of plugins does in a process of its own:
//   new KIND NAME DIR   as `lsrun new`
//   load FILE           loads it, checks it, creates its scenarios; prints what it offers, or what is wrong (exit 3)
#include <iostream>

#include "metrics/registry.hpp"
#include "new_project.hpp"
#include "plugin/array.hpp"
#include "plugin/loader.hpp"

namespace {

using namespace lsrun;

int load_file(const std::string& file) {
  std::string why;
  const auto made = plugin::loader::load(file, why);
  if (!made) {
    std::cerr << why << '\n';
    return 3;
  }
  std::cout << made->entry->name << ' ' << made->entry->version << '\n';
  metrics::registry names;
  std::vector<plugin::problem> problems;
  for (const auto* t : plugin::items<lsrun_scenario_type>(made->entry->scenarios)) {
    const auto setup = plugin::check_options(t->options, {}, std::string("scenario `") + t->name + "`", {}, problems);
    const auto instance = setup ? plugin::create_scenario(*t, *setup, names, {}, problems) : nullptr;
    if (instance) std::cout << "scenario " << t->name << '\n';
  }
  for (const auto* t : plugin::items<lsrun_report_type>(made->entry->reports))
    std::cout << "report " << t->name << '\n';
  for (const auto& p : problems) std::cerr << p.text << '\n';
  return problems.empty() ? 0 : 3;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "new" && count == 5) return lsrun::cli::new_project(words[2], words[3], words[4]);
  if (what == "load" && count == 3) return load_file(words[2]);
  return 2;
}
