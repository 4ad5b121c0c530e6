#include "reply_log.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace lstarget {

reply_log::reply_log(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
  if (!file_) throw std::runtime_error("--log: " + path + " cannot be made: " + std::strerror(errno));
  std::fputs("operation,session,status,arrived_ns,due_ns,replied_ns,drawn_ns\n", file_.get());
}

void reply_log::add(const logged_reply& r) {
  const bool plain = r.session.find_first_of(",\"\r\n") == std::string::npos;
  const std::lock_guard lock(guard_);
  std::fprintf(file_.get(), "%s,%s,%d,%lld,%lld,%lld,%lld\n", std::string(name(r.what)).c_str(),
               plain ? r.session.c_str() : "", r.status, static_cast<long long>(r.arrived),
               static_cast<long long>(r.due), static_cast<long long>(r.replied), static_cast<long long>(r.drawn));
}

void reply_log::flush() {
  const std::lock_guard lock(guard_);
  std::fflush(file_.get());
}

}  // namespace lstarget
