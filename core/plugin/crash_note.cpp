#include "plugin/crash_note.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace lsrun::plugin {
namespace {

char note[1024];
std::size_t note_size = 0;

// Only what a signal handler may call.
void say(int) {
  std::size_t done = 0;
  while (done < note_size) {
    const auto n = ::write(STDERR_FILENO, note + done, note_size - done);
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
}

}  // namespace

crash_note::crash_note(const std::string& doing) {
  const auto text = "lsrun: " + doing + " crashed; this is a fault of the plugin\n";
  note_size = std::min(text.size(), sizeof note);
  std::memcpy(note, text.data(), note_size);
  before_ = crash::set(crash::place::words, say);
}

crash_note::~crash_note() {
  crash::set(crash::place::words, before_);
  note_size = 0;
}

}  // namespace lsrun::plugin
