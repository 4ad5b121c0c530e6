// The hot path of measurement: one request is five histogram records and a dozen additions.
#include "metrics/shard.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "metrics/histogram_impl.hpp"
#include "metrics/text_cleaning.hpp"

namespace lsrun::metrics {
namespace {

std::int64_t microseconds(time::span s) {
  return s <= 0 ? 0 : static_cast<std::int64_t>((static_cast<std::uint64_t>(s) + 500) / 1000);
}

template <class Figures>
Figures& row(std::vector<Figures>& rows, std::size_t index) {
  if (index >= rows.size()) [[unlikely]]
    rows.resize(index + 1);
  return rows[index];
}

void count(status_counts& counts, std::uint16_t status) {
  if (!counts.empty() && counts.begin()->first == status) [[likely]]
    ++counts.begin()->second;
  else
    ++counts[status];
}

// The row of a turn; nullptr: of none.
turn_figures* row_of_turn(std::vector<turn_figures>& turns, std::uint32_t turn) {
  if (turn == 0 || turn == no_turn) return nullptr;
  return &row(turns, std::min<std::size_t>(turn, most_turns) - 1);
}

// Did a complete answer come? Only then are there times to speak of.
bool answered(const request_record& r) {
  using enum model::outcome;
  return r.status != 0 && r.end != 0 && r.outcome != timeout && r.outcome != connect_error && r.outcome != cancelled;
}

bool is_failure(model::outcome o) { return !model::well(o) && o != model::outcome::cancelled; }

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

std::optional<exchange>* shard::request(const request_record& r) {
  impl& s = *impl_;
  interval& now = *s.now;
  operation_figures& operation = row(now.operations, r.operation);
  ++operation.requests[r.outcome];
  count(operation.statuses, r.status);
  address_figures& address = s.address_row(r.address, r.operation);
  ++address.requests[r.outcome];
  count(address.statuses, r.status);
  tenant_figures& tenant = row(now.tenants, r.tenant);
  ++tenant.requests[r.outcome];
  turn_figures* const turn = row_of_turn(now.turns, r.turn);
  if (turn != nullptr) ++turn->requests[r.outcome];
  if (r.sent != 0 && r.planned != 0) now.lag.record(located_value(microseconds(r.sent - r.planned)));
  if (answered(r) && !r.long_poll) {
    const located_value response(microseconds(r.end - (r.planned != 0 ? r.planned : r.sent)));
    operation.response_time.record(response);
    tenant.response_time.record(response);
    if (turn != nullptr) turn->response_time.record(response);
    if (r.sent != 0) operation.service_time.record(located_value(microseconds(r.end - r.sent)));
  }
  if (is_failure(r.outcome)) [[unlikely]]
    return s.count_failure(r);
  return nullptr;
}

void shard::throttle_wait(time::span waited) {
  constexpr located_value none(0);
  impl_->now->throttle_wait.record(waited <= 0 ? none : located_value(microseconds(waited)));
}

void shard::step_failed(const request_record& r) {
  if (is_failure(r.outcome)) impl_->count_failure(r);
}

void shard::step_started() { ++impl_->now->steps.started; }

void shard::step_ended(model::outcome o, std::uint32_t tenant, std::uint32_t turn, bool retried, time::span took) {
  interval& now = *impl_->now;
  ++(model::well(o) ? now.steps.succeeded : now.steps.failed);
  now.steps.retried += retried;
  if (took >= 0 && model::well(o)) now.step_time.record(located_value(microseconds(took)));
  ++now.steps.ended[o];
  ++row(now.tenants, tenant).steps[o];
  if (turn_figures* const figures = row_of_turn(now.turns, turn)) ++figures->steps[o];
}

void shard::scenario_value(std::uint32_t metric, std::int64_t value) {
  impl& s = *impl_;
  if (metric >= s.kinds.size()) [[unlikely]]
    s.learn_kinds(metric);
  scenario_metric_figures& figures = row(s.now->scenario_metrics, metric);
  const metric_kind kind = s.kinds[metric];
  if (kind == metric_kind::time) value = microseconds(value);
  figures.sum += value;
  if (kind != metric_kind::count) figures.values.record(located_value(value));
}

void shard::missed_turn() { ++impl_->now->missed_turns; }
void shard::adjusted(const rate_adjustment& a) { impl_->now->adjustments.push_back(a); }
session_figures& shard::sessions() { return impl_->now->sessions; }

std::unique_ptr<interval> shard::take(std::unique_ptr<interval> spent) {
  impl& s = *impl_;
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
