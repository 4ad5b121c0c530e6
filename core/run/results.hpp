// A run's directory, results/<name>-<UTC time>/, and what is kept in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "live/progress_line.hpp"
#include "model/result.hpp"
#include "run/prepare.hpp"

namespace lsrun::run {

// UTC now, as in reports: "2026-01-01T12:00:00.000Z"; as in names: "20260101T120000Z".
std::string utc_stamp();
std::string utc_for_names();

// Makes the directory of a run called `name` below `results`; one that exists already is not used again, a number is
// appended. The error says what could not be made and why.
model::result<std::filesystem::path> make_run_directory(const std::filesystem::path& results, const std::string& name);

// `directory` and those above it that do not exist yet, the lowest first.
std::vector<std::filesystem::path> missing_directories(const std::filesystem::path& directory);

// Takes back the directory of a run that was refused before its first request, with the files that lsrun put there,
// then those of `made` (lowest first) that are empty. Nothing is taken when it holds more than lsrun's own words about
// a run that was none: what a launched target wrote, or files of others. Returns whether the directory is gone. The log
// must be closed, a launched target stopped.
bool discard_run_directory(const std::filesystem::path& directory, const std::vector<std::filesystem::path>& made);

// Points `results`/latest at the run's directory, replacing the link in one step; a `latest` that is no link stays.
void link_latest(const std::filesystem::path& run_directory);

// Writes a whole file, or nothing: temporary name, fsync, rename, fsync of the
// directory. "" or what failed.
std::string write_file(const std::filesystem::path&, std::string_view content);

// Runs every writer over the document; `doing` is told which. Returns a sentence for each that failed; `files` gets
// what was written.
std::vector<std::string> write_reports(const std::vector<report_writer>&, std::string_view document,
                                       const std::filesystem::path& directory, std::vector<std::string>& files,
                                       live::progress_line& doing);

}  // namespace lsrun::run
