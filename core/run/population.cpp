// How many sessions a worker has: opened while there are fewer than the phases want, closed while there are more.
#include <algorithm>
#include <cmath>

#include "load/distribution.hpp"
#include "run/worker.hpp"

namespace lsrun::run {

namespace {

// Draws of one session are kept apart by what they decide.
constexpr std::uint64_t scenario_draw = 1u << 30, tenant_draw = scenario_draw + 1, turns_draw = scenario_draw + 2;

std::size_t pick(const std::vector<double>& running_sums, std::uint64_t random) {
  const double at = static_cast<double>(random >> 11) * 0x1p-53;
  const auto found = std::upper_bound(running_sums.begin(), running_sums.end(), at);
  return std::min<std::size_t>(static_cast<std::size_t>(found - running_sums.begin()), running_sums.size() - 1);
}

}  // namespace

std::uint64_t worker::wanted_here() const {
  const std::uint64_t wanted = std::min(shared_.phases.wanted(run_time()), shared_.plan.sessions.max);
  const std::uint64_t here =
      load::share_of(wanted, static_cast<std::uint32_t>(shared_.addresses.size()), index_, shared_.workers());
  return holding_ ? std::min(here, held_level_) : here;
}

void worker::adjust_population() {
  repopulate_ = false;
  if (arrivals_ || addresses_.empty()) return;
  const std::uint64_t wanted = wanted_here();
  const auto population = [&] { return sessions_.used() - leaving_ + waiting_opens_; };
  while (population() > wanted && (drop_an_intent() || let_one_go())) {
  }
  if (draining_ || paused_ || population() >= wanted) return;
  if (now_ < opens_held_until_) {
    if (!opens_timer_set_) wheel_.schedule(opens_held_until_, *this, tag(opens_again));
    opens_timer_set_ = true;
    return;
  }
  opens_timer_set_ = false;
  // Sessions that the level's change asks for are due when it was to change, however late this is looked at.
  while (population() < wanted && next_number_ < shared_.most_opened) want_session(opens_due_ != 0 ? opens_due_ : now_);
  opens_due_ = 0;
}

void worker::want_session(time::instant due) {
  const std::uint32_t a = lease_.next();
  const std::uint64_t number = next_number_++ * shared_.workers() + index_;
  const auto scenario = pick(shared_.scenario_weights, load::mix(shared_.plan.seed, number, scenario_draw));
  addresses_[a].opens.push_back({due, number, static_cast<std::uint8_t>(scenario)});
  ++waiting_opens_;
  poke(a);
}

// The last session that was asked for and has not begun to open is not wanted any more.
bool worker::drop_an_intent() {
  if (waiting_opens_ == 0) return false;
  for (std::size_t tries = 0; tries < addresses_.size(); ++tries) {
    drop_from_ = (drop_from_ + addresses_.size() - 1) % addresses_.size();
    address_state& a = addresses_[drop_from_];
    if (a.first_open == a.opens.size()) continue;
    a.opens.pop_back();
    lease_.release(static_cast<std::uint32_t>(drop_from_));
    --waiting_opens_;
    return true;
  }
  return false;
}

// Chooses a session and sends it on its way out.
bool worker::let_one_go() {
  using kind = session::leaver::kind;
  if (sessions_.used() == leaving_) return false;
  const std::uint32_t chosen = leaver_.choose(sessions_.rows(), [this](std::uint32_t i) {
    const session::row& r = sessions_[i];
    if (r.state == session::state::unused || r.leaving) return kind::none;
    return r.state == session::state::active ? kind::between_turns : kind::in_step;
  });
  if (chosen == session::no_place) return false;
  if (sessions_[chosen].state == session::state::active) {
    begin_close(chosen);
  } else {
    sessions_[chosen].leaving = true;
    ++leaving_;
  }
  return true;
}

void worker::next_arrival() {
  if (draining_) return;
  const std::uint64_t most = load::share_of(
      shared_.plan.sessions.max, static_cast<std::uint32_t>(shared_.addresses.size()), index_, shared_.workers());
  while (shared_.start + arrivals_->next() <= now_) {
    const std::uint64_t number = arrivals_->number();
    const bool mine = number % shared_.addresses.size() % shared_.workers() == index_;
    if (mine && !paused_ && !holding_ && sessions_.used() + waiting_opens_ < most) {
      want_session(shared_.start + arrivals_->next());
    } else if (mine) {
      shard_.missed_turn();
    }
    arrivals_->step();
  }
  wheel_.schedule(shared_.start + arrivals_->next(), *this, tag(arrival_due));
}

std::uint16_t worker::tenant_of(std::uint64_t number) const {
  if (shared_.tenant_weights.empty()) return 0;
  return static_cast<std::uint16_t>(pick(shared_.tenant_weights, load::mix(shared_.plan.seed, number, tenant_draw)));
}

std::uint32_t worker::turns_of(std::uint64_t number) const {
  const load::distribution& turns = shared_.plan.sessions.turns;
  if (turns.what == load::distribution::kind::none) return 0;
  const double drawn = turns.draw(load::mix(shared_.plan.seed, number, turns_draw));
  return static_cast<std::uint32_t>(std::clamp(std::round(drawn), 1.0, 1e9));
}

void worker::begin_close(std::uint32_t i) {
  session::row& r = sessions_[i];
  if (!r.leaving) ++leaving_;
  r.leaving = true;
  repopulate_ = true;
  unready(i);
  if (r.timer != session::no_place) wheel_.cancel(r.timer);
  r.timer = session::no_place;
  if ((scenarios_[r.scenario]->table().flags & LSRUN_SCENARIO_NO_CLOSE) != 0) {
    end_session(i, r.expiring ? session::end::expired : session::end::closed);
    return;
  }
  r.state = session::state::closing;
  addresses_[r.address].closes.push_back(i);
  ++closes_waiting_;
  poke(r.address);
}

void worker::end_session(std::uint32_t i, session::end why) {
  session::row& r = sessions_[i];
  metrics::session_figures& count = shard_.sessions();
  switch (why) {
    case session::end::failed_to_open:
      ++count.failed_to_open;
      break;
    case session::end::closed:
      ++count.closed;
      break;
    case session::end::expired:
      ++count.expired;
      break;
    case session::end::lost:
      ++count.lost;
      break;
    case session::end::none:
      break;
  }
  if (why == session::end::failed_to_open) {
    ++failed_in_a_row_;
    opens_held_until_ = now_ + rate::backoff(retry_, failed_in_a_row_, load::mix(shared_.plan.seed, r.number, 0));
  } else {
    --alive_;
  }
  if (r.leaving) --leaving_;
  const lsrun_scenario& scenario = scenarios_[r.scenario]->table();
  inside_.enter(plugin::inside_word::of(r.scenario, model::step::close, r.number).bits);
  if (scenario.destruct) scenario.destruct(scenario.self, sessions_.state(i));
  inside_.leave();
  lease_.release(r.address);
  sessions_.give_back(i);
  repopulate_ = true;
}

// Looks at a part of the table at a time, so that a million sessions do not stop the clock.
void worker::sweep(std::uint32_t from) {
  constexpr std::uint32_t at_once = 8192;
  const std::uint32_t end = std::min(sessions_.rows(), from + at_once);
  if (shared_.plan.sessions.expire_after)
    for (std::uint32_t i = from; i < end; ++i) {
      session::row& r = sessions_[i];
      if (r.state != session::state::active || now_ - r.last_active <= *shared_.plan.sessions.expire_after) continue;
      r.expiring = true;
      begin_close(i);
    }
  if (end < sessions_.rows()) {
    wheel_.schedule(now_ + time::millisecond, *this, tag(sweep_more, end));
    return;
  }
  if (holding_) hold_memory(true);  // still short: a tenth less
  wheel_.schedule(now_ + *shared_.plan.sessions.cleanup_every, *this, tag(sweep_due));
}

}  // namespace lsrun::run
