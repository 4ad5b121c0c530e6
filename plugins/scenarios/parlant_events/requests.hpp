// What all of the scenario's requests share: how an answer is classified, how a failed one ends its step, and how one
// session asks on behalf of all.
#pragma once

#include <lsrun/client.hpp>

#include "answers.hpp"

namespace parlant {

// The word for an answer, in the form that lsrun::with::classify takes. A stream without an event was an empty wait.
template <asked What>
lsrun::outcome classify(const lsrun::reply& r, std::string& why) {
  if (What == asked::stream && r.outcome() == lsrun::outcome::ok && r.pieces() == 0) return lsrun::outcome::empty_poll;
  auto v = judge(What, static_cast<lsrun_outcome>(r.outcome()), r.status(), r.body());
  why = std::move(v.reason);
  return static_cast<lsrun::outcome>(v.outcome);
}

// A request's failure as its step's. 404 there means that the target no longer knows the session.
template <asked What>
lsrun::step_result failure(const lsrun::reply& r) {
  constexpr bool of_session = What == asked::message || What == asked::list || What == asked::stream ||
                              What == asked::piecewise || What == asked::removal || What == asked::lenient_removal;
  std::string why(r.error());
  if (why.empty()) classify<What>(r, why);
  return {r.outcome(), std::move(why), of_session && r.status() == 404 ? lsrun::session_lost : 0};
}

// Held while one session asks on behalf of all; let go also when its step is cancelled.
class claim {
 public:
  explicit claim(bool& taken) : taken_(taken) { taken_ = true; }
  claim(const claim&) = delete;
  claim& operator=(const claim&) = delete;
  ~claim() { taken_ = false; }

 private:
  bool& taken_;
};

}  // namespace parlant
