// Is a file a shared object that this process can load? Looked at before dlopen, which runs code of the file and dies
// of one that is cut off.
#pragma once

#include <filesystem>
#include <string>

namespace lsrun::plugin {

// "" if it is a whole ELF shared object for this machine, else what it is instead. Reads the file's headers only.
std::string not_loadable(const std::filesystem::path&);

}  // namespace lsrun::plugin
