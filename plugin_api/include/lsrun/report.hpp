// A report writer as a C++ class behind the C tables of abi.h. A report writer is a class with
//   static constexpr auto name = "...", help = "...";
//   static constexpr lsrun::option options[] = {...};                     // may be absent: the table [reports.NAME]
//   explicit R(const lsrun::setup&);                                      // or R()
//   void write(const lsrun::report_input&, lsrun::report_output&);        // throw: the report failed, with its text
// and LSRUN_REPORT(R, "1.0.0") behind it. A file appears whole when it is closed, or not at all.
#pragma once

#include <exception>
#include <lsrun/plugin.hpp>
#include <utility>

namespace lsrun {

class report_input {
 public:
  explicit report_input(const lsrun_report_input& raw) : raw_(&raw) {}
  std::string_view document() const { return detail::view(raw_->document); }  // JSON, schema lsrun-report/1
  std::string_view schema() const { return detail::view(raw_->schema); }      // its JSON Schema

 private:
  const lsrun_report_input* raw_;
};

class report_output;

// A file being written. Closed by close(), or by its end of life; but left by an exception, it never appears.
class output_file {
 public:
  output_file(output_file&& other) noexcept
      : output_(std::exchange(other.output_, nullptr)), path_(std::move(other.path_)), unwinding_(other.unwinding_) {}
  output_file& operator=(output_file&&) = delete;
  ~output_file();
  // Throw std::runtime_error with the path.
  void write(std::string_view bytes);
  void close();

 private:
  friend class report_output;
  output_file(report_output& output, std::string_view path)
      : output_(&output), path_(path), unwinding_(std::uncaught_exceptions()) {}
  report_output* output_;  // nullptr: closed
  std::string path_;
  int unwinding_;
};

class report_output {
 public:
  explicit report_output(const lsrun_report_output& raw) : raw_(&raw) {}
  // Begins a file of the run's directory: a relative path without "..". One at a time. Throws std::runtime_error.
  output_file open(std::string_view path) {
    check(raw_->open(raw_->context, detail::str(path)), "open", path);
    return {*this, path};
  }
  // One whole file.
  void file(std::string_view path, std::string_view bytes) {
    auto f = open(path);
    f.write(bytes);
    f.close();
  }
  const std::string& failure() const { return failure_; }  // of a file that could not be closed at its end of life

 private:
  friend class output_file;
  static void check(lsrun_status status, const char* what, std::string_view path) {
    if (status != LSRUN_OK) throw std::runtime_error(std::string("cannot ") + what + " " + std::string(path));
  }
  const lsrun_report_output* raw_;
  std::string failure_;
};

inline void output_file::write(std::string_view bytes) {
  if (!output_) throw std::logic_error("the file " + path_ + " is closed");
  report_output::check(output_->raw_->write(output_->raw_->context, detail::str(bytes)), "write", path_);
}
inline void output_file::close() {
  if (!output_) return;
  const auto* raw = std::exchange(output_, nullptr)->raw_;
  report_output::check(raw->close(raw->context), "close", path_);
}
inline output_file::~output_file() {
  if (!output_ || std::uncaught_exceptions() > unwinding_) return;
  report_output& output = *output_;
  try {
    close();
  } catch (const std::exception& e) {
    output.failure_ = e.what();
  }
}

// For LSRUN_PLUGIN.
template <class R>
struct report_writer {
  template <class Type>
  static constexpr bool is = std::same_as<Type, lsrun_report_type>;
  static constexpr lsrun_report_type type() {
    return {sizeof(lsrun_report_type), 0, R::name, R::help, detail::options_of<R>(), &write};
  }

 private:
  static R make(const setup& s) {
    if constexpr (std::is_constructible_v<R, const setup&>)
      return R(s);
    else
      return R();
  }
  static lsrun_status write(const lsrun_host* host, lsrun_setup* raw, const lsrun_report_input* input,
                            const lsrun_report_output* output, lsrun_text_out* error) noexcept {
    try {
      R writer = make(setup(host, raw));
      report_output out(*output);
      writer.write(report_input(*input), out);
      if (out.failure().empty()) return LSRUN_OK;
      detail::put_text(error, out.failure());
    } catch (const std::exception& e) {
      detail::put_text(error, e.what());
    } catch (...) {
      detail::put_text(error, "the report writer threw something that is no std::exception");
    }
    return LSRUN_ERROR;
  }
};

}  // namespace lsrun

// A plugin that offers one report, under its name.
#define LSRUN_REPORT(R, version) LSRUN_PLUGIN(R::name, version, R::help, lsrun::report_writer<R>)
