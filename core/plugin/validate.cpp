#include "plugin/validate.hpp"

#include <cstring>
#include <set>
#include <string_view>

#include "plugin/array.hpp"
#include "plugin/host.hpp"
#include "plugin/request_check.hpp"

namespace lsrun::plugin {
namespace {

constexpr std::size_t most_items = 1000, largest_item = 64 * 1024, longest_name = 100, longest_text = 64 * 1024;
constexpr std::uint32_t largest_session = 1u << 20u, largest_align = 4096;

std::string version(unsigned major, unsigned minor) { return std::to_string(major) + "." + std::to_string(minor); }

bool snake_case(std::string_view name) {
  if (name.empty() || name.size() > longest_name) return false;
  for (const char c : name)
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
  return true;
}
std::string_view text_of(const char* s, std::size_t most) {  // of a terminated string, looked at no further than `most`
  return {s, strnlen(s, most)};
}

std::string wrong_version(const lsrun_plugin& p) {
  const auto own = version(LSRUN_ABI_MAJOR, LSRUN_ABI_MINOR);
  if (p.abi_major != LSRUN_ABI_MAJOR)
    return "it was built for version " + version(p.abi_major, p.abi_needs) +
           " of lsrun's plugin ABI, and this lsrun has " + own + ": " +
           (p.abi_major < LSRUN_ABI_MAJOR ? "build it again with this lsrun's SDK" : "use a newer lsrun");
  if (p.abi_needs > LSRUN_ABI_MINOR)
    return "it needs version " + version(p.abi_major, p.abi_needs) +
           " of lsrun's plugin ABI or a later minor one, and this lsrun has " + own + ": use a newer lsrun";
  return "";
}

// The array itself: can its items be reached, each at least `least` bytes?
std::string wrong_array(const lsrun_array& a, const char* what, std::size_t least) {
  const std::string table = std::string("its table of ") + what;
  if (a.count == 0) return "";
  if (a.count > most_items) return table + " claims " + std::to_string(a.count) + " items";
  if (!a.items || reinterpret_cast<std::uintptr_t>(a.items) % alignof(void*) != 0)
    return table + " is at no valid address";
  if (a.item_size < least || a.item_size > largest_item || a.item_size % alignof(void*) != 0)
    return table + " has items of " + std::to_string(a.item_size) + " bytes";
  return "";
}

std::string wrong_options(const lsrun_array& options, const std::string& owner) {
  if (auto wrong = wrong_array(options, "options", sizeof(lsrun_option)); !wrong.empty()) return owner + ": " + wrong;
  std::set<std::string_view> keys;
  for (const auto* o : items<lsrun_option>(options)) {
    for (const auto& s : {o->key, o->fallback, o->help, o->choices})
      if ((s.len > 0 && !s.ptr) || s.len > longest_text) return owner + ": an option's text is at no valid address";
    if (!snake_case(view(o->key))) return owner + ": an option's key is not in snake_case";
    if (!keys.insert(view(o->key)).second)
      return owner + ": the option `" + std::string(view(o->key)) + "` is there twice";
    if (o->type > LSRUN_TYPE_RATIO)
      return owner + ": the option `" + std::string(view(o->key)) + "` is of a type that this lsrun does not know";
  }
  return "";
}

const void* function_of(const lsrun_scenario_type& t) { return reinterpret_cast<const void*>(t.create); }
const void* function_of(const lsrun_report_type& t) { return reinterpret_cast<const void*>(t.write); }

template <class T>
std::string wrong_types(const lsrun_array& types, const char* kind, const char* function) {
  if (auto wrong = wrong_array(types, (std::string(kind) + "s").c_str(), size_1_0<T>); !wrong.empty()) return wrong;
  std::set<std::string_view> names;
  for (const auto* t : items<T>(types)) {
    if (t->struct_size < size_1_0<T> || t->struct_size > types.item_size)
      return std::string("a ") + kind + " says that it is " + std::to_string(t->struct_size) + " bytes long";
    if (!t->name || !snake_case(text_of(t->name, longest_name + 1)))
      return std::string("a ") + kind + " has no name in snake_case";
    const std::string owner = std::string(kind) + " `" + t->name + "`";
    if (!names.insert(t->name).second) return owner + " is there twice";
    if (!function_of(*t)) return owner + " has no function `" + function + "`";
    if (auto wrong = wrong_options(t->options, owner); !wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace

std::string validate(const lsrun_plugin* p) {
  static const std::string nonsense =
      " (is it an lsrun plugin? Build it with the SDK, or fill lsrun_plugin_entry as <lsrun/abi.h> says)";
  if (!p) return "its entry is NULL" + nonsense;
  if (reinterpret_cast<std::uintptr_t>(p) % alignof(lsrun_plugin) != 0)
    return "its entry is at no valid address" + nonsense;
  if (p->magic != LSRUN_MAGIC) return "its entry does not begin as one of lsrun" + nonsense;
  if (auto wrong = wrong_version(*p); !wrong.empty()) return wrong;
  if (p->struct_size < size_1_0<lsrun_plugin> || p->struct_size > largest_item)
    return "its entry says that it is " + std::to_string(p->struct_size) + " bytes long" + nonsense;
  if (!p->name || text_of(p->name, longest_name + 1).empty() ||
      text_of(p->name, longest_name + 1).size() > longest_name)
    return "its entry has no name" + nonsense;
  if (!p->version) return "its entry has no version" + nonsense;
  std::string wrong = wrong_types<lsrun_scenario_type>(p->scenarios, "scenario", "create");
  if (wrong.empty()) wrong = wrong_types<lsrun_report_type>(p->reports, "report", "write");
  if (!wrong.empty()) return wrong + nonsense;
  if (p->scenarios.count + p->reports.count == 0) return "it offers neither a scenario nor a report";
  return "";
}

std::string validate(const lsrun_scenario& s) {
  if (s.struct_size < size_1_0<lsrun_scenario>)
    return "it filled in " + std::to_string(s.struct_size) + " bytes, fewer than a scenario has";
  if (!s.construct || !s.step || !s.destruct || !s.destroy) return "it left construct, step, destruct or destroy NULL";
  if (s.session_size > largest_session)
    return "a session of it would take " + std::to_string(s.session_size) + " bytes";
  if (s.session_align == 0 || (s.session_align & (s.session_align - 1)) != 0 || s.session_align > largest_align)
    return "its session_align is " + std::to_string(s.session_align) + ", which is no power of two up to 4096";
  return "";
}

}  // namespace lsrun::plugin
