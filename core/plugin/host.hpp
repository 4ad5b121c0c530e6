// The host's side of abi.h: the table of functions that plugins call, and the interface that a worker implements
// behind the opaque lsrun_session.
#pragma once

#include <lsrun/abi.h>

#include <string_view>
#include <thread>

// What a plugin holds as `lsrun_session *`: one session during one step. Implemented by run/; every function is
// called on the session's thread and means what lsrun_host says of it.
struct lsrun_session {
  virtual lsrun_status operation(std::string_view name, std::uint32_t& id) = 0;
  // Are method, target and headers those of a request that was taken before? Then they are not looked at again; http()
  // with this request comes next.
  virtual bool known_words(const lsrun_http_request&) { return false; }
  virtual lsrun_status http(const lsrun_http_request&, lsrun_op** op) = 0;
  virtual lsrun_status http_prepared(std::uint32_t id, std::string_view body, void* user, lsrun_op** op) = 0;
  virtual lsrun_status sleep(std::uint64_t span_ns, void* user, void (*done)(void*, lsrun_status) noexcept,
                             lsrun_op** op) = 0;
  virtual void cancel(lsrun_op*) = 0;
  virtual void info(lsrun_session_info&) noexcept = 0;
  virtual lsrun_status tenant_value(std::string_view key, lsrun_str& value) = 0;
  virtual lsrun_str next_message() = 0;
  virtual std::uint64_t random() = 0;
  virtual void add(std::uint32_t metric, std::int64_t value) noexcept = 0;
  virtual lsrun_status finish_step(lsrun_outcome, std::uint32_t flags, std::string_view text) = 0;

  // The thread of the session's first call through the host table; debug builds refuse calls from any other.
  std::thread::id session_thread;

 protected:
  ~lsrun_session() = default;
};

namespace lsrun::plugin {

// The table, filled. What it logs has no plugin's name; see host_for. reply_header reads reply->host_data as a `const
// transport::answer*`... through the function given to set_reply_header, so that this module does not depend on
// transport.
const lsrun_host& host();
// The same for one plugin: its log lines and those about its mistakes begin with its name. [thread-safe]
const lsrun_host& host_for(std::string_view plugin_name);
using reply_header_function = bool (*)(const void* host_data, std::string_view name, std::string_view& value);
void set_reply_header(reply_header_function);
// Where log lines go, "plugin_name: text"; nullptr: nowhere. Called on any thread. [main-thread]
using log_function = void (*)(lsrun_level, std::string_view text);
void set_log(log_function);
// Another clock than CLOCK_MONOTONIC for now_ns, for tests; nullptr: the clock. [main-thread]
using now_function = std::uint64_t (*)();
void set_now(now_function);

// Strings of the boundary.
inline std::string_view view(lsrun_str s) { return s.len == 0 ? std::string_view{} : std::string_view{s.ptr, s.len}; }
inline lsrun_str str(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace lsrun::plugin
