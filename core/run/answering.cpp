// How requests and pauses end: what an answer means, counted once; again, or done.
#include <cstring>

#include "config/effective.hpp"
#include "load/distribution.hpp"
#include "run/example.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {

constexpr std::uint64_t retry_stream = 0x7265747279u;
constexpr std::size_t longest_reason = 200;

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

std::string_view status_words(std::uint32_t status, char* room) {
  return {room, static_cast<std::size_t>(std::snprintf(room, longest_reason, "HTTP %u", status))};
}

}  // namespace

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

[[gnu::always_inline]] inline void worker::forget(operation* op) {
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

[[gnu::always_inline]] inline void worker::complete(operation* op, const lsrun_http_reply& reply) {
  op->at = operation::stage::ending;
  void (*const done)(void*, const lsrun_http_reply*) = op->done;
  in_plugin(op->step, [&] { done(op->user, &reply); });
  forget(op);
}

// The outcome of a whole answer: by status, then by the scenario's own word.
[[gnu::always_inline]] inline model::outcome worker::classify(operation* op, lsrun_http_reply& reply, char* reason,
                                                              std::string_view& why) {
  model::outcome outcome = model::outcome_of_status(reply.status);
  if (reply.status == 504 && (op->flags & LSRUN_HTTP_EMPTY_504) != 0) outcome = model::outcome::empty_poll;
  if (!model::well(outcome)) why = status_words(reply.status, reason);
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

// An attempt ended: what it means, counted once; then again, or done.
[[gnu::always_inline]] inline void worker::answered(operation* op, const transport::answer& a) {
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
  if (!why.empty()) [[unlikely]]
    mask(why);
  const bool sent = !(outcome == model::outcome::cancelled && a.sent == 0);
  if (sent) {
    const bool refused = outcome == model::outcome::rate_limited;
    rates_.count(r.address, op->id, refused);
    metrics::request_record record;
    record.address = global(r.address);
    record.operation = op->id;
    record.tenant = r.tenant;
    record.turn = s->turn;
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
    if (auto* example = shard_.request(record)) [[unlikely]]
      *example = example_of(shared_, *op, a, r.number, global(r.address));
    s->last_request = shard_.last_request();
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

// A target may send back what it was sent.
void worker::mask(std::string_view& why) {
  if (shared_.plan.secrets.empty()) return;
  masked_why_ = config::masked(shared_.plan, std::string(why));
  why = masked_why_;
}

// The target wants no load: nothing is sent again, and the runner ends it all.
void worker::load_refused(const operation* op, const transport::answer& a) {
  if (!load_refused_ && shared_.load_refused) shared_.load_refused(name_of(op->id), a.status);
  load_refused_ = true;
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
