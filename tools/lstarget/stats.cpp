// Rows an address, summed up when they are asked for.
#include "stats.hpp"

#include <boost/json.hpp>
#include <map>

namespace lstarget {
namespace {

constexpr std::size_t most_addresses = 100'000;  // then the rest is one: X-Forwarded-For may hold any text
constexpr std::string_view the_rest = "(others)";

using counts = std::map<std::string, std::uint64_t>;
using counts_by_operation = std::map<std::string, counts>;

}  // namespace

outcome outcome_of(int http_status) {
  return http_status == status_gone ? outcome::cancelled
                                    : lsrun::model::outcome_of_status(static_cast<unsigned>(http_status));
}

void stats::arrived() {
  const std::lock_guard lock(guard_);
  ++in_flight_;
}

void stats::count(operation what, std::string_view address, int status, outcome ended) {
  const std::lock_guard lock(guard_);
  --in_flight_;
  std::string key(address);
  if (addresses_.size() >= most_addresses && !addresses_.contains(key)) key = the_rest;
  add(addresses_[key], {what, ended, status, 1});
}

void stats::add(rows& to, const row& one) {
  for (auto& r : to)
    if (r.what == one.what && r.ended == one.ended && r.status == one.status) {
      r.times += one.times;
      return;
    }
  to.push_back(one);
}

std::string stats::json(const session_counts& s, const connection_counts& c) const {
  const std::lock_guard lock(guard_);
  std::uint64_t requests = 0;
  counts outcomes;
  counts_by_operation by_operation;
  std::map<std::string, counts_by_operation> by_address, by_address_outcome;
  for (const auto& [address, list] : addresses_)
    for (const auto& r : list) {
      const std::string what(name(r.what)), status = std::to_string(r.status), ended(lsrun::model::name(r.ended));
      requests += r.times;
      outcomes[ended] += r.times;
      by_operation[what][status] += r.times;
      by_address[address][what][status] += r.times;
      by_address_outcome[address][what][ended] += r.times;
    }
  return serialize(boost::json::object{
      {"requests", requests},
      {"in_flight", in_flight_},
      {"by_operation", boost::json::value_from(by_operation)},
      {"by_address", boost::json::value_from(by_address)},
      {"by_address_outcome", boost::json::value_from(by_address_outcome)},
      {"outcomes", boost::json::value_from(outcomes)},
      {"sessions", {{"created", s.created}, {"alive", s.alive}, {"evicted", s.evicted}, {"deleted", s.deleted}}},
      {"connections", {{"accepted", c.accepted}, {"open", c.open}, {"closed_idle", c.closed_idle}}}});
}

stats::sums stats::summed() const {
  const std::lock_guard lock(guard_);
  sums s;
  s.in_flight = in_flight_;
  for (const auto& [address, list] : addresses_)
    for (const auto& r : list) s.by_operation[{name(r.what), r.status}] += r.times;
  return s;
}

void stats::reset() {
  const std::lock_guard lock(guard_);
  addresses_.clear();
}

}  // namespace lstarget
