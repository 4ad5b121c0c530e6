// The hot path of measurement: what ended is noted in a few stores, and a batch of notes is worked into the interval's
// tables at once, where what neighbours have in common is looked up once for all of them.
#include "metrics/shard.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <utility>

#include "metrics/address_places.hpp"
#include "metrics/failure_kinds.hpp"
#include "metrics/growing_rows.hpp"
#include "metrics/histogram_impl.hpp"

namespace lsrun::metrics {
namespace {

constexpr time::span no_time = INT64_MIN;  // of a step: it made no request, or did not end well

std::int64_t microseconds(time::span s) {
  return s <= 0 ? 0 : static_cast<std::int64_t>((static_cast<std::uint64_t>(s) + 500) / 1000);
}

[[gnu::always_inline]] inline void count(status_counts& counts, std::uint16_t status, std::uint64_t times) {
  if (!counts.empty() && counts.begin()->first == status) [[likely]]
    counts.begin()->second += times;
  else
    counts[status] += times;
}

// The same for what a histogram holds, and more than it holds for what is longer or below 0. A product's upper half
// instead of a division: 2^64 / 1000 rounded up is 0.384 too large, which shows in no quotient of less than 2^64 / 384.
[[gnu::always_inline]] inline std::uint64_t quick_microseconds(time::span s) {
  __extension__ using wide = unsigned __int128;
  constexpr std::uint64_t per_microsecond = UINT64_MAX / 1000 + 1;
  return static_cast<std::uint64_t>(wide{static_cast<std::uint64_t>(s) + 500} * per_microsecond >> 64);
}

// Did a complete answer come? Only then are there times to speak of.
bool answered(model::outcome o, std::uint16_t status) {
  using enum model::outcome;
  return status != 0 && o != timeout && o != connect_error && o != cancelled;
}

bool is_failure(model::outcome o) { return !model::well(o) && o != model::outcome::cancelled; }

// The rows of turns, at hand while many are asked for.
class turn_rows {
 public:
  explicit turn_rows(std::vector<turn_figures>& rows) : rows_{rows}, first_{rows.data()}, behind_{rows.size() + 2} {}
  // `number`: as shard::row_of has it; nullptr: has none.
  turn_figures* at(std::uint32_t number) {
    if (number < 2) return nullptr;
    if (number >= behind_) [[unlikely]] {
      lengthen(rows_, number - 1);
      first_ = rows_.data();
      behind_ = rows_.size() + 2;
    }
    return first_ + (number - 2);
  }

 private:
  std::vector<turn_figures>& rows_;
  turn_figures* first_;
  std::size_t behind_;
};

// Calls work(first, behind the last) for each stretch of records of which `of` says the same.
template <class Record, class Of, class Work>
[[gnu::always_inline]] inline void each_stretch(const Record* first, const Record* end, Of of, Work work) {
  while (first != end) {
    const Record* behind = first + 1;
    const auto same = of(*first);
    while (behind != end && of(*behind) == same) ++behind;
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

  address_places addresses;
  failure_kinds failures;
  std::vector<metric_kind> kinds;                  // by metric id
  std::vector<std::int64_t> slow_above;            // by operation: what is faster is not among the run's slowest
  std::vector<std::vector<std::int64_t>> slowest;  // by operation: their times, as many as most_slowest, slowest first

  void count_steps(model::outcome o, bool retried, std::uint64_t times) {
    (model::well(o) ? now->steps.succeeded : now->steps.failed) += times;
    if (retried) now->steps.retried += times;
    now->steps.ended[o] += times;
  }

  // Of these the response and service times count.
  static bool times_count(const request_kind& kind) {
    return kind.more != also::long_poll && answered(kind.outcome, kind.status);
  }

  // Works in requests that are alike but for address, turn and times.
  // `one_address`: all of them are at one; `one_row`: of one turn, or of turns that share a row.
  void alike(const noted_request* first, const noted_request* end, bool one_address, bool one_row);
  void at_addresses(const noted_request* first, const noted_request* end, bool one_address);
  void at_turns(const noted_request* first, const noted_request* end, bool one_row);
  template <class... Histograms>
  void answers(const noted_request* first, const noted_request* end, Histograms&...);
  void alike(const noted_step* first, const noted_step* end);
  void alike(const noted_value* first, const noted_value* end);

  void learn_kinds(std::uint32_t metric) {
    while (metric >= kinds.size()) kinds.push_back(names.metric_of(static_cast<std::uint32_t>(kinds.size())).kind);
  }

  void keep_slow(const noted_request& r, std::int64_t took) {
    std::int64_t& above = slow_above[r.kind.operation];
    if (took <= above) return;
    std::vector<std::int64_t>& times = row(slowest, r.kind.operation);
    times.insert(std::upper_bound(times.begin(), times.end(), took, std::greater<>()), took);
    if (times.size() > most_slowest) times.pop_back();
    if (times.size() == most_slowest) above = times.back();
    keep_slowest(now->operations[r.kind.operation].slowest,
                 {took, time::seconds(r.planned - start), r.session, r.address, r.turn, r.attempt, r.kind.outcome,
                  r.kind.status, r.trace});
  }
};

shard::shard(const registry& names, time::instant start) : impl_{std::make_unique<impl>(names, start)} {}
shard::~shard() = default;

// One table after the other: the loops are short.
void shard::impl::alike(const noted_request* first, const noted_request* end, bool one_address, bool one_row) {
  const request_kind kind = first->kind;
  const auto times = static_cast<std::uint64_t>(end - first);
  operation_figures& operation = row(now->operations, kind.operation);
  operation.requests[kind.outcome] += times;
  count(operation.statuses, kind.status, times);
  tenant_figures& tenant = row(now->tenants, kind.tenant);
  tenant.requests[kind.outcome] += times;
  if (kind.with_step()) {
    count_steps(kind.outcome, false, times);
    tenant.steps[kind.outcome] += times;
  }
  at_addresses(first, end, one_address);
  at_turns(first, end, one_row);
  if (!times_count(kind)) return;
  histogram::record_each(
      std::array{&operation.service_time}, first, end,
      [](const noted_request& r) { return quick_microseconds(r.end - r.sent); }, histogram::highest,
      [](const noted_request& r) { return r.end == 0 ? std::nullopt : std::optional(microseconds(r.end - r.sent)); });
}

void shard::impl::at_addresses(const noted_request* first, const noted_request* end, bool one_address) {
  const request_kind kind = first->kind;
  auto rows = addresses.of(now->addresses, kind.operation);
  const auto work = [&](const noted_request& r, std::uint64_t times) {
    address_figures& address = rows.at(r.address);
    address.requests[kind.outcome] += times;
    count(address.statuses, kind.status, times);
  };
  if (one_address) return work(*first, static_cast<std::uint64_t>(end - first));
  for (; first != end; ++first) work(*first, 1);
}

void shard::impl::at_turns(const noted_request* first, const noted_request* end, bool one_row) {
  const request_kind kind = first->kind;
  const bool timed = times_count(kind);
  histogram& of_operation = now->operations[kind.operation].response_time;
  histogram& of_tenant = now->tenants[kind.tenant].response_time;
  const std::uint32_t number = row_of(first->turn);
  if (one_row && number >= 2) {
    turn_figures& turn = row(now->turns, number - 2);
    turn.requests[kind.outcome] += static_cast<std::uint64_t>(end - first);
    if (kind.with_step()) turn.steps[kind.outcome] += static_cast<std::uint64_t>(end - first);
    if (kind.with_step())
      answers(first, end, of_operation, of_tenant, turn.response_time, now->step_time);
    else if (timed)
      answers(first, end, of_operation, of_tenant, turn.response_time);
    return;
  }
  if (kind.with_step())
    answers(first, end, of_operation, of_tenant, now->step_time);
  else if (timed)
    answers(first, end, of_operation, of_tenant);
  if (one_row) return;
  turn_rows turns(now->turns);
  for (auto r = first; r != end; ++r) {
    turn_figures* const turn = turns.at(row_of(r->turn));
    if (turn == nullptr) continue;
    ++turn->requests[kind.outcome];
    if (kind.with_step()) ++turn->steps[kind.outcome];
    if (timed && r->end != 0) turn->response_time.record_quick(microseconds(r->end - r->planned));
  }
}

template <class... Histograms>
void shard::impl::answers(const noted_request* first, const noted_request* end, Histograms&... to) {
  const auto rare = [this](const noted_request& r) -> std::optional<std::int64_t> {
    if (r.end == 0) return std::nullopt;
    const std::int64_t took = microseconds(r.end - r.planned);
    keep_slow(r, std::min(took, histogram::highest));
    return took;
  };
  histogram::record_each(
      std::array{&to...}, first, end, [](const noted_request& r) { return quick_microseconds(r.end - r.planned); },
      row(slow_above, first->kind.operation), rare);
}

void shard::impl::alike(const noted_step* first, const noted_step* end) {
  const step_kind kind = first->kind;
  const auto times = static_cast<std::uint64_t>(end - first);
  count_steps(kind.outcome, kind.retried, times);
  row(now->tenants, kind.tenant).steps[kind.outcome] += times;
  turn_rows turns(now->turns);
  for (auto s = first; s != end; ++s)
    if (turn_figures* const turn = turns.at(s->row)) ++turn->steps[kind.outcome];
}

void shard::impl::alike(const noted_value* first, const noted_value* end) {
  if (first->metric >= kinds.size()) learn_kinds(first->metric);
  scenario_metric_figures& figures = row(now->scenario_metrics, first->metric);
  const auto record = [&](auto quick, auto exact) {
    const auto rare = [&](const noted_value& v) {
      const std::int64_t value = exact(v.value);
      figures.sum += value;
      return std::optional(value);
    };
    const auto value = [quick](const noted_value& v) { return quick(v.value); };
    figures.sum += static_cast<std::int64_t>(
        histogram::record_each(std::array{&figures.values}, first, end, value, histogram::highest, rare));
  };
  switch (kinds[first->metric]) {
    case metric_kind::time:
      return record(quick_microseconds, microseconds);
    case metric_kind::number:
      return record([](std::int64_t v) { return static_cast<std::uint64_t>(v); }, [](std::int64_t v) { return v; });
    case metric_kind::count:
      for (; first != end; ++first) figures.sum += first->value;
  }
}

std::optional<exchange>* shard::request_failed(noted_request& r, std::string_view message) {
  if (r.kind.more == also::nothing) r.kind.more = also::failure;
  if (!is_failure(r.kind.outcome)) return nullptr;
  const time::instant when = r.end != 0 ? r.end : r.sent != 0 ? r.sent : r.planned;
  return impl_->failures.count(
      impl_->now->failures, {r.kind.outcome, r.kind.status, r.kind.operation, message, r.session, r.address, r.attempt},
      time::seconds(when - impl_->start));
}

void shard::step_ended(const step_record& s) {
  const bool timed = model::well(s.outcome) && s.began != 0;
  steps_[noted_steps_] = {
      {static_cast<std::uint16_t>(s.tenant), s.outcome, s.retried}, row_of(s.turn), timed ? s.over - s.began : no_time};
  if (++noted_steps_ == batch) [[unlikely]]
    fold_steps();
}

void shard::fold_requests() {
  const noted_request* const first = requests_.data();
  const noted_request* const end = first + noted_requests_;
  folded_ += std::exchange(noted_requests_, 0);
  histogram::record_each(
      std::array{&impl_->now->lag}, first, end,
      [](const noted_request& r) { return quick_microseconds(r.sent - r.planned); }, histogram::highest,
      [](const noted_request& r) {
        return r.sent == 0 ? std::nullopt : std::optional(microseconds(r.sent - r.planned));
      });
  const auto kind_of = [](const noted_request& r) { return std::bit_cast<std::uint64_t>(r.kind); };
  for (const noted_request *from = first, *behind = first; from != end; from = behind) {
    const std::uint64_t kind = kind_of(*from);
    const std::uint32_t address = from->address;
    const bool last_row = row_of(from->turn) == most_turns + 1;
    const std::uint32_t turn = last_row ? most_turns : from->turn, later = last_row ? no_turn - 1 - turn : 0;
    bool one_address = true, one_row = true;
    for (; behind != end && kind_of(*behind) == kind; ++behind) {
      one_address &= behind->address == address;
      one_row &= behind->turn - turn <= later;
    }
    impl_->alike(from, behind, one_address, one_row);
  }
}

void shard::fold_steps() {
  const noted_step* const first = steps_.data();
  const noted_step* const end = first + std::exchange(noted_steps_, 0);
  histogram::record_each(
      std::array{&impl_->now->step_time}, first, end, [](const noted_step& s) { return quick_microseconds(s.took); },
      histogram::highest,
      [](const noted_step& s) { return s.took == no_time ? std::nullopt : std::optional(microseconds(s.took)); });
  each_stretch(
      first, end, [](const noted_step& s) { return std::bit_cast<std::uint32_t>(s.kind); },
      [this](const noted_step* from, const noted_step* behind) { impl_->alike(from, behind); });
}

void shard::fold_values() {
  each_stretch(
      values_.data(), std::exchange(next_value_, values_.data()), [](const noted_value& v) { return v.metric; },
      [this](const noted_value* from, const noted_value* behind) { impl_->alike(from, behind); });
}

void shard::fold() {
  fold_requests();
  fold_steps();
  fold_values();
}

void shard::throttled(time::span waited) { impl_->now->throttle_wait.record(microseconds(waited)); }

void shard::step_failed(const request_record& r) {
  if (!is_failure(r.outcome)) return;
  impl_->failures.count(impl_->now->failures, {r.outcome, 0, r.operation, r.message, r.session, r.address, 0},
                        time::seconds(r.end - impl_->start));
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
  s.addresses.forget();
  s.failures.forget();
  return spent;
}

}  // namespace lsrun::metrics
