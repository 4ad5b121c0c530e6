// Least loaded first: a heap that knows where each address stands in it.
#include "pool/lease.hpp"

namespace lsrun::pool {

lease::lease(std::uint32_t addresses) : slots_(addresses), order_(addresses) {
  for (std::uint32_t i = 0; i < addresses; ++i) {
    slots_[i].turn = turns_++;
    place(i, i);
  }
}

std::uint32_t lease::next() {
  const std::uint32_t address = order_.front();
  ++slots_[address].sessions;
  slots_[address].turn = turns_++;
  sink(address);
  return address;
}

void lease::release(std::uint32_t address) {
  if (slots_[address].sessions == 0) return;
  --slots_[address].sessions;
  rise(address);
}

bool lease::before(std::uint32_t a, std::uint32_t b) const {
  const slot &x = slots_[a], &y = slots_[b];
  return x.sessions != y.sessions ? x.sessions < y.sessions : x.turn < y.turn;
}

void lease::place(std::uint32_t address, std::uint32_t at) {
  order_[at] = address;
  slots_[address].at = at;
}

void lease::sink(std::uint32_t address) {
  std::uint32_t at = slots_[address].at;
  const auto size = static_cast<std::uint32_t>(order_.size());
  for (std::uint32_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && before(order_[child + 1], order_[child])) ++child;
    if (before(address, order_[child])) break;
    place(order_[child], at);
    at = child;
  }
  place(address, at);
}

void lease::rise(std::uint32_t address) {
  std::uint32_t at = slots_[address].at;
  while (at > 0) {
    const std::uint32_t parent = (at - 1) / 2;
    if (before(order_[parent], address)) break;
    place(order_[parent], at);
    at = parent;
  }
  place(address, at);
}

}  // namespace lsrun::pool
