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
    if (free_.empty()) {
      if (free_.capacity() <= all_.size()) free_.reserve(2 * all_.size() + 8);  // so that give_back cannot fail
      all_.push_back(std::make_unique<T>(std::forward<A>(made_with)...));
      return *all_.back();
    }
    T& t = *free_.back();
    free_.pop_back();
    return t;
  }
  void give_back(T& t) noexcept { free_.push_back(&t); }

 private:
  std::vector<std::unique_ptr<T>> all_;
  std::vector<T*> free_;
};

// Texts that keep their room from one use to the next.
class text_pool {
 public:
  text_buffer take() noexcept {
    if (free_.empty()) return {};
    text_buffer t = std::move(free_.back());
    free_.pop_back();
    t.clear();
    return t;
  }
  void give_back(text_buffer&& t) noexcept {
    if (t.capacity() == 0 || t.capacity() > largest) return;
    try {
      free_.push_back(std::move(t));
    } catch (...) {  // then it is freed
    }
  }

 private:
  static constexpr std::size_t largest = std::size_t{1} << 20u;
  std::vector<text_buffer> free_;
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
  text_pool texts;
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
  explicit pooled_text(runtime& r) noexcept : runtime_(&r), text_(r.texts.take()) {}
  pooled_text(pooled_text&& other) noexcept
      : runtime_(std::exchange(other.runtime_, nullptr)), text_(std::move(other.text_)) {}
  pooled_text& operator=(pooled_text&& other) noexcept {
    if (this != &other) {
      give_back();
      runtime_ = std::exchange(other.runtime_, nullptr);
      text_ = std::move(other.text_);
    }
    return *this;
  }
  ~pooled_text() { give_back(); }
  text_buffer& buffer() noexcept { return text_; }
  std::string_view text() const noexcept { return text_.view(); }

 private:
  void give_back() noexcept {
    if (runtime_) runtime_->texts.give_back(std::move(text_));
  }
  runtime* runtime_ = nullptr;
  text_buffer text_;
};

}  // namespace detail
}  // namespace lsrun
