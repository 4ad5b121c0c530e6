// Rows by number that come into being when they are first asked for.
#pragma once

#include <cstddef>
#include <vector>

namespace lsrun::metrics {

template <class Figures>
[[gnu::noinline]] void lengthen(std::vector<Figures>& rows, std::size_t size) {
  rows.resize(size);
}

// rows[index]; `rows` is made longer if it must be, which ends the references into it.
template <class Figures>
[[gnu::always_inline]] inline Figures& row(std::vector<Figures>& rows, std::size_t index) {
  if (index >= rows.size()) [[unlikely]]
    lengthen(rows, index + 1);
  return rows[index];
}

}  // namespace lsrun::metrics
