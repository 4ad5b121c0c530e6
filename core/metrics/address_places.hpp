// Where an interval has its row of an address and operation: found at once, and forgotten with each hand-over without
// walking the table.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/growing_rows.hpp"
#include "metrics/interval.hpp"

namespace lsrun::metrics {

class address_places {
 private:
  struct place {
    std::uint32_t epoch = 0, row = 0;  // good only if its epoch is the present one
  };

 public:
  // The rows of one operation, at hand while many are asked for: as long as nothing else makes rows.
  class of_operation {
   public:
    // The address's row; a new one if there was none. Good until the next call.
    [[gnu::always_inline]] address_figures& at(std::uint32_t address) {
      if (address >= count_ || first_[address].epoch != epoch_) [[unlikely]]
        *this = places_->made(*rows_, address, operation_);
      return first_row_[first_[address].row];
    }

   private:
    friend class address_places;
    of_operation(address_places& places, std::vector<address_figures>& rows, std::uint32_t operation)
        : places_{&places},
          rows_{&rows},
          first_{row(places.places_, operation).data()},
          count_{places.places_[operation].size()},
          first_row_{rows.data()},
          operation_{operation},
          epoch_{places.epoch_} {}

    address_places* places_;
    std::vector<address_figures>* rows_;
    const place* first_;
    std::size_t count_;
    address_figures* first_row_;
    std::uint32_t operation_, epoch_;
  };

  // Where `rows`, which are the same interval's since the last forget(), have the operation's.
  of_operation of(std::vector<address_figures>& rows, std::uint32_t operation) { return {*this, rows, operation}; }
  void forget() { ++epoch_; }  // the rows are of another interval now

 private:
  [[gnu::noinline]] of_operation made(std::vector<address_figures>& rows, std::uint32_t address,
                                      std::uint32_t operation) {
    row(row(places_, operation), address) = {epoch_, static_cast<std::uint32_t>(rows.size())};
    rows.emplace_back();
    rows.back().address = address;
    rows.back().operation = operation;
    return of(rows, operation);
  }

  std::uint32_t epoch_ = 1;
  std::vector<std::vector<place>> places_;  // by operation, then address
};

}  // namespace lsrun::metrics
