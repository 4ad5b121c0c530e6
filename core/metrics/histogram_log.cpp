// The format is line by line: comments, a legend, then tag, start, length, greatest value and the encoded histogram.
#include "metrics/histogram_log.hpp"

#include <cerrno>
#include <cstring>

namespace lsrun::metrics {

model::result<std::unique_ptr<histogram_log>> histogram_log::create(const std::string& path, double start_epoch_s,
                                                                    const registry& names) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (!file) return model::error{path + ": cannot be created: " + std::strerror(errno)};
  std::fprintf(file, "#[Response times in microseconds by operation]\n#[Histogram log format version 1.3]\n");
  std::fprintf(file, "#[StartTime: %.3f (seconds since epoch)]\n", start_epoch_s);
  std::fprintf(file, "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
  std::fflush(file);
  return std::unique_ptr<histogram_log>{new histogram_log(file, names)};
}

histogram_log::~histogram_log() { std::fclose(file_); }

void histogram_log::on_snapshot(const snapshot& s) { append(s.last); }

void histogram_log::append(const interval& i) {
  const auto operations = names_.operations();
  for (std::size_t id = 0; id < i.operations.size() && id < operations.size(); ++id) {
    const histogram& h = i.operations[id].response_time;
    if (h.empty()) continue;
    std::string tag = operations[id];
    for (char& c : tag)  // what separates fields has no place in a tag
      if (c == ',' || c == ' ' || c == '\r' || c == '\n') c = '_';
    std::fprintf(file_, "Tag=%s,%.3f,%.3f,%.3f,%s\n", tag.c_str(), i.start_s, i.end_s - i.start_s,
                 static_cast<double>(h.max()) / 1e3, h.encode_base64().c_str());
  }
  std::fflush(file_);
}

}  // namespace lsrun::metrics
