// What one scenario instance keeps for all its sessions: pools that make a step free of allocations once they are
// warm, and the ids of operations. One thread. Not for authors of scenarios.
#pragma once

#include <lsrun/abi.h>

#include <lsrun/options.hpp>
#include <lsrun/task.hpp>
#include <lsrun/text_buffer.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lsrun {
class client;
class reply;
namespace detail {
class stream_state;

// Objects that are lent and come back; they live as long as the pool.
template <class T>
class object_pool {
 public:
  template <class... A>
  T& take(A&&... made_with) {
    if (waiting_ == 0) [[unlikely]]
      return make(std::forward<A>(made_with)...);
    return *free_[--waiting_];
  }
  void give_back(T& t) noexcept { free_[waiting_++] = &t; }

 private:
  template <class... A>
  [[gnu::noinline]] T& make(A&&... made_with) {
    if (free_.size() <= all_.size()) free_.resize(2 * all_.size() + 8);  // there is a place for each
    all_.push_back(std::make_unique<T>(std::forward<A>(made_with)...));
    return *all_.back();
  }
  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> free_;  // the first `waiting_` of them
  std::size_t waiting_ = 0;
};

// A scenario's word on an answer: bound to the instance, so that scenarios may look at their options.
using classify_function = lsrun::outcome (*)(void* scenario, const reply&, std::string& why);

struct runtime {
  runtime(const lsrun_host* h, void* s, classify_function c) : host(h), scenario(s), classify(c) {}

  // The id of an operation, asked from the host once a name.
  std::uint32_t operation_id(lsrun_session* session, const operation& o) {
    if (o.known()) return o.id();
    for (const auto& known : operations)
      if (known.first == o.name()) return known.second;
    std::uint32_t id = 0;
    const auto status = host->operation(session, str(o.name()), &id);
    if (status == LSRUN_CANCELLED) throw cancelled();
    if (status != LSRUN_OK)
      throw std::runtime_error("lsrun does not take the operation `" + std::string(o.name()) + "`");
    operations.emplace_back(o.name(), id);
    return id;
  }

  const lsrun_host* host;
  void* scenario;
  classify_function classify;  // nullptr: by HTTP status
  std::vector<std::pair<std::string, std::uint32_t>> operations;
  object_pool<text_buffer> texts;  // which keep their room from one use to the next
  frame_pool frames;
  object_pool<stream_state> streams;
  object_pool<client> clients;  // goes first: a step that never ended is destroyed with it
  bool closing = false;         // then there is no session any more to cancel anything of
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;
  ~runtime();  // in client.hpp
};

// A text of the pool, given back at the end.
class pooled_text {
 public:
  pooled_text() noexcept = default;
  explicit pooled_text(runtime& r) : runtime_(&r), text_(&r.texts.take()) { text_->clear(); }
  pooled_text(pooled_text&& other) noexcept : runtime_(other.runtime_), text_(std::exchange(other.text_, nullptr)) {}
  pooled_text& operator=(pooled_text&& other) noexcept {
    if (this != &other) {
      give_back();
      runtime_ = other.runtime_;
      text_ = std::exchange(other.text_, nullptr);
    }
    return *this;
  }
  ~pooled_text() { give_back(); }
  text_buffer& buffer() noexcept { return *text_; }  // of one that is not empty
  std::string_view text() const noexcept { return text_ ? text_->view() : std::string_view(); }

 private:
  static constexpr std::size_t largest_kept = std::size_t{1} << 20u;
  void give_back() noexcept {
    if (!text_) return;
    if (text_->capacity() > largest_kept) [[unlikely]]
      text_->free();
    runtime_->texts.give_back(*text_);
  }
  runtime* runtime_ = nullptr;
  text_buffer* text_ = nullptr;
};

}  // namespace detail
}  // namespace lsrun
