// The run's journal: one line of JSON a second with everything that was counted, so that the report can be made again
// from it, also when lsrun was killed. First line: what ran and the names behind the ids; last line: how it ended.
#pragma once

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/interval.hpp"
#include "metrics/registry.hpp"
#include "metrics/snapshot.hpp"
#include "model/result.hpp"

namespace lsrun::metrics {

inline constexpr std::string_view journal_schema = "lsrun-journal/1";

// Writes a journal. Each line goes to the file by one write(), complete with its line end, so that a kill loses at
// most the line under way. One thread.
class journal_writer : public sink {
 public:
  // Creates the file (an existing one is an error: a journal is never overwritten) and writes the first line.
  // `run_facts_json` is a JSON object. `names` outlives the writer.
  static model::result<std::unique_ptr<journal_writer>> create(const std::string& path, std::string_view run_facts_json,
                                                               const registry& names);
  ~journal_writer() override;
  journal_writer(const journal_writer&) = delete;
  journal_writer& operator=(const journal_writer&) = delete;

  void on_snapshot(const snapshot&) override;  // append(last)
  void append(const interval&);
  // The last line: how the run ended, a JSON object.
  void end(std::string_view end_record_json);
  int file() const { return file_; }  // for a line written by other means when the process dies
  // "" as long as all was written, else why the first failed write failed; nothing is written after that.
  std::string error() const override { return error_; }

 private:
  journal_writer(int file, std::string path, const registry& names);
  void write_line(std::string line);

  int file_;
  std::string path_;
  const registry& names_;
  std::size_t operations_written_ = 0, metrics_written_ = 0, series_written_ = 0;
  std::string error_;
};

// Reads a journal, one interval at a time.
class journal_reader {
 public:
  static model::result<journal_reader> open(const std::string& path);

  const std::string& run_facts_json() const { return facts_; }
  // Grows while intervals are read: operations and metrics are named where they first appear.
  std::shared_ptr<const registry> names() const { return names_; }
  // The next interval; false when there is none. A line that cannot be read is left out and counted.
  bool next(interval& into);
  // How much of it was read, 0..1; nullopt where its size is not known.
  std::optional<double> share() const {
    return size_ > 0 ? std::optional(static_cast<double>(read_) / static_cast<double>(size_)) : std::nullopt;
  }
  std::uint64_t size() const { return size_; }  // bytes, when it was opened
  // After the last interval: the end record, "" if the run was cut off before it was written.
  const std::string& end_record_json() const { return end_; }
  // What the process said when it died of a signal; "" if it did not, or could not.
  const std::string& crash() const { return crash_; }
  // "" or a sentence about lines that could not be read.
  std::string damage() const;
  // Are whole lines unreadable? A last line that was cut off is none: its second was not over.
  bool has_gaps() const { return damaged_ > 0; }

 private:
  journal_reader() = default;
  bool take_line(const std::string& line, interval& into);

  std::ifstream file_;
  std::string path_, facts_, end_, crash_;
  std::shared_ptr<registry> names_;
  std::size_t line_ = 0, damaged_ = 0, first_damaged_ = 0;
  std::uint64_t size_ = 0, read_ = 0;  // bytes
  bool torn_ = false;
};

}  // namespace lsrun::metrics
