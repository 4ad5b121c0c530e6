#include "run/results.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "plugin/report_files.hpp"
#include "report/accumulator.hpp"
#include "run/date_text.hpp"

namespace lsrun::run {

namespace fs = std::filesystem;

std::string utc_stamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  char fraction[8];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(ms));
  return date_text(seconds, zone::utc, "%Y-%m-%dT%H:%M:%S") + fraction;
}

std::string utc_for_names() { return date_text(std::time(nullptr), zone::utc, "%Y%m%dT%H%M%SZ"); }

model::result<fs::path> make_run_directory(const fs::path& results, const std::string& name) {
  std::error_code failed;
  fs::create_directories(results, failed);
  if (failed)
    return model::error{"the results directory " + results.string() + " cannot be made: " + failed.message() +
                        "; name another place with [reports] directory or -o"};
  const std::string base = name + "-" + utc_for_names();
  for (int n = 1; n < 1000; ++n) {
    const fs::path made = results / (n == 1 ? base : base + "-" + std::to_string(n));
    if (fs::create_directory(made, failed)) return made;
    if (failed)
      return model::error{made.string() + " cannot be made: " + failed.message() +
                          "; name another place with [reports] directory or -o"};
  }
  return model::error{"there are a thousand runs named " + base + " in " + results.string()};
}

std::vector<fs::path> missing_directories(const fs::path& directory) {
  std::vector<fs::path> missing;
  std::error_code failed;
  for (fs::path p = fs::absolute(directory, failed); !failed && !fs::exists(p, failed) && p.has_relative_path();
       p = p.parent_path())
    missing.push_back(p);
  return missing;
}

bool discard_run_directory(const fs::path& directory, const std::vector<fs::path>& made) {
  constexpr std::array<std::string_view, 4> own{"lsrun.log", "effective.toml", "journal.jsonl", "histograms.hlog"};
  std::error_code failed;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end; entry.increment(failed)) {
    const fs::path name = entry->path().filename();
    const bool empty_output = name == "target.log" && fs::file_size(entry->path(), failed) == 0;
    if (!empty_output && std::find(own.begin(), own.end(), name) == own.end()) return false;
    files.push_back(entry->path());
  }
  if (failed) return false;
  for (const fs::path& file : files) fs::remove(file, failed);
  if (!fs::remove(directory, failed)) return false;  // only if it is empty
  for (const fs::path& above : made)
    if (!fs::remove(above, failed)) break;
  return true;
}

void link_latest(const fs::path& directory) {
  const fs::path link = directory.parent_path() / "latest";
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(link, ignored)) && !fs::is_symlink(fs::symlink_status(link, ignored))) return;
  const fs::path fresh = directory.parent_path() / (".latest-" + std::to_string(getpid()));
  fs::create_symlink(directory.filename(), fresh, ignored);
  fs::rename(fresh, link, ignored);
}

std::string write_file(const fs::path& path, std::string_view content) {
  plugin::report_files files(path.parent_path());
  return files.open(path.filename().string()) && files.write(content) && files.close() ? "" : files.error();
}

std::vector<std::string> write_reports(const std::vector<report_writer>& writers, std::string_view document,
                                       const fs::path& directory, std::vector<std::string>& files,
                                       live::progress_line& doing) {
  std::vector<std::string> failures;
  for (std::size_t n = 0; n < writers.size(); ++n) {
    const report_writer& w = writers[n];
    doing.at({}, w.name + ", " + std::to_string(n + 1) + " of " + std::to_string(writers.size()));
    const std::string failed = plugin::write_report(*w.type, *w.options, document, report::schema(), directory, files);
    if (!failed.empty()) failures.push_back("report `" + w.name + "`: " + failed);
  }
  return failures;
}

}  // namespace lsrun::run
