// Steps and the requests that they make: started, counted once each, sent again where the plan says so, settled.
#include <algorithm>
#include <cstring>

#include "config/effective.hpp"
#include "load/distribution.hpp"
#include "log/log.hpp"
#include "metrics/trace_id.hpp"
#include "run/example.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {

constexpr std::uint64_t think_stream = 1u << 28, retry_stream = 0x7265747279u, trace_stream = 0x7472616365u;
constexpr std::size_t longest_reason = 200;

std::uint32_t turn_label(const step& s, const session::row& r) {
  if (s.kind == model::step::open) return 0;
  return s.kind == model::step::turn ? r.turn : metrics::no_turn;
}

// An answer, or its absence, as the plugin sees it, but for what it means.
inline lsrun_http_reply reply_of(const operation* op, const transport::answer* a) {
  lsrun_http_reply reply{};
  reply.struct_size = sizeof reply;
  reply.attempts = op->attempt;
  reply.planned_ns = static_cast<std::uint64_t>(op->planned);
  if (a == nullptr) return reply;
  reply.status = a->status;
  reply.body = plugin::str(a->body);
  reply.sent_ns = static_cast<std::uint64_t>(a->sent);
  reply.first_byte_ns = static_cast<std::uint64_t>(a->first_byte);
  reply.end_ns = static_cast<std::uint64_t>(a->end);
  reply.host_data = a;
  return reply;
}

}  // namespace

// ---- steps ----

void worker::start_step(std::uint32_t row, model::step kind, time::instant wanted, time::instant planned) {
  ++steps_begun_;
  step* s = steps_.take();
  session::row& r = sessions_[row];
  s->worker = this;
  s->row = row;
  s->session = &r;
  s->kind = kind;
  s->mark = plugin::inside_word::of(r.scenario, kind, r.number).bits;
  s->scenario = r.scenario;
  s->first_request = true;
  s->finished = s->cancelled = s->retried = s->told = false;
  s->counted = kind != model::step::close;
  s->last_operation = metrics::no_operation;
  s->in_flight = 0;
  s->operations = nullptr;
  s->wanted = wanted;
  s->planned = planned;
  s->began = 0;
  s->outcome = model::outcome::ok;
  s->flags = 0;
  s->draws = 0;
  s->traced = 0;
  s->text.clear();
  if (free_slots_.empty()) {
    r.step = static_cast<std::uint32_t>(live_steps_.size());
    live_steps_.push_back(s);
  } else {
    r.step = free_slots_.back();
    free_slots_.pop_back();
    live_steps_[r.step] = s;
  }
  ++addresses_[r.address].in_step;
  if (s->counted) shard_.step_started();
  const lsrun_scenario& scenario = scenarios_[s->scenario]->table();
  void (*const begin)(void*, void*, lsrun_session*, lsrun_step) = scenario.step;
  in_plugin(s, [&] { begin(scenario.self, sessions_.state(row), s, static_cast<lsrun_step>(kind)); });
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

// A step is over and nothing of it is in flight: what comes next for its session.
void worker::settle(step* s) {
  const std::uint32_t row = s->row;
  session::row& r = *s->session;
  live_steps_[r.step] = nullptr;
  free_slots_.push_back(r.step);
  r.step = session::no_place;
  --addresses_[r.address].in_step;
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
      think(row);
  }
  poke(r.address);
}

// A close that sent nothing and went well is no step: the target had nothing to do with it.
void worker::count_end(step* s) {
  const session::row& r = *s->session;
  const bool well = model::well(s->outcome);
  if (!s->counted && well) return;
  if (!s->counted) shard_.step_started();
  shard_.step_ended(s->outcome, r.tenant, turn_label(*s, r), s->retried, s->began == 0 ? -1 : now_ - s->began);
  if (well || s->told) return;
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

void worker::think(std::uint32_t row) {
  session::row& r = sessions_[row];
  const load::distribution& think_time = shared_.plan.sessions.think_time;
  r.due = now_;
  if (think_time.what != load::distribution::kind::none)
    r.due += static_cast<time::span>(think_time.draw(load::mix(seed_, r.number, think_stream + r.turn)));
  if (r.due <= now_)
    make_ready(row);
  else
    r.timer = wheel_.schedule(r.due, *this, tag(session_due, row));
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

// ---- operations ----

void worker::cancel_operation(operation* op) {
  if (op->cancelled || op->at == operation::stage::ending) return;
  op->cancelled = true;
  switch (op->at) {
    case operation::stage::in_flight:
      client_->cancel(op->exchange);
      return;  // its answer comes as cancelled
    case operation::stage::backing_off:
    case operation::stage::sleeping:
      wheel_.cancel(op->timer);
      break;
    case operation::stage::waiting:
      leave_queue(op);
      break;
    case operation::stage::ending:
      break;
  }
  op->timer = time::timer_wheel::none;
  op->at = operation::stage::ending;
  dead_.push_back(op);
}

void worker::leave_queue(operation* op) {
  for (permit_queue& q : addresses_[op->step->session->address].queues) {
    operation* before = nullptr;
    for (operation* one = q.head; one != nullptr; before = one, one = one->behind) {
      if (one != op) continue;
      (before == nullptr ? q.head : before->behind) = op->behind;
      if (q.tail == op) q.tail = before;
      --throttled_;
      return;
    }
  }
}

bool worker::get_to_know(std::uint32_t id) {
  if (id >= known_.size()) return false;
  const auto names = shared_.names.operations();
  if (id >= names.size()) return false;
  const std::vector<rate::budget> budgets = budgets_of(shared_.plan.limits);
  rates_.define(id, budgets_for(shared_.plan.limits, budgets, {names[id]}));
  known_[id] = 1;
  return true;
}

// A plugin asks for a request: true if its words are known, since they were those of the operation that is used next.
bool worker::take_request(const lsrun_http_request& r) {
  const operation* const next = operations_.next();
  const auto header = [&r](std::size_t i) {
    return transport::header_view{plugin::view(r.headers[i].name), plugin::view(r.headers[i].value)};
  };
  asked_again_ =
      next != nullptr && next->text.same_words(plugin::view(r.method), plugin::view(r.target), r.header_count, header);
  return asked_again_;
}

// Keeps what was asked as the bytes that go out: now or when its permits allow, and again if it is tried again.
void worker::take_text(operation* op, const lsrun_http_request& r) {
  const std::uint32_t address = op->step->session->address;
  if (asked_again_ && op->text.replace_body(address, plugin::view(r.body))) return;
  asked_headers_.clear();
  for (std::uint32_t i = 0; i < r.header_count; ++i)
    asked_headers_.push_back({plugin::view(r.headers[i].name), plugin::view(r.headers[i].value)});
  transport::request asked;
  asked.address = address;
  asked.method = plugin::view(r.method);
  asked.target = plugin::view(r.target);
  asked.body = plugin::view(r.body);
  asked.headers = asked_headers_.data();
  asked.header_count = r.header_count;
  asked.checked = true;  // at the plugin boundary, before http() comes here
  client_->write(op->text, asked);
}

void worker::begin_request(operation* op) {
  step* s = op->step;
  const std::uint32_t address = s->session->address;
  const time::instant permit = rates_.earliest(address, op->id);
  time::instant wanted = now_, planned = std::max(now_, permit);
  s->last_operation = op->id;
  if (!s->counted) shard_.step_started();
  s->counted = true;
  if (s->first_request) {  // due when the step was
    s->first_request = false;
    learnt_[s->scenario].operation[static_cast<std::size_t>(s->kind)] = op->id;
    wanted = s->wanted;
    planned = std::max(s->planned, permit);
  }
  op->wanted = wanted;
  bool others_wait = false;
  for (const permit_queue& q : addresses_[address].queues) others_wait |= q.operation == op->id && q.head != nullptr;
  if (permit <= now_ && !others_wait)
    send(op, planned);
  else
    wait_for_permit(op, wanted);
}

void worker::wait_for_permit(operation* op, time::instant wanted) {
  op->wanted = wanted;
  op->at = operation::stage::waiting;
  op->behind = nullptr;
  const std::uint32_t index = op->step->session->address;
  auto& queues = addresses_[index].queues;
  auto q = std::find_if(queues.begin(), queues.end(), [&](const permit_queue& one) { return one.operation == op->id; });
  if (q == queues.end()) q = queues.insert(q, permit_queue{op->id, nullptr, nullptr});
  (q->head == nullptr ? q->head : q->tail->behind) = op;
  q->tail = op;
  ++throttled_;
  poke(index);
}

void worker::send(operation* op, time::instant planned) {
  const std::uint32_t address = op->step->session->address;
  rates_.charge(address, op->id, now_);
  shard_.throttle_wait(planned - op->wanted);
  op->planned = planned;
  if (op->step->began == 0) op->step->began = planned;
  op->at = operation::stage::in_flight;
  transport::request request;
  request.address = address;
  request.method = op->text.method();
  request.bytes = op->text.bytes();
  request.timeout = op->timeout;
  request.stream = op->on_piece != nullptr || op->on_event != nullptr;
  if (op->decoder) op->decoder->reset();
  if (run_trace_ != 0) give_trace(op);
  if (shared_.trace.sent) shared_.trace.sent(name_of(op->id), op->text.method(), op->text.target(), op->text.body());
  op->exchange = client_->start(request, *op);
}

// Every attempt is a trace of its own: its id is a function of seed, session, step and its place in the step.
void worker::give_trace(operation* op) {
  step* s = op->step;
  const session::row& r = *s->session;
  const std::uint64_t place = std::uint64_t{turn_label(*s, r)} << 32u | ++s->traced;
  op->trace = std::max<std::uint64_t>(load::mix(seed_, r.number, load::mix(trace_stream, place, 0)), 1);
  metrics::put_trace(op->text.address_headers() + trace_at_, run_trace_, op->trace);
}

// An attempt ended: what it means, counted once; then again, or done.
void worker::answered(operation* op, const transport::answer& a) {
  now_ = std::max(now_, a.end);
  step* s = op->step;
  const session::row& r = *s->session;
  char reason[longest_reason];
  std::string_view why = a.error;
  model::outcome outcome = a.outcome;
  if (outcome == model::outcome::ok && op->decoder && op->decoder->failed()) {  // on_data ended it
    outcome = model::outcome::protocol_error;
    why = "an event of the stream is longer than 4 MiB";
  }
  lsrun_http_reply reply = reply_of(op, &a);
  if (outcome == model::outcome::ok) outcome = classify(op, reply, reason, why);
  std::string masked_why;  // a target may send back what it was sent
  if (!why.empty() && !shared_.plan.secrets.empty()) {
    masked_why = config::masked(shared_.plan, std::string(why));
    why = masked_why;
  }
  const bool sent = !(outcome == model::outcome::cancelled && a.sent == 0);
  if (sent) {
    const bool refused = outcome == model::outcome::rate_limited;
    rates_.count(r.address, op->id, refused);
    metrics::request_record& record = shard_.next_request();
    record.address = global(r.address);
    record.operation = op->id;
    record.tenant = r.tenant;
    record.turn = turn_label(*s, r);
    record.attempt = op->attempt;
    record.outcome = outcome;
    record.status = static_cast<std::uint16_t>(a.status);
    record.long_poll = (op->flags & LSRUN_HTTP_LONG_POLL) != 0;
    record.planned = op->planned;
    record.sent = a.sent;
    record.first_byte = a.first_byte;
    record.end = a.end;
    record.session = r.number;
    record.trace = op->trace;
    record.message = why;
    if (auto* example = shard_.request_noted()) [[unlikely]]
      *example = example_of(shared_, *op, record, a);
    s->told = !model::well(outcome);
  }
  if (shared_.trace.answered) shared_.trace.answered(name_of(op->id), a, model::name(outcome));
  if (a.refuses_load) [[unlikely]]
    load_refused(op, a);
  else if (outcome != model::outcome::ok && !op->cancelled && !s->finished && (op->flags & LSRUN_HTTP_NO_RETRY) == 0 &&
           retry_wanted(op, a, outcome))
    return;
  reply.outcome = static_cast<lsrun_outcome>(outcome);
  if (!model::well(outcome)) reply.error = plugin::str(why);
  complete(op, reply);
}

// The target wants no load: nothing is sent again, and the runner ends it all.
void worker::load_refused(const operation* op, const transport::answer& a) {
  if (!load_refused_ && shared_.load_refused) shared_.load_refused(name_of(op->id), a.status);
  load_refused_ = true;
}

// The outcome of a whole answer: by status, then by the scenario's own word.
model::outcome worker::classify(operation* op, lsrun_http_reply& reply, char* reason, std::string_view& why) {
  model::outcome outcome = model::outcome_of_status(reply.status);
  if (reply.status == 504 && (op->flags & LSRUN_HTTP_EMPTY_504) != 0) outcome = model::outcome::empty_poll;
  if (!model::well(outcome))
    why = {reason, static_cast<std::size_t>(std::snprintf(reason, longest_reason, "HTTP %u", reply.status))};
  if (op->classify == nullptr) return outcome;
  reply.outcome = static_cast<lsrun_outcome>(outcome);
  char said[longest_reason];
  lsrun_text_out text{said, sizeof said, 0};
  lsrun_outcome (*const ask)(void*, const lsrun_http_reply*, lsrun_text_out*) = op->classify;
  lsrun_outcome word = LSRUN_OUTCOME_PROTOCOL_ERROR;
  in_plugin(op->step, [&] { word = ask(op->user, &reply, &text); });
  if (word < LSRUN_OUTCOME_PLUGIN_FAULT) outcome = static_cast<model::outcome>(word);
  if (text.len > 0) {
    std::memcpy(reason, said, std::min(text.len, longest_reason));
    why = {reason, std::min(text.len, longest_reason)};
  }
  return outcome;
}

bool worker::retry_wanted(operation* op, const transport::answer& a, model::outcome outcome) {
  std::optional<time::span> asked;
  const bool refused = outcome == model::outcome::rate_limited;
  if (refused) asked = rate::parse_retry_after(a.header("retry-after"), std::time(nullptr));
  const session::row& r = *op->step->session;
  const auto wait = rate::wait_before_retry(retry_, outcome, op->attempt, asked,
                                            load::mix(shared_.plan.seed, r.number, retry_stream + picks_++));
  if (!wait) return false;
  if (refused) rates_.hold(r.address, op->id, now_ + *wait);
  op->step->retried = true;
  ++op->attempt;
  op->at = operation::stage::backing_off;
  // A refusal's wait is throttling, a lost connection's is not.
  op->wanted = refused ? now_ : now_ + *wait;
  op->timer = wheel_.schedule(now_ + *wait, *op, 0);
  return true;
}

void worker::complete(operation* op, model::outcome outcome, std::string_view why) {
  if (op->slept != nullptr) {
    op->at = operation::stage::ending;
    void (*const slept)(void*, lsrun_status) = op->slept;
    in_plugin(op->step, [&] { slept(op->user, op->cancelled ? LSRUN_CANCELLED : LSRUN_OK); });
    return forget(op);
  }
  lsrun_http_reply reply = reply_of(op, nullptr);
  reply.outcome = static_cast<lsrun_outcome>(outcome);
  reply.error = plugin::str(why);
  complete(op, reply);
}

void worker::complete(operation* op, const lsrun_http_reply& reply) {
  op->at = operation::stage::ending;
  void (*const done)(void*, const lsrun_http_reply*) = op->done;
  in_plugin(op->step, [&] { done(op->user, &reply); });
  forget(op);
}

void worker::forget(operation* op) {
  step* s = op->step;
  (op->previous == nullptr ? s->operations : op->previous->next) = op->next;
  if (op->next != nullptr) op->next->previous = op->previous;
  operations_.give_back(op);
  if (--s->in_flight > 0) return;
  if (s->finished)
    ended_.push_back(s);
  else if (s->cancelled)
    abandon(s);
}

operation* worker::new_operation(step* s) {
  operation* op = operations_.take();
  op->step = s;
  op->previous = nullptr;
  op->next = s->operations;
  if (op->next != nullptr) op->next->previous = op;
  s->operations = op;
  ++s->in_flight;
  op->at = operation::stage::waiting;
  op->cancelled = false;
  op->attempt = 1;
  op->planned = 0;
  op->exchange = 0;
  op->timer = time::timer_wheel::none;
  return op;
}

// ---- what the transport and the wheel tell an operation ----

void operation::on_done(const transport::answer& a) { step->worker->answered(this, a); }

bool operation::on_data(std::string_view bytes, time::instant read) {
  worker* w = step->worker;
  w->now_ = std::max(w->now_, read);
  if (cancelled) return false;
  std::int32_t word = LSRUN_STOP;  // also when it throws
  if (on_event == nullptr) {
    std::int32_t (*const piece)(void*, lsrun_str, std::uint64_t) = on_piece;
    w->in_plugin(step, [&] { word = piece(user, plugin::str(bytes), static_cast<std::uint64_t>(read)); });
    return word == LSRUN_CONTINUE;
  }
  std::int32_t (*const tell)(void*, const lsrun_sse_event*) = on_event;
  transport::sse_event decoded;
  while (decoder->next(bytes, decoded)) {
    lsrun_sse_event event{};
    event.struct_size = sizeof event;
    event.event = plugin::str(decoded.event);
    event.data = plugin::str(decoded.data);
    event.id = plugin::str(decoded.id);
    event.at_ns = static_cast<std::uint64_t>(read);
    word = LSRUN_STOP;
    w->in_plugin(step, [&] { word = tell(user, &event); });
    if (word != LSRUN_CONTINUE) return false;
    if (cancelled) return false;
  }
  return !decoder->failed();
}

void operation::on_timer(std::uint64_t, time::instant now) {
  worker* w = step->worker;
  w->now_ = std::max(w->now_, now);
  timer = time::timer_wheel::none;
  if (at == stage::sleeping)
    w->complete(this, model::outcome::ok, {});
  else
    w->wait_for_permit(this, wanted);
}

}  // namespace lsrun::run
