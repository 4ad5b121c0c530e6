// A value or a sentence that says why there is none, for failures that are expected.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace lsrun::model {

struct error {
  std::string text;  // what, where, and what to do about it
};

template <class T>
class result {
 public:
  result(T value) : state_(std::move(value)) {}          // NOLINT: implicit on purpose
  result(error failure) : state_(std::move(failure)) {}  // NOLINT: implicit on purpose

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const std::string& error_text() const { return std::get<1>(state_).text; }

 private:
  std::variant<T, error> state_;
};

}  // namespace lsrun::model
