// What a plugin says of itself, looked at before any of it is used.
#pragma once

#include <lsrun/abi.h>

#include <string>

namespace lsrun::plugin {

// "" if every table of the entry can be used by this lsrun, else what is wrong and what to do, without the file's name.
// Reads the entry and its tables, calls nothing; pointers in them are taken for good if they are not null.
std::string validate(const lsrun_plugin*);

// What is wrong with a scenario that create filled in; "" if nothing.
std::string validate(const lsrun_scenario&);

}  // namespace lsrun::plugin
