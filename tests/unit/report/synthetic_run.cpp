// Each second every worker opens sessions, takes turns and, in the end, closes; outcomes come from a fixed sequence.
#include "unit/report/synthetic_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "metrics/shard.hpp"

namespace lsrun::test {
namespace {

using metrics::request_record;
using model::outcome;
using time::millisecond;

// splitmix64 (G. Steele et al. 2014): the sequence that decides.
class sequence {
 public:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_ = 20260101;
};

constexpr std::array<double, 4> phase_ends{0.1, 0.5, 0.9, 1.0};

class world {
 public:
  world(metrics::registry& names, int workers) {
    create_ = *names.operation("create_session");
    chat_ = *names.operation("chat");
    poll_ = *names.operation("list_events");
    delete_ = *names.operation("delete_session");
    reply_ = *names.metric({"first_reply", "ms", "time to the agent's first reply", metrics::metric_kind::time});
    silent_ = *names.metric({"no_reply", "turns", "turns that ended without a reply", metrics::metric_kind::count});
    size_ = *names.metric({"reply_size", "bytes", "bytes of a reply", metrics::metric_kind::number});
    for (int i = 0; i < workers; ++i) shards_.push_back(std::make_unique<metrics::shard>(names, 0));
  }

  metrics::interval second(int at, int length, std::uint32_t phase) {
    now_ = static_cast<time::instant>(at) * time::second;
    metrics::interval merged;
    for (std::size_t w = 0; w < shards_.size(); ++w) {
      work(*shards_[w], w, phase, at + 1 == length);
      auto part = shards_[w]->take(nullptr);
      part->start_s = at;
      part->end_s = at + 1;
      part->phase = phase;
      part->sessions.alive = alive_[w].size();
      part->sessions.peak_alive = std::max<std::uint64_t>(alive_[w].size(), before_);
      part->throttled = chance_.below(5);
      part->creating_s = phase < 2 ? 1 : 0;
      part->multiplier = phase < 2 ? 1 : 0.8;
      merged.add_same_time(*part);
    }
    if (at == 20) merged.events.push_back({20.5, "multiplier", "all rates are multiplied by 1.25", 1.25});
    sample(merged, at, length);
    return merged;
  }

 private:
  struct session {
    std::uint64_t number;
    std::uint32_t turns = 0;
  };

  void work(metrics::shard& s, std::size_t w, std::uint32_t phase, bool last) {
    before_ = alive_[w].size();
    if (phase < 2)
      for (int i = 0; i < 3; ++i) open(s, w);
    if (phase < 3)
      for (auto& one : alive_[w]) turn(s, w, one);
    if (phase == 3 || last) close(s, w, last);
    if (phase == 2) s.missed_turn();
    if (phase == 2 && chance_.below(8) == 0)
      s.adjusted({time::seconds(now_), address(w), chat_, 0.125, adjusted_ ? 0.8 : 1.0, adjusted_ ? 0.88 : 0.8}),
          adjusted_ = !adjusted_;
  }

  std::uint32_t address(std::size_t w) { return static_cast<std::uint32_t>(w * 2 + chance_.below(2)); }

  request_record request(std::size_t w, std::uint32_t operation, std::uint64_t number, std::uint32_t turn) {
    request_record r;
    r.address = address(w);
    r.operation = operation;
    r.tenant = static_cast<std::uint32_t>(number % 2);
    r.turn = turn;
    r.session = number;
    r.planned = now_ + static_cast<time::span>(chance_.below(900)) * millisecond + 1;
    r.sent = r.planned + static_cast<time::span>(20 + chance_.below(60)) * time::microsecond;
    const auto slow = static_cast<time::span>(chance_.below(100) < 3 ? 1500 : 0);
    const auto first = static_cast<time::span>(turn == 1 ? 600 : 0);
    r.end = r.sent + (slow + first + 120 + static_cast<time::span>(chance_.below(200))) * millisecond;
    r.first_byte = r.end - millisecond;
    r.trace = number << 16 | ((turn + 1) & 0xffff);
    r.status = 200;
    return r;
  }

  void open(metrics::shard& s, std::size_t w) {
    ++s.sessions().attempted;
    s.step_started();
    const std::uint64_t number = next_session_++;
    request_record r = request(w, create_, number, 0);
    s.throttle_wait(static_cast<time::span>(chance_.below(3000)) * millisecond);
    const bool refused = chance_.below(12) == 0;
    if (refused) fail(r, outcome::server_error, 503, "database pool exhausted");
    s.request(r);
    s.step_ended({r.outcome, false, r.tenant, 0, r.planned, r.end});
    ++(refused ? s.sessions().failed_to_open : s.sessions().opened);
    if (!refused) alive_[w].push_back({number});
  }

  static void fail(request_record& r, outcome o, std::uint16_t status, std::string_view why) {
    r.outcome = o;
    r.status = status;
    r.message = why;
    if (o == outcome::connect_error) r.sent = r.first_byte = 0;
  }

  void turn(metrics::shard& s, std::size_t w, session& one) {
    if (chance_.below(4) != 0) return;
    s.step_started();
    ++one.turns;
    request_record r = request(w, chat_, one.number, one.turns);
    s.throttle_wait(static_cast<time::span>(chance_.below(2500)) * millisecond);
    bool retried = false;
    if (chance_.below(20) == 0) {
      request_record refused = r;
      fail(refused, outcome::rate_limited, 429, "Rate limit exceeded");
      refused.end = refused.sent + millisecond;
      if (auto* example = s.request(refused))
        *example = metrics::exchange{one.number,
                                     refused.address,
                                     1,
                                     time::seconds(refused.planned),
                                     40,
                                     990,
                                     1040,
                                     "POST /chat",
                                     "{\"message\": \"\xe4\xbd\xa0\xe5\xa5\xbd <b>\"}",
                                     "retry-after: 2\ncontent-type: application/json",
                                     R"({"detail": "Rate limit exceeded"})",
                                     ""};
      r.attempt = 2;
      retried = true;
    }
    ending(r);
    s.request(r);
    if (model::well(r.outcome)) replied(s, w, r);
    s.step_ended({r.outcome, retried, r.tenant, one.turns, r.planned, r.end});
  }

  void ending(request_record& r) {
    switch (chance_.below(100)) {
      case 0:
        return fail(r, outcome::timeout, 0, "no answer within 60s");
      case 1:
        return fail(r, outcome::connect_error, 0, "connection refused");
      case 2:
        return fail(r, outcome::server_error, 500, "internal error, \"trace\": 7f");
      case 3:
        return fail(r, outcome::client_error, 404, "session not found: \xe4\xbc\x9a\xe8\xaf\x9d");
      case 4:
        return fail(r, outcome::protocol_error, 200, "the answer is not JSON");
      case 5:
        return fail(r, outcome::business_error, 200, "tenant has no such chatbot");
      case 6:
        return fail(r, outcome::cancelled, 0, "");
      default:
        return;
    }
  }

  void replied(metrics::shard& s, std::size_t w, const request_record& r) {
    request_record poll = request(w, poll_, r.session, r.turn);
    poll.long_poll = true;
    if (chance_.below(10) == 0) {
      poll.outcome = outcome::empty_poll;
      poll.status = 504;
      s.scenario_value(silent_, 1);
    } else {
      s.scenario_value(reply_, r.end - r.planned + 80 * millisecond);
      s.scenario_value(size_, 150 + static_cast<std::int64_t>(chance_.below(700)));
    }
    s.request(poll);
  }

  void close(metrics::shard& s, std::size_t w, bool last) {
    std::size_t wanted = last ? alive_[w].size() : (alive_[w].size() + 3) / 4;
    while (wanted-- > 0) {
      const session one = alive_[w].back();
      alive_[w].pop_back();
      if (chance_.below(40) == 0) {
        ++s.sessions().lost;
        continue;
      }
      if (chance_.below(40) == 0) {
        ++s.sessions().expired;
        continue;
      }
      s.step_started();
      request_record r = request(w, delete_, one.number, metrics::no_turn);
      r.status = 204;
      s.request(r);
      s.step_ended({.outcome = r.outcome, .tenant = r.tenant, .turn = metrics::no_turn});
      ++s.sessions().closed;
    }
  }

  void sample(metrics::interval& i, int at, int length) {
    const double course = static_cast<double>(at) / length;
    i.generator = metrics::generator_sample{0.03 + 0.02 * course, std::uint64_t{30} << 20, 40, 12, at == 30 ? 14u : 0u};
    metrics::target_sample t;
    t.cpu = 0.35 + 0.6 * std::min(1.0, course * 2);
    t.rss_bytes = (std::uint64_t{412} << 20) + static_cast<std::uint64_t>(course * 230e6);
    t.threads = 9;
    t.fds = 60 + i.sessions.alive / 8;
    t.connections = 12;
    t.healthy = true;
    i.target = t;
    i.series.answered = at == 30 ? 0 : 1;
    i.series.failed = at == 30 ? 1 : 0;
    if (at == 30) return;
    const double waiting = course < 0.5 ? 2 : 3 + 20 * (course - 0.5);
    i.series.values = {static_cast<double>(*t.rss_bytes), std::nullopt, std::round(waiting)};
    if (at > 0) i.series.values[1] = *t.cpu * 0.98;
  }

  std::vector<std::unique_ptr<metrics::shard>> shards_;
  std::array<std::vector<session>, 8> alive_;
  sequence chance_;
  time::instant now_ = 0;
  std::uint64_t next_session_ = 0;
  std::size_t before_ = 0;
  bool adjusted_ = false;
  std::uint32_t create_, chat_, poll_, delete_, reply_, silent_, size_;
};

report::run_facts facts(int seconds) {
  report::run_facts f;
  f.id = "heavy_load-20260101T120000Z";
  f.name = "heavy_load";
  f.lsrun_version = "0.1.0";
  f.command = "lsrun --config configs/heavy_load.toml --time-scale 60";
  f.started_utc = "2026-01-01T12:00:00.000Z";
  f.ended_utc = "2026-01-01T12:01:00.000Z";
  f.target_url = "http://127.0.0.1:8800";
  f.time_scale = 60;
  f.seed = 1;
  f.threads = 2;
  f.config_json = R"({"name": "heavy_load", "pool": {"count": 4}, "limits": {"chat": "30/min"}})";
  f.environment_json = R"({"cores": 4, "memory_bytes": 8589934592, "kernel": "Linux 6.1.0", "open_files": 65536})";
  f.planned_sessions = 200;
  f.planned_s = seconds;
  const std::array<std::string, 4> names{"startup", "growth", "steady", "cleanup"};
  const std::array<std::uint64_t, 4> sessions{36, 180, 180, 0};
  double start = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    f.phases.push_back({names[i], start, phase_ends[i] * seconds, sessions[i]});
    start = phase_ends[i] * seconds;
  }
  f.thresholds = {"p95(response_time) < 500ms", "p99(response_time) < 10s",      "rate_limit_ratio <= 10%",
                  "success_ratio >= 90%",       "sessions_created_per_s >= 0.5", "p95(first_reply) < 5s",
                  "max(target.rss) < 6GiB"};
  return f;
}

}  // namespace

synthetic_run make_synthetic_run(int seconds, int workers) {
  synthetic_run run;
  run.names = std::make_shared<metrics::registry>();
  run.names->addresses = {"127.64.0.1", "127.64.0.2", "127.64.0.3", "127.64.0.4"};
  run.names->tenants = {"a", "b"};
  run.names->phases = {"startup", "growth", "steady", "cleanup"};
  for (const char* text :
       {"process_resident_memory_bytes", "rate(process_cpu_seconds_total)", "db_pool_waiting{pool=\"main\"}"})
    run.names->target_series(text);
  run.facts = facts(seconds);
  world w(*run.names, workers);
  for (int at = 0; at < seconds; ++at) {
    std::uint32_t phase = 0;
    while (phase < 3 && at >= phase_ends[phase] * seconds) ++phase;
    run.seconds.push_back(w.second(at, seconds, phase));
  }
  run.end.alerts.push_back({"target.rss > 500MiB for 5s", 30, 45.5, 600e6});
  run.end.alerts.push_back({"rate_limit_ratio > 30% for 1m", 52, std::nullopt, 0.41});
  run.end.peak_rss_bytes = std::uint64_t{33} << 20;
  run.end.cpu_s = 2.4;
  run.end.bytes_per_session = 128;
  run.end.ended_utc = "2026-01-01T12:01:00.000Z";
  return run;
}

synthetic_run make_empty_run() {
  synthetic_run run;
  run.names = std::make_shared<metrics::registry>();
  run.facts = facts(60);
  return run;
}

std::string document_of(const synthetic_run& run, int& exit_code) {
  report::accumulator sum(run.names, run.facts);
  for (const auto& second : run.seconds) sum.add(second);
  return sum.document(run.end, exit_code);
}

}  // namespace lsrun::test
