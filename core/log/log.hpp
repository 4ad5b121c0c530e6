// lsrun's log: the file lsrun.log of a run's directory, and the terminal only if asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lsrun::log {

enum class level : std::uint8_t { debug, info, warning, error, off };

// Lines from `least` up go to this file from now on (appended; made if absent). Returns "" or why it cannot be opened;
// then all goes on as before. [main-thread]
std::string open(const std::filesystem::path& file, level least = level::info);
// Lines from `least` up go to standard error too; off at the start. [main-thread]
void to_terminal(level least);
// Every line goes through this first, also those of plugins: what takes the secrets out. Empty: lines go as they are.
// Called on any thread, also on several at once. [main-thread, before others write]
void set_filter(std::function<std::string(std::string)>);
// `hears` gets the text of every line from `least` up, on the thread that writes it; nullptr: nobody. It must not log.
// [main-thread]
void listen(level least, std::function<void(const std::string&)> hears);
// Writes out what is buffered and closes the file. [main-thread]
void close();

// One line: UTC time with milliseconds, level, text. Line breaks in `text` become spaces. [thread-safe]
void write(level, std::string_view text);
inline void debug(std::string_view text) { write(level::debug, text); }
inline void info(std::string_view text) { write(level::info, text); }
inline void warning(std::string_view text) { write(level::warning, text); }
inline void error(std::string_view text) { write(level::error, text); }

}  // namespace lsrun::log
