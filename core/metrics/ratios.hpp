// The ratios of the report, by their definitions, from counts. nullopt: nothing was counted that they could be of.
#pragma once

#include <optional>

#include "metrics/interval.hpp"

namespace lsrun::metrics {

// Requests that the ratios are of: those that ended as a success, a refusal or a failure. Cancelled ones were ended by
// lsrun itself, empty polls are neither success nor failure; both are left out.
std::uint64_t judged(const outcome_counts&);
// Requests that ended as timeout, connect_error, server_error, client_error or protocol_error.
std::uint64_t failures(const outcome_counts&);
// rate_limited / judged.
std::optional<double> rate_limit_ratio(const outcome_counts& requests);
// (ok + business_error + rate_limited) / judged: a refusal is the target's protection at work.
std::optional<double> system_success_ratio(const outcome_counts& requests);
// failures / judged.
std::optional<double> system_failure_ratio(const outcome_counts& requests);
// Steps that ended well / steps that ended, retries forgiven; steps that lsrun cancelled are left out.
std::optional<double> success_ratio(const outcome_counts& steps_ended);

}  // namespace lsrun::metrics
