#include "answers.hpp"

#include <vector>

#include "events.hpp"

namespace parlant {
namespace {

bool fits_a_url(std::string_view id) {
  static constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  return !id.empty() && id.size() <= longest_id && id.find_first_not_of(plain) == std::string_view::npos;
}

bool readable(asked what, std::string_view body) {
  switch (what) {
    case asked::agents:
      return !read_first_id(body).empty();
    case asked::customer:
      return !read_string(body, "id").empty();
    case asked::session:
      return fits_a_url(read_string(body, "id"));
    case asked::message:
      return read_event(body).has_value();
    case asked::list: {
      std::vector<event> events;
      return read_events(body, events);
    }
    case asked::stream:
    case asked::piecewise:
    case asked::removal:
    case asked::lenient_removal:
      return true;
  }
  return true;
}

const char* wanted(asked what) {
  switch (what) {
    case asked::agents:
      return "not a list of agents with at least one";
    case asked::customer:
      return "not a customer with an id";
    case asked::session:
      return "not a session with an id of letters, digits and -._~, 39 at most";
    case asked::message:
      return "not an event with an offset";
    default:
      return "not a list of events";
  }
}

std::string words_of(asked what, std::uint32_t status, std::string_view body) {
  std::string text = "HTTP " + std::to_string(status);
  if (what == asked::agents && status == 403)
    return text + ": the target does not list its agents; set scenario.options.agent_id";
  if (what == asked::customer && status == 403)
    return text + ": the target lets nobody create customers; set scenario.options.customer = \"guest\"";
  if (what == asked::piecewise && status == 403)
    return text + ": the target does not show single events; set scenario.options.streamed = \"list\"";
  if (const auto detail = read_detail(body); !detail.empty()) text += ": " + detail;
  return text;
}

}  // namespace

verdict judge(asked what, lsrun_outcome guess, std::uint32_t status, std::string_view body) {
  if (guess == LSRUN_OUTCOME_EMPTY_POLL) return {guess, {}};
  if (guess == LSRUN_OUTCOME_PROTOCOL_ERROR && status / 100 == 2) return {guess, wanted(what)};  // judged before
  if (guess != LSRUN_OUTCOME_OK) {
    const bool forbidden = what == asked::lenient_removal && status == 403;
    return {forbidden ? LSRUN_OUTCOME_BUSINESS_ERROR : guess, words_of(what, status, body)};
  }
  if (!readable(what, body)) return {LSRUN_OUTCOME_PROTOCOL_ERROR, wanted(what)};
  return {};
}

}  // namespace parlant
