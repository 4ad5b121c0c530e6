// Which request or step goes next at a client address: requests of steps under way, then closes, then opens, then a
// random session that is ready for its turn; each as its permits allow.
#include <algorithm>

#include "load/distribution.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {
constexpr time::instant long_ago = INT64_MIN / 2;
constexpr std::size_t kept_intents = 64;  // of an address, for the next wave
}  // namespace

// When this step may start at this address, as far as its first request's permits go; long ago if it is not limited
// or not known yet.
inline time::instant worker::permit_at(std::uint32_t index, std::uint8_t scenario, model::step kind) const {
  const std::uint32_t operation = learnt_[scenario].operation[static_cast<std::size_t>(kind)];
  return operation == unknown ? long_ago : rates_.earliest(index, operation);
}

inline void worker::advance_slot(std::uint32_t index, time::instant planned, std::uint32_t operation) {
  if (base_interval_ == 0) return;
  const double multiplier = operation == unknown ? rates_.manual() : rates_.multiplier(index, operation);
  addresses_[index].slot = planned + static_cast<time::span>(static_cast<double>(base_interval_) / multiplier);
}

void worker::dispatch(std::uint32_t index) {
  addresses_[index].queued = false;
  if (addresses_[index].timer != time::timer_wheel::none) {
    wheel_.cancel(addresses_[index].timer);
    addresses_[index].timer = time::timer_wheel::none;
  }
  time::instant wake = send_waiting(index);
  wake = std::min(wake, start_closes(index));
  if (!draining_) wake = std::min(wake, start_steps(index));
  if (wake != time::never) addresses_[index].timer = wheel_.schedule(wake, *this, tag(address_due, index));
}

time::instant worker::send_waiting(std::uint32_t index) {
  time::instant wake = time::never;
  for (permit_queue& q : addresses_[index].queues)
    while (q.head != nullptr) {
      const time::instant permit = rates_.earliest(index, q.operation);
      if (permit > now_) {
        wake = std::min(wake, permit);
        break;
      }
      run::operation* op = q.head;
      q.head = op->behind;
      if (q.head == nullptr) q.tail = nullptr;
      --throttled_;
      send(op, std::max(op->wanted, permit));
    }
  return wake;
}

time::instant worker::start_closes(std::uint32_t index) {
  address_state& a = addresses_[index];
  while (!a.closes.empty()) {
    if (enough_begun()) {
      poke(index);
      return time::never;
    }
    const std::uint32_t row = a.closes.back();
    const time::instant permit = permit_at(index, sessions_[row].scenario, model::step::close);
    if (permit > now_) return permit;
    a.closes.pop_back();
    --closes_waiting_;
    start_step(row, model::step::close, now_, now_);
  }
  return time::never;
}

[[gnu::always_inline]] inline bool worker::start_turn(std::uint32_t index, time::instant slot, time::instant& wake) {
  address_state& a = addresses_[index];
  for (std::uint8_t s = 0; s < scenarios_.size(); ++s) {
    auto& list = ready(index, s);
    if (list.empty()) continue;
    const time::instant permit = permit_at(index, s, model::step::turn);
    if (permit > now_) {
      wake = std::min(wake, permit);
      continue;
    }
    const auto place = static_cast<std::uint32_t>(turn_picks_[picks_++] % list.size());
    const std::uint32_t row = list[place];
    session::row& r = sessions_[row];
    take_ready(a, list, place);
    r.ready_place = session::no_place;
    r.state = session::state::in_turn;
    ++r.turn;
    // In an open loop any session will do for a place: that this one was in a step then does not put the place off.
    const time::instant due = open_loop_ ? std::min(r.due, a.ready_since) : r.due;
    const time::instant wanted = std::max(due, slot), planned = std::max(wanted, permit);
    advance_slot(index, planned, learnt_[s].operation[1]);
    start_step(row, model::step::turn, wanted, planned);
    return true;
  }
  return false;
}

time::instant worker::start_steps(std::uint32_t index) {
  address_state& a = addresses_[index];
  time::instant wake = time::never;
  for (;;) {
    if (enough_begun()) {
      poke(index);
      return wake;
    }
    const bool has_ready = a.ready > 0;
    const bool has_open = a.first_open < a.opens.size() && !paused_;
    const time::instant slot = base_interval_ > 0 ? a.slot : long_ago;
    const bool all_busy = open_loop_ && a.in_step > 0 && a.in_step == lease_.sessions(index);
    if (slot > now_) return has_ready || has_open || all_busy ? slot : time::never;
    if (has_open && start_open(index, slot, wake)) continue;
    if (has_ready) {
      if (start_turn(index, slot, wake)) continue;
      return wake;
    }
    if (all_busy) {  // planned, but every session is in a step
      shard_.missed_turn();
      a.slot += base_interval_;
      continue;
    }
    return wake;
  }
}

// Those that have begun to open go when they are half of the list: it stays within twice what waits, also at an address
// where something always does, and gives back what a great wave took.
void worker::forget_opened(address_state& a) {
  if (a.first_open < a.opens.size() && (a.first_open < kept_intents || a.first_open * 2 < a.opens.size())) return;
  a.opens.erase(a.opens.begin(), a.opens.begin() + static_cast<std::ptrdiff_t>(a.first_open));
  a.first_open = 0;
  if (a.opens.capacity() > kept_intents && a.opens.size() * 4 < a.opens.capacity()) a.opens.shrink_to_fit();
}

bool worker::start_open(std::uint32_t index, time::instant slot, time::instant& wake) {
  address_state& a = addresses_[index];
  const intent next = a.opens[a.first_open];
  const time::instant permit = permit_at(index, next.scenario, model::step::open);
  if (permit > now_) {
    wake = std::min(wake, permit);
    return false;
  }
  ++a.first_open;
  forget_opened(a);
  --waiting_opens_;
  const std::uint32_t row = sessions_.take();
  session::row& r = sessions_[row];
  r.number = next.number;
  r.address = index;
  r.scenario = next.scenario;
  r.tenant = tenant_of(next.number);
  r.turns = turns_of(next.number);
  r.state = session::state::opening;
  const lsrun_scenario& scenario = scenarios_[next.scenario]->table();
  inside_.enter(plugin::inside_word::of(next.scenario, model::step::open, next.number).bits);
  if (scenario.construct) scenario.construct(scenario.self, sessions_.state(row));
  inside_.leave();
  ++shard_.sessions().attempted;
  const time::instant wanted = std::max(next.due, slot), planned = std::max(wanted, permit);
  advance_slot(index, planned, learnt_[next.scenario].operation[0]);
  start_step(row, model::step::open, wanted, planned);
  return true;
}

}  // namespace lsrun::run
