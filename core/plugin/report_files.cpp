#include "plugin/report_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "plugin/crash_note.hpp"
#include "plugin/host.hpp"
#include "plugin/setup.hpp"

namespace lsrun::plugin {
namespace {

namespace fs = std::filesystem;

std::string reason() { return std::strerror(errno); }

// A name in a directory is on the disk when the directory is.
bool sync_directory(const fs::path& directory) {
  const int d = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (d < 0) return false;
  const bool well = ::fsync(d) == 0 || errno == EINVAL;  // EINVAL: the file system has no such thing
  const int why = errno;
  ::close(d);
  errno = why;
  return well;
}

}  // namespace

std::string wrong_with_path(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.size() > 255) return "it is longer than 255 bytes";
  if (path.front() == '/') return "it is not relative to the run's directory";
  if (path.back() == '/') return "it names no file";
  for (const unsigned char c : path)
    if (c < 0x20 || c == 0x7f) return "it has a control character in it";
  while (true) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return "it has an empty part, `.` or `..` in it";
    if (slash == std::string_view::npos) return "";
    path.remove_prefix(slash + 1);
  }
}

bool report_files::fail(std::string what) {
  error_ = std::move(what);
  return false;
}

bool report_files::open(std::string_view path) {
  if (is_open()) return fail("cannot begin " + std::string(path) + " while " + path_ + " is being written");
  if (const auto wrong = wrong_with_path(path); !wrong.empty())
    return fail("cannot write \"" + std::string(path) + "\": " + wrong);
  path_ = path;
  final_ = directory_ / path_;
  temporary_ = final_.parent_path() / ("." + final_.filename().string() + ".tmp-" + std::to_string(::getpid()));
  std::error_code failed;
  fs::create_directories(final_.parent_path(), failed);
  if (failed) return fail("cannot make the directory " + final_.parent_path().string() + ": " + failed.message());
  ::unlink(temporary_.c_str());
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  return file_ >= 0 || fail("cannot write " + final_.string() + ": " + reason());
}

bool report_files::write(std::string_view bytes) {
  if (!is_open()) return fail("a report wrote without a file being open");
  while (!bytes.empty()) {
    const auto n = ::write(file_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      fail("cannot write " + final_.string() + ": " + reason());
      discard();  // whatever the writer makes of it, this file is not to appear
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool report_files::close() {
  if (!is_open()) return fail("a report closed a file that is not open");
  bool well = ::fsync(file_) == 0;
  if (!well) fail("cannot write " + final_.string() + ": " + reason());
  if (::close(std::exchange(file_, -1)) != 0 && well) well = fail("cannot write " + final_.string() + ": " + reason());
  if (well && (::rename(temporary_.c_str(), final_.c_str()) != 0 || !sync_directory(final_.parent_path())))
    well = fail("cannot put " + final_.string() + " in place: " + reason());
  if (!well) {
    ::unlink(temporary_.c_str());
    return false;
  }
  written_.push_back(path_);
  return true;
}

void report_files::discard() {
  if (!is_open()) return;
  ::close(std::exchange(file_, -1));
  ::unlink(temporary_.c_str());
}

namespace {

lsrun_status answer(bool well, const report_files& files) {
  if (well) return LSRUN_OK;
  host().log(LSRUN_LOG_ERROR, str(files.error()));
  return LSRUN_ERROR;
}
template <class Call>
lsrun_status on(void* context, Call call) noexcept {
  if (!context) return LSRUN_BAD_ARGUMENT;
  auto& files = *static_cast<report_files*>(context);
  try {
    return answer(call(files), files);
  } catch (const std::exception&) {
    return LSRUN_ERROR;
  }
}

lsrun_report_output output_of(report_files& files) {
  lsrun_report_output out{};
  out.struct_size = sizeof out;
  out.context = &files;
  out.open = [](void* c, lsrun_str path) noexcept { return on(c, [&](auto& f) { return f.open(view(path)); }); };
  out.write = [](void* c, lsrun_str bytes) noexcept { return on(c, [&](auto& f) { return f.write(view(bytes)); }); };
  out.close = [](void* c) noexcept { return on(c, [](auto& f) { return f.close(); }); };
  return out;
}

using throwing_write = lsrun_status (*)(const lsrun_host*, lsrun_setup*, const lsrun_report_input*,
                                        const lsrun_report_output*, lsrun_text_out*);  // as in create.cpp

// "" or why the writer says that it failed.
std::string call(const lsrun_report_type& type, lsrun_setup& setup, const lsrun_report_input& input,
                 const lsrun_report_output& output) {
  char room[1024];
  lsrun_text_out error{room, sizeof room, 0};
  const crash_note note("the report `" + std::string(type.name) + "`, while it was being written,");
  try {
    const throwing_write write = type.write;
    if (write(&host_for(type.name), &setup, &input, &output, &error) == LSRUN_OK) return "";
  } catch (const std::exception& e) {
    return std::string("it threw across the boundary: ") + e.what();
  } catch (...) {
    return "it threw across the boundary";
  }
  const std::string text(room, std::min(error.len, sizeof room));
  return text.empty() ? "it gave no reason" : text;
}

}  // namespace

std::string write_report(const lsrun_report_type& type, const setup& options, std::string_view document,
                         std::string_view schema, const fs::path& directory, std::vector<std::string>& files) {
  report_files sink(directory);
  lsrun_setup setup;
  setup.options = &options;
  const lsrun_report_input input{sizeof input, 0, str(document), str(schema)};
  const auto output = output_of(sink);
  auto failure = call(type, setup, input, output);
  // The system's own words say more than the writer's.
  if (!failure.empty() && !sink.error().empty()) failure = sink.error();
  if (failure.empty() && sink.is_open())
    failure = "it did not close " + sink.path() + ", which is therefore not written";
  files.insert(files.end(), sink.written().begin(), sink.written().end());
  return failure.empty() ? "" : "the report `" + std::string(type.name) + "` failed: " + failure;
}

}  // namespace lsrun::plugin
