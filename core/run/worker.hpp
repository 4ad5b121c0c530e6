// One worker: a thread with its client addresses, all their sessions, connections, permits and one metrics shard. It
// shares nothing while it runs; the runner talks to it by post().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "load/arrivals.hpp"
#include "load/distribution.hpp"
#include "load/stream.hpp"
#include "metrics/shard.hpp"
#include "plugin/inside.hpp"
#include "plugin/loader.hpp"
#include "pool/lease.hpp"
#include "rate/backoff.hpp"
#include "rate/controller.hpp"
#include "run/shared.hpp"
#include "run/step.hpp"
#include "run/wake_pause.hpp"
#include "session/leaver.hpp"
#include "session/table.hpp"
#include "time/timer_wheel.hpp"
#include "transport/client.hpp"
#include "transport/reactor.hpp"

namespace lsrun::run {

class worker final : time::timer_wheel::client {
 public:
  // Worker number `index` owns the addresses a of the pool with a % workers == index. `scenarios`: an instance of each
  // of the plan's scenarios, its own. Throws std::exception with a sentence (TLS, epoll). [main-thread]
  worker(shared&, std::uint32_t index, std::vector<std::unique_ptr<plugin::scenario_instance>> scenarios);
  ~worker();  // its thread has ended

  void run();  // until stop(): the thread's body. [worker's thread]

  // From any thread, carried out on the worker's:
  void post(std::function<void(worker&)> work);

  // What posted work may do. [worker's thread]
  std::unique_ptr<metrics::interval> take_interval(std::unique_ptr<metrics::interval> spent);
  void stop_taking_work(std::function<void()> when_idle);  // no further open or turn; closes that are due still go
  void cancel_all();                                       // every step under way ends as cancelled
  void stop();                                             // run() returns in this round
  void hold_memory(bool on);        // the memory guard: no new sessions, and a tenth of those alive are closed
  void scale_rates(double factor);  // by hand: of limits and base rate, instead of the factor before
  void pause_opens(bool on);        // by hand: sessions that are not there yet are not opened; closes go on
  struct pulse {                    // since it was last asked for
    double busy = 0;                // share of the time that the thread was on a processor, or waited for one
    time::span silence = 0;         // the longest time from one turn of the loop to the next
    time::span wake_pause = 0;      // the longest least sleep
  };
  pulse take_pulse();
  const transport::counters& connections() const { return client_->connections(); }
  const plugin::inside_mark& inside() const { return inside_; }  // [any thread]
  std::size_t bytes() const;  // held for sessions: rows, plugin states, timers, ready lists

 private:
  friend struct step;
  friend struct operation;

  struct intent {  // a session that is to be opened
    time::instant due;
    std::uint64_t number;
    std::uint8_t scenario;
  };
  struct permit_queue {  // requests of one operation that wait for their permits, first come first served
    std::uint32_t operation;
    run::operation* head = nullptr;
    run::operation* tail = nullptr;
  };
  struct address_state {
    std::vector<intent> opens;  // from first_open on
    std::size_t first_open = 0;
    std::vector<std::uint32_t> closes;  // rows that are to be closed
    std::vector<permit_queue> queues;
    time::instant slot = 0;         // next place of the base rate's schedule
    time::instant ready_since = 0;  // from when on a session has always been ready
    time::timer_wheel::id timer = time::timer_wheel::none;
    std::uint32_t in_step = 0;
    std::uint32_t ready = 0;  // sessions in its lists of those that are
    bool queued = false;      // in run_queue_
  };
  struct by_step {  // what a scenario's step asked for first, learnt from the step itself
    std::uint32_t operation[3] = {unknown, unknown, unknown};
  };
  static constexpr std::uint32_t unknown = 0xffffffff;
  enum timer_kind : std::uint64_t {
    address_due,
    session_due,
    level_due,
    adapt_due,
    sweep_due,
    arrival_due,
    sweep_more,
    opens_again
  };
  static std::uint64_t tag(timer_kind what, std::uint64_t index = 0) { return index << 8 | what; }

  // worker.cpp: the loop; steering.cpp: what the runner asks for
  void on_timer(std::uint64_t cookie, time::instant now) override;
  void loop_once();
  void check_idle();
  // A wave of a million steps must not keep the sockets waiting either: about 10 ms of work, then they have their turn.
  bool enough_begun() const { return steps_begun_ >= 1024; }
  time::span run_time() const { return now_ - shared_.start; }
  double run_seconds() const { return time::seconds(run_time()); }
  std::uint32_t global(std::uint32_t local) const { return local * shared_.workers() + index_; }
  void adapt();
  void report_adjustment(const rate::adjustment&);

  // dispatch.cpp: which step or request goes next at an address
  void poke(std::uint32_t address) { poke(address, addresses_[address]); }
  void poke(std::uint32_t address, address_state& its) {
    if (its.queued) return;
    its.queued = true;
    run_queue_.push_back(address);
  }
  void dispatch(std::uint32_t address);
  time::instant send_waiting(std::uint32_t address);
  time::instant start_closes(std::uint32_t address);
  time::instant start_steps(std::uint32_t address);
  void forget_opened(address_state&);
  bool start_open(std::uint32_t address, time::instant slot, time::instant& wake);
  bool start_turn(std::uint32_t address, time::instant slot, time::instant& wake);
  time::instant permit_at(std::uint32_t address, std::uint8_t scenario, model::step) const;
  void advance_slot(std::uint32_t address, time::instant planned, std::uint32_t operation);
  std::vector<std::uint32_t>& ready(std::uint32_t address, std::uint8_t scenario) {
    return ready_[std::size_t{address} * scenarios_.size() + scenario];
  }

  // population.cpp: how many sessions there are
  void adjust_population();
  void want_session(time::instant due);
  bool drop_an_intent();
  bool let_one_go();
  void next_arrival();
  void make_ready(std::uint32_t row, session::row&);
  void unready(std::uint32_t row);
  void take_ready(address_state&, std::vector<std::uint32_t>& list, std::uint32_t place);
  void begin_close(std::uint32_t row);
  void end_session(std::uint32_t row, session::end why);
  void sweep(std::uint32_t from);
  std::uint64_t wanted_here() const;
  std::uint16_t tenant_of(std::uint64_t number) const;
  std::uint32_t turns_of(std::uint64_t number) const;

  // Every call of a plugin's code for a step goes through here: marked for the watchdog and for a crash's last words.
  // An exception that gets out, against the contract, ends the step as a plugin fault. `call` must not call a pointer
  // whose type is noexcept: a compiler may leave out the catch around it.
  template <class Call>
  void in_plugin(step* s, Call call) {
    inside_.enter(s->mark);
    try {
      call();
    } catch (...) {
      threw(s);
    }
    inside_.leave();
  }
  void threw(step*);

  // stepping.cpp: steps
  void start_step(std::uint32_t row, model::step, time::instant wanted, time::instant planned);
  void settle(step*);
  void count_end(step*);
  void think(std::uint32_t row, session::row&);
  void cancel_step(step*);
  void abandon(step*);

  // requesting.cpp: their operations, as plugins ask for them
  operation* new_operation(step*);
  bool take_request(const lsrun_http_request&);
  void take_text(operation*, const lsrun_http_request&, std::string_view body, const void* words);
  void write_text(operation*, const lsrun_http_request&, std::string_view body, const void* words);
  void begin_request(operation*);
  bool others_wait(std::uint32_t address, std::uint32_t operation) const;
  void wait_for_permit(operation*, time::instant wanted);
  void send(operation*, time::instant planned);
  void send_here(operation*, time::instant planned);  // the same, in place
  void give_trace(operation*);

  // answering.cpp: how those end
  void cancel_operation(operation*);
  void leave_queue(operation*);
  void answered(operation*, const transport::answer&);
  model::outcome classify(operation*, lsrun_http_reply&, char* reason, std::string_view& why);
  void mask(std::string_view& why);
  void load_refused(const operation*, const transport::answer&);
  bool retry_wanted(operation*, const transport::answer&, model::outcome);
  void complete(operation*, model::outcome, std::string_view why);  // one that was not sent, or a pause
  void complete(operation*, const lsrun_http_reply&);
  void forget(operation*);
  // Are the budgets of this operation defined? They are now, if it has a name.
  bool know(std::uint32_t operation) {
    return (operation < known_.size() && known_[operation] != 0) || get_to_know(operation);
  }
  bool get_to_know(std::uint32_t operation);
  std::string name_of(std::uint32_t operation) const { return shared_.names.operations()[operation]; }

  shared& shared_;
  const std::uint32_t index_;
  const load::mixed_seed seed_;    // the plan's
  const load::stream turn_picks_;  // which ready session has the next turn
  const std::uint64_t run_trace_;  // the run's half of trace ids; 0: none are sent
  std::size_t trace_at_ = 0;       // where the header's value stands in each address's header lines
  std::vector<std::unique_ptr<plugin::scenario_instance>> scenarios_;
  plugin::inside_mark inside_;
  transport::reactor reactor_;
  time::timer_wheel wheel_;
  std::unique_ptr<transport::client> client_;
  metrics::shard shard_;
  rate::controller rates_;
  rate::retry_policy retry_;
  session::table sessions_;
  session::leaver leaver_;
  pool::lease lease_;
  object_pool<step> steps_;
  object_pool<operation> operations_;
  std::vector<address_state> addresses_;
  std::vector<std::vector<std::uint32_t>> ready_;
  std::vector<std::uint32_t> run_queue_, running_;     // addresses to look at
  std::vector<transport::header_view> asked_headers_;  // of what a plugin asks for just now
  std::string masked_why_;                             // of the answer that is being looked at
  bool asked_again_ = false;                           // in the words of the operation that is used next
  std::vector<step*> ended_, settling_;
  std::vector<operation*> dead_, ending_;  // cancelled before they were sent: their done is due
  std::vector<by_step> learnt_;            // by scenario
  std::vector<char> known_;                // operations whose budgets are defined
  std::unique_ptr<load::arrivals> arrivals_;
  time::instant now_ = 0;
  time::instant turned_at_ = 0, pulse_at_ = 0;  // of the loop's last turn; when the pulse was last taken
  time::span silence_ = 0, cpu_at_pulse_ = 0, waits_at_pulse_ = 0;
  int schedstat_ = -1;  // of this thread, while it runs
  wake_pause wake_pause_;
  time::span longest_pause_ = 0;   // since the pulse was last taken
  time::span base_interval_ = 0;   // of one address; 0: no base rate
  bool open_loop_ = false;         // turns are planned whatever the answers do
  std::uint64_t next_number_ = 0;  // of this worker's sessions
  std::uint64_t waiting_opens_ = 0;
  std::uint64_t leaving_ = 0;  // sessions that are on their way out
  std::uint64_t alive_ = 0;    // opened and not over
  std::uint64_t ready_count_ = 0, throttled_ = 0, closes_waiting_ = 0;
  std::uint64_t picks_ = 0, replaced_told_ = 0;
  double taken_s_ = 0;  // run time of the last interval's end
  std::size_t drop_from_ = 0;
  std::uint32_t steps_begun_ = 0;      // in this turn of the loop
  std::uint32_t failed_in_a_row_ = 0;  // sessions that failed to open
  time::instant opens_held_until_ = 0;
  time::instant level_at_ = 0, opens_due_ = 0;  // when the level was to change; 0: it did not
  bool opens_timer_set_ = false;
  bool repopulate_ = false;  // the number of sessions may have to change
  bool draining_ = false, stopped_ = false, paused_ = false, holding_ = false, load_refused_ = false;
  std::uint64_t held_level_ = 0;
  std::function<void()> when_idle_;
};

// A session, in row `i`, wants its next turn.
inline void worker::make_ready(std::uint32_t i, session::row& r) {
  address_state& a = addresses_[r.address];
  if (a.ready++ == 0) a.ready_since = r.due;
  auto& list = ready(r.address, r.scenario);
  r.ready_place = static_cast<std::uint32_t>(list.size());
  list.push_back(i);
  ++ready_count_;
  poke(r.address, a);
}

// Takes what stands at this place out of a list of an address's ready sessions; its row is to be told.
inline void worker::take_ready(address_state& a, std::vector<std::uint32_t>& list, std::uint32_t place) {
  list[place] = list.back();
  sessions_[list.back()].ready_place = place;
  list.pop_back();
  --a.ready;
  --ready_count_;
}

inline void worker::unready(std::uint32_t i) {
  session::row& r = sessions_[i];
  if (r.ready_place == session::no_place) return;
  take_ready(addresses_[r.address], ready(r.address, r.scenario), r.ready_place);
  r.ready_place = session::no_place;
}

// The budgets of a plan's limits for one client address, headroom taken off; and, by name, which of them an operation
// draws on: the one of its own name, else `default`, else none.
std::vector<rate::budget> budgets_of(const config::limits&);
std::vector<std::uint32_t> budgets_for(const config::limits&, const std::vector<rate::budget>&,
                                       const std::vector<std::string>& names);

}  // namespace lsrun::run
