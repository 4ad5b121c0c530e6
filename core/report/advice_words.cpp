// The English words of what the advice says: {name} stands for a figure of the run.
#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "report/advice.hpp"

namespace lsrun::report {
namespace {

struct finding_words {
  std::string_view id, finding, what, chart;
};
constexpr finding_words findings[] = {
    {"rate_limited_often", "The target refuses requests too often",
     "Spread the load over more client addresses ([pool] count) or lower the rate ([rate] base, or a larger [limits] "
     "headroom).",
     "rate"},
    {"success_low", "Too few steps end well",
     "Look at the target's resources (processor, memory, worker processes) and its database (connections, slow "
     "queries) at the times in the failures' table.",
     "requests"},
    {"slow", "Answers are too slow",
     "See whether the time is lost on the network (compare with a client beside the target) or in the target: the "
     "language model's latency and queue, the database, a full processor.",
     "latency"},
    {"first_turn", "The first turn is slower than the rest",
     "Each session makes something then, its agent or its caches: make it ahead of time, or spread the starts of "
     "sessions over a longer phase.",
     "turns"},
    {"permits_wait", "Steps wait long for their permits",
     "The load is bounded by the limits and not by the target: use more client addresses, fewer sessions or a longer "
     "think time, if more load is wanted.",
     "rate"},
    {"creation_slow", "Sessions are created too slowly",
     "Raise what limits creation: more client addresses (each has its own create_session limit), a longer startup or "
     "growth phase, or a faster creation on the target.",
     "sessions"},
    {"connections", "Connections could not be made",
     "See whether the target was running, its listen queue and its open-file limit, and whether this machine has ports "
     "left for each client address.",
     "requests"},
    {"business", "The target refuses by its own rules",
     "They count as success of the system. See whether the tenants' ids, the agents and the messages of this run are "
     "those that the target expects.",
     "requests"},
    {"target_full", "The target's processor is full",
     "The target needs a larger machine or less work for each request.", "target"},
    {"target_one_core", "The target's processor is full",
     "It works on one core: give it more worker processes, if the machine has cores left.", "target"},
    {"memory_grows", "The target's memory grows",
     "Look at what stays after a session is deleted, and whether sessions are deleted or expire at all; an endurance "
     "run tells a leak from warming up.",
     "target"},
    {"memory_leaks", "The target's memory leaks, it seems",
     "Look at what stays after a session is deleted or expires; clean up sessions more often if they are what stays.",
     "target"},
    {"not_recovered", "The target did not recover from the burst",
     "See what is still queued in the target when the burst is over: requests nobody waits for any longer, a full "
     "connection pool, sessions that were not closed.",
     "latency"},
    {"turns_missed", "Planned turns found no free session",
     "The target answers too slowly for the planned rate, or there are too few sessions for it: raise [sessions] max "
     "or "
     "lower [rate] base.",
     "sessions"},
    {"own_lag", "lsrun itself was late",
     "Give it more threads ([run] threads) or a quieter machine, or lower the load; figures of this run include its "
     "own lateness.",
     "generator"},
};

// How a clause joins what stands before it, and its sentence.
struct clause_words {
  std::string_view id, joint, text;
};
constexpr clause_words sentences[] = {
    {"refused", "; ", "{n} of {all} requests ({share}) were refused (429)"},
    {"refused_most_at", "; ", "most at {address}: {n} of {all} requests of {operation}"},
    {"steps_failed", "; ", "{n} of {all} steps failed, success {success}"},
    {"most_frequent", "; ", "most frequent: {failure}, {n} times"},
    {"percentiles", "; ", "p50 {p50}, p95 {p95}, p99 {p99}"},
    {"note", "; ", "{note}"},
    {"first_turn", "; ", "p95 of the first turn {first}, of later turns {later} ({times} times as long)"},
    {"throttle_wait", "; ", "throttle wait p50 {p50}, p95 {p95}, longest {longest}"},
    {"created", "; ", "{n} sessions opened in {span} of creating ({rate}/s), {failed} could not be opened"},
    {"no_connection", "; ", "{n} of {all} requests ({share})"},
    {"business", "; ", "{n} of {all} requests ({share}) ended as a business error"},
    {"busiest_phase", "; ", "mean {cpu} of a core in phase {phase}"},
    {"every_core", ", ", "all {cores} cores of the machine"},
    {"one_core", ", ", "one core"},
    {"memory", "; ", "resident memory of the target {start} at the start, {end} at the end, at most {most}"},
    {"per_session", "; ", "{bytes} for each session opened"},
    {"leak", "; ",
     "resident memory of the target grows by {per_hour} an hour (95 % {least} to {most}) from {from} to {to}"},
    {"turns_missed", "; ", "{n} turns were missed"},
    {"lag", "; ", "lag p99 {p99}, longest {longest}"},
    {"own_cpu", ", ", "lsrun used up to {cpu} of a core"},
    {"not_recovered", "; ",
     "before it success {success}, p95 {p95}; neither came back within 20 % together after {phase}"},
};

std::string filled(std::string_view text, const clause& c) {
  std::string out;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{')) {
    out += text.substr(0, at);
    const std::size_t end = text.find('}', at);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    const auto found = std::find_if(c.values.begin(), c.values.end(), [&](const auto& v) { return v.first == name; });
    if (found != c.values.end()) out += found->second;
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

template <class Table>
const auto& row(const Table& table, std::string_view id) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const auto& r) { return r.id == id; });
  if (found == std::end(table)) throw std::logic_error("no words for " + std::string(id));
  return *found;
}

}  // namespace

advice in_words(std::string_view id, std::vector<clause> evidence) {
  const finding_words& words = row(findings, id);
  std::string said;
  for (const clause& c : evidence) {
    const clause_words& sentence = row(sentences, c.id);
    if (!said.empty()) said += sentence.joint;
    said += filled(sentence.text, c);
  }
  return {id,
          std::string(words.finding),
          std::move(said),
          std::string(words.what),
          std::string(words.chart),
          std::move(evidence)};
}

}  // namespace lsrun::report
