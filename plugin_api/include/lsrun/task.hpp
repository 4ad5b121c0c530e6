// lsrun::task<T>: the coroutine that a scenario's steps are written as, with frames that come from a pool.
// A task starts when it is awaited. One thread; no scheduler: the completion of an operation resumes the task that
// waits for it and then, in a loop, those that wait for that one, so that no chain of tasks grows the stack.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace lsrun {

// Blocks for coroutine frames, reused by size; one a scenario instance, so one a thread. Blocks go back to the system
// when the pool does; all frames must be gone by then.
class frame_pool {
 public:
  frame_pool() = default;
  frame_pool(const frame_pool&) = delete;
  frame_pool& operator=(const frame_pool&) = delete;
  ~frame_pool() {
    for (auto*& head : free_)
      while (head) ::operator delete(std::exchange(head, head->next));
  }

  // `pool` may be nullptr: then the block comes from the system. Throws std::bad_alloc.
  static void* allocate(frame_pool* pool, std::size_t size) {
    const std::size_t grains = (size + sizeof(block) + grain - 1) / grain;
    block* b = nullptr;
    if (pool && grains < classes && pool->free_[grains]) {
      b = pool->free_[grains];
      pool->free_[grains] = b->next;
    } else {
      b = another(grains);
    }
    b->owner = recycles && grains < classes ? pool : nullptr;
    b->grains = grains;
    return b + 1;
  }
  static void release(void* frame) noexcept {
    block* b = static_cast<block*>(frame) - 1;
    frame_pool* owner = b->owner;
    if (!owner) return ::operator delete(b);
    b->next = owner->free_[b->grains];
    owner->free_[b->grains] = b;
  }

 private:
  struct alignas(std::max_align_t) block {  // in front of each frame
    union {
      frame_pool* owner;  // of a frame in use
      block* next;        // of a free one
    };
    std::size_t grains;
  };
  [[gnu::noinline]] static block* another(std::size_t grains) {
    return static_cast<block*>(::operator new(grains* grain));
  }
  static constexpr std::size_t grain = 64, classes = 128;  // frames up to 8 KiB are pooled
#if defined(__SANITIZE_ADDRESS__)
  static constexpr bool recycles = false;  // so that the sanitizer sees what is used after its end
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  static constexpr bool recycles = false;
#else
  static constexpr bool recycles = true;
#endif
#else
  static constexpr bool recycles = true;
#endif
  block* free_[classes] = {};
};

template <class T>
class task;

namespace detail {

// Any of a coroutine's parameters; the one that has a pool, lsrun::client, lends it. (No template operator new: GCC 12
// takes that for one that does not match the operator delete.)
struct pool_seeker {
  pool_seeker() noexcept = default;
  template <class A>
  pool_seeker(A& parameter) noexcept {  // NOLINT: implicit on purpose
    if constexpr (requires {
                    { parameter.frames() } -> std::same_as<frame_pool&>;
                  })
      pool = &parameter.frames();
  }
  frame_pool* pool = nullptr;
};

struct promise_base {
  std::coroutine_handle<> self;
  promise_base* parent = nullptr;  // the task that awaits this one, once this one has been suspended
  std::exception_ptr failure;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }

  // The object of a member function and its parameters; where there are more than six, the frame is not pooled.
  static void* operator new (std::size_t size, pool_seeker a, pool_seeker b = {}, pool_seeker c = {},
                             pool_seeker d = {}, pool_seeker e = {}, pool_seeker f = {}) {
    frame_pool* const first = a.pool ? a.pool : b.pool ? b.pool : c.pool;  // no loop: the compiler knows most of them
    frame_pool* const pool = first ? first : d.pool ? d.pool : e.pool ? e.pool : f.pool;
    return frame_pool::allocate(pool, size);
  }
  static void* operator new(std::size_t size) { return frame_pool::allocate(nullptr, size); }
  static void operator delete(void* frame) noexcept { frame_pool::release(frame); }
  static void operator delete(void* frame, std::size_t) noexcept { frame_pool::release(frame); }
};

template <class T>
struct promise : promise_base {
  std::optional<T> value;
  task<T> get_return_object() noexcept;
  template <class U>
  requires std::constructible_from<T, U>
  void return_value(U&& result) { value.emplace(std::forward<U>(result)); }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};

template <>
struct promise<void> : promise_base {
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() {
    if (failure) std::rethrow_exception(failure);
  }
};

// Goes on with a suspended task, then with those that await it as each is done. True: the outermost is done. The
// frame of `p`, and whatever lives in it, may be gone afterwards.
inline bool resume_chain(promise_base* p) {
  for (;;) {
    p->self.resume();
    if (!p->self.done()) return false;
    if (!p->parent) return true;
    p = p->parent;
  }
}

}  // namespace detail

// What a coroutine returns. `co_await` it once, as an rvalue or as a local; destroying it destroys the coroutine.
template <class T>
class [[nodiscard]] task {
 public:
  using promise_type = detail::promise<T>;
  using value_type = T;

  task() noexcept = default;
  explicit task(std::coroutine_handle<promise_type> h) noexcept : handle_(h) {}
  task(task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~task() { reset(); }

  void reset() noexcept {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }

  // For the owner of an outermost task: runs it to its first suspension; true: it is done already.
  bool valid() const noexcept { return handle_ != nullptr; }
  bool start() const {
    handle_.resume();
    return handle_.done();
  }
  T take() const { return handle_.promise().take(); }
  // What a task that is done came to, as long as it lives; nullptr: it threw.
  const T* result() const noexcept { return handle_.promise().failure ? nullptr : &*handle_.promise().value; }

  class awaiter {
   public:
    explicit awaiter(std::coroutine_handle<promise_type> child) noexcept : child_(child) {}
    bool await_ready() const noexcept { return false; }
    // The child runs in here, not by symmetric transfer: without optimisation that is no tail call, and a loop over
    // many children that never suspend would grow the stack.
    template <std::derived_from<detail::promise_base> P>
    bool await_suspend(std::coroutine_handle<P> parent) {
      child_.resume();
      if (child_.done()) return false;
      child_.promise().parent = &parent.promise();
      return true;
    }
    T await_resume() { return child_.promise().take(); }

   private:
    std::coroutine_handle<promise_type> child_;
  };
  awaiter operator co_await() const noexcept { return awaiter(handle_); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

template <class T>
task<T> detail::promise<T>::get_return_object() noexcept {
  auto h = std::coroutine_handle<promise>::from_promise(*this);
  self = h;
  return task<T>(h);
}
inline task<void> detail::promise<void>::get_return_object() noexcept {
  auto h = std::coroutine_handle<promise>::from_promise(*this);
  self = h;
  return task<void>(h);
}

}  // namespace lsrun
