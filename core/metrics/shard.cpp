// The hot path of measurement: what ended is noted in a few stores, and a batch of notes is worked into the interval's
// tables at once, where what neighbours have in common is looked up once for all of them.
#include "metrics/shard.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "metrics/histogram_impl.hpp"
#include "metrics/text_cleaning.hpp"

namespace lsrun::metrics {
namespace {

std::int64_t microseconds(time::span s) {
  return s <= 0 ? 0 : static_cast<std::int64_t>((static_cast<std::uint64_t>(s) + 500) / 1000);
}

template <class Figures>
[[gnu::noinline]] void lengthen(std::vector<Figures>& rows, std::size_t size) {
  rows.resize(size);
}
template <class Figures>
[[gnu::always_inline]] inline Figures& row(std::vector<Figures>& rows, std::size_t index) {
  if (index >= rows.size()) [[unlikely]]
    lengthen(rows, index + 1);
  return rows[index];
}

void count(status_counts& counts, std::uint16_t status, std::uint64_t times) {
  if (!counts.empty() && counts.begin()->first == status) [[likely]]
    counts.begin()->second += times;
  else
    counts[status] += times;
}

// The row of a turn; nullptr: of none.
[[gnu::always_inline]] inline turn_figures* row_of_turn(std::vector<turn_figures>& turns, std::uint32_t turn) {
  if (turn == 0 || turn == no_turn) return nullptr;
  return &row(turns, std::min<std::size_t>(turn, most_turns) - 1);
}

// Did a complete answer come? Only then are there times to speak of.
bool answered(const request_record& r) {
  using enum model::outcome;
  return r.status != 0 && r.outcome != timeout && r.outcome != connect_error && r.outcome != cancelled;
}

bool is_failure(model::outcome o) { return !model::well(o) && o != model::outcome::cancelled; }

// Records that are alike in this are worked in together.
bool alike(const request_record& a, const request_record& b) {
  return a.operation == b.operation && a.tenant == b.tenant && a.outcome == b.outcome && a.status == b.status &&
         a.long_poll == b.long_poll;
}

// What is noted of a step and of a scenario's value.
struct noted_step {
  std::uint32_t tenant, turn;
  model::outcome outcome;
  bool retried;
  time::span took;
};
bool alike(const noted_step& a, const noted_step& b) {
  return a.tenant == b.tenant && a.outcome == b.outcome && a.retried == b.retried;
}
struct noted_value {
  std::uint32_t metric;
  std::int64_t value;
};

// Calls work(first, behind the last) for each stretch of records that are alike.
template <class Record, class Work>
void each_stretch(const Record* first, const Record* end, Work work) {
  while (first != end) {
    const Record* behind = first + 1;
    while (behind != end && alike(*behind, *first)) ++behind;
    work(first, behind);
    first = behind;
  }
}

}  // namespace

struct shard::impl {
  impl(const registry& n, time::instant s) : names{n}, start{s}, now{std::make_unique<interval>()} {}

  const registry& names;
  time::instant start;
  std::unique_ptr<interval> now;

  // Where an address and operation has its row in now->addresses; good only if its epoch is the present one, so that
  // a hand-over need not walk the table.
  struct place {
    std::uint32_t epoch = 0, row = 0;
  };
  std::uint32_t epoch = 1;
  std::vector<std::vector<place>> places;                            // by operation, then address
  std::unordered_multimap<std::size_t, std::size_t> failure_places;  // hash -> index in now->failures
  std::size_t failure_kinds = 0;
  std::unordered_set<std::size_t> exampled;  // hashes of the kinds that were given an example
  std::vector<metric_kind> kinds;            // by metric id
  std::array<noted_step, batch> steps;
  std::array<noted_value, batch> values;
  std::uint32_t noted_steps = 0, noted_values = 0;
  std::vector<std::int64_t> slow_above;            // by operation: what is faster is not among the run's slowest
  std::vector<std::vector<std::int64_t>> slowest;  // by operation: their times, as many as most_slowest, slowest first

  // The last one asked for: often the next too.
  place* last = nullptr;
  std::uint32_t last_address = 0, last_operation = 0;

  address_figures& address_row(std::uint32_t address, std::uint32_t operation) {
    if (last == nullptr || address != last_address || operation != last_operation || last->epoch != epoch)
      last = find_place(address, operation);
    return now->addresses[last->row];
  }
  place* find_place(std::uint32_t address, std::uint32_t operation) {
    last_address = address;
    last_operation = operation;
    place& p = row(row(places, operation), address);
    if (p.epoch != epoch) {
      p = {epoch, static_cast<std::uint32_t>(now->addresses.size())};
      now->addresses.emplace_back();
      now->addresses.back().address = address;
      now->addresses.back().operation = operation;
    }
    return &p;
  }

  using request_iterator = const request_record*;
  void fold_requests(request_iterator, request_iterator);
  void fold_addresses(request_iterator, request_iterator);
  void fold_answers(request_iterator, request_iterator);
  void fold_steps();
  void fold_values();

  void learn_kinds(std::uint32_t metric) {
    while (metric >= kinds.size()) kinds.push_back(names.metric_of(static_cast<std::uint32_t>(kinds.size())).kind);
  }

  static std::size_t hash_of(const failure& f) {
    return std::hash<std::string>{}(f.message) * 31 + f.status * 7919u + f.operation * 104729u +
           static_cast<std::size_t>(f.outcome);
  }

  failure& failure_row(failure wanted) {
    for (;;) {
      const std::size_t hash = hash_of(wanted);
      const auto [from, to] = failure_places.equal_range(hash);
      for (auto at = from; at != to; ++at)
        if (now->failures[at->second].alike(wanted)) return now->failures[at->second];
      if (wanted.operation == no_operation || failure_kinds < most_failure_kinds) {
        failure_kinds += wanted.operation != no_operation;
        failure_places.emplace(hash, now->failures.size());
        return now->failures.emplace_back(std::move(wanted));
      }
      wanted.status = 0;
      wanted.operation = no_operation;
      wanted.message = other_failures;
    }
  }

  void keep_slow(const request_record& r, std::int64_t took) {
    std::vector<std::int64_t>& times = row(slowest, r.operation);
    times.insert(std::upper_bound(times.begin(), times.end(), took, std::greater<>()), took);
    if (times.size() > most_slowest) times.pop_back();
    if (times.size() == most_slowest) slow_above[r.operation] = times.back();
    const double at = time::seconds((r.planned != 0 ? r.planned : r.sent) - start);
    keep_slowest(now->operations[r.operation].slowest,
                 {took, at, r.session, r.address, r.turn, r.attempt, r.outcome, r.status, r.trace});
  }

  std::optional<exchange>* count_failure(const request_record& r) {
    const double at = time::seconds((r.end != 0 ? r.end : r.sent != 0 ? r.sent : r.planned) - start);
    failure wanted;
    wanted.outcome = r.outcome;
    wanted.status = r.status;
    wanted.operation = r.operation;
    wanted.message = clean_text(r.message);
    failure& f = failure_row(std::move(wanted));
    if (f.count == 0 || at < f.first_s) {
      f.first_s = at;
      f.example_session = r.session;
    }
    f.last_s = f.count == 0 ? at : std::max(f.last_s, at);
    ++f.count;
    ++f.attempts[std::min<std::uint32_t>(r.attempt, most_failure_attempts)];
    const bool room = f.addresses.contains(r.address) || f.addresses.size() < most_failure_addresses;
    ++f.addresses[room ? r.address : other_addresses];
    if (f.count > 1 || exampled.size() >= most_failure_kinds || !exampled.insert(hash_of(f)).second) return nullptr;
    return &f.example;
  }
};

shard::shard(const registry& names, time::instant start) : impl_{std::make_unique<impl>(names, start)} {}
shard::~shard() = default;

// Works in requests that are alike but for address, turn and times. One table after the other: the loops are short.
void shard::impl::fold_requests(request_iterator first, request_iterator end) {
  const auto times = static_cast<std::uint64_t>(end - first);
  operation_figures& operation = row(now->operations, first->operation);
  operation.requests[first->outcome] += times;
  count(operation.statuses, first->status, times);
  row(now->tenants, first->tenant).requests[first->outcome] += times;
  fold_addresses(first, end);
  for (auto r = first; r != end; ++r)
    if (r->sent != 0 && r->planned != 0) now->lag.record(located_value(microseconds(r->sent - r->planned)));
  for (auto r = first; r != end; ++r)
    if (turn_figures* const turn = row_of_turn(now->turns, r->turn)) ++turn->requests[r->outcome];
  if (answered(*first) && !first->long_poll) fold_answers(first, end);
}

void shard::impl::fold_addresses(request_iterator first, request_iterator end) {
  while (first != end) {
    const request_iterator from = first;
    while (++first != end && first->address == from->address) {
    }
    const auto times = static_cast<std::uint64_t>(first - from);
    address_figures& address = address_row(from->address, from->operation);
    address.requests[from->outcome] += times;
    count(address.statuses, from->status, times);
  }
}

void shard::impl::fold_answers(request_iterator first, request_iterator end) {
  operation_figures& operation = now->operations[first->operation];
  tenant_figures& tenant = now->tenants[first->tenant];
  row(slow_above, first->operation);
  for (auto r = first; r != end; ++r) {
    if (r->end == 0) continue;
    const located_value response(microseconds(r->end - (r->planned != 0 ? r->planned : r->sent)));
    operation.response_time.record(response);
    if (response.value > slow_above[r->operation]) [[unlikely]]
      keep_slow(*r, response.value);
    tenant.response_time.record(response);
    if (turn_figures* const turn = row_of_turn(now->turns, r->turn)) turn->response_time.record(response);
  }
  for (auto r = first; r != end; ++r)
    if (r->end != 0 && r->sent != 0) operation.service_time.record(located_value(microseconds(r->end - r->sent)));
}

void shard::impl::fold_steps() {
  const auto work = [this](const noted_step* first, const noted_step* end) {
    const auto times = static_cast<std::uint64_t>(end - first);
    const bool well = model::well(first->outcome);
    (well ? now->steps.succeeded : now->steps.failed) += times;
    if (first->retried) now->steps.retried += times;
    now->steps.ended[first->outcome] += times;
    row(now->tenants, first->tenant).steps[first->outcome] += times;
    for (auto s = first; s != end; ++s)
      if (turn_figures* const turn = row_of_turn(now->turns, s->turn)) ++turn->steps[s->outcome];
    for (auto s = first; well && s != end; ++s)
      if (s->took >= 0) now->step_time.record(located_value(microseconds(s->took)));
  };
  each_stretch(steps.data(), steps.data() + std::exchange(noted_steps, 0), work);
}

void shard::impl::fold_values() {
  const noted_value* v = values.data();
  for (const noted_value* const end = v + std::exchange(noted_values, 0); v != end;) {
    const std::uint32_t metric = v->metric;
    if (metric >= kinds.size()) learn_kinds(metric);
    scenario_metric_figures& figures = row(now->scenario_metrics, metric);
    const metric_kind kind = kinds[metric];
    for (; v != end && v->metric == metric; ++v) {
      const std::int64_t value = kind == metric_kind::time ? microseconds(v->value) : v->value;
      figures.sum += value;
      if (kind != metric_kind::count) figures.values.record(located_value(value));
    }
  }
}

std::optional<exchange>* shard::request_noted() {
  const request_record& r = requests_[noted_requests_];
  std::optional<exchange>* const example = is_failure(r.outcome) ? impl_->count_failure(r) : nullptr;
  if (++noted_requests_ == batch) [[unlikely]]
    fold();
  return example;
}

void shard::fold() {
  const auto work = [this](const request_record* first, const request_record* end) {
    impl_->fold_requests(first, end);
  };
  each_stretch(requests_.data(), requests_.data() + std::exchange(noted_requests_, 0), work);
  impl_->fold_steps();
  impl_->fold_values();
}

void shard::throttled(time::span waited) { impl_->now->throttle_wait.record(located_value(microseconds(waited))); }

void shard::step_failed(const request_record& r) {
  if (is_failure(r.outcome)) impl_->count_failure(r);
}

void shard::step_ended(model::outcome o, std::uint32_t tenant, std::uint32_t turn, bool retried, time::span took) {
  impl& s = *impl_;
  s.steps[s.noted_steps] = {tenant, turn, o, retried, took};
  if (++s.noted_steps == batch) [[unlikely]]
    s.fold_steps();
}

void shard::scenario_value(std::uint32_t metric, std::int64_t value) {
  impl& s = *impl_;
  s.values[s.noted_values] = {metric, value};
  if (++s.noted_values == batch) [[unlikely]]
    s.fold_values();
}

void shard::adjusted(const rate_adjustment& a) { impl_->now->adjustments.push_back(a); }
session_figures& shard::sessions() { return impl_->now->sessions; }

std::unique_ptr<interval> shard::take(std::unique_ptr<interval> spent) {
  impl& s = *impl_;
  fold();
  s.now->steps.started += std::exchange(steps_started_, 0);
  s.now->missed_turns += std::exchange(missed_turns_, 0);
  s.now->throttle_wait.record(0, std::exchange(not_throttled_, 0));
  if (spent) {
    spent->clear();
  } else {
    spent = std::make_unique<interval>();
  }
  s.now.swap(spent);
  ++s.epoch;
  s.failure_places.clear();
  s.failure_kinds = 0;
  return spent;
}

}  // namespace lsrun::metrics
