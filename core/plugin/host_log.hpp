// Whose table a call came through, and the log lines that say so. A plugin has a table of its own, because nothing in a
// call to lsrun_host.log says whose it is.
#pragma once

#include <lsrun/abi.h>

#include <cstddef>
#include <string_view>

namespace lsrun::plugin {

// Slot 0 has no name; plugins beyond the last slot share it.
inline constexpr std::size_t slots = 32;

// The slot of a plugin, given now if it has none. [thread-safe]
std::size_t slot_of(std::string_view plugin_name);

// A line under the name of the slot's plugin. [thread-safe]
void write_log(std::size_t slot, lsrun_level, std::string_view text) noexcept;

// The plugin broke the contract in this function of lsrun_host: logged, at most 100 times a plugin, since one that is
// wrong is wrong at every call. Returns LSRUN_BAD_ARGUMENT. [thread-safe]
lsrun_status complain(std::size_t slot, const char* function, std::string_view what) noexcept;

}  // namespace lsrun::plugin
