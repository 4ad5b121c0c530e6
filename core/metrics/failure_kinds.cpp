#include "metrics/failure_kinds.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "metrics/text_cleaning.hpp"

namespace lsrun::metrics {
namespace {

std::size_t hash_of(const failure& f) {
  return std::hash<std::string>{}(f.message) * 31 + f.status * 7919u + f.operation * 104729u +
         static_cast<std::size_t>(f.outcome);
}

}  // namespace

std::optional<exchange>* failure_kinds::count(std::vector<failure>& rows, const failed& what, double at_s) {
  failure one;
  one.outcome = what.outcome;
  one.status = what.status;
  one.operation = what.operation;
  one.message = clean_text(what.message);
  failure& f = row_of(rows, std::move(one));
  if (f.count == 0 || at_s < f.first_s) {
    f.first_s = at_s;
    f.example_session = what.session;
  }
  f.last_s = f.count == 0 ? at_s : std::max(f.last_s, at_s);
  ++f.count;
  ++f.attempts[std::min<std::uint32_t>(what.attempt, most_failure_attempts)];
  const bool room = f.addresses.contains(what.address) || f.addresses.size() < most_failure_addresses;
  ++f.addresses[room ? what.address : other_addresses];
  if (f.count > 1 || exampled_.size() >= most_failure_kinds || !exampled_.insert(hash_of(f)).second) return nullptr;
  return &f.example;
}

failure& failure_kinds::row_of(std::vector<failure>& rows, failure wanted) {
  for (;;) {
    const std::size_t hash = hash_of(wanted);
    const auto [from, to] = places_.equal_range(hash);
    for (auto at = from; at != to; ++at)
      if (rows[at->second].alike(wanted)) return rows[at->second];
    if (wanted.operation == no_operation || kinds_ < most_failure_kinds) {
      kinds_ += wanted.operation != no_operation;
      places_.emplace(hash, rows.size());
      return rows.emplace_back(std::move(wanted));
    }
    wanted.status = 0;
    wanted.operation = no_operation;
    wanted.message = other_failures;
  }
}

void failure_kinds::forget() {
  places_.clear();
  kinds_ = 0;
}

}  // namespace lsrun::metrics
