// The command line by CLI11; values with units by the parsers that lsrun itself uses.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "config/distribution_text.hpp"
#include "time/units.hpp"

namespace lstarget {
namespace {

// What stands on the command line as text until all of it is known.
struct texts {
  std::string listen = "127.0.0.1:8800", limits = "none", policy = "development", delay = "200ms", first = "0s",
              idle = "5s", poll = "250ms", counts = "both", refusal = "hidden", business = "0%", error = "0%",
              timeout = "0%", fail = "0%", leak, slow = "0%", slow_delay = "0s", stall, overload_delay = "1s",
              recovery = "0s", garbage;
};

template <class T>
T need(const lsrun::model::result<T>& r, const char* option) {
  if (!r) throw CLI::ValidationError(option, r.error_text());
  return *r;
}

void listen_address(const std::string& text, options& o) {
  const auto colon = text.rfind(':');
  unsigned port = 65536;
  if (colon != text.npos) CLI::detail::lexical_cast(text.substr(colon + 1), port);
  if (port > 65535) throw CLI::ValidationError("--listen", "write an address and a port, as 127.0.0.1:8800 or [::1]:0");
  o.host = text.substr(0, colon);
  if (o.host.size() > 2 && o.host.front() == '[') o.host = o.host.substr(1, o.host.size() - 2);
  o.port = static_cast<std::uint16_t>(port);
}

std::size_t leak_size(std::string text) {
  if (text.empty()) return 0;
  constexpr std::string_view unit = "/session";
  if (!text.ends_with(unit)) throw CLI::ValidationError("--leak", "write a size a session, as 2KiB/session");
  text.resize(text.size() - unit.size());
  const auto size = need(lsrun::time::parse_size(text), "--leak");
  if (size > (1u << 30)) throw CLI::ValidationError("--leak", "at most 1GiB/session");
  return size;
}

// "A<mark>B" as its two halves.
std::pair<std::string, std::string> halves(const std::string& text, char mark, const char* option,
                                           const char* example) {
  const auto at = text.find(mark);
  if (at == text.npos) throw CLI::ValidationError(option, std::string("write as ") + example);
  return {text.substr(0, at), text.substr(at + 1)};
}

void resolve_truth(const texts& t, options& o) {
  o.slow_share = need(lsrun::time::parse_ratio(t.slow), "--slow-share");
  if (o.slow_share > 1) throw CLI::ValidationError("--slow-share", "at most 100%");
  o.slow_delay = need(lsrun::time::parse_duration(t.slow_delay), "--slow-delay");
  if (!t.stall.empty()) {
    const auto [length, after] = halves(t.stall, '@', "--stall", "1400ms@3s");
    o.stall = need(lsrun::time::parse_duration(length), "--stall");
    o.stall_after = need(lsrun::time::parse_duration(after), "--stall");
  }
  o.overload_delay = need(lsrun::time::parse_duration(t.overload_delay), "--overload-delay");
  o.recovery = need(lsrun::time::parse_duration(t.recovery), "--recovery");
  if (t.garbage.empty()) return;
  const auto [size, period] = halves(t.garbage, '/', "--garbage", "30MiB/3s");
  o.garbage = need(lsrun::time::parse_size(size), "--garbage");
  o.garbage_period = need(lsrun::time::parse_duration(period), "--garbage");
  if (o.garbage == 0 || o.garbage > (1u << 30)) throw CLI::ValidationError("--garbage", "1B to 1GiB");
  if (o.garbage_period < lsrun::time::second / 10)
    throw CLI::ValidationError("--garbage", "a period of at least 100ms");
}

void resolve(const texts& t, options& o) {
  listen_address(t.listen, o);
  if (!(o.time_scale > 0) || o.time_scale > 1e6) throw CLI::ValidationError("--time-scale", "above 0, at most 1000000");
  o.limits = scaled(need(parse_limits(t.limits), "--limits"), o.time_scale);
  o.production = t.policy == "production";
  o.delay = need(lsrun::config::parse_distribution(t.delay, true), "--delay");
  o.first_turn_delay = need(lsrun::time::parse_duration(t.first), "--first-turn-delay");
  o.idle_timeout = need(lsrun::time::parse_duration(t.idle), "--idle-timeout");
  o.poll_every = need(lsrun::time::parse_duration(t.poll), "--poll-every");
  if (o.poll_every < lsrun::time::millisecond) throw CLI::ValidationError("--poll-every", "at least 1ms");
  o.first_counts_both = t.counts == "both";
  o.hidden_refusal = t.refusal == "hidden";
  o.business_share = need(lsrun::time::parse_ratio(t.business), "--business-share");
  o.error_share = need(lsrun::time::parse_ratio(t.error), "--error-share");
  o.timeout_share = need(lsrun::time::parse_ratio(t.timeout), "--timeout-share");
  o.fail_share = need(lsrun::time::parse_ratio(t.fail), "--fail-share");
  if (o.business_share + o.error_share + o.timeout_share + o.fail_share > 1 + 1e-9)
    throw CLI::ValidationError("--*-share", "the shares are more than 100% together");
  if (o.certificate.empty() != o.key.empty())
    throw CLI::ValidationError("--tls-cert", "give both --tls-cert and --tls-key, or none of them");
  o.leak_per_session = leak_size(t.leak);
  resolve_truth(t, o);
}

void server_options(CLI::App& app, texts& t, options& o) {
  app.add_option("--listen", t.listen, "address:port; port 0 picks a free one")->capture_default_str();
  app.add_option("--threads", o.threads, "threads that serve connections")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--idle-timeout", t.idle, "idle connections are closed after it")->capture_default_str();
  app.add_option("--tls-cert", o.certificate, "serve https: certificate chain (PEM)")->check(CLI::ExistingFile);
  app.add_option("--tls-key", o.key, "serve https: private key (PEM)")->check(CLI::ExistingFile);
  app.add_flag("--trust-forwarded,!--no-trust-forwarded", o.trust_forwarded,
               "count clients by X-Forwarded-For, X-Real-IP or CF-Connecting-IP if they send one (default: yes)");
  app.add_option("--leak", t.leak, "memory kept on purpose, e.g. 2KiB/session");
}

void limit_options(CLI::App& app, texts& t, options& o) {
  app.add_option("--limits", t.limits, "none, production, or chat=30/min,create_session=10/min,default=100/min")
      ->capture_default_str();
  app.add_option("--time-scale", o.time_scale, "limit windows are so many times as short")->capture_default_str();
  app.add_option("--policy", t.policy, "of the events API")
      ->check(CLI::IsMember({"development", "production"}))
      ->capture_default_str();
  app.add_option("--first-message-counts", t.counts, "budgets of a session's first chat message: chat, or both")
      ->check(CLI::IsMember({"chat", "both"}))
      ->capture_default_str();
  app.add_option("--refusal", t.refusal, "the chat API's: hidden in HTTP 200, or plain HTTP 429")
      ->check(CLI::IsMember({"hidden", "plain"}))
      ->capture_default_str();
  app.add_flag("--retry-after", o.retry_after, "add Retry-After to plain refusals");
}

void turn_options(CLI::App& app, texts& t, options& o) {
  app.add_option("--delay", t.delay, "from a message to its reply: 200ms, lognormal(200ms,0.5)")->capture_default_str();
  app.add_option("--first-turn-delay", t.first, "added where the chat API makes a session's agent")
      ->capture_default_str();
  app.add_option("--poll-every", t.poll, "how often a waiting poll or stream looks for events")->capture_default_str();
  app.add_option("--lru", o.lru, "agents that the chat API keeps")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  app.add_option("--seed", o.seed, "of all that is drawn")->capture_default_str();
  app.add_option("--business-share", t.business, "turns of the chat API with a business error")->capture_default_str();
  app.add_option("--error-share", t.error, "messages answered with a server error")->capture_default_str();
  app.add_option("--timeout-share", t.timeout, "turns that never get a reply")->capture_default_str();
  app.add_option("--fail-share", t.fail, "turns that end without a reply")->capture_default_str();
  app.add_flag("--preamble", o.preamble, "early turns say \"Just a moment\" first");
  app.add_flag("--stream", o.stream, "replies come in chunks");
  app.add_option("--split", o.split, "messages a reply")->check(CLI::Range(1, 20))->capture_default_str();
  app.add_option("--agent-id", o.agent_id, "the one agent's id")->capture_default_str();
}

void truth_options(CLI::App& app, texts& t, options& o) {
  app.add_option("--slow-share", t.slow, "turns whose delay is --slow-delay instead")->capture_default_str();
  app.add_option("--slow-delay", t.slow_delay, "of those turns")->capture_default_str();
  app.add_option("--stall", t.stall, "answer nothing for so long, once, so long after the first request: 1400ms@3s");
  app.add_option("--overload", o.overload, "more sessions at once are too many; 0: never too many")
      ->capture_default_str();
  app.add_option("--overload-delay", t.overload_delay, "added to --delay while there are too many")
      ->capture_default_str();
  app.add_option("--recovery", t.recovery, "for which that goes on when they are no longer too many")
      ->capture_default_str();
  app.add_option("--garbage", t.garbage, "memory that gathers and is given back, again and again: 30MiB/3s");
  app.add_option("--log", o.log, "a CSV file: when each request came and its reply went out, monotonic clock");
}

void all_options(CLI::App& app, texts& t, options& o) {
  server_options(app, t, o);
  limit_options(app, t, o);
  turn_options(app, t, o);
  truth_options(app, t, o);
}

}  // namespace

std::vector<option_words> option_list() {
  CLI::App app;
  options o;
  texts t;
  all_options(app, t, o);
  std::vector<option_words> all;
  for (const auto* option : app.get_options()) {
    const bool value = option->get_items_expected_max() > 0;
    option_words words{{}, option->get_description(), value ? option->get_default_str() : "", value};
    for (const auto& name : option->get_snames()) words.names += (words.names.empty() ? "-" : ", -") + name;
    for (const auto& name : option->get_lnames()) words.names += (words.names.empty() ? "--" : ", --") + name;
    all.push_back(std::move(words));
  }
  return all;
}

std::optional<options> read_options(int argc, char** argv, int& exit_code) {
  CLI::App app("Reference target for lsrun: imitates two HTTP APIs that hold conversations, with their limits.");
  options o;
  texts t;
  all_options(app, t, o);
  try {
    app.parse(argc, argv);
    resolve(t, o);
    return o;
  } catch (const CLI::ParseError& e) {
    exit_code = app.exit(e) == 0 ? 0 : 2;
    return std::nullopt;
  }
}

}  // namespace lstarget
