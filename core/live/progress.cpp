#include "live/progress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lsrun::live {
namespace {

constexpr double least_share = 0.02;  // less says nothing about the rest
constexpr const char* erase = "\r\x1b[K";

// Whole units: a figure that changes all the time is no help.
std::string about(time::span span, bool up = true) {
  const double exact = time::seconds(span);
  const auto s = static_cast<long long>(up ? std::ceil(exact - 1e-6) : std::floor(exact + 1e-6));
  if (s < 100) return std::to_string(s) + " s";
  if (s < 5940) return std::to_string((s + 30) / 60) + " min";
  return std::to_string((s + 1800) / 3600) + " h";
}

}  // namespace

progress::progress(manner m, std::string what, time::instant began, std::size_t columns)
    : manner_(m), what_(std::move(what)), began_(began), due_(began + patience), columns_(columns) {}

void progress::at(std::optional<double> share, std::string part, time::instant until) {
  share_ = share;
  part_ = std::move(part);
  until_ = until;
}

std::optional<time::instant> progress::due() const {
  if (manner_ == manner::silent) return std::nullopt;
  return due_;
}

std::string progress::words(time::instant now) const {
  const time::span so_far = now - began_;
  std::string text = what_;
  if (!part_.empty()) text += " (" + part_ + ")";
  text += ": ";
  if (share_) text += std::to_string(static_cast<int>(std::clamp(*share_, 0.0, 1.0) * 100)) + "%, ";
  text += about(so_far, false) + " so far";
  if (until_ > now)
    text += ", at most " + about(until_ - now) + " more";
  else if (share_ && *share_ >= least_share && *share_ < 1)
    text +=
        ", about " + about(static_cast<time::span>(static_cast<double>(so_far) * (1 - *share_) / *share_)) + " more";
  return text;
}

std::string progress::say(time::instant now) {
  if (manner_ == manner::silent || now < due_) return {};
  due_ = now + (manner_ == manner::one ? between_redraws : between_lines);
  said_ = true;
  if (manner_ == manner::lines) return words(now) + "\n";
  shown_ = true;
  return erase + words(now).substr(0, std::max<std::size_t>(columns_, 2) - 1);
}

std::string progress::clear() { return std::exchange(shown_, false) ? erase : ""; }

std::string progress::end(time::instant now) {
  if (!said_) return {};
  return manner_ == manner::one ? clear() : what_ + ": done in " + about(now - began_, false) + "\n";
}

}  // namespace lsrun::live
