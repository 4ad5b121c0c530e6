// Items of an array that crossed the boundary: they may be larger than this version's struct.
#pragma once

#include <lsrun/abi.h>

#include <vector>

namespace lsrun::plugin {

template <class T>
const T* item(const lsrun_array& array, std::size_t i) {
  return reinterpret_cast<const T*>(static_cast<const char*>(array.items) + i * array.item_size);
}

template <class T>
std::vector<const T*> items(const lsrun_array& array) {
  std::vector<const T*> all;
  for (std::size_t i = 0; i < array.count; ++i) all.push_back(item<T>(array, i));
  return all;
}

}  // namespace lsrun::plugin
