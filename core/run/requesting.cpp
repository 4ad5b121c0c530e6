// The operations of steps, as the plugin asks for them: requests, kept as bytes and sent when their permits allow, and
// pauses.
#include "load/distribution.hpp"
#include "metrics/trace_id.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {

constexpr std::uint64_t trace_stream = 0x7472616365u;
constexpr std::uint32_t most_in_flight = 1024;  // operations of one step

}  // namespace

[[gnu::always_inline]] inline operation* worker::new_operation(step* s) {
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
[[gnu::always_inline]] inline bool worker::take_request(const lsrun_http_request& r) {
  const operation* const next = operations_.next();
  const auto header = [&r](std::size_t i) {
    return transport::header_view{plugin::view(r.headers[i].name), plugin::view(r.headers[i].value)};
  };
  asked_again_ =
      next != nullptr && next->text.same_words(plugin::view(r.method), plugin::view(r.target), r.header_count, header);
  return asked_again_;
}

// Keeps what was asked as the bytes that go out: now or when its permits allow, and again if it is tried again.
// `words`: see step::begin.
[[gnu::always_inline]] inline void worker::take_text(operation* op, const lsrun_http_request& r, std::string_view body,
                                                     const void* words) {
  const std::uint32_t address = op->step->session->address;
  const bool same_words = words == nullptr ? asked_again_ : op->text.source() == words;
  if (same_words && (op->text.address() == address || client_->replace_address(op->text, address)) &&
      op->text.replace_body(address, body))
    return;
  write_text(op, r, body, words);
}
void worker::write_text(operation* op, const lsrun_http_request& r, std::string_view body, const void* words) {
  asked_headers_.clear();
  for (std::uint32_t i = 0; i < r.header_count; ++i)
    asked_headers_.push_back({plugin::view(r.headers[i].name), plugin::view(r.headers[i].value)});
  transport::request asked;
  asked.address = op->step->session->address;
  asked.method = plugin::view(r.method);
  asked.target = plugin::view(r.target);
  asked.body = body;
  asked.headers = asked_headers_.data();
  asked.header_count = r.header_count;
  asked.checked = true;  // at the plugin boundary, before the request comes here
  client_->write(op->text, asked);
  op->text.set_source(words);
}

[[gnu::always_inline]] inline void worker::send_here(operation* op, time::instant planned) {
  const std::uint32_t address = op->step->session->address;
  rates_.charge(address, op->id, now_);
  shard_.throttle_wait(planned - op->wanted);
  op->planned = planned;
  if (op->step->began == 0) op->step->began = planned;
  op->at = operation::stage::in_flight;
  if (op->decoder) op->decoder->reset();
  if (run_trace_ != 0) give_trace(op);
  if (shared_.trace.sent) shared_.trace.sent(name_of(op->id), op->text.method(), op->text.target(), op->text.body());
  op->exchange =
      client_->start(transport::written_request{op->text.bytes(), address, op->text.is_head(),
                                                op->on_piece != nullptr || op->on_event != nullptr, op->timeout},
                     *op);
}
void worker::send(operation* op, time::instant planned) { send_here(op, planned); }

// Do others wait for the permits of this operation? They were there first.
bool worker::others_wait(std::uint32_t address, std::uint32_t operation) const {
  for (const permit_queue& q : addresses_[address].queues)
    if (q.operation == operation && q.head != nullptr) return true;
  return false;
}

[[gnu::always_inline]] inline void worker::begin_request(operation* op) {
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
  if (permit <= now_ && (throttled_ == 0 || !others_wait(address, op->id)))
    send_here(op, planned);
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

// Every attempt is a trace of its own: its id is a function of seed, session, step and its place in the step.
void worker::give_trace(operation* op) {
  step* s = op->step;
  const session::row& r = *s->session;
  const std::uint64_t place = std::uint64_t{s->turn} << 32u | ++s->traced;
  op->trace = std::max<std::uint64_t>(load::mix(seed_, r.number, load::mix(trace_stream, place, 0)), 1);
  metrics::put_trace(op->text.address_headers() + trace_at_, run_trace_, op->trace);
}

// ---- what a plugin asks for ----

// `words`: what all requests with the method, target and headers of this one have in common; nullptr: not known.
[[gnu::always_inline]] inline lsrun_status step::begin(const lsrun_http_request& r, std::string_view body, void* user,
                                                       const void* words, lsrun_op** handle) {
  if (cancelled || finished) return LSRUN_CANCELLED;
  if (!worker->know(r.operation)) return LSRUN_BAD_ARGUMENT;
  if (in_flight >= most_in_flight) return LSRUN_LIMIT;
  run::operation* op = worker->new_operation(this);
  op->id = r.operation;
  op->flags = r.flags;
  op->timeout = static_cast<time::span>(r.timeout_ns);
  worker->take_text(op, r, body, words);
  op->user = user;
  op->done = r.done;
  op->classify = r.classify;
  op->on_piece = r.on_data;
  op->on_event = nullptr;
  op->slept = nullptr;
  if ((r.flags & LSRUN_HTTP_SSE) != 0) {
    op->on_event = r.on_event;
    if (!op->decoder) op->decoder = std::make_unique<transport::sse_decoder>();
  }
  if (handle != nullptr) *handle = reinterpret_cast<lsrun_op*>(op);
  worker->begin_request(op);
  return LSRUN_OK;
}

bool step::known_words(const lsrun_http_request& r) { return worker->take_request(r); }

lsrun_status step::http(const lsrun_http_request& r, lsrun_op** handle) {
  return begin(r, plugin::view(r.body), r.user, nullptr, handle);
}

lsrun_status step::http_prepared(std::uint32_t id, std::string_view body, void* user, lsrun_op** handle) {
  const plugin::prepared_request* const known = worker->scenarios_[scenario]->prepared(id);
  return known == nullptr ? LSRUN_BAD_ARGUMENT : begin(known->request, body, user, known, handle);
}

lsrun_status step::sleep(std::uint64_t span_ns, void* user, void (*done)(void*, lsrun_status) noexcept,
                         lsrun_op** handle) {
  if (cancelled || finished) return LSRUN_CANCELLED;
  if (in_flight >= most_in_flight) return LSRUN_LIMIT;
  run::operation* op = worker->new_operation(this);
  op->user = user;
  op->slept = done;
  op->flags = 0;
  op->on_piece = nullptr;
  op->on_event = nullptr;
  op->at = run::operation::stage::sleeping;
  const auto span = static_cast<time::span>(std::min<std::uint64_t>(span_ns, time::hour * 24ull * 365));
  op->timer = worker->wheel_.schedule(worker->now_ + span, *op, 0);
  if (handle != nullptr) *handle = reinterpret_cast<lsrun_op*>(op);
  return LSRUN_OK;
}

}  // namespace lsrun::run
