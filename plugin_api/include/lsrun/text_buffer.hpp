// Texts that are put together piece by piece: what std::string does, without its closing NUL and out-of-line calls,
// which show where every request is written. Not for authors of scenarios.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace lsrun::detail {

// The writing; where the first bytes go is the derived classes' matter.
class text_writer {
 public:
  text_writer(const text_writer&) = delete;
  text_writer& operator=(const text_writer&) = delete;

  // Room for n more bytes, to be filled; used() says how many of them were.
  char* room(std::size_t n) {
    if (n > capacity_ - size_) grow(n);
    return begin_ + size_;
  }
  void used(std::size_t n) noexcept { size_ += n; }
  void push_back(char c) {
    *room(1) = c;
    ++size_;
  }
  void append(const char* from, std::size_t n) {
    char* const to = room(n);
    if (n > 0) std::memcpy(to, from, n);
    size_ += n;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void pop_back() noexcept { --size_; }
  void clear() noexcept { size_ = 0; }
  void shorten(std::size_t size) noexcept { size_ = size; }
  std::size_t size() const noexcept { return size_; }
  std::string_view view() const noexcept { return {begin_, size_}; }

 protected:
  text_writer() noexcept = default;
  text_writer(char* begin, std::size_t capacity) noexcept : begin_(begin), capacity_(capacity) {}
  ~text_writer() = default;
  // Takes the other's heap block and leaves it empty. Only for writers that have nothing but a heap block.
  void take(text_writer& other) noexcept {
    heap_ = std::move(other.heap_);
    begin_ = std::exchange(other.begin_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  std::size_t capacity_of() const noexcept { return capacity_; }

 private:
  [[gnu::noinline]] void grow(std::size_t more) {
    std::size_t wanted = 2 * capacity_ < 256 ? 256 : 2 * capacity_;
    if (wanted < size_ + more) wanted = size_ + more;
    auto bigger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ > 0) std::memcpy(bigger.get(), begin_, size_);
    heap_ = std::move(bigger);
    begin_ = heap_.get();
    capacity_ = wanted;
  }
  std::unique_ptr<char[]> heap_;
  char* begin_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

// One that keeps its room from one use to the next.
class text_buffer : public text_writer {
 public:
  text_buffer() noexcept = default;
  text_buffer(text_buffer&& other) noexcept { take(other); }
  text_buffer& operator=(text_buffer&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  std::size_t capacity() const noexcept { return capacity_of(); }
  [[gnu::noinline]] void free() noexcept {
    text_buffer gone;
    gone.take(*this);
  }
};

// One with room for a small document in place, so that the usual body costs no allocation.
class small_text : public text_writer {
 public:
  small_text() noexcept : text_writer(in_place_, sizeof in_place_) {}
  small_text(const small_text& other) : small_text() { append(other.view()); }
  small_text& operator=(const small_text& other) {
    if (this != &other) {
      clear();
      append(other.view());
    }
    return *this;
  }

 private:
  char in_place_[224];
};

}  // namespace lsrun::detail
