// `lsrun new scenario|report NAME DIR`: a plugin project that builds with one command.
#pragma once

#include <filesystem>
#include <string>

namespace lsrun::cli {

// Writes CMakeLists.txt, NAME.cpp and README.md into `directory`, which is made if it is not there. Refuses a `kind`
// other than scenario and report, a name that is no snake_case word, and to overwrite a file; then nothing is written.
// Says on standard output what to do next. Returns the process's exit code. [main-thread]
int new_project(const std::string& kind, const std::string& name, const std::filesystem::path& directory);

}  // namespace lsrun::cli
