// One place for the definitions, so that console, thresholds and report cannot differ.
#include "metrics/ratios.hpp"

namespace lsrun::metrics {
namespace {

using enum model::outcome;

std::optional<double> share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::uint64_t judged(const outcome_counts& c) { return c.total() - c[cancelled] - c[empty_poll]; }

std::uint64_t failures(const outcome_counts& c) {
  return c[timeout] + c[connect_error] + c[server_error] + c[client_error] + c[protocol_error];
}

std::optional<double> rate_limit_ratio(const outcome_counts& c) { return share(c[rate_limited], judged(c)); }

std::optional<double> system_success_ratio(const outcome_counts& c) {
  return share(c[ok] + c[business_error] + c[rate_limited], judged(c));
}

std::optional<double> system_failure_ratio(const outcome_counts& c) { return share(failures(c), judged(c)); }

std::optional<double> success_ratio(const outcome_counts& ended) {
  return share(ended[ok] + ended[business_error] + ended[empty_poll], ended.total() - ended[cancelled]);
}

}  // namespace lsrun::metrics
