#include "metrics/appending.hpp"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lsrun::metrics {

std::string append_whole(int file, std::string_view bytes) {
  const std::size_t all = bytes.size();
  const off_t before = ::lseek(file, 0, SEEK_END);
  while (!bytes.empty()) {  // a file takes all at once, unless the disk fills up
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const std::string why = written < 0 ? std::strerror(errno) : "nothing could be written";
      const bool taken_back = bytes.size() == all || (before >= 0 && ::ftruncate(file, before) == 0);
      return taken_back ? why : why + ", and its last line is torn";
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace lsrun::metrics
