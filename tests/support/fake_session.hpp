// A scenario run without HTTP: a scripted lsrun_session in memory, with an invented clock, behind the real host table.
//
//   extern "C" const lsrun_plugin lsrun_plugin_entry;                 // the scenario's source is linked into the test
//   scenario_under_test chat(lsrun_plugin_entry, {{"path", "/x"}});   // options as TOML gives them; throws what is
//   wrong fake_session s(chat); s.answers = {{.body = R"({"id":"7"})"}, {.status = 429}};         // in the order of
//   requests; then `respond` const auto& end = s.run(LSRUN_STEP_OPEN);                         // runs the step to its
//   end BOOST_TEST(end.outcome == LSRUN_OUTCOME_OK); BOOST_TEST(s.requests[0].target == "/x");
//
// Links lsrun_plugin. One session at a time uses the clock: now_ns() of the last one made. Completions come one after
// the other, by due time, never inside a call. begin() and next() instead of run() take a step apart.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "metrics/registry.hpp"
#include "plugin/array.hpp"
#include "plugin/host.hpp"
#include "plugin/loader.hpp"

namespace lsrun::test {

using name_and_value = std::pair<std::string, std::string>;

struct answer {
  unsigned status = 200;  // 0: none came; then outcome and error say why
  std::string body = {};
  std::vector<name_and_value> headers = {};
  std::vector<std::string> pieces = {};         // of a stream: data of events, or pieces of the body
  lsrun_outcome outcome = LSRUN_OUTCOME_COUNT;  // COUNT: by status
  std::string error = {};
  std::uint64_t takes_ns = 1'000'000;
};

struct sent_request {
  std::string method, target, body, operation;
  std::vector<name_and_value> headers;
  std::uint32_t flags = 0;
  std::uint64_t timeout_ns = 0;
};

struct ended_step {
  bool ended = false;
  lsrun_outcome outcome = LSRUN_OUTCOME_COUNT;
  std::uint32_t flags = 0;
  std::string text;
};

// A scenario's instance, made through the option check and create as lsrun makes it.
class scenario_under_test {
 public:
  // The first scenario of the plugin, or the one of that name.
  explicit scenario_under_test(const lsrun_plugin& entry,
                               std::vector<std::pair<std::string, config::option_value>> given = {},
                               const std::string& name = "") {
    const lsrun_scenario_type* type = nullptr;
    for (const auto* t : plugin::items<lsrun_scenario_type>(entry.scenarios))
      if (!type && (name.empty() || name == t->name)) type = t;
    if (!type) throw std::runtime_error("no scenario " + name);
    make(*type, given);
  }
  const lsrun_scenario& table() const { return instance->table(); }

  metrics::registry names;
  std::unique_ptr<plugin::scenario_instance> instance;

 private:
  void make(const lsrun_scenario_type& type, const std::vector<std::pair<std::string, config::option_value>>& given) {
    std::vector<config::option> options;
    for (const auto& [key, value] : given) options.push_back({key, value, {"test", 1, 1}});
    std::vector<plugin::problem> problems;
    const auto setup =
        plugin::check_options(type.options, options, "scenario `" + std::string(type.name) + "`", {}, problems);
    if (setup) instance = plugin::create_scenario(type, *setup, names, {}, problems);
    std::string text;
    for (const auto& p : problems) text += (text.empty() ? "" : "\n") + p.text;
    if (!instance) throw std::runtime_error(text);
  }
};

class fake_session final : public lsrun_session {
 public:
  // What the test scripts, and what it reads.
  std::deque<answer> answers;
  std::function<answer(const sent_request&)> respond = [](const sent_request&) { return answer{}; };
  std::vector<sent_request> requests;
  std::map<std::string, std::vector<std::int64_t>> added;  // by the metric's name
  std::vector<std::uint64_t> sleeps;
  std::vector<std::pair<std::string, std::string>> failures;  // operation and the reason that classify gave
  lsrun_session_info about{};                                 // number, turn, turns, tenant ... ; turn counts itself
  std::string address = "127.0.0.1", tenant_name, run_id = "run";
  std::map<std::string, std::string> tenant;
  std::uint32_t most_attempts = 1;                      // more: refusals and failed connections take the next answer
  unsigned extra_finishes = 0;                          // calls of finish_step that were refused
  const plugin::scenario_instance* instance = nullptr;  // whose prepared requests it sends

  explicit fake_session(scenario_under_test& s) : fake_session(s.table(), &s.names) { instance = s.instance.get(); }
  fake_session(const lsrun_scenario& table, metrics::registry* names)
      : table_(table), names_(names), room_(table.session_size + table.session_align) {
    void* p = room_.data();
    std::size_t size = room_.size();
    state_ = std::align(table.session_align, table.session_size, p, size);
    clock() = &now_;
    plugin::set_now([] { return *clock(); });
    plugin::set_reply_header(&find_header);
    table_.construct(table_.self, state_);
  }
  fake_session(const fake_session&) = delete;
  fake_session& operator=(const fake_session&) = delete;
  ~fake_session() { table_.destruct(table_.self, state_); }

  void* state() const { return state_; }
  std::uint64_t now() const { return now_; }
  const ended_step& end() const { return end_; }
  std::size_t in_flight() const { return pending_.size(); }

  void begin(lsrun_step which) {
    if (which == LSRUN_STEP_TURN) ++about.turn;
    end_ = {};
    cancelled_ = false;
    message_ = 0;
    under_way_ = true;
    table_.step(table_.self, state_, this, which);
  }
  // Delivers the earliest completion; false: there is none.
  bool next() {
    if (pending_.empty()) return false;
    const auto at = std::min_element(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) {
      return (a->cancelled ? 0 : a->due) < (b->cancelled ? 0 : b->due);
    });
    const auto op = std::move(*at);
    pending_.erase(at);
    if (!op->cancelled) now_ = std::max(now_, op->due);
    op->is_sleep ? op->slept(op->user, op->cancelled ? LSRUN_CANCELLED : LSRUN_OK) : complete(*op);
    return true;
  }
  // A whole step, and the completions that come behind it. A step that never ends is left as it is.
  const ended_step& run(lsrun_step which) {
    begin(which);
    while (next()) {
    }
    return end_;
  }
  // lsrun ends the step: what is in flight is cancelled, nothing new begins.
  void stop() {
    cancelled_ = true;
    for (auto& op : pending_) op->cancelled = true;
    if (table_.cancel) table_.cancel(table_.self, state_, this);
  }

  lsrun_status operation(std::string_view name, std::uint32_t& id) override {
    const auto given = names_->operation(name);
    if (given) id = *given;
    return given ? LSRUN_OK : LSRUN_LIMIT;
  }
  lsrun_status http(const lsrun_http_request& q, lsrun_op** op) override {
    if (!under_way_ || q.operation >= names_->operations().size()) return LSRUN_BAD_ARGUMENT;
    if (cancelled_) return LSRUN_CANCELLED;
    sent_request r{text(q.method), text(q.target), text(q.body), names_->operations()[q.operation], {},
                   q.flags,        q.timeout_ns};
    for (std::uint32_t i = 0; i < q.header_count; ++i)
      r.headers.emplace_back(text(q.headers[i].name), text(q.headers[i].value));
    auto& p = add_pending(op);
    p.request = q;
    p.sent = now_;
    p.operation = r.operation;
    requests.push_back(r);
    p.reply = take_answer(r);
    p.due = now_ + p.reply.takes_ns;
    return LSRUN_OK;
  }
  lsrun_status http_prepared(std::uint32_t id, std::string_view body, void* user, lsrun_op** op) override {
    const auto* known = instance ? instance->prepared(id) : nullptr;
    if (!known) return LSRUN_BAD_ARGUMENT;
    lsrun_http_request q = known->request;
    q.body = plugin::str(body);
    q.user = user;
    return http(q, op);
  }
  lsrun_status sleep(std::uint64_t span_ns, void* user, void (*done)(void*, lsrun_status) noexcept,
                     lsrun_op** op) override {
    if (!under_way_) return LSRUN_BAD_ARGUMENT;
    if (cancelled_) return LSRUN_CANCELLED;
    sleeps.push_back(span_ns);
    auto& p = add_pending(op);
    p.is_sleep = true;
    p.user = user;
    p.slept = done;
    p.due = now_ + span_ns;
    return LSRUN_OK;
  }
  void cancel(lsrun_op* op) override {
    for (auto& p : pending_)
      if (p.get() == reinterpret_cast<const in_flight_operation*>(op)) p->cancelled = true;
    if (current_ && current_ == reinterpret_cast<in_flight_operation*>(op)) current_->cancelled = true;
  }
  void info(lsrun_session_info& out) noexcept override {
    const auto size = out.struct_size;
    out = about;
    out.struct_size = size;
    out.address = plugin::str(address);
    out.tenant_name = plugin::str(tenant_name);
    out.run_id = plugin::str(run_id);
  }
  lsrun_status tenant_value(std::string_view key, lsrun_str& value) override {
    const auto at = tenant.find(std::string(key));
    if (at == tenant.end()) return LSRUN_NOT_FOUND;
    value = plugin::str(at->second);
    return LSRUN_OK;
  }
  lsrun_str next_message() override {
    said_ = "message " + std::to_string(about.turn) + "." + std::to_string(++message_);
    return plugin::str(said_);
  }
  std::uint64_t random() override { return random_ = random_ * 6364136223846793005u + 1442695040888963407u; }
  void add(std::uint32_t metric, std::int64_t value) noexcept override {
    added[names_->metric_of(metric).name].push_back(value);
  }
  lsrun_status finish_step(lsrun_outcome outcome, std::uint32_t flags, std::string_view why) override {
    if (!under_way_) return ++extra_finishes, LSRUN_BAD_ARGUMENT;
    under_way_ = false;
    end_ = {true, outcome, flags, std::string(why)};
    for (auto& op : pending_) op->cancelled = true;
    if (current_) current_->cancelled = true;
    return LSRUN_OK;
  }

 private:
  struct in_flight_operation {
    bool is_sleep = false, cancelled = false;
    std::uint64_t due = 0, sent = 0;
    void* user = nullptr;
    void (*slept)(void*, lsrun_status) noexcept = nullptr;
    lsrun_http_request request{};
    std::string operation;
    answer reply;
    std::uint32_t attempts = 1;
  };
  static std::string text(lsrun_str s) { return std::string(plugin::view(s)); }
  static std::uint64_t*& clock() {
    static std::uint64_t* of = nullptr;
    return of;
  }
  static bool find_header(const void* data, std::string_view name, std::string_view& value) {
    const auto lower = [](std::string_view s) {
      std::string t(s);
      for (auto& c : t) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      return t;
    };
    for (const auto& [n, v] : static_cast<const answer*>(data)->headers)
      if (lower(n) == lower(name)) return value = v, true;
    return false;
  }
  in_flight_operation& add_pending(lsrun_op** op) {
    pending_.push_back(std::make_unique<in_flight_operation>());
    if (op) *op = reinterpret_cast<lsrun_op*>(pending_.back().get());
    return *pending_.back();
  }
  answer take_answer(const sent_request& r) {
    if (answers.empty()) return respond(r);
    auto a = std::move(answers.front());
    answers.pop_front();
    return a;
  }
  static lsrun_outcome by_status(unsigned status) {
    if (status == 429) return LSRUN_OUTCOME_RATE_LIMITED;
    if (status >= 200 && status < 400) return LSRUN_OUTCOME_OK;
    if (status >= 400 && status < 500) return LSRUN_OUTCOME_CLIENT_ERROR;
    return status >= 500 ? LSRUN_OUTCOME_SERVER_ERROR : LSRUN_OUTCOME_CONNECT_ERROR;
  }
  lsrun_http_reply reply_of(const in_flight_operation& op) const {
    const auto& a = op.reply;
    lsrun_http_reply r{};
    r.struct_size = sizeof r;
    r.outcome = a.outcome < LSRUN_OUTCOME_COUNT ? a.outcome : by_status(a.status);
    if (a.status == 504 && (op.request.flags & LSRUN_HTTP_EMPTY_504)) r.outcome = LSRUN_OUTCOME_EMPTY_POLL;
    r.status = a.status;
    r.attempts = op.attempts;
    r.body = plugin::str(a.body);
    r.error = plugin::str(a.error);
    r.planned_ns = r.sent_ns = op.sent;
    r.first_byte_ns = r.end_ns = now_;
    r.host_data = &a;
    return r;
  }
  // Pieces first; LSRUN_STOP ends the answer well, a cancel ends it as cancelled.
  bool stream(in_flight_operation& op) {
    current_ = &op;
    bool stopped = false;
    for (const auto& piece : op.reply.pieces) {
      if (op.cancelled || stopped || op.reply.status / 100 != 2) break;
      const auto& q = op.request;
      if (q.on_event) {
        const lsrun_sse_event e{sizeof e, 0, plugin::str("message"), plugin::str(piece), {nullptr, 0}, now_};
        stopped = q.on_event(q.user, &e) == LSRUN_STOP;
      } else if (q.on_data) {
        stopped = q.on_data(q.user, plugin::str(piece), now_) == LSRUN_STOP;
      }
    }
    current_ = nullptr;
    return !op.cancelled;
  }
  void complete(in_flight_operation& op) {
    const auto& q = op.request;
    if (op.cancelled || !stream(op)) return finish_cancelled(op);
    auto r = reply_of(op);
    if (q.classify && r.status != 0) {
      char room[256];
      lsrun_text_out why{room, sizeof room, 0};
      r.outcome = q.classify(q.user, &r, &why);
      if (why.len > 0) failures.emplace_back(op.operation, std::string(room, why.len));
    }
    const bool again = r.outcome == LSRUN_OUTCOME_RATE_LIMITED || r.outcome == LSRUN_OUTCOME_CONNECT_ERROR;
    if (again && op.attempts < most_attempts && !(q.flags & LSRUN_HTTP_NO_RETRY)) return retry(op);
    q.done(q.user, &r);
  }
  void retry(in_flight_operation& op) {
    auto& p = add_pending(nullptr);
    p = op;
    ++p.attempts;
    p.reply = take_answer(requests.back());
    p.due = now_ + p.reply.takes_ns;
  }
  void finish_cancelled(const in_flight_operation& op) {
    lsrun_http_reply r{};
    r.struct_size = sizeof r;
    r.outcome = LSRUN_OUTCOME_CANCELLED;
    r.attempts = op.attempts;
    r.planned_ns = op.sent;
    op.request.done(op.request.user, &r);
  }

  lsrun_scenario table_;
  metrics::registry* names_;
  std::vector<std::byte> room_;
  void* state_ = nullptr;
  std::vector<std::unique_ptr<in_flight_operation>> pending_;
  in_flight_operation* current_ = nullptr;
  ended_step end_;
  std::uint64_t now_ = 1'000'000'000, random_ = 1;
  unsigned message_ = 0;
  bool under_way_ = false, cancelled_ = false;
  std::string said_;
};

}  // namespace lsrun::test
