#include "run/wake_pause.hpp"

#include <algorithm>

namespace lsrun::run {

bool wake_pause::turned(time::instant now) {
  if (++turns_ < turns_judged) return false;
  const time::span took = now - judged_at_;
  turns_ = 0;
  judged_at_ = now;
  if (took <= turns_judged * (pause_ > 0 ? slow_turn_with_pause : slow_turn)) return true;
  pause_ = 0;
  told_at_ = 0;
  return false;
}

void wake_pause::used(time::instant now, time::span busy) {
  if (told_at_ != 0 && now > told_at_) {
    const double share = static_cast<double>(busy - busy_then_) / static_cast<double>(now - told_at_);
    if (share > full)
      pause_ = std::min(pause_ + step, longest);
    else if (share < easy)
      pause_ = std::max<time::span>(pause_ - step, 0);
  }
  told_at_ = now;
  busy_then_ = busy;
}

}  // namespace lsrun::run
