// The entry of a plugin: the one symbol that it exports, a constant made by LSRUN_PLUGIN.
#pragma once

#include <lsrun/abi.h>

#include <lsrun/options.hpp>

namespace lsrun::detail {

// The tables of a plugin's scenarios and reports; `Offers` are lsrun::scenario<T> and lsrun::report_writer<T>.
template <class Type, class... Offers>
struct table {
  static constexpr std::size_t count = (std::size_t{Offers::template is<Type>} + ... + 0);
  struct rows {
    Type items[count ? count : 1];
  };
  static constexpr rows fill() {
    rows r{};
    std::size_t i = 0;
    const auto put = [&]<class O>(O*) {
      if constexpr (O::template is<Type>) r.items[i++] = O::type();
    };
    (put(static_cast<Offers*>(nullptr)), ...);
    return r;
  }
  static constexpr rows content = fill();
  static constexpr lsrun_array array() { return {content.items, count, sizeof(Type)}; }
};

template <class... Offers>
constexpr lsrun_plugin entry(const char* name, const char* version, const char* help) {
  return {sizeof(lsrun_plugin),
          LSRUN_MAGIC,
          LSRUN_ABI_MAJOR,
          0 /* this SDK needs no more than 1.0 */,
          0,
          name,
          version,
          help,
          table<lsrun_scenario_type, Offers...>::array(),
          table<lsrun_report_type, Offers...>::array()};
}

}  // namespace lsrun::detail

// LSRUN_PLUGIN("name", "1.0.0", "help", lsrun::scenario<A>, lsrun::report_writer<B>, ...): once a shared object.
#define LSRUN_PLUGIN(name, version, help, ...)                            \
  extern "C" {                                                            \
  LSRUN_EXPORT extern const lsrun_plugin lsrun_plugin_entry;              \
  }                                                                       \
  __attribute__((used)) constinit const lsrun_plugin lsrun_plugin_entry = \
      lsrun::detail::entry<__VA_ARGS__>(name, version, help);
