#include "rate/backoff.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace lsrun::rate {

time::span backoff(const retry_policy& policy, std::uint32_t attempt, std::uint64_t random) {
  time::span wait = policy.first;
  for (std::uint32_t i = 1; i < attempt && wait < policy.most; ++i) wait *= 2;
  wait = std::min(wait, policy.most);
  if (!policy.full_jitter) return wait;
  return static_cast<time::span>(static_cast<double>(wait) * (static_cast<double>(random >> 11) * 0x1p-53));
}

std::optional<time::span> wait_before_retry(const retry_policy& policy, model::outcome outcome, std::uint32_t attempt,
                                            std::optional<time::span> retry_after, std::uint64_t random) {
  if (attempt >= policy.attempts) return std::nullopt;
  if (outcome == model::outcome::rate_limited && retry_after) return std::min(*retry_after, policy.most);
  if (outcome == model::outcome::rate_limited || outcome == model::outcome::connect_error)
    return backoff(policy, attempt, random);
  return std::nullopt;
}

std::optional<time::span> parse_retry_after(std::string_view value, std::int64_t unix_now) {
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (failed == std::errc{} && end == value.data() + value.size())
    return seconds < 0 ? std::nullopt : std::optional(std::min<std::int64_t>(seconds, 86'400) * time::second);
  std::tm parts{};
  const std::string text(value);
  const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return std::clamp<std::int64_t>(timegm(&parts) - unix_now, 0, 86'400) * time::second;
}

}  // namespace lsrun::rate
