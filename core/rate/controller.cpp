#include "rate/controller.hpp"

#include <algorithm>

namespace lsrun::rate {

namespace {
constexpr time::instant long_ago = INT64_MIN / 2;
}

controller::controller(std::uint32_t addresses, std::vector<budget> budgets, const adaptation& rule)
    : addresses_(addresses),
      budgets_(std::move(budgets)),
      rule_(rule),
      draws_(1),
      names_(1, 0),
      column_(most_operations, 0) {
  for (const budget& b : budgets_) intervals_.push_back(time::from_seconds(1 / b.per_second));
  paces_.resize(addresses_);
  last_.assign(std::size_t{addresses_} * budgets_.size(), long_ago);
}

void controller::define(std::uint32_t operation, const std::vector<std::uint32_t>& budgets) {
  if (column_[operation] == 0) {
    widen();
    column_[operation] = operations_ - 1;
    draws_.emplace_back();
    names_.push_back(operation);
  }
  draws_[column_[operation]] = budgets;
}

void controller::widen() {
  std::vector<pace> wider(std::size_t{addresses_} * (operations_ + 1));
  for (std::size_t a = 0; a < addresses_; ++a)
    std::copy_n(paces_.begin() + static_cast<std::ptrdiff_t>(a * operations_), operations_,
                wider.begin() + static_cast<std::ptrdiff_t>(a * (operations_ + 1)));
  paces_ = std::move(wider);
  ++operations_;
}

time::instant controller::earliest_of(const pace& p, std::uint32_t address,
                                      const std::vector<std::uint32_t>& drawn) const {
  time::instant at = p.held_until;
  for (const std::uint32_t b : drawn) {
    const double interval = static_cast<double>(intervals_[b]) / (p.multiplier * manual_);
    at = std::max(at, last_[std::size_t{address} * budgets_.size() + b] + static_cast<time::span>(interval + 0.5));
  }
  return at;
}

void controller::hold(std::uint32_t address, std::uint32_t operation, time::instant until) {
  pace& p = cell(address, operation);
  p.held_until = std::max(p.held_until, until);
}

std::vector<adjustment> controller::adapt() {
  std::vector<adjustment> changes;
  for (std::uint32_t a = 0; a < addresses_; ++a)
    for (std::uint32_t c = 1; c < operations_; ++c) {
      pace& p = paces_[std::size_t{a} * operations_ + c];
      if (p.requests == 0) continue;
      const double ratio = static_cast<double>(p.refused) / p.requests;
      double to = p.multiplier;
      if (ratio > rule_.lower_above) to = std::max(rule_.least, to * rule_.lower_by);
      if (ratio < rule_.raise_below) to = std::min(rule_.most, to * rule_.raise_by);
      if (to != p.multiplier) changes.push_back({a, names_[c], ratio, p.multiplier, to});
      p.multiplier = to;
      p.requests = p.refused = 0;
    }
  return changes;
}

double controller::mean_multiplier() const {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t a = 0; a < addresses_; ++a)
    for (std::size_t c = 1; c < operations_; ++c, ++count) sum += paces_[a * operations_ + c].multiplier;
  return (count == 0 ? 1 : sum / static_cast<double>(count)) * manual_;
}

}  // namespace lsrun::rate
