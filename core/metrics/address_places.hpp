// Where an interval has its row of an address and operation: found at once, and forgotten with each hand-over without
// walking the table.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/growing_rows.hpp"
#include "metrics/interval.hpp"

namespace lsrun::metrics {

class address_places {
 public:
  // The row of both in `rows`, which is the same interval's since the last forget(); a new one if there was none. Good
  // until the next call.
  address_figures& in(std::vector<address_figures>& rows, std::uint32_t address, std::uint32_t operation) {
    if (last_ == nullptr || address != last_address_ || operation != last_operation_ || last_->epoch != epoch_)
      last_ = find(rows, address, operation);
    return rows[last_->row];
  }
  void forget() { ++epoch_; }  // the rows are of another interval now

 private:
  struct place {
    std::uint32_t epoch = 0, row = 0;  // good only if its epoch is the present one
  };

  place* find(std::vector<address_figures>& rows, std::uint32_t address, std::uint32_t operation) {
    last_address_ = address;
    last_operation_ = operation;
    place& p = row(row(places_, operation), address);
    if (p.epoch != epoch_) {
      p = {epoch_, static_cast<std::uint32_t>(rows.size())};
      rows.emplace_back();
      rows.back().address = address;
      rows.back().operation = operation;
    }
    return &p;
  }

  std::uint32_t epoch_ = 1;
  std::vector<std::vector<place>> places_;  // by operation, then address
  place* last_ = nullptr;                   // the last one asked for: often the next too
  std::uint32_t last_address_ = 0, last_operation_ = 0;
};

}  // namespace lsrun::metrics
