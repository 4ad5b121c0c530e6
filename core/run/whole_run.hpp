// Everything of one run that lives from the first line to the last: its stations before the load, the load, its
// reports.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/progress_line.hpp"
#include "metrics/journal.hpp"
#include "report/accumulator.hpp"
#include "run/prepare.hpp"
#include "run/process_watch.hpp"
#include "run/resolve.hpp"
#include "run/run.hpp"
#include "run/target_process.hpp"

namespace lsrun::run {

namespace fs = std::filesystem;

// The end of a run before its first request, with what to say and how to exit.
struct refusal {
  int exit_code;
  std::string text;
};

class whole_run {
 public:
  whole_run(prepared all, const options& o) : all_(std::move(all)), shared_(*all_.shared), options_(o) {}

  int go();
  bool left_behind() const { return left_behind_; }

 private:
  void open_directory();
  void start_target();
  void find_target();
  void find_metrics();
  void look_before();
  void watch_target_process();
  report::ending load();
  int write(const report::ending&);
  int refused(int exit_code, const std::string& text);
  void look_for_signal() const;
  // What is being done now, for the user if it takes long; "": nothing of that kind.
  void now_doing(const std::string& what) {
    doing_.reset();
    if (!what.empty()) doing_ = std::make_unique<live::progress_line>(options_.quiet > 0, what);
  }
  void say(const std::string& text) const;

  prepared all_;
  shared& shared_;
  const options& options_;
  fs::path directory_;
  std::vector<fs::path> made_;  // directories above it that there were not before
  bool begun_ = false;          // requests may have been sent
  std::unique_ptr<target_process> launched_;
  std::unique_ptr<process_watch> found_;
  process_watch* watched_ = nullptr;
  bool health_known_ = false;
  std::optional<probe_settings> metrics_from_;
  bool left_behind_ = false;  // a worker's thread still runs, held by a plugin
  std::unique_ptr<report::accumulator> accumulator_;
  std::unique_ptr<metrics::journal_writer> journal_;
  std::unique_ptr<live::progress_line> doing_;
};

// Who runs what, as the journal and the report tell it.
report::run_facts facts_of(const shared&, const options&);

}  // namespace lsrun::run
