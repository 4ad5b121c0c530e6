// The words that scenarios and report writers share: outcomes, options, and what a constructor is given to read its
// options and to define operations and metrics.
#pragma once

#include <lsrun/abi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun {

using nanoseconds = std::chrono::nanoseconds;

// How a request or a step ended; the words of the report (abi.h says what each means).
enum class outcome : lsrun_outcome {
  ok = LSRUN_OUTCOME_OK,
  business_error = LSRUN_OUTCOME_BUSINESS_ERROR,
  rate_limited = LSRUN_OUTCOME_RATE_LIMITED,
  timeout = LSRUN_OUTCOME_TIMEOUT,
  connect_error = LSRUN_OUTCOME_CONNECT_ERROR,
  server_error = LSRUN_OUTCOME_SERVER_ERROR,
  client_error = LSRUN_OUTCOME_CLIENT_ERROR,
  protocol_error = LSRUN_OUTCOME_PROTOCOL_ERROR,
  cancelled = LSRUN_OUTCOME_CANCELLED,
  empty_poll = LSRUN_OUTCOME_EMPTY_POLL,
  plugin_fault = LSRUN_OUTCOME_PLUGIN_FAULT,
};
// Did it end well: ok, business_error or empty_poll?
constexpr bool well(outcome o) { return o == outcome::ok || o == outcome::business_error || o == outcome::empty_poll; }

// Thrown out of a co_await when lsrun ends the step (end of run, interrupt). Let it pass: catch it only to rethrow.
class cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "lsrun ended the step"; }
};

enum class level : lsrun_level {
  debug = LSRUN_LOG_DEBUG,
  info = LSRUN_LOG_INFO,
  warning = LSRUN_LOG_WARNING,
  error = LSRUN_LOG_ERROR,
};

namespace detail {
constexpr lsrun_str str(std::string_view s) noexcept { return {s.data(), s.size()}; }
constexpr std::string_view view(lsrun_str s) noexcept {
  return s.len ? std::string_view(s.ptr, s.len) : std::string_view();
}

// Writes a message into the other side's buffer, cut to its room between two UTF-8 characters.
inline void put_text(lsrun_text_out* out, std::string_view text) noexcept {
  if (!out || !out->ptr) return;
  std::size_t n = text.size();
  if (n > out->capacity) {
    n = out->capacity;
    while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0u) == 0x80u) --n;
  }
  for (std::size_t i = 0; i < n; ++i) out->ptr[i] = text[i];
  out->len = n;
}
}  // namespace detail

enum class type : lsrun_type {
  string = LSRUN_TYPE_STRING,
  integer = LSRUN_TYPE_INTEGER,
  number = LSRUN_TYPE_NUMBER,
  boolean = LSRUN_TYPE_BOOLEAN,
  duration = LSRUN_TYPE_DURATION,  // "500ms"
  ratio = LSRUN_TYPE_RATIO,        // "10%"
};

struct required_t {};
inline constexpr required_t required{};  // in place of a default: the config must set the option

// One option of a scenario or report writer: key, default (as in TOML, without quotes), one sentence of help, type.
// For strings, `choices` may list the allowed words: "poll|sse".
struct option {
  constexpr option(std::string_view key, std::string_view fallback, std::string_view help, type t = type::string,
                   std::string_view choices = "")
      : raw{detail::str(key),      static_cast<lsrun_type>(t), 0,
            detail::str(fallback), detail::str(help),          detail::str(choices)} {}
  constexpr option(std::string_view key, required_t, std::string_view help, type t = type::string,
                   std::string_view choices = "")
      : raw{detail::str(key), static_cast<lsrun_type>(t), 1, {nullptr, 0}, detail::str(help), detail::str(choices)} {}
  lsrun_option raw;
};

// A metric of the scenario's own, defined in its constructor.
class metric {
 public:
  metric() = default;  // adding to it does nothing
  explicit metric(std::uint32_t id) : id_(id) {}
  bool defined() const { return id_ != none; }
  std::uint32_t id() const { return id_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  std::uint32_t id_ = none;
};

// What a request is counted as and whose budgets it draws on: a name, or what setup::operation gave.
class operation {
 public:
  operation(const char* name) : name_(name) {}         // NOLINT: a name is an operation
  operation(std::string_view name) : name_(name) {}    // NOLINT
  operation(const std::string& name) : name_(name) {}  // NOLINT
  explicit operation(std::uint32_t id) : id_(id), known_(true) {}
  std::string_view name() const { return name_; }
  std::uint32_t id() const { return id_; }
  bool known() const { return known_; }

 private:
  std::string_view name_;
  std::uint32_t id_ = 0;
  bool known_ = false;
};

class prepared_request;
struct with;

// What a constructor is given: its options, and for scenarios what it may define. Valid during the constructor only.
class setup {
 public:
  setup(const lsrun_host* host, lsrun_setup* raw, bool classifies = false)
      : host_(host), raw_(raw), classifies_(classifies) {}

  // Options, by their declared type; asking for one that is not declared, or by another type, throws std::logic_error.
  std::string str(std::string_view key) const { return std::string(detail::view(value(key, type::string).string)); }
  std::int64_t integer(std::string_view key) const { return value(key, type::integer).integer; }
  double number(std::string_view key) const { return value(key, type::number).number; }
  bool boolean(std::string_view key) const { return value(key, type::boolean).boolean != 0; }
  nanoseconds duration(std::string_view key) const { return nanoseconds(value(key, type::duration).integer); }
  double ratio(std::string_view key) const { return value(key, type::ratio).number; }  // 0..1

  // An operation and the budgets of [limits] that it draws on; none given: the one of its own name.
  lsrun::operation operation(std::string_view name, std::initializer_list<std::string_view> budgets = {}) const {
    std::vector<lsrun_str> names;
    for (auto b : budgets) names.push_back(detail::str(b));
    std::uint32_t id = 0;
    check(host_->define_operation(raw_, detail::str(name), names.data(), names.size(), &id), "operation", name);
    return lsrun::operation(id);
  }

  // A request that will be made often, for client::send: all of it but its body (lsrun/prepared.hpp). Throws if it is
  // none that can be sent.
  prepared_request prepare(std::string_view method, std::string_view target, const lsrun::operation&) const;
  prepared_request prepare(std::string_view method, std::string_view target, const lsrun::operation&,
                           const with&) const;

  // Metrics: a distribution of spans; a sum; a distribution of whole numbers in `unit`.
  metric time_metric(std::string_view name, std::string_view help) const {
    return define(name, LSRUN_METRIC_TIME, "ms", help);
  }
  metric count_metric(std::string_view name, std::string_view help, std::string_view unit = "") const {
    return define(name, LSRUN_METRIC_COUNT, unit, help);
  }
  metric number_metric(std::string_view name, std::string_view help, std::string_view unit = "") const {
    return define(name, LSRUN_METRIC_NUMBER, unit, help);
  }

  void log(level l, std::string_view text) const { host_->log(static_cast<lsrun_level>(l), detail::str(text)); }
  const lsrun_host& host() const { return *host_; }

 private:
  lsrun_value value(std::string_view key, type wanted) const {
    lsrun_value v{};
    v.struct_size = sizeof v;
    if (host_->option(raw_, detail::str(key), &v) != LSRUN_OK)
      throw std::logic_error("the option `" + std::string(key) + "` is not declared");
    if (v.type != static_cast<lsrun_type>(wanted))
      throw std::logic_error("the option `" + std::string(key) + "` is read by another type than it is declared with");
    return v;
  }
  metric define(std::string_view name, lsrun_metric_kind kind, std::string_view unit, std::string_view help) const {
    std::uint32_t id = 0;
    check(host_->define_metric(raw_, detail::str(name), kind, detail::str(unit), detail::str(help), &id), "metric",
          name);
    return metric(id);
  }
  static void check(lsrun_status status, const char* what, std::string_view name) {
    if (status == LSRUN_OK) return;
    throw std::runtime_error(std::string("lsrun does not take the ") + what + " `" + std::string(name) +
                             (status == LSRUN_LIMIT ? "`: there are too many" : "`: see its log"));
  }
  const lsrun_host* host_;
  lsrun_setup* raw_;
  bool classifies_;  // the scenario has a word on each answer
};

namespace detail {

// The array of T::options for the tables of abi.h; empty if T has none.
template <class T>
constexpr lsrun_array options_of() {
  if constexpr (requires { T::options; })
    return {static_cast<const void*>(&T::options[0]), sizeof(T::options) / sizeof(option), sizeof(option)};
  else
    return {nullptr, 0, sizeof(option)};
}

}  // namespace detail
}  // namespace lsrun
