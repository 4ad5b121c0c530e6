// Whose code a worker's thread is in: written by the thread at each call into a plugin and back, read by the runner's
// watchdog and by the last words of a crash.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "model/outcome.hpp"

namespace lsrun::plugin {

// A step as one word, so that a call is marked by a single store and needs no clock.
struct inside_word {
  std::uint64_t bits = 0;  // 0: in no plugin

  static inside_word of(std::uint8_t scenario, model::step kind, std::uint64_t session) {
    return {session << 10u | std::uint64_t{scenario} << 2u | (static_cast<std::uint64_t>(kind) + 1)};
  }
  std::uint8_t scenario() const { return static_cast<std::uint8_t>(bits >> 2u); }
  model::step kind() const { return static_cast<model::step>((bits & 3u) - 1); }
  std::uint64_t session() const { return bits >> 10u; }
  explicit operator bool() const { return bits != 0; }
};

class inside_mark {
 public:
  // `names`: of the scenarios, by number; they outlive the mark.
  explicit inside_mark(std::vector<const char*> names) : names_(std::move(names)) {}

  // [the thread it is of]
  void enter(std::uint64_t word) { word_.store(word, std::memory_order_relaxed); }
  void leave() { word_.store(0, std::memory_order_relaxed); }
  void next_round() { rounds_.store(rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  // [any thread, also in a signal handler]
  inside_word word() const { return {word_.load(std::memory_order_relaxed)}; }
  std::uint64_t rounds() const { return rounds_.load(std::memory_order_relaxed); }
  const char* name_of(inside_word w) const { return w.scenario() < names_.size() ? names_[w.scenario()] : "?"; }

 private:
  std::vector<const char*> names_;
  std::atomic<std::uint64_t> word_{0}, rounds_{0};
};

}  // namespace lsrun::plugin
