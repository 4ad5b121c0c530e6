// The loop's waiting: epoll with nanosecond time-outs, and an eventfd that wakes it for posts from other threads.
#include "transport/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <vector>

namespace lsrun::transport {

namespace {

constexpr std::uint32_t all_edges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// Whatever comes meanwhile; a signal ends it early.
void sleep_until(time::instant at) {
  const timespec t{static_cast<time_t>(at / time::second), static_cast<long>(at % time::second)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr);
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

struct reactor::impl {
  struct deferred_work {
    task* item;  // or, if null, the function
    std::function<void()> function;
  };

  int epoll_fd = -1, event_fd = -1;
  bool coarse = false;  // a kernel without epoll_pwait2: milliseconds
  int fetched = 0, next = 0;
  std::array<epoll_event, 256> events;
  std::vector<deferred_work> deferred, running;
  std::vector<task*> first;  // before the next wait
  std::vector<std::function<void()>> letters;
  std::mutex mutex;
  std::vector<std::function<void()>> mailbox;  // guarded by mutex

  int fetch(time::span limit);
  int sleep(time::instant until, time::span spin, time::span least);
  bool dispatch();
  void read_mail();
  void run_deferred();
  void run_first();
};

reactor::reactor() : impl_(new impl) {
  impl_->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  impl_->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event e{};
  e.events = EPOLLIN | EPOLLET;  // an edge for each write: it need not be read
  e.data.ptr = nullptr;
  if (impl_->epoll_fd < 0 || impl_->event_fd < 0 ||
      epoll_ctl(impl_->epoll_fd, EPOLL_CTL_ADD, impl_->event_fd, &e) < 0) {
    const int reason = errno;
    if (impl_->epoll_fd >= 0) ::close(impl_->epoll_fd);
    if (impl_->event_fd >= 0) ::close(impl_->event_fd);
    delete impl_;
    errno = reason;
    fail("no epoll set for a worker");
  }
}

reactor::~reactor() {
  ::close(impl_->event_fd);
  ::close(impl_->epoll_fd);
  delete impl_;
}

void reactor::add(int fd, watcher& w) {
  epoll_event e{};
  e.events = all_edges;
  e.data.ptr = &w;
  if (epoll_ctl(impl_->epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0) fail("a socket cannot be watched (epoll_ctl)");
}

void reactor::rearm(int fd, watcher& w) {
  epoll_event e{};
  e.events = all_edges;
  e.data.ptr = &w;
  if (epoll_ctl(impl_->epoll_fd, EPOLL_CTL_MOD, fd, &e) < 0) fail("a socket cannot be watched (epoll_ctl)");
}

void reactor::remove(int fd, watcher& w) {
  epoll_event e{};
  epoll_ctl(impl_->epoll_fd, EPOLL_CTL_DEL, fd, &e);
  forget(w);
}

void reactor::forget(watcher& w) {
  for (int i = impl_->next; i < impl_->fetched; ++i) {
    epoll_event& e = impl_->events[static_cast<std::size_t>(i)];
    if (e.data.ptr == &w) e.events = 0;
  }
}

// Waits at most `limit` (negative: without limit) and fetches what is ready.
int reactor::impl::fetch(time::span limit) {
  const int room = static_cast<int>(events.size());
  int n = -1;
  if (!coarse) {
    timespec t{static_cast<time_t>(limit / time::second), static_cast<long>(limit % time::second)};
    n = epoll_pwait2(epoll_fd, events.data(), room, limit < 0 ? nullptr : &t, nullptr);
    coarse = n < 0 && errno == ENOSYS;
  }
  if (coarse) {
    const time::span ms = std::min<time::span>((limit + time::millisecond - 1) / time::millisecond, 1'000'000);
    n = epoll_wait(epoll_fd, events.data(), room, limit < 0 ? -1 : static_cast<int>(ms));
  }
  if (n < 0 && errno != EINTR) fail("waiting for sockets (epoll_wait)");
  next = 0;
  fetched = std::max(n, 0);
  return fetched;
}

int reactor::impl::sleep(time::instant until, time::span spin, time::span least) {
  if (!deferred.empty()) return fetch(0);
  if (until == time::never) return fetch(-1);
  const time::instant now = time::now();
  if (now < until && until - now < least) {
    if (const int n = fetch(0); n > 0) return n;
    sleep_until(now + least);
    return fetch(0);
  }
  int n = fetch(std::max<time::span>(0, until - spin - now));
  if (spin > 0)
    while (n == 0 && time::now() < until) n = fetch(0);
  return n;
}

// Hands out the fetched events; true if a post was among them.
bool reactor::impl::dispatch() {
  bool mail = false;
  while (next < fetched) {
    const epoll_event& e = events[static_cast<std::size_t>(next++)];
    if (e.data.ptr == nullptr) {
      mail = true;
    } else if (e.events != 0) {
      static_cast<watcher*>(e.data.ptr)->on_ready(e.events);
    }
  }
  next = fetched = 0;
  return mail;
}

void reactor::impl::read_mail() {
  {
    const std::lock_guard lock(mutex);
    letters.swap(mailbox);
  }
  for (auto& work : letters) work();
  letters.clear();
}

void reactor::impl::run_deferred() {
  running.swap(deferred);
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (task* t = running[i].item) {
      t->queued_ = false;
      t->run();
    } else if (running[i].function) {
      running[i].function();
    }
  }
  running.clear();
}

void reactor::impl::run_first() {
  for (std::size_t i = 0; i < first.size(); ++i) {
    task* const t = first[i];
    if (t == nullptr) continue;
    t->queued_ = false;
    t->run();
  }
  first.clear();
}

int reactor::wait(time::instant until, time::span spin, time::span least) {
  if (!impl_->first.empty()) impl_->run_first();
  const int n = impl_->sleep(until, spin, least);
  if (impl_->dispatch()) impl_->read_mail();
  if (!impl_->deferred.empty()) impl_->run_deferred();
  return n;
}

void reactor::post(std::function<void()> work) {
  bool first;
  {
    const std::lock_guard lock(impl_->mutex);
    first = impl_->mailbox.empty();
    impl_->mailbox.push_back(std::move(work));
  }
  if (first) eventfd_write(impl_->event_fd, 1);
}

void reactor::defer(std::function<void()> work) { impl_->deferred.push_back({nullptr, std::move(work)}); }

void reactor::defer(task& t) {
  if (t.queued_) return;
  t.queued_ = true;
  impl_->deferred.push_back({&t, {}});
}

void reactor::before_wait(task& t) {
  if (t.queued_) return;
  t.queued_ = true;
  impl_->first.push_back(&t);
}

void reactor::withdraw(task& t) {
  std::replace(impl_->first.begin(), impl_->first.end(), &t, static_cast<task*>(nullptr));
  for (auto* list : {&impl_->deferred, &impl_->running})
    for (auto& work : *list)
      if (work.item == &t) work.item = nullptr;
  t.queued_ = false;
}

}  // namespace lsrun::transport
