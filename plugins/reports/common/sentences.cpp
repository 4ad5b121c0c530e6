// Sentences from the run report; what is absent is left out.
#include "common/sentences.hpp"

#include "common/text.hpp"

namespace reports {
namespace {

bool trusted(const json::value& d) {
  return text(d, "verdict/validity") == "valid" && flag(d, "conservation/holds").value_or(true);
}

}  // namespace

std::string verdict_word(const json::value& d) {
  if (!trusted(d)) return "no verdict";
  return held_thresholds(d) == rows(d, "thresholds").size() ? "passed" : "failed";
}

std::string thresholds_words(const json::value& d) {
  const std::size_t all = rows(d, "thresholds").size();
  if (all == 0) return "no threshold was set";
  return whole(held_thresholds(d)) + " of " + counted(all, "threshold", "thresholds") + (all == 1 ? " holds" : " hold");
}

std::string observed_and_bound(const json::value& t, const escaping& escape) {
  const std::string_view observed = text(t, "observed_text"), bound = text(t, "bound_text");
  std::string words = observed.empty() ? "not measured" : "observed " + escape(observed);
  if (!bound.empty()) words += ", bound " + escape(std::string(text(t, "comparison")) + " " + std::string(bound));
  return words;
}

std::string failure_words(const json::value& f, const escaping& quote) {
  const auto n = count(f, "count").value_or(0);
  std::string s = counted(n, "request", "requests");
  if (const auto operation = text(f, "operation"); !operation.empty()) s += " of " + quote(operation);
  s += ": " + quote(text(f, "outcome"));
  if (const auto status = count(f, "status"); status && *status != 0) s += " (" + std::to_string(*status) + ")";
  if (const auto message = text(f, "message"); !message.empty()) s += ", " + quote(message);
  const auto from = number(f, "first_s"), to = number(f, "last_s");
  if (from && to) s += "; from " + seconds_exact(*from) + " to " + seconds_exact(*to);
  const json::array& at = rows(f, "addresses");
  if (!at.empty()) s += std::string(at.size() == 1 ? ", at " : ", most at ") + quote(text(at.front(), "address"));
  if (const auto session = count(f, "example_session")) s += ", for example session " + std::to_string(*session);
  return s;
}

std::string load_words(const json::value& d) {
  std::string s;
  if (const auto n = count(d, "totals/requests/sent")) {
    s += counted(*n, "request", "requests");
    if (const auto length = number(d, "run/duration_s")) s += " in " + seconds_exact(*length);
    if (const auto rate = number(d, "rates/requests_per_s")) s += " (" + per_second(*rate) + ")";
    if (const auto at = rows(d, "addresses").size(); at > 0)
      s += " from " + counted(at, "client address", "client addresses");
    s += ".";
  }
  if (const auto n = count(d, "totals/sessions/opened")) {
    s += (s.empty() ? "" : " ") + counted(*n, "session was opened", "sessions were opened");
    if (const auto peak = count(d, "totals/sessions/peak_alive")) s += ", at most " + whole(*peak) + " alive at once";
    s += ".";
  }
  return s;
}

std::vector<std::string> doubts(const json::value& d, const escaping& escape) {
  std::vector<std::string> list;
  for (const json::value& reason : rows(d, "verdict/reasons")) list.push_back(escape(text(reason, "")));
  for (const json::value& law : rows(d, "conservation/laws")) {
    if (flag(law, "holds").value_or(true)) continue;
    const auto side = [&](const char* which) { return std::to_string(count(law, which).value_or(0)); };
    list.push_back(escape("counts do not add up: " + std::string(text(law, "law"))) + ": " + side("left") +
                   " against " + side("right"));
  }
  return list;
}

}  // namespace reports
