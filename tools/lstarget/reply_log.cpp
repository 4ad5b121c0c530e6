#include "reply_log.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace lstarget {

reply_log::reply_log(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
  if (!file_) throw std::runtime_error("--log: " + path + " cannot be made: " + std::strerror(errno));
  std::fputs("operation,session,status,arrived_ns,due_ns,replied_ns,drawn_ns,traceparent\n", file_.get());
}

void reply_log::add(const logged_reply& r) {
  const auto shown = [](const std::string& text) {
    return text.find_first_of(",\"\r\n") == std::string::npos ? text.c_str() : "";
  };
  const std::lock_guard lock(guard_);
  std::fprintf(file_.get(), "%s,%s,%d,%lld,%lld,%lld,%lld,%s\n", std::string(name(r.what)).c_str(), shown(r.session),
               r.status, static_cast<long long>(r.arrived), static_cast<long long>(r.due),
               static_cast<long long>(r.replied), static_cast<long long>(r.drawn), shown(r.traceparent));
}

void reply_log::flush() {
  const std::lock_guard lock(guard_);
  std::fflush(file_.get());
}

}  // namespace lstarget
