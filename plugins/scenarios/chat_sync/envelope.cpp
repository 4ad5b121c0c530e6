#include "envelope.hpp"

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

bool positive(std::uint32_t http_status) { return http_status >= 200 && http_status <= 299; }

// An answer without an envelope. A gateway's own 504 is a server's failure there, as anywhere: what the chat API
// calls its timeout is in the envelope alone.
verdict plain(std::uint32_t http_status) {
  lsrun_outcome outcome = http_status == 504 ? LSRUN_OUTCOME_SERVER_ERROR : by_status(http_status);
  return {outcome, "HTTP " + std::to_string(http_status), 0, {}};
}

verdict unreadable(std::string_view why) {
  return {LSRUN_OUTCOME_PROTOCOL_ERROR, "not a chat envelope: " + std::string(why), 0, {}};
}

verdict no_object(std::string_view body) {
  const bool valid = lsrun::json_valid(body);
  return unreadable(valid ? "not a JSON object" : body.empty() ? "an empty body" : "malformed JSON");
}

void take_reply(lsrun::json_view tokens, verdict& out) {
  out.outcome = LSRUN_OUTCOME_OK;
  out.reason.clear();
  out.code = 0;
  out.total_tokens.reset();
  if (const auto n = tokens.integer(-1); n >= 0) out.total_tokens = n;
}

// Status 200: the system works; its code says whether it had a reply. True: it had one.
bool read_answered(std::int64_t code, lsrun::json_view message, lsrun::json_view data, lsrun::json_view tokens,
                   verdict& out) {
  take_reply(tokens, out);
  out.code = code;
  if (code == 1 || code == -1) {
    out.outcome = LSRUN_OUTCOME_BUSINESS_ERROR;
    out.reason = reason("code " + std::to_string(code), message.string());
  } else if (code != 0) {
    out.outcome = LSRUN_OUTCOME_PROTOCOL_ERROR;
    out.reason = reason("unknown code " + std::to_string(code), message.string());
  } else if (data.kind() != lsrun::json_kind::object) {
    out = unreadable("status 200, code 0, but no data");
  } else {
    return true;
  }
  return false;
}

// Any other status in the envelope: the target's failure, in the clothes of an HTTP 200.
verdict failed(std::int64_t status, std::int64_t code, lsrun::json_view message) {
  const auto words = message.string();
  verdict v{by_status(status), reason("envelope " + std::to_string(status), words), code, {}};
  if (status == 500 && words.starts_with("Rate limit exceeded")) v.outcome = LSRUN_OUTCOME_RATE_LIMITED;
  return v;
}

}  // namespace

void envelope_reader::read(std::uint32_t http_status, std::string_view body, verdict& out) {
  const bool object = positive(http_status) && form_.look(body);
  const bool like_the_last = form_.repeated(0) && form_.repeated(1) && form_.repeated(3);
  if (object && like_the_last && had_a_reply_) [[likely]]
    return take_reply(form_.member(4), out);
  read_unlike(http_status, body, object, out);
}

void envelope_reader::read_unlike(std::uint32_t http_status, std::string_view body, bool object, verdict& out) {
  had_a_reply_ = false;
  if (object)
    read_members(out);
  else
    out = positive(http_status) ? no_object(body) : plain(http_status);
}

void envelope_reader::read_members(verdict& out) {
  const auto status = form_.member(0), code = form_.member(1), message = form_.member(2);
  if (status.kind() != lsrun::json_kind::number)
    out = unreadable("no number \"status\"");
  else if (code.kind() != lsrun::json_kind::number)
    out = unreadable("no number \"code\"");
  else if (const auto number = status.integer(); number == 200)
    had_a_reply_ = read_answered(code.integer(), message, form_.member(3), form_.member(4), out);
  else
    out = failed(number, code.integer(), message);
}

verdict read_envelope(std::uint32_t http_status, std::string_view body) {
  verdict v;
  envelope_reader().read(http_status, body, v);
  return v;
}

}  // namespace chat_sync
