// A text that is put together piece by piece and keeps its room from one use to the next: what std::string does,
// without its closing NUL and out-of-line calls, which show where every request is written. Not for authors of
// scenarios.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace lsrun::detail {

class text_buffer {
 public:
  text_buffer() noexcept = default;
  text_buffer(text_buffer&& other) noexcept
      : room_(std::move(other.room_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  text_buffer& operator=(text_buffer&& other) noexcept {
    room_ = std::move(other.room_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  // Room for n more bytes, to be filled; used() says how many of them were.
  char* room(std::size_t n) {
    if (n > capacity_ - size_) grow(n);
    return room_.get() + size_;
  }
  void used(std::size_t n) noexcept { size_ += n; }
  void push_back(char c) {
    if (size_ == capacity_) grow(1);
    room_[size_++] = c;
  }
  void append(const char* from, std::size_t n) {
    if (n > capacity_ - size_) grow(n);
    if (n > 0) std::memcpy(room_.get() + size_, from, n);
    size_ += n;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void clear() noexcept { size_ = 0; }
  std::string_view view() const noexcept { return {room_.get(), size_}; }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  [[gnu::noinline]] void grow(std::size_t more) {
    std::size_t wanted = 2 * capacity_ < 256 ? 256 : 2 * capacity_;
    if (wanted < size_ + more) wanted = size_ + more;
    auto bigger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ > 0) std::memcpy(bigger.get(), room_.get(), size_);
    room_ = std::move(bigger);
    capacity_ = wanted;
  }
  std::unique_ptr<char[]> room_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace lsrun::detail
