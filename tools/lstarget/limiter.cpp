// The windows, and limits as text.
#include "limiter.hpp"

#include <algorithm>
#include <cmath>

#include "time/units.hpp"

namespace lstarget {
namespace {

using lsrun::model::error;

constexpr std::string_view production =
    "chat=30/min,create_session=10/min,list_events=240/min,read_session=30/min,"
    "read_agent=30/min,default=100/min";
constexpr double most = 1e6;  // places remembered one by one

std::string key_of(std::string_view address, operation o) {
  std::string key(1, static_cast<char>('0' + static_cast<int>(o)));
  return key.append(address);
}

lsrun::model::result<limit> parse_limit(std::string_view text) {
  if (text == "none") return limit{};
  const auto rate = lsrun::time::parse_rate(text);
  if (!rate) return error{rate.error_text()};
  double count = rate->count, window = static_cast<double>(rate->window);
  if (count > 0 && count < 1) {  // "0.5/s" is one in two seconds
    window /= count;
    count = 1;
  }
  if (count != std::floor(count) || count > most)
    return error{"a limit is a whole number of requests up to 1000000, not \"" + std::string(text) +
                 "\"; write for example \"30/min\""};
  return limit{static_cast<std::uint64_t>(count), static_cast<lsrun::time::span>(window)};
}

}  // namespace

lsrun::model::result<limit_table> parse_limits(std::string_view text) {
  limit_table table{};
  if (text == "none") return table;
  if (text == "production") return parse_limits(production);
  std::array<bool, operation_count> named{};
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    auto item = text.substr(at, end - at);
    at = end + 1;
    while (item.starts_with(' ')) item.remove_prefix(1);
    const auto sign = item.find('=');
    const auto which = operation_named(item.substr(0, sign));
    if (sign == item.npos || !which)
      return error{"\"" + std::string(item) +
                   "\" is no limit; write \"none\", \"production\" or \"chat=30/min,create_session=10/min,"
                   "default=100/min\" (also list_events, read_session, delete_session, read_agent, read_event, "
                   "create_customer)"};
    const auto one = parse_limit(item.substr(sign + 1));
    if (!one) return error{one.error_text()};
    table[static_cast<std::size_t>(*which)] = *one;
    named[static_cast<std::size_t>(*which)] = true;
  }
  for (std::size_t i = 0; i < operation_count; ++i)
    if (!named[i]) table[i] = table[static_cast<std::size_t>(operation::other)];
  return table;
}

limit_table scaled(limit_table table, double factor) {
  for (auto& l : table)
    if (l.window > 0)
      l.window = std::max<lsrun::time::span>(
          1, static_cast<lsrun::time::span>(std::llround(static_cast<double>(l.window) / factor)));
  return table;
}

limiter::limiter(const limit_table& limits) : limits_(limits) {
  for (const auto& l : limits_) longest_ = std::max(longest_, l.window);
}

limiter::verdict limiter::ask(std::string_view address, std::initializer_list<operation> budgets,
                              lsrun::time::instant now) {
  if (longest_ == 0) return {};
  forget(now);
  for (const auto o : budgets) {
    const auto& l = limits_[static_cast<std::size_t>(o)];
    if (l.window == 0) continue;
    if (l.count == 0) return {false, o, lsrun::time::never};
    const auto* e = find(key_of(address, o), l, now);
    if (e && e->hits.size() >= l.count) return {false, o, e->hits.front() + l.window};
  }
  for (const auto o : budgets)
    if (limits_[static_cast<std::size_t>(o)].window > 0) hit(key_of(address, o), now);
  return {};
}

limiter::entry* limiter::find(const std::string& key, const limit& l, lsrun::time::instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  auto& hits = found->second.hits;
  while (!hits.empty() && now - hits.front() >= l.window) hits.pop_front();
  return &found->second;
}

void limiter::hit(const std::string& key, lsrun::time::instant now) {
  const auto [at, fresh] = entries_.try_emplace(key);
  if (fresh)
    at->second.place = by_last_hit_.insert(by_last_hit_.end(), &at->first);
  else
    by_last_hit_.splice(by_last_hit_.end(), by_last_hit_, at->second.place);
  at->second.hits.push_back(now);
}

void limiter::forget(lsrun::time::instant now) {
  while (!by_last_hit_.empty()) {
    const auto oldest = entries_.find(*by_last_hit_.front());
    if (!oldest->second.hits.empty() && now - oldest->second.hits.back() < longest_) return;
    by_last_hit_.pop_front();
    entries_.erase(oldest);
  }
}

}  // namespace lstarget
