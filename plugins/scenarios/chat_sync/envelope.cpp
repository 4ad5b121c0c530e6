#include "envelope.hpp"

#include <lsrun/json_read.hpp>

namespace chat_sync {
namespace {

constexpr std::size_t longest_reason = 120;  // bytes: a reason is a key of the report's table of failures

// The target's own words, cut where they begin to differ from one refusal to the next (it echoes the headers), and
// to a length that a table bears; never inside a UTF-8 character.
std::string_view short_words(std::string_view words) {
  words = words.substr(0, words.find(", HEADERS="));
  words = words.substr(0, words.find('\n'));
  if (words.size() <= longest_reason) return words;
  std::size_t end = longest_reason;
  while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0u) == 0x80u) --end;
  return words.substr(0, end);
}

std::string reason(std::string_view what, std::string_view words) {
  std::string text(what);
  if (!words.empty()) text.append(": ").append(short_words(words));
  return text;
}

lsrun_outcome by_status(std::int64_t status) {
  if (status == 429) return LSRUN_OUTCOME_RATE_LIMITED;
  if (status == 504) return LSRUN_OUTCOME_TIMEOUT;
  if (status >= 500 && status < 600) return LSRUN_OUTCOME_SERVER_ERROR;
  if (status >= 400 && status < 500) return LSRUN_OUTCOME_CLIENT_ERROR;
  return LSRUN_OUTCOME_PROTOCOL_ERROR;
}

// An answer without an envelope. A gateway's own 504 is a server's failure there, as anywhere: what the chat API
// calls its timeout is in the envelope alone.
verdict plain(std::uint32_t http_status) {
  lsrun_outcome outcome = http_status == 504 ? LSRUN_OUTCOME_SERVER_ERROR : by_status(http_status);
  return {outcome, "HTTP " + std::to_string(http_status), 0, {}};
}

verdict unreadable(std::string_view why) {
  return {LSRUN_OUTCOME_PROTOCOL_ERROR, "not a chat envelope: " + std::string(why), 0, {}};
}

// Status 200: the system works; its code says whether it had a reply.
verdict answered(std::int64_t code, lsrun::json_view message, lsrun::json_view data, lsrun::json_view tokens) {
  verdict v{LSRUN_OUTCOME_OK, {}, code, {}};
  if (const auto n = tokens.integer(-1); n >= 0) v.total_tokens = n;
  if (code == 1 || code == -1) {
    v.outcome = LSRUN_OUTCOME_BUSINESS_ERROR;
    v.reason = reason("code " + std::to_string(code), message.string());
  } else if (code != 0) {
    v.outcome = LSRUN_OUTCOME_PROTOCOL_ERROR;
    v.reason = reason("unknown code " + std::to_string(code), message.string());
  } else if (data.kind() != lsrun::json_kind::object) {
    v = unreadable("status 200, code 0, but no data");
  }
  return v;
}

}  // namespace

verdict read_envelope(std::uint32_t http_status, std::string_view body) {
  if (http_status < 200 || http_status > 299) return plain(http_status);
  const auto members = lsrun::json_view(body).members("/status", "/code", "/message", "/data", "/data/total_tokens");
  if (!members) {
    if (!lsrun::json_valid(body)) return unreadable(body.empty() ? "an empty body" : "malformed JSON");
    return unreadable("not a JSON object");
  }
  const auto& [status, code, message, data, tokens] = *members;
  if (status.kind() != lsrun::json_kind::number) return unreadable("no number \"status\"");
  if (code.kind() != lsrun::json_kind::number) return unreadable("no number \"code\"");
  if (status.integer() == 200) return answered(code.integer(), message, data, tokens);
  const auto words = message.string();
  verdict v{
      by_status(status.integer()), reason("envelope " + std::to_string(status.integer()), words), code.integer(), {}};
  if (status.integer() == 500 && words.starts_with("Rate limit exceeded")) v.outcome = LSRUN_OUTCOME_RATE_LIMITED;
  return v;
}

}  // namespace chat_sync
