// Lines in, lines out; the fields of an interval are in interval_json.cpp.
#include "metrics/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "metrics/appending.hpp"
#include "metrics/interval_json.hpp"

namespace lsrun::metrics {
namespace {

namespace json = boost::json;

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

std::vector<std::string> texts_of(const json::value& v) {
  std::vector<std::string> texts;
  for (const auto& t : v.as_array()) texts.emplace_back(t.as_string());
  return texts;
}

constexpr std::array<std::string_view, 3> kind_names{"time", "count", "number"};

json::object to_json(const scenario_metric& m) {
  return {{"name", m.name}, {"unit", m.unit}, {"help", m.help}, {"kind", kind_names[static_cast<std::size_t>(m.kind)]}};
}

scenario_metric metric_from(const json::object& o) {
  scenario_metric m;
  m.name = o.at("name").as_string();
  m.unit = o.at("unit").as_string();
  m.help = o.at("help").as_string();
  for (std::size_t i = 0; i < kind_names.size(); ++i)
    if (o.at("kind").as_string() == kind_names[i]) m.kind = static_cast<metric_kind>(i);
  return m;
}

}  // namespace

journal_writer::journal_writer(int file, std::string path, const registry& names)
    : file_{file}, path_{std::move(path)}, names_{names} {}

journal_writer::~journal_writer() { ::close(file_); }

model::result<std::unique_ptr<journal_writer>> journal_writer::create(const std::string& path,
                                                                      std::string_view run_facts_json,
                                                                      const registry& names) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0)
    return model::error{path + ": the journal cannot be created: " + std::strerror(errno) +
                        "; choose another directory with [reports] directory"};
  std::unique_ptr<journal_writer> writer{new journal_writer(file, path, names)};
  json::object first{{"schema", journal_schema}, {"run", json::parse(run_facts_json)}};
  first["addresses"] = array_of(names.addresses);
  first["tenants"] = array_of(names.tenants);
  first["phases"] = array_of(names.phases);
  writer->write_line(json::serialize(first));
  if (!writer->error_.empty()) return model::error{writer->error_};
  return writer;
}

void journal_writer::on_snapshot(const snapshot& s) { append(s.last); }

void journal_writer::append(const interval& i) {
  json::object line = metrics::to_json(i);
  const auto operations = names_.operations();
  if (operations.size() > operations_written_) {
    line["new_operations"] = array_of({operations.begin() + operations_written_, operations.end()});
    operations_written_ = operations.size();
  }
  const auto metrics = names_.scenario_metrics();
  if (metrics.size() > metrics_written_) {
    json::array added;
    for (; metrics_written_ < metrics.size(); ++metrics_written_) added.push_back(to_json(metrics[metrics_written_]));
    line["new_metrics"] = std::move(added);
  }
  const auto series = names_.target_series();
  if (series.size() > series_written_) {
    line["new_target_series"] = array_of({series.begin() + static_cast<std::ptrdiff_t>(series_written_), series.end()});
    series_written_ = series.size();
  }
  write_line(json::serialize(line));
}

void journal_writer::end(std::string_view end_record_json) {
  write_line(json::serialize(json::object{{"end", json::parse(end_record_json)}}));
}

void journal_writer::write_line(std::string line) {
  if (!error_.empty()) return;
  line += '\n';
  if (const std::string failed = append_whole(file_, line); !failed.empty())
    error_ = path_ + ": the journal ends here: " + failed;
}

model::result<journal_reader> journal_reader::open(const std::string& path) {
  journal_reader reader;
  reader.path_ = path;
  reader.file_.open(path, std::ios::binary);
  if (!reader.file_) return model::error{path + ": the journal cannot be read: " + std::strerror(errno)};
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  reader.size_ = unknown ? 0 : size;
  std::string line;
  std::getline(reader.file_, line);
  reader.line_ = 1;
  reader.read_ = line.size() + 1;
  try {
    const json::value parsed = json::parse(line);
    const json::object& first = parsed.as_object();
    if (first.at("schema").as_string() != journal_schema)
      return model::error{path + ":1: the journal's schema is " + std::string(first.at("schema").as_string()) +
                          ", this lsrun reads " + std::string(journal_schema)};
    reader.facts_ = json::serialize(first.at("run"));
    reader.names_ = std::make_shared<registry>();
    reader.names_->addresses = texts_of(first.at("addresses"));
    reader.names_->tenants = texts_of(first.at("tenants"));
    reader.names_->phases = texts_of(first.at("phases"));
  } catch (const std::exception& fault) {
    return model::error{path + ":1: not a journal of lsrun: " + fault.what()};
  }
  return reader;
}

bool journal_reader::next(interval& into) {
  std::string line;
  while (std::getline(file_, line)) {
    ++line_;
    read_ += line.size() + 1;
    try {
      if (take_line(line, into)) return true;
    } catch (const std::exception&) {
      torn_ = file_.eof();  // no line end: the writer was cut off
      if (torn_) continue;
      if (damaged_++ == 0) first_damaged_ = line_;
    }
  }
  return false;
}

// True: an interval was read. False: it was the end record, or last words.
bool journal_reader::take_line(const std::string& line, interval& into) {
  const json::value parsed = json::parse(line);
  const json::object& o = parsed.as_object();
  if (const auto* end = o.if_contains("end")) {
    end_ = json::serialize(*end);
    return false;
  }
  if (const auto* words = o.if_contains("crash")) {
    crash_ = words->as_string();
    return false;
  }
  interval read = interval_from_json(o);
  const std::size_t phases = names_->phases.empty() ? 10000 : names_->phases.size();
  if (read.phase >= phases) throw std::runtime_error("no such phase");
  if (const auto* added = o.if_contains("new_operations"))
    for (const auto& name : added->as_array()) names_->operation(name.as_string());
  if (const auto* added = o.if_contains("new_metrics"))
    for (const auto& m : added->as_array()) names_->metric(metric_from(m.as_object()));
  if (const auto* added = o.if_contains("new_target_series"))
    for (const auto& text : added->as_array()) names_->target_series(text.as_string());
  into = std::move(read);
  return true;
}

std::string journal_reader::damage() const {
  std::string text;
  if (damaged_ > 0)
    text = path_ + ": " + (damaged_ == 1 ? "a line" : std::to_string(damaged_) + " lines") + " could not be read and " +
           (damaged_ == 1 ? "is left out: line " : "are left out, the first is line ") + std::to_string(first_damaged_);
  if (torn_) text += (text.empty() ? path_ + ": " : "; ") + std::string("the last line was cut off and is left out");
  return text;
}

}  // namespace lsrun::metrics
