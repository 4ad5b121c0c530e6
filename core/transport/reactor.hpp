// One epoll set and one mailbox: what a worker's thread waits on. Edge-triggered, without allocation per event.
// A worker's loop is: run the timers that are due, run what is ready, wait() until the next timer.
#pragma once

#include <cstdint>
#include <functional>

#include "time/clock.hpp"

namespace lsrun::transport {

class reactor {
 public:
  class watcher {  // something with a file descriptor
   public:
    virtual void on_ready(std::uint32_t epoll_events) = 0;

   protected:
    ~watcher() = default;
  };

  class task {  // work to be done before or after the events of a round; costs no allocation to put off
   public:
    virtual void run() = 0;

   protected:
    ~task() = default;

   private:
    friend class reactor;
    bool queued_ = false;
  };

  reactor();  // throws std::system_error
  ~reactor();
  reactor(const reactor&) = delete;
  reactor& operator=(const reactor&) = delete;

  // Watches fd for reading and writing, edge-triggered, until it is closed or removed. Throws std::system_error.
  void add(int fd, watcher&);
  // Forgets fd; events of this round that are already fetched for it are dropped.
  void remove(int fd, watcher&);
  // The same for a file descriptor that is being closed, which leaves the set by itself: no system call.
  void forget(watcher&);
  // Reports fd again in the next round if it is still ready: for a watcher that stopped before it had read all.
  void rearm(int fd, watcher&);

  // Waits until an event, a post or `until`, and hands out what came. Returns the number of events. `spin`: the last
  // so many nanoseconds before `until` are polled for instead of slept through. `least`: where `until` is nearer than
  // so many nanoseconds and nothing is there yet, it sleeps for so long, and what comes meanwhile is handed out after
  // it.
  int wait(time::instant until, time::span spin = 0, time::span least = 0);

  // Runs `work` on the thread that waits, in its next round. [any thread]
  void post(std::function<void()> work);
  // Runs `work` after the events of this round, without a lock. [waiting thread]
  void defer(std::function<void()> work);
  // The same; a task that is deferred already stays so, once. It must be withdrawn before it dies. [waiting thread]
  void defer(task&);
  // Runs the task when wait() is called next, before it waits; once, and either this or defer() at a time.
  // [waiting thread]
  void before_wait(task&);
  void withdraw(task&);

 private:
  struct impl;
  impl* impl_;
};

}  // namespace lsrun::transport
