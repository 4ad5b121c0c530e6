#include "plugin/host.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "metrics/registry.hpp"
#include "plugin/host_log.hpp"
#include "plugin/request_check.hpp"
#include "plugin/setup.hpp"
#include "time/clock.hpp"

namespace lsrun::plugin {
namespace {

std::atomic<reply_header_function> reply_header_of{nullptr};
std::atomic<now_function> now_of{nullptr};

// nullptr: this thread may call functions of the session.
const char* wrong_session([[maybe_unused]] lsrun_session* s) noexcept {
  if (!s) return "the session is NULL";
#ifndef NDEBUG
  if (s->session_thread == std::thread::id()) s->session_thread = std::this_thread::get_id();
  if (s->session_thread != std::this_thread::get_id()) return "called on another thread than the session's";
#endif
  return nullptr;
}
const char* wrong_setup([[maybe_unused]] const lsrun_setup* s) noexcept {
  if (!s) return "the setup is NULL";
#ifndef NDEBUG
  if (s->thread != std::this_thread::get_id()) return "called on another thread than that of create or write";
#endif
  return nullptr;
}

bool bad_text(lsrun_str s) { return s.len > 0 && !s.ptr; }
const char* wrong_name(lsrun_str s) {
  if (s.len == 0 || !s.ptr) return "a name is empty";
  if (s.len > 100) return "a name is longer than 100 bytes";
  for (const unsigned char c : view(s))
    if (c <= 0x20 || c == 0x7f || c == '"' || c == '`')
      return "a name has a blank, a quote or a control character in it";
  return nullptr;
}

// Fills the room of a struct of the plugin's, which may be an older and smaller one.
template <class T>
void fill(T* out, T full) {
  full.struct_size = out->struct_size;
  std::memcpy(static_cast<void*>(out), &full, std::min<std::size_t>(out->struct_size, sizeof full));
}

lsrun_status option(std::size_t slot, lsrun_setup* setup, lsrun_str key, lsrun_value* out) {
  if (const auto* wrong = wrong_setup(setup)) return complain(slot, "option", wrong);
  if (!out || bad_text(key)) return complain(slot, "option", "key or out is NULL");
  if (out->struct_size < sizeof out->struct_size) return complain(slot, "option", "out->struct_size is not set");
  const auto* found = setup->options ? setup->options->find(view(key)) : nullptr;
  if (!found) return LSRUN_NOT_FOUND;
  fill(out, found->value);
  return LSRUN_OK;
}

lsrun_status define_operation(std::size_t slot, lsrun_setup* setup, lsrun_str name, const lsrun_str* budgets,
                              std::size_t count, std::uint32_t* id) {
  constexpr auto here = "define_operation";
  if (const auto* wrong = wrong_setup(setup)) return complain(slot, here, wrong);
  if (!setup->names || !setup->operations) return complain(slot, here, "only a scenario's create may define");
  if (const auto* wrong = wrong_name(name)) return complain(slot, here, wrong);
  if (!id || (count > 0 && !budgets)) return complain(slot, here, "id or budgets is NULL");
  defined_operation one{0, std::string(view(name)), {}};
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto* wrong = wrong_name(budgets[i])) return complain(slot, here, wrong);
    one.budgets.emplace_back(view(budgets[i]));
  }
  if (one.budgets.empty()) one.budgets.push_back(one.name);
  for (const auto& other : *setup->operations) {
    if (other.name != one.name) continue;
    if (other.budgets != one.budgets) return complain(slot, here, "defined twice, with other budgets: " + one.name);
    *id = other.id;
    return LSRUN_OK;
  }
  const auto given = setup->names->operation(one.name);
  if (!given) return LSRUN_LIMIT;
  *id = one.id = *given;
  setup->operations->push_back(std::move(one));
  return LSRUN_OK;
}

lsrun_status define_metric(std::size_t slot, lsrun_setup* setup, lsrun_str name, lsrun_metric_kind kind, lsrun_str unit,
                           lsrun_str help, std::uint32_t* id) {
  constexpr auto here = "define_metric";
  if (const auto* wrong = wrong_setup(setup)) return complain(slot, here, wrong);
  if (!setup->names) return complain(slot, here, "only a scenario's create may define");
  if (const auto* wrong = wrong_name(name)) return complain(slot, here, wrong);
  if (!id || bad_text(unit) || bad_text(help)) return complain(slot, here, "id, unit or help is NULL");
  if (kind > LSRUN_METRIC_NUMBER) return complain(slot, here, "unknown kind");
  const auto given = setup->names->metric({std::string(view(name)), std::string(view(unit)), std::string(view(help)),
                                           static_cast<metrics::metric_kind>(kind)});
  if (!given) return LSRUN_LIMIT;
  *id = *given;
  return LSRUN_OK;
}

lsrun_status operation(std::size_t slot, lsrun_session* s, lsrun_str name, std::uint32_t* id) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "operation", wrong);
  if (const auto* wrong = wrong_name(name)) return complain(slot, "operation", wrong);
  if (!id) return complain(slot, "operation", "id is NULL");
  return s->operation(view(name), *id);
}

const char* wrong_with(const lsrun_http_request& q, lsrun_session* s) {
  if (const char* wrong = wrong_with_parts(q)) return wrong;
  return s->known_words(q) ? nullptr : wrong_with_words(q);
}

lsrun_status http(std::size_t slot, lsrun_session* s, const lsrun_http_request* request, lsrun_op** op) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "http", wrong);
  if (!request) return complain(slot, "http", "the request is NULL");
  if (request->struct_size < size_1_0<lsrun_http_request>)
    return complain(slot, "http", "request->struct_size is too small");
  if (const auto* wrong = wrong_with(*request, s)) return complain(slot, "http", wrong);
  lsrun_status status = LSRUN_OK;
  if (request->struct_size < sizeof *request) {  // of an older minor version: what it lacks is 0
    lsrun_http_request full{};
    std::memcpy(static_cast<void*>(&full), request, request->struct_size);
    full.struct_size = sizeof full;
    status = s->http(full, op);
  } else {
    status = s->http(*request, op);
  }
  if (status == LSRUN_BAD_ARGUMENT) complain(slot, "http", "the operation's id is unknown, or the step is over");
  return status;
}

lsrun_status prepare(std::size_t slot, lsrun_setup* setup, const lsrun_http_request* request, std::uint32_t* id) {
  constexpr auto here = "prepare";
  if (const auto* wrong = wrong_setup(setup)) return complain(slot, here, wrong);
  if (!setup->names || !setup->prepared) return complain(slot, here, "only a scenario's create may prepare");
  if (!request || !id) return complain(slot, here, "request or id is NULL");
  if (request->struct_size < size_1_0<lsrun_http_request>)
    return complain(slot, here, "request->struct_size is too small");
  if (const char* wrong = wrong_with_parts(*request)) return complain(slot, here, wrong);
  if (const char* wrong = wrong_with_words(*request)) return complain(slot, here, wrong);
  if (request->operation >= setup->names->operations().size())
    return complain(slot, here, "the operation's id is unknown");
  if (setup->prepared->size() >= most_prepared) return LSRUN_LIMIT;
  setup->prepared->push_back(std::make_unique<prepared_request>(*request));
  *id = static_cast<std::uint32_t>(setup->prepared->size() - 1);
  return LSRUN_OK;
}

[[gnu::always_inline]] inline lsrun_status http_prepared(std::size_t slot, lsrun_session* s, std::uint32_t id,
                                                         lsrun_str body, void* user, lsrun_op** op) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "http_prepared", wrong);
  if (bad_text(body)) return complain(slot, "http_prepared", "a text is NULL");
  const auto status = s->http_prepared(id, {body.ptr, body.len}, user, op);
  if (status == LSRUN_BAD_ARGUMENT) return complain(slot, "http_prepared", "no request was prepared under this id");
  return status;
}

lsrun_status sleep(std::size_t slot, lsrun_session* s, std::uint64_t span, void* user,
                   void (*done)(void*, lsrun_status) noexcept, lsrun_op** op) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "sleep", wrong);
  if (!done) return complain(slot, "sleep", "done is NULL");
  const auto status = s->sleep(span, user, done, op);
  if (status == LSRUN_BAD_ARGUMENT) complain(slot, "sleep", "the step is over");
  return status;
}

lsrun_status reply_header(std::size_t slot, const lsrun_http_reply* reply, lsrun_str name, lsrun_str* value) {
  if (!reply || !value || bad_text(name)) return complain(slot, "reply_header", "reply, name or value is NULL");
  const auto get = reply_header_of.load(std::memory_order_relaxed);
  std::string_view found;
  if (!get || !reply->host_data || !get(reply->host_data, view(name), found)) return LSRUN_NOT_FOUND;
  *value = str(found);
  return LSRUN_OK;
}

lsrun_status tenant_value(std::size_t slot, lsrun_session* s, lsrun_str key, lsrun_str* value) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "tenant_value", wrong);
  if (!value || bad_text(key)) return complain(slot, "tenant_value", "key or value is NULL");
  return s->tenant_value(view(key), *value);
}

[[gnu::noinline, gnu::cold]] lsrun_status finish_unknown(std::size_t slot, lsrun_session* s, std::uint32_t flags) {
  complain(slot, "finish_step", "unknown outcome");
  return s->finish_step(LSRUN_OUTCOME_PLUGIN_FAULT, flags, "the plugin ended the step with an unknown outcome");
}
[[gnu::always_inline]] inline lsrun_status finish_step(std::size_t slot, lsrun_session* s, lsrun_outcome outcome,
                                                       std::uint32_t flags, lsrun_str text) {
  if (const auto* wrong = wrong_session(s)) return complain(slot, "finish_step", wrong);
  if (outcome >= LSRUN_OUTCOME_COUNT) [[unlikely]]
    return finish_unknown(slot, s, flags);
  if (bad_text(text)) [[unlikely]]
    text = {};
  const auto status = s->finish_step(outcome, flags, {text.ptr, text.len});
  if (status == LSRUN_BAD_ARGUMENT) return complain(slot, "finish_step", "the step is over already");
  return status;
}

// What is wrong with the call, or of a plugin with another version of the struct.
[[gnu::noinline]] void session_info(std::size_t slot, lsrun_session* s, lsrun_session_info* out) noexcept {
  if (const auto* wrong = wrong_session(s)) return void(complain(slot, "session_info", wrong));
  if (!out || out->struct_size < sizeof out->struct_size)
    return void(complain(slot, "session_info", "out is NULL or its struct_size is not set"));
  lsrun_session_info full{};
  full.struct_size = sizeof full;
  s->info(full);
  fill(out, full);
}

[[gnu::noinline, gnu::cold]] lsrun_str no_message(std::size_t slot, const char* wrong) noexcept {
  complain(slot, "next_message", wrong);
  return {};
}

// Logs what is being thrown.
[[gnu::noinline, gnu::cold]] void log_thrown(std::size_t slot) noexcept {
  try {
    throw;
  } catch (const std::exception& e) {
    write_log(slot, LSRUN_LOG_ERROR, e.what());
  } catch (...) {
    write_log(slot, LSRUN_LOG_ERROR, "an exception of an unknown type inside lsrun");
  }
}

// Nothing may be thrown into a plugin: then the log tells, and the plugin gets `failed`.
template <class Call, class Result = lsrun_status>
Result guarded(std::size_t slot, Call call, Result failed = LSRUN_ERROR) noexcept {
  try {
    return call();
  } catch (...) {
    log_thrown(slot);
    return failed;
  }
}

template <std::size_t Slot>
lsrun_host table() {
  lsrun_host h{};
  h.struct_size = sizeof h;
  h.abi_major = LSRUN_ABI_MAJOR;
  h.abi_minor = LSRUN_ABI_MINOR;
  h.version = LSRUN_VERSION;
  h.get_extension = [](const char*) noexcept -> const void* { return nullptr; };
  h.log = [](lsrun_level level, lsrun_str text) noexcept {
    if (bad_text(text)) return void(complain(Slot, "log", "text is NULL"));
    write_log(Slot, level > LSRUN_LOG_ERROR ? LSRUN_LOG_ERROR : level, view(text));
  };
  h.now_ns = []() noexcept {
    const auto other = now_of.load(std::memory_order_relaxed);
    return other ? other() : static_cast<std::uint64_t>(time::now());
  };
  h.option = [](lsrun_setup* s, lsrun_str key, lsrun_value* out) noexcept {
    return guarded(Slot, [&] { return option(Slot, s, key, out); });
  };
  h.define_operation = [](lsrun_setup* s, lsrun_str name, const lsrun_str* budgets, std::size_t count,
                          std::uint32_t* id) noexcept {
    return guarded(Slot, [&] { return define_operation(Slot, s, name, budgets, count, id); });
  };
  h.define_metric = [](lsrun_setup* s, lsrun_str name, lsrun_metric_kind kind, lsrun_str unit, lsrun_str help,
                       std::uint32_t* id) noexcept {
    return guarded(Slot, [&] { return define_metric(Slot, s, name, kind, unit, help, id); });
  };
  h.operation = [](lsrun_session* s, lsrun_str name, std::uint32_t* id) noexcept {
    return guarded(Slot, [&] { return operation(Slot, s, name, id); });
  };
  h.http = [](lsrun_session* s, const lsrun_http_request* q, lsrun_op** op) noexcept {
    return guarded(Slot, [&] { return http(Slot, s, q, op); });
  };
  h.sleep = [](lsrun_session* s, std::uint64_t span, void* user, void (*done)(void*, lsrun_status) noexcept,
               lsrun_op** op) noexcept { return guarded(Slot, [&] { return sleep(Slot, s, span, user, done, op); }); };
  h.cancel = [](lsrun_session* s, lsrun_op* op) noexcept {
    if (const auto* wrong = wrong_session(s)) return void(complain(Slot, "cancel", wrong));
    if (!op) return void(complain(Slot, "cancel", "the operation is NULL"));
    guarded(Slot, [&] { return s->cancel(op), LSRUN_OK; });
  };
  h.reply_header = [](const lsrun_http_reply* r, lsrun_str name, lsrun_str* value) noexcept {
    return guarded(Slot, [&] { return reply_header(Slot, r, name, value); });
  };
  h.session_info = [](lsrun_session* s, lsrun_session_info* out) noexcept {
    if (!wrong_session(s) && out && out->struct_size == sizeof *out) [[likely]]
      return s->info(*out);
    session_info(Slot, s, out);
  };
  h.tenant_value = [](lsrun_session* s, lsrun_str key, lsrun_str* value) noexcept {
    return guarded(Slot, [&] { return tenant_value(Slot, s, key, value); });
  };
  h.next_message = [](lsrun_session* s) noexcept -> lsrun_str {
    if (const auto* wrong = wrong_session(s)) return no_message(Slot, wrong);
    return guarded(
        Slot, [&] { return s->next_message(); }, lsrun_str{});
  };
  h.random = [](lsrun_session* s) noexcept -> std::uint64_t {
    if (const auto* wrong = wrong_session(s)) return complain(Slot, "random", wrong), 0;
    return s->random();
  };
  h.add = [](lsrun_session* s, std::uint32_t metric, std::int64_t value) noexcept {
    if (const auto* wrong = wrong_session(s)) return void(complain(Slot, "add", wrong));
    s->add(metric, value);
  };
  h.finish_step = [](lsrun_session* s, lsrun_outcome o, std::uint32_t flags, lsrun_str text) noexcept {
    return guarded(Slot, [&] { return finish_step(Slot, s, o, flags, text); });
  };
  h.prepare = [](lsrun_setup* s, const lsrun_http_request* q, std::uint32_t* id) noexcept {
    return guarded(Slot, [&] { return prepare(Slot, s, q, id); });
  };
  h.http_prepared = [](lsrun_session* s, std::uint32_t id, lsrun_str body, void* user, lsrun_op** op) noexcept {
    return guarded(Slot, [&] { return http_prepared(Slot, s, id, body, user, op); });
  };
  return h;
}

template <std::size_t... Slot>
std::array<lsrun_host, sizeof...(Slot)> tables(std::index_sequence<Slot...>) {
  return {table<Slot>()...};
}
const std::array<lsrun_host, slots>& all_tables() {
  static const auto* all = new std::array<lsrun_host, slots>(tables(std::make_index_sequence<slots>()));
  return *all;
}

}  // namespace

const lsrun_host& host() { return all_tables()[0]; }

const lsrun_host& host_for(std::string_view plugin_name) { return all_tables()[slot_of(plugin_name)]; }

void set_reply_header(reply_header_function f) { reply_header_of = f; }
void set_now(now_function f) { now_of = f; }

}  // namespace lsrun::plugin
