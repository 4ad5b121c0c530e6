// Bytes as a file, for readers that want a path: a nameless file in memory, gone with the object.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace lsrun::test {

class as_file {
 public:
  explicit as_file(std::string_view bytes) : file_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (file_ < 0 || ::write(file_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      std::perror("memfd_create");
      std::abort();
    }
  }
  ~as_file() { ::close(file_); }
  as_file(const as_file&) = delete;
  as_file& operator=(const as_file&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

}  // namespace lsrun::test
