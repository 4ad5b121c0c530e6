#include "plugin/loader.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <cstring>
#include <map>

#include "config/nearest.hpp"
#include "plugin/array.hpp"
#include "plugin/crash_note.hpp"
#include "plugin/elf.hpp"
#include "plugin/host.hpp"
#include "plugin/last_words.hpp"
#include "plugin/validate.hpp"

namespace lsrun::plugin {
namespace {

namespace fs = std::filesystem;
namespace dll = boost::dll;

// A table of an older minor version made up to this version's size: what it does not know is 0. Never freed, as the
// plugin itself is never unloaded.
template <class T>
const T* made_up(const T* table) {
  if (table->struct_size >= sizeof(T)) return table;
  auto* full = new T{};
  std::memcpy(static_cast<void*>(full), table, table->struct_size);
  return full;
}

// What the dynamic linker said, out of Boost.DLL's sentence around it.
std::string linker_words(std::string text) {
  constexpr std::string_view before = "dlerror system message: ", symbol = "undefined symbol: ";
  if (const auto at = text.find(before); at != std::string::npos) text.erase(0, at + before.size());
  if (const auto end = text.rfind("): "); end != std::string::npos) text.erase(end);
  if (const auto at = text.find(symbol); at != std::string::npos) {
    text.erase(0, at + symbol.size());
    return "it needs the symbol `" + text.substr(0, text.find_first_of(" ,(")) +
           "`, which nothing has: link it with the library that has it (of lsrun a plugin uses the SDK alone)";
  }
  return "the dynamic linker refuses it: " + text;
}

struct loaded_file {
  std::optional<library> made;
  std::string why;
};

loaded_file load_now(const fs::path& file) {
  if (auto wrong = not_loadable(file); !wrong.empty()) return {std::nullopt, wrong};
  const crash_note note("the plugin " + file.string() + ", while it was being loaded,");
  try {
    // Kept until the process ends, by intent: code and constants of it are pointed at from everywhere.
    static auto* kept = new std::vector<std::unique_ptr<dll::shared_library>>();
    const auto* object = kept->emplace_back(std::make_unique<dll::shared_library>(
                                                file, dll::load_mode::rtld_now | dll::load_mode::rtld_local))
                             .get();
    if (!object->has(LSRUN_ENTRY))
      return {std::nullopt,
              "it has no symbol `" LSRUN_ENTRY "`: it is no plugin of lsrun, or was linked without exporting it"};
    const auto& entry = object->get<const lsrun_plugin>(LSRUN_ENTRY);
    if (auto wrong = validate(&entry); !wrong.empty()) return {std::nullopt, wrong};
    know_code_of(entry);
    return {library{file, made_up(&entry)}, ""};
  } catch (const std::exception& e) {
    return {std::nullopt, linker_words(e.what())};
  }
}

template <class T>
struct kind_of;
template <>
struct kind_of<lsrun_scenario_type> {
  static constexpr const char *name = "scenario", *other = "report";
  static const lsrun_array& of(const lsrun_plugin& p) { return p.scenarios; }
  static const lsrun_array& others(const lsrun_plugin& p) { return p.reports; }
  using other_type = lsrun_report_type;
};
template <>
struct kind_of<lsrun_report_type> {
  static constexpr const char *name = "report", *other = "scenario";
  static const lsrun_array& of(const lsrun_plugin& p) { return p.reports; }
  static const lsrun_array& others(const lsrun_plugin& p) { return p.scenarios; }
  using other_type = lsrun_scenario_type;
};

template <class T>
const T* named(const lsrun_plugin& p, const std::string& name) {
  for (const auto* t : items<T>(kind_of<T>::of(p)))
    if (t->name == name) return made_up(t);
  return nullptr;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& w : words) text += (text.empty() ? "`" : ", `") + w + "`";
  return text;
}
std::string unfit(const fs::path& file, const std::string& why) {
  return "the plugin " + file.string() + " cannot be used: " + why;
}

}  // namespace

struct loader::impl {
  std::vector<fs::path> directories;

  // The shared objects of the directories, by name within each; of equal file names the first directory's.
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    std::vector<std::string> seen;
    for (const auto& d : directories) {
      std::vector<fs::path> here;
      std::error_code failed;
      for (fs::directory_iterator i(d, failed), end; !failed && i != end; i.increment(failed))
        if (i->path().extension() == ".so") here.push_back(i->path());
      std::sort(here.begin(), here.end());
      for (auto& f : here) {
        if (std::find(seen.begin(), seen.end(), f.filename().string()) != seen.end()) continue;
        seen.push_back(f.filename().string());
        all.push_back(std::move(f));
      }
    }
    return all;
  }

  template <class T>
  const T* by_path(const fs::path& file, const config::place& where, std::vector<problem>& problems) const {
    const auto refuse = [&](const std::string& why) {
      problems.push_back({unfit(file, why), where, true});
      return nullptr;
    };
    std::error_code failed;
    if (!fs::exists(file, failed)) return refuse("there is no such file");
    std::string why;
    const auto made = load(file, why);
    if (!made) return refuse(why);
    const auto types = items<T>(kind_of<T>::of(*made->entry));
    if (types.size() == 1) return made_up(types[0]);
    if (types.empty()) return refuse(std::string("it offers no ") + kind_of<T>::name);
    std::vector<std::string> names;
    for (const auto* t : types) names.emplace_back(t->name);
    return refuse(std::string("it offers more than one ") + kind_of<T>::name + " (" + listed(names) +
                  "): put its directory into plugins.path and name one of them");
  }

  template <class T>
  const T* by_name(const std::string& name, const config::place& where, std::vector<problem>& problems) const {
    std::error_code failed;
    for (const auto& d : directories) {
      const auto file = d / (name + ".so");
      if (!fs::exists(file, failed)) continue;
      std::string why;
      const auto made = load(file, why);
      if (!made) {
        problems.push_back({unfit(file, why), where, true});
        return nullptr;
      }
      if (const auto* type = named<T>(*made->entry, name)) return type;
    }
    std::vector<std::string> known, faulty;
    bool other = false;
    for (const auto& file : files()) {  // a file may offer several, under other names than its own
      std::string why;
      const auto made = load(file, why);
      if (!made) {
        faulty.push_back(file.filename().string());
        continue;
      }
      if (const auto* type = named<T>(*made->entry, name)) return type;
      for (const auto* t : items<T>(kind_of<T>::of(*made->entry))) known.emplace_back(t->name);
      other = other || named<typename kind_of<T>::other_type>(*made->entry, name) != nullptr;
    }
    problems.push_back({missing(kind_of<T>::name, name, known, faulty, other ? kind_of<T>::other : ""), where, true});
    return nullptr;
  }

  std::string missing(const std::string& kind, const std::string& name, const std::vector<std::string>& known,
                      const std::vector<std::string>& faulty, const std::string& other) const {
    std::string text = "there is no " + kind + " `" + name + "`";
    if (!other.empty()) text += " (there is a " + other + " of that name)";
    if (const auto near = config::nearest(name, known); !near.empty()) {
      text += "; did you mean `" + near + "`?";
    } else {
      text += known.empty() ? "; no plugin offers one" : "; there are " + listed(known);
    }
    text += "; looked in";
    for (const auto& d : directories) text += (&d == &directories.front() ? " " : ", ") + d.string();
    if (directories.empty()) text += " no directory: set plugins.path or LSRUN_PLUGIN_PATH";
    if (!faulty.empty()) text += "; unfit there: " + listed(faulty) + " (`lsrun plugins` says why)";
    return text;
  }

  template <class T>
  const T* find(const std::string& name, const config::place& where, std::vector<problem>& problems) const {
    const bool path = name.find('/') != std::string::npos || name.ends_with(".so");
    return path ? by_path<T>(name, where, problems) : by_name<T>(name, where, problems);
  }
};

loader::loader(std::vector<fs::path> directories) : impl_(std::make_shared<impl>()) {
  impl_->directories = std::move(directories);
}

std::vector<fs::path> loader::search_path(const std::vector<std::string>& from_config) {
  std::vector<fs::path> all(from_config.begin(), from_config.end());
  if (const char* more = std::getenv("LSRUN_PLUGIN_PATH")) {
    std::string_view rest = more;
    while (!rest.empty()) {
      const auto colon = rest.find(':');
      if (colon != 0) all.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    }
  }
  std::error_code failed;
  if (const auto program = fs::read_symlink("/proc/self/exe", failed); !failed) {
    all.push_back(program.parent_path() / "plugins");
    all.push_back((program.parent_path() / LSRUN_PLUGINS_FROM_BIN).lexically_normal());
  }
  std::vector<fs::path> once;
  for (auto& d : all) {
    const bool seen =
        std::any_of(once.begin(), once.end(), [&](const auto& o) { return o == d || fs::equivalent(o, d, failed); });
    if (!seen) once.push_back(std::move(d));
  }
  return once;
}

std::optional<library> loader::load(const fs::path& file, std::string& why) {
  static auto* known = new std::map<fs::path, loaded_file>();
  std::error_code failed;
  auto real = fs::canonical(file, failed);
  if (failed) real = fs::absolute(file, failed);
  auto at = known->find(real);
  if (at == known->end()) {
    auto now = load_now(real);
    if (!now.made) return why = now.why, std::nullopt;  // not kept: the file may be mended
    at = known->emplace(real, std::move(now)).first;
  }
  return library{file, at->second.made->entry};
}

const lsrun_scenario_type* loader::scenario(const std::string& name, const config::place& where,
                                            std::vector<problem>& problems) {
  return impl_->find<lsrun_scenario_type>(name, where, problems);
}
const lsrun_report_type* loader::report(const std::string& name, const config::place& where,
                                        std::vector<problem>& problems) {
  return impl_->find<lsrun_report_type>(name, where, problems);
}

std::vector<library> loader::all(std::vector<problem>& problems) {
  std::vector<library> good;
  for (const auto& file : impl_->files()) {
    std::string why;
    if (auto made = load(file, why))
      good.push_back(std::move(*made));
    else
      problems.push_back({unfit(file, why), {}, true});
  }
  return good;
}

}  // namespace lsrun::plugin
