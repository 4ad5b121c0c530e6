// histograms.hlog: response times of every second and operation in HdrHistogram's log format 1.3, for its public tools.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/registry.hpp"
#include "metrics/snapshot.hpp"
#include "model/result.hpp"

namespace lsrun::metrics {

// Values are microseconds; each line carries its operation as Tag=NAME; Interval_Max is in milliseconds.
class histogram_log : public sink {
 public:
  // Creates the file. `start_epoch_s`: seconds since 1970 at run time 0. `names` outlives the log.
  static model::result<std::unique_ptr<histogram_log>> create(const std::string& path, double start_epoch_s,
                                                              const registry& names);
  ~histogram_log() override;
  histogram_log(const histogram_log&) = delete;
  histogram_log& operator=(const histogram_log&) = delete;

  void on_snapshot(const snapshot&) override;  // append(last)
  void append(const interval&);
  std::string error() const override { return error_; }  // why it ends before the run

 private:
  histogram_log(int file, std::string path, const registry& names)
      : file_{file}, path_{std::move(path)}, names_{names} {}
  void write(std::string_view lines);

  int file_;
  std::string path_, error_;
  const registry& names_;
};

}  // namespace lsrun::metrics
