// Time as text, refusals as answers.
#include "world.hpp"

#include <algorithm>
#include <ctime>

namespace lstarget {

std::string world::stamp(instant at) const {
  const auto us = at / lsrun::time::microsecond + utc_offset;
  const std::time_t second = us / 1'000'000;
  std::tm parts{};
  gmtime_r(&second, &parts);
  char text[32];
  const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string result(text, length);
  const auto fraction = std::to_string(us % 1'000'000);
  // As Python's isoformat: without a fraction when it is 0.
  if (us % 1'000'000 != 0) result.append(1, '.').append(6 - fraction.size(), '0').append(fraction);
  return result.append("Z");
}

std::string refusal_text(const request& r, std::string_view parlant_operation) {
  return "Rate limit exceeded: OPERATION=" + std::string(parlant_operation) + ", HEADERS=" + echoed_headers(r);
}

step refused(const world& w, const request& r, std::string_view parlant_operation, const limiter::verdict& v,
             instant now) {
  std::string more;
  if (w.set.retry_after && v.free_at != lsrun::time::never) {
    const auto wait = std::max<span>(v.free_at - now, 1);
    more = "retry-after: " + std::to_string((wait + lsrun::time::second - 1) / lsrun::time::second) + "\r\n";
  }
  return complete(r, 429, "{\"detail\":" + json_string(refusal_text(r, parlant_operation)) + "}", {.more = more});
}

}  // namespace lstarget
