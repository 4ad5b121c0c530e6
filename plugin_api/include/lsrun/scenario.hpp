// A scenario as a C++ class behind the C tables of abi.h: what an author includes. plugin_api/README.md shows how one
// is written.
//
// A scenario is a class with
//   static constexpr auto name = "...", help = "...";
//   static constexpr lsrun::option options[] = {...};                     // may be absent
//   struct session { ... };                                               // what a session keeps between its steps
//   explicit S(const lsrun::setup&);                                      // or S(); throw: a config error, with its
//   text lsrun::task<lsrun::outcome> open(lsrun::client&, session&);           // or lsrun::task<lsrun::step_result>
//   lsrun::task<lsrun::outcome> turn(lsrun::client&, session&);
//   lsrun::task<lsrun::outcome> close(lsrun::client&, session&);          // may be absent: nothing to tell the target
//   lsrun::outcome classify(const lsrun::reply&, std::string& why);       // may be absent: by HTTP status
// and LSRUN_SCENARIO(S, "1.0.0") behind it. There is one instance a worker thread, used by that thread alone.
// An exception out of a step ends it as plugin_fault with its what().
#pragma once

#include <lsrun/client.hpp>
#include <lsrun/plugin.hpp>

namespace lsrun {

template <class S>
struct detail_scenario {
  using session_type = typename S::session;
  static_assert(std::is_nothrow_default_constructible_v<session_type>,
                "a scenario's session is made without arguments and must not throw then: fill it in open");

  detail_scenario(const lsrun_host* host, lsrun_setup* raw)
      : scenario(make(setup(host, raw, classify_of() != nullptr))), runtime(host, &scenario, classify_of()) {}

  static S make(const setup& s) {
    if constexpr (std::is_constructible_v<S, const setup&>)
      return S(s);
    else
      return S();
  }
  static constexpr bool has_close = requires(S & s, client& c, session_type& t) { s.close(c, t); };
  static constexpr detail::classify_function classify_of() {
    if constexpr (requires(S & s, const reply& r, std::string& why) {
                    { s.classify(r, why) } -> std::same_as<outcome>;
                  })
      return [](void* self, const reply& r, std::string& why) { return static_cast<S*>(self)->classify(r, why); };
    else
      return nullptr;
  }

  static detail_scenario& of(void* self) noexcept { return *static_cast<detail_scenario*>(self); }
  static session_type& state_of(void* state) noexcept { return *static_cast<session_type*>(state); }

  static void construct(void*, void* state) noexcept { ::new (state) session_type(); }
  static void destruct(void*, void* state) noexcept { state_of(state).~session_type(); }
  static void destroy(void* self) noexcept { delete static_cast<detail_scenario*>(self); }
  // What the host calls is short, and the coroutines begin out of line.
  static void step(void* self, void* state, lsrun_session* session, lsrun_step which) noexcept {
    if (which == LSRUN_STEP_TURN) [[likely]]
      return turn(of(self), state_of(state), session);
    first_or_last(of(self), state_of(state), session, which);
  }
  [[gnu::noinline]] static void turn(detail_scenario& d, session_type& kept, lsrun_session* session) noexcept {
    client& c = d.runtime.clients.take(d.runtime);
    c.run(session, [&] { return d.scenario.turn(c, kept); });
  }
  [[gnu::noinline]] static void first_or_last(detail_scenario& d, session_type& kept, lsrun_session* session,
                                              lsrun_step which) noexcept {
    client& c = d.runtime.clients.take(d.runtime);
    if constexpr (has_close)
      if (which == LSRUN_STEP_CLOSE) return c.run(session, [&] { return d.scenario.close(c, kept); });
    c.run(session, [&] { return d.scenario.open(c, kept); });
  }

  static lsrun_status create(const lsrun_host* host, lsrun_setup* raw, lsrun_scenario* out,
                             lsrun_text_out* error) noexcept {
    try {
      lsrun_scenario table{};
      table.session_size = sizeof(session_type);
      table.session_align = alignof(session_type);
      table.flags = has_close ? 0 : LSRUN_SCENARIO_NO_CLOSE;
      table.self = new detail_scenario(host, raw);
      table.construct = &construct;
      table.step = &step;
      table.destruct = &destruct;
      table.destroy = &destroy;
      const std::uint32_t room = out->struct_size < sizeof table ? out->struct_size : sizeof table;
      table.struct_size = room;
      std::memcpy(static_cast<void*>(out), &table, room);
      return LSRUN_OK;
    } catch (const std::exception& e) {
      detail::put_text(error, e.what());
    } catch (...) {
      detail::put_text(error, "the scenario's constructor threw something that is no std::exception");
    }
    return LSRUN_ERROR;
  }

  S scenario;
  detail::runtime runtime;
};

// For LSRUN_PLUGIN.
template <class S>
struct scenario {
  template <class Type>
  static constexpr bool is = std::same_as<Type, lsrun_scenario_type>;
  static constexpr lsrun_scenario_type type() {
    return {sizeof(lsrun_scenario_type), 0, S::name, S::help, detail::options_of<S>(), &detail_scenario<S>::create};
  }
};

}  // namespace lsrun

// A plugin that offers one scenario, under its name.
#define LSRUN_SCENARIO(S, version) LSRUN_PLUGIN(S::name, version, S::help, lsrun::scenario<S>)
