// The files of a report: each appears whole when it is closed, or not at all.
#pragma once

#include <lsrun/abi.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun::plugin {

// The object behind lsrun_report_output. One file at a time; one thread. A file that was not closed is thrown away.
class report_files {
 public:
  explicit report_files(std::filesystem::path directory) : directory_(std::move(directory)) {}
  report_files(const report_files&) = delete;
  report_files& operator=(const report_files&) = delete;
  ~report_files() { discard(); }

  // Each returns false and sets error() when it fails.
  bool open(std::string_view path);
  bool write(std::string_view bytes);
  bool close();

  void discard();  // the file that is open, if any
  bool is_open() const { return file_ >= 0; }
  const std::string& path() const { return path_; }    // of the last file opened
  const std::string& error() const { return error_; }  // the last failure
  const std::vector<std::string>& written() const { return written_; }

 private:
  bool fail(std::string what);
  std::filesystem::path directory_, temporary_, final_;
  int file_ = -1;
  std::string path_, error_;
  std::vector<std::string> written_;
};

// Why a path may not be written inside a run's directory; "" if it may.
std::string wrong_with_path(std::string_view path);

}  // namespace lsrun::plugin
