// The rows of failures of an interval, one for each kind, and which kinds of the run were given an example.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "metrics/interval.hpp"

namespace lsrun::metrics {

struct failed {  // what failed
  model::outcome outcome{};
  std::uint16_t status = 0;
  std::uint32_t operation = 0;
  std::string_view message;  // as it came
  std::uint64_t session = 0;
  std::uint32_t address = 0;
  std::uint32_t attempt = 0;  // 0: it is a step
};

class failure_kinds {
 public:
  // Counts it in its row of `rows`, which is the same interval's since the last forget(). `at_s`: run time. The first
  // of a kind in the run has no example yet: then its place is given back, empty, good until the next call; else
  // nullptr. At most most_failure_kinds times.
  std::optional<exchange>* count(std::vector<failure>& rows, const failed&, double at_s);
  void forget();  // the rows are of another interval now

 private:
  failure& row_of(std::vector<failure>& rows, failure wanted);

  std::unordered_multimap<std::size_t, std::size_t> places_;  // hash -> index in the rows
  std::size_t kinds_ = 0;                                     // in the rows
  std::unordered_set<std::size_t> exampled_;                  // hashes of the kinds that were given an example
};

}  // namespace lsrun::metrics
