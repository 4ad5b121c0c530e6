// Steps: started, counted once each, settled or ended.
#include <algorithm>

#include "load/distribution.hpp"
#include "log/log.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {

constexpr std::uint64_t think_stream = 1u << 28;

}  // namespace

void worker::start_step(std::uint32_t row, model::step kind, time::instant wanted, time::instant planned) {
  ++steps_begun_;
  step* s = steps_.take();
  session::row& r = sessions_[row];
  void* const state = sessions_.state(row);
  s->worker = this;
  s->row = row;
  s->session = &r;
  s->kind = kind;
  s->mark = plugin::inside_word::of(r.scenario, kind, r.number).bits;
  s->scenario = r.scenario;
  s->first_request = true;
  s->finished = s->cancelled = s->retried = s->told = false;
  s->counted = kind != model::step::close;
  s->turn = kind == model::step::turn ? r.turn : kind == model::step::open ? 0 : metrics::no_turn;
  s->last_operation = metrics::no_operation;
  s->in_flight = 0;
  s->operations = nullptr;
  s->wanted = wanted;
  s->planned = planned;
  s->began = 0;
  s->last_request = 0;
  s->outcome = model::outcome::ok;
  s->flags = 0;
  s->draws = 0;
  s->traced = 0;
  s->text.clear();
  ++addresses_[r.address].in_step;
  if (s->counted) shard_.step_started();
  const lsrun_scenario& scenario = scenarios_[s->scenario]->table();
  void (*const begin)(void*, void*, lsrun_session*, lsrun_step) = scenario.step;
  in_plugin(s, [&] { begin(scenario.self, state, s, static_cast<lsrun_step>(kind)); });
}

// An exception came out of the plugin's code; to be called where it was caught.
void worker::threw(step* s) {
  inside_.leave();
  std::string text = "it threw across the boundary";
  try {
    throw;
  } catch (const std::exception& e) {
    text += std::string(": ") + e.what();
  } catch (...) {
  }
  if (!s->finished) return void(s->finish_step(LSRUN_OUTCOME_PLUGIN_FAULT, 0, text));
  log::error("scenario " + scenarios_[s->scenario]->name() + ": " + text + ", after its " +
             std::string(model::name(s->kind)) + " step had ended");
}

// A close that sent nothing and went well is no step: the target had nothing to do with it.
[[gnu::always_inline]] inline void worker::count_end(step* s) {
  const session::row& r = *s->session;
  if (!s->counted) [[unlikely]] {
    if (model::well(s->outcome)) return;
    shard_.step_started();
  }
  if (!s->retried && shard_.step_was_request(s->last_request, s->outcome, s->began, s->over)) return;
  shard_.step_ended({s->outcome, s->retried, r.tenant, s->turn, s->began, s->over});
  if (model::well(s->outcome) || s->told) return;
  metrics::request_record record;
  record.address = global(r.address);
  record.operation = s->last_operation;
  record.attempt = 0;
  record.outcome = s->outcome;
  record.end = now_;
  record.session = r.number;
  record.message = s->text;
  shard_.step_failed(record);
}

[[gnu::always_inline]] inline void worker::think(std::uint32_t row, session::row& r) {
  const load::distribution& think_time = shared_.plan.sessions.think_time;
  r.due = now_;
  if (think_time.what != load::distribution::kind::none)
    r.due += static_cast<time::span>(think_time.draw(load::mix(seed_, r.number, think_stream + r.turn)));
  if (r.due <= now_)
    make_ready(row, r);
  else
    r.timer = wheel_.schedule(r.due, *this, tag(session_due, row));
}

// A step is over and nothing of it is in flight: what comes next for its session.
void worker::settle(step* s) {
  const std::uint32_t row = s->row;
  session::row& r = *s->session;
  address_state& address = addresses_[r.address];
  --address.in_step;
  r.last_active = now_;
  count_end(s);
  const session::step_end end{s->kind, s->outcome, (s->flags & LSRUN_SESSION_LOST) != 0,
                              (s->flags & LSRUN_SESSION_DONE) != 0};
  const bool turns_left = r.turns == 0 || r.turn < r.turns;
  const session::decision next = session::after_step(end, turns_left, r.expiring);
  if (s->kind == model::step::open && next.why != session::end::failed_to_open) {
    ++shard_.sessions().opened;
    ++alive_;
    shard_.sessions().peak_alive = std::max(shard_.sessions().peak_alive, alive_);
    failed_in_a_row_ = 0;
  }
  steps_.give_back(s);
  if (next.what == session::next::finish) {
    end_session(row, next.why);
  } else {
    r.state = session::state::active;
    if (next.what == session::next::close || r.leaving)
      begin_close(row);
    else
      think(row, r);
  }
  poke(r.address, address);
}

void worker::cancel_step(step* s) {
  if (s->cancelled || s->finished) return;
  s->cancelled = true;
  for (operation* op = s->operations; op != nullptr; op = op->next) cancel_operation(op);
  const lsrun_scenario& scenario = scenarios_[s->scenario]->table();
  void (*const cancel)(void*, void*, lsrun_session*) = scenario.cancel;
  if (cancel != nullptr) in_plugin(s, [&] { cancel(scenario.self, sessions_.state(s->row), s); });
  if (s->in_flight == 0) abandon(s);
}

// Nothing is in flight that could still make this step finish.
void worker::abandon(step* s) {
  if (s->finished) return;
  log::warning("scenario " + scenarios_[s->scenario]->name() + ": a " + std::string(model::name(s->kind)) +
               " step was cancelled and did not finish");
  s->finish_step(LSRUN_OUTCOME_PLUGIN_FAULT, 0, "the step was cancelled and did not finish");
}

}  // namespace lsrun::run
