// The events of a run for its viewers, as server-sent events: each made once for all of them, numbered, and the last of
// them kept for viewers that come back. Pure: it makes bytes and sends nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lsrun::dashboard {

using bytes = std::shared_ptr<const std::string>;

class feed {
 public:
  static constexpr std::size_t kept = 300;  // events: some four minutes of a run

  // `run`: the run's id, so that an event's id of another run is not taken for one of this.
  explicit feed(std::string run) : run_(std::move(run)) {}

  // The next event. `json`: on one line.
  bytes add(std::string_view name, const std::string& json);
  // An event with the id of the last one, for a viewer who knows nothing; it is not kept.
  bytes snapshot(const std::string& json) const;
  // What a viewer has missed whose last event was `id`; nullopt: too much, or it is not an event of this run.
  std::optional<std::vector<bytes>> since(std::string_view id) const;
  std::string id() const { return run_ + "-" + std::to_string(last_); }  // of the last event

 private:
  std::string run_;
  std::uint64_t last_ = 0;
  std::deque<bytes> events_;  // the last is number last_
};

// What is sent at first: how soon a browser is to come back, in milliseconds.
inline constexpr std::string_view opening = "retry: 1000\n\n";

}  // namespace lsrun::dashboard
