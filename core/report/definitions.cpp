// What the figures mean, in the words that every report prints beside them. docs/report-fields.md has all fields.
#include "report/tables.hpp"

namespace lsrun::report {

json::object definitions() {
  return {
      {"request", "One HTTP exchange; a step that is retried makes several."},
      {"step", "One open, turn or close of a session, however often its requests were retried."},
      {"session", "One conversation with the target, from open to close, expiry or loss."},
      {"rate_limit_ratio",
       "rate_limited requests / requests. Requests that lsrun cancelled and long polls that ended empty as announced "
       "are in no ratio."},
      {"success_ratio", "Steps that ended well / steps that ended, retries forgiven, cancelled steps left out."},
      {"system_success_ratio",
       "(ok + business_error + rate_limited) / requests: a refusal is the target's protection at work, not a failure."},
      {"system_failure_ratio", "(timeout + connect_error + server_error + client_error + protocol_error) / requests."},
      {"requests_per_s", "Requests / the run's length in seconds."},
      {"sessions_created_per_s", "Opened sessions / the seconds in which sessions were being created."},
      {"response_time",
       "From the planned time of a request to the end of its answer, so that a stalled target or a late generator "
       "shows. Answered requests only; long polls are left out."},
      {"service_time", "From sending a request to the end of its answer. Answered requests only."},
      {"lag", "From the planned time of a request to its sending: lsrun's own lateness and the wait for a connection."},
      {"throttle_wait", "How long a step or a request waited for the permits of the rate limits; in no response time."},
      {"step_time",
       "From the planned time of a step's first request to the step's end: all its requests, retries, back-off and the "
       "waits between them. Steps that ended well."},
      {"percentiles",
       "From histograms with three significant digits, never from averages or samples: the value at or below which "
       "that share of all values lies."},
  };
}

}  // namespace lsrun::report
