// A scenario's instance: the plugin's create is called, and what it filled in is looked at.
#include <cstring>
#include <exception>

#include "metrics/registry.hpp"
#include "plugin/crash_note.hpp"
#include "plugin/host.hpp"
#include "plugin/setup.hpp"
#include "plugin/validate.hpp"

namespace lsrun::plugin {
namespace {

// The boundary's function pointers are noexcept, and a compiler may leave out the catch around a call of one. Called by
// this type, a plugin that throws nevertheless is caught where its own compiler let the exception pass.
using throwing_create = lsrun_status (*)(const lsrun_host*, lsrun_setup*, lsrun_scenario*, lsrun_text_out*);

std::string call(const lsrun_scenario_type& type, lsrun_setup& setup, lsrun_scenario& table) {
  char room[1024];
  lsrun_text_out error{room, sizeof room, 0};
  const crash_note note("the scenario `" + std::string(type.name) + "`, while it was being created,");
  try {
    const throwing_create create = type.create;
    if (create(&host_for(type.name), &setup, &table, &error) == LSRUN_OK) return "";
  } catch (const std::exception& e) {
    return std::string("it threw across the boundary: ") + e.what();
  } catch (...) {
    return "it threw across the boundary";
  }
  const std::string text(room, std::min(error.len, sizeof room));
  return text.empty() ? "it gave no reason" : text;
}

}  // namespace

scenario_instance::~scenario_instance() {
  if (table_.destroy) table_.destroy(table_.self);
}

std::unique_ptr<scenario_instance> create_scenario(const lsrun_scenario_type& type, const setup& options,
                                                   metrics::registry& names, const config::place& where,
                                                   std::vector<problem>& problems) {
  std::unique_ptr<scenario_instance> made(new scenario_instance);
  made->name_ = type.name;
  lsrun_setup setup;
  setup.options = &options;
  setup.names = &names;
  setup.operations = &made->operations_;
  setup.prepared = &made->prepared_;
  lsrun_scenario table{};
  table.struct_size = sizeof table;
  if (const auto refusal = call(type, setup, table); !refusal.empty()) {
    problems.push_back({"the scenario `" + made->name_ + "` refuses to start: " + refusal, where, true});
    return nullptr;
  }
  if (const auto wrong = validate(table); !wrong.empty()) {
    problems.push_back({"the scenario `" + made->name_ + "` is faulty: " + wrong + "; tell its author", where, true});
    return nullptr;
  }
  // Of an older minor version: what it does not know is 0.
  std::memcpy(static_cast<void*>(&made->table_), &table, std::min<std::size_t>(table.struct_size, sizeof table));
  made->table_.struct_size = sizeof table;
  return made;
}

}  // namespace lsrun::plugin
