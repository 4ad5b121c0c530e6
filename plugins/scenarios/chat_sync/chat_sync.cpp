// The synchronous chat API as a scenario: one POST a message, the reply in its answer, a session made by its first
// message. docs/scenarios.md has the options, the table of envelopes and the budgets.
#include <lsrun/scenario.hpp>

#include "envelope.hpp"

namespace {

using namespace std::chrono_literals;

// The target answers within the envelope's timeout, if need be with its own timeout envelope: this much longer for
// that answer to arrive, so that the connection is not given up just before it.
constexpr lsrun::nanoseconds answer_margin = 5s;

// `text` with the first {session} replaced.
std::string with_session(std::string text, std::string_view session) {
  static constexpr std::string_view mark = "{session}";
  if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), session);
  return text;
}

class chat_sync_scenario {
 public:
  static constexpr auto name = "chat_sync";
  static constexpr auto help = "The synchronous chat API: one POST a message, its reply in an envelope.";
  static constexpr lsrun::option options[] = {
      {"path", "/sessions/chat", "Where messages are posted."},
      {"timeout", "60s", "How long the target may take for a reply; sent with each message.", lsrun::type::duration},
      {"first_message_counts", "both", "The budgets of a session's first message: create_session and chat, or chat.",
       lsrun::type::string, "both|chat"},
      {"customer_prefix", "customer-", "customer_id is this and the session id."},
      {"title", "load test", "session_title."},
      {"tenant_id", "", "tenant_id where the session's tenant has none."},
      {"chatbot_id", "", "chatbot_id where the session's tenant has none."},
      {"delete_path", "", "Deleted when a session closes, e.g. /sessions/{session}; empty: nothing is sent then."},
  };
  // Nothing to keep: the session id follows from the run and the session's number.
  struct session {};

  explicit chat_sync_scenario(const lsrun::setup& s)
      : path_(s.str("path")),
        customer_prefix_(s.str("customer_prefix")),
        title_(s.str("title")),
        tenant_id_(s.str("tenant_id")),
        chatbot_id_(s.str("chatbot_id")),
        delete_path_(s.str("delete_path")),
        timeout_(s.duration("timeout")),
        delete_(s.operation("delete_session")),
        tokens_(s.number_metric("tokens", "Tokens that the target counted for a reply.", "tokens")),
        no_actionbook_(s.count_metric("no_actionbook_matched", "Replies with code 1, a business error.")),
        tool_error_(s.count_metric("call_tool_error", "Replies with code -1, a business error.")) {
    if (!path_.starts_with('/')) throw std::invalid_argument("option path: it must begin with \"/\"");
    if (timeout_ < 1s) throw std::invalid_argument("option timeout: it must be at least 1s");
    if (!delete_path_.empty() &&
        (!delete_path_.starts_with('/') || delete_path_.find("{session}") == std::string::npos))
      throw std::invalid_argument("option delete_path: it must begin with \"/\" and hold {session}");
    const auto create = s.str("first_message_counts") == "chat"
                            ? s.operation("create_session", {"chat"})
                            : s.operation("create_session", {"create_session", "chat"});
    const lsrun::with patience{.timeout = timeout_ + answer_margin};
    create_ = s.prepare("POST", path_, create, patience);
    chat_ = s.prepare("POST", path_, s.operation("chat"), patience);
  }

  // Asked for every whole answer. What was read is kept for note(): the step goes on with its answer right after it.
  lsrun::outcome classify(const lsrun::reply& r, std::string& why) {
    envelopes_.read(r.status(), r.body(), last_);
    if (!last_.reason.empty()) [[unlikely]]
      tell(why);
    return static_cast<lsrun::outcome>(last_.outcome);
  }

  lsrun::task<lsrun::step_result> open(lsrun::client& c, session&) { return say(c, create_); }
  lsrun::task<lsrun::step_result> turn(lsrun::client& c, session&) { return say(c, chat_); }

  lsrun::task<lsrun::step_result> close(lsrun::client& c, session&) {
    if (delete_path_.empty()) co_return lsrun::outcome::ok;
    auto r = co_await c.del(with_session(delete_path_, c.customer_id()), delete_, {.classify = by_status});
    if (r.ok()) co_return r.outcome();
    const bool gone = r.status() == 404;
    co_return lsrun::step_result{r.outcome(), words_of(r), gone ? lsrun::session_lost : 0};
  }

 private:
  [[gnu::noinline]] void tell(std::string& why) const { why = last_.reason; }

  // The body of a session's next message.
  auto message_of(lsrun::client& c) {
    const auto id = c.customer_id();
    return c.object("message", c.next_message(), "customer_id", c.join(customer_prefix_, id), "session_id", id,
                    rest_for(c));
  }

  lsrun::task<lsrun::step_result> say(lsrun::client& c, const lsrun::prepared_request& request) {
    auto r = co_await c.send(request, message_of(c));
    if (!r.ok()) co_return failure(r);
    note(c);
    co_return r.outcome();
  }

  // What is alike in all messages of a tenant.
  const lsrun::json_part& rest_for(lsrun::client& c) {
    const std::size_t tenant = c.tenant_index();
    if (tenant >= rests_.size()) rests_.resize(tenant + 1);
    auto& rest = rests_[tenant];
    if (rest.text().empty()) [[unlikely]]
      make_rest(c, rest);
    return rest;
  }

  [[gnu::noinline]] void make_rest(lsrun::client& c, lsrun::json_part& rest) const {
    rest = lsrun::json_part("session_title", title_, "tenant_id", c.tenant("tenant_id", tenant_id_), "chatbot_id",
                            c.tenant("chatbot_id", chatbot_id_), "timeout", timeout_seconds());
  }

  // The envelope's timeout is whole seconds; a fraction counts as one more.
  std::int64_t timeout_seconds() const { return std::chrono::ceil<std::chrono::seconds>(timeout_).count(); }

  void note(lsrun::client& c) const {
    if (last_.total_tokens) c.add(tokens_, *last_.total_tokens);
    if (last_.outcome == LSRUN_OUTCOME_BUSINESS_ERROR) c.add(last_.code == 1 ? no_actionbook_ : tool_error_);
  }

  static lsrun::outcome by_status(const lsrun::reply& r, std::string& why) {
    if (!r.ok()) why = "HTTP " + std::to_string(r.status());
    return r.outcome();
  }

  // How a step ends whose request failed.
  [[gnu::noinline]] static lsrun::step_result failure(const lsrun::reply& r) { return {r.outcome(), words_of(r)}; }

  // Why it did: the transport's words where there was no answer, else what its envelope says.
  static std::string words_of(const lsrun::reply& r) {
    if (!r.error().empty() || r.status() == 0) return std::string(r.error());
    return chat_sync::read_envelope(r.status(), r.body()).reason;
  }

  std::string path_, customer_prefix_, title_, tenant_id_, chatbot_id_, delete_path_;
  lsrun::nanoseconds timeout_;
  std::vector<lsrun::json_part> rests_;  // by tenant
  chat_sync::envelope_reader envelopes_;
  lsrun::prepared_request create_, chat_;
  lsrun::operation delete_;
  lsrun::metric tokens_, no_actionbook_, tool_error_;
  chat_sync::verdict last_;
};

}  // namespace

LSRUN_SCENARIO(chat_sync_scenario, "1.0.0")
