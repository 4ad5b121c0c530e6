// The format is line by line: comments, a legend, then tag, start, length, greatest value and the encoded histogram.
#include "metrics/histogram_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "metrics/appending.hpp"

namespace lsrun::metrics {

model::result<std::unique_ptr<histogram_log>> histogram_log::create(const std::string& path, double start_epoch_s,
                                                                    const registry& names) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return model::error{path + ": cannot be created: " + std::strerror(errno)};
  std::unique_ptr<histogram_log> log{new histogram_log(file, path, names)};
  char start[80];
  std::snprintf(start, sizeof start, "#[StartTime: %.3f (seconds since epoch)]\n", start_epoch_s);
  log->write(std::string("#[Response times in microseconds by operation]\n#[Histogram log format version 1.3]\n") +
             start + "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
  if (!log->error_.empty()) return model::error{log->error_};
  return log;
}

histogram_log::~histogram_log() { ::close(file_); }

void histogram_log::on_snapshot(const snapshot& s) { append(s.last); }

void histogram_log::append(const interval& i) {
  const auto operations = names_.operations();
  std::string lines;
  for (std::size_t id = 0; id < i.operations.size() && id < operations.size(); ++id) {
    const histogram& h = i.operations[id].response_time;
    if (h.empty()) continue;
    std::string tag = operations[id];
    for (char& c : tag)  // what separates fields has no place in a tag
      if (c == ',' || c == ' ' || c == '\r' || c == '\n') c = '_';
    char figures[96];
    std::snprintf(figures, sizeof figures, ",%.3f,%.3f,%.3f,", i.start_s, i.end_s - i.start_s,
                  static_cast<double>(h.max()) / 1e3);
    lines += "Tag=" + tag + figures + h.encode_base64() + "\n";
  }
  write(lines);
}

void histogram_log::write(std::string_view lines) {
  if (!error_.empty()) return;
  if (const std::string failed = append_whole(file_, lines); !failed.empty())
    error_ = path_ + ": the histograms end here: " + failed;
}

}  // namespace lsrun::metrics
