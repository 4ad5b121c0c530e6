// A run's directory, results/<name>-<UTC time>/, and what is kept in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/result.hpp"
#include "run/prepare.hpp"

namespace lsrun::run {

// UTC now, as in reports: "2026-01-01T12:00:00.000Z"; as in names: "20260101T120000Z".
std::string utc_stamp();
std::string utc_for_names();

// Makes the directory of a run called `name` below `results`; one that exists already is not used again, a number is
// appended. The error says what could not be made and why.
model::result<std::filesystem::path> make_run_directory(const std::filesystem::path& results, const std::string& name);

// Points `results`/latest at the run's directory, replacing the link in one step; a `latest` that is no link stays.
void link_latest(const std::filesystem::path& run_directory);

// Writes a whole file, or nothing: temporary name, fsync, rename. "" or what failed.
std::string write_file(const std::filesystem::path&, std::string_view content);

// Runs every writer over the document. Returns a sentence for each that failed; `files` gets what was written.
std::vector<std::string> write_reports(const std::vector<report_writer>&, std::string_view document,
                                       const std::filesystem::path& directory, std::vector<std::string>& files);

}  // namespace lsrun::run
