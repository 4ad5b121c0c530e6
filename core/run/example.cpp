#include "run/example.hpp"

#include <algorithm>

#include "config/effective.hpp"
#include "metrics/text_cleaning.hpp"

namespace lsrun::run {
namespace {

constexpr std::size_t longest_text = 500, most_headers = 12;
constexpr std::size_t looked_at = 8192;  // of a body, before secrets are masked in it

// Masked before it is cut: half a secret would not be found.
std::string shown(const config::plan& plan, std::string_view text) {
  const bool cut = text.size() > longest_text;
  std::string clean = metrics::clean_text(config::masked(plan, std::string(text.substr(0, looked_at))), longest_text);
  return cut ? clean + " ... (" + std::to_string(text.size()) + " bytes)" : clean;
}

std::int64_t after(time::instant planned, time::instant at) { return at == 0 ? -1 : (at - planned) / 1000; }

}  // namespace

metrics::exchange example_of(const shared& s, const operation& op, const transport::answer& a, std::uint64_t session,
                             std::uint32_t address) {
  metrics::exchange e;
  e.session = session;
  e.address = address;
  e.attempt = op.attempt;
  e.at_s = time::seconds(op.planned - s.start);
  e.sent_us = after(op.planned, a.sent);
  e.first_byte_us = after(op.planned, a.first_byte);
  e.end_us = after(op.planned, a.end);
  e.request = shown(s.plan, std::string(op.text.method()) + " " + std::string(op.text.target()));
  e.request_body = shown(s.plan, op.text.body());
  for (std::size_t i = 0; i < std::min(a.header_count, most_headers); ++i) {
    const transport::header_view& h = a.headers[i];
    if (h.is("set-cookie")) continue;
    e.answer_headers += (e.answer_headers.empty() ? "" : "\n") + shown(s.plan, h.name) + ": " + shown(s.plan, h.value);
  }
  e.answer_body = shown(s.plan, a.body);
  e.error = shown(s.plan, a.error);
  e.trace = op.trace;
  return e;
}

}  // namespace lsrun::run
