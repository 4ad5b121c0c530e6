// A growing run of bytes that is used again and again. Unlike a string it does not move its bytes when it is handed
// over, and costs nothing to clear.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace lsrun::transport {

class byte_buffer {
 public:
  const char* data() const { return bytes_.get(); }
  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t capacity() const { return capacity_; }
  // Makes it `size` bytes whose values are the caller's to write; what it held is lost. Allocates only to grow.
  char* reset(std::size_t size) {
    if (size > capacity_) [[unlikely]]
      grow(size);
    size_ = size;
    return bytes_.get();
  }
  // Makes it shorter or, within its capacity, longer; what it holds stays.
  void resize(std::size_t size) { size_ = size; }

 private:
  [[gnu::noinline]] void grow(std::size_t size) {
    capacity_ = size + size / 4;
    bytes_.reset(new char[capacity_]);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace lsrun::transport
